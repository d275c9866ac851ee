//! Which of the possible claims a reversal means: one of its own product comes before any other, and one that it contradicts is another claim, whose
//! own reversal is yet to come or whose bill was in an earlier file.

use super::{Index, keys, later, names, refers, takes_back_quantity};
use crate::drug::Verdict;
use crate::drug::dictionary::DrugIx;
use crate::exposure::{Dispense, Marks, VerdictId};

/// Whether a reversal means that claim: it names it, and says nothing that is untrue of it.
pub(super) fn means(reversal: &Dispense, claim: &Dispense, verdicts: &[Verdict]) -> bool {
    names(reversal, claim, verdicts)
        && !is_of_other_prescription(reversal, claim)
        && !is_another(reversal, claim, verdicts)
}

/// The claims that a reversal names and contradicts: it may mean another, or be wrong.
pub(super) fn contradicted(
    reversal: &Dispense,
    records: &[Dispense],
    claims: &Index,
    gone: &[bool],
    verdicts: &[Verdict],
) -> Vec<usize> {
    let may_be = |claim: &Dispense| {
        names(reversal, claim, verdicts)
            && !is_of_other_prescription(reversal, claim)
            && !(is_last_state(reversal) && is_by_likeness(reversal, claim))
    };
    let named = keys(reversal).into_iter().filter_map(|key| claims.get(&key));
    let named = named.flat_map(|claims| claims.iter().copied().take(super::ALIKE));
    named.filter(|&at| !gone[at] && may_be(&records[at])).collect()
}

/// Whether a reversal of a claim has no number in common with it, and the number of another prescription.
fn is_of_other_prescription(reversal: &Dispense, claim: &Dispense) -> bool {
    is_by_likeness(reversal, claim)
        && reversal.prescription != 0
        && claim.prescription != 0
        && reversal.prescription != claim.prescription
}

/// Whether a reversal says something about its product, or its duration, that is not true of the claim.
fn is_another(reversal: &Dispense, claim: &Dispense, verdicts: &[Verdict]) -> bool {
    let returns_part =
        takes_back_quantity(reversal) && claim.supplied() + reversal.supplied() > 0.0;
    let other_days = reversal.days > 0 && claim.days > 0 && reversal.days != claim.days;
    let is_other_product =
        || nearness(reversal.verdict, claim.verdict, verdicts) == Nearness::Other;
    let is_later = later::is_of_later_day(reversal, claim);
    (is_by_likeness(reversal, claim) || is_later)
        && (other_days && !returns_part || is_other_product())
        || is_later && !later::is_plain(reversal, claim)
        || may_be_its_own(reversal, claim)
}

/// Whether the row of a reversal may be what became of its own claim, which no other row states, and the other claim was billed in its place or to
/// another payer. A file may show whether it is; where it does not, a claim number of its own says that it may. A negative quantity and the code of a
/// transaction say that a row only takes back.
fn may_be_its_own(reversal: &Dispense, claim: &Dispense) -> bool {
    let is_of_status = reversal.marks.has(Marks::OF_STATUS) || refers(reversal);
    let has_own_number = is_of_status && reversal.claim != 0 && claim.claim != 0;
    let may_be_own = match reversal.marks {
        marks if marks.has(Marks::JOURNAL) => false,
        marks => has_own_number || marks.has_any(Marks::JOURNAL),
    };
    is_by_likeness(reversal, claim) && may_be_own && !takes_back_quantity(reversal)
}

/// Whether the file of a reversal shows that it is what became of its own claim.
pub(super) fn is_last_state(reversal: &Dispense) -> bool {
    reversal.marks.has(Marks::LAST_STATE) && !reversal.marks.has(Marks::EITHER)
}

/// Whether something other than a claim number shows which claim a reversal means.
fn is_by_likeness(reversal: &Dispense, claim: &Dispense) -> bool {
    let same_claim = reversal.claim != 0 && reversal.claim == claim.claim;
    reversal.marks.has(Marks::REVERSAL) && !reversal.marks.has(Marks::ORDER) && !same_claim
}

