//! Which numbers belong to one person: merges (A40 and the like), and several medical record numbers in one message.
//!
//! Decided over all inputs before any record is read, whatever the order of the messages.

use std::hash::BuildHasher;

use memchr::memmem::Finder;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::delimiters::Delimiters;
use super::patient::{self, Identifier, identifiers};
use super::segments::{MessageStarts, Segment, Segments, field};
use crate::merges::{Merge, survivors};

/// Triggers of messages whose MRG segment gives a number that the person no longer has. Moves of accounts and visits also name a second person, but
/// merge no one. If numbers are moved (A43), what was under one is under the other from then on.
const MERGES: [&[u8]; 9] = [b"A18", b"A30", b"A34", b"A36", b"A39", b"A40", b"A43", b"A46", b"A47"];

/// The trigger of a message whose two PID segments are one person, and of the one that reverses that.
const LINK: &[u8] = b"A24";
const UNLINK: &[u8] = b"A37";

/// A number seen with more others than this belongs to no one in particular.
const MOST_OTHERS: usize = 8;

/// An identifier and its issuer, the latter without regard to letter case.
type Number = (String, String);

/// The numbers of a run that were replaced.
#[derive(Debug, Default)]
pub(crate) struct Persons {
    surviving: FxHashMap<Number, Number>,
    /// The same by number only, for feeds that leave the authority out.
    alone: FxHashMap<String, Number>,
    /// The identifiers in these, hashed: nearly all that are looked up are not there.
    changed: FxHashSet<u64>,
    /// Other names of authorities, each with the one to use.
    authorities: FxHashMap<String, String>,
}

/// What a block says about numbers.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    /// A number that was given up, and the surviving number.
    merged: Vec<(Number, Number)>,
    /// A number next to the first one in a message, the first one, and the birth date.
    beside: Vec<(Number, Number, String)>,
    /// Two numbers that are said to be one person's or no longer so, and when.
    linked: Vec<(Number, Number, String, bool)>,
    /// A universal identifier and the name next to it.
    authorities: Vec<(String, String)>,
}

impl Pairs {
    /// Adds the identifiers of one person, each with its issuer, and the birth date: documents list them in any order.
    pub(crate) fn add(&mut self, mut identifiers: Vec<(String, String)>, born: &str) {
        let is_number = |id: &str| id.bytes().any(|byte| byte.is_ascii_digit());
        identifiers.retain(|(id, _)| is_number(id) && is_telling(id.as_bytes(), true, false));
        identifiers.sort_unstable();
        identifiers.dedup();
        let numbers = identifiers.into_iter().map(|(id, issued)| (id, upper(issued.as_bytes())));
        let numbers: Vec<Number> = numbers.collect();
        let Some((own, others)) = numbers.split_first() else { return };
        let pair = |other: &Number| (other.clone(), own.clone(), born.to_owned());
        self.beside.extend(others.iter().map(pair));
    }

    /// Adds the content of a later block.
    pub(crate) fn absorb(&mut self, later: Self) {
        self.merged.extend(later.merged);
        self.beside.extend(later.beside);
        self.linked.extend(later.linked);
        self.authorities.extend(later.authorities);
    }
}

/// Whether a block merges or links any persons, by a quick search.
pub(super) fn may_merge(block: &[u8]) -> bool {
    [&b"MRG"[..], LINK, UNLINK].iter().any(|word| memchr::memmem::find(block, word).is_some())
}

/// What a block of messages says about numbers.
pub(super) fn pairs(block: &[u8]) -> Pairs {
    let mut pairs = Pairs::default();
    let (starts, person) = (MessageStarts::default(), Finder::new(b"PID"));
    // Nearly every message has one number for one person, and most that have several have been seen before.
    let merges = may_merge(block);
    let mut seen = FxHashSet::default();
    let mut at = starts.next(block, 0);
    while let Some(start) = at {
        let end = starts.next(block, start + 3).unwrap_or(block.len());
        let one = &block[start..end];
        if merges && may_merge(one) || !lines(one, &person, &mut seen, &mut pairs) {
            message(one, &mut pairs);
        }
        at = (end < block.len()).then_some(end);
    }
    pairs
}

