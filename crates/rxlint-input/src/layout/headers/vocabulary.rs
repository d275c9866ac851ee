//! The words of headers and the columns that they make, from `words.txt` and `columns.txt`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use rxlint_model::record::Field;

/// What a word can mean, as bits: one for each meaning that `words.txt` names.
pub(super) type Meanings = u128;

/// A line of `columns.txt`.
#[derive(Debug)]
pub(super) struct HeaderRule {
    pub(super) field: Field,
    /// All of these meanings must be there.
    needed: Meanings,
    /// These may be there too.
    also: Meanings,
}

/// The tables, read once.
#[derive(Debug)]
pub(super) struct Vocabulary {
    words: FxHashMap<&'static str, Vec<u8>>,
    /// What words can mean, by number.
    names: Vec<&'static str>,
    /// Longer words without their vowels: `prscrptn`; empty if two words become the same.
    skeletons: FxHashMap<String, &'static str>,
    /// Every word, sorted.
    sorted: Vec<&'static str>,
    pub(super) rules: Vec<HeaderRule>,
    /// The meanings that say nothing in any header.
    silent: Meanings,
    /// The largest number of words that are written as one spelling.
    pub(super) longest: usize,
}

pub(super) static VOCABULARY: LazyLock<Vocabulary> =
    LazyLock::new(|| Vocabulary::read(include_str!("words.txt"), include_str!("columns.txt")));

impl Vocabulary {
    fn read(words: &'static str, columns: &'static str) -> Self {
        let (mut meanings, mut spelled) = (Vec::new(), FxHashMap::default());
        let mut longest = 1;
        for line in lines(words) {
            let mut parts = line.split_ascii_whitespace();
            let (Some(meaning), Some(_language)) = (parts.next(), parts.next()) else { continue };
            let bit = position(&mut meanings, meaning);
            for spelling in parts {
                longest = longest.max(spelling.split('_').count());
                let bits: &mut Vec<u8> = spelled.entry(spelling).or_default();
                if !bits.contains(&bit) {
                    bits.push(bit);
                }
            }
        }
        let bits = |names: &str| -> Meanings {
            let names = names.split_ascii_whitespace();
            names
                .filter_map(|name| meanings.iter().position(|known| *known == name))
                .fold(0, |all, bit| all | 1 << bit)
        };
        let rule = |line: &'static str| {
            let (field, rest) = line.split_once(':')?;
            let (needed, also) = rest.split_once('(').unwrap_or((rest, ""));
            let field = Field::from_name(field.trim())?;
            Some(HeaderRule { field, needed: bits(needed), also: bits(also.trim_end_matches(')')) })
        };
        let rules = lines(columns).filter_map(rule).collect();
        let silent = bits("noise and");
        let mut sorted: Vec<&'static str> = spelled.keys().copied().collect();
        sorted.sort_unstable();
        let mut skeletons = FxHashMap::default();
        for &word in sorted.iter().filter(|word| word.len() > SHORTEST_SKELETON + 1) {
            skeletons
                .entry(skeleton(word))
                .and_modify(|other| {
                    if spelled.get(*other) != spelled.get(word) {
                        *other = "";
                    }
                })
                .or_insert(word);
        }
        Self { words: spelled, names: meanings, skeletons, sorted, rules, silent, longest }
    }

    /// The bit of a meaning.
    pub(super) fn bits(&self, name: &str) -> Meanings {
        self.names.iter().position(|known| *known == name).map_or(0, |bit| 1 << bit)
    }

    /// The word that an abbreviation stands for: one without vowels (`dspnsd`), or the beginning of
    /// words that all mean the same (`prescrib`).
    pub(super) fn unabbreviated(&self, word: &str) -> Option<&'static str> {
        if word.len() >= SHORTEST_SKELETON && skeleton(word) == word {
            return self.skeletons.get(word).copied().filter(|word| !word.is_empty());
        }
        let from = self.sorted.partition_point(|known| *known < word);
        let mut longer = self.sorted[from..].iter().take_while(|known| known.starts_with(word));
        let first = *longer.next().filter(|_| word.len() >= SHORTEST_BEGINNING)?;
        longer.all(|other| self.words.get(other) == self.words.get(first)).then_some(first)
    }

    /// The word that fits this spelling, in which some letters are known to be lost: each of them, or a pair, stands for one.
    pub(super) fn with_lost_letters(&self, word: &str, lost: &[char]) -> Option<&'static str> {
        let fits = |known: &&str| {
            let (mut letters, mut seen) = (known.chars(), word.chars().peekable());
            while let Some(c) = seen.next() {
                let Some(letter) = letters.next() else { return false };
                if !lost.contains(&c) {
                    if super::tokens::plain(&c.to_string()) != letter.to_string() {
                        return false;
                    }
                } else if seen.peek().is_some_and(|next| lost.contains(next)) {
                    seen.next();
                }
            }
            letters.next().is_none()
        };
        let is_whole = word.chars().filter(|c| !lost.contains(c)).count() >= SHORTEST_SKELETON;
        self.sorted.iter().copied().filter(|_| is_whole).find(fits)
    }

    /// The shortest word that begins like this, if this is not a word itself.
    pub(super) fn shortest_beginning(&self, beginning: &str) -> Option<&'static str> {
        if !self.meanings(beginning).is_empty() {
            return None;
        }
        let from = self.sorted.partition_point(|known| *known < beginning);
        let longer = self.sorted[from..].iter().take_while(|known| known.starts_with(beginning));
        longer.copied().filter(|word| !word.contains('_')).min_by_key(|word| word.len())
    }

    /// What a word can mean; empty if it is unknown.
    pub(super) fn meanings(&self, word: &str) -> &[u8] {
        self.words.get(word).map_or(&[], Vec::as_slice)
    }

    /// The first line that fits words with these meanings, and its place.
    pub(super) fn rule(&self, meanings: Meanings) -> Option<(usize, Field)> {
        let fits = |rule: &HeaderRule| {
            rule.needed & !meanings == 0 && meanings & !(rule.needed | rule.also | self.silent) == 0
        };
        self.rules.iter().position(fits).map(|at| (at, self.rules[at].field))
    }
}

