//! Drug names as people type them, folded to words: case, accents, look-alike letters and
//! punctuation do not matter, and a part of a word never counts as a word.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::script;

/// The words of a text: lower case, without accents; letters and digits are separate words (`oxycodone5mg` is `oxycodone 5 mg`), decimals stay
/// together (`4.5`), and `#` is a word (`Tyl #3`). Invisible characters are ignored, and a zero within letters is an o.
pub fn words(text: &str) -> Vec<String> {
    let letters = letters(text);
    let mut words: Vec<String> = Vec::new();
    let mut current = String::new();
    // How the word ends so far.
    let mut last = Sort::Other;
    let mut end = |current: &mut String| {
        if !current.is_empty() {
            let mut word = current.clone();
            current.clear();
            script::fold(&mut word);
            words.extend(Some(word).filter(|word| !word.is_empty()));
        }
    };
    for (at, &(c, sort)) in letters.iter().enumerate() {
        let goes_on = match (last, sort) {
            (Sort::Letter(of), Sort::Letter(class)) => of == class,
            (Sort::Digit | Sort::Point, Sort::Digit) => true,
            (Sort::Digit, Sort::Point) => {
                letters.get(at + 1).is_some_and(|next| next.1 == Sort::Digit)
            }
            _ => false,
        };
        if !goes_on {
            end(&mut current);
            last = Sort::Other;
        }
        if goes_on || matches!(sort, Sort::Letter(_) | Sort::Digit | Sort::Hash) {
            current.push(c);
            last = sort;
        }
    }
    end(&mut current);
    words
}

/// A word as words are compared, but in the letters of its own script; Latin letters are folded.
pub fn own_letters(word: &str) -> String {
    let mut own: String = letters(word).into_iter().map(|(c, _)| c).collect();
    if own.contains(|c: char| (c as u32) >= 0x370) {
        own = own.replace('\u{3c2}', "\u{3c3}");
    } else {
        script::fold(&mut own);
    }
    own
}

/// What a character is in a word. Determining it for a letter beyond ASCII is slow, so it is done once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Letter(script::Class),
    /// Of ASCII.
    Digit,
    Point,
    Hash,
    Other,
}

impl Sort {
    fn of(c: char) -> Self {
        match c {
            '0'..='9' => Self::Digit,
            '.' => Self::Point,
            '#' => Self::Hash,
            'a'..='z' | 'A'..='Z' => Self::Letter(script::Class::Spaced),
            c if c.is_ascii() => Self::Other,
            c if script::is_letter(c) => Self::Letter(script::class(c)),
            _ => Self::Other,
        }
    }

    const fn is_letter(self) -> bool {
        matches!(self, Self::Letter(_))
    }
}

/// The characters of a text in lower case and without accents.
fn letters(text: &str) -> Vec<(char, Sort)> {
    let mut letters = Vec::with_capacity(text.len());
    let sorted = |c: char| (c, Sort::of(c));
    if text.is_ascii() {
        letters.extend(text.bytes().map(|b| sorted(char::from(b.to_ascii_lowercase()))));
    } else {
        let folded = text
            .chars()
            .filter(|c| !script::is_invisible(*c))
            .map(|c| if is_mark_of_trade(c) { ' ' } else { c })
            .nfkd()
            .filter(|c| !is_combining_mark(*c))
            .flat_map(char::to_lowercase)
            .filter(|c| !is_combining_mark(*c));
        letters.extend(folded.map(sorted));
    }
    mend_digits(&mut letters);
    mend_quotes(&mut letters);
    letters
}

/// Whether the sign marks a protected name; folded, it would become letters of the name: `Vivitrol™`.
const fn is_mark_of_trade(c: char) -> bool {
    matches!(c, '™' | '℠' | '®' | '©' | '℗' | '\u{24c7}' | '\u{24b8}')
}

/// A quote among letters is an export fault (`Nalt"rexone`); an apostrophe between Hebrew letters is part of the letter before it (`טרג'ין`).
fn mend_quotes(letters: &mut Vec<(char, Sort)>) {
    let is_hebrew =
        |letters: &[(char, Sort)], at: usize| matches!(letters[at].0 as u32, 0x5D0..=0x5EA);
    let is_geresh = |letters: &[(char, Sort)], at: usize| {
        matches!(letters[at].0, '\'' | '\u{5f3}' | '\u{2019}' | '\u{b4}' | '`')
            && at + 1 < letters.len()
            && is_hebrew(letters, at - 1)
            && is_hebrew(letters, at + 1)
    };
    let is_letter =
        |letters: &[(char, Sort)], at: usize| letters.get(at).is_some_and(|of| of.1.is_letter());
    let mut at = 1;
    while at < letters.len() {
        let is_quote =
            letters[at].0 == '"' && is_letter(letters, at - 1) && is_letter(letters, at + 1);
        if is_quote || is_geresh(letters, at) {
            letters.remove(at);
        } else {
            at += 1;
        }
    }
}

/// A zero among letters is an o: `0xycodone`, `naltrex0ne`. Doses have letters on one side only, or few.
fn mend_digits(letters: &mut [(char, Sort)]) {
    for at in 0..letters.len() {
        if letters[at].0 != '0' {
            continue;
        }
        let is_letter = |of: &&(char, Sort)| of.1.is_letter();
        let before = letters[..at].iter().rev().take_while(is_letter).count();
        let after = letters[at + 1..].iter().take_while(is_letter).count();
        let begins = at == 0 || !letters[at - 1].0.is_alphanumeric() && letters[at - 1].0 != '.';
        if before >= 3 && after >= 2 || begins && after >= 6 {
            letters[at] = ('o', Sort::of('o'));
        }
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
        assert_eq!(folded("naltre\u{200b}xo\u{ad}ne"), "naltrexone");
        assert_eq!(folded("0xycodone naltrex0ne 10mg 0mg"), "oxycodone naltrexone 10 mg 0 mg");
        assert_eq!(folded("Vivitrol™380 Percocet®, Contrave℠"), "vivitrol 380 percocet contrave");
        assert_eq!(folded("налтрексон 50 мг"), "naltrekson 50 mg");
        assert_eq!(folded("ｵｷｼｺﾝﾁﾝ錠５ｍｇ"), folded("オキシコンチン 錠 5 mg"));
        assert_eq!(folded("טרג׳ין טרג'ין"), "טרגין טרגין");
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
