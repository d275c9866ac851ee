//! Eras: exposures to one ingredient in one form, without a long gap.

use super::Exposure;
use crate::drug::{DrugIx, Role};
use rxlint_model::day::Day;

/// Exposures with a longer gap in days belong to different eras, and an antagonist begins a new
/// episode.
pub const LONGEST_GAP: i32 = 30;

/// A run of exposures to one ingredient, form and role whose gaps are at most 30 days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Era {
    /// The ingredient.
    pub drug: DrugIx,
    /// Its form.
    pub form: u8,
    /// Its role.
    pub role: Role,
    /// First day.
    pub first: Day,
    /// The day after the last.
    pub end: Day,
    /// The exposures, by index in the timeline, in order of first day.
    pub members: Vec<u32>,
}

/// Forms the eras of exposures that are sorted by first day, and sets the era of each exposure.
pub fn draw(exposures: &mut [Exposure<'_>]) -> Vec<Era> {
    let mut order: Vec<u32> = (0..exposures.len() as u32).collect();
    let key = |exposure: &Exposure<'_>| (exposure.drug(), exposure.component.form, exposure.role());
    order.sort_by_key(|&at| (key(&exposures[at as usize]), at));
    let mut eras: Vec<Era> = Vec::new();
    for at in order {
        let exposure = &exposures[at as usize];
        let (drug, form, role) = key(exposure);
        match eras.last_mut() {
            Some(era)
                if (era.drug, era.form, era.role) == (drug, form, role)
                    && exposure.first.since(era.end) <= LONGEST_GAP =>
            {
                era.end = era.end.max(exposure.end);
                era.members.push(at);
            }
            _ => eras.push(Era {
                drug,
                form,
                role,
                first: exposure.first,
                end: exposure.end,
                members: vec![at],
            }),
        }
    }
    eras.sort_by_key(|era| (era.first, era.drug, era.form, era.role));
    for (number, era) in eras.iter().enumerate() {
        for &at in &era.members {
            exposures[at as usize].era = number as u32;
        }
    }
    eras
}
