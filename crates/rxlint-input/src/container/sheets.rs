//! The sheets of a workbook, each as a table in text form.
//!
//! A sheet becomes lines of cells between commas, one line per row, so that the line of a record is its row and the column of a cell its letter. From
//! there on it is read like any other table: headers, columns, dates, the witness. Typed cells lose nothing: dates are written as `2026-03-05`,
//! numbers as stored.

mod biff;
mod biff_cells;
mod biff_strings;
mod markup;
mod number;
mod ods;
mod survey;
mod table;
mod web;
mod xlsx;
mod xml2003;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::kind::WorkbookKind;
use super::limits::{Budget, TOO_LARGE, TOO_LARGE_HELP};
use super::{Contents, Part, name_inside, refused};
use crate::error::{ErrorKind, InputError};
use crate::foreign::ForeignFormat;
use crate::guard;
use crate::source::{InputSource, SheetOf, Window};
use table::SheetWriter;

/// Why a workbook or one of its sheets was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SheetFault {
    /// It is larger than it may be.
    TooLarge,
    /// It is protected by a password.
    Protected,
    /// It is not valid; what is wrong with it, in words.
    Broken(&'static str),
    /// It is a web page without a table.
    NoTable,
    /// What was read could not be kept.
    Kept(String),
}

impl From<std::io::Error> for SheetFault {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::FileTooLarge => Self::TooLarge,
            _ => Self::Kept(error.to_string()),
        }
    }
}

/// Runs code of a library that a hostile file may make panic.
fn guarded<T>(run: impl FnOnce() -> Result<T, SheetFault>) -> Result<T, SheetFault> {
    let _quiet = guard::quiet();
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Err(survey::BROKEN))
}

/// What is known about a sheet besides its cells.
#[derive(Clone, Debug, Default)]
struct SheetAbout {
    /// Whether the workbook hides it.
    is_hidden: bool,
    /// How many of its rows are hidden.
    hidden_rows: u32,
    /// How many of its formulas have no result.
    without_result: u32,
    /// Its rows, from 0, in which a cell is struck through.
    struck: Vec<u32>,
}

/// Takes the sheets of a workbook one after the other.
struct Sheets {
    writer: SheetWriter,
    found: Vec<FoundSheet>,
}

struct FoundSheet {
    name: String,
    start: u64,
    end: u64,
    about: SheetAbout,
    mixed: Vec<String>,
    is_one_column: bool,
    fault: Option<SheetFault>,
}

impl Sheets {
    /// Reads one sheet with `read`. A fault ends only that sheet, unless nothing more may be kept.
    fn sheet(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut SheetWriter) -> Result<SheetAbout, SheetFault>,
    ) -> Result<(), SheetFault> {
        let start = self.writer.begin();
        let (about, fault) = match read(&mut self.writer) {
            Ok(about) => (about, None),
            Err(fault) => (SheetAbout::default(), Some(fault)),
        };
        let ended = self.writer.end();
        let end = self.writer.position();
        let fault = fault.or(ended.err());
        let mixed = self.writer.mixed_columns();
        let is_one_column = self.writer.is_one_column();
        let stops = matches!(fault, Some(SheetFault::TooLarge | SheetFault::Kept(_)));
        let found =
            FoundSheet { name: name.to_owned(), start, end, about, mixed, is_one_column, fault };
        self.found.push(found);
        if stops { Err(SheetFault::TooLarge) } else { Ok(()) }
    }
}

