//! Orders (HL7 v2) that are stopped, held, released and changed under one number, judging by the days on which the messages were sent.

use rustc_hash::{FxHashMap, FxHashSet};

use super::refused::said_on;
use super::{HOLD, Key, free_from, numbers, same_drug};
use crate::drug::Verdict;
use crate::exposure::schedule::Schedule;
use crate::exposure::{Dispense, Marks};
use rxlint_model::day::Day;

/// At most this many earlier statements of an order are looked at: those of other drugs may be among them.
const MOST_BEFORE: usize = 64;

/// Marks an order that replaces another: it has ended by what its own message says.
pub(super) const ENDED: Marks = Marks::ORDER.with(Marks::REPLACEMENT).with(Marks::STOPPED);

/// Those of these orders, all with the number that `back` stops, holds or cancels, that it does not affect: those ordered again, released or changed
/// afterwards. Nothing cancels what is still to be said.
pub(super) fn untouched(
    back: &Dispense,
    orders: &[usize],
    records: &[Dispense],
) -> FxHashSet<usize> {
    let again = |at: usize| is_stated_again(&records[at], back);
    let goes_on = orders.iter().any(|&at| again(at) && !records[at].marks.has(ENDED));
    let begins_later = |at: usize| records[at].first >= free_from(back);
    let is_untouched =
        |at: usize| again(at) && (goes_on || !records[at].marks.has(ENDED) || begins_later(at));
    orders.iter().copied().filter(|&at| is_untouched(at)).collect()
}

/// Whether an order was stated after what cancels its number. For messages of one day their times decide; otherwise what cancels applies to all, and
/// what stops or holds to those before it.
fn is_stated_again(order: &Dispense, back: &Dispense) -> bool {
    let (Some(stated), Some(taken)) = (order.stated(), back.stated()) else { return false };
    let begins_later = order.first >= free_from(back);
    // A report of what became of an order is not a new one: it was stopped anyway.
    if !back.marks.has(HOLD) && tells_only(order) && (is_undated(order) || !begins_later) {
        return false;
    }
    let goes_on = || order.marks.has(Marks::REPLACEMENT) || begins_later;
    let is_later = back.marks.has(Marks::STOPPED) && order.key > back.key;
    let moments = (order.moment(), back.moment());
    let is_timed = moments.0.min(moments.1) > 0 && moments.0 != moments.1;
    let is_again = || if is_timed { moments.0 > moments.1 } else { is_later && goes_on() };
    stated > taken || stated == taken && is_again()
}

/// What is taken on a day of an order: by its directions, otherwise by what it supplies.
fn schedule(order: &Dispense) -> Schedule {
    let supplied = || Some(Schedule::of(order.counted()? / f64::from(order.days), 1.0));
    let is_open = !order.schedule.is_known() && order.days > 0;
    supplied().filter(|_| is_open).unwrap_or(order.schedule)
}

/// Ends an order on that day; returns whether anything is left of it. Its supply per day does not change.
pub(super) fn stop(order: &mut Dispense, last: Day) -> bool {
    let until = last.since(order.first) + 1;
    if until < 1 {
        return false;
    }
    let until = until.min(i32::from(u16::MAX)) as u16;
    let is_cut = order.days == 0 || until < order.days;
    if is_cut {
        order.schedule = schedule(order);
        order.days = until;
        order.marks = order.marks.without(Marks::OPEN).with(Marks::STATES_END);
    }
    true
}

/// Gives a message about an order stated before, if it omits its start, its length or how it is taken, what was last said about that: it holds until
/// a message states something else.
pub(super) fn complete(records: &mut [Dispense], verdicts: &[Verdict]) {
    for number in NUMBERS {
        for chain in chains(records, number, |_| true) {
            for (place, &(_, at)) in chain.iter().enumerate() {
                let change = records[at];
                let before = chain[..place].iter().rev().take(MOST_BEFORE);
                let mut before = before.map(|&(_, at)| records[at]);
                let said = before.find(|said| same_drug(&change, said, verdicts));
                if let Some(said) = said.filter(|_| is_change(&change)) {
                    complete_one(&mut records[at], &said);
                }
            }
        }
    }
}

