//! Batches that a program has in memory.

use std::io;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::ROWS;
use crate::columns::{BatchCells, why_unreadable};
use rxlint_input::columnar::{CellBatch, ColumnSource, Wanted};

/// How many rows one thread reads.
const PART: usize = 32 * ROWS;

/// The batches of a table in memory.
#[derive(Debug)]
pub struct MemoryColumns {
    schema: SchemaRef,
    /// Pieces of batches, none of them long, with the number of each one's first row.
    pieces: Vec<(u64, RecordBatch)>,
    /// The first piece of each part.
    parts: Vec<usize>,
}

impl MemoryColumns {
    /// Batches of one schema, in order. Nothing is copied.
    pub fn new(schema: SchemaRef, batches: &[RecordBatch]) -> Self {
        let (mut pieces, mut before) = (Vec::new(), 0u64);
        for batch in batches {
            for start in (0..batch.num_rows()).step_by(ROWS) {
                let piece = batch.slice(start, ROWS.min(batch.num_rows() - start));
                let rows = piece.num_rows() as u64;
                pieces.push((before, piece));
                before += rows;
            }
        }
        let (mut parts, mut rows) = (vec![0], 0);
        for (at, (_, piece)) in pieces.iter().enumerate() {
            if rows >= PART {
                parts.push(at);
                rows = 0;
            }
            rows += piece.num_rows();
        }
        Self { schema, pieces, parts }
    }

    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        self.pieces.last().map_or(0, |(before, piece)| before + piece.num_rows() as u64)
    }
}

impl ColumnSource for MemoryColumns {
    fn headers(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    fn unreadable(&self, column: usize) -> Option<String> {
        why_unreadable(self.schema.fields().get(column)?.data_type())
    }

    fn parts(&self) -> Vec<u64> {
        let first = |at: &usize| self.pieces.get(*at).map_or(0, |(before, _)| *before);
        self.parts.iter().map(first).collect()
    }

    fn read(
        &self,
        part: usize,
        wanted: &Wanted,
        take: &mut dyn FnMut(&CellBatch<'_>) -> bool,
    ) -> io::Result<()> {
        let (from, to) = (self.parts.get(part), self.parts.get(part + 1));
        let from = from.copied().unwrap_or(self.pieces.len());
        let to = to.copied().unwrap_or(self.pieces.len());
        let mut cells = BatchCells::default();
        for (_, piece) in &self.pieces[from..to] {
            let columns: Vec<_> =
                wanted.columns.iter().map(|&column| piece.column(column).clone()).collect();
            if !cells.with(piece.num_rows(), &columns, &wanted.late, &mut *take) {
                break;
            }
        }
        Ok(())
    }

    fn rows(
        &self,
        rows: &[u64],
        take: &mut dyn FnMut(u64, &CellBatch<'_>, usize),
    ) -> io::Result<()> {
        let mut cells = BatchCells::default();
        let mut rows = rows;
        while let Some(first) = rows.first() {
            let at = self.pieces.partition_point(|(before, _)| before <= first);
            let Some((before, piece)) = at.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
                break;
            };
            let end = before + piece.num_rows() as u64;
            let own = rows.partition_point(|row| *row < end);
            if own == 0 {
                break;
            }
            cells.with(piece.num_rows(), piece.columns(), &[], |batch| {
                rows[..own].iter().for_each(|row| take(*row, batch, (row - before) as usize));
            });
            rows = &rows[own..];
        }
        Ok(())
    }
}
