//! One run: read the inputs, bring each patient's records together, judge every patient, sort the findings.

pub mod formulary;
pub mod gaps;
mod judge;
pub mod limits;
mod read;
mod summary;
pub mod timeline;
pub mod witness;

use std::collections::BTreeMap;

use rayon::prelude::*;

use limits::MaxUnresolved;
use rxlint_engine::collect::first_days::FirstDays;
use rxlint_engine::collect::spill::MemoryLimit;
use rxlint_engine::collect::{Collection, Rejected};
use rxlint_engine::engine::Engine;
use rxlint_engine::exposure::person::Fact;
use rxlint_engine::judge::ExposureDays;
use rxlint_engine::today;
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_ledger::past::{Past, RunFindings};
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, PatientKey};
use rxlint_model::place::Place;
use rxlint_model::reason::Reason;
use rxlint_model::summary::{RecordCount, Summary};
use witness::WitnessSettings;

/// The settings of a run.
#[derive(Clone, Debug, Default)]
pub struct RunSettings {
    /// "Today"; by default the latest first day in the input.
    pub as_of: Option<Day>,
    /// More rejected records than this make the run incomplete.
    pub max_rejects: u64,
    /// Whether every rejected record is kept with its place, not the first ones alone.
    pub keeps_rejected: bool,
    /// More records than this that name no drug make the run incomplete.
    pub max_unresolved: MaxUnresolved,
    /// How many records the sender says there are.
    pub expect_records: Option<u64>,
    /// How much the witness looks at, and what it need not report.
    pub witness: WitnessSettings,
    /// Watched records beyond this many bytes are moved to a temporary file.
    pub memory_limit: Option<u64>,
}

/// The outcome of a run.
#[derive(Debug)]
pub struct Outcome {
    /// The findings, sorted by path, record, rule and fingerprint.
    pub findings: Vec<Finding>,
    /// The counts of the run.
    pub summary: Summary,
    /// The first records of each input that could not be understood, or all of them if the settings say so.
    pub rejected: Vec<(Place, Reason)>,
    /// How many there are, in inputs of the history too.
    pub rejected_in_all: u64,
    /// What counted as today; `None` if no record has a first day.
    pub as_of: Option<Day>,
    /// All exposures of the patients about whom something was found.
    pub exposures: BTreeMap<PatientKey, Vec<ExposureDays>>,
    /// Whether several authorities issued the same identifier: patients are then shown with theirs.
    pub ambiguous: bool,
}

/// Reads the inputs and judges every patient in them.
///
/// # Errors
/// An input that cannot be read to its end. Records that cannot be understood are not an error: they are rejected and
/// counted.
pub fn lint(
    engine: &Engine,
    inputs: &[Input],
    facts: &[Fact],
    settings: &RunSettings,
) -> Result<Outcome, InputError> {
    lint_after(engine, inputs, facts, settings, Past::Nothing)
}

