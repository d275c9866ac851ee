//! The words of a status, in the languages of pharmacies, and what they mean: read from `words.csv`, with a site's additions.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use rxlint_model::answers::{says_no, says_yes};
use rxlint_model::place::{Place, RowKey};
use rxlint_model::record::{AdjustmentCodes, decode};

use super::phrase;
use crate::exposure::days;

/// What a word or code of a status means for its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It is an exposure.
    Active,
    /// It is an exposure that is over.
    Ended,
    /// It was never taken, or must not be.
    Inactive,
    /// It was never taken, and neither was the claim with its number: a cancellation that may be next to that claim.
    Cancelled,
    /// It was refused: not taken; a refused reversal reverses nothing.
    Rejected,
    /// It reverses an earlier claim.
    Reversal,
    /// It replaces an earlier claim.
    Replacement,
}

/// What a site says that a status word means, under `[status]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatusMeaning {
    /// An exposure.
    Active,
    /// A course that is over: it no longer runs on to today.
    Ended,
    /// Not taken.
    Cancelled,
    /// Reverses the earlier claim with the same number.
    Reversed,
}

/// Which words and codes mean what.
#[derive(Clone, Debug, Default)]
pub struct StatusTable {
    meanings: FxHashMap<(Option<AdjustmentCodes>, String), Meaning>,
    /// A site's own words.
    own: FxHashSet<String>,
    /// Words for what is active and, in a list of medication, goes on.
    ongoing: FxHashSet<String>,
}

const WORDS: &str = include_str!("words.csv");

/// How they pass on a dose of zero, which may be none or one that was not recorded.
pub(super) const NO_AMOUNT: &str = "dose of nothing";
/// How they pass on a row that says that an order ended on its day.
pub(super) const ORDER_ENDED: &str = "order ended";
/// How they pass on a row that says what was ordered, in a table that has rows for what was handed over too.
pub(super) const ORDERED: &str = "order of fills";
/// How readers of tables pass on a cell whose column leaves its meaning open, after what is written there.
const READ_AS: [(&str, &str); 15] = [
    ("R", "refill r"),
    ("R", "refill or rejected"),
    ("R", "replacement"),
    ("R", "replacement or reversal"),
    ("R", "reversal or rejection"),
    ("V", "verified or void"),
    ("A", "ano or active"),
    ("Stopped", "dose or stop"),
    ("Removed", "dose or removal"),
    ("0", NO_AMOUNT),
    ("Paused", "dose or pause"),
    ("Ordered", "dose or order"),
    ("Scheduled", "dose or plan"),
    ("Expired", "dose or expiry"),
    ("Inactive", "dose or inactive"),
];

/// What the file says, for a passed-on text that does not occur in it.
fn as_written(text: &str) -> &str {
    READ_AS.iter().find(|(_, read)| *read == text).map_or(text, |(written, _)| written)
}

static BUILT_IN: LazyLock<StatusTable> = LazyLock::new(|| {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#')).skip(1);
    let meanings = lines.filter_map(|line| {
        let mut cells = line.split(',');
        let (kind, meaning) = (kind(cells.next()?)?, meaning(cells.next()?)?);
        Some(((kind, fold(cells.nth(1)?)), meaning))
    });
    let is_ongoing = |line: &&str| line.starts_with("status,ongoing,");
    let ongoing = WORDS.lines().filter(is_ongoing).filter_map(|line| line.split(',').nth(3));
    StatusTable {
        meanings: meanings.collect(),
        own: FxHashSet::default(),
        ongoing: ongoing.map(fold).collect(),
    }
});

fn kind(name: &str) -> Option<Option<AdjustmentCodes>> {
    Some(match name {
        "status" => None,
        "transaction" => Some(AdjustmentCodes::Transaction),
        "claim" => Some(AdjustmentCodes::Claim),
        "claim-type" => Some(AdjustmentCodes::ClaimType),
        "frequency" => Some(AdjustmentCodes::Frequency),
        "action" => Some(AdjustmentCodes::Action),
        _ => return None,
    })
}

fn meaning(name: &str) -> Option<Meaning> {
    Some(match name {
        "active" | "ongoing" => Meaning::Active,
        "ended" => Meaning::Ended,
        "inactive" => Meaning::Inactive,
        "cancelled" => Meaning::Cancelled,
        "rejected" => Meaning::Rejected,
        "reversal" => Meaning::Reversal,
        "replacement" => Meaning::Replacement,
        _ => return None,
    })
}

