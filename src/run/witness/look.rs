//! What one look at raw values finds: mentions of watched drugs, and what the columns of a table seem to hold.

use std::hash::BuildHasher;
use std::sync::Mutex;

use rustc_hash::{FxHashMap, FxHashSet};

use super::columns::{
    ColumnStats, given_name, may_tell_in_a_log, may_tell_of_claims, may_tell_of_reversals,
};
use super::identifiers::Identifiers;
use super::links::Links;
use super::numbers::{Sample, may_number};
use rxlint_engine::drug::mention::Mention;
use rxlint_engine::drug::{DrugIx, Identity};
use rxlint_engine::exposure::person;
use rxlint_engine::exposure::status::{StatusTable, is_no_amount};
use rxlint_engine::rule::Book;
use rxlint_input::is_none_of_it;
use rxlint_input::layout::{
    self, ColumnUse, RivalKind, may_say_birth, says_rxnorm, says_take_home,
};
use rxlint_input::raw::{RawContent, RawField, RawUnit, RawValue, RawVisitor};
use rxlint_model::record::Field;

/// Beyond this many different texts, all are forgotten: sentences hardly ever repeat.
const MOST: usize = 1 << 16;

/// The field of HL7 messages that holds the identifiers of the patient. What has no digit in it is an authority or a type.
const OF_PATIENT: &str = "PID-3";

/// A mention of a watched drug, and where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) unit: RawUnit,
    pub(super) drug: DrugIx,
    /// Its field, by index into [`Look::fields`].
    pub(super) field: u32,
    pub(super) is_product: bool,
    pub(super) is_free_text: bool,
}

/// Where a mention is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FoundField {
    Column(usize),
    Named(String),
}

/// What texts mention, as far as they have been seen.
#[derive(Debug, Default)]
pub(super) struct Memory {
    known: FxHashMap<Box<str>, Box<[Mention]>>,
    /// Hashes of texts that mention nothing.
    silent: FxHashSet<u64>,
    /// Whether texts of columns of drugs hold the name of one, by hash.
    named: FxHashMap<u64, bool>,
    /// Whether texts of open columns name a condition that a rule is about, by hash.
    diagnoses: FxHashMap<u64, bool>,
}

/// What was found for a text with that hash, else what is found now.
fn recall(known: &mut FxHashMap<u64, bool>, hash: u64, find: impl FnOnce() -> bool) -> bool {
    if known.len() >= MOST {
        known.clear();
    }
    *known.entry(hash).or_insert_with(find)
}

/// What is noted about the cells of a column, besides mentions.
#[derive(Clone, Copy, Debug, Default)]
struct ColumnPlan {
    is_compared: bool,
    is_patient: bool,
    /// Whether it may number people.
    is_number: bool,
    is_drug: bool,
    is_open: bool,
    is_length: bool,
    /// Whether it counts doses for the following days, in a log of doses.
    is_take_home: bool,
    /// Whether it counts something in a log of doses.
    is_count: bool,
    is_of_remarks: bool,
    /// Whether it says how much was given, besides remarks.
    is_given: bool,
    /// Whether plain numbers in it are codes of RxNorm.
    is_rxnorm: bool,
}

/// Whether a column holds identifiers of patients.
pub(super) fn is_of_patients(column: &ColumnUse) -> bool {
    column.fields.contains(&Field::Patient) && !column.is_person_code
}

impl ColumnPlan {
    fn of(about: &ColumnUse, is_compared: bool) -> Self {
        Self {
            is_compared,
            is_patient: is_of_patients(about),
            is_number: false,
            is_drug: about.fields.contains(&Field::Drug),
            is_open: may_tell_of_reversals(about)
                || about.is_open()
                    && (!about.is_of_no_use
                        || may_say_birth(&about.header)
                        || may_tell_in_a_log(&about.header)
                        || may_tell_of_claims(&about.header)),
            is_of_remarks: about.is_of_remarks,
            is_length: about.fields.contains(&Field::DaysSupply),
            is_rxnorm: about.is_open() && says_rxnorm(&about.header),
            is_given: false,
            is_count: false,
            is_take_home: false,
        }
    }
}

/// Whether a column holds how much was given.
fn says_amount_given(about: &ColumnUse) -> bool {
    let is_amount = [Field::Dose, Field::Quantity].iter().any(|field| about.fields.contains(field));
    is_amount && layout::says_amount_given(&about.header)
}

