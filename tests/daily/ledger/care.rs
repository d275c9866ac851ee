//! What is kept, for how long and about whom, and how the ledger is maintained.

use rusqlite::Connection;

use crate::common::{stderr, stdout};
use crate::ledger::key::version_4;
use crate::ledger::tools::{Site, prints};

const OXYCODONE: &str = "C1,P1,,1970-02-02,2026-03-01,Oxycodone HCl 5 MG Tablet,42,14,PAID,";
const NALTREXONE: &str = "C2,P1,,1970-02-02,2026-03-10,Naltrexone HCl 50 MG Tablet,30,30,PAID,";
const REVERSAL: &str = "C1,P1,,1970-02-02,2026-03-01,Oxycodone HCl 5 MG Tablet,42,14,REVERSED,";
const OTHER: &str = "C3,P2,,1980-03-03,2026-03-02,Lisinopril 10 MG Tablet,30,30,PAID,";

fn two_nights() -> Site {
    let site = Site::new();
    site.export("one.csv", &[OXYCODONE, OTHER]);
    site.export("two.csv", &[NALTREXONE]);
    assert!(prints(&site.night(&["one.csv"])).is_empty());
    assert_eq!(prints(&site.night(&["two.csv"])).len(), 1);
    site
}

#[test]
fn the_same_file_again_changes_nothing() {
    let site = two_nights();
    let (bytes, report) = (std::fs::read(site.ledger()).unwrap(), site.night(&["two.csv"]));
    assert_eq!(site.night(&["two.csv"]), report, "and says the same");
    // The same content under another name or packed differently is the same file.
    std::fs::create_dir(site.path().join("archive")).unwrap();
    assert!(std::fs::read(site.ledger()).unwrap() == bytes, "not a byte");
    std::fs::rename(site.path().join("two.csv"), site.path().join("archive/two-copy.csv")).unwrap();
    assert_eq!(prints(&site.night(&["archive/two-copy.csv"])), prints(&report));
    assert_eq!(site.dump()["record"].len(), 2);
    assert_eq!(site.dump()["file"].len(), 2);
}

#[test]
fn a_late_reversal_withdraws_what_an_earlier_night_found() {
    let site = two_nights();
    let finding = site.kept(false);
    site.export("three.csv", &[REVERSAL]);
    let report = site.night(&["three.csv"]);
    assert!(prints(&report).is_empty());
    let withdrawn = &report["summary"]["ledger"]["withdrawn"][0];
    assert_eq!(withdrawn["rule"], "opioid-antagonist-overlap");
    assert_eq!(withdrawn["first_seen"], "2026-03-10");
    assert!(finding.contains(withdrawn["fingerprint"].as_str().unwrap()));
    assert_eq!((site.kept(false).len(), site.kept(true)), (0, finding.clone()));
    assert_eq!(site.night(&["three.csv"]), report, "said again when the run is done again");
    // A masked report shows no fingerprint derived from an identifier.
    let masked = site.night(&["three.csv", "--phi", "mask"]);
    assert!(!masked.to_string().contains(withdrawn["fingerprint"].as_str().unwrap()));
    assert!(masked.to_string().contains("no longer stand: 1"), "{masked}");
    // The reversal itself was a mistake: its file is corrected, and the finding is current again, as a new one. That another number was reversed,
    // and which bill that took back, is asked.
    site.export("three.csv", &[&REVERSAL.replace("C1", "C9")]);
    let again = site.night(&["three.csv"]);
    assert!(prints(&again).is_superset(&finding));
    assert!(again.to_string().contains("conflicting-versions"), "{again}");
    assert_eq!(again["summary"]["ledger"]["new"], 2);
    assert!(again["summary"]["notes"].to_string().contains("three.csv replaces"), "{again}");
}