/// Takes what the PID segments of a message say, each of which is one line; `false` if one may continue after a line end.
fn lines(
    message: &[u8],
    person: &Finder<'_>,
    seen: &mut FxHashSet<u64>,
    pairs: &mut Pairs,
) -> bool {
    let header = &message[..memchr::memchr2(b'\r', b'\n', message).unwrap_or(message.len())];
    let mut delimiters = None;
    for at in person.find_iter(message) {
        let line = &message[at..];
        let end = memchr::memchr2(b'\r', b'\n', line).unwrap_or(line.len());
        let delimiters = match delimiters {
            Some(known) => known,
            None => match Delimiters::of(header) {
                Ok(read) => *delimiters.insert(read),
                Err(_) => return true,
            },
        };
        let tells = |byte: u8| memchr::memchr(byte, &line[..end]).is_some();
        if !tells(delimiters.repetition) && !delimiters.sub.is_some_and(tells) {
            continue;
        }
        // A segment that continues after a line end needs a closer look.
        let next = line[end..].trim_ascii_start();
        let is_whole = next.is_empty()
            || next.get(3) == Some(&delimiters.field)
                && next[..3].iter().all(u8::is_ascii_alphanumeric);
        if !is_whole {
            return false;
        }
        let segment = Segment { name: *b"PID", start: 0, end, line: 0 };
        let list = field(line, &segment, 3, &delimiters);
        let said = [list.text, field(line, &segment, 7, &delimiters).text].join(&b'|');
        if seen.insert(hash(&said)) {
            of_person(line, &segment, &delimiters, pairs);
        }
    }
    true
}

/// Takes the numbers of a PID segment; returns the one to be used.
fn of_person(
    message: &[u8],
    segment: &Segment,
    delimiters: &Delimiters,
    pairs: &mut Pairs,
) -> Option<Number> {
    let list = field(message, segment, 3, delimiters);
    for part in list.repetitions(delimiters) {
        let issued = part.component(4, delimiters);
        let [name, universal] = [1, 2].map(|n| upper(issued.sub(n, delimiters).text));
        if !name.is_empty() && !universal.is_empty() && name != universal {
            pairs.authorities.push((universal, name));
        }
    }
    let all = identifiers(list, delimiters);
    let Some(chosen) = all.iter().min_by_key(|one| one.rank) else {
        let older = patient::older(message, segment, delimiters);
        return older.iter().min_by_key(|one| one.rank).map(number);
    };
    let own = number(chosen);
    let born = field(message, segment, 7, delimiters).component(1, delimiters).text.trim_ascii();
    let born = String::from_utf8_lossy(born.get(..8).unwrap_or_default()).into_owned();
    let links = |one: &&Identifier<'_>| {
        one.links && is_telling(one.id, one.rank == 1, !one.authority.is_empty())
    };
    if links(&chosen) {
        let others = all.iter().filter(links).map(number).filter(|other| *other != own);
        pairs.beside.extend(others.map(|other| (other, own.clone(), born.clone())));
    }
    Some(own)
}

/// Whether an identifier is not a filler, which would make several people one. A record number may be anything but zeros and nines; others may be
/// short only if their issuer is stated.
fn is_telling(id: &[u8], is_record: bool, is_issued: bool) -> bool {
    let is_filler = id.iter().all(|byte| matches!(byte, b'0' | b'9'));
    let varies = id.len() == 1 || id.iter().any(|byte| *byte != id[0]);
    let is_number = id.iter().any(u8::is_ascii_digit) && varies && (id.len() > 2 || is_issued);
    !is_filler && (is_record || is_number)
}

fn upper(text: &[u8]) -> String {
    rxlint_model::record::decode(text.trim_ascii()).to_uppercase()
}

/// Whether a message says that two numbers are one person's, but not which: this cannot be followed. `trigger` is the trigger in its header.
pub(super) fn is_unclear_merge(message: &[u8], trigger: &[u8]) -> bool {
    let may_be = trigger.is_empty() || trigger == LINK || MERGES.contains(&trigger);
    may_be && !self::message(message, &mut Pairs::default())
}