/// A word without its vowels.
fn skeleton(word: &str) -> String {
    word.chars().filter(|c| !"aeiou".contains(*c)).collect()
}

/// Shorter texts without vowels may be anything.
const SHORTEST_SKELETON: usize = 4;
/// Shorter beginnings may be those of other words.
const SHORTEST_BEGINNING: usize = 6;

/// The lines that are not comments.
fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The place of a meaning in the list, to which it is added if it is new.
fn position(meanings: &mut Vec<&'static str>, meaning: &'static str) -> u8 {
    let at = meanings.iter().position(|known| *known == meaning).unwrap_or_else(|| {
        meanings.push(meaning);
        meanings.len() - 1
    });
    at as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_written_as_they_are_read() {
        let mut meanings = Vec::new();
        for line in lines(include_str!("words.txt")) {
            let mut parts = line.split_ascii_whitespace();
            position(&mut meanings, parts.next().unwrap());
            assert_eq!(parts.next().unwrap().len(), 2, "a language: {line}");
            for spelling in parts {
                assert_eq!(super::super::tokens::plain(spelling), spelling, "{line}");
            }
        }
        assert!(meanings.len() <= Meanings::BITS as usize);
        for line in lines(include_str!("columns.txt")) {
            let (field, rest) = line.split_once(':').unwrap();
            assert!(Field::from_name(field).is_some(), "{line}");
            for name in rest.replace(['(', ')'], " ").split_ascii_whitespace() {
                assert!(meanings.contains(&name), "{name} in {line}");
            }
        }
    }
}
