//! Carry-over: a refill that arrives early is used after the remaining supply.

use rustc_hash::FxHashMap;

use super::Exposure;
use crate::exposure::Marks;
use rxlint_model::day::Day;

/// Moves the ends of one ingredient's exposures in one form: `end = first day + days + min(days
/// left, cap)`, where the days left are counted up to the earlier supply's own carried-over end.
/// `exposures` are sorted by first day. An exposure that itself states its end keeps it, and leaves
/// nothing over. Two strengths that are filled on one day are taken together, so neither is left
/// over for the other; two fills of one strength are parts of one supply.
pub fn carry(exposures: &mut [&mut Exposure<'_>], cap: i32) {
    let mut lasts_until = Until::default();
    let mut supplies: Vec<&mut Exposure<'_>> = exposures
        .iter_mut()
        .map(|exposure| &mut **exposure)
        .filter(|exposure| !exposure.record.marks.has(Marks::STATES_END))
        .collect();
    for same_day in supplies.chunk_by_mut(|a, b| a.first == b.first) {
        if let [only] = same_day {
            lasts_until.carried(only, cap);
        } else {
            together(same_day, &mut lasts_until, cap);
        }
    }
}

/// Carries the supplies of one day over: each from the days before, and from those of its own strength.
fn together(same_day: &mut [&mut Exposure<'_>], lasts_until: &mut Until, cap: i32) {
    // A supply of unknown strength is assumed to be more of the same.
    same_day.sort_by_key(|exposure| strength(exposure).is_none());
    let before = *lasts_until;
    let mut of_strength: FxHashMap<(u64, u8), Until> = FxHashMap::default();
    for exposure in same_day {
        match strength(exposure) {
            Some(strength) => {
                let until = of_strength.entry(strength).or_insert(before);
                until.carried(exposure, cap);
                lasts_until.extend(*until);
            }
            None => lasts_until.carried(exposure, cap),
        }
    }
}

/// What distinguishes an exposure's strength from another's: its mg, else the numbers of its text or its code.
fn strength(exposure: &Exposure<'_>) -> Option<(u64, u8)> {
    match (exposure.component.strength, exposure.product.numbers) {
        (Some(strength), _) => Some((strength.mg.to_bits(), u8::from(strength.per_ml))),
        (None, 0) => None,
        (None, numbers) => Some((numbers, 2)),
    }
}

/// How long supply lasts: by the records, and with every assumed length counted as one day.
#[derive(Clone, Copy, Debug, Default)]
struct Until {
    by_record: Option<Day>,
    certain: Option<Day>,
}

impl Until {
    /// Moves the ends of the next supply by what is left, and adds that supply.
    fn carried(&mut self, exposure: &mut Exposure<'_>, cap: i32) {
        let first = exposure.first;
        carried(&mut self.by_record, first, &mut exposure.end, cap);
        carried(&mut self.certain, first, &mut exposure.certain_end, cap);
    }

    fn extend(&mut self, other: Self) {
        self.by_record = self.by_record.max(other.by_record);
        self.certain = self.certain.max(other.certain);
    }
}

/// Moves an end by what is left of the supply until then.
fn carried(lasts_until: &mut Option<Day>, first: Day, end: &mut Day, cap: i32) {
    if let Some(until) = *lasts_until {
        *end = end.plus(until.since(first).clamp(0, cap));
    }
    *lasts_until = Some(lasts_until.map_or(*end, |until| until.max(*end)));
}
