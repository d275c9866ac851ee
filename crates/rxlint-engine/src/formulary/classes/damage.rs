//! Letters that an export lost or wrote differently: `Analg?siques opio?des`, `opio&iuml;des`.

use std::borrow::Cow;

use crate::drug::charset::without_references;

/// Letters that carry accents in the languages of lists, without them.
const LETTERS: [char; 7] = ['i', 'e', 'o', 'a', 'c', 'u', 'n'];

/// For each character, whether it replaces a letter.
fn signs(text: &str) -> impl Iterator<Item = bool> {
    let letters: Vec<char> = text.chars().collect();
    let is_letter = |at: usize| letters.get(at).copied().is_some_and(char::is_alphabetic);
    let is_sign = |c: char| {
        matches!(c, '?' | '\u{fffd}' | '‚' | '‹' | '\u{80}'..='\u{9f}' | '¿' | '¡' | '†' | '‰')
    };
    let is_lost =
        |at: usize| is_sign(letters[at]) && at > 0 && is_letter(at - 1) && is_letter(at + 1);
    (0..letters.len()).map(is_lost).collect::<Vec<_>>().into_iter()
}

/// The text with its entities decoded, and with each letter in place of what is lost; empty if nothing in it is damaged.
pub(super) fn readings(text: &str) -> Vec<String> {
    let plain = without_references(text);
    if !signs(&plain).any(|is_lost| is_lost) {
        return match plain {
            Cow::Owned(plain) => vec![plain],
            Cow::Borrowed(_) => Vec::new(),
        };
    }
    let with = |letter: char| {
        plain.chars().zip(signs(&plain)).map(|(c, lost)| if lost { letter } else { c }).collect()
    };
    LETTERS.map(with).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_letters_are_tried_and_entities_are_read() {
        let has = |text: &str, wanted: &str| {
            readings(text).iter().any(|reading| reading.contains(wanted))
        };
        for text in [
            "Analg?siques opio?des",
            "Analg\u{fffd}siques opio\u{fffd}des",
            "opio&iuml;des",
            "opio‹des",
        ] {
            assert!(has(text, "opioides"), "{text}");
        }
        for text in ["Opioids?", "opioids / other", "L'opium", ""] {
            assert!(readings(text).is_empty(), "{text}");
        }
        assert_eq!(readings("a & b; c &amp; d"), ["a & b; c & d"]);
    }
}
