//! Arrow files and streams.

use std::io::{self, Read, Seek, SeekFrom};

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

use crate::columns::{BatchCells, why_unreadable};
use crate::{ROWS, damaged, guarded};
use rxlint_input::columnar::{CellBatch, ColumnSource, SourceBytes, Wanted};

/// An opened Arrow file or stream.
#[derive(Debug)]
pub(crate) struct ArrowColumns {
    bytes: SourceBytes,
    is_file: bool,
    schema: SchemaRef,
}

impl ArrowColumns {
    pub(crate) fn open(bytes: SourceBytes) -> io::Result<Self> {
        let mut head = [0; 6];
        bytes.read_at(&mut head, 0)?;
        let is_file = head == *b"ARROW1";
        let at = At { bytes: bytes.clone(), at: 0 };
        let schema = if is_file {
            FileReader::try_new(at, None).map_err(damaged)?.schema()
        } else {
            StreamReader::try_new(at, None).map_err(damaged)?.schema()
        };
        Ok(Self { bytes, is_file, schema })
    }

    /// Reads some columns of the whole file, in short pieces.
    fn batches(
        &self,
        columns: Option<Vec<usize>>,
        take: &mut dyn FnMut(RecordBatch) -> bool,
    ) -> io::Result<()> {
        let at = io::BufReader::with_capacity(1 << 16, At { bytes: self.bytes.clone(), at: 0 });
        guarded(|| {
            if self.is_file {
                each(FileReader::try_new(at, columns).map_err(damaged)?, take)
            } else {
                each(StreamReader::try_new(at, columns).map_err(damaged)?, take)
            }
        })
    }
}

fn each(
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    take: &mut dyn FnMut(RecordBatch) -> bool,
) -> io::Result<()> {
    for batch in batches {
        let batch = batch.map_err(damaged)?;
        for start in (0..batch.num_rows()).step_by(ROWS) {
            if !take(batch.slice(start, ROWS.min(batch.num_rows() - start))) {
                return Ok(());
            }
        }
    }
    Ok(())
}

impl ColumnSource for ArrowColumns {
    fn headers(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    fn unreadable(&self, column: usize) -> Option<String> {
        why_unreadable(self.schema.fields().get(column)?.data_type())
    }

    /// A single part: where the batches of a stream begin is unknown until they have been read.
    fn parts(&self) -> Vec<u64> {
        vec![0]
    }

    fn read(
        &self,
        _: usize,
        wanted: &Wanted,
        take: &mut dyn FnMut(&CellBatch<'_>) -> bool,
    ) -> io::Result<()> {
        let mut cells = BatchCells::default();
        self.batches(Some(wanted.columns.clone()), &mut |batch| {
            cells.with(batch.num_rows(), batch.columns(), &wanted.late, &mut *take)
        })
    }

    fn rows(
        &self,
        rows: &[u64],
        take: &mut dyn FnMut(u64, &CellBatch<'_>, usize),
    ) -> io::Result<()> {
        let (mut cells, mut left, mut before) = (BatchCells::default(), rows, 0);
        self.batches(None, &mut |batch| {
            let end = before + batch.num_rows() as u64;
            let (now, later) = left.split_at(left.partition_point(|row| *row < end));
            if !now.is_empty() {
                cells.with(batch.num_rows(), batch.columns(), &[], |batch| {
                    now.iter().for_each(|row| take(*row, batch, (row - before) as usize));
                });
            }
            (left, before) = (later, end);
            !left.is_empty()
        })
    }
}

/// The batches of an Arrow file in memory.
///
/// # Errors
/// If it is not one.
pub fn read(bytes: Vec<u8>) -> io::Result<(SchemaRef, Vec<RecordBatch>)> {
    let reader = FileReader::try_new(io::Cursor::new(bytes), None).map_err(damaged)?;
    let schema = reader.schema();
    Ok((schema, reader.collect::<Result<_, _>>().map_err(damaged)?))
}

/// Bytes from a position on.
struct At {
    bytes: SourceBytes,
    at: u64,
}

impl Read for At {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.bytes.read_at(into, self.at)?;
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for At {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.bytes.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = to.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
