//! Remarks that people write next to records: some of them may say that nothing was given or handed over.

use std::hash::BuildHasher;

use rustc_hash::FxHashSet;

use rxlint_engine::exposure::status::{StatusTable, is_not_taken, remark_says_not_taken};

/// More different remarks than this are not looked at.
const MOST_TEXTS: usize = 1 << 14;
/// A longer remark tells a story, and is not a status.
const LONGEST: usize = 80;

/// What the remarks of a column say.
#[derive(Clone, Debug, Default)]
pub(in crate::run::witness) struct Remarks {
    /// Hashes of the different remarks.
    seen: FxHashSet<u64>,
    /// The first that means *not taken*: where its row begins, and the word.
    pub(super) not_taken: Option<(u64, String)>,
    /// The row that is known not to count: it needs no remark.
    gone: Option<u64>,
}

impl Remarks {
    /// Notes a cell, in the row that begins at `row`.
    pub(in crate::run::witness) fn note(&mut self, text: &str, row: u64) {
        let text = text.trim();
        let is_enough =
            self.gone == Some(row) || self.not_taken.is_some() || self.seen.len() >= MOST_TEXTS;
        if text.is_empty() || text.len() > LONGEST || is_enough {
            return;
        }
        let table = StatusTable::built_in();
        if self.seen.insert(rustc_hash::FxBuildHasher.hash_one(text))
            && remark_says_not_taken(text, table)
        {
            self.not_taken = Some((row, telling_word(text, table)));
        }
    }

    /// Forgets what was said in the row that begins at `row`, whose dose was not given.
    pub(in crate::run::witness) fn leave(&mut self, row: u64) {
        self.gone = Some(row);
        if self.not_taken.as_ref().is_some_and(|(at, _)| *at == row) {
            // The same remark may count in another row.
            self.not_taken = None;
            self.seen.clear();
        }
    }

    pub(super) fn absorb(&mut self, later: Self) {
        let first = |(at, _): &(u64, String)| *at;
        self.not_taken =
            [self.not_taken.take(), later.not_taken].into_iter().flatten().min_by_key(first);
    }
}

/// The word of the table by which a longer text says that something was not taken: nothing else of it is shown.
pub(super) fn telling_word(text: &str, table: &StatusTable) -> String {
    let word = text.split_whitespace().find(|word| is_not_taken(word.as_bytes(), table));
    let is_word = |word: &&str| word.chars().all(char::is_alphabetic);
    word.filter(is_word).unwrap_or_default().to_owned()
}
