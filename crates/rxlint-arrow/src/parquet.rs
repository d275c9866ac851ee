//! Parquet files.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::basic::{Encoding, PageType};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::reader::{ChunkReader, Length};

use crate::columns::{BatchCells, why_unreadable};
use crate::{ROWS, damaged, guarded};
use rxlint_input::columnar::{CellBatch, ColumnSource, SourceBytes, Wanted};

/// An opened Parquet file.
#[derive(Debug)]
pub(crate) struct ParquetColumns {
    bytes: FileBytes,
    metadata: ArrowReaderMetadata,
    /// The number of the first row of each row group.
    starts: Vec<u64>,
}

impl ParquetColumns {
    pub(crate) fn open(bytes: SourceBytes) -> io::Result<Self> {
        let bytes = FileBytes(bytes);
        let options = ArrowReaderOptions::new().with_encoding_stats_as_mask(false);
        let plain = ArrowReaderMetadata::load(&bytes, options.clone()).map_err(damaged)?;
        let schema = with_dictionaries(plain.schema(), plain.metadata());
        // If the library does not take the hint, the columns are read as they are.
        let hinted = ArrowReaderMetadata::try_new(
            Arc::clone(plain.metadata()),
            options.with_schema(Arc::new(schema)),
        );
        let metadata = hinted.unwrap_or(plain);
        let (mut starts, mut before) = (Vec::new(), 0);
        for group in metadata.metadata().row_groups() {
            starts.push(before);
            before += u64::try_from(group.num_rows()).unwrap_or(0);
        }
        if starts.is_empty() {
            starts.push(0);
        }
        Ok(Self { bytes, metadata, starts })
    }

    /// Reads some columns and rows of a row group, batch by batch.
    fn batches(
        &self,
        group: usize,
        mask: ProjectionMask,
        rows: Option<RowSelection>,
        take: &mut dyn FnMut(RecordBatch) -> bool,
    ) -> io::Result<()> {
        if group >= self.metadata.metadata().num_row_groups() {
            return Ok(());
        }
        guarded(|| {
            let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(
                self.bytes.clone(),
                self.metadata.clone(),
            );
            let builder =
                builder.with_row_groups(vec![group]).with_projection(mask).with_batch_size(ROWS);
            let builder = match rows {
                Some(rows) => builder.with_row_selection(rows),
                None => builder,
            };
            for batch in builder.build().map_err(damaged)? {
                if !take(batch.map_err(damaged)?) {
                    break;
                }
            }
            Ok(())
        })
    }
}

impl ColumnSource for ParquetColumns {
    fn headers(&self) -> Vec<String> {
        self.metadata.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    fn unreadable(&self, column: usize) -> Option<String> {
        why_unreadable(self.metadata.schema().fields().get(column)?.data_type())
    }

    fn parts(&self) -> Vec<u64> {
        self.starts.clone()
    }

    fn read(
        &self,
        part: usize,
        wanted: &Wanted,
        take: &mut dyn FnMut(&CellBatch<'_>) -> bool,
    ) -> io::Result<()> {
        let mut cells = BatchCells::default();
        let columns = wanted.columns.iter().copied();
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), columns);
        self.batches(part, mask, None, &mut |batch| {
            cells.with(batch.num_rows(), batch.columns(), &wanted.late, &mut *take)
        })
    }