/// Takes what a message says about numbers; `false` if it merges two, and does not say which.
fn message(message: &[u8], pairs: &mut Pairs) -> bool {
    let line_end = memchr::memchr2(b'\r', b'\n', message).unwrap_or(message.len());
    let Ok(delimiters) = Delimiters::of(&message[..line_end]) else { return true };
    let (mut persons, mut trigger, mut sent) = (Vec::new(), &b""[..], String::new());
    let (mut own, mut merged, mut unclear) = (None, false, false);
    for segment in Segments::new(message, delimiters.field) {
        let at = |n: u8| field(message, &segment, n, &delimiters);
        match &segment.name {
            b"MSH" => {
                trigger = at(9).component(2, &delimiters).text.trim_ascii();
                sent = upper(at(7).text);
            }
            // In older messages the trigger is only in EVN.
            b"EVN" if trigger.is_empty() => {
                trigger = at(1).component(1, &delimiters).text.trim_ascii();
            }
            b"PID" => {
                own = of_person(message, &segment, &delimiters, pairs);
                persons.extend(own.clone());
            }
            b"MRG" if MERGES.contains(&trigger) => {
                let given_up = given_up(message, &segment, &delimiters);
                merged = true;
                unclear |= own.is_none() || given_up.is_empty();
                let pair = |other| Some((other, own.clone()?)).filter(|(other, own)| other != own);
                pairs.merged.extend(given_up.into_iter().filter_map(pair));
            }
            _ => {}
        }
    }
    if let ([first, second], LINK | UNLINK) = (&persons[..], trigger) {
        let (first, second) = (first.clone(), second.clone());
        pairs.linked.push((second, first, sent, trigger == LINK));
    }
    let is_whole = match trigger {
        LINK => persons.len() == 2,
        trigger => merged || !MERGES.contains(&trigger),
    };
    is_whole && !unclear
}

/// The numbers that an MRG segment gives up: the medical record numbers among them, else all; in older feeds that of MRG-4.
fn given_up(message: &[u8], segment: &Segment, delimiters: &Delimiters) -> Vec<Number> {
    let of = |n: u8| identifiers(field(message, segment, n, delimiters), delimiters);
    let listed = of(1);
    let all = if listed.is_empty() { of(4) } else { listed };
    let medical: Vec<Number> = all.iter().filter(|one| one.rank <= 1).map(number).collect();
    if medical.is_empty() { all.iter().map(number).collect() } else { medical }
}

fn number(identifier: &Identifier<'_>) -> Number {
    let text = |bytes: &[u8]| rxlint_model::record::decode(bytes.trim_ascii()).into_owned();
    (text(identifier.id), text(identifier.authority).to_uppercase())
}

impl Persons {
    /// Decides each person's number. The surviving one was never given up; of several, or if there is none, it is the first in alphabetical order.
    pub(crate) fn of(said: Pairs) -> Self {
        let authorities = one_name_each(&said.authorities);
        let pairs = pairs_of(said, &authorities);
        let numbers = survivors(&pairs, |a, b| a.0 == b.0, |number| number.1.is_empty());
        let is_given_up = |(number, survivor): &&(&Number, &Number)| number != survivor;
        let surviving: FxHashMap<Number, Number> = (numbers.iter().filter(is_given_up))
            .map(|(number, survivor)| ((*number).clone(), (*survivor).clone()))
            .collect();
        let mut alone = FxHashMap::default();
        // If a feed leaves the authority out, the number alone must do, if it is one person's.
        for run in numbers.chunk_by(|a, b| a.0.0 == b.0.0) {
            if let [(only, survivor)] = run
                && only != survivor
            {
                alone.insert(only.0.clone(), (*survivor).clone());
            }
        }
        let changed = surviving.keys().map(|(id, _)| hash(id.as_bytes())).collect();
        Self { surviving, alone, changed, authorities }
    }

    /// Every number that was replaced, with the surviving one, in a fixed order.
    pub(crate) fn merges(&self) -> Vec<Merge> {
        let mut merges: Vec<Merge> = (self.surviving.iter())
            .map(|(given_up, number)| Merge { given_up: given_up.clone(), number: number.clone() })
            .collect();
        merges.sort_unstable();
        merges
    }

    /// The name to use for an authority with several names, if it differs from the given one.
    pub(super) fn authority(&self, name: &[u8]) -> Option<&str> {
        if self.authorities.is_empty() {
            return None;
        }
        self.authorities.get(&upper(name)).map(String::as_str)
    }

    /// The same for an identifier of a document.
    pub(crate) fn survivor_of(&self, id: &str, authority: &str) -> Option<(&str, &str)> {
        let (id, authority) = (id.as_bytes(), authority.as_bytes());
        self.survivor(&Identifier { id, authority, rank: 1, links: true, part: None })
    }

