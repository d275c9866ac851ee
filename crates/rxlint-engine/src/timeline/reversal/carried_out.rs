//! Orders that were carried out: what was handed over or given for an order says what was taken, and when, and replaces it.

use rustc_hash::FxHashMap;

use super::{Basis, By, Key, numbers, orders, same_drug};
use crate::drug::Verdict;
use crate::exposure::supply::MOST_DAYS;
use crate::exposure::{Dispense, Marks, VerdictId, days};
use rxlint_model::day::Day;

/// One patient's records, and what became of them.
pub(super) struct Orders<'a> {
    pub(super) records: &'a mut [Dispense],
    /// The days of each order before it was stopped or changed.
    pub(super) lengths: &'a [u16],
    pub(super) gone: &'a mut [bool],
    /// What stops or holds orders, and was not cancelled itself.
    pub(super) stops: &'a [Dispense],
}

/// How long the statements of an order apply: as they were made, and as they were left.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    planned: Option<Day>,
    left: Option<Day>,
}

/// The end of an order without one.
const NEVER: Day = Day(i32::MAX);

impl Ends {
    fn count(&mut self, order: &Dispense, length: u16, is_gone: bool) {
        let end = |days: u16| match days {
            0 => NEVER,
            days => order.first.plus(i32::from(days)),
        };
        let is_ended = order.marks.has(orders::ENDED);
        self.planned = self.planned.max(Some(if is_ended { NEVER } else { end(length) }));
        if !is_gone {
            self.left = self.left.max(Some(end(order.days)));
        }
    }

    /// The last day of an order that ended early.
    fn early(self) -> Option<Day> {
        let left = self.left.filter(|_| self.left < self.planned)?;
        Some(left.plus(-1))
    }
}

/// Drops orders for which a dispense is on record, and gives each dispense the days that its order states. A charted dose says nothing about doses
/// before and after it, unless it was ordered.
pub(super) fn leave(of: &mut Orders<'_>, basis: &Basis<'_>) {
    let supplies = by_number(of);
    if supplies.is_empty() {
        return;
    }
    let is_order =
        |record: &Dispense| record.marks.has(Marks::ORDER) && !record.marks.has(Marks::REVERSAL);
    let orders: Vec<usize> =
        (0..of.records.len()).filter(|&at| is_order(&of.records[at])).collect();
    let mut ends = vec![Ends::default(); of.records.len()];
    // Among several statements of an order, the last one before a supply says how that is taken.
    for &at in orders.iter().rev() {
        let order = of.records[at];
        let own = own(&order, &supplies, of.records, basis);
        for &supply in &own {
            ends[supply].count(&order, of.lengths[at], of.gone[at]);
            if !of.gone[at] && order.first <= of.records[supply].first {
                fill_in(of, at, (supply, is_only(&own)), basis.verdicts);
            }
        }
    }
    let standing: Vec<usize> = orders.into_iter().filter(|&at| !of.gone[at]).collect();
    for &at in &standing {
        let own = own(&of.records[at], &supplies, of.records, basis);
        for &supply in &own {
            fill_in(of, at, (supply, is_only(&own)), basis.verdicts);
        }
    }
    end(of, &ends, &supplies, basis);
    for at in standing {
        take_place(of, at, &supplies, basis);
    }
}

/// What was handed over or given, by its numbers.
fn by_number(of: &Orders<'_>) -> FxHashMap<Key, Vec<usize>> {
    let mut supplies: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
    let supplies_nothing = Marks::ORDER.with(Marks::REVERSAL);
    for (at, record) in of.records.iter().enumerate() {
        if !of.gone[at] && !record.marks.has_any(supplies_nothing) {
            for number in numbers(record) {
                supplies.entry(number).or_default().push(at);
            }
        }
    }
    supplies
}

/// What was supplied for an order. What ran out before it begins was supplied for another order with its number.
fn own(
    order: &Dispense,
    supplies: &FxHashMap<Key, Vec<usize>>,
    records: &[Dispense],
    basis: &Basis<'_>,
) -> Vec<usize> {
    let is_one = order.marks.has(Marks::ONE_INJECTION);
    let fills = |supply: &Dispense| is_one || !supply.marks.has(Marks::ADMINISTERED);
    // A record that names a resource as its prescription may do so by the id.
    let by_id = (By::Prescription, order.claim);
    let by_id = order.marks.has(Marks::RESOURCE).then(|| Key::of_number(by_id));
    let named = numbers(order).chain(by_id).filter_map(|number| supplies.get(&number)).flatten();
    let begins_anywhere = orders::states_no_begin(order);
    let is_own = |at: &usize| {
        let supply = &records[*at];
        fills(supply)
            && same_drug(order, supply, basis.verdicts)
            && (begins_anywhere || order.first < end_of(supply, basis))
    };
    named.copied().filter(is_own).collect()
}

