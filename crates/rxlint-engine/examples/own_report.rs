//! A custom report, from the parts of a finding: `cargo run -p rxlint-engine --example own_report`.
#![allow(clippy::print_stdout, reason = "an example")]

use std::collections::BTreeMap;

use rxlint_engine::engine::Engine;
use rxlint_model::day::Day;
use rxlint_model::finding::Finding;
use rxlint_model::place::RowKey;
use rxlint_model::record::{Field, Record, Statement};

/// What the caller keeps of each row and the engine never sees.
struct Row {
    prescriber: &'static str,
    cells: [(Field, &'static str); 4],
}

const fn row(
    prescriber: &'static str,
    patient: &'static str,
    drug: &'static str,
    first: &'static str,
) -> Row {
    let cells = [
        (Field::Patient, patient),
        (Field::Drug, drug),
        (Field::Dispensed, first),
        (Field::DaysSupply, "30"),
    ];
    Row { prescriber, cells }
}

const ROWS: [Row; 3] = [
    row("Dr. Adler", "P1", "Tramadol 50 mg tablet", "2026-02-20"),
    row("Dr. Berg", "P1", "Naltrexone 50 mg tablet", "2026-03-01"),
    row("Dr. Berg", "P2", "Vivitrol 380 mg kit", "2026-03-01"),
];

/// A line for a prescriber: the drugs, the first clean day, the strength of the evidence.
fn line(finding: &Finding) -> String {
    let drugs: Vec<&str> = finding.places.iter().map(|place| place.drug.as_str()).collect();
    let clean = finding.clean_from.map(|day| format!(", clean from {day}")).unwrap_or_default();
    format!("{}{clean} (evidence {}, {})", drugs.join(" and "), finding.rule.grade, finding.rule.id)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::built_in()?;
    let mut session = engine.session(Day::from_ymd(2026, 3, 31).ok_or("no such day")?, None);
    for (number, row) in (0..).zip(&ROWS) {
        session.record(&Record::of_cells(Statement::Fill, &row.cells), RowKey(number));
    }
    let (findings, _) = session.finish();
    let mut by_prescriber: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for finding in &findings {
        // The key leads back to what the caller knows about the row.
        let rows = finding.places.iter().filter_map(|place| ROWS.get(place.row.0 as usize));
        for prescriber in rows.map(|row| row.prescriber) {
            by_prescriber.entry(prescriber).or_default().push(line(finding));
        }
    }
    for (prescriber, lines) in by_prescriber {
        println!("{prescriber}\n  {}", lines.join("\n  "));
    }
    Ok(())
}
