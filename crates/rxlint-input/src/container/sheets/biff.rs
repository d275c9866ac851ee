//! Workbooks of Excel 5 to 2003 (`.xls`): records in a stream of an OLE file.
//!
//! The library that reads newer workbooks keeps a whole sheet of these in memory, cell by cell and text by text, as large as the file says it is.
//! Here a cell takes a few bytes, and a text is kept once.

use std::io::Read;

use super::biff_cells::{self, Globals};
use super::biff_strings::{Codepage, Pieces, Texts};
use super::number::{ZeroPadding, is_date_format};
use super::survey::BROKEN;
use super::{SheetAbout, SheetFault, Sheets, guarded};
use crate::source::{InputSource, SourceCursor};

/// Longer workbooks are not read: Excel cannot make them.
const LONGEST: u64 = 1 << 30;

/// The record kinds that are looked at.
pub(super) mod kind {
    pub(in super::super) const EOF: u16 = 0x000A;
    pub(in super::super) const DATE_MODE: u16 = 0x0022;
    pub(in super::super) const FILE_PASS: u16 = 0x002F;
    pub(in super::super) const CONTINUE: u16 = 0x003C;
    pub(in super::super) const CODEPAGE: u16 = 0x0042;
    pub(in super::super) const SHEET: u16 = 0x0085;
    pub(in super::super) const XF: u16 = 0x00E0;
    pub(in super::super) const TEXTS: u16 = 0x00FC;
    pub(in super::super) const FORMAT: u16 = 0x041E;
    pub(in super::super) const BEGIN: u16 = 0x0809;
}

/// A record and its continuations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'d> {
    pub(super) kind: u16,
    pub(super) data: &'d [u8],
    /// Everything after the record.
    pub(super) rest: &'d [u8],
}

impl<'d> Record<'d> {
    /// The record that these bytes begin with.
    pub(super) fn of(bytes: &'d [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(4)?;
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let (data, rest) = rest.split_at_checked(length)?;
        Some(Self { kind: u16::from_le_bytes([head[0], head[1]]), data, rest })
    }

    /// Its data and those of the continuations after it.
    pub(super) fn pieces(&self) -> Pieces<'d> {
        let (mut pieces, mut rest) = (vec![self.data], self.rest);
        while let Some(next) = Record::of(rest).filter(|next| next.kind == kind::CONTINUE) {
            pieces.push(next.data);
            rest = next.rest;
        }
        Pieces::new(pieces)
    }
}

/// The two bytes at a place as a number.
pub(super) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    let bytes = data.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*bytes))
}

/// How numbers are written in a cell format.
#[derive(Clone, Debug, Default)]
pub(super) enum Form {
    #[default]
    Plain,
    Date,
    Duration,
    Padded(ZeroPadding),
}

/// Reads every sheet.
///
/// # Errors
/// When the workbook cannot be opened, is protected, or nothing more may be kept.
pub(super) fn read(source: &InputSource, sheets: &mut Sheets) -> Result<(), SheetFault> {
    let stream = guarded(|| stream(source))?;
    let book = Workbook::of(&stream)?;
    for sheet in &book.sheets {
        let Some(bytes) = stream.get(sheet.start..) else { return Err(BROKEN) };
        sheets.sheet(&sheet.name, |to| {
            let hidden_rows = biff_cells::write(bytes, &book.globals, to)?;
            Ok(SheetAbout { is_hidden: sheet.is_hidden, hidden_rows, ..SheetAbout::default() })
        })?;
    }
    Ok(())
}

