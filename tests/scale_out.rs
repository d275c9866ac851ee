//! The same rows give the same findings, however they are distributed: by column or as text, in batches of any size, on any number of workers, in any
//! order.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use rxlint::drug_words::BuiltInDrugWords;
use rxlint::run::{self, RunSettings};
use rxlint_arrow::MemoryColumns;
use rxlint_arrow::arrow_array::builder::StringDictionaryBuilder;
use rxlint_arrow::arrow_array::types::Int32Type;
use rxlint_arrow::arrow_array::{
    ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, StringViewArray,
    UInt32Array,
};
use rxlint_arrow::arrow_select::concat::concat_batches;
use rxlint_arrow::arrow_select::take::take_record_batch;
use rxlint_arrow::cluster::{KEY, Plan, SEQUENCE, Seen, Sieve, Survey, Worker};
use rxlint_engine::engine::Engine;
use rxlint_input::{Input, InputOptions};
use rxlint_model::day::Day;
use rxlint_report::columns::{FindingRow, PlaceRow, RunColumns};
use rxlint_report::redaction::{Pseudonyms, RedactionTerms};
use rxlint_report::{ShownFinding, View};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::built_in().unwrap());

const DRUGS: [&str; 12] = [
    "naltrexone 50 mg tablet",
    "Vivitrol 380 mg kit",
    "Contrave 8-90 mg tablet",
    "oxycodone 5 mg tablet",
    "tramadol 50 mg tablet",
    "Suboxone 8-2 mg film",
    "methadone 10 mg tablet",
    "warfarin 5 mg tablet",
    "lisinopril 10 mg tablet",
    "metformin 500 mg tablet",
    "MED001",
    "",
];

const PATIENTS: [&str; 8] = ["101", "102", "103", "104", " 101 ", "UNKNOWN", "", "0"];

const STATUSES: [&str; 5] = ["PAID", "PAID", "REVERSED", "CANCELLED", "wobbly"];

/// A row of an export.
#[derive(Clone, Debug)]
struct Row {
    patient: &'static str,
    drug: &'static str,
    first: Option<i32>,
    quantity: i64,
    days: Option<i64>,
    status: &'static str,
    claim: String,
    diagnosis: &'static str,
}

fn row() -> impl Strategy<Value = Row> {
    let first =
        prop_oneof![12 => (0i32..200).prop_map(Some), 1 => Just(None), 1 => Just(Some(4000))];
    let days = prop_oneof![6 => (1i64..40).prop_map(Some), 1 => Just(None), 1 => Just(Some(90))];
    let quantity = prop_oneof![9 => Just(30i64), 1 => Just(-30i64)];
    let diagnosis = prop_oneof![6 => Just(""), 1 => Just("K74.60"), 1 => Just("M54.5;F10.20")];
    let patient = prop_oneof![9 => 0usize..5, 1 => 5usize..8];
    (patient, 0usize..12, first, quantity, days, 0usize..5, 0u32..30, diagnosis).prop_map(
        |(patient, drug, first, quantity, days, status, claim, diagnosis)| Row {
            patient: PATIENTS[patient],
            drug: DRUGS[drug],
            first: first.map(|day| 20_000 + day),
            quantity,
            days,
            status: STATUSES[status],
            claim: format!("C{claim}"),
            diagnosis,
        },
    )
}

/// How the columns are stored.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Texts, dates day first.
    Texts,
    /// Numbers, days and dictionaries.
    Typed,
}

/// A date as text: day first, so that the first rows alone do not always show the order.
fn date(row: &Row, kind: Kind) -> String {
    let Some(day) = row.first else { return String::new() };
    let (year, month, day_of_month) = Day(day).ymd();
    match kind {
        Kind::Texts => format!("{day_of_month}/{month}/{year}"),
        Kind::Typed => Day(day).to_string(),
    }
}

const HEADERS: [&str; 8] = [
    "claim_id",
    "patient_id",
    "drug_name",
    "fill_date",
    "quantity",
    "days_supply",
    "status",
    "icd10",
];

