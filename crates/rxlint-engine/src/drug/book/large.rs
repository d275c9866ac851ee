//! Drug names at large: some ten thousand names that no rule watches. A word in this list is not a slip of a watched name, and a text that holds one
//! names a drug.

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::built_in::{self, FILES};
use crate::drug::spelling::stem;

/// The built-in list.
const FILE: &str = "drugs/names-at-large.txt";

/// Names at large, sorted, in one text.
#[derive(Debug, Default)]
pub struct NamesAtLarge {
    /// One name per line, in order.
    text: Cow<'static, str>,
    /// Four bytes per name: four times the position where it begins, plus its kind.
    begins: Cow<'static, [u8]>,
    /// Stems of the international names among them, made on first use.
    stems: OnceLock<FxHashSet<String>>,
    /// How many names come before those that begin with two letters, by those letters; also made on first use.
    heads: OnceLock<Vec<u32>>,
}

/// By the first two letters of a name, if they are ASCII: a number below [`HEADS`].
fn head(name: &str) -> Option<usize> {
    match name.as_bytes() {
        [first, second, ..] if first.is_ascii() && second.is_ascii() => {
            Some(usize::from(*first) << 7 | usize::from(*second))
        }
        _ => None,
    }
}

const HEADS: usize = 1 << 14;

/// What a name at large is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A word that may also be an ordinary word of a language, or a family name.
    Word,
    /// A brand that is not an ordinary word.
    Brand,
    /// An international name.
    International,
}

impl NamesAtLarge {
    /// Adds the built-in list, which is sorted already.
    pub(super) fn add_built_in(&mut self) {
        if self.is_empty() {
            self.text = Cow::Borrowed(built_in::NAMES);
            self.begins = Cow::Borrowed(built_in::NAME_BEGINS);
        } else {
            let (_, list) =
                *FILES.iter().find(|(path, _)| path.ends_with(FILE)).unwrap_or(&("", ""));
            self.add(list);
        }
    }

    /// Adds a list: one name per line, an international one with a `*` before it, a brand that is not an ordinary word with a `+`. Lines that begin
    /// with `#` are comments.
    pub fn add(&mut self, list: &str) {
        let earlier = std::mem::take(self);
        let mut names: Vec<(&str, Kind)> =
            (0..earlier.len()).map(|at| (earlier.name(at), earlier.entry(at).1)).collect();
        for line in list.lines().map(str::trim) {
            let (kind, name) = match line.as_bytes().first() {
                None | Some(b'#') => continue,
                Some(b'*') => (Kind::International, &line[1..]),
                Some(b'+') => (Kind::Brand, &line[1..]),
                Some(_) => (Kind::Word, line),
            };
            names.push((name, kind));
        }
        if !names.is_sorted() {
            names.sort_unstable();
        }
        let mut text = String::with_capacity(list.len() + earlier.text.len());
        let mut begins = Vec::with_capacity(4 * names.len());
        for (at, &(name, kind)) in names.iter().enumerate() {
            // If a name is given twice, the last one has the most specific kind.
            if names.get(at + 1).is_some_and(|(next, _)| *next == name) {
                continue;
            }
            begins.extend((text.len() as u32 * 4 + kind as u32).to_le_bytes());
            text.push_str(name);
            text.push('\n');
        }
        *self = Self { text: text.into(), begins: begins.into(), ..Self::default() };
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.begins.len() / 4
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.begins.is_empty()
    }

    /// Where a name begins, or where the last one ends, and what it is.
    fn entry(&self, at: usize) -> (usize, Kind) {
        let Some(entry) = self.begins.as_chunks::<4>().0.get(at) else {
            return (self.text.len(), Kind::Word);
        };
        let entry = u32::from_le_bytes(*entry);
        let kind = match entry % 4 {
            0 => Kind::Word,
            1 => Kind::Brand,
            _ => Kind::International,
        };
        ((entry / 4) as usize, kind)
    }

