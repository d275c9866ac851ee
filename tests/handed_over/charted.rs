//! Records of administration: what became of each dose, on which day, and until when.

use crate::common::table::{CLEAN, Expected, FOUND, expect, told};

const AFTER_MAINTENANCE: &str = "recent-maintenance-opioid";
const AFTER_OPIOID: &str = "recent-opioid";
/// A dose five days before naltrexone was given.
const RECENT: Expected = Expected { codes: &[1], fires: &[AFTER_MAINTENANCE], is_quiet: &[] };
const QUIET: Expected = Expected {
    codes: &[0],
    fires: &[],
    is_quiet: &[AFTER_MAINTENANCE, "maintenance-opioid-overlap", AFTER_OPIOID],
};

/// One dose of methadone, and naltrexone on 20 March.
fn mar(columns: &str, day: &str, said: &str, given: &str) -> String {
    format!(
        "MRN,Medication,{columns}\n1,methadone 10 mg tablet,{day} 08:00,{said}\n1,naltrexone 50 mg tablet,2026-03-20 08:00,{given}\n\
         2,lisinopril 10 mg tablet,2026-03-20 08:00,Refused\n"
    )
}

#[test]
fn a_row_that_says_what_became_of_a_dose_is_one_dose_whatever_its_day_is_called() {
    for day in [
        "Scheduled Time",
        "Scheduled Date",
        "Date",
        "Date/Time",
        "Event Time",
        "Charttime",
        "Perform Date",
        "Documented",
        "Actual Time",
        "MED_ACTION_TIME",
        "Start Time",
        "Service Date",
    ] {
        for (header, given) in [
            ("MAR Action", "Given"),
            ("Administration Status", "Administered"),
            ("Admin Status", "Yes"),
        ] {
            let columns = format!("{day},{header}");
            expect(&columns, &mar(&columns, "2026-03-01", given, given), &QUIET);
            expect(&columns, &mar(&columns, "2026-03-16", given, given), &RECENT);
            expect(&columns, &mar(&columns, "2026-03-16", "Refused", given), &QUIET);
        }
    }
}

#[test]
fn the_days_of_an_order_are_not_those_of_its_doses() {
    let table = "MRN,Medication,Order Start,Order Stop,Scheduled Time,MAR Action\n\
                 1,methadone 10 mg tablet,2026-02-01,2026-04-01,2026-03-16 08:00,Given\n\
                 1,naltrexone 50 mg tablet,2026-03-20,2026-04-01,2026-03-20 08:00,Given\n\
                 2,lisinopril 10 mg tablet,2026-03-20,2026-04-01,2026-03-20 08:00,Held\n";
    expect("order days", table, &RECENT);
}

#[test]
fn what_is_handed_over_is_no_dose_although_its_status_says_given() {
    let table = "MRN,Medication,Date,Quantity,Days Supply,Status\n1,oxycodone 5 mg tablet,2026-03-01,60,30,Given\n\
                 1,naltrexone 50 mg tablet,2026-03-20,30,30,Given\n2,lisinopril 10 mg tablet,2026-03-20,30,30,Refused\n";
    expect("a pharmacy", table, &FOUND);
}

#[test]
fn a_tag_is_an_amount_or_says_that_nothing_was_given() {
    for tag in ["EVENT_TAG", "RESULT_VAL", "Charted Value"] {
        for (said, expected) in [
            ("Not Given: Patient Refused", &QUIET),
            ("Not Done: Pt off unit", &QUIET),
            ("Refused", &QUIET),
            ("30 mg", &RECENT),
        ] {
            let table = format!(
                "PERSON_ID,CATALOG_DISPLAY,{tag},RESULT_STATUS,EVENT_END_DT_TM\n\
                 2,methadone,{said},Auth (Verified),2026-03-15 08:02\n2,naltrexone,50 mg,Auth (Verified),2026-03-20 08:02\n\
                 3,methadone,Not Given,Auth (Verified),2026-03-20 08:02\n"
            );
            expect(&format!("{tag} {said}"), &table, expected);
        }
    }
}

