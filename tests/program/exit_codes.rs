//! The exit codes, one by one, and that the format never changes them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use crate::common::{rxlint, stderr, stdout};

fn code(arguments: &[&str]) -> i32 {
    rxlint(arguments).status.code().unwrap()
}

#[test]
fn each_code() {
    assert_eq!(code(&["check", "samples/clean.csv"]), 0);
    assert_eq!(code(&["check", "samples/claims.csv"]), 1);
    assert_eq!(code(&["check", "samples/no-such-file.csv"]), 2);
    assert_eq!(code(&["check", "samples/broken-row.csv"]), 3);
    assert_eq!(code(&["check", "--no-such-option", "samples/claims.csv"]), 2);
    assert_eq!(code(&["check"]), 2);
    assert_eq!(code(&["check", "--as-of", "yesterday", "samples/claims.csv"]), 2);
    assert_eq!(code(&["check", "--select", "no-such-rule", "samples/claims.csv"]), 2);
    assert_eq!(code(&["check", "--config", "no-such.toml", "samples/claims.csv"]), 2);
    assert_eq!(
        code(&["check", "--rejects", "/no/such/folder/rejects.csv", "samples/broken-row.csv"]),
        2
    );
}

#[test]
fn an_incomplete_run_outranks_its_findings() {
    assert_eq!(code(&["check", "samples/claims.csv", "samples/broken-row.csv"]), 3);
    assert_eq!(
        code(&["check", "--max-rejects", "3", "samples/claims.csv", "samples/broken-row.csv"]),
        1
    );
    assert_eq!(code(&["check", "--max-rejects", "3", "samples/broken-row.csv"]), 0);
}

#[test]
fn fail_on_moves_the_threshold() {
    assert_eq!(code(&["check", "--select", "cyp450-sensitive-overlap", "samples/claims.csv"]), 0);
    assert_eq!(
        code(&[
            "check",
            "--select",
            "cyp450-sensitive-overlap",
            "--fail-on",
            "low",
            "samples/claims.csv"
        ]),
        1
    );
    assert_eq!(
        code(&[
            "check",
            "--select",
            "opioid-during-blockade",
            "--fail-on",
            "high",
            "samples/claims.csv"
        ]),
        0
    );
}

#[test]
fn the_format_never_changes_the_code() {
    for (file, expected) in
        [("samples/clean.csv", 0), ("samples/claims.csv", 1), ("samples/broken-row.csv", 3)]
    {
        for format in ["full", "concise", "narrated", "json", "jsonl"] {
            assert_eq!(code(&["check", "--format", format, file]), expected, "{format} {file}");
        }
    }
}

#[test]
fn machine_formats_are_one_document_even_without_findings() {
    let report: serde_json::Value =
        serde_json::from_str(&stdout(&rxlint(&["check", "--format", "json", "samples/clean.csv"])))
            .unwrap();
    assert_eq!(report["schema"], "rxlint/report/1");
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    assert_eq!(
        stdout(&rxlint(&["check", "--format", "jsonl", "samples/clean.csv"])).lines().count(),
        1
    );
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    let run = |threads: &str| {
        rxlint(&["check", "--format", "jsonl", "--threads", threads, "samples"]).stdout
    };
    let one = run("1");
    assert!(!one.is_empty());
    assert_eq!(one, run("8"));
    assert_eq!(one, run("8"));
}

#[test]
fn errors_say_what_where_and_what_to_do() {
    let told = stderr(&rxlint(&["check", "samples/no-such-file.csv"]));
    assert!(told.contains("samples/no-such-file.csv") && told.contains("help:"), "{told}");
    let told = stderr(&rxlint(&["check", "--columns", "patient=Med_Desc", "samples/claims.csv"]));
    assert!(told.contains("Med_Desc") && told.contains("help:"), "{told}");
    let told =
        stderr(&rxlint(&["check", "--select", "opioid-antagonist-overlp", "samples/claims.csv"]));
    assert!(told.contains("did you mean `opioid-antagonist-overlap`"), "{told}");
}

#[test]
fn the_same_identifier_under_two_authorities_is_two_people_and_is_shown_with_its_authority() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.csv");
    std::fs::write(
        &path,
        "patient_id,assigning_authority,drug_name,days_supply,fill_date\n\
         1001,HOSP_A,oxycodone 5 mg tablet,7,2026-03-01\n\
         1001,HOSP_B,naltrexone 50 mg tablet,30,2026-03-05\n\
         1001,HOSP_A,naltrexone 50 mg tablet,30,2026-03-06\n",
    )
    .unwrap();
    let report: serde_json::Value = serde_json::from_str(&stdout(&rxlint(&[
        "check",
        "--format",
        "json",
        path.to_str().unwrap(),
    ])))
    .unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["places"][0]["line"], 4);
    assert!(
        findings[0]["patient"].as_str().unwrap().contains("HOSP_A"),
        "{}",
        findings[0]["patient"]
    );
}
