//! Codes of diagnoses in a text, and what the words around them say.

use super::clause::{Clause, clauses};
use super::denial::is_code_denied;
use crate::drug::name::words;
use rxlint_model::date;

/// What separates codes.
const BETWEEN: [char; 18] =
    [';', ',', '|', ' ', '^', '~', '(', ')', '[', ']', '{', '}', '"', '\'', ':', '/', '\t', '\n'];

/// What may be codes in a text, in upper case and without dots, except those that the words around them or a letter after them deny.
pub(in crate::exposure::person) fn stated(text: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for text in clauses(text) {
        let clause = says_more(text).then(|| Clause::of(text));
        let mut end = 0;
        let mut parts =
            text.split(BETWEEN).map(str::trim).filter(|part| !part.is_empty()).peekable();
        while let Some(part) = parts.next() {
            let is_denied = clause.as_ref().is_some_and(|clause| {
                let (own, start) = (words(part), end);
                end += own.len();
                end > start
                    && clause.words.get(start..end) == Some(&own)
                    && is_code_denied(clause, (start, end))
            });
            let code = plain_code(part);
            let mark = parts.peek().filter(|mark| mark.len() == 1).map_or("", |mark| *mark);
            let is_uncertain = is_uncertain(&code) || is_uncertain(&format!("{code}{mark}"));
            if code.len() >= 3 && !is_denied && !is_uncertain {
                codes.push(code);
            }
        }
    }
    codes
}

/// Whether a text holds more than codes: a word, or a mark of doubt.
fn says_more(text: &str) -> bool {
    let is_word = |part: &str| {
        part.contains(char::is_alphabetic) && !part.contains(|c: char| c.is_ascii_digit())
    };
    text.contains(['?', '=']) || text.contains("(-)") || text.split(BETWEEN).any(is_word)
}

/// A code without its dot, or the hyphen in its place, in upper case.
fn plain_code(code: &str) -> String {
    let code: String = match code.as_bytes() {
        [_, _, _, b'-', digit, ..] if digit.is_ascii_digit() => code.replacen('-', "", 1),
        _ => code.to_owned(),
    };
    code.chars().filter(|c| *c != '.').map(|c| c.to_ascii_uppercase()).collect()
}

/// Whether the certainty that ICD-10-GM writes after a code says that it does not apply now: excluded, suspected, a state after it.
/// In ICD-10-CM a letter occurs this late only in a seven-character code.
fn is_uncertain(code: &str) -> bool {
    (4..=6).contains(&code.len())
        && matches!(code.as_bytes(), [.., digit, b'A' | b'V' | b'Z'] if digit.is_ascii_digit())
        && code.as_bytes()[0].is_ascii_alphabetic()
        && code.as_bytes()[1..3].iter().all(u8::is_ascii_digit)
}

/// Whether a text holds a code of a diagnosis, whatever it stands for: ICD-10 or SNOMED CT by its shape.
pub fn has_code(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '@')).any(|part| {
        let part = without_day(part);
        let plain: Vec<u8> = part.bytes().filter(|byte| *byte != b'.').collect();
        match plain.as_slice() {
            [letter, digit, third, ..] if plain.len() <= 8 => {
                letter.is_ascii_alphabetic()
                    && !is_icd9(&plain)
                    && digit.is_ascii_digit()
                    && third.is_ascii_alphanumeric()
                    || plain.len() >= 6 && plain.iter().all(u8::is_ascii_digit)
            }
            long => (6..=18).contains(&long.len()) && long.iter().all(u8::is_ascii_digit),
        }
    })
}

/// A code without the day from which it applies: `K74.6@20250601`.
fn without_day(code: &str) -> &str {
    code.split_once('@').map_or(code, |(code, _)| code)
}

/// Whether a code is more likely one of ICD-9-CM: one this short that begins with `V` is not a cause of an accident, but a reason
/// for healthy people to see a doctor.
fn is_icd9(code: &[u8]) -> bool {
    code.len() < 6 && code[0].eq_ignore_ascii_case(&b'V')
}

/// Whether a text is, or holds next to others, a code of a system that is not read: `571.2`, `ICD9:571.2`, `DX001`.
pub fn holds_foreign_code(text: &str) -> bool {
    let is_day = |part: &str| date::parse(part.trim().as_bytes(), None).is_ok();
    // Next to others a number may be anything, but hardly one with a point.
    let has_point = |part: &str| part.contains('.') && !is_day(part);
    let mut parts = text.split([';', '|', ',']);
    !has_code(text) && is_foreign_code(text)
        || parts.any(|part| has_point(part) && !has_code(part) && is_foreign_code(part))
}

/// Whether a text consists only of such codes.
fn is_foreign_code(text: &str) -> bool {
    const FEWEST_DIGITS: usize = 3;
    let codes = text.rsplit(':').next().unwrap_or_default();
    let digits = |code: &str| without_day(code).bytes().filter(u8::is_ascii_digit).count();
    let mut counts = codes
        .split(|c: char| c.is_whitespace() || ",;|/".contains(c))
        .filter(|code| !code.is_empty())
        .map(digits)
        .peekable();
    counts.peek().is_some()
        && counts
            .try_fold(0, |most, count| (count > 0).then_some(most.max(count)))
            .is_some_and(|most| most >= FEWEST_DIGITS)
}
