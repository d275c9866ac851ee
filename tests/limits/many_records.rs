//! More watched records than memory allows: they go to a temporary file, and the findings are the same bytes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use std::fmt::Write;

use crate::common::{rxlint, stderr};

/// Rows of patients, nearly all of whom have an antagonist and an opioid; every tenth row is written twice, and every fifteenth is reversed at the
/// end, far from what it reverses.
fn export(rows: usize) -> String {
    let drugs = [
        "Naltrexone HCl 50 MG Oral Tablet",
        "Oxycodone HCl 5 MG Tablet",
        "Tramadol HCl 50 MG Tablet",
        "Vivitrol 380 MG Injection",
    ];
    let (mut text, mut reversals) = (
        "claim_id,patient_id,drug_name,fill_date,days_supply,quantity,status\n".to_owned(),
        String::new(),
    );
    for row in 0..rows {
        let (patient, drug, month, day) =
            (row * 7 % (rows / 4), drugs[row % 4], row / 3 % 12 + 1, row / 5 % 28 + 1);
        let line = |status: &str| {
            format!(
                "C{row},P{patient:06},{drug},2025-{month:02}-{day:02},{},30,{status}\n",
                7 + row % 24
            )
        };
        let _ = write!(
            text,
            "{}{}",
            line("PAID"),
            if row % 10 == 0 { line("PAID") } else { String::new() }
        );
        if row % 15 == 0 {
            reversals.push_str(&line("Reversed"));
        }
    }
    text + &reversals
}

#[test]
fn a_limit_changes_no_byte_of_the_findings() {
    let folder = tempfile::tempdir().unwrap();
    let halves = export(20_000);
    let (header, rows) = halves.split_once('\n').unwrap();
    let middle = rows[..rows.len() / 2].rfind('\n').unwrap() + 1;
    for (name, part) in [("a.csv", &rows[..middle]), ("b.csv", &rows[middle..])] {
        std::fs::write(folder.path().join(name), format!("{header}\n{part}")).unwrap();
    }
    let path = folder.path().to_str().unwrap();
    let run = |more: &[&str]| {
        let output = rxlint(
            &[&["check", "--isolated", "--quiet", "--format", "jsonl"], more, &[path]].concat(),
        );
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        output.stdout
    };
    let free = run(&[]);
    assert!(
        free.iter().filter(|&&byte| byte == b'\n').count() > 1_000,
        "too few findings to show anything"
    );
    // 22,000 watched records are 1.4 MB.
    for limit in ["1MB", "64KB", "1"] {
        assert!(run(&["--memory-limit", limit]) == free, "--memory-limit {limit}");
    }
    assert!(run(&["--memory-limit", "100KB", "--threads", "1"]) == free);
    // Without a folder for temporary files, the records stay in memory, and the run says so: it does make use of one.
    let nowhere = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rxlint"));
        command.env_clear().env("TMPDIR", folder.path().join("nowhere")).args([
            "check",
            "--isolated",
            "--format",
            "jsonl",
        ]);
        command.args(more).arg(path).output().unwrap()
    };
    let note = "temporary file of --memory-limit could not be written";
    assert!(!stderr(&nowhere(&[])).contains(note));
    let output = nowhere(&["--memory-limit", "64KB"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(note), "{}", stderr(&output));
}

/// An export may consist of nothing else: the first ones are kept with their places, all are counted, and written if they are asked for.
#[test]
fn every_rejected_record_is_counted_and_written_if_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (export, rejects) = (folder.path().join("a.csv"), folder.path().join("rejects.csv"));
    let rows: String = (0..3_000)
        .map(|row| format!("UNKNOWN,oxycodone 5 mg tablet,30,30,2025-01-{:02}\n", row % 28 + 1))
        .collect();
    std::fs::write(&export, format!("patient,drug,quantity,days_supply,fill_date\n{rows}"))
        .unwrap();
    let arguments = ["check", "--isolated", export.to_str().unwrap()];
    let plain = rxlint(&arguments);
    let told = stderr(&plain);
    assert!(told.contains("… and 2990 more rejected records"), "{told}");
    assert!(told.contains("3,000 records were rejected"), "{told}");
    let written = rxlint(&[&arguments[..], &["--rejects", rejects.to_str().unwrap()]].concat());
    assert_eq!(stderr(&written), told);
    assert_eq!(std::fs::read_to_string(&rejects).unwrap().lines().count(), 3_001);
}