    /// The number to use for a person, if it differs from the given one.
    pub(super) fn survivor(&self, identifier: &Identifier<'_>) -> Option<(&str, &str)> {
        if !self.changed.contains(&hash(identifier.id.trim_ascii())) {
            return None;
        }
        let number = named(number(identifier), &self.authorities);
        let (id, authority) = number;
        let is_bare = authority.is_empty();
        let found = self.surviving.get(&(id.clone(), authority));
        let found = found.or_else(|| {
            if is_bare { self.alone.get(&id) } else { self.surviving.get(&(id, String::new())) }
        });
        let (id, authority) = found?;
        Some((id, authority))
    }
}

fn hash(id: &[u8]) -> u64 {
    FxBuildHasher.hash_one(id)
}

/// A number with the name to use for its authority.
fn named((id, authority): Number, authorities: &FxHashMap<String, String>) -> Number {
    let authority = authorities.get(&authority).cloned().unwrap_or(authority);
    (id, authority)
}

/// The name to use for an authority that has a universal identifier and names: the first name in alphabetical order.
fn one_name_each(said: &[(String, String)]) -> FxHashMap<String, String> {
    let mut said: Vec<&(String, String)> = said.iter().collect();
    said.sort_unstable();
    said.dedup();
    let mut names = FxHashMap::default();
    for run in said.chunk_by(|a, b| a.0 == b.0) {
        let first = &run[0].1;
        names.insert(run[0].0.clone(), first.clone());
        names.extend(run[1..].iter().map(|(_, other)| (other.clone(), first.clone())));
    }
    names
}

