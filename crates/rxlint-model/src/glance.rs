//! A row as it stands in the file, by which most rows are settled: those about drugs that no rule watches.
//!
//! Rows repeat themselves. What an intake learned from one row, it knows of every other whose telling cells have the same
//! bytes, without taking them for what they mean. It may settle a row so, or ask for the record.

use crate::record::{DateOrder, Field};

/// Where the cells of a [`Glance`] come from. What was learned under one layout holds under the same alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlanceLayout {
    /// The byte between two cells.
    pub delimiter: u8,
    /// Which columns serve which fields, of those that make the identity.
    pub columns: Vec<(usize, Field)>,
    /// The order of the dates.
    pub order: Option<DateOrder>,
}

/// The telling cells of a row without anything out of the ordinary: its quantity is not negative, and it says nothing of
/// adjustments, diagnoses and pregnancies.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a> {
    /// The patient's identifier, which is not empty and no token for "nothing".
    pub patient: &'a [u8],
    /// The cell of the first date that a record's day is told from.
    pub day: &'a [u8],
    /// The status cell, as it stands.
    pub status: &'a [u8],
    /// The cells of the identity as they stand, with the delimiter between them.
    pub identity: &'a [u8],
}

/// What came of a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The row is done with, and counted.
    Done,
    /// The whole record is needed.
    Needed,
    /// Nothing is known of such rows: a first look at the record is needed, and it is to be learned from.
    New,
}
