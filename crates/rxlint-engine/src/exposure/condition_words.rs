//! Conditions by their plainest names in a text: `Alcoholic cirrhosis of liver`. What is denied, feared, looked for or somebody
//! else's is none.

mod clause;
mod denial;

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::person::ConditionCodes;
use clause::{Clause, clauses};
use denial::is_denied;

/// What stands in a column of diagnoses where there is none.
const NOTHING: [&str; 12] = [
    "none",
    "unknown",
    "nil",
    "null",
    "na",
    "n/a",
    "nan",
    "other",
    "see chart",
    "not recorded",
    "not specified",
    "no diagnosis",
];

/// How many words after the name of a measure its value stands at most.
const REACH: usize = 3;

/// Whether a text has words at all.
pub(super) fn may_name(text: &str) -> bool {
    text.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_alphabetic))
}

/// Whether a cell only says that there is nothing to say.
pub fn is_nothing(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    !text.contains(char::is_alphanumeric) || NOTHING.contains(&text.as_str())
}

/// A name that stands in a clause.
#[derive(Clone, Copy, Debug)]
struct Name {
    start: usize,
    end: usize,
    /// The condition, by its index in the book.
    of: usize,
    /// Whether it stands for the condition, and does not only look so.
    counts: bool,
}

impl Name {
    fn words(&self) -> Range<usize> {
        self.start..self.end
    }

    fn holds(&self, other: &Self) -> bool {
        self.start <= other.start
            && other.end <= self.end
            && self.end - self.start > other.end - other.start
    }
}

/// The conditions that a text names, by index in the book.
pub(super) fn named(book: &[ConditionCodes], text: &str) -> Vec<u8> {
    let mut found: Vec<u8> = Vec::new();
    for clause in clauses(text).filter(|clause| may_name(clause)) {
        let clause = Clause::of(clause);
        let names = longest(names(book, &clause));
        let places: FxHashSet<(usize, usize)> =
            names.iter().flat_map(|name| name.words().map(|at| (at, name.of))).collect();
        let is_there = |name: &Name, passes: bool| {
            let is_same = |at: usize| places.contains(&(at, name.of));
            name.counts && !is_denied(&clause, (name.start, name.end), passes, is_same)
        };
        // What ends a pregnancy is often said with the word: `miscarriage in first trimester`.
        let yield_to =
            |name: &Name| book.iter().any(|other| other.yields_to.contains(&book[name.of].name));
        let ends = names.iter().filter(|name| yield_to(name) && is_there(name, true));
        let ends: FxHashSet<_> =
            ends.map(|name| (clause.part(name.start), &book[name.of].name)).collect();
        for name in &names {
            let condition = &book[name.of];
            let yields = || {
                let part = clause.part(name.start);
                condition.yields_to.iter().any(|other| ends.contains(&(part, other)))
            };
            let index = u8::try_from(name.of).ok().filter(|index| !found.contains(index));
            if let Some(index) = index
                && is_there(name, condition.passes)
                && !yields()
            {
                found.push(index);
            }
        }
    }
    found
}

/// Of names within each other the longest.
fn longest(names: Vec<Name>) -> Vec<Name> {
    let reach = names.iter().map(|name| name.end - name.start).max().unwrap_or(0);
    let is_held = |name: &Name| {
        let from = names.partition_point(|other| other.start + reach < name.end);
        let mut near = names[from..].iter().take_while(|other| other.start <= name.start);
        near.any(|other| other.holds(name))
    };
    names.iter().filter(|name| !is_held(name)).copied().collect()
}

/// Where names of conditions stand, and which.
fn names(book: &[ConditionCodes], clause: &Clause) -> Vec<Name> {
    let mut names = Vec::new();
    for start in 0..clause.words.len() {
        let rest = &clause.words[start..];
        for (of, condition) in book.iter().enumerate() {
            let mut add = |length: usize, counts: bool| {
                names.push(Name { start, end: start + length, of, counts })
            };
            let begins = |phrase: &&Vec<String>| rest.starts_with(phrase);
            condition.words.iter().filter(begins).for_each(|phrase| add(phrase.len(), true));
            condition.not_words.iter().filter(begins).for_each(|phrase| add(phrase.len(), false));
            for phrase in condition.alone.iter().filter(begins) {
                if clause.is_whole_part(start..start + phrase.len()) {
                    add(phrase.len(), true);
                }
            }
            for (phrase, least) in
                condition.from.iter().filter(|(phrase, _)| rest.starts_with(phrase))
            {
                if let Some(length) = measured(&rest[phrase.len()..], *least) {
                    add(phrase.len() + length, true);
                }
            }
        }
    }
    names
}

