//! Which of two columns counts: what was handed over and what was prescribed, ends and days of discharge, the number of a person in two files.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;

use crate::common::table::{OVERLAP, told};
use crate::common::{rxlint_in, stderr, stdout};

/// The exit code of a check of that table, its findings, and its messages about the run.
fn check(table: &str) -> (i32, String, String) {
    told(table.as_bytes(), &["--format", "concise"])
}

#[test]
fn the_quantity_that_was_handed_over_counts() {
    for (prescribed, handed) in [
        ("Quantity", "Dispensed"),
        ("Qty", "DISPENSE_AMT"),
        ("Rx Qty", "Fill Qty"),
        ("Script Qty", "Disp"),
        ("Qty", "Qty Given"),
        ("Rx Quantity", "Issued Qty"),
        ("Order Qty", "Tabs Dispensed"),
        ("Qty Ordered", "Qty This Fill"),
        ("Antall forskrevet", "Antall utlevert"),
        ("Ordineret antal", "Udleveret antal"),
        ("Antal förskrivna", "Antal expedierade"),
        ("Кол-во выписано", "Кол-во отпущено"),
    ] {
        for (written, given) in [(20, 120), (120, 20)] {
            for is_first in [true, false] {
                let two = |one: &str, other: &str| match is_first {
                    true => format!("{one},{other}"),
                    false => format!("{other},{one}"),
                };
                let amounts =
                    |written: u32, given: u32| two(&written.to_string(), &given.to_string());
                let table = format!(
                    "Patient ID,Drug,Fill Date,Sig,{}\n\
                     P1,Oxycodone 5 mg tablet,2026-01-05,1 tablet every 6 hours,{}\n\
                     P1,Naltrexone 50 mg tablet,2026-01-25,1 tablet daily,{}\n\
                     P2,Metformin 500 mg tablet,2026-01-06,1 tablet twice daily,{}\n",
                    two(prescribed, handed),
                    amounts(written, given),
                    amounts(90, 30),
                    amounts(180, 60)
                );
                let (code, findings, messages) = check(&table);
                assert_eq!(findings.contains(OVERLAP), given == 120, "{table}{findings}{messages}");
                assert_eq!(code, i32::from(given == 120), "{table}{messages}");
            }
        }
    }
}

#[test]
fn a_quantity_that_was_handed_over_in_some_rows_is_asked_about() {
    let table = |handed: &str| {
        format!(
            "Patient ID,Drug,Fill Date,Sig,Qty,Qty Given\n\
             P1,Oxycodone 5 mg tablet,2026-01-05,1 tablet every 6 hours,20,{handed}\n\
             P1,Naltrexone 50 mg tablet,2026-01-25,1 tablet daily,30,\n"
        )
    };
    for (handed, is_asked) in [("120", true), ("20", false)] {
        let (code, _, messages) = check(&table(handed));
        assert_eq!(code == 3 && messages.contains("handed over"), is_asked, "{messages}");
    }
}

#[test]
fn how_often_something_was_handed_over_is_no_quantity() {
    for header in ["Fills", "Fill Count", "Dispensed", "Dispensed By", "Refills Dispensed"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Sig,Quantity,{header}\n\
             P1,Oxycodone 5 mg tablet,2026-01-05,1 tablet every 6 hours,120,1\n\
             P1,Naltrexone 50 mg tablet,2026-01-25,1 tablet daily,30,2\n\
             P2,Metformin 500 mg tablet,2026-01-06,1 tablet twice daily,60,1\n"
        );
        let (_, findings, _) = check(&table);
        assert!(findings.contains(OVERLAP), "{header}: {findings}");
    }
}

#[test]
fn the_days_that_were_handed_over_count() {
    for (prescribed, handed) in [
        ("処方日数", "調剤日数"),
        ("Tage verordnet", "Tage abgegeben"),
        ("Dagen voorgeschreven", "Dagen afgeleverd"),
        ("处方天数", "发药天数"),
        ("처방일수", "조제일수"),
        ("Duración tratamiento", "Días dispensados"),
        ("Therapiedauer (Tage)", "Reichweite (Tage)"),
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{prescribed},{handed}\n\
             P1,Oxycodone 5 mg tablet,2026-01-05,5,30\nP1,Naltrexone 50 mg tablet,2026-01-25,60,30\n\
             P2,Metformin 500 mg tablet,2026-01-06,90,30\n"
        );
        let (code, findings, messages) = check(&table);
        assert!(code == 1 && findings.contains(OVERLAP), "{handed}: {code} {messages}");
    }
}

