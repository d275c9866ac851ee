//! How fast each stage is: `cargo bench --bench stages`. Rows and bytes per second; the whole run comes last.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot be set up is to fail")]

use std::fmt::Write;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use rxlint::run::{self, RunSettings};
use rxlint_engine::collect::{Collected, Collection};
use rxlint_engine::drug::Identity;
use rxlint_engine::engine::Engine;
use rxlint_engine::judge::Judge;
use rxlint_engine::patient;
use rxlint_engine::rule::Book;
use rxlint_input::{Input, InputOptions};
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, Severity};
use rxlint_model::place::{Place, RowKey};
use rxlint_model::reason::Reason;
use rxlint_model::record::Record;
use rxlint_model::sink::RecordSink;
use rxlint_report::redaction::{Pseudonyms, RedactionTerms};
use rxlint_report::{Document, Findings, Format, Style, View};

const ROWS: usize = 100_000;

fn main() {
    divan::main();
}

/// A pharmacy's table; every 25th row is about a watched drug.
fn export(quote: &str) -> Vec<u8> {
    let mut text = String::from(
        "claim_id,plan,patient_id,birth_date,sex,pharmacy,prescriber,rx_number,fill_number,fill_date,ndc,drug_name,quantity,days_supply,status,paid\n",
    );
    let watched = [
        "Oxycodone HCl 5 MG Tablet",
        "Naltrexone HCl 50 MG Oral Tablet",
        "Tramadol HCl 50 MG Tablet",
        "Methadone HCl 10 MG Tablet",
    ];
    let mut state = 7u64;
    for row in 0..ROWS {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let n = (state >> 33) as usize;
        let drug = if n.is_multiple_of(25) {
            watched[n / 25 % 4].to_owned()
        } else {
            format!("Lisinopril {} MG Oral Tablet", n % 80)
        };
        let (patient, month, day) = (n / 100 % (ROWS / 10), n / 7 % 12 + 1, n / 91 % 28 + 1);
        let cells = [
            format!("C{row:08}"),
            "PLAN7".into(),
            format!("P{patient:07}"),
            "1961-02-03".into(),
            "F".into(),
            "PH0001".into(),
            "1000000001".into(),
            format!("RX{row}"),
            "1".into(),
            format!("2025-{month:02}-{day:02}"),
            String::new(),
            drug,
            "30".into(),
            "30".into(),
            "PAID".into(),
            "12.50".into(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| format!("{quote}{cell}{quote}")).collect();
        let _ = writeln!(text, "{}", cells.join(","));
    }
    text.into_bytes()
}

fn input(bytes: &[u8]) -> Input {
    Input::memory(0, "bench.csv", bytes.to_vec(), &InputOptions::default()).unwrap()
}

/// Takes records and does nothing with them.
#[derive(Default)]
struct Nothing(u64);

impl RecordSink for Nothing {
    fn record(&mut self, record: &Record<'_>) {
        self.0 += record.cells.len() as u64;
    }
    fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {}
    fn shift(&mut self, _: RowKey) {}
}

#[divan::bench(args = ["", "\""])]
fn scan(bencher: Bencher<'_, '_>, quote: &str) {
    let bytes = export(quote);
    let input = input(&bytes);
    bencher
        .counter(ItemsCount::new(ROWS))
        .counter(BytesCount::new(bytes.len()))
        .bench(|| black_box(input.read(&Nothing::default)).map(|all| all.len()));
}

#[divan::bench]
fn scan_and_intake(bencher: Bencher<'_, '_>) {
    let (bytes, engine) = (export(""), Engine::built_in().unwrap());
    let input = input(&bytes);
    bencher.counter(ItemsCount::new(ROWS)).counter(BytesCount::new(bytes.len())).bench(|| {
        let collection = Collection::new(&engine);
        input.read(&|| collection.collector()).map(|all| all.len())
    });
}

#[divan::bench]
fn resolve(bencher: Bencher<'_, '_>) {
    let book = Book::built_in().unwrap();
    let texts: Vec<String> = (0..500)
        .map(|n| {
            format!(
                "{} {n} MG Oral Tablet",
                ["Lisinopril", "Oxycodone HCl", "Nifedipine", "Naltrexon"][n % 4]
            )
        })
        .collect();
    bencher.counter(ItemsCount::new(texts.len())).bench(|| {
        texts
            .iter()
            .filter(|text| !book.dictionary().resolve(&Identity::text(text)).components.is_empty())
            .count()
    });
}

#[divan::bench]
fn group(bencher: Bencher<'_, '_>) {
    let (bytes, engine) = (export(""), Engine::built_in().unwrap());
    let collection = Collection::new(&engine);
    let mut collected = Collected::default();
    input(&bytes)
        .read(&|| collection.collector())
        .unwrap()
        .into_iter()
        .for_each(|block| collected.absorb(block.finish()));
    bencher
        .counter(ItemsCount::new(collected.dispenses.len()))
        .with_inputs(|| (collected.dispenses.clone(), collected.facts.clone()))
        .bench_values(|(dispenses, facts)| patient::group(dispenses, facts, &[]));
}

/// Every patient's timeline and rules, given records and verdicts.
#[divan::bench]
fn judge(bencher: Bencher<'_, '_>) {
    let (bytes, engine) = (export(""), Engine::built_in().unwrap());
    let collection = Collection::new(&engine);
    let mut collected = Collected::default();
    input(&bytes)
        .read(&|| collection.collector())
        .unwrap()
        .into_iter()
        .for_each(|block| collected.absorb(block.finish()));
    let (verdicts, ..) = collection.close();
    let judge = Judge::new(&engine, &verdicts, Day(20_500), None, None);
    let records = collected.dispenses.len();
    let patients = patient::group(collected.dispenses, collected.facts, &[]);
    bencher.counter(ItemsCount::new(records)).bench(|| {
        patients.all().map(|patient| judge.patient(patient).findings.len()).sum::<usize>()
    });
}

/// Only the report: records read again, shown and written.
#[divan::bench(args = ["jsonl", "concise", "full", "html"])]
fn render(bencher: Bencher<'_, '_>, format: &str) {
    let (bytes, engine) = (export(""), Engine::built_in().unwrap());
    let inputs = [input(&bytes)];
    let outcome = run::lint(&engine, &inputs, &[], &RunSettings::default()).unwrap();
    let findings: Vec<&Finding> = outcome.findings.iter().collect();
    let people = Pseudonyms::new(&outcome.findings, None);
    let view = View {
        paths: &["bench.csv".to_owned()],
        terms: RedactionTerms::default(),
        people: &people,
        drugs: &rxlint::drug_words::BookDrugWords(engine.book()),
        authority: false,
    };
    let document = Document {
        version: "0",
        digest: engine.digest(),
        changed_settings: &[],
        rules: &[],
        as_of: outcome.as_of,
        summary: &people.summary(&outcome.summary, RedactionTerms::default()),
        fail_on: Severity::Moderate,
        root: None,
    };
    let reread = |place: &Place| inputs[0].reread(*place).ok();
    let format = Format::from_name(format).unwrap();
    bencher.counter(ItemsCount::new(findings.len())).bench(|| {
        rxlint_report::write(
            format,
            &document,
            &Findings::new(&findings, view, &reread),
            &Style::default(),
            None,
            &mut std::io::sink(),
        )
    });
}

/// Everything except the report.
#[divan::bench]
fn whole(bencher: Bencher<'_, '_>) {
    let (bytes, engine) = (export(""), Engine::built_in().unwrap());
    let inputs = [input(&bytes)];
    bencher.counter(ItemsCount::new(ROWS)).counter(BytesCount::new(bytes.len())).bench(|| {
        run::lint(&engine, &inputs, &[], &RunSettings::default())
            .map(|outcome| outcome.findings.len())
    });
}
