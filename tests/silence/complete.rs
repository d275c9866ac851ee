//! Nothing is silent: what was not understood is reported, and the run is incomplete.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use std::fs;
use std::path::Path;

use crate::common::{formats, rxlint_in, stderr, stdout};
use serde_json::Value;

const CLEAN: &str = "patient,drug,fill_date,days_supply\n\
    P1,Lisinopril 10 mg tablet,2026-03-01,30\n\
    P2,Naltrexone 50 mg tablet,2026-03-02,30\n";

/// An export with an overlap in P9.
const OVERLAP: &str = "patient,drug,fill_date,days_supply\n\
    P9,Oxycodone HCl 5 mg tablet,2026-03-01,30\n\
    P9,Naltrexone 50 mg tablet,2026-03-10,30\n";

/// Checks files in a separate folder: the exit code, the rules that fired, and why the run is incomplete.
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
fn a_file_without_records_is_searched_for_watched_products() {
    let subject = r#""subject":{"reference":"Patient/1"}"#;
    let of = |kind: &str, rest: &str| format!(r#"{{"resourceType":"{kind}",{rest},{subject}}}"#);
    let depot = r#""code":{"coding":[{"code":"J2315","display":"Injection, naltrexone"}]}"#;
    let tablet = r#""code":{"text":"Oxycodone 5 mg tablet"}"#;
    let screen =
        r#""category":[{"coding":[{"code":"108252007"}]}],"code":{"text":"Fentanyl, urine"}"#;
    let unknown = r#""CLM_LINE_NDC_CD":"00406117003""#;
    for (resource, code) in [
        (of("Procedure", depot), 3),
        (of("ServiceRequest", tablet), 3),
        (of("Immunization", tablet), 3),
        (of("ExplanationOfBenefit-Pharmacy", unknown), 3),
        (of("Procedure", r#""code":{"text":"Appendectomy"}"#), 0),
        (of("ServiceRequest", screen), 0),
        (of("Condition", tablet), 0),
        (of("Observation", tablet), 0),
        (of("AllergyIntolerance", tablet), 0),
        (of("DocumentReference", tablet), 0),
        (of("Medication", tablet), 0),
    ] {
        let bundle = format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{resource}}}]}}"#);
        for (name, text) in [("b.ndjson", &resource), ("b.json", &resource), ("c.json", &bundle)] {
            assert_eq!(check(&[("a.csv", CLEAN), (name, text)], &[]).0, code, "{name}: {text}");
        }
    }
    let xml = "<Procedure xmlns=\"http://hl7.org/fhir\"><code><text value=\"Vivitrol 380 mg\"/></code></Procedure>";
    assert_eq!(check(&[("a.csv", CLEAN), ("b.xml", xml)], &[]).0, 3);
}

#[test]
fn messages_without_prescriptions_are_searched_for_watched_products() {
    for (segments, code) in [
        ("ZRX|1|Naltrexone 50 mg tab|20260305|30", 3),
        ("PR1|1||J2315^Vivitrol 380 mg injection^HCPCS", 3),
        ("MRG|2^^^M^MR\rZRX|1|Naltrexone 50 mg tab", 3),
        ("PR1|1||44970^Appendectomy^C4", 0),
        ("OBR|1|||^Oxycodone\rOBX|1|ST|^Oxycodone||Oxycodone 5 mg", 0),
        ("AL1|1||^Oxycodone 5 mg", 0),
        ("NTE|1||Naltrexone 50 mg tablet", 0),
        ("FT1|1|||20260301||CG|J2315^Vivitrol", 0),
    ] {
        let head = r"MSH|^~\&|A|B|C|D|20260305||ADT^A08|1|P|2.5";
        let text = format!("{head}\rPID|1||1^^^M^MR\r{segments}\r");
        assert_eq!(check(&[("a.csv", CLEAN), ("b.hl7", &text)], &[]).0, code, "{segments}");
    }
}

