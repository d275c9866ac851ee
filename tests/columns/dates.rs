//! Dates, durations and amounts as exports write them, from the file to the finding.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use crate::common::table::{ASKED, CLEAN, FOUND, expect};
use crate::common::{rxlint_in, stderr, stdout};
use std::path::Path;

/// How a run over a table ends, the rules of its findings by decreasing severity, and its standard error.
struct Told {
    code: i32,
    rules: Vec<String>,
    summary: serde_json::Value,
    error: String,
}

fn check_in(folder: &Path, table: &str, options: &[&str]) -> Told {
    std::fs::write(folder.join("table.csv"), table).unwrap();
    let fixed = ["check", "--isolated", "--format", "jsonl", "--phi", "show", "table.csv"];
    let output = rxlint_in(folder, &[&fixed[..], options].concat());
    let lines: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &'static str| lines.iter().filter(move |line| line["type"] == kind);
    let mut rules: Vec<String> =
        of("finding").map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
    rules.sort_unstable();
    let summary = of("summary").next().map(|line| line["summary"].clone()).unwrap_or_default();
    Told { code: output.status.code().unwrap(), rules, summary, error: stderr(&output) }
}

fn check(table: &str, options: &[&str]) -> Told {
    check_in(tempfile::tempdir().unwrap().path(), table, options)
}

/// Oxycodone for seven days, then naltrexone four days later: they overlap if both dates are understood.
fn pair(first: &str, second: &str) -> String {
    format!(
        "patient_id,drug,fill_date,quantity,days_supply\n\
         P1,Oxycodone 5 mg tablet,{first},42,7\n\
         P1,Naltrexone 50 mg tablet,{second},30,30\n"
    )
}

#[test]
fn a_date_is_understood_in_whatever_form_it_is_written() {
    for (first, second) in [
        ("3/14/2026", "3/18/2026"),
        ("3/14/26", "3/18/26"),
        ("14/3/26", "18/3/26"),
        ("3/14/2026 12:00:00 AM", "3/18/2026 12:00:00 AM"),
        ("1-Mar-26", "5-Mar-26"),
        ("01.03.26", "05.03.26"),
        ("1.3.2026", "5.3.2026"),
        ("46082", "46086"),
        ("46082.0", "46086.0"),
        ("1772323200", "1772668800"),
        ("1772323200000", "1772668800000"),
        ("2026-W09-7", "2026-W10-4"),
        ("2026-060", "2026-064"),
        ("1. März 2026", "5. März 2026"),
        ("1er août 2026", "5 août 2026"),
        ("01-ABR-2026", "05-ABR-2026"),
        ("1 września 2026", "5 września 2026"),
    ] {
        let told = check(&pair(first, second), &[]);
        assert_eq!(told.rules, ["opioid-antagonist-overlap"], "{first}: {}", told.error);
        assert_eq!(told.code, 1, "{first}");
    }
}

#[test]
fn every_date_column_shows_the_order_of_a_file() {
    let table = "patient_id,drug,fill_date,days_supply,written_date\n\
                 P1,Oxycodone 5 mg,3/4/2026,7,2/27/2026\n\
                 P1,Naltrexone 50 mg,3/6/2026,30,3/1/2026\n";
    assert_eq!(check(table, &[]).rules, ["opioid-antagonist-overlap"], "2/27 is month first");
    let nothing_tells = table.replace("2/27/2026", "2/7/2026");
    let told = check(&nothing_tells, &[]);
    assert_eq!(told.code, 2);
    assert!(told.error.contains("--date-order dmy"), "{}", told.error);
    assert_eq!(check(&nothing_tells, &["--date-order", "mdy"]).code, 1);
    let contradictory = "patient,drug,fill_date\n1,a,3/28/2026\n1,b,28/3/2026\n";
    assert!(check(contradictory, &[]).error.contains("contradict each other (lines 3 and 2)"));
}

