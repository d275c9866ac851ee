//! Texts that were met before, by their bytes, in tables small enough to stay in the nearest caches: sixteen bytes for each, four
//! of them per cache line.
//!
//! A text is known by 128 bits of a hash whose keys are drawn anew in each run, so that no file can be crafted in which two texts
//! are confused; the chance that any two are is below one in 2^60 (the sum of products is NH, from UMAC: Black et al. 1999).

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// Longer texts, of which there are few, are kept as they are.
const LONGEST: usize = WORDS * 8;
const WORDS: usize = 64;

/// Every value is below this one.
pub(super) const VALUES: u16 = u16::MAX;

type Keys = [u64; WORDS + 2];

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let random = RandomState::new();
    std::array::from_fn(|at| random.hash_one(at))
});

/// Texts, and a number for each.
#[derive(Debug)]
pub(super) struct SeenTexts {
    keys: Box<Keys>,
    lines: Vec<Line>,
    len: usize,
    long: FxHashMap<Box<[u8]>, u16>,
}

/// A cache line, filled from its beginning: a search hardly ever leaves the first line, and the processor predicts its end
/// correctly.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Line([Slot; 4]);

/// A text's hash without sixteen of its bits, and in their place the number plus one; all zeros if there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    low: u64,
    high: u64,
}

const OF_VALUE: u64 = 0xFFFF;

/// A text as it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TextHash {
    low: u64,
    high: u64,
}

impl Default for SeenTexts {
    fn default() -> Self {
        let (lines, long) = (vec![Line::default(); 16], FxHashMap::default());
        Self { keys: Box::new(*KEYS), lines, len: 0, long }
    }
}

impl SeenTexts {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn clear(&mut self) {
        self.lines.fill(Line::default());
        self.long.clear();
        self.len = 0;
    }

    /// The number of a text, if it was met before.
    #[inline(always)]
    pub(super) fn get(&self, text: &[u8]) -> Option<u16> {
        match TextHash::of(text, &self.keys) {
            Some(hash) => self.find(hash),
            None => self.long.get(text).copied(),
        }
    }

    /// Remembers the number of a text that was not met before.
    pub(super) fn insert(&mut self, text: &[u8], value: u16) {
        if value == VALUES {
            return;
        }
        self.len += 1;
        let Some(hash) = TextHash::of(text, &self.keys) else {
            self.long.insert(text.into(), value);
            return;
        };
        // At most three slots of a line are full on average.
        if self.len > self.lines.len() * 3 {
            let double = vec![Line::default(); self.lines.len() * 2];
            let lines = std::mem::replace(&mut self.lines, double);
            let slots = lines.into_iter().flat_map(|line| line.0);
            slots.filter(|slot| !slot.is_free()).for_each(|slot| self.place(slot));
        }
        let high = hash.high & !OF_VALUE | u64::from(value + 1);
        self.place(Slot { low: hash.low, high });
    }

    #[inline(always)]
    fn find(&self, hash: TextHash) -> Option<u16> {
        let mask = self.lines.len().wrapping_sub(1);
        let mut at = place(hash.low, hash.high);
        loop {
            let Line(slots) = self.lines.get(at & mask)?;
            // No branch before all four are compared: which of them matches cannot be predicted.
            let found = slots.iter().fold(0, |found, slot| found | slot.value_of(hash));
            if found != 0 || slots[3].is_free() {
                return (found as u16).checked_sub(1);
            }
            at += 1;
        }
    }

    fn place(&mut self, slot: Slot) {
        let mask = self.lines.len() - 1;
        let mut at = place(slot.low, slot.high);
        loop {
            if let Some(free) = self.lines[at & mask].0.iter_mut().find(|slot| slot.is_free()) {
                *free = slot;
                return;
            }
            at += 1;
        }
    }
}

impl Slot {
    fn is_free(&self) -> bool {
        self.high & OF_VALUE == 0
    }

    /// The number plus one, if this is the text; else zero.
    #[inline(always)]
    fn value_of(&self, hash: TextHash) -> u64 {
        let differs = (self.low ^ hash.low) | (self.high ^ hash.high) & !OF_VALUE;
        if differs == 0 { self.high & OF_VALUE } else { 0 }
    }
}

/// Where a hash is looked for first; does not depend on the bits that its slot lacks.
#[inline(always)]
fn place(low: u64, high: u64) -> usize {
    ((high >> 16) ^ (low >> 32)) as usize
}