#[test]
fn codes_with_the_name_of_their_vocabulary_are_mentions() {
    for (code, exit) in [
        ("NDC:00406117003", 3),
        ("NDC/00406117003", 3),
        ("RXNORM:7804", 3),
        ("ATC/N07BB04", 3),
        ("HCPCS:J2315", 3),
        ("CPT4:J2315", 3),
        ("NDC:68180098001", 0),
        ("RXNORM:314076", 0),
        ("LOINC:4548-4", 0),
    ] {
        let facts = format!("patient_num,concept_cd,start_date\n1,{code},2026-03-05\n");
        assert_eq!(check(&[("a.csv", CLEAN), ("facts.csv", &facts)], &[]).0, exit, "{code}");
    }
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
fn records_without_a_drug_are_reported_by_line() {
    let row = |drug: &str| format!("P1,{drug},2026-03-01,30\n");
    let many: String = (0..40).map(|_| row("Naltrexone 50 mg tablet")).collect();
    let header = "patient,drug,fill_date,days_supply\n";
    for (text, code) in [
        (format!("{header}{many}{}", row("PATIENT OWN MED")), 0),
        (format!("{header}{}{}", row("PATIENT OWN MED"), row("Naltrexone 50 mg tablet")), 3),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.csv"), &text).unwrap();
        let output = rxlint_in(folder.path(), &["check", "a.csv", "--isolated", "--exit-zero"]);
        let told = stderr(&output);
        let line = text.lines().position(|line| line.contains("OWN")).unwrap() + 1;
        assert!(told.contains(&format!("(the first: a.csv:{line})")), "{told}");
        assert!(!told.contains("no text"), "{told}");
        assert_eq!(output.status.code(), Some(code), "{told}");
    }
}

#[test]
fn identifiers_in_two_spellings_are_reported_by_line() {
    let row = |id: &str| format!("{id},Naltrexone 50 mg tablet,2026-03-01,30\n");
    let rows = [row("7"), row("8"), row("1"), row("9"), row("01"), row("1")].concat();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), format!("patient,drug,fill_date,days_supply\n{rows}"))
        .unwrap();
    let told = stderr(&rxlint_in(folder.path(), &["check", "a.csv", "--isolated"]));
    assert!(told.contains("different people. Look at a.csv:4 and a.csv:6."), "{told}");
}

#[test]
fn identifiers_that_lost_their_zeros_are_told_beside_messages() {
    let message = |mrn: &str| {
        let head = r"MSH|^~\&|A|B|C|D|20260301||RDE^O11|1|P|2.5";
        let order = "ORC|NW|1\rTQ1|1||||||20260301|20260307\rRXE||^Oxycodone 5 mg tablet|1||TAB\r";
        format!("{head}\rPID|1||{mrn}^^^M^MR\r{order}")
    };
    let table = "MRN,Drug,Fill Date,Days Supply\n700101,Naltrexone 50 mg tablet,2026-03-05,30\n";
    for (mrn, is_told) in [("000700101", true), ("700101", false), ("700102", false)] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.hl7"), message(mrn)).unwrap();
        fs::write(folder.path().join("b.csv"), table).unwrap();
        let told = stderr(&rxlint_in(folder.path(), &["check", ".", "--isolated"]));
        assert_eq!(told.contains("written differently"), is_told, "{mrn}: {told}");
    }
}

#[test]
fn what_a_site_has_checked_is_no_longer_reported() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("exports")).unwrap();
    let text = "patient,drug,fill_date,days_supply,zzz\nP1,Ibuprofen 400 mg tablet,2026-03-01,30,Methadone 10 mg\n";
    fs::write(folder.path().join("exports/a.csv"), text).unwrap();
    assert_eq!(check_in(folder.path(), &[]).0, 3);
    fs::write(folder.path().join("rxlint.toml"), "accept.columns = [\"ZZZ\"]\n").unwrap();
    let output = rxlint_in(folder.path(), &["check", "exports"]);
    // The header may not be shown, so its number is used instead.
    let told = stderr(&output);
    assert!(
        output.status.code() == Some(0) || told.contains("`accept.columns = [\"5\"]`"),
        "{told}"
    );
    // What is printed can be pasted, even beside accepted findings.
    let finding =
        "[[accept.findings]]\nrule = \"recent-opioid\"\npath = \"a.csv\"\nreason = \"known\"\n";
    let pasted = format!("accept.columns = [\"5\"]\n\n{finding}");
    fs::write(folder.path().join("rxlint.toml"), pasted).unwrap();
    assert_eq!(rxlint_in(folder.path(), &["check", "exports"]).status.code(), Some(0));
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
fn a_run_that_checked_nothing_is_not_clean() {
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
        assert!(
            text.contains("was not read") && text.contains("Copy or download it again"),
            "{format}: {text}"
        );
    }
    let output =
        rxlint_in(folder.path(), &["check", "exports", "--statistics", "--format", "concise"]);
    assert!(stdout(&output).contains("was not read"));
}

