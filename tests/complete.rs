//! Nothing is silent: what was not understood is said, and the run is not complete.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

mod common;

use std::fs;
use std::path::Path;

use common::{formats, rxlint_in, stderr, stdout};
use serde_json::Value;

const CLEAN: &str = "patient,drug,fill_date,days_supply\n\
    P1,Lisinopril 10 mg tablet,2026-03-01,30\n\
    P2,Naltrexone 50 mg tablet,2026-03-02,30\n";

/// An export with an overlap in P9.
const OVERLAP: &str = "patient,drug,fill_date,days_supply\n\
    P9,Oxycodone HCl 5 mg tablet,2026-03-01,30\n\
    P9,Naltrexone 50 mg tablet,2026-03-10,30\n";

/// Checks files in a folder of their own: the exit code, the rules that fired, and the reasons why the run is not complete.
fn check(files: &[(&str, &str)], arguments: &[&str]) -> (i32, Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join("exports").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    check_in(folder.path(), arguments)
}

fn check_in(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>, Vec<String>) {
    let all = [&["check", "exports", "--format", "json"], arguments].concat();
    let output = rxlint_in(folder, &all);
    let code = output.status.code().unwrap();
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap_or_default();
    let texts = |list: &Value, key: &str| -> Vec<String> {
        let each = list.as_array().into_iter().flatten();
        each.filter_map(|item| Some(item[key].as_str()?.to_owned())).collect()
    };
    (code, texts(&report["findings"], "rule"), texts(&report["summary"]["incomplete"], "reason"))
}

#[test]
fn a_file_that_is_not_understood_keeps_no_other_from_being_judged() {
    let others = [
        ("no-header.csv", "P1,Oxycodone 5 mg tablet,2026-03-01,30\n"),
        ("sheet.xlsx", "PK\u{3}\u{4} xl/workbook.xml"),
        ("archive.zip", "PK\u{3}\u{4} a.csv"),
        ("claims.parquet", "PAR1 and so on"),
        ("unclear.csv", "patient,drug,fill_date,days_supply\nP1,Naltrexone 50 mg,01/02/2026,30\n"),
    ];
    for other in others {
        let (code, rules, reasons) = check(&[("a.csv", OVERLAP), other], &[]);
        assert_eq!((code, reasons), (3, vec!["unread-file".to_owned()]), "{}", other.0);
        assert!(rules.iter().any(|rule| rule == "opioid-antagonist-overlap"), "{}", other.0);
    }
}

#[test]
fn a_file_with_an_unusual_ending_is_read() {
    for name in ["export.csv.1", "export.bak", "export"] {
        let (code, rules, _) = check(&[(name, OVERLAP)], &[]);
        assert_eq!((code, &rules[0][..]), (1, "opioid-antagonist-overlap"), "{name}");
    }
}

#[test]
fn documents_in_a_folder_are_passed_over() {
    let files = [
        ("a.csv", CLEAN),
        ("README.txt", "Naltrexone and oxycodone, as dispensed."),
        ("notes.md", "# Oxycodone"),
        ("logo.png", "\u{89}PNG"),
    ];
    assert_eq!(check(&files, &[]), (0, vec![], vec![]));
}

#[test]
fn a_table_that_is_passed_over_must_not_mention_a_watched_product() {
    let stock = "item,shelf\nPaper,3\nBandage,4\n";
    assert_eq!(check(&[("a.csv", CLEAN), ("stock.csv", stock)], &[]).0, 0);
    let stock = "item,shelf\nPaper,3\nOxycodone HCl 5 mg tablet,4\n";
    let (code, _, reasons) = check(&[("a.csv", CLEAN), ("stock.csv", stock)], &[]);
    assert_eq!((code, reasons), (3, vec!["unread-file".to_owned()]));
}

