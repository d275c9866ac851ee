//! The morning after: a worklist is filled in, saved as spreadsheets save it, and imported; the next night does not repeat what was settled, until
//! its day or until it changes.
#![cfg(feature = "spreadsheets")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use crate::common::{stderr, stdout};
use crate::pharmacist::{Pharmacist, decide};

const HEADER: &str = "claim_id,patient_id,fill_date,drug_name,quantity,days_supply,prescriber\n";
const OXYCODONE: &str = "1,P1,2026-03-01,Oxycodone 5 mg tablet,20,10,DR-A\n";
const NALTREXONE: &str = "2,P1,2026-03-05,Naltrexone 50 mg tablet,30,30,DR-B\n";
const SECOND: &str = "3,P2,2026-03-02,Tramadol 50 mg tablet,40,10,DR-A\n4,P2,2026-03-06,Naltrexone 50 mg tablet,30,30,DR-A\n";

fn site() -> Pharmacist {
    let site = Pharmacist::new();
    site.write("claims.csv", &format!("{HEADER}{OXYCODONE}{NALTREXONE}{SECOND}"));
    site
}

/// Where the decisions are stored, and the options that the first check needs for it.
const PLACES: [(&[&str], &[&str]); 2] = [
    (&["--dispositions", "decided.csv"], &[]),
    (&["--ledger", "rx.ledger"], &["--ledger", "rx.ledger", "--new-ledger"]),
];

#[test]
fn what_was_settled_is_quiet_until_its_day_and_then_reported_with_the_decision() {
    for (place, first) in PLACES {
        let site = site();
        site.check_to("list.xlsx", &[&["claims.csv"], first].concat());
        let rows = site.fill_in("list.xlsx", "filled.xlsx", |row| match row["patient"].as_str() {
            "P1" => decide("accepted", "pain clinic knows", "RPh Meyer", "2026-04-30"),
            _ => decide("", "", "", ""),
        });
        assert_eq!(rows, 2);
        let told = site.run(&[&["dispositions", "import", "filled.xlsx"], place].concat());
        assert_eq!(told.status.code(), Some(0), "{}", stderr(&told));
        assert!(
            stdout(&told)
                .contains("1 imported (1 accepted), 0 known before, 1 without a disposition"),
            "{}",
            stdout(&told)
        );
        let again = site.run(&[&["dispositions", "import", "filled.xlsx"], place].concat());
        assert!(stdout(&again).contains("0 imported, 1 known before"), "{}", stdout(&again));

        let check = |day: &str| site.check(&[&["claims.csv", "--as-of", day], place].concat());
        let quiet = check("2026-04-30");
        assert_eq!(Pharmacist::patients(&quiet), ["P2"]);
        assert_eq!(quiet["summary"]["settled"], 1);
        let told = check("2026-05-01");
        assert_eq!(Pharmacist::patients(&told), ["P1", "P2"]);
        assert_eq!(told["summary"]["returned"], 1);
        let help = told["findings"][0]["help"].as_str().unwrap();
        assert!(
            help.ends_with(
                "Reported again: accepted on 2026-03-06 until 2026-04-30, and that day has passed."
            ),
            "{help}"
        );
        // Who decided and why is kept, and appears only in the history.
        assert!(!told.to_string().contains("Meyer") && !told.to_string().contains("pain clinic"));
        let history = stdout(&site.run(&[&["dispositions", "list"], place].concat()));
        assert!(history.contains("pain clinic knows,RPh Meyer,2026-04-30"), "{history}");
    }
}