#[test]
fn the_drug_that_was_handed_over_counts() {
    for (prescribed, handed) in [
        ("Medicamento prescrito", "Medicamento dispensado"),
        ("Verordnetes Arzneimittel", "Abgegebenes Arzneimittel"),
        ("Médicament prescrit", "Médicament délivré"),
        ("Lek przepisany", "Lek wydany"),
        ("处方药品", "发药药品"),
        ("Rx Drug", "Fill Drug"),
    ] {
        let table = format!(
            "Patient ID,{prescribed},{handed},Fill Date,Days Supply\n\
             P1,Oxycodone 5 mg tablet,Ibuprofen 400 mg tablet,2026-01-05,30\n\
             P1,Naltrexone 50 mg tablet,Naltrexone 50 mg tablet,2026-01-25,30\n\
             P2,Ibuprofen 400 mg tablet,Oxycodone 5 mg tablet,2026-01-05,30\n\
             P2,Naltrexone 50 mg tablet,Naltrexone 50 mg tablet,2026-01-25,30\n"
        );
        let (code, findings, messages) = check(&table);
        assert!(findings.contains("P2: Naltrexone"), "{handed}: {code} {findings} {messages}");
        assert!(!findings.contains("P1: Naltrexone"), "{handed}: {code} {findings} {messages}");
    }
}

#[test]
fn a_day_of_discharge_is_no_end() {
    let table = |header: &str, days: [&str; 2]| {
        format!(
            "MRN,Drug,Fill Date,{header},Days Supply\n\
             P1,Oxycodone 5 mg tablet,2026-01-05,{},30\nP1,Naltrexone 50 mg tablet,2026-01-20,{},30\n",
            days[0], days[1]
        )
    };
    for header in ["DC Date", "D/C Date", "DC Dt", "DC_DTTM"] {
        for days in [["2026-01-05", "2026-01-20"], ["2026-01-06", "2026-01-19"]] {
            let (code, findings, _) = check(&table(header, days));
            assert!(code == 1 && findings.contains(OVERLAP), "{header}: {code} {findings}");
        }
        let (code, findings, _) = check(&table(header, ["2026-01-08", ""]));
        assert!(!findings.contains(OVERLAP), "{header} of one order: {code} {findings}");
    }
    for header in ["End Date", "Stop Date"] {
        let (code, findings, messages) = check(&table(header, ["2026-01-05", "2026-01-20"]));
        assert!(code == 3 && findings.contains(OVERLAP), "{header}: {code} {findings}");
        assert!(messages.contains("in every row"), "{messages}");
        let (_, findings, messages) = check(&table(header, ["2026-01-09", "2026-02-20"]));
        assert!(!messages.contains("in every row") && !findings.contains(OVERLAP), "{messages}");
    }
}

#[test]
fn a_column_of_things_may_name_the_drug() {
    let table = |header: &str| {
        format!(
            "Patient,Fill Date,Trade Name,{header},Days Supply\n\
             P1,2026-03-05,Zolamitex 50 mg caps,tramadol,10\nP1,2026-03-15,Naltrexone 50 mg,naltrexone,28\n\
             P2,2026-03-05,Mobic 15 mg,meloxicam,10\n"
        )
    };
    for header in
        ["Scientific Name", "scientificName", "Common Name", "Nonproprietary Name", "active"]
    {
        let (code, findings, messages) = check(&table(header));
        assert!(code == 1 && findings.contains("recent-opioid"), "{header}: {code} {messages}");
    }
    for header in
        ["Name_EN", "Service Name", "Charge Name", "Latin Name", "Print Name", "Foreign Name"]
    {
        let (code, _, messages) = check(&table(header));
        assert!(
            code == 3 && messages.contains("tramadol is mentioned"),
            "{header}: {code} {messages}"
        );
        assert!(!messages.contains("Zolamitex"), "no cell is shown: {messages}");
    }
    // Someone may be called like a drug.
    for header in ["Patient Name", "Mother Name", "Prescriber Name", "Last Name"] {
        let table = table(header).replace("tramadol", "Carlos").replace(",naltrexone,", ",Ana,");
        let (code, _, messages) = check(&table.replace("meloxicam", "Luis"));
        assert!(code != 3, "{header}: {code} {messages}");
    }
}

