//! A column that names the claim which a row reverses, adjusts or replaces: `ORGNL_CLM_NUM`, `Original Claim ID`.

use rxlint_model::record::Field;

use super::content::Content;
use super::table::JoinedColumns;
use super::tokens;

/// Makes the original's number that of the claim where a row names one; elsewhere it is the row's own. A void that has a number
/// of its own takes the claim back that it names.
pub(super) fn join(
    headers: &[String],
    columns: &mut [(usize, Field)],
    contents: &[Content],
) -> Option<JoinedColumns> {
    let is_free = |at: usize| !columns.iter().any(|(other, _)| *other == at);
    let is_number = |at: usize| contents.get(at).is_some_and(|content| !content.is_day_column());
    let original = (0..headers.len())
        .find(|&at| is_free(at) && is_number(at) && says_original_claim(&headers[at]))?;
    let claim = columns.iter_mut().find(|(_, field)| *field == Field::Claim)?;
    let own = std::mem::replace(&mut claim.0, original);
    Some(JoinedColumns { field: Field::Claim, columns: vec![original, own], separator: " " })
}

fn says_original_claim(header: &str) -> bool {
    const ORIGINAL: [&str; 6] = ["original", "orig", "orgnl", "orgnal", "origin", "parent"];
    const CLAIM: [&str; 5] = ["claim", "clm", "icn", "tcn", "dcn"];
    const NUMBER: [&str; 9] = ["id", "number", "num", "no", "nbr", "icn", "tcn", "dcn", "ctrl"];
    let words = tokens::words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&ORIGINAL) && has(&CLAIM) && has(&NUMBER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_original_claim_is_told_from_other_claims() {
        for header in ["ORGNL_CLM_NUM", "original_claim_id", "Original Claim Number", "OrigICN"] {
            assert!(says_original_claim(header), "{header}");
        }
        for header in ["claim_id", "Original Rx Number", "original_claim_date", "Parent ID"] {
            assert!(!says_original_claim(header), "{header}");
        }
    }
}
