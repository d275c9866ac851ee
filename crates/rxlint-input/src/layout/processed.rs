//! The column that says which of the records about one claim was made before which.

use super::content::Content;
use super::{fold, tokens};
use rxlint_model::record::Field;

/// A day of processing beside the first day, else a number among the records of a claim.
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
    let is_free = |at: usize| !columns.iter().any(|(other, _)| *other == at) && !is_joined(at);
    let is_day = |at: usize| {
        tokens::says(&headers[at], "transaction")
            && contents
                .get(at)
                .is_some_and(|content| !content.is_empty() && content.is_day_column())
    };
    let is_number = |at: usize| {
        ["sequence", "sequencenumber", "sequenceno"].contains(&fold::fold(&headers[at]).as_str())
            && contents.get(at).is_some_and(Content::is_small_numbers)
    };
    let day = (0..headers.len()).find(|&at| is_free(at) && is_day(at));
    let number = || (0..headers.len()).find(|&at| is_free(at) && is_number(at));
    if let Some(at) = day.or_else(|| number().filter(|_| !serves(&[Field::Processed]))) {
        columns.retain(|(_, field)| *field != Field::Processed);
        columns.push((at, Field::Processed));
    }
}