impl TextHash {
    #[inline(always)]
    fn of(text: &[u8], keys: &Keys) -> Option<Self> {
        let [of_length, times, keys @ ..] = keys;
        // The length is hashed too, so the same bytes may count twice.
        let mut sum = product((text.len() as u64).wrapping_add(*of_length), *times);
        let mut add = |at: usize, first: u64, second: u64| {
            let (first, second) = (first.wrapping_add(keys[at]), second.wrapping_add(keys[at + 1]));
            sum = sum.wrapping_add(product(first, second));
        };
        match text.len() {
            // The first, the middle and the last sixteen bytes, which together are all of them: the end of a loop would be mispredicted
            // in every row.
            16..=48 => {
                let middle = text.get(text.len() / 2 - 8..)?;
                let parts = [text.first_chunk()?, middle.first_chunk()?, text.last_chunk()?];
                for (at, part) in parts.into_iter().enumerate() {
                    let number = u128::from_le_bytes(*part);
                    add(at * 2, number as u64, (number >> 64) as u64);
                }
            }
            8..=15 => add(0, word(text.first_chunk()?), word(text.last_chunk()?)),
            4..=7 => {
                let half = |half: &[u8; 4]| u64::from(u32::from_le_bytes(*half));
                add(0, half(text.first_chunk()?), half(text.last_chunk()?));
            }
            0..=3 => {
                let number = text.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
                add(0, number, 0);
            }
            49..=LONGEST => {
                let (chunks, _) = text[..text.len() - 1].as_chunks::<16>();
                for (at, part) in chunks.iter().chain([text.last_chunk()?]).enumerate() {
                    let number = u128::from_le_bytes(*part);
                    add(at * 2, number as u64, (number >> 64) as u64);
                }
            }
            _ => return None,
        }
        Some(Self { low: sum as u64, high: (sum >> 64) as u64 })
    }
}

fn word(bytes: &[u8; 8]) -> u64 {
    u64::from_le_bytes(*bytes)
}

#[inline(always)]
fn product(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Texts of every length up to 120 bytes, and each with one byte changed.
    fn texts() -> Vec<Vec<u8>> {
        let whole: Vec<u8> = (0..120).map(|n| b'a' + n % 23).collect();
        let mut texts = Vec::new();
        for len in 0..=120 {
            texts.push(whole[..len].to_vec());
            for at in 0..len {
                let mut other = whole[..len].to_vec();
                other[at] ^= 1 << (at % 8);
                texts.push(other);
            }
        }
        texts.extend((1..40).map(|len| vec![0; len]));
        texts
    }

    #[test]
    fn a_text_is_itself_and_no_other() {
        let texts = texts();
        let mut seen = SeenTexts::default();
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(seen.get(text), None, "{text:?}");
            seen.insert(text, number as u16);
        }
        assert_eq!(seen.len(), texts.len());
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(seen.get(text), Some(number as u16), "{text:?}");
        }
        seen.clear();
        assert!(texts.iter().all(|text| seen.get(text).is_none()) && seen.len() == 0);
    }

    #[test]
    fn long_texts_are_remembered_and_too_great_numbers_are_not() {
        let mut seen = SeenTexts::default();
        for (length, value) in [(LONGEST, 7), (LONGEST + 1, 8), (LONGEST + 2, 9)] {
            let text = vec![b'x'; length];
            assert_eq!(seen.get(&text), None, "{length}");
            seen.insert(&text, value);
            assert_eq!(seen.get(&text), Some(value), "{length}");
        }
        assert_eq!(seen.len(), 3);
        seen.clear();
        assert_eq!((seen.get(&[b'x'; LONGEST + 1]), seen.len()), (None, 0));
        seen.insert(b"last", VALUES - 1);
        seen.insert(b"none", VALUES);
        assert_eq!((seen.get(b"last"), seen.get(b"none")), (Some(VALUES - 1), None));
    }

    #[test]
    fn texts_are_spread_over_the_table() {
        let names: Vec<String> = (0..4096)
            .map(|n| format!("{:011},Drug {n} MG Oral Tablet", 50_000_000 + n * 7))
            .collect();
        let of = |name: &String| TextHash::of(name.as_bytes(), &KEYS).unwrap();
        let places: HashSet<usize> =
            names.iter().map(of).map(|hash| place(hash.low, hash.high) & 0xFFF).collect();
        assert!(places.len() > 2400, "{} of 4096 places", places.len());
    }
}