#[test]
fn a_changed_prescription_that_is_dispensed_again_and_another_premise_come_back() {
    for (place, first) in PLACES {
        let site = site();
        site.check_to("list.xlsx", &[&["claims.csv"], first].concat());
        site.fill_in("list.xlsx", "filled.xlsx", |_| decide("changed", "", "Meyer", ""));
        assert!(
            site.run(&[&["dispositions", "import", "filled.xlsx"], place].concat())
                .status
                .success()
        );
        let check = |name: &str| site.check(&[&[name], place].concat());
        assert_eq!(Pharmacist::patients(&check("claims.csv")), [""; 0]);
        // The oxycodone was stopped, but is dispensed once more.
        let refill = "9,P1,2026-03-09,Oxycodone 5 mg tablet,20,10,DR-A\n";
        site.write("next.csv", &format!("{HEADER}{OXYCODONE}{NALTREXONE}{refill}"));
        let told = check("next.csv");
        assert_eq!(Pharmacist::patients(&told), ["P1"]);
        assert!(told.to_string().contains("more was dispensed since"), "{told}");
    }
    let site = Pharmacist::new();
    let dose = |mg: u32| format!("{HEADER}2,P1,2026-03-05,Naltrexone {mg} mg tablet,60,30,DR-B\n");
    site.write("claims.csv", &dose(55));
    site.check_to("list.csv", &["claims.csv"]);
    site.fill_in("list.csv", "filled.csv", |_| decide("false alarm", "weaned", "Meyer", ""));
    let import = ["dispositions", "import", "filled.csv", "--dispositions", "decided.csv"];
    assert!(site.run(&import).status.success());
    let check = || site.check(&["claims.csv", "--dispositions", "decided.csv"]);
    site.write("claims.csv", &dose(60));
    assert_eq!(Pharmacist::patients(&check()), [""; 0]);
    site.write("claims.csv", &dose(80));
    let told = check();
    assert_eq!(Pharmacist::patients(&told), ["P1"]);
    assert!(told.to_string().contains("what it rests on has changed since"), "{told}");
}

#[test]
fn what_was_changed_and_withdrawn_comes_back_by_nights_though_today_stays_the_same() {
    let header = HEADER.replace("\n", ",status\n");
    let row = |claim: &str, of: &str, status: &str| {
        of.replacen(['1', '2'], claim, 1).replace('\n', &format!(",{status}\n"))
    };
    // The day that counts as today: that of the night before, or earlier.
    for other in ["2026-03-13", "2026-03-12"] {
        let lisinopril = format!("7,P9,{other},Lisinopril 10 mg tablet,30,30,DR-A,PAID\n");
        let last = "4,P2,2026-03-13,Naltrexone 50 mg tablet,30,30,DR-A,PAID\n";
        let nights = [
            ("1.csv", row("1", OXYCODONE, "PAID") + &row("2", NALTREXONE, "PAID") + last),
            ("2.csv", row("2", NALTREXONE, "REVERSED") + &lisinopril),
            ("3.csv", row("22", NALTREXONE, "PAID")),
            ("4.csv", lisinopril.clone()),
        ];
        let site = Pharmacist::new();
        nights.iter().for_each(|(name, rows)| site.write(name, &format!("{header}{rows}")));
        let (place, first) = PLACES[1];
        let night = |name: &str| site.check(&[&[name], place].concat());
        let decide_on = |list: &str, arguments: &[&str], import: &[&str]| {
            site.check_to(list, arguments);
            site.fill_in(list, "filled.xlsx", |_| decide("changed", "", "Meyer", ""));
            let all = [&["dispositions", "import", "filled.xlsx"], place, import].concat();
            let told = site.run(&all);
            assert!(told.status.success(), "{}", stderr(&told));
        };
        decide_on("list.xlsx", &[&["1.csv"], first].concat(), &[]);
        assert_eq!(Pharmacist::patients(&night("1.csv")), [""; 0]);
        assert_eq!(Pharmacist::patients(&night("2.csv")), [""; 0]);
        for again in ["3.csv", "3.csv", "4.csv"] {
            let told = night(again);
            assert_eq!(Pharmacist::patients(&told), ["P1"], "{other}, {again}");
            assert!(told.to_string().contains("withdrawn since and is current again"), "{told}");
        }
        // The latest decision counts.
        decide_on("next.xlsx", &[&["4.csv"], place].concat(), &["--on", "2026-03-14"]);
        assert_eq!(Pharmacist::patients(&night("4.csv")), [""; 0]);
    }
}

