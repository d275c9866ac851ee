//! How inputs are to be read.

use std::path::PathBuf;

use rxlint_model::date::pattern::DatePattern;
use rxlint_model::purpose::Purpose;
use rxlint_model::record::{DateOrder, Field};

use crate::format_name::InputFormatName;
use crate::layout::ColumnMap;

/// How inputs are to be read, where the user knows better than the file shows.
#[derive(Clone, Debug, Default)]
pub struct InputOptions {
    /// What they are read for.
    pub purpose: Purpose,
    /// Which column serves which field.
    pub columns: ColumnMap,
    /// The order of dates that are written as three numbers with the year last.
    pub date_order: Option<DateOrder>,
    /// Two-digit years from this one on belong to the century before; 69 unless given.
    pub date_pivot: Option<u32>,
    /// How the dates of a field are written, where that is stated.
    pub date_format: Vec<(Field, DatePattern)>,
    /// The byte between two cells.
    pub delimiter: Option<u8>,
    /// The format of every input; recognised by its first bytes unless given.
    pub format: Option<InputFormatName>,
    /// Tables of birth dates, read along with the inputs.
    pub patients: Vec<PathBuf>,
    /// Tables of conditions by code, read along with the inputs.
    pub conditions: Vec<PathBuf>,
    /// The name of standard input in reports.
    pub stdin_name: Option<String>,
    /// The type of patient identifier to prefer in messages that give several, such as `MR`.
    pub identifier_type: Option<String>,
}
