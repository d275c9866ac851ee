//! What a reader remembers of rows by their bytes: identities and status words that came before.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::known::Known;
use crate::exposure::status::Status;
use crate::input::glance::GlanceLayout;
use crate::record::DateOrder;

/// How many identities are remembered: each has one place, where it takes that of another.
const IDENTITIES: usize = 1 << 12;

/// When the texts of the identities come to more bytes, all are forgotten.
const LONGEST: usize = 1 << 20;

/// More status words are not remembered.
const WORDS: usize = 16;

/// Goes from block to block with the rest of a reader's memory.
#[derive(Debug, Default)]
pub(super) struct Raw {
    layout: GlanceLayout,
    identities: Vec<Slot>,
    texts: Vec<u8>,
    words: Vec<Word>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u64,
    /// Where its text stands among the texts.
    start: u32,
    end: u32,
    known: Known,
}

/// An empty place.
const NONE: Slot = Slot { hash: 0, start: 0, end: 0, known: Known::Unresolved };

/// A status cell, and what it makes of a record.
#[derive(Debug)]
struct Word {
    text: Box<[u8]>,
    short: Option<u64>,
    status: Status,
}

impl Raw {
    /// Begins a block whose cells come from there.
    pub(super) fn begin(&mut self, layout: &GlanceLayout) {
        if self.layout != *layout || self.identities.is_empty() {
            *self = Self { layout: layout.clone(), identities: vec![NONE; IDENTITIES], ..Self::default() };
        }
    }

    /// What an identity came to, where that is remembered.
    #[inline]
    pub(super) fn known(&self, identity: &[u8]) -> Option<Known> {
        let hash = hash(identity);
        let slot = self.identities.get(place(hash, IDENTITIES))?;
        (slot.hash == hash && same(self.texts.get(slot.start as usize..slot.end as usize)?, identity)).then_some(slot.known)
    }

    /// Remembers what an identity came to.
    pub(super) fn keep(&mut self, identity: &[u8], known: Known) {
        if self.texts.len() > LONGEST {
            self.texts.clear();
            self.identities.fill(NONE);
        }
        let start = self.texts.len() as u32;
        self.texts.extend_from_slice(identity);
        let hash = hash(identity);
        if let Some(slot) = self.identities.get_mut(place(hash, IDENTITIES)) {
            *slot = Slot { hash, start, end: self.texts.len() as u32, known };
        }
    }

    /// What that status cell makes of a record, where that is remembered.
    #[inline]
    pub(super) fn status(&self, cell: &[u8]) -> Option<Status> {
        let short = short(cell);
        let is_it = |word: &&Word| word.text.len() == cell.len() && word.short == short && (short.is_some() || *word.text == *cell);
        self.words.iter().find(is_it).map(|word| word.status)
    }

    /// Remembers what that status cell makes of a record.
    pub(super) fn keep_status(&mut self, cell: &[u8], status: Status) {
        if self.words.len() < WORDS && self.status(cell).is_none() {
            self.words.push(Word { text: cell.into(), short: short(cell), status });
        }
    }

    /// The order of the dates in the glances.
    #[inline]
    pub(super) fn order(&self) -> Option<DateOrder> {
        self.layout.order
    }
}

/// A text of up to eight bytes as a number: texts of the same length are the same where their numbers are.
#[inline(always)]
fn short(text: &[u8]) -> Option<u64> {
    if let (Some(first), Some(last), ..=8) = (text.first_chunk(), text.last_chunk(), text.len()) {
        return Some(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)));
    }
    match *text {
        [] => Some(0),
        [a] => Some(u64::from_le_bytes([a, 0, 0, 0, 0, 0, 0, 0])),
        [a, b] => Some(u64::from_le_bytes([a, b, 0, 0, 0, 0, 0, 0])),
        [a, b, c] => Some(u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 0])),
        _ => None,
    }
}

#[inline(always)]
fn hash(identity: &[u8]) -> u64 {
    let hash = if let Some(parts) = parts(identity) {
        // Three products that do not wait for each other.
        let [first, middle, last] = parts.map(|part| {
            let product = (part & u128::from(u64::MAX)) * (part >> 64);
            product as u64 ^ (product >> 64) as u64
        });
        first ^ middle.rotate_left(21) ^ last.rotate_left(42) ^ identity.len() as u64
    } else {
        let mut hasher = FxHasher::default();
        hasher.write(identity);
        hasher.finish()
    };
    // So that no text has the hash of an empty place.
    hash | 1
}

/// A text of 16 to 48 bytes as three numbers, which together are all of it. Most identities are as long, and a loop over
/// their bytes would be guessed wrong where it ends.
#[inline(always)]
fn parts(text: &[u8]) -> Option<[u128; 3]> {
    let (Some(first), Some(last), ..=48) = (text.first_chunk(), text.last_chunk(), text.len()) else { return None };
    let middle = text.get(text.len() / 2 - 8..).and_then(<[u8]>::first_chunk)?;
    Some([first, middle, last].map(|part| u128::from_le_bytes(*part)))
}

/// Whether two texts are the same.
#[inline(always)]
fn same(one: &[u8], other: &[u8]) -> bool {
    match (parts(one), parts(other)) {
        (Some([a, b, c]), Some([d, e, f])) => one.len() == other.len() && (a ^ d) | (b ^ e) | (c ^ f) == 0,
        _ => one == other,
    }
}

/// One of so many places, by a hash's upper bits.
#[inline]
pub(super) fn place(hash: u64, places: usize) -> usize {
    (hash >> (64 - places.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_told_apart_by_every_byte_and_by_layout() {
        let mut raw = Raw::default();
        let layout = GlanceLayout { delimiter: b',', ..GlanceLayout::default() };
        raw.begin(&layout);
        raw.keep(b"1,Aspirin", Known::Checked);
        raw.keep(b"1,Aspirin,", Known::Unresolved);
        raw.keep(b"", Known::Watched(7));
        assert_eq!(raw.known(b"1,Aspirin"), Some(Known::Checked));
        assert_eq!(raw.known(b"1,Aspirin,"), Some(Known::Unresolved));
        assert_eq!(raw.known(b""), Some(Known::Watched(7)));
        for other in [&b"1,Aspiri"[..], b"1,aspirin", b"1,Aspirin,,"] {
            assert_eq!(raw.known(other), None, "{other:?}");
        }
        raw.begin(&layout);
        assert_eq!(raw.known(b"1,Aspirin"), Some(Known::Checked));
        raw.begin(&GlanceLayout { order: Some(DateOrder::Dmy), ..layout });
        assert_eq!(raw.known(b"1,Aspirin"), None);
    }

    #[test]
    fn many_identities_are_forgotten_and_none_is_mistaken() {
        let mut raw = Raw::default();
        raw.begin(&GlanceLayout { delimiter: b';', ..GlanceLayout::default() });
        let known = |n: u32| if n.is_multiple_of(3) { Known::Checked } else { Known::Watched(n) };
        let mut remembered = 0;
        for n in 0..200_000u32 {
            raw.keep(format!("drug number {n}").as_bytes(), known(n));
            let earlier = n / 2;
            let found = raw.known(format!("drug number {earlier}").as_bytes());
            assert!(found.is_none_or(|found| found == known(earlier)));
            remembered += u32::from(found.is_some());
            assert!(raw.texts.len() <= LONGEST + 100);
        }
        assert!(remembered > 1000);
    }
}