const FREQUENCY: Option<AdjustmentCodes> = Some(AdjustmentCodes::Frequency);

/// What the sign of an amount says, or an amount with its sign: `-`, `+`, `-1`, `(12.50)`, `$12.50-`.
fn sign(cell: &[u8]) -> Option<Meaning> {
    let text = decode(cell).replace(['$', '\u{20ac}', '\u{a3}'], "");
    match (days::number(text.trim().as_bytes()), text.as_bytes()) {
        (Some(number), _) if number < 0.0 => Some(Meaning::Reversal),
        (Some(_), _) => Some(Meaning::Active),
        (None, [b'-', ..]) => Some(Meaning::Reversal),
        (None, [b'+', ..]) => Some(Meaning::Active),
        _ => None,
    }
}

fn is_number(cell: &[u8]) -> bool {
    cell.iter().all(u8::is_ascii_digit)
}

impl StatusTable {
    /// The built-in words.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The built-in words with a site's own, which come first.
    pub fn with(own: &BTreeMap<String, StatusMeaning>) -> Self {
        let mut table = BUILT_IN.clone();
        for (word, meaning) in own {
            let meaning = match meaning {
                StatusMeaning::Active => Meaning::Active,
                StatusMeaning::Ended => Meaning::Ended,
                StatusMeaning::Cancelled => Meaning::Inactive,
                StatusMeaning::Reversed => Meaning::Reversal,
            };
            table.meanings.insert((None, fold(word)), meaning);
            table.own.insert(fold(word));
            let read = READ_AS.iter().filter(|(written, _)| fold(written) == fold(word));
            for (_, read) in read {
                table.meanings.insert((None, fold(read)), meaning);
            }
            // A site does not say in which column its word occurs.
            let codes = [
                AdjustmentCodes::Transaction,
                AdjustmentCodes::Claim,
                AdjustmentCodes::ClaimType,
                AdjustmentCodes::Frequency,
                AdjustmentCodes::Action,
            ];
            for codes in codes {
                table.meanings.insert((Some(codes), fold(word)), meaning);
            }
        }
        table
    }

    /// Whether a site says what a word means.
    pub(super) fn is_own(&self, word: &[u8]) -> bool {
        !self.own.is_empty() && self.own.contains(&fold(&decode(word)))
    }

    /// Whether a cell says that what is in a list of medication goes on: `Active`, `Active - PRN`, `En cours`.
    pub fn goes_on(&self, cell: &[u8]) -> bool {
        let text = decode(cell);
        let is_ongoing = |text: &str| self.ongoing.contains(&fold(text));
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        self.look(None, cell) == Some(Meaning::Active)
            && (is_ongoing(&text) || words.any(is_ongoing))
    }

    /// What a whole text means as a status, if it is one.
    pub(super) fn known(&self, text: &str) -> Option<Meaning> {
        self.meanings.get(&(None, fold(text))).copied()
    }

    /// What a cell of that kind of column means; `None` if nothing is known about it. A code that its kind of column does not have may still be a
    /// word.
    pub fn look(&self, codes: Option<AdjustmentCodes>, cell: &[u8]) -> Option<Meaning> {
        if cell.is_empty() {
            return None;
        }
        if codes == Some(AdjustmentCodes::Indicator) {
            if says_yes(cell) || matches!(cell.to_ascii_lowercase().as_slice(), b"r" | b"v") {
                return Some(Meaning::Reversal);
            }
            if says_no(cell) {
                return Some(Meaning::Active);
            }
        }
        if codes == Some(AdjustmentCodes::Sign) {
            return sign(cell);
        }
        let cell = match cell {
            // The last digit of a type of bill is the frequency.
            [.., last] if matches!(cell.len(), 3 | 4) && is_number(cell) && codes == FREQUENCY => {
                std::slice::from_ref(last)
            }
            _ => cell,
        };
        let text = decode(cell);
        let folded = fold(&text);
        let get = |codes, word: &str| self.meanings.get(&(codes, word.to_owned())).copied();
        if codes.is_some() {
            // A flag column of adjustments may hold the letters of an adjustment code.
            let letters =
                (codes == Some(AdjustmentCodes::ClaimType)).then_some(Some(AdjustmentCodes::Claim));
            return get(codes, &folded)
                .or_else(|| get(letters?, &folded))
                .or_else(|| if folded.len() > 1 { get(None, &folded) } else { None });
        }
        let look = |text: &str| self.known(text);
        // A question whether it was taken does not say that it was not.
        let is_open = |meaning: &Meaning| text.contains('?') && phrase::is_not_taken(*meaning);
        get(None, &folded).or_else(|| phrase::meaning(&text, look)).filter(|known| !is_open(known))
    }
}