/// No setting overrides what a file shows itself: one made for a folder may be wrong for a file in it.
#[test]
fn a_requested_order_settles_only_what_a_file_leaves_open() {
    let table = "patient_id,drug,fill_date,quantity,days_supply\n\
                 1,Oxycodone 5 mg tablet,01/03/2026,42,7\n\
                 1,Naltrexone 50 mg tablet,02/03/2026,30,30\n\
                 2,Lisinopril 10 mg tablet,25/03/2026,30,30\n";
    let turned =
        table.replace("25/03", "03/25").replace("01/03", "03/01").replace("02/03", "03/02");
    for (table, asked, shown) in [(table, "mdy", "day/month"), (&turned, "dmy", "month/day")] {
        let plain = check(table, &[]);
        assert_eq!(plain.rules, ["opioid-antagonist-overlap"]);
        let told = check(table, &["--date-order", asked]);
        assert_eq!((told.code, &told.rules), (1, &plain.rules), "{asked}: {}", told.error);
        assert_eq!(told.summary["files"][0]["rejected"], 0);
        let notes = told.summary["notes"].to_string();
        let says = format!("can only be {shown} (line 4), and are read so");
        assert!(notes.contains(&says) && notes.contains("`date-order`"), "{notes}");
    }
    let right = check(table, &["--date-order", "dmy"]);
    assert!(!right.summary["notes"].to_string().contains("date-order"));
    // Rows beyond the head of the file show it too.
    let rows = |count: usize| "1,Lisinopril 10 mg tablet,05/03/2026,30,30\n".repeat(count);
    let long = table.replace("2,Lisinopril", &format!("{}2,Lisinopril", rows(5_000)));
    assert_eq!(check(&long, &["--date-order", "mdy"]).rules, ["opioid-antagonist-overlap"]);
    // A column that contradicts itself is read as requested, and what does not fit is reported.
    let both = table.to_owned() + "3,Lisinopril 10 mg tablet,03/26/2026,30,30\n";
    assert_eq!(check(&both, &[]).code, 2);
    let told = check(&both, &["--date-order", "dmy"]);
    assert_eq!((told.code, &told.summary["files"][0]["rejected"]), (3, &1.into()));
    let notes = told.summary["notes"].to_string();
    assert!(notes.contains("can only be the other way round (line 5)"), "{notes}");
}

#[test]
fn the_date_order_of_a_folder_does_not_swap_a_history_or_birth_date() {
    let folder = tempfile::tempdir().unwrap();
    let header = "Pt #,Rx Desc,Fill Dt,Qty,DS\n";
    let history =
        "4711,Oxycodone HCl 5 mg tablet,3/12/2026,84,20\n4712,Lisinopril 10 mg,3/25/2026,30,30\n";
    std::fs::write(folder.path().join("rxlint.toml"), "date-order = \"dmy\"\n").unwrap();
    std::fs::write(folder.path().join("before.csv"), format!("{header}{history}")).unwrap();
    let today = format!("{header}4711,Naltrexone 50 mg tablet,2026-04-02,30,30\n");
    std::fs::write(folder.path().join("today.csv"), &today).unwrap();
    let output = rxlint_in(folder.path(), &["check", "today.csv", "--history", "before.csv"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("recent-opioid"), "{}", stdout(&output));
    let births = "patient_id,birth_date\n4711,12/25/2010\n4712,3/4/1990\n";
    std::fs::write(folder.path().join("births.csv"), births).unwrap();
    let output = rxlint_in(folder.path(), &["check", "today.csv", "--patients", "births.csv"]);
    let told = stdout(&output) + &stderr(&output);
    assert!(told.contains("naltrexone-under-18"), "{told}");
    assert!(told.contains("can only be month/day (line 2)"), "{told}");
}

#[test]
fn a_doubtful_birth_date_loses_the_birth_date_and_not_the_file() {
    let table = |born: &str| {
        format!(
            "patient_id,drug,fill_date,days_supply,dob\n\
             P1,Naltrexone 50 mg,2026-03-06,30,{born}\n"
        )
    };
    let nothing: [&str; 0] = [];
    assert_eq!(check(&table("3/4/2015"), &[]).rules, nothing, "3 April or 4 March: not known");
    assert_eq!(check(&table("3/14/2015"), &[]).rules, ["naltrexone-under-18"]);
    assert_eq!(check(&table("3/14/15"), &[]).rules, ["naltrexone-under-18"]);
    assert_eq!(check(&table("3/14/45"), &[]).rules, nothing, "a birth lies in the past: 1945");
}

#[test]
fn a_two_digit_year_that_may_come_first_is_asked_for() {
    let table = "patient_id,drug,fill_date,days_supply\n\
                 P1,Oxycodone 5 mg,26/03/01,7\n\
                 P1,Naltrexone 50 mg,26/03/05,30\n\
                 P2,Naltrexone 50 mg,26/03/17,30\n";
    let told = check(table, &[]);
    assert_eq!(told.code, 2);
    assert!(told.error.contains("--date-format fill_date=%y/%m/%d"), "{}", told.error);
    let told = check(table, &["--date-format", "fill_date=%y/%m/%d"]);
    assert_eq!(told.rules, ["opioid-antagonist-overlap"]);
}

#[test]
fn a_form_that_is_stated_holds_on_the_command_line_and_in_the_configuration() {
    let table = pair("01032026", "05032026");
    assert_eq!(check(&table, &["--date-format", "fill_date=%d%m%Y"]).code, 1);
    assert_eq!(check(&table, &[]).code, 3, "nobody says what it is");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rxlint.toml"), "[date-format]\nfill_date = \"%d%m%Y\"\n")
        .unwrap();
    std::fs::write(folder.path().join("table.csv"), &table).unwrap();
    assert_eq!(rxlint_in(folder.path(), &["check", "table.csv"]).status.code(), Some(1));
    for (option, says) in [
        ("fill_date", "has no ="),
        ("fill_date=dd.mm.yyyy", "needs year, month and day"),
        ("fill_date=%q", "`%q` is not known"),
        ("drug=%Y-%m-%d", "`drug` is not a field with dates"),
    ] {
        let told = check(&table, &["--date-format", option]);
        assert_eq!(told.code, 2, "{option}");
        assert!(told.error.contains(says), "{option}: {}", told.error);
    }
    let old = pair("3/14/70", "3/18/70");
    let told = check(&old, &["--as-of", "2026-03-31"]);
    assert!(told.rules.contains(&"implausible-date".to_owned()), "1970");
    let told = check(&old, &["--date-pivot", "80"]);
    assert_eq!(told.rules, ["opioid-antagonist-overlap"], "2070: {}", told.error);
}

