//! The cells of a sheet of an `.xls` workbook.

use std::ops::Range;

use super::biff::{Form, Record, kind, u16_at};
use super::biff_strings::{Codepage, Pieces, Texts};
use super::number;
use super::table::{CellKind, SheetWriter};
use super::{SheetFault, survey::BROKEN};

/// What a workbook states for all of its sheets.
#[derive(Debug, Default)]
pub(super) struct Globals {
    /// Whether it is from before Excel 97: its texts are bytes in a code page.
    pub(super) is_old: bool,
    pub(super) is_1904: bool,
    pub(super) codepage: Codepage,
    pub(super) texts: Texts,
    /// How numbers are written, by the format of a cell.
    pub(super) forms: Vec<Form>,
}

impl Globals {
    /// A text of this many characters.
    pub(super) fn string(&self, pieces: &mut Pieces<'_>, length: usize) -> Option<String> {
        if self.is_old {
            return Some(self.codepage.text(&pieces.bytes(length)));
        }
        let mut text = String::new();
        let flags = pieces.byte()?;
        pieces.characters(length, flags & 1 != 0, &mut text)?;
        Some(text)
    }
}

/// A cell with something in it.
#[derive(Clone, Debug)]
struct Cell {
    row: u16,
    column: u16,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    /// A number in a format.
    Number(f64, u16),
    /// A text of the workbook.
    Shared(u32),
    /// A text of the sheet.
    Own(Range<usize>),
    Bool(bool),
    Error(u8),
}

/// What was read of a sheet.
#[derive(Debug, Default)]
struct Cells {
    all: Vec<Cell>,
    texts: String,
    hidden_rows: u32,
    /// The formula that waits for its text.
    waiting: Option<(u16, u16)>,
}

/// Writes the cells of a sheet; returns how many of its rows are hidden.
///
/// # Errors
/// When the sheet is broken, or nothing more may be kept. What came before that is written.
pub(super) fn write(
    bytes: &[u8],
    globals: &Globals,
    to: &mut SheetWriter,
) -> Result<u32, SheetFault> {
    let mut cells = Cells::default();
    let read = cells.read(bytes, globals, to);
    cells.all.sort_by_key(|cell| (cell.row, cell.column));
    for cell in &cells.all {
        cells.write(cell, globals, to)?;
    }
    read.map(|()| cells.hidden_rows)
}

impl Cells {
    fn read(
        &mut self,
        bytes: &[u8],
        globals: &Globals,
        to: &mut SheetWriter,
    ) -> Result<(), SheetFault> {
        let (mut rest, mut depth) = (bytes, 0u32);
        while let Some(record) = Record::of(rest) {
            rest = record.rest;
            match record.kind {
                kind::BEGIN => depth += 1,
                kind::EOF if depth <= 1 => return Ok(()),
                kind::EOF => depth -= 1,
                // Charts in the sheet have their own cells.
                _ if depth > 1 => {}
                // A record that is too short is ignored.
                _ => {
                    let _ = self.record(&record, globals, to);
                }
            }
        }
        Err(BROKEN)
    }