#[test]
fn nothing_is_imported_while_a_cell_has_to_be_fixed_and_no_cell_is_quoted() {
    for (place, first) in PLACES {
        let site = site();
        site.check_to("list.xlsx", &[&["claims.csv"], first].concat());
        site.fill_in("list.xlsx", "filled.xlsx", |row| match row["patient"].as_str() {
            "P1" => decide("accepted", "Zqcanary", "", "2026-04-30"),
            _ => decide("changed", "", "Meyer", ""),
        });
        let told = site.run(&[&["dispositions", "import", "filled.xlsx"], place].concat());
        assert_eq!(told.status.code(), Some(2));
        let error = stderr(&told);
        assert!(
            error.contains("filled.xlsx: Montag!") && error.contains("who decided is missing"),
            "{error}"
        );
        assert!(error.contains("nothing was imported") && !error.contains("Zqcanary"), "{error}");
        assert!(!site.has("decided.csv"));
        let report = site.run(&[&["dispositions", "report", "--format", "json"], place].concat());
        if place[0] == "--ledger" {
            let report: serde_json::Value = serde_json::from_str(&stdout(&report)).unwrap();
            assert_eq!(report["all"]["decided"], 0);
        }
    }
}

#[test]
fn a_last_day_that_is_years_away_is_reported() {
    for (place, first) in PLACES {
        let site = site();
        site.check_to("list.xlsx", &[&["claims.csv"], first].concat());
        site.fill_in("list.xlsx", "filled.xlsx", |row| match row["patient"].as_str() {
            "P1" => decide("later", "", "Meyer", "2062-06-30"),
            _ => decide("accepted", "known", "Meyer", "2028-03-01"),
        });
        let told = site.run(&[&["dispositions", "import", "filled.xlsx"], place].concat());
        assert!(stdout(&told).contains("2 imported"), "{}", stderr(&told));
        let error = stderr(&told);
        assert!(error.contains("more than two years: Montag!"), "{error}");
        assert!(error.contains("--replace") && !error.contains(", Montag!"), "one cell: {error}");
    }
}

#[test]
fn a_missing_ledger_is_not_created_where_decisions_are_read() {
    let site = site();
    site.write("list.csv", "fingerprint\n");
    for arguments in [
        &["dispositions", "import", "list.csv", "--ledger", "mistyped"][..],
        &["dispositions", "report", "--ledger", "mistyped"],
        &["ledger", "status", "--ledger", "mistyped"],
    ] {
        let told = site.run(arguments);
        assert_eq!(told.status.code(), Some(2));
        let error = stderr(&told);
        assert!(!error.contains("--new-ledger") && !error.contains("standard input"), "{error}");
    }
    let error = stderr(&site.run(&["dispositions", "import", "monday.xlsx", "--ledger", "l"]));
    assert!(error.contains("Check the path.") && !error.contains("standard input"), "{error}");
    // A folder is not a worklist, and its help is about worklists.
    let error = stderr(&site.run(&["dispositions", "import", ".", "--dispositions", "d.csv"]));
    assert!(error.contains("give a worklist"), "{error}");
}

#[test]
fn two_contradicting_lists_of_one_morning_are_reported() {
    for (place, first) in PLACES {
        let site = site();
        site.check_to("list.csv", &[&["claims.csv"], first].concat());
        let fill = |name: &str, disposition: &'static str| {
            site.fill_in("list.csv", name, move |_| {
                decide(disposition, "looked at", "Meyer", "2026-06-30")
            });
        };
        fill("one.csv", "accepted");
        fill("other.csv", "false alarm");
        let import = |name: &str, more: &[&str]| {
            site.run(&[&["dispositions", "import", name], place, more].concat())
        };
        assert!(import("one.csv", &[]).status.success());
        let told = import("other.csv", &[]);
        assert_eq!(told.status.code(), Some(2));
        let error = stderr(&told);
        assert!(error.contains("`accepted` on 2026-03-06 until 2026-06-30"), "{error}");
        assert!(import("other.csv", &["--replace"]).status.success());
        let history = stdout(&site.run(&[&["dispositions", "list"], place].concat()));
        assert_eq!(history.matches(",Meyer,").count(), 4, "both stand in the history: {history}");
        // The file that was imported first no longer changes anything.
        assert!(stdout(&import("one.csv", &[])).contains("0 imported, 2 known before"));
    }
}

