//! Words that are one slip away from a watched name and are not themselves a drug.

use rustc_hash::{FxHashMap, FxHashSet};

use super::dictionary::{Dictionary, DrugIx};
use super::name::one_slip;
use super::stem;

/// Shorter words are not taken for slips of a name.
const SHORTEST_WORD: usize = 5;

/// The names that a slip could have been meant for, by their ends: a slip leaves the first or the last letter in place.
#[derive(Debug, Default)]
pub(super) struct NearNames {
    names: Vec<(String, DrugIx)>,
    by_first: FxHashMap<char, Vec<u32>>,
    by_last: FxHashMap<char, Vec<u32>>,
    /// Names whose first letter is not thought wrong.
    sure_begin: FxHashSet<u32>,
}

impl NearNames {
    pub(super) fn of(names: Vec<(String, DrugIx)>) -> Self {
        Self::with(names, |_| true)
    }

    /// The same, where the first letter of some names is not thought wrong: the brands of all countries are many, and a slip is rare in
    /// the letter that one types first.
    pub(super) fn with(
        mut names: Vec<(String, DrugIx)>,
        may_begin_otherwise: impl Fn(&str) -> bool,
    ) -> Self {
        names.sort();
        let mut this = Self::default();
        for (at, (name, _)) in names.iter().enumerate() {
            if let (Some(first), Some(last)) = (name.chars().next(), name.chars().next_back()) {
                this.by_first.entry(first).or_default().push(at as u32);
                this.by_last.entry(last).or_default().push(at as u32);
                if !may_begin_otherwise(name) {
                    this.sure_begin.insert(at as u32);
                }
            }
        }
        this.names = names;
        this
    }

    /// The names that begin so.
    pub(super) fn beginning_with<'n>(
        &'n self,
        head: &'n str,
    ) -> impl Iterator<Item = &'n (String, DrugIx)> {
        let from = self.names.partition_point(|(name, _)| name.as_str() < head);
        self.names[from..].iter().take_while(move |(name, _)| name.starts_with(head))
    }

    /// The first name that is one slip away.
    fn nearest(&self, word: &str) -> Option<DrugIx> {
        let near = |list: Option<&Vec<u32>>| {
            let is_near = |at: u32| {
                let name = &self.names[at as usize].0;
                one_slip(word, name) && (!self.sure_begin.contains(&at) || begin_alike(word, name))
            };
            list.into_iter().flatten().copied().find(|&at| is_near(at))
        };
        let first = near(word.chars().next().and_then(|c| self.by_first.get(&c)));
        let last = near(word.chars().next_back().and_then(|c| self.by_last.get(&c)));
        let at = match (first, last) {
            (Some(a), Some(b)) => a.min(b),
            (a, b) => a.or(b)?,
        };
        Some(self.names[at as usize].1)
    }
}

/// Whether two words begin with one letter, or with letters that languages write for each other: `Kodipar`, `Codipar`.
fn begin_alike(a: &str, b: &str) -> bool {
    let alike = |letter: u8| match letter {
        b'c' | b'k' | b'q' => b'k',
        b's' | b'z' => b's',
        b'v' | b'w' => b'v',
        b'i' | b'j' | b'y' => b'i',
        other => other,
    };
    a.bytes().next().map(alike) == b.bytes().next().map(alike)
}

/// The drug that a word, which nothing explains, may be meant for.
pub(super) fn slip(dictionary: &Dictionary, word: &str) -> Option<DrugIx> {
    let of_name = slip_of(dictionary, dictionary.near_names(), word);
    of_name.or_else(|| slip_of(dictionary, dictionary.near_stems(), &stem_of(dictionary, word)?))
}

/// The stem of a word that nothing explains as it is written.
fn stem_of(dictionary: &Dictionary, word: &str) -> Option<String> {
    let is_known = dictionary.at_large().has(word)
        || dictionary.at_large().has_stem(word)
        || dictionary.has_part(word);
    if is_known { None } else { stem::stem(word) }
}

/// The drug, among these names, that a word may be meant for.
pub(super) fn slip_of(dictionary: &Dictionary, names: &NearNames, word: &str) -> Option<DrugIx> {
    let letters = word.chars().count();
    if letters < SHORTEST_WORD
        || !word.chars().all(char::is_alphabetic)
        || dictionary.at_large().has(word)
        || dictionary.at_large().has_stem(word)
        || dictionary.has_part(word)
    {
        return None;
    }
    names.nearest(word)
}
