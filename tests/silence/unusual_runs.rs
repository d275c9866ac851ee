//! What a user meets who arrives without any knowledge, or at three in the morning: each case as it is first tried.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;
use std::process::Output;

use crate::common::{rxlint_in, stderr, stdout};

const GOOD: &str = "patient_id,drug_name,fill_date,quantity,days_supply\nP1,Lisinopril 10 mg tablet,2026-03-01,30,30\n";
const OVERLAP: &str = "patient_id,drug_name,fill_date,quantity,days_supply,prescriber_id\n\
    P12,Oxycodone 5 mg tablet,2026-03-01,60,30,DR-A\nP12,Naltrexone 50 mg tablet,2026-03-05,30,30,DR-B\n\
    P13,Lisinopril 10 mg tablet,2026-03-05,30,30,DR-C\n";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> Output {
    rxlint_in(folder, &[&["check", "--isolated"], arguments].concat())
}

#[test]
fn nothing_is_found_about_a_patient_who_does_not_exist() {
    let folder = folder(&[("rx.csv", OVERLAP)]);
    for (arguments, code) in [
        (&["--patient", "p12"][..], 2),
        (&["--patient", "P99"], 2),
        (&["--patient", "P12", "--patient", "P99"], 2),
        (&["--site", "nope"], 2),
        (&["--prescriber", ""], 2),
        (&["--prescriber", "DR-Z*"], 2),
        (&["--patient", "P12"], 1),
        (&["--patient", "P13"], 0),
        (&["--prescriber", "DR-C"], 0),
        (&["--prescriber", "dr-*"], 1),
    ] {
        let output = check(folder.path(), &[&["rx.csv"], arguments].concat());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        if code == 2 {
            let why = match arguments[0] {
                "--site" => "no column",
                _ => "no record that was read names",
            };
            assert!(stderr(&output).contains(why), "{arguments:?}: {}", stderr(&output));
            assert!(!stderr(&output).contains("P99"), "an identifier may be a person's");
        }
    }
}

#[test]
fn a_log_of_doses_without_a_drug_is_not_passed_over() {
    let log = "ClientID,DoseDate,Dose_mg\nC1,2026-03-01,80\nC1,2026-03-02,80\nC2,2026-03-01,60\n";
    // Weights are not doses, and this table has no date.
    let weights = "patient_id,weight_kg\nP1,80\nP2,60\n";
    for (text, code) in [(log, 3), (weights, 0)] {
        let folder = folder(&[("in/rx.csv", GOOD), ("in/log.csv", text)]);
        let output = check(folder.path(), &["in"]);
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        assert_eq!(stderr(&output).contains("add a column that names it"), code == 3);
    }
}

#[test]
fn a_dump_of_a_database_is_called_so_and_is_not_passed_over() {
    let mysql = "-- MySQL dump 10.13\n\nDROP TABLE IF EXISTS `rx`;\nINSERT INTO `rx` VALUES (1,'P1','Naltrexone 50 mg tablet','2026-03-01');\n";
    let postgres = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\nCOPY public.rx (id, drug) FROM stdin;\n1\tNaltrexone 50 mg tablet\n\\.\n";
    let schema = "CREATE TABLE rx (id int, drug text);\n";
    for (text, code) in [(mysql, 3), (postgres, 3), (schema, 0)] {
        let folder = folder(&[("in/rx.csv", GOOD), ("in/dump.sql", text)]);
        let alone = check(folder.path(), &["in/dump.sql"]);
        assert_eq!(alone.status.code(), Some(2));
        let told = stderr(&alone);
        assert!(
            told.contains("a dump of a database (SQL)") && told.contains("CSV HEADER"),
            "{told}"
        );
        let beside = check(folder.path(), &["in"]);
        assert_eq!(beside.status.code(), Some(code), "{text}: {}", stderr(&beside));
    }
    // A table whose first header begins like a statement is a table.
    let table = folder(&[(
        "rx.csv",
        &GOOD.replace("patient_id", "set id,patient_id").replace("P1,", "7,P1,"),
    )]);
    assert_eq!(check(table.path(), &["rx.csv"]).status.code(), Some(0));
}

#[test]
fn a_column_of_peoples_names_is_not_proposed_for_the_drug() {
    let log = "Client #,Client Name,Service Date,Service,Units\n4411,\"Ruiz, Ana\",2026-01-05,Vivitrol 380mg IM,1\n\
        4412,\"Dunn, Lee\",2026-01-06,Vivitrol 380mg IM,1\n4411,\"Ruiz, Ana\",2026-02-05,Suboxone 8-2 film,7\n";
    let folder = folder(&[("log.csv", log)]);
    let told = stderr(&check(folder.path(), &["log.csv"]));
    assert!(
        told.contains("`--columns drug=Service`") && !told.contains("names no drugs"),
        "{told}"
    );
}

