//! What a site already knows: baselines and acceptances.
#![allow(clippy::unwrap_used, reason = "a helper of a test may panic as a test may")]

use std::path::Path;
use std::process::{Command, Output};

use crate::common::{rxlint_in, stderr, stdout};
use serde_json::Value;
use tempfile::TempDir;

const HEADER: &str = "claim_id,patient_id,fill_date,drug_name,quantity,days_supply,prescriber\n";
const OVERLAP: &str = "1,P1,2026-03-01,Oxycodone 5 mg tablet,20,10,DR-A\n2,P1,2026-03-05,Naltrexone 50 mg tablet,30,30,DR-B\n";
const SECOND: &str = "3,P2,2026-03-02,Tramadol 50 mg tablet,40,10,DR-A\n4,P2,2026-03-06,Naltrexone 50 mg tablet,30,30,DR-A\n";

/// A folder with an export, in which commands are run.
struct Site(TempDir);

impl Site {
    fn new(rows: &[&str]) -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        site.export(rows);
        site
    }

    fn export(&self, rows: &[&str]) {
        self.write("claims.csv", &format!("{HEADER}{}", rows.concat()));
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_rxlint"))
            .current_dir(self.path())
            .env_clear()
            .args(arguments)
            .output()
            .unwrap()
    }

    /// The report of a check.
    fn check(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["check", "claims.csv", "--format", "json"], arguments].concat());
        serde_json::from_str(&stdout(&output))
            .unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)))
    }

    /// The rules of a check's findings.
    fn rules(&self, arguments: &[&str]) -> Vec<String> {
        self.check(arguments)["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[test]
fn a_baseline_leaves_only_what_is_new_and_lists_what_is_gone() {
    let site = Site::new(&[OVERLAP]);
    assert!(site.run(&["baseline", "write", "claims.csv"]).status.success());
    assert!(!site.read("rxlint-baseline.json").contains("P1"), "a baseline names no patient");

    let known = site.check(&["--baseline", "rxlint-baseline.json"]);
    assert_eq!(
        (known["findings"].as_array().unwrap().len(), &known["summary"]["baselined"]),
        (0, &Value::from(1))
    );
    assert_eq!(
        site.run(&["check", "claims.csv", "--baseline", "rxlint-baseline.json"]).status.code(),
        Some(0)
    );

    site.export(&[SECOND]);
    let report = site.check(&["--baseline", "rxlint-baseline.json"]);
    assert_eq!(report["findings"][0]["rule"], "tramadol-antagonist-overlap");
    assert_eq!(report["summary"]["gone"][0]["rule"], "opioid-antagonist-overlap");
    let output = site.run(&["check", "claims.csv", "--baseline", "rxlint-baseline.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("not found again: 1"), "{}", stderr(&output));

    // What is gone is removed; what is new stays new.
    let pruned = site.run(&["baseline", "prune", "claims.csv"]);
    assert!(stdout(&pruned).contains("1 removed, 0 kept"), "{}", stdout(&pruned));
    assert_eq!(
        site.rules(&["--baseline", "rxlint-baseline.json"]),
        ["tramadol-antagonist-overlap"]
    );
}

#[test]
fn every_earlier_report_serves_as_a_baseline() {
    let site = Site::new(&[OVERLAP, SECOND]);
    for format in ["json", "jsonl"] {
        site.write("before", &stdout(&site.run(&["check", "claims.csv", "--format", format])));
        let report = site.check(&["--baseline", "before"]);
        assert_eq!(
            (report["findings"].as_array().unwrap().len(), &report["summary"]["baselined"]),
            (0, &Value::from(2)),
            "{format}"
        );
        let prune = site.run(&["baseline", "prune", "claims.csv", "--baseline", "before"]);
        assert!(
            prune.status.code() == Some(2) && stderr(&prune).contains("is a report"),
            "a report is not rewritten"
        );
    }
    site.write("before", "half a rep");
    let output = site.run(&["check", "claims.csv", "--baseline", "before"]);
    assert!(
        output.status.code() == Some(2)
            && stderr(&output).contains("neither a baseline nor a whole JSON report")
    );
}

#[test]
fn a_changed_premise_is_new() {
    let dose = |mg: u32| format!("2,P1,2026-03-05,Naltrexone {mg} mg tablet,60,30,DR-B\n");
    let site = Site::new(&[OVERLAP]);
    let before = |rows: &[&str]| {
        site.export(rows);
        assert!(site.run(&["baseline", "write", "claims.csv", "--overwrite"]).status.success());
    };
    let new = |rows: &[&str]| {
        site.export(rows);
        site.rules(&["--baseline", "rxlint-baseline.json"])
    };

    // A refill in the same episode is known; another opioid and a new episode are not.
    before(&[OVERLAP]);
    assert_eq!(new(&[OVERLAP, "5,P1,2026-03-09,Oxycodone 5 mg tablet,20,10,DR-A\n"]), [""; 0]);
    assert_eq!(
        new(&[OVERLAP, "5,P1,2026-03-09,Morphine 15 mg tablet,20,10,DR-A\n"]),
        ["opioid-antagonist-overlap"]
    );
    assert_eq!(
        new(&[
            OVERLAP,
            "5,P1,2026-07-01,Oxycodone 5 mg tablet,20,10,DR-A\n6,P1,2026-07-02,Naltrexone 50 mg tablet,30,30,DR-B\n"
        ]),
        ["opioid-after-antagonist", "opioid-antagonist-overlap"]
    );

    // 55 mg twice a day is above 100 mg, 80 mg twice a day above 150: the same prescription, another band.
    before(&[&dose(55)]);
    assert_eq!(new(&[&dose(60)]), [""; 0]);
    assert_eq!(new(&[&dose(80)]), ["dose-above-maximum"]);
    // Also if the site has given both bands one severity.
    site.write("rxlint.toml", "[severity]\ndose-above-maximum = \"low\"\n");
    before(&[&dose(55)]);
    assert_eq!(new(&[&dose(80)]), ["dose-above-maximum"]);
    // A site's own severity is not part of the premise.
    site.write("rxlint.toml", "");
    assert_eq!(new(&[&dose(55)]), [""; 0]);
}

#[test]
fn a_baseline_is_never_widened_unseen_nor_cut_by_half_a_run() {
    let site = Site::new(&[OVERLAP]);
    assert!(site.run(&["baseline", "write", "claims.csv"]).status.success());
    let before = site.read("rxlint-baseline.json");
    site.export(&[SECOND, "5,,2026-03-02,Tramadol 50 mg tablet,40,10,DR-A\n"]);
    assert_eq!(site.run(&["baseline", "write", "claims.csv"]).status.code(), Some(2));
    assert_eq!(
        site.run(&["baseline", "write", "claims.csv", "--overwrite"]).status.code(),
        Some(3)
    );
    assert_eq!(site.run(&["baseline", "prune", "claims.csv"]).status.code(), Some(3));
    assert_eq!(site.read("rxlint-baseline.json"), before);
    // A rule that was not applied does not make its findings gone.
    site.export(&[SECOND]);
    assert!(
        stdout(&site.run(&[
            "baseline",
            "prune",
            "claims.csv",
            "--select",
            "tramadol-antagonist-overlap"
        ]))
        .contains("0 removed, 1 kept")
    );
}

fn accept(rule: &str, selector: &str) -> String {
    format!(
        "[[accept]]\nrule = \"{rule}\"\nreason = \"known to the clinic\"\nby = \"pharmacist 7\"\n{selector}\n"
    )
}

#[test]
fn each_selector_accepts_what_it_says_and_nothing_else() {
    let site = Site::new(&[OVERLAP, SECOND]);
    let fingerprint = site.check(&[])["findings"][0]["fingerprint"].as_str().unwrap().to_owned();
    let by_fingerprint = format!("fingerprint = \"{fingerprint}\"\nuntil = 2026-12-31");
    let accepted = [
        "patient = \"P1\"\nuntil = \"2026-12-31\"",
        &by_fingerprint,
        "drugs = [\"Oxycodone\", \"naltrexone\"]",
        "prescriber = \"dr-b\"",
        "path = \"claims*.csv\"",
    ];
    for selector in accepted {
        site.write("rxlint.toml", &accept("opioid-antagonist-overlap", selector));
        let report = site.check(&[]);
        assert_eq!(report["summary"]["accepted"], 1, "{selector}");
        assert_eq!(site.rules(&[]), ["tramadol-antagonist-overlap"], "{selector}");
        assert_eq!(report["summary"]["acceptances"][0]["findings"], 1, "{selector}");
    }
    let not = [
        "patient = \"P2\"\nuntil = 2026-12-31",
        "drugs = [\"morphine\"]",
        "prescriber = \"DR-A\"",
        "path = \"other/*.csv\"",
        "drugs = [\"oxycodone\"]\npath = \"b*\"",
    ];
    for selector in not {
        site.write("rxlint.toml", &accept("opioid-antagonist-overlap", selector));
        assert_eq!(site.check(&[])["summary"]["accepted"], 0, "{selector}");
        assert_eq!(
            site.rules(&[]),
            ["opioid-antagonist-overlap", "tramadol-antagonist-overlap", "unmatched-acceptance"],
            "{selector}"
        );
    }
}

#[test]
fn an_acceptance_that_ran_out_accepts_nothing_and_says_so() {
    let site = Site::new(&[OVERLAP]);
    site.write(
        "rxlint.toml",
        &accept(
            "opioid-antagonist-overlap",
            "patient = \"P1\"\nuntil = 2026-03-05\nservice = \"M0\"\noutcome = \"1G\"",
        ),
    );
    // It is valid on its last day.
    assert_eq!(site.rules(&["--as-of", "2026-03-05"]), [""; 0]);
    let report = site.check(&["--as-of", "2026-03-06"]);
    assert_eq!(report["findings"][1]["rule"], "expired-acceptance");
    assert_eq!(report["findings"][1]["severity"], "low");
    let place = &report["findings"][1]["places"][0];
    assert_eq!(
        (&place["path"], &place["line"], &place["column"]),
        (&"rxlint.toml".into(), &6.into(), &9.into())
    );
    let entry = &report["summary"]["acceptances"][0];
    assert_eq!(
        (&entry["service"], &entry["outcome"], &entry["by"], &entry["line"]),
        (&"M0".into(), &"1G".into(), &"pharmacist 7".into(), &2.into())
    );

    let full =
        stdout(&site.run(&["check", "claims.csv", "--format", "full", "--as-of", "2026-03-06"]));
    assert!(full.contains("rxlint.toml:6:9") && full.contains("ran out, 2026-03-05"), "{full}");
    assert_eq!(
        site.rules(&["--as-of", "2026-03-06", "--ignore", "expired-acceptance"]),
        ["opioid-antagonist-overlap"]
    );
    // An acceptance for a rule that was not applied may be needed by the next run.
    assert_eq!(
        site.rules(&[
            "--as-of",
            "2026-03-05",
            "--select",
            "DC,MS",
            "--ignore",
            "missing-days-supply"
        ]),
        [""; 0]
    );
}

#[test]
fn what_is_accepted_is_not_gone() {
    let site = Site::new(&[OVERLAP]);
    assert!(site.run(&["baseline", "write", "claims.csv"]).status.success());
    site.write("rxlint.toml", &accept("opioid-antagonist-overlap", "drugs = [\"oxycodone\"]"));
    let report = site.check(&["--baseline", "rxlint-baseline.json"]);
    assert_eq!(
        (
            &report["summary"]["accepted"],
            &report["summary"]["baselined"],
            &report["summary"]["gone"]
        ),
        (&1.into(), &0.into(), &Value::Null)
    );
}

#[test]
fn an_unknown_rule_is_shown_in_place() {
    let site = Site::new(&[OVERLAP]);
    site.write("rxlint.toml", &accept("opioid-antagonist-overlapp", "path = \"a\""));
    let error = stderr(&site.run(&["check", "claims.csv"]));
    assert!(
        error.contains("did you mean `opioid-antagonist-overlap`?")
            && error.contains("rxlint.toml:2:8"),
        "{error}"
    );
}

/// A night for each of these tables over one ledger, each with its configuration; the exit codes and standard output.
fn nights(nights: &[(&str, &str)]) -> Vec<(i32, String)> {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    for (number, (settings, rows)) in nights.iter().enumerate() {
        let table = format!(
            "claim_id,patient_id,fill_date,drug_name,quantity,days_supply,status\n{rows}\n"
        );
        std::fs::write(folder.path().join("rxlint.toml"), settings).unwrap();
        std::fs::write(folder.path().join(format!("night{number}.csv")), table).unwrap();
        let name = format!("night{number}.csv");
        let begin: &[&str] = if number == 0 { &["--new-ledger"] } else { &[] };
        let all = [&["check", &name, "--ledger", "l", "--format", "concise"], begin].concat();
        let output = rxlint_in(folder.path(), &all);
        told.push((output.status.code().unwrap(), stdout(&output)));
    }
    told
}

#[test]
fn what_was_accepted_is_reported_once_it_no_longer_is() {
    let until = "[[accept]]\nrule = \"opioid-antagonist-overlap\"\npatient = \"P1\"\nuntil = 2026-03-31\nreason = \"x\"\n";
    let both = "C1,P1,2026-03-01,Oxycodone 5 mg tablet,42,14,PAID\nC2,P1,2026-03-05,Naltrexone 50 mg tablet,30,30,PAID";
    let others = "C3,P9,2026-03-20,Naltrexone 50 mg tablet,30,30,PAID";
    let later = "C4,P9,2026-04-20,Naltrexone 50 mg tablet,30,30,PAID";
    let is_told = |told: &(i32, String)| told.1.contains("opioid-antagonist-overlap] P1");
    // Its day passes on a night without these patients, or the entry is deleted.
    for (settings, rows) in [(until, later), ("", others)] {
        let told =
            nights(&[(until, both), (settings, rows), (settings, &rows.replace("P9", "P8"))]);
        assert_eq!(told.iter().map(|(code, _)| *code).collect::<Vec<_>>(), [0, 1, 0], "{told:?}");
        assert_eq!(told.iter().map(is_told).collect::<Vec<_>>(), [false, true, false], "{told:?}");
    }
    // Reported first, then accepted on a night without these patients.
    let told = nights(&[("", both), (until, others), (until, later)]);
    assert_eq!(told.iter().map(is_told).collect::<Vec<_>>(), [true, false, true], "{told:?}");
    // While it is valid, nothing is reported and nothing new is counted.
    let told = nights(&[(until, both), (until, others)]);
    assert!(told.iter().all(|told| told.0 == 0), "{told:?}");
}

#[test]
fn a_third_injection_is_another_matter_than_the_second() {
    let rows = |days: &[&str]| {
        let row = |day: &&str| format!("P1,Vivitrol 380 mg kit,1,28,{day}\n");
        format!(
            "patient,drug,quantity,days_supply,fill_date\n{}",
            days.iter().map(row).collect::<String>()
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, rows(&["2026-03-01", "2026-03-25"])).unwrap();
    rxlint_in(folder.path(), &["baseline", "write", "a.csv", "--isolated"]);
    std::fs::write(&file, rows(&["2026-03-01", "2026-03-25", "2026-03-27"])).unwrap();
    let all = ["check", "a.csv", "--isolated", "--baseline", "rxlint-baseline.json"];
    let output = rxlint_in(folder.path(), &all);
    assert_eq!(output.status.code(), Some(1));
    let told = stdout(&output);
    assert!(told.contains("clean from 2026-04-20; 1 more pair"), "{told}");
}
