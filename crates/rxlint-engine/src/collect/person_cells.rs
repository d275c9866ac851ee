//! What cells for diagnoses and pregnancies say about the person: each distinct text is read once, since they repeat.

use super::seen::{SeenTexts, VALUES};
use crate::exposure::condition_words::{has_code, holds_foreign_code, is_nothing, names_any};
use crate::exposure::person::{ConditionCodes, dated_conditions, flagged, place_of};
use rxlint_model::day::Day;
use rxlint_model::record::{Field, Record};

/// With more distinct texts than this, all are forgotten.
const MOST: usize = if cfg!(test) { 1 << 9 } else { 1 << 15 };

/// The fields that say something about the person in any record.
pub(super) const FIELDS: [Field; 3] = [Field::Diagnosis, Field::Pregnancy, Field::BreastFeeding];

/// How many distinct diagnoses were read by a code or a name, and how many are texts in which neither was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Diagnoses {
    /// Those that were read, whatever they stand for.
    pub read: u64,
    /// The others.
    pub unread: u64,
    /// How many hold a code of a system that is not read, with or without others.
    pub foreign: u64,
}

impl Diagnoses {
    /// Notes one text, and whether a condition was found in it.
    pub(super) fn note(&mut self, book: &[ConditionCodes], text: &str, found: bool) {
        if found || has_code(text) || names_any(book, text) {
            self.read += 1;
        } else if !is_nothing(text) {
            self.unread += 1;
        }
        self.foreign += u64::from(holds_foreign_code(text));
    }

    /// Adds others.
    pub(super) fn add(&mut self, others: Self) {
        self.read += others.read;
        self.unread += others.unread;
        self.foreign += others.foreign;
    }
}

/// What the cells of a record say about the person.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PersonCells {
    /// Conditions by their position in the book, with the day if the cell gives one.
    pub(super) conditions: Vec<(u8, Option<Day>)>,
    /// How many cells were not understood.
    pub(super) unknown: u64,
}

impl PersonCells {
    fn of(record: &Record<'_>, book: &[ConditionCodes]) -> Self {
        let mut said = Self::default();
        for field in FIELDS {
            if record.text(field).is_empty() {
                continue;
            }
            let text = record.string(field);
            let mut found = dated_conditions(book, &text);
            let asked = match field {
                Field::Pregnancy => "pregnancy",
                Field::BreastFeeding => "breast-feeding",
                _ => "",
            };
            let flag = if asked.is_empty() { None } else { flagged(book, asked, &text) };
            if flag == Some(None) {
                // A flag's denial is a separate fact, dated the day before.
                found.retain(|(condition, _)| !is_denial_of(book, asked, *condition));
            }
            if found.is_empty() && !asked.is_empty() {
                match flag {
                    Some(condition) => found.extend(condition.map(|condition| (condition, None))),
                    None => said.unknown += 1,
                }
            }
            said.conditions.extend(found);
        }
        said
    }

    fn is_nothing(&self) -> bool {
        self.conditions.is_empty() && self.unknown == 0
    }
}

/// Whether a condition is what the flag of that name means if it says no.
fn is_denial_of(book: &[ConditionCodes], asked: &str, condition: u8) -> bool {
    let flag = book.iter().find(|flag| flag.name == asked);
    let denial = flag.and_then(|flag| place_of(book, flag.denied_as.as_deref()?));
    denial == Some(condition)
}

/// What was read before, by number; number 0 says nothing.
#[derive(Debug)]
pub(super) struct PersonMemo {
    said: Vec<PersonCells>,
    /// By the texts of the fields, each after its length.
    by_texts: SeenTexts,
    /// By the bytes of the cells of a table.
    by_bytes: SeenTexts,
    key: Vec<u8>,
    /// The distinct diagnoses that were met since this was last read.
    pub(super) diagnoses: Diagnoses,
}

impl Default for PersonMemo {
    fn default() -> Self {
        let said = vec![PersonCells::default()];
        let (by_texts, by_bytes) = Default::default();
        Self { said, by_texts, by_bytes, key: Vec::new(), diagnoses: Diagnoses::default() }
    }
}

impl PersonMemo {
    /// What the record says, by number.
    pub(super) fn number(&mut self, record: &Record<'_>, book: &[ConditionCodes]) -> u32 {
        if FIELDS.iter().all(|field| record.text(*field).is_empty()) {
            return 0;
        }
        self.key.clear();
        for field in FIELDS {
            self.key.extend_from_slice(&(record.text(field).len() as u32).to_le_bytes());
            self.key.extend_from_slice(record.text(field));
        }
        if let Some(number) = self.by_texts.get(&self.key) {
            return u32::from(number);
        }
        let said = PersonCells::of(record, book);
        if !record.text(Field::Diagnosis).is_empty() {
            let found = !said.conditions.is_empty();
            self.diagnoses.note(book, &record.string(Field::Diagnosis), found);
        }
        if self.by_texts.len() >= MOST {
            self.said.truncate(1);
            self.by_texts.clear();
            self.by_bytes.clear();
        }
        let number = if said.is_nothing() { 0 } else { self.said.len() as u16 };
        if number > 0 {
            self.said.push(said);
        }
        self.by_texts.insert(&self.key, number);
        u32::from(number)
    }

    /// What cells with these bytes say, if they were met before.
    #[inline(always)]
    pub(super) fn known(&self, cells: &[u8]) -> Option<u32> {
        if cells.is_empty() {
            return Some(0);
        }
        self.by_bytes.get(cells).map(u32::from)
    }

    /// Remembers that cells with these bytes say what that number stands for.
    pub(super) fn keep(&mut self, cells: &[u8], number: u32) {
        if self.by_bytes.len() < MOST && self.known(cells).is_none() {
            self.by_bytes.insert(cells, u16::try_from(number).unwrap_or(VALUES));
        }
    }

    /// Forgets the bytes: from here on they come from other columns.
    pub(super) fn other_columns(&mut self) {
        self.by_bytes.clear();
    }

    /// What a number stands for.
    pub(super) fn said(&self, number: u32) -> &PersonCells {
        &self.said[number as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Book;
    use rxlint_model::record::Statement;

    #[test]
    fn what_is_remembered_is_what_was_read_however_many_texts_there_are() {
        let book = Book::built_in().unwrap();
        let book = book.conditions();
        let mut memo = PersonMemo::default();
        for n in 0..MOST + 3000 {
            let code = format!("K{}.{}@2025010{}", 70 + n % 9, n % 7, n % 10);
            let text = format!("{code};X{}", n / 90);
            let flag = ["", "Y", "N", "maybe"][n % 4];
            let cells = [(Field::Diagnosis, &*text), (Field::Pregnancy, flag)];
            let record = Record::of_cells(Statement::Fill, &cells);
            let number = memo.number(&record, book);
            assert_eq!(memo.said(number), &PersonCells::of(&record, book), "{text} {flag}");
            let bytes = format!("{text},{flag},");
            memo.keep(bytes.as_bytes(), number);
            assert_eq!(memo.known(bytes.as_bytes()), Some(number));
            assert!(memo.by_texts.len() <= MOST && memo.said.len() <= MOST + 1);
        }
        assert_eq!((memo.known(b""), memo.known(b"other")), (Some(0), None));
        assert_eq!(memo.said(0), &PersonCells::default());
    }
}