/// Whether a message reports what became of an order, or answers one: it orders nothing new.
fn tells_only(order: &Dispense) -> bool {
    match order.marks.has(Marks::REPLACEMENT) {
        true => !order.marks.has(Marks::REVISION),
        false => order.marks.has(Marks::ANSWER),
    }
}

/// Whether it states neither when the order begins nor how long it lasts.
pub(super) fn is_undated(order: &Dispense) -> bool {
    order.marks.has(Marks::ORDER.with(Marks::NO_START))
        && order.marks.has_any(Marks::REPLACEMENT.with(Marks::ANSWER))
}

/// Whether it only reports what became of an order, and not when that begins.
pub(super) fn states_no_begin(order: &Dispense) -> bool {
    is_undated(order) && tells_only(order)
}

/// Gives an order that is named by one of its numbers the other one, if a message names it by both, and no two of them differ.
pub(super) fn link(records: &mut Vec<Dispense>) {
    let mut claims: FxHashMap<u32, Option<u32>> = FxHashMap::default();
    let has_both = |record: &&Dispense| record.claim != 0 && record.prescription != 0;
    let is_message = |record: &&Dispense| !record.marks.has(Marks::RESOURCE);
    for record in records.iter().filter(has_both).filter(is_message) {
        let known = claims.entry(record.prescription).or_insert(Some(record.claim));
        *known = known.filter(|claim| *claim == record.claim);
    }
    for record in records.iter_mut().filter(|record| record.marks.has(Marks::ORDER)) {
        if record.claim == 0 {
            record.claim = claims.get(&record.prescription).copied().flatten().unwrap_or(0);
        }
    }
    records.retain(|record| record.marks != Marks::LINK);
}

/// Settles the messages that say that an order was replaced, and name its drug: one that repeats an earlier order ends it, as does one that names no
/// drug; anything else is what the order is from now on.
pub(super) fn end_replaced(records: &mut [Dispense]) {
    let is_replaced = |record: &Dispense| {
        record.marks.has(Marks::ORDER.with(Marks::REPLACEMENT).with(Marks::REPLACED))
            && !record.marks.has(Marks::REVERSAL)
    };
    if !records.iter().any(is_replaced) {
        return;
    }
    let mut stated: FxHashMap<(Key, u32), Vec<Dispense>> = FxHashMap::default();
    for record in records.iter().filter(|record| !is_replaced(record)) {
        if record.marks.has(Marks::ORDER) && !record.marks.has(Marks::REVERSAL) {
            for number in numbers(record) {
                stated.entry((number, record.verdict)).or_default().push(*record);
            }
        }
    }
    for record in records.iter_mut().filter(|record| is_replaced(record)) {
        let before = numbers(record).filter_map(|number| stated.get(&(number, record.verdict)));
        let mut before = before.flat_map(|said| said.iter().take(MOST_BEFORE));
        let repeats = before.any(|said| said_on(said) <= said_on(record) && repeats(record, said));
        *record = match repeats {
            true => {
                Dispense { first: said_on(record), marks: HOLD.with(Marks::STOPPED), ..*record }
            }
            false => Dispense { marks: record.marks.without(Marks::REPLACED), ..*record },
        };
    }
}

/// Whether a message repeats what was said about an order before, or less.
fn repeats(order: &Dispense, said: &Dispense) -> bool {
    (order.marks.has(Marks::NO_START) || order.first == said.first)
        && (order.days == 0 || order.days == said.days)
        && (order.quantity.is_nan() || order.quantity == said.quantity)
        && (order.schedule == Schedule::default() || order.schedule == said.schedule)
}

