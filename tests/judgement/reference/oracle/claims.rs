//! What remains of claims whose rows bill, reverse and bill again.

use std::collections::BTreeMap;

use rxlint_engine::rule::Book;

use super::exposures::components;
use super::read::Row;

/// The rows that make exposures: neither inactive, nor reversed, nor a reversal. A row that says *reversed* speaks of the claim of its number, on
/// whatever day that was made: it takes back no claim of another number, though that be of the same prescription and day.
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

/// What remains of one claim, whose rows differ only in their status and days.
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
    // A row is a copy of an earlier identical one, unless an answer comes between them.
    let is_copy = |at: usize| {
        let before = (0..at).rev().find(|&other| says(rows[other]) == says(rows[at]));
        before.is_some_and(|from| !rows[from..at].iter().any(|other| answers(rows[at], other)))
    };
    let own: Vec<usize> = (0..rows.len()).filter(|&at| !is_copy(at)).collect();
    let (mut reversals, bills): (Vec<usize>, Vec<usize>) =
        own.into_iter().partition(|&at| is_reversal(rows[at]));
    let mut left = bills.clone();
    reversals.sort_by_key(|&at| (made(rows[at]).is_none(), made(rows[at])));
    for reversal in reversals {
        if let Some(at) = left.iter().position(|&bill| may_take(rows[reversal], rows[bill])) {
            left.remove(at);
        }
    }
    let billed_again = |bill: &usize| {
        let is_alike = |at: &usize| says(rows[*at]) == says(rows[*bill]);
        let alike: Vec<usize> = (0..rows.len()).filter(is_alike).collect();
        let answers: Vec<usize> =
            (0..rows.len()).filter(|&at| answers(rows[*bill], rows[at])).collect();
        alike.first() == Some(bill)
            && !answers.is_empty()
            && alike.len() > answers.len()
            && !left.iter().any(is_alike)
            && answers.last() < alike.last()
    };
    // Billed more often than reversed, but none is left: one remains, unless a reversal comes after the last of them.
    let again = bills.iter().filter(|bill| billed_again(bill));
    left.iter().chain(again).map(|&at| rows[at]).collect()
}

fn is_reversal(row: &Row) -> bool {
    row.status.to_lowercase() == "reversed"
}

/// When a row was made. That a claim was made on its first day says nothing.
fn made(row: &Row) -> Option<&str> {
    let says = !row.made.is_empty() && (is_reversal(row) || row.made != row.first);
    says.then_some(row.made.as_str())
}