#[test]
fn an_earlier_record_is_shown_from_what_is_kept() {
    let site = two_nights();
    std::fs::remove_file(site.path().join("one.csv")).unwrap();
    let output = site.run(&[
        "check",
        "--isolated",
        "two.csv",
        "--new-ledger",
        "--ledger",
        "ledger.db",
        "--format",
        "full",
    ]);
    let text = stdout(&output);
    assert!(text.contains("[one.csv:2:1]"), "{text}");
    assert!(
        text.contains("2026-03-01, Oxycodone HCl 5 MG Tablet, quantity 42, 14 days, as the ledger keeps it; the file is no longer there"),
        "{text}"
    );
    assert!(text.contains("full agonist, 2026-03-01 to 2026-03-14"), "{text}");
    let report = site.night(&["two.csv"]);
    assert!(
        report["findings"][0]["places"][0]["column"].is_number()
            && report["findings"][0]["places"][1].get("column").is_none()
    );
    // Relative days and masked reports hide the same parts of it as of a row.
    let masked = site.night(&["two.csv", "--phi", "mask", "--dates", "relative"]).to_string();
    assert!(!masked.contains("2026-") && !masked.contains("P1"), "{masked}");
    // A finding whose records are all from earlier nights names its patient by tonight's record.
    let site = two_nights();
    site.export(
        "three.csv",
        &[
            "C7,P1,,,2026-03-12,Lisinopril,30,30,PAID,",
            &REVERSAL
                .replace("C1,", "C2,")
                .replace("2026-03-01", "2026-03-10")
                .replace("Oxycodone HCl 5 MG Tablet,42,14", "Naltrexone HCl 50 MG Tablet,30,30"),
        ],
    );
    assert_eq!(
        site.night(&["three.csv"])["summary"]["ledger"]["withdrawn"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn only_new_and_since() {
    let site = two_nights();
    site.export(
        "three.csv",
        &[
            "C4,P1,,,2026-03-20,Naltrexone HCl 50 MG Tablet,30,30,PAID,",
            "C5,P3,,,2026-03-20,Methadone 10 MG,30,30,PAID,",
            "C6,P3,,,2026-03-20,Naltrexone 50 MG,30,30,PAID,",
        ],
    );
    let new = site.night(&["three.csv", "--only-new"]);
    assert!(
        new["findings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|finding| finding["first_seen"] == "2026-03-20"),
        "{new}"
    );
    assert_eq!(
        site.night(&["three.csv", "--only-new"]),
        new,
        "a run that is repeated says the same"
    );
    assert_eq!(new["summary"]["ledger"]["earlier"], 1);
    site.export("four.csv", &["C8,P4,,,2026-03-21,Lisinopril,30,30,PAID,"]);
    assert!(prints(&site.night(&["four.csv", "--only-new"])).is_empty());
    assert_eq!(
        prints(&site.night(&["four.csv", "--since", "2026-03-20"])),
        prints(&new),
        "also of patients who are not in tonight's file"
    );
    assert_eq!(prints(&site.night(&["four.csv", "--since", "2026-03-01"])), site.kept(false));
    // What is not reported does not affect the exit code.
    let code = |arguments: &[&str]| {
        site.run(
            &[
                &["check", "--isolated", "--new-ledger", "--ledger", "ledger.db", "four.csv"],
                arguments,
            ]
            .concat(),
        )
        .status
        .code()
    };
    assert_eq!((code(&["--only-new"]), code(&["--since", "2026-03-20"])), (Some(0), Some(1)));
    let output = site.run(&["check", "--isolated", "four.csv", "--only-new"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("needs a ledger, which knows what was found before")
            && stderr(&output).contains("--ledger FILE")
    );
    let output = site.run(&[
        "check",
        "--isolated",
        "four.csv",
        "--ledger",
        "ledger.db",
        "--history",
        "one.csv",
    ]);
    assert!(output.status.code() == Some(2) && stderr(&output).contains("rxlint ledger import"));
    // The worklist has a column for it.
    let csv = stdout(&site.run(&[
        "check",
        "--isolated",
        "--ledger",
        "ledger.db",
        "three.csv",
        "--format",
        "csv",
    ]));
    assert!(
        csv.lines().next().unwrap().contains(",done,first_seen,") && csv.contains(",,2026-03-20,"),
        "{csv}"
    );
}

#[test]
fn a_finding_that_becomes_more_severe_is_new() {
    let site = Site::new();
    let dose = |claim: &str, day: &str, quantity: u32| {
        format!("{claim},P1,,,{day},Naltrexone HCl 50 MG Tablet,{quantity},30,PAID,")
    };
    site.export("one.csv", &[&dose("C1", "2026-03-01", 75)]);
    assert_eq!(prints(&site.night(&["one.csv"])).len(), 1, "125 mg a day");
    site.export("two.csv", &[&dose("C2", "2026-03-30", 75)]);
    assert!(prints(&site.night(&["two.csv", "--only-new"])).is_empty(), "the same once more");
    site.export("three.csv", &[&dose("C3", "2026-04-28", 120)]);
    let graver = site.night(&["three.csv", "--only-new"]);
    assert_eq!(
        (&graver["findings"][0]["severity"], &graver["findings"][0]["first_seen"]),
        (&"high".into(), &"2026-04-28".into())
    );
    assert_eq!(site.kept(false).len(), 1);
}

#[test]
fn a_night_that_shares_a_day_with_the_last_is_not_a_correction_of_it() {
    let rows = |days: &[(&str, &str)]| -> String {
        let row = |(claim, day): &(&str, &str)| {
            format!("{claim},P{claim},,,{day},Naltrexone 50 mg tablet,30,30,PAID,\n")
        };
        days.iter().map(row).collect()
    };
    let first = [("1", "2026-03-01"), ("2", "2026-03-02"), ("3", "2026-03-02")];
    for (second, code) in [
        // Yesterday and today, every night; and two rows instead of three.
        (&[("2", "2026-03-02"), ("3", "2026-03-02"), ("4", "2026-03-03")][..], 2),
        (&[("9", "2026-03-01")], 2),
        // A correction: one row more, one row less, another day.
        (&[("1", "2026-03-01"), ("2", "2026-03-02"), ("3", "2026-03-02"), ("4", "2026-03-02")], 0),
        (&[("2", "2026-03-02"), ("3", "2026-03-02")], 0),
        (&[("1", "2026-03-01"), ("2", "2026-03-02"), ("3", "2026-03-03")], 0),
    ] {
        let site = Site::new();
        let table = |rows: String| crate::ledger::tools::HEADER.to_owned() + &rows;
        let path = site.path().join("export.csv");
        std::fs::write(&path, table(rows(&first))).unwrap();
        site.run(&["check", "--isolated", "export.csv", "--new-ledger", "--ledger", "ledger.db"]);
        std::fs::write(&path, table(rows(second))).unwrap();
        let output = site.run(&["check", "--isolated", "export.csv", "--ledger", "ledger.db"]);
        assert_eq!(output.status.code(), Some(code), "{second:?}: {}", stderr(&output));
    }
}

#[test]
fn the_same_name_every_night_is_asked_about() {
    let site = Site::new();
    site.export("export.csv", &[OXYCODONE]);
    site.night(&["export.csv"]);
    site.export("export.csv", &[NALTREXONE]);
    let before = site.dump();
    let output =
        site.run(&["check", "--isolated", "export.csv", "--new-ledger", "--ledger", "ledger.db"]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(
        told.contains(
            "a file called export.csv was read before, with records of 2026-03-01; now it has records of 2026-03-10."
        ),
        "{told}"
    );
    assert!(told.contains("--same-name add"), "{told}");
    assert_eq!(site.dump(), before);
    assert_eq!(prints(&site.night(&["export.csv", "--same-name", "add"])).len(), 1);
    assert_eq!(site.dump()["record"].len(), 2);
    // Standard input without a name is never a correction.
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_rxlint"))
        .current_dir(site.path())
        .args(["check", "--isolated", "-", "--new-ledger", "--ledger", "ledger.db", "-qq"])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let rows = crate::ledger::tools::HEADER.to_owned()
        + "C9,P9,,,2026-03-11,Methadone 10 MG,30,30,PAID,\n";
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), rows.as_bytes()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(site.dump()["record"].len(), 3);
}

#[test]
fn as_little_as_possible_is_kept() {
    let site = Site::new();
    site.export(
        "a.csv",
        &[
            &OXYCODONE.replace("P1", "MRN-48151623"),
            "C3,MRN-4242,,1980-03-03,2026-03-02,Lisinopril 10 MG Tablet,30,30,PAID,",
            "C4,UNKNOWN,,,2026-03-02,Naltrexone 50 MG,30,30,PAID,",
            "C5,000000,,,2026-03-02,Naltrexone 50 MG,30,30,PAID,",
        ],
    );
    let output = site.run(&[
        "check",
        "--isolated",
        "a.csv",
        "--new-ledger",
        "--ledger",
        "ledger.db",
        "--max-rejects",
        "2",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let bytes = std::fs::read(site.ledger()).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("Oxycodone HCl 5 MG Tablet"));
    for text in ["MRN-48151623", "MRN-4242", "Lisinopril", "C1", "1970-02-02", "UNKNOWN"] {
        assert!(!holds(text), "{text}");
    }
    assert_eq!(
        site.dump()["record"].len(),
        1,
        "placeholders are no patients, and lisinopril is not watched"
    );
    assert!(site.dump()["fact"].is_empty());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = || site.ledger().metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        std::fs::set_permissions(site.ledger(), std::fs::Permissions::from_mode(0o644)).unwrap();
        site.night(&["a.csv"]);
        assert_eq!(mode(), 0o600, "taken back");
    }
}

#[test]
fn a_patient_can_be_forgotten() {
    let site = two_nights();
    site.export("three.csv", &["C8,P8,,,2026-03-10,Methadone of Mr Doe 10 MG,30,30,PAID,G89.29"]);
    site.night(&["three.csv"]);
    let forget = |patient: &str| stdout(&forget(&site, patient));
    assert_eq!(forget("P8"), "1 record, 1 fact and 0 findings removed\n");
    assert_eq!(forget("P1"), "2 records, 0 facts and 1 finding removed\n");
    let bytes = std::fs::read(site.ledger()).unwrap();
    assert!(
        !bytes.windows(6).any(|window| window == b"Mr Doe"),
        "what is taken out is overwritten"
    );
    assert_eq!(site.verify(), "ledger.db: whole\n");
}

fn forget(site: &Site, patient: &str) -> std::process::Output {
    let options = ["ledger", "forget", "--isolated", "--ledger", "ledger.db", "--patient"];
    site.run(&[&options, &[patient][..]].concat())
}

#[test]
fn a_forgotten_patient_comes_back_with_the_same_export() {
    for again in ["one.csv", "copy.csv"] {
        let site = two_nights();
        site.export("copy.csv", &[OXYCODONE, OTHER]);
        assert!(forget(&site, "P1").status.success());
        assert!(prints(&site.night(&["two.csv"])).is_empty(), "the opioid is forgotten");
        site.night(&[again]);
        assert_eq!(prints(&site.night(&["two.csv"])).len(), 1, "{again}");
        assert_eq!(site.dump()["record"].len(), 2, "{again}");
        assert_eq!(site.verify(), "ledger.db: whole\n");
        // From then on the same file changes nothing again.
        let bytes = std::fs::read(site.ledger()).unwrap();
        site.night(&["two.csv"]);
        assert!(std::fs::read(site.ledger()).unwrap() == bytes, "not a byte");
    }
}

#[test]
fn a_birth_date_in_many_files_comes_back_with_any_of_them() {
    let site = Site::new();
    let row = |claim: &str, day: &str| {
        format!("{claim},P1,,2015-02-02,{day},Naltrexone HCl 50 MG Tablet,30,30,PAID,")
    };
    site.export("one.csv", &[&row("C1", "2026-03-01")]);
    site.export("two.csv", &[&row("C2", "2026-03-31")]);
    site.night(&["one.csv"]);
    site.night(&["two.csv"]);
    assert!(forget(&site, "P1").status.success());
    assert_eq!(prints(&site.night(&["two.csv"])).len(), 1, "the patient is a child");
}

#[test]
fn a_ledger_that_is_given_as_an_export_is_named() {
    let site = two_nights();
    let told = stderr(&site.run(&["check", "ledger.db", "--isolated"]));
    assert!(told.contains("a ledger of rxlint") && told.contains("--ledger FILE"), "{told}");
}

#[test]
fn forgetting_no_one_is_an_error() {
    let site = two_nights();
    for nobody in ["9999", "p1", "0P1"] {
        let output = forget(&site, nobody);
        assert_eq!(output.status.code(), Some(2), "{nobody}");
        let said = stderr(&output);
        assert!(said.contains("nothing was removed") && !said.contains(nobody), "{said}");
    }
    assert_eq!(site.dump()["record"].len(), 2);
}

#[test]
fn records_removed_by_a_shorter_look_back_come_back_with_the_same_export() {
    let site = two_nights();
    let prune = ["ledger", "prune", "--isolated", "--ledger", "ledger.db", "--look-back", "1"];
    assert!(site.run(&prune).status.success());
    let kept = site.dump()["record"].len();
    site.night(&["one.csv"]);
    assert!(site.dump()["record"].len() >= kept);
    assert_eq!(prints(&site.night(&["two.csv"])).len(), 1);
}

#[test]
fn records_older_than_the_look_back_are_pruned() {
    let site = two_nights();
    let others: Vec<String> =
        (0..5).map(|n| format!("X{n},P9,,,2027-06-01,Lisinopril 10 MG,30,30,PAID,")).collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    site.export(
        "later.csv",
        &[&["C9,P9,,,2027-06-01,Methadone 10 MG,30,30,PAID,"], &others[..]].concat(),
    );
    site.night(&["later.csv", "--look-back", "9999"]);
    // One file alone does not move the look-back: its year may be mistyped.
    site.export("next.csv", &["Y1,P8,,,2027-06-01,Lisinopril 10 MG,30,30,PAID,"]);
    site.night(&["next.csv", "--look-back", "9999"]);
    assert_eq!(site.dump()["record"].len(), 3);
    let prune = |days: &str| {
        stdout(&site.run(&[
            "ledger",
            "prune",
            "--isolated",
            "--ledger",
            "ledger.db",
            "--look-back",
            days,
        ]))
    };
    assert_eq!(prune("1000"), "0 records, 0 facts and 0 findings from before 2024-09-04 removed\n");
    assert_eq!(
        prune("400"),
        "0 records, 0 facts and 0 findings from before 2026-04-27 removed\n",
        "it may be carried over"
    );
    assert_eq!(prune("300"), "2 records, 0 facts and 1 finding from before 2026-08-05 removed\n");
    assert_eq!(site.verify(), "ledger.db: whole\n");
    assert_eq!(site.dump()["record"].len(), 1);
    // A day given on the command line does not make the ledger forget.
    let site = two_nights();
    site.export("typed.csv", &["C9,P9,,,2026-03-12,Methadone 10 MG,30,30,PAID,"]);
    site.night(&["typed.csv", "--as-of", "2062-03-12"]);
    assert_eq!(site.dump()["record"].len(), 3);
}

#[test]
fn damage_is_found() {
    let verify =
        |site: &Site| site.run(&["ledger", "verify", "--isolated", "--ledger", "ledger.db"]);
    let site = two_nights();
    Connection::open(site.ledger())
        .unwrap()
        .execute("UPDATE record SET days = days + 1 WHERE days = 14", [])
        .unwrap();
    let output = verify(&site);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("1 records are not what was written"), "{}", stdout(&output));

    let site = two_nights();
    let mut bytes = std::fs::read(site.ledger()).unwrap();
    let at = bytes.windows(9).position(|window| window == b"Oxycodone").unwrap();
    let page = at / 4096 * 4096;
    bytes[page..page + 200].fill(0xA5);
    std::fs::write(site.ledger(), &bytes).unwrap();
    let output = verify(&site);
    assert_ne!(output.status.code(), Some(0), "{}", stdout(&output));
    let output =
        site.run(&["check", "--isolated", "two.csv", "--new-ledger", "--ledger", "ledger.db"]);
    assert!(
        output.status.code() == Some(2) && stderr(&output).contains("is damaged."),
        "{}",
        stderr(&output)
    );

    std::fs::write(site.ledger(), b"patient,drug\n").unwrap();
    let output =
        site.run(&["check", "--isolated", "two.csv", "--new-ledger", "--ledger", "ledger.db"]);
    assert!(
        output.status.code() == Some(2) && stderr(&output).contains("is not a ledger of rxlint."),
        "{}",
        stderr(&output)
    );
    assert_eq!(std::fs::read(site.ledger()).unwrap(), b"patient,drug\n", "and it is left alone");
    let output = site.run(&["ledger", "status", "--isolated", "--ledger", "nowhere.db"]);
    assert!(
        output.status.code() == Some(2)
            && stderr(&output).contains("does not exist, or nothing is in it"),
        "{}",
        stderr(&output)
    );
    assert!(!site.path().join("nowhere.db").exists());
}

/// A ledger as written by version 1, of the two nights above.
fn version_1() -> Site {
    let site = version_4();
    site.export("two.csv", &[NALTREXONE]);
    let connection = Connection::open(site.ledger()).unwrap();
    connection
        .execute_batch(
            "ALTER TABLE identity DROP COLUMN sum; ALTER TABLE authority DROP COLUMN sum; ALTER TABLE file DROP COLUMN kept;
             ALTER TABLE record DROP COLUMN version; DROP INDEX finding_of_day; DROP TABLE waiting;
             ALTER TABLE finding DROP COLUMN premise; ALTER TABLE finding DROP COLUMN made_by; ALTER TABLE finding DROP COLUMN withdrawn_by; PRAGMA user_version = 1;",
        )
        .unwrap();
    site
}

#[test]
fn older_ledgers_are_brought_up_to_date_and_newer_ones_left_alone() {
    let site = two_nights();
    let mut standing = site.kept(false);
    let site = version_1();
    let output = site.run(&["ledger", "status", "--isolated", "--ledger", "ledger.db"]);
    assert!(
        output.status.code() == Some(2) && stderr(&output).contains("written by an older rxlint"),
        "{}",
        stderr(&output)
    );
    site.export("three.csv", &[REVERSAL]);
    let report = site.night(&["three.csv"]);
    assert_eq!(report["summary"]["ledger"]["withdrawn"].as_array().unwrap().len(), 1);
    // Its second export also had a diagnosis.
    let mut withdrawn = site.kept(true);
    withdrawn.append(&mut standing);
    assert_eq!(site.kept(true), withdrawn);

    Connection::open(site.ledger()).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let before = std::fs::read(site.ledger()).unwrap();
    let output =
        site.run(&["check", "--isolated", "two.csv", "--new-ledger", "--ledger", "ledger.db"]);
    assert!(
        output.status.code() == Some(2)
            && stderr(&output).contains("written by a newer rxlint (its version is 99"),
        "{}",
        stderr(&output)
    );
    assert!(std::fs::read(site.ledger()).unwrap() == before);
}

#[test]
fn old_records_are_judged_by_the_rules_of_the_day() {
    let site = Site::new();
    site.export("one.csv", &[OTHER]);
    site.night(&["one.csv", "--ignore", "opioid-antagonist-overlap"]);
    site.export("two.csv", &[OXYCODONE, NALTREXONE]);
    assert!(prints(&site.night(&["two.csv", "--ignore", "opioid-antagonist-overlap"])).is_empty());
    // A rule that is switched on again finds what it would have found, including for patients who are not in tonight's file.
    site.export("three.csv", &["C9,P9,,,2026-03-12,Methadone 10 MG,30,30,PAID,"]);
    let report = site.night(&["three.csv"]);
    assert_eq!(report["findings"][0]["rule"], "opioid-antagonist-overlap");
    assert!(
        report["summary"]["notes"].to_string().contains("everyone in the ledger was judged again")
    );
    // A rule that is switched off withdraws nothing.
    let report = site.night(&["three.csv", "--ignore", "opioid-antagonist-overlap"]);
    assert_eq!(report["summary"]["ledger"]["withdrawn"].as_array().unwrap().len(), 0);
    assert_eq!(site.kept(false).len(), 1);
}

#[test]
fn a_new_rule_book_understands_old_records_anew() {
    let site = Site::new();
    // A word that is not a drug yet, only one slip away from one: kept, because a rule reports it.
    site.export("one.csv", &["C1,P1,,,2026-03-01,Naltrexonw 50 MG Tablet,30,30,PAID,"]);
    site.night(&["one.csv"]);
    let drugs = site.path().join("rules/drugs");
    std::fs::create_dir_all(&drugs).unwrap();
    let file =
        std::fs::read_to_string(crate::common::root().join("rules/drugs/naltrexone.toml")).unwrap();
    let file = file.replace("misspellings = [", "misspellings = [\"naltrexonw\", ");
    std::fs::write(drugs.join("naltrexone.toml"), file).unwrap();
    site.export("two.csv", &[&OXYCODONE.replace("2026-03-01", "2026-03-05")]);
    let rules = |report: serde_json::Value| {
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["rule"].to_string())
            .collect::<Vec<_>>()
    };
    let found = rules(site.night(&["two.csv", "--rules", "rules"]));
    assert_eq!(found, ["\"opioid-antagonist-overlap\""]);
    // The same as when reading both at once.
    assert_eq!(found, rules(site.check(&["two.csv", "--history", "one.csv", "--rules", "rules"])));
}

#[test]
fn older_exports_are_imported() {
    let site = Site::new();
    site.export("one.csv", &[OXYCODONE]);
    site.export("two.csv", &[NALTREXONE]);
    let output = site.run(&[
        "ledger",
        "import",
        "--isolated",
        "--new-ledger",
        "--ledger",
        "ledger.db",
        "one.csv",
    ]);
    assert_eq!(
        (output.status.code(), stdout(&output)),
        (Some(0), String::new()),
        "{}",
        stderr(&output)
    );
    assert_eq!(prints(&site.night(&["two.csv"])).len(), 1);
    let status = stdout(&site.run(&["ledger", "status", "--isolated", "--ledger", "ledger.db"]));
    assert!(status.contains("Files read: 2\nRecords about watched drugs: 2 of 1 patients, 2026-03-01 to 2026-03-10\n"), "{status}");
    // The configuration can name it, with a path relative to itself.
    std::fs::write(
        site.path().join("rxlint.toml"),
        "ledger = \"ledger.db\"\nlook-back = 100\nsame-name = \"add\"\n",
    )
    .unwrap();
    let output = site.run(&["ledger", "status", "--format", "json"]);
    assert!(stdout(&output).contains("\"records\": 2"), "{}", stdout(&output));
    let output = site.run(&["check", "two.csv", "--format", "json"]);
    assert!(stdout(&output).contains("\"first_seen\": \"2026-03-10\""), "{}", stderr(&output));
}
