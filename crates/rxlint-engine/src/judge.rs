//! One patient's records in, findings out: the step that every run consists of.

use std::sync::Arc;

use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, PatientKey};
use rxlint_model::place::RowKey;

use crate::drug::{DrugIx, Role, Verdict};
use crate::engine::Engine;
use crate::exposure::person::{Fact, FactKind};
use crate::exposure::{Dispense, Marks};
use crate::patient::Patient;
use crate::rule::record::distinct_births;
use crate::rule::relevance::Relevance;
use crate::rule::{self, Context};
use crate::timeline::build::Builder;
use crate::timeline::{Exposure, Timeline};

/// Judges patients one by one, from any number of threads.
pub struct Judge<'a> {
    context: Context<'a>,
    builder: Builder<'a>,
    relevance: Arc<Relevance>,
    draws: bool,
}

/// The days of one exposure, for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExposureDays {
    /// The ingredient.
    pub drug: DrugIx,
    /// Its role in the product.
    pub role: Role,
    /// First day.
    pub first: Day,
    /// Last day, inclusive.
    pub last: Day,
    /// Whether the record does not say how long it lasts.
    pub assumed: bool,
}

impl From<&Exposure<'_>> for ExposureDays {
    fn from(exposure: &Exposure<'_>) -> Self {
        Self {
            drug: exposure.drug(),
            role: exposure.role(),
            first: exposure.first,
            last: exposure.last().max(exposure.first),
            assumed: exposure.assumed,
        }
    }
}

/// The result of judging some patients.
#[derive(Debug, Default)]
pub struct Judged {
    /// The findings, in no particular order.
    pub findings: Vec<Finding>,
    /// Patients that were judged.
    pub patients: u64,
    /// Claims that a reversal removed.
    pub reversed: u64,
    /// Exposures to watched drugs.
    pub exposures: u64,
    /// Those whose days are assumed.
    pub assumed: u64,
    /// Records that no rule judges, by definition, though they look like what some rules are about.
    pub passed_over: Vec<RowKey>,
    /// Patients whose findings may change just because days pass.
    pub waiting: Vec<PatientKey>,
    /// All exposures of the patients about whom something was found, if the judge draws.
    pub exposures_of: Vec<(PatientKey, Vec<ExposureDays>)>,
}

impl Judged {
    /// Both results together.
    #[must_use]
    pub fn and(mut self, mut other: Self) -> Self {
        self.findings.append(&mut other.findings);
        self.patients += other.patients;
        self.reversed += other.reversed;
        self.exposures += other.exposures;
        self.assumed += other.assumed;
        self.waiting.append(&mut other.waiting);
        self.passed_over.append(&mut other.passed_over);
        self.exposures_of.append(&mut other.exposures_of);
        self
    }
}

impl<'a> Judge<'a> {
    /// A judge for records with these verdicts, as of a day. `today` says which records are
    /// today's; a finding that involves none of them is not fresh. `relevance` comes from an
    /// earlier judge, if it covers the same verdicts.
    pub fn new(
        engine: &'a Engine,
        verdicts: &'a [Verdict],
        as_of: Day,
        today: Option<&'a (dyn Fn(RowKey) -> bool + Sync)>,
        relevance: Option<Arc<Relevance>>,
    ) -> Self {
        let settings = engine.settings();
        let context = Context {
            book: engine.book(),
            jurisdiction: &settings.jurisdiction,
            strict: settings.strict,
            today,
        };
        let dictionary = engine.book().dictionary();
        let builder = Builder { dictionary, verdicts, options: &settings.exposure, as_of };
        let relevance = relevance.unwrap_or_else(|| Arc::new(Relevance::of(&context, verdicts)));
        Self { context, builder, relevance, draws: false }
    }

    /// The same, with the exposures of every patient with a finding, for pictures.
    #[must_use]
    pub fn drawing(self) -> Self {
        Self { draws: true, ..self }
    }

    /// The relevance of the verdicts, for another judge.
    pub fn relevance(&self) -> Arc<Relevance> {
        Arc::clone(&self.relevance)
    }

    /// One patient's exposures, as they are judged.
    pub fn timeline(&self, patient: &Patient<'_>) -> Timeline<'a> {
        let Patient { key, records, facts } = *patient;
        self.builder.timeline(key, records.to_vec(), facts.to_vec()).0
    }

    /// Judges one patient.
    pub fn patient(&self, patient: Patient<'_>) -> Judged {
        let Patient { key, records, facts } = patient;
        let as_of = self.builder.as_of;
        let has_facts = !facts.is_empty() || records.iter().any(|record| record.born().is_some());
        let mut born = records.iter().filter_map(|record| Some((record, record.born()?)));
        let first = born.next().map(|(_, day)| day);
        // Nearly every patient has one birth date, on every record.
        let differs = born.any(|(_, day)| Some(day) != first)
            || facts
                .iter()
                .any(|fact| matches!(fact.what, FactKind::Born(day) if Some(day) != first));
        let mut all = if differs { self.facts(key, records, facts) } else { Vec::new() };
        let births = if differs { distinct_births(all.iter()) } else { 1 };
        let rules = self.relevance.rules(records, has_facts, births, as_of);
        let waiting = if self.waits(records, facts) { vec![key] } else { Vec::new() };
        if let (true, [only]) = (rules.is_empty(), records)
            && !only.marks.has(Marks::REVERSAL)
        {
            let (exposures, assumed) = self.builder.tally(only);
            return Judged { patients: 1, exposures, assumed, waiting, ..Judged::default() };
        }
        if !differs {
            all = self.facts(key, records, facts);
        }
        let facts = all;
        let (timeline, reversed) = self.builder.timeline(key, records.to_vec(), facts);
        let (findings, passed_over) = if rules.is_empty() {
            Default::default()
        } else {
            (
                rule::judge(&self.context, &timeline, rules),
                rule::passed_over(&self.context, &timeline, rules),
            )
        };
        let assumed = timeline.exposures.iter().filter(|exposure| exposure.assumed).count();
        let days = (self.draws && !findings.is_empty())
            .then(|| (key, timeline.exposures.iter().map(ExposureDays::from).collect()));
        Judged {
            findings,
            patients: 1,
            reversed,
            exposures: timeline.exposures.len() as u64,
            assumed: assumed as u64,
            passed_over,
            waiting,
            exposures_of: days.into_iter().collect(),
        }
    }

    /// All facts on record about the person, including birth dates given on records.
    fn facts(&self, patient: PatientKey, records: &[Dispense], facts: &[Fact]) -> Vec<Fact> {
        let born = records.iter().filter_map(|record| Some((record, record.born()?)));
        let born = born.map(|(record, day)| Fact {
            patient,
            authority: record.authority,
            what: FactKind::Born(day),
            key: record.key,
        });
        let mut all: Vec<Fact> = facts.iter().copied().chain(born).collect();
        all.sort_unstable();
        all
    }

    /// Whether the findings may change just because days pass: a record or fact lies in the future,
    /// or a course is still open next to a drug that it may meet.
    fn waits(&self, records: &[Dispense], facts: &[Fact]) -> bool {
        let as_of = self.builder.as_of;
        let ahead = |fact: &Fact| match fact.what {
            FactKind::Condition { on: Some(on), .. } | FactKind::Aged { on, .. } => on > as_of,
            FactKind::Condition { on: None, .. } | FactKind::Born(_) => false,
        };
        records.iter().any(|record| record.first > as_of)
            || facts.iter().any(ahead)
            || records.iter().any(|record| record.marks.has(Marks::OPEN))
                && self.relevance.has_pair(records)
    }
}
