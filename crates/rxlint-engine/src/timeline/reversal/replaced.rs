//! Claims and orders that others replace.

use rustc_hash::{FxHashMap, FxHashSet};

use super::chains::OwnNumbers;
use super::{ALIKE, By, Index, Key, differs, keys, names, numbers, refers, same_drug};
use crate::drug::Verdict;
use crate::exposure::{Dispense, Marks};
use rxlint_model::day::Day;
use rxlint_model::place::RowKey;

/// Drops the claims that others replace. If a claim has two replacements, it is unknown which is last: both stay, and conflict. Returns those.
pub(super) fn drop_all(
    (records, own): (&[Dispense], &OwnNumbers),
    by_number: &Index,
    gone: &mut [bool],
    verdicts: &[Verdict],
) -> Vec<RowKey> {
    let mut conflicts = Vec::new();
    let groups = alike(records);
    let mut plain: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
    let mut others: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
    for group in &groups {
        let replacement = &records[group[0]];
        let stands = group.iter().any(|&at| !gone[at]);
        let of_own_day = replaces_own_day(replacement, records, by_number, verdicts);
        for key in keys(replacement) {
            let replaced = plain.entry(key).or_insert_with(|| {
                let all = by_number.get(&key).into_iter().flatten().copied();
                all.filter(|at| !is_replacement(&records[*at])).collect()
            });
            replaced.retain(|&at| {
                let is_named = names(replacement, &records[at], verdicts)
                    && (!of_own_day || records[at].first == replacement.first);
                gone[at] |= is_named;
                !is_named
            });
            if !stands {
                continue;
            }
            // One of each group of replacements represents it.
            let rivals = others.entry(key).or_default();
            let is_rival = |at: usize| {
                let own = (own.of(replacement), own.of(&records[at]));
                // The lines of one claim.
                (own.0 == 0 || own.0 != own.1) && names(replacement, &records[at], verdicts)
            };
            let numbered = key.by != By::Supply;
            if let Some(&rival) = rivals.iter().find(|&&at| numbered && is_rival(at)) {
                conflicts.extend([records[rival].key, replacement.key]);
            }
            if rivals.len() < 64 {
                rivals.push(group[0]);
            }
        }
        let is_order = replacement.marks.has(Marks::ORDER);
        if is_order {
            // An order that changes more than once is as the last message left it.
            let last = group.iter().copied().max_by_key(|&at| (records[at].first, records[at].key));
            group.iter().filter(|&&at| Some(at) != last).for_each(|&at| gone[at] = true);
        } else if stands && group.iter().any(|&at| differs(replacement, &records[at])) {
            conflicts.extend(group.iter().map(|&at| records[at].key));
        }
    }
    by_name_alone(records, by_number, gone, verdicts);
    conflicts
}

/// Whether there is a claim of its own day for a replacement that names none by number: then the fill number does not mean another.
fn replaces_own_day(
    replacement: &Dispense,
    records: &[Dispense],
    by_number: &Index,
    verdicts: &[Verdict],
) -> bool {
    let is_of_fill = !refers(replacement) && !replacement.marks.has(Marks::ORDER);
    let is_own = |&&at: &&usize| {
        let claim = &records[at];
        claim.first == replacement.first
            && !is_replacement(claim)
            && names(replacement, claim, verdicts)
    };
    let on_day = |number: Key| Key { day: Some(replacement.first), ..number };
    let claims = numbers(replacement).filter_map(|number| by_number.get(&on_day(number))).flatten();
    is_of_fill && claims.take(ALIKE).any(|at| is_own(&at))
}

/// If several claims with one first day replace the same one, and name it besides their own numbers, keeps the one that was made last, as far as they
/// say when.
pub(super) fn leave_last(records: &mut Vec<Dispense>, own: &OwnNumbers, verdicts: &[Verdict]) {
    /// At most this many are looked at for each claim: no one adjusts one more often.
    const MOST: usize = 64;
    let mut by_claim: FxHashMap<(u32, Day), Vec<usize>> = FxHashMap::default();
    for (at, record) in records.iter().enumerate() {
        if is_replacement(record) && refers(record) && record.made_at().is_some() {
            by_claim.entry((record.claim, record.first)).or_default().push(at);
        }
    }
    let mut gone = vec![false; records.len()];
    for group in by_claim.values_mut().filter(|group| group.len() > 1) {
        group.sort_by_key(|&at| (std::cmp::Reverse(records[at].made_at()), records[at].key));
        for &at in group.iter() {
            let record = &records[at];
            gone[at] = group.iter().take(MOST).any(|&later| {
                let later = &records[later];
                later.is_later(record)
                    && own.of(later) != own.of(record)
                    && same_drug(later, record, verdicts)
            });
        }
    }
    let mut goes = gone.iter();
    records.retain(|_| !*goes.next().unwrap_or(&false));
}