#[test]
fn an_unreadable_date_rejects_its_record_and_no_other_replaces_it() {
    let table = |written: &str, fill: &str| {
        format!(
            "patient_id,drug,fill_date,days_supply,written_date\n\
             P1,Oxycodone 5 mg,{fill},7,{written}\n\
             P1,Naltrexone 50 mg,2026-03-05,30,2026-03-05\n"
        )
    };
    for unreadable in ["#########", "2026-13-45", "pending", "46081"] {
        let told = check(&table("2025-12-01", unreadable), &[]);
        assert_eq!((told.code, &told.summary["files"][0]["rejected"]), (3, &1.into()));
        let rejected = told.summary.to_string();
        assert!(!rejected.contains(unreadable), "a record's content is never shown");
    }
    for filler in ["", "NULL", "0000-00-00", "1900-01-01", "1899-12-30", "9999-12-31"] {
        let told = check(&table("2026-03-01", filler), &[]);
        assert_eq!(told.rules, ["opioid-antagonist-overlap"], "{filler}: the written date counts");
    }
}

#[test]
fn a_duration_is_read_with_its_unit() {
    let table = |unit: &str, duration: &str, in_unit: &str| {
        format!(
            "patient_id,drug,start_date,quantity,duration,{unit}\n\
             P1,Oxycodone 5 mg tablet,2026-02-01,112,{duration},{in_unit}\n\
             P1,Naltrexone 50 mg tablet,2026-03-25,28,28,Day(s)\n"
        )
    };
    for header in ["duration_unit", "duration_units", "unit_of_duration", "durationUnit", "unit"] {
        for (duration, unit) in [("8", "Week(s)"), ("2", "Month(s)"), ("56", "days")] {
            let told = check(&table(header, duration, unit), &[]);
            assert_eq!(told.rules, ["opioid-antagonist-overlap"], "{header} {duration} {unit}");
        }
    }
    let told = check(&table("duration_unit", "8", "Doses"), &[]);
    assert_eq!(told.rules, ["missing-days-supply"], "doses are no time: 30 days are assumed");
    let german = "patient_id;drug;start_date;Dauer;Einheit\n\
                  P1;Oxycodon 5 mg Tablette;2026-02-01;8;Wochen\n\
                  P1;Naltrexon 50 mg Tablette;2026-03-25;4;Wochen\n";
    assert_eq!(check(german, &[]).rules, ["opioid-antagonist-overlap"]);
    let weeks = "patient_id,drug,start_date,duration_weeks\n\
                 P1,Oxycodone 5 mg tablet,2026-02-01,8\n\
                 P1,Naltrexone 50 mg tablet,2026-03-25,4\n";
    assert_eq!(check(weeks, &[]).rules, ["opioid-antagonist-overlap"]);
}

#[test]
fn a_unit_of_time_is_not_a_dose() {
    let table = "patient_id,drug,start_date,quantity,duration,duration_units\n\
                 P1,Naltrexone 50 mg tablet,2026-03-25,14,2,Week(s)\n";
    assert_eq!(check(table, &[]).rules, Vec::<String>::new(), "50 mg a day, not 350");
}

