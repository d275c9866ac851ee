//! What the columns of a table are.

use super::free_text;
use rxlint_model::record::{AdjustmentCodes, Field, Statement};

/// What a column was taken for.
#[derive(Clone, Debug)]
pub struct ColumnUse {
    /// Its name in a sentence: `drug_name` in quotes, or column 3.
    pub called: String,
    /// Its name, where that may be shown.
    pub name: Option<String>,
    /// The fields that it serves; none if it is not read.
    pub fields: Vec<Field>,
    /// Whether its header says that people write sentences in it: notes, directions, reasons.
    pub is_free_text: bool,
}

impl ColumnUse {
    /// What names the column in `--columns`: its header, or its number where the header may be data.
    pub fn argument(&self) -> String {
        let number = || self.called.trim_start_matches("column ").to_owned();
        self.name.clone().unwrap_or_else(number)
    }

    /// The option that gives the column to a field, as a shell takes it.
    pub fn option(&self, field: Field) -> String {
        let argument = format!("{}={}", field.name(), self.argument());
        let is_plain =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '=' | '-' | '.' | '/');
        if argument.chars().all(is_plain) {
            format!("`--columns {argument}`")
        } else {
            format!("`--columns '{}'`", argument.replace('\'', r"'\''"))
        }
    }
}

/// What the columns of a file are.
#[derive(Clone, Debug)]
pub struct TableLayout {
    /// The system that wrote the export, or `generic`.
    pub name: &'static str,
    /// Whether a row states a fill or a course.
    pub statement: Statement,
    /// Whose codes the column of adjustments holds.
    pub adjustment: AdjustmentCodes,
    /// The headers, in order.
    pub headers: Vec<String>,
    /// The name of each column in messages, or its position where the name may be data.
    pub labels: Vec<String>,
    /// Which column serves which field, in the order of columns. A field has one column,
    /// aside from those that are [`Field::REPEATABLE`].
    pub columns: Vec<(usize, Field)>,
    /// The columns that identify a person or hold free text: masked where a record is shown.
    pub private: Vec<usize>,
}

impl TableLayout {
    /// The name of a column in a sentence: `drug_name` in quotes, or column 3.
    pub fn called(&self, index: usize) -> String {
        let label = &self.labels[index];
        if *label == self.headers[index].trim() { format!("`{label}`") } else { label.clone() }
    }

    /// The column that serves a field.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().find(|(_, f)| *f == field).map(|(index, _)| *index)
    }

    /// What each column was taken for, in order.
    pub fn uses(&self) -> Vec<ColumnUse> {
        let of = |index: usize| ColumnUse {
            called: self.called(index),
            name: (self.labels[index] == self.headers[index].trim())
                .then(|| self.labels[index].clone()),
            fields: self.columns.iter().filter(|(at, _)| *at == index).map(|(_, f)| *f).collect(),
            is_free_text: free_text::is_header(&self.headers[index]),
        };
        (0..self.headers.len()).map(of).collect()
    }

    /// The names of the columns that serve no field.
    pub fn unused(&self) -> impl Iterator<Item = String> {
        let used = |index: &usize| !self.columns.iter().any(|(n, _)| n == index);
        (0..self.headers.len()).filter(used).map(|index| self.called(index))
    }
}
