//! Identifiers that identify no one: words that say that there is none, marks of something removed, fillers of a field.

/// The initial content of a site's own list: whole identifiers, compared without case. Words may follow one another:
/// `Unknown patient`, `null null`.
pub(in crate::exposure) const USUAL: [&str; 77] = [
    "unknown",
    "n/a",
    "na",
    "n/d",
    "s/n",
    "k.a.",
    "none",
    "nil",
    "null",
    "(null)",
    "undefined",
    // What data frames and databases write for a missing value, once it was converted to text.
    "nan",
    "nat",
    "<na>",
    "#n/a",
    "\\n",
    "test",
    "zztest",
    "xxx",
    "tbd",
    "tba",
    "anonymous",
    "anon",
    "patient",
    "not available",
    "missing",
    "redacted",
    "masked",
    "ditto",
    "baby boy",
    "baby girl",
    // Nobody, in HL7 and FHIR; and what is mostly written in two words.
    "unk",
    "unkn",
    "noid",
    "nomrn",
    "noname",
    "nonumber",
    "nopatient",
    "notapplicable",
    "notassigned",
    "notavailable",
    "notentered",
    "notfound",
    "notgiven",
    "notknown",
    "notprovided",
    "notrecorded",
    "notspecified",
    "testpatient",
    "unknownpatient",
    // What was taken from a shelf for no patient in particular.
    "stock",
    "clinic stock",
    "emergency stock",
    "floor stock",
    "house stock",
    "office stock",
    "unit stock",
    "ward stock",
    "clinic use",
    "office use",
    "office use only",
    "for office use",
    "for office use only",
    "physician supply",
    "prescriber supply",
    "emergency supply",
    "drug return",
    "unbekannt",
    "inconnu",
    "inconnue",
    "desconocido",
    "desconhecido",
    "sconosciuto",
    "onbekend",
    "неизвестно",
    "不明",
    "-",
];

/// Words without a digit that together name no one: `no id`, `Not Provided`, `CASH CUSTOMER`, `Walk-in`, `[object Object]`,
/// `see previous line`, the value of a flag. No name consists only of them.
const SAY_NOTHING: [&str; 74] = [
    "no",
    "not",
    "id",
    "ids",
    "identifier",
    "mrn",
    "number",
    "name",
    "patientid",
    "person",
    "member",
    "customer",
    "client",
    "subject",
    "provided",
    "given",
    "available",
    "applicable",
    "known",
    "recorded",
    "assigned",
    "specified",
    "entered",
    "found",
    "disclosed",
    "cash",
    "walk",
    "in",
    "walkin",
    "self",
    "deceased",
    "dummy",
    "hidden",
    "removed",
    "deleted",
    "suppressed",
    "withheld",
    "confidential",
    "anonymized",
    "anonymised",
    "pseudonymized",
    "pseudonymised",
    "deidentified",
    "blank",
    "empty",
    "pending",
    "unassigned",
    "unavailable",
    "unspecified",
    "unidentified",
    "undisclosed",
    "unnamed",
    "true",
    "false",
    "infinity",
    "inf",
    "object",
    "error",
    "value",
    "see",
    "previous",
    "prior",
    "line",
    "row",
    "above",
    "same",
    "as",
    "the",
    "to",
    "be",
    "determined",
    "announced",
    "data",
    "missing",
];

/// Whether an identifier identifies no one. `listed` are such identifiers, whole.
pub(in crate::exposure) fn is_one(identifier: &str, listed: &[String]) -> bool {
    let text = identifier.trim();
    is_listed(text, listed)
        || is_number(text.as_bytes())
        || !text.chars().any(char::is_alphanumeric)
        || !text.bytes().any(|byte| byte.is_ascii_digit()) && says_nobody(text, listed)
}

fn is_listed(text: &str, listed: &[String]) -> bool {
    let same = |word: &String| match text.is_ascii() {
        true => word.eq_ignore_ascii_case(text),
        false => *word == text.to_lowercase(),
    };
    listed.iter().any(same)
}

/// Whether the first two bytes are different digits, as in most numbers: then [`is_number`] does not apply.
fn begins_with_two_digits(text: &[u8]) -> bool {
    matches!(text, [first @ b'0'..=b'9', second @ b'0'..=b'9', ..] if first != second)
}

/// Only zeros or nines, with or without a spreadsheet's decimals; a negative digit; the same digit nine times or more.
fn is_number(text: &[u8]) -> bool {
    const FEWEST_SAME: usize = 9;
    let is_zero = |byte: &u8| *byte == b'0';
    let point = text.iter().position(|byte| *byte == b'.');
    let point = point.filter(|at| text[at + 1..].iter().all(is_zero));
    let text = &text[..point.unwrap_or(text.len())];
    let mut digits = text.iter().filter(|byte| !matches!(byte, b'-' | b'.' | b' '));
    let Some(first) = digits.next() else { return true };
    let mut count = 1;
    for digit in digits {
        if digit != first {
            return false;
        }
        count += 1;
    }
    let is_negative = text.starts_with(b"-") && (count == 1 || *first == b'9');
    let may_fill = is_zero(first) || *first == b'9' && text.len() > 2;
    first.is_ascii_digit() && (may_fill || is_negative || count >= FEWEST_SAME)
}

/// Whether a text without digits says that there is no one: an error of a spreadsheet, letters that only fill, words that say
/// nothing.
fn says_nobody(text: &str, listed: &[String]) -> bool {
    let is_error = text.starts_with('#') && text.ends_with(['!', '?']);
    let is_filled = text.len() > 2 && text.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x'));
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let says_nothing = |word: &str| {
        SAY_NOTHING.iter().any(|known| known.eq_ignore_ascii_case(word)) || is_listed(word, listed)
    };
    is_error || is_filled || words.all(says_nothing)
}

