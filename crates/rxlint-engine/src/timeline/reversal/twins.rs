//! Rows that may be about what another row bills. A fill without a claim number that is on record once as cancelled and once as paid was reversed, or
//! was billed again; the reversal of an unreadable record may be about another line. All are judged, and it is reported.

use super::another::{is_last_state, means};
use super::{ALIKE, Index, keys};
use crate::drug::Verdict;
use crate::exposure::{Dispense, Marks, VerdictId};
use rxlint_model::place::RowKey;

/// Takes the twins out of the records.
pub(super) fn take(records: &mut Vec<Dispense>) -> Vec<Dispense> {
    let is_twin =
        |record: &Dispense| record.marks.has(Marks::TWIN) && !record.marks.has(Marks::ORDER);
    let is_unclear = |record: &Dispense| is_twin(record) && !is_last_state(record);
    let twins = records.iter().copied().filter(is_unclear).collect();
    records.retain(|record| !is_twin(record));
    twins
}

/// Whether a row that a column of its own marks as void supplies what another supplies.
fn is_alike(twin: &Dispense, claim: &Dispense) -> bool {
    let is_same = twin.verdict == claim.verdict && twin.days == claim.days;
    is_same && twin.supplied() == claim.supplied()
}

/// The positions of the claims that were not reversed and that one of the twins may be about, with that.
pub(super) fn of(
    twins: &[Dispense],
    (records, claims): (&[Dispense], &Index),
    gone: &[bool],
    verdicts: &[Verdict],
) -> Vec<(usize, RowKey)> {
    let of_twin = |twin: &Dispense| {
        let file = |record: &Dispense| record.key.place().file;
        let may_be = |claim: &Dispense| {
            (twin.verdict == VerdictId::MAX || twin.first == claim.first)
                && !(twin.marks.has(Marks::FLAGGED_TWIN)
                    && file(twin) == file(claim)
                    && !is_alike(twin, claim))
                && means(twin, claim, verdicts)
        };
        let named = keys(twin).into_iter().filter_map(|key| claims.get(&key));
        let named = named.flat_map(|claims| claims.iter().copied().take(ALIKE));
        let named = named.filter(|&at| !gone[at] && may_be(&records[at]));
        named.map(|at| (at, twin.key)).collect::<Vec<_>>()
    };
    twins.iter().flat_map(of_twin).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OXYCODONE, check, doubtful};

    #[test]
    fn a_fill_that_was_cancelled_and_paid_is_judged_and_reported() {
        for word in ["CANCELLED", "Returned", "Annulé", "storniert", "Not picked up", "İade"] {
            let word = word.replace(' ', "");
            let paid = (OXYCODONE, "- R1 0 05. 40 10 - PAID");
            let row = |rest: &str| format!("{rest} - {word}");
            let (same, day) = (row("- R1 0 05. 40 10"), row("- R1 0 09. 40 10"));
            let number = row("- R2 0 05. 40 10");
            let rows = [paid, (OXYCODONE, same.as_str())];
            check(&[(word.as_str(), &rows, &[1], 0)]);
            assert_eq!(doubtful(&rows), vec![1], "{word}");
            for other in [day, number] {
                let rows = [paid, (OXYCODONE, other.as_str())];
                check(&[(other.as_str(), &rows, &[1], 0)]);
                assert_eq!(doubtful(&rows), Vec::<u32>::new(), "{other}");
            }
            let claim = row("C1 R1 0 05. 40 10");
            let rows = [(OXYCODONE, "C1 R1 0 05. 40 10 - PAID"), (OXYCODONE, claim.as_str())];
            check(&[("by the number of the claim", &rows, &[], 1)]);
        }
    }

    #[test]
    fn the_reversal_of_what_cannot_be_read_may_be_of_another_line() {
        let paid = (OXYCODONE, "C1 - - 05. 40 10 - PAID");
        for unread in ["Syringe 3 mL", "Unknown item 12"] {
            let rows = [paid, (unread, "C1 - - 05. 10 - - REVERSED")];
            check(&[(unread, &rows, &[1], 0)]);
            assert_eq!(doubtful(&rows), vec![1], "{unread}");
            let own = [rows[0], rows[1], (OXYCODONE, "C1 - - 05. 40 10 - REVERSED")];
            check(&[("its own is there as well", &own, &[], 1)]);
            assert_eq!(doubtful(&own), Vec::<u32>::new(), "{unread}");
        }
        for nothing in ["", "VOID", "-"] {
            let rows = [paid, (nothing, "C1 - - 05. - - - REVERSED")];
            check(&[(nothing, &rows, &[], 1)]);
        }
    }
}
