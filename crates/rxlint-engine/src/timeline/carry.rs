//! Carry-over: a refill that arrives early is used after the remaining supply.

use super::Exposure;
use crate::exposure::Marks;
use rxlint_model::day::Day;

/// Moves the ends of one ingredient's exposures in one form: `end = first day + days + min(days
/// left, cap)`, where the days left are counted up to the earlier supply's own carried-over end.
/// `exposures` are sorted by first day. An exposure that states its end itself keeps it, and leaves
/// nothing over.
pub fn carry(exposures: &mut [&mut Exposure<'_>], cap: i32) {
    let mut lasts_until: Option<Day> = None;
    let mut certainly_until: Option<Day> = None;
    let supplies = exposures.iter_mut().filter(|e| !e.record.marks.has(Marks::STATES_END));
    for exposure in supplies {
        let first = exposure.first;
        carried(&mut lasts_until, first, &mut exposure.end, cap);
        carried(&mut certainly_until, first, &mut exposure.certain_end, cap);
    }
}

/// Moves an end by what is left of the supply until then.
fn carried(lasts_until: &mut Option<Day>, first: Day, end: &mut Day, cap: i32) {
    if let Some(until) = *lasts_until {
        *end = end.plus(until.since(first).clamp(0, cap));
    }
    *lasts_until = Some(lasts_until.map_or(*end, |until| until.max(*end)));
}
