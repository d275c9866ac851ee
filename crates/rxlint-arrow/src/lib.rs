//! Arrow and Parquet: columns become records, findings become columns.
//!
//! [`open`] takes files apart for [`rxlint_input`], [`MemoryColumns`] the batches that a program has in memory; both give the same findings as the
//! same rows in CSV. Text is written only where needed: days once per distinct day, dictionary entries once per entry, and what only a few rows need
//! only for those.

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

/// How many rows are read together.
pub const ROWS: usize = 8192;

/// Takes a Parquet or Arrow file apart.
///
/// # Errors
/// If it cannot be read, or is not what it seems.
pub fn open(bytes: SourceBytes, format: ColumnFormat) -> io::Result<Arc<dyn ColumnSource>> {
    guarded(|| match format {
        ColumnFormat::Parquet => Ok(Arc::new(parquet::ParquetColumns::open(bytes)?) as _),
        ColumnFormat::Arrow => Ok(Arc::new(arrow::ArrowColumns::open(bytes)?) as _),
    })
}

/// Runs code that reads foreign bytes. The libraries for these formats may panic on a damaged file.
fn guarded<T>(read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::InvalidData, "the file is damaged")))
}

/// An error of the libraries for these formats. Their messages are about the file, never about a cell.
fn damaged(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}
