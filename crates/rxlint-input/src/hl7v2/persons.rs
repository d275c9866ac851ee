//! Who is one person under several numbers: merges (A40 and its like), and several medical record numbers in one message.
//!
//! Settled over all inputs before any record is read, whatever the order of the messages.

use memchr::memmem::Finder;
use rustc_hash::{FxHashMap, FxHashSet};

use super::delimiters::Delimiters;
use super::patient::{Identifier, has_several, identifiers};
use super::segments::{MessageStarts, Segment, Segments, field};

/// Triggers of messages whose MRG segment gives a number that the person no longer has. Moves of accounts and visits name a
/// second person too, and merge nobody.
const MERGES: [&[u8]; 6] = [b"A18", b"A30", b"A34", b"A36", b"A40", b"A47"];

/// An identifier and who issued it, the latter without regard to letter case.
type Number = (String, String);

/// The numbers of a run that are not the ones their people go by.
#[derive(Debug, Default)]
pub(super) struct Persons {
    surviving: FxHashMap<Number, Number>,
    /// The same by number alone, for feeds that leave the authority out.
    alone: FxHashMap<String, Number>,
}

/// What a block says: a number that was given up, or that stands beside the first, and the one that holds.
pub(super) type Pairs = Vec<(Number, Number)>;

/// Whether a block merges anybody, judged by a quick search.
pub(super) fn may_merge(block: &[u8]) -> bool {
    memchr::memmem::find(block, b"MRG").is_some()
}

/// The pairs of numbers in a block of messages.
pub(super) fn pairs(block: &[u8]) -> Pairs {
    let mut pairs = Vec::new();
    let (starts, person) = (MessageStarts::default(), Finder::new(b"PID"));
    // Nearly every message has one number for one person.
    let merges = may_merge(block);
    let mut at = starts.next(block, 0);
    while let Some(start) = at {
        let end = starts.next(block, start + 3).unwrap_or(block.len());
        let one = &block[start..end];
        if merges && may_merge(one) || may_have_several(one, &person) {
            message(one, &mut pairs);
        }
        at = (end < block.len()).then_some(end);
    }
    pairs
}

fn message(message: &[u8], pairs: &mut Pairs) {
    let line_end = memchr::memchr2(b'\r', b'\n', message).unwrap_or(message.len());
    let Ok(delimiters) = Delimiters::of(&message[..line_end]) else { return };
    let (mut person, mut is_merge): (Option<Number>, bool) = (None, false);
    for segment in Segments::new(message, delimiters.field) {
        match &segment.name {
            b"MSH" => {
                let kind = field(message, &segment, 9, &delimiters);
                let trigger = kind.component(2, &delimiters).text.trim_ascii();
                is_merge = MERGES.contains(&trigger);
            }
            b"PID" => {
                let all = identifiers(field(message, &segment, 3, &delimiters), &delimiters);
                let chosen = all.iter().min_by_key(|one| one.rank);
                person = chosen.map(number);
                let same_kind =
                    all.iter().filter(|one| one.rank == 1 && chosen.is_some_and(|c| c.rank == 1));
                for other in same_kind.map(number) {
                    pairs
                        .extend(person.clone().filter(|own| *own != other).map(|own| (other, own)));
                }
            }
            b"MRG" if is_merge => {
                let all = identifiers(field(message, &segment, 1, &delimiters), &delimiters);
                let medical = all.iter().filter(|one| one.rank <= 1);
                let given_up: Vec<Number> = medical.map(number).collect();
                let given_up =
                    if given_up.is_empty() { all.iter().map(number).collect() } else { given_up };
                for other in given_up {
                    pairs
                        .extend(person.clone().filter(|own| *own != other).map(|own| (other, own)));
                }
            }
            _ => {}
        }
    }
}

/// Whether a PID segment may hold several medical record numbers.
fn may_have_several(message: &[u8], person: &Finder<'_>) -> bool {
    person.find_iter(message).any(|at| {
        let line = &message[at..];
        let end = memchr::memchr2(b'\r', b'\n', line).unwrap_or(line.len());
        let header = &message[..memchr::memchr2(b'\r', b'\n', message).unwrap_or(message.len())];
        let Ok(delimiters) = Delimiters::of(header) else { return false };
        if memchr::memchr(delimiters.repetition, &line[..end]).is_none() {
            return false;
        }
        // What goes on after a line end is looked at closely.
        let next = line[end..].trim_ascii_start();
        let is_whole = next.is_empty()
            || next.get(3) == Some(&delimiters.field)
                && next[..3].iter().all(u8::is_ascii_alphanumeric);
        let segment = Segment { name: *b"PID", start: 0, end, line: 0 };
        !is_whole || has_several(field(line, &segment, 3, &delimiters), &delimiters)
    })
}