/// Whether an amount says that nothing was given.
fn says_none_given(text: &str) -> bool {
    is_none_of_it(text.trim().as_bytes())
        || is_no_amount(text.trim().as_bytes(), StatusTable::built_in())
}

/// Memories that no look is using: what was learned from one piece is not learned again from the next.
pub(super) type Memories = Mutex<Vec<Memory>>;

/// Takes the values of a piece of an input.
pub(super) struct Look<'a> {
    book: &'a Book,
    columns: &'a [ColumnUse],
    plans: Vec<ColumnPlan>,
    memory: Memory,
    /// Where it comes from, and goes to for the next piece.
    memories: &'a Memories,
    pub(super) found: Vec<Found>,
    pub(super) fields: Vec<FoundField>,
    pub(super) identifiers: Identifiers,
    /// By column.
    pub(super) stats: Vec<ColumnStats>,
    /// Identifiers of people, by column.
    pub(super) numbers: Vec<Sample>,
    /// What goes with the patient's.
    pub(super) links: Links,
    /// The cells of a row that are compared with each other.
    row: ComparedRow,
}

/// Whether a column distinguishes people of one number: when they were born, what they are called.
fn says_who(about: &ColumnUse) -> bool {
    about.fields.contains(&Field::BirthDate)
        || about.fields.is_empty() && layout::calls_given_names(&about.header)
}

/// For each column, whether it still has to be compared with another.
fn are_compared(columns: &[ColumnUse], stats: &[ColumnStats]) -> Vec<bool> {
    let mut are = vec![false; columns.len()];
    for (place, about) in columns.iter().enumerate() {
        let Some(rival) = about.rival else { continue };
        if stats[place].is_compared_enough(rival.kind) {
            continue;
        }
        are[place] = true;
        if let Some(other) = are.get_mut(rival.of) {
            *other = true;
        }
    }
    let joins = |about: &ColumnUse| {
        about.rival.is_some_and(|rival| matches!(rival.kind, RivalKind::Wider | RivalKind::Alike))
    };
    if columns.iter().any(joins) {
        let who = columns.iter().enumerate().filter(|(_, about)| says_who(about));
        who.for_each(|(place, _)| are[place] = true);
    }
    are
}

/// Cells of one row that are compared with each other.
#[derive(Debug, Default)]
struct ComparedRow {
    start: u64,
    cells: Vec<(usize, String)>,
}

impl<'a> Look<'a> {
    /// `is_alone` is whether no other input could number the same people.
    pub(super) fn new(
        book: &'a Book,
        columns: &'a [ColumnUse],
        memories: &'a Memories,
        is_alone: bool,
    ) -> Self {
        let stats = vec![ColumnStats::default(); columns.len()];
        let compared = are_compared(columns, &stats);
        let plan = |(about, compared)| ColumnPlan::of(about, compared);
        let mut plans: Vec<ColumnPlan> = columns.iter().zip(compared).map(plan).collect();
        let has_remarks = plans.iter().any(|plan| plan.is_of_remarks);
        let is_log = columns.iter().any(|about| about.fields.contains(&Field::Administered));
        for (plan, about) in plans.iter_mut().zip(columns) {
            plan.is_given = has_remarks && is_log && says_amount_given(about);
            plan.is_take_home = is_log && plan.is_length && says_take_home(&about.header);
            plan.is_count = is_log && about.fields == [Field::Quantity];
            plan.is_number = !is_alone && may_number(about);
        }
        let memory = memories.lock().map(|mut free| free.pop()).ok().flatten();
        Self {
            book,
            columns,
            plans,
            memory: memory.unwrap_or_default(),
            memories,
            found: Vec::new(),
            fields: Vec::new(),
            identifiers: Identifiers::default(),
            stats,
            numbers: vec![Sample::default(); columns.len()],
            links: if is_alone { Links::default() } else { Links::of(columns) },
            row: ComparedRow::default(),
        }
    }

    /// Adds what the next piece shows.
    pub(super) fn absorb(&mut self, later: Self) {
        let fields: Vec<u32> = later.fields.into_iter().map(|field| self.number(field)).collect();
        let renumbered = |found: Found| Found { field: fields[found.field as usize], ..found };
        self.found.extend(later.found.into_iter().map(renumbered));
        self.identifiers.absorb(later.identifiers);
        for (stats, later) in self.stats.iter_mut().zip(later.stats) {
            stats.absorb(later);
        }
        for (numbers, later) in self.numbers.iter_mut().zip(later.numbers) {
            numbers.absorb(later);
        }
        self.links.absorb(later.links);
    }

