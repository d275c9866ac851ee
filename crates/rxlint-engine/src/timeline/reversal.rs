//! Reversals and replacements: claims that other records take back, wherever in the input they are.

use rustc_hash::FxHashMap;

use crate::drug::Verdict;
use crate::exposure::{Dispense, Marks, VerdictId};
use rxlint_model::day::Day;

/// Removes from one patient's records every reversal, the claim that it reverses, and claims that
/// were replaced. Returns the remaining claims, and how many were taken back. Does not depend on
/// the order of the input, as long as claims that differ only in position are interchangeable.
pub fn settle(mut records: Vec<Dispense>, verdicts: &[Verdict]) -> (Vec<Dispense>, u64) {
    let special = Marks::REVERSAL.with(Marks::REPLACEMENT).with(Marks::ORDER);
    if !records.iter().any(|record| record.marks.has_any(special)) {
        return (records, 0);
    }
    records
        .sort_by_key(|record| (record.first, record.days, record.quantity.to_bits(), record.key));
    let mut by_number: FxHashMap<(u8, u32), Vec<usize>> = FxHashMap::default();
    for (at, record) in
        records.iter().enumerate().filter(|(_, record)| !record.marks.has(Marks::REVERSAL))
    {
        for key in keys(record) {
            by_number.entry(key).or_default().push(at);
        }
    }
    let mut gone = vec![false; records.len()];
    let mut reversed = 0;
    let reversals: Vec<Dispense> =
        records.iter().copied().filter(|record| record.marks.has(Marks::REVERSAL)).collect();
    for reversal in &reversals {
        let candidates =
            keys(reversal).into_iter().filter_map(|key| by_number.get(&key)).flatten().copied();
        let fits = candidates.filter(|&at| !gone[at] && names(reversal, &records[at], verdicts));
        if reversal.marks.has(Marks::ORDER) {
            let orders: Vec<usize> = fits.collect();
            for at in orders {
                let stays = gone[at]
                    || reversal.marks.has(Marks::STOPPED) && stop(&mut records[at], reversal.first);
                reversed += u64::from(!stays);
                gone[at] |= !stays;
            }
            continue;
        }
        let exact = |at: usize| {
            let claim = &records[at];
            (claim.quantity.abs() != reversal.quantity.abs(), claim.days != reversal.days, at)
        };
        if let Some(at) = fits.min_by_key(|&at| exact(at)) {
            gone[at] = true;
            reversed += 1;
        }
    }
    for replacement in records.iter().filter(|record| record.marks.has(Marks::REPLACEMENT)) {
        let replaced =
            keys(replacement).into_iter().filter_map(|key| by_number.get(&key)).flatten().copied();
        for other in replaced.filter(|&other| names(replacement, &records[other], verdicts)) {
            // A replacement finds itself as well, and is not earlier than itself.
            let earlier = !records[other].marks.has(Marks::REPLACEMENT)
                || records[other].key < replacement.key;
            gone[other] |= earlier;
        }
    }
    leave_carried_out(&records, &mut gone, verdicts);
    let mut stays = gone.iter();
    records.retain(|record| !*stays.next().unwrap_or(&false) && !record.marks.has(Marks::REVERSAL));
    (records, reversed)
}

/// What a claim can be identified by: its claim number, its prescription number, otherwise its day.
fn keys(record: &Dispense) -> Vec<(u8, u32)> {
    let mut keys = Vec::with_capacity(3);
    if record.claim != 0 {
        keys.push((0, record.claim));
    }
    if record.prescription != 0 {
        keys.push((1, record.prescription));
    }
    if record.marks.has(Marks::REVERSAL) && !keys.is_empty() && !takes_back_quantity(record) {
        return keys;
    }
    keys.push((2, record.first.0 as u32));
    keys
}

/// Whether a reversal says by a negative quantity which supply it takes back. One that names no
/// drug has no quantity.
fn takes_back_quantity(reversal: &Dispense) -> bool {
    reversal.quantity < 0.0
}

/// Whether a reversal (or replacement) refers to that claim: the same claim or prescription number
/// with the same fill number or fill date (an order has neither: its number alone identifies it);
/// or, without any number or with a negative quantity, the same drug, day and quantity.
fn names(reversal: &Dispense, claim: &Dispense, verdicts: &[Verdict]) -> bool {
    let same_number = |a: u32, b: u32| a != 0 && a == b;
    let numbered = same_number(reversal.claim, claim.claim)
        || same_number(reversal.prescription, claim.prescription);
    let same_fill = reversal.fill != 0 && reversal.fill == claim.fill;
    let order = reversal.marks.has(Marks::ORDER);
    if order != claim.marks.has(Marks::ORDER) || !same_drug(reversal, claim, verdicts) {
        return false;
    }
    if numbered && (same_fill || order || reversal.first == claim.first) {
        return true;
    }
    let unnumbered = reversal.claim == 0 && reversal.prescription == 0;
    let same_supply =
        reversal.first == claim.first && reversal.quantity.abs() == claim.quantity.abs();
    (unnumbered || takes_back_quantity(reversal)) && same_supply
}

/// Whether two records are about the same drug. A reversal may name none.
fn same_drug(a: &Dispense, b: &Dispense, verdicts: &[Verdict]) -> bool {
    let drugs = |id: VerdictId| {
        verdicts.get(id as usize).map(|verdict| &verdict.components[..]).unwrap_or_default()
    };
    a.verdict == VerdictId::MAX
        || a.verdict == b.verdict
        || drugs(a.verdict).iter().any(|a| drugs(b.verdict).iter().any(|b| a.drug == b.drug))
}

/// Ends an order on that day; returns whether anything is left of it.
fn stop(order: &mut Dispense, last: Day) -> bool {
    let until = last.since(order.first) + 1;
    if until < 1 {
        return false;
    }
    let until = until.min(i32::from(u16::MAX)) as u16;
    order.days = if order.days == 0 { until } else { order.days.min(until) };
    true
}

/// Drops orders for which a dispense or an administration is on record: those say what was taken,
/// and when.
fn leave_carried_out(records: &[Dispense], gone: &mut [bool], verdicts: &[Verdict]) {
    let numbers = |record: &Dispense| keys(record).into_iter().filter(|(kind, _)| *kind < 2);
    let mut carried_out: FxHashMap<(u8, u32), Vec<usize>> = FxHashMap::default();
    let supplies_nothing = Marks::ORDER.with(Marks::REVERSAL);
    for (at, record) in records
        .iter()
        .enumerate()
        .filter(|(at, record)| !gone[*at] && !record.marks.has_any(supplies_nothing))
    {
        for number in numbers(record) {
            carried_out.entry(number).or_default().push(at);
        }
    }
    for (at, order) in
        records.iter().enumerate().filter(|(_, record)| record.marks.has(Marks::ORDER))
    {
        let mut supplies = numbers(order).filter_map(|number| carried_out.get(&number)).flatten();
        gone[at] |= supplies.any(|&supply| same_drug(order, &records[supply], verdicts));
    }
}

#[cfg(test)]
mod tests;
