//! Inputs cut into blocks of whole messages, read in parallel and handed back in order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::InputError;
use super::source::{InputSource, SourceReader};
use rxlint_model::place::Place;

/// The size of a block, in bytes.
const BLOCK: usize = 2 << 20;

/// A message longer than this is cut in two, and the second half cannot be read.
pub(super) const LONGEST: usize = 64 << 20;

/// Cuts blocks with `next` on this thread and reads them with `read` on all of them. Memory is limited by the blocks in flight: when there are
/// enough, this thread reads one itself instead of waiting, so that a pool of one thread cannot wait for itself.
pub(super) fn read_all<B: Send, T: Send>(
    mut next: impl FnMut() -> Result<Option<B>, InputError>,
    read: impl Fn(B) -> T + Sync,
) -> Result<Vec<T>, InputError> {
    let done: Mutex<Vec<(usize, T)>> = Mutex::default();
    let waiting = AtomicUsize::new(0);
    let most = 2 * rayon::current_num_threads();
    let (read, done_ref, waiting) = (&read, &done, &waiting);
    rayon::in_place_scope(|scope| {
        for index in 0.. {
            let Some(block) = next()? else { break };
            if waiting.load(Ordering::Acquire) >= most {
                let result = read(block);
                lock(done_ref).push((index, result));
                continue;
            }
            waiting.fetch_add(1, Ordering::AcqRel);
            scope.spawn(move |_| {
                let result = read(block);
                lock(done_ref).push((index, result));
                waiting.fetch_sub(1, Ordering::AcqRel);
            });
        }
        Ok(())
    })?;
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// Locks, even if another thread has panicked while it held the lock.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A piece of the input that begins where a message does.
pub(super) struct MessageBlock {
    pub(super) bytes: Vec<u8>,
    /// Where it is in the input.
    pub(super) offset: u64,
}

/// Cuts an input into blocks.
pub(super) struct MessageCutter<'r, F> {
    reader: &'r SourceReader<'r>,
    offset: u64,
    carry: Vec<u8>,
    last: F,
}

impl<'r, F: Fn(&[u8]) -> Option<usize>> MessageCutter<'r, F> {
    /// Begins at `start`. `last` finds where the last message of a piece begins.
    pub(super) fn new(reader: &'r SourceReader<'r>, start: u64, last: F) -> Self {
        Self { reader, offset: start, carry: Vec::new(), last }
    }

    /// The next block, in spare memory if there is some.
    pub(super) fn next(
        &mut self,
        spare: Option<Vec<u8>>,
    ) -> Result<Option<MessageBlock>, InputError> {
        // Spare memory is overwritten: blanking it first would cost as much as the reading.
        let mut bytes = spare.unwrap_or_default();
        let mut filled = self.carry.len();
        bytes.resize(bytes.len().max(filled + BLOCK), 0);
        bytes[..filled].copy_from_slice(&self.carry);
        let offset = self.offset - filled as u64;
        self.carry.clear();
        let end = loop {
            bytes.resize(bytes.len().max(filled + BLOCK), 0);
            let got = self.reader.fill(&mut bytes[filled..filled + BLOCK], self.offset)?;
            filled += got;
            self.offset += got as u64;
            if got < BLOCK {
                break filled;
            }
            if let Some(cut) = (self.last)(&bytes[..filled]).filter(|&cut| cut > 0) {
                self.carry.extend_from_slice(&bytes[cut..filled]);
                break cut;
            }
            if filled >= LONGEST {
                break filled;
            }
        };
        bytes.truncate(end);
        Ok((!bytes.is_empty()).then_some(MessageBlock { bytes, offset }))
    }
}

/// The message around a place, and where the place is in it. `last` finds where the last message of a piece begins, `next` where the next one does,
/// from a place on.
pub(super) fn whole_message(
    source: &InputSource,
    place: Place,
    last: impl Fn(&[u8]) -> Option<usize>,
    next: impl Fn(&[u8], usize) -> Option<usize>,
) -> Result<(Vec<u8>, usize), InputError> {
    let reader = source.reader()?;
    let (mut before, mut behind) = (8 << 10, 8 << 10);
    loop {
        let from = place.offset.saturating_sub(before).max(source.start());
        let at = (place.offset.saturating_sub(from)) as usize;
        let mut bytes = reader.bytes(from, at + behind)?;
        let is_whole_behind = reader.ends_at(from + bytes.len() as u64)?;
        let head = &bytes[..at.min(bytes.len())];
        // If the window begins in the middle of the input, its first byte may not begin a line.
        let start = last(head).filter(|&start| start > 0 || from == source.start());
        let end = next(&bytes, (at + 1).min(bytes.len()));
        let can_grow_before =
            start.is_none() && from > source.start() && before <= 2 * LONGEST as u64;
        let can_grow_behind = end.is_none() && !is_whole_behind && behind <= 2 * LONGEST;
        if can_grow_before || can_grow_behind {
            before *= if can_grow_before { 8 } else { 1 };
            behind *= if can_grow_behind { 8 } else { 1 };
            continue;
        }
        bytes.truncate(end.unwrap_or(bytes.len()));
        let start = start.unwrap_or(0);
        bytes.drain(..start);
        return Ok((bytes, at - start));
    }
}
