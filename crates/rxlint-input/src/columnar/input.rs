//! A file whose cells come by column, as an input of a run.

use std::sync::Arc;

use rayon::prelude::*;

use super::reread::KeptRows;
use super::{CellBatch, ColumnFormat, ColumnSource, TableReader, Wanted};
use crate::binary;
use crate::csv::describe;
use crate::csv::order::OrderEvidence;
use crate::describe::Description;
use crate::error::{ErrorKind, InputError};
use crate::foreign::ForeignFormat;
use crate::layout::ColumnUse;
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;
use rxlint_model::place::{Place, RowKey};
use rxlint_model::record::Field;
use rxlint_model::sink::RecordSink;

/// A row counts as this many bytes where something is decided by bytes: how much the witness looks at.
pub(crate) const BYTES_A_ROW: u64 = 128;

/// An opened table whose cells come by column.
#[derive(Debug)]
pub(crate) struct ColumnarInput {
    pub(super) columns: Arc<dyn ColumnSource>,
    pub(super) reader: TableReader,
    pub(super) kept: KeptRows,
    file: u32,
}

impl ColumnarInput {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read, or its columns are not those of a prescription export.
    pub(super) fn open(
        source: &InputSource,
        file: u32,
        options: &InputOptions,
        format: ColumnFormat,
    ) -> Result<Self, InputError> {
        let path = || source.name().to_owned();
        let Some(open) = options.open_columns else {
            let format = ForeignFormat::Binary(match format {
                ColumnFormat::Parquet => binary::PARQUET,
                ColumnFormat::Arrow => binary::ARROW,
            });
            return Err(InputError::new(ErrorKind::Unsupported { path: path(), format }));
        };
        let columns = open(source.random()?, format)
            .map_err(|error| InputError::new(ErrorKind::Read { path: path(), error }))?;
        Self::of(source.name(), columns, file, options)
    }

    /// Understands the columns of a table.
    ///
    /// # Errors
    /// As [`ColumnarInput::open`].
    pub(crate) fn of(
        name: &str,
        columns: Arc<dyn ColumnSource>,
        file: u32,
        options: &InputOptions,
    ) -> Result<Self, InputError> {
        let failed = |error| InputError::new(ErrorKind::Read { path: name.to_owned(), error });
        let headers = columns.headers();
        let sample = sample(&*columns, headers.len()).map_err(failed)?;
        let reader = TableReader::open(name, file, headers, sample, options, &[])?;
        for (column, field) in &reader.table.shape.columns {
            if let Some(why) = columns.unreadable(*column) {
                let called = reader.table.layout.called(*column);
                let what = format!("{called}, which holds `{}`, {why}", field.name());
                return Err(failed(std::io::Error::new(std::io::ErrorKind::Unsupported, what)));
            }
        }
        Ok(Self { columns, reader, kept: KeptRows::default(), file })
    }

    pub(super) fn layout(&self) -> &'static str {
        self.reader.table.layout.name
    }

    pub(super) fn header(&self, field: Field) -> Option<&str> {
        let layout = &self.reader.table.layout;
        layout.column(field).map(|index| layout.headers[index].as_str())
    }

    /// What each column was taken for.
    pub(crate) fn uses(&self) -> Vec<ColumnUse> {
        self.reader.columns()
    }

    /// Where the columns show another order of day and month than the one asked for; known once all of it has been read.
    pub(crate) fn order_notes(&self) -> &[String] {
        self.reader.table.order_notes.told()
    }

    pub(super) fn describe(&self, source: &InputSource, format: &str) -> Description {
        let of_table = describe::table(&self.reader.table, source);
        Description { format: format.to_owned(), encoding: "binary", ..of_table }
    }

    /// Reads every row: once, or twice if dates turn out to be written differently from what the first rows suggest.
    pub(super) fn read<S: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> S + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<S>, InputError> {
        let (name, previewed) = (source.name(), S::PREVIEW_FIELDS);
        let mut reader = self.reader.previewing(previewed);
        let (mut sinks, dates) = self.pass(&reader, name, make)?;
        if reader.settle(&super::Scout { dates }, previewed)? {
            drop(sinks);
            sinks = self.pass(&reader, name, make)?.0;
        }
        source.still_the_same()?;
        progress.reached(source.stored_bytes());
        Ok(sinks)
    }

    /// Reads the parts in parallel. The sinks come back in the order of the table.
    fn pass<S: RecordSink>(
        &self,
        reader: &TableReader,
        name: &str,
        make: &(dyn Fn() -> S + Sync),
    ) -> Result<(Vec<S>, Vec<OrderEvidence>), InputError> {
        let parts: Vec<(usize, u64)> = self.columns.parts().into_iter().enumerate().collect();
        let (mut sinks, mut evidence): (Vec<S>, _) = (Vec::new(), reader.scout());
        // A few at a time, to limit memory.
        for parts in parts.chunks(2 * rayon::current_num_threads()) {
            let read = |&(part, start): &(usize, u64)| self.part(reader, part, start, make());
            let read: Vec<_> = parts.par_iter().map(read).collect();
            for read in read {
                let (sink, dates) = read.map_err(|error| {
                    InputError::new(ErrorKind::Read { path: name.to_owned(), error })
                })?;
                evidence.merge(&super::Scout { dates });
                let apart = match sinks.last_mut() {
                    Some(earlier) => earlier.absorb(sink),
                    None => Some(sink),
                };
                sinks.extend(apart);
            }
        }
        Ok((sinks, evidence.dates))
    }

    fn part<S: RecordSink>(
        &self,
        reader: &TableReader,
        part: usize,
        start: u64,
        mut sink: S,
    ) -> std::io::Result<(S, Vec<OrderEvidence>)> {
        let (mut rows, mut before) = (reader.rows(), start);
        self.columns.read(part, reader.wanted(), &mut |batch| {
            rows.read(batch, |row| key(self.file, before + row as u64), &mut sink);
            before += batch.rows as u64;
            true
        })?;
        sink.end();
        Ok((sink, rows.evidence))
    }
}

/// The key of a row, counted from 0. Its number also serves as its line: such a file has no lines.
fn key(file: u32, row: u64) -> RowKey {
    let number = u32::try_from(row + 1).unwrap_or(u32::MAX);
    Place { file, record: number, line: number, offset: row * BYTES_A_ROW }.into()
}

/// The first rows, cell by cell.
fn sample(columns: &dyn ColumnSource, width: usize) -> std::io::Result<Vec<Vec<Vec<u8>>>> {
    let wanted = Wanted { columns: (0..width).collect(), late: vec![true; width] };
    let mut rows = Vec::new();
    for part in 0..columns.parts().len() {
        columns.read(part, &wanted, &mut |batch: &CellBatch<'_>| {
            for row in 0..batch.rows.min(TableReader::SAMPLE - rows.len()) {
                let cell =
                    |cells: &super::Cells<'_>| crate::csv::cells::trim(&cells.to_vec(row)).to_vec();
                rows.push(batch.columns.iter().map(cell).collect());
            }
            rows.len() < TableReader::SAMPLE
        })?;
        if rows.len() >= TableReader::SAMPLE {
            break;
        }
    }
    Ok(rows)
}
