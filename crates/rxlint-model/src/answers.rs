//! Words that answer yes or no, and words that say an amount is none, from `answers.txt`.

use std::sync::LazyLock;

/// The longest answer, in bytes.
const LONGEST: usize = 9;

/// Every spelling in lower case, sorted, with whether it says yes.
static ANSWERS: LazyLock<Vec<(Vec<u8>, bool)>> = LazyLock::new(|| {
    let spellings = |(word, says_yes): (&'static str, bool)| {
        // ASCII lower-casing does not fold these, so both spellings are listed: `HAYIR`, `KYLLÄ`.
        [word.to_owned(), word.to_uppercase()]
            .map(|text| (text.to_ascii_lowercase().into_bytes(), says_yes))
    };
    let mut answers: Vec<(Vec<u8>, bool)> = words().flat_map(spellings).collect();
    answers.sort_unstable();
    answers.dedup();
    answers
});

/// Every word with its answer.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("answers.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| {
        let mut parts = line.split_ascii_whitespace();
        let says = parts.next().unwrap_or_default();
        parts.skip(1).map(move |word| (word, says))
    })
}

/// Every answer with whether it says yes.
pub fn words() -> impl Iterator<Item = (&'static str, bool)> {
    lines().filter(|(_, says)| *says != "none").map(|(word, says)| (word, says == "yes"))
}

/// Whether a word says that an amount is zero.
pub fn says_none(word: &[u8]) -> bool {
    let is_it = |(known, _): &(&str, &str)| word.eq_ignore_ascii_case(known.as_bytes());
    lines().filter(|(_, says)| *says == "none").any(|known| is_it(&known))
}

/// Whether a cell answers yes or no; `None` if it is not an answer.
pub fn answer(cell: &[u8]) -> Option<bool> {
    let cell = cell.trim_ascii();
    let mut small = [0; LONGEST];
    let small = small.get_mut(..cell.len())?;
    small.copy_from_slice(cell);
    small.make_ascii_lowercase();
    let at = ANSWERS.binary_search_by(|(word, _)| word.as_slice().cmp(small)).ok()?;
    Some(ANSWERS[at].1)
}

/// Whether a flag says yes.
pub fn says_yes(cell: &[u8]) -> bool {
    answer(cell) == Some(true)
}

/// Whether a flag says no.
pub fn says_no(cell: &[u8]) -> bool {
    answer(cell) == Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_understood_in_any_case() {
        for text in ["Y", "ja", "SÍ", "Sì", "sim", "ANO", "Evet", "Kyllä", "KYLLÄ", "1.0", " x "]
        {
            assert!(says_yes(text.as_bytes()), "{text}");
        }
        for text in ["N", "Nein", "não", "NÃO", "Ne", "ei", "hayır", "HAYIR", "0", "-", "Faux"] {
            assert!(says_no(text.as_bytes()), "{text}");
        }
        for text in ["", "maybe", "s", "o", "yes please", "2"] {
            assert_eq!(answer(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn no_word_says_both_and_none_is_too_long() {
        for (word, says_yes) in words() {
            assert!(word.len() <= LONGEST && word.to_uppercase().len() <= LONGEST, "{word}");
            assert_eq!(answer(word.as_bytes()), Some(says_yes), "{word}");
        }
    }
}
