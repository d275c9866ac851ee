//! An auditor's questions: one patient, one prescriber, a quarter, findings per thousand. What is not shown is counted, and every format says so.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use crate::common;

use std::path::Path;

use crate::common::{check_all, formats, rxlint, stderr, stdout};
use serde_json::Value;

const HEADER: &str =
    "claim_id,patient_id,fill_date,drug_name,quantity,days_supply,prescriber,pharmacy\n";
const ROWS: &str = "1,MRN71,2026-01-01,Oxycodone 5 mg tablet,20,10,Dr Adams,Main\n\
2,MRN71,2026-01-05,Naltrexone 50 mg tablet,30,30,Dr Berg,Main\n\
3,MRN72,2026-03-02,Tramadol 50 mg tablet,40,10,Dr Adams,North\n\
4,MRN72,2026-03-06,Naltrexone 50 mg tablet,30,30,Dr Adams,North\n\
5,MRN73,2026-03-02,Morphine 15 mg tablet,40,10,Dr Cole,North\n\
6,MRN73,2026-03-20,Warfarin 5 mg tablet,30,30,Dr Cole,North\n\
7,MRN74,2026-03-31,Naltrexone 50 mg tablet,30,30,Dr Cole,Main\n";

fn export(folder: &Path) -> String {
    let path = folder.join("claims.csv");
    std::fs::write(&path, format!("{HEADER}{ROWS}")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The patients of the findings, how many were left out, and the exit code.
fn asked(path: &str, question: &[&str]) -> (Vec<String>, u64, i32) {
    let output =
        rxlint(&[&["check", "--isolated", "--format", "json", path][..], question].concat());
    let report: Value =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let findings = report["findings"].as_array().unwrap();
    let patients = findings.iter().map(|f| f["patient"].as_str().unwrap().to_owned()).collect();
    let left_out = report["summary"]["filter"]["left_out"].as_u64().unwrap_or(0);
    (patients, left_out, output.status.code().unwrap())
}

#[test]
fn each_question_shows_what_it_asks_for_and_counts_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    let (all, left_out, exit) = asked(&path, &[]);
    assert_eq!(
        (all.as_slice(), left_out, exit),
        (&["MRN71".to_owned(), "MRN72".to_owned()][..], 0, 1)
    );
    for (question, patients) in [
        (&["--patient", "MRN71"][..], &["MRN71"][..]),
        (&["--patient", "MRN71", "--patient", "MRN72"], &["MRN71", "MRN72"]),
        (&["--prescriber", "dr adams"], &["MRN71", "MRN72"]),
        (&["--prescriber", "Dr B*"], &["MRN71"]),
        (&["--prescriber", "Dr Cole"], &[]),
        (&["--site", "North"], &["MRN72"]),
        (&["--drug", "tramadol"], &["MRN72"]),
        (&["--drug", "OxyContin"], &["MRN71"]),
        (&["--drug", "naltrexone"], &["MRN71", "MRN72"]),
        (&["--from", "2026-03-01"], &["MRN72"]),
        (&["--to", "2026-02-28"], &["MRN71"]),
        (&["--from", "2026-01-06", "--to", "2026-01-31"], &["MRN71"]),
        (&["--from", "2026-02-01", "--to", "2026-02-28"], &[]),
        (&["--last", "30d"], &["MRN72"]),
        (&["--last", "13w"], &["MRN71", "MRN72"]),
        (&["--last", "2w"], &[]),
        (&["--site", "Main", "--drug", "tramadol"], &[]),
    ] {
        let (shown, left_out, exit) = asked(&path, question);
        assert_eq!(shown, patients, "{question:?}");
        assert_eq!(left_out as usize, all.len() - shown.len(), "{question:?}");
        assert_eq!(
            exit,
            i32::from(!shown.is_empty()),
            "the code follows what is shown: {question:?}"
        );
    }
    for question in [
        &["--last", "soon"][..],
        &["--last", "9d", "--from", "2026-01-01"],
        &["--group-by", "moon"],
        // No record has this name: no findings would read as good news.
        &["--patient", "MRN7"],
        &["--prescriber", "Dr Nobody"],
    ] {
        let output = rxlint(&[&["check", path.as_str()][..], question].concat());
        assert_eq!(output.status.code(), Some(2), "{question:?}");
    }
}

#[test]
fn every_format_says_that_a_filter_was_on_and_never_what_it_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    let told = check_all(&[&path, "--patient", "MRN72", "--phi", "mask"]);
    assert_eq!(told.len(), formats().len() + 1);
    for (format, text) in told {
        let says = text.contains("1 not asked for (--patient)") || text.contains("\"left_out\"");
        assert!(says, "{format}: {text}");
        assert!(!text.contains("MRN72"), "{format}: {text}");
    }
}