/// The pairs of numbers that are one person's: a number that several people have, judging by their birth dates or their count, is no one's, and of
/// several links the latest counts.
fn pairs_of(said: Pairs, authorities: &FxHashMap<String, String>) -> Vec<(Number, Number)> {
    let named = |number| named(number, authorities);
    let mut pairs: Vec<(Number, Number)> =
        said.merged.into_iter().map(|(from, to)| (named(from), named(to))).collect();
    let mut beside: Vec<_> = said
        .beside
        .into_iter()
        .map(|(other, own, born)| (named(other), named(own), born))
        .collect();
    beside.sort_unstable();
    beside.dedup();
    for run in beside.chunk_by(|a, b| a.0 == b.0) {
        let mut born: Vec<&str> =
            run.iter().map(|one| one.2.as_str()).filter(|born| !born.is_empty()).collect();
        born.sort_unstable();
        born.dedup();
        let mut own: Vec<&Number> = run.iter().map(|one| &one.1).collect();
        own.dedup();
        if born.len() < 2 && own.len() <= MOST_OTHERS {
            pairs.extend(own.into_iter().map(|own| (run[0].0.clone(), own.clone())));
        }
    }
    let mut linked: Vec<_> = said
        .linked
        .into_iter()
        .map(|(from, to, sent, is)| (named(from), named(to), sent, is))
        .collect();
    linked.sort_unstable_by(|a, b| a.2.cmp(&b.2));
    let is_same = |a: &(Number, Number, String, bool), b: &(Number, Number, String, bool)| {
        (&a.0, &a.1) == (&b.0, &b.1) || (&a.0, &a.1) == (&b.1, &b.0)
    };
    for (at, link) in linked.iter().enumerate() {
        if link.3 && !linked[at + 1..].iter().any(|later| !later.3 && is_same(link, later)) {
            pairs.push((link.0.clone(), link.1.clone()));
        }
    }
    pairs.retain(|(from, to)| from != to);
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survivor(messages: &[&str], id: &str, authority: &str) -> Option<String> {
        let all = messages.join("\r");
        let persons = Persons::of(pairs(all.as_bytes()));
        let identifier = Identifier {
            id: id.as_bytes(),
            authority: authority.as_bytes(),
            rank: 1,
            links: true,
            part: None,
        };
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

    /// A message about someone with these identifiers.
    fn about(identifiers: &str, born: &str) -> String {
        format!("MSH|^~\\&|A|B|C|D|20260301||RDS^O13|1|P|2.5\rPID|1||{identifiers}||Doe^J||{born}")
    }

    #[test]
    fn an_enterprise_number_joins_the_records_of_two_houses() {
        let (main, west) = ("E3345^^^EPIC^EPI~203345^^^MAIN^MR", "E3345^^^EPIC^EPI~77^^^WEST^MR");
        let both = [about(main, "19800101"), about(west, "19800101")];
        let both = both.each_ref().map(String::as_str);
        assert_eq!(survivor(&both, "77", "WEST").as_deref(), Some("203345"));
        assert_eq!(survivor(&both, "E3345", "EPIC").as_deref(), Some("203345"));
        let other = [about(main, "19800101"), about(west, "19790101")];
        let other = other.each_ref().map(String::as_str);
        assert_eq!(survivor(&other, "77", "WEST"), None, "two birth dates are two people");
        let fillers =
            ["M1^^^H^MR~000000^^^N^NI", "M2^^^H^MR~000000^^^N^NI"].map(|id| about(id, ""));
        let fillers = fillers.each_ref().map(String::as_str);
        assert_eq!(survivor(&fillers, "M2", "H"), None);
        let accounts = ["M1^^^H^MR~A17^^^H^AN", "M2^^^H^MR~A17^^^H^AN"].map(|id| about(id, ""));
        let accounts = accounts.each_ref().map(String::as_str);
        assert_eq!(survivor(&accounts, "M2", "H"), None, "an account may be a family's");
    }

    #[test]
    fn a_link_makes_two_numbers_one_person_until_it_is_taken_back() {
        let link = |trigger: &str, day: &str| {
            format!(
                "MSH|^~\\&|A|B|C|D|{day}||ADT^{trigger}|1|P|2.5\rPID|1||A^^^H^MR\rPV1|1|O\rPID|1||B^^^H^MR\rPV1|1|O"
            )
        };
        let (linked, taken_back) = (link("A24", "20260311"), link("A37", "20260312"));
        assert_eq!(survivor(&[&linked], "B", "H").as_deref(), Some("A"));
        assert_eq!(survivor(&[&taken_back, &linked], "B", "H"), None);
    }

    #[test]
    fn an_authority_is_one_by_its_universal_identifier() {
        let both = about("M1^^^HOSP&1.2.3.4&ISO^MR", "");
        let persons = Persons::of(pairs(both.as_bytes()));
        assert_eq!(persons.authority(b"1.2.3.4"), Some("HOSP"));
        assert_eq!(persons.authority(b"HOSP"), None);
    }

    #[test]
    fn every_trigger_that_merges_does_wherever_the_numbers_stand() {
        for trigger in ["A18", "A30", "A34", "A36", "A39", "A40", "A46", "A47"] {
            let merge = merge("A^^^H^MR", "B^^^H^MR").replace("A40^ADT_A39", trigger);
            assert_eq!(survivor(&[&merge], "A", "H").as_deref(), Some("B"), "{trigger}");
        }
        for older in [
            "MSH|^~\\&|A|B|C|D|20260301||ADT^A39|1|P|2.5\rPID|1||B^^^H^MR\rMRG||||A^^^H^MR",
            "MSH|^~\\&|A|B|C|D|20260301||ADT^A34|1|P|2.2\rPID|1|B^^^H^MR\rMRG|A^^^H^MR",
            "MSH|^~\\&|A|B|C|D|20260301||ADT|1|P|2.1\rEVN|A18|20260301\rPID|1|B^^^H^MR\rMRG||||A^^^H^MR",
        ] {
            assert_eq!(survivor(&[older], "A", "H").as_deref(), Some("B"), "{older}");
        }
    }

    #[test]
    fn a_merge_that_does_not_say_whom_is_unclear() {
        let header = "MSH|^~\\&|A|B|C|D|20260301||ADT^A40|1|P|2.5\r";
        for (rest, unclear) in [
            ("PID|1||B^^^H^MR\rMRG|A^^^H^MR", false),
            ("PID|1||B^^^H^MR\rMRG|", true),
            ("PID|1||B^^^H^MR", true),
            ("MRG|A^^^H^MR", true),
            ("PID|1||\rMRG|A^^^H^MR", true),
            ("PID|1||B^^^H^MR\rMRG|A^^^H^MR\rPID|1||\rMRG|C^^^H^MR", true),
        ] {
            let message = format!("{header}{rest}");
            assert_eq!(is_unclear_merge(message.as_bytes(), b"A40"), unclear, "{rest}");
        }
        assert!(!is_unclear_merge(header.replace("A40", "A08").as_bytes(), b"A08"));
    }

    #[test]
    fn what_moves_an_account_merges_nobody() {
        let moved = merge("A^^^H^MR", "B^^^H^MR").replace("A40", "A44");
        assert_eq!(survivor(&[&moved], "A", "H"), None);
    }
}