#[test]
fn decimal_commas_are_recognised_by_their_column() {
    let table = |quantity: &str, delimiter: &str| {
        [
            ["patient_id", "drug", "fill_date", "quantity", "days_supply"].join(delimiter),
            ["P1", "Naltrexone 50 mg tablet", "2026-03-05", quantity, "30"].join(delimiter),
        ]
        .join("\n")
    };
    let nothing: [&str; 0] = [];
    assert_eq!(check(&table("30,000", ";"), &[]).rules, nothing, "30 tablets");
    assert_eq!(check(&table("\"30,50\"", ","), &[]).rules, nothing, "30 and a half");
    let ldn = "patient_id;drug;fill_date;quantity;days_supply\n\
               P1;Naltrexone 4,5 mg capsule;2026-03-05;30;30\n";
    let told = check(ldn, &[]);
    assert!(!told.rules.contains(&"dose-above-maximum".to_owned()), "{:?}", told.rules);
}

#[test]
fn a_single_administration_lasts_a_day() {
    let table = |header: &str, drug: &str| {
        format!(
            "patient_id,drug,dose,{header}\n\
             P1,{drug},5 mg,2026-01-01\n\
             P1,Naltrexone 50 mg tablet,50 mg,2026-01-25\n"
        )
    };
    let nothing: [&str; 0] = [];
    let oxycodone = "Oxycodone 5 mg tablet";
    assert_eq!(check(&table("administration_date", oxycodone), &[]).rules, nothing);
    let told = check(&table("fill_date", &format!("{oxycodone} (administered)")), &[]);
    assert!(!told.rules.contains(&"opioid-antagonist-overlap".to_owned()), "{:?}", told.rules);
    let told = check(&table("fill_date", oxycodone), &[]);
    assert!(told.rules.contains(&"opioid-antagonist-overlap".to_owned()), "a fill: 30 days");
    let mar = "patient_id,drug,dose,administration_date\n\
               P1,Oxycodone 5 mg tablet,5 mg,not given\n\
               P1,Oxycodone 5 mg tablet,5 mg,held\n\
               P1,Oxycodone 5 mg tablet,5 mg,Refused\n\
               P1,Naltrexone 50 mg tablet,50 mg,2026-01-02\n";
    let told = check(mar, &[]);
    let file = &told.summary["files"][0];
    assert_eq!((told.code, &file["inactive"], &file["rejected"]), (0, &3.into(), &0.into()));
}

#[test]
fn one_syringe_is_not_a_supply_of_thirty_days() {
    let table = "patient_id,drug,fill_date,quantity\n\
                 P1,Morphine 4 mg/mL injection,2026-01-01,1\n\
                 P1,Naltrexone 50 mg tablet,2026-01-25,30\n";
    let told = check(table, &[]);
    assert!(!told.rules.contains(&"opioid-antagonist-overlap".to_owned()), "{:?}", told.rules);
}

#[test]
fn what_states_its_stop_keeps_it() {
    let table = "patient,drug,start_date,stop_date\n\
                 P1,Morphine 15 MG tablet,2026-01-01,2026-01-10\n\
                 P1,Morphine 15 MG tablet,2026-01-02,2026-01-05\n\
                 P1,Naltrexone 50 MG,2026-01-21,2026-02-20\n";
    assert_eq!(check(table, &[]).rules, Vec::<String>::new(), "ten free days after the stop");
}

#[test]
fn a_program_code_covers_its_own_period() {
    let table = |code: &str, units: &str| {
        format!(
            "patient,hcpcs,units,service_date\n\
             P1,{code},{units},2026-02-23\n\
             P1,J2315,380,2026-03-25\n"
        )
    };
    for (code, units) in [("G2067", "1"), ("G2078", "2"), ("H0020", "7")] {
        let told = check(&table(code, units), &[]);
        assert!(
            !told.rules.iter().any(|rule| rule.contains("maintenance")),
            "{code}: {:?}",
            told.rules
        );
    }
    let told = check(&table("G2078", "4"), &[]);
    assert!(told.rules.contains(&"recent-maintenance-opioid".to_owned()), "{:?}", told.rules);
}