/// Reads every sheet of a workbook.
///
/// # Errors
/// When it cannot be opened, or what it holds cannot be kept.
pub(super) fn read(
    source: &InputSource,
    kind: WorkbookKind,
    budget: &mut Budget,
) -> Result<Contents, InputError> {
    let mut sheets = Sheets { writer: SheetWriter::new(budget.left()), found: Vec::new() };
    let opened = match kind {
        WorkbookKind::Xlsx => xlsx::read(source, budget, &mut sheets, xlsx::Sort::Xml),
        WorkbookKind::Xlsb => xlsx::read(source, budget, &mut sheets, xlsx::Sort::Binary),
        WorkbookKind::Xls => biff::read(source, &mut sheets),
        WorkbookKind::Ods => ods::read_packed(source, budget, &mut sheets),
        WorkbookKind::FlatOds => ods::read_flat(source, &mut sheets),
        WorkbookKind::Xml => xml2003::read(source, &mut sheets),
        WorkbookKind::Html => web::read(source, &mut sheets),
    };
    let mut contents = Contents { is_workbook: true, ..Contents::default() };
    if let Err(fault) = opened {
        let error = fault_of(source.name(), &fault);
        if sheets.found.is_empty() {
            return Err(error);
        }
        contents.errors.push(error);
    }
    let spool = Arc::new(sheets.writer.finish().map_err(|error| {
        InputError::new(ErrorKind::Read { path: source.name().to_owned(), error })
    })?);
    for sheet in sheets.found {
        let name = name_inside(source.name(), &sheet.name);
        let damage = sheet.fault.as_ref().and_then(damage);
        let length = sheet.end - sheet.start;
        budget.spend(length);
        if length == 0 {
            contents.errors.extend(sheet.fault.iter().map(|fault| fault_of(&name, fault)));
            continue;
        }
        contents.notes.extend(notes(&name, &sheet));
        let stored = source.stored_bytes();
        let of = SheetOf { kind: kind.name(), is_one_column: sheet.is_one_column };
        let window = Window::sheet(sheet.start..sheet.end, stored, damage, of);
        let doubt = doubt(&sheet.about);
        let (spool, struck) = (Arc::clone(&spool), sheet.about.struck);
        contents.parts.push(Part { name, window, spool, doubt, struck });
    }
    Ok(contents)
}

impl WorkbookKind {
    /// The name in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::FlatOds => "fods",
            Self::Xml => "xml-spreadsheet",
            Self::Html => "html-table",
        }
    }
}

/// The error of a workbook or sheet from which nothing was read.
fn fault_of(path: &str, fault: &SheetFault) -> InputError {
    match fault {
        SheetFault::TooLarge => refused(path, TOO_LARGE, TOO_LARGE_HELP),
        SheetFault::Protected => refused(path, super::PROTECTED, super::PROTECTED_HELP),
        SheetFault::NoTable => InputError::new(ErrorKind::Unsupported {
            path: path.to_owned(),
            format: ForeignFormat::Html,
        }),
        SheetFault::Broken(what) => refused(
            path,
            format!("cannot be read as a workbook: {what}"),
            "Open it in a spreadsheet program and save it again as a workbook (.xlsx), or as CSV.",
        ),
        SheetFault::Kept(why) => InputError::new(ErrorKind::Read {
            path: path.to_owned(),
            error: std::io::Error::other(why.clone()),
        }),
    }
}

/// Why the rows of a sheet end early.
fn damage(fault: &SheetFault) -> Option<String> {
    let why = match fault {
        SheetFault::TooLarge => TOO_LARGE,
        SheetFault::Protected | SheetFault::NoTable => return None,
        SheetFault::Broken(what) => what,
        SheetFault::Kept(_) => "it could not be kept",
    };
    Some(format!("the sheet was not read to its end: {why}; the rows before that were read"))
}

/// Why the check of a sheet is not complete, although it was read.
fn doubt(about: &SheetAbout) -> Option<String> {
    (about.without_result > 0).then(|| {
        format!(
            "formulas in this sheet whose results were not saved with it: {}; their cells were read as empty",
            about.without_result
        )
    })
}

/// Remarks on a sheet that was read.
fn notes(name: &str, sheet: &FoundSheet) -> Vec<String> {
    let mut notes = Vec::new();
    match (sheet.about.is_hidden, sheet.about.hidden_rows) {
        (true, _) => {
            notes.push(format!("{name}: this sheet is hidden in the workbook; it was read."))
        }
        (false, 1) => {
            notes.push(format!("{name}: one row is hidden in the workbook; it was read."))
        }
        (false, rows) if rows > 1 => {
            notes.push(format!("{name}: {rows} rows are hidden in the workbook; they were read."));
        }
        _ => {}
    }
    if let Some(first) = sheet.about.struck.first() {
        let (rows, read) = match sheet.about.struck.len() {
            1 => ("one row has".to_owned(), "it was"),
            rows => (format!("{rows} rows have"), "they were"),
        };
        notes.push(format!(
            "{name}: {rows} text that is struck through in the workbook, the first on line {}; {read} read as if it were not.",
            first + 1
        ));
    }
    if !sheet.mixed.is_empty() {
        notes.push(format!(
            "{name}: some cells of column {} are dates and others are texts that look like dates. A program that did not \
             understand the texts may have swapped day and month of the others: compare with the export before it was \
             opened there.",
            sheet.mixed.join(", ")
        ));
    }
    notes
}
