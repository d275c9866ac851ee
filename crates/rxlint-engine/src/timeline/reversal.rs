//! Reversals and replacements: claims that other records reverse, wherever in the input they are.

mod another;
mod carried_out;
mod chains;
mod copies;
mod later;
mod orders;
mod own_day;
mod refused;
mod replaced;
pub mod reports;
mod twins;

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::versions;
use crate::drug::{Dictionary, Verdict};
use crate::exposure::{Dispense, ExposureOptions, Marks, VerdictId, order_number, packed};
use another::{Nearness, contradicted, means, nearness};
use carried_out::Orders;
use own_day::OwnDay;
use rxlint_model::day::Day;
use rxlint_model::place::RowKey;

/// What the outcome depends on besides the records.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// The drugs.
    pub dictionary: &'a Dictionary,
    /// The verdicts that records refer to.
    pub verdicts: &'a [Verdict],
    /// How records become exposures.
    pub options: &'a ExposureOptions,
    /// The as-of day.
    pub as_of: Day,
}

/// What is left of a patient's records.
#[derive(Debug, Default)]
pub struct Settled {
    /// The claims that remain.
    pub records: Vec<Dispense>,
    /// How many were reversed.
    pub reversed: u64,
    /// Those that may not be the last version, sorted.
    pub conflicts: Vec<RowKey>,
    /// Those that another row may or may not take back, sorted by claim.
    pub unclear: Vec<Unclear>,
    /// Identical bills that outnumber their reversals: one of each may or may not remain.
    pub uncertain: Vec<Dispense>,
}

/// A claim that stands, and the row that may take it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unclear {
    /// The claim.
    pub claim: RowKey,
    /// The reversed or cancelled row.
    pub by: RowKey,
}

/// Removes from one patient's records earlier versions, every reversal, the claim that it reverses, and claims that were
/// replaced. Does not depend on the order of the input, as long as claims that differ only in position are interchangeable. An
/// open order whose last fill has run out by the as-of day runs on.
pub fn settle(mut records: Vec<Dispense>, basis: &Basis<'_>) -> Settled {
    let verdicts = basis.verdicts;
    let special = Marks::REVERSAL
        .with(Marks::REPLACEMENT)
        .with(Marks::ORDER)
        .with(Marks::VERSIONED)
        .with(Marks::RESOURCE);
    if !records.iter().any(|record| record.marks.has_any(special)) {
        return Settled { records, ..Settled::default() };
    }
    let own = chains::take_own_numbers(&mut records);
    let twins = twins::take(&mut records);
    name_numbers(&mut records);
    orders::link(&mut records);
    orders::end_replaced(&mut records);
    refused::leave_unended(&mut records);
    refused::leave_unchanged(&mut records);
    let mut conflicts = versions::settle(&mut records, verdicts);
    orders::complete(&mut records, verdicts);
    let copies = copies::leave_one(&mut records, &own, verdicts);
    replaced::leave_last(&mut records, &own, verdicts);
    let split = own.split(&mut records);
    records
        .sort_by_key(|record| (record.first, record.days, record.quantity.to_bits(), record.key));
    let lengths: Vec<u16> = records.iter().map(|record| record.days).collect();
    let mut by_number = index(&records);
    let is_split =
        |record: &Dispense| record.marks.has(Marks::REPLACEMENT) && split.contains(&record.key);
    let mut gone: Vec<bool> = records.iter().map(is_split).collect();
    let mut reversed = 0;
    let mut stops = Vec::new();
    let groups = reversals(&records, verdicts);
    let mut own_day = OwnDay::of(&records);
    let released = refused::lifting(groups.iter().map(|group| group[0]));
    for group in groups.iter().filter(|group| !refused::is_lifting(&group[0])) {
        // If several differ only in their place, the last.
        let Some(reversal) = group.last() else { continue };
        if released.iter().any(|release| refused::lifts(release, reversal)) {
            continue;
        }
        if !reversal.marks.has(Marks::ORDER) {
            let of = (&mut gone[..], &mut own_day);
            reversed += take_back_group(&mut records, group, &mut by_number, of, verdicts);
            continue;
        }
        let fits = fitting(reversal, &records, &mut by_number, &gone, verdicts);
        stops.extend(reversal.marks.has(Marks::STOPPED).then_some(*reversal));
        let untouched = orders::untouched(reversal, &fits, &records);
        for at in fits {
            let stays = gone[at]
                || untouched.contains(&at)
                || reversal.marks.has(Marks::STOPPED)
                    && records[at].first < free_from(reversal)
                    && orders::stop(&mut records[at], reversal.first);
            reversed += u64::from(!stays);
            gone[at] |= !stays;
        }
    }
    let records_and_own = (&records[..], &own);
    conflicts.extend(replaced::drop_all(records_and_own, &by_number, &mut gone, verdicts));
    own_day.unclear.extend(twins::of(&twins, (&records, &by_number), &gone, verdicts));
    let mut unclear = own_day.doubtful(&records, &gone);
    orders::change(&mut records, &mut gone, verdicts);
    let of =
        &mut Orders { records: &mut records, lengths: &lengths, gone: &mut gone, stops: &stops };
    carried_out::leave(of, basis);
    for record in records.iter_mut().filter(|record| orders::is_undated(record)) {
        record.marks = record.marks.without(Marks::NO_START);
    }
    let mut stays = gone.iter();
    records.retain(|record| !*stays.next().unwrap_or(&false) && !record.marks.has(Marks::REVERSAL));
    conflicts.sort_unstable();
    conflicts.dedup();
    unclear.sort_unstable();
    unclear.dedup_by_key(|of| of.claim);
    let uncertain = copies::let_one_stand(copies, &mut records);
    Settled { records, reversed, conflicts, unclear, uncertain }
}

