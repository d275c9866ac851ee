//! What a single cell looks like: directions, a number in words, a unit of time, a code, a strength, a dose that was given.

use rxlint_model::time_unit::{Plainness, TimeUnit};

use crate::layout::headers::tokens::{says_any, words_have};

/// Units of amounts, after a number.
const UNITS: [&str; 16] = [
    "mg", "mcg", "ug", "µg", "g", "ml", "%", "mg/ml", "mg/5ml", "iu", "ie", "ui", "unt", "unit",
    "mcg/h", "mcg/hr",
];

/// Whether a text of some words says how often something is taken: `Take 1 tablet twice daily`, `1 BD`, `1-0-1`.
pub(super) fn says_how_often(text: &str) -> bool {
    const WORDS: [&str; 58] = [
        "daily",
        "day",
        "twice",
        "once",
        "thrice",
        "times",
        "every",
        "hourly",
        "weekly",
        "bid",
        "tid",
        "qid",
        "qd",
        "bd",
        "tds",
        "qds",
        "od",
        "prn",
        "nocte",
        "mane",
        "bedtime",
        "morning",
        "night",
        "täglich",
        "taeglich",
        "tgl",
        "tag",
        "morgens",
        "abends",
        "mittags",
        "fois",
        "jour",
        "matin",
        "soir",
        "veces",
        "día",
        "dia",
        "cada",
        "horas",
        "noche",
        "mañana",
        "vezes",
        "noite",
        "manhã",
        "volte",
        "giorno",
        "ore",
        "dagelijks",
        "dag",
        "daags",
        "dagligen",
        "gånger",
        "daglig",
        "ganger",
        "dziennie",
        "razy",
        "päivässä",
        "kertaa",
    ];
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    let is_interval = |word: &String| {
        let hours = word.strip_prefix('q').and_then(|rest| rest.strip_suffix('h'));
        hours.is_some_and(|hours| !hours.is_empty() && hours.bytes().all(|b| b.is_ascii_digit()))
    };
    let numbers =
        |part: &str| part.trim().len() == 1 && part.trim().bytes().all(|b| b.is_ascii_digit());
    let scheme: Vec<&str> = text.split_whitespace().next().unwrap_or_default().split('-').collect();
    words.len() > 1 && words.iter().any(|word| WORDS.contains(&word.as_str()) || is_interval(word))
        || (3..=4).contains(&scheme.len()) && scheme.iter().all(|part| numbers(part))
}

/// Whether a text without a number is a person's name as lists of people have it, in two to five words: `Smith, John`, `J. Smith`,
/// `SMITH,J`. `Patient A` and `Test Case` are not names.
pub(super) fn is_full_name(text: &str) -> bool {
    const OF_A_NAME: [char; 6] = ['.', ',', '\'', '’', '-', '`'];
    let is_of_name = |c: char| c.is_alphabetic() || c.is_whitespace() || OF_A_NAME.contains(&c);
    let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    (2..=5).contains(&words.count())
        && text.chars().all(is_of_name)
        && !says_any(text, &["patient", "personal"])
        && !words_have(text, &["test", "case", "subject", "person", "participant", "pseudonym"])
}

/// Whether a text without ASCII digits states a number or a length all the same: `３０`, `ninety`, `monthly`.
pub(super) fn says_number(text: &str) -> bool {
    const WORDS: [&str; 30] = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "fourteen",
        "fifteen",
        "twenty",
        "thirty",
        "sixty",
        "ninety",
        "hundred",
        "day",
        "days",
        "week",
        "weeks",
        "weekly",
        "month",
        "months",
        "monthly",
        "quarterly",
        "year",
        "yearly",
        "ongoing",
        "lifelong",
    ];
    let lower = text.to_lowercase();
    text.contains(|c: char| !c.is_ascii() && c.is_numeric())
        || lower.split(|c: char| !c.is_alphabetic()).any(|word| WORDS.contains(&word))
}

/// How plainly a text says what lengths are counted in, if it says nothing else.
pub(super) fn time_unit(text: &str) -> Option<Plainness> {
    let bare =
        text.trim().to_lowercase().replace("(s)", "s").replace(['.', '[', ']', '(', ')'], "");
    let is_word = bare.chars().all(char::is_alphabetic);
    TimeUnit::of(&bare).filter(|_| is_word).map(|unit| unit.plainness)
}

