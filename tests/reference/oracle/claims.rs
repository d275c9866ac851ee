//! What is left of claims whose rows bill, take back and bill again.

use std::collections::BTreeMap;

use rxlint_engine::rule::Book;

use super::exposures::components;
use super::read::Row;

/// The rows that make exposures: neither inactive, nor reversed, nor a reversal.
pub(super) fn standing<'r>(book: &Book, rows: &[&'r Row]) -> Vec<&'r Row> {
    let mut claims: BTreeMap<&str, Vec<&'r Row>> = BTreeMap::new();
    for row in rows.iter().copied().filter(|row| row.status.to_lowercase() != "cancelled") {
        claims.entry(&row.claim).or_default().push(row);
    }
    let of_claim = |(_, rows): (_, Vec<&'r Row>)| match components(book, &rows[0].drug).is_empty() {
        true => rows.into_iter().filter(|row| !is_reversal(row)).collect(),
        false => left_of_claim(&rows),
    };
    let mut standing: Vec<&Row> = claims.into_iter().flat_map(of_claim).collect();
    standing.sort_by_key(|row| row.record);
    standing
}

/// What the rows of one claim, which differ in nothing but their status and their day, leave of it.
fn left_of_claim<'r>(rows: &[&'r Row]) -> Vec<&'r Row> {
    let may_take = |reversal: &Row, bill: &Row| match (made(reversal), made(bill)) {
        (Some(taken), Some(billed)) => billed <= taken,
        _ => true,
    };
    let answers = |row: &Row, other: &Row| match (is_reversal(row), is_reversal(other)) {
        (true, false) => may_take(row, other),
        (false, true) => may_take(other, row),
        _ => false,
    };
    let says = |row: &Row| (is_reversal(row), made(row).map(str::to_owned));
    // A row is a copy of the one before that says the same, unless an answer stands between them.
    let is_copy = |at: usize| {
        let before = (0..at).rev().find(|&other| says(rows[other]) == says(rows[at]));
        before.is_some_and(|from| !rows[from..at].iter().any(|other| answers(rows[at], other)))
    };
    let own: Vec<&Row> = (0..rows.len()).filter(|&at| !is_copy(at)).map(|at| rows[at]).collect();
    let (mut reversals, mut bills): (Vec<&Row>, Vec<&Row>) =
        own.into_iter().partition(|row| is_reversal(row));
    reversals.sort_by_key(|row| (made(row).is_none(), made(row)));
    for reversal in reversals {
        if let Some(at) = bills.iter().position(|bill| may_take(reversal, bill)) {
            bills.remove(at);
        }
    }
    bills
}

fn is_reversal(row: &Row) -> bool {
    row.status.to_lowercase() == "reversed"
}

/// When a row was made. That a claim was made on its first day says no more than nothing.
fn made(row: &Row) -> Option<&str> {
    let says = !row.made.is_empty() && (is_reversal(row) || row.made != row.first);
    says.then_some(row.made.as_str())
}
