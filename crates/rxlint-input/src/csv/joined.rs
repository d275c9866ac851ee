//! Fields made of several columns: `patient=Last+First+DOB`, or a list of drugs.

use super::cells::{is_null, trim};
use super::index::RowCells;
use super::scan::text;

use crate::layout::{JoinedColumns, day_of_dose, person_code};
use rxlint_model::date;
use rxlint_model::record::{Field, Record};

/// Room for the joined texts.
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

/// The parts with the separator between them. A patient with a missing part is no one: two people may have the other parts in common.
pub(crate) fn join(columns: &JoinedColumns, mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    let says_nothing = |part: &Vec<u8>| part.is_empty() || is_null(part);
    if columns.field == Field::Patient && parts.iter().any(says_nothing) {
        return Vec::new();
    }
    if columns.is_family
        && let Some(person) = parts.last_mut()
    {
        *person = person_code::canonical(std::mem::take(person));
    }
    if columns.is_planned() {
        return day_of_dose(parts);
    }
    if columns.is_first_given() {
        // The first that the record gives; a text that is not a number or day counts too, and is reported.
        let is_filler = |part: &[u8]| columns.field.is_date() && date::is_filler(part);
        let gives = |part: &&Vec<u8>| !says_nothing(part) && !is_zero(part) && !is_filler(part);
        return parts.iter().find(gives).or(parts.first()).cloned().unwrap_or_default();
    }
    // Each of several limits goes by the header of its column: an empty one keeps its place.
    let keeps_places = columns.field == Field::Quantity && !parts.iter().all(says_nothing);
    let parts: Vec<Vec<u8>> =
        parts.into_iter().filter(|part| keeps_places || !says_nothing(part)).collect();
    parts.join(columns.separator.as_bytes())
}

/// Whether a length or number is zero, or says that it is not applicable.
fn is_zero(part: &[u8]) -> bool {
    part.contains(&b'0') && part.iter().all(|byte| b"0.,".contains(byte))
        || [&b"n/a"[..], b"na", b"-", b"--", b"unknown", b"none", b"?"]
            .iter()
            .any(|word| part.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_lengths_the_first_that_is_given_counts() {
        let days = JoinedColumns::of(Field::DaysSupply, vec![4, 5], " ");
        let of = |parts: [&str; 2]| {
            let parts = parts.iter().map(|part| part.as_bytes().to_vec()).collect();
            String::from_utf8(join(&days, parts)).unwrap_or_default()
        };
        for first in ["", "0", "0.0", "N/A", "NULL", "-"] {
            assert_eq!(of([first, "90"]), "90", "{first}");
        }
        assert_eq!(of(["30", "90"]), "30");
        assert_eq!(of(["pending", "90"]), "pending", "what cannot be read is told");
        assert_eq!(of(["", ""]), "");
    }
}
