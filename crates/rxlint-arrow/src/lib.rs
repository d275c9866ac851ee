//! Arrow and Parquet: columns become records, findings become columns.
//!
//! [`open`] takes apart files for [`rxlint_input`], [`MemoryColumns`] the batches that a program has in memory; both give
//! the findings that the same rows give as CSV. No cell is written as text that need not be: days are written once for
//! each day, entries of a dictionary are read once for each entry, and what only a few rows need is written for those.

mod arrow;
pub mod cluster;
mod columns;
mod memory;
mod parquet;
mod tally;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

pub use {arrow_array, arrow_schema, arrow_select};

pub use arrow::read as read_arrow;
pub use columns::{BatchCells, why_unreadable};
pub use memory::MemoryColumns;
pub use tally::{TALLY, tally};

use rxlint_input::columnar::{ColumnFormat, ColumnSource, SourceBytes};

/// How many rows are looked at together.
pub const ROWS: usize = 8192;

/// Takes a Parquet or Arrow file apart.
///
/// # Errors
/// When it cannot be read, or is not what it seems.
pub fn open(bytes: SourceBytes, format: ColumnFormat) -> io::Result<Arc<dyn ColumnSource>> {
    guarded(|| match format {
        ColumnFormat::Parquet => Ok(Arc::new(parquet::ParquetColumns::open(bytes)?) as _),
        ColumnFormat::Arrow => Ok(Arc::new(arrow::ArrowColumns::open(bytes)?) as _),
    })
}

/// Runs what reads foreign bytes. The libraries for these formats may panic where a file is damaged.
fn guarded<T>(read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::InvalidData, "the file is damaged")))
}

/// An error of the libraries for these formats. What they say is about the file, never about a cell.
fn damaged(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}
