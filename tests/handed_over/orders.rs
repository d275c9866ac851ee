//! Orders and entries of lists: with refills, issued again, ended before they began, on hold.

use crate::common::table::{CLEAN, Expected, FOUND, expect};

/// Naltrexone ordered in December, and oxycodone in March.
fn refilled(columns: &str, naltrexone: &str) -> String {
    format!(
        "MRN,Medication,Sig,Quantity,{columns}\n1,naltrexone 50 mg tablet,Take 1 tablet daily,30,{naltrexone}\n\
         1,oxyCODONE 5 mg tablet,Take 1 tablet every 6 hours,20,0,2026-03-20,Active\n\
         2,lisinopril 10 mg tablet,Take 1 tablet daily,90,3,2026-03-01,Active\n"
    )
}

#[test]
fn an_active_order_lasts_as_long_as_its_refills() {
    for refills in ["Refills", "# Refills", "Refills Authorized"] {
        for date in ["Start Date", "Order Date"] {
            let columns = format!("{refills},{date},Status");
            expect(&columns, &refilled(&columns, "11,2025-12-15,Active"), &FOUND);
            expect(&columns, &refilled(&columns, "0,2025-12-15,Active"), &CLEAN);
            expect(&columns, &refilled(&columns, "1,2025-12-15,Active"), &CLEAN);
            expect(&columns, &refilled(&columns, "11,2025-12-15,Completed"), &CLEAN);
        }
    }
    // What is left of them after a fill is not what was filled.
    for columns in ["Refills,Fill Date,Status", "Refills Remaining,Start Date,Status"] {
        expect(columns, &refilled(columns, "11,2025-12-15,Active"), &CLEAN);
    }
}

#[test]
fn the_name_of_a_list_says_that_what_is_in_it_is_taken() {
    for list in ["Active Medications", "Current Medications", "Home Medications"] {
        let table = format!(
            "MRN,List,Medication,Start Date\n1,{list},oxycodone 5 mg tablet,2025-11-01\n1,{list},naltrexone 50 mg tablet,2026-03-20\n\
             2,Past Medications,lisinopril 10 mg,2025-01-01\n"
        );
        expect(list, &table, &FOUND);
        expect("past", &table.replacen(list, "Past Medications", 1), &CLEAN);
    }
}

#[test]
fn a_prescription_that_is_issued_again_begins_on_the_day_of_its_issue() {
    for (columns, last) in [
        ("Quantity,Issue Date,Date Started,Course Status", ",Current"),
        ("Quantity,Issue Date,Start Date", ""),
        ("Quantity,Prescribed Date,Start Date", ""),
    ] {
        let table = format!(
            "Patient Number,Drug Name,Dosage,{columns}\n\
             1,Morphine sulfate 10mg modified-release capsules,One To Be Taken Twice A Day,56,2026-03-04,2024-05-11{last}\n\
             1,Naltrexone 50mg tablets,One To Be Taken Each Day,28,2026-03-20,2026-03-20{last}\n"
        );
        expect(columns, &table, &FOUND);
    }
    let begun = "MRN,Medication,Sig,Quantity,Order Date,Start Date\n1,oxycodone 5 mg tablet,1 tablet daily,30,2026-03-06,2026-03-01\n\
                 1,naltrexone 50 mg tablet,1 tablet daily,30,2026-03-03,2026-03-03\n";
    expect("written some days later", begun, &FOUND);
}

#[test]
fn an_order_that_was_discontinued_before_it_began_never_began() {
    for header in ["Discontinued Date", "DISCON_TIME", "Discontinued On"] {
        let table = |ended: &str, status: &str| {
            format!(
                "MRN,Medication,Start Date,End Date,{header},Status\n\
                 1,oxycodone 5 mg tablet,2026-03-18,2026-04-12,{ended},{status}\n1,naltrexone 50 mg tablet,2026-03-20,,,Active\n\
                 2,lisinopril 10 mg tablet,2026-01-05,2026-04-05,2026-02-16,Discontinued\n"
            )
        };
        expect(header, &table("2026-03-16", "Discontinued"), &CLEAN);
        expect(header, &table("2026-03-25", "Discontinued"), &FOUND);
        expect(header, &table("2026-03-16", "Active"), &FOUND);
        expect(header, &table("2023-03-16", "Discontinued"), &FOUND);
    }
}

#[test]
fn orders_on_hold_and_entries_that_are_not_taken_are_no_exposures() {
    let table = |status: &str| {
        format!(
            "MRN,Medication,Start Date,Status\n1,oxycodone 5 mg tablet,2026-03-10,{status}\n1,naltrexone 50 mg tablet,2026-03-20,Active\n"
        )
    };
    for status in
        ["Suspended", "Paused", "Suspendu", "En pause", "Not Taking", "Patient not taking"]
    {
        expect(status, &table(status), &CLEAN);
    }
    // Of a fill it may say something of the claim.
    let fill = table("Suspended").replace("Start Date", "Fill Date");
    let expected = Expected { codes: &[1], fires: &["opioid-antagonist-overlap"], is_quiet: &[] };
    expect("a fill", &fill, &expected);
}
