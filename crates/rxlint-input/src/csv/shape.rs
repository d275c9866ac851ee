//! What the rows of a table look like.

use crate::layout::JoinedColumns;
use rxlint_model::place::RowKey;
use rxlint_model::record::{AdjustmentCodes, DateOrder, Field, Record, Statement};

/// The order of each date field, if it is known.
pub(crate) type FieldDateOrders = [Option<DateOrder>; Field::COUNT];

/// What has to be known about a file to make records from its rows.
#[derive(Clone, Debug)]
pub(crate) struct TableShape {
    /// The number of the file among the inputs of the run.
    pub(crate) file: u32,
    pub(crate) delimiter: u8,
    pub(crate) statement: Statement,
    /// Whose codes the column of adjustments holds.
    pub(crate) adjustment: AdjustmentCodes,
    /// The system of its codes, if their header names one.
    pub(crate) code_system: &'static str,
    /// How many cells a row has.
    pub(crate) width: usize,
    /// Which column serves which field. A column may serve several fields, a field has one column (several, if it is repeatable).
    pub(crate) columns: Vec<(usize, Field)>,
    /// Fields made of several columns.
    pub(crate) joined: Vec<JoinedColumns>,
    /// The header as written, to recognise it in joined exports.
    pub(super) header: Vec<u8>,
    /// The rows above the header, with all digits made the same.
    pub(super) titles: Vec<Vec<u8>>,
}

impl TableShape {
    /// A record of this shape, without the cells of its row.
    pub(crate) fn record<'r>(&self, key: impl Into<RowKey>, orders: FieldDateOrders) -> Record<'r> {
        let mut record = Record::empty(key, self.statement);
        record.date_order = orders;
        record.adjustment = self.adjustment;
        record.cells[Field::CodeSystem as usize].text = self.code_system.as_bytes();
        record
    }

    /// The columns of fields that have several, in order.
    pub(crate) fn repeated(&self) -> Vec<(usize, Field)> {
        let times = |field: &Field| self.columns.iter().filter(|(_, other)| other == field).count();
        self.columns.iter().copied().filter(|(_, field)| times(field) > 1).collect()
    }

    /// Whether the row repeats a line above the header, on a later page: the same except for its numbers.
    pub(super) fn is_title_again(&self, row: &[u8]) -> bool {
        !self.titles.is_empty() && self.titles.contains(&without_digits(row))
    }

    /// Whether the row repeats the header.
    #[inline]
    pub(super) fn is_header_again(&self, row: &[u8]) -> bool {
        if self.header.is_empty() {
            return false;
        }
        match row.len().checked_sub(self.header.len()) {
            Some(0) => row == self.header,
            // Joined files keep their byte order marks.
            Some(3) => row.starts_with(b"\xEF\xBB\xBF") && row.ends_with(&self.header),
            _ => false,
        }
    }
}

/// A line with all digits made the same: `Page 2 of 10` and `Page 3 of 10` are equal.
pub(super) fn without_digits(row: &[u8]) -> Vec<u8> {
    row.iter().filter(|byte| !byte.is_ascii_digit()).copied().collect()
}
