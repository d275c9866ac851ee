//! The witness's look at tables whose cells come by column.

use rayon::prelude::*;

use super::{BYTES_A_ROW, CellBatch, ColumnarInput, Wanted};
use crate::error::{ErrorKind, InputError};
use crate::raw::{RawExtent, RawField, RawUnit, RawValue, RawVisitor};
use rxlint_model::record::decode;

impl ColumnarInput {
    /// Looks at the cells of the rows in the extent, part by part.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub(crate) fn look<V: RawVisitor>(
        &self,
        name: &str,
        extent: RawExtent,
        make: &(dyn Fn() -> V + Sync),
    ) -> Result<Vec<V>, InputError> {
        if extent == RawExtent::Off {
            return Ok(Vec::new());
        }
        let width = self.columns.headers().len();
        let wanted = Wanted { columns: (0..width).collect(), late: vec![true; width] };
        let parts = self.columns.parts();
        let held = |part: &usize| {
            let end = parts.get(part + 1).copied().unwrap_or(u64::MAX);
            (parts[*part]..end).step_by(PIECE).any(|row| extent.holds(row * BYTES_A_ROW))
        };
        let look = |part: usize| {
            let (mut visitor, mut before) = (make(), parts[part]);
            let read = self.columns.read(part, &wanted, &mut |batch| {
                visit(batch, before, extent, &mut visitor);
                before += batch.rows as u64;
                true
            });
            read.map(|()| visitor)
                .map_err(|error| InputError::new(ErrorKind::Read { path: name.to_owned(), error }))
        };
        let parts: Vec<usize> = (0..parts.len()).filter(held).collect();
        parts.into_par_iter().map(look).collect()
    }
}

/// Fewer rows than an extent has in one piece.
const PIECE: usize = 4096;

fn visit<V: RawVisitor>(batch: &CellBatch<'_>, before: u64, extent: RawExtent, visitor: &mut V) {
    let mut text = Vec::new();
    for row in 0..batch.rows {
        let start = (before + row as u64) * BYTES_A_ROW;
        if !extent.holds(start) {
            continue;
        }
        let unit = RawUnit { start, end: start + BYTES_A_ROW, whole: true };
        for (column, cells) in batch.columns.iter().enumerate() {
            text.clear();
            cells.append(row, &mut text);
            if !text.is_empty() {
                let text = decode(&text);
                visitor.value(&RawValue { unit, field: RawField::Column(column), text: &text });
            }
        }
    }
}
