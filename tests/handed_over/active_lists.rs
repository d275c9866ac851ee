//! Lists of active medication, logs of orders, days of actions, and orders of which no dose was given.

use crate::common::table::{CLEAN, Expected, expect};

/// The two drugs are found together, or one soon after the other.
const OVERLAP: Expected =
    Expected { codes: &[1], fires: &["maintenance-opioid-overlap"], is_quiet: &[] };
const AFTER_MAINTENANCE: Expected =
    Expected { codes: &[1], fires: &["recent-maintenance-opioid"], is_quiet: &[] };
const AFTER_OPIOID: Expected = Expected { codes: &[1], fires: &["recent-opioid"], is_quiet: &[] };

/// Methadone since last summer, and naltrexone begun in March.
fn list(columns: &str, open: &str, ended: &str) -> String {
    format!(
        "MRN,Medication,{columns}\n1,Methadone 80 mg,2025-06-01,{open}\n1,Naltrexone 50 mg,2026-03-08,{open}\n\
         2,Lisinopril 10 mg,2025-01-01,{ended}\n"
    )
}

#[test]
fn what_is_listed_as_active_goes_on() {
    for start in ["Start Date", "Started On", "Order Date", "Date Prescribed", "Date Added"] {
        for (header, open, ended) in [
            ("Status", "Active", "Inactive"),
            ("Status", "Current", "Past"),
            ("Active", "Y", "N"),
            ("Ongoing", "Yes", "No"),
            ("Still Taking", "Y", "N"),
            ("Status", "aktiv", "abgesetzt"),
            ("Statut", "En cours", "Arrêté"),
            ("Discontinued Date", "", "2025-05-01"),
            ("Inactivated On", "", "2025-05-01"),
            ("D/C Date", "", "2025-05-01"),
        ] {
            let table = list(&format!("{start},{header}"), open, ended);
            expect(&format!("{start} {header} {open}"), &table, &OVERLAP);
        }
    }
}

#[test]
fn what_was_filled_does_not_go_on() {
    expect("a fill", &list("Fill Date,Status", "Active", "Inactive"), &CLEAN);
    expect("filled", &list("Start Date,Filled", "Y", "N"), &CLEAN);
    expect("other words", &list("Order Date,Status", "Filled", "New"), &CLEAN);
    let table = "MRN,Medication,Order Date,Qty,Sig,Status\n1,Methadone 10 mg,2025-06-01,30,1 daily,Active\n\
                 1,Naltrexone 50 mg,2026-03-08,30,1 daily,Active\n";
    expect("a quantity", table, &CLEAN);
}

#[test]
fn a_stop_in_a_log_of_orders_ends_the_order_and_is_not_lost() {
    for header in ["Action", "Order Action", "Change Type", "Acción"] {
        for date in ["Action Date", "Date", "Order Date"] {
            for (start, stop) in [
                ("Start", "Stop"),
                ("New", "Discontinue"),
                ("Order", "D/C"),
                ("Started", "Stopped"),
            ] {
                let log = |stopped: &str| {
                    format!(
                        "MRN,Medication,{header},{date}\n1,Methadone 80 mg,{start},2025-06-01\n1,Methadone 80 mg,{stop},{stopped}\n\
                         1,Naltrexone 50 mg,{start},2026-03-08\n2,Lisinopril 10 mg,{start},2026-01-01\n"
                    )
                };
                let what = format!("{header} {date} {start} {stop}");
                expect(&what, &log("2026-03-01"), &AFTER_MAINTENANCE);
                expect(&what, &log("2025-09-01"), &CLEAN);
            }
        }
    }
    let resumed = "MRN,Medication,Action,Action Date\n1,Suboxone 8-2 film,Start,2026-01-01\n1,Suboxone 8-2 film,Hold,2026-02-01\n\
                   1,Suboxone 8-2 film,Resume,2026-02-10\n1,Suboxone 8-2 film,Stop,2026-03-01\n1,Naltrexone 50 mg,Start,2026-03-08\n";
    expect("resumed", resumed, &AFTER_MAINTENANCE);
}

#[test]
fn the_day_of_an_action_is_that_of_what_was_done() {
    for word in ["Dispensed", "Filled", "Sold", "Picked Up"] {
        let table = format!(
            "Patient ID,Drug,Qty,Sig,Action,Action Date,Fill Date\n1,Oxycodone 5 mg tab,40,1 tab q6h,{word},2026-03-01,2026-03-01\n\
             1,Naltrexone 50 mg tab,30,1 daily,{word},2026-03-13,2026-03-13\n"
        );
        expect(word, &table, &AFTER_OPIOID);
    }
    // A dose that was given lasts a day.
    let log = "MRN,Medication,Dose,Action,Action Date\n1,Oxycodone 5 mg tab,5 mg,Given,2026-03-01\n\
               1,Oxycodone 5 mg tab,5 mg,Held,2026-03-08\n1,Naltrexone 50 mg tab,50 mg,Given,2026-03-13\n";
    expect("doses", log, &CLEAN);
}

#[test]
fn an_order_of_which_no_dose_was_given_was_not_taken() {
    for header in ["Doses Given", "Admin Count", "# Given", "Anzahl Gaben", "Somministrazioni"] {
        for more in ["", ",Completed"] {
            let status = if more.is_empty() { "" } else { ",Status" };
            let orders = |doses: u32| {
                format!(
                    "MRN,Medication,Order Start,Order End,PRN,{header}{status}\n1,Oxycodone 5 mg tablet,2026-03-01,2026-03-05,Y,{doses}{more}\n\
                     1,Naltrexone 50 mg tablet,2026-03-10,2026-03-12,N,3{more}\n"
                )
            };
            expect(header, &orders(0), &CLEAN);
            expect(header, &orders(7), &AFTER_OPIOID);
        }
    }
}
