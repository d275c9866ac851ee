//! Fields that several columns make together: `patient=Last+First+DOB`, or a list of drugs.

use super::cells::{is_null, trim};
use super::index::RowCells;
use super::scan::text;
use crate::layout::JoinedColumns;
use rxlint_model::record::{Field, Record};

/// Room for the texts that are put together.
#[derive(Default)]
pub(super) struct JoinedTexts {
    texts: Vec<Vec<u8>>,
}

impl JoinedTexts {
    /// The record with the joined fields in it.
    pub(super) fn fill<'s>(
        &'s mut self,
        joined: &[JoinedColumns],
        bytes: &[u8],
        cells: RowCells<'_>,
        record: &Record<'s>,
    ) -> Record<'s> {
        let mut scratch = Vec::new();
        self.texts.clear();
        for columns in joined {
            let parts = columns
                .columns
                .iter()
                .map(|&column| trim(text(bytes, cells.span(bytes, column), &mut scratch)).to_vec());
            self.texts.push(join(columns, parts.collect()));
        }
        let mut whole = record.clone();
        for (columns, text) in joined.iter().zip(&self.texts) {
            whole.cells[columns.field as usize].text = text;
        }
        whole
    }
}

/// The parts with the separator between them. A patient of whom a part is missing is nobody: two
/// people may have the other parts in common.
pub(crate) fn join(columns: &JoinedColumns, parts: Vec<Vec<u8>>) -> Vec<u8> {
    let says_nothing = |part: &Vec<u8>| part.is_empty() || is_null(part);
    if columns.field == Field::Patient && parts.iter().any(says_nothing) {
        return Vec::new();
    }
    let parts: Vec<Vec<u8>> = parts.into_iter().filter(|part| !says_nothing(part)).collect();
    parts.join(columns.separator.as_bytes())
}