#[test]
fn stars_select_rules() {
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    assert_eq!(asked(&path, &["--select", "opioid-*"]).0, ["MRN71"]);
    assert_eq!(asked(&path, &["--select", "*-overlap"]).0, ["MRN71", "MRN72"]);
    assert_eq!(asked(&path, &["--ignore", "tramadol-*,recent-*"]).0, ["MRN71"]);
    let output = rxlint(&["check", "--isolated", &path, "--select", "opoid-*"]);
    assert_eq!(output.status.code(), Some(2), "a pattern that fits no rule is a mistake");
}

#[test]
fn findings_are_counted_by_prescriber_site_rule_and_month() {
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    let rows = |by: &str| {
        let output = rxlint(&["check", "--isolated", "--format", "json", &path, "--group-by", by]);
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let groups = &report["summary"]["groups"];
        assert_eq!((&groups["by"], &groups["watched_patients"]), (&by.into(), &4.into()));
        let rows = groups["groups"].as_array().unwrap().iter();
        rows.map(|row| format!("{} {} {}", row["name"], row["findings"], row["per_1000"]))
            .collect::<Vec<_>>()
            .join("; ")
    };
    // As many findings as `--prescriber` shows, and per patients of each group.
    assert_eq!(rows("prescriber"), "\"Dr Adams\" 2 1000.0; \"Dr Berg\" 1 1000.0");
    assert_eq!(rows("site"), "\"Main\" 1 500.0; \"North\" 1 500.0");
    assert_eq!(rows("month"), "\"2026-01\" 1 1000.0; \"2026-03\" 1 333.3");
    assert!(rows("rule").starts_with("\"opioid-antagonist-overlap\" 1"));
    let told = check_all(&[&path, "--group-by", "prescriber"]);
    for (format, says) in [
        ("concise", "    1000.0  Dr Adams"),
        ("full", "    1000.0  Dr Adams"),
        (
            "csv",
            "prescriber Dr Adams: 2 findings (2 high, 0 moderate, 0 low) about 2 of 2 patients with a watched drug, 1000.0 of",
        ),
        ("xlsx", "per_1000_watched_patients"),
        ("markdown", "| prescriber-0001 | 2 | 2 | 0 | 0 | 2 | 1000.0 |"),
        ("html", "<caption>Findings by prescriber</caption>"),
        ("html", "A finding counts with each prescriber that its records name; 2 findings in all."),
    ] {
        if let Some(text) = told.get(format).filter(|_| !["concise", "full"].contains(&format)) {
            assert!(text.contains(says), "{format}: {text}");
        }
    }
    let table = common::check("concise", &[&path, "--group-by", "prescriber"]);
    assert!(table.contains("    1000.0  Dr Adams"), "{table}");
    assert!(table.contains("patients with a watched drug by that prescriber; 4 in all"), "{table}");
    let masked = common::check("json", &[&path, "--group-by", "site", "--phi", "mask"]);
    assert!(masked.contains("site-0001") && !masked.contains("North"), "{masked}");
}

