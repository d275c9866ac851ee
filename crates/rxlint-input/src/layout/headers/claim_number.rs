//! The number of a claim, whoever gave it: `RX_CLAIM_ID`, `Payer Claim Control Number`, `ICN_NBR`; and the words for it.

use super::tokens;

/// What a claim is called.
pub(in crate::layout) const CLAIM: [&str; 3] = ["claim", "clm", "rxclaim"];
/// Short forms for its number: internal, transaction, document and payer claim control number; and that of a German receipt.
pub(in crate::layout) const NUMBERS_OF_CLAIMS: [&str; 6] =
    ["icn", "tcn", "dcn", "pccn", "belegnummer", "belegnr"];
/// What qualifies its number, after it.
pub(in crate::layout) const NUMBER: [&str; 17] = [
    "id",
    "number",
    "num",
    "no",
    "nbr",
    "nmbr",
    "nr",
    "key",
    "identifier",
    "ref",
    "reference",
    "control",
    "ctrl",
    "ctl",
    "cntl",
    "cntrl",
    "unique",
];
/// Whose number it is, or of which claim, before it. A bill that another replaces does not count (`outcomes/original.rs`).
pub(in crate::layout) const WHOSE: [&str; 26] = [
    "rx",
    "pharmacy",
    "pharm",
    "phcy",
    "drug",
    "medical",
    "med",
    "payer",
    "payor",
    "pbm",
    "plan",
    "carrier",
    "insurer",
    "processor",
    "vendor",
    "switch",
    "internal",
    "external",
    "system",
    "sys",
    "unique",
    "transaction",
    "adjudicated",
    "adjudication",
    "encounter",
    "paid",
];

/// Whether a header is that of a claim's number. A word after the claim that is not a word for a number says what it belongs to
/// instead: a payer in `claim_payer_id`, a line in `claim_line_no`.
pub(super) fn is_one(header: &str) -> bool {
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let behind = words.iter().rev().take_while(|word| is(&NUMBER, word)).count();
    let Some((last, before)) = words[..words.len() - behind].split_last() else { return false };
    let is_named = is(&NUMBERS_OF_CLAIMS, last) || behind > 0 && is(&CLAIM, last);
    is_named && before.iter().all(|word| is(&WHOSE, word) || is(&CLAIM, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_a_claim_is_told_from_what_else_a_claim_has() {
        for header in [
            "RX_CLAIM_ID",
            "RX_CLAIM_NBR",
            "RXCLAIM_NUMBER",
            "Pharmacy Claim ID",
            "PAYER_CLAIM_CONTROL_NUMBER",
            "PayerClaimControlNumber",
            "PBM Claim Ref No",
            "PCCN",
            "DCN",
            "ICN_NBR",
            "claim_icn",
            "Internal Claim Key",
            "Belegnummer",
        ] {
            assert!(is_one(header), "{header}");
        }
        for header in [
            "claim",
            "claim_payer_id",
            "claim_line_no",
            "Claim Pharmacy Number",
            "claim_seq_nbr",
            "Original Claim ID",
            "Prior ICN",
            "claim_date",
            "claim_batch_id",
            "provider_number",
            "id",
            "",
        ] {
            assert!(!is_one(header), "{header}");
        }
    }
}
