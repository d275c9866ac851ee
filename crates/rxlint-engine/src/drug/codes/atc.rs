//! Codes of the ATC classification.

/// The number of letters and digits in an ATC code of a substance.
const LETTERS: usize = 7;

/// Whether the code is an ATC code of level 5: `N07BB04`.
pub fn is_one(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() == LETTERS
        && b[0].is_ascii_alphabetic()
        && b[1..3].iter().all(u8::is_ascii_digit)
        && b[3..5].iter().all(u8::is_ascii_alphabetic)
        && b[5..7].iter().all(u8::is_ascii_digit)
}

/// Corrects an ATC code in which the letter O was typed for a zero: `NO2AXO2`.
pub(super) fn without_letters_o(text: &str) -> Option<String> {
    if text.len() != LETTERS {
        return None;
    }
    let mended: String = (text.char_indices())
        .map(|(at, c)| if matches!(at, 1 | 2 | 5 | 6) && matches!(c, 'O' | 'o') { '0' } else { c })
        .collect();
    (mended != text && text.bytes().any(|b| b.is_ascii_digit()) && is_one(&mended))
        .then_some(mended)
}

/// The ATC code in one of ATCvet, which has a Q before it: `QN02AX02`.
pub(in crate::drug) fn of_animals(text: &str) -> Option<&str> {
    text.strip_prefix(['Q', 'q']).filter(|code| is_one(code))
}

/// The class of an ATC code: the first five characters of a code of level 4 or 5.
pub(in crate::drug) fn class(text: &str) -> Option<String> {
    let is_class = || text.len() == 5 && is_one(&format!("{text}00"));
    let class = text.get(..5)?;
    (is_one(text) || is_class()).then(|| class.to_ascii_uppercase())
}

/// An ATC code written in groups, `N07B B04`, without the spaces.
pub(in crate::drug) fn in_one(text: &str) -> Option<String> {
    let is_between = |c: &char| matches!(c, ' ' | '.' | '-');
    let letters = text.chars().filter(|c| !is_between(c));
    if text.len() <= LETTERS || letters.clone().count() != LETTERS {
        return None;
    }
    Some(letters.collect()).filter(|letters: &String| is_one(letters))
}

/// An ATC code of level 2 to 5; a single letter could be anything.
pub(crate) fn is_class(text: &str) -> bool {
    let [letter, tens, ones, rest @ ..] = text.as_bytes() else { return false };
    let is_group = letter.is_ascii_alphabetic() && tens.is_ascii_digit() && ones.is_ascii_digit();
    is_group && (is_one(text) || rest.len() < 3 && rest.iter().all(u8::is_ascii_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_groups_and_with_letters_for_noughts() {
        assert!(is_one("N07BB04") && !is_one("N07BB"));
        assert_eq!(without_letters_o("NO2AXO2").as_deref(), Some("N02AX02"));
        assert_eq!(without_letters_o("N02AX02"), None);
        assert_eq!(in_one("N07B B04").as_deref(), Some("N07BB04"));
        assert_eq!(in_one("N07BB04"), None);
        assert_eq!(of_animals("QN02AX02"), Some("N02AX02"));
        assert_eq!(of_animals("N02AX02"), None);
    }

    #[test]
    fn an_atc_class_has_two_digits_at_least() {
        for class in ["N02", "n02a", "N02AA", "N02AA05"] {
            assert!(is_class(class), "{class}");
        }
        for other in ["", "N", "N0", "NO2", "002", "opium", "Opiu", "N02A5", "N02AAA", "N02AA0"] {
            assert!(!is_class(other), "{other}");
        }
    }
}
