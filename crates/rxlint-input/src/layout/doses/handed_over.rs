//! What was handed over with a dose for the days after: how many doses, or until which day.

use rxlint_model::record::Field;

use super::is_given;
use crate::layout::SampleRows;
use crate::layout::content::Content;
use crate::layout::tokens::{self, words_of};

/// What is handed over for a day each.
const THINGS: [&str; 16] = [
    "doses", "bottle", "bottles", "vial", "vials", "day", "days", "dosen", "tage", "flaschen",
    "jours", "dias", "dosi", "dagen", "flacons", "dawki",
];
/// What counts them, a single `dose` included.
const COUNTS: [&str; 11] =
    ["number", "no", "num", "nr", "nbr", "qty", "quantity", "count", "cnt", "anzahl", "aantal"];
/// What says that they were handed over.
const HANDED: [&str; 18] = [
    "dispensed",
    "disp",
    "issued",
    "provided",
    "supplied",
    "released",
    "handed",
    "out",
    "poured",
    "prepared",
    "medicated",
    "covered",
    "total",
    "of",
    "in",
    "all",
    "picked",
    "up",
];

/// Gives a log the column that says for how many days a dose was handed over, or until when.
pub(super) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) {
    let has =
        |columns: &[(usize, Field)], field: Field| columns.iter().any(|(_, other)| *other == field);
    let is_free = |columns: &[(usize, Field)], at: usize, spared: &[Field]| {
        columns.iter().all(|(other, field)| *other != at || spared.contains(field))
    };
    if !has(columns, Field::DaysSupply) {
        let extra = (0..headers.len()).find(|&at| {
            is_free(columns, at, &[Field::Quantity])
                && says_take_home(&headers[at])
                && is_counts(rows, at)
        });
        let amounts = [Field::Dose, Field::Strength];
        let states_dose = |at: usize| {
            columns.iter().any(|(other, field)| *other != at && amounts.contains(field))
        };
        let in_all = || {
            (0..headers.len()).find(|&at| {
                states_dose(at)
                    && is_free(columns, at, &[Field::Quantity])
                    && counts_handed_over(&headers[at])
                    && contents.get(at).is_some_and(Content::fills_all)
                    && counts_all(rows, at)
            })
        };
        if let Some(at) = extra.or_else(in_all) {
            columns.retain(|(other, _)| *other != at);
            columns.push((at, Field::DaysSupply));
            // None of them is no dose.
            if super::says_amount_given(&headers[at]) && !has(columns, Field::Quantity) {
                columns.push((at, Field::Quantity));
            }
        }
    }
    if !has(columns, Field::DaysSupply) {
        place_last_day(headers, columns, contents);
    }
}

/// The last day of take-home doses ends what was handed over, and the end of an order does not.
fn place_last_day(headers: &[String], columns: &mut Vec<(usize, Field)>, contents: &[Content]) {
    const ENDS: [&str; 5] = ["end", "ending", "until", "thru", "last"];
    let spared = |field: Field| matches!(field, Field::Stop | Field::Start | Field::Dispensed);
    let is_free = |at: usize| columns.iter().all(|(other, field)| *other != at || spared(*field));
    let last = (0..headers.len()).find(|&at| {
        is_free(at)
            && tokens::says(&headers[at], "take_home")
            && tokens::says_any(&headers[at], &ENDS)
            && contents.get(at).is_some_and(Content::has_dates)
    });
    // Without the order's own days a record knows none but that of its dose.
    let is_order = |field: Field| matches!(field, Field::Start | Field::Dispensed | Field::Written);
    match last {
        Some(at) => {
            columns.retain(|(other, field)| {
                *other != at && *field != Field::Stop && !is_order(*field)
            });
            columns.push((at, Field::Stop));
        }
        None if !columns.iter().any(|(_, field)| is_order(*field)) => {
            columns.retain(|(_, field)| *field != Field::Stop);
        }
        None => {}
    }
}

/// Whether every word of a header says that doses or days were handed over, and how many in all: `Bottles Dispensed`, `# Doses`.
fn counts_handed_over(header: &str) -> bool {
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_thing = |word: &String| is(&THINGS, word) || word == "dose";
    let counts = header.contains('#') || words.iter().any(|word| is(&COUNTS, word));
    words
        .iter()
        .all(|word| is_thing(word) || is(&COUNTS, word) || is(&HANDED, word) || is_given(word))
        && words.iter().any(|word| is(&THINGS, word) || counts && word == "dose")
}

/// Whether the cells count days up to a month, in every row one at least, and one in some.
fn counts_all(rows: &SampleRows, at: usize) -> bool {
    let count = |row: &Vec<Vec<u8>>| std::str::from_utf8(row.get(at)?).ok()?.parse::<u8>().ok();
    let counts: Option<Vec<u8>> = rows.iter().map(count).collect();
    counts.is_some_and(|counts| {
        counts.iter().all(|count| (1..=MONTH).contains(count)) && counts.contains(&1)
    })
}

/// The days of a month, for which more is not handed over at a time.
const MONTH: u8 = 31;

/// Whether a header counts doses for the days after: `Take-Home Qty`, `Takeaways`, `Carries`.
pub(crate) fn says_take_home(header: &str) -> bool {
    const OF_OTHERS: [&str; 6] = ["date", "time", "status", "user", "prescriber", "because"];
    tokens::says(header, "take_home") && !tokens::says_any(header, &OF_OTHERS)
}

/// Whether a column of small numbers in a log may count doses for the days after, as far as its header says what it is.
pub fn may_count_take_home(header: &str) -> bool {
    const OTHERS: [&str; 4] = ["tally", "time", "date", "strength"];
    const NUMBERS: [&str; 2] = ["id", "code"];
    !tokens::says_any(header, &OTHERS) && !tokens::words_have(header, &NUMBERS)
}

/// Whether the cells are small numbers, or empty.
fn is_counts(rows: &SampleRows, at: usize) -> bool {
    let mut cells =
        rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty()).peekable();
    cells.peek().is_some()
        && cells.all(|cell| cell.len() <= 2 && cell.iter().all(u8::is_ascii_digit))
}

/// The same, where some rows count none.
pub(super) fn counts_extra(rows: &SampleRows, at: usize) -> bool {
    let is_none =
        |row: &Vec<Vec<u8>>| row.get(at).is_some_and(|cell| cell.is_empty() || cell == b"0");
    is_counts(rows, at) && rows.iter().any(is_none)
}
