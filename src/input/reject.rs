//! Why a record could not be understood, and the list of those that could not.

use std::fmt;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::Input;
use super::error::{ErrorKind, InputError};
use crate::record::Place;

/// The reason for a rejection, as told to the person who has to mend the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No patient identifier.
    NoPatient,
    /// A placeholder such as `UNKNOWN` or `0000` where the patient identifier should be.
    PlaceholderPatient,
    /// None of the dates is filled in.
    NoDate,
    /// No date can be read; the field and what is wrong with it, never the record's own text.
    UnreadableDate {
        /// The field that was to be read.
        field: crate::record::Field,
    },
    /// The row has another number of cells than the header.
    CellCount {
        /// Cells in the header.
        expected: u32,
        /// Cells in the row.
        found: u32,
    },
    /// The record is larger than a record may be; most often a quote that is never closed.
    TooLarge,
    /// A quote is opened and never closed.
    OpenQuote,
    /// The record is broken in a way that its format can tell: what, and what to do.
    Malformed(String),
}

impl Reason {
    /// A short name for counting: `no-patient`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPatient => "no-patient",
            Self::PlaceholderPatient => "placeholder-patient",
            Self::NoDate => "no-date",
            Self::UnreadableDate { .. } => "unreadable-date",
            Self::CellCount { .. } => "cell-count",
            Self::TooLarge => "too-large",
            Self::OpenQuote => "open-quote",
            Self::Malformed(_) => "malformed",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPatient => f.write_str("the patient's identifier is empty; fill it in"),
            Self::PlaceholderPatient => {
                f.write_str("the patient's identifier is a placeholder, which many people may share; put the real one in")
            }
            Self::NoDate => f.write_str("none of its dates is filled in; give the day of the fill, the start or the order"),
            Self::UnreadableDate { field } => {
                write!(f, "the date in `{}` cannot be read; write it as YYYY-MM-DD", field.name())
            }
            Self::CellCount { expected, found } => write!(
                f,
                "it has {found} cells, the header has {expected}; look for a missing quote around a cell, or a line that was broken in two"
            ),
            Self::TooLarge => f.write_str("it is longer than 16 MiB; look for a quote that is opened on this line and never closed"),
            Self::OpenQuote => f.write_str("a quote is opened on this line and never closed; close it or take it away"),
            Self::Malformed(what) => f.write_str(what),
        }
    }
}

/// Writes the rejected records as a table: file, record, line, reason in short and in words. What the records say is not
/// in it.
///
/// # Errors
/// When the output cannot be written.
pub fn write_to(out: impl Write, inputs: &[Input], rejected: &[(Place, Reason)]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["file", "record", "line", "reason", "explanation"])?;
    for (place, reason) in rejected {
        let path = inputs.get(place.file as usize).map_or("", Input::path);
        let (record, line) = (place.record.to_string(), place.line.to_string());
        table.write_record([&*no_formula(path), &record, &line, reason.code(), &no_formula(&reason.to_string())])?;
    }
    table.flush()
}

/// The same into a file that is whole or absent, readable by its owner alone.
///
/// # Errors
/// When the file cannot be written; what stood there before stays as it was.
pub fn write(path: &Path, inputs: &[Input], rejected: &[(Place, Reason)]) -> Result<(), InputError> {
    let written = || -> io::Result<()> {
        // What is no ordinary file, such as a pipe, cannot be replaced.
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
            return write_to(fs::OpenOptions::new().write(true).open(path)?, inputs, rejected);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut temporary = tempfile::Builder::new().prefix(".rxlint-").tempfile_in(folder)?;
        write_to(BufWriter::new(temporary.as_file_mut()), inputs, rejected)?;
        temporary.as_file().sync_all()?;
        temporary.persist(path).map_err(|failed| failed.error)?;
        Ok(())
    };
    written().map_err(|error| InputError::new(ErrorKind::Write { path: path.display().to_string(), error }))
}

/// Text that a spreadsheet does not take for a formula.
fn no_formula(text: &str) -> std::borrow::Cow<'_, str> {
    let formula = text.len() > 1 && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::InputOptions;

    #[test]
    fn rejects_are_written_whole_and_for_the_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejects.csv");
        let options = InputOptions::default();
        let input = Input::memory(0, "=claims.csv", b"patient,drug,date\n".to_vec(), &options).unwrap();
        let place = Place { file: 0, record: 3, line: 5, offset: 0 };
        let rejected = [
            (place, Reason::CellCount { expected: 9, found: 8 }),
            (Place { record: 7, line: 9, ..place }, Reason::UnreadableDate { field: crate::record::Field::Dispensed }),
        ];
        write(&path, &[input], &rejected).unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "file,record,line,reason,explanation\n\
             '=claims.csv,3,5,cell-count,\"it has 8 cells, the header has 9; look for a missing quote around a cell, or a line that was broken in two\"\n\
             '=claims.csv,7,9,unreadable-date,the date in `fill_date` cannot be read; write it as YYYY-MM-DD\n"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
        let error = write(&folder.path().join("no/rejects.csv"), &[], &[]).unwrap_err();
        assert!(error.to_string().contains("rejects.csv: cannot be written"), "{error}");
    }
}
