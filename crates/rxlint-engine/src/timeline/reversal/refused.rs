//! Orders for which a request could not be carried out: to cancel, stop, hold, release or change them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::orders::{ENDED, is_change};
use super::{HOLD, Key, numbers};
use crate::exposure::{Dispense, Marks};
use rxlint_model::day::Day;

fn is_refusal(record: &Dispense) -> bool {
    record.marks.has(Marks::REVERSAL.with(Marks::ORDER).with(Marks::REFUSED))
}

/// Whether it refuses to change an order, or, with `OPEN`, to release it.
fn is_of_change(refusal: &Dispense) -> bool {
    is_refusal(refusal)
        && refusal.marks.has(Marks::REPLACEMENT)
        && !refusal.marks.has(Marks::STOPPED)
}

fn is_release(record: &Dispense) -> bool {
    record.marks.has(HOLD) && !record.marks.has(Marks::STOPPED) && !is_refusal(record)
}

/// Whether a record cancels no order: it releases one, or refuses a request.
pub(super) fn is_lifting(record: &Dispense) -> bool {
    is_release(record) || is_refusal(record)
}

/// The releases and refusals that remain valid.
pub(super) fn lifting(all: impl Iterator<Item = Dispense>) -> Vec<Dispense> {
    let mut all: Vec<Dispense> = all.filter(is_lifting).collect();
    let is_kept = |record: &Dispense| is_of_change(record) && record.marks.has(Marks::OPEN);
    let kept: Vec<Dispense> = all.iter().copied().filter(is_kept).collect();
    let undoes =
        |kept: &Dispense, of: &Dispense| same_order(kept, of) && said_on(kept) >= said_on(of);
    all.retain(|record| !is_release(record) || !kept.iter().any(|kept| undoes(kept, record)));
    all
}

fn same_order(a: &Dispense, b: &Dispense) -> bool {
    let same = |a: u32, b: u32| a != 0 && a == b;
    same(a.claim, b.claim) || same(a.prescription, b.prescription)
}

/// Whether a release lifts a hold, or a refusal what it refuses: it names the same order, and is not earlier.
pub(super) fn lifts(release: &Dispense, hold: &Dispense) -> bool {
    let is_of = |kind: Marks| hold.marks.has(kind) == release.marks.has(kind);
    let is_exchange = hold.marks.has(Marks::EXCHANGE);
    let (answers, is_earlier) = if is_of_change(release) {
        (is_exchange && !release.marks.has(Marks::OPEN), said_on(release) < said_on(hold))
    } else if is_refusal(release) {
        let is_asked = is_of(Marks::STOPPED) && is_of(Marks::REPLACEMENT) && !is_exchange;
        (is_asked, said_on(release) < said_on(hold))
    } else {
        (hold.marks.has(HOLD) && !is_exchange, release.first < hold.first)
    };
    answers && !is_earlier && same_order(release, hold)
}

/// When an order was cancelled, or that was refused: its beginning or end may be much later.
pub(super) fn said_on(record: &Dispense) -> Day {
    record.stated().unwrap_or(record.first)
}

/// Drops the messages that ended orders, if a later one says that they could not be stopped, and others state them.
pub(super) fn leave_unended(records: &mut Vec<Dispense>) {
    let of_stop = |marks: Marks| marks.has(Marks::STOPPED) && !marks.has(Marks::REPLACEMENT);
    let refusals = records.iter().filter(|record| is_refusal(record) && of_stop(record.marks));
    let mut refused: FxHashMap<Key, Day> = FxHashMap::default();
    for (refusal, number) in
        refusals.flat_map(|refusal| numbers(refusal).map(move |n| (refusal, n)))
    {
        let last = refused.entry(number).or_insert(said_on(refusal));
        *last = said_on(refusal).max(*last);
    }
    if refused.is_empty() {
        return;
    }
    let states = |record: &Dispense| {
        record.marks.has(Marks::ORDER)
            && !record.marks.has(Marks::REVERSAL)
            && !record.marks.has(ENDED)
    };
    let stated: FxHashSet<Key> =
        records.iter().filter(|record| states(record)).flat_map(numbers).collect();
    records.retain(|record| {
        let is_ended = record.marks.has(ENDED) && !record.marks.has(Marks::REVERSAL);
        let is_refused =
            |number: &Key| refused.get(number).is_some_and(|day| *day >= said_on(record));
        let is_stated = || numbers(record).any(|number| stated.contains(&number));
        !(is_ended && numbers(record).any(|number| is_refused(&number)) && is_stated())
    });
}

/// Drops the last change of each order before a message says that it could not be changed, if others state the order.
pub(super) fn leave_unchanged(records: &mut Vec<Dispense>) {
    let refuses = |record: &Dispense| is_of_change(record) && !record.marks.has(Marks::OPEN);
    let refused: FxHashSet<Key> =
        records.iter().filter(|record| refuses(record)).flat_map(numbers).collect();
    if refused.is_empty() {
        return;
    }
    // Everything that is said about each of these orders, in sequence: at the same moment, a refusal is last.
    let mut said: FxHashMap<Key, Vec<Said>> = FxHashMap::default();
    for (at, record) in records.iter().enumerate() {
        let is_refusal = refuses(record);
        if is_refusal || record.marks.has(Marks::ORDER) && !record.marks.has(Marks::REVERSAL) {
            let when =
                (said_on(record), if is_refusal { last_moment(record) } else { record.moment() });
            for number in numbers(record).filter(|number| refused.contains(number)) {
                said.entry(number).or_default().push((when, is_refusal, at));
            }
        }
    }
    let mut orders: Vec<Vec<Said>> = said.into_values().collect();
    let unchanged = orders.iter_mut().flat_map(|said| {
        said.sort_unstable();
        unchanged(said, records)
    });
    let gone: FxHashSet<usize> = unchanged.collect();
    let mut at = 0..;
    records.retain(|_| !at.next().is_some_and(|at| gone.contains(&at)));
}

/// When something was said about an order, whether it refuses a change, and which record says it.
type Said = ((Day, u16), bool, usize);

/// The latest moment at which something was said that has no time of day.
fn last_moment(record: &Dispense) -> u16 {
    if record.moment() == 0 { u16::MAX } else { record.moment() }
}

/// The changes of one order that were refused. Copies of a refusal count once; anything else said about the order after a change shows that it was
/// made.
fn unchanged(said: &[Said], records: &[Dispense]) -> Vec<usize> {
    let is_asked = |at: usize| is_change(&records[at]) && records[at].marks.has(Marks::REVISION);
    let mut stated =
        said.iter().filter(|(_, is_refusal, at)| !is_refusal && !is_asked(*at)).count();
    let mut asked: Vec<((Day, u16), usize)> = Vec::new();
    let mut gone = Vec::new();
    let mut before = None;
    for &(when, is_refusal, at) in said {
        if !is_refusal {
            match is_asked(at) {
                true => asked.push((when, at)),
                false if is_change(&records[at]) => {
                    stated += asked.len();
                    asked.clear();
                }
                false => {}
            }
        } else if before.replace(when) != Some(when) {
            let last = asked.last().map(|(when, _)| *when);
            let from = asked.partition_point(|(when, _)| Some(*when) < last);
            if stated > 0 || from > 0 {
                gone.extend(asked.drain(from..).map(|(_, at)| at));
            }
        }
    }
    gone
}
