//! Every sample, in every format for people and machines, against the expected output beside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use crate::common::{root, rxlint, same_as_file, stderr, stdout};

fn samples() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("samples"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".csv") && name != "alerts.csv")
        .collect();
    names.sort();
    assert!(names.len() >= 4, "the samples are there");
    names
}

/// The rule book's digest changes with every word of it, and is irrelevant here.
fn without_digest(report: &str) -> String {
    let digest = report
        .split("\"digest\":")
        .nth(1)
        .and_then(|rest| rest.split('"').nth(1))
        .unwrap_or_default();
    if digest.is_empty() { report.to_owned() } else { report.replace(digest, "DIGEST") }
}

#[test]
fn every_sample_gives_its_expected_output() {
    for name in samples() {
        let path = format!("samples/{name}");
        let stem = root().join("samples").join("expected").join(name.trim_end_matches(".csv"));
        std::fs::create_dir_all(stem.parent().unwrap()).unwrap();
        for (format, ending) in [
            ("full", "full.txt"),
            ("concise", "concise.txt"),
            ("narrated", "narrated.txt"),
            ("json", "json"),
            ("jsonl", "jsonl"),
        ] {
            let output = if name == "formulary.csv" {
                rxlint(&[
                    "formulary",
                    "--look-alikes",
                    "--alerts",
                    "samples/alerts.csv",
                    "--format",
                    format,
                    &path,
                ])
            } else {
                rxlint(&["check", "--format", format, &path])
            };
            same_as_file(&stem.with_extension(ending), &without_digest(&stdout(&output)));
            if format == "concise" {
                same_as_file(
                    &stem.with_extension("summary.txt"),
                    &format!("{}exit code {}\n", stderr(&output), output.status.code().unwrap()),
                );
            }
        }
    }
}

#[test]
fn the_catalogue_shows_every_rule() {
    let rules = stdout(&rxlint(&["rules", "--format", "json"]));
    let rules: Vec<serde_json::Value> = serde_json::from_str(&rules).unwrap();
    let report: serde_json::Value = serde_json::from_str(&stdout(&rxlint(&[
        "check",
        "--format",
        "json",
        "samples/catalogue.csv",
    ])))
    .unwrap();
    let found = report["summary"]["by_rule"].as_object().unwrap();
    let silent: Vec<&str> = rules
        .iter()
        .filter(|rule| rule["active"] == true && rule["kind"] != "formulary")
        .map(|rule| rule["id"].as_str().unwrap())
        .filter(|id| !found.contains_key(*id))
        .collect();
    assert!(silent.is_empty(), "samples/catalogue.csv does not show {silent:?}");
    // Each patient in that file is named after the rule that must report it.
    for finding in report["findings"].as_array().unwrap() {
        assert_ne!(finding["patient"], "nothing-to-report");
    }
    for rule in found.keys() {
        let told = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|f| f["rule"] == rule.as_str() && f["patient"] == rule.as_str());
        assert!(told, "{rule} is not found where the file says");
    }
}

#[test]
fn the_formulary_shows_every_rule_about_formularies() {
    let rules = stdout(&rxlint(&["rules", "--format", "json"]));
    let rules: Vec<serde_json::Value> = serde_json::from_str(&rules).unwrap();
    let arguments = [
        "formulary",
        "--look-alikes",
        "--alerts",
        "samples/alerts.csv",
        "--format",
        "json",
        "samples/formulary.csv",
    ];
    let report: serde_json::Value = serde_json::from_str(&stdout(&rxlint(&arguments))).unwrap();
    let found = report["summary"]["by_rule"].as_object().unwrap();
    let of_formulary = rules
        .iter()
        .filter(|rule| rule["kind"] == "formulary")
        .map(|rule| rule["id"].as_str().unwrap());
    let silent: Vec<&str> = of_formulary.filter(|id| !found.contains_key(*id)).collect();
    assert!(silent.is_empty(), "samples/formulary.csv does not show {silent:?}");
    assert!(found.keys().all(|rule| rule.starts_with("formulary-")), "{found:?}");
}
