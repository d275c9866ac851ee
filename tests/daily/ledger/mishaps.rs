//! What went wrong on mornings: wrong years, another batch under the same name, merges, acceptances that no longer fit.

use crate::common::{stderr, stdout};
use crate::ledger::tools::Site;

const OXYCODONE: &str = "C1,P1,,,2026-03-01,Oxycodone HCl 5 MG Tablet,60,30,PAID,";
const NALTREXONE: &str = "C2,P1,,,2026-03-05,Naltrexone HCl 50 MG Tablet,30,30,PAID,";

fn row(claim: &str, patient: &str, day: &str, drug: &str) -> String {
    format!("{claim},{patient},,,{day},{drug},30,30,PAID,")
}

/// The rules of a report's findings.
fn rules(report: &serde_json::Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().filter_map(|finding| finding["rule"].as_str()).collect()
}

fn notes(report: &serde_json::Value) -> String {
    report["summary"]["notes"].to_string()
}

#[test]
fn a_night_of_wrong_years_makes_the_ledger_forget_nothing() {
    for wrong in ["2027-12-04", "2027-03-02", "2062-03-02"] {
        let site = Site::new();
        let lisinopril = |claim: &str, day: &str| row(claim, claim, day, "Lisinopril 10 MG Tablet");
        site.export("n1.csv", &[OXYCODONE, &lisinopril("L1", "2026-03-01")]);
        let rows = [("B1", "2026-03-02"), ("B2", wrong), ("B3", wrong)];
        let rows = rows.map(|(claim, day)| lisinopril(claim, day));
        site.export("n2.csv", &rows.each_ref().map(String::as_str));
        site.export("n3.csv", &[NALTREXONE]);
        site.night(&["n1.csv"]);
        let told = notes(&site.night(&["n2.csv"]));
        assert!(told.contains("forgets nothing for it"), "{wrong}: {told}");
        assert!(rules(&site.night(&["n3.csv"])).contains(&"opioid-antagonist-overlap"), "{wrong}");
    }
    // A three-month-old depot is kept although one of today's rows is a year ahead.
    let site = Site::new();
    site.export("n1.csv", &["D1,P1,,,2025-12-01,Sublocade 300 MG/1.5 ML Injection,1,28,PAID,"]);
    site.export("n2.csv", &[&row("L1", "P9", "2027-03-07", "Lisinopril 10 MG Tablet")]);
    site.export("n3.csv", &[&row("C2", "P1", "2026-03-08", "Naltrexone HCl 50 MG Tablet")]);
    for night in ["n1.csv", "n2.csv"] {
        site.night(&[night]);
    }
    assert_eq!(rules(&site.night(&["n3.csv"])), ["recent-depot-buprenorphine"]);
}

#[test]
fn another_batch_of_the_same_day_and_name_is_asked_about() {
    let batch = |patients: std::ops::Range<u32>, drug: &str| -> Vec<String> {
        patients.map(|n| row(&format!("C{n}"), &format!("P{n}"), "2026-03-01", drug)).collect()
    };
    let run = |first: &[String], second: &[String]| {
        let site = Site::new();
        let lines =
            |rows: &[String]| rows.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        site.export("export.csv", &[&lines(first)]);
        site.night(&["export.csv"]);
        site.export("export.csv", &[&lines(second)]);
        site.run(&["check", "--isolated", "export.csv", "--ledger", "ledger.db"])
    };
    let (oxycodone, lisinopril) = ("Oxycodone HCl 5 MG Tablet", "Lisinopril 10 MG Tablet");
    for (first, second) in [
        (batch(0..1, oxycodone), batch(1..2, "Naltrexone HCl 50 MG Tablet")),
        (batch(0..30, oxycodone), batch(100..130, lisinopril)),
        ([batch(0..1, oxycodone), batch(1..50, lisinopril)].concat(), batch(100..150, lisinopril)),
    ] {
        let output = run(&first, &second);
        assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
        assert!(stderr(&output).contains("are not there again"), "{}", stderr(&output));
    }
    // Corrections: a drug, one row less, other amounts in every row.
    let whole = batch(0..30, oxycodone);
    let others = whole.iter().map(|row| row.replace(",30,30,", ",60,15,")).collect::<Vec<_>>();
    let mut one = whole.clone();
    one[3] = one[3].replace(oxycodone, lisinopril);
    for second in [one, whole[1..].to_vec(), others] {
        assert_ne!(run(&whole, &second).status.code(), Some(2));
    }
    let single = batch(0..1, oxycodone);
    let corrected = [single[0].replace("Oxycodone", "Hydromorphone")];
    assert_ne!(run(&single, &corrected).status.code(), Some(2), "the same claim");
}

