//! How inputs are read.

use std::path::PathBuf;

use glob::{MatchOptions, Pattern};

use rxlint_model::date::pattern::DatePattern;
use rxlint_model::purpose::Purpose;
use rxlint_model::record::{DateOrder, Field};

use crate::columnar::OpenColumns;
use crate::container::INSIDE;
use crate::format_name::InputFormatName;
use crate::layout::{ColumnMap, DrugLook};
use crate::source::SheetOf;

/// How the files with certain paths are read.
#[derive(Clone, Debug)]
pub struct InputProfile {
    /// The paths: a pattern of the whole path or of its end.
    pub path: Pattern,
    /// How they are read.
    pub options: InputOptions,
}

impl InputOptions {
    /// The options for a sheet of a workbook, which comes as text with commas, unless its cells are lines of text.
    pub(crate) fn for_sheet(&self, sheet: SheetOf) -> Self {
        let delimiter = if sheet.is_one_column { self.delimiter } else { Some(b',') };
        Self { delimiter, format: Some(InputFormatName::Csv), ..self.clone() }
    }

    /// The options for a file, by its path as given.
    pub fn for_path(&self, path: &str) -> &Self {
        let path = path.replace('\\', "/");
        // A part of a container is also read as its containers are.
        let holders = path.match_indices(INSIDE).rev().map(|(at, _)| &path[..at]);
        let ends = std::iter::once(path.as_str()).chain(holders).flat_map(|path| {
            let inner = path.match_indices(['/', INSIDE]).map(|(at, _)| &path[at + 1..]);
            std::iter::once(path).chain(inner)
        });
        let rules = MatchOptions { require_literal_separator: true, ..MatchOptions::default() };
        let fits =
            |profile: &&InputProfile| ends.clone().any(|end| profile.path.matches_with(end, rules));
        self.profiles.iter().find(fits).map_or(self, |profile| &profile.options)
    }
}

/// How inputs are read, if the user knows better than the file shows.
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
    /// How the dates of a field are written, if that is stated.
    pub date_format: Vec<(Field, DatePattern)>,
    /// The byte between two cells.
    pub delimiter: Option<u8>,
    /// How many lines are above the header of a table; detected unless given.
    pub skip_lines: Option<u32>,
    /// Tables have no header: their first row is a record.
    pub no_header: bool,
    /// Whether a text names a drug, to recognise a column by its content.
    pub drug_look: DrugLook,
    /// A site's own words for statuses, with what each means.
    pub status_words: Vec<(String, String)>,
    /// What the days' supply counts if not days: `week` or `month`.
    pub supply_unit: Option<&'static str>,
    /// How the files with certain paths are read instead; the first that matches a path counts.
    pub profiles: Vec<InputProfile>,
    /// What takes Parquet and Arrow files apart; without it they are not read.
    pub open_columns: Option<OpenColumns>,
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