#[test]
fn dates_of_an_unused_column_also_show_the_order() {
    for (header, days) in [
        ("Paid Date", ["03/16/2026", "03/20/2026"]),
        ("Entered", ["03-16-26", "03-20-26"]),
        ("Lot Expiry", ["03/31/2027", "05/31/2027"]),
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\n88101,Oxycodone 5 mg tablet,03/02/2026,7,{}\n\
             88101,Naltrexone 50 mg tablet,03/06/2026,30,{}\n",
            days[0], days[1]
        );
        let told = check(&table, &[]);
        assert_eq!(
            (told.code, told.rules),
            (1, vec!["opioid-antagonist-overlap".to_owned()]),
            "{header}"
        );
        let other = check(&table.replace(days[1], "16/03/2026"), &["--date-order", "mdy"]);
        assert_eq!(other.code, 1, "{header}: what was asked for comes first\n{}", other.error);
    }
    let open = "Patient ID,Drug,Fill Date,Days Supply,Paid Date\n88101,Oxycodone 5 mg tablet,03/02/2026,7,03/04/2026\n\
                88101,Naltrexone 50 mg tablet,03/06/2026,30,03/07/2026\n";
    assert_eq!(check(open, &[]).code, 2, "nothing shows it");
}

#[test]
fn a_line_of_a_claim_has_its_own_day() {
    for claim in ["clm_from_dt,clm_thru_dt", "statement_from_date,statement_thru_date"] {
        for line in ["rev_cntr_dt", "line_srvc_dt", "line_dos", "Dtl From DOS", "LINE_1ST_EXPNS_DT"]
        {
            let table = format!(
                "bene_id,clm_id,{claim},line_num,hcpcs_cd,units,{line}\nM1,1,2026-03-01,2026-03-20,1,J2270,1,2026-03-17\n\
                 M1,2,2026-03-18,2026-03-18,1,J2315,380,2026-03-18\n"
            );
            let told = check(&table, &[]);
            assert!(told.rules.contains(&"recent-opioid".to_owned()), "{line}: {:?}", told.rules);
        }
    }
}

#[test]
fn the_last_service_day_is_not_the_end_of_what_was_dispensed() {
    for header in ["SVC_TO_DT", "Date of Service (To)", "thru_date", "clm_thru_dt"] {
        let table = format!(
            "member_id,claim_no,SVC_FROM_DT,{header},drug_name,quantity,days_supply\n\
             M1,1,2026-03-01,2026-03-01,Oxycodone 5 mg tablet,42,7\nM1,2,2026-03-05,2026-03-05,Naltrexone 50 mg tablet,30,30\n"
        );
        let told = check(&table, &[]);
        assert_eq!(told.rules, ["opioid-antagonist-overlap"], "{header}");
    }
}

#[test]
fn a_billed_day_may_run_through_another() {
    for header in ["thru_date", "service_to", "dos_to", "clm_thru_dt", "service_end_date"] {
        for units in ["", "1", "20"] {
            let table = format!(
                "member_id,claim_no,from_date,{header},hcpcs,units\nM1,1,2026-03-01,2026-03-31,H0020,{units}\n\
                 M1,2,2026-03-25,2026-03-25,J2315,380\n"
            );
            let told = check(&table, &[]);
            let overlap = "maintenance-opioid-overlap".to_owned();
            assert!(told.rules.contains(&overlap), "{header} {units}: {:?}", told.rules);
        }
    }
    // An injection is given on one day, whatever the period of its claim.
    let injected = "member_id,claim_no,from_date,thru_date,hcpcs,units\nM1,1,2026-03-01,2026-03-31,J2270,1\n\
                    M1,2,2026-03-25,2026-03-25,J2315,380\n";
    assert_eq!(check(injected, &[]).code, 0);
}

#[test]
fn a_day_of_processing_is_not_taken_for_the_fills_in_silence() {
    let claims = |day: &str, processed: &str| {
        format!(
            "Claim ID,Member ID,{day},Trade Name,Quantity,Days Supply,{processed}\n\
             C1,P1,2026-03-01,Oxycodone 5 mg tablet,120,30,2026-04-02\n\
             C2,P1,2026-03-15,Naltrexone 50 mg tablet,14,14,2026-03-16\n\
             C3,P2,2026-03-17,Metformin 500 mg tablet,60,30,2026-03-17\n"
        )
    };
    for processed in ["Transaction Date", "Adjudication Date", "Process Date"] {
        for day in ["Activity Start", "Activity Date", "Activity.Start", "Service Start"] {
            expect(day, &claims(day, processed), &FOUND);
        }
        for day in ["Encounter Start", "Zorp Date"] {
            expect(day, &claims(day, processed), &ASKED);
        }
        // When a row was typed or a plan began is another matter.
        for day in ["Entered Date", "Coverage Start", "Eligibility Start", "Written Date"] {
            expect(day, &claims(day, processed), &CLEAN);
        }
    }
}
