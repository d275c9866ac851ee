//! The first pass over all rows: counts, and how dates are written.

use std::sync::Arc;

use arrow_array::RecordBatch;

use super::{ClusterError, Plan, Seen, wanted};
use crate::columns::BatchCells;
use rxlint_engine::collect::{Collection, Collector};
use rxlint_engine::engine::Engine;
use rxlint_input::columnar::TableReader;
use rxlint_model::place::RowKey;
use rxlint_model::sink::RecordSink;

type Counter = Collector<Arc<Collection>>;

/// Counts the rows of a part of the data, in any order. It keeps none.
#[derive(Debug)]
pub struct Survey {
    reader: TableReader,
    counter: Counter,
    cells: BatchCells,
    seen: Seen,
}

impl Survey {
    /// A survey for a plan.
    ///
    /// # Errors
    /// If the columns are not those of a prescription export, or the engine is not the plan's.
    pub fn new(engine: &Engine, plan: &Plan) -> Result<Self, ClusterError> {
        let reader = plan.reader(engine, Counter::PREVIEW_FIELDS)?;
        let seen = Seen { scout: reader.scout(), ..Seen::default() };
        let counter = Collector::new(Arc::new(Collection::new(engine)));
        Ok(Self { reader, counter, cells: BatchCells::default(), seen })
    }

    /// Surveys the rows of a batch of the wanted columns.
    ///
    /// # Errors
    /// If there are too few columns.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<(), ClusterError> {
        let Self { reader, counter, cells, seen } = self;
        let (columns, late) = (wanted(reader, batch)?, &reader.wanted().late);
        cells.with(batch.num_rows(), columns, late, |batch| {
            reader.read(batch, |row| RowKey(row as u128), counter, &mut seen.scout);
        });
        seen.count(&mut counter.collected);
        // What is kept of records is not needed here.
        counter.collected = Default::default();
        Ok(())
    }

    /// What was seen.
    pub fn finish(self) -> Seen {
        self.seen
    }
}