#[test]
fn a_masked_worklist_another_sites_list_and_other_files_are_refused() {
    let site = site();
    site.check_to("masked.xlsx", &["claims.csv", "--phi", "mask"]);
    site.fill_in("masked.xlsx", "filled.xlsx", |_| decide("changed", "", "Meyer", ""));
    let import = |name: &str, place: &[&str]| {
        let told = site.run(&[&["dispositions", "import", name], place].concat());
        assert_eq!(told.status.code(), Some(2), "{name}");
        stderr(&told)
    };
    let file = ["--dispositions", "decided.csv"];
    assert!(import("filled.xlsx", &file).contains("this worklist is masked"));
    assert!(import("claims.csv", &file).contains("is not a worklist"));
    assert!(import("no-such.xlsx", &file).contains("no-such.xlsx"));
    assert!(import("claims.csv", &[]).contains("no place is given where dispositions are kept"));
    site.check_to("list.xlsx", &["claims.csv"]);
    site.fill_in("list.xlsx", "filled.xlsx", |_| decide("changed", "", "Meyer", ""));
    site.write("other.csv", &format!("{HEADER}{}", OXYCODONE.replace("P1", "P9")));
    site.check(&["other.csv", "--ledger", "rx.ledger", "--new-ledger"]);
    let error = import("filled.xlsx", &["--ledger", "rx.ledger"]);
    assert!(error.contains("the ledger has no such finding"), "{error}");
    // No file that is read is written.
    assert!(
        import("filled.xlsx", &["--dispositions", "filled.xlsx"]).contains("are the same file")
    );
}

#[test]
fn the_report_counts_what_was_real_and_out_of_how_many() {
    for (place, first) in PLACES {
        let site = site();
        site.check_to("list.xlsx", &[&["claims.csv"], first].concat());
        site.fill_in("list.xlsx", "filled.xlsx", |row| match row["patient"].as_str() {
            "P1" => decide("false alarm", "an old label", "Meyer", ""),
            _ => decide("changed", "", "Meyer", ""),
        });
        assert!(
            site.run(&[&["dispositions", "import", "filled.xlsx"], place].concat())
                .status
                .success()
        );
        let report = |format: &str| {
            stdout(&site.run(&[&["dispositions", "report", "--format", format], place].concat()))
        };
        let text = report("text");
        assert!(
            text.contains("tramadol-antagonist-overlap") && text.contains("100 % (1 of 1)"),
            "{text}"
        );
        assert!(text.contains("50 % (1 of 2)") && text.contains("2026-03"), "{text}");
        let json: serde_json::Value = serde_json::from_str(&report("json")).unwrap();
        assert_eq!(json["schema"], "rxlint/dispositions/1");
        assert_eq!(json["all"]["changed"], 1);
        assert_eq!(json["months"][0]["findings"], 2);
        assert_eq!(json["months"][0]["patients"], 2);
        assert_eq!(json["months"][0]["per_1000"], 1000);
        assert!(report("csv").contains("rule,all,2,1,1,1,0,50,,,,"), "{}", report("csv"));
        assert!(report("markdown").contains("| all | 2 | 1 | 1 | 1 | 0 | 50 % (1 of 2) | "));
    }
}

#[cfg(feature = "ledger")]
#[test]
fn undecided_findings_are_counted_by_rule() {
    let site = site();
    let ledger = ["--ledger", "rx.ledger"];
    site.check_to("list.xlsx", &["claims.csv", "--ledger", "rx.ledger", "--new-ledger"]);
    let all = [&["dispositions", "report", "--format", "csv"], &ledger[..]].concat();
    let report = stdout(&site.run(&all));
    assert!(report.contains("rule,all,0,0,0,0,0,,,,,2\n"), "{report}");
    assert!(report.contains("rule,tramadol-antagonist-overlap,0,0,0,0,0,,,,,1\n"), "{report}");
    site.fill_in("list.xlsx", "filled.xlsx", |row| match row["patient"].as_str() {
        "P1" => decide("changed", "", "Meyer", ""),
        _ => decide("", "", "", ""),
    });
    let import = [&["dispositions", "import", "filled.xlsx"], &ledger[..]].concat();
    assert!(site.run(&import).status.success());
    let report = stdout(&site.run(&all));
    assert!(report.contains("rule,all,1,1,1,0,0,100,,,,1\n"), "{report}");
}

