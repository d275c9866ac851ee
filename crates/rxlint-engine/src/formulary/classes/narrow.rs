//! What may make a class of an interaction table narrower than its name suggests: `opioid patches`, `opioid antagonists (nasal)`.

use super::ClassTable;
use crate::drug::name::words;

/// Shorter words only join others.
const SHORTEST: usize = 3;

impl ClassTable {
    /// The words of a class that may narrow it: those that always do, and those that neither name the class nor are known to change nothing.
    pub fn narrowing(&self, text: &str) -> Vec<String> {
        let words = words(text);
        let mut narrowing = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let listed = self.phrases.get(&words[at]).map_or(&[][..], Vec::as_slice);
            let phrase = listed.iter().find(|(phrase, _)| words[at..].starts_with(phrase));
            let length = phrase.map_or(1, |(phrase, _)| phrase.len());
            let is_known = phrase.is_some();
            let goes_on = at > 0 && self.joins(&words[at - 1]);
            let narrows = |word: &&String| {
                self.narrow.contains(*word)
                    || self.narrow_stems.iter().any(|stem| word.contains(stem.as_str()))
                    || !goes_on && self.other.contains(*word)
                    || !is_known && !self.is_neutral(word)
            };
            narrowing.extend(words[at..at + length].iter().filter(narrows).cloned());
            at += length;
        }
        narrowing
    }

    /// Whether a class of agonists and antagonists may mean either, or drugs that are both: `opioid agonists-antagonists`.
    pub fn may_be_either(&self, text: &str) -> bool {
        let words = words(text);
        let said = self.said(&words);
        let is_joined = text.contains('&') || words.iter().any(|word| self.and.contains(word));
        (said.open || said.antagonist && !is_joined)
            && self.groups(text).contains(&super::ClassGroup::Mixed)
    }

    /// Whether a drug is named by a phrase that excludes some of its products: `low dose naltrexone`.
    pub fn narrows_drug(&self, text: &str) -> bool {
        let words = words(text);
        let is_phrase =
            |phrase: &Vec<String>| words.windows(phrase.len()).any(|part| part == phrase);
        self.narrow_drug.iter().any(is_phrase) || text.contains(['<', '>', '≤', '≥'])
    }

    /// Whether a word cannot make a class narrower.
    fn is_neutral(&self, word: &str) -> bool {
        let is_short = word.chars().count() < SHORTEST;
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        is_short
            || has_digit
            || self.neutral.contains(word)
            || self.other.contains(word)
            || self.whole.contains_key(word)
            || self.stems.iter().any(|(stem, _)| word.contains(stem.as_str()))
            || self.between.iter().any(|phrase| phrase.iter().any(|part| part == word))
    }

    /// Whether a text begins with a word that introduces examples (`e.g. morphine`, `including tramadol`), or everything.
    pub fn begins_examples(&self, text: &str) -> bool {
        let said = words(text);
        let begins = |phrase: &Vec<String>| !phrase.is_empty() && said.starts_with(phrase);
        self.between.iter().any(begins)
            || said.first().is_some_and(|first| self.neutral.contains(first))
    }
}
