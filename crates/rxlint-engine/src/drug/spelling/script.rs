//! Scripts other than Latin: where their words end, and how they are transliterated.

/// What a letter belongs to. A word ends where the class changes, since kana, hanzi and the like are written without spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Written with spaces between words: Latin, Cyrillic, Greek, Hebrew, Arabic.
    Spaced,
    /// Katakana, including the vowel lengthening mark.
    Katakana,
    /// Every other letter of a script without spaces, or whose words are glued: hanzi, hiragana, hangul, Thai.
    Glued,
}

/// The class of a letter.
pub(super) fn class(c: char) -> Class {
    match c as u32 {
        0x30A0..=0x30FF | 0x31F0..=0x31FF => Class::Katakana,
        0x0E00..=0x0EFF
        | 0x1100..=0x11FF
        | 0x3040..=0x309F
        | 0x3130..=0x318F
        | 0x3400..=0x9FFF
        | 0xAC00..=0xD7FF
        | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF => Class::Glued,
        _ => Class::Spaced,
    }
}

/// Whether a character is a letter. For the scripts of most names, this takes no search.
pub(super) fn is_letter(c: char) -> bool {
    matches!(c as u32, 0xC0..=0xD6 | 0xD8..=0xF6 | 0x400..=0x481 | 0x1100..=0x11FF | 0x30A1..=0x30FA | 0x4E00..=0x9FFF)
        || c.is_alphabetic()
}

/// Whether a character is never seen: soft hyphens, joiners, direction marks, variation selectors.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(c as u32,
        0xAD | 0x34F | 0x61C | 0x180B..=0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2069 | 0xFE00..=0xFE0F | 0xFEFF)
}

/// Whether a known name can be expected in such a word: the dictionary reads Latin, Cyrillic and Greek words by their sounds.
pub(in crate::drug) fn is_covered(word: &str) -> bool {
    word.chars().all(|c| (c as u32) < 0x530)
}

/// Puts a word in Latin letters if it is in a script that the dictionary reads by its sounds, or has look-alike letters mixed in.
pub(super) fn fold(word: &mut String) {
    if word.is_ascii() {
        return;
    }
    let of = |from: u32, to: u32| word.chars().any(|c| (from..=to).contains(&(c as u32)));
    let (latin, cyrillic, greek) =
        (of(0x61, 0x7A) || of(0xDF, 0x24F), of(0x400, 0x52F), of(0x370, 0x3FF));
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            c if c.is_ascii() => folded.push(c),
            _ if latin && (cyrillic || greek) => folded.push(look_alike(c)),
            _ if cyrillic => folded.push_str(cyrillic_sound(c)),
            _ if greek => push_greek(&mut folded, c),
            c => push_latin(&mut folded, c),
        }
    }
    *word = folded;
}

/// Latin letters that do not decompose into a letter and an accent.
fn push_latin(folded: &mut String, c: char) {
    match c {
        'ø' => folded.push('o'),
        'ı' => folded.push('i'),
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        c => folded.push(c),
    }
}

/// Letters of other scripts that look like Latin ones, between Latin letters.
const fn look_alike(c: char) -> char {
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
        'μ' => 'u',
        'ł' => 'l',
        // Small н looks like n in small print and like H in capitals; between Latin letters n is meant.
        'н' => 'n',
        c => c,
    }
}

/// The sound of a Cyrillic letter.
const fn cyrillic_sound(c: char) -> &'static str {
    match c {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' | 'ђ' => "d",
        'е' | 'э' | 'є' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' | 'ы' => "i",
        'ј' => "j",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "c",
        'ч' | 'ћ' => "ch",
        'ш' | 'щ' => "sh",
        'ю' => "yu",
        'я' => "ya",
        'љ' => "lj",
        'њ' => "nj",
        'џ' => "dz",
        'ѕ' => "s",
        _ => "",
    }
}

/// Adds the sound of a Greek letter, which may depend on the one before.
fn push_greek(folded: &mut String, c: char) {
    let sound = match c {
        'α' => "a",
        'β' => "b",
        'γ' => "g",
        'δ' => "d",
        'ε' => "e",
        'ζ' => "z",
        'η' | 'ι' => "i",
        'θ' => "th",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' | 'ω' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'υ' if folded.ends_with('o') => {
            folded.pop();
            "u"
        }
        'υ' => "y",
        'φ' => "ph",
        'χ' => "ch",
        'ψ' => "ps",
        _ => "",
    };
    if c == 'π' && folded == "m" {
        folded.clear();
        folded.push('b');
    } else {
        folded.push_str(sound);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_told_as_the_library_tells_them() {
        for c in '\0'..='\u{FFFF}' {
            assert_eq!(is_letter(c), c.is_alphabetic(), "{:x}", c as u32);
        }
    }
}