#[test]
fn a_masked_worklist_says_that_it_cannot_be_imported() {
    for name in ["list.xlsx", "list.csv"] {
        let site = site();
        let report = format!("{}={name}", name.rsplit('.').next().unwrap());
        let written = site.run(&["check", "claims.csv", "--report", &report, "--phi", "mask"]);
        assert!(stderr(&written).contains(&format!("{name} is masked")), "{}", stderr(&written));
        site.fill_in(name, "filled.csv", |_| decide("changed", "", "Meyer", ""));
        let import = ["dispositions", "import", "filled.csv", "--dispositions", "decided.csv"];
        let told = stderr(&site.run(&import));
        assert!(told.contains("without --phi mask") && !told.contains("fix them"), "{told}");
    }
}

#[test]
fn a_forgotten_patient_leaves_no_decision_behind() {
    let site = site();
    let ledger = ["--ledger", "rx.ledger"];
    site.check_to("list.xlsx", &["claims.csv", "--ledger", "rx.ledger", "--new-ledger"]);
    site.fill_in("list.xlsx", "filled.xlsx", |_| decide("changed", "", "Meyer", ""));
    assert!(
        site.run(&[&["dispositions", "import", "filled.xlsx"], &ledger[..]].concat())
            .status
            .success()
    );
    assert!(
        site.run(&[&["ledger", "forget", "--patient", "P1"], &ledger[..]].concat())
            .status
            .success()
    );
    let history = stdout(&site.run(&[&["dispositions", "list"], &ledger[..]].concat()));
    assert_eq!(history.matches("Meyer").count(), 1, "{history}");
    assert!(stdout(&site.run(&[&["ledger", "verify"], &ledger[..]].concat())).contains("whole"));
}

#[test]
fn worklists_and_decisions_beside_the_exports_are_not_exports() {
    let site = site();
    site.check_to("list.xlsx", &["claims.csv"]);
    site.fill_in("list.xlsx", "filled.xlsx", |_| decide("changed", "", "Meyer", ""));
    let import = ["dispositions", "import", "filled.xlsx", "--dispositions", "decided.csv"];
    assert!(site.run(&import).status.success());
    let report = site.check(&["."]);
    assert_eq!(report["summary"]["complete"], true, "{}", report["summary"]);
    let notes = report["summary"]["notes"].to_string();
    for name in ["list.xlsx", "filled.xlsx"] {
        let says = format!("{name} was left out: it is a worklist that rxlint wrote");
        assert!(notes.contains(&says), "{notes}");
    }
}

#[test]
fn a_site_may_name_the_file_before_anything_was_decided() {
    let site = site();
    site.write("rxlint.toml", "dispositions = \"decided.csv\"\n");
    let report = site.check(&["claims.csv"]);
    assert_eq!(Pharmacist::patients(&report), ["P1", "P2"]);
    assert!(report["summary"]["notes"].to_string().contains("there are no dispositions yet"));
    site.check_to("list.csv", &["claims.csv"]);
    site.fill_in("list.csv", "filled.csv", |_| decide("changed", "", "Meyer", ""));
    assert!(site.run(&["dispositions", "import", "filled.csv"]).status.success());
    assert_eq!(Pharmacist::patients(&site.check(&["claims.csv"])), [""; 0]);
}

/// Imports a worklist in which every row has this decision.
fn decide_all(site: &Pharmacist, first: &[&str], place: &[&str], entry: [&str; 4]) {
    site.check_to("list.xlsx", &[&["claims.csv"], first].concat());
    site.fill_in("list.xlsx", "filled.xlsx", |_| entry.map(str::to_owned));
    let told = site.run(&[&["dispositions", "import", "filled.xlsx"], place].concat());
    assert!(told.status.success(), "{}", stderr(&told));
}