/// Whether a word occurs in texts of statuses.
fn is_of_status(word: &str) -> bool {
    static KNOWN: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
        let lines = WORDS.lines().filter(|line| !line.starts_with('#')).skip(1);
        let texts = lines.filter_map(|line| line.split(',').nth(3));
        texts.flat_map(str::split_whitespace).chain(phrase::words()).map(fold).collect()
    });
    const OTHERS: [&str; 46] = [
        "insurance",
        "primary",
        "secondary",
        "payer",
        "or",
        "and",
        "then",
        "on",
        "patient",
        "family",
        "nurse",
        "provider",
        "pharmacy",
        "physician",
        "off",
        "unit",
        "see",
        "alternative",
        "available",
        "unavailable",
        "drug",
        "medication",
        "med",
        "dose",
        "patch",
        "removed",
        "applied",
        "per",
        "no",
        "not",
        "was",
        "by",
        "to",
        "of",
        "the",
        "for",
        "automatically",
        "waiting",
        "awaiting",
        "ready",
        "customer",
        "call",
        "queue",
        "in",
        "pick",
        "up",
    ];
    let word = fold(word);
    word.is_empty() || OTHERS.contains(&word.as_str()) || KNOWN.contains(&word)
}

/// Letters and digits in lower case, without accents.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase) {
        match c {
            'à'..='å' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'è'..='ë' | 'ę' | 'ě' => folded.push('e'),
            'ì'..='ï' => folded.push('i'),
            'ł' => folded.push('l'),
            'ñ' | 'ń' => folded.push('n'),
            'ò'..='ö' | 'ø' => folded.push('o'),
            'ś' | 'š' => folded.push('s'),
            'ù'..='ü' => folded.push('u'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            c => folded.push(c),
        }
    }
    folded
}

/// Unknown status words, with how often each was met. The union of two does not depend on how the records were divided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnknownStatuses {
    words: BTreeMap<Box<[u8]>, Met>,
    /// How many records had one.
    pub records: u64,
    /// The first of them.
    first: Option<RowKey>,
    /// Whether there were more than are kept: then none are.
    many: bool,
}

/// How often a word was met, and in which record first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Met {
    count: u64,
    first: RowKey,
}

/// Words for *not*, which are not names.
const DENIALS: [&str; 11] =
    ["not", "no", "never", "without", "did not", "não", "nao", "nicht", "niet", "ikke", "inte"];

/// A column with more distinct words than this does not hold statuses.
const MOST: usize = 24;

impl UnknownStatuses {
    /// Counts a record with that word.
    pub fn add(&mut self, word: &[u8], record: RowKey) {
        // Rows settled at a glance have no number.
        let first = RowKey::from(Place { record: 0, ..record.place() });
        self.add_many(word, Met { count: 1, first });
        self.note_first(Some(first));
        self.records += 1;
    }

    /// Shifts the records by what precedes their block.
    pub(crate) fn shift(&mut self, by: RowKey) {
        let firsts = self.words.values_mut().map(|met| &mut met.first);
        for first in firsts.chain(&mut self.first) {
            *first = first.shifted(by);
        }
    }

    fn note_first(&mut self, record: Option<RowKey>) {
        self.first = self.first.into_iter().chain(record).min();
    }

    fn add_many(&mut self, word: &[u8], met: Met) {
        if self.many {
            return;
        }
        match self.words.get_mut(word) {
            Some(known) => {
                known.count += met.count;
                known.first = known.first.min(met.first);
            }
            None => {
                self.words.insert(word.into(), met);
            }
        }
        if self.words.len() > MOST {
            self.many = true;
            self.words.clear();
        }
    }

