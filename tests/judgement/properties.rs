//! What must not matter does not matter: order, files, threads, other people's records, and the starting date.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use proptest::prelude::*;
use rxlint::run::{self, RunSettings};
use rxlint_engine::engine::Engine;
use rxlint_input::{Input, InputOptions};
use rxlint_model::day::Day;
use rxlint_model::finding::Finding;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::built_in().unwrap());

const DRUGS: [&str; 14] = [
    "naltrexone 50 mg tablet",
    "Vivitrol 380 mg kit",
    "Contrave 8-90 mg tablet",
    "oxycodone 5 mg tablet",
    "OxyContin 20 mg tablet",
    "tramadol 50 mg tablet",
    "Suboxone 8-2 mg film",
    "methadone 10 mg tablet",
    "Sublocade 300 mg syringe",
    "fentanyl 25 mcg/hr patch",
    "butorphanol nasal spray",
    "warfarin 5 mg tablet",
    "Embeda 20-0.8 mg capsule",
    "lisinopril 10 mg tablet",
];

#[derive(Clone, Debug)]
struct Row {
    patient: u8,
    drug: usize,
    first: i32,
    days: u8,
    status: &'static str,
}

const HEADER: &str = "patient,drug,quantity,days_supply,fill_date,status\n";

fn row() -> impl Strategy<Value = Row> {
    let status = prop_oneof![8 => Just("PAID"), 1 => Just("CANCELLED")];
    let days = prop_oneof![Just(0u8), 1u8..40, Just(90u8)];
    (0u8..4, 0usize..DRUGS.len(), 0i32..240, days, status)
        .prop_map(|(patient, drug, first, days, status)| Row { patient, drug, first, days, status })
}

fn line(row: &Row) -> String {
    let days = if row.days == 0 { String::new() } else { row.days.to_string() };
    let day = Day(20_000 + row.first);
    format!(
        "P{},{},{},{days},{day},{}\n",
        row.patient,
        DRUGS[row.drug],
        row.days.max(1),
        row.status
    )
}

/// Fills of another patient that show in every file that its quantities count tablets and patches, not packs.
const TABLETS: &str = "Q1,lisinopril 10 mg tablet,60,30,2024-10-01,PAID\n\
    Q1,lisinopril 10 mg tablet,60,30,2024-11-01,PAID\n\
    Q1,lisinopril 10 mg tablet,90,30,2024-12-01,PAID\n\
    Q2,lisinopril 10 mg tablet,45,30,2024-12-01,PAID\n";

fn export(rows: &[Row]) -> String {
    rows.iter().fold(HEADER.to_owned(), |text, row| text + &line(row)) + TABLETS
}

fn lint(files: &[String]) -> Vec<Finding> {
    let inputs: Vec<Input> = files
        .iter()
        .enumerate()
        .map(|(at, text)| {
            Input::memory(
                at as u32,
                &format!("{at}.csv"),
                text.clone().into_bytes(),
                &InputOptions::default(),
            )
            .unwrap()
        })
        .collect();
    let settings = RunSettings { as_of: Some(Day(21_000)), ..RunSettings::default() };
    let outcome = run::lint(&ENGINE, &inputs, &[], &settings).unwrap();
    assert!(outcome.summary.files.iter().all(rxlint_model::summary::RecordCount::ties_out));
    outcome.findings
}

/// A finding without its places.
fn told(findings: &[Finding]) -> Vec<String> {
    let mut told: Vec<String> = findings
        .iter()
        .map(|f| {
            format!(
                "{} {} {} {} {:?} {:?} {}",
                f.fingerprint,
                f.rule.id,
                f.severity.name(),
                f.message,
                f.days,
                f.clean_from,
                f.also
            )
        })
        .collect();
    told.sort();
    told
}

fn of_patient(findings: &[Finding], rows: &[Row], patient: u8) -> Vec<String> {
    let own: Vec<Finding> = findings
        .iter()
        .filter(|f| rows[f.places[0].row.place().record as usize - 1].patient == patient)
        .cloned()
        .collect();
    told(&own)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn shuffling_records_changes_nothing((rows, shuffled) in prop::collection::vec(row(), 0..40).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))) {
        prop_assert_eq!(told(&lint(&[export(&rows)])), told(&lint(&[export(&shuffled)])));
    }

    #[test]
    fn splitting_a_file_changes_nothing(rows in prop::collection::vec(row(), 1..40), at in any::<prop::sample::Index>()) {
        let (one, two) = rows.split_at(at.index(rows.len()));
        prop_assert_eq!(told(&lint(&[export(&rows)])), told(&lint(&[export(one), export(two)])));
    }

    /// A cancelled row may be told as a version of the paid row of its drug and day (nothing shows which is the last); it changes nothing else.
    #[test]
    fn inactive_and_foreign_records_change_nothing(rows in prop::collection::vec(row(), 0..30), more in prop::collection::vec(row(), 0..30)) {
        let more: Vec<Row> = more.into_iter().map(|row| if row.patient < 2 { Row { status: "CANCELLED", ..row } } else { Row { patient: row.patient + 10, ..row } }).collect();
        let all: Vec<Row> = rows.iter().cloned().chain(more).collect();
        let but_versions = |rows: &[Row]| -> Vec<Finding> { lint(&[export(rows)]).into_iter().filter(|f| f.rule.id != "conflicting-versions").collect() };
        let (few, many) = (but_versions(&rows), but_versions(&all));
        for patient in 0..4 {
            prop_assert_eq!(of_patient(&few, &rows, patient), of_patient(&many, &all, patient));
        }
    }

    #[test]
    fn duplicated_records_change_nothing(rows in prop::collection::vec(row(), 0..30)) {
        let doubled: Vec<Row> = rows.iter().chain(&rows).cloned().collect();
        prop_assert_eq!(told(&lint(&[export(&rows)])), told(&lint(&[export(&doubled)])));
    }

    #[test]
    fn shifting_all_dates_shifts_only_dates(rows in prop::collection::vec(row(), 0..30), by in 1i32..200) {
        let shifted: Vec<Row> = rows.iter().map(|row| Row { first: row.first + by, ..row.clone() }).collect();
        let plain = |findings: &[Finding], by: i32| {
            let mut told: Vec<String> = findings.iter().map(|f| format!("{} {} {:?} {:?} {}", f.rule.id, f.severity.name(), f.days.map(|d| (d.first.0 - by, d.count)), f.clean_from.map(|d| d.0 - by), f.also)).collect();
            told.sort();
            told
        };
        prop_assert_eq!(plain(&lint(&[export(&rows)]), 0), plain(&lint(&[export(&shifted)]), by));
    }

    #[test]
    fn removing_an_opioid_never_adds_an_overlap(rows in prop::collection::vec(row(), 1..30), at in any::<prop::sample::Index>()) {
        let at = at.index(rows.len());
        prop_assume!((3..=10).contains(&rows[at].drug));
        let mut fewer = rows.clone();
        fewer.remove(at);
        let overlaps = |rows: &[Row]| lint(&[export(rows)]).iter().filter(|f| f.rule.id.ends_with("-overlap")).map(|f| format!("{} {:?}", f.rule.id, f.places[1].drug)).collect::<std::collections::BTreeSet<_>>();
        prop_assert!(overlaps(&fewer).is_subset(&overlaps(&rows)));
    }

    #[test]
    fn threads_change_nothing(rows in prop::collection::vec(row(), 0..60)) {
        let on = |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| lint(&[export(&rows)]));
        let (one, eight) = (on(1), on(8));
        prop_assert_eq!(format!("{one:?}"), format!("{eight:?}"));
    }
}