#[test]
fn a_reversed_fill_and_a_new_one_reopen_what_was_changed() {
    for (place, first) in PLACES {
        let site = Pharmacist::new();
        let refill = "9,P1,2026-03-06,Oxycodone 5 mg tablet,20,10,DR-A\n";
        site.write("claims.csv", &format!("{HEADER}{OXYCODONE}{refill}{NALTREXONE}"));
        decide_all(&site, first, place, ["changed", "", "Meyer", ""]);
        let later = "10,P1,2026-03-12,Oxycodone 5 mg tablet,20,10,DR-A\n";
        site.write("later.csv", &format!("{HEADER}{OXYCODONE}{later}{NALTREXONE}"));
        let told = site.check(&[&["later.csv"], place].concat());
        assert!(Pharmacist::patients(&told).contains(&"P1"), "{told}");
    }
}

#[test]
fn what_came_back_is_reported_every_night_until_someone_decides_again() {
    for (place, first) in PLACES {
        let site = site();
        decide_all(&site, first, place, ["changed", "", "Meyer", ""]);
        let refill = "9,P1,2026-03-09,Oxycodone 5 mg tablet,20,10,DR-A\n";
        // Without a ledger, every night has all files; with one, the later nights are about other patients.
        let all = format!("{HEADER}{OXYCODONE}{NALTREXONE}{refill}");
        let other = |day: u32| format!("{HEADER}{day},P9,2026-03-{day},Warfarin 5 mg,30,30,DR-A\n");
        let has_ledger = place[0] == "--ledger";
        let nights = [
            if has_ledger { format!("{HEADER}{refill}") } else { all.clone() },
            if has_ledger { other(11) } else { all.clone() },
            if has_ledger { other(12) } else { all },
        ];
        for (at, night) in nights.iter().enumerate() {
            let name = format!("night{at}.csv");
            site.write(&name, night);
            let told = site.check(&[&[name.as_str()], place].concat());
            assert_eq!(Pharmacist::patients(&told), ["P1"], "night {at} with {place:?}: {told}");
            let message = told["findings"][0]["message"].as_str().unwrap();
            assert!(message.ends_with("(reported again: more was dispensed since)"), "{message}");
        }
    }
}

#[test]
fn a_false_alarm_without_a_day_is_about_the_records_of_that_day() {
    for (place, first) in PLACES {
        for (until, wanted) in [("", vec!["P1"]), ("2026-12-31", vec![])] {
            let site = Pharmacist::new();
            site.write("claims.csv", &format!("{HEADER}{OXYCODONE}{NALTREXONE}"));
            decide_all(&site, first, place, ["false alarm", "never picked up", "Meyer", until]);
            let more = "9,P1,2026-03-09,Oxycodone 5 mg tablet,20,10,DR-A\n";
            site.write("next.csv", &format!("{HEADER}{OXYCODONE}{NALTREXONE}{more}"));
            let told = site.check(&[&["next.csv"], place].concat());
            assert_eq!(Pharmacist::patients(&told), wanted, "{place:?} {until}");
        }
    }
}

#[test]
fn a_worklist_with_only_some_columns_sorted_is_refused() {
    for (place, first) in PLACES {
        let site = site();
        site.check_to("list.csv", &[&["claims.csv"], first].concat());
        let decided = || decide("accepted", "looked at", "Meyer", "2026-06-30");
        site.fill_in("list.csv", "good.csv", |_| decided());
        let text = std::fs::read_to_string(site.path().join("good.csv")).unwrap();
        let swapped = text.replace(";P1;", ";P?;").replace(";P2;", ";P1;").replace(";P?;", ";P2;");
        assert_ne!(swapped, text);
        site.write("swapped.csv", &swapped);
        let told = site.run(&[&["dispositions", "import", "swapped.csv"], place].concat());
        assert_eq!(told.status.code(), Some(2));
        assert!(stderr(&told).contains("sorted without the others"), "{}", stderr(&told));
        let told = site.run(&[&["dispositions", "import", "good.csv"], place].concat());
        assert!(told.status.success(), "{}", stderr(&told));
    }
}

