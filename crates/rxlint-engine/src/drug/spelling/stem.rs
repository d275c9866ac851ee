//! How a name sounds, whatever language spells it: `Oxycodon`, `oxicodona`, `oksykodon` and `оксикодон` have one stem.
//!
//! International names differ between languages in a few regular ways: `ph` or `f`, `y` or `i`, `c` or `k`, `th` or `t`, single or double letters, a
//! silent `h`, and the ending. These are folded away. Irregular differences are in the drug files.

/// Names with a shorter stem are compared as written: too many words share them.
pub const SHORTEST: usize = 5;

/// The sounds of a word in Latin letters; `None` if it has others.
pub fn sounds(word: &str) -> Option<String> {
    let letters = word.as_bytes();
    if !letters.iter().all(u8::is_ascii_lowercase) {
        return None;
    }
    let mut sounds = Vec::with_capacity(letters.len() + 2);
    for (at, &letter) in letters.iter().enumerate() {
        let next = letters.get(at + 1).copied();
        let sound: &[u8] = match letter {
            b'p' if next == Some(b'h') => b"f",
            b'h' => b"",
            b'c' | b'q' => b"k",
            b'x' => b"ks",
            b'y' | b'j' => b"i",
            b'w' => b"v",
            _ => std::slice::from_ref(&letter),
        };
        for &one in sound {
            if sounds.last() != Some(&one) {
                sounds.push(one);
            }
        }
    }
    String::from_utf8(sounds).ok()
}

/// The sounds without the ending by which languages and cases differ: -um, -us, -as, -is, -a, -e, -i, -o, -u.
pub fn stem(word: &str) -> Option<String> {
    let mut sounds = sounds(word)?;
    let without = without_ending(&sounds).len();
    sounds.truncate(without);
    Some(sounds).filter(|stem| stem.len() >= SHORTEST)
}

/// Sounds without their ending, if enough is left.
pub fn without_ending(sounds: &str) -> &str {
    const ENDINGS: [&str; 14] =
        ["ium", "um", "us", "as", "is", "os", "es", "a", "e", "i", "o", "u", "ai", "s"];
    ENDINGS
        .iter()
        .filter_map(|ending| sounds.strip_suffix(ending))
        .find(|rest| rest.len() >= SHORTEST)
        .unwrap_or(sounds)
}

/// The first three letters of a name as other languages may write them, some more than once: `oxy`, `oxi`, `oks`.
pub fn each_head(name: &str, found: &mut impl FnMut(&str)) {
    spell(&mut String::new(), name, found);
}

fn spell(head: &mut String, rest: &str, found: &mut impl FnMut(&str)) {
    let Some(letter) = rest.chars().next().filter(|_| head.len() < 3) else {
        return found(head.get(..3).unwrap_or(head));
    };
    let (own, rest) = rest.split_at(letter.len_utf8());
    let spellings: &[&str] = match letter {
        'c' | 'k' => &["c", "k", "ck", "q"],
        'x' => &["x", "ks", "xi"],
        'y' | 'i' => &["y", "i", "j"],
        'h' => &["h", ""],
        'f' => &["f", "ph"],
        'p' => &["p", "ph"],
        't' => &["t", "th"],
        'w' | 'v' => &["w", "v"],
        _ => &[own],
    };
    for spelling in spellings {
        let before = head.len();
        head.push_str(spelling);
        spell(head, rest, found);
        head.truncate(before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drug::spelling::name::words;

    #[test]
    fn a_name_has_one_stem_in_every_language() {
        let stem_of = |text: &str| stem(&words(text)[0]).unwrap();
        for (names, stem) in [
            (
                "oxycodone Oxycodon oxicodona oxykodon oksykodon oksikodonas oksikodoni оксикодон Οξυκωδόνη",
                "oksikodon",
            ),
            ("naltrexone naltrexonum naltreksonas naltreksoni налтрексон ναλτρεξόνη", "naltrekson"),
            ("morphine morfina morfin Morphini morfiini морфин морфін μορφίνη", "morfin"),
            ("fentanyl fentanilo fentanyli fentanilis фентанил φεντανύλη", "fentanil"),
            ("buprenorphine buprenorfina buprenorphinum бупренорфин μπουπρενορφίνη", "buprenorfin"),
            ("codeine codéine kodeina kodeín codeini кодеин кодеїн κωδεΐνη", "kodein"),
            ("methadone metadon métadone metadona metadonas метадон μεθαδόνη", "metadon"),
            ("piritramide Piritramid piritramidum", "piritramid"),
            ("hydromorphone hidromorfona idromorfone Hydromorphon", "idromorfon"),
        ] {
            for name in names.split(' ') {
                assert_eq!(stem_of(name), stem, "{name}");
            }
        }
        assert_eq!((stem("opium").as_deref(), stem("opi")), (Some("opium"), None));
    }
}