fn csv(rows: &[Row], kind: Kind) -> String {
    let line = |row: &Row| {
        let patient = match kind {
            Kind::Texts => row.patient.to_owned(),
            Kind::Typed => number(row).map(|n| n.to_string()).unwrap_or_default(),
        };
        let days = row.days.map(|days| days.to_string()).unwrap_or_default();
        let (date, Row { claim, drug, quantity, status, diagnosis, .. }) = (date(row, kind), row);
        format!("{claim},{patient},{drug},{date},{quantity},{days},{status},{diagnosis}\n")
    };
    HEADERS.join(",") + "\n" + &rows.iter().map(line).collect::<String>()
}

/// The patient as a number.
fn number(row: &Row) -> Option<i64> {
    row.patient.trim().parse().ok()
}

fn batch(rows: &[Row], kind: Kind) -> RecordBatch {
    let texts = |of: &dyn Fn(&Row) -> String| -> ArrayRef {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Arc::new(rows.iter().map(|row| some(of(row))).collect::<StringArray>())
    };
    let entries = |of: &dyn Fn(&Row) -> &'static str| -> ArrayRef {
        let mut entries = StringDictionaryBuilder::<Int32Type>::new();
        rows.iter()
            .for_each(|row| entries.append_option(Some(of(row)).filter(|text| !text.is_empty())));
        Arc::new(entries.finish())
    };
    let columns: [ArrayRef; 8] = match kind {
        Kind::Texts => [
            texts(&|row| row.claim.clone()),
            texts(&|row| row.patient.to_owned()),
            Arc::new(rows.iter().map(|row| Some(row.drug)).collect::<StringViewArray>()),
            texts(&|row| date(row, kind)),
            texts(&|row| row.quantity.to_string()),
            texts(&|row| row.days.map(|days| days.to_string()).unwrap_or_default()),
            texts(&|row| row.status.to_owned()),
            texts(&|row| row.diagnosis.to_owned()),
        ],
        Kind::Typed => [
            texts(&|row| row.claim.clone()),
            Arc::new(rows.iter().map(number).collect::<Int64Array>()),
            entries(&|row| row.drug),
            Arc::new(rows.iter().map(|row| row.first).collect::<Date32Array>()),
            Arc::new(rows.iter().map(|row| Some(row.quantity as f64)).collect::<Float64Array>()),
            Arc::new(rows.iter().map(|row| row.days).collect::<Int64Array>()),
            entries(&|row| row.status),
            texts(&|row| row.diagnosis.to_owned()),
        ],
    };
    RecordBatch::try_from_iter(HEADERS.into_iter().zip(columns)).unwrap()
}

/// Findings as rows of a table, and what was counted.
type Told = Result<(Vec<String>, Vec<(String, u64)>, Option<i32>), String>;

/// One run over an input.
fn run_over(input: &Input) -> Told {
    let inputs = std::slice::from_ref(input);
    let outcome = run::lint(&ENGINE, inputs, &[], &RunSettings::default())
        .map_err(|error| without_name(&error.to_string()))?;
    let view = View {
        paths: &[],
        terms: RedactionTerms::default(),
        people: &Pseudonyms::default(),
        drugs: &BuiltInDrugWords,
        authority: false,
    };
    let row = |finding| {
        let shown = ShownFinding::new(finding, &view, |place| input.reread(*place).ok());
        let mut row = FindingRow::of(&shown);
        for place in [&mut row.subject, &mut row.other] {
            *place = PlaceRow { source: None, ..std::mem::take(place) };
        }
        row
    };
    let rows: Vec<FindingRow> = outcome.findings.iter().map(row).collect();
    let as_of = outcome.as_of.map(|day| day.0);
    let run = RunColumns { digest: ENGINE.digest(), version: env!("CARGO_PKG_VERSION"), as_of };
    let mut rows = told(&rxlint_report::columns::batch(&rows, &run).unwrap());
    rows.sort();
    let summary = &outcome.summary;
    let file = &summary.files[0];
    let mut counts = vec![
        ("read".to_owned(), file.read),
        ("checked".to_owned(), file.checked),
        ("inactive".to_owned(), file.inactive),
        ("unresolved".to_owned(), file.unresolved),
        ("patients".to_owned(), summary.patients),
        ("exposures".to_owned(), summary.exposures),
        ("reversed".to_owned(), summary.reversed),
    ];
    counts.extend(summary.rejects.iter().map(|(reason, count)| ((*reason).to_owned(), *count)));
    Ok((rows, counts, as_of))
}