#[test]
fn a_timeline_draws_all_of_one_patient() {
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    let timeline = |more: &[&str]| {
        let output = rxlint(&[&["timeline", "--isolated", path.as_str()][..], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output)
    };
    let text = timeline(&["--patient", "MRN71", "--ascii"]);
    assert!(text.starts_with("MRN71\n") && text.is_ascii(), "{text}");
    assert!(text.contains("oxycodone, full agonist: 2026-01-01 to 2026-01-10"), "{text}");
    assert!(text.contains("naltrexone, antagonist: 2026-01-05 to 2026-02-03"), "{text}");
    assert!(text.contains("[1] high opioid-antagonist-overlap"), "{text}");
    // A patient without a finding still has exposures.
    assert!(timeline(&["--patient", "MRN73"]).contains("warfarin"));
    for format in ["svg", "html"] {
        let text = timeline(&["--patient", "MRN71", "--format", format]);
        assert!(text.contains("<svg") && text.contains("2026-01-05 to 2026-02-03"), "{text}");
    }
    let masked = timeline(&[
        "--patient",
        "MRN71",
        "--phi",
        "mask",
        "--dates",
        "relative",
        "--format",
        "html",
    ]);
    assert!(masked.contains("patient-0001") && masked.contains("day 4 to day 33"), "{masked}");
    assert!(!masked.contains("MRN71") && !masked.contains("2026-0"), "{masked}");
    let nobody = rxlint(&["timeline", "--isolated", &path, "--patient", "Zqcanary"]);
    assert_eq!(nobody.status.code(), Some(2));
    assert!(!stderr(&nobody).contains("Zqcanary"), "{}", stderr(&nobody));
}

/// The page also draws what no finding is about: consecutive refills as one bar, with a year on either side.
#[test]
fn the_page_draws_all_of_a_patients_exposures() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.csv");
    let rows = "Patient ID,Drug,Fill Date,Days Supply\nP1,Oxycodone 5 mg,2023-01-01,30\nP1,Oxycodone 5 mg,2025-10-01,30\n\
                P1,Oxycodone 5 mg,2025-10-31,30\nP1,Oxycodone 5 mg,2026-03-01,30\nP1,Naltrexone 50 mg,2026-03-20,30\n\
                P1,Thioridazine 25 mg,2026-01-02,10\nP2,Warfarin 5 mg,2026-01-10,90\n";
    std::fs::write(&path, rows).unwrap();
    let page = common::check("html", &[path.to_str().unwrap()]);
    for drawn in [
        "oxycodone, full agonist: 2025-10-01 to 2025-11-29",
        "oxycodone, full agonist: 2026-03-01 to 2026-03-30",
        "thioridazine, partner drug: 2026-01-02 to 2026-01-11",
        "1 exposure is more than a year away and not drawn",
    ] {
        assert!(page.contains(drawn), "{drawn}: {page}");
    }
    assert!(!page.contains("warfarin, partner drug: 2026-01-10"), "{page}");
    let masked =
        common::check("html", &[path.to_str().unwrap(), "--phi", "mask", "--dates", "relative"]);
    assert!(masked.contains("oxycodone, full agonist: day -151 to day -92"), "{masked}");
    assert!(!masked.contains("2025-10-01"), "{masked}");
}

/// A question that no finding could answer is refused; one that no finding matches is answered with what was compared.
#[test]
fn a_question_without_matches_is_not_an_all_clear() {
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    let ask = |question: &[&str]| rxlint(&[&["check", "--isolated", &path][..], question].concat());
    for (question, told) in [
        (&["--drug", "oxycondone-xyz"][..], "no drug that a rule watches"),
        (&["--from", "2026-03-20", "--to", "2026-03-10"], "no day is between"),
    ] {
        let output = ask(question);
        assert_eq!(output.status.code(), Some(2), "{question:?}");
        assert!(stderr(&output).contains(told), "{}", stderr(&output));
    }
    for (question, told) in [
        (["--patient", "71"], "it is compared whole"),
        (["--prescriber", "berg"], "it is compared with the whole cell"),
        (["--site", "Nor"], "it is compared with the whole cell"),
    ] {
        assert!(
            stderr(&ask(&question)).contains(told),
            "{question:?}: {}",
            stderr(&ask(&question))
        );
    }
}

/// A combination is found by each of its ingredients; by its own name it does not match every other product of them.
#[test]
fn a_drug_is_asked_for_by_what_the_record_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claims.csv");
    let rows = "1,A,2026-03-01,Phenelzine 15 mg tablet,60,30,Dr A,Main\n2,A,2026-03-05,Contrave 8-90 mg ER tablet,120,30,Dr A,Main\n\
                3,B,2026-03-01,Oxycodone 5 mg tablet,42,14,Dr A,Main\n4,B,2026-03-05,Naltrexone 50 mg tablet,30,30,Dr A,Main\n";
    std::fs::write(&path, format!("{HEADER}{rows}")).unwrap();
    let path = path.to_str().unwrap();
    let patients = |drug: &str| {
        let mut patients = asked(path, &["--drug", drug]).0;
        patients.dedup();
        patients
    };
    assert_eq!(patients("bupropion"), ["A"]);
    assert_eq!(patients("Contrave"), ["A"]);
    assert_eq!(patients("naltrexone"), ["A", "B"]);
}