#[test]
fn a_nightly_table_of_conditions_is_not_forgotten_for_the_next() {
    let site = Site::new();
    let table = |rows: &str| {
        let text = format!("patient_id,code,onset_date\n{rows}");
        std::fs::write(site.path().join("conditions.csv"), text).unwrap();
    };
    site.export("n1.csv", &[&row("C1", "P1", "2026-03-01", "Naltrexone HCl 50 MG Tablet")]);
    site.export("n2.csv", &[&row("C2", "P1", "2026-03-25", "Naltrexone HCl 50 MG Tablet")]);
    let night = |file: &str, more: &[&str]| {
        let ledger = ["--new-ledger", "--ledger", "ledger.db", "--conditions", "conditions.csv"];
        site.run(&[&["check", "--isolated", file], &ledger[..], more].concat())
    };
    table("P1,K74.60,2020-01-01\n");
    assert_eq!(night("n1.csv", &[]).status.code(), Some(1));
    table("P2,K74.60,2021-01-01\n");
    let asked = night("n2.csv", &[]);
    assert_eq!(asked.status.code(), Some(2), "{}", stderr(&asked));
    assert_eq!(night("n2.csv", &["--same-name", "add"]).status.code(), Some(1));
}

/// A message that dispenses a drug to the person with these identifiers.
fn dispense(id: u32, identifiers: &str, drug: &str, day: &str) -> String {
    format!(
        "MSH|^~\\&|RX|HOSP|X|Y|{day}120000||RDS^O13^RDS_O13|M{id}|P|2.5\rPID|1||{identifiers}||DOE^JO||19700202|F\r\
         ORC|RE|O{id}\rRXD|1|^{drug}|{day}|30|TAB||RX{id}|0|||TAKE 1 TABLET DAILY\r"
    )
}

fn merge(id: u32, from: &str, to: &str) -> String {
    format!(
        "MSH|^~\\&|ADT|HOSP|X|Y|20260310120000||ADT^A40^ADT_A39|M{id}|P|2.5\rPID|1||{to}^^^HOSP^MR||DOE^JO\rMRG|{from}^^^HOSP^MR\r"
    )
}

