//! Columns of ways to pay, among which a credit takes nothing back.

use std::hash::BuildHasher;
use std::sync::LazyLock;

use rustc_hash::{FxBuildHasher, FxHashMap};
use rxlint_input::layout::{says_way_to_pay, ways_to_pay};

use super::ColumnStats;

/// The ways to pay by the hashes of their usual spellings, and whether each may be that of a book.
static WAYS: LazyLock<FxHashMap<u64, bool>> = LazyLock::new(|| {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        first + letters.as_str()
    };
    let title = |text: &str| text.split(' ').map(capital).collect::<Vec<_>>().join(" ");
    let spellings = |(text, is_credit): (&str, bool)| {
        let all = [text.to_owned(), text.to_uppercase(), capital(text), title(text)];
        all.map(|text| (FxBuildHasher.hash_one(text.as_str()), is_credit))
    };
    ways_to_pay().flat_map(spellings).collect()
});

impl ColumnStats {
    /// Whether all that a column says is how something was paid for: then a credit is none of a claim.
    pub(super) fn are_ways_to_pay(&self, header: &str) -> bool {
        let known = self.texts.iter().map(|text| WAYS.get(text));
        let is_plain = || known.clone().any(|way| way == Some(&false));
        known.clone().all(|way| way.is_some()) && (says_way_to_pay(header) || is_plain())
    }
}
