//! What is beside a drug in its cell and about a person, where its shape shows that: birth dates, telephone and insurance numbers,
//! mail addresses, names after `for` or a title. A masked report also hides what has no such shape.

use std::ops::Range;

use super::DrugWords;
use super::words::{is_explained, is_strength, parts};

/// Words before a birth date.
const BIRTH: [&str; 14] = [
    "dob",
    "bday",
    "born",
    "birth",
    "birthdate",
    "birthday",
    "bdate",
    "geb",
    "geboren",
    "nacimiento",
    "naissance",
    "nascita",
    "geboortedatum",
    "nascimento",
];

/// Words before a number by which someone is reached or insured.
const REACHED: [&str; 20] = [
    "tel",
    "telephone",
    "phone",
    "ph",
    "mobile",
    "mob",
    "cell",
    "fax",
    "call",
    "callback",
    "contact",
    "ssn",
    "nhs",
    "insurance",
    "ins",
    "policy",
    "member",
    "medicare",
    "medicaid",
    "subscriber",
];

/// Words before a name: after a title one name is enough, after the others it takes first and last name.
const TITLES: [&str; 14] = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "herr", "frau", "mme", "sra", "sr",
    "attn",
];
const BEFORE_NAMES: [&str; 24] = [
    "for",
    "to",
    "by",
    "of",
    "from",
    "pt",
    "patient",
    "name",
    "client",
    "resident",
    "guardian",
    "mother",
    "father",
    "mom",
    "dad",
    "wife",
    "husband",
    "son",
    "daughter",
    "carer",
    "caregiver",
    "für",
    "para",
    "pour",
];

/// Words that come after these and do not name anyone.
#[rustfmt::skip]
const NOBODY: &[&str] = &[
    "abuse", "acute", "addiction", "adult", "adults", "alcohol", "and", "anxiety", "arthritis", "assistance", "back", "blood", "bone",
    "breakthrough", "bring", "brings", "brought", "cancer", "care", "chest", "child", "children", "chronic", "clinic", "control",
    "cough", "craving", "cravings", "dental", "dependence", "depression", "detox", "diarrhea", "disease", "disorder", "dyspnea",
    "emergency", "fever", "general", "has", "headache", "headaches", "hip", "home", "hospice", "hospital", "house", "induction",
    "infant", "infants", "inpatient", "insomnia", "is", "itch", "itching", "joint", "knee", "leg", "maintenance", "med", "medical",
    "medication", "medications", "medicine", "meds", "migraine", "mild", "moderate", "muscle", "neck", "nerve", "neuropathic",
    "neuropathy", "obesity", "office", "only", "op", "opiate", "opioid", "opioids", "osteoarthritis", "outpatient", "own", "pain",
    "pains", "palliative", "patient", "patients", "pediatric", "post", "postop", "postoperative", "pre", "procedure", "program",
    "provided", "pruritus", "reduction", "refill", "relapse", "relief", "severe", "shortness", "shoulder", "sleep", "spasm", "spine",
    "states", "study", "supplied", "supplies", "supply", "surgery", "surgical", "taking", "taper", "the", "therapy", "today", "tooth",
    "trauma", "treatment", "trial", "use", "visit", "ward", "weight", "withdrawal", "women",
];

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A longer cell names more than a drug, and its end is hidden without being read.
const LONGEST: usize = 1000;

/// A name has at most this many words.
const NAME: usize = 4;

/// The parts of a cell that are about a person, as far as their shape shows it.
pub(super) fn of_persons(text: &str, drugs: &dyn DrugWords) -> Vec<Range<usize>> {
    let end = text.floor_char_boundary(LONGEST);
    let (text, rest) = (&text[..end], end..text.len());
    let beside = Beside::of(text, drugs);
    let mut hidden: Vec<Range<usize>> = telephones(text, &beside.parts).collect();
    hidden.extend(mails(text));
    for at in 0..beside.parts.len() {
        let word = beside.words[at].as_str();
        let next = at + 1;
        hidden.extend(match word {
            _ if BIRTH.contains(&word) || beside.is_spelled(at, "dob") => {
                beside.day(next + if word == "d" { 2 } else { 0 })
            }
            _ if REACHED.contains(&word) => beside.number(next),
            _ if TITLES.contains(&word) => beside.name(next, 1),
            _ if BEFORE_NAMES.contains(&word) => beside.name(next, 2),
            _ => beside.owner_or_name_in_two(at),
        });
    }
    hidden.extend(std::iter::once(rest).filter(|rest| !rest.is_empty()));
    hidden
}

/// A cell, word by word.
struct Beside<'t> {
    text: &'t str,
    parts: Vec<Range<usize>>,
    /// In small letters.
    words: Vec<String>,
    drugs: &'t dyn DrugWords,
    /// Whether capital letters tell names from other words.
    has_capitals: bool,
}

impl<'t> Beside<'t> {
    fn of(text: &'t str, drugs: &'t dyn DrugWords) -> Self {
        let parts = parts(text);
        let words = parts.iter().map(|part| text[part.clone()].to_lowercase()).collect();
        Self { text, parts, words, drugs, has_capitals: text.contains(char::is_uppercase) }
    }