#[test]
fn a_merge_counts_for_the_nights_before_it_and_after_it() {
    let oxycodone = |id: &str| dispense(1, id, "Oxycodone HCl 5 MG Tablet", "20260301");
    let naltrexone = |id: &str| dispense(2, id, "Naltrexone HCl 50 MG Tablet", "20260305");
    let other = dispense(3, "P9^^^HOSP^MR", "Lisinopril 10 MG Tablet", "20260306");
    let (p1, p2, p3) = ("P1^^^HOSP^MR", "P2^^^HOSP^MR", "P3^^^HOSP^MR");
    let with_merge = |id: u32, from: &str, to: &str| merge(id, from, to) + &other;
    let both = format!("{p2}~{p1}");
    for (what, nights) in [
        ("after both", vec![oxycodone(p1), naltrexone(p2), with_merge(7, "P1", "P2")]),
        ("before both", vec![with_merge(7, "P1", "P2"), oxycodone(p1), naltrexone(p2)]),
        ("between", vec![oxycodone(p1), with_merge(7, "P1", "P2"), naltrexone(p2)]),
        ("with the later", vec![oxycodone(p1), merge(7, "P1", "P2") + &naltrexone(p2)]),
        (
            "a chain",
            vec![
                oxycodone(p1),
                with_merge(7, "P1", "P2"),
                with_merge(8, "P2", "P3"),
                naltrexone(p3),
            ],
        ),
        ("two numbers", vec![oxycodone(p1), naltrexone(&both)]),
    ] {
        let site = Site::new();
        let mut found = Vec::new();
        for (night, text) in nights.iter().enumerate() {
            let name = format!("n{night}.hl7");
            std::fs::write(site.path().join(&name), text).unwrap();
            let output = site.run(&[
                "check",
                "--isolated",
                &name,
                "--new-ledger",
                "--ledger",
                "ledger.db",
                "--format",
                "json",
            ]);
            assert_ne!(output.status.code(), Some(2), "{what}: {}", stderr(&output));
            let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
            let told = rules(&report).into_iter().filter(|rule| *rule != "missing-days-supply");
            found.extend(told.map(str::to_owned));
        }
        assert_eq!(found, ["opioid-antagonist-overlap"], "{what}");
        assert_eq!(site.verify(), "ledger.db: whole\n", "{what}");
        let all: Vec<String> = (0..nights.len()).map(|night| format!("n{night}.hl7")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let whole = site.run(&[&["check", "--isolated", "--format", "json"], &all[..]].concat());
        let whole: serde_json::Value = serde_json::from_str(&stdout(&whole)).unwrap();
        assert_eq!(
            crate::ledger::tools::prints(&whole),
            site.kept(false),
            "{what}: as one run finds"
        );
        // A patient who is forgotten under one number is forgotten under all.
        let forgotten = site.run(&[
            "ledger",
            "forget",
            "--isolated",
            "--ledger",
            "ledger.db",
            "--patient",
            "P1",
        ]);
        assert!(stdout(&forgotten).starts_with("2 records"), "{what}: {}", stdout(&forgotten));
    }
}

#[test]
fn a_merged_patient_is_shown_and_found_under_the_surviving_number() {
    let (p1, p2) = ("P1^^^HOSP^MR", "P2^^^HOSP^MR");
    let watched = dispense(1, p1, "Oxycodone HCl 5 MG Tablet", "20260301")
        + &dispense(2, p1, "Naltrexone HCl 50 MG Tablet", "20260305");
    let other = |id: u32, day: &str| dispense(id, "P9^^^HOSP^MR", "Lisinopril 10 MG Tablet", day);
    let merged = merge(7, "P1", "P2") + &other(3, "20260306");
    let own = dispense(4, p2, "Lisinopril 10 MG Tablet", "20260306");
    for (what, nights) in [
        ("after", vec![watched.clone(), merged.clone(), other(5, "20260307")]),
        ("before", vec![merged.clone(), watched.clone(), other(5, "20260307")]),
        ("with records of the other", vec![watched.clone(), merged + &own]),
        ("in one run", vec![watched.clone() + &merge(7, "P1", "P2")]),
    ] {
        let site = Site::new();
        let mut last = String::new();
        for (night, text) in nights.iter().enumerate() {
            last = format!("n{night}.hl7");
            std::fs::write(site.path().join(&last), text).unwrap();
            let report = site.night(&[&last]);
            let had_merge = night > 0 || what != "after" && what != "with records of the other";
            for finding in report["findings"].as_array().unwrap() {
                let whom = if had_merge { "P2" } else { "P1" };
                assert_eq!(finding["patient"], whom, "{what}, {last}: {finding}");
            }
        }
        for number in ["P1", "P2"] {
            let report = site.night(&[&last, "--since", "2026-01-01", "--patient", number]);
            assert!(rules(&report).contains(&"opioid-antagonist-overlap"), "{what}, {number}");
            let findings = report["findings"].as_array().unwrap();
            assert!(findings.iter().all(|finding| finding["patient"] == "P2"), "{what}: {report}");
        }
    }
    // The same without a ledger, and when one patient's timeline is drawn.
    let site = Site::new();
    std::fs::write(site.path().join("all.hl7"), watched + &merge(7, "P1", "P2")).unwrap();
    for number in ["P1", "P2"] {
        let report = site.check(&["all.hl7", "--patient", number]);
        assert!(rules(&report).contains(&"opioid-antagonist-overlap"), "{number}");
        let drawn = site.run(&["timeline", "--isolated", "all.hl7", "--patient", number]);
        assert!(stdout(&drawn).contains("naltrexone"), "{number}: {}", stderr(&drawn));
    }
}

#[test]
fn an_accepted_finding_that_becomes_more_severe_is_reported_again() {
    let dose = |claim: &str, day: &str, quantity: u32| {
        format!("{claim},P1,,,{day},Naltrexone HCl 50 MG Tablet,{quantity},30,PAID,")
    };
    let site = Site::new();
    site.export("n1.csv", &[&dose("C1", "2026-03-01", 75)]);
    let night = |files: &[&str]| {
        let ledger = ["--new-ledger", "--ledger", "ledger.db", "--format", "json"];
        let output = site.run(&[&["check"], files, &ledger[..]].concat());
        let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        (output.status.code(), report)
    };
    std::fs::write(site.path().join("rxlint.toml"), "").unwrap();
    let (code, report) = night(&["n1.csv"]);
    assert_eq!(code, Some(1));
    let print = report["findings"][0]["fingerprint"].as_str().unwrap();
    let accept = |more: &str| {
        let entry = format!(
            "[[accept]]\nrule = \"dose-above-maximum\"\nfingerprint = \"{print}\"\nuntil = 2026-12-31\nreason = \"titration\"\n{more}"
        );
        std::fs::write(site.path().join("rxlint.toml"), entry).unwrap();
    };
    accept("");
    assert_eq!(night(&["n1.csv"]).0, Some(0));
    site.export("n2.csv", &[&dose("C2", "2026-03-28", 75)]);
    assert_eq!(night(&["n2.csv"]).0, Some(0), "the same once more");
    site.export("n3.csv", &[&dose("C3", "2026-04-25", 180)]);
    let (code, report) = night(&["n3.csv"]);
    assert_eq!(code, Some(1));
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("more severe than what was accepted"), "{message}");
    site.export("n4.csv", &[&dose("C4", "2026-05-24", 75)]);
    assert_eq!(night(&["n4.csv"]).0, Some(1), "it stays so");
    accept("severity = \"high\"\n");
    site.export("n5.csv", &[&dose("C5", "2026-06-22", 75)]);
    assert_eq!(night(&["n5.csv"]).0, Some(0));

    // Without a ledger, the entry must say so.
    let files = ["check", "n1.csv", "n2.csv", "n3.csv"];
    for (severity, code) in [("severity = \"moderate\"\n", 1), ("severity = \"high\"\n", 0)] {
        accept(severity);
        let output = site.run(&files);
        assert_eq!(output.status.code(), Some(code), "{severity}: {}", stderr(&output));
        // An entry that explains why a finding is reported again is not called one that matches nothing.
        assert!(!stdout(&output).contains("matches no finding"), "{severity}");
    }
    accept("");
    assert!(
        stderr(&site.run(&files)).contains("accepts the finding even if it becomes more severe")
    );
}

