//! The first look at all rows: counts, and how dates are written.

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
    /// A survey by a plan.
    ///
    /// # Errors
    /// When the columns are not those of a prescription export, or the engine is not that of the plan.
    pub fn new(engine: &Engine, plan: &Plan) -> Result<Self, ClusterError> {
        let reader = plan.reader(engine, Counter::PREVIEW_FIELDS)?;
        let seen = Seen { scout: reader.scout(), ..Seen::default() };
        let counter = Collector::new(Arc::new(Collection::new(engine)));
        Ok(Self { reader, counter, cells: BatchCells::default(), seen })
    }

    /// Looks at the rows of a batch of the wanted columns.
    ///
    /// # Errors
    /// When there are too few columns.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<(), ClusterError> {
        let Self { reader, counter, cells, seen } = self;
        let (columns, late) = (wanted(reader, batch)?, &reader.wanted().late);
        cells.with(batch.num_rows(), columns, late, |batch| {
            reader.read(batch, |row| RowKey(row as u128), counter, &mut seen.scout);
        });
        seen.count(&mut counter.collected);
        // What is kept of a record is of no use here.
        counter.collected = Default::default();
        Ok(())
    }

    /// What was seen.
    pub fn finish(self) -> Seen {
        self.seen
    }
}