#[test]
fn words_of_doses_that_were_not_given_are_read_under_any_header() {
    for header in ["Code", "Dose Code", "Visit", "Result", "Chart Code"] {
        for said in ["No Show", "Missed", "Refused", "Absent"] {
            let table = format!(
                "Client,Dose Date,Drug,Dose mg,{header}\n1,2026-03-14,Methadone,80,{said}\n1,2026-03-16,Naltrexone,50,Dosed\n\
                 2,2026-03-14,Methadone,80,Dosed\n"
            );
            expect(&format!("{header} {said}"), &table, &QUIET);
        }
    }
    for header in ["Code", "Outcome", "Reason"] {
        let table = format!(
            "Client,Dose Date,Drug,Dose mg,{header}\n1,2026-03-14,Methadone,80,NS\n1,2026-03-16,Naltrexone,50,\n\
             2,2026-03-14,Methadone,80,\n"
        );
        expect(header, &table, &QUIET);
    }
    // A nurse may have such initials.
    let table = "Client,Dose Date,Drug,Dose mg,Initials\n1,2026-03-14,Methadone,80,NS\n1,2026-03-16,Naltrexone,50,RF\n";
    expect("initials", table, &RECENT);
}

#[test]
fn numbers_for_what_became_of_a_dose_are_told() {
    for header in ["MAR_ACTION_C", "MAR_RSLT_C", "Action Code"] {
        let table = format!(
            "PAT_ID,MEDICATION,TAKEN_TIME,{header}\n1,METHADONE 10 MG TABLET,2026-03-15 08:00,3\n\
             1,NALTREXONE 50 MG TABLET,2026-03-20 08:00,1\n"
        );
        let (_, _, error) = told(table.as_bytes(), &[]);
        assert!(error.contains("Unknown statuses"), "{header}\n{error}");
    }
}

#[test]
fn what_was_only_planned_was_not_given() {
    for columns in [
        "Scheduled,Given",
        "Due,Given Time",
        "Scheduled Date,Admin Date",
        "Planned Time,Actual Time",
    ] {
        for (day, expected) in [("", &QUIET), ("2026-03-15 08:05", &RECENT)] {
            let table = format!(
                "MRN,Medication,{columns}\n1,methadone 10 mg tab,2026-03-15 08:00,{day}\n\
                 1,naltrexone 50 mg tab,2026-03-20 08:00,2026-03-20 08:05\n2,lisinopril 10 mg tab,2026-03-21 08:00,\n"
            );
            expect(&format!("{columns} {day}"), &table, expected);
        }
    }
}

#[test]
fn an_infusion_lasts_until_its_own_end() {
    for columns in [
        "Admin Start,Admin Stop",
        "Infusion Start,Infusion Stop",
        "Inicio administración,Fin administración",
    ] {
        let table = format!(
            "MRN,Medication,{columns}\n1,hydromorphone PCA 0.2 mg/mL,2026-03-10 08:00,2026-03-14 10:00\n\
             1,naltrexone 50 mg tab,2026-03-22 08:00,2026-03-22 08:00\n2,heparin infusion,2026-03-10 08:00,2026-03-12 08:00\n"
        );
        let expected = Expected { codes: &[1], fires: &[AFTER_OPIOID], is_quiet: &[] };
        expect(columns, &table, &expected);
        expect(columns, &table.replace("03-22", "03-12"), &FOUND);
    }
    // The end of an order is not that of a dose.
    let table = "MRN,Medication,Admin Time,Order Stop Date\n1,hydromorphone 2 mg tab,2026-03-10 08:00,2026-03-21\n\
                 1,naltrexone 50 mg tab,2026-03-22 08:00,2026-04-22\n";
    expect("an order's end", table, &CLEAN);
}
