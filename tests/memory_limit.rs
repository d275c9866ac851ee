//! A run that may keep next to nothing in memory finds the same, to the byte.
#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod common;

use std::fmt::Write;

use common::{rxlint, stdout};

/// Enough rows for several blocks, in no order of patients.
fn export() -> String {
    let mut text = "patient_id,birth_date,drug_name,fill_date,days_supply,quantity,status\n".to_owned();
    let drugs = ["Oxycodone 5 mg tablet", "Naltrexone 50 mg tablet", "Tramadol 50 mg tablet", "Lisinopril 10 mg tablet"];
    for n in 0..24_000u32 {
        let patient = (n / 2 * 7919) % 5_000;
        let (day, month) = (1 + n % 28, 1 + patient % 12);
        let status = if n % 50 == 0 { "reversed" } else { "paid" };
        let drug = drugs[n as usize % drugs.len()];
        writeln!(text, "P{patient:05},{}-01-02,{drug},2025-{month:02}-{day:02},30,30,{status}", 1930 + patient % 80).unwrap();
    }
    text
}

#[test]
fn findings_are_the_same_bytes_however_little_may_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export.csv");
    std::fs::write(&file, export()).unwrap();
    let run = |more: &[&str]| {
        let arguments = [&["check", "--isolated", "--format", "jsonl", file.to_str().unwrap()], more].concat();
        let output = rxlint(&arguments);
        assert_eq!(output.status.code(), Some(1), "{}", common::stderr(&output));
        stdout(&output)
    };
    let plain = run(&[]);
    assert!(plain.lines().count() > 200, "{}", plain.lines().count());
    for limit in ["0", "1", "64K"] {
        for threads in ["1", "3"] {
            assert!(run(&["--memory-limit", limit, "--threads", threads]) == plain, "{limit} {threads}");
        }
    }
}
