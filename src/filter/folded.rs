//! Records that no finding points at, since another was judged in their place: the same claim in two files, a pharmacy's claim for
//! the dose that was given, an order for what was dispensed. A filter still asks for those whom they name.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::read_again;
use crate::command::judging::CommandRun;
use rxlint_engine::collect::{Collection, Collector, Rejected};
use rxlint_engine::exposure::{Marks, VerdictId};
use rxlint_engine::timeline::depot::{BILLED_WITHIN, HANDED_OUT_BEFORE};
use rxlint_input::error::InputError;
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, PatientKey};
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record, Said};
use rxlint_model::sink::RecordSink;

/// What is dispensed on an order begins within this many days of it, or while it lasts.
const CARRIED_OUT: i32 = 30;

/// A record about a watched drug.
#[derive(Clone, Debug)]
struct Watched {
    verdict: VerdictId,
    first: Day,
    days: i32,
    marks: Marks,
    prescriber: Box<str>,
    site: Box<str>,
}

/// The watched records of the patients about whom something was found, as far as they name someone.
#[derive(Debug, Default)]
pub(super) struct Folded {
    of_patient: FxHashMap<PatientKey, Vec<Watched>>,
    /// What each verdict is about.
    drugs: FxHashMap<VerdictId, Vec<String>>,
}

impl Folded {
    /// Reads the inputs once more.
    ///
    /// # Errors
    /// An input that cannot be read to its end.
    pub(super) fn read(run: &CommandRun) -> Result<Self, InputError> {
        let patients: FxHashSet<PatientKey> =
            run.outcome.findings.iter().map(|finding| finding.patient).collect();
        if patients.is_empty() {
            return Ok(Self::default());
        }
        let collection = Collection::new(&run.engine);
        let mut folded = Self::default();
        for input in &run.inputs {
            let make = || Sink {
                collector: collection.collector(),
                patients: &patients,
                found: Vec::new(),
            };
            for (patient, watched) in read_again(input, &make)?.into_iter().flat_map(|s| s.found) {
                folded.of_patient.entry(patient).or_default().push(watched);
            }
        }
        let dictionary = run.engine.book().dictionary();
        let verdicts = collection.verdicts();
        for watched in folded.of_patient.values().flatten() {
            folded.drugs.entry(watched.verdict).or_insert_with(|| {
                let of = verdicts.get(watched.verdict as usize).map(|one| &one.components);
                let components = of.into_iter().flatten();
                let mut names: Vec<String> = components
                    .map(|component| dictionary.drug(component.drug).name.clone())
                    .collect();
                names.extend(of.map(|components| dictionary.names(components)));
                names
            });
        }
        Ok(folded)
    }

    /// Whom the records name that were replaced by the finding's own.
    pub(super) fn names<'f>(
        &'f self,
        finding: &Finding,
        field: Field,
    ) -> impl Iterator<Item = &'f str> + use<'f> {
        let firsts: BTreeSet<Day> =
            finding.records().filter_map(|(_, days)| days).map(|(first, _)| first).collect();
        let places = finding.places.iter().chain(&finding.also_places);
        let drugs: BTreeSet<String> = places.map(|place| place.drug.clone()).collect();
        let all = self.of_patient.get(&finding.patient).map(Vec::as_slice).unwrap_or_default();
        let is_about = move |one: &Watched| {
            let names = self.drugs.get(&one.verdict).map(Vec::as_slice).unwrap_or_default();
            names.iter().any(|name| drugs.contains(name))
        };
        let about: Vec<&'f Watched> = all.iter().filter(|one| is_about(one)).collect();
        let is_given = |one: &Watched| one.marks.has(Marks::ADMINISTERED);
        let given: BTreeSet<Day> = about
            .iter()
            .filter(|one| is_given(one) && firsts.contains(&one.first))
            .map(|one| one.first)
            .collect();
        let stands_behind = move |one: &&'f Watched| {
            let within = |days: &BTreeSet<Day>, before: i32, after: i32| {
                days.range(one.first.plus(-after)..=one.first.plus(before)).next().is_some()
            };
            firsts.contains(&one.first)
                || !is_given(one) && within(&given, HANDED_OUT_BEFORE, BILLED_WITHIN)
                || one.marks.has(Marks::ORDER) && within(&firsts, one.days.max(CARRIED_OUT), 0)
        };
        let name = move |one: &'f Watched| match field {
            Field::Pharmacy => &*one.site,
            _ => &*one.prescriber,
        };
        about.into_iter().filter(stands_behind).map(name).filter(|name| !name.is_empty())
    }
}

struct Sink<'a> {
    collector: Collector<&'a Collection>,
    patients: &'a FxHashSet<PatientKey>,
    found: Vec<(PatientKey, Watched)>,
}

impl RecordSink for Sink<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.collector.record(record);
        let collected = &mut self.collector.collected;
        for kept in collected.dispenses.drain(..) {
            if kept.marks.has(Marks::REVERSAL) || !self.patients.contains(&kept.patient) {
                continue;
            }
            let text = |field| record.string(field).trim().into();
            let watched = Watched {
                verdict: kept.verdict,
                first: kept.first,
                days: i32::from(kept.days),
                marks: kept.marks,
                prescriber: text(Field::Prescriber),
                site: text(Field::Pharmacy),
            };
            self.found.push((kept.patient, watched));
        }
        collected.facts.clear();
        collected.rejected = Rejected::default();
    }

    fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {}

    fn person(&mut self, _: &Said<'_>) {}

    fn shift(&mut self, _: RowKey) {}
}