/// The reversals, by what they look for: those with a known time first, before those without one; then those that say most about their product.
fn reversals(records: &[Dispense], verdicts: &[Verdict]) -> Vec<Vec<Dispense>> {
    let mut alike: FxHashMap<Sought, Vec<Dispense>> = FxHashMap::default();
    let takes_back = |record: &&Dispense| {
        record.marks.has(Marks::REVERSAL) && !replaced::is_of_other_drug(record)
    };
    for reversal in records.iter().filter(takes_back) {
        alike.entry(sought(reversal)).or_default().push(*reversal);
    }
    let mut groups: Vec<Vec<Dispense>> = alike.into_values().collect();
    groups.sort_unstable_by_key(|group| {
        let at = group[0].made_at();
        (at.is_none(), at, another::is_vague(&group[0], verdicts), group[0].first, group[0].key)
    });
    groups
}

/// Claims by what identifies them.
type Index = FxHashMap<Key, VecDeque<usize>>;

/// The position of each claim, by everything that can identify it.
fn index(records: &[Dispense]) -> Index {
    let mut by_number = Index::default();
    let is_claim = |(_, record): &(usize, &Dispense)| !record.marks.has(Marks::REVERSAL);
    for (at, record) in records.iter().enumerate().filter(is_claim) {
        for key in keys(record) {
            by_number.entry(key).or_default().push_back(at);
        }
    }
    by_number
}

/// Of equally fitting claims, at most this many are looked at: no one gets a drug more often under one number or on one day.
const ALIKE: usize = 512;

/// The claims that a reversal may mean: those whose number it names come before those that only look alike.
fn fitting(
    reversal: &Dispense,
    records: &[Dispense],
    claims: &mut Index,
    gone: &[bool],
    verdicts: &[Verdict],
) -> Vec<usize> {
    let is_order = reversal.marks.has(Marks::ORDER);
    let most = if is_order { usize::MAX } else { ALIKE };
    let mut fits = Vec::new();
    let mut found = None;
    for key in keys(reversal) {
        if found.is_some_and(|found: By| found < key.by) {
            break;
        }
        let Some(claims) = claims.get_mut(&key) else { continue };
        while claims.front().is_some_and(|&at| gone[at]) {
            claims.pop_front();
        }
        let left = claims.iter().copied().filter(|&at| !gone[at]).take(most);
        fits.extend(left.filter(|&at| means(reversal, &records[at], verdicts)));
        if !fits.is_empty() && !is_order {
            found = Some(key.by);
        }
    }
    fits
}

