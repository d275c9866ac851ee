//! A column that names the claim which a row reverses, adjusts or replaces: `ORGNL_CLM_NUM`, `Prior Claim ID`.

use rxlint_model::record::Field;

use super::content::Content;
use super::tokens;

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
    let original = (0..headers.len())
        .find(|&at| !serves(at) && is_number(at) && says_original_claim(&headers[at]));
    columns.extend(original.filter(|_| is_due).map(|at| (at, Field::Original)));
}

/// Whether a header calls a claim by its number, and by what another row did to it or where it stands before that.
fn says_original_claim(header: &str) -> bool {
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
        "source",
        "linked",
        "related",
        "referenced",
        "ref",
        "xref",
        "cross",
    ];
    const CLAIM: [&str; 6] = ["claim", "clm", "icn", "tcn", "dcn", "ccn"];
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
    // Beside these it may be called a claim alone; what is done `by` another is done by the later claim.
    const JOINTS: [&str; 3] = ["from", "of", "the"];
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let has = |list: &[&str]| words.iter().any(|word| is(list, word));
    let is_bare = || {
        let known = |word: &String| is(&ORIGINAL, word) || is(&CLAIM, word) || is(&JOINTS, word);
        words.iter().all(known)
    };
    has(&ORIGINAL)
        && has(&CLAIM)
        && (has(&NUMBER) || is_bare())
        && !has(&["by", "to", "into", "date", "dt", "status", "type", "amount", "amt", "line"])
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
}
