//! A column that names the claim which a row reverses, adjusts or replaces: `ORGNL_CLM_NUM`, `Prior Claim ID`.

use rxlint_model::record::Field;

use super::content::Content;
use super::{fold, tokens};

/// Gives the original's number a field of its own, beside that of the row.
pub(super) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    is_joined: impl Fn(usize) -> bool,
) {
    let serves = |at: usize| columns.iter().any(|(other, _)| *other == at) || is_joined(at);
    let is_number = |at: usize| {
        contents.get(at).is_some_and(|cells| !cells.is_day_column() && !cells.is_flag())
    };
    let has = |wanted: Field| columns.iter().any(|(_, field)| *field == wanted);
    let is_due = has(Field::Claim) && !has(Field::Original);
    let find = |says: fn(&str) -> bool| {
        (0..headers.len()).find(|&at| !serves(at) && is_number(at) && says(&headers[at]))
    };
    // A number that every row has is its own.
    let is_rare = |at: &usize| !contents[*at].fills_all() && has(Field::Adjustment);
    let original = find(says_original_claim)
        .or_else(|| find(says_original_reference))
        .or_else(|| find(says_payer_number).filter(is_rare));
    columns.extend(original.filter(|_| is_due).map(|at| (at, Field::Original)));
}

/// What another row did to a claim, or where it stands before that.
const ORIGINAL: [&str; 34] = [
    "original",
    "orig",
    "orgnl",
    "orgnal",
    "origin",
    "parent",
    "adjusted",
    "prior",
    "previous",
    "prev",
    "prv",
    "former",
    "replaced",
    "reversed",
    "rvrsd",
    "voided",
    "corrected",
    "resubmitted",
    "cancelled",
    "canceled",
    "superseded",
    "preceding",
    "predecessor",
    "earlier",
    "old",
    "initial",
    "first",
    "replaces",
    "reverses",
    "voids",
    "adjusts",
    "corrects",
    "cancels",
    "supersedes",
];
/// What says of a claim no more than that another row is about it.
const LINKED: [&str; 7] = ["source", "linked", "related", "referenced", "ref", "xref", "cross"];
const CLAIM: [&str; 6] = ["claim", "clm", "icn", "tcn", "dcn", "ccn"];
const REFERENCE: [&str; 5] = ["ref", "reference", "control", "ctrl", "cntl"];
const NUMBER: [&str; 16] = [
    "id",
    "number",
    "num",
    "no",
    "nbr",
    "nr",
    "icn",
    "tcn",
    "dcn",
    "ccn",
    "ctrl",
    "control",
    "key",
    "ref",
    "reference",
    "identifier",
];

/// Whether a header calls a claim by its number, and by what another row did to it or where it stands before that.
fn says_original_claim(header: &str) -> bool {
    // Beside these it may be called a claim alone; what is done `by` another is done by the later claim.
    const JOINTS: [&str; 3] = ["from", "of", "the"];
    const DONE: [&str; 4] = ["reversal", "replacement", "adjustment", "void"];
    let words = tokens::words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_bare = || is_made_of(&words, &[&ORIGINAL, &LINKED, &CLAIM, &JOINTS, &DONE]);
    (has(&ORIGINAL) || has(&LINKED) || has(&DONE) && has(&["of"]))
        && has(&CLAIM)
        && (has(&NUMBER) || is_bare())
        && !has(&["by", "to", "into", "date", "dt", "status", "type", "amount", "amt", "line"])
}

/// Whether a header calls the reference that a bill makes to the one before it: box 22 of CMS-1500, REF F8 of X12 837.
fn says_original_reference(header: &str) -> bool {
    const BILL: [&str; 6] = ["document", "internal", "transaction", "payer", "payor", "bill"];
    const AGAIN: [&str; 1] = ["resubmission"];
    let words = tokens::words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_known = is_made_of(&words, &[&ORIGINAL, &AGAIN, &REFERENCE, &NUMBER, &CLAIM, &BILL]);
    let is_again = has(&ORIGINAL) || has(&AGAIN);
    is_known && is_again && has(&REFERENCE) || fold::fold(header).contains("reff8")
}

/// Whether a header calls the number that the payer gave a claim: on a bill that of the one before it, on a payment its own.
fn says_payer_number(header: &str) -> bool {
    const PAYER: [&str; 2] = ["payer", "payor"];
    let words = tokens::words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&PAYER)
        && has(&["control", "ctrl", "cntl"])
        && is_made_of(&words, &[&PAYER, &REFERENCE, &NUMBER, &CLAIM])
}

/// Whether all words are of these.
fn is_made_of(words: &[String], lists: &[&[&str]]) -> bool {
    words.iter().all(|word| lists.iter().any(|list| list.contains(&word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_original_claim_is_told_from_other_claims() {
        for header in [
            "ORGNL_CLM_NUM",
            "original_claim_id",
            "Original Claim Number",
            "OrigICN",
            "adjusted_from_claim_id",
            "Prior Claim Number",
            "replaced_claim",
            "reversed_claim_id",
            "Former ICN",
            "previous_claim_number",
            "Claim Ref Original No",
            "replaces_claim",
            "Reversal Of Claim",
        ] {
            assert!(says_original_claim(header), "{header}");
        }
        for header in [
            "claim_id",
            "Original Rx Number",
            "original_claim_date",
            "Parent ID",
            "replaced_by_claim_id",
            "adjusted_to_claim",
            "reversal_claim_id",
            "Prior Claim Status",
        ] {
            assert!(!says_original_claim(header), "{header}");
        }
    }

    #[test]
    fn the_reference_of_a_bill_is_that_to_the_one_before_it() {
        for header in [
            "original_ref_no",
            "Original Reference Number",
            "Orig Ref #",
            "original_document_control_number",
            "Resubmission Ref No",
            "REF_F8",
            "REF*F8",
        ] {
            assert!(says_original_reference(header), "{header}");
        }
        for header in ["reference_number", "Original Rx Ref No", "Ref Code", "Control Number"] {
            assert!(!says_original_reference(header), "{header}");
        }
        for header in ["payer_control_number", "Payer Claim Control Number", "payor_ctrl_no"] {
            assert!(says_payer_number(header), "{header}");
        }
        assert!(!says_payer_number("payer_id") && !says_payer_number("Patient Control Number"));
    }
}