/// Whether a text is a length with its unit and nothing else: `84 days`, `12w`, `3 months`, `84-day supply`. Years belong to an age,
/// hours to the time between doses.
pub fn is_length(text: &str) -> bool {
    const BEHIND: [&str; 3] = ["supply", "ds", "days"];
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(0);
    let rest = text[end..].trim_start_matches([' ', '-']);
    let mut words = rest.split(|c: char| !c.is_alphabetic() && !matches!(c, '(' | ')'));
    let unit = words.next().and_then(TimeUnit::of);
    let is_one =
        |unit: &TimeUnit| (1.0..300.0).contains(&unit.days) && unit.plainness > Plainness::Letter;
    text.starts_with(|c: char| c.is_ascii_digit())
        && unit.as_ref().is_some_and(is_one)
        && words.filter(|word| !word.is_empty()).all(|word| BEHIND.contains(&word))
}

/// No more than this are taken at a time or in a day.
const MOST_PIECES: f64 = 24.0;

/// How many pieces a text counts, including fractions: `2`, `0,5`, `.5`, `1/2`, `1 1/2`, `1½`, `2.0`.
pub(in crate::layout) fn pieces(text: &str) -> Option<f64> {
    let text = text.trim().replace('½', " 1/2").replace('¼', " 1/4").replace('¾', " 3/4");
    let mut sum = 0.0;
    for (at, part) in text.split_whitespace().enumerate() {
        sum += match part.split_once('/') {
            Some((top, bottom)) => {
                let (top, bottom) = (top.parse::<u8>().ok()?, bottom.parse::<u8>().ok()?);
                Some(f64::from(top) / f64::from(bottom)).filter(|_| top < bottom)?
            }
            // Only a fraction follows a whole number.
            None if at == 0 => plain_pieces(part)?,
            None => return None,
        };
    }
    (!text.is_empty() && sum <= MOST_PIECES).then_some(sum)
}

/// A number in digits, with a point or a comma before its decimals.
fn plain_pieces(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    is_plain.then(|| text.replace(',', ".").parse().ok()).flatten()
}

/// Whether a cell is a birth date with a number that distinguishes people born that day, as in Nordic countries: `19700101-1234`.
pub(super) fn is_personal_number(cell: &[u8]) -> bool {
    let Some(at) = cell.len().checked_sub(5) else { return false };
    let (day, number) = cell.split_at(at);
    matches!(day.len(), 6 | 8)
        && day.iter().all(u8::is_ascii_digit)
        && matches!(number[0], b'-' | b'+')
        && number[1..].iter().all(u8::is_ascii_alphanumeric)
}

/// Whether a cell is a number of seven or eight digits with a check digit, as in Chile.
pub(super) fn is_checked_number(cell: &[u8]) -> bool {
    let Some([number @ .., b'-', check]) = Some(cell) else { return false };
    let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    matches!(digits, 7 | 8)
        && number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
        && (check.is_ascii_digit() || matches!(check, b'k' | b'K'))
}

/// Whether a text names what people misuse and no one dispenses: the whole cell, since such words also occur in product names.
pub(super) fn is_misused(text: &str) -> bool {
    const WORDS: [&str; 16] = [
        "alcohol",
        "etoh",
        "heroin",
        "opioids",
        "opiates",
        "cannabis",
        "marijuana",
        "crack",
        "methamphetamine",
        "meth",
        "tobacco",
        "stimulants",
        "polysubstance",
        "alkohol",
        "alcool",
        "heroína",
    ];
    let text = text.trim();
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a cell is blank.
pub(in crate::layout) fn is_nothing(cell: &[u8]) -> bool {
    cell.is_empty()
        || [&b"null"[..], b"na", b"n/a", b"nan", b"none", b"."]
            .iter()
            .any(|word| cell.eq_ignore_ascii_case(word))
}

/// Codes of eleven digits, in the parts of a drug code, or of an ATC class.
pub(in crate::layout) fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    let is_ndc = digits == 11 && bytes.len() == 11
        || digits + 2 == bytes.len() && matches!(parts[..], [4 | 5, 3 | 4, 1 | 2]);
    let is_atc = matches!(bytes, [a, b, c, d, e, f, g]
        if a.is_ascii_uppercase() && [b, c, f, g].iter().all(|b| b.is_ascii_digit())
            && [d, e].iter().all(|b| b.is_ascii_uppercase()));
    is_ndc || is_atc
}

