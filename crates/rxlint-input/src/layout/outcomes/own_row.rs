//! The number that each row of a table of claims has for itself, whatever it is called: `Bill ID`, `Vorgangsnummer`, `Nº dispensación`. Where a claim was
//! reversed and billed again, it shows that these are two claims; where a later export says that one was reversed, it shows which.

use std::collections::BTreeSet;

use rxlint_model::record::Field;

use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::headers::tokens;

/// The free column that holds such a number, if the table says what became of its rows and no column is known to number them: its cells are alike,
/// none comes twice, and they differ where the patient is the same.
pub(in crate::layout) fn find(
    headers: &[String],
    columns: &[(usize, Field)],
    (contents, rows): (&[Content], &SampleRows),
    is_free: impl Fn(usize) -> bool,
) -> Option<usize> {
    const SAY: [Field; 3] = [Field::Status, Field::Voided, Field::Cancelled];
    // These have numbers of their own, or none.
    const NONE: [Field; 4] = [Field::Claim, Field::Original, Field::Version, Field::Administered];
    let serves = |field: &Field| columns.iter().any(|(_, other)| other == field);
    // A code says that a row takes another back, whatever its number; a prescription's may show which.
    let says = match serves(&Field::Adjustment) {
        true => serves(&Field::Prescription),
        false => SAY.iter().any(serves),
    };
    if !says || NONE.iter().any(serves) || !serves(&Field::Dispensed) {
        return None;
    }
    let (patient, _) = *columns.iter().find(|(_, field)| *field == Field::Patient)?;
    let patients: BTreeSet<&[u8]> = rows.iter().map(|row| cell(row, patient)).collect();
    if patients.len() == rows.len() {
        return None;
    }
    let is_number = |at: &usize| {
        contents.get(*at).is_some_and(|cells| cells.never_repeats() && !cells.is_day_column())
            && !says_another_thing(&headers[*at])
            && are_numbers(&rows.iter().map(|row| cell(row, *at)).collect::<Vec<_>>())
    };
    let mut found = (0..headers.len()).filter(|&at| is_free(at)).filter(is_number);
    let first = found.next()?;
    // Of several, that of the row comes first as a rule; one that says so is better.
    let says_number = |at: &usize| tokens::says_any(&headers[*at], &["id", "claim"]);
    Some([first].into_iter().chain(found).find(says_number).unwrap_or(first))
}

/// Whether a header says that its column is about something that a row has besides its number, though each row may have another.
fn says_another_thing(header: &str) -> bool {
    const THINGS: [&str; 18] = [
        "patient",
        "client",
        "personal",
        "prescriber",
        "npi",
        "money",
        "time",
        "date",
        "quantity",
        "days",
        "strength",
        "user",
        "lot",
        "birth",
        "name",
        "ndc",
        "dx",
        "place",
    ];
    // `No` is a word for names too.
    THINGS.iter().any(|thing| tokens::says_but(header, thing, "id"))
}

/// Whether texts are numbers of one form, and not the positions of their rows.
fn are_numbers(cells: &[&[u8]]) -> bool {
    const LONGEST: usize = 40;
    // Numbers of one series have as many digits, or one more after the last power of ten.
    const SPREAD: usize = 1;
    const SHORTEST_DIGITS: usize = 4;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/');
    let is_number = |cell: &&[u8]| {
        cell.len() <= LONGEST && cell.iter().all(is_part) && cell.iter().any(u8::is_ascii_digit)
    };
    let lengths = || cells.iter().map(|cell| cell.len());
    let (Some(least), Some(most)) = (lengths().min(), lengths().max()) else { return false };
    let is_counted = cells.iter().all(|cell| cell.iter().all(u8::is_ascii_digit));
    let first = |cell: &&[u8]| cell.iter().all(|digit| *digit == b'0') || ends_in_one(cell);
    cells.iter().all(is_number)
        && most - least <= SPREAD
        && !(is_counted && (most < SHORTEST_DIGITS || cells.iter().any(first)))
}

/// Whether digits are those of the number 1: `0001`.
fn ends_in_one(digits: &[u8]) -> bool {
    digits
        .split_last()
        .is_some_and(|(last, rest)| *last == b'1' && rest.iter().all(|digit| *digit == b'0'))
}

fn cell(row: &[Vec<u8>], at: usize) -> &[u8] {
    row.get(at).map_or(&b""[..], |cell| cell.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_rows_are_told_from_amounts_and_positions() {
        let are =
            |cells: &[&str]| are_numbers(&cells.iter().map(|c| c.as_bytes()).collect::<Vec<_>>());
        for cells in [
            &["B1", "B2", "B9", "B10"][..],
            &["40017300", "40017313", "40017326"],
            &["2026/00071", "2026/00072"],
            &["998812", "1000211"],
            &["3f2a-77", "9c01-12"],
        ] {
            assert!(are(cells), "{cells:?}");
        }
        for cells in [
            &["1", "2", "3"][..],
            &["0001", "0002", "0003"],
            &["12.50", "42.10"],
            &["9:10", "10:25"],
            &["Lee", "Kim"],
            &["870", "15320"],
            &["St 3", "St 4"],
            &[],
        ] {
            assert!(!are(cells), "{cells:?}");
        }
    }
}