    fn rows(
        &self,
        rows: &[u64],
        take: &mut dyn FnMut(u64, &CellBatch<'_>, usize),
    ) -> io::Result<()> {
        let mut rows = rows;
        while let Some(first) = rows.first() {
            let group = self.starts.partition_point(|start| start <= first).saturating_sub(1);
            let start = self.starts[group];
            let Some(of_group) = self.metadata.metadata().row_groups().get(group) else { break };
            let length = u64::try_from(of_group.num_rows()).unwrap_or(0);
            let own = rows.partition_point(|row| *row < start + length);
            if own == 0 {
                break;
            }
            let within: Vec<usize> = rows[..own].iter().map(|row| (row - start) as usize).collect();
            let selection =
                RowSelection::from_consecutive_ranges(ranges(&within).into_iter(), length as usize);
            let (mut cells, mut left) = (BatchCells::default(), &rows[..own]);
            self.batches(group, ProjectionMask::all(), Some(selection), &mut |batch| {
                let (now, later) = left.split_at(batch.num_rows().min(left.len()));
                cells.with(batch.num_rows(), batch.columns(), &[], |batch| {
                    now.iter().enumerate().for_each(|(at, row)| take(*row, batch, at));
                });
                left = later;
                true
            })?;
            rows = &rows[own..];
        }
        Ok(())
    }
}

/// Ascending numbers as contiguous ranges.
fn ranges(rows: &[usize]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for &row in rows {
        match ranges.last_mut() {
            Some(last) if last.end == row => last.end += 1,
            Some(last) if last.end > row => {}
            _ => ranges.push(row..row + 1),
        }
    }
    ranges
}

/// The schema, in which text columns that use a dictionary throughout the file are dictionaries.
fn with_dictionaries(schema: &Schema, metadata: &ParquetMetaData) -> Schema {
    let leaves = metadata.file_metadata().schema_descr();
    let is_dictionary = |root: usize| {
        let mut own =
            (0..leaves.num_columns()).filter(|leaf| leaves.get_column_root_idx(*leaf) == root);
        let (Some(leaf), None) = (own.next(), own.next()) else { return false };
        metadata.num_row_groups() > 0
            && metadata.row_groups().iter().all(|group| is_dictionary(group.column(leaf)))
    };
    let fields = schema.fields().iter().enumerate().map(|(at, field)| {
        let is_text = matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8);
        if is_text && is_dictionary(at) {
            let values = Box::new(field.data_type().clone());
            let kind = DataType::Dictionary(Box::new(DataType::Int32), values);
            Field::new(field.name(), kind, field.is_nullable())
        } else {
            field.as_ref().clone()
        }
    });
    return Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone());

    /// Whether all pages of a column chunk use its dictionary.
    fn is_dictionary(column: &ColumnChunkMetaData) -> bool {
        let of_entries = |encoding: Encoding| {
            matches!(encoding, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY)
        };
        column.page_encoding_stats().is_some_and(|pages| {
            let mut data = pages.iter().filter(|page| {
                matches!(page.page_type, PageType::DATA_PAGE | PageType::DATA_PAGE_V2)
            });
            data.clone().next().is_some() && data.all(|page| of_entries(page.encoding))
        })
    }
}

/// The bytes of a file, as the library asks for them.
#[derive(Clone, Debug)]
struct FileBytes(SourceBytes);

impl Length for FileBytes {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for FileBytes {
    type T = FileReader;

    fn get_read(&self, start: u64) -> parquet::errors::Result<FileReader> {
        Ok(FileReader { bytes: self.0.clone(), at: start, buffer: Vec::new(), used: 0 })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        if start.saturating_add(length as u64) > self.0.len() {
            return Err(parquet::errors::ParquetError::EOF("the file ends too early".to_owned()));
        }
        let mut bytes = vec![0; length];
        let got = self.0.read_at(&mut bytes, start)?;
        bytes.truncate(got);
        Ok(bytes.into())
    }
}

/// Reads from a position on, a few thousand bytes at a time: page headers are short.
struct FileReader {
    bytes: SourceBytes,
    at: u64,
    buffer: Vec<u8>,
    used: usize,
}

impl Read for FileReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.used == self.buffer.len() {
            self.buffer.resize(8 << 10, 0);
            let got = self.bytes.read_at(&mut self.buffer, self.at)?;
            self.buffer.truncate(got);
            self.at += got as u64;
            self.used = 0;
        }
        let got = into.len().min(self.buffer.len() - self.used);
        into[..got].copy_from_slice(&self.buffer[self.used..self.used + got]);
        self.used += got;
        Ok(got)
    }
}
