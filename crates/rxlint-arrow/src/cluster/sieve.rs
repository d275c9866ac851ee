//! The rows that a finding can depend on.

use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::{ArrayRef, RecordBatch, UInt32Array};
use arrow_schema::{DataType, Field as Column, Schema};

use super::{ClusterError, KEY, Plan, wanted};
use crate::columns::BatchCells;
use rxlint_engine::collect::{Collection, Collector};
use rxlint_engine::engine::Engine;
use rxlint_input::columnar::{Scout, TableReader};
use rxlint_model::fast_path::{FastLayout, FastOutcome, FastRow};
use rxlint_model::finding::PatientKey;
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record};
use rxlint_model::sink::RecordSink;

/// Keeps the rows that a finding can depend on: those about watched drugs, reversals, and other facts about persons.
#[derive(Debug)]
pub struct Sieve {
    reader: TableReader,
    sink: SieveSink,
    cells: BatchCells,
}

#[derive(Debug)]
struct SieveSink {
    collector: Collector<Arc<Collection>>,
    left: Vec<(u32, PatientKey)>,
}

impl Sieve {
    /// A sieve for a settled plan.
    ///
    /// # Errors
    /// As [`super::Survey::new`].
    pub fn new(engine: &Engine, plan: &Plan) -> Result<Self, ClusterError> {
        let reader = plan.reader(engine, SieveSink::PREVIEW_FIELDS)?;
        let collector = Collector::new(Arc::new(Collection::new(engine)));
        let sink = SieveSink { collector, left: Vec::new() };
        Ok(Self { reader, sink, cells: BatchCells::default() })
    }

    /// The remaining rows of a batch, with the column [`KEY`] after the others. The wanted columns come first; anything after them, such as a
    /// sequence, is passed on.
    ///
    /// # Errors
    /// If there are too few columns.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<RecordBatch, ClusterError> {
        let Self { reader, sink, cells } = self;
        let (columns, late) = (wanted(reader, batch)?, &reader.wanted().late);
        sink.left.clear();
        cells.with(batch.num_rows(), columns, late, |batch| {
            let mut seen = Scout::default();
            reader.read(batch, |row| RowKey(row as u128), sink, &mut seen);
        });
        sink.collector.collected = Default::default();
        let rows = UInt32Array::from_iter_values(sink.left.iter().map(|(row, _)| *row));
        let mut keys = BinaryBuilder::with_capacity(sink.left.len(), 16 * sink.left.len());
        for (_, PatientKey([high, low])) in &sink.left {
            keys.append_value([high.to_be_bytes(), low.to_be_bytes()].concat());
        }
        let take = |column: &ArrayRef| arrow_select::take::take(column.as_ref(), &rows, None);
        let mut columns = batch.columns().iter().map(take).collect::<Result<Vec<_>, _>>()?;
        columns.push(Arc::new(keys.finish()));
        let mut fields = batch.schema().fields().to_vec();
        fields.push(Arc::new(Column::new(KEY, DataType::Binary, true)));
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }
}

impl SieveSink {
    fn leave(&mut self, record: &Record<'_>) {
        if self.collector.preview(record) {
            let row = u32::try_from(record.key.0).unwrap_or(u32::MAX);
            self.left.push((row, PatientKey::new(&record.string(Field::Patient), "")));
        }
    }
}

impl RecordSink for SieveSink {
    const PREVIEW_FIELDS: &'static [Field] = Collector::<Arc<Collection>>::PREVIEW_FIELDS;

    fn record(&mut self, record: &Record<'_>) {
        self.leave(record);
    }

    fn preview(&mut self, record: &Record<'_>) -> bool {
        self.leave(record);
        false
    }

    fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {}

    fn shift(&mut self, _: RowKey) {}

    fn begin_fast_path(&mut self, layout: &FastLayout) -> bool {
        self.collector.begin_fast_path(layout)
    }

    fn try_fast_path(&mut self, row: &FastRow<'_>) -> FastOutcome {
        self.collector.try_fast_path(row)
    }

    fn learn_fast_path(&mut self, row: &FastRow<'_>, record: &Record<'_>) {
        self.collector.learn_fast_path(row, record);
    }
}
