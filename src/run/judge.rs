//! Judging everyone on all threads: the engine judges, this module only hands out the patients.

use rayon::prelude::*;

use rxlint_engine::collect::spill::PARTS;
use rxlint_engine::collect::{Collected, Collection};
use rxlint_engine::engine::Engine;
use rxlint_engine::exposure::Dispense;
use rxlint_engine::exposure::person::Fact;
use rxlint_engine::judge::{ExposureDays, Judge, Judged};
use rxlint_engine::patient::{self, Patients};
use rxlint_engine::timeline::reversal::reports::Reports;
use rxlint_input::Input;
use rxlint_input::error::{ErrorKind, InputError};
use rxlint_ledger::past::{self, Past};
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, PatientKey};
use rxlint_model::place::RowKey;

/// The result of judging everyone.
#[derive(Default)]
pub(super) struct Everybody {
    pub(super) findings: Vec<Finding>,
    pub(super) patients: u64,
    pub(super) reversed: u64,
    pub(super) exposures: u64,
    pub(super) assumed: u64,
    pub(super) waiting: Vec<PatientKey>,
    /// Records that no rule judges, by definition.
    pub(super) passed_over: Vec<RowKey>,
    /// Whether several authorities issued the same identifier.
    pub(super) ambiguous: bool,
    /// Patient keys that include the authority, with the keys of only the identifiers, sorted.
    pub(super) apart: Vec<(PatientKey, PatientKey)>,
    /// All exposures of the patients about whom something was found.
    pub(super) exposures_of: Vec<(PatientKey, Vec<ExposureDays>)>,
    /// Why records stayed in memory despite the limit.
    pub(super) spill_failure: Option<String>,
}

/// Judges everyone about whom something was collected; one part of the patients at a time if the memory limit requires it.
pub(super) fn everybody(
    engine: &Engine,
    collection: Collection,
    mut collected: Collected,
    inputs: &[Input],
    past: &Past<'_>,
    as_of: Option<Day>,
) -> Result<Everybody, InputError> {
    let (verdicts, authorities, spill) = collection.close();
    let today_files = past.today(inputs);
    let is_today = |key: RowKey| {
        today_files.as_ref().is_none_or(|files| files.get(key.place().file as usize) == Some(&true))
    };
    let today = today_files.as_ref().map(|_| &is_today as &(dyn Fn(RowKey) -> bool + Sync));
    let judge = Judge::new(engine, &verdicts, as_of.unwrap_or(Day(0)), today, None).drawing();
    let mut everybody = Everybody::default();
    let mut reports = Reports::default();
    // Judges records that are in order.
    let mut judge_all =
        |reports: &mut Reports, mut records: Vec<Dispense>, mut facts: Vec<Fact>| {
            if let (Past::History(_), Some(today)) = (past, &today_files) {
                past::only_today(today, &mut records, &mut facts);
            }
            reports.mark(&mut records);
            facts.par_sort_unstable();
            let patients = patient::group(records, facts, &authorities);
            everybody.add(judge_group(&judge, &patients), &patients);
        };
    if collected.runs.is_empty() {
        let mut records = collected.dispenses;
        records.par_sort_unstable_by_key(patient::order);
        reports.add(&records);
        judge_all(&mut reports, records, collected.facts);
    } else {
        let failed = |error| {
            let path = "the temporary file of --memory-limit".to_owned();
            InputError::new(ErrorKind::Read { path, error })
        };
        // The rest is written too, so that every patient is in exactly one part.
        let rest = spill.put(&mut collected.dispenses, &mut collected.facts).map_err(failed)?;
        collected.runs.push(rest);
        drop(collected.dispenses);
        let in_order = |part| {
            let (mut records, facts) = spill.get(&collected.runs, part).map_err(failed)?;
            records.par_sort_unstable_by_key(patient::order);
            Ok::<_, InputError>((records, facts))
        };
        for part in 0..PARTS {
            reports.add(&in_order(part)?.0);
        }
        for part in 0..PARTS {
            let (records, facts) = in_order(part)?;
            judge_all(&mut reports, records, facts);
        }
    }
    everybody.apart.sort_unstable();
    everybody.spill_failure = spill.failure().map(str::to_owned);
    Ok(everybody)
}

fn judge_group(judge: &Judge<'_>, patients: &Patients) -> Judged {
    let one = |judged: Judged, records| judged.and(judge.patient(patients.of(records)));
    let records = patients.records().par_chunk_by(Patients::is_one);
    records.fold(Judged::default, one).reduce(Judged::default, Judged::and)
}

impl Everybody {
    fn add(&mut self, mut judged: Judged, patients: &Patients) {
        self.findings.append(&mut judged.findings);
        self.waiting.append(&mut judged.waiting);
        self.passed_over.append(&mut judged.passed_over);
        self.exposures_of.append(&mut judged.exposures_of);
        self.patients += judged.patients;
        self.reversed += judged.reversed;
        self.exposures += judged.exposures;
        self.assumed += judged.assumed;
        self.ambiguous |= patients.ambiguous;
        self.apart.extend_from_slice(&patients.apart);
    }
}
