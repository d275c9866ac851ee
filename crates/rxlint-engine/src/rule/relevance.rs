//! Which rules could find anything for a patient, judged from the records before a timeline is
//! built.
//!
//! Most patients with a watched drug have no antagonist, and most rules need one. The answer errs
//! on the side of yes: duplicates, and records that a reversal cancels, are considered like any
//! others.

use super::kind::SetOff;
use super::select::Selector;
use super::{Context, record};
use crate::drug::{Component, Verdict};
use crate::exposure::{Dispense, Marks};
use rxlint_model::day::Day;

/// Rules, by position among the active ones. All those from the last bit on share that bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleSet(u128);

impl RuleSet {
    fn bit(at: usize) -> u128 {
        1 << at.min(127)
    }

    /// Whether it contains no rule.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it contains the active rule at that position.
    pub fn has(self, at: usize) -> bool {
        self.0 & Self::bit(at) != 0
    }
}

/// Which rules each verdict of a run matters to.
#[derive(Clone, Debug)]
pub struct Relevance {
    verdicts: Vec<Matters>,
    /// Rules that need facts about the person, and rules that assumed days or odd dates by themselves can
    /// set off.
    personal: u128,
    assumed: u128,
    dates: u128,
    supply: u128,
    versions: u128,
    births: u128,
}

/// The rules that a verdict can be the subject of, can be the other side of, or sets off by itself.
#[derive(Clone, Copy, Debug, Default)]
struct Matters {
    subject: u128,
    other: u128,
    alone: u128,
}

impl Relevance {
    /// Asks every active rule about every verdict.
    pub fn of(context: &Context<'_>, verdicts: &[Verdict]) -> Self {
        let mut relevance = Self {
            verdicts: vec![Matters::default(); verdicts.len()],
            personal: 0,
            assumed: 0,
            dates: 0,
            supply: 0,
            versions: 0,
            births: 0,
        };
        for (at, rule) in context.book.active().enumerate() {
            let bit = RuleSet::bit(at);
            let set_off = rule.condition.rule().set_off();
            match set_off {
                SetOff::Verdict(doubtful) => {
                    relevance
                        .verdicts
                        .iter_mut()
                        .zip(verdicts)
                        .filter(|(_, verdict)| doubtful(verdict))
                        .for_each(|(matters, _)| matters.alone |= bit);
                }
                SetOff::AssumedDays => relevance.assumed |= bit,
                SetOff::Dates => relevance.dates |= bit,
                SetOff::Supply => relevance.supply |= bit,
                SetOff::Versions => relevance.versions |= bit,
                SetOff::Births => relevance.births |= bit,
                SetOff::Person(_) => relevance.personal |= bit,
                SetOff::Pair(..) | SetOff::Product(_) | SetOff::Nothing => {}
            }
            let mut selectors = set_off.selectors();
            let (subject, other) = (selectors.next(), selectors.next());
            for (matters, verdict) in relevance.verdicts.iter_mut().zip(verdicts) {
                let holds = |selector: &Selector| {
                    let selected = |component: &Component| {
                        selector.matches(context.book.dictionary(), component, verdict)
                    };
                    verdict.components.iter().any(selected)
                };
                if subject.is_some_and(holds) {
                    // A rule without another side needs only its subject.
                    (matters.subject, matters.alone) = (
                        matters.subject | bit,
                        matters.alone | if other.is_none() { bit } else { 0 },
                    );
                }
                if other.is_some_and(holds) {
                    matters.other |= bit;
                }
            }
        }
        relevance
    }

    /// Whether it covers all of these verdicts: a collection only ever adds to them.
    pub fn covers(&self, verdicts: &[Verdict]) -> bool {
        self.verdicts.len() == verdicts.len()
    }

    /// Whether rules about two drugs may find something in these records of one patient.
    pub fn has_pair(&self, records: &[Dispense]) -> bool {
        let matters =
            records.iter().filter_map(|record| self.verdicts.get(record.verdict as usize));
        let (subjects, others) = matters
            .fold((0, 0), |(subjects, others), of| (subjects | of.subject, others | of.other));
        subjects & others != 0
    }

    /// The rules that may find something in these records of one patient.
    pub fn rules(
        &self,
        records: &[Dispense],
        has_facts: bool,
        births: usize,
        as_of: Day,
    ) -> RuleSet {
        let mut all = Matters::default();
        for record in records {
            let Some(matters) = self.verdicts.get(record.verdict as usize) else { continue };
            all.subject |= matters.subject;
            all.other |= matters.other;
            all.alone |= matters.alone;
            if record.days == 0 {
                all.alone |= self.assumed;
            }
            if record.marks.has(Marks::ENDS_EARLY) || record::is_implausible(record, as_of) {
                all.alone |= self.dates;
            }
            if record.marks.has(Marks::UNBELIEVABLE_SUPPLY) {
                all.alone |= self.supply;
            }
        }
        if has_versions(records) {
            all.alone |= self.versions;
        }
        if births > 1 {
            all.alone |= self.births;
        }
        let personal = if has_facts { 0 } else { self.personal };
        RuleSet((all.subject & all.other | all.alone) & !personal)
    }
}

/// Whether some of the records may be versions of one.
fn has_versions(records: &[Dispense]) -> bool {
    let is_reversal =
        |record: &Dispense| record.marks.has(Marks::REVERSAL) && !record.marks.has(Marks::ORDER);
    // A bill and a reversal beside another drug.
    if records.len() > 2 && records.iter().any(is_reversal) {
        return true;
    }
    let marks = Marks::VERSIONED.with(Marks::RESOURCE).with(Marks::REPLACEMENT);
    if records.len() < 2 || !records.iter().any(|record| record.marks.has_any(marks)) {
        return false;
    }
    let numbers = |of: fn(&Dispense) -> u32| {
        let mut numbers: Vec<u32> = records.iter().map(of).filter(|&number| number != 0).collect();
        numbers.sort_unstable();
        numbers.windows(2).any(|pair| pair[0] == pair[1])
    };
    numbers(|record| record.claim) || numbers(|record| record.prescription)
}

#[cfg(test)]
mod tests;
