//! Plants each kind of fault into a clean list of some 900 rows, and counts what is found and what is false: the figures in `docs/formulary.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use crate::common;

mod base;
mod kinds;
mod lists;

use std::collections::BTreeSet;

use base::{Row, clean, csv};
use rxlint::run::formulary::lint;
use rxlint::run::{Outcome, RunSettings};
use rxlint_engine::engine::{self, Engine};
use rxlint_engine::formulary::alerts::Alerts;
use rxlint_engine::rule::Book;
use rxlint_engine::rule::formulary::alert;
use rxlint_input::{Input, InputOptions};
use rxlint_model::day::Day;
use rxlint_model::finding::Finding;
use rxlint_model::purpose::Purpose;

/// The engine and the date of every run.
pub(crate) struct Bench {
    engine: Engine,
}

impl Bench {
    fn new() -> Self {
        let book = Book::built_in().unwrap();
        Self { engine: Engine::of(book, engine::Settings::default()) }
    }

    /// The findings in a list.
    pub(crate) fn run(&self, list: &str, alerts: Option<&str>) -> Outcome {
        let options = InputOptions { purpose: Purpose::Formulary, ..InputOptions::default() };
        let input = Input::memory(0, "list.csv", list.as_bytes().to_vec(), &options).unwrap();
        let alerts = alerts.map(|table| {
            Alerts::read("alerts.csv", table.as_bytes(), &alert::names(self.engine.book())).unwrap()
        });
        let settings = RunSettings { as_of: Day::from_iso("2026-03-31"), ..RunSettings::default() };
        lint(&self.engine, &[input], alerts.as_ref(), &settings).unwrap()
    }
}

/// The lines of a finding.
fn places(finding: &Finding) -> impl Iterator<Item = u32> {
    finding.places.iter().chain(&finding.also_places).map(|place| place.row.place().line)
}

/// Rule and lines of all findings.
fn lines(outcome: &Outcome) -> BTreeSet<(String, u32)> {
    let of =
        |finding| places(finding).map(|line| (finding.rule.id.clone(), line)).collect::<Vec<_>>();
    outcome.findings.iter().flat_map(of).collect()
}

/// One kind of fault: rows that are added to the clean list, each with the fault.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The rules of which one must fire.
    pub(crate) rules: &'static [&'static str],
    pub(crate) rows: Vec<Row>,
}

/// How often a kind was planted, found and falsely reported.
pub(crate) struct Score {
    pub(crate) name: &'static str,
    pub(crate) planted: usize,
    pub(crate) found: usize,
    pub(crate) wrong: usize,
}

/// Inserts the rows of a kind between those of the clean list.
fn planted(bench: &Bench, clean: &[Row], kind: &Kind) -> Score {
    let mut rows = Vec::new();
    let mut at = BTreeSet::new();
    let step = (clean.len() / (kind.rows.len() + 1)).max(1);
    let mut next = kind.rows.iter();
    for (number, row) in clean.iter().enumerate() {
        if number % step == step - 1
            && let Some(fault) = next.next()
        {
            at.insert(rows.len() as u32 + 2);
            rows.push(fault.clone());
        }
        rows.push(row.clone());
    }
    for fault in next {
        at.insert(rows.len() as u32 + 2);
        rows.push(fault.clone());
    }
    let outcome = bench.run(&csv(&rows), None);
    let told = lines(&outcome);
    let found = at
        .iter()
        .filter(|line| {
            let is_found =
                kind.rules.iter().any(|rule| told.contains(&((*rule).to_owned(), **line)));
            if !is_found {
                println!("missed {}: {:?}", kind.name, rows[**line as usize - 2]);
            }
            is_found
        })
        .count();
    // What a fault breaks in a row of the clean list is reported there too.
    let wrong =
        outcome.findings.iter().filter(|finding| !places(finding).any(|line| at.contains(&line)));
    let wrong = wrong
        .inspect(|finding| println!("false {}: {} {}", kind.name, finding.rule.id, finding.message))
        .count();
    Score { name: kind.name, planted: at.len(), found, wrong }
}

#[test]
fn the_clean_list_has_no_finding() {
    let outcome = Bench::new().run(&csv(&clean()), None);
    let messages: Vec<String> = outcome
        .findings
        .iter()
        .map(|f| format!("{} line {}: {}", f.rule.id, f.places[0].row.place().line, f.message))
        .collect();
    assert!(messages.is_empty(), "{} {messages:#?}", messages.len());
    assert!(clean().len() >= 800, "{}", clean().len());
}

#[test]
fn every_kind_of_fault_is_found_and_nothing_else() {
    let bench = Bench::new();
    let clean = clean();
    // RXLINT_PLANT=limit restricts the test to kinds with that word in their names.
    let only = std::env::var("RXLINT_PLANT").unwrap_or_default();
    let kinds = kinds::all();
    let kinds = kinds.iter().filter(|kind| kind.name.contains(&only));
    let mut scores: Vec<Score> = kinds.map(|kind| planted(&bench, &clean, kind)).collect();
    scores.extend(lists::all(&bench, &clean, &only));
    let table: Vec<String> = scores
        .iter()
        .map(|score| {
            format!("| {} | {} | {} | {} |", score.name, score.planted, score.found, score.wrong)
        })
        .collect();
    println!("{}", table.join("\n"));
    for score in &scores {
        assert!(
            score.found * 100 >= score.planted * 95,
            "{}: {} of {}",
            score.name,
            score.found,
            score.planted
        );
        assert_eq!(score.wrong, 0, "{}", score.name);
    }
}
