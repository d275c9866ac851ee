//! From when and until when: headers that say it only beside each other, and ends that are those of something else.

use rxlint_model::record::Field;

use super::tokens;

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

/// A through-date is that of a service where the first day is one, unless it speaks of a supply; nor is the end of a prescription's
/// validity one, but beside its beginning alone. Beside a start and a stop, the last fill is not when the course began.
pub(super) fn drop_doubtful_dates(columns: &mut Vec<(usize, Field)>, headers: &[String]) {
    let has = |columns: &[(usize, Field)], field: Field| columns.iter().any(|(_, f)| *f == field);
    if has(columns, Field::Start) && has(columns, Field::Stop) {
        columns.retain(|(at, field)| {
            *field != Field::Dispensed || !tokens::says(&headers[*at], "last")
        });
    }
    let is_handed_over = has(columns, Field::Dispensed) || has(columns, Field::Administered);
    let is_valid = |(at, _): &(usize, Field)| tokens::says(&headers[*at], "valid");
    let starts_valid = columns.iter().any(|column| column.1 == Field::Start && is_valid(column));
    columns.retain(|column| {
        let says = |meaning: &str| tokens::says(&headers[column.0], meaning);
        let is_of_service = says("thru") && !says("supply");
        let is_end = !(is_handed_over && is_of_service)
            && (!is_handed_over && starts_valid || !is_valid(column));
        column.1 != Field::Stop || is_end
    });
}
