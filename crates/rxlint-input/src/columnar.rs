//! Tables whose cells come by column: Parquet, Arrow, and batches that a program has in memory.
//!
//! Their files are taken apart elsewhere ([`ColumnSource`]). Here their columns are understood by the same headers, and their rows read by the same
//! rules, as those of a table in text form, so that both give the same findings.

mod cells;
mod identity;
mod input;
mod look;
mod read;
mod reread;
mod rows;
mod scout;

use std::fmt;
use std::io;
use std::sync::Arc;

pub use crate::source::SourceBytes;
pub use cells::{CellBatch, Cells};
pub use read::TableReader;
pub use scout::Scout;

use crate::describe::Description;
use crate::error::InputError;
use crate::format::{FormatAbout, InputFormat};
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;
pub(crate) use input::{BYTES_A_ROW, ColumnarInput};
use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::record::Field;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

/// The formats of files whose cells come by column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnFormat {
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow: the IPC file, also known as Feather, and the stream.
    Arrow,
}

/// The columns wanted from a table.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// By position, ascending.
    pub columns: Vec<usize>,
    /// Which of them are looked at in only a few rows; in the same order.
    pub late: Vec<bool>,
}

/// A table whose cells come by column: an opened file, or batches in memory.
pub trait ColumnSource: fmt::Debug + Send + Sync {
    /// The names of the columns.
    fn headers(&self) -> Vec<String>;

    /// Why the cells of a column cannot be read as text, if they cannot.
    fn unreadable(&self, column: usize) -> Option<String>;

    /// The number of the first row of each part that can be read by itself, from 0. There is at least one part.
    fn parts(&self) -> Vec<u64>;

    /// Reads the wanted columns of a part, batch by batch, until `take` says that it is enough.
    ///
    /// # Errors
    /// When the bytes cannot be read, or are not what the file says they are.
    fn read(
        &self,
        part: usize,
        wanted: &Wanted,
        take: &mut dyn FnMut(&CellBatch<'_>) -> bool,
    ) -> io::Result<()>;

    /// Reads all columns of these rows, which are in ascending order; rows that do not exist are left out.
    ///
    /// # Errors
    /// As [`ColumnSource::read`].
    fn rows(
        &self,
        rows: &[u64],
        take: &mut dyn FnMut(u64, &CellBatch<'_>, usize),
    ) -> io::Result<()>;
}

/// Opens files whose cells come by column; this crate cannot.
pub type OpenColumns = fn(SourceBytes, ColumnFormat) -> io::Result<Arc<dyn ColumnSource>>;

impl ColumnFormat {
    /// The format of a file that begins with these bytes.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'A', b'R', b'1', ..] => Some(Self::Parquet),
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(Self::Arrow),
            // A stream begins with a mark and the length of its schema, which is short.
            [0xFF, 0xFF, 0xFF, 0xFF, _, _, _, 0, ..] => Some(Self::Arrow),
            _ => None,
        }
    }
}

/// Adds a format with its own name to the table of formats.
macro_rules! columnar_format {
    ($Type:ident, $format:expr, $name:literal, $words:literal) => {
        #[doc = concat!("An opened file of ", $words, ".")]
        #[derive(Debug)]
        pub(crate) struct $Type(pub(crate) ColumnarInput);

        impl InputFormat for $Type {
            const ABOUT: FormatAbout = FormatAbout {
                name: $name,
                option: $name,
                words: $words,
                purposes: &[Purpose::Prescriptions],
            };

            fn sniff(head: &[u8]) -> bool {
                ColumnFormat::of(head) == Some($format)
            }

            fn open(
                source: &InputSource,
                file: u32,
                options: &InputOptions,
            ) -> Result<Self, InputError> {
                ColumnarInput::open(source, file, options, $format).map(Self)
            }

            fn layout(&self) -> &'static str {
                self.0.layout()
            }

            fn header(&self, field: Field) -> Option<&str> {
                self.0.header(field)
            }

            fn read<S: RecordSink>(
                &self,
                source: &InputSource,
                make: &(dyn Fn() -> S + Sync),
                progress: &ReadProgress,
            ) -> Result<Vec<S>, InputError> {
                self.0.read(source, make, progress)
            }

            fn reread(&self, source: &InputSource, place: Place) -> Result<RecordText, InputError> {
                self.0.reread(source.name(), place)
            }

            fn describe(&self, source: &InputSource) -> Description {
                self.0.describe(source, $name)
            }
        }
    };
}
columnar_format!(ParquetInput, ColumnFormat::Parquet, "parquet", "Apache Parquet");
columnar_format!(ArrowInput, ColumnFormat::Arrow, "arrow", "Apache Arrow (IPC, Feather)");