#[test]
fn what_is_accepted_by_its_prescriber_stays_accepted_on_the_next_night() {
    let site = Site::new();
    let table = |name: &str, row: &str| {
        let text = format!(
            "claim_id,patient_id,fill_date,drug_name,quantity,days_supply,prescriber_id\n{row}\n"
        );
        std::fs::write(site.path().join(name), text).unwrap();
    };
    let config = "[[accept]]\nrule = \"opioid-antagonist-overlap\"\nprescriber = \"DR-B\"\nreason = \"known\"\n";
    std::fs::write(site.path().join("rxlint.toml"), config).unwrap();
    table(
        "n1.csv",
        "C1,P1,2026-03-01,Oxycodone 5 mg tablet,60,30,DR-A\nC2,P1,2026-03-02,Naltrexone 50 mg tablet,30,30,DR-B",
    );
    table("n2.csv", "C3,P1,2026-03-10,Oxycodone 5 mg tablet,60,30,DR-A");
    let night = |file: &str| {
        site.run(&["check", file, "--new-ledger", "--ledger", "ledger.db"]).status.code()
    };
    assert_eq!(night("n1.csv"), Some(0));
    assert_eq!(night("n2.csv"), Some(0));
    std::fs::write(site.path().join("rxlint.toml"), config.replace("DR-B", "DR-C")).unwrap();
    table("n3.csv", "C4,P1,2026-03-12,Oxycodone 5 mg tablet,60,30,DR-A");
    assert_eq!(night("n3.csv"), Some(1), "another prescriber is accepted now");
}