/// What a filter left out one night counts as not yet reported; and if the ledger keeps no prescriber, no one is hidden because of that.
#[test]
fn a_question_to_a_night_takes_nothing_from_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, rows: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{HEADER}{rows}")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let ledger = folder.path().join("rx.ledger");
    let ledger = ledger.to_str().unwrap();
    let lines: Vec<&str> = ROWS.lines().collect();
    let first = write("night1.csv", &lines[..1].join("\n"));
    let check = |more: &[&str]| {
        rxlint(
            &[&["check", "--isolated", "--ledger", ledger, "--format", "concise"][..], more]
                .concat(),
        )
    };
    check(&["--new-ledger", &first]);
    std::fs::remove_file(&first).unwrap();
    let second = write("night2.csv", &lines[1..4].join("\n"));
    let asked = check(&["--prescriber", "Dr Adams", &second]);
    assert!(
        stdout(&asked).contains("MRN71") && stdout(&asked).contains("MRN72"),
        "{}",
        stdout(&asked)
    );
    assert!(stderr(&asked).contains("keeps no such name"), "{}", stderr(&asked));
    let asked = check(&["--only-new", "--patient", "MRN72", &second]);
    assert!(!stdout(&asked).contains("MRN71"));
    let left = check(&["--only-new", &second]);
    assert!(stdout(&left).contains("MRN71"), "{}", stdout(&left));
}

/// Checks the contents of a folder's `claims.csv` and more files.
fn asked_of(files: &[(&str, &str)], question: &[&str]) -> (Vec<String>, i32) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let command = [&["check", "--isolated", "--format", "json"][..], &names, question].concat();
    let output = common::rxlint_in(folder.path(), &command);
    let report: Value =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let findings = report["findings"].as_array().unwrap();
    let rules = findings.iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect();
    (rules, output.status.code().unwrap())
}

#[test]
fn a_finding_is_found_by_every_record_that_it_counts() {
    let refilled = format!(
        "{HEADER}1,A1,2026-03-01,Oxycodone 5 MG Tablet,42,7,Alpha,S1\n\
         2,A1,2026-03-08,Oxycodone 5 MG Tablet,42,7,Beta,S2\n\
         3,A1,2026-03-05,Naltrexone 50 MG Tablet,30,30,Delta,S4\n"
    );
    for question in [
        &["--prescriber", "Alpha"][..],
        &["--prescriber", "Beta"],
        &["--prescriber", "Delta"],
        &["--site", "S2"],
        &["--from", "2026-03-08"],
        &["--from", "2026-03-14"],
        &["--last", "1d"],
        &["--last", "3d", "--as-of", "2026-03-12"],
        &["--drug", "oxycodone", "--prescriber", "Beta"],
    ] {
        let found = asked_of(&[("claims.csv", &refilled)], question);
        assert_eq!(found, (vec!["opioid-antagonist-overlap".to_owned()], 1), "{question:?}");
    }
    for question in [&["--to", "2026-03-04"][..], &["--from", "2026-05-20"]] {
        assert_eq!(asked_of(&[("claims.csv", &refilled)], question), (vec![], 0), "{question:?}");
    }
    let too_much = format!(
        "{HEADER}1,A2,2026-03-01,Naltrexone 50 MG Tablet,90,30,Alpha,S1\n\
         2,A2,2026-03-31,Naltrexone 50 MG Tablet,90,30,Beta,S2\n"
    );
    for question in [
        &["--prescriber", "Beta"][..],
        &["--last", "1d"],
        &["--from", "2026-03-31"],
        &["--site", "S2"],
    ] {
        let (rules, exit) = asked_of(&[("claims.csv", &too_much)], question);
        assert!(!rules.is_empty() && exit == 1, "{question:?}");
    }
}

