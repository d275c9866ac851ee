//! What the columns of a table are.

use rxlint_model::record::{Field, Statement};

/// What the columns of a file are.
#[derive(Clone, Debug)]
pub struct TableLayout {
    /// The system that wrote the export, or `generic`.
    pub name: &'static str,
    /// Whether a row states a fill or a course.
    pub statement: Statement,
    /// The headers, in order.
    pub headers: Vec<String>,
    /// The name of each column in messages, or its position where the name may be data.
    pub labels: Vec<String>,
    /// Which column serves which field, in the order of columns. A field has at most one column.
    pub columns: Vec<(usize, Field)>,
    /// Fields that further columns belong to, with all their columns in order.
    pub joined: Vec<JoinedColumns>,
    /// How the column of each field was found, in the same order.
    pub found: Vec<Found>,
    /// What the columns that serve no field look like, by index.
    pub(super) open: Vec<(usize, Option<&'static str>)>,
    /// The columns that identify a person or hold free text: masked where a record is shown.
    pub private: Vec<usize>,
}

/// Columns that make one field together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedColumns {
    /// The field.
    pub field: Field,
    /// The columns in order.
    pub columns: Vec<usize>,
    /// What stands between their texts.
    pub separator: &'static str,
}

/// How the column of a field was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// By its header.
    Header,
    /// By what is in it.
    Content,
    /// Somebody said so: `--columns`, the configuration or a profile.
    Asked,
}

/// What one column of a table was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnUse {
    /// The column's index, from 0.
    pub index: usize,
    /// Its name in messages: the header where that may be shown, else its position.
    pub label: String,
    /// What it was taken for.
    pub taken: Taken,
}

/// What a column was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It serves this field.
    Field(Field, Found),
    /// Its header says what it is, and that is of no use.
    NoUse,
    /// Nothing says what it is; what its cells look like, where that is telling.
    Open(Option<&'static str>),
}

impl TableLayout {
    /// What each column was taken for.
    pub fn uses(&self) -> Vec<ColumnUse> {
        let taken = |index: usize| {
            let of_joined = |joined: &&JoinedColumns| joined.columns.contains(&index);
            let first = self.joined.iter().find(of_joined).map_or(index, |j| j.columns[0]);
            let field = self.columns.iter().zip(&self.found).find(|((at, _), _)| *at == first);
            let open = self.open.iter().find(|(at, _)| *at == index);
            match (field, open) {
                (Some(((_, field), found)), _) => Taken::Field(*field, *found),
                (None, Some((_, looks))) => Taken::Open(*looks),
                (None, None) => Taken::NoUse,
            }
        };
        (0..self.headers.len())
            .map(|index| ColumnUse { index, label: self.called(index), taken: taken(index) })
            .collect()
    }

    /// The fields whose column was found by content alone, with the column's name in messages.
    pub fn by_content(&self) -> Vec<(Field, String)> {
        let by_content =
            self.columns.iter().zip(&self.found).filter(|(_, f)| **f == Found::Content);
        by_content.map(|((index, field), _)| (*field, self.called(*index))).collect()
    }

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
        let used = |index: &usize| {
            !self.columns.iter().any(|(n, _)| n == index)
                && !self.joined.iter().any(|joined| joined.columns.contains(index))
        };
        (0..self.headers.len()).filter(used).map(|index| self.called(index))
    }
}
