//! What records say about the person: birth, age, conditions; and identifiers that are of no person.

pub mod age;
pub mod condition_words;
pub(crate) mod placeholder;

use condition_words::{may_name, named, stated_codes};
use rxlint_model::answers::{says_no, says_yes};
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::RowKey;

/// Something on record about a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Who it is about.
    pub patient: PatientKey,
    /// The authority that issued the identifier; 0 is none.
    pub authority: u16,
    /// What it says.
    pub what: FactKind,
    /// The record that says it, by the caller's key.
    pub key: RowKey,
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
        /// Which one, by its index in the book.
        condition: u8,
        /// Since when, if the record says.
        on: Option<Day>,
    },
}

impl Fact {
    /// How many bytes a stored fact takes.
    pub const BYTES: usize = 48;

    /// The fact as bytes, for keeping it outside memory during a run.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let (kind, number, day) = match self.what {
            FactKind::Born(day) => (0, 0, day),
            FactKind::Aged { years, on } => (1, years, on),
            FactKind::Condition { condition, on: None } => (2, u16::from(condition), Day(0)),
            FactKind::Condition { condition, on: Some(on) } => (3, u16::from(condition), on),
        };
        let longs = self.patient.0;
        let words =
            [day.0 as u32, u32::from(kind as u8), u32::from(number), u32::from(self.authority)];
        let mut bytes = [0; Self::BYTES];
        let all = longs
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .chain(self.key.0.to_le_bytes())
            .chain(words.iter().flat_map(|n| n.to_le_bytes()));
        bytes.iter_mut().zip(all).for_each(|(slot, byte)| *slot = byte);
        bytes
    }

    /// The fact stored as these bytes.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let long =
            |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let word =
            |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let (day, number) = (Day(word(32) as i32), word(40) as u16);
        let what = match word(36) {
            0 => FactKind::Born(day),
            1 => FactKind::Aged { years: number, on: day },
            2 => FactKind::Condition { condition: number as u8, on: None },
            3 => FactKind::Condition { condition: number as u8, on: Some(day) },
            _ => return None,
        };
        let key = RowKey(u128::from(long(16)) | u128::from(long(24)) << 64);
        Some(Self {
            patient: PatientKey([long(0), long(8)]),
            authority: word(44) as u16,
            what,
            key,
        })
    }
}

/// A condition that rules ask about: its codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConditionCodes {
    /// Its name: `pain`.
    pub name: String,
    /// ICD-10 codes, as prefixes without dots, upper case.
    pub icd10: Vec<String>,
    /// SNOMED CT codes, whole.
    pub snomed: Vec<String>,
    /// LOINC codes of the questions that ask about it.
    pub loinc: Vec<String>,
    /// Names, each as its folded words.
    pub words: Vec<Vec<String>>,
    /// Longer names that contain one of these and do not mean it.
    pub not_words: Vec<Vec<String>>,
    /// Names that count only by themselves.
    pub alone: Vec<Vec<String>>,
    /// Names of measures, each with the least value that means the condition.
    pub from: Vec<(Vec<String>, u32)>,
    /// Words in the headers of columns that are about it and are not read.
    pub columns: Vec<Vec<String>>,
    /// Whether it passes, so that a history of it does not count.
    pub passes: bool,
    /// The condition that is on record from the day on which it is said to have ended.
    pub ends_as: Option<String>,
    /// The condition that a flag of it means if it says no.
    pub denied_as: Option<String>,
    /// Conditions for which an ICD-10 code counts instead, if they have a longer prefix of it.
    pub yields_to: Vec<String>,
}

impl ConditionCodes {
    /// How much of an ICD-10 code its longest matching prefix covers; `None` if none fits.
    fn fits(&self, code: &str) -> Option<usize> {
        let fits = |prefix: &&String| {
            let mut rest = code.bytes();
            prefix.bytes().all(|wanted| rest.next().is_some_and(|b| wanted == b'?' || wanted == b))
        };
        self.icd10.iter().filter(fits).map(String::len).max()
    }

