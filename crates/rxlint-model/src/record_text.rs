//! A record read again to show a person where it says what.

use std::borrow::Cow;
use std::ops::Range;

use crate::record::Field;

/// A record read again for display: the relevant bytes and their cells.
#[derive(Clone, Debug, Default)]
pub struct RecordText {
    /// The bytes to show, without the final line end: the row, the segment, the lines of the resource.
    pub raw: Vec<u8>,
    /// The physical line on which `raw` begins, from 1.
    pub line: u32,
    /// The column (in bytes, from 1) at which `raw` begins on that line; 0 if `raw` is not the
    /// original text but what was kept of it.
    pub column: u32,
    /// The cells that the record has.
    pub cells: Vec<CellText>,
    /// The parts of `raw` that identify a person or are free text (names, birth dates, addresses,
    /// notes): masked unless requested.
    pub private: Vec<Range<usize>>,
}

/// One cell of a record that was read again.
#[derive(Clone, Debug)]
pub struct CellText {
    /// What the cell means.
    pub field: Field,
    /// Its text, without quotes and escapes.
    pub text: String,
    /// Its position in `raw`; `None` if it is elsewhere (a patient's id in another segment or
    /// file).
    pub span: Option<Range<usize>>,
    /// What the input calls it: the header, `RXE-2.2`, a path in the resource.
    pub label: Cow<'static, str>,
    /// The name of the cell in a sheet of a workbook, such as `D7`.
    pub at: Option<String>,
}

impl RecordText {
    /// The cell of that field, if the record has one.
    pub fn cell(&self, field: Field) -> Option<&CellText> {
        self.cells.iter().find(|cell| cell.field == field)
    }
}
