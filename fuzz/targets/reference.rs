//! The engine against the reference in `tests/reference`: six bytes make a row, the first byte the dialect. Both must give the same result, byte for
//! byte.
#![no_main]

#[path = "../../tests/judgement/reference/oracle/mod.rs"]
mod oracle;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use oracle::{judge, read};
use rxlint::run::{self, RunSettings};
use rxlint_engine::engine::Engine;
use rxlint_input::{Input, InputOptions};
use rxlint_model::day::Day;
use rxlint_report::Format;
use rxlint_report::redaction::{DateDisplay, Privacy, RedactionTerms};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| rxlint_fuzz::engine_of(&judge::RULES));

const DRUGS: [&str; 15] = [
    "Naltrexone HCl 50 MG Oral Tablet",
    "naltrexone 50mg tab",
    "Contrave 8-90 MG ER Tablet",
    "Lybalvi 10-10 MG Tablet",
    "Oxycodone HCl 5 MG Tablet",
    "OxyContin 20 MG ER Tablet",
    "Tramadol HCl 50 MG Tablet",
    "Buprenorphine-Naloxone 8-2 MG SL Film",
    "Methadone HCl 10 MG Tablet",
    "Lisinopril 10 MG Oral Tablet",
    "Metformin, 500 MG, \"extended\" Tablet",
    "Embeda 20-0.8 MG Capsule",
    // One injection per row; what other numbers mean for a depot is not part of this comparison.
    "Vivitrol 380 MG Injection",
    "Sublocade 300 MG Injection",
    "Nalbuphine 10 MG/ML Injection",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&dialect, rows)) = bytes.split_first() else { return };
    let delimiter = b",;|\t"[usize::from(dialect & 3)];
    let line_end = if dialect & 4 == 0 { "\n" } else { "\r\n" };
    let mut text = String::new();
    let mut write = |cells: [&str; 8]| {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                text.push(char::from(delimiter));
            }
            if dialect & 8 != 0 || cell.contains([char::from(delimiter), '"', '\n']) {
                text.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
            } else {
                text.push_str(cell);
            }
        }
        text.push_str(line_end);
    };
    write([
        "patient_id",
        "claim_id",
        "drug_name",
        "fill_date",
        "days_supply",
        "quantity",
        "status",
        "note",
    ]);
    for row in rows.chunks_exact(6).take(200) {
        let [person, claim, drug, day, more, how] =
            [0, 1, 2, 3, 4, 5].map(|at| usize::from(row[at]));
        // A claim number identifies one supply, as in the reference's own exports: a reversal repeats all of it.
        let claim = format!("C{}-{drug}-{day}-{more}-{}-{}", person % 4, how & 3, claim % 4);
        let drug = DRUGS[drug % DRUGS.len()];
        let quantity = if drug.contains("Injection") {
            ["1", ""][how & 1]
        } else {
            ["30", "60", "90", ""][how & 3]
        };
        write([
            &format!("P{}", person % 4),
            &claim,
            drug,
            &Day(20_000 + (day + more / 32 * 32) as i32).to_string(),
            ["30", "30.0", "7", "14", "90", "1", "10", ""][more % 8],
            quantity,
            ["PAID", "paid", "", "Cancelled", "Reversed", "PAID", "PAID", "PAID"][how >> 2 & 7],
            ["", "a note", "two\nlines", "one \"quoted\" word"][how >> 5 & 3],
        ]);
    }
    let expected =
        judge::findings(ENGINE.book(), &read::rows(text.as_bytes(), delimiter), "fuzz.csv");
    let input = Input::memory(0, "fuzz.csv", text.into_bytes(), &InputOptions::default())
        .expect("a table with a header");
    let inputs = [input];
    let outcome = run::lint(&ENGINE, &inputs, &[], &RunSettings::default())
        .expect("a table in memory can be read");
    let terms = RedactionTerms { privacy: Privacy::Minimum, dates: DateDisplay::Calendar };
    let jsonl = Format::from_name("jsonl").expect("a format of that name");
    let said = rxlint_fuzz::write(&ENGINE, &inputs, &outcome, jsonl, terms);
    let said = String::from_utf8(said).expect("JSON is text");
    let said: Vec<String> = said
        .lines()
        .filter(|line| line.starts_with("{\"type\":\"finding\""))
        .map(judge::without_contacts)
        .collect();
    let expected: Vec<String> = expected.iter().map(|line| judge::without_contacts(line)).collect();
    assert_eq!(said, expected);
});
