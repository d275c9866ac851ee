//! Why a record could not be understood, and the list of those that could not.

use std::fmt;
use std::io::{self, Write};

use super::Input;
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
pub fn write(out: impl Write, inputs: &[Input], rejected: &[(Place, Reason)]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["file", "record", "line", "code", "reason"])?;
    for (place, reason) in rejected {
        let path = inputs.get(place.file as usize).map_or("", Input::path);
        let (record, line) = (place.record.to_string(), place.line.to_string());
        table.write_record([
            &*no_formula(path),
            &record,
            &line,
            reason.code(),
            &no_formula(&reason.to_string()),
        ])?;
    }
    table.flush()
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
    fn the_list_names_places_and_reasons_and_no_formula() {
        let input = Input::memory(
            0,
            "=claims.csv",
            b"patient,drug,date\n".to_vec(),
            &InputOptions::default(),
        )
        .unwrap();
        let place = Place { file: 0, record: 3, line: 5, offset: 0 };
        let rejected = [
            (place, Reason::CellCount { expected: 9, found: 8 }),
            (
                Place { record: 7, line: 9, ..place },
                Reason::UnreadableDate { field: crate::record::Field::Dispensed },
            ),
        ];
        let mut out = Vec::new();
        write(&mut out, &[input], &rejected).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "file,record,line,code,reason\n\
             '=claims.csv,3,5,cell-count,\"it has 8 cells, the header has 9; look for a missing quote around a cell, or a line that was broken in two\"\n\
             '=claims.csv,7,9,unreadable-date,the date in `fill_date` cannot be read; write it as YYYY-MM-DD\n"
        );
    }
}
