//! The column that says which of the records about one claim was made before which.

use super::content::Content;
use super::{fold, household, tokens};
use rxlint_model::record::Field;

/// Days on which a claim was paid or its row was last changed: when the row was made, where no other column says it.
const PAID: [&str; 10] = [
    "paiddate",
    "paiddt",
    "datepaid",
    "paidat",
    "paidon",
    "paidtimestamp",
    "paiddatetime",
    "claimpaiddate",
    "claimpaiddt",
    "paymentdate",
];
const CHANGED: [&str; 14] = [
    "lastupdated",
    "lastupdate",
    "lastupdatedate",
    "lastupdateddate",
    "lastupdatedat",
    "lastupdatetimestamp",
    "lastupdatedtimestamp",
    "updatetimestamp",
    "updatedtimestamp",
    "updatedat",
    "updatedate",
    "updateddate",
    "updatetime",
    "lastupdatetime",
];

/// Numbers among the records of a claim.
const NUMBERS: [&str; 8] = [
    "sequence",
    "sequencenumber",
    "sequenceno",
    "revision",
    "revisionnumber",
    "revisionno",
    "claimsuffix",
    "clmsuffix",
];
/// The same, where they do not number the rows of the file or the people of a family.
const COUNTS: [&str; 6] = ["seq", "seqno", "seqnum", "seqnbr", "seqnumber", "seqnr"];

/// A day of processing beside the first day, else a number among the records of a claim, else the day of the payment or change.
pub(super) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    is_joined: impl Fn(usize) -> bool,
) {
    let serves = |fields: &[Field]| columns.iter().any(|(_, field)| fields.contains(field));
    let tells_claims = serves(&[Field::Claim, Field::Prescription])
        && serves(&[Field::Status, Field::Adjustment, Field::Quantity]);
    if !serves(&Field::FIRST_DAY) || !tells_claims {
        return;
    }
    let counts_claims = serves(&[Field::Claim]) && !household::has_shared_number(headers);
    let is_free = |at: usize| !columns.iter().any(|(other, _)| *other == at) && !is_joined(at);
    let is_called = |at: usize, names: &[&str]| names.contains(&fold::fold(&headers[at]).as_str());
    let has = |at: usize, is: fn(&Content) -> bool| contents.get(at).is_some_and(is);
    let has_days = |at: usize| has(at, |content| !content.is_empty() && content.is_day_column());
    let is_number = |at: usize| {
        let counts = counts_claims && is_called(at, &COUNTS) && !has(at, Content::never_repeats);
        // No number of days is 0, and the first of these may be.
        let is_small =
            |cells: &Content| cells.is_small_numbers() || cells.is_tiny() && cells.has_digits();
        (counts || is_called(at, &NUMBERS)) && has(at, is_small)
    };
    let free = || (0..headers.len()).filter(|&at| is_free(at));
    let day = free().find(|&at| tokens::says(&headers[at], "transaction") && has_days(at));
    let is_told = serves(&[Field::Processed]);
    let other = || {
        let dated = |names: &[&str]| free().find(|&at| is_called(at, names) && has_days(at));
        free().find(|&at| is_number(at)).or_else(|| dated(&PAID)).or_else(|| dated(&CHANGED))
    };
    if let Some(at) = day.or_else(|| other().filter(|_| !is_told)) {
        columns.retain(|(_, field)| *field != Field::Processed);
        columns.push((at, Field::Processed));
    }
}
