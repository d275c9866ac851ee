//! Words of ordinary language and first names that look like a watched name: `Strom`, `profundo`, `Carlos`, `μορφή`.

use rustc_hash::FxHashSet;

use super::dictionary::{Dictionary, Phrase};
use crate::drug::spelling::name::own_letters;

/// The words, each in its own script.
#[derive(Debug, Default)]
pub(in crate::drug) struct OrdinaryWords {
    words: FxHashSet<String>,
}

impl OrdinaryWords {
    /// Adds a list: words separated by spaces or line breaks; what follows a `#` is a comment.
    pub(super) fn add(&mut self, list: &str) {
        let said = list.lines().map(|line| line.split('#').next().unwrap_or_default());
        self.words.extend(said.flat_map(str::split_whitespace).map(own_letters));
    }
}

impl Dictionary {
    /// Whether a word, in lower case and in the letters of its own script, is one of ordinary language. It is never a name cut short, in another
    /// spelling, with something glued to it, or a slip.
    pub(in crate::drug) fn is_ordinary(&self, word: &str) -> bool {
        self.ordinary().words.contains(word)
    }

    /// Whether a name is also an ordinary word and nothing that is written shows a product: neither a number, nor a form with no other name beside it.
    pub(in crate::drug) fn is_ordinary_here(&self, name: &Phrase, hints: &[String]) -> bool {
        /// Shorter words are parts of phrases: `de`, `con`.
        const SHORTEST_FORM: usize = 4;
        let [word] = &name.words[..] else { return false };
        if !self.is_ordinary(word) {
            return false;
        }
        let is_amount = |hint: &String| hint.bytes().any(|b| b.is_ascii_digit());
        let is_form = |hint: &&String| {
            hint.len() >= SHORTEST_FORM
                && (self.lexicon().is_form(hint) || self.lexicon().is_unit_of_use(hint))
        };
        let is_beside = |hint: &String| {
            hint == word || hint.len() < SHORTEST_FORM || self.lexicon().is_filler(hint)
        };
        let is_product = || hints.iter().find(is_form).is_some() && hints.iter().all(is_beside);
        !hints.iter().any(is_amount) && !is_product()
    }
}