    fn name(&self, at: usize) -> &str {
        &self.text[self.entry(at).0..self.entry(at + 1).0 - 1]
    }

    fn first_from(&self, word: &str) -> usize {
        let (mut low, mut high) = match head(word) {
            Some(head) => (self.heads()[head] as usize, self.heads()[head + 1] as usize),
            None => (0, self.len()),
        };
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.name(middle) < word { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Names that do not begin with two ASCII characters count with those before them.
    fn heads(&self) -> &[u32] {
        self.heads.get_or_init(|| {
            let mut heads = vec![0; HEADS + 1];
            for at in 0..self.len() {
                if let Some(head) = head(self.name(at)) {
                    heads[head + 1] = at as u32 + 1;
                }
            }
            let mut before = 0;
            for end in &mut heads {
                before = before.max(*end);
                *end = before;
            }
            heads
        })
    }

    /// Whether the list has the word as it is written.
    pub fn has(&self, word: &str) -> bool {
        self.place_of(word).is_some()
    }

    /// Whether the word can only be the name of a drug: not an ordinary word, not a family name.
    pub fn is_sure(&self, word: &str) -> bool {
        self.place_of(word).is_some_and(|at| self.entry(at).1 != Kind::Word)
    }

    fn place_of(&self, word: &str) -> Option<usize> {
        let at = self.first_from(word);
        (at < self.len() && self.name(at) == word).then_some(at)
    }

    /// Whether the word is a name in some language's spelling of it.
    pub fn has_stem(&self, word: &str) -> bool {
        stem::stem(word).is_some_and(|stem| self.stems().contains(&stem))
    }

    fn stems(&self) -> &FxHashSet<String> {
        self.stems.get_or_init(|| {
            (0..self.len())
                .filter(|&at| self.entry(at).1 == Kind::International)
                .filter_map(|at| stem::stem(self.name(at)))
                .collect()
        })
    }

    /// Every name.
    pub(in crate::drug) fn each(&self, mut found: impl FnMut(&str)) {
        (0..self.len()).for_each(|at| found(self.name(at)));
    }

    /// The names with that beginning.
    pub fn beginning_with<'s>(&'s self, head: &'s str) -> impl Iterator<Item = &'s str> {
        (self.first_from(head)..self.len())
            .map(|at| self.name(at))
            .take_while(move |name| name.starts_with(head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_itself_by_its_head_and_by_its_stem() {
        let mut names = NamesAtLarge::default();
        assert!(names.is_empty() && !names.has("metformin"));
        names.add("# remark\n*metformin\nzestril\n");
        names.add("*amoxicillin\n+metamucil");
        assert_eq!(names.len(), 4);
        for name in ["metformin", "zestril", "amoxicillin", "metamucil"] {
            assert!(names.has(name), "{name}");
        }
        assert!(!names.has("met") && !names.has("zz") && !names.has("") && !names.has("m"));
        assert!(
            names.is_sure("metamucil") && names.is_sure("metformin") && !names.is_sure("zestril")
        );
        assert!(names.has_stem("metformina") && names.has_stem("amoksicilinum"));
        assert!(!names.has_stem("zestrila"));
        assert_eq!(names.beginning_with("met").collect::<Vec<_>>(), ["metamucil", "metformin"]);
    }

    #[test]
    fn every_name_of_the_list_is_found_and_nothing_between_two_of_them() {
        let list = include_str!("../../../../../rules/drugs/names-at-large.txt");
        let mut names = NamesAtLarge::default();
        names.add(list);
        names.add("a\nzz\n\u{e9}clair\na\u{e9}");
        for at in 0..names.len() {
            let name = names.name(at).to_owned();
            assert_eq!(names.place_of(&name), Some(at), "{name}");
            assert!(!names.has(&format!("{name}\u{1}")), "{name}");
            let head: String = name.chars().take(3).collect();
            assert!(at % 97 > 0 || names.beginning_with(&head).any(|other| other == name));
        }
    }
}