fn is_replacement(record: &Dispense) -> bool {
    record.marks.has(Marks::REPLACEMENT) && !record.marks.has(Marks::REVERSAL)
}

/// Whether a claim was replaced by one of an unwatched drug.
pub(super) fn is_of_other_drug(record: &Dispense) -> bool {
    record.marks.has(Marks::OTHER_DRUG) && !record.marks.has(Marks::ORDER)
}

/// The replacements, by what they look for, except orders that say when they were stated: those are changed in that sequence.
fn alike(records: &[Dispense]) -> Vec<Vec<usize>> {
    let mut alike: FxHashMap<[u32; 5], Vec<usize>> = FxHashMap::default();
    for (at, r) in records.iter().enumerate() {
        if is_replacement(r) && r.stated().is_none() {
            let names = [r.claim, r.prescription, u32::from(r.fill), r.first.0 as u32, r.verdict];
            alike.entry(names).or_default().push(at);
        }
    }
    let mut groups: Vec<Vec<usize>> = alike.into_values().collect();
    groups.sort_unstable();
    groups
}

/// Drops what is replaced by its claim number only, or by its prescription number with the fill and day, whatever its drug was: the wrong one may
/// have been billed. If a claim of the replacement's own drug has that number, or what is left is of several drugs, they are lines of a claim, and
/// another may be meant.
fn by_name_alone(records: &[Dispense], by_number: &Index, gone: &mut [bool], verdicts: &[Verdict]) {
    let mut asked = FxHashSet::default();
    for replacement in records {
        let is_of_other = is_of_other_drug(replacement);
        let may_be =
            is_of_other || is_replacement(replacement) && !replacement.marks.has(Marks::ORDER);
        let Some(key) = name_of(replacement).filter(|_| may_be) else { continue };
        if !asked.insert((key, replacement.fill, replacement.verdict)) {
            continue;
        }
        let is_fill = |claim: &Dispense| key.by == By::Claim || claim.fill == replacement.fill;
        let claims: Vec<usize> = by_number
            .get(&key)
            .into_iter()
            .flatten()
            .copied()
            .filter(|&at| !is_replacement(&records[at]) && is_fill(&records[at]))
            .collect();
        let is_own = |at: &usize| same_drug(replacement, &records[*at], verdicts);
        if !is_of_other && claims.iter().any(is_own) {
            continue;
        }
        let left: Vec<usize> = claims.into_iter().filter(|&at| !gone[at]).collect();
        let is_one = |at: &usize| same_drug(&records[left[0]], &records[*at], verdicts);
        if left.iter().all(is_one) {
            left.iter().for_each(|&at| gone[at] = true);
        }
    }
}

/// How a replacement names a claim of any drug: by its claim number, otherwise by its prescription number and fill on its day. If fills are not
/// numbered, a prescription may be of several drugs.
fn name_of(replacement: &Dispense) -> Option<Key> {
    if replacement.claim != 0 && replacement.marks.has(Marks::REFERS) {
        return Some(Key::of_number((By::Claim, replacement.claim)));
    }
    let number = Key::of_number((By::Prescription, replacement.prescription));
    let is_of_fill = replacement.prescription != 0 && replacement.fill != 0;
    is_of_fill.then_some(Key { day: Some(replacement.first), ..number })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{MORPHINE, OXYCODONE, check};

    #[test]
    fn the_drug_of_a_prescriptions_fill_may_be_replaced() {
        const LISINOPRIL: &str = "lisinopril 10 mg tablet";
        let bill = (OXYCODONE, "- R1 0 05. 30 30 - -");
        check(&[
            ("by another opioid", &[bill, (MORPHINE, "- R1 0 05. 30 30 A -")], &[2], 0),
            (
                "by a drug that nobody watches",
                &[bill, (LISINOPRIL, "- R1 0 05. 30 30 A -")],
                &[],
                0,
            ),
            ("of another fill", &[bill, (MORPHINE, "- R1 1 05. 30 30 A -")], &[1, 2], 0),
            ("of another day", &[bill, (MORPHINE, "- R1 0 06. 30 30 A -")], &[1, 2], 0),
            ("of another prescription", &[bill, (LISINOPRIL, "- R2 0 05. 30 30 A -")], &[1], 0),
            (
                "where fills are not numbered, a prescription may be of several drugs",
                &[(OXYCODONE, "- R1 - 05. 30 30 - -"), (LISINOPRIL, "- R1 - 05. 30 30 A -")],
                &[1],
                0,
            ),
            (
                "a line of the same drug was meant",
                &[bill, (MORPHINE, "- R1 0 05. 10 10 - -"), (MORPHINE, "- R1 0 05. 20 20 A -")],
                &[1, 3],
                0,
            ),
        ]);
    }
}
