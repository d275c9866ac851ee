//! Bytes to records: opens what a pharmacy points rxlint at, tells its format, and reads it record by record.

pub mod csv;
pub mod date;
pub mod layout;
pub mod reject;
pub mod source;

use std::borrow::Cow;
use std::ops::Range;

use crate::record::{Field, Place, Record};
use reject::Reason;

/// Takes the records of one block of one input. Blocks are read in parallel, each into an intake of its own;
/// afterwards the intakes are handed back in the order of the input.
pub trait Intake: Send {
    /// A record that could be read. Its place counts records and lines from the block's first.
    fn record(&mut self, record: &Record<'_>);

    /// A record that could not be read, with the reason. It counts as read and rejected.
    fn reject(&mut self, place: Place, reason: Reason);

    /// Adds the records and lines that stand before the block, once those are known.
    fn shift(&mut self, records: u32, lines: u32);
}

/// A record read again, for showing it to a person: the bytes that tell the story and the cells in them.
#[derive(Clone, Debug, Default)]
pub struct RecordText {
    /// The bytes to show, without the final line end: the row, the segment, the lines of the resource.
    pub raw: Vec<u8>,
    /// The physical line on which `raw` begins, from 1.
    pub line: u32,
    /// The column (in bytes, from 1) at which `raw` begins on that line.
    pub column: u32,
    /// The cells that the record has.
    pub cells: Vec<CellText>,
    /// The parts of `raw` that identify a person or are free text (names, birth dates, addresses, notes): masked unless asked for.
    pub private: Vec<Range<usize>>,
}

/// One cell of a record that was read again.
#[derive(Clone, Debug)]
pub struct CellText {
    /// What the cell says.
    pub field: Field,
    /// Its text, without quotes and escapes.
    pub text: String,
    /// Where it stands in `raw`; `None` where it stands elsewhere (a patient's id in another segment or file).
    pub span: Option<Range<usize>>,
    /// How the input calls it: the header, `RXE-2.2`, a path in the resource.
    pub label: Cow<'static, str>,
}

impl RecordText {
    /// The cell of that field, where the record has one.
    pub fn cell(&self, field: Field) -> Option<&CellText> {
        self.cells.iter().find(|cell| cell.field == field)
    }
}
