//! Files that hold files: archives, whose members are opened like the files of a folder, and
//! workbooks, whose sheets are read like tables.
//!
//! A member is named after what holds it: `export.zip!2026/claims.csv`, `claims.xlsx!Fills`. All
//! members of one container are unpacked into one spool, once.

mod archive;
mod kind;
mod limits;
#[cfg(feature = "spreadsheets")]
mod sheets;
mod tar;
mod zip;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{ErrorKind, InputError};
#[cfg(not(feature = "spreadsheets"))]
use crate::foreign::ForeignFormat;
use crate::source::{InputSource, Spool, Window};
use kind::ContainerKind;
pub(crate) use kind::is_named_as_workbook;
pub(crate) use limits::Budget;

/// Between the name of a container and that of its member.
pub(crate) const INSIDE: char = '!';

/// What a container holds.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// What may be an input, sorted by name; sheets in workbook order.
    pub(crate) parts: Vec<Part>,
    /// Members of kinds that never hold prescriptions.
    pub(crate) never: Vec<PathBuf>,
    /// Remarks on what was read.
    pub(crate) notes: Vec<String>,
    /// What could not be read, and why.
    pub(crate) errors: Vec<InputError>,
    /// Whether it is a workbook.
    pub(crate) is_workbook: bool,
}

/// One member of an archive, or one sheet of a workbook.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Its name, after that of what holds it.
    pub(crate) name: String,
    window: Window,
    spool: Arc<Spool>,
    /// Why its check would not be complete, if it is read.
    pub(crate) doubt: Option<String>,
    /// The rows of a sheet, from 0, in which a cell is struck through.
    pub(crate) struck: Vec<u32>,
}

impl Part {
    /// The part as a separate input.
    pub(crate) fn open(&self) -> InputSource {
        self.window.open(&self.name, &self.spool)
    }

    /// Whether it is a sheet of a workbook.
    pub(crate) fn is_sheet(&self) -> bool {
        self.window.workbook().is_some()
    }

    /// Its name as a path.
    pub(crate) fn path(&self) -> &Path {
        Path::new(&self.name)
    }
}

/// Why a workbook with a password cannot be opened.
const PROTECTED: &str =
    "is a workbook or document that is protected by a password: it was not read";
const PROTECTED_HELP: &str = "Open it with its password, take the password off (in Excel: File, Info, Protect Workbook, Encrypt with Password, and leave it empty), save a copy, and give rxlint that.";

/// The name of a member.
fn name_inside(container: &str, member: &str) -> String {
    format!("{container}{INSIDE}{member}")
}

/// Opens a container; `None` if the file is not one.
///
/// # Errors
/// When it cannot be read, or is a document that is packed like an archive.
pub(crate) fn open(
    source: &InputSource,
    budget: &mut Budget,
) -> Result<Option<Contents>, InputError> {
    let Some(kind) = kind::of(source)? else { return Ok(None) };
    match kind {
        ContainerKind::Foreign(format) => {
            Err(InputError::new(ErrorKind::Unsupported { path: source.name().to_owned(), format }))
        }
        ContainerKind::Closed(what, help) => Err(refused(source.name(), what, help)),
        ContainerKind::Zip => archive::read(source, budget, zip::unpack).map(Some),
        ContainerKind::Tar => archive::read(source, budget, tar::unpack).map(Some),
        #[cfg(feature = "spreadsheets")]
        ContainerKind::Workbook(workbook) => sheets::read(source, workbook, budget).map(Some),
        #[cfg(not(feature = "spreadsheets"))]
        ContainerKind::Workbook(_) => Err(InputError::new(ErrorKind::Unsupported {
            path: source.name().to_owned(),
            format: ForeignFormat::Workbook,
        })),
    }
}

/// An error about a container or one of its members.
pub(crate) fn refused(path: &str, what: impl Into<String>, help: &'static str) -> InputError {
    let (path, what) = (path.to_owned(), what.into());
    InputError::new(ErrorKind::Container { path, what, help, is_read: false })
}

/// Why the check of something that was read is not complete.
pub(crate) fn doubtful(path: &str, what: String) -> InputError {
    let (path, help) =
        (path.to_owned(), "Open it in a spreadsheet program, save it there, and run again.");
    InputError::new(ErrorKind::Container { path, what, help, is_read: true })
}

/// The letters of a column, counted from 0: `A`, `Z`, `AA`.
pub(crate) fn column_letters(column: usize) -> String {
    let (mut letters, mut rest) = (Vec::new(), column + 1);
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|&letter| char::from(letter)).collect()
}
