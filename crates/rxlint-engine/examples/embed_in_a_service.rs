//! One engine for many threads, one session per request: `cargo run -p rxlint-engine --example embed_in_a_service`.
//!
//! A request contains everything about one patient, and the day that counts as today: the engine has no clock.
#![allow(clippy::print_stdout, reason = "an example")]

use std::thread;

use rxlint_engine::engine::{Engine, Pack, Settings};
use rxlint_model::day::Day;
use rxlint_model::finding::Severity;
use rxlint_model::place::RowKey;
use rxlint_model::record::{Field, Record, Statement};

/// What a client sends: today, and the patient's fills (drug, first day, days' supply).
struct Request {
    today: &'static str,
    fills: &'static [(&'static str, &'static str, &'static str)],
}

const REQUESTS: [Request; 2] = [
    Request {
        today: "2026-03-05",
        fills: &[
            ("Oxycodone HCl 5 MG Tablet", "2026-03-01", "7"),
            ("Naltrexone 50 mg tablet", "2026-03-05", "30"),
        ],
    },
    Request { today: "2026-03-05", fills: &[("Naltrexone 50 mg tablet", "2026-03-05", "30")] },
];

/// Whether the pharmacist must check before the drug is handed over.
fn must_stop(engine: &Engine, request: &Request) -> Result<bool, &'static str> {
    let today = Day::from_iso(request.today).ok_or("the day is not written as YYYY-MM-DD")?;
    let mut session = engine.session(today, None);
    for (number, (drug, first, days)) in (0..).zip(request.fills) {
        let cells = [
            (Field::Patient, "this patient"),
            (Field::Drug, drug),
            (Field::Dispensed, first),
            (Field::DaysSupply, days),
        ];
        session.record(&Record::of_cells(Statement::Fill, &cells), RowKey(number));
    }
    let (findings, tally) = session.finish();
    // Silence never means safe: a record that was not judged is also a reason to check.
    let unseen = tally.read > tally.checked + tally.inactive;
    Ok(unseen || findings.iter().any(|finding| finding.severity >= Severity::Moderate))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings { jurisdiction: "uk".to_owned(), ..Settings::default() };
    let engine = Engine::new(Pack::default(), settings)?;
    thread::scope(|scope| {
        for (number, request) in REQUESTS.iter().enumerate() {
            let engine = engine.clone();
            scope.spawn(move || println!("request {number}: {:?}", must_stop(&engine, request)));
        }
    });
    Ok(())
}
