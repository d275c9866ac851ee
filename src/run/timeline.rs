//! One patient's exposures and findings, for a picture: the same records, the same judge, without anyone else.

use rxlint_engine::collect::Collection;
use rxlint_engine::drug::Dictionary;
use rxlint_engine::engine::Engine;
use rxlint_engine::judge::{ExposureDays, Judge};
use rxlint_engine::patient::{self, Patients};
use rxlint_engine::rule::context::side;
use rxlint_engine::timeline::reversal::reports::Reports;
use rxlint_engine::today;
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::merges::goes_by;
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, PatientKey};
use rxlint_report::timeline::DrawnExposure;

use super::read;

/// What is known of one patient.
#[derive(Clone, Debug)]
pub struct PatientDays {
    /// Who it is: one identifier may be several patients, under several authorities.
    pub patient: PatientKey,
    /// The exposures by first day.
    pub exposures: Vec<DrawnExposure>,
    /// What is found.
    pub findings: Vec<Finding>,
    /// What counts as today.
    pub as_of: Day,
}

/// Reads the inputs, and draws up the days of everyone with that identifier.
///
/// # Errors
/// An input that cannot be read to its end.
pub fn of(
    engine: &Engine,
    inputs: &[Input],
    as_of: Option<Day>,
    identifier: &str,
) -> Result<Vec<PatientDays>, InputError> {
    let collection = Collection::new(engine);
    let (collected, ..) = read::all(&collection, inputs, false)?;
    let latest = today::of(collected.first_days.all()).map(|today| today.day);
    let as_of = as_of.or(latest).unwrap_or(Day(0));
    let (verdicts, authorities, _) = collection.close();
    let (mut records, mut facts) = (collected.dispenses, collected.facts);
    records.sort_unstable_by_key(patient::order);
    let mut reports = Reports::default();
    reports.add(&records);
    reports.mark(&mut records);
    facts.sort_unstable();
    let patients = patient::group(records, facts, &authorities);
    let judge = Judge::new(engine, &verdicts, as_of, None, None);
    let dictionary = engine.book().dictionary();
    let wanted = goes_by(inputs, identifier);
    let wanted: Vec<PatientKey> = wanted.iter().map(|number| PatientKey::new(number, "")).collect();
    let is_wanted = |key: PatientKey| {
        let alone = patients.apart.binary_search_by_key(&key, |&(apart, _)| apart);
        wanted.contains(&alone.map_or(key, |at| patients.apart[at].1))
    };
    let mut all = Vec::new();
    for records in patients.records().chunk_by(Patients::is_one) {
        let one = patients.of(records);
        if !is_wanted(one.key) {
            continue;
        }
        let patient = one.key;
        let timeline = judge.timeline(&one);
        let days = timeline.exposures.iter().map(ExposureDays::from);
        let exposures = days.map(|days| drawn(dictionary, &days)).collect();
        let mut findings = judge.patient(one).findings;
        findings.sort_by(|a, b| {
            let first = |finding: &Finding| finding.days.map(|days| days.first);
            (std::cmp::Reverse(a.severity), first(a), &a.rule.id, a.fingerprint).cmp(&(
                std::cmp::Reverse(b.severity),
                first(b),
                &b.rule.id,
                b.fingerprint,
            ))
        });
        all.push(PatientDays { patient, exposures, findings, as_of });
    }
    Ok(all)
}

/// The days of an exposure with the names of the drug and its role.
pub fn drawn(dictionary: &Dictionary, days: &ExposureDays) -> DrawnExposure {
    DrawnExposure {
        drug: dictionary.drug(days.drug).name.clone(),
        role: days.role.label(),
        side: side(days.role),
        first: days.first,
        last: days.last,
        assumed: days.assumed,
    }
}
