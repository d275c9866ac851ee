//! Words that are one slip away from a watched name and are not themselves a drug.

use super::dictionary::{Dictionary, DrugIx};
use super::name::one_slip;

/// Shorter words are not taken for slips of a name.
const SHORTEST_WORD: usize = 5;

/// The first word that is one slip away from a name, and the drug that it may be meant for.
pub fn slip<'w>(dictionary: &Dictionary, words: &'w [String]) -> Option<(&'w str, DrugIx)> {
    words.iter().find_map(|word| {
        let letters = word.chars().count();
        if letters < SHORTEST_WORD
            || !word.chars().all(char::is_alphabetic)
            || dictionary.is_known_word(word)
        {
            return None;
        }
        let names = dictionary.near_names();
        names.iter().find(|(name, _)| one_slip(word, name)).map(|&(_, drug)| (word.as_str(), drug))
    })
}
