//! Formularies of more than one file, and what a reader is told besides the findings.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use rxlint::run::formulary::lint;
use rxlint::run::{Outcome, RunSettings};
use rxlint_engine::engine::{self, Engine};
use rxlint_engine::formulary::alerts::Alerts;
use rxlint_engine::rule::Book;
use rxlint_engine::rule::formulary::alert;
use rxlint_input::{Input, InputOptions};
use rxlint_model::purpose::Purpose;

/// The run of one rule over some files.
fn checked(rule: &str, files: &[&str], alerts: Option<&str>) -> Outcome {
    let mut book = Book::built_in().unwrap();
    let names = Book::built_in().unwrap();
    book.rules_mut().iter_mut().for_each(|one| one.active = one.file.id == rule);
    let options = InputOptions { purpose: Purpose::Formulary, ..InputOptions::default() };
    let input = |(at, text): (u32, &&str)| {
        Input::memory(at, &format!("{at}"), text.as_bytes().to_vec(), &options).unwrap()
    };
    let inputs: Vec<Input> = (0..).zip(files).map(input).collect();
    let alerts = alerts
        .map(|table| Alerts::read("alerts.csv", table.as_bytes(), &alert::names(&names)).unwrap());
    lint(
        &Engine::of(book, engine::Settings::default()),
        &inputs,
        alerts.as_ref(),
        &RunSettings::default(),
    )
    .unwrap()
}

#[test]
fn a_plan_spans_files_only_if_json_names_it() {
    let csv = |plan: &str, tier: &str| {
        format!("plan_id,drug,tier\n{plan},naltrexone 50 mg tablet,{tier}\n")
    };
    let json = |plan: &str, tier: &str| {
        format!(
            r#"[{{"rxnorm_id":"7243","drug_name":"naltrexone","plans":[{{"plan_id":"{plan}","drug_tier":"{tier}"}}]}}]"#
        )
    };
    let conflicts = |files: [String; 2]| {
        let outcome =
            checked("formulary-conflicting-entry", &files.each_ref().map(String::as_str), None);
        assert_eq!(outcome.summary.files.iter().map(|file| file.checked).sum::<u64>(), 2);
        outcome.findings.len()
    };
    assert_eq!(conflicts([json("A", "generic"), json("A", "brand")]), 1);
    assert_eq!(conflicts([json("A", "generic"), json("B", "brand")]), 0, "two plans");
    assert_eq!(conflicts([json("", "generic"), json("", "brand")]), 0, "no plan");
    assert_eq!(conflicts([csv("A", "1"), csv("A", "3")]), 0, "a CSV is a list of its own");
    assert_eq!(conflicts([csv("", "1"), csv("", "3")]), 0, "a CSV without plans");
}

#[test]
fn without_a_table_uncompared_pairs_are_counted() {
    let notes = |drugs: &str| {
        checked("formulary-missing-alert", &[&format!("drug,tier\n{drugs}")], None).summary.notes
    };
    let listed = "naltrexone tablet,1\nLybalvi tablet,1\noxycodone tablet,1\nmorphine tablet,1\nmethadone tablet,1\n";
    let [note] = &notes(listed)[..] else { panic!("{:?}", notes(listed)) };
    assert!(note.starts_with("6 pairs of an antagonist and an opioid were not compared"), "{note}");
    assert!(notes("naltrexone tablet,1\nLybalvi tablet,1\n").is_empty());
}

#[test]
fn table_rows_with_an_unknown_side_are_counted() {
    let notes = |rows: &str| {
        let formulary = "drug,tier\nnaltrexone 50 mg tablet,1\noxycodone 5 mg tablet,2\n";
        checked("formulary-missing-alert", &[formulary], Some(&format!("drug_a,drug_b\n{rows}")))
            .summary
            .notes
    };
    assert!(notes("naltrexone,oxycodone\nopioid antagonists,N02A\n").is_empty());
    let some = notes("naltrexone,oxycodone\nnaltrexone,green tea\ngreen tea,black tea\n");
    let [note] = &some[..] else { panic!("{some:?}") };
    assert!(
        note.starts_with("Rows of alerts.csv that name no watched drug") && note.ends_with(": 2."),
        "{note}"
    );
}
