//! One pass over the rows: the cut runs ahead on this thread, blocks are read on all of them.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::block::{self, Tally};
use super::cut::{Block, Cutter};
use super::order::Evidence;
use super::{Reading, Table};
use crate::blocks::lock;
use crate::error::InputError;
use crate::source::Source;
use rxlint_model::place::Place;
use rxlint_model::sink::RecordSink;

/// What the blocks have become so far.
struct Done<I> {
    joined: Mutex<Joined<I>>,
    /// Memory of blocks that are done with.
    spare: Mutex<Vec<Vec<u8>>>,
    /// Blocks that are cut and not yet read.
    waiting: AtomicUsize,
}

/// The blocks that follow each other without a gap from the first one on, and those that are still to be joined.
struct Joined<I> {
    intakes: Vec<I>,
    /// How many blocks were joined, and the records and lines in them.
    blocks: usize,
    records: u32,
    lines: u32,
    evidence: Vec<Evidence>,
    early: BTreeMap<usize, (I, Tally)>,
}

impl<I: RecordSink> Joined<I> {
    fn new(table: &Table) -> Self {
        Self {
            intakes: Vec::new(),
            blocks: 0,
            records: 0,
            lines: table.lines,
            evidence: table.watched.evidence(),
            early: BTreeMap::new(),
        }
    }

    /// Joins a block, and those that waited for it. Done while reading, so that what the blocks hold is held once.
    fn join(&mut self, index: usize, intake: I, tally: Tally) {
        self.early.insert(index, (intake, tally));
        while let Some((mut intake, tally)) = self.early.remove(&self.blocks) {
            intake.shift(Place::before(self.records, self.lines));
            self.evidence
                .iter_mut()
                .zip(&tally.evidence)
                .for_each(|(all, block)| all.add(block, self.lines));
            self.records = self.records.saturating_add(tally.records);
            self.lines = self.lines.saturating_add(tally.lines);
            self.blocks += 1;
            let apart = match self.intakes.last_mut() {
                Some(earlier) => earlier.absorb(intake),
                None => Some(intake),
            };
            self.intakes.extend(apart);
        }
    }
}

impl Table {
    /// Reads every row so. The intakes come back in the order of the file, whatever the threads did, and
    /// with them what the watched dates tell.
    pub(super) fn pass<I: RecordSink>(
        &self,
        source: &Source,
        make: &(dyn Fn() -> I + Sync),
        reading: &Reading,
    ) -> Result<(Vec<I>, Vec<Evidence>), InputError> {
        let reader = source.reader()?;
        let mut cutter = Cutter::new(&reader, self.data, self.shape.delimiter);
        let done = Done {
            joined: Mutex::new(Joined::new(self)),
            spare: Mutex::default(),
            waiting: AtomicUsize::new(0),
        };
        let read = |index: usize, block: Block| {
            let mut intake = make();
            let tally = block::read(&self.shape, &block, reading, &self.watched, &mut intake);
            intake.end();
            self.passed.fetch_add(block.bytes().len() as u64, Ordering::Relaxed);
            lock(&done.joined).join(index, intake, tally);
            lock(&done.spare).push(block.into_buffer());
        };
        let (read, done) = (&read, &done);
        let most = rayon::current_num_threads() + 2;
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
        let mut joined = lock(&done.joined);
        Ok((std::mem::take(&mut joined.intakes), std::mem::take(&mut joined.evidence)))
    }
}