fn without_name(error: &str) -> String {
    let error = error.split_once(": ").map_or(error, |(_, what)| what);
    // On a worker, rows have no line.
    let at = error.find(" (line").zip(error.find(')'));
    at.map_or_else(|| error.to_owned(), |(from, to)| [&error[..from], &error[to + 1..]].concat())
}

/// The same rows on many workers.
fn spread(rows: &RecordBatch, parts: usize, size: usize, seed: u64) -> Told {
    let engine = &*ENGINE;
    let count = rows.num_rows();
    let sequence: Int64Array = (1..=count as i64).map(Some).collect();
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by_key(|row| (u64::from(*row) + 1).wrapping_mul(seed * 2 + 1) % 1009);
    let first: Vec<Vec<String>> = Vec::new();
    let mut plan = Plan {
        headers: HEADERS.map(str::to_owned).to_vec(),
        sample: first,
        digest: engine.digest().to_owned(),
        ..Plan::default()
    };
    let wanted = plan.wanted(engine).map_err(|error| error.what)?;
    let mut columns: Vec<(String, ArrayRef)> = wanted
        .iter()
        .map(|&column| (HEADERS[column].to_owned(), rows.column(column).clone()))
        .collect();
    columns.push((SEQUENCE.to_owned(), Arc::new(sequence)));
    let shuffled = take(&RecordBatch::try_from_iter(columns).unwrap(), &UInt32Array::from(order));
    let part = |part: usize| batches(&share(&shuffled, part, parts), size);

    let look = |plan: &Plan| {
        let mut all = Seen::default();
        for at in 0..parts {
            let mut survey = Survey::new(engine, plan).unwrap();
            part(at).iter().for_each(|batch| survey.batch(batch).unwrap());
            all.merge(&survey.finish());
        }
        all
    };
    let mut seen = look(&plan);
    if plan.settle(engine, &seen).map_err(|error| without_name(&error.what))? {
        seen = look(&plan);
        plan.settle(engine, &seen).map_err(|error| without_name(&error.what))?;
    }
    let mut left: Vec<RecordBatch> = Vec::new();
    for at in 0..parts {
        let mut sieve = Sieve::new(engine, &plan).unwrap();
        left.extend(part(at).iter().map(|batch| sieve.batch(batch).unwrap()));
    }
    let left = match left.first() {
        Some(first) => concat_batches(&first.schema(), &left).unwrap(),
        None => return Ok((Vec::new(), Vec::new(), plan.as_of)),
    };
    let mut found = Vec::new();
    for at in 0..parts {
        let own = sorted(&left, |key| key[15] as usize % parts == at);
        let mut worker = Worker::new(engine, &plan).unwrap();
        for batch in batches(&own, size) {
            found.extend(told(&worker.batch(&batch).unwrap()));
        }
        let (rest, counted) = worker.finish().unwrap();
        found.extend(told(&rest));
        seen.merge(&counted);
    }
    found.sort();
    let mut counts: Vec<(String, u64)> = vec![
        ("read".to_owned(), seen.read),
        ("checked".to_owned(), seen.checked),
        ("inactive".to_owned(), seen.inactive),
        ("unresolved".to_owned(), seen.unresolved),
        ("patients".to_owned(), seen.patients),
        ("exposures".to_owned(), seen.exposures),
        ("reversed".to_owned(), seen.reversed),
    ];
    counts.extend(seen.rejected.clone());
    Ok((found, counts, plan.as_of))
}

/// The rows of a batch of findings, as texts.
fn told(batch: &RecordBatch) -> Vec<String> {
    (0..batch.num_rows()).map(|row| format!("{:?}", batch.slice(row, 1).columns())).collect()
}

fn take(rows: &RecordBatch, which: &UInt32Array) -> RecordBatch {
    take_record_batch(rows, which).unwrap()
}

