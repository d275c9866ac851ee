//! Numbers for the texts that recur from dictionary to dictionary, so that the verdict on each is known by its number.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::cells::Cells;

/// After this many texts, further ones get no number.
const MOST: usize = 1 << 18;

/// The numbers of the texts of one table, shared by all its readers.
#[derive(Debug)]
pub(crate) struct Numbers {
    id: u64,
    texts: Mutex<FxHashMap<Box<[u8]>, u32>>,
}

impl Default for Numbers {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), texts: Mutex::default() }
    }
}

impl Numbers {
    /// What distinguishes these numbers from those of another table.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    fn of(&self, texts: &[&[u8]]) -> Vec<Option<u32>> {
        let mut known = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut number = |text: &&[u8]| {
            if let Some(number) = known.get(*text) {
                return Some(*number);
            }
            let number = u32::try_from(known.len()).ok().filter(|_| known.len() < MOST)?;
            known.insert((*text).into(), number);
            Some(number)
        };
        texts.iter().map(&mut number).collect()
    }
}

/// The numbers of the dictionaries that are in use, by column.
#[derive(Debug)]
pub(super) struct EntryNumbers<'n> {
    numbers: &'n Numbers,
    columns: BTreeMap<usize, (u64, Vec<Option<u32>>)>,
}

/// The prefix of a number, and of a text.
const NUMBER: u8 = 1;
const TEXT: u8 = 0;

impl<'n> EntryNumbers<'n> {
    pub(super) fn of(numbers: &'n Numbers) -> Self {
        Self { numbers, columns: BTreeMap::new() }
    }

    /// Appends the identity of a cell: its number, or else its text.
    #[inline]
    pub(super) fn append(
        &mut self,
        column: usize,
        cells: &Cells<'_>,
        row: usize,
        to: &mut Vec<u8>,
    ) -> Option<()> {
        if let Cells::Entries { keys, texts, generation } = cells {
            let known = self.columns.entry(column).or_default();
            if known.0 != *generation {
                *known = (*generation, self.numbers.of(texts));
            }
            let key = *keys.get(row)? as usize;
            match known.1.get(key) {
                None => {
                    to.push(NUMBER);
                    return Some(());
                }
                Some(Some(number)) => {
                    to.push(NUMBER);
                    to.extend_from_slice(&number.to_le_bytes());
                    return Some(());
                }
                Some(None) => {}
            }
        }
        let text = cells.text(row)?;
        to.push(TEXT);
        to.extend_from_slice(&(text.len() as u32).to_le_bytes());
        to.extend_from_slice(text);
        Some(())
    }
}
