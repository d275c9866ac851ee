//! Tables as sites send them, with one thing that is easily misread: columns that are about something else, lengths in other
//! units, words that are no fills. Each line is the smallest of its kind.
#![allow(clippy::unwrap_used, reason = "a helper of a test may panic as a test may")]

mod common;

use common::stdout;

/// What a table must end with, and which rule must fire or must not.
struct Expected {
    codes: &'static [i32],
    fires: &'static [&'static str],
    is_quiet: &'static [&'static str],
}

const OVERLAP: &str = "opioid-antagonist-overlap";

const FOUND: Expected = Expected { codes: &[1], fires: &[OVERLAP], is_quiet: &[] };
const ASKED: Expected = Expected { codes: &[3], fires: &[], is_quiet: &[] };
const CLEAN: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[OVERLAP] };

/// The exit code of a check of that table, and the rules that fired.
fn check(table: &str) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.csv");
    std::fs::write(&path, table).unwrap();
    let output =
        common::rxlint(&["check", "--isolated", "--format", "jsonl", path.to_str().unwrap()]);
    (output.status.code().unwrap(), stdout(&output))
}

fn expect(name: &str, table: &str, expected: &Expected) {
    let (code, findings) = check(table);
    assert!(expected.codes.contains(&code), "{name}: exit code {code}\n{table}\n{findings}");
    let fired = |rule: &&str| findings.contains(&format!("\"rule\":\"{rule}\""));
    for rule in expected.fires {
        assert!(fired(rule), "{name}: {rule} did not fire\n{table}");
    }
    for rule in expected.is_quiet {
        assert!(!fired(rule), "{name}: {rule} fired\n{table}");
    }
}

#[test]
fn other_medicines_of_a_patient_are_no_directions() {
    for header in ["Home Meds", "Opioid", "Column1", "", "Pain regimen"] {
        for cell in
            ["oxycodone 5 mg q6h", "methadone 80 mg daily", "oxycodone 5 mg 1 tab q6h prn pain"]
        {
            let table = format!(
                "Patient ID,Drug,Fill Date,Days Supply,{header}\nP1,Naltrexone 50 mg,2026-03-01,30,{cell}\n"
            );
            expect(header, &table, &ASKED);
        }
    }
    for (header, cell) in [
        ("Home Meds", "gabapentin 300 mg 2 tabs bid"),
        ("Old directions", "2 tabs daily"),
        ("Target dose", "take 2 tabs daily"),
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Qty,{header}\nP1,Naltrexone 50 mg tab,2026-03-01,30,{cell}\nP1,Oxycodone 5 mg tab,2026-03-24,20,{cell}\n"
        );
        let found = Expected { is_quiet: &["dose-above-maximum"], ..FOUND };
        expect(header, &table, &found);
    }
    let own = "Patient ID,Drug,Fill Date,Qty,Column7\nP1,Oxycodone 5 mg tab,2026-01-01,90,take 1 tablet of oxycodone daily\n\
               P1,Naltrexone 50 mg tab,2026-03-24,30,1 tablet daily\nP2,Metformin 500 mg,2026-03-01,60,1 tab bid\n";
    expect("directions that name their own drug", own, &FOUND);
}

#[test]
fn a_length_counts_in_the_unit_of_its_header() {
    for header in [
        "Duration [wk]",
        "Dur (wk)",
        "Weeks",
        "# Weeks",
        "Durée (sem)",
        "Wochen",
        "Týdny",
        "Недель",
        "週数",
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header}\nP1,Oxycodone 5 mg,2026-01-01,12\nP1,Naltrexone 50 mg,2026-03-15,4\n"
        );
        expect(header, &table, &FOUND);
    }
    for header in ["Months", "Supply (mos)", "Duur (mnd)"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header}\nP1,Oxycodone 5 mg,2026-01-01,3\nP1,Naltrexone 50 mg,2026-03-15,1\n"
        );
        expect(header, &table, &FOUND);
    }
}