/// A fill of oxycodone and one of naltrexone, which overlap only by the column that is not read.
#[test]
fn a_column_that_may_hold_the_first_day_is_reported() {
    let rows = |header: &str, other: [&str; 2]| {
        format!(
            "patient,{header},zzz_date,drug,days_supply\n\
             P1,2026-01-02,{},Oxycodone HCl 5 mg tablet,30\nP1,2026-03-09,{},Naltrexone 50 mg tablet,30\n",
            other[0], other[1]
        )
    };
    let handed_over = ["2026-03-01", "2026-03-10"];
    for header in ["written_date", "order_date", "start_date", "date"] {
        let (code, _, reasons) = check(&[("a.csv", &rows(header, handed_over))], &[]);
        assert_eq!((code, &reasons[..]), (3, &["open-column".to_owned()][..]), "{header}");
    }
    let asked = ["--columns", "fill_date=zzz_date"];
    let (code, rules, _) = check(&[("a.csv", &rows("written_date", handed_over))], &asked);
    assert_eq!((code, &rules[0][..]), (1, "opioid-antagonist-overlap"));
    for (what, other) in [
        ("the same days", ["2026-01-02", "2026-03-09"]),
        ("days before", ["1961-01-02", "1970-03-09"]),
        ("no days", ["A", "B"]),
    ] {
        assert_eq!(check(&[("a.csv", &rows("written_date", other))], &[]).0, 0, "{what}");
    }
    let filled = rows("fill_date", ["2026-03-01", "2026-03-10"]);
    assert_eq!(check(&[("a.csv", &filled)], &[]).0, 0, "a fill date says it already");
}

#[test]
fn columns_with_one_name_and_rows_of_several_drugs_are_reported() {
    for text in [
        "patient,fill_date,drug,days_supply,days_supply\nP1,2026-03-01,Naltrexone 50 mg,7,90\n",
        "patient,fill_date,drug,days_supply,fill_date.1\nP1,2026-03-01,Naltrexone 50 mg,7,2026-04-01\n",
        "mrn,med1,start1,end1,med2,start2,end2\n\
         P1,Oxycodone 5 mg tablet,2026-01-01,2026-01-30,Naltrexone 50 mg tablet,2026-03-01,2026-03-30\n",
        "mrn,drug name,fill date,drug name 2,fill date 2\n\
         P1,Oxycodone 5 mg tablet,2026-01-01,Naltrexone 50 mg tablet,2026-03-01\n",
    ] {
        let (code, rules, reasons) = check(&[("a.csv", text)], &[]);
        assert!(code == 3 && reasons.contains(&"open-column".to_owned()), "{text}: {reasons:?}");
        assert!(!rules.contains(&"opioid-antagonist-overlap".to_owned()), "{text}");
    }
    let same = "patient,fill_date,drug,days_supply,patient\nP1,2026-03-01,Naltrexone 50 mg,7,P1\n";
    assert_eq!(check(&[("a.csv", same)], &[]).0, 0);
}

#[test]
fn an_unreadable_supply_is_reported() {
    let of = |supply: &str| {
        format!("patient,fill_date,drug,days_supply\nP1,2026-03-01,Naltrexone 50 mg,{supply}\n")
    };
    for supply in ["180 / 90", "monthly", "9O", "30+"] {
        assert_eq!(check(&[("a.csv", &of(supply))], &[]).2, ["open-column"], "{supply}");
    }
    for supply in ["3x30", "90 DS", "DS: 90", "90-day", "ninety", "PRN", ""] {
        assert_eq!(check(&[("a.csv", &of(supply))], &[]).0, 0, "{supply}");
    }
}