/// How many words it takes to say that something is at least that large: `of 41.2`.
fn measured(words: &[String], least: u32) -> Option<usize> {
    let at =
        words.iter().take(REACH).position(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let value: f64 = words[at].parse().ok()?;
    (value >= f64::from(least)).then_some(at + 1)
}

/// Whether a text holds a code of a diagnosis, whatever it stands for: ICD-10 or SNOMED CT by its shape.
pub fn has_code(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).any(|part| {
        let plain: Vec<u8> = part.bytes().filter(|byte| *byte != b'.').collect();
        match plain.as_slice() {
            [letter, digit, third, ..] if plain.len() <= 8 => {
                letter.is_ascii_alphabetic()
                    && digit.is_ascii_digit()
                    && third.is_ascii_alphanumeric()
                    || plain.len() >= 6 && plain.iter().all(u8::is_ascii_digit)
            }
            long => (6..=18).contains(&long.len()) && long.iter().all(u8::is_ascii_digit),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Book;

    #[test]
    fn the_plainest_names_are_read_and_what_is_denied_is_not() {
        let book = Book::built_in().unwrap();
        let named = |text: &str| -> Vec<&str> {
            let found = named(book.conditions(), text);
            found.into_iter().map(|at| book.conditions()[usize::from(at)].name.as_str()).collect()
        };
        for (text, name) in [
            ("Alcoholic cirrhosis of liver without ascites", "cirrhosis"),
            ("Cirrhosis of liver", "cirrhosis"),
            ("Chronic kidney disease, stage 4 (severe)", "severe-kidney-disease"),
            ("CKD stage IV", "severe-kidney-disease"),
            ("ESRD", "severe-kidney-disease"),
            ("End-stage renal disease on hemodialysis", "dialysis"),
            ("Acute liver failure", "liver-failure"),
            ("AKI", "acute-kidney-failure"),
            ("Acute renal failure", "acute-kidney-failure"),
            ("Pregnancy", "pregnancy"),
            ("Normal pregnancy (finding)", "pregnancy"),
            ("Pregnant, 20 weeks", "pregnancy"),
            ("Breastfeeding mother", "breast-feeding"),
            ("Fibromyalgia", "pain"),
            ("Alcohol use disorder, severe", "alcohol-use"),
            ("History of alcohol use disorder", "alcohol-use"),
            ("Opioid use disorder in remission", "opioid-use"),
            ("Morbid obesity", "weight"),
            ("Hypertension; Alcohol dependence", "alcohol-use"),
            ("Ectopic pregnancy", "pregnancy-end"),
            ("Miscarriage in first trimester", "pregnancy-end"),
        ] {
            assert!(named(text).contains(&name), "{text}: {:?}", named(text));
        }
        for text in [
            "No cirrhosis",
            "Denies pregnancy",
            "not pregnant",
            "Family history of alcoholism",
            "FHx cirrhosis",
            "Mother with ESRD",
            "r/o cirrhosis",
            "Cirrhosis ruled out",
            "Cirrhosis?",
            "Pregnancy test negative",
            "Encounter for pregnancy test",
            "History of pregnancy",
            "Trying for pregnancy",
            "At risk for alcohol use disorder",
            "Pregnancy counseling",
            "CKD stage 3",
            "Chronic kidney disease stage 3b",
            "Essential hypertension",
            "Nonalcoholic steatohepatitis",
            "K74.60",
            "",
        ] {
            assert!(named(text).is_empty(), "{text}: {:?}", named(text));
        }
        assert!(
            !named("Acute renal failure").contains(&"kidney-failure"),
            "the longer name counts"
        );
    }

    /// The names of the conditions that a text names.
    fn read(text: &str) -> Vec<&'static str> {
        static BOOK: std::sync::LazyLock<Book> =
            std::sync::LazyLock::new(|| Book::built_in().unwrap());
        let found = named(BOOK.conditions(), text).into_iter();
        found.map(|at| BOOK.conditions()[usize::from(at)].name.as_str()).collect()
    }

    #[test]
    fn a_denial_concerns_its_own_part_of_the_cell() {
        for text in [
            "cirrhosis, HIV negative",
            "HIV negative, cirrhosis",
            "cirrhosis / HIV negative",
            "HIV negative / cirrhosis",
            "cirrhosis HIV negative",
            "cirrhosis and HIV negative",
            "cirrhosis - HIV negative",
            "cirrhosis (HIV negative)",
            "cirrhosis, UDS negative for opioids",
            "no opioid use, cirrhosis, AUD",
            "no varices, cirrhosis",
            "cirrhosis, no varices",
            "cirrhosis/no varices",
            "cirrhosis: no varices",
            "no SI/HI, cirrhosis",
            "no DVT. Cirrhosis.",
            "no DVT but cirrhosis",
            "1) no DVT 2) cirrhosis",
            "lives with mother, cirrhosis",
            "rule out DVT, cirrhosis",
            "cirrhosis, unknown etiology",
            "cirrhosis, none, N/A",
            "cirrhosis, fall risk",
            "HIV?, cirrhosis",
            "non-alcoholic cirrhosis",
            "NASH cirrhosis, high risk of HCC",
            "cirrhosis, not a transplant candidate",
            "Cirrhosis of liver (disorder), no alcohol",
        ] {
            assert!(read(text).contains(&"cirrhosis"), "{text}: {:?}", read(text));
        }
        for text in [
            "cirrhosis: no",
            "cirrhosis - none",
            "cirrhosis, ruled out",
            "cirrhosis (ruled out)",
            "cirrhosis (mother)",
            "cirrhosis? no",
            "cirrhosis (?)",
            "cirrhosis of the liver was excluded",
            "no fever, cough, or cirrhosis",
            "no hepatitis, cirrhosis or ascites",
            "Rule out: HCC, cirrhosis",
            "Family history: diabetes, cirrhosis",
            "suspected (cirrhosis)",
            "no (known) cirrhosis",
            "negative for cirrhosis",
            "cirrhosis negative",
        ] {
            assert!(!read(text).contains(&"cirrhosis"), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn pregnancies_are_read_by_the_titles_of_their_codes() {
        for text in [
            "Supervision of high risk pregnancy, unspecified, second trimester",
            "high-risk pregnancy",
            "Pre-existing hypertension complicating pregnancy",
            "Supervision of elderly primigravida",
            "Rh negative, pregnant",
            "Rh negative pregnant",
            "pregnant, HIV negative",
            "possible UTI, pregnant",
            "pregnant, screening for diabetes",
            "hyperemesis gravidarum",
            "gestational diabetes",
            "Pregnancy test positive",
            "G2P1 at 24 wks gestation",
            "Supervision of pregnancy with history of pre-term labor",
            "pregnant, previous cesarean section",
        ] {
            assert!(read(text).contains(&"pregnancy"), "{text}: {:?}", read(text));
        }
        for text in [
            "pregnancy: no",
            "pregnancy status: not pregnant",
            "Pregnancy, denied",
            "false pregnancy",
            "pregnancy in partner",
            "pregnant wife",
            "Miscarriage in first trimester",
            "Pregnancy, delivered",
            "history of gestational diabetes",
            "Recurrent pregnancy loss",
            "pre-pregnancy counseling",
        ] {
            assert!(!read(text).contains(&"pregnancy"), "{text}: {:?}", read(text));
        }
        assert!(read("lactating: no").is_empty());
        assert_eq!(read("lactating mother"), ["breast-feeding"]);
    }

    #[test]
    fn organs_are_read_by_the_titles_of_their_codes() {
        for (text, name) in [
            ("Hepatitis A without hepatic coma", "acute-hepatitis"),
            ("hepatitis B, acute", "acute-hepatitis"),
            ("liver disease, end stage", "liver-failure"),
            ("Toxic liver disease with hepatic necrosis, without coma", "liver-failure"),
            ("CKD stage 3-4", "severe-kidney-disease"),
            ("CKD (stage 4)", "severe-kidney-disease"),
            ("no CKD 3, CKD stage 4", "severe-kidney-disease"),
            ("ESRD, PPD negative", "severe-kidney-disease"),
            (
                "Hypertensive chronic kidney disease with stage 5 chronic kidney disease or end stage renal disease",
                "severe-kidney-disease",
            ),
        ] {
            assert!(read(text).contains(&name), "{text}: {:?}", read(text));
        }
        for text in [
            "Hypertensive chronic kidney disease with stage 1 through stage 4 chronic kidney disease, or unspecified chronic kidney disease",
            "resolved acute hepatitis B",
            "acute kidney injury, resolved",
            "PMH: AKI, acute hepatitis",
            "hepatitis A vaccine",
            "hepatitis A and B vaccine",
            "Encounter for immunization, hepatitis A vaccination",
            "Chronic viral hepatitis B without hepatic coma",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn titles_in_other_languages_are_read_as_far_as_the_book_has_them() {
        for (text, name) in [
            ("Alkoholische Leberzirrhose, Child-Pugh A", "cirrhosis"),
            ("Sonstige und nicht näher bezeichnete Zirrhose der Leber", "cirrhosis"),
            ("Cirrhose alcoolique du foie", "cirrhosis"),
            ("Cirrosis hepática alcohólica, sin ascitis", "cirrhosis"),
            ("Cirrose hepática não especificada", "cirrhosis"),
            ("Chronische Nierenkrankheit, Stadium 5", "severe-kidney-disease"),
            ("Maladie rénale chronique, stade 4", "severe-kidney-disease"),
            ("Überwachung einer normalen Schwangerschaft", "pregnancy"),
            ("Surveillance d'une grossesse normale", "pregnancy"),
            ("Supervisión de embarazo normal", "pregnancy"),
            ("Supervisão de gravidez de alto risco", "pregnancy"),
        ] {
            assert!(read(text).contains(&name), "{text}: {:?}", read(text));
        }
        for text in [
            "V.a. Leberzirrhose",
            "keine Leberzirrhose",
            "Leberzirrhose ausgeschlossen",
            "pas de cirrhose",
            "sin cirrosis",
            "sem cirrose",
            "Zustand nach Schwangerschaft",
            "prueba de embarazo",
            "Chronische Nierenkrankheit, Stadium 3",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn reasons_for_the_usual_dose_are_read_in_words() {
        for (text, name) in [
            ("ETOH abuse", "alcohol-use"),
            ("binge drinking", "alcohol-use"),
            ("Alcohol use, unspecified", "alcohol-use"),
            ("chronic pain, alcohol use disorder, HIV negative", "alcohol-use"),
            ("heroin use", "opioid-use"),
            ("Opioid use, unspecified, uncomplicated", "opioid-use"),
            ("BMI 40", "weight"),
            ("BMI: 31.4 kg/m2", "weight"),
            ("Body mass index [BMI] 40.0-44.9, adult", "weight"),
            ("pain", "pain"),
            ("Pain, unspecified", "pain"),
            ("hypertension, pain", "pain"),
            ("Cervicalgia", "pain"),
            ("Neoplasm related pain (acute) (chronic)", "pain"),
        ] {
            assert!(read(text).contains(&name), "{text}: {:?}", read(text));
        }
        for text in [
            "no alcohol use",
            "Alcohol use: none",
            "social alcohol use",
            "Long term (current) use of opiate analgesic",
            "long-term opioid use",
            "BMI 24",
            "chest pain",
            "denies pain",
            "no pain",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn codes_are_known_by_their_shape() {
        for text in [
            "K74.6",
            "k7460",
            "E11",
            "72892002",
            "Cirrhosis (K74.60)",
            "ICD-10: O80",
            "K74.6@20250101",
        ] {
            assert!(has_code(text), "{text}");
        }
        for text in ["Cirrhosis", "571.5", "12345", "", "n/a", "stage 4"] {
            assert!(!has_code(text), "{text}");
        }
    }
}
