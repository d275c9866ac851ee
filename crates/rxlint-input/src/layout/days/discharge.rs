//! Ends on the day of the fill in nearly every row, where days' supply says more: those of a stay, a visit or a claim.

use rxlint_model::record::Field;

use super::other_days::{ORDERS, days_apart};
use crate::layout::SampleRows;
use crate::layout::headers::tokens::words_of;

/// Someone leaves at most so many days before or after a fill.
const NEAR: i32 = 3;
/// Fewer rows show nothing.
const FEWEST: usize = 2;

/// Gives up ends and discontinuations that lie on the day of the fill in all rows, and a `DC Date` that lies near it in nearly all:
/// in a hospital it says when someone was discharged. Returns the former, which may be asked about.
pub(in crate::layout) fn leave_to_supply(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    rows: &SampleRows,
) -> Vec<usize> {
    let column =
        |wanted: Field| columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at);
    let first = column(Field::Dispensed).or_else(|| column(Field::Start));
    let (Some(first), Some(supply)) = (first, column(Field::DaysSupply)) else {
        return Vec::new();
    };
    let (mut discharges, mut at_once) = (Vec::new(), Vec::new());
    for (at, _) in
        columns.iter().filter(|(_, field)| matches!(field, Field::Stop | Field::Discontinued))
    {
        let may_be_discharge = says_dc(&headers[*at]);
        let days = if may_be_discharge { NEAR } else { 0 };
        if are_near(rows, (*at, first, supply), days) {
            if may_be_discharge { discharges.push(*at) } else { at_once.push(*at) }
        }
    }
    columns.retain(|(at, _)| !discharges.contains(at) && !at_once.contains(at));
    at_once
}

/// Whether a header says `DC`, which is a discontinuation or a discharge.
fn says_dc(header: &str) -> bool {
    let words = words_of(header);
    words.iter().any(|word| word == "dc") || words.windows(2).any(|two| two == ["d", "c"])
}

/// Whether a column's day lies within so many days of the first day in nearly every row, and in most of those days' supply says more.
fn are_near(rows: &SampleRows, (at, first, supply): (usize, usize, usize), days: i32) -> bool {
    let supplied = |row: &Vec<Vec<u8>>| -> Option<f64> {
        std::str::from_utf8(row.get(supply)?).ok()?.trim().parse().ok()
    };
    let apart = |row: &Vec<Vec<u8>>| {
        ORDERS.into_iter().find_map(|order| days_apart(row, [first, at], order)).map(i32::abs)
    };
    let near: Vec<&Vec<Vec<u8>>> =
        rows.iter().filter(|row| apart(row).is_some_and(|apart| apart <= days)).collect();
    let longer = |row: &&&Vec<Vec<u8>>| {
        supplied(row).is_some_and(|supplied| supplied > f64::from(days.max(1)))
    };
    let is_nearly_all = match days {
        0 => near.len() == rows.len(),
        _ => near.len() * 10 >= rows.len() * 9,
    };
    near.len() >= FEWEST && is_nearly_all && near.iter().filter(longer).count() * 2 > near.len()
}