/// Gives an order number without a namespace the one that the same number has elsewhere among the patient's records, if there is only one: a sender
/// of both omits what goes without saying.
fn name_numbers(records: &mut [Dispense]) {
    let numbers: [fn(&mut Dispense) -> &mut u32; 2] =
        [|record| &mut record.claim, |record| &mut record.prescription];
    for number in numbers {
        let mut all: Vec<u32> = records.iter_mut().map(|record| *number(record)).collect();
        all.sort_unstable();
        all.dedup();
        for record in records.iter_mut() {
            let own = number(record);
            if *own == 0 || *own != order_number::bare(*own) {
                continue;
            }
            let from = all.partition_point(|other| *other <= *own);
            let mut named =
                all[from..].iter().take_while(|other| order_number::bare(**other) == *own);
            if let (Some(only), None) = (named.next(), named.next()) {
                *own = *only;
            }
        }
    }
}

/// The mark of a hold, and, without `STOPPED`, of the end of one.
const HOLD: Marks = Marks::REVERSAL.with(Marks::ORDER).with(Marks::REPLACEMENT);

/// The first day from which an order is unaffected by what stops another: the day of a stop is the order's last, and may be its only one. What is
/// held or exchanged on its first day was not taken; what is ordered on that day instead is another order.
fn free_from(stop: &Dispense) -> Day {
    if stop.marks.has(HOLD) { stop.first } else { stop.first.plus(1) }
}

/// The marks of a reversal that may be what became of the claim in its own row. They do not tell one reversal from another.
const OF_OWN_ROW: Marks = Marks::OF_STATUS.with(Marks::JOURNAL);

/// What a reversal looks for.
type Sought = (u32, u32, [u16; 4], Day, VerdictId, Option<u32>);

fn sought(r: &Dispense) -> Sought {
    // The supply matters only if the numbers do not name the claim.
    let unnumbered = r.claim == 0 && r.prescription == 0;
    let supply = (unnumbered || takes_back_quantity(r)).then(|| r.supplied().abs().to_bits());
    let marks = if r.marks.has(Marks::ORDER) { r.marks } else { r.marks.without(OF_OWN_ROW) };
    (r.claim, r.prescription, [r.fill, marks.0, r.turn(), r.moment()], r.first, r.verdict, supply)
}

/// Reverses what these reversals mean, which differ only in their supply. Returns how many claims that were.
fn take_back_group(
    records: &mut [Dispense],
    group: &[Dispense],
    by_number: &mut Index,
    (gone, own_day): (&mut [bool], &mut OwnDay),
    verdicts: &[Verdict],
) -> u64 {
    let Some(reversal) = group.last() else { return 0 };
    // Each reversed supply may belong to another claim.
    let supplies = group.chunk_by(|a, b| !differs(a, b));
    let mut fits: FxHashSet<usize> =
        supplies.flat_map(|same| fitting(&same[0], records, by_number, gone, verdicts)).collect();
    fits.retain(|&at| own_day.may_mean(reversal, &records[at]));
    if fits.is_empty() {
        let mut named = contradicted(reversal, records, by_number, gone, verdicts);
        named.retain(|&at| own_day.may_mean(reversal, &records[at]));
        let named = later::last_of(reversal, named, records);
        own_day.unclear.extend(named.into_iter().map(|at| (at, reversal.key)));
    }
    let fits = own_day.leave(reversal, fits.into_iter().collect(), records);
    let (fits, unclear) = later::leave(group, fits, records);
    own_day.unclear.extend(unclear.into_iter().map(|at| (at, reversal.key)));
    take_back(records, group, fits, (gone, &mut own_day.unclear), verdicts)
}

