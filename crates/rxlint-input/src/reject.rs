//! The list of the records that could not be understood.

use std::io::{self, Write};

use super::Input;
use rxlint_model::place::Place;
use rxlint_model::reason::Reason;

/// Writes the rejected records as a table: file, record, line, reason as a code and in words. It contains nothing from the records themselves.
///
/// # Errors
/// When the output cannot be written.
pub fn write(out: impl Write, inputs: &[Input], rejected: &[(Place, Reason)]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["file", "record", "line", "code", "reason"])?;
    for (place, reason) in rejected {
        let path = inputs.get(place.file as usize).map_or("", Input::path);
        let (record, line) = (place.record.to_string(), place.line.to_string());
        table.write_record([
            &*no_formula(path),
            &record,
            &line,
            reason.code(),
            &no_formula(&reason.to_string()),
        ])?;
    }
    table.flush()
}

/// Text that a spreadsheet does not interpret as a formula.
fn no_formula(text: &str) -> std::borrow::Cow<'_, str> {
    let formula = text.len() > 1 && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InputOptions;

    #[test]
    fn the_list_names_places_and_reasons_and_no_formula() {
        let input = Input::memory(
            0,
            "=claims.csv",
            b"patient,drug,date\n".to_vec(),
            &InputOptions::default(),
        )
        .unwrap();
        let place = Place { file: 0, record: 3, line: 5, offset: 0 };
        let rejected = [
            (place, Reason::CellCount { expected: 9, found: 8 }),
            (
                Place { record: 7, line: 9, ..place },
                Reason::UnreadableDate { field: rxlint_model::record::Field::Dispensed },
            ),
        ];
        let mut out = Vec::new();
        write(&mut out, &[input], &rejected).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "file,record,line,code,reason\n\
             '=claims.csv,3,5,cell-count,\"it has 8 cells, the header has 9; look for a missing quote around a cell, or a line that was broken in two\"\n\
             '=claims.csv,7,9,unreadable-date,its fill_date is not a valid date; write it as YYYY-MM-DD\n"
        );
    }
}
