//! Conditions by their plainest names in a text: `Alcoholic cirrhosis of liver`. What is denied, feared, looked for or somebody
//! else's is none.

use super::person::ConditionCodes;
use crate::drug::name::words;

/// Before a name in the same sentence: it is not there, not certain, not the patient's, or wished for.
const DENIED_BEFORE: [&str; 60] = [
    "no",
    "not",
    "non",
    "nor",
    "never",
    "denies",
    "denied",
    "deny",
    "without",
    "negative",
    "neg",
    "absence",
    "absent",
    "rule",
    "ruled",
    "r",
    "ro",
    "exclude",
    "excluded",
    "family",
    "fam",
    "fh",
    "fhx",
    "mother",
    "father",
    "sister",
    "brother",
    "parent",
    "parents",
    "sibling",
    "wife",
    "husband",
    "partner",
    "son",
    "daughter",
    "risk",
    "screening",
    "screen",
    "screened",
    "suspected",
    "suspicion",
    "suspect",
    "possible",
    "possibly",
    "probable",
    "query",
    "concern",
    "concerned",
    "prevent",
    "prevention",
    "prophylaxis",
    "evaluate",
    "evaluation",
    "planning",
    "plans",
    "trying",
    "desires",
    "wants",
    "pre",
    "post",
];
/// After it.
const DENIED_AFTER: [&str; 14] = [
    "excluded",
    "ruled",
    "unlikely",
    "negative",
    "screening",
    "screen",
    "test",
    "tests",
    "testing",
    "risk",
    "prevention",
    "prophylaxis",
    "denied",
    "absent",
];
/// Before it: it is over, where it passes at all.
const OVER_BEFORE: [&str; 8] =
    ["history", "hx", "h", "past", "previous", "prior", "former", "status"];
/// After it, or it is only spoken of.
const OVER_AFTER: [&str; 8] =
    ["resolved", "remote", "history", "hx", "planning", "counseling", "counselling", "category"];

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

/// How many words after a name may deny it.
const REACH: usize = 4;

/// Whether a text has words at all.
pub(super) fn may_name(text: &str) -> bool {
    text.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_alphabetic))
}

/// Whether a cell only says that there is nothing to say.
pub fn is_nothing(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    !text.contains(char::is_alphanumeric) || NOTHING.contains(&text.as_str())
}

/// The conditions that a text names, by index in the book. Of names within each other the longest counts.
pub(super) fn named(book: &[ConditionCodes], text: &str) -> Vec<u8> {
    let mut found: Vec<u8> = Vec::new();
    for clause in text.split([';', '|', '\n', '.', '~']).filter(|clause| may_name(clause)) {
        // A question mark is one of doubt.
        if clause.contains('?') {
            continue;
        }
        let words = words(clause);
        let names = matches(book, &words);
        for &(start, end, at) in &names {
            let is_within = names.iter().any(|&(other, other_end, _)| {
                other <= start && end <= other_end && other_end - other > end - start
            });
            let at_index = u8::try_from(at).ok();
            if let Some(index) = at_index.filter(|index| !is_within && !found.contains(index))
                && !is_denied(&words, start, end, book[at].passes)
            {
                found.push(index);
            }
        }
    }
    found
}

/// Where names of conditions stand, and which.
fn matches(book: &[ConditionCodes], words: &[String]) -> Vec<(usize, usize, usize)> {
    let mut names = Vec::new();
    for (at, condition) in book.iter().enumerate() {
        for phrase in &condition.words {
            let starts = (0..words.len()).filter(|&start| words[start..].starts_with(phrase));
            names.extend(starts.map(|start| (start, start + phrase.len(), at)));
        }
    }
    names
}

fn is_denied(words: &[String], start: usize, end: usize, passes: bool) -> bool {
    let has =
        |words: &[String], list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let (before, after) = (&words[..start], &words[end..words.len().min(end + REACH)]);
    has(before, &DENIED_BEFORE)
        || has(after, &DENIED_AFTER)
        || passes && (has(before, &OVER_BEFORE) || has(after, &OVER_AFTER))
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