/// The stream of the workbook.
fn stream(source: &InputSource) -> Result<Vec<u8>, SheetFault> {
    let longest = source.readable_bytes();
    if longest > LONGEST {
        return Err(SheetFault::TooLarge);
    }
    let cursor = SourceCursor::new(source).map_err(|error| SheetFault::Kept(error.to_string()))?;
    let mut file = cfb::CompoundFile::open(cursor).map_err(|_| BROKEN)?;
    let name = if file.is_stream("/Workbook") { "/Workbook" } else { "/Book" };
    let stream = file.open_stream(name).map_err(|_| BROKEN)?;
    let mut bytes = Vec::new();
    // A torn file is read as far as its stream goes; what is missing ends the last sheet early.
    let _ = stream.take(longest).read_to_end(&mut bytes);
    Ok(bytes)
}

/// What precedes the sheets.
struct Workbook {
    globals: Globals,
    sheets: Vec<SheetHead>,
}

struct SheetHead {
    name: String,
    start: usize,
    is_hidden: bool,
}

impl Workbook {
    fn of(stream: &[u8]) -> Result<Self, SheetFault> {
        let mut formats: Vec<(u16, String)> = Vec::new();
        let mut numbers = Vec::new();
        let mut book = Self { globals: Globals::default(), sheets: Vec::new() };
        let mut rest = stream;
        while let Some(record) = Record::of(rest) {
            rest = record.rest;
            let data = record.data;
            match record.kind {
                kind::EOF => break,
                kind::FILE_PASS => return Err(SheetFault::Protected),
                kind::BEGIN => book.globals.is_old = u16_at(data, 0).is_some_and(|it| it < 0x600),
                kind::CODEPAGE => {
                    book.globals.codepage = Codepage::of(u16_at(data, 0).unwrap_or(1252));
                }
                kind::DATE_MODE => book.globals.is_1904 = u16_at(data, 0) == Some(1),
                kind::FORMAT => formats.extend(book.globals.format(&record)),
                kind::XF => numbers.push(u16_at(data, 2).unwrap_or(0)),
                kind::TEXTS => book.globals.texts = Texts::of(record.pieces()),
                kind::SHEET => book.sheets.extend(book.globals.sheet_head(&record)),
                _ => {}
            }
        }
        book.globals.forms = numbers.into_iter().map(|number| form(number, &formats)).collect();
        if book.sheets.is_empty() { Err(BROKEN) } else { Ok(book) }
    }
}

impl Globals {
    fn format(&self, record: &Record<'_>) -> Option<(u16, String)> {
        let number = u16_at(record.data, 0)?;
        let mut pieces = record.pieces();
        pieces.skip(2);
        let length = if self.is_old { pieces.byte().map(usize::from) } else { pieces.short() };
        Some((number, self.string(&mut pieces, length?)?))
    }

    /// The head of a worksheet; `None` for charts, macros and the like.
    fn sheet_head(&self, record: &Record<'_>) -> Option<SheetHead> {
        let start = u32::from_le_bytes(*record.data.first_chunk()?) as usize;
        let (&hidden, &sort) = (record.data.get(4)?, record.data.get(5)?);
        let mut pieces = record.pieces();
        pieces.skip(6);
        let length = usize::from(pieces.byte()?);
        let name = self.string(&mut pieces, length)?.replace('\0', "");
        (sort == 0).then_some(SheetHead { name, start, is_hidden: hidden & 3 != 0 })
    }
}

/// How numbers are written in a format, by its number: built-in formats, then the workbook's own.
fn form(number: u16, formats: &[(u16, String)]) -> Form {
    let own = formats.iter().rev().find(|(known, _)| *known == number);
    match (number, own) {
        (14..=22 | 27..=36 | 45 | 47 | 50..=58, None) => Form::Date,
        (46, None) => Form::Duration,
        (_, Some((_, format))) => {
            let lengths = ["[h", "[H", "[m", "[M", "[s", "[S"];
            if lengths.iter().any(|length| format.contains(length) && !format.contains("[Mag")) {
                Form::Duration
            } else if is_date_format(format) {
                Form::Date
            } else {
                ZeroPadding::of(format).map_or(Form::Plain, Form::Padded)
            }
        }
        _ => Form::Plain,
    }
}
