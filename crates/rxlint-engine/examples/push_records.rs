//! Pushes a few records into a session and prints what is found: `cargo run -p rxlint-engine --example push_records`.
#![allow(clippy::print_stdout, reason = "an example")]

use rxlint_engine::engine::Engine;
use rxlint_model::day::Day;
use rxlint_model::place::RowKey;
use rxlint_model::record::{Field, Record, Statement};

/// Rows as a program may have them: patient, drug, first day, days' supply.
const ROWS: [[&str; 4]; 4] = [
    ["P1", "Oxycodone HCl 5 MG Tablet", "2026-03-01", "7"],
    ["P1", "Naltrexone HCl 50 MG Oral Tablet", "2026-03-05", "30"],
    ["P2", "Methadone 10 mg tablet", "2026-02-01", "28"],
    ["P2", "Naltrexone 50 mg tablet", "2026-03-06", "30"],
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::built_in()?;
    let as_of = Day::from_ymd(2026, 3, 31).ok_or("no such day")?;
    let mut session = engine.session(as_of, None);
    for (number, [patient, drug, first, days]) in (1..).zip(ROWS) {
        let cells = [
            (Field::Patient, patient),
            (Field::Drug, drug),
            (Field::Dispensed, first),
            (Field::DaysSupply, days),
        ];
        session.record(&Record::of_cells(Statement::Fill, &cells), RowKey(number));
    }
    let (findings, tally) = session.finish();
    for finding in &findings {
        let rows: Vec<u128> = finding.places.iter().map(|place| place.row.0).collect();
        println!("{}: {} (rows {rows:?})", finding.severity.name(), finding.message);
    }
    println!(
        "{} records, {} checked; rules and settings {}",
        tally.read,
        tally.checked,
        engine.digest()
    );
    Ok(())
}
