//! The engine against a reference that is as simple as possible: the `csv` crate, one thread, all pairs of a patient, every step written from the
//! semantics and none taken from the timeline or the rules. Both must give the same bytes. `RXLINT_REFERENCE_PATIENTS` sets how many random patients
//! are compared (default 2,000).

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

mod generate;
mod oracle;

use std::process::Command;

use oracle::{judge, read};

#[test]
fn the_engine_and_the_reference_say_the_same() {
    let patients: u64 = std::env::var("RXLINT_REFERENCE_PATIENTS")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(2_000);
    let book = rxlint_engine::rule::Book::built_in().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.csv");
    let (mut compared, mut findings) = (0, 0);
    for seed in 0.. {
        let export = generate::export(seed, (patients - compared).min(1_000));
        compared += export.patients;
        std::fs::write(&path, &export.bytes).unwrap();
        let expected = judge::findings(
            &book,
            &read::rows(&export.bytes, export.delimiter),
            &path.display().to_string(),
        );
        let output = Command::new(env!("CARGO_BIN_EXE_rxlint"))
            .args([
                "check",
                "--isolated",
                "--quiet",
                "--format",
                "jsonl",
                "--max-rejects",
                "0",
                "--select",
                &judge::RULES.join(","),
            ])
            .arg(&path)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let said: Vec<&str> =
            said.lines().filter(|line| line.starts_with("{\"type\":\"finding\"")).collect();
        let only = |these: &[&str], those: &[&str]| {
            these
                .iter()
                .filter(|line| !those.contains(line))
                .take(6)
                .map(|line| (*line).to_owned())
                .collect::<Vec<_>>()
                .join("\n")
        };
        // Contact details are not part of the judgement.
        let said: Vec<String> = said.into_iter().map(judge::without_contacts).collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let expected: Vec<String> =
            expected.iter().map(|line| judge::without_contacts(line)).collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        if said != expected {
            let (reference, engine) = (only(&expected, &said), only(&said, &expected));
            panic!(
                "seed {seed}\nthe reference alone says:\n{reference}\nthe engine alone says:\n{engine}\n{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        findings += expected.len();
        if compared >= patients {
            break;
        }
    }
    assert!(
        findings as u64 > patients / 4,
        "{findings} findings in {patients} patients show too little"
    );
    println!("{compared} patients, {findings} findings: the same");
}
