//! Older exports that are also read.

use crate::common::{stderr, stdout};
use crate::ledger::tools::{Site, prints};

const OXYCODONE: &str = "C1,P1,,,2026-03-01,Oxycodone HCl 5 MG Tablet,42,14,PAID,";
const NALTREXONE: &str = "C2,P1,,,2026-03-10,Naltrexone HCl 50 MG Tablet,30,30,PAID,";

#[test]
fn a_finding_has_a_record_of_today_in_it() {
    let site = Site::new();
    site.export(
        "old.csv",
        &[
            OXYCODONE,
            "C8,P2,,,2026-03-01,Methadone 10 MG Tablet,30,30,PAID,",
            "C9,P2,,,2026-03-02,Naltrexone 50 MG Tablet,30,30,PAID,",
        ],
    );
    site.export(
        "today.csv",
        &[NALTREXONE, "C7,P2,,,2026-03-11,Lisinopril 10 MG Tablet,30,30,PAID,"],
    );
    assert!(prints(&site.check(&["today.csv"])).is_empty());
    let report = site.check(&["today.csv", "--history", "old.csv"]);
    let both = site.check(&["old.csv", "today.csv"]);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "what P2 has is old");
    assert_eq!(findings[0]["places"][0]["path"], "today.csv");
    assert_eq!(findings[0]["places"][1]["path"], "old.csv");
    assert!(findings[0].get("first_seen").is_none());
    assert!(prints(&report).is_subset(&prints(&both)));
    assert_eq!(report["as_of"], "2026-03-11");
    // Today's records are distinguished from those of the history.
    assert_eq!(report["summary"]["files"].as_array().unwrap().len(), 1);
    assert_eq!(report["summary"]["history"][0]["read"], 3);
    assert_eq!(report["summary"]["patients"], 1, "patients of today");
}