fn complete_one(change: &mut Dispense, said: &Dispense) {
    let end = |order: &Dispense| order.first.plus(i32::from(order.days));
    let own_end = end(change);
    let has_start = !change.marks.has(Marks::NO_START);
    if !has_start {
        // What is ordered from now on begins now, unless it was to begin later.
        let from_now_on = change.marks.has(Marks::REVISION);
        change.first = if from_now_on { said.first.max(change.first) } else { said.first };
        if change.days > 0 {
            change.marks = change.marks.without(Marks::NO_START);
        }
    }
    let until = match (change.days, said.days) {
        (0, 0) => change.first,
        (0, days) if has_start && !said.marks.has(Marks::STATES_END) => {
            change.first.plus(i32::from(days))
        }
        (0, _) => end(said),
        (_, _) if change.marks.has(Marks::STATES_END) => own_end,
        (days, _) => change.first.plus(i32::from(days)),
    };
    if change.days == 0 && until > change.first {
        let of_length = Marks(said.marks.0 & Marks::STATES_END.0);
        change.marks = change.marks.without(Marks::ONE_INJECTION).with(of_length);
    }
    change.days = until.since(change.first).clamp(0, i32::from(u16::MAX)) as u16;
    if change.schedule == Schedule::default() {
        let taken = Marks(said.marks.0 & Marks::WEEKLY.with(Marks::TAMPERED).0);
        // The minimum duration of the supply depends on its quantity.
        let told = schedule(said);
        change.schedule = if told.is_known() { told } else { Schedule::default() };
        change.marks = change.marks.with(taken);
    }
    if change.quantity.is_nan() {
        let counts = Marks(said.marks.0 & Marks::PER_DAY.0);
        change.quantity = said.quantity;
        change.marks = change.marks.with(counts);
    }
}

/// Leaves each order as its changes made it: a change replaces what was said before, from its own first day on. What had begun by then was taken
/// until the day before.
pub(super) fn change(records: &mut [Dispense], gone: &mut [bool], verdicts: &[Verdict]) {
    for number in NUMBERS {
        for chain in chains(records, number, |at| !gone[at]) {
            change_one(&chain, records, gone, verdicts);
        }
    }
}

/// What names an order.
const NUMBERS: [fn(&Dispense) -> u32; 2] = [|record| record.claim, |record| record.prescription];

/// The statements of each order that has several, in sequence, each with the day of its message.
fn chains(
    records: &[Dispense],
    number: fn(&Dispense) -> u32,
    counts: impl Fn(usize) -> bool,
) -> Vec<Vec<(Day, usize)>> {
    let mut chains: FxHashMap<u32, Vec<(Day, usize)>> = FxHashMap::default();
    for (at, record) in records.iter().enumerate() {
        let stated = record.stated().filter(|_| counts(at) && number(record) != 0);
        if let (Some(day), false) = (stated, record.marks.has(Marks::REVERSAL)) {
            chains.entry(number(record)).or_default().push((day, at));
        }
    }
    let mut chains: Vec<_> = chains.into_values().filter(|chain| chain.len() > 1).collect();
    chains.sort_unstable();
    for chain in &mut chains {
        let is_timed = chain.iter().all(|&(_, at)| records[at].moment() > 0);
        chain.sort_unstable_by_key(|&(day, at)| {
            let order = &records[at];
            (day, if is_timed { order.moment() } else { 0 }, is_change(order), order.key)
        });
    }
    chains
}

pub(super) fn is_change(order: &Dispense) -> bool {
    order.marks.has(Marks::ORDER.with(Marks::REPLACEMENT))
}

/// The same for one order, whose statements are in sequence.
fn change_one(
    chain: &[(Day, usize)],
    records: &mut [Dispense],
    gone: &mut [bool],
    verdicts: &[Verdict],
) {
    let mut standing: Vec<usize> = Vec::new();
    // The last change and its position: earlier statements ended by its first day.
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
                // Another drug is taken until the day of the exchange, inclusive.
                let is_same = same_drug(&change, order, verdicts);
                let last = if is_same { change.first.plus(-1) } else { change.first };
                gone[earlier] = !(had_begun && stop(order, last));
                if !gone[earlier] {
                    standing.push(earlier);
                }
            }
            last = Some((standing.len(), change));
        }
        standing.push(at);
    }
}
