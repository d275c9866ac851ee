//! Names as pharmacy systems shorten them to fit a field: cut at the end (`HYDROMORPH`, `BUPREN`, `OXYCONT`), or without vowels
//! (`OXYCDN`, `BUPRENORPHN`, `NALOXN`). One vowel less is a slip, not a short form.

use super::dictionary::{Dictionary, DrugIx, How, Phrase};
use super::stem;
use super::verdict::Component;

/// Shorter heads could be those of too many words.
const SHORTEST: usize = 6;
/// The same for brands of other countries, which are many. Measured on the names at large, each as if it were not listed:
/// docs/knowledge.md.
const SHORTEST_ABROAD: usize = 7;
/// A head that the drug's file lists.
const SHORTEST_LISTED: usize = 4;
/// No name is longer, and so no cut of one.
const LONGEST: usize = 64;

impl Dictionary {
    /// The one drug whose name a word shortens, with the forms that a brand stands for; `None` where another name could be meant.
    pub(super) fn short_form(&self, word: &str) -> Option<(DrugIx, Vec<u8>)> {
        if !(5..LONGEST).contains(&word.len())
            || !word.bytes().all(|b| b.is_ascii_lowercase())
            || self.at_large().has(word)
            || self.has_part(word)
        {
            return None;
        }
        self.beyond_listed_head(word).or_else(|| self.only_cut(word))
    }

    /// Whether a word is the beginning of the name of one of those components.
    pub(super) fn is_head_of(&self, word: &str, components: &[Component]) -> bool {
        let names = word.get(..2).map_or(&[][..], |head| self.names_beginning(head));
        let is_of = |drug: DrugIx| components.iter().any(|component| component.drug == drug);
        names.iter().any(|(name, drug)| is_of(*drug) && name.starts_with(word))
    }

    /// The drug of which a shorter head is listed (`HYDROMOR`): a longer one is no other drug.
    fn beyond_listed_head(&self, word: &str) -> Option<(DrugIx, Vec<u8>)> {
        let drug = (SHORTEST_LISTED..word.len()).rev().find_map(|end| {
            let listed =
                self.phrases(&word[..end]).iter().find(|phrase| phrase.words.len() == 1)?;
            let goes_on = |(name, drug): &(String, DrugIx)| {
                *drug == listed.drug && name.len() > word.len() && name.starts_with(word)
            };
            let names = self.names_beginning(&word[..2]).iter();
            let is_cut = listed.how != How::Doubtful
                && names.chain(self.near_names().beginning_with(word)).any(goes_on);
            is_cut.then_some(listed.drug)
        })?;
        Some((drug, self.forms_of_cut(word, drug)))
    }

    /// The drug of all names that begin so, or of which so much is left without vowels.
    fn only_cut(&self, word: &str) -> Option<(DrugIx, Vec<u8>)> {
        let mut found: Option<DrugIx> = None;
        let is_long = |name: &str| word.len() >= SHORTEST_ABROAD || self.is_of_no_country(name);
        let brands = self.near_names().beginning_with(word).filter(|(name, _)| is_long(name));
        for (name, drug) in self.names_beginning(word.get(..2)?).iter().chain(brands) {
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
        found.map(|drug| (drug, self.forms_of_cut(word, drug)))
    }

    /// Whether a name of one word is not only a brand of other countries.
    fn is_of_no_country(&self, name: &str) -> bool {
        let is_one = |phrase: &&Phrase| phrase.words.len() == 1;
        self.phrases(name)
            .iter()
            .filter(is_one)
            .any(|phrase| phrase.countries.is_empty() || phrase.countries.contains("US"))
    }

    /// The forms of the brands that begin so, where no name of the drug itself does.
    fn forms_of_cut(&self, word: &str, drug: DrugIx) -> Vec<u8> {
        let is_name = |(name, of): &(String, DrugIx)| *of == drug && name.starts_with(word);
        if self.names_beginning(&word[..2]).iter().any(is_name) {
            return Vec::new();
        }
        let brands = self.near_names().beginning_with(word).filter(|(_, of)| *of == drug);
        let mut forms: Vec<u8> = brands
            .filter_map(|(name, _)| self.meaning_of(name))
            .flat_map(|(_, forms)| forms)
            .collect();
        forms.sort_unstable();
        forms.dedup();
        forms
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