/// Reverses one claim for each of these reversals, which all look for the same: the most similar one. Returns how many there were.
fn take_back(
    records: &mut [Dispense],
    group: &[Dispense],
    mut fits: Vec<usize>,
    (gone, unclear): (&mut [bool], &mut Vec<(usize, RowKey)>),
    verdicts: &[Verdict],
) -> u64 {
    another::sort(&mut fits, records, verdicts);
    let near = |record: &Dispense| nearness(group[0].verdict, record.verdict, verdicts);
    let near: FxHashMap<usize, Nearness> =
        fits.iter().map(|&at| (at, near(&records[at]))).collect();
    // Within one product: the same quantity and days first, then the same quantity, the same days, and any.
    let quantity = |record: &Dispense| Some(record.supplied().abs().to_bits());
    type Likeness<'l> = &'l dyn Fn(&Dispense) -> (Option<u32>, Option<u16>);
    let likeness: [Likeness<'_>; 4] = [
        &|record| (quantity(record), Some(record.days)),
        &|record| (quantity(record), None),
        &|record| (None, Some(record.days)),
        &|_| (None, None),
    ];
    // A repeated reversal counts again only for a claim that it does not contradict.
    let is_again = |at: usize| at > 0 && !differs(&group[at - 1], &group[at]);
    let mut left: Vec<(&Dispense, bool)> =
        group.iter().enumerate().map(|(at, reversal)| (reversal, is_again(at))).collect();
    let is_replacement = |at: usize| records[at].marks.has(Marks::REPLACEMENT);
    let replaces_none = fits.iter().all(|&at| is_replacement(at));
    // A claim's replacement came after its reversal, unless the records say otherwise.
    let after: FxHashSet<usize> = fits.iter().copied().filter(|&at| is_replacement(at)).collect();
    let mut count = 0;
    let levels = Nearness::ALL.into_iter().flat_map(|level| likeness.map(|alike| (level, alike)));
    for (level, alike) in levels {
        let mut claims: FxHashMap<(Option<u32>, Option<u16>), Vec<usize>> = FxHashMap::default();
        for &at in fits.iter().rev().filter(|&at| !gone[*at] && near[at] <= level) {
            claims.entry(alike(&records[at])).or_default().push(at);
        }
        claims.values_mut().for_each(|alike| alike.sort_by_key(|at| !after.contains(at)));
        left.retain(|(reversal, is_again)| {
            let Some(alike) = claims.get_mut(&alike(reversal)) else { return true };
            // Negative quantities in one group are the same, and belong to the same claims.
            let is_named = |at: &usize| {
                takes_back_quantity(reversal) || means(reversal, &records[*at], verdicts)
            };
            let Some(last) = alike.iter().rposition(is_named) else { return true };
            let at = alike[last];
            let claim = &records[at];
            if *is_again && contradicts(reversal, claim)
                || replaces_none && !reversal.is_later(claim)
            {
                return true;
            }
            let others = alike.iter().copied().filter(is_named);
            let others = another::of_other_product(at, others, records, verdicts);
            unclear.extend(others.into_iter().map(|other| (other, reversal.key)));
            if !give_back(&mut records[at], reversal) {
                alike.remove(last);
                gone[at] = true;
                count += 1;
            }
            false
        });
    }
    count
}

/// Reverses a part of a supply, and as many of its days; returns whether the rest stays with the patient.
fn give_back(claim: &mut Dispense, reversal: &Dispense) -> bool {
    let rest = claim.supplied() + reversal.supplied();
    let is_part = is_part(claim, reversal);
    if is_part {
        let days = f32::from(claim.days) * rest / claim.supplied();
        claim.days = days.ceil() as u16;
        let is_packs = claim.quantity.is_nan();
        claim.quantity = if is_packs { packed::of(rest.into()) } else { rest };
    }
    is_part
}

/// Whether only a part of a supply is returned.
fn is_part(claim: &Dispense, reversal: &Dispense) -> bool {
    takes_back_quantity(reversal)
        && !claim.marks.has(Marks::PER_DAY)
        && claim.supplied() + reversal.supplied() > claim.supplied() * LEAST_REST
}