#[test]
fn a_drug_with_which_the_rows_interacts_is_asked_about() {
    for header in
        ["Interacting Drug", "Interacts With", "Alert Drug", "DUR Message", "History Drug"]
    {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\n\
             P1,Naltrexone 50 mg tablet,2026-01-17,30,Oxycodone 5 mg tablet\nP2,Lisinopril 10 mg tablet,2026-01-17,30,\n"
        );
        let (code, _, messages) = check(&table);
        assert!(code == 3 && messages.contains("oxycodone is mentioned"), "{header}: {messages}");
    }
    for (one, other) in [("_x", "_y"), (".x", ".y")] {
        let of = |suffix: &str| format!("Drug{suffix},Fill Date{suffix},Days Supply{suffix}");
        let table = format!(
            "Patient ID,{},{}\n\
             P1,Oxycodone 5 mg tablet,2026-01-05,10,Naltrexone 50 mg tablet,2026-01-17,30\n\
             P2,Metformin 500 mg tablet,2026-01-06,30,Lisinopril 10 mg tablet,2026-01-20,30\n",
            of(one),
            of(other)
        );
        let (code, _, messages) = check(&table);
        assert!(code == 3 && messages.contains("several medicines"), "{one}: {code} {messages}");
    }
}

#[test]
fn what_was_taken_back_is_known_in_more_words() {
    for (header, back, stands) in [
        ("reporting_status", "02", "00"),
        ("DSP01", "02", "00"),
        ("ReturnedToStockDateTime", "2026-01-06 10:00:00", ""),
        ("NotDispensedIndicator", "Y", "N"),
        ("취소여부", "Y", "N"),
        ("退药标志", "是", "否"),
        ("退薬", "1", "0"),
        ("Státusz", "Visszavont", "Kiváltott"),
        ("Stare", "Anulat", "Eliberat"),
        ("Stanje", "Stornirano", "Izdano"),
        ("Staatus", "Tühistatud", "Väljastatud"),
        ("Statuss", "Anulēts", "Izsniegts"),
        ("Būsena", "Atšauktas", "Išduotas"),
        ("Κατάσταση", "Ακυρωμένη", "Εκτελεσμένη"),
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\n\
             P1,Oxycodone 5 mg tablet,2026-01-05,10,{back}\nP1,Naltrexone 50 mg tablet,2026-01-10,30,{stands}\n\
             P2,Lisinopril 10 mg tablet,2026-01-17,30,{stands}\nP3,Oxycodone 5 mg tablet,2026-01-05,10,{stands}\n\
             P3,Naltrexone 50 mg tablet,2026-01-10,30,{stands}\n"
        );
        let (code, findings, messages) = check(&table);
        assert!(!findings.contains("P1: "), "{header}: {code} {findings} {messages}");
        assert!(code == 1 && findings.contains("P3: "), "{header}: {code} {findings} {messages}");
    }
}

#[test]
fn wards_are_no_lengths() {
    for header in ["Nursing Unit", "Ward", "Station", "Room", "Bed", "Dept", "Floor"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header}\nP1,Naltrexone 50 mg tablet,2026-01-05,3W\n\
             P2,Lisinopril 10 mg tablet,2026-01-17,5D\nP3,Metformin 500 mg tablet,2026-01-17,4W\n"
        );
        let (code, _, messages) = check(&table);
        assert!(code != 3, "{header}: {code} {messages}");
    }
}

/// The exit code of a check of two files together, its findings, and its messages about the run.
fn check_two(one: &str, other: &str) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), one).unwrap();
    fs::write(folder.path().join("b.csv"), other).unwrap();
    let output = rxlint_in(folder.path(), &["check", ".", "--isolated", "--format", "concise"]);
    (output.status.code().unwrap(), stdout(&output), stderr(&output))
}

fn rows(headers: &str, drugs: [&str; 3], number: impl Fn(usize) -> String) -> String {
    let row = |(at, drug): (usize, &&str)| format!("{},{drug},2026-01-1{at},30\n", number(at));
    let rows: String = drugs.iter().enumerate().map(row).collect();
    format!("{headers},Drug,Fill Date,Days Supply\n{rows}")
}

