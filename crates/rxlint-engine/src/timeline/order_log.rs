//! Logs of orders: a row that says that a drug was stopped or held ends the orders of it that were open until then, wherever in the
//! input they stand.

use crate::drug::{DrugIx, Verdict};
use crate::exposure::{Dispense, Marks};

/// Ends the orders that other rows say ended.
pub(super) fn end(records: &mut [Dispense], verdicts: &[Verdict]) {
    let is_end = |record: &Dispense| record.days == 1 && record.marks.has(Marks::ENDS_ORDER);
    let mut ends: Vec<Dispense> = records.iter().copied().filter(is_end).collect();
    ends.sort_unstable_by_key(|end| (end.first, end.key));
    for end in &ends {
        let alike = |record: &Dispense| drugs(record, verdicts) == drugs(end, verdicts);
        let same = |record: &Dispense| record.verdict == end.verdict;
        // What began before counts before what began on that day, the same product before another of the drug.
        let open = |record: &&mut Dispense| record.days == 0 && record.marks.has(Marks::OPEN);
        let by: [(bool, bool); 4] = [(true, true), (true, false), (false, true), (false, false)];
        for (is_before, is_same) in by {
            let fits = |record: &&mut Dispense| {
                let begins =
                    if is_before { record.first < end.first } else { record.first == end.first };
                begins && if is_same { same(record) } else { alike(record) }
            };
            let mut any = false;
            for record in records.iter_mut().filter(open).filter(fits) {
                let days = end.first.since(record.first) + 1;
                record.days = u16::try_from(days).unwrap_or(u16::MAX);
                record.marks = record.marks.without(Marks::OPEN);
                any = true;
            }
            if any {
                break;
            }
        }
    }
}

/// The drugs that a record is about.
fn drugs(record: &Dispense, verdicts: &[Verdict]) -> Vec<DrugIx> {
    let verdict = verdicts.get(record.verdict as usize);
    let mut drugs: Vec<DrugIx> = verdict
        .map_or_else(Vec::new, |verdict| verdict.components.iter().map(|c| c.drug).collect());
    drugs.sort_unstable();
    drugs.dedup();
    drugs
}
