//! What a reader remembers of rows by their bytes: identities and status words that it has seen
//! before.

use super::seen::{SeenTexts, VALUES};
use super::text::short;
use super::verdict_cache::Resolution;
use crate::exposure::status::Status;
use rxlint_model::fast_path::FastLayout;
use rxlint_model::record::DateOrder;

/// With more identities than this, all are forgotten.
const MOST: usize = 1 << 15;

/// Stands for a verdict that is not about a watched drug; above the numbers of those that are.
const CHECKED: u16 = VALUES - 1;
const UNRESOLVED: u16 = VALUES - 2;
const NOT_TAKEN: u16 = VALUES - 3;

/// Status words beyond this many are not remembered.
const WORDS: usize = 16;

/// Passed from block to block with the rest of a reader's memo.
#[derive(Debug, Default)]
pub(super) struct RawMemo {
    layout: FastLayout,
    /// Verdicts by the text of the identity.
    identities: SeenTexts,
    words: Vec<StatusWord>,
}

/// A status cell and the status that it means.
#[derive(Debug)]
struct StatusWord {
    text: Box<[u8]>,
    short: Option<u64>,
    status: Status,
    /// The word, if it is unknown.
    unknown: Option<Box<[u8]>>,
}

impl RawMemo {
    /// Begins a block whose cells come from `layout`; says whether that differs from before.
    pub(super) fn begin(&mut self, layout: &FastLayout) -> bool {
        let is_new = self.layout != *layout;
        if is_new {
            *self = Self { layout: layout.clone(), ..Self::default() };
        }
        is_new
    }

    /// The verdict on an identity, if it is remembered.
    #[inline(always)]
    pub(super) fn known(&self, identity: &[u8]) -> Option<Resolution> {
        Some(match self.identities.get(identity)? {
            CHECKED => Resolution::Checked,
            UNRESOLVED => Resolution::Unresolved,
            NOT_TAKEN => Resolution::NotTaken,
            watched => Resolution::Watched(u32::from(watched)),
        })
    }

    /// Remembers the verdict on an identity.
    pub(super) fn keep(&mut self, identity: &[u8], known: Resolution) {
        let number = match known {
            Resolution::Checked => CHECKED,
            Resolution::Unresolved => UNRESOLVED,
            Resolution::NotTaken => NOT_TAKEN,
            // There are never that many; if there are, the rows are read as records.
            Resolution::Watched(id) if id >= u32::from(NOT_TAKEN) => return,
            Resolution::Watched(id) => id as u16,
        };
        if self.known(identity).is_some() {
            return;
        }
        if self.identities.len() >= MOST {
            self.identities.clear();
        }
        self.identities.insert(identity, number);
    }

    /// The status that this cell means, if it is remembered.
    #[inline]
    pub(super) fn status(&self, cell: &[u8]) -> Option<(Status, Option<&[u8]>)> {
        let short = short(cell);
        let is_it = |word: &&StatusWord| {
            word.text.len() == cell.len()
                && word.short == short
                && (short.is_some() || *word.text == *cell)
        };
        self.words.iter().find(is_it).map(|word| (word.status, word.unknown.as_deref()))
    }

    /// Remembers the status that this cell means, and its unknown word, if any.
    pub(super) fn keep_status(&mut self, cell: &[u8], status: Status, unknown: Option<&[u8]>) {
        if self.words.len() < WORDS && self.status(cell).is_none() {
            let unknown = unknown.map(Box::from);
            self.words.push(StatusWord { text: cell.into(), short: short(cell), status, unknown });
        }
    }

    /// The number that a claim's first version has.
    pub(super) fn first_version(&self) -> u32 {
        self.layout.first_version
    }

    /// The order of the dates on the fast path.
    #[inline]
    pub(super) fn order(&self) -> Option<DateOrder> {
        self.layout.order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_told_apart_by_every_byte_and_by_layout() {
        let mut raw = RawMemo::default();
        let layout = FastLayout { delimiter: b',', ..FastLayout::default() };
        raw.begin(&layout);
        raw.keep(b"1,Aspirin", Resolution::Checked);
        raw.keep(b"1,Aspirin,", Resolution::Unresolved);
        raw.keep(b"", Resolution::Watched(7));
        raw.keep(b"too many", Resolution::Watched(u32::from(UNRESOLVED)));
        assert_eq!(raw.known(b"too many"), None);
        assert_eq!(raw.known(b"1,Aspirin"), Some(Resolution::Checked));
        assert_eq!(raw.known(b"1,Aspirin,"), Some(Resolution::Unresolved));
        assert_eq!(raw.known(b""), Some(Resolution::Watched(7)));
        for other in [&b"1,Aspiri"[..], b"1,aspirin", b"1,Aspirin,,"] {
            assert_eq!(raw.known(other), None, "{other:?}");
        }
        raw.begin(&layout);
        assert_eq!(raw.known(b"1,Aspirin"), Some(Resolution::Checked));
        raw.begin(&FastLayout { order: Some(DateOrder::Dmy), ..layout });
        assert_eq!(raw.known(b"1,Aspirin"), None);
    }

    #[test]
    fn many_identities_are_forgotten_and_none_is_mistaken() {
        let mut raw = RawMemo::default();
        raw.begin(&FastLayout { delimiter: b';', ..FastLayout::default() });
        let known = |n: u32| {
            if n.is_multiple_of(3) { Resolution::Checked } else { Resolution::Watched(n % 60_000) }
        };
        let mut remembered = 0;
        for n in 0..200_000u32 {
            raw.keep(format!("drug number {n}").as_bytes(), known(n));
            let earlier = n / 2;
            let found = raw.known(format!("drug number {earlier}").as_bytes());
            assert!(found.is_none_or(|found| found == known(earlier)));
            remembered += u32::from(found.is_some());
            assert!(raw.identities.len() <= MOST);
        }
        assert!(remembered > 1000);
    }

    #[test]
    fn status_cells_are_told_apart_and_sixteen_remembered() {
        let mut raw = RawMemo::default();
        let words = [
            "",
            "P",
            "PAID",
            "VOID",
            "dispensed and paid",
            "dispensed and void",
            "suspended, do fill",
        ];
        let status = |n: usize| if n.is_multiple_of(2) { Status::Active } else { Status::Inactive };
        for (n, word) in words.iter().enumerate() {
            assert_eq!(raw.status(word.as_bytes()), None, "{word}");
            raw.keep_status(word.as_bytes(), status(n), None);
            // The first meaning is kept.
            raw.keep_status(word.as_bytes(), Status::Reversal, Some(b"x"));
        }
        for n in 0..20 {
            raw.keep_status(format!("status number {n}").as_bytes(), Status::Active, None);
        }
        for (n, word) in words.iter().enumerate() {
            assert_eq!(raw.status(word.as_bytes()), Some((status(n), None)), "{word}");
        }
        for other in ["Q", "PAIX", "dispensed and lost", "dispensed and paidx", "status number 9"] {
            assert_eq!(raw.status(other.as_bytes()), None, "{other}");
        }
        assert_eq!(
            (raw.words.len(), raw.status(b"status number 8")),
            (16, Some((Status::Active, None)))
        );
    }
}
