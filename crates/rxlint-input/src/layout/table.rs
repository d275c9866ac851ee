//! What the columns of a table are.

use rxlint_model::record::{AdjustmentCodes, Field, Statement};

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

    /// The names of the columns that serve no field.
    pub fn unused(&self) -> impl Iterator<Item = String> {
        let used = |index: &usize| !self.columns.iter().any(|(n, _)| n == index);
        (0..self.headers.len()).filter(used).map(|index| self.called(index))
    }
}
