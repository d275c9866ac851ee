//! Phrases, compared by whole folded words.

use rustc_hash::FxHashMap;

use crate::drug::name::words;

/// Phrases of folded words, by their first word.
#[derive(Debug, Default)]
pub(super) struct Phrases(FxHashMap<String, Vec<Vec<String>>>);

impl Phrases {
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a String>) -> Self {
        let mut phrases: FxHashMap<String, Vec<Vec<String>>> = FxHashMap::default();
        for phrase in texts.into_iter().map(|text| words(text)) {
            if let Some(first) = phrase.first() {
                phrases.entry(first.clone()).or_default().push(phrase);
            }
        }
        Self(phrases)
    }

    pub(super) fn any_in(&self, words: &[String]) -> bool {
        (0..words.len()).any(|at| self.starts(&words[at..]).is_some())
    }

    pub(super) fn is_all_of(&self, words: &[String]) -> bool {
        self.starts(words).is_some_and(|length| length == words.len())
    }

    pub(super) fn starts(&self, words: &[String]) -> Option<usize> {
        let known = self.0.get(words.first()?)?;
        known.iter().find(|phrase| words.starts_with(phrase)).map(Vec::len)
    }
}