/// Which identifiers might identify no one, so that no others need be checked.
#[derive(Debug)]
pub(crate) struct PlaceholderFilter {
    /// For each first byte of the listed ones, the possible lengths as bits; the highest bit means any length from 63 up.
    lengths: Box<[u64; 256]>,
    /// For each first byte of a first word, its possible lengths.
    words: Box<[u64; 256]>,
}

impl PlaceholderFilter {
    pub(crate) fn of(listed: &[String]) -> Self {
        let (mut lengths, mut words) = (Box::new([0; 256]), Box::new([0; 256]));
        let add = |to: &mut [u64; 256], word: &str| {
            if let Some(first) = word.bytes().next() {
                to[usize::from(first.to_ascii_lowercase())] |= bit(word.len());
                to[usize::from(first.to_ascii_uppercase())] |= bit(word.len());
            }
        };
        for word in listed.iter().map(String::as_str) {
            add(&mut lengths, word);
            add(&mut words, word);
        }
        SAY_NOTHING.iter().for_each(|word| add(&mut words, word));
        // Text outside ASCII can be written in more than one way.
        lengths[128..].fill(u64::MAX);
        Self { lengths, words }
    }

    /// Whether the identifier, which is not empty, must be checked.
    #[inline]
    pub(crate) fn may_match(&self, identifier: &[u8]) -> bool {
        let Some(&first) = identifier.first() else { return true };
        // A digit before a point or an `E` may begin a number that was rounded.
        matches!(identifier, [b'1'..=b'9', b'.' | b',' | b'E' | b'e', ..])
            // No identifier has a quote in it.
            || identifier.contains(&b'"')
            || self.lengths[usize::from(first)] & bit(identifier.len()) != 0
            || matches!(first, b'0'..=b'9' | b'-' | b'.' | b' ')
                && !begins_with_two_digits(identifier)
                && is_number(identifier)
            || !identifier.iter().any(u8::is_ascii_digit) && self.may_be_words(identifier)
    }

    /// Whether a text without digits has no word, is a mark, or begins with a word that may say nothing.
    fn may_be_words(&self, text: &[u8]) -> bool {
        let Some(from) = text.iter().position(|byte| byte.is_ascii_alphabetic() || *byte > 127)
        else {
            return true;
        };
        let word = &text[from..];
        let end = word.iter().position(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic());
        let word = &word[..end.unwrap_or(word.len())];
        word[0] > 127
            || text[0] == b'#'
            || word[0].eq_ignore_ascii_case(&b'x')
            || self.words[usize::from(word[0])] & bit(word.len()) != 0
    }
}

fn bit(length: usize) -> u64 {
    1 << length.min(63)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> Vec<String> {
        USUAL.map(str::to_owned).to_vec()
    }

    #[test]
    fn what_names_nobody_is_a_placeholder_and_may_be_one() {
        let (listed, filter) = (listed(), PlaceholderFilter::of(&listed()));
        for text in [
            " ",
            "0",
            "0000",
            "9999",
            "999-99-9999",
            "UNKNOWN",
            "n/a",
            "Test",
            "nan",
            "NaT",
            "<NA>",
            "None",
            "\\N",
            "-",
            ".",
            "?",
            "REDACTED",
            "[REDACTED]",
            "*****",
            "XXXXX",
            "MASKED",
            "hidden",
            "-1",
            "-9",
            "-99",
            "99999999.0",
            "1111111111",
            "Unknown Patient",
            "no id",
            "Not Provided",
            "blank",
            "pending",
            "TBA",
            "#VALUE!",
            "#NAME?",
            "None None",
            "null null",
            "True",
            "FALSE",
            "Infinity",
            "[object Object]",
            "anon",
            "ZZTEST",
            "Test Patient",
            "DUMMY",
            "Walk-in",
            "WALKIN",
            "CASH CUSTOMER",
            "self",
            "Deceased",
            "Baby Boy",
            "???",
            "''",
            "________",
            "inconnu",
            "unbekannt",
            "desconocido",
            "k.A.",
            "n/d",
            "s/n",
            "不明",
            "Неизвестно",
            "ditto",
            "see previous line",
            "^",
            "patient_id",
            "#REF!",
            "0.0",
            "0.00",
            "UNK",
            "Unkn",
            "NOTAVAILABLE",
            "NotProvided",
            "NOID",
            "TESTPATIENT",
            "STOCK",
            "House Stock",
            "FLOOR STOCK",
            "Office use",
            "PHYSICIAN SUPPLY",
        ] {
            assert!(is_one(text, &listed), "{text}");
            assert!(filter.may_match(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_may_be_somebody_is_none() {
        let (listed, filter) = (listed(), PlaceholderFilter::of(&listed()));
        for text in [
            "P1",
            "9",
            "99",
            "100",
            "0001",
            "Test1",
            "TEST1",
            "12345",
            "P0001234",
            "9990001",
            "-1078023",
            ".5",
            "00-1",
            "11111",
            "Self, Ann",
            "Cash Mary",
            "Nora Test-Smith",
            "A",
            "X",
            "XY",
            "Smith",
            "Patient 7",
            "1111.5",
            "-12",
            "MRN7",
            "9.5",
            "UNK7",
            "Noto",
            "Stockton",
            "Stock, Ann",
            "House",
            "Ward",
        ] {
            assert!(!is_one(text, &listed), "{text}");
        }
        for text in ["P1", "100", "12345", "P0001234", "9990001", "Jones, Johnny", "a3f-b", "MRN7"]
        {
            assert!(!filter.may_match(text.as_bytes()), "{text}");
        }
    }
}
