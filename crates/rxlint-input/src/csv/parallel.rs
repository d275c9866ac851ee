//! One pass over the rows: the cut runs ahead on this thread, blocks are read on all threads.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::block::{self, CsvBlockCounts};
use super::cut::{CsvBlock, CsvCutter};
use super::order::OrderEvidence;
use super::reading::Reading;
use super::table::CsvTable;
use crate::blocks::lock;
use crate::error::InputError;
use crate::progress::ReadProgress;
use crate::source::InputSource;
use rxlint_model::place::Place;
use rxlint_model::sink::RecordSink;

/// The results of the blocks so far.
struct Done<I> {
    joined: Mutex<Joined<I>>,
    /// Memory of finished blocks.
    spare: Mutex<Vec<Vec<u8>>>,
    /// Blocks that are cut and not yet read.
    waiting: AtomicUsize,
}

/// The blocks that follow each other without a gap from the first on, and those still to be joined.
struct Joined<I> {
    sinks: Vec<I>,
    /// How many blocks were joined, and the records and lines in them.
    blocks: usize,
    records: u32,
    lines: u32,
    evidence: Vec<OrderEvidence>,
    early: BTreeMap<usize, (I, CsvBlockCounts)>,
}

impl<I: RecordSink> Joined<I> {
    fn new(table: &CsvTable) -> Self {
        Self {
            sinks: Vec::new(),
            blocks: 0,
            records: 0,
            lines: table.lines,
            evidence: table.watched.evidence(),
            early: BTreeMap::new(),
        }
    }

    /// Joins a block, and those that waited for it. Done while reading, so that nothing is held twice.
    fn join(&mut self, index: usize, sink: I, tally: CsvBlockCounts) {
        self.early.insert(index, (sink, tally));
        while let Some((mut sink, tally)) = self.early.remove(&self.blocks) {
            sink.shift(Place::before(self.records, self.lines));
            self.evidence
                .iter_mut()
                .zip(&tally.evidence)
                .for_each(|(all, block)| all.add(block, self.lines));
            self.records = self.records.saturating_add(tally.records);
            self.lines = self.lines.saturating_add(tally.lines);
            self.blocks += 1;
            let apart = match self.sinks.last_mut() {
                Some(earlier) => earlier.absorb(sink),
                None => Some(sink),
            };
            self.sinks.extend(apart);
        }
    }
}

/// Reads every row: one sink for each block, in the order of the file.
///
/// # Errors
/// When the file cannot be read or changes meanwhile, or the order of day and month cannot be
/// determined.
pub(super) fn read<I: RecordSink>(
    table: &CsvTable,
    source: &InputSource,
    make: &(dyn Fn() -> I + Sync),
    progress: &ReadProgress,
) -> Result<Vec<I>, InputError> {
    let (sinks, evidence) = pass(table, source, make, &table.reading, progress)?;
    let reading = table.settle(source.name(), &evidence)?;
    if reading == table.reading {
        return Ok(sinks);
    }
    drop(sinks);
    pass(table, source, make, &reading, progress).map(|(sinks, _)| sinks)
}

/// Reads every row this way. The sinks come back in the order of the file, whatever the threads did, with what the watched dates show.
fn pass<I: RecordSink>(
    table: &CsvTable,
    source: &InputSource,
    make: &(dyn Fn() -> I + Sync),
    reading: &Reading,
    progress: &ReadProgress,
) -> Result<(Vec<I>, Vec<OrderEvidence>), InputError> {
    let reader = source.reader()?;
    let mut cutter = CsvCutter::new(&reader, table.data, table.shape.delimiter);
    let done = Done {
        joined: Mutex::new(Joined::new(table)),
        spare: Mutex::default(),
        waiting: AtomicUsize::new(0),
    };
    let read = |index: usize, block: CsvBlock| {
        let mut sink = make();
        let tally = block::read(&table.shape, &block, reading, &table.watched, &mut sink);
        sink.end();
        progress.reached(block.offset + block.bytes().len() as u64);
        lock(&done.joined).join(index, sink, tally);
        lock(&done.spare).push(block.into_buffer());
    };
    let (read, done) = (&read, &done);
    let most = rayon::current_num_threads() + 2;
    rayon::in_place_scope(|scope| {
        for index in 0.. {
            let spare = lock(&done.spare).pop();
            let Some(block) = cutter.next(spare)? else { break };
            // Memory is limited by the blocks in flight. When there are enough, this thread reads one itself instead of waiting, so that a pool of
            // one thread cannot wait for itself.
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
    Ok((std::mem::take(&mut joined.sinks), std::mem::take(&mut joined.evidence)))
}