#[test]
fn an_old_mac_worklist_is_read_and_one_with_open_decisions_is_not_overwritten() {
    let site = site();
    let place = ["--dispositions", "decided.csv"];
    site.check_to("list.csv", &["claims.csv"]);
    site.fill_in("list.csv", "list.csv", |_| decide("changed", "", "Meyer", ""));
    let again = ["check", "claims.csv", "--report", "csv=list.csv"];
    let refused = site.run(&again);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("2 rows that were filled in"), "{}", stderr(&refused));
    let text = std::fs::read_to_string(site.path().join("list.csv")).unwrap();
    site.write("mac.csv", &text.replace("\r\n", "\n").replace('\n', "\r"));
    let told = site.run(&[&["dispositions", "import", "mac.csv"], &place[..]].concat());
    assert!(stdout(&told).contains("2 imported"), "{}{}", stdout(&told), stderr(&told));
    let written = site.run(&[&again[..], &place[..]].concat());
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
}

/// Writes cells into one row of a worklist, and saves it as text.
fn typed(site: &Pharmacist, from: &str, to: &str, cells: &[(&str, &str)]) {
    let text = std::fs::read_to_string(site.path().join(from)).unwrap();
    let mut rows: Vec<Vec<String>> = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    for (column, cell) in cells {
        let at = rows[0].iter().position(|name| name == column);
        let at = at.unwrap_or_else(|| {
            rows[0].push((*column).to_owned());
            rows[0].len() - 1
        });
        let width = rows[1].len().max(at + 1);
        rows[1].resize(width, String::new());
        rows[1][at] = (*cell).to_owned();
    }
    let mut table =
        csv::WriterBuilder::new().flexible(true).from_path(site.path().join(to)).unwrap();
    rows.iter().for_each(|row| table.write_record(row).unwrap());
    table.flush().unwrap();
}

#[test]
fn a_worklist_with_any_entry_is_not_overwritten() {
    let site = site();
    site.check_to("new.csv", &["claims.csv"]);
    let again = ["check", "claims.csv", "--report", "csv=list.csv"];
    for cells in [
        &[("disposition", "accepted"), ("reason", "r"), ("by", "AB"), ("until", "06/07/2026")][..],
        &[("disposition", "accepted"), ("reason", "r"), ("by", "AB"), ("until", "end of June")],
        &[("disposition", "accepted"), ("reason", "r"), ("by", "AB"), ("until", "2020-01-01")],
        &[("disposition", "accepted"), ("by", "AB")],
        &[("disposition", "accept")],
        &[("disposition", "changed")],
        &[("outcome", "1A")],
        &[("service", "M0")],
        &[("reason", "asked Dr Roe")],
        &[("by", "AB")],
        &[("until", "2026-06-30")],
        &[("done", "x")],
        &[("disposition", "changed"), ("by", "AB"), ("check", "zzzzzzzz")],
        &[("disposition", "changed"), ("by", "AB"), ("as_of", "")],
        &[("disposition", "changed"), ("by", "AB"), ("fingerprint", "")],
        &[("My notes", "asked Dr Roe")],
    ] {
        typed(&site, "new.csv", "list.csv", cells);
        let before = std::fs::read(site.path().join("list.csv")).unwrap();
        let refused = site.run(&again);
        assert_eq!(refused.status.code(), Some(2), "{cells:?}");
        assert!(stderr(&refused).contains("not overwritten"), "{cells:?}: {}", stderr(&refused));
        assert_eq!(std::fs::read(site.path().join("list.csv")).unwrap(), before);
    }
    // A renamed header, and a deleted column.
    typed(&site, "new.csv", "filled.csv", &[("disposition", "accepted")]);
    let text = std::fs::read_to_string(site.path().join("filled.csv")).unwrap();
    for (from, to) in [("disposition", "decision"), ("fingerprint", "number")] {
        site.write("list.csv", &text.replacen(from, to, 1));
        assert_eq!(site.run(&again).status.code(), Some(2), "{from}");
    }
    // No one wrote anything.
    for untouched in
        [text.replace(",accepted,", ",,"), text.replace(",accepted,", ",,").replace(',', ";")]
    {
        site.write("list.csv", &untouched);
        assert_eq!(site.run(&again).status.code(), Some(1), "{}", stderr(&site.run(&again)));
    }
}

