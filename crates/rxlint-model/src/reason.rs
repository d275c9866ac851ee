//! Why a record could not be understood.

use std::fmt;

use crate::record::Field;

/// The reason for a rejection, as shown to the person who has to fix the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No patient identifier.
    NoPatient,
    /// A placeholder such as `UNKNOWN` or `0000` instead of a patient identifier.
    PlaceholderPatient,
    /// A number that a spreadsheet has rounded (`1.23457E+15`) instead of a patient identifier.
    RoundedPatient,
    /// A quote inside the patient's identifier, which then belongs to someone else.
    StrayQuote,
    /// A drug, date, amount or status instead of a patient identifier, as when cells were shifted.
    OtherCell,
    /// None of the dates is filled in.
    NoDate,
    /// No date can be read. Names the field, never the record's own text.
    UnreadableDate {
        /// The field that could not be read.
        field: Field,
    },
    /// The row has a different number of cells than the header.
    CellCount {
        /// Cells in the header.
        expected: u32,
        /// Cells in the row.
        found: u32,
    },
    /// The record is larger than allowed; usually a quote that is never closed.
    TooLarge,
    /// A quote is opened and never closed.
    OpenQuote,
    /// The record is broken in a way that its format can explain: the fault, and what to do.
    Malformed(String),
}

impl Reason {
    /// A short name for counting: `no-patient`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPatient => "no-patient",
            Self::PlaceholderPatient => "placeholder-patient",
            Self::RoundedPatient => "rounded-patient",
            Self::StrayQuote => "stray-quote",
            Self::OtherCell => "other-cell",
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
                f.write_str("the patient's identifier is a placeholder, which many people may share; enter the real one")
            }
            Self::RoundedPatient => {
                f.write_str("the patient's identifier was rounded by a spreadsheet, so many people may share it; export it as text")
            }
            Self::StrayQuote => {
                f.write_str("there is a quote inside the patient's identifier; remove it")
            }
            Self::OtherCell => f.write_str(
                "the patient column holds a drug, a date, an amount or a status; check whether the row's cells were shifted, and enter the \
                 identifier",
            ),
            Self::NoDate => f.write_str("none of its dates is filled in; give the date of the fill, the start or the order"),
            Self::UnreadableDate { field } => {
                write!(f, "its {} is not a valid date; write it as YYYY-MM-DD", field.name())
            }
            Self::CellCount { expected, found } => write!(
                f,
                "it has {found} cells, the header has {expected}; look for a missing quote around a cell, or a line that was broken in two"
            ),
            Self::TooLarge => f.write_str("it is longer than 16 MiB; look for a quote that is opened on this line and never closed"),
            Self::OpenQuote => f.write_str("a quote is opened on this line and never closed; close it or remove it"),
            Self::Malformed(what) => f.write_str(what),
        }
    }
}
