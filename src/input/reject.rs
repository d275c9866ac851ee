//! Why a record could not be understood.

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

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
