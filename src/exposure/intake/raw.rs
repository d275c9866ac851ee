//! What a reader remembers of rows by their bytes: identities, status words and dates that came before.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::known::Known;
use crate::day::Day;
use crate::input::date;
use crate::input::glance::GlanceLayout;

/// How many identities and dates are remembered: each has one place, where it takes that of another.
const IDENTITIES: usize = 1 << 12;
const DAYS: usize = 1 << 10;

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
    /// Status cells, and whether a record with them makes an exposure.
    words: Vec<(Box<[u8]>, bool)>,
    days: Vec<DaySlot>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u64,
    /// Where its text stands among the texts; one without any is empty.
    start: u32,
    end: u32,
    known: Known,
}

#[derive(Clone, Copy, Debug)]
struct DaySlot {
    /// The text's first and last eight bytes, which are all of it.
    first: u64,
    last: u64,
    /// No bytes where the place is empty.
    len: u32,
    day: i32,
}

impl Raw {
    /// Begins a block whose cells come from there.
    pub(super) fn begin(&mut self, layout: &GlanceLayout) {
        if self.layout != *layout || self.identities.is_empty() {
            *self = Self {
                layout: layout.clone(),
                identities: vec![Slot { hash: 0, start: 0, end: 0, known: Known::Unresolved }; IDENTITIES],
                days: vec![DaySlot { first: 0, last: 0, len: 0, day: 0 }; DAYS],
                ..Self::default()
            };
        }
    }

    /// What an identity came to, where that is remembered.
    #[inline]
    pub(super) fn known(&self, identity: &[&[u8]]) -> Option<Known> {
        let hash = hash(identity);
        let slot = self.identities.get(place(hash, IDENTITIES))?;
        if slot.hash != hash {
            return None;
        }
        let mut text = self.texts.get(slot.start as usize..slot.end as usize)?;
        for piece in identity {
            let (this, left) = text.split_at_checked(piece.len())?;
            if this != *piece || left.first() != Some(&self.layout.delimiter) {
                return None;
            }
            text = &left[1..];
        }
        text.is_empty().then_some(slot.known)
    }

    /// Remembers what an identity came to.
    pub(super) fn keep(&mut self, identity: &[&[u8]], known: Known) {
        if self.texts.len() > LONGEST {
            self.texts.clear();
            self.identities.fill(Slot { hash: 0, start: 0, end: 0, known });
        }
        let start = self.texts.len() as u32;
        for piece in identity {
            // As in a row, so that the same bytes are the same cells.
            self.texts.extend_from_slice(piece);
            self.texts.push(self.layout.delimiter);
        }
        let hash = hash(identity);
        if let Some(slot) = self.identities.get_mut(place(hash, IDENTITIES)) {
            *slot = Slot { hash, start, end: self.texts.len() as u32, known };
        }
    }

    /// Whether a record with that status cell makes an exposure, where that is remembered.
    #[inline]
    pub(super) fn is_active(&self, status: &[u8]) -> Option<bool> {
        self.words.iter().find(|(word, _)| **word == *status).map(|(_, is_active)| *is_active)
    }

    /// Remembers whether a record with that status cell makes an exposure.
    pub(super) fn keep_word(&mut self, status: &[u8], is_active: bool) {
        if self.words.len() < WORDS && self.is_active(status).is_none() {
            self.words.push((status.into(), is_active));
        }
    }

    /// The day that a text states, if it states one.
    #[inline]
    pub(super) fn day(&mut self, text: &[u8]) -> Option<Day> {
        let (Some(first), Some(last), ..=16) = (text.first_chunk(), text.last_chunk(), text.len()) else {
            return date::parse(text, self.layout.order).ok();
        };
        let (first, last, len) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last), text.len() as u32);
        let slot = self.days.get_mut(place((first ^ last.rotate_left(20)).wrapping_mul(0x9E37_79B9_7F4A_7C15), DAYS))?;
        if (slot.first, slot.last, slot.len) != (first, last, len) {
            let day = date::parse(text, self.layout.order).ok()?.0;
            *slot = DaySlot { first, last, len, day };
        }
        Some(Day(slot.day))
    }
}

#[inline]
fn hash(identity: &[&[u8]]) -> u64 {
    let mut hasher = FxHasher::default();
    identity.iter().for_each(|piece| hasher.write(piece));
    hasher.finish()
}

/// One of so many places, by a hash's upper bits.
#[inline]
fn place(hash: u64, places: usize) -> usize {
    (hash >> (64 - places.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::DateOrder;

    #[test]
    fn identities_are_told_apart_by_every_byte_and_by_layout() {
        let mut raw = Raw::default();
        let layout = GlanceLayout { delimiter: b',', ..GlanceLayout::default() };
        raw.begin(&layout);
        raw.keep(&[b"1,Aspirin"], Known::Checked);
        raw.keep(&[b"1", b"Aspirin"], Known::Unresolved);
        raw.keep(&[b""], Known::Watched(7));
        assert_eq!(raw.known(&[b"1,Aspirin"]), Some(Known::Checked));
        assert_eq!(raw.known(&[b"1", b"Aspirin"]), Some(Known::Unresolved));
        assert_eq!(raw.known(&[b""]), Some(Known::Watched(7)));
        for other in [&[&b"1,Aspiri"[..]][..], &[b"1,aspirin"], &[b"1", b"Aspirin", b""]] {
            assert_eq!(raw.known(other), None, "{other:?}");
        }
        raw.begin(&layout);
        assert_eq!(raw.known(&[b"1,Aspirin"]), Some(Known::Checked));
        raw.begin(&GlanceLayout { order: Some(DateOrder::Dmy), ..layout });
        assert_eq!(raw.known(&[b"1,Aspirin"]), None);
    }

    #[test]
    fn many_identities_are_forgotten_and_none_is_mistaken() {
        let mut raw = Raw::default();
        raw.begin(&GlanceLayout { delimiter: b';', ..GlanceLayout::default() });
        let known = |n: u32| if n.is_multiple_of(3) { Known::Checked } else { Known::Watched(n) };
        let mut remembered = 0;
        for n in 0..200_000u32 {
            raw.keep(&[format!("drug number {n}").as_bytes()], known(n));
            let earlier = n / 2;
            let found = raw.known(&[format!("drug number {earlier}").as_bytes()]);
            assert!(found.is_none_or(|found| found == known(earlier)));
            remembered += u32::from(found.is_some());
            assert!(raw.texts.len() <= LONGEST + 100);
        }
        assert!(remembered > 1000);
    }

    #[test]
    fn days_are_those_that_the_parser_reads() {
        let mut raw = Raw::default();
        raw.begin(&GlanceLayout { order: Some(DateOrder::Dmy), ..GlanceLayout::default() });
        let texts = (1..2000).map(|n| format!("{}-{:02}-{:02}", 1900 + n % 130, n % 14, n % 33));
        let others = ["20250102", "3/4/2025", "2025-01-02T10:00:00Z", "13.4.2019", "2025-01-0", "2025-01-02 ", "tomorrow", ""];
        let texts: Vec<String> = texts.chain(others.map(str::to_owned)).collect();
        for text in texts.iter().chain(&texts) {
            assert_eq!(raw.day(text.as_bytes()), date::parse(text.as_bytes(), Some(DateOrder::Dmy)).ok(), "{text}");
        }
    }
}