    fn record(
        &mut self,
        record: &Record<'_>,
        globals: &Globals,
        to: &mut SheetWriter,
    ) -> Option<()> {
        let data = record.data;
        let (row, column, form) = (u16_at(data, 0)?, u16_at(data, 2)?, u16_at(data, 4));
        let value = match record.kind {
            // NUMBER, RK
            0x0203 => Value::Number(f64::from_le_bytes(*data.get(6..)?.first_chunk()?), form?),
            0x027E => Value::Number(packed(*data.get(6..)?.first_chunk()?), form?),
            // MULRK: several of them side by side
            0x00BD => {
                for (number, pair) in data.get(4..data.len() - 2)?.chunks_exact(6).enumerate() {
                    let form = u16_at(pair, 0)?;
                    let value = Value::Number(packed([pair[2], pair[3], pair[4], pair[5]]), form);
                    self.push(row, column.checked_add(number as u16)?, value);
                }
                return Some(());
            }
            // LABELSST
            0x00FD => Value::Shared(u32::from_le_bytes(*data.get(6..)?.first_chunk()?)),
            // LABEL, RSTRING
            0x0204 | 0x00D6 => self.text(record, 6, globals)?,
            // BOOLERR
            0x0205 => logical(*data.get(6)?, *data.get(7)? != 0),
            // FORMULA: its value is a number, or is described by the two bytes before it
            0x0006 => match *data.get(6..)?.first_chunk::<8>()? {
                [0, .., 0xFF, 0xFF] => {
                    self.waiting = Some((row, column));
                    return Some(());
                }
                [kind @ (1 | 2), _, value, .., 0xFF, 0xFF] => logical(value, kind == 2),
                [3, .., 0xFF, 0xFF] => return Some(()),
                number => Value::Number(f64::from_le_bytes(number), form?),
            },
            // STRING: the text of the formula before it
            0x0207 => {
                let (row, column) = self.waiting.take()?;
                let value = self.text(record, 0, globals)?;
                self.push(row, column, value);
                return Some(());
            }
            // ROW
            0x0208 => {
                self.hidden_rows += u32::from(data.get(12)? & 0x20 != 0);
                return Some(());
            }
            // MERGECELLS
            0x00E5 => {
                for area in data.get(2..)?.chunks_exact(8) {
                    let (first, last) = (u16_at(area, 0)?, u16_at(area, 2)?);
                    to.merge(u32::from(u16_at(area, 4)?), u32::from(first)..u32::from(last) + 1);
                }
                return Some(());
            }
            _ => return Some(()),
        };
        self.push(row, column, value);
        Some(())
    }

    fn push(&mut self, row: u16, column: u16, value: Value) {
        self.all.push(Cell { row, column, value });
    }

    /// A text in the record itself.
    fn text(&mut self, record: &Record<'_>, at: usize, globals: &Globals) -> Option<Value> {
        let mut pieces = record.pieces();
        pieces.skip(at);
        let length = pieces.short()?;
        let text = globals.string(&mut pieces, length)?;
        let start = self.texts.len();
        self.texts.push_str(&text);
        Some(Value::Own(start..self.texts.len()))
    }

    fn write(
        &self,
        cell: &Cell,
        globals: &Globals,
        to: &mut SheetWriter,
    ) -> Result<(), SheetFault> {
        let mut put = |kind, text: &str| to.cell(cell.row.into(), cell.column.into(), kind, text);
        match &cell.value {
            Value::Shared(number) => {
                put(CellKind::Text, globals.texts.get(*number).unwrap_or("#REF!"))
            }
            Value::Own(range) => put(CellKind::Text, &self.texts[range.clone()]),
            Value::Bool(value) => put(CellKind::Other, if *value { "TRUE" } else { "FALSE" }),
            Value::Error(code) => put(CellKind::Other, error_text(*code)),
            Value::Number(value, form) => match globals.forms.get(usize::from(*form)) {
                Some(Form::Date) => put(CellKind::Date, &number::date(*value, globals.is_1904)),
                Some(Form::Duration) => put(CellKind::Other, &number::duration(*value)),
                Some(Form::Padded(padding)) => {
                    let padded = padding.apply(*value);
                    put(CellKind::Other, &padded.unwrap_or_else(|| number::number(*value)))
                }
                _ => put(CellKind::Other, &number::number(*value)),
            },
        }
    }
}

/// A number in four bytes: the upper half of an eight-byte number, or a whole number; in hundredths, if the lowest bit says so.
fn packed(bytes: [u8; 4]) -> f64 {
    let bits = u32::from_le_bytes(bytes);
    let value = if bits & 2 != 0 {
        f64::from((bits as i32) >> 2)
    } else {
        f64::from_bits(u64::from(bits & !3) << 32)
    };
    if bits & 1 != 0 { value / 100.0 } else { value }
}

fn logical(value: u8, is_error: bool) -> Value {
    if is_error { Value::Error(value) } else { Value::Bool(value != 0) }
}

fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR!",
    }
}