    /// Whether an ICD-10 code means it, and no other condition more specifically.
    fn has_icd10(&self, book: &[Self], code: &str) -> bool {
        self.fits(code).is_some_and(|length| {
            let others = book.iter().filter(|other| self.yields_to.contains(&other.name));
            !others.into_iter().any(|other| other.fits(code) > Some(length))
        })
    }
}

/// The conditions that the codes of a cell mean, by index in the book. Every code in the cell
/// is read.
pub fn conditions(book: &[ConditionCodes], cell: &str) -> Vec<u8> {
    let mut found = Vec::new();
    if may_name(cell) {
        found = named(book, cell);
    }
    for plain in stated_codes(cell) {
        let is_icd10 = matches!(plain.as_bytes(), [letter, digit, ..] if letter.is_ascii_alphabetic() && digit.is_ascii_digit());
        for (at, condition) in book.iter().enumerate() {
            let by_icd = is_icd10 && condition.has_icd10(book, &plain);
            if (by_icd || condition.snomed.contains(&plain)) && !found.contains(&(at as u8)) {
                found.push(at as u8);
            }
        }
    }
    found
}

/// The condition that a column with this header is about, though nothing reads it, and the words that say so.
pub fn told_by_header<'b>(book: &'b [ConditionCodes], header: &str) -> Option<(&'b str, String)> {
    let words = crate::drug::name::words(header);
    let is_told = |phrase: &&Vec<String>| words.windows(phrase.len()).any(|part| part == *phrase);
    book.iter().find_map(|condition| {
        let told = condition.columns.iter().find(is_told)?;
        Some((condition.name.as_str(), told.join(" ")))
    })
}

/// The condition of that name, by its index in the book.
pub fn place_of(book: &[ConditionCodes], name: &str) -> Option<u8> {
    book.iter().position(|known| known.name == name).and_then(|at| u8::try_from(at).ok())
}

/// What is on record from the day on which a condition is said to have ended.
pub fn ended_as(book: &[ConditionCodes], condition: u8) -> Option<u8> {
    place_of(book, book.get(usize::from(condition))?.ends_as.as_deref()?)
}

/// The condition that a flag explicitly denies; an empty or unknown flag denies nothing.
pub fn denied(book: &[ConditionCodes], name: &str, cell: &str) -> Option<u8> {
    const NO: [&str; 4] = ["negative", "neg", "la26683-5", "la4489-6"];
    let text = cell.trim().to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    let mut says_not =
        || text.contains("pregnant") && words.any(|word| ["not", "no", "non"].contains(&word));
    if !says_no(text.as_bytes()) && !NO.contains(&text.as_str()) && !says_not() {
        return None;
    }
    let condition = book.iter().find(|condition| condition.name == name)?;
    place_of(book, condition.denied_as.as_deref()?)
}

/// The same, each with the day that follows its code: `K74.6@20250601`.
pub fn dated_conditions(book: &[ConditionCodes], cell: &str) -> Vec<(u8, Option<Day>)> {
    let mut found = Vec::new();
    for part in cell.split(';') {
        let (codes, day) = part.split_once('@').unwrap_or((part, ""));
        let on = date::parse(day.get(..8).unwrap_or(day).as_bytes(), None).ok();
        for condition in conditions(book, codes) {
            if !found.contains(&(condition, on)) {
                found.push((condition, on));
            }
        }
    }
    found
}