/// The rules that fire above `low` for a fill of oxycodone with these additional cells, and one of naltrexone.
fn with_cells(header: &str, oxycodone: &str, naltrexone: &str) -> Vec<String> {
    let text = format!(
        "patient,fill_date,drug,quantity,days_supply,{header}\n\
         P1,2026-03-01,Oxycodone HCl 5 mg tablet,60,30,{oxycodone}\n\
         P1,2026-03-10,Naltrexone 50 mg tablet,30,30,{naltrexone}\n"
    );
    check(&[("a.csv", &text)], &[]).1
}

#[test]
fn the_status_nearest_to_the_hand_over_decides() {
    for (header, oxycodone, naltrexone) in [
        ("Rx Status,Fill Status", "Cancelled,Sold", "Active,Sold"),
        ("Fill Status,Rx Status", "Sold,On Hold", "Sold,Active"),
        ("Claim Status,Sold Status", "Rejected,Sold", "Paid,Sold"),
        ("Prescription Status,Transaction Status", "Deleted,Paid", "Active,Paid"),
        ("Status", "Suspended", "Sold"),
    ] {
        assert_eq!(
            with_cells(header, oxycodone, naltrexone),
            ["opioid-antagonist-overlap"],
            "{header}"
        );
    }
    for (header, oxycodone, naltrexone) in [
        ("Rx Status,Fill Status", "Active,Reversed", "Active,Sold"),
        ("Claim Status,Fill Status", "Paid,Returned to Stock", "Paid,Sold"),
        ("ORDER_STATUS_C_NAME", "Canceled", "Sent"),
        ("MAR Action", "Patient Refused", "Given"),
        ("Picked Up", "N", "Y"),
        ("Dispensed?", "No", "Yes"),
        ("TXN_CD", "B2", "B1"),
        ("LINE_ADJSTMT_IND", "1", "0"),
        ("SIGN", "-1", "1"),
        ("Anulada", "S", "N"),
        ("Annulation", "O", "N"),
        ("Makulerad", "J", "N"),
    ] {
        let rules = with_cells(header, oxycodone, naltrexone);
        assert!(rules.is_empty(), "{header}: {rules:?}");
    }
}

#[test]
fn every_column_of_diagnoses_and_every_flag_of_pregnancy_counts() {
    let rule = |header: &str, cells: &str| {
        let text = format!(
            "patient,fill_date,drug,quantity,days_supply,{header}\nP1,2026-03-01,Naltrexone 50 mg tablet,30,30,{cells}\n"
        );
        check(&[("a.csv", &text)], &[]).1
    };
    for (header, cells) in [
        ("dx1,dx2", "E11.9,N18.4"),
        ("primary_diagnosis,secondary_diagnosis", "E11.9,N18.4"),
        ("ICD_DGNS_CD1,ICD_DGNS_CD2", ",N18.4"),
        ("problem_list", "CKD stage 4 (N18.4)"),
        ("diagnosis_codes", "ICD10:N18.4"),
    ] {
        assert_eq!(rule(header, cells), ["naltrexone-renal-disease"], "{header}");
    }
    for cells in ["Y", "1", "Pregnant", "positive", "B6", "LA15173-0"] {
        assert_eq!(rule("is_pregnant", cells), ["naltrexone-in-pregnancy"], "{cells}");
    }
    assert_eq!(rule("lactating", "yes"), ["naltrexone-in-lactation"]);
    assert_eq!(rule("birth_year", "2012"), ["naltrexone-under-18"]);
    for cells in ["N", "0", "not pregnant", "unknown", ""] {
        assert!(rule("is_pregnant", cells).is_empty(), "{cells}");
    }
}

#[test]
fn a_status_is_obeyed_only_where_no_word_of_it_leaves_it_open() {
    for status in [
        "Reversal rejected",
        "Cancel requested",
        "Rejected by insurance - patient paid cash",
        "Void remaining refills",
        "Hold released",
    ] {
        let rules = with_cells("Status", "Paid", status);
        assert_eq!(rules, ["opioid-antagonist-overlap"], "{status}");
    }
    for status in
        ["Order cancelled", "Fill voided", "Rejected: refill too soon", "Sold; returned to stock"]
    {
        let rules = with_cells("Status", "Paid", status);
        assert!(rules.is_empty(), "{status}: {rules:?}");
    }
}