#[test]
fn the_order_of_files_decides_nothing_about_who_is_found() {
    let row = |who: &str| {
        format!(
            "{HEADER}1,A1,2026-03-01,Oxycodone 5 MG Tablet,42,7,{who}\n\
             3,A1,2026-03-05,Naltrexone 50 MG Tablet,30,30,Delta,S4\n"
        )
    };
    let (one, other) = (row("Alpha,S1"), row("Beta,S2"));
    for files in [[("a.csv", &*one), ("b.csv", &other)], [("a.csv", &other), ("b.csv", &one)]] {
        for question in [["--prescriber", "Alpha"], ["--prescriber", "Beta"], ["--site", "S2"]] {
            let (rules, exit) = asked_of(&files, &question);
            assert_eq!((rules.len(), exit), (1, 1), "{question:?}");
        }
    }
}

#[test]
fn a_name_is_one_however_it_is_typed() {
    let rows = |names: [&str; 3]| {
        let row = |(at, name): (usize, &&str)| {
            format!(
                "{at}1,Q{at},2026-03-01,Oxycodone 5 MG Tablet,42,7,\"{name}\",\"{name}\"\n\
                 {at}2,Q{at},2026-03-05,Naltrexone 50 MG Tablet,30,30,\"{name}\",\"{name}\"\n"
            )
        };
        HEADER.to_owned() + &names.iter().enumerate().map(row).collect::<String>()
    };
    for names in [
        ["Müller, Jürgen", "MÜLLER, JÜRGEN", "Mu\u{308}ller,  Jürgen"],
        ["José Núñez", "Jose\u{301} Núñez", "JOSÉ\u{a0}NÚÑEZ"],
        ["O'Brien", "O’Brien", "o'brien "],
        ["Strauß", "STRAUSS", "strauss"],
    ] {
        let text = rows(names);
        for name in names {
            for option in ["--prescriber", "--site"] {
                let (rules, _) = asked_of(&[("claims.csv", &text)], &[option, name]);
                assert_eq!(rules.len(), 3, "{option} {name}");
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claims.csv");
        std::fs::write(&path, &text).unwrap();
        let path = path.to_str().unwrap();
        for by in ["prescriber", "site"] {
            let command = ["check", "--isolated", "--format", "json", path, "--group-by", by];
            let report: Value = serde_json::from_str(&stdout(&rxlint(&command))).unwrap();
            let groups = &report["summary"]["groups"]["groups"];
            assert_eq!(groups.as_array().map(Vec::len), Some(1), "{names:?}: {groups}");
        }
    }
}

#[test]
fn a_prescriber_with_a_name_and_no_number_counts() {
    let order = |drug: &str, day: &str, who: &str| {
        format!(
            "{{\"resourceType\":\"MedicationRequest\",\"id\":\"{day}\",\"status\":\"active\",\"intent\":\"order\",\
             \"subject\":{{\"reference\":\"Patient/1\"}},\"medicationCodeableConcept\":{{\"text\":\"{drug}\"}},\
             \"authoredOn\":\"{day}\",\"requester\":{who},\
             \"dispenseRequest\":{{\"expectedSupplyDuration\":{{\"value\":10,\"unit\":\"days\"}}}}}}\n"
        )
    };
    let who = r#"{"display":"Dr Ann Roe"}"#;
    let fhir = order("Oxycodone 5 mg tablet", "2026-03-01", who)
        + &order("Naltrexone 50 mg tablet", "2026-03-05", who);
    let message = |number: u8, day: &str, drug: &str, who: &str| {
        format!(
            "MSH|^~\\&|A|B|C|D|{day}||RDS^O13|{number}|P|2.5\rPID|||7^^^H^MR||X\r\
             ORC|RE|{number}|||||||||| {who}\rRXE||{drug}|1||TAB|||||10|TAB\r\
             RXD|1|{drug}|{day}|20|TAB|||||||||10\r"
        )
    };
    let hl7 = message(1, "20260301", "^Oxycodone 5 mg tablet", "^ROE^ANN")
        + &message(2, "20260305", "^Naltrexone 50 mg tablet", "^ROE^ANN~123^ROE^ANN");
    for (name, text, question) in [
        ("a.ndjson", &fhir, "dr ann roe"),
        ("a.ndjson", &fhir, "*Roe*"),
        ("a.hl7", &hl7, "roe, ann"),
        ("a.hl7", &hl7, "123"),
    ] {
        let (rules, _) = asked_of(&[(name, text)], &["--prescriber", question]);
        assert!(!rules.is_empty(), "{name} {question}");
    }
}