    fn is_number(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// What is between a part and the one before it.
    fn before(&self, at: usize) -> &str {
        let begin = at.checked_sub(1).map_or(0, |before| self.parts[before].end);
        &self.text[begin..self.parts[at].start]
    }

    /// Whether single letters from here on spell a word: `D.O.B.`
    fn is_spelled(&self, at: usize, word: &str) -> bool {
        let mut letters = word.chars().enumerate();
        letters.all(|(step, letter)| {
            self.words.get(at + step).is_some_and(|w| *w == letter.to_string())
        })
    }

    /// A day, from a part or the word after it: numbers and a month.
    fn day(&self, from: usize) -> Vec<Range<usize>> {
        const BETWEEN: [&str; 6] = ["date", "of", "on", "is", "am", "birth"];
        let skipped = self.words.iter().skip(from).take_while(|w| BETWEEN.contains(&w.as_str()));
        let begin = from + skipped.count();
        let is_month = |at: usize| {
            self.words
                .get(at)
                .is_some_and(|word| MONTHS.iter().any(|month| word.starts_with(month)))
        };
        let mut digits = 0;
        let of_day = (begin..self.parts.len().min(begin + 3)).take_while(|&at| {
            let is_of_day =
                digits < 8 && (self.is_number(at) && !self.is_amount(at) || is_month(at));
            digits += self.words[at].bytes().filter(u8::is_ascii_digit).count();
            is_of_day
        });
        of_day.map(|at| self.parts[at].clone()).collect()
    }

    /// A number of five digits or more, in however many groups.
    fn number(&self, from: usize) -> Vec<Range<usize>> {
        const FEWEST: usize = 5;
        const BETWEEN: [&str; 5] = ["no", "number", "id", "nr", "at"];
        let skipped = self.words.iter().skip(from).take_while(|w| BETWEEN.contains(&w.as_str()));
        let begin = from + skipped.count();
        let groups: Vec<usize> = (begin..self.parts.len())
            .take_while(|&at| self.is_number(at) && !self.is_amount(at))
            .collect();
        let digits: usize = groups.iter().map(|&at| self.parts[at].len()).sum();
        if digits < FEWEST {
            return Vec::new();
        }
        groups.into_iter().map(|at| self.parts[at].clone()).collect()
    }

    fn is_amount(&self, at: usize) -> bool {
        is_strength(self.text, &self.parts, at)
            && self.parts.get(at + 1).is_none_or(|next| {
                !self.text[next.clone()].starts_with(|c: char| c.is_ascii_digit())
            })
    }

    /// Whether a part may be a word of a name: not a word of drugs, forms or reasons, and capitalised if the cell has capitals.
    fn may_name(&self, at: usize) -> bool {
        let Some(part) = self.parts.get(at) else { return false };
        let said = &self.text[part.clone()];
        said.starts_with(char::is_alphabetic)
            && (!self.has_capitals || said.starts_with(char::is_uppercase))
            && ![NOBODY, &BIRTH, &REACHED, &TITLES, &BEFORE_NAMES]
                .iter()
                .any(|list| list.contains(&self.words[at].as_str()))
            && !self.is_spelled(at, "dob")
            && !is_explained(&self.words[at], self.drugs)
            && !self.drugs.words(said).iter().any(|word| is_explained(word, self.drugs))
    }

    /// The words of a name from a part on, if there are that many; an initial counts.
    fn name(&self, from: usize, fewest: usize) -> Vec<Range<usize>> {
        let joins = |at: usize| {
            self.before(at)
                .chars()
                .all(|c| matches!(c, ' ' | '.' | ',' | '-' | '\'' | '\u{2019}' | ':' | '/'))
        };
        let words: Vec<usize> = (from..self.parts.len().min(from + NAME))
            .take_while(|&at| self.may_name(at) && joins(at))
            .collect();
        let is_name = words.len() >= fewest && words.iter().any(|&at| self.parts[at].len() > 1);
        words.into_iter().filter(|_| is_name).map(|at| self.parts[at].clone()).collect()
    }

    /// Whose something is (`Zelda's`), or a last name, a comma and a first name after a strength.
    fn owner_or_name_in_two(&self, at: usize) -> Vec<Range<usize>> {
        let is_next = |begin: &str, word: &str| {
            at + 1 < self.parts.len() && self.before(at + 1) == begin && self.words[at + 1] == word
        };
        if self.may_name(at) && (is_next("'", "s") || is_next("\u{2019}", "s")) {
            let first =
                at.checked_sub(1).filter(|&first| self.may_name(first) && self.before(at) == " ");
            return first.into_iter().chain([at]).map(|at| self.parts[at].clone()).collect();
        }
        let is_behind = (0..at).any(|before| self.is_number(before));
        if is_behind
            && self.may_name(at)
            && at + 1 < self.parts.len()
            && self.before(at + 1) == ", "
        {
            return self.name(at, 2);
        }
        Vec::new()
    }
}

/// Numbers grouped like telephone or social security numbers: `555-0117`, `(212) 555-0117`, `411-11-0123`. Drug codes and
/// strengths are grouped differently.
fn telephones<'t>(
    text: &'t str,
    parts: &'t [Range<usize>],
) -> impl Iterator<Item = Range<usize>> + 't {
    super::words::runs(text).filter(move |run| {
        let said = &text[run.clone()];
        let lengths: Vec<usize> = said
            .split(|c: char| !c.is_ascii_digit())
            .filter(|group| !group.is_empty())
            .map(str::len)
            .collect();
        let last = parts.iter().rposition(|part| part.end <= run.end);
        let is_amount = || last.is_some_and(|last| is_strength(text, parts, last));
        let is_abroad = text[..run.start].ends_with('+') && lengths.iter().sum::<usize>() > 8;
        is_abroad
            || match lengths[..] {
                [3, 4] => said.as_bytes().get(3) == Some(&b'-') && !is_amount(),
                _ => matches!(lengths[..], [3, 2, 4] | [.., 3, 3, 4] | [.., 3, 4, 4]),
            }
    })
}

/// Mail addresses.
fn mails(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let words = text.split_whitespace();
    words
        .filter(|word| {
            word.split_once('@').is_some_and(|(who, at)| !who.is_empty() && at.contains('.'))
        })
        .map(|word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            start..start + word.len()
        })
}
