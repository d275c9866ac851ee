//! The same prescriptions, written in every format and layout that can be read, give the same findings.
//!
//! A writer puts the patients of `patients::all()` into files of a folder; to add a format, write one and list it in
//! [`WRITERS`].

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod asap;
mod book;
mod cda;
mod csv;
mod fhir;
mod hl7;
mod patients;
mod telecom;

use std::path::Path;

use patients::Person;
use rxlint::run::{self, Outcome, RunSettings};
use rxlint_engine::engine::{Engine, Pack, Settings};
use rxlint_engine::exposure::ExposureOptions;
use rxlint_input::{Input, InputOptions};
use rxlint_model::day::Day;

/// Writes the patients into a folder.
type Writer = fn(&[Person], &Path);

/// The layouts in which a record states a course rather than a fill.
const COURSES: [&str; 5] = [
    "Synthea",
    "FHIR requests in Bundles",
    "FHIR DSTU2 orders in one line",
    "FHIR requests in XML Bundles",
    "clinical documents: what is taken",
];

const WRITERS: [(&str, Writer); 13] = [
    ("pharmacy table", csv::pharmacy),
    ("Synthea", csv::synthea),
    ("claims", csv::claims),
    ("workbook", book::pharmacy),
    ("FHIR dispenses as NDJSON", fhir::ndjson),
    ("FHIR requests in Bundles", fhir::bundles),
    ("FHIR DSTU2 orders in one line", fhir::dstu2),
    ("HL7 v2 dispenses", hl7::dispenses),
    ("ASAP report", asap::report),
    ("NCPDP Telecom claims", telecom::claims),
    ("FHIR requests in XML Bundles", fhir::xml),
    ("clinical documents: what is taken", cda::medications),
    ("clinical documents: what was handed out", cda::dispenses),
];

#[test]
fn every_format_gives_the_same_findings() {
    let engine = Engine::built_in().unwrap();
    // A course states its end, which nothing extends: fills are compared with it as if nothing were left over.
    let exposure = ExposureOptions { carry_cap: 0, ..ExposureOptions::default() };
    let settings = Settings { exposure, ..Settings::default() };
    let nothing_left = Engine::new(Pack::default(), settings).unwrap();
    let people = patients::all();
    let prescriptions: usize = people.iter().map(|person| person.prescriptions.len()).sum();
    let (mut first, mut courses): (Option<(&str, Vec<String>)>, _) = (None, Vec::new());
    for (name, write) in WRITERS {
        let folder = tempfile::tempdir().unwrap();
        write(&people, folder.path());
        let outcome = lint(&engine, folder.path());
        for file in &outcome.summary.files {
            assert!(file.ties_out(), "{name}: {file:?}");
        }
        assert!(outcome.rejected.is_empty(), "{name}: {:?}", outcome.rejected);
        let read: u64 = outcome.summary.files.iter().map(|file| file.read).sum();
        assert_eq!(read, prescriptions as u64, "{name}");
        let found = told(&outcome);
        match &first {
            None => {
                courses = told(&lint(&nothing_left, folder.path()));
                first = Some((name, found));
            }
            Some((other, _)) if COURSES.contains(&name) => same(other, &courses, name, &found),
            Some((other, expected)) => same(other, expected, name, &found),
        }
    }
    let found = first.unwrap().1;
    for rule in [
        "opioid-antagonist-overlap",
        "recent-opioid",
        "naltrexone-under-18",
        "naltrexone-in-pregnancy",
        "opioid-during-blockade",
    ] {
        assert!(
            found.iter().any(|line| line.starts_with(&format!("{rule} "))),
            "the patients never break {rule}: {found:#?}"
        );
    }
}

fn lint(engine: &Engine, folder: &Path) -> Outcome {
    let opened = Input::open(&[folder.to_owned()], &InputOptions::default()).unwrap();
    let settings = RunSettings { as_of: Day::from_ymd(2026, 12, 31), ..RunSettings::default() };
    run::lint(engine, &opened.inputs, &[], &settings).unwrap()
}

/// Everything in a finding except the places in the input, one line each, sorted.
fn told(outcome: &Outcome) -> Vec<String> {
    let mut lines: Vec<String> = outcome
        .findings
        .iter()
        .map(|finding| {
            let places: Vec<String> = finding
                .places
                .iter()
                .map(|place| format!("{} {} {:?}", place.role, place.drug, place.days))
                .collect();
            format!(
                "{} {} {} {} {} {:?} {:?} {:?} {}",
                finding.rule.id,
                finding.fingerprint,
                finding.severity.name(),
                finding.message,
                finding.help,
                finding.days,
                finding.clean_from,
                finding.assumed,
                places.join(" | ")
            )
        })
        .collect();
    lines.sort();
    lines
}

fn same(one: &str, expected: &[String], other: &str, found: &[String]) {
    let only = |a: &[String], b: &[String]| {
        a.iter().filter(|line| !b.contains(line)).cloned().collect::<Vec<_>>()
    };
    let (missing, more) = (only(expected, found), only(found, expected));
    assert!(
        missing.is_empty() && more.is_empty() && expected.len() == found.len(),
        "{one} and {other} differ\n--- only {one}\n{missing:#?}\n--- only {other}\n{more:#?}"
    );
}