/// How similar the products of a reversal and a claim are, the same first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// All that is known of them is the same, or the reversal names none.
    Same,
    /// One says more than the other does.
    Alike,
    /// Of another strength, form or combination.
    Other,
}

impl Nearness {
    pub(super) const ALL: [Self; 3] = [Self::Same, Self::Alike, Self::Other];
}

/// How similar the product of a reversal and that of a claim are.
pub(super) fn nearness(reversal: VerdictId, claim: VerdictId, verdicts: &[Verdict]) -> Nearness {
    let verdict = |id: VerdictId| verdicts.get(id as usize);
    let (Some(a), Some(b)) = (verdict(reversal), verdict(claim)) else { return Nearness::Same };
    if reversal == claim || product(a) == product(b) && a.numbers == b.numbers {
        return Nearness::Same;
    }
    let differs = a.product.is_some() && b.product.is_some() && a.product != b.product
        || a.components.iter().any(|a| {
            let mut same = b.components.iter().filter(|b| b.drug == a.drug).peekable();
            let strengths = |b: Option<_>| a.strength.is_none() || b.is_none() || a.strength == b;
            same.peek().is_some() && !same.any(|b| a.form == b.form && strengths(b.strength))
        });
    if differs { Nearness::Other } else { Nearness::Alike }
}

/// Whether a reversal leaves the strength of its product open: more specific ones choose first.
pub(super) fn is_vague(reversal: &Dispense, verdicts: &[Verdict]) -> bool {
    let verdict = verdicts.get(reversal.verdict as usize);
    verdict.is_none_or(|verdict| verdict.components.iter().any(|c| c.strength.is_none()))
}

/// What distinguishes one product from another, in an order that does not depend on the position of its rows.
type Product = Vec<(DrugIx, u8, Option<(u64, bool)>)>;

/// The product of a verdict.
fn product(verdict: &Verdict) -> Product {
    let strength = |mg: f64, per_ml: bool| (mg.to_bits(), per_ml);
    let components = verdict.components.iter().map(|c| {
        let strength = c.strength.map(|of| strength(of.mg, of.per_ml));
        (c.drug, c.form, strength)
    });
    components.collect()
}

/// Sorts claims by their products and, within one product, by their place.
pub(super) fn sort(claims: &mut [usize], records: &[Dispense], verdicts: &[Verdict]) {
    claims.sort_unstable();
    let is_one = claims.windows(2).all(|two| records[two[0]].verdict == records[two[1]].verdict);
    if !is_one {
        claims.sort_by_cached_key(|&at| verdicts.get(records[at].verdict as usize).map(product));
    }
}

