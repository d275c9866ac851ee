//! Reversals that are dated on the day on which they were made, and not on that of their claim.

use super::{contradicts, refers, same_number, takes_back_quantity};
use crate::exposure::{Dispense, Marks};

/// How many days a supply of unknown length is taken to last: until then a reversal is of that supply, and not of the next one.
const UNKNOWN_LENGTH: u16 = 28;

/// Whether a reversal may mean a claim of an earlier day, which has its number: a claim number, or that of a prescription whose fills are not
/// numbered.
pub(super) fn may_name(reversal: &Dispense, claim: &Dispense) -> bool {
    let differ = |a: u32, b: u32| a != 0 && b != 0 && a != b;
    let other_fill = differ(reversal.fill.into(), claim.fill.into());
    let is_by_claim = same_number(reversal.claim, claim.claim);
    is_of_later_day(reversal, claim)
        && !other_fill
        && !differ(reversal.claim, claim.claim)
        && !differ(reversal.prescription, claim.prescription)
        && (is_by_claim || is_plain_supply(reversal, claim) && is_soon(reversal, claim))
}

/// Whether nothing but a number shows that a reversal means a claim: it is dated on a later day, and names no fill.
pub(super) fn is_of_later_day(reversal: &Dispense, claim: &Dispense) -> bool {
    let is_of_claim = reversal.marks.has(Marks::REVERSAL) && !reversal.marks.has(Marks::ORDER);
    let same_fill = reversal.fill != 0 && reversal.fill == claim.fill;
    let is_referred = refers(reversal) && same_number(reversal.claim, claim.claim);
    let is_dose = reversal.marks.has(Marks::ADMINISTERED) || claim.marks.has(Marks::ADMINISTERED);
    is_of_claim && reversal.first > claim.first && !same_fill && !is_referred && !is_dose
}

/// Whether it is beyond doubt that a reversal of a later day means this claim: its number is the same, it says nothing else about the supply, and the
/// next supply was not due yet.
pub(super) fn is_plain(reversal: &Dispense, claim: &Dispense) -> bool {
    let is_part = takes_back_quantity(reversal);
    same_number(reversal.claim, claim.claim)
        && (is_part || !contradicts(reversal, claim))
        && is_soon(reversal, claim)
}

/// Whether a reversal states the supply of a claim.
fn is_plain_supply(reversal: &Dispense, claim: &Dispense) -> bool {
    claim.supplied() > 0.0 && claim.supplied() == reversal.supplied().abs()
}

/// Whether a reversal was made before half of a claim's days were over. What is reversed later may be the next supply, of which there is no other row.
fn is_soon(reversal: &Dispense, claim: &Dispense) -> bool {
    let days = if claim.days == 0 { UNKNOWN_LENGTH } else { claim.days };
    reversal.first.since(claim.first) <= i32::from(days / 2).max(1)
}

/// Of the claims that a reversal may mean and contradicts, those of earlier days that it may mean as well as a later one do not count.
pub(super) fn last_of(
    reversal: &Dispense,
    mut may_be: Vec<usize>,
    records: &[Dispense],
) -> Vec<usize> {
    let is_later = |at: &usize| is_of_later_day(reversal, &records[*at]);
    let last = may_be.iter().filter(|at| is_later(at)).map(|&at| records[at].first).max();
    may_be.retain(|at| !is_later(at) || Some(records[*at].first) == last);
    may_be
}

/// Of several claims of earlier days that a number alone shows, those that as many reversals mean: all, or those of their supply. Otherwise it is
/// unknown which are meant, and these are returned apart.
pub(super) fn leave(
    group: &[Dispense],
    fits: Vec<usize>,
    records: &[Dispense],
) -> (Vec<usize>, Vec<usize>) {
    let Some(reversal) = group.last() else { return (fits, Vec::new()) };
    let is_later = |at: &usize| is_of_later_day(reversal, &records[*at]);
    let is_one_day = fits.windows(2).all(|of| records[of[0]].first == records[of[1]].first);
    if is_one_day || !fits.iter().all(is_later) || fits.len() <= group.len() {
        return (fits, Vec::new());
    }
    let is_alike = |at: &usize| {
        let claim = &records[*at];
        is_plain_supply(reversal, claim) && [0, claim.days].contains(&reversal.days)
    };
    let alike: Vec<usize> = fits.iter().copied().filter(is_alike).collect();
    let is_enough = !alike.is_empty() && alike.len() <= group.len();
    if is_enough { (alike, Vec::new()) } else { (Vec::new(), fits) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OXYCODONE, check, doubtful};

    const PAID: (&str, &str) = (OXYCODONE, "C1 - - 02. 40 10 - PAID");

    #[test]
    fn a_reversal_dated_on_its_own_day_takes_back_the_claim_of_its_number() {
        let row = |back: &'static str| [PAID, (OXYCODONE, back)];
        check(&[
            ("the next day", &row("C1 - - 03. 40 10 - REVERSED"), &[], 1),
            ("by a negative quantity", &row("C1 - - 04. -40 10 - -"), &[], 1),
            ("a return", &row("C1 - - 05. 40 10 - Returned"), &[], 1),
            ("it states no supply", &row("C1 - - 03. - - - VOID"), &[], 1),
            ("a part of it", &row("C1 - - 03. -10 - - CREDIT"), &[1], 0),
            (
                "before the claim: it was of an earlier bill",
                &row("C1 - - 01. 40 10 - VOID"),
                &[1],
                0,
            ),
            (
                "billed again on the next day",
                &[
                    PAID,
                    (OXYCODONE, "C1 - - 03. 40 10 - VOID"),
                    (OXYCODONE, "C1 - - 04. 40 10 - PAID"),
                ],
                &[3],
                1,
            ),
            (
                "billed again for the same day",
                &[PAID, (OXYCODONE, "C1 - - 03. 40 10 - VOID"), PAID],
                &[3],
                1,
            ),
            (
                "of an invoice with several supplies, that of its quantity",
                &[
                    PAID,
                    (OXYCODONE, "C1 - - 01. 20 5 - PAID"),
                    (OXYCODONE, "C1 - - 03. 40 10 - VOID"),
                ],
                &[2],
                1,
            ),
        ]);
    }

    #[test]
    fn where_a_number_leaves_open_which_supply_came_back_all_are_judged_and_reported() {
        for (what, rows, judged, told) in [
            (
                "a prescription number, whose next fill may be meant",
                vec![
                    (OXYCODONE, "- R1 - 02. 40 10 - PAID"),
                    (OXYCODONE, "- R1 - 03. 40 10 - VOID"),
                ],
                vec![1],
                vec![1],
            ),
            (
                "the next fill was due",
                vec![
                    (OXYCODONE, "- R1 - 02. 40 10 - PAID"),
                    (OXYCODONE, "- R1 - 11. 40 10 - VOID"),
                ],
                vec![1],
                vec![],
            ),
            ("another supply", vec![PAID, (OXYCODONE, "C1 - - 03. 20 5 - VOID")], vec![1], vec![1]),
            (
                "long afterwards",
                vec![PAID, (OXYCODONE, "C1 - - 12. 40 10 - VOID")],
                vec![1],
                vec![1],
            ),
            (
                "two of one supply",
                vec![
                    PAID,
                    (OXYCODONE, "C1 - - 01. 40 10 - PAID"),
                    (OXYCODONE, "C1 - - 03. 40 10 - VOID"),
                ],
                vec![1, 2],
                vec![1, 2],
            ),
        ] {
            check(&[(what, &rows, &judged, 0)]);
            assert_eq!(doubtful(&rows), told, "{what}");
        }
    }
}
