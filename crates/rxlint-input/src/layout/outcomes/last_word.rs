//! Whether a column says that its row is the last word on a claim, or why a claim was rejected.

use crate::layout::headers::{fold, tokens};

/// Whether a column asks whether an action on a claim was the last: CMS's `FINAL_ACTION`.
pub(crate) fn says_final(header: &str) -> bool {
    fold::fold(header).starts_with("final") || says_last(header)
}

/// Whether a column asks whether its row is the last word on its claim: `CLM_FINAL_ACTN_IND`, `Latest Version`, `Current Record Ind`.
/// If it is only called current, it may be about a medicine.
pub(super) fn says_last(header: &str) -> bool {
    const LAST: [&str; 5] = ["final", "latest", "highest", "newest", "current"];
    const BY_ITSELF: [&str; 2] = ["latest", "highest"];
    const OF: [&str; 18] = [
        "action",
        "actn",
        "version",
        "vrsn",
        "revision",
        "claim",
        "clm",
        "record",
        "rec",
        "row",
        "line",
        "adjustment",
        "adjstmt",
        "adj",
        "adjudication",
        "adjudicated",
        "transaction",
        "txn",
    ];
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let has = |list: &[&str]| words.iter().any(|word| is(list, word));
    has(&LAST)
        && (has(&OF) || has(&BY_ITSELF))
        && words.iter().all(|word| is(&LAST, word) || is(&OF, word) || is(&OF_FLAGS, word))
}

/// Words that only say that a column is a flag.
const OF_FLAGS: [&str; 9] = ["is", "was", "most", "flag", "flg", "indicator", "ind", "yn", "cd"];

/// Whether a column asks whether its row is current, and does not say as what.
pub fn says_current(header: &str) -> bool {
    let words = tokens::words_of(header);
    words.iter().any(|word| word == "current")
        && words.iter().all(|word| word == "current" || OF_FLAGS.contains(&word.as_str()))
}

/// Whether a header says that its column gives why claims were rejected: `NCPDP Reject Code 1`, `Denial Reason`. Codes of
/// adjustments, which paid claims have too, do so if they are `rare`.
pub fn says_rejection(header: &str, rare: bool) -> bool {
    const REJECTED: [&str; 9] = [
        "reject",
        "rejects",
        "rejected",
        "rejection",
        "denial",
        "denied",
        "deny",
        "rej",
        "denials",
    ];
    const ADJUSTED: [&str; 4] = ["carc", "eob", "rarc", "eobs"];
    const BESIDE: [&str; 28] = [
        "code",
        "codes",
        "cd",
        "count",
        "cnt",
        "reason",
        "reasons",
        "rsn",
        "number",
        "num",
        "no",
        "nbr",
        "ncpdp",
        "claim",
        "clm",
        "primary",
        "first",
        "message",
        "msg",
        "desc",
        "description",
        "text",
        "1",
        "2",
        "3",
        "4",
        "5",
        "pbm",
    ];
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        word.is_empty() || list.contains(&word)
    };
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    (has(&REJECTED) && words.len() > 1 || rare && has(&ADJUSTED))
        && words.iter().all(|word| is(&REJECTED, word) || is(&ADJUSTED, word) || is(&BESIDE, word))
}