#[test]
fn a_monitor_sees_a_lost_key_and_a_new_ledger() {
    let site = Site::new();
    site.export("n1.csv", &[OXYCODONE]);
    assert!(notes(&site.night(&["n1.csv"])).contains("A new ledger was begun"));
    let key = site.path().join("ledger.db.key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let ledger =
        |action: &str| site.run(&["ledger", action, "--isolated", "--ledger", "ledger.db"]);
    assert_eq!(ledger("status").status.code(), Some(2));
    let verified = stdout(&ledger("verify"));
    assert!(verified.contains("Put the key file back"), "{verified}");
    std::fs::write(&key, kept).unwrap();
    assert_eq!(ledger("status").status.code(), Some(0));
    std::fs::remove_file(site.ledger()).unwrap();
    assert!(
        notes(&site.night(&["n1.csv"])).contains("The key of an earlier ledger lies beside it")
    );
}

#[test]
fn current_findings_are_counted_whoever_is_in_tonights_files() {
    let site = Site::new();
    site.export("n1.csv", &[OXYCODONE, NALTREXONE]);
    site.export("n2.csv", &[&row("L1", "P9", "2026-03-06", "Lisinopril 10 MG Tablet")]);
    site.night(&["n1.csv"]);
    assert_eq!(site.night(&["n2.csv"])["summary"]["ledger"]["earlier"], 1);
}

#[test]
fn a_cancelled_and_reentered_order_counts_over_nights_as_in_one_run() {
    let order = |control: &str, number: &str, sent: &str, drug: &str| {
        format!(
            "MSH|^~\\&|RX|HOSP|X|Y|{sent}||RDE^O11^RDE_O11|M{sent}|P|2.5\rPID|1||P1^^^HOSP^MR||DOE^JO||19700202|F\r\
             ORC|{control}|{number}|F{number}||||||{sent}\rTQ1|1||QD|||14^D|20260301\rRXE||^{drug}|1||TAB\r"
        )
    };
    let oxycodone =
        |control: &str, sent: &str| order(control, "O1", sent, "Oxycodone HCl 5 MG Tablet");
    let first = oxycodone("NW", "20260301080000");
    let cancelled = oxycodone("CA", "20260301090000");
    let again = oxycodone("NW", "20260301100000");
    let naltrexone = order("NW", "N1", "20260303080000", "Naltrexone HCl 50 MG Tablet");
    for nights in [
        [&first, &cancelled, &again, &naltrexone],
        [&again, &cancelled, &first, &naltrexone],
        [&cancelled, &naltrexone, &first, &again],
    ] {
        let site = Site::new();
        let names = ["n0.hl7", "n1.hl7", "n2.hl7", "n3.hl7"];
        for (name, text) in names.iter().zip(nights) {
            std::fs::write(site.path().join(name), text).unwrap();
            let output =
                site.run(&["check", "--isolated", name, "--new-ledger", "--ledger", "ledger.db"]);
            assert_ne!(output.status.code(), Some(2), "{}", stderr(&output));
        }
        assert_eq!(site.verify(), "ledger.db: whole\n");
        let whole = site.run(&[&["check", "--isolated", "--format", "json"], &names[..]].concat());
        let whole: serde_json::Value = serde_json::from_str(&stdout(&whole)).unwrap();
        assert!(rules(&whole).contains(&"opioid-antagonist-overlap"));
        assert_eq!(crate::ledger::tools::prints(&whole), site.kept(false), "as one run finds");
    }
}