/// Whether a cell begins with a code in the shape of CPT or HCPCS: `J2315`, `99213`, `0031A`, `HC:J2315:JZ`.
pub(in crate::layout) fn is_procedure_code(text: &str) -> bool {
    let mut parts = text.trim().split(|c: char| !c.is_ascii_alphanumeric());
    let first = parts.next().unwrap_or_default();
    let code = if first.len() == 2 { parts.next().unwrap_or_default() } else { first };
    matches!(code.as_bytes(), [first, inner @ .., last]
        if inner.len() == 3
            && inner.iter().all(u8::is_ascii_digit)
            && first.is_ascii_alphanumeric()
            && last.is_ascii_alphanumeric()
            && (first.is_ascii_digit() || last.is_ascii_digit()))
}

/// Whether a cell begins with a code in the shape of an ICD-10 diagnosis: `K74.6`, `F1020`, `I10`, `K74.6 Cirrhosis`.
pub fn is_diagnosis_code(text: &str) -> bool {
    const BETWEEN: [char; 6] = [' ', ';', ',', '|', '(', ':'];
    let code = text.trim().split(BETWEEN).next().unwrap_or_default();
    let code = code.trim_end_matches(['+', '*', '!', '#', '-', '†']).as_bytes();
    let [letter, digit, third, rest @ ..] = code else { return false };
    let rest = rest.strip_prefix(b".").unwrap_or(rest);
    // A letter is at the end or after placeholders: no drug class has such a code.
    let (last, inner) = match rest {
        [inner @ .., last] => (Some(last), inner),
        [] => (None, rest),
    };
    letter.is_ascii_alphabetic()
        && digit.is_ascii_digit()
        && (third.is_ascii_digit() || matches!(third.to_ascii_uppercase(), b'A' | b'B'))
        && rest.len() <= 4
        && inner.iter().all(|byte| byte.is_ascii_digit() || byte.eq_ignore_ascii_case(&b'X'))
        && last.is_none_or(u8::is_ascii_alphanumeric)
}

/// Whether a number is followed by a unit of amounts.
pub(in crate::layout) fn has_strength(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut before = "";
    for word in lower.split_whitespace() {
        let at = word.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
        let (number, unit) = word.split_at(at);
        let is_unit = UNITS.contains(&unit.trim_matches(|c: char| ",;()".contains(c)));
        if is_unit && (!number.is_empty() || before.ends_with(|c: char| c.is_ascii_digit())) {
            return true;
        }
        before = word;
    }
    false
}

/// Currencies, next to an amount.
const CURRENCIES: [char; 4] = ['$', '\u{20ac}', '\u{a3}', ' '];

/// Whether a cell is 1 or -1: `1`, `-1`, `+1`, `1.00`, `(1)`, `1-`.
pub(super) fn is_one(text: &str) -> bool {
    let number = text.trim_matches(['-', '+', '(', ')', ' ', '\u{2212}']);
    let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, ""));
    whole == "1" && decimals.bytes().all(|byte| byte == b'0')
}

/// Whether a cell is a negative number: `-12.50`, `(12.50)`, `$-12.50`, `12,50-`.
pub fn is_negative(text: &str) -> bool {
    let number = text.trim_matches(CURRENCIES);
    let inner = number
        .strip_prefix(['-', '\u{2212}'])
        .or_else(|| number.strip_suffix('-'))
        .or_else(|| number.strip_prefix('(')?.strip_suffix(')'));
    let amount = inner.unwrap_or_default().trim_matches(CURRENCIES);
    amount.contains(|c: char| matches!(c, '1'..='9'))
        && amount.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}

/// What cells say of a dose that was given, and of no other outcome of a record.
const GIVEN: [&str; 28] = [
    "given",
    "administered",
    "dosed",
    "injected",
    "medicated",
    "dose given",
    "admin",
    "new bag",
    "same bag",
    "rate verify",
    "rate change",
    "iv push",
    "patch applied",
    "gegeben",
    "verabreicht",
    "injiziert",
    "administré",
    "administrée",
    "injecté",
    "administrado",
    "administrada",
    "inyectado",
    "somministrato",
    "somministrata",
    "toegediend",
    "podano",
    "indgivet",
    "administrerad",
];

/// Whether a text is one of those.
pub(in crate::layout) fn is_given(text: &str) -> bool {
    // Most cells are of columns without such words.
    const LONGEST: usize = 16;
    let text = text.trim();
    text.len() <= LONGEST && {
        let small = text.to_lowercase();
        GIVEN.contains(&small.as_str())
    }
}