#[test]
fn r_is_a_refill_beside_new_and_rejected_beside_paid() {
    for (other, overlaps) in [("N", true), ("O", true), ("R", true), ("P", false), ("A", false)] {
        let text = format!(
            "patient,fill_date,drug,days_supply,Rx Status\nP1,2026-03-01,Oxycodone 5 mg tablet,10,{other}\n\
             P1,2026-03-05,Naltrexone 50 mg tablet,30,R\n"
        );
        let (_, rules, _) = check(&[("a.csv", &text)], &[]);
        assert_eq!(rules.len(), usize::from(overlaps), "beside {other}: {rules:?}");
    }
}

#[test]
fn a_reversal_flag_is_read_or_reported() {
    for (header, yes) in [
        ("Voided", "Yes"),
        ("Voided (Y/N)", "Y"),
        ("VOID_YN", "Y"),
        ("Rvsl Flag", "Y"),
        ("DEL_IND", "1"),
        ("Was Reversed", "true"),
        ("Sale Voided", "1.0"),
    ] {
        let rules = with_cells(header, "", yes);
        assert!(rules.is_empty(), "{header}: {rules:?}");
    }
    for header in ["Not Dispensed", "On Hold", "Rejected"] {
        let text = format!(
            "patient,fill_date,drug,days_supply,{header}\nP1,2026-03-01,Oxycodone 5 mg tablet,10,N\n\
             P1,2026-03-05,Naltrexone 50 mg tablet,30,Y\n"
        );
        let (code, rules, reasons) = check(&[("a.csv", &text)], &[]);
        assert_eq!(
            (code, rules.len(), reasons),
            (3, 1, vec!["open-column".to_owned()]),
            "{header}"
        );
    }
    // A delivery date reverses nothing.
    assert_eq!(with_cells("Del Dt", "2026-03-01", "2026-03-10"), ["opioid-antagonist-overlap"]);
}

#[test]
fn small_whole_numbers_are_days_only_if_the_header_mentions_a_length() {
    let of = |header: &str| {
        let text = format!(
            "Patient ID,Date Filled,Drug,Qty,{header}\nP1,2026-03-01,Oxycodone HCl 5 MG Tablet,40,5\n\
             P1,2026-03-25,Naltrexone HCl 50 MG Tablet,14,7\n"
        );
        check(&[("a.csv", &text)], &[])
    };
    for header in ["Region", "Zone", "Tech", "Level", "Count", "X"] {
        let (code, rules, _) = of(header);
        assert_eq!(code, 3, "{header}");
        assert!(rules.contains(&"opioid-antagonist-overlap".to_owned()), "{header}: {rules:?}");
    }
    assert_eq!(of("Length of course in days").0, 0);
}

#[test]
fn a_reversal_without_a_date_takes_back_the_fill_that_it_names() {
    let of = |fill: &str| {
        let text = format!(
            "Patient ID,Fill No,Rx Number,Date Filled,Drug,Days Supply,Status\n\
             P1,0,1,2026-03-01,Oxycodone 5 MG Tab,10,Paid\nP1,1,2,2026-03-05,Naltrexone 50 MG Tab,30,Paid\n\
             P1,{fill},2,,Naltrexone 50 MG Tab,30,Reversed\n"
        );
        check(&[("a.csv", &text)], &[]).1
    };
    assert!(of("1").is_empty());
    assert_eq!(of("2"), ["opioid-antagonist-overlap"], "another fill");
    assert_eq!(of(""), ["opioid-antagonist-overlap"], "neither fill nor day");
}

