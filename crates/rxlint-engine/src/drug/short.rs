//! Names as pharmacy systems shorten them to fit a field: cut at the end (`HYDROMORPH`, `BUPREN`), or without vowels
//! (`OXYCDN`, `BUPRENORPHN`, `NALOXN`). One vowel less is a slip, not a short form.

use super::dictionary::{Dictionary, DrugIx};
use super::stem;

/// Shorter heads could be those of too many words.
const SHORTEST: usize = 6;

impl Dictionary {
    /// The one drug whose name a word shortens; `None` where another name could be meant.
    pub(super) fn short_form(&self, word: &str) -> Option<DrugIx> {
        if word.len() < 5
            || !word.bytes().all(|b| b.is_ascii_lowercase())
            || self.at_large().has(word)
            || self.has_part(word)
        {
            return None;
        }
        let head = word.get(..2)?;
        let mut found: Option<DrugIx> = None;
        for (name, drug) in self.names_beginning(head) {
            let cut = word.len() >= SHORTEST && name.len() > word.len() && name.starts_with(word);
            if cut && self.is_other_head(word, name) {
                return None;
            }
            if cut || without_vowels(word, name) {
                if found.is_some_and(|other| other != *drug) {
                    return None;
                }
                found = Some(*drug);
            }
        }
        found
    }

    /// Whether a name at large that sounds different begins so as well.
    fn is_other_head(&self, word: &str, name: &str) -> bool {
        let sounds = stem::stem(name);
        self.at_large().beginning_with(word).any(|other| stem::stem(other) != sounds)
    }
}

/// Whether the word is the name without at least two of its vowels, all consonants kept, and at least one of them inside.
fn without_vowels(word: &str, name: &str) -> bool {
    if name.len() < word.len() + 2 {
        return false;
    }
    let mut rest = word.bytes().peekable();
    let (mut inside, mut dropped) = (false, 0);
    for letter in name.bytes() {
        if rest.peek() == Some(&letter) {
            rest.next();
        } else if b"aeiouy".contains(&letter) {
            dropped += 1;
            inside |= rest.peek().is_some();
        } else {
            return false;
        }
    }
    rest.next().is_none() && dropped >= 2 && inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vowels_are_left_out_and_consonants_are_not() {
        for (word, name) in [
            ("oxycdn", "oxycodone"),
            ("buprenorphn", "buprenorphine"),
            ("naloxn", "naloxone"),
            ("hydrcdn", "hydrocodone"),
            ("mrphn", "morphine"),
            ("fntnyl", "fentanyl"),
        ] {
            assert!(without_vowels(word, name), "{word}");
        }
        for (word, name) in [
            ("buprenorphne", "buprenorphine"),
            ("oxycodon", "oxycodone"),
            ("oxcodone", "oxycodone"),
            ("nalxn", "naltrexone"),
        ] {
            assert!(!without_vowels(word, name), "{word}");
        }
    }
}
