//! Tables of words and their meanings, one per line: whole words, or, with `*`, beginnings of words.

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::drug::name::words;

/// A line of a table.
#[derive(Deserialize)]
pub(super) struct Line<M> {
    pub(super) means: M,
    pub(super) text: String,
}

/// The lines of a table with the columns `means` and `text`.
pub(super) fn lines<M: DeserializeOwned>(table: &str) -> Vec<Line<M>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
    reader.deserialize().filter_map(Result::ok).collect()
}

/// What words mean, by the whole word or otherwise by its longest known beginning.
pub(super) struct Meanings<M> {
    whole: FxHashMap<String, M>,
    begins: FxHashMap<String, M>,
}

impl<M: Copy> Meanings<M> {
    pub(super) fn of(lines: Vec<Line<M>>) -> Self {
        let mut all = Self { whole: FxHashMap::default(), begins: FxHashMap::default() };
        for line in lines {
            let list = if line.text.ends_with('*') { &mut all.begins } else { &mut all.whole };
            list.insert(words(&line.text).concat(), line.means);
        }
        all
    }

    /// Whether the table has exactly that word.
    pub(super) fn has(&self, word: &str) -> bool {
        self.whole.contains_key(word)
    }

    pub(super) fn of_word(&self, word: &str) -> Option<M> {
        if let Some(means) = self.whole.get(word) {
            return Some(*means);
        }
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
        ends.rev().find_map(|end| self.begins.get(&word[..end]).copied())
    }
}