/// The rows of one part.
fn share(rows: &RecordBatch, part: usize, parts: usize) -> RecordBatch {
    let own = (0..rows.num_rows() as u32).filter(|row| *row as usize % parts == part);
    take(rows, &own.collect::<UInt32Array>())
}

fn batches(rows: &RecordBatch, size: usize) -> Vec<RecordBatch> {
    let starts = (0..rows.num_rows()).step_by(size);
    starts.map(|start| rows.slice(start, size.min(rows.num_rows() - start))).collect()
}

/// The rows of some patients, patient by patient, each in the order of the sequence.
fn sorted(rows: &RecordBatch, own: impl Fn(&[u8]) -> bool) -> RecordBatch {
    use rxlint_arrow::arrow_array::cast::AsArray;
    use rxlint_arrow::arrow_array::types::Int64Type;
    let keys = rows.column_by_name(KEY).unwrap().as_binary::<i32>();
    let sequence = rows.column_by_name(SEQUENCE).unwrap().as_primitive::<Int64Type>();
    let mut order: Vec<u32> =
        (0..rows.num_rows() as u32).filter(|row| own(keys.value(*row as usize))).collect();
    order.sort_by_key(|row| (keys.value(*row as usize).to_vec(), sequence.value(*row as usize)));
    take(rows, &UInt32Array::from(order))
}

fn input(text: String) -> Input {
    Input::memory(0, "rows.csv", text.into_bytes(), &InputOptions::default()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// As text, by column, or on many workers: the same, byte for byte.
    #[test]
    fn it_does_not_matter_how_rows_are_held_and_shared_out(
        rows in proptest::collection::vec(row(), 1..60),
        typed in any::<bool>(),
        seed in 0u64..500,
    ) {
        let kind = if typed { Kind::Typed } else { Kind::Texts };
        let expected = run_over(&input(csv(&rows, kind)));
        let rows = batch(&rows, kind);
        let columns = Arc::new(MemoryColumns::new(rows.schema(), &batches(&rows, 7)));
        let columns = Input::of_columns(0, "rows.csv", columns, &InputOptions::default()).unwrap();
        prop_assert_eq!(run_over(&columns), expected.clone(), "by column");
        for parts in [1, 2, 3, 16] {
            for size in [1, 2, 7, 10_000] {
                let found = spread(&rows, parts, size, seed);
                prop_assert_eq!(found, expected.clone(), "{} parts, {} rows a batch", parts, size);
            }
        }
    }
}

#[test]
fn dates_without_a_known_order_are_refused_as_in_a_file() {
    let row = |drug, first| Row {
        patient: "101",
        drug,
        first: Some(first),
        quantity: 30,
        days: Some(30),
        status: "PAID",
        claim: "C1".to_owned(),
        diagnosis: "",
    };
    // 2 and 3 January 2025: 2/1 and 3/1.
    let rows = [row(DRUGS[0], 20_090), row(DRUGS[3], 20_091)];
    let expected = run_over(&input(csv(&rows, Kind::Texts)));
    assert!(expected.is_err(), "{expected:?}");
    assert_eq!(spread(&batch(&rows, Kind::Texts), 2, 1, 3), expected);
}

#[test]
fn a_worker_refuses_returning_patients_and_rules_other_than_the_plans() {
    let rows = batch(
        &[0, 1, 0].map(|patient| Row {
            patient: PATIENTS[patient],
            drug: DRUGS[0],
            first: Some(20_000),
            quantity: 30,
            days: Some(30),
            status: "PAID",
            claim: "C1".to_owned(),
            diagnosis: "",
        }),
        Kind::Typed,
    );
    let headers = HEADERS.map(str::to_owned).to_vec();
    let plan = Plan { headers, ..Plan::default() };
    let left = Sieve::new(&ENGINE, &plan).unwrap().batch(&rows).unwrap();
    assert_eq!(left.num_rows(), 3);
    let error = Worker::new(&ENGINE, &plan).unwrap().batch(&left).unwrap_err();
    assert!(error.what.contains("do not come one after the other"), "{error}");
    let other = Plan { digest: "0123456789abcdef".to_owned(), ..plan };
    let error = Survey::new(&ENGINE, &other).unwrap_err();
    assert!(error.what.contains("judges by other rules"), "{error}");
}
