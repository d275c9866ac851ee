//! What a column of statuses or answers is about: whether something was handed over, or a thing beside that.

use super::content::Content;
use super::{fold, tokens};

/// Whether a column asks whether something was handed over: `Filled`, `Picked up?`, `is_dispensed`.
pub(crate) fn says_handed_over(header: &str) -> bool {
    const WORDS: [&str; 48] = [
        "cmoccur",
        "exoccur",
        "ecoccur",
        "given",
        "administered",
        "taken",
        "taking",
        "currentlytaking",
        "received",
        "completed",
        "accepted",
        "paid",
        "claimpaid",
        "valid",
        "gegeben",
        "verabreicht",
        "administré",
        "administre",
        "administrado",
        "somministrato",
        "toegediend",
        "podano",
        "finalaction",
        "udleveret",
        "filled",
        "dispensed",
        "sold",
        "pickedup",
        "pickup",
        "delivered",
        "shipped",
        "collected",
        "abgegeben",
        "abgeholt",
        "ausgegeben",
        "délivré",
        "delivre",
        "dispensé",
        "dispensado",
        "dispensada",
        "entregado",
        "entregue",
        "erogato",
        "consegnato",
        "afgeleverd",
        "opgehaald",
        "wydano",
        "utlevert",
    ];
    let folded = fold::fold(header);
    let bare = ["is", "was"].iter().find_map(|start| folded.strip_prefix(start)).unwrap_or(&folded);
    let ends = ["flag", "indicator", "ind", "yn"];
    let bare = ends.iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare);
    WORDS.contains(&bare)
}

/// Whether a column is that of T-MSIS in which 0 says that a claim was denied, and 1 that it was not.
pub(super) fn is_of_denials(header: &str, content: Option<&Content>) -> bool {
    let by_number = |content: &Content| content.is_flag() && content.has_digits();
    says_not_denied(header) && content.is_some_and(by_number)
}

/// Whether a header is that of such a column.
pub(crate) fn says_not_denied(header: &str) -> bool {
    ["clmdndind", "claimdeniedindicator"].contains(&fold::fold(header).as_str())
}

/// Whether a column asks whether an action on a claim was the last: CMS's `FINAL_ACTION`.
pub(crate) fn says_final(header: &str) -> bool {
    fold::fold(header).starts_with("final")
}

/// Whether a status is that of a message, a label or a further refill, whatever became of the fill.
pub(super) fn is_of_no_fill(words: &[String]) -> bool {
    const WORDS: [&str; 14] = [
        "refill",
        "refills",
        "renewal",
        "renewals",
        "erx",
        "escript",
        "eprescription",
        "eprescribing",
        "label",
        "lbl",
        "print",
        "printed",
        "printing",
        "transmission",
    ];
    words.iter().any(|word| WORDS.contains(&word.as_str()))
        || words
            .windows(2)
            .any(|pair| pair[0] == "e" && ["rx", "script"].contains(&pair[1].as_str()))
}

/// Whether a status is that of the way to the patient, of an authorization or of a review, whatever became of the fill.
pub(super) fn says_status_of_another(header: &str) -> bool {
    const THINGS: [&str; 16] = [
        "delivery",
        "deliveries",
        "shipping",
        "shipment",
        "ship",
        "courier",
        "tracking",
        "freight",
        "pa",
        "preauth",
        "preauthorization",
        "dur",
        "inventory",
        "lieferstatus",
        "versandstatus",
        "livraison",
    ];
    let words = tokens::words_of(header);
    let is_status =
        || tokens::says(header, "status") || words.iter().any(|word| word.ends_with("status"));
    words.iter().any(|word| THINGS.contains(&word.as_str())) && is_status()
}