/// Those of these claims that are of another product than the one at that position.
pub(super) fn of_other_product(
    at: usize,
    claims: impl Iterator<Item = usize>,
    records: &[Dispense],
    verdicts: &[Verdict],
) -> Vec<usize> {
    let id = |at: usize| records[at].verdict;
    let product = |at: usize| verdicts.get(id(at) as usize).map(product);
    claims.filter(|&other| id(other) != id(at) && product(other) != product(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Case, OXYCODONE, PERCOCET, check, doubtful};

    const TEN: &str = "oxycodone 10 mg tablet";
    const EXTENDED: &str = "oxycodone ER 10 mg tablet";
    const ANY: &str = "oxycodone";
    const PAID: &str = "- R1 0 05. 40 10 - PAID";
    const REVERSED: &str = "- R1 0 05. 40 10 - REVERSED";

    #[test]
    fn a_reversal_takes_back_the_claim_of_its_own_product() {
        check(&[
            ("of its strength", &[(OXYCODONE, PAID), (TEN, REVERSED), (TEN, PAID)], &[1], 1),
            ("in another order", &[(TEN, PAID), (TEN, REVERSED), (OXYCODONE, PAID)], &[3], 1),
            ("of its form", &[(TEN, PAID), (EXTENDED, REVERSED), (EXTENDED, PAID)], &[1], 1),
            (
                "by a negative quantity",
                &[(TEN, PAID), (OXYCODONE, "- R1 0 05. -40 -10 - -"), (OXYCODONE, PAID)],
                &[1],
                1,
            ),
            (
                "of two reversals each its own, and what says less the other",
                &[(TEN, PAID), (OXYCODONE, PAID), (OXYCODONE, REVERSED), (ANY, REVERSED)],
                &[],
                2,
            ),
            (
                "of one claim number, where it has its own, whatever the quantity",
                &[
                    (OXYCODONE, "C1 - - 05. 40 10 - PAID"),
                    (TEN, "C1 - - 05. 60 10 - PAID"),
                    (TEN, "C1 - - 05. 40 10 - REVERSED"),
                ],
                &[1],
                1,
            ),
        ]);
    }

    #[test]
    fn what_a_reversal_contradicts_stands_and_is_reported() {
        for (what, drug, reversal) in [
            ("another strength", TEN, REVERSED),
            ("another form", EXTENDED, REVERSED),
            ("fewer days", OXYCODONE, "- R1 0 05. 40 3 - REVERSED"),
            ("fewer days, by a negative quantity", OXYCODONE, "- R1 0 05. -40 -3 - -"),
        ] {
            let rows = [(OXYCODONE, PAID), (drug, reversal)];
            check(&[(what, &rows, &[1], 0)]);
            assert_eq!(doubtful(&rows), vec![1], "{what}");
            let own = reversal.replace("REVERSED", "PAID").replace("-40 -3 - -", "40 3 - PAID");
            let rows = [(OXYCODONE, PAID), (drug, reversal), (drug, own.as_str())];
            check(&[(what, &rows, &[1], 1)]);
            assert_eq!(doubtful(&rows), Vec::<u32>::new(), "{what}: its own claim is there");
        }
        let other = [(OXYCODONE, PAID), (OXYCODONE, "- R2 0 05. -40 -10 - -")];
        check(&[("of another prescription", &other, &[1], 0)]);
        assert_eq!(doubtful(&other), Vec::<u32>::new());
    }

    #[test]
    fn of_claims_of_several_products_nothing_tells_which_a_reversal_means_that_names_none() {
        for drug in [ANY, ""] {
            let rows = [(OXYCODONE, PAID), (TEN, PAID), (drug, "- R1 0 05. - - - REVERSED")];
            check(&[(drug, &rows, &[2], 1)]);
            assert_eq!(doubtful(&rows), vec![2], "{drug}");
        }
        let parts = [(PERCOCET, PAID), (PERCOCET, REVERSED)];
        check(&[("a combination", &parts, &[], 1)]);
    }

    #[test]
    fn what_became_of_one_claim_takes_no_other_back() {
        let paid = (OXYCODONE, "C2 R1 0 05. 40 10 - PAID");
        for word in ["REVERSED", "VOID", "Credited", "RTS", "Storno", "Tilbageført"] {
            let reversed = format!("C1 R1 0 05. 40 10 - {word}");
            let rows = [(OXYCODONE, reversed.as_str()), paid];
            check(&[(word, &rows, &[2], 0)]);
            assert_eq!(doubtful(&rows), vec![2], "{word}");
        }
        let (first, back) =
            ((OXYCODONE, "C1 R1 0 05. 40 10 - PAID"), (OXYCODONE, "C1 R1 0 05. 40 10 - REVERSED"));
        let again = (OXYCODONE, "C1 R1 0 05. - - - VOID");
        let clear: [Case<'_>; 4] = [
            ("its own bill is there", &[first, back, paid], &[3], 1),
            ("and its reversal is said again", &[first, back, again, paid], &[4], 1),
            (
                "a row that only takes back, by its quantity",
                &[paid, (OXYCODONE, "C1 R1 0 05. -40 10 - REVERSED")],
                &[],
                1,
            ),
            (
                "and by the code of a transaction",
                &[paid, (OXYCODONE, "C1 R1 0 05. 40 10 D -")],
                &[],
                1,
            ),
        ];
        check(&clear);
        for (what, rows, ..) in clear {
            assert_eq!(doubtful(rows), Vec::<u32>::new(), "{what}");
        }
    }
}
