//! Reads the rows of a table that a caller hands over batch by batch.

use super::Wanted;
use super::cells::CellBatch;
use super::identity::Numbers;
use super::reread::write_cell;
use super::rows::{RowPlan, RowReader};
use super::scout::Scout;
use crate::csv::reading::Reading;
use crate::csv::reread::of_line;
use crate::csv::table::CsvTable;
use crate::error::InputError;
use crate::layout::ColumnUse;
use crate::options::InputOptions;
use rxlint_model::place::RowKey;
use rxlint_model::record::Field;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

/// A table whose columns are understood, for rows that are handed over batch by batch: in a notebook, on a worker of a cluster. It has no file; a
/// [`Scout`] goes ahead and sees how dates are written.
#[derive(Debug)]
pub struct TableReader {
    pub(super) name: String,
    pub(super) table: CsvTable,
    pub(super) reading: Reading,
    pub(super) numbers: Numbers,
    plan: RowPlan,
    wanted: Wanted,
}

impl TableReader {
    /// How many first rows are used to understand columns whose headers say nothing.
    pub const SAMPLE: usize = 500;

    /// Understands the columns by their headers and, if those say nothing, by the first rows. `name` stands for the table in errors; `file` is its
    /// number among the inputs of the run.
    ///
    /// # Errors
    /// When they are not those of a prescription export.
    pub fn open(
        name: &str,
        file: u32,
        headers: Vec<String>,
        sample: Vec<Vec<Vec<u8>>>,
        options: &InputOptions,
        previewed: &[Field],
    ) -> Result<Self, InputError> {
        let table = CsvTable::of_columns(name, file, headers, sample, options)?;
        Ok(Self::of(name, table, previewed))
    }

    fn of(name: &str, table: CsvTable, previewed: &[Field]) -> Self {
        let (name, reading) = (name.to_owned(), table.reading.clone());
        let (numbers, plan, wanted) = (Numbers::default(), RowPlan::none(), Wanted::default());
        let mut reader = Self { name, table, reading, numbers, plan, wanted };
        reader.plan(previewed);
        reader
    }

    /// The same reader, for a sink that previews these fields.
    pub(super) fn previewing(&self, previewed: &[Field]) -> Self {
        Self::of(&self.name, self.table.clone(), previewed)
    }

    /// What each column was taken for.
    pub fn columns(&self) -> Vec<ColumnUse> {
        self.table.layout.uses()
    }

    /// The columns that [`TableReader::read`] needs, in order.
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// A scout that has seen nothing yet.
    pub fn scout(&self) -> Scout {
        Scout { dates: self.table.watched.evidence() }
    }

    /// Decides how dates are written, by what was seen of all rows. `true` if they have to be read again.
    ///
    /// # Errors
    /// When the order of day and month cannot be determined.
    pub fn settle(&mut self, seen: &Scout, previewed: &[Field]) -> Result<bool, InputError> {
        let reading = self.table.settle(&self.name, &seen.dates)?;
        let changed = reading != self.reading;
        self.reading = reading;
        self.plan(previewed);
        Ok(changed)
    }

    /// Reads a batch of the wanted columns into a sink, each row under its own key.
    pub fn read<S: RecordSink>(
        &self,
        batch: &CellBatch<'_>,
        key: impl Fn(usize) -> RowKey,
        sink: &mut S,
        seen: &mut Scout,
    ) {
        let mut rows = self.rows();
        rows.read(batch, key, sink);
        seen.merge(&Scout { dates: rows.evidence });
    }

    /// The content of a row of a batch of the wanted columns, to show it: written as a row of a table in text form.
    pub fn record_text(&self, batch: &CellBatch<'_>, row: usize) -> Option<RecordText> {
        let mut line = Vec::new();
        for column in 0..self.table.shape.width {
            if column > 0 {
                line.push(b',');
            }
            if let Ok(at) = self.wanted.columns.binary_search(&column) {
                write_cell(&batch.columns.get(at)?.to_vec(row), &mut line);
            }
        }
        of_line(&self.table, &line, 0)
    }

    pub(super) fn rows(&self) -> RowReader<'_> {
        RowReader::new(self, &self.plan, &self.numbers)
    }

    fn plan(&mut self, previewed: &[Field]) {
        let shape = &self.table.shape;
        let served = shape.columns.iter().map(|(column, _)| *column);
        let joined = shape.joined.iter().flat_map(|joined| joined.columns.iter().copied());
        // Totals are recognised by the first column.
        let mut columns: Vec<usize> = served.chain(joined).chain([0]).collect();
        columns.sort_unstable();
        columns.dedup();
        let position = |column: usize| columns.binary_search(&column).unwrap_or_default();
        let plan = RowPlan::of(self, previewed, position);
        let late = (0..columns.len()).map(|at| plan.is_late(at)).collect();
        self.plan = plan;
        self.wanted = Wanted { columns, late };
    }
}