/// Reads the inputs, recalls what is known about their patients from before, and judges them.
///
/// # Errors
/// As [`lint`]; and a ledger that cannot be used.
pub fn lint_after(
    engine: &Engine,
    inputs: &[Input],
    facts: &[Fact],
    settings: &RunSettings,
    mut past: Past<'_>,
) -> Result<Outcome, InputError> {
    let collection = Collection::new(engine)
        .with_limit(settings.memory_limit.map(memory_limit))
        .noting(settings.witness.noting())
        .keeping_rejected(settings.keeps_rejected)
        .with_late_facts(!past.keeps_persons() && settings.memory_limit.is_none())
        .by_identity(past.keeps_persons());
    let (mut collected, files, rejected, unread) =
        read::all(&collection, inputs, past.keeps_persons())?;
    collected.facts.extend_from_slice(facts);
    collection.relieve(&mut collected);
    let today_inputs = read_today(inputs, &files, &past);
    let noted = std::mem::take(&mut collected.noted);
    let earlier = earlier_inputs(inputs, &files, &past);
    let looked_at = (&today_inputs[..], &earlier[..]);
    let testimony = witness::testify(engine, &collection, looked_at, noted, &settings.witness)?;
    let mut unfound = None;
    if let Past::Ledger(ledger) = &mut past {
        unfound = gaps::unfound_medications(inputs);
        ledger.recall(&collection, &mut collected, &files)?;
    }

    let today = today::of(collected.first_days.all());
    let as_of = settings.as_of.or(today.map(|today| today.day));
    let unresolved_at = std::mem::take(&mut collected.unresolved_at);
    let unknown_statuses = std::mem::take(&mut collected.unknown_statuses);
    let (unknown_flags, unread_directions) = (collected.unknown_flags, collected.unread_directions);
    let (unread_routes, of_nobody) = (collected.unread_routes, collected.of_nobody.len());
    // If no rule about these drugs asks for diagnoses, unread ones do not matter.
    let is_personal =
        collection.verdicts().iter().any(|verdict| engine.book().is_personal(verdict));
    let diagnoses = Some(collected.diagnoses).filter(|_| is_personal);
    let judged = judge::everybody(engine, collection, collected, inputs, &past, as_of)?;

    let mut summary = summary::of(files, &judged, &past);
    let notes = summary::of_inputs(&summary.files, &judged, inputs);
    summary.notes.extend(notes);
    let mut findings = judged.findings;
    match past {
        Past::Nothing => {}
        Past::History(_) => findings.retain(|finding| finding.fresh),
        Past::Ledger(ledger) => {
            let found =
                RunFindings { findings, waiting: judged.waiting, apart: judged.apart, as_of };
            let (reported, known) = ledger.compare(found)?;
            findings = reported;
            summary.ledger = Some(known);
        }
    }
    let paths: Vec<&str> = inputs.iter().map(Input::path).collect();
    sort(&mut findings, &paths);
    keep(inputs, &findings)?;
    summary.gaps.extend(unread);
    summary.gaps.extend(unfound);
    summary.mentioned = testimony.mentioned;
    summary.notes.extend(testimony.identifiers_written_otherwise());
    let assumed = judged.assumed * 2 > judged.exposures;
    summary.gaps.extend(testimony.open_columns(inputs, assumed, &settings.witness.looked)?);
    summary.notes.extend(testimony.untold_columns(inputs, &settings.witness.looked));
    summary.gaps.extend(testimony.gaps);
    summary.notes.extend(summary::unknown_flags(unknown_flags));
    summary.notes.extend(summary::unread_directions(unread_directions));
    summary.notes.extend(summary::unread_routes(unread_routes));
    summary.notes.extend(summary::reversals_of_nobody(of_nobody));
    summary.notes.extend(diagnoses.and_then(summary::unread_diagnoses));
    summary::count(&mut summary, &findings, &rejected, settings);
    summary::unresolved(&mut summary, &unresolved_at, inputs, settings);
    summary::unknown_statuses(&mut summary, &unknown_statuses, inputs);
    if let (None, Some(today)) = (settings.as_of, today) {
        summary::left_out(&mut summary, today);
    }
    summary::spill_failure(&mut summary, judged.spill_failure.as_deref());
    let exposures = judged.exposures_of.into_iter().collect();
    Ok(Outcome {
        findings,
        summary,
        rejected: places(&rejected),
        rejected_in_all: rejected.iter().map(Rejected::len).sum(),
        as_of,
        exposures,
        ambiguous: judged.ambiguous,
    })
}

/// Prepares to show the records of the findings.
fn keep(inputs: &[Input], findings: &[Finding]) -> Result<(), InputError> {
    let places = || findings.iter().flat_map(|finding| &finding.places);
    inputs.iter().try_for_each(|input| input.keep(&mut places().map(|place| place.row.place())))
}

/// Today's inputs, without those that were not read after all.
fn read_today<'i>(
    inputs: &'i [Input],
    files: &[(RecordCount, FirstDays)],
    past: &Past<'_>,
) -> Vec<&'i Input> {
    let today = match past {
        Past::History(today) => *today,
        Past::Nothing | Past::Ledger(_) => inputs.len(),
    };
    let read = inputs.iter().zip(files).take(today).filter(|(_, (count, _))| !count.unread);
    read.map(|(input, _)| input).collect()
}

/// The inputs of earlier days, likewise.
fn earlier_inputs<'i>(
    inputs: &'i [Input],
    files: &[(RecordCount, FirstDays)],
    past: &Past<'_>,
) -> Vec<&'i Input> {
    let Past::History(today) = past else { return Vec::new() };
    let read = inputs.iter().zip(files).skip(*today).filter(|(_, (count, _))| !count.unread);
    read.map(|(input, _)| input).collect()
}

/// Records beyond the limit go to a temporary file without a name.
fn memory_limit(bytes: u64) -> MemoryLimit {
    MemoryLimit { bytes, scratch: || Ok(Box::new(tempfile::tempfile()?)) }
}

/// The places of those that are kept.
fn places(rejected: &[Rejected]) -> Vec<(Place, Reason)> {
    let kept = rejected.iter().flat_map(Rejected::kept);
    kept.map(|(key, reason)| (key.place(), reason.clone())).collect()
}

/// Sorts by path, record, rule and fingerprint: one order, for any number of threads. `paths` are those of the inputs.
pub fn sort(findings: &mut [Finding], paths: &[&str]) {
    let path = |finding: &Finding| {
        finding.places.first().and_then(|place| paths.get(place.row.place().file as usize)).copied()
    };
    let record = |finding: &Finding| {
        finding.places.first().map(|place| (place.row.place().file, place.row.place().record))
    };
    findings.par_sort_by(|a, b| {
        (path(a), record(a), &a.rule.id, a.fingerprint)
            .cmp(&(path(b), record(b), &b.rule.id, b.fingerprint))
            .then_with(|| a.message.cmp(&b.message))
    });
}
