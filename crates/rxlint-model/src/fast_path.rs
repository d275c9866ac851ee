//! The fast path: rows settled by the bytes of their cells, without building a record.
//!
//! Exports repeat themselves, and most rows are about drugs that no rule watches. What a sink has
//! learned from one row holds for every row whose deciding cells have the same bytes, so it can
//! count such a row without parsing it. It may do that, or ask for the record.

use crate::place::Place;
use crate::record::{AdjustmentCodes, DateOrder, Field};

/// Where the cells of a [`FastRow`] come from. What was learned under one layout is valid only
/// under the same layout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FastLayout {
    /// The byte between two cells.
    pub delimiter: u8,
    /// Which columns serve which fields, among those that identify the drug.
    pub columns: Vec<(usize, Field)>,
    /// Which columns serve which fields, among those that decide the status.
    pub status: Vec<(usize, Field)>,
    /// Which columns serve which fields, among those that say something about the person.
    pub facts: Vec<(usize, Field)>,
    /// The forms of columns that are rewritten before they are read; empty if there are none.
    pub forms: String,
    /// The code set of the adjustment column.
    pub adjustment: AdjustmentCodes,
    /// The number of a claim's first version, if a column numbers versions: 0 or 1.
    pub first_version: u32,
    /// The code system, if the codes' header names one.
    pub code_system: &'static str,
    /// The order of the dates.
    pub order: Option<DateOrder>,
    /// Whose numbers replace texts in an identity; 0 if there are none.
    pub numbers: u64,
}

/// The deciding cells of an ordinary row, whose quantity is not negative.
#[derive(Clone, Copy, Debug, Default)]
pub struct FastRow<'a> {
    /// The patient's identifier, which is neither empty nor a word for "none".
    pub patient: &'a [u8],
    /// The cell of the first date field that determines a record's day.
    pub day: &'a [u8],
    /// The cells that decide the status, as written; if there are several, the delimiter follows each.
    pub status: &'a [u8],
    /// The cells that identify the drug, as written, with the delimiter between them.
    pub identity: &'a [u8],
    /// The cells for diagnoses and pregnancies, as written; if there are several, the delimiter follows each. Empty if all are empty.
    pub facts: &'a [u8],
    /// Where the row is: the place of its record. Its number is 0 where the record may say more about the drug than the identity does.
    pub place: Place,
}

/// What the fast path made of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FastOutcome {
    /// The row has been handled and counted.
    Settled,
    /// The whole record is needed.
    NeedsRecord,
    /// No row with these cells has been seen: the sink previews the record and learns from it.
    Unknown,
}
