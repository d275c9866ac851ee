//! Drug names as people type them, folded to words: case, accents, look-alike letters and
//! punctuation do not matter, and a part of a word never counts as a word.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text: lower case, without accents; letters and digits are words of their own (`oxycodone5mg` is
/// `oxycodone 5 mg`), decimals stay together (`4.5`), and `#` is a word (`Tyl #3`).
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut characters = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(look_alike)
        .peekable();
    while let Some(c) = characters.next() {
        let last = current.chars().next_back();
        if c.is_alphabetic() {
            if last.is_some_and(|l| !l.is_alphabetic()) {
                words.push(std::mem::take(&mut current));
            }
            current.push(c);
        } else if c.is_ascii_digit() {
            if last.is_some_and(char::is_alphabetic) {
                words.push(std::mem::take(&mut current));
            }
            current.push(c);
        } else if c == '.'
            && last.is_some_and(|l| l.is_ascii_digit())
            && characters.peek().is_some_and(char::is_ascii_digit)
        {
            current.push(c);
        } else {
            if !current.is_empty() {
                words.push(std::mem::take(&mut current));
            }
            if c == '#' {
                words.push("#".to_owned());
            }
        }
    }
    if !current.is_empty() {
        words.push(current);
    }
    for word in &mut words {
        mend_mixed_script(word);
    }
    words
}

/// Letters of other scripts that look like Latin ones. Only letters whose usual form is the same.
fn look_alike(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'е' | 'ε' => 'e',
        'о' | 'ο' | 'ø' => 'o',
        'р' | 'ρ' => 'p',
        'с' => 'c',
        'х' | 'χ' => 'x',
        'у' => 'y',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'ѕ' => 's',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'т' | 'τ' => 't',
        'в' => 'b',
        'ν' => 'v',
        'ł' => 'l',
        c => c,
    }
}

/// A Cyrillic `н` looks like `n` in small print and `H` in capitals; between Latin letters `n` is
/// meant.
fn mend_mixed_script(word: &mut String) {
    if word.contains('н') && word.chars().any(|c| c.is_ascii_alphabetic()) {
        *word = word.replace('н', "n");
    }
}

/// Whether `word` is one slip away from `meant`: a letter added, dropped, changed, or two neighbours swapped.
#[inline]
pub fn one_slip(word: &str, meant: &str) -> bool {
    // Every name is compared with every unknown word. A slip leaves the first or the last letter in
    // place, and a letter is at most four bytes: that settles most pairs.
    let (a, b) = (word.as_bytes(), meant.as_bytes());
    if a.len().abs_diff(b.len()) > 4
        || a.is_ascii() && a.first() != b.first() && a.last() != b.last()
    {
        return false;
    }
    if a.is_ascii() && b.is_ascii() {
        return slipped(a, b);
    }
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), meant.chars().collect());
    slipped(&a, &b)
}

fn slipped<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    if a.len().abs_diff(b.len()) > 1 || a == b {
        return false;
    }
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let tail =
        a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    match (rest_a, rest_b) {
        ([_], [_] | []) | ([], [_]) => true,
        ([p, q], [r, s]) => p == s && q == r,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fold_to_words() {
        let folded = |text: &str| words(text).join(" ");
        assert_eq!(folded("oxyCODONE-APAP 5/325 MG"), "oxycodone apap 5 325 mg");
        assert_eq!(folded("APAP/COD #3"), "apap cod # 3");
        assert_eq!(folded("Naltrexone4.5mg caps."), "naltrexone 4.5 mg caps");
        assert_eq!(folded("Buprénorphine"), "buprenorphine");
        assert_eq!(folded("naltrexoне"), "naltrexone");
        assert_eq!(folded("MSO4"), "mso 4");
        assert_eq!(folded("  \u{a0}"), "");
        assert_eq!(folded("Ｎaltrexone"), "naltrexone");
    }

    #[test]
    fn slips() {
        for (word, meant) in [
            ("naltrexonw", "naltrexone"),
            ("naltrexon", "naltrexone"),
            ("nalttrexone", "naltrexone"),
            ("natlrexone", "naltrexone"),
        ] {
            assert!(one_slip(word, meant), "{word}");
        }
        for (word, meant) in [
            ("naltrexone", "naltrexone"),
            ("toradol", "tramadol"),
            ("naloxone", "naltrexone"),
            ("abcd", "badc"),
            ("morphine", "apomorphine"),
        ] {
            assert!(!one_slip(word, meant), "{word}");
        }
    }
}