/// Whether more is returned than the claim was for: then another claim is meant.
fn is_more(claim: &Dispense, reversal: &Dispense) -> bool {
    takes_back_quantity(reversal)
        && !claim.marks.has(Marks::PER_DAY)
        && claim.supplied() > 0.0
        && claim.supplied() + reversal.supplied() < -claim.supplied() * LEAST_REST
}

/// Whether a reversal says something about its supply that is not true of the claim.
fn contradicts(reversal: &Dispense, claim: &Dispense) -> bool {
    let other = |a: f32, b: f32| a > 0.0 && b > 0.0 && a != b;
    other(reversal.supplied().abs(), claim.supplied())
        || other(reversal.days.into(), claim.days.into())
}

/// A smaller part of a supply is a rounding error of its quantity.
const LEAST_REST: f32 = 0.01;

fn differs(a: &Dispense, b: &Dispense) -> bool {
    (a.days, a.quantity.to_bits()) != (b.days, b.quantity.to_bits())
}

/// What shows which claim is meant, the most reliable first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum By {
    Claim,
    /// A claim number on a later day.
    ClaimLater,
    Prescription,
    Supply,
    /// A prescription number on a later day.
    PrescriptionLater,
}

/// Something that can identify a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    by: By,
    number: u32,
    /// The fill, otherwise the day and, if there is no number, the quantity.
    fill: u16,
    day: Option<Day>,
    quantity: u32,
}

impl Key {
    /// A number, whatever the fill or day.
    fn of_number((by, number): (By, u32)) -> Self {
        Self { by, number, fill: 0, day: None, quantity: 0 }
    }
}

/// The numbers of a claim, whatever its fill or day.
fn numbers(record: &Dispense) -> impl Iterator<Item = Key> + use<> {
    let all = [(By::Claim, record.claim), (By::Prescription, record.prescription)];
    all.into_iter().filter(|(_, number)| *number != 0).map(Key::of_number)
}

/// What can identify a claim: its claim number and its prescription number, each with its fill or its day (an order has neither), otherwise its day
/// and quantity. As [`names`] compares them.
fn keys(record: &Dispense) -> Vec<Key> {
    let mut keys = Vec::with_capacity(5);
    for number in numbers(record) {
        if record.marks.has(Marks::ORDER) {
            keys.push(number);
            continue;
        }
        keys.push(Key { day: Some(record.first), ..number });
        if number.by == By::Claim && (!record.marks.has(Marks::REVERSAL) || refers(record)) {
            keys.push(number);
        }
        if record.fill != 0 {
            keys.push(Key { fill: record.fill, ..number });
        }
        let later = if number.by == By::Claim { By::ClaimLater } else { By::PrescriptionLater };
        keys.push(Key { by: later, ..number });
    }
    keys.sort_by_key(|key| key.by);
    let is_numbered = record.marks.has(Marks::REVERSAL) && !keys.is_empty();
    if is_numbered && !takes_back_quantity(record) && !has_own_number_alone(record) {
        return keys;
    }
    if !record.supplied().is_nan() {
        let (day, quantity) = (Some(record.first), record.supplied().abs().to_bits());
        keys.push(Key { by: By::Supply, number: 0, fill: 0, day, quantity });
    }
    keys
}

/// Whether a reversal says by a negative quantity which supply it reverses. One that names no drug has no quantity.
fn takes_back_quantity(reversal: &Dispense) -> bool {
    reversal.supplied() < 0.0
}

/// Whether a reversal or replacement names the claim by a number besides its own.
fn refers(record: &Dispense) -> bool {
    let names = Marks::REVERSAL.with(Marks::REPLACEMENT);
    record.marks.has(Marks::REFERS)
        && record.marks.has_any(names)
        && !record.marks.has(Marks::ORDER)
}

fn same_number(a: u32, b: u32) -> bool {
    a != 0 && a == b
}

