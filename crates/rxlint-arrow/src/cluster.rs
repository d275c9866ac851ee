//! Linting data spread over many machines: survey, sieve, judge.
//!
//! Each step takes batches of a part of the data, wherever it is, and the results add up:
//!
//! 1. [`Survey`] reads every row once and counts; the merged [`Seen`] shows how dates are written and which day counts as today.
//! 2. [`Sieve`] keeps the rows that a finding can depend on, a few percent, with the key of the patient.
//! 3. [`Worker`] takes the rows of whole patients, one patient after another, and returns their findings.
//!
//! Between the second and third steps, each patient's rows are brought together by that key: no other exchange is needed. The findings are those of
//! one run over all rows, byte for byte.

mod seen;
mod sieve;
mod survey;
mod worker;

use std::collections::BTreeMap;
use std::fmt;

use arrow_array::{ArrayRef, RecordBatch};
use serde::{Deserialize, Serialize};

pub use seen::Seen;
pub use sieve::Sieve;
pub use survey::Survey;
pub use worker::{Worker, rows_schema};

use crate::columns::BatchCells;
use rxlint_engine::engine::Engine;
use rxlint_input::columnar::{Cells, Scout, TableReader};
use rxlint_input::layout::ColumnMap;
use rxlint_input::{InputError, InputOptions};
use rxlint_model::day::Day;
use rxlint_model::record::{DateOrder, Field, decode};

/// The column of patient keys that a [`Sieve`] adds.
pub const KEY: &str = "rxlint_key";
/// The column of numbers that decide which of two rows is later.
pub const SEQUENCE: &str = "rxlint_sequence";

/// What every worker must know to read the same rows in the same way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The columns of the whole table.
    pub headers: Vec<String>,
    /// The first rows, as texts, for columns whose headers are not understood.
    pub sample: Vec<Vec<String>>,
    /// Which column serves which field, if stated.
    pub columns: BTreeMap<String, String>,
    /// How all-numeric dates are written, if stated.
    pub date_order: Option<DateOrder>,
    /// How the dates of all rows are written, once that is known.
    pub scout: Option<Scout>,
    /// The day that counts as today, counted from 1970-01-01, once it is known.
    pub as_of: Option<i32>,
    /// Whether names of prescribers are shown.
    pub show: bool,
    /// The digest of the engine that all must judge by.
    pub digest: String,
}

/// Why a part could not be linted: what went wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterError {
    /// What went wrong. It never contains anything from a record.
    pub what: String,
    /// What to do.
    pub help: String,
}

impl ClusterError {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

impl fmt::Display for ClusterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for ClusterError {}

impl From<InputError> for ClusterError {
    fn from(error: InputError) -> Self {
        Self::new(error.to_string(), error.help())
    }
}

impl From<arrow_schema::ArrowError> for ClusterError {
    fn from(error: arrow_schema::ArrowError) -> Self {
        Self::new(error.to_string(), "hand over batches of the columns that the plan wants")
    }
}

impl Plan {
    /// The columns that must be passed, in order, by their positions in the whole table.
    ///
    /// # Errors
    /// If they are not those of a prescription export.
    pub fn wanted(&self, engine: &Engine) -> Result<Vec<usize>, ClusterError> {
        Ok(self.reader(engine, &[])?.wanted().columns.clone())
    }

    /// The column that serves a field, by its position in the whole table.
    ///
    /// # Errors
    /// As [`Plan::wanted`].
    pub fn column(&self, engine: &Engine, field: Field) -> Result<Option<usize>, ClusterError> {
        let columns = self.reader(engine, &[])?.columns();
        Ok(columns.iter().position(|column| column.fields.contains(&field)))
    }

    /// Decides how dates are written and which day counts as today. Returns `true` if the survey must be repeated, because dates are written
    /// differently than the first rows suggest.
    ///
    /// # Errors
    /// If nothing shows whether the day or the month comes first.
    pub fn settle(&mut self, engine: &Engine, seen: &Seen) -> Result<bool, ClusterError> {
        let mut reader = self.reader(engine, &[])?;
        let is_first = self.scout.is_none();
        let changed = reader.settle(&seen.scout, &[])? && is_first;
        self.scout = Some(seen.scout.clone());
        if self.as_of.is_none() && !changed {
            self.as_of = seen.as_of().map(|day| day.0);
        }
        Ok(changed)
    }

    fn today(&self) -> Day {
        Day(self.as_of.unwrap_or(0))
    }

    /// The reader of the table's rows.
    fn reader(&self, engine: &Engine, previewed: &[Field]) -> Result<TableReader, ClusterError> {
        if !self.digest.is_empty() && self.digest != engine.digest() {
            return Err(ClusterError::new(
                format!(
                    "this worker judges by other rules ({}) than the others ({})",
                    engine.digest(),
                    self.digest
                ),
                "install the same version of rxlint everywhere, and hand the same engine to all",
            ));
        }
        let mut columns = ColumnMap::default();
        for (field, header) in &self.columns {
            columns.insert(field, header).map_err(|error| {
                let fields = Field::ALL.into_iter().filter(|field| field.is_of_prescriptions());
                let fields: Vec<&str> = fields.map(Field::name).collect();
                ClusterError::new(
                    error.to_string(),
                    format!("the fields are: {}", fields.join(", ")),
                )
            })?;
        }
        let options =
            InputOptions { columns, date_order: self.date_order, ..InputOptions::default() };
        let cell = |text: &String| text.clone().into_bytes();
        let sample = self.sample.iter().map(|row| row.iter().map(cell).collect()).collect();
        let headers = self.headers.clone();
        let mut reader = TableReader::open("the table", 0, headers, sample, &options, previewed)?;
        if let Some(scout) = &self.scout {
            reader.settle(scout, previewed)?;
        }
        Ok(reader)
    }
}

/// The first rows of some batches as texts, for [`Plan::sample`].
pub fn sample(batches: &[RecordBatch]) -> Vec<Vec<String>> {
    let (mut cells, mut rows) = (BatchCells::default(), Vec::new());
    for batch in batches {
        let count = batch.num_rows().min(TableReader::SAMPLE - rows.len());
        let first = batch.slice(0, count);
        cells.with(count, first.columns(), &[], |batch| {
            for row in 0..count {
                let text = |cells: &Cells<'_>| decode(&cells.to_vec(row)).trim().to_owned();
                rows.push(batch.columns.iter().map(text).collect());
            }
        });
    }
    rows
}

/// The wanted columns of a batch, which come first and in order.
fn wanted<'b>(
    reader: &TableReader,
    batch: &'b RecordBatch,
) -> Result<&'b [ArrayRef], ClusterError> {
    let count = reader.wanted().columns.len();
    batch.columns().get(..count).ok_or_else(|| {
        ClusterError::new(
            format!("{} columns were handed over, and {count} are wanted", batch.num_columns()),
            "hand over the columns that the plan wants, in its order",
        )
    })
}
