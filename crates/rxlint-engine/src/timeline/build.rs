//! From one patient's records to the timeline.

use super::{Exposure, Timeline, carry, depot, dose, era, order_log, reversal};
use crate::drug::{Component, Dictionary, Role, Verdict};
use crate::exposure::person::Fact;
use crate::exposure::{Dispense, ExposureOptions, Marks, days};
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;

/// What building a timeline needs besides the records.
#[derive(Clone, Copy, Debug)]
pub struct Builder<'a> {
    /// The drugs.
    pub dictionary: &'a Dictionary,
    /// The verdicts that records refer to.
    pub verdicts: &'a [Verdict],
    /// How records become exposures.
    pub options: &'a ExposureOptions,
    /// The as-of day.
    pub as_of: Day,
}

impl<'a> Builder<'a> {
    /// The timeline of one patient, and how many claims were cancelled.
    pub fn timeline(
        &self,
        patient: PatientKey,
        records: Vec<Dispense>,
        facts: Vec<Fact>,
    ) -> (Timeline<'a>, u64) {
        let reversal::Settled { mut records, reversed, conflicts, unclear, uncertain } =
            reversal::settle(records, &self.basis());
        order_log::end(&mut records, self.verdicts);
        let mut exposures: Vec<Exposure<'a>> = Vec::new();
        let mut doubts = Vec::new();
        for record in records {
            let Some(verdict) = self.verdicts.get(record.verdict as usize) else { continue };
            if verdict.is_doubtful() {
                doubts.push((record, verdict));
            }
            let components = verdict.components.iter().filter(|c| !matches!(c.role, Role::Known));
            exposures.extend(components.map(|component| self.exposure(record, component, verdict)));
        }
        exposures.sort_by(|a, b| key(a).cmp(&key(b)).then(a.key().cmp(&b.key())));
        exposures.dedup_by(|later, earlier| identical(earlier, later));
        depot::join_lines(&mut exposures);
        depot::pair(&mut exposures, self.dictionary);
        self.carry_over(&mut exposures);
        exposures.sort_by(|a, b| {
            (a.first, a.end)
                .cmp(&(b.first, b.end))
                .then(key(a).cmp(&key(b)))
                .then(a.key().cmp(&b.key()))
        });
        let eras = era::draw(&mut exposures);
        doubts.sort_by_key(|(record, _)| (record.first, record.key));
        let of = |record: Dispense| {
            self.verdicts.get(record.verdict as usize).map(|verdict| (record, verdict))
        };
        let mut uncertain: Vec<_> = uncertain.into_iter().filter_map(of).collect();
        uncertain.sort_by_key(|(record, _)| (record.first, record.key));
        let as_of = self.as_of;
        let timeline = Timeline {
            patient,
            exposures,
            eras,
            doubts,
            conflicts,
            unclear,
            uncertain,
            facts,
            as_of,
        };
        (timeline, reversed)
    }

    fn basis(&self) -> reversal::Basis<'a> {
        let Self { dictionary, verdicts, options, as_of } = *self;
        reversal::Basis { dictionary, verdicts, options, as_of }
    }

    /// How many exposures a patient's only record yields, and how many of them rest on assumed
    /// days.
    pub fn tally(&self, record: &Dispense) -> (u64, u64) {
        let Some(verdict) = self.verdicts.get(record.verdict as usize) else { return (0, 0) };
        let components = verdict.components.iter().filter(|c| !matches!(c.role, Role::Known));
        components.fold((0, 0), |(all, assumed), component| {
            (all + 1, assumed + u64::from(self.exposure(*record, component, verdict).assumed))
        })
    }

    fn exposure(
        &self,
        record: Dispense,
        component: &Component,
        product: &'a Verdict,
    ) -> Exposure<'a> {
        let form = self.dictionary.form(component.drug, component.form);
        let own = days::own_duration(self.dictionary, product, record.counted());
        let given = i32::from(record.days);
        let mut certain = None;
        let (days, assumed) = match own {
            // A clinic's row often says one day for a product that lasts a month.
            Some(own) if given > 0 => (given.max(own.at_least), false),
            None if given > 0 => (given, given > 1 && record.marks.has(Marks::REFILLED)),
            // A course that is yet to begin has no days until today.
            _ if record.marks.has(Marks::OPEN) && record.first <= self.as_of => {
                ((self.as_of.since(record.first) + 1).max(own.map_or(1, |own| own.at_least)), true)
            }
            Some(own) => (own.by_units, true),
            None if record.marks.has(Marks::ONE_INJECTION) => (1, true),
            None => {
                // A drug taken as needed lasts at least as long as its quantity lasts at the highest amount allowed a day.
                let default = i32::from(self.options.default_days);
                let least = record.schedule.least_days().map_or(1, i32::from);
                certain = Some(least);
                (default.max(least), least < default)
            }
        };
        let days = days.max(1);
        Exposure {
            component: *component,
            product,
            first: record.first,
            end: record.first.plus(days),
            days,
            assumed,
            certain_end: record.first.plus(certain.unwrap_or(days)),
            dose: dose::daily(component, form.kind, &record),
            record,
            era: 0,
        }
    }

    /// `exposures` are sorted by drug, form and role, then first day. An antagonist locked away in
    /// a product has its own role, so it lengthens no other supply.
    fn carry_over(&self, exposures: &mut [Exposure<'a>]) {
        for run in exposures.chunk_by_mut(|a, b| {
            (a.drug(), a.component.form, a.role()) == (b.drug(), b.component.form, b.role())
        }) {
            let kind = self.dictionary.form(run[0].drug(), run[0].component.form).kind;
            if kind.carries_over() {
                carry::carry(&mut run.iter_mut().collect::<Vec<_>>(), self.options.carry_cap);
            }
        }
    }
}

/// Sorts exposures by drug and form, then day; duplicate records end up next to each other.
fn key(exposure: &Exposure<'_>) -> (u16, u8, Role, Day, Day, u32, u64) {
    let strength = exposure.component.strength.map_or(0, |strength| strength.mg.to_bits());
    (
        exposure.drug(),
        exposure.component.form,
        exposure.role(),
        exposure.first,
        exposure.end,
        exposure.record.quantity.to_bits(),
        strength,
    )
}

/// Whether two records say the same: drug, first day, days and quantity.
fn identical(a: &Exposure<'_>, b: &Exposure<'_>) -> bool {
    key(a) == key(b) && a.product.product == b.product.product
}
