//! Rows read a second time, to show them: written as rows of a table in text form.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::input::ColumnarInput;
use crate::csv::reread::of_line;
use crate::error::{ErrorKind, InputError};
use rxlint_model::place::Place;
use rxlint_model::record_text::RecordText;

/// At most this many rows are kept to be shown; the others are read one by one.
const MOST: usize = 1 << 20;

/// Rows that will be shown, as text, by their numbers.
#[derive(Debug, Default)]
pub(super) struct KeptRows(Mutex<BTreeMap<u32, Vec<u8>>>);

impl ColumnarInput {
    /// Keeps the rows at these places, which will be shown: reading a single row of such a file takes long.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn keep(&self, name: &str, mut rows: Vec<u32>) -> Result<(), InputError> {
        rows.sort_unstable();
        rows.dedup();
        rows.truncate(MOST);
        let lines = self.lines(name, &rows)?;
        *self.kept.0.lock().unwrap_or_else(PoisonError::into_inner) = lines;
        Ok(())
    }

    pub(super) fn reread(&self, name: &str, place: Place) -> Result<RecordText, InputError> {
        let known = |row: u32| {
            self.kept.0.lock().unwrap_or_else(PoisonError::into_inner).get(&row).cloned()
        };
        let line = match known(place.record) {
            Some(line) => Some(line),
            None => self.lines(name, &[place.record])?.remove(&place.record),
        };
        line.and_then(|line| of_line(&self.reader.table, &line, place.line))
            .ok_or_else(|| InputError::new(ErrorKind::Changed { path: name.to_owned() }))
    }

    /// The rows of these numbers, from 1, as text.
    fn lines(&self, name: &str, rows: &[u32]) -> Result<BTreeMap<u32, Vec<u8>>, InputError> {
        let mut lines = BTreeMap::new();
        let from_0: Vec<u64> =
            rows.iter().filter(|row| **row > 0).map(|row| u64::from(*row) - 1).collect();
        let read = self.columns.rows(&from_0, &mut |row, batch, at| {
            let mut line = Vec::new();
            for (column, cells) in batch.columns.iter().enumerate() {
                if column > 0 {
                    line.push(b',');
                }
                write_cell(&cells.to_vec(at), &mut line);
            }
            lines.insert(u32::try_from(row + 1).unwrap_or(u32::MAX), line);
        });
        read.map_err(|error| InputError::new(ErrorKind::Read { path: name.to_owned(), error }))?;
        Ok(lines)
    }
}

/// Writes a cell as CSV does: quoted if it contains what would end it.
pub(super) fn write_cell(text: &[u8], line: &mut Vec<u8>) {
    if !text.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        line.extend_from_slice(text);
        return;
    }
    line.push(b'"');
    for &byte in text {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.push(b'"');
}
