//! One pass over the rows: the cut runs ahead on this thread, blocks are read on all of them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::block::{self, Tally};
use super::cut::{Block, Cutter};
use super::order::Evidence;
use super::{Orders, Table};
use crate::input::Intake;
use crate::input::error::InputError;
use crate::input::source::Source;

/// What the blocks have become so far.
struct Done<I> {
    intakes: Mutex<Vec<(usize, I, Tally)>>,
    /// Memory of blocks that are done with.
    spare: Mutex<Vec<Vec<u8>>>,
    /// Blocks that are cut and not yet read.
    waiting: AtomicUsize,
}

impl Table {
    /// Reads every row with these orders. The intakes come back in the order of the file, whatever the threads did, and
    /// with them what the watched dates tell.
    pub(super) fn pass<I: Intake>(
        &self,
        source: &Source,
        make: &(dyn Fn() -> I + Sync),
        orders: &Orders,
    ) -> Result<(Vec<I>, Vec<Evidence>), InputError> {
        let reader = source.reader()?;
        let mut cutter = Cutter::new(&reader, self.data, self.shape.delimiter);
        let done = Done { intakes: Mutex::default(), spare: Mutex::default(), waiting: AtomicUsize::new(0) };
        let read = |index: usize, block: Block| {
            let mut intake = make();
            let tally = block::read(&self.shape, &block, orders, &self.watched, &mut intake);
            lock(&done.intakes).push((index, intake, tally));
            lock(&done.spare).push(block.into_buffer());
        };
        let (read, done) = (&read, &done);
        let most = 2 * rayon::current_num_threads();
        rayon::in_place_scope(|scope| {
            for index in 0.. {
                let spare = lock(&done.spare).pop();
                let Some(block) = cutter.next(spare)? else { break };
                // Memory is bounded by the blocks in flight. Where they are enough, this thread lends a hand rather
                // than wait, which also keeps a pool of one thread from waiting for itself.
                if done.waiting.load(Ordering::Acquire) >= most {
                    read(index, block);
                    continue;
                }
                done.waiting.fetch_add(1, Ordering::AcqRel);
                scope.spawn(move |_| {
                    read(index, block);
                    done.waiting.fetch_sub(1, Ordering::AcqRel);
                });
            }
            Ok(())
        })?;
        source.still_the_same()?;

        let mut blocks = std::mem::take(&mut *lock(&done.intakes));
        blocks.sort_unstable_by_key(|(index, ..)| *index);
        let (mut records, mut lines, mut evidence) = (0u32, self.lines, self.watched.evidence());
        let mut intakes = Vec::with_capacity(blocks.len());
        for (_, mut intake, tally) in blocks {
            intake.shift(records, lines);
            evidence.iter_mut().zip(&tally.evidence).for_each(|(all, block)| all.add(block, lines));
            records = records.saturating_add(tally.records);
            lines = lines.saturating_add(tally.lines);
            intakes.push(intake);
        }
        Ok((intakes, evidence))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
