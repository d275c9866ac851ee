//! What a column of quantities counts: pieces, unless its header or its numbers speak of packs.

use super::supplied::{self, Said, says_handed};
use crate::layout::cells::content::Content;
use crate::layout::headers::tokens::{says_any, says_packs, says_pieces, words_have};
use crate::layout::{SampleRows, header_means};
use rxlint_model::record::Field;

/// What the plain numbers of a column of quantities count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuantityCount {
    /// Pieces, or what the cells say.
    #[default]
    Pieces,
    /// Packs, as the header says.
    Packs,
    /// Nothing says which, and hardly any number other than one and two occurs: typical of a site that hands over boxes, not of one
    /// that counts tablets.
    PiecesOrPacks,
}

/// How well a header names what was handed over, compared with other columns of quantities: what is measured or counted in the units
/// of its drug code comes first, then what says that it was dispensed; what was prescribed or ordered comes last. A line that bills a procedure counts procedures, whatever its
/// drug code.
pub(in crate::layout) fn rank(header: &str, rank: usize, is_billed: bool) -> usize {
    const MEASURED: [&str; 9] =
        ["metric", "met", "metqty", "mtrc", "decimal", "dec", "dcml", "dispenseddecimal", "ndc"];
    const FIRST: usize = 0;
    const DISPENSED: usize = 2;
    const ORDERED: usize = 10_000;
    let is_dispensed = || {
        (says_any(header, &["dispense", "actual"]) || says_handed(header))
            && says_any(header, &["quantity", "amount"])
    };
    let is_ordered = || supplied::said(header) == Some(Said::Ordered);
    match rank {
        _ if says_packs(header) => rank,
        _ if !is_billed && words_have(header, &MEASURED) => FIRST,
        _ if is_dispensed() => rank.min(DISPENSED),
        _ if is_ordered() => rank + ORDERED,
        _ => rank,
    }
}

/// Gives up a column that is 1 or -1 in every row if another one counts more: it counts claims.
pub(in crate::layout) fn leave_counts_of_claims(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) {
    let is_served = |at: usize| columns.iter().any(|(other, _)| *other == at);
    let counts_claims = |at: usize| contents.get(at).is_some_and(Content::is_ones);
    let Some(&(served, _)) = columns.iter().find(|(_, field)| *field == Field::Quantity) else {
        return;
    };
    let counts_more = |&at: &usize| {
        let is_number = |cells: &Content| cells.is_numbers() && !cells.is_ones();
        !is_served(at)
            && header_means(&headers[at], Field::Quantity)
            && contents.get(at).is_some_and(is_number)
    };
    if let Some(other) = (0..headers.len()).find(counts_more).filter(|_| counts_claims(served)) {
        columns.retain(|(_, field)| *field != Field::Quantity);
        columns.push((other, Field::Quantity));
    }
}

/// Fewer numbers show nothing.
const LEAST: usize = 3;
/// If more than this are handed over at once, they are not boxes.
const MOST_BOXES: u32 = 5;
/// At least half of all fills have at most this many boxes.
const USUAL_BOXES: u32 = 2;

/// What the quantity counts, by its header, else by the first rows. If a separate column gives the unit, or what was given or billed
/// is counted, the numbers show nothing.
pub(in crate::layout) fn of(
    headers: &[String],
    columns: &[(usize, Field)],
    rows: &SampleRows,
) -> QuantityCount {
    const OTHERWISE: [Field; 4] =
        [Field::QuantityUnit, Field::PackSize, Field::Administered, Field::Hcpcs];
    let Some((at, _)) = columns.iter().find(|(_, field)| *field == Field::Quantity) else {
        return QuantityCount::Pieces;
    };
    let is_settled = columns.iter().any(|(_, field)| OTHERWISE.contains(field));
    match headers[*at].as_str() {
        header if says_packs(header) => QuantityCount::Packs,
        header if is_settled || says_pieces(header) => QuantityCount::Pieces,
        _ if may_be_packs(rows, *at) => QuantityCount::PiecesOrPacks,
        _ => QuantityCount::Pieces,
    }
}

/// Whether nine tenths of the numbers are at most five and half are one or two, or other cells of the column name packs.
fn may_be_packs(rows: &SampleRows, at: usize) -> bool {
    let cells = || rows.iter().filter_map(|row| std::str::from_utf8(row.get(at)?).ok());
    let numbers: Vec<u32> = cells().filter_map(bare_number).collect();
    let at_most = |most: u32| numbers.iter().filter(|number| **number <= most).count();
    let are_few = numbers.len() >= LEAST
        && at_most(MOST_BOXES) * 10 >= numbers.len() * 9
        && at_most(USUAL_BOXES) * 2 >= numbers.len();
    let packs = || cells().filter(|cell| says_packs(cell)).count();
    are_few || at_most(MOST_BOXES) > 0 && packs() * 4 >= numbers.len()
}

/// A whole number and nothing else: `2`, `2.0`, `2,00`.
fn bare_number(text: &str) -> Option<u32> {
    let text = text.trim().trim_matches(['=', '"']);
    let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let is_whole = decimals.bytes().all(|byte| byte == b'0');
    is_whole.then(|| whole.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::headers::generic::header_meaning;

    #[test]
    fn what_is_measured_comes_before_what_is_billed() {
        for (better, worse) in [
            ("METQTY", "QTY"),
            ("Metric Qty", "Qty"),
            ("Decimal Qty", "Rx Qty"),
            ("NDC Units", "Service Units"),
            ("Line NDC Quantity", "Billed Units"),
            ("Metric Quantity", "Quantity Dispensed"),
            ("RX-QUANTITY-ACTUAL", "Billed Quantity"),
        ] {
            let rank = |header: &str| {
                let (field, place) = header_meaning(header).unwrap();
                assert_eq!(field, Field::Quantity, "{header}");
                rank(header, place + 1, false)
            };
            assert!(rank(better) < rank(worse), "{better} {worse}");
        }
        assert!(
            rank("NDC Qty", 3001, true) > rank("Service Units", 20, true),
            "380 units of J2315"
        );
    }

    #[test]
    fn numbers_of_whole_things() {
        for (text, number) in [
            ("2", Some(2)),
            ("2.000", Some(2)),
            ("2,00", Some(2)),
            ("=\"2\"", Some(2)),
            ("2.5", None),
            ("1,000,000", None),
            ("2 OP", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(bare_number(text), number, "{text}");
        }
    }
}
