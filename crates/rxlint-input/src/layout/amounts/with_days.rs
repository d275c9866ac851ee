//! A quantity and its days in one cell, `270 for 90 days`, and headers that mention both, `Qty (Days)`.

use rxlint_model::quantity::{days_beside, is_of_two_numbers};
use rxlint_model::record::Field;

use crate::layout::SampleRows;
use crate::layout::headers::tokens::says_any;

/// Takes a column whose cells state a quantity and its days for the quantity, if no other holds the days; and one with two plain
/// numbers under a header of both for the days: which number is which is unknown, and is asked about.
pub(in crate::layout) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    rows: &SampleRows,
) {
    let column = |columns: &[(usize, Field)], wanted: Field| {
        columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at)
    };
    let may_be = |columns: &[(usize, Field)], at: usize| {
        let fields = columns.iter().filter(|(other, _)| *other == at).map(|(_, field)| *field);
        fields.into_iter().all(|field| {
            matches!(field, Field::Quantity | Field::DaysSupply)
                || Field::FIRST_DAY.contains(&field) && !has_days(rows, at)
        })
    };
    for (at, header) in headers.iter().enumerate() {
        if !may_be(columns, at) {
            continue;
        }
        let says_both = || {
            says_any(header, &["quantity", "count"])
                && says_any(header, &["days", "ds", "duration"])
        };
        let wanted = if are_nearly_all(rows, at, days_beside_is) {
            Field::Quantity
        } else if says_both() && are_nearly_all(rows, at, is_of_two_numbers) {
            Field::DaysSupply
        } else {
            continue;
        };
        let is_other = |field| column(columns, field).is_some_and(|other| other != at);
        if is_other(Field::DaysSupply) || wanted == Field::Quantity && is_other(Field::Quantity) {
            continue;
        }
        columns.retain(|(other, _)| *other != at);
        columns.push((at, wanted));
    }
}

fn days_beside_is(cell: &[u8]) -> bool {
    days_beside(cell).is_some()
}

/// Whether a column holds something that begins as a day does.
fn has_days(rows: &SampleRows, at: usize) -> bool {
    rows.iter()
        .filter_map(|row| row.get(at))
        .any(|cell| rxlint_model::date::parse(cell, None).is_ok())
}

/// Whether nearly all filled cells of a column are such.
fn are_nearly_all(rows: &SampleRows, at: usize, is_one: fn(&[u8]) -> bool) -> bool {
    let cells = rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
    let (filled, found) =
        cells.fold((0, 0), |(filled, found), cell| (filled + 1, found + usize::from(is_one(cell))));
    found > 0 && found * 10 >= filled * 9
}