#[test]
fn what_init_leaves_open_stops_no_run_and_is_reported() {
    let report = "Drug Name,Fill Date,Qty,Days\nOxycodone 5 mg tablet,2026-03-01,60,30\nNaltrexone 50 mg tablet,2026-03-05,30,30\n";
    let folder = folder(&[("rx.csv", GOOD), ("report.csv", report)]);
    let init = rxlint_in(folder.path(), &["init", "rx.csv", "report.csv"]);
    assert!(
        stdout(&init).contains("report.csv: a column still has to be named"),
        "{}",
        stdout(&init)
    );
    assert_eq!(rxlint_in(folder.path(), &["check", "rx.csv"]).status.code(), Some(0));
    // If it is left empty anyway, the place is shown.
    let config = "[columns]\npatient = \"patient_id\"\n\n[[profile]]\npath = \"report.csv\"\n[profile.columns]\npatient = \"\"\n";
    std::fs::write(folder.path().join("rxlint.toml"), config).unwrap();
    let told = stderr(&rxlint_in(folder.path(), &["check", "rx.csv"]));
    assert!(told.contains("rxlint.toml:7"), "{told}");
}

#[test]
fn an_empty_delivery_beside_others_is_reported() {
    let header = GOOD.lines().next().unwrap().to_owned() + "\n";
    let folder = folder(&[("north.csv", GOOD), ("south.csv", &header), ("east.csv", "")]);
    let output = check(folder.path(), &["north.csv", "south.csv", "east.csv"]);
    assert!(
        stderr(&output).contains("There are no records in south.csv, east.csv"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_missing_medication_of_an_earlier_night_is_reported() {
    let dispense = |id: &str, patient: &str, drug: &str| {
        format!(
            "{{\"resourceType\":\"MedicationDispense\",\"id\":\"{id}\",\"status\":\"completed\",\"subject\":{{\"reference\":\"Patient/{patient}\"}},\
             {drug},\"whenHandedOver\":\"2026-03-05\",\"daysSupply\":{{\"value\":30}},\"quantity\":{{\"value\":30}}}}\n"
        )
    };
    let text = "\"medicationCodeableConcept\":{\"text\":\"Lisinopril 5 MG Tablet\"}";
    let reference =
        |more: &str| format!("\"medicationReference\":{{\"reference\":\"Medication/m1\"{more}}}");
    let others: String =
        (0..30).map(|n| dispense(&format!("x{n}"), &format!("q{n}"), text)).collect();
    for (more, code) in [("", 3), (",\"display\":\"Lisinopril 5 MG Tablet\"", 0)] {
        let night = dispense("d1", "p1", &reference(more)) + &others;
        let folder = folder(&[("night.ndjson", &night)]);
        let ledger = ["night.ndjson", "--new-ledger", "--ledger", "rx.ledger"];
        let output = check(folder.path(), &ledger);
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
    }
    let folder = folder(&[("night.ndjson", &dispense("d1", "p1", &reference("")))]);
    let told = stderr(&check(folder.path(), &["night.ndjson"]));
    assert!(told.contains("_include=MedicationDispense:medication"), "{told}");
}

#[test]
fn a_locale_without_other_characters_gets_none() {
    let folder = folder(&[("rx.csv", OVERLAP)]);
    let full = |locale: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rxlint"));
        command.current_dir(folder.path()).env_clear().env("LANG", locale);
        let output =
            command.args(["check", "--isolated", "rx.csv", "--format", "full"]).output().unwrap();
        stdout(&output)
    };
    assert!(full("C").is_ascii());
    assert!(stdout(&check(folder.path(), &["rx.csv", "--format", "full", "--ascii"])).is_ascii());
    assert!(full("en_US.UTF-8").contains('╭'));
}

#[test]
fn a_masked_report_does_not_name_who_accepted_something() {
    let entry = "[[accept]]\nrule = \"opioid-antagonist-overlap\"\nprescriber = \"DR-B\"\nreason = \"known\"\nby = \"Dr Vronsky\"\n";
    let folder = folder(&[("rx.csv", OVERLAP), ("rxlint.toml", entry)]);
    for (phi, is_named) in [("mask", false), ("minimum", true)] {
        let output =
            rxlint_in(folder.path(), &["check", "rx.csv", "--format", "json", "--phi", phi]);
        assert_eq!(stdout(&output).contains("Vronsky"), is_named, "{phi}");
    }
}
