//! What a table must have, and why it is refused.

use rxlint_model::record::Field;

use crate::layout::columns::Column;

/// Why a file's headers are not those of a prescription export.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayoutError {
    /// A table that is known to hold something else: its name, and what it is.
    Other(&'static str, &'static str),
    /// The first row holds data.
    NoHeader {
        /// An option that would help.
        example: String,
        /// The numbers of the columns that count days, or pieces.
        days: Vec<usize>,
        /// Those of several columns that hold days.
        dates: Vec<usize>,
    },
    /// Something essential has no column.
    Missing {
        /// What: `a patient`, `a drug's name or code`, `a date`.
        missing: Vec<Essential>,
        /// What the file seems to be, if that can be guessed.
        hint: Option<&'static str>,
        /// A `--columns` option that would help, as far as it can be guessed.
        example: String,
        /// Whether it is clear that it holds no prescriptions, rather than that some column has an odd name.
        plainly: bool,
        /// For each column the field that it serves, else what its cells look like.
        found: Vec<String>,
    },
    /// A column that was asked for is not there: the field, the column, and the nearest header.
    NoColumn(Field, Column, Option<String>),
}

/// What every record needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Essential {
    /// Who.
    Patient,
    /// What.
    Drug,
    /// When.
    FirstDay,
}

impl Essential {
    /// All of them.
    pub(in crate::layout) const ALL: [Self; 3] = [Self::Patient, Self::Drug, Self::FirstDay];

    /// The fields that provide it; any of them will do.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Patient => &[Field::Patient],
            Self::Drug => &[
                Field::Drug,
                Field::Generic,
                Field::Brand,
                Field::Ordered,
                Field::Ndc,
                Field::Rxcui,
                Field::Atc,
                Field::Hcpcs,
                Field::Code,
                Field::Concept,
            ],
            Self::FirstDay => &Field::FIRST_DAY,
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Patient => "a patient",
            Self::Drug => "a drug's name or code",
            Self::FirstDay => "a date",
        }
    }

    /// The field that an example names, and words that a fitting header may contain.
    pub(in crate::layout) const fn guess(self) -> (Field, &'static [&'static str]) {
        match self {
            Self::Patient => (
                Field::Patient,
                &[
                    "patient", "person", "member", "mrn", "subject", "client", "pat", "cust",
                    "acct", "account", "chart", "resident",
                ],
            ),
            Self::Drug => (
                Field::Drug,
                &["drug", "medic", "med", "product", "rxnorm", "ndc", "item", "desc", "name"],
            ),
            Self::FirstDay => {
                (Field::Dispensed, &["fill", "disp", "serv", "date", "start", "dt", "time", "day"])
            }
        }
    }
}