    /// The number of a field, by which its mentions are kept.
    fn number(&mut self, field: FoundField) -> u32 {
        let at = self.fields.iter().position(|known| *known == field).unwrap_or_else(|| {
            self.fields.push(field);
            self.fields.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// The mentions of a text. If it reads as a product, it counts only if some rule concerns that product: an ointment of a drug may
    /// be irrelevant when its tablets are not.
    fn of_text(&self, text: &str) -> Box<[Mention]> {
        let dictionary = self.book.dictionary();
        let mentions = dictionary.mentions(text);
        let is_product = mentions.iter().any(|mention| mention.is_product);
        if is_product {
            let texts = [text.into(), "".into(), "".into()];
            let verdict = dictionary.resolve(&Identity { texts, ..Identity::default() });
            if !verdict.components.is_empty() && !self.book.watches(&verdict) {
                return Box::default();
            }
        }
        mentions.into()
    }

    /// The mentions of a text, remembered: most texts of a table recur, and most mention nothing.
    fn mentions(&mut self, text: &str) -> Option<&[Mention]> {
        let hash = rustc_hash::FxBuildHasher.hash_one(text);
        if self.memory.silent.contains(&hash) {
            return None;
        }
        if !self.memory.known.contains_key(text) {
            let mentions = self.of_text(text);
            let memory = &mut self.memory;
            if mentions.is_empty() {
                if memory.silent.len() >= MOST {
                    memory.silent.clear();
                }
                memory.silent.insert(hash);
                return None;
            }
            if memory.known.len() >= MOST {
                memory.known.clear();
            }
            memory.known.insert(text.into(), mentions);
        }
        self.memory.known.get(text).map(|mentions| &**mentions)
    }

    /// Keeps a cell that is compared with another of its row.
    fn keep(&mut self, column: usize, value: &RawValue<'_>) {
        if !value.unit.whole {
            return;
        }
        if value.unit.start != self.row.start {
            self.compare();
            self.row.start = value.unit.start;
        }
        self.row.cells.push((column, value.text.to_owned()));
    }

    /// When the person a row is about was born and what they are called, if all columns that say so are filled.
    fn who(&self, cells: &[(usize, String)]) -> String {
        let mut who = String::new();
        for (column, text) in cells {
            let Some(about) = self.columns.get(*column).filter(|about| says_who(about)) else {
                continue;
            };
            if text.trim().is_empty() {
                return String::new();
            }
            match about.fields.is_empty() {
                true => who += &given_name(text),
                false => who += text.trim(),
            }
            who.push(' ');
        }
        who
    }

    /// Compares the cells of the row that has ended.
    fn compare(&mut self) {
        let cells = std::mem::take(&mut self.row.cells);
        let mut is_enough = false;
        let who = self.who(&cells);
        for (column, mine) in &cells {
            let Some(rival) = self.columns.get(*column).and_then(|about| about.rival) else {
                continue;
            };
            if let Some((_, other)) = cells.iter().find(|(at, _)| *at == rival.of) {
                self.stats[*column].compare(rival.kind, (mine, other), &who);
                is_enough |= self.stats[*column].is_compared_enough(rival.kind);
            }
        }
        if is_enough {
            let compared = are_compared(self.columns, &self.stats);
            for (plan, compared) in self.plans.iter_mut().zip(compared) {
                plan.is_compared = compared;
            }
        }
    }

    /// Drops remarks on rows whose dose was not given: they raise no question.
    fn leave_remarks(&mut self, row: u64) {
        let of_remarks =
            self.plans.iter().zip(&mut self.stats).filter(|(plan, _)| plan.is_of_remarks);
        of_remarks.for_each(|(_, stats)| stats.remarks.leave(row));
    }

    #[inline]
    fn note(&mut self, value: &RawValue<'_>) {
        let column = match value.field {
            RawField::Column(column) => column,
            RawField::Named(name, _) => {
                if name == OF_PATIENT && value.text.bytes().any(|byte| byte.is_ascii_digit()) {
                    self.identifiers.note(value.text);
                }
                return;
            }
        };
        let Some(plan) = self.plans.get(column).copied() else { return };
        if plan.is_compared {
            self.keep(column, value);
        }
        if plan.is_patient {
            self.identifiers.note(value.text);
        }
        if plan.is_number {
            self.numbers[column].note(value.text);
        }
        self.links.note(column, value);
        if plan.is_given && says_none_given(value.text) {
            self.leave_remarks(value.unit.start);
        }
        if plan.is_of_remarks {
            self.stats[column].remarks.note(value.text, value.unit.start);
        }
        if plan.is_drug {
            let (named, dictionary) = (&mut self.memory.named, self.book.dictionary());
            self.stats[column].note_drug(value.text, |hash, text| {
                recall(named, hash, || dictionary.names_a_drug(text))
            });
        } else if plan.is_length {
            self.stats[column].note_length(value.text);
            if plan.is_take_home {
                self.stats[column].note_take_home(value.text);
            }
        } else if plan.is_count {
            self.stats[column].note_count(value.text);
        } else if plan.is_open {
            let (diagnoses, conditions) = (&mut self.memory.diagnoses, self.book.conditions());
            self.stats[column].note(value.text, value.unit.start, |hash, text| {
                recall(diagnoses, hash, || !person::conditions(conditions, text).is_empty())
            });
        }
    }

    /// A plain number of a column whose header mentions RxNorm, with the name of its system.
    #[inline]
    fn rxnorm_code(&self, value: &RawValue<'_>) -> Option<String> {
        let RawField::Column(column) = value.field else { return None };
        let is_number = || value.text.bytes().all(|byte| byte.is_ascii_digit());
        let is_code = self.plans.get(column)?.is_rxnorm && !value.text.is_empty() && is_number();
        is_code.then(|| format!("rxnorm|{}", value.text))
    }

    fn is_free_text(&self, field: RawField<'_>, text: &str) -> bool {
        match field {
            RawField::Column(column) => self.columns.get(column).is_some_and(|about| {
                about.is_free_text
                    || about.is_of_people && !is_name_with_number(text)
                    || about.is_of_places && !text.contains(|c: char| c.is_ascii_digit())
                    || about.fields.iter().any(|field| {
                        is_free_text(*field) || is_identifier(*field) && !is_name_with_number(text)
                    })
            }),
            RawField::Named(_, content) => content == RawContent::FreeText,
        }
    }
}

impl RawVisitor for Look<'_> {
    #[inline]
    fn value(&mut self, value: &RawValue<'_>) {
        self.note(value);
        let code = self.rxnorm_code(value);
        let text = code.as_deref().unwrap_or(value.text);
        if !may_mention(text) {
            return;
        }
        let Some(mentions) = self.mentions(text).map(<[Mention]>::to_vec) else { return };
        let is_free_text = self.is_free_text(value.field, value.text);
        let field = self.number(match value.field {
            RawField::Column(column) => FoundField::Column(column),
            RawField::Named(name, _) => FoundField::Named(name.to_owned()),
        });
        self.found.extend(mentions.into_iter().map(|Mention { drug, is_product }| Found {
            unit: value.unit,
            drug,
            field,
            is_product,
            is_free_text,
        }));
    }

    fn end(&mut self) {
        self.compare();
        self.links.end_row();
        if let Ok(mut free) = self.memories.lock() {
            free.push(std::mem::take(&mut self.memory));
        }
    }
}

/// Fields in which people write sentences.
fn is_free_text(field: Field) -> bool {
    matches!(
        field,
        Field::Directions | Field::Note | Field::Diagnosis | Field::Pregnancy | Field::Class
    )
}

/// Identifiers, which may be any word, but not a name with its strength.
fn is_identifier(field: Field) -> bool {
    matches!(
        field,
        Field::Patient
            | Field::Authority
            | Field::Claim
            | Field::Prescription
            | Field::Prescriber
            | Field::Plan
    )
}

/// Whether a text has several words, one of them a separate number: `Oxycodone 5 mg tablet`.
fn is_name_with_number(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.next().is_some() && words.any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a text can name a drug or be the code of one, a quick test that spares most cells the rest: it has four letters in a row
/// or a character beyond ASCII, or is a billing code, a class code or a product code.
#[inline]
fn may_mention(text: &str) -> bool {
    let bytes = text.as_bytes();
    let word = |at: usize| {
        bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u64::from_le_bytes(*word))
    };
    let is_worded = match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>(), bytes.len()) {
        // Each word of eight bytes begins three bytes before the previous one ends, and the last ends with the text.
        (.., length @ 8..) => {
            let last = length - 8;
            (0..last).step_by(5).chain([last]).any(|at| has_word(word(at)))
        }
        (Some(first), Some(last), length) => {
            let [first, last] = [first, last].map(|half| u64::from(u32::from_le_bytes(*half)));
            has_word(first | last << (8 * (length - 4)))
        }
        _ => !bytes.is_ascii(),
    };
    let digits = || bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    is_worded
        || has_billing_code(bytes)
        || names_vocabulary(bytes)
        || match bytes.len() {
            7 => bytes[0].is_ascii_alphabetic() && digits() == 4,
            11..=13 => {
                bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-') && digits() >= 10
            }
            _ => false,
        }
}

/// Whether a text has a letter and four digits, with no letter or digit around them but a modifier after: `HC:J2315:JZ`,
/// `J2315HG`. Numbers of seven characters, such as those of claims, do not count.
fn has_billing_code(bytes: &[u8]) -> bool {
    const LENGTH: usize = 5;
    let is_apart = |at: usize| bytes.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let has_modifier = |at: usize| {
        let modifier = bytes.get(at..at + 2);
        modifier.is_some_and(|two| two.iter().any(u8::is_ascii_alphabetic)) && is_apart(at + 2)
    };
    bytes.windows(LENGTH).enumerate().any(|(at, code)| {
        code[0].is_ascii_alphabetic()
            && code[1..].iter().all(u8::is_ascii_digit)
            && (at == 0 || is_apart(at - 1))
            && (is_apart(at + LENGTH) || has_modifier(at + LENGTH))
    })
}

/// Whether a text begins with the name of a vocabulary that has three letters, as in `NDC:00406117003`. Longer names are words.
fn names_vocabulary(bytes: &[u8]) -> bool {
    const NAMES: [&[u8; 3]; 3] = [b"ndc", b"atc", b"rxn"];
    let Some((name, [between, ..])) = bytes.split_first_chunk::<3>() else { return false };
    !between.is_ascii_alphanumeric() && NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether eight bytes have four letters in a row, or one beyond ASCII.
fn has_word(word: u64) -> bool {
    let letters = letters(word);
    word & HIGH != 0 || letters & letters >> 8 & letters >> 16 & letters >> 24 != 0
}

const HIGH: u64 = 0x8080_8080_8080_8080;

/// The letters among eight characters of ASCII, by the highest bit of each.
fn letters(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let small = (word & !HIGH) | (EACH * 0x20);
    (small + EACH * (0x80 - b'a' as u64)) & !(small + EACH * (0x7F - b'z' as u64)) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, byte by byte.
    fn has_word_or_code(text: &str) -> bool {
        let bytes = text.as_bytes();
        let has_word = bytes.windows(4).any(|four| four.iter().all(u8::is_ascii_alphabetic));
        let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
        let is_code = bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-');
        has_word
            || !text.is_ascii()
            || matches!(bytes, [first, ..] if first.is_ascii_alphabetic())
                && bytes.len() == 7
                && digits == 4
            || text.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| {
                let has_digits =
                    part.get(1..5).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
                has_digits
                    && part.as_bytes()[0].is_ascii_alphabetic()
                    && match part.len() {
                        5 => true,
                        7 => part.as_bytes()[5..].iter().any(u8::is_ascii_alphabetic),
                        _ => false,
                    }
            })
            || is_code && digits >= 10 && (11..=13).contains(&bytes.len())
    }

    #[test]
    fn a_glance_shows_words_and_codes_wherever_they_stand() {
        for byte in 0..128u8 {
            let is_letter = letters(u64::from_le_bytes([byte; 8])) == HIGH;
            assert_eq!(is_letter, byte.is_ascii_alphabetic(), "{byte}");
        }
        let words = ["abcd", "abc", "ZYXW", "ab1cd", "@[`{", "\u{e9}", "a", "", "PAID"];
        for word in words {
            for (before, after) in
                (0..20).flat_map(|before| (0..20).map(move |after| (before, after)))
            {
                let text = format!("{}{word}{}", "1".repeat(before), "-".repeat(after));
                assert_eq!(may_mention(&text), has_word_or_code(&text), "{text}");
            }
        }
        for text in [
            "J2315",
            "HC:J2315:JZ",
            "99213;J2315HG",
            "'J2315",
            "A12345-6",
            "N07BB04",
            "00406055201",
            "00406-0552-01",
            "0040-0552-1",
            "J23150",
            "12345",
            "555-0100-1234",
        ] {
            assert_eq!(may_mention(text), has_word_or_code(text), "{text}");
        }
        for text in ["NDC:00406117003", "atc/N07BB04", "NDC 00406117003", "RXN|7804"] {
            assert!(may_mention(text), "{text}");
        }
        assert!(!may_mention("NDC") && !may_mention("AT1:C09") && !may_mention("ND:004"));
    }
}