/// What a flag says about a condition: its index in the book if the flag says yes, nothing if it says no, and `None` if
/// it is not understood.
pub fn flagged(book: &[ConditionCodes], name: &str, cell: &str) -> Option<Option<u8>> {
    // HL7 table 0009 and the answers of LOINC are codes of yes and no.
    const YES: [&str; 6] = ["p", "positive", "pos", "b6", "la15173-0", "current"];
    const NO: [&str; 13] = [
        "u",
        "unk",
        "unknown",
        "negative",
        "neg",
        "na",
        "n/a",
        "none",
        "not applicable",
        "la26683-5",
        "la4489-6",
        "never",
        "?",
    ];
    const WORDS: [&str; 8] = [
        "pregnant",
        "gravid",
        "schwanger",
        "enceinte",
        "embarazada",
        "breastfeeding",
        "lactating",
        "nursing",
    ];
    const DENIALS: [&str; 8] =
        ["not", "no", "non", "nicht", "denies", "without", "never", "possibly"];
    let text = cell.trim().to_lowercase();
    let bytes = text.as_bytes();
    let words = || text.split(|c: char| !c.is_alphanumeric());
    if says_no(bytes) || NO.contains(&text.as_str()) || words().any(|word| DENIALS.contains(&word))
    {
        return Some(None);
    }
    let compact: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let says = says_yes(bytes)
        || YES.contains(&text.as_str())
        || WORDS.contains(&compact.as_str())
        || words().any(|word| WORDS.contains(&word))
        || date::gives_day(bytes);
    if !says {
        return date::is_zeros(bytes).then_some(None);
    }
    let place = book.iter().position(|condition| condition.name == name);
    Some(place.and_then(|place| u8::try_from(place).ok()))
}