#[test]
fn a_worklist_imported_with_a_date_order_may_be_overwritten() {
    let site = site();
    site.check_to("new.csv", &["claims.csv"]);
    let decision =
        [("disposition", "accepted"), ("reason", "r"), ("by", "AB"), ("until", "06/07/2026")];
    typed(&site, "new.csv", "list.csv", &decision);
    let import = ["dispositions", "import", "list.csv", "--dispositions", "decided.csv"];
    let taken = site.run(&[&import[..], &["--date-order", "mdy", "--on", "2026-03-20"]].concat());
    assert!(stdout(&taken).contains("1 imported"), "{}", stderr(&taken));
    let again =
        ["check", "claims.csv", "--dispositions", "decided.csv", "--report", "csv=list.csv"];
    let written = site.run(&again);
    assert_eq!(written.status.code(), Some(1), "{}", stderr(&written));
}

#[test]
fn a_short_gap_that_was_settled_comes_back_when_more_is_dispensed_or_it_gets_shorter() {
    const NIGHT: &str = "1,P1,2026-03-02,Oxycodone 5 mg tablet,20,5,A\n2,P1,2026-03-12,Naltrexone 50 mg tablet,3,3,B\n";
    for (place, first) in PLACES {
        for disposition in ["changed", "false alarm"] {
            for (row, comes_back) in [
                ("3,P1,2026-03-13,Naltrexone 50 mg tablet,30,30,B\n", true),
                ("3,P1,2026-03-07,Oxycodone 5 mg tablet,12,3,A\n", true),
                ("3,P1,2026-03-04,Oxycodone 5 mg tablet,20,5,A\n", true),
                // What is dispensed a month later follows enough opioid-free days.
                ("3,P1,2026-04-10,Naltrexone 50 mg tablet,30,30,B\n", false),
            ] {
                let site = Pharmacist::new();
                site.write("n1.csv", &format!("{HEADER}{NIGHT}"));
                site.check_to("list.csv", &[&["n1.csv"], first].concat());
                site.fill_in("list.csv", "list.csv", |_| decide(disposition, "why", "AB", ""));
                let taken = site.run(&[&["dispositions", "import", "list.csv"], place].concat());
                assert!(stdout(&taken).contains("1 imported"), "{}", stderr(&taken));
                site.write("n2.csv", &format!("{HEADER}{row}"));
                let nights: &[&str] =
                    if first.is_empty() { &["n1.csv", "n2.csv"] } else { &["n2.csv"] };
                let report = site.check(&[nights, place].concat());
                let told = report["findings"].as_array().unwrap();
                let told: Vec<_> = told.iter().filter(|f| f["rule"] == "recent-opioid").collect();
                assert_eq!(told.len() == 1, comes_back, "{place:?} {disposition} {row} {told:?}");
            }
        }
    }
}

#[test]
fn a_row_whose_rule_is_not_that_of_its_finding_is_refused() {
    let site = site();
    site.check_to("list.csv", &["claims.csv", "--ledger", "rx.ledger", "--new-ledger"]);
    let decision =
        [("disposition", "changed"), ("by", "AB"), ("rule", "recent-opioid"), ("check", "")];
    typed(&site, "list.csv", "swapped.csv", &decision);
    let told = site.run(&["dispositions", "import", "swapped.csv", "--ledger", "rx.ledger"]);
    assert_eq!(told.status.code(), Some(2));
    assert!(stderr(&told).contains("not that of its fingerprint"), "{}", stderr(&told));
}

#[test]
fn codes_not_in_the_worklist_are_named_and_the_list_controls_no_terminal() {
    let site = site();
    site.check_to("list.csv", &["claims.csv"]);
    let decision = [
        ("disposition", "accepted"),
        ("reason", "known \u{1b}[31mred"),
        ("by", "AB"),
        ("until", "2026-06-30"),
        ("outcome", "ZZ"),
        ("service", "QQ"),
    ];
    typed(&site, "list.csv", "list.csv", &decision);
    let place = ["--dispositions", "decided.csv"];
    let told = site.run(&[&["dispositions", "import", "list.csv"], &place[..]].concat());
    assert!(told.status.success(), "{}", stderr(&told));
    assert!(stderr(&told).contains("Codes that a worklist does not offer"), "{}", stderr(&told));
    let list = stdout(&site.run(&[&["dispositions", "list"], &place[..]].concat()));
    assert!(list.contains("known ") && !list.contains('\u{1b}'), "{list}");
}