#[test]
fn a_watched_drug_in_a_column_that_is_not_read_is_a_stray_mention() {
    let text = "patient,drug,fill_date,days_supply,zzz\n\
        P1,Ibuprofen 400 mg tablet,2026-03-01,30,Oxycodone HCl 5 mg tablet\n\
        P2,Naltrexone 50 mg tablet,2026-03-02,30,\n";
    let (code, _, reasons) = check(&[("a.csv", text)], &[]);
    assert_eq!((code, reasons), (3, vec!["stray-mention".to_owned()]));
    assert_eq!(check(&[("a.csv", text)], &["--witness", "off"]).0, 0);
}

#[test]
fn what_a_site_has_looked_at_is_told_no_more() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("exports")).unwrap();
    let text = "patient,drug,fill_date,days_supply,zzz\nP1,Ibuprofen 400 mg tablet,2026-03-01,30,Methadone 10 mg\n";
    fs::write(folder.path().join("exports/a.csv"), text).unwrap();
    assert_eq!(check_in(folder.path(), &[]).0, 3);
    fs::write(folder.path().join("rxlint.toml"), "[accept]\ncolumns = [\"ZZZ\"]\n").unwrap();
    let output = rxlint_in(folder.path(), &["check", "exports"]);
    // The header is no word that may be shown, so its number stands for it.
    assert!(output.status.code() == Some(0) || stderr(&output).contains("columns = [\"5\"]"));
}

#[test]
fn free_text_may_mention_what_it_likes() {
    let text = "patient,drug,fill_date,days_supply,notes,allergies\n\
        P1,Ibuprofen 400 mg tablet,2026-03-01,30,stopped oxycodone 5 mg last week,codeine\n\
        P2,Naltrexone 50 mg tablet,2026-03-02,30,,morphine\n";
    assert_eq!(check(&[("a.csv", text)], &[]), (0, vec![], vec![]));
}

#[test]
fn more_than_one_record_in_twenty_without_a_drug_is_too_many() {
    let rows = |unknown: usize| {
        let row = |n: usize| match n < unknown {
            true => format!("P{n},,2026-03-01,30\n"),
            false => format!("P{n},Lisinopril 10 mg tablet,2026-03-01,30\n"),
        };
        format!("patient,drug,fill_date,days_supply\n{}", (0..40).map(row).collect::<String>())
    };
    assert_eq!(check(&[("a.csv", &rows(2))], &[]).0, 0);
    let (code, _, reasons) = check(&[("a.csv", &rows(3))], &[]);
    assert_eq!((code, reasons), (3, vec!["unresolved-records".to_owned()]));
    assert_eq!(check(&[("a.csv", &rows(3))], &["--max-unresolved", "10%"]).0, 0);
    assert_eq!(check(&[("a.csv", &rows(3))], &["--max-unresolved", "3"]).0, 0);
    assert_eq!(check(&[("a.csv", &rows(2))], &["--max-unresolved", "0"]).0, 3);
}

#[test]
fn that_nothing_was_checked_is_no_clean_night() {
    let empty = "patient,drug,fill_date,days_supply\n";
    assert_eq!(check(&[("a.csv", empty)], &[]).0, 3);
    let cancelled =
        "patient,drug,fill_date,days_supply,status\nP1,Naltrexone 50 mg,2026-03-01,30,cancelled\n";
    assert_eq!(check(&[("a.csv", cancelled)], &[]).2, ["nothing-checked"]);
}

#[test]
fn every_format_says_what_is_incomplete_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("exports")).unwrap();
    fs::write(folder.path().join("exports/a.csv"), OVERLAP).unwrap();
    fs::write(folder.path().join("exports/b.zip"), "PK\u{3}\u{4} a.csv").unwrap();
    for format in formats() {
        let output = rxlint_in(folder.path(), &["check", "exports", "--format", format]);
        let text = stdout(&output).replace("%3A", ":");
        assert_eq!(output.status.code(), Some(3), "{format}");
        assert!(text.contains("was not read") && text.contains("npack"), "{format}: {text}");
    }
    let output =
        rxlint_in(folder.path(), &["check", "exports", "--statistics", "--format", "concise"]);
    assert!(stdout(&output).contains("was not read"));
}
