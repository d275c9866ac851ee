//! One patient's exposures in order: reversals removed, days settled, supply carried over, eras
//! formed.

pub mod build;
pub mod calendar;
pub mod carry;
pub mod depot;
pub mod dose;
pub mod era;
mod order_log;
pub mod reversal;
pub(crate) mod versions;

use crate::drug::{Component, Dictionary, DrugIx, FormKind, Role, Verdict};
use crate::exposure::Dispense;
use crate::exposure::person::Fact;
pub use dose::DailyDose;
pub use era::Era;
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::RowKey;

/// A patient's exposure to one ingredient.
#[derive(Clone, Debug)]
pub struct Exposure<'a> {
    /// The ingredient, its form, role and strength.
    pub component: Component,
    /// The product that contains it.
    pub product: &'a Verdict,
    /// First day.
    pub first: Day,
    /// The day after the last, including carry-over.
    pub end: Day,
    /// Days on the record, or assumed days, without carry-over.
    pub days: i32,
    /// Whether the days are assumed.
    pub assumed: bool,
    /// The day after the last, if every exposure that has the default length lasted one day, or as long as its quantity lasts at the
    /// highest daily amount that its directions allow.
    pub certain_end: Day,
    /// The daily dose, if it is beyond doubt.
    pub dose: Option<DailyDose>,
    /// The record.
    pub record: Dispense,
    /// Its era, by index in the timeline.
    pub era: u32,
}

impl Exposure<'_> {
    /// The ingredient.
    pub fn drug(&self) -> DrugIx {
        self.component.drug
    }

    /// Its role in this product.
    pub fn role(&self) -> Role {
        self.component.role
    }

    /// The last day, inclusive.
    pub fn last(&self) -> Day {
        self.end.plus(-1)
    }

    /// The key of the record.
    pub fn key(&self) -> RowKey {
        self.record.key
    }

    /// How many days its record gives, if the product itself lasts longer and that counts: a clinic's one day means nothing.
    pub fn shorter_on_record(&self) -> Option<u16> {
        let given = self.record.days;
        (given > 1 && !self.assumed && self.days > i32::from(given)).then_some(given)
    }

    /// The daily dose in mg, on average.
    pub fn daily_mg(&self) -> Option<f64> {
        self.dose.and_then(|dose| dose.mg)
    }

    /// The same exposure, as long as it is certain to have been.
    #[must_use]
    pub fn certainly(&self) -> Self {
        Self { end: self.certain_end, ..self.clone() }
    }

    /// Whether both exposures share a day.
    pub fn overlaps(&self, other: &Exposure<'_>) -> bool {
        self.first < other.end && other.first < self.end
    }

    /// Whether it stays in the body for weeks and cannot be stopped: a depot, an implant.
    pub fn lasts_by_itself(&self, dictionary: &Dictionary) -> bool {
        let kind = dictionary.form(self.drug(), self.component.form).kind;
        matches!(kind, FormKind::Depot | FormKind::Implant)
    }

    /// Whether its medicine also contains that ingredient.
    pub fn product_holds(&self, drug: DrugIx) -> bool {
        self.product.holds(&self.component, drug)
    }
}

/// Everything on record about one patient, ready to be judged.
#[derive(Clone, Debug)]
pub struct Timeline<'a> {
    /// Who it is about.
    pub patient: PatientKey,
    /// Exposures by first day.
    pub exposures: Vec<Exposure<'a>>,
    /// Eras by first day.
    pub eras: Vec<Era>,
    /// Records whose name or code is in doubt.
    pub doubts: Vec<(Dispense, &'a Verdict)>,
    /// Records of which it is unknown whether they are the last version, sorted.
    pub conflicts: Vec<RowKey>,
    /// Records that another row may or may not take back, sorted.
    pub unclear: Vec<reversal::Unclear>,
    /// Identical bills that outnumber their reversals: it is unknown whether one of each remains valid.
    pub uncertain: Vec<(Dispense, &'a Verdict)>,
    /// What is on record about the person.
    pub facts: Vec<Fact>,
    /// The as-of day.
    pub as_of: Day,
}

impl<'a> Timeline<'a> {
    /// The exposures of an era, by first day.
    pub fn members<'t>(&'t self, era: &'t Era) -> impl Iterator<Item = &'t Exposure<'a>> {
        era.members.iter().map(|&at| &self.exposures[at as usize])
    }
}

#[cfg(test)]
mod tests;