fn number(identifier: &Identifier<'_>) -> Number {
    let text = |bytes: &[u8]| rxlint_model::record::decode(bytes.trim_ascii()).into_owned();
    (text(identifier.id), text(identifier.authority).to_uppercase())
}

impl Persons {
    /// Settles who goes by which number. The one that survives is nobody's earlier number; of several, or of none, the first in
    /// the alphabet.
    pub(super) fn of(pairs: Pairs) -> Self {
        let mut numbers: Vec<&Number> = pairs.iter().flat_map(|(from, to)| [from, to]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let index: FxHashMap<&Number, usize> = numbers.iter().copied().zip(0..).collect();
        let mut groups = Groups((0..numbers.len()).collect());
        for (from, to) in &pairs {
            groups.join(index[from], index[to]);
        }
        // A number without an authority is the one that has one, if only one has.
        for run in numbers.chunk_by(|a, b| a.0 == b.0) {
            if let [bare, only] = run
                && bare.1.is_empty()
            {
                groups.join(index[*bare], index[*only]);
            }
        }
        let given_up: FxHashSet<usize> = pairs.iter().map(|(from, _)| index[from]).collect();
        let mut survivors: FxHashMap<usize, usize> = FxHashMap::default();
        let rank = |at: usize| (given_up.contains(&at), numbers[at].1.is_empty(), at);
        for at in 0..numbers.len() {
            let survivor = survivors.entry(groups.root(at)).or_insert(at);
            if rank(at) < rank(*survivor) {
                *survivor = at;
            }
        }
        let mut surviving: FxHashMap<Number, Number> = FxHashMap::default();
        for at in 0..numbers.len() {
            let survivor = survivors.get(&groups.root(at)).copied().unwrap_or(at);
            if survivor != at {
                surviving.insert(numbers[at].clone(), numbers[survivor].clone());
            }
        }
        let mut alone = FxHashMap::default();
        // Where a feed leaves the authority out, the number alone must do, if it is one person's.
        for run in numbers.chunk_by(|a, b| a.0 == b.0) {
            if let [only] = run
                && let Some(survivor) = surviving.get(*only).cloned()
            {
                alone.insert(only.0.clone(), survivor);
            }
        }
        Self { surviving, alone }
    }

    /// The number that a person goes by, where it is another than the given one.
    pub(super) fn survivor(&self, identifier: &Identifier<'_>) -> Option<(&str, &str)> {
        if self.surviving.is_empty() {
            return None;
        }
        let (id, authority) = number(identifier);
        let is_bare = authority.is_empty();
        let found = self.surviving.get(&(id.clone(), authority));
        let found = found.or_else(|| {
            if is_bare { self.alone.get(&id) } else { self.surviving.get(&(id, String::new())) }
        });
        let (id, authority) = found?;
        Some((id, authority))
    }
}

/// Numbers that belong together, as a forest.
struct Groups(Vec<usize>);

impl Groups {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.0[high] = low;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survivor(messages: &[&str], id: &str, authority: &str) -> Option<String> {
        let all = messages.join("\r");
        let persons = Persons::of(pairs(all.as_bytes()));
        let identifier =
            Identifier { id: id.as_bytes(), authority: authority.as_bytes(), rank: 1, part: None };
        persons.survivor(&identifier).map(|(id, _)| id.to_owned())
    }

    fn merge(from: &str, to: &str) -> String {
        format!("MSH|^~\\&|A|B|C|D|20260301||ADT^A40^ADT_A39|1|P|2.5\rPID|1||{to}\rMRG|{from}")
    }

    #[test]
    fn merges_are_followed_whatever_their_order() {
        let (first, second) = (merge("A^^^H^MR", "B^^^H^MR"), merge("B^^^h^MR", "C^^^H^MR"));
        for messages in [[&*first, &*second], [&*second, &*first]] {
            assert_eq!(survivor(&messages, "A", "H").as_deref(), Some("C"));
            assert_eq!(survivor(&messages, "B", "H").as_deref(), Some("C"));
            assert_eq!(
                survivor(&messages, "B", "").as_deref(),
                Some("C"),
                "an authority that is left out"
            );
            assert_eq!(survivor(&messages, "C", "H"), None);
            assert_eq!(survivor(&messages, "A", "OTHER"), None, "another hospital's A");
        }
    }

    #[test]
    fn two_record_numbers_in_one_message_are_one_person() {
        let two = "MSH|^~\\&|A|B|C|D|20260301||RDS^O13|1|P|2.5\rPID|1||N^^^H^MR~O^^^H^MR~7^^^^SS";
        assert_eq!(survivor(&[two], "O", "H").as_deref(), Some("N"));
        assert_eq!(survivor(&[two], "7", ""), None, "nobody is found by a social security number");
    }

    #[test]
    fn what_moves_an_account_merges_nobody() {
        let moved = merge("A^^^H^MR", "B^^^H^MR").replace("A40", "A44");
        assert_eq!(survivor(&[&moved], "A", "H"), None);
    }
}
