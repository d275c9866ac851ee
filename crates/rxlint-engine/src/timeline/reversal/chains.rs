//! Chains of claims: a replacement has its own number, by which others reverse it or replace it in turn.

use rustc_hash::{FxHashMap, FxHashSet};

use super::refers;
use crate::exposure::{Dispense, Marks};
use rxlint_model::place::RowKey;

/// The own numbers of claims that bear the number of another.
#[derive(Debug, Default)]
pub(super) struct OwnNumbers {
    by_key: FxHashMap<RowKey, u32>,
    /// The numbers by which a claim may be reversed: they lead to another, and not back to themselves.
    lead_on: FxHashSet<u32>,
}

/// Takes the own numbers out of the records. All versions of a claim get the number of the first.
pub(super) fn take_own_numbers(records: &mut Vec<Dispense>) -> OwnNumbers {
    let is_number = |record: &Dispense| record.marks == Marks::OWN_NUMBER;
    let by_key: FxHashMap<RowKey, u32> =
        records.iter().filter(|r| is_number(r)).map(|r| (r.key, r.claim)).collect();
    if by_key.is_empty() {
        return OwnNumbers::default();
    }
    records.retain(|record| !is_number(record));
    let mut targets: FxHashMap<u32, u32> = FxHashMap::default();
    let mut of_several: FxHashSet<u32> = FxHashSet::default();
    for record in records.iter() {
        if let Some(&own) = by_key.get(&record.key)
            && *targets.entry(own).or_insert(record.claim) != record.claim
        {
            of_several.insert(own);
        }
    }
    targets.retain(|own, _| !of_several.contains(own));
    let straight = in_order(targets);
    let mut first: FxHashMap<u32, u32> = FxHashMap::default();
    for &(own, target) in straight.iter().rev() {
        first.insert(own, first.get(&target).copied().unwrap_or(target));
    }
    for record in records.iter_mut().filter(|record| record.marks.has(Marks::VERSIONED)) {
        record.claim = first.get(&record.claim).copied().unwrap_or(record.claim);
    }
    OwnNumbers { by_key, lead_on: first.into_keys().collect() }
}

/// Each number with its target, always before the target's own pair; circles are left out.
fn in_order(mut targets: FxHashMap<u32, u32>) -> Vec<(u32, u32)> {
    let mut named: FxHashMap<u32, usize> = FxHashMap::default();
    targets.values().for_each(|target| *named.entry(*target).or_default() += 1);
    let mut free: Vec<u32> =
        targets.keys().filter(|own| !named.contains_key(own)).copied().collect();
    let mut ordered = Vec::new();
    while let Some(own) = free.pop() {
        let Some(target) = targets.remove(&own) else { continue };
        ordered.push((own, target));
        if let Some(left) = named.get_mut(&target) {
            *left -= 1;
            free.extend((*left == 0).then_some(target));
        }
    }
    ordered
}

impl OwnNumbers {
    /// A claim's own number besides the one that it bears; 0 if it has none.
    pub(super) fn of(&self, record: &Dispense) -> u32 {
        self.by_key.get(&record.key).copied().unwrap_or(0)
    }

    /// Splits each replacement that others name by its own number in two: a claim with that number, and a record that replaces the claim it names,
    /// whatever becomes of the former. Returns the keys of the latter.
    pub(super) fn split(&self, records: &mut Vec<Dispense>) -> FxHashSet<RowKey> {
        let names_another = |record: &&Dispense| {
            !record.marks.has(Marks::ORDER) && (record.marks.has(Marks::REVERSAL) || refers(record))
        };
        let mut split = FxHashSet::default();
        if self.lead_on.is_empty() {
            return split;
        }
        let named: FxHashSet<u32> =
            records.iter().filter(names_another).map(|record| record.claim).collect();
        let mut claims = Vec::new();
        for record in records.iter_mut() {
            let own = self.of(record);
            let is_replacement =
                record.marks.has(Marks::REPLACEMENT) && !record.marks.has(Marks::REVERSAL);
            if is_replacement && named.contains(&own) && self.lead_on.contains(&own) {
                let marks = record.marks.without(Marks::REPLACEMENT.with(Marks::REFERS));
                claims.push(Dispense { claim: own, marks, ..*record });
                (record.prescription, record.fill) = (0, 0);
                split.insert(record.key);
            }
        }
        records.extend(claims);
        split
    }
}