/// The day on which a supply is used up.
fn end_of(supply: &Dispense, basis: &Basis<'_>) -> Day {
    if supply.days == 0 && supply.marks.has(Marks::OPEN) {
        return NEVER;
    }
    let product = basis.verdicts.get(supply.verdict as usize);
    let own =
        product.and_then(|product| days::own_duration(basis.dictionary, product, supply.counted()));
    let days = match (supply.days, own) {
        (0, Some(own)) => own.by_units,
        (0, None) if supply.marks.has(Marks::ONE_INJECTION) => 1,
        (0, None) => i32::from(basis.options.default_days),
        (given, own) => i32::from(given).max(own.map_or(1, |own| own.at_least)),
    };
    supply.first.plus(days)
}

/// Whether all of these, which may be named twice, are the same one.
fn is_only(own: &[usize]) -> bool {
    own.iter().all(|other| *other == own[0])
}

/// Gives a supply without days those of the order that it carries out: by the rate that the order states, otherwise by its share of the quantity; a
/// single supply without a quantity is the whole.
fn fill_in(of: &mut Orders<'_>, at: usize, (supply, is_only): (usize, bool), verdicts: &[Verdict]) {
    let (order, length) = (of.records[at], of.lengths[at]);
    let supply = &mut of.records[supply];
    if supply.days > 0 || supply.marks.has_any(Marks::ONE_INJECTION.with(Marks::OPEN)) {
        return;
    }
    if let Some(days) = by_rate(&order, supply, verdicts) {
        supply.days = days;
        if !supply.schedule.is_known() {
            supply.schedule = order.schedule;
        }
        return;
    }
    let days = if length > 0 { length } else { order.days };
    if days == 0 {
        return;
    }
    supply.days = match (order.counted(), supply.counted()) {
        (Some(ordered), Some(supplied)) if supplied > 0.0 && supplied <= ordered => {
            (f64::from(days) * supplied / ordered).ceil() as u16
        }
        (None, _) | (_, None) if is_only => days,
        _ => return,
    };
    // Days that only show when the order was stopped say nothing about how much is taken a day.
    if length == 0 {
        supply.marks = supply.marks.with(Marks::STATES_END);
        let is_told = order.schedule.is_known() && supply.verdict == order.verdict;
        if is_told && !supply.schedule.is_known() {
            supply.schedule = order.schedule;
        }
    }
}

/// How long a supply lasts if this many units a day are taken, as its order says.
fn by_rate(order: &Dispense, supply: &Dispense, verdicts: &[Verdict]) -> Option<u16> {
    let per_day = || order.marks.has(Marks::PER_DAY).then(|| f64::from(order.quantity));
    let rate = per_day().or_else(|| order.schedule.average()).filter(|&rate| rate > 0.0)?;
    let days = days::whole_days(supply.counted()? / rate);
    let is_length = (1.0..=MOST_DAYS).contains(&days) && counts_alike(order, supply, verdicts);
    is_length.then_some(days as u16)
}

/// Whether a unit of one is a unit of the other, if both say it.
fn counts_alike(order: &Dispense, supply: &Dispense, verdicts: &[Verdict]) -> bool {
    let components = |id: VerdictId| {
        verdicts.get(id as usize).map(|verdict| &verdict.components[..]).unwrap_or_default()
    };
    let (ordered, supplied) = (components(order.verdict), components(supply.verdict));
    order.verdict == supply.verdict
        || ordered.iter().all(|a| {
            supplied.iter().filter(|b| a.drug == b.drug).all(|b| {
                a.strength.zip(b.strength).is_none_or(|(ordered, supplied)| ordered == supplied)
            })
        })
}

/// Ends what was supplied for orders that ended early. What was handed over afterwards is another matter.
fn end(
    of: &mut Orders<'_>,
    ends: &[Ends],
    supplies: &FxHashMap<Key, Vec<usize>>,
    basis: &Basis<'_>,
) {
    let default_days = basis.options.default_days;
    for (supply, ends) in of.records.iter_mut().zip(ends) {
        if let Some(last) = ends.early() {
            end_one(supply, last, default_days);
        }
    }
    // An order that was stopped but is stated nowhere.
    for stop in of.stops {
        for at in own(stop, supplies, of.records, basis) {
            if ends[at].planned.is_none() {
                end_one(&mut of.records[at], stop.first, default_days);
            }
        }
    }
}

fn end_one(supply: &mut Dispense, last: Day, default_days: u16) {
    let days = if supply.days == 0 { default_days } else { supply.days };
    let is_early = last.since(supply.first) + 1 < i32::from(days);
    if is_early && !supply.marks.has_any(Marks::ONE_INJECTION.with(Marks::ADMINISTERED)) {
        orders::stop(supply, last);
    }
}

/// Drops an order for which something was supplied. An open course continues after its last fill has run out.
fn take_place(
    of: &mut Orders<'_>,
    at: usize,
    supplies: &FxHashMap<Key, Vec<usize>>,
    basis: &Basis<'_>,
) {
    let order = of.records[at];
    let own = own(&order, supplies, of.records, basis);
    let ends = own.iter().map(|&supply| &of.records[supply]);
    let Some(out) = ends.map(|supply| supply.first.plus(i32::from(supply.days.max(1)))).max()
    else {
        return;
    };
    let runs_on = order.marks.has(Marks::OPEN) && order.days == 0 && out <= basis.as_of;
    of.gone[at] = !runs_on;
    if runs_on {
        of.records[at].first = out.max(order.first);
    }
}

#[cfg(test)]
mod tests;