#[test]
fn a_length_counts_in_the_unit_beside_it() {
    for header in ["UOM", "Time Unit", "Period", "W/M/D", "Column 5", ""] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Duration,{header}\nP1,Oxycodone 5 mg,2026-01-01,12,weeks\nP1,Naltrexone 50 mg,2026-03-15,4,weeks\n"
        );
        expect(header, &table, &FOUND);
    }
    let men = "Patient ID,Drug,Fill Date,Days Supply,Sex\nP1,Oxycodone 5 mg,2026-01-01,12,M\nP1,Naltrexone 50 mg,2026-03-15,4,M\n";
    expect("men are no months", men, &CLEAN);
}

#[test]
fn small_numbers_beside_missing_lengths_are_asked_about() {
    for header in ["Supply", "Packs", "Xyz"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header}\nP1,Oxycodone 5 mg,2026-01-01,12\nP1,Naltrexone 50 mg,2026-03-15,4\n"
        );
        expect(header, &table, &ASKED);
    }
}

#[test]
fn days_are_read_in_words_and_in_digits_of_double_width() {
    for (opioid, antagonist) in
        [("９０", "３０"), ("ninety", "thirty"), ("three months", "one month"), ("90日", "30日")]
    {
        let table = format!(
            "患者番号,薬品名,調剤日,日数\n1,オキシコドン錠5mg,2026-01-01,{opioid}\n1,ナルトレキソン 50mg,2026-03-15,{antagonist}\n"
        );
        expect(opioid, &table, &FOUND);
    }
    for cell in ["quarterly", "monthly", "lifelong"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply\n1,Oxycodone 5 mg,2026-01-01,{cell}\n1,Naltrexone 50 mg,2026-03-15,30\n"
        );
        expect(cell, &table, &ASKED);
    }
}

#[test]
fn what_is_taken_in_a_day_gives_the_days_of_a_quantity() {
    for header in ["Tabs per day", "Units/day", "Daily Qty", "Tabletten pro Tag"] {
        let table = format!(
            "Patient ID,Drug,Qty,{header},Fill Date\n1,Naltrexone 50 mg tab,90,1,2026-01-01\n1,Oxycodone 5 mg tab,12,4,2026-03-20\n"
        );
        expect(header, &table, &FOUND);
    }
}

#[test]
fn statuses_of_messages_labels_and_refills_take_no_fill_back() {
    for (header, word) in
        [("Refill Status", "Denied"), ("eRx Status", "Error"), ("Label Status", "Voided")]
    {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\nP1,Naltrexone 50 mg,2026-03-01,30,Approved\nP1,Oxycodone 5 mg,2026-03-10,5,{word}\n"
        );
        expect(header, &table, &Expected { codes: &[3], ..FOUND });
    }
    let rows: String = (1..7)
        .map(|day| {
            let drug = if day % 2 == 1 { "Naltrexone" } else { "Oxycodone" };
            format!("P{},{drug} 5 mg,2026-03-0{day},10,2026-04-28\n", (day + 1) / 2)
        })
        .collect();
    let visits = format!("Patient ID,Drug,Fill Date,Days Supply,Return Date\n{rows}");
    expect("a next visit for everybody", &visits, &Expected { codes: &[3], ..FOUND });
}

#[test]
fn births_and_ages_are_known_in_many_languages() {
    for (header, cell) in [
        ("BDATE", "2012-05-05"),
        ("Nato il", "05.05.2012"),
        ("Д.р.", "05.05.2012"),
        ("Geburtsjahr", "2012"),
        ("Pt Age", "13"),
        ("Alter", "13"),
        ("年齢", "13"),
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\nP1,Naltrexone 50 mg,2026-03-21,30,{cell}\n"
        );
        expect(
            header,
            &table,
            &Expected { codes: &[1], fires: &["naltrexone-under-18"], is_quiet: &[] },
        );
    }
}

