//! Logs of orders: a row that says that a drug was stopped or held ends the orders of it that were open until then, wherever in the
//! input they stand.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::FxHashMap;

use crate::drug::{DrugIx, Verdict};
use crate::exposure::{Dispense, Marks, VerdictId};
use rxlint_model::day::Day;

/// The positions of the open orders of some drugs, by product, the first to begin in front.
type Open = BTreeMap<VerdictId, VecDeque<usize>>;

/// Ends the orders that other rows say ended.
pub(super) fn end(records: &mut [Dispense], verdicts: &[Verdict]) {
    let is_end = |record: &Dispense| record.days == 1 && record.marks.has(Marks::ENDS_ORDER);
    let mut ends: Vec<Dispense> = records.iter().copied().filter(is_end).collect();
    if ends.is_empty() {
        return;
    }
    ends.sort_unstable_by_key(|end| (end.first, end.key));
    let mut open = open(records, verdicts);
    for end in &ends {
        let Some(orders) = open.get_mut(&drugs(end, verdicts)) else { continue };
        // What began before counts before what began on that day, the same product before another of the drug.
        let by = [(true, true), (true, false), (false, true), (false, false)];
        for (is_before, is_same) in by {
            let begins =
                |first: Day| if is_before { first < end.first } else { first == end.first };
            let mut any = false;
            let products = orders.iter_mut().filter(|(of, _)| !is_same || **of == end.verdict);
            for (_, queue) in products {
                while let Some(at) = queue.pop_front_if(|at| begins(records[*at].first)) {
                    end_on(&mut records[at], end.first);
                    any = true;
                }
            }
            if any {
                break;
            }
        }
    }
}

fn end_on(order: &mut Dispense, day: Day) {
    order.days = u16::try_from(day.since(order.first) + 1).unwrap_or(u16::MAX);
    order.marks = order.marks.without(Marks::OPEN);
}

/// The open orders by what they are of: each is looked at once, however many rows end orders.
fn open(records: &[Dispense], verdicts: &[Verdict]) -> FxHashMap<Vec<DrugIx>, Open> {
    let is_open = |at: &usize| records[*at].days == 0 && records[*at].marks.has(Marks::OPEN);
    let mut at_work: Vec<usize> = (0..records.len()).filter(is_open).collect();
    at_work.sort_by_key(|&at| records[at].first);
    let mut open: FxHashMap<Vec<DrugIx>, Open> = FxHashMap::default();
    for at in at_work {
        let orders = open.entry(drugs(&records[at], verdicts)).or_default();
        orders.entry(records[at].verdict).or_default().push_back(at);
    }
    open
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