/// Whether a reversal (or replacement) refers to that claim. Both are claims or both orders, of the same drug, and nothing says that the claim came
/// later or was for less. In addition
/// - the claim or prescription number is the same, and so is the fill number or the fill date: for an order, and for a number besides its own, the
///   number is enough, and so it is for a reversal that is dated on the day on which it was made;
/// - or the reversal has no number, or a negative quantity: then the day and the quantity are the same.
fn names(reversal: &Dispense, claim: &Dispense, verdicts: &[Verdict]) -> bool {
    let order = reversal.marks.has(Marks::ORDER);
    if order != claim.marks.has(Marks::ORDER)
        || !revises(reversal, claim) && !same_drug(reversal, claim, verdicts)
        || came_after(reversal, claim)
    {
        return false;
    }
    let same_day = reversal.first == claim.first;
    let same_claim = same_number(reversal.claim, claim.claim);
    if same_claim || same_number(reversal.prescription, claim.prescription) {
        let same_fill = reversal.fill != 0 && reversal.fill == claim.fill;
        let is_referred = refers(reversal) && same_claim;
        let is_of_that_fill = || (same_fill || same_day) && !is_another(reversal, claim);
        if order || is_referred || is_of_that_fill() || later::may_name(reversal, claim) {
            return true;
        }
    }
    let unnumbered = reversal.claim == 0 && reversal.prescription == 0;
    let same_supply = same_day && reversal.supplied().abs() == claim.supplied().abs();
    let is_equal = has_own_number_alone(reversal)
        && claim.prescription == 0
        && reversal.days == claim.days
        && reversal.verdict == claim.verdict;
    (unnumbered || takes_back_quantity(reversal) || is_equal) && same_supply
}

/// Whether the row of a reversal has a claim number, which may be its own, and nothing else shows which claim it means.
fn has_own_number_alone(reversal: &Dispense) -> bool {
    reversal.marks.has(Marks::REVERSAL.with(Marks::OF_STATUS))
        && !reversal.marks.has(Marks::ORDER)
        && reversal.claim != 0
        && reversal.prescription == 0
        && !refers(reversal)
}

/// Whether a replacement is a revision of that prescription, possibly of its drug too.
fn revises(replacement: &Dispense, claim: &Dispense) -> bool {
    let same_fill = replacement.fill != 0 && replacement.fill == claim.fill;
    replacement.marks.has(Marks::REPLACEMENT.with(Marks::REVISION))
        && !replacement.marks.has(Marks::REVERSAL)
        && same_number(replacement.prescription, claim.prescription)
        && (replacement.marks.has(Marks::ORDER) || same_fill)
}

/// Whether the claim is another one because it was billed after the reversal, or for less than is returned.
fn came_after(reversal: &Dispense, claim: &Dispense) -> bool {
    reversal.marks.has(Marks::REVERSAL)
        && !reversal.marks.has(Marks::ORDER)
        && (claim.is_later(reversal) || is_more(claim, reversal))
}

/// Whether a claim with the same number is another one. A prescription is billed again under its number: what was reversed before it was filled, or
/// was another supply for other days, is another claim. So is another dose on the same day.
fn is_another(reversal: &Dispense, claim: &Dispense) -> bool {
    let differ = |a: f32, b: f32| a > 0.0 && b > 0.0 && a != b;
    let is_other_bill = reversal.marks.has(Marks::REVERSAL)
        && !same_number(reversal.claim, claim.claim)
        && (reversal.first < claim.first
            || differ(reversal.supplied(), claim.supplied())
                && differ(reversal.days.into(), claim.days.into()));
    let are_doses = [reversal, claim].iter().all(|one| one.marks.has(Marks::ADMINISTERED));
    let is_other_dose =
        are_doses && reversal.fill != 0 && claim.fill != 0 && reversal.fill != claim.fill;
    is_other_bill || is_other_dose
}

/// Whether two records are about the same drug. A reversal may name none.
pub(super) fn same_drug(a: &Dispense, b: &Dispense, verdicts: &[Verdict]) -> bool {
    let drugs = |id: VerdictId| {
        verdicts.get(id as usize).map(|verdict| &verdict.components[..]).unwrap_or_default()
    };
    a.verdict == VerdictId::MAX
        || a.verdict == b.verdict
        || drugs(a.verdict).iter().any(|a| drugs(b.verdict).iter().any(|b| a.drug == b.drug))
}

#[cfg(test)]
mod tests;
