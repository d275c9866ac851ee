//! Which of several claims with one number a reversal means: one of its own day comes before one with only its fill number, which systems leave at 0,
//! and which a claim keeps that was billed again for another day.

use rustc_hash::FxHashSet;

use super::{Unclear, refers};
use crate::exposure::{Dispense, Marks};
use rxlint_model::day::Day;
use rxlint_model::place::RowKey;

/// The claims that were reversed on their own day: repeating that reverses no other.
#[derive(Debug, Default)]
pub(super) struct OwnDay {
    /// The claims on record, each by its number and its prescription.
    billed: FxHashSet<[u32; 2]>,
    taken: FxHashSet<Bill>,
    /// Other claims that a reversal may have meant, with that.
    others: Vec<Unclear>,
    /// The positions of the claims that a reversal may or may not have meant, with that.
    pub(super) unclear: Vec<(usize, RowKey)>,
}

/// A claim by its numbers, fill and day.
type Bill = ([u32; 2], u16, Day);

fn bill(record: &Dispense) -> Bill {
    ([record.claim, record.prescription], record.fill, record.first)
}

impl OwnDay {
    /// Nothing is taken back yet.
    pub(super) fn of(records: &[Dispense]) -> Self {
        let is_claim = |record: &&Dispense| {
            record.claim != 0 && !record.marks.has_any(Marks::REVERSAL.with(Marks::ORDER))
        };
        let claims = records.iter().filter(is_claim);
        let billed = claims.map(|claim| [claim.claim, claim.prescription]).collect();
        Self { billed, ..Self::default() }
    }

    /// Whether a reversal may mean a claim: one whose own claim is on record, and may be reversed already, means no claim of another number.
    pub(super) fn may_mean(&self, reversal: &Dispense, claim: &Dispense) -> bool {
        let is_other = claim.claim != 0 && claim.claim != reversal.claim;
        !(is_other && self.billed.contains(&[reversal.claim, reversal.prescription]))
    }

    /// The claims among those that fit a reversal that are of its own day, or all if there are none. A claim of another fill on that day and one of
    /// that fill on another day may both be meant.
    pub(super) fn leave(
        &mut self,
        reversal: &Dispense,
        mut fits: Vec<usize>,
        records: &[Dispense],
    ) -> Vec<usize> {
        let is_own = |at: &usize| records[*at].first == reversal.first;
        let is_fill = |at: &usize| {
            let fill = records[*at].fill;
            fill == reversal.fill || fill == 0 || reversal.fill == 0
        };
        if self.taken.contains(&bill(reversal)) && !refers(reversal) && !fits.iter().any(is_own) {
            return Vec::new();
        }
        if fits.iter().any(|at| is_own(at) && is_fill(at)) {
            fits.retain(|at| is_own(at) && is_fill(at));
        } else if fits.iter().any(is_own) {
            let others = fits.iter().filter(|at| !is_own(at));
            let others = others.map(|&at| Unclear { claim: records[at].key, by: reversal.key });
            self.others.extend(others);
            fits.retain(is_own);
        }
        if fits.iter().any(is_own) {
            self.taken.insert(bill(reversal));
        }
        fits
    }

    /// The claims that may have been meant, unless another reversal cancelled them.
    pub(super) fn doubtful(self, records: &[Dispense], gone: &[bool]) -> Vec<Unclear> {
        let left = self.unclear.into_iter().filter(|(at, _)| !gone[*at]);
        let left = left.map(|(at, by)| Unclear { claim: records[at].key, by });
        self.others.into_iter().chain(left).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OXYCODONE, check, doubtful, settled};

    #[test]
    fn a_reversal_takes_back_the_claim_of_its_own_day_before_one_that_has_its_fill_number() {
        for fill in ["0", "00", "1"] {
            let paid = |day: &str| format!("- R1 {fill} {day} 30 30 - PAID");
            let reversed = |rest: &str| format!("- R1 {fill} {rest} REVERSED");
            let (early, late) = (paid("05."), paid("21."));
            for (what, back, stays) in [
                ("the later day was wrong", "21. 30 30 -", 1),
                ("the earlier day was wrong", "05. 30 30 -", 2),
                ("negative, later", "21. -30 -30 -", 1),
                ("negative, earlier", "05. -30 -30 -", 2),
                ("without a supply", "21. - - -", 1),
                ("on a day of its own", "28. 30 30 -", 2),
            ] {
                let back = reversed(back);
                let rows = [
                    (OXYCODONE, early.as_str()),
                    (OXYCODONE, late.as_str()),
                    (OXYCODONE, back.as_str()),
                ];
                for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
                    let (found, reversed) = settled(&order.map(|at| rows[at]));
                    let row = order.iter().position(|at| at + 1 == stays).unwrap() as u32 + 1;
                    assert_eq!((found, reversed), (vec![(row, 30)], 1), "{what}, fill {fill}");
                }
            }
        }
        check(&[
            (
                "of two supplies of that day the one of that quantity",
                &[
                    (OXYCODONE, "- R1 0 05. 30 30 - PAID"),
                    (OXYCODONE, "- R1 0 21. 20 30 - PAID"),
                    (OXYCODONE, "- R1 0 21. 30 30 - PAID"),
                    (OXYCODONE, "- R1 0 21. 30 30 - REVERSED"),
                ],
                &[1, 2],
                1,
            ),
            (
                "said again by a reversal that names no drug",
                &[
                    (OXYCODONE, "- R1 0 05. 30 30 - PAID"),
                    (OXYCODONE, "- R1 0 21. 30 30 - PAID"),
                    (OXYCODONE, "- R1 0 21. 30 30 - REVERSED"),
                    ("", "- R1 0 21. - - - REVERSED"),
                ],
                &[1],
                1,
            ),
            (
                "each of its own day",
                &[
                    (OXYCODONE, "- R1 0 05. 30 30 - PAID"),
                    (OXYCODONE, "- R1 0 21. 30 30 - PAID"),
                    (OXYCODONE, "- R1 0 21. 30 30 - REVERSED"),
                    (OXYCODONE, "- R1 0 05. 30 30 - REVERSED"),
                ],
                &[],
                2,
            ),
            (
                "a replacement of one of two part fills",
                &[
                    (OXYCODONE, "- R1 0 05. 30 30 - PAID"),
                    (OXYCODONE, "- R1 0 21. 30 30 - PAID"),
                    (OXYCODONE, "- R1 0 21. 15 15 A -"),
                ],
                &[1, 3],
                0,
            ),
        ]);
    }

    #[test]
    fn of_a_claim_of_that_day_and_another_of_that_fill_nothing_tells_which_is_meant() {
        let rows = [
            (OXYCODONE, "- R1 0 05. 30 30 - PAID"),
            (OXYCODONE, "- R1 1 21. 30 30 - PAID"),
            (OXYCODONE, "- R1 0 21. 30 30 - REVERSED"),
        ];
        assert_eq!(settled(&rows), (vec![(1, 30)], 1));
        assert_eq!(doubtful(&rows), vec![1], "it is said");
        let clear = [rows[0], rows[1], (OXYCODONE, "- R1 1 21. 30 30 - REVERSED")];
        assert_eq!((settled(&clear), doubtful(&clear)), ((vec![(1, 30)], 1), vec![]));
    }
}
