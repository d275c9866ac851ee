//! What the rows of a table look like.

use rxlint_model::record::{AdjustmentCodes, DateOrder, Field, Statement};

/// The order of each date field, as far as it is known.
pub(super) type FieldDateOrders = [Option<DateOrder>; Field::COUNT];

/// What has to be known of a file to make records of its rows.
#[derive(Clone, Debug)]
pub(super) struct TableShape {
    /// The number of the file among the inputs of the run.
    pub(super) file: u32,
    pub(super) delimiter: u8,
    pub(super) statement: Statement,
    /// Whose codes the column of adjustments holds.
    pub(super) adjustment: AdjustmentCodes,
    /// How many cells a row has.
    pub(super) width: usize,
    /// Which column serves which field. A column may serve several fields, a field has one column
    /// (several, where it is repeatable).
    pub(super) columns: Vec<(usize, Field)>,
    /// The header as written, to recognise it where exports were joined.
    pub(super) header: Vec<u8>,
}

impl TableShape {
    /// The columns of fields that have several, in order.
    pub(super) fn repeated(&self) -> Vec<(usize, Field)> {
        let times = |field: &Field| self.columns.iter().filter(|(_, other)| other == field).count();
        self.columns.iter().copied().filter(|(_, field)| times(field) > 1).collect()
    }

    /// Whether the row is the header once more.
    pub(super) fn is_header_again(&self, row: &[u8]) -> bool {
        match row.len().checked_sub(self.header.len()) {
            Some(0) => row == self.header,
            // Joined files bring their byte order marks along.
            Some(3) => row.starts_with(b"\xEF\xBB\xBF") && row.ends_with(&self.header),
            _ => false,
        }
    }
}
