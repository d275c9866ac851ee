//! Orders (HL7 v2) that are stopped, held, released and changed under one number, as the days tell on which each message was sent.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{last_day, same_drug};
use crate::drug::Verdict;
use crate::exposure::schedule::Schedule;
use crate::exposure::{Dispense, Marks};
use rxlint_model::day::Day;

/// On an order that replaces another: it has ended by what its own message says.
const ENDED: Marks = Marks::ORDER.with(Marks::REPLACEMENT).with(Marks::STOPPED);

/// Which of these orders, all of the number that `back` stops, holds or cancels, that leaves alone: what was ordered again, released or
/// changed afterwards. Nothing takes back what is yet to be said.
pub(super) fn untouched(
    back: &Dispense,
    orders: &[usize],
    records: &[Dispense],
) -> FxHashSet<usize> {
    let again = |at: usize| is_stated_again(&records[at], back);
    let goes_on = orders.iter().any(|&at| again(at) && !records[at].marks.has(ENDED));
    let begins_later = |at: usize| records[at].first > last_day(back);
    let is_untouched =
        |at: usize| again(at) && (goes_on || !records[at].marks.has(ENDED) || begins_later(at));
    orders.iter().copied().filter(|&at| is_untouched(at)).collect()
}

/// Whether an order was stated after what takes its number back. Of one day's messages what cancels counts for all; what stops or
/// holds for those before it.
fn is_stated_again(order: &Dispense, back: &Dispense) -> bool {
    let (Some(stated), Some(taken)) = (order.stated(), back.stated()) else { return false };
    let goes_on = || order.marks.has(Marks::REPLACEMENT) || order.first > last_day(back);
    let is_later = back.marks.has(Marks::STOPPED) && order.key > back.key;
    stated > taken || stated == taken && is_later && goes_on()
}

/// Ends an order on that day; returns whether anything is left of it. What it was to supply a day stays what it was.
pub(super) fn stop(order: &mut Dispense, last: Day) -> bool {
    let until = last.since(order.first) + 1;
    if until < 1 {
        return false;
    }
    let until = until.min(i32::from(u16::MAX)) as u16;
    let is_cut = order.days == 0 || until < order.days;
    if is_cut && order.days > 0 && order.schedule.most().is_none() {
        let units = order.counted().map(|quantity| quantity / f64::from(order.days));
        order.schedule = units.map_or(order.schedule, |units| Schedule::of(units, 1.0));
    }
    if is_cut {
        order.days = until;
        order.marks = order.marks.with(Marks::STATES_END);
    }
    true
}

/// Leaves of each order what its changes made of it: a change takes the place of what was said before, from its own first day on.
/// What had begun by then was taken until the day before.
pub(super) fn change(records: &mut [Dispense], gone: &mut [bool], verdicts: &[Verdict]) {
    let numbers: [fn(&Dispense) -> u32; 2] = [|record| record.claim, |record| record.prescription];
    for number in numbers {
        let mut chains: FxHashMap<u32, Vec<(Day, usize)>> = FxHashMap::default();
        for (at, record) in records.iter().enumerate() {
            let stated = record.stated().filter(|_| !gone[at] && number(record) != 0);
            if let (Some(day), false) = (stated, record.marks.has(Marks::REVERSAL)) {
                chains.entry(number(record)).or_default().push((day, at));
            }
        }
        let mut chains: Vec<_> = chains.into_values().filter(|chain| chain.len() > 1).collect();
        chains.sort_unstable();
        for mut chain in chains {
            chain
                .sort_unstable_by_key(|&(day, at)| (day, is_change(&records[at]), records[at].key));
            change_one(&chain, records, gone, verdicts);
        }
    }
}

fn is_change(order: &Dispense) -> bool {
    order.marks.has(Marks::ORDER.with(Marks::REPLACEMENT))
}

/// The same for one order, whose statements are in their order.
fn change_one(
    chain: &[(Day, usize)],
    records: &mut [Dispense],
    gone: &mut [bool],
    verdicts: &[Verdict],
) {
    let mut standing: Vec<usize> = Vec::new();
    // The last change, and where it stands: what is before it has ended by its first day.
    let mut last: Option<(usize, Dispense)> = None;
    for &(day, at) in chain {
        let change = records[at];
        if is_change(&change) {
            let settled = last
                .filter(|(_, last)| last.verdict == change.verdict && last.first <= change.first);
            let from = settled.map_or(0, |(place, _)| place);
            for earlier in standing.split_off(from) {
                let order = &mut records[earlier];
                let exchanges = change.marks.has(Marks::REVISION);
                if !exchanges && !same_drug(&change, order, verdicts) {
                    standing.push(earlier);
                    continue;
                }
                let had_begun = order.first < change.first && order.first < day;
                gone[earlier] = !(had_begun && stop(order, change.first.plus(-1)));
                if !gone[earlier] {
                    standing.push(earlier);
                }
            }
            last = Some((standing.len(), change));
        }
        standing.push(at);
    }
}
