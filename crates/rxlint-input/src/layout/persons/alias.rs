//! Columns that may number the patients a second time, whatever their headers: a number of the whole enterprise next to one of the
//! hospital, or of the member next to the key of a row that changes with each version of it.

use super::household;
use super::person::{Persons, says_another};
use crate::layout::headers::private;
use crate::layout::headers::tokens::{says, says_any, words_have, words_of};
use rxlint_model::record::Field;

/// What names the number of a person that is valid in more places or for longer than another, together with a word for a number.
#[rustfmt::skip]
const WIDER: [&str; 45] = [
    "enterprise", "corporate", "corp", "system", "network", "global", "golden", "master", "community", "common", "linked",
    "link", "unified", "unique", "universal", "durable", "hie", "hub", "registry", "national", "state", "party", "person",
    "dod", "cdc", "epic", "cerner", "social", "security", "soc", "sec", "medicare", "medicaid", "sid", "source", "perm",
    "permanent", "record", "internal", "canonical", "central", "regional", "civil", "federal", "group_wide",
];

/// What does so by itself.
#[rustfmt::skip]
const ALONE: [&str; 21] = [
    "euid", "cmrn", "cpi", "crn", "uuid", "uid", "guid", "edipi", "edipn", "icn", "dodid", "upi", "linkid", "epicid",
    "enterpriseid", "masterid", "globalid", "universalid", "nationalid", "stateid", "partyid",
];

/// What says that a person's number is a different one.
const OTHER: [&str; 13] = [
    "other",
    "alt",
    "alternate",
    "alternative",
    "external",
    "ext",
    "legacy",
    "old",
    "prior",
    "previous",
    "former",
    "plan",
    "rx",
];

/// Words for numbers.
const NUMBERS: [&str; 10] =
    ["id", "no", "nr", "nbr", "num", "number", "key", "identifier", "value", "mrn"];

/// The endings of keys of a row, which is written anew when something about the person changes.
const KEYS: [&str; 3] = ["key", "sk", "sid"];

/// The columns that may number patients a second time.
#[derive(Debug, Default)]
pub(in crate::layout) struct Aliases {
    /// Those whose header says so.
    pub(in crate::layout) said: Vec<usize>,
    /// Those that may be such by their cells.
    pub(in crate::layout) alike: Vec<usize>,
}

impl Persons<'_> {
    /// The columns that may number the people of the patient's column a second time.
    pub(super) fn aliases(&self, patient: usize) -> Aliases {
        let mut found = Aliases::default();
        let is_key = is_key_of_row(&self.headers[patient]);
        let has_births = self.columns.iter().any(|(_, field)| *field == Field::BirthDate);
        for at in (0..self.contents.len().min(self.headers.len())).filter(|at| *at != patient) {
            if self.columns.iter().any(|(other, _)| *other == at) || !self.may_be_alias(at) {
                continue;
            }
            let header = &self.headers[at];
            let is_family = household::is_of_a_family(header) && !says_other(header);
            let is_of_patients = says(header, "patient") && !is_family;
            if is_key && (is_of_patients || is_family) && !is_key_of_row(header)
                || says_wider(header) && !self.contents[at].comes_too_often()
            {
                found.said.push(at);
            } else if (!is_family || has_births)
                && (is_of_patients || is_family || says_other(header) || !says_another(header))
                && self.is_nearly_one(at, patient)
            {
                found.alike.push(at);
            }
        }
        found
    }

    /// Whether the cells of a column may be identifiers of persons, and its header says nothing else about them.
    fn may_be_alias(&self, at: usize) -> bool {
        let (header, content) = (&self.headers[at], &self.contents[at]);
        content.may_be_identifier()
            && !content.is_day_column()
            && !content.is_names_of_people()
            && !household::is_half_a_person(header, Some(content))
            && !says_any(header, &["prescriber", "drug", "date", "quantity", "claim"])
            && !private::is_of_place(header)
            && !self.is_licence(at)
    }
}

/// Whether a header names a key of a row that holds a person: `PatientKey`, `PATIENT_SK`.
fn is_key_of_row(header: &str) -> bool {
    let words = words_of(header);
    let is_key = |word: &String| KEYS.contains(&word.as_str());
    words.last().is_some_and(is_key) && says(header, "patient") && !words_have(header, &["durable"])
}

/// Whether a header names a number that a person has in more places, or for longer, than one that a hospital gives.
fn says_wider(header: &str) -> bool {
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_number = |word: &String| is(&NUMBERS, word);
    let has_number = words.iter().any(is_number) || header.contains('#');
    let is_wider = |word: &String| is(&WIDER, word) || is(&ALONE, word);
    words.iter().any(is_wider)
        && (has_number || words.iter().any(|word| is(&ALONE, word)))
        && words.iter().all(|word| is_wider(word) || is_number(word) || says(word, "patient"))
}

/// Whether a header names another number of a person: `Alternate ID`, `Prior MRN`.
fn says_other(header: &str) -> bool {
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(&OTHER, word))
        && words.iter().all(|word| {
            is(&OTHER, word) || is(&NUMBERS, word) || says_any(word, &["patient", "personal"])
        })
}
