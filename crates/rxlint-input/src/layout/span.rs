//! From when and until when: headers that say it only beside each other, and ends that are those of something else.

use rxlint_model::record::Field;

use super::other_days::{ORDERS, days_apart};
use super::{SampleRows, tokens};

/// A lone `a` says until when where another header says since when in the same words: `Fecha de` and `Fecha a`.
pub(super) fn until_beside_since(headers: &[String]) -> Option<usize> {
    let words: Vec<Vec<String>> = headers.iter().map(|header| tokens::words_of(header)).collect();
    let has_since = |before: &[String]| {
        words.iter().any(|other| {
            matches!(&other[..], [same @ .., last] if same == before && tokens::says(last, "since"))
        })
    };
    words
        .iter()
        .position(|own| matches!(&own[..], [before @ .., last] if last == "a" && has_since(before)))
}

/// A through-date is that of a service where the first day is one, unless it speaks of a supply, or services are billed by their codes;
/// nor is the end of a prescription's validity one, but beside its beginning alone. Beside a start and a stop, the last fill is not when
/// the course began. Last doses that mostly come before the first day are those of earlier records.
pub(super) fn drop_doubtful_dates(
    columns: &mut Vec<(usize, Field)>,
    headers: &[String],
    rows: &SampleRows,
) {
    let has = |columns: &[(usize, Field)], field: Field| columns.iter().any(|(_, f)| *f == field);
    if has(columns, Field::Start) && has(columns, Field::Stop) {
        columns.retain(|(at, field)| {
            *field != Field::Dispensed || !tokens::says(&headers[*at], "last")
        });
    }
    let is_handed_over = has(columns, Field::Dispensed) || has(columns, Field::Administered);
    let is_valid = |(at, _): &(usize, Field)| tokens::says(&headers[*at], "valid");
    let starts_valid = columns.iter().any(|column| column.1 == Field::Start && is_valid(column));
    let first = first_day(columns);
    let is_billed = has(columns, Field::Hcpcs);
    columns.retain(|column| {
        let header = headers[column.0].as_str();
        let says = |meaning: &str| tokens::says(header, meaning);
        let is_service = says("service") || says("claim") || says("line");
        let is_through = is_handed_over && says("thru") || is_service;
        let is_of_service = is_through && !says("supply");
        let is_before = || first.is_some_and(|first| come_before(rows, column.0, first));
        let is_end = (!is_of_service || is_billed && is_of_same(headers, first, column.0))
            && (!is_handed_over && starts_valid || !is_valid(column))
            && !(says("last") && is_before());
        column.1 != Field::Stop || is_end
    });
}

/// The column that the first day is taken from.
fn first_day(columns: &[(usize, Field)]) -> Option<usize> {
    let of = |wanted: &Field| columns.iter().find(|(_, field)| field == wanted).map(|(at, _)| *at);
    Field::FIRST_DAY.iter().find_map(of)
}

/// Whether an end is not that of a whole claim beside the day of one of its services.
fn is_of_same(headers: &[String], first: Option<usize>, end: usize) -> bool {
    let is_line = |at: usize| tokens::says(&headers[at], "line");
    is_line(end) || !first.is_some_and(is_line)
}

/// Whether most days of a column come before those of another.
fn come_before(rows: &SampleRows, at: usize, other: usize) -> bool {
    let apart_in = |row: &Vec<Vec<u8>>| {
        ORDERS.into_iter().find_map(|order| days_apart(row, [at, other], order))
    };
    let apart: Vec<i32> = rows.iter().filter_map(apart_in).collect();
    apart.iter().filter(|days| **days > 0).count() * 2 > apart.len()
}