#[test]
fn two_files_that_number_the_same_people_differently_are_not_complete() {
    let opioids = ["Oxycodone 5 mg tablet", "Metformin 500 mg tablet", "Lisinopril 10 mg tablet"];
    let others = ["Naltrexone 50 mg tablet", "Sertraline 50 mg tablet", "Amlodipine 5 mg tablet"];
    for (one, other) in [
        ("MRN,Member ID", "Member ID"),
        ("Patient ID,MRN", "MRN"),
        ("PatientID,PatientMRN", "MRN"),
        ("PatientSID,PatientICN", "PatientICN"),
        ("BENE_ID,MSIS_ID", "MSIS_ID"),
        ("PatNr,KVNR", "KVNR"),
    ] {
        let a = rows(one, opioids, |at| format!("{},{}", 310 + at, 7001 + at * 7));
        let b = rows(other, others, |at| (7001 + at * 7).to_string());
        let (code, findings, messages) = check_two(&a, &b);
        let is_found = code == 1 && findings.contains(OVERLAP);
        let is_asked = code == 3 && messages.contains("one person counts as two");
        assert!(is_found || is_asked, "{one}: {code} {findings} {messages}");
    }
    let a = rows("MRN,Member ID", opioids, |at| format!("{},W{}", 310 + at, 77001 + at));
    let b = rows("Member ID", others, |at| format!("W{}", 77001 + at));
    let (code, _, messages) = check_two(&a, &b);
    assert!(code == 3 && messages.contains("`--columns 'patient=Member ID'`"), "{messages}");
    let a = rows("Member ID,Person Code", opioids, |at| format!("W{},01", 77001 + at));
    let (code, _, messages) = check_two(&a, &b);
    assert_eq!(code, 3, "{messages}");
    // Small numbers of something else are the same by chance.
    let a = rows("MRN,Row No", opioids, |at| format!("{},{}", 31000 + at, at + 1));
    let b = rows("Patient ID", others, |at| (at + 1).to_string());
    let (code, _, messages) = check_two(&a, &b);
    assert_eq!(code, 0, "{messages}");
    // Other people in another file.
    let a = rows("MRN,Member ID", opioids, |at| format!("{},W{}", 310 + at, 77001 + at));
    let b = rows("Member ID", others, |at| format!("W{}", 88001 + at));
    let (code, _, messages) = check_two(&a, &b);
    assert_eq!(code, 0, "{messages}");
}

#[test]
fn two_sites_with_one_header_and_numbers_of_their_own_are_not_complete() {
    let opioids = ["Oxycodone 5 mg tablet", "Metformin 500 mg tablet", "Lisinopril 10 mg tablet"];
    let others = ["Naltrexone 50 mg tablet", "Sertraline 50 mg tablet", "Amlodipine 5 mg tablet"];
    for header in [
        "MRN,Member ID",
        "MRN,EMPI",
        "Patient ID,Medicaid ID",
        "PatNr,KVNR",
        "IPP,NIR",
        "NHC,CIP",
        "患者番号,被保険者番号",
    ] {
        let person = |at: usize| format!("W{}", 88000 + at * 53);
        let a = rows(header, opioids, |at| format!("{},{}", 700_100 + at * 37, person(at)));
        let b = rows(header, others, |at| format!("{},{}", 55000 + at * 3, person(at)));
        let (code, _, messages) = check_two(&a, &b);
        let is_asked = code == 3 && messages.contains("one person counts as two");
        assert!(is_asked, "{header}: {code} {messages}");
        // Both number their customers from 1001; these are other people.
        let a = rows(header, opioids, |at| format!("{},{}", 1001 + at, person(at)));
        let b = rows(header, others, |at| format!("{},{}", 1001 + at, person(at + 40)));
        let (code, _, messages) = check_two(&a, &b);
        let is_asked = code == 3 && messages.contains("two people may count as one");
        assert!(is_asked, "{header}: {code} {messages}");
        // The same people, numbered alike: one site's two nights.
        let a = rows(header, opioids, |at| format!("{},{}", 1001 + at, person(at)));
        let b = rows(header, others, |at| format!("{},{}", 1001 + at, person(at)));
        let (code, findings, messages) = check_two(&a, &b);
        assert!(code == 1 && findings.contains(OVERLAP), "{header}: {code} {messages}");
    }
    let name = |at: usize| ["Ana Silva", "Gus Berg", "Lena Vogt", "Paul Kern"][at % 4];
    let a = rows("Patient ID,Patient Name", opioids, |at| format!("{},{}", 1001 + at, name(at)));
    let b = rows("Patient ID,Patient Name", others, |at| format!("{},{}", 1001 + at, name(at + 1)));
    let (code, _, messages) = check_two(&a, &b);
    assert!(code == 3 && messages.contains("a run of its own"), "{code} {messages}");
}

#[test]
fn numbers_of_stays_and_accounts_are_new_each_time() {
    let opioids = ["Oxycodone 5 mg tablet", "Metformin 500 mg tablet", "Lisinopril 10 mg tablet"];
    let others = ["Codeine 30 mg tablet", "Sertraline 50 mg tablet", "Amlodipine 5 mg tablet"];
    for header in
        ["Visit No", "Encounter ID", "Case No", "Fallnummer", "Patient Account Number", "CSN"]
    {
        let header = format!("MRN,{header}");
        let a = rows(&header, opioids, |at| format!("{},{}", 31001 + at, 900_100 + at));
        let b = rows(&header, others, |at| format!("{},{}", 31001 + at, 900_200 + at));
        let (code, _, messages) = check_two(&a, &b);
        assert_eq!(code, 0, "{header}: {messages}");
    }
}
