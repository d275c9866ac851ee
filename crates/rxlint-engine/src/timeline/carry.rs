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
    let supplies = exposures.iter_mut().filter(|e| !e.record.marks.has(Marks::STATES_END));
    for exposure in supplies {
        if let Some(until) = lasts_until {
            let left = until.since(exposure.first).clamp(0, cap);
            exposure.end = exposure.end.plus(left);
        }
        lasts_until = Some(lasts_until.map_or(exposure.end, |until| until.max(exposure.end)));
    }
}