#[test]
fn the_history_decides_what_today_is_and_not_whether_the_run_is_whole() {
    let site = Site::new();
    site.export(
        "old.csv",
        &[
            OXYCODONE,
            "C3,,,,2026-03-01,Oxycodone HCl 5 MG Tablet,42,14,PAID,",
            "C4,P9,,,2026-03-20,Lisinopril,30,30,PAID,",
        ],
    );
    site.export("today.csv", &[NALTREXONE]);
    let output = site.run(&["check", "--isolated", "today.csv", "--history", "old.csv"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let told = stderr(&output);
    assert!(told.contains("old.csv:3: record 2 rejected: "), "{told}");
    assert!(told.contains("1 record of the history could not be understood"), "{told}");
    assert!(told.contains("history: old.csv"), "{told}");
    assert!(
        stdout(&output)
            .ends_with("1 record read: 1 checked, 0 inactive, 0 unresolved, 0 rejected.\n"),
        "{}",
        stdout(&output)
    );
    assert_eq!(site.check(&["today.csv", "--history", "old.csv"])["as_of"], "2026-03-20");
    // A named file that is missing cannot be read.
    assert_eq!(
        site.run(&["check", "--isolated", "today.csv", "--history", "gone.csv"]).status.code(),
        Some(2)
    );
    // A history alone does not count as checked.
    site.export("empty.csv", &[]);
    assert_eq!(
        site.run(&["check", "--isolated", "empty.csv", "--history", "old.csv"]).status.code(),
        Some(3)
    );
}

#[test]
fn a_reversal_and_a_diagnosis_of_today_count() {
    let site = Site::new();
    site.export(
        "old.csv",
        &[OXYCODONE, "C2,P1,,,2026-03-08,Naltrexone HCl 50 MG Tablet,30,30,PAID,"],
    );
    site.export(
        "today.csv",
        &[
            "C1,P1,,,2026-03-01,Oxycodone HCl 5 MG Tablet,42,14,REVERSED,",
            "C5,P1,,,2026-03-12,Naltrexone HCl 50 MG Tablet,30,30,PAID,",
        ],
    );
    assert!(prints(&site.check(&["today.csv", "--history", "old.csv"])).is_empty());
    site.export("told.csv", &["C6,P1,,,2026-03-12,Lisinopril 10 MG Tablet,30,30,PAID,K74.60"]);
    let report = site.check(&["told.csv", "--history", "old.csv"]);
    let rules: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(
        rules,
        ["naltrexone-hepatic-disease"],
        "the diagnosis is of today, the overlap is not"
    );
}

#[test]
fn the_memory_limit_changes_nothing() {
    let site = Site::new();
    let rows: Vec<String> = (0..300).map(|n| OXYCODONE.replace("P1", &format!("P{n}"))).collect();
    let today: Vec<String> =
        (0..300).step_by(3).map(|n| NALTREXONE.replace("P1", &format!("P{n}"))).collect();
    site.export("old.csv", &rows.iter().map(String::as_str).collect::<Vec<_>>());
    site.export("today.csv", &today.iter().map(String::as_str).collect::<Vec<_>>());
    let plain = site.check(&["today.csv", "--history", "old.csv"]);
    assert_eq!(plain["findings"].as_array().unwrap().len(), 100);
    assert_eq!(site.check(&["today.csv", "--history", "old.csv", "--memory-limit", "1K"]), plain);
    site.night(&["old.csv"]);
    let limited = site.night(&["today.csv", "--memory-limit", "1K"]);
    assert_eq!(prints(&limited), prints(&plain));
    assert_eq!(site.night(&["today.csv"]), limited);
    assert_eq!(site.verify(), "ledger.db: whole\n");
}

#[test]
fn feeds_that_number_people_by_other_columns_are_told() {
    let site = Site::new();
    let write = |name: &str, header: &str, rows: &[&str]| {
        let table = format!("{header},Drug,Fill Date,Qty,Days Supply\n{}\n", rows.join("\n"));
        std::fs::write(site.path().join(name), table).unwrap();
    };
    const CLAIMS: [&str; 2] = [
        "700100,W88000,Oxycodone HCl 5 mg tablet,2026-01-05,120,30",
        "700137,W88053,Oxycodone HCl 5 mg tablet,2026-01-06,120,30",
    ];
    write("claims.csv", "MRN,Member ID", &CLAIMS);
    write(
        "doses.csv",
        "Member ID",
        &[
            "W88000,Naltrexone 50 mg tablet,2026-01-20,30,30",
            "W88053,Naltrexone 50 mg tablet,2026-01-20,30,30",
        ],
    );
    let output = site.run(&["check", "--isolated", "doses.csv", "--history", "claims.csv"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("one person counts as two"), "{}", stderr(&output));
    site.run(&["check", "--isolated", "claims.csv", "--ledger", "l.db", "--new-ledger"]);
    let night = |file: &str| stderr(&site.run(&["check", "--isolated", file, "--ledger", "l.db"]));
    let told = night("doses.csv");
    let is_told = |told: &str| told.contains("is known from claims.csv, whose patient column is");
    assert!(is_told(&told) && told.contains("tonight's is `Member ID`"), "{told}");
    assert!(!told.contains("W88"), "no number is shown: {told}");
    assert_eq!(night("doses.csv"), told, "said again when the run is done again");
    // The same feed the next night knows its people, and a header that says more is the same one.
    write("claims2.csv", "MRN,Member ID", &[&CLAIMS[0].replace("01-05", "01-25")]);
    assert!(!night("claims2.csv").contains("claims.csv, whose"));
    write("other.csv", "Patient MRN", &["700999,Naltrexone 50 mg tablet,2026-01-20,30,30"]);
    assert!(!is_told(&night("other.csv")));
    // A feed that does know some of the people by that number is no stranger.
    write("list.csv", "Patient ID", &["700100,Naltrexone 50 mg tablet,2026-01-26,30,30"]);
    assert!(!is_told(&night("list.csv")));
}