    /// Adds what others counted.
    pub fn absorb(&mut self, other: &Self) {
        self.records += other.records;
        self.note_first(other.first);
        self.many |= other.many;
        if self.many {
            self.words.clear();
        }
        for (word, met) in &other.words {
            self.add_many(word, *met);
        }
    }

    /// The first record whose word may not be shown.
    pub fn first_hidden(&self) -> Option<RowKey> {
        let shown = self.shown();
        let is_hidden = |word: &[u8]| {
            let text = decode(word);
            !shown.iter().any(|(word, _)| *word == as_written(&text))
        };
        let hidden = self.words.iter().filter(|(word, _)| is_hidden(word));
        if self.many { self.first } else { hidden.map(|(_, met)| met.first).min() }
    }

    /// The words that may be shown, the most frequent first: short ones of letters, if they are few. A status cell may hold anything.
    pub fn shown(&self) -> Vec<(String, u64)> {
        let mut shown: Vec<(String, u64)> = Vec::new();
        for (word, met) in &self.words {
            let text = decode(word);
            let text = as_written(&text);
            let words = text.split_whitespace().count();
            // A status may have several words; if they are not status words, they may be a name.
            let is_phrase = words > 1
                && words <= 5
                && text.split(|c: char| !c.is_alphabetic()).all(is_of_status);
            let is_word =
                text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '_' | '/'));
            // No name begins with a denial.
            let lower = text.to_lowercase();
            let begins_with = |denial: &&str| {
                lower.strip_prefix(*denial).is_some_and(|rest| rest.starts_with(' '))
            };
            let is_denial = (2..=3).contains(&words) && is_word && DENIALS.iter().any(begins_with);
            let is_code = text.len() <= 3 && text.chars().all(|c| c.is_ascii_alphanumeric());
            if is_code
                || is_phrase
                || is_denial
                || is_word && words == 1 && text.chars().count() <= 20
            {
                shown.push((text.to_owned(), met.count));
            }
        }
        shown.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        shown.truncate(8);
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_understood_and_no_word_is_given_twice() {
        let lines: Vec<&str> =
            WORDS.lines().filter(|line| !line.starts_with('#')).skip(1).collect();
        assert!(lines.iter().all(|line| line.split(',').count() == 4));
        assert_eq!(lines.len(), BUILT_IN.meanings.len());
    }

    #[test]
    fn a_site_says_what_its_own_words_mean() {
        let own = BTreeMap::from([
            ("FOO".to_owned(), StatusMeaning::Cancelled),
            ("RTS".to_owned(), StatusMeaning::Active),
        ]);
        let table = StatusTable::with(&own);
        assert_eq!(table.look(None, b"foo"), Some(Meaning::Inactive));
        assert_eq!(table.look(None, b"RTS"), Some(Meaning::Active));
        assert_eq!(table.look(Some(AdjustmentCodes::Transaction), b"Foo"), Some(Meaning::Inactive));
    }

    fn counted(words: &[String]) -> UnknownStatuses {
        let mut unknown = UnknownStatuses::default();
        words.iter().zip(1..).for_each(|(word, at)| unknown.add(word.as_bytes(), RowKey(at)));
        unknown
    }

    #[test]
    fn unknown_words_add_up_however_they_were_split() {
        let words: Vec<String> = (0..30).map(|n| format!("W{}", n % 26)).collect();
        for at in 0..words.len() {
            let (a, b) = words.split_at(at);
            let (mut both, mut whole) = (counted(a), counted(&words));
            both.absorb(&counted(b));
            // Each part was numbered from 1.
            (both.first, whole.first) = (None, None);
            both.words
                .values_mut()
                .chain(whole.words.values_mut())
                .for_each(|met| met.first = RowKey(0));
            assert_eq!(both, whole, "{at}");
        }
        let mut few = counted(&words[..3]);
        few.add(b"Doe, Jane 1970", RowKey(8));
        few.add(b"Jane Doe", RowKey(7));
        assert_eq!((few.records, few.shown().len()), (5, 3), "free text is counted, not shown");
        assert_eq!(few.first_hidden(), Some(RowKey(7)), "where the first stands that is not shown");
        few.add("Não zzz".as_bytes(), RowKey(9));
        assert_eq!(few.shown().len(), 4, "what begins with a denial is no name");
    }
}