/// The conditions that an observation reports: its question asks about them, and its answer is one of their codes, or says yes or no
/// as a flag does.
pub fn answered(book: &[ConditionCodes], question: &str, answer: &str) -> Vec<u8> {
    let asks = |condition: &&ConditionCodes| {
        question.split(';').any(|code| condition.loinc.iter().any(|asked| asked == code))
    };
    let says = |condition: &ConditionCodes, part: &str| {
        let name = &condition.name;
        flagged(book, name, part).flatten().or_else(|| denied(book, name, part))
    };
    let is_denial = |condition: &ConditionCodes| {
        book.iter().any(|other| other.denied_as.as_ref() == Some(&condition.name))
    };
    let mut found = conditions(book, answer);
    for condition in book.iter().filter(asks).filter(|condition| !is_denial(condition)) {
        found.extend(answer.split(';').filter_map(|part| says(condition, part)));
    }
    found.retain(|&at| book.get(usize::from(at)).is_some_and(|condition| asks(&condition)));
    // The question may be the condition itself.
    if says_yes(answer.as_bytes()) {
        found.extend(conditions(book, question));
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_whatever_shape_are_read_or_passed_over() {
        let condition = |name: &str, icd10: &[&str], snomed: &[&str]| ConditionCodes {
            name: name.to_owned(),
            icd10: icd10.iter().map(|&code| code.to_owned()).collect(),
            snomed: snomed.iter().map(|&code| code.to_owned()).collect(),
            loinc: Vec::new(),
            ..ConditionCodes::default()
        };
        let book = [
            condition("hepatic", &["K74"], &["19943007"]),
            condition("pregnancy", &["O26", "Z33"], &[]),
        ];
        for (cell, found) in [
            ("K74.6", &[0][..]),
            ("k746;O26.90", &[0, 1]),
            ("O26.9 K74.0 O26.1", &[1, 0]),
            ("19943007", &[0]),
            ("1994300", &[]),
            ("ICD10:K74.6", &[0]),
            ("liver cirrhosis (K74.6)", &[0]),
            ("[\"E11.9\",\"K74.6\"]", &[0]),
            ("KK74", &[]),
            ("...", &[]),
            ("....;K74", &[0]),
            ("..K", &[]),
            ("", &[]),
        ] {
            assert_eq!(conditions(&book, cell), found, "{cell}");
        }
    }

    #[test]
    fn what_complicates_the_puerperium_is_no_pregnancy() {
        let book = crate::rule::Book::built_in().unwrap();
        let named = |code: &str| -> Vec<&str> {
            conditions(book.conditions(), code)
                .into_iter()
                .map(|at| book.conditions()[usize::from(at)].name.as_str())
                .collect()
        };
        for code in
            ["O99.320", "O99.321", "O10.011", "O98.711", "O24.410", "O14.00", "O99.89", "O98.2"]
        {
            assert!(named(code).contains(&"pregnancy"), "{code}");
            assert!(!named(code).contains(&"pregnancy-end"), "{code}");
        }
        for code in [
            "O99.325", "O99.314", "O99.315", "O99.02", "O99.03", "O99.215", "O99.893", "O10.02",
            "O10.03", "O24.12", "O24.420", "O24.430", "O98.42", "O14.94", "O14.95", "O80",
            "O90.41",
        ] {
            assert!(!named(code).contains(&"pregnancy"), "{code}");
            assert!(named(code).contains(&"pregnancy-end"), "{code}");
        }
        assert_eq!(named("I12.0"), ["severe-kidney-disease"]);
        assert_eq!(named("Z91.15"), ["dialysis"]);
    }

    #[test]
    fn a_flag_says_yes_or_no_or_is_not_understood() {
        let book = [ConditionCodes {
            name: "pregnancy".to_owned(),
            icd10: Vec::new(),
            snomed: Vec::new(),
            loinc: Vec::new(),
            ..ConditionCodes::default()
        }];
        for (cell, said) in [
            ("Y", Some(Some(0))),
            ("yes", Some(Some(0))),
            ("true", Some(Some(0))),
            ("1", Some(Some(0))),
            ("P", Some(Some(0))),
            ("Pregnant", Some(Some(0))),
            ("positive", Some(Some(0))),
            ("B6", Some(Some(0))),
            ("2026-02-01", Some(Some(0))),
            ("LA15173-0", Some(Some(0))),
            ("Breast-feeding", Some(Some(0))),
            ("N", Some(None)),
            ("not pregnant", Some(None)),
            ("unknown", Some(None)),
            ("0", Some(None)),
            ("7", None),
            ("maybe", None),
        ] {
            assert_eq!(flagged(&book, "pregnancy", cell), said, "{cell}");
        }
    }

    #[test]
    fn a_code_may_say_since_when() {
        let book = [ConditionCodes {
            name: "hepatic".to_owned(),
            icd10: vec!["K74".to_owned()],
            snomed: Vec::new(),
            loinc: Vec::new(),
            ..ConditionCodes::default()
        }];
        let day = Day::from_iso("2025-06-01");
        for (cell, found) in [
            ("K74.6@20250601", &[(0, day)][..]),
            ("K74.6@20250601083000;K74.0", &[(0, day), (0, None)]),
            ("K74.6", &[(0, None)]),
            ("K74.6@soon", &[(0, None)]),
            ("@20250601", &[]),
        ] {
            assert_eq!(dated_conditions(&book, cell), found, "{cell}");
        }
    }

    #[test]
    fn an_answer_counts_where_its_question_asks_for_the_condition() {
        let condition = |name: &str, icd10: &str, loinc: &[&str]| ConditionCodes {
            name: name.to_owned(),
            icd10: vec![icd10.to_owned()],
            snomed: Vec::new(),
            loinc: loinc.iter().map(|&code| code.to_owned()).collect(),
            ..ConditionCodes::default()
        };
        let book = [
            condition("hepatic", "K74", &[]),
            condition("pregnancy", "Z33", &["82810-3", "11449-6"]),
        ];
        for (question, answer, found) in [
            ("82810-3", "Z33.1", &[1][..]),
            ("other;11449-6", "Z33.1", &[1]),
            ("82810-3", "true", &[1]),
            ("82810-3", "K74.6", &[]),
            ("82810-3", "false", &[]),
            ("82810-3", "", &[]),
            ("82810", "Z33.1", &[]),
            ("82810-3", "LA15173-0", &[1]),
            ("82810-3", "Pregnant", &[1]),
            ("82810-3", "Not pregnant", &[]),
            ("Z33.1", "true", &[1]),
            ("Z33.1", "false", &[]),
            ("", "true", &[]),
            ("", "K74.6", &[]),
        ] {
            assert_eq!(answered(&book, question, answer), found, "{question}: {answer}");
        }
    }
}
