//! What records say about the person: birth, age, conditions.

use crate::day::Day;
use crate::finding::fingerprint::PatientKey;
use crate::record::Place;

/// Something on record about a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Who it is about.
    pub patient: PatientKey,
    /// The authority that issued the identifier; 0 is none.
    pub authority: u16,
    /// What it says.
    pub what: FactKind,
    /// Where it stands.
    pub place: Place,
}

/// What is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactKind {
    /// The day of birth.
    Born(Day),
    /// The age in years on a day.
    Aged {
        /// Years.
        years: u16,
        /// The day on which the record stated it.
        on: Day,
    },
    /// A condition of the rule book.
    Condition {
        /// Which, by its place in the book.
        condition: u8,
        /// Since when, where the record tells.
        on: Option<Day>,
    },
}

/// A condition that rules ask for: its codes.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Its name: `pain`.
    pub name: String,
    /// ICD-10 codes, as prefixes without dots, upper case.
    pub icd10: Vec<String>,
    /// SNOMED CT codes, whole.
    pub snomed: Vec<String>,
}

/// The conditions that a code stands for, by their places in the book. Several codes in one cell are all read.
pub fn conditions(book: &[Condition], cell: &str) -> Vec<u8> {
    let mut found = Vec::new();
    for code in cell.split([';', ',', '|', ' ', '^', '~']).map(str::trim).filter(|code| code.len() >= 3) {
        let plain: String = code.chars().filter(|c| *c != '.').map(|c| c.to_ascii_uppercase()).collect();
        let is_icd10 = plain.as_bytes()[0].is_ascii_alphabetic() && plain.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        for (at, condition) in book.iter().enumerate() {
            let by_icd = is_icd10 && condition.icd10.iter().any(|prefix| plain.starts_with(prefix.as_str()));
            if (by_icd || condition.snomed.iter().any(|code| *code == plain)) && !found.contains(&(at as u8)) {
                found.push(at as u8);
            }
        }
    }
    found
}
