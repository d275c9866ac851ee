//! The column that gives the order in which the records about one claim were made.

use crate::layout::cells::content::Content;
use crate::layout::headers::{fold, tokens};
use crate::layout::persons::household;
use rxlint_model::record::Field;

/// What was done with a row on the day that says when it was made: the first of these that a table has.
const DONE: [&[&str]; 3] = [
    &["paid", "payment", "remit", "remittance", "posted", "posting"],
    &["created", "creation", "entered", "entry", "inserted", "submitted", "submission"],
    &["updated", "update", "modified", "modification", "changed", "change"],
];
/// What may accompany it in the header of a day.
const OF_DAYS: [&str; 15] = [
    "date",
    "dt",
    "day",
    "at",
    "on",
    "time",
    "timestamp",
    "ts",
    "datetime",
    "last",
    "row",
    "record",
    "claim",
    "clm",
    "line",
];

/// What numbers the records of a claim, and what may also number the rows of a file or the people of a family.
const NUMBERS: [&str; 5] = ["revision", "rev", "iteration", "resubmission", "sequence"];
const COUNTS: [&str; 2] = ["seq", "suffix"];
/// What may accompany it.
const OF_NUMBERS: [&str; 6] = ["number", "num", "no", "nbr", "nr", "counter"];
const OF_CLAIMS: [&str; 8] =
    ["claim", "clm", "adjustment", "adj", "icn", "tcn", "transaction", "txn"];

/// Whether a text consists only of these words, one after the other.
fn is_made_of(text: &str, words: &[&[&str]]) -> bool {
    let goes_on = |word: &&str| text.strip_prefix(word).is_some_and(|rest| is_made_of(rest, words));
    text.is_empty() || words.iter().copied().flatten().any(goes_on)
}

/// Whether a header names a day on which that was done with the row.
fn is_day_of(header: &str, done: &[&str]) -> bool {
    let folded = fold::fold(header);
    is_made_of(&folded, &[done, &OF_DAYS]) && done.iter().any(|word| folded.contains(word))
}

/// Whether a header names the number of a record among those of its claim: it says so, or it is a short word for it in a table that `counts_claims`.
fn is_number_of(header: &str, counts_claims: bool) -> bool {
    let folded = fold::fold(header);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    let is_suffix = folded.contains("suffix");
    is_made_of(&folded, &[&NUMBERS, &COUNTS, &OF_NUMBERS, &OF_CLAIMS])
        && (has(&NUMBERS) || has(&COUNTS) && (has(&OF_CLAIMS) || counts_claims && !is_suffix))
}

/// A day of processing next to the first day, else a number among the records of a claim, else the day of the payment or change.
pub(in crate::layout) fn place(
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
    let serves_claim = serves(&[Field::Claim]);
    let counts_claims = serves_claim && !household::has_shared_number(headers);
    let is_free = |at: usize| !columns.iter().any(|(other, _)| *other == at) && !is_joined(at);
    let has = |at: usize, is: fn(&Content) -> bool| contents.get(at).is_some_and(is);
    let has_days = |at: usize| has(at, |content| !content.is_empty() && content.is_day_column());
    let is_number = |at: usize| {
        let counts_claims = counts_claims && !has(at, Content::never_repeats);
        // A number of days is never 0, but the first of these may be.
        let is_small =
            |cells: &Content| cells.is_small_numbers() || cells.is_tiny() && cells.has_digits();
        is_number_of(&headers[at], counts_claims) && has(at, is_small)
    };
    let free = || (0..headers.len()).filter(|&at| is_free(at));
    let day = free().find(|&at| tokens::says(&headers[at], "transaction") && has_days(at));
    let is_told = serves(&[Field::Processed]);
    let other = || {
        let dated =
            |done: &&[&str]| free().find(|&at| is_day_of(&headers[at], done) && has_days(at));
        free().find(|&at| is_number(at)).or_else(|| DONE.iter().find_map(dated))
    };
    let placed = day.or_else(|| other().filter(|_| !is_told));
    // A number of the records of a claim line numbers its versions.
    let has_version = serves(&[Field::Version]);
    let own = columns.iter().find(|(_, field)| *field == Field::Processed).map(|(at, _)| *at);
    let numbers_records = |at: &usize| is_number(*at);
    let numbered = own.filter(numbers_records).or_else(|| free().find(numbers_records));
    let line = columns.iter().find(|(_, field)| *field == Field::ClaimLine).map(|(at, _)| *at);
    let repeats = |at: usize| has(at, |cells: &Content| !cells.never_repeats());
    let is_bare_line =
        |at: usize| is_bare_line(&headers[at]) && has(at, Content::is_small_numbers) && repeats(at);
    let is_line =
        |at: &usize| says_line(&headers[*at]) && has(*at, Content::is_numbers) || is_bare_line(*at);
    let line = line.or_else(|| free().find(is_line)).filter(|line| numbered != Some(*line));
    if let Some(at) = placed {
        columns.retain(|(_, field)| *field != Field::Processed);
        columns.push((at, Field::Processed));
    }
    let Some(line) = line.filter(|_| serves_claim) else { return };
    if let Some(at) = numbered.filter(|_| !has_version) {
        columns.retain(|(other, field)| *other != at || *field != Field::Processed);
        columns.push((at, Field::Version));
    }
    if (has_version || numbered.is_some()) && !columns.contains(&(line, Field::ClaimLine)) {
        columns.push((line, Field::ClaimLine));
    }
}

/// Whether a header names the number of a line of a claim: `LineNbr`, `Service Line No`.
fn says_line(header: &str) -> bool {
    const LINE: [&str; 2] = ["line", "ln"];
    const OF_LINES: [&str; 6] = ["service", "svc", "detail", "dtl", "claim", "clm"];
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let has = |list: &[&str]| words.iter().any(|word| is(list, word));
    has(&LINE)
        && has(&OF_NUMBERS)
        && words.iter().all(|word| is(&LINE, word) || is(&OF_LINES, word) || is(&OF_NUMBERS, word))
}

/// Whether a header says only `Line`: a claim's line, if a few numbers recur again and again.
fn is_bare_line(header: &str) -> bool {
    const LINE: [&str; 8] = ["line", "ln", "regel", "zeile", "ligne", "linea", "riga", "rad"];
    const OF: [&str; 4] = ["service", "svc", "detail", "dtl"];
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(&LINE, word))
        && words.iter().all(|word| is(&LINE, word) || is(&OF, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_that_order_the_records_of_a_claim_are_known_by_their_words() {
        for header in
            ["paid_date", "PaidDt", "Date Paid", "paid_at", "Remit Date", "Claim Paid Date"]
        {
            assert!(is_day_of(header, DONE[0]), "{header}");
        }
        for header in ["last_updated", "update_timestamp", "Modified On", "LastUpdateDate"] {
            assert!(is_day_of(header, DONE[2]), "{header}");
        }
        for header in ["Prepaid", "Paid Amount", "Plan Paid Date From", "Next Payment Date"] {
            assert!(!is_day_of(header, DONE[0]), "{header}");
        }
        for header in ["CLAIM_SEQ_NUM", "sequence", "Revision No", "Claim Suffix", "rev", "Adj Seq"]
        {
            assert!(is_number_of(header, false), "{header}");
        }
        for header in ["Suffix", "Seq", "Line Seq", "Row Sequence", "Member Suffix", "Drug Seq No"]
        {
            assert!(!is_number_of(header, false), "{header}");
        }
        assert!(is_number_of("Seq No", true));
    }
}