#[test]
fn all_digit_dates_are_read_if_the_column_shows_their_form() {
    for (oxycodone, naltrexone, other) in [
        ("26060", "26064", "26076"),
        ("1260301", "1260305", "1260317"),
        ("03012026", "03052026", "03172026"),
        ("260301", "260305", "260317"),
        ("\"=\"\"2026-03-01\"\"\"", "\"=\"\"2026-03-05\"\"\"", "\"=\"\"2026-03-17\"\"\""),
        ("'2026-03-01", "'2026-03-05", "'2026-03-17"),
        ("2026年3月1日", "2026年3月5日", "2026年3月17日"),
        ("5. března 2026", "9. března 2026", "17. března 2026"),
    ] {
        let text = format!(
            "patient,fill_date,drug,days_supply\nP1,{oxycodone},Oxycodone 5 mg tablet,10\n\
             P1,{naltrexone},Naltrexone 50 mg tablet,30\nP2,{other},Lisinopril 10 mg tablet,30\n"
        );
        let (code, rules, _) = check(&[("a.csv", &text)], &[]);
        assert_eq!((code, rules), (1, vec!["opioid-antagonist-overlap".to_owned()]), "{oxycodone}");
    }
}

#[test]
fn one_number_in_two_facilities_is_two_people() {
    let of = |header: &str| {
        let text = format!(
            "{header},DOS,Drug,DS\nNorth,100,2026-03-01,Oxycodone 5 MG Tab,10\n\
             South,100,2026-03-05,Naltrexone 50 MG Tab,30\n"
        );
        check(&[("a.csv", &text)], &[]).1.len()
    };
    assert_eq!(
        (of("Facility,MRN"), of("Facility,Enterprise MRN"), of("Store,Patient ID")),
        (0, 1, 1)
    );
}

#[test]
fn an_identifier_after_a_spreadsheets_guard_is_the_identifier() {
    let text = "patient,fill_date,drug,days_supply\n\"=\"\"P1\"\"\",2026-03-01,Oxycodone 5 mg tablet,10\n\
                P1,2026-03-05,Naltrexone 50 mg tablet,30\n";
    assert_eq!(check(&[("a.csv", text)], &[]).1, ["opioid-antagonist-overlap"]);
}

#[test]
fn columns_about_people_and_offers_say_nothing_about_the_drug() {
    let with = |header: &str, cells: [&str; 3]| {
        let [first, second, third] = cells;
        let table = format!(
            "MRN,{header},Drug,Fill Date,Days Supply\n\
             40012,{first},Oxycodone 5 mg tablet,2026-03-01,7\n\
             40012,{second},Naltrexone 50 mg tablet,2026-03-03,30\n\
             40977,{third},Lisinopril 10 mg tablet,2026-03-04,30\n"
        );
        check(&[("a.csv", &table)], &["--isolated"])
    };
    for (header, cells) in [
        ("Last Name", ["Marsh", "Marsh", "Norco"]),
        ("Consultant", ["Marsh", "Keller", "Void"]),
        ("Referral Source", ["Marsh", "Cancel", "Keller"]),
        // Two persons with the same name.
        ("Patient", ["\"Marsh, Ann\"", "\"Marsh, Ann\"", "\"Marsh, Ann\""]),
        ("Counseling", ["Accepted", "Declined", "Accepted"]),
        ("Naloxone Offered", ["Accepted", "Declined", "Accepted"]),
        // Who typed it: each for several patients, and several for one.
        ("Usuario", ["alima", "rsilva", "alima"]),
    ] {
        let found = with(header, cells);
        assert_eq!(found, (1, vec!["opioid-antagonist-overlap".to_owned()], vec![]), "{header}");
    }
    // What may concern the drug is reported.
    for (header, cells) in [
        ("Patient Status", ["x", "Void", "y"]),
        ("Last Name", ["Marsh", "Marsh", "Oxycodone 5 mg tablet"]),
        ("Column9", ["x", "Void", "y"]),
    ] {
        assert_eq!(with(header, cells).0, 3, "{header}");
    }
}

#[test]
fn a_vocabulary_that_was_left_out_is_named_where_drugs_are_codes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "concept.csv",
        "concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,standard_concept,concept_code,valid_start_date,valid_end_date,invalid_reason\n\
         40000001,Oxycodone 5 MG Tablet,Drug,Site,Drug,S,900001,19700101,20991231,\n",
    );
    write(
        "drug_exposure.csv",
        "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,drug_type_concept_id,quantity,days_supply\n\
         1,21,40000001,2026-03-01,2026-03-15,32869,30,15\n",
    );
    let output = rxlint_in(folder.path(), &["check", ".", "--isolated"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("`--vocabulary ./concept.csv`"), "{}", stderr(&output));
}
