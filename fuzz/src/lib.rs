//! What every fuzz target does with an export: the whole run, every report, and the checks that must hold for any bytes.

use std::io;
use std::sync::LazyLock;

use rxlint::run::{self, Outcome, RunSettings};
use rxlint_engine::engine::{self, Engine};
use rxlint_engine::formulary::alerts::Alerts;
use rxlint_engine::rule::Book;
use rxlint_engine::rule::settings::BookSettings;
use rxlint_input::{Input, InputFormatName, InputOptions};
use rxlint_model::finding::{Finding, Severity};
use rxlint_model::purpose::Purpose;
use rxlint_model::record::DateOrder;
use rxlint_model::summary::RecordCount;
use rxlint_report::redaction::{DateDisplay, Privacy, Pseudonyms, RedactionTerms};
use rxlint_report::{Document, Findings, Format, Style, View};

/// The built-in rules for prescriptions.
pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| built_in(Purpose::Prescriptions));

/// The built-in rules for formularies.
static FORMULARY: LazyLock<Engine> = LazyLock::new(|| built_in(Purpose::Formulary));

fn built_in(purpose: Purpose) -> Engine {
    let mut book = Book::built_in().expect("the built-in rules are read in every test");
    book.keep(purpose).expect("there are rules of both kinds");
    Engine::of(book, engine::Settings::default())
}

/// Lets library panics that the readers catch pass, such as those of the workbook library; the fuzzer stops at any other.
pub fn leave_caught_panics() {
    let ends = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !rxlint_input::is_guarded() {
            ends(info);
        }
    }));
}

/// The built-in rules with these names.
pub fn engine_of(rules: &[&str]) -> Engine {
    let mut book = Book::built_in().expect("the built-in rules are read in every test");
    let select = rules.iter().map(|&rule| rule.to_owned()).collect();
    let settings = BookSettings { select, ..BookSettings::default() };
    book.configure(&settings).expect("the rules are there");
    Engine::of(book, engine::Settings::default())
}

/// Reads an export in the format given, or else in the one its bytes show, judges it and writes every report.
pub fn whole_run(bytes: &[u8], format: Option<&str>) {
    let format = format.and_then(InputFormatName::from_name);
    let options =
        InputOptions { format, date_order: Some(DateOrder::Mdy), ..InputOptions::default() };
    // What is not understood is refused, with an error that can be shown.
    match Input::memory(0, "fuzz", bytes.to_vec(), &options) {
        Ok(input) => judge_and_write(&[input]),
        Err(error) => assert!(!error.to_string().is_empty() && !error.help().is_empty()),
    }
}

/// Judges inputs and writes every report.
pub fn judge_and_write(inputs: &[Input]) {
    for input in inputs {
        let _ = input.describe().render(str::to_owned, |_, text| text.to_owned());
    }
    if let Ok(outcome) = run::lint(&ENGINE, inputs, &[], &RunSettings::default()) {
        check(&ENGINE, inputs, &outcome);
    }
}

/// Reads a drug list and an interaction table from the same bytes, judges them and writes every report.
pub fn formulary(bytes: &[u8]) {
    let options = InputOptions { purpose: Purpose::Formulary, ..InputOptions::default() };
    let names = rxlint_engine::rule::formulary::alert::names(ENGINE.book());
    let alerts = Alerts::read("fuzz", bytes, &names).ok();
    match Input::memory(0, "fuzz", bytes.to_vec(), &options) {
        Ok(input) => {
            let inputs = [input];
            let _ = inputs[0].describe().render(str::to_owned, |_, text| text.to_owned());
            if let Ok(outcome) =
                run::formulary::lint(&FORMULARY, &inputs, alerts.as_ref(), &RunSettings::default())
            {
                check(&FORMULARY, &inputs, &outcome);
            }
        }
        Err(error) => assert!(!error.to_string().is_empty() && !error.help().is_empty()),
    }
}

/// The record count adds up, and every report can be written, each at a different privacy level.
fn check(engine: &Engine, inputs: &[Input], outcome: &Outcome) {
    assert!(outcome.summary.files.iter().all(RecordCount::ties_out), "{:?}", outcome.summary.files);
    let rejected: u64 = outcome.summary.files.iter().map(|file| file.rejected).sum();
    assert_eq!(rejected, outcome.rejected_in_all);
    for (at, format) in Format::all().enumerate() {
        let privacy = [Privacy::Minimum, Privacy::Mask, Privacy::Show][at % 3];
        let dates = if at % 2 == 0 { DateDisplay::Calendar } else { DateDisplay::Relative };
        let written = write(engine, inputs, outcome, format, RedactionTerms { privacy, dates });
        assert!(
            format.name() != "json"
                || serde_json::from_slice::<serde_json::Value>(&written).is_ok()
        );
    }
}

/// One report.
pub fn write(
    engine: &Engine,
    inputs: &[Input],
    outcome: &Outcome,
    format: Format,
    terms: RedactionTerms,
) -> Vec<u8> {
    let paths: Vec<String> = inputs.iter().map(|input| input.path().to_owned()).collect();
    let people = Pseudonyms::new(&outcome.findings, None);
    let visible: Vec<&Finding> = outcome.findings.iter().collect();
    let document = Document {
        version: "0",
        digest: engine.digest(),
        changed_settings: &[],
        rules: &[],
        as_of: outcome.as_of,
        summary: &people.summary(&outcome.summary, terms),
        fail_on: Severity::Moderate,
        root: None,
    };
    let drugs = rxlint::drug_words::BookDrugWords(engine.book());
    let view =
        View { paths: &paths, terms, people: &people, drugs: &drugs, authority: outcome.ambiguous };
    let reread = |place: &rxlint_model::place::Place| {
        inputs.get(place.file as usize).and_then(|input| input.reread(*place).ok())
    };
    let mut out = Vec::new();
    let written: io::Result<()> = rxlint_report::write(
        format,
        &document,
        &Findings::new(&visible, view, &reread),
        &Style::default(),
        Some(50),
        &mut out,
    );
    written.expect("memory takes all that is written");
    out
}
