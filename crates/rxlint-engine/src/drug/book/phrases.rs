//! Phrases, compared by whole folded words.

use rustc_hash::FxHashMap;

use crate::drug::spelling::name::words;

/// Phrases of folded words, by their first word.
#[derive(Debug, Default)]
pub(crate) struct Phrases(FxHashMap<String, Vec<Vec<String>>>);

impl Phrases {
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a String>) -> Self {
        let mut phrases = Self::default();
        phrases.add(texts.into_iter().map(|text| words(text)));
        phrases
    }

    pub(crate) fn add(&mut self, phrases: impl IntoIterator<Item = Vec<String>>) {
        for phrase in phrases {
            if let Some(first) = phrase.first() {
                self.0.entry(first.clone()).or_default().push(phrase);
            }
        }
    }

    pub(crate) fn any_in(&self, words: &[String]) -> bool {
        (0..words.len()).any(|at| self.starts(&words[at..]).is_some())
    }

    pub(crate) fn is_all_of(&self, words: &[String]) -> bool {
        self.starts(words).is_some_and(|length| length == words.len())
    }

    /// How many words the longest phrase has that these words begin with.
    pub(crate) fn starts(&self, words: &[String]) -> Option<usize> {
        let known = self.0.get(words.first()?)?;
        known.iter().filter(|phrase| words.starts_with(phrase)).map(Vec::len).max()
    }
}