#[test]
fn a_code_within_a_number_is_nobody_by_itself() {
    for (number, person) in
        [("Cardholder ID", "Person Code"), ("Family ID", "Member No"), ("Group ID", "Member ID")]
    {
        let table = format!(
            "{number},{person},Drug,Date of Service,Days Supply\nW1,01,OXYCODONE 5MG,20260301,30\nW2,01,NALTREXONE 50MG,20260305,30\n\
             W1,02,METFORMIN 500MG,20260303,30\nW3,02,NALTREXONE 50MG,20260305,30\n"
        );
        expect(number, &table, &CLEAN);
    }
    let dates = "person_id,drug_exposure_start_date,patient_id,drug_source_value,days_supply\n\
                 4001,2026-03-01,2026-03-14,Oxycodone 5 mg tablet,14\n4001,2026-03-05,2026-04-03,Naltrexone 50 mg tablet,30\n";
    expect("days are no identifiers", dates, &Expected { codes: &[3], ..FOUND });
}

#[test]
fn the_supply_that_was_handed_over_decides() {
    let table = "Patient ID,Drug,Fill Date,Rx Days Supply,Fill Days Supply\nP1,Oxycodone 5 mg,2026-01-01,5,90\n\
                 P1,Naltrexone 50 mg,2026-03-15,30,30\n";
    expect("prescribed and filled", table, &FOUND);
}

#[test]
fn quantities_are_negative_in_every_hand() {
    for quantity in ["(20)", "20-", "−20", "- 20", "20 CR"] {
        let table = format!(
            "Patient ID,Rx Number,Drug,Fill Date,Qty,Days Supply\nP1,77,Oxycodone 5 mg,2026-03-01,20,30\n\
             P1,77,Oxycodone 5 mg,2026-03-01,{quantity},30\nP1,78,Naltrexone 50 mg,2026-03-15,30,30\n"
        );
        expect(quantity, &table, &CLEAN);
    }
}

#[test]
fn a_day_of_giving_is_one_day() {
    for header in ["Given", "Administered", "Inj Date", "投与日"] {
        let table = format!(
            "Patient ID,Drug,{header}\nP1,Oxycodone 5 mg tab,2026-03-01\nP1,Naltrexone 50 mg tab,2026-03-06\n"
        );
        expect(
            header,
            &table,
            &Expected { codes: &[1], fires: &["recent-opioid"], is_quiet: &[OVERLAP] },
        );
    }
}

#[test]
fn flags_of_reversal_are_asked_about_and_foreign_statuses_known() {
    for header in ["Claim Indicator", "Flag", "Txn Ind"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\nP1,Oxycodone 5 mg,2026-03-01,30,Reversed\nP1,Naltrexone 50 mg,2026-03-15,30,Paid\n"
        );
        expect(header, &table, &ASKED);
    }
    for word in ["Zrušeno", "Törölt", "İptal", "取消", "취소", "Отменён", "中止"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,Status\nP1,Oxycodone 5 mg,2026-03-01,30,{word}\nP1,Naltrexone 50 mg,2026-03-15,30,Paid\n"
        );
        expect(word, &table, &CLEAN);
    }
}

#[test]
fn lines_around_the_rows_are_no_records() {
    for line in [
        "Total Rx: 5,,,35",
        ",,Total,35",
        "Record count: 2",
        "End of report,,,",
        "CONFIDENTIAL: do not forward, or copy",
        ",,,",
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply\nP1,Oxycodone 5 mg,2026-03-01,30\nP1,Naltrexone 50 mg,2026-03-15,30\n{line}\n"
        );
        expect(line, &table, &FOUND);
    }
}

#[test]
fn year_month_and_day_are_a_date() {
    let table = "Patient ID,Drug,Year,Month,Day,Days Supply\nP1,Oxycodone 5 mg,2026,3,1,30\nP1,Naltrexone 50 mg,2026,3,15,30\n";
    expect("three columns", table, &FOUND);
}

#[test]
fn a_drug_in_a_column_of_numbers_is_a_stray_mention() {
    for header in ["claim_id", "rx_number", "prescriber"] {
        let table = format!(
            "{header},patient_id,fill_date,drug_name,days_supply\nOxycodone 5 mg tablet,P1,2026-03-01,Metformin,14\nC2,P1,2026-03-05,Naltrexone 50 mg tablet,30\n"
        );
        expect(header, &table, &ASKED);
    }
}
