//! Tables as sites send them, each with one thing that is easily misread: columns that are about something else, lengths in other units, words that
//! are not fills. Each line is the smallest of its kind.
#![allow(clippy::unwrap_used, reason = "a helper of a test may panic as a test may")]

use crate::common;

use crate::common::stdout;
use crate::common::table::{ASKED, CLEAN, Expected, FOUND, OVERLAP, check, expect, pair};

#[test]
fn a_patients_other_drugs_are_not_directions() {
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
fn a_person_code_is_no_one_by_itself() {
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
fn an_administration_day_is_one_day() {
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
fn a_supply_of_zeros_states_nothing() {
    let table = "patid,eventdate,productname,qty,ndd,numdays\n7001,2026-01-01,Naltrexone 50mg tablets,84,1,0\n\
                 7001,2026-02-20,Oxycodone 5mg capsules,12,4,0\n";
    expect("units a day beside a length that is never filled in", table, &ASKED);
}

#[test]
fn lines_around_the_rows_are_not_records() {
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

/// The exit code and all messages of a command on the files of a folder.
fn told(files: &[(&str, &str)], arguments: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = common::rxlint_in(folder.path(), arguments);
    let said = format!("{}{}", stdout(&output), common::stderr(&output));
    (output.status.code().unwrap(), said)
}

const CLEAN_EXPORT: (&str, &str) =
    ("clean.csv", "Patient ID,Drug,Fill Date,Days Supply\nP1,Lisinopril 10 mg,2026-03-01,30\n");

#[test]
fn a_record_is_never_taken_for_the_header() {
    let numbers = "patient=1,fill_date=2,drug=3,days_supply=4,status=5";
    for word in ["Sold", "Given", "Medicaid", "Brand", "Rx", "Abgegeben", "Délivré", "PAID"] {
        let table = format!(
            "88120,2026-03-02,oxycodone 5 mg tablet,10,{word}\n88120,2026-03-09,naltrexone 50 mg tablet,30,{word}\n"
        );
        let files = [("fills.csv", &*table)];
        let (code, said) = told(&files, &["check", "--columns", numbers, "fills.csv"]);
        assert!(code == 1 && said.contains(OVERLAP), "{word}: {said}");
        let (code, said) = told(&files, &["check", "fills.csv"]);
        assert!(code == 2 && said.contains("has no header row"), "{word}: {said}");
        assert!(said.contains("--no-header --columns patient=1,drug=3,fill_date=2"), "{said}");
        assert!(said.contains("if column 4 counts days"), "{said}");
    }
    let many: String = (0..30)
        .map(|n| {
            format!(
                "2026-03-{:02} 08:00,88{},oxycodone 5 mg tablet,Given\n",
                n % 28 + 1,
                120 + n / 2
            )
        })
        .collect();
    let (code, said) = told(&[("fills.csv", &many)], &["check", "fills.csv"]);
    assert!(code == 2 && said.contains("has no header row"), "identifiers that come again: {said}");
}

#[test]
fn an_entry_of_a_list_is_never_taken_for_its_header() {
    let list = "Item,Cls,Stat\nNaltrexone 50 mg tab,Opioid agonists,Listed\nNaloxone 4 mg spray,Opioid antagonists,Listed\n\
                Ibuprofen 600 mg tab,NSAID,Active\nMetformin 500 mg tab,Antidiabetic,Listed\n";
    let (code, said) = told(&[("list.csv", list)], &["formulary", "list.csv"]);
    assert!(code == 1 && said.contains("formulary-misclassified-antagonist"), "{said}");
    assert!(said.contains("4 records read"), "{said}");
    let bare = list.split_once('\n').unwrap().1;
    let (code, said) = told(&[("list.csv", bare)], &["formulary", "list.csv"]);
    assert!(code == 2 && said.contains("has no header row"), "{said}");
}

#[test]
fn a_list_with_patients_is_refused_in_any_language() {
    for who in [
        "Kd-Nr.",
        "Nr pacjenta",
        "N° dossier",
        "NHC",
        "Cod. paziente",
        "Resident",
        "Patient Name",
        "PT_ACCT_NO",
    ] {
        let table = format!("{who},Fill Date,Drug,Qty\n10017,2026-03-01,Naltrexone 50 mg tab,30\n");
        let (code, said) = told(&[("list.csv", &table)], &["formulary", "list.csv"]);
        assert!(code == 2 && said.contains("patients in it"), "{who}: {said}");
    }
    let list = "Client,Drug Name,Tier,Member Cost\nACME,Naltrexone 50 mg tab,1,10\nACME,Naloxone 4 mg spray,1,10\n";
    let (code, said) = told(&[("list.csv", list)], &["formulary", "list.csv"]);
    assert_eq!(code, 0, "a plan's client is no patient: {said}");
}

#[test]
fn a_printed_report_or_a_log_with_watched_drugs_keeps_a_folder_from_being_complete() {
    let report = "RX#     PATIENT          FILLED    DRUG                       QTY  DS\n\
                  0100001 BIRD, BIG        03/14/26  NALTREXONE 50MG TABLET       30  30\n\
                  0100002 BIRD, BIG        03/20/26  HYDROCODONE/APAP 5-325       12   3\n";
    let log =
        "DISPENSE pt=P1 drug=\"Naltrexone 50 mg tablet\"\nDISPENSE pt=P1 drug=\"Oxycodone 5 mg\"\n";
    for (name, text) in [("rxlog.txt", report), ("dispense.log", log)] {
        let (code, said) = told(&[CLEAN_EXPORT, (name, text)], &["check", "."]);
        assert!(code == 3 && said.contains("it mentions naltrexone"), "{name}: {said}");
        assert!(!said.contains("nothing in it looks like"), "{name}: {said}");
    }
    let (code, said) = told(&[("rxlog.txt", report)], &["check", "rxlog.txt"]);
    assert!(code == 2 && said.contains("printed report") && !said.contains("--columns"), "{said}");
    let others = "RX#     PATIENT          FILLED    DRUG                       QTY  DS\n\
                  0100001 BIRD, BIG        03/14/26  LISINOPRIL 10MG              30  30\n";
    let prose =
        "This folder holds the exports of the naltrexone clinic.\nThey are made every night.\n";
    for (name, text) in [("rxlog.txt", others), ("about.txt", prose)] {
        let (code, said) = told(&[CLEAN_EXPORT, (name, text)], &["check", "."]);
        assert_eq!(code, 0, "{name}: {said}");
    }
}

#[test]
fn a_title_above_family_names_and_numbers_is_not_a_header() {
    let table = "Pharmacy Dispensing Report\n\
        \"Last Name\",\"Fill Date\",\"Subscriber ID\",\"Relationship\",\"First Name\",\"Drug Name\",\"Days\"\n\
        \"Brink\",\"03/25/2026\",\"W1\",\"Self\",\"Ada\",\"Oxycodone HCl 5 MG Tablet\",\"20\"\n\
        \"Brink\",\"03/28/2026\",\"W1\",\"Self\",\"Ada\",\"Naltrexone HCl 50 MG Tablet\",\"30\"\n";
    expect("a title", table, &FOUND);
}

#[test]
fn lines_above_the_header_are_not_lost_silently() {
    let other = "patient_id,fill_date,drug_name,days_supply\nP1,2026-03-01,Oxycodone 5 mg,30\nP1,2026-03-10,Naltrexone 50 mg,30\n\n\
                 patient_id;fill_date;drug_name;days_supply\nP2;2026-03-01;Metformin 500 mg;30\n";
    expect("a table with other delimiters", other, &ASKED);
    let title = "Dispensing report\nFrom 2026-03-01\npatient_id;fill_date;drug_name;days_supply\nP2;2026-03-01;Metformin 500 mg;30\n";
    expect("a title", title, &CLEAN);
}

#[test]
fn names_are_joined_with_the_birth_date() {
    for (headers, option) in [
        ("Patient Name,Date Of Birth", "'patient=Patient Name+Date Of Birth'"),
        ("PtLast,PtFirst,PtDOB", "patient=PtLast+PtFirst+PtDOB"),
        ("LAST_NM,FIRST_NM,DOB", "patient=LAST_NM+FIRST_NM+DOB"),
        ("Bewohner,Geburtsdatum", "patient=Bewohner+Geburtsdatum"),
    ] {
        let name = if headers.matches(',').count() > 1 { "DOE,JANE" } else { "\"DOE,JANE\"" };
        let table = format!(
            "{headers},Fill Date,Drug,Days\n{name},1980-04-15,2026-03-02,SUBOXONE 8-2MG FILM,28\n"
        );
        let (code, said) = told(&[("fills.csv", &table)], &["check", "fills.csv"]);
        assert!(code == 2 && said.contains(option), "{headers}: {said}");
    }
}

#[test]
fn totals_in_any_column_are_not_records() {
    for line in [
        "TOTALS,5 items,,361",
        ",,,Total",
        "Sum,,,361",
        "Summe,,,40",
        "Grand Total,2,,40",
        "Subtotal P77,2,,40",
        "Total patients,,,1",
        "Summe,56",
        "Summe: 56",
        "Gesamtsumme,56",
        "Total général,56",
        "Totalt 56",
        "I alt,56",
        "Yhteensä,56",
        "Ogółem,56",
        "Łącznie,,,56",
        "Yhteensä,,,56",
        "Antal rader,,,56",
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply\nP1,Oxycodone 5 mg,2026-03-01,30\nP1,Naltrexone 50 mg,2026-03-15,30\n{line}\n"
        );
        expect(line, &table, &FOUND);
    }
    let person = "Patient ID,Drug,Fill Date,Days Supply\nSum,Oxycodone 5 mg,2026-03-01,30\nSum,Naltrexone 50 mg,2026-03-15,30\n";
    expect("a patient of that name", person, &FOUND);
}

#[test]
fn ends_of_courses_are_read_or_asked_about() {
    for header in [
        "EndDateKey",
        "Course End",
        "EndInstant",
        "Expected End",
        "Last Day",
        "Last Day of Therapy",
        "Supply End",
        "Supply Ends On",
        "End of supply",
        "Supply Through",
        "Supply until",
        "Run Out Date",
        "Until",
    ] {
        let table = format!(
            "Patient ID,Drug,Start Date,{header}\nP1,Oxycodone 5 mg,2026-01-01,2026-04-05\nP1,Naltrexone 50 mg,2026-03-05,2026-04-04\n"
        );
        expect(header, &table, &FOUND);
    }
    for header in ["Valid Until", "Gültig bis", "Next Fill Due", "Supplied To"] {
        let table = format!(
            "Patient ID,Drug,Start Date,{header}\nP1,Oxycodone 5 mg,2026-01-01,2026-04-05\nP1,Naltrexone 50 mg,2026-03-05,2026-04-04\n"
        );
        expect(header, &table, &Expected { codes: &[1, 3], fires: &[], is_quiet: &[] });
        let (code, _) = check(&table);
        assert!(code == 3 || header == "Supplied To", "{header}");
    }
    for header in [
        "Refill date",
        "Refill due",
        "Expected Refill",
        "Próxima dispensación",
        "Volgende aflevering",
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header}\nP1,Oxycodone 5 mg,2026-01-01,2026-04-05\nP1,Naltrexone 50 mg,2026-03-05,2026-04-04\n"
        );
        expect(header, &table, &ASKED);
    }
    for header in ["Supply End", "Supply Thru"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header}\nP1,Oxycodone 5 mg,2026-01-05,2026-03-29\nP1,Naltrexone 50 mg,2026-03-20,2026-04-16\n"
        );
        expect(header, &table, &FOUND);
    }
    for (start, stop) in [
        ("Data od", "Data do"),
        ("Data wystawienia", "Data do"),
        ("Datum van", "Datum tot"),
        ("Fecha de", "Fecha a"),
        ("Gültig ab", "Gültig bis"),
        ("Du", "Au"),
        ("Från", "Till"),
        ("Alkupvm", "Loppupvm"),
        ("Angesetzt", "Abgesetzt"),
        ("Started", "D/C"),
    ] {
        let table = |oxycodone: &str, naltrexone: &str| {
            format!(
                "MRN,Drug,{start},{stop}\nP1,Oxycodone 5 mg,{oxycodone}\nP1,Naltrexone 50 mg,{naltrexone}\n"
            )
        };
        let during = table("2026-01-05,2026-03-31", "2026-01-09,2026-01-31");
        expect(stop, &during, &FOUND);
        let after = table("2026-01-01,2026-01-05", "2026-01-20,2026-02-01");
        expect(stop, &after, &CLEAN);
    }
    for header in ["Created", "Paid Date", "Claim Processed Date", "Entered On"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header}\nP1,Oxycodone 5 mg,2026-01-01,2026-01-15\nP1,Naltrexone 50 mg,2026-03-05,2026-03-19\n"
        );
        let (code, said) = check(&table);
        assert_ne!(code, 3, "{header}: {said}");
    }
}

#[test]
fn an_identifier_that_joins_several_of_another_is_asked_about() {
    for (one, other) in [
        ("MRN", "EMPI"),
        ("PatientKey", "PatientDurableKey"),
        ("Patient ID", "NHS Number"),
        ("patient_id", "ssn"),
    ] {
        for headers in [format!("{one},{other}"), format!("{other},{one}")] {
            let rows: [[&str; 2]; 2] = [["A1", "E7"], ["B9", "E7"]];
            let row = |row: [&str; 2]| {
                if headers.starts_with(one) {
                    row.join(",")
                } else {
                    format!("{},{}", row[1], row[0])
                }
            };
            let table = format!(
                "{headers},Drug,Fill Date,Days\n{},Oxycodone 5 mg,2026-03-01,10\n{},Naltrexone 50 mg,2026-03-05,30\n",
                row(rows[0]),
                row(rows[1])
            );
            expect(&headers, &table, &Expected { codes: &[1, 3], fires: &[], is_quiet: &[] });
        }
    }
    let family = "Patient ID,Subscriber ID,Drug,Fill Date,Days\n1,F7,Oxycodone 5 mg,2026-03-01,10\n2,F7,Naltrexone 50 mg,2026-03-05,30\n";
    expect("a family's number", family, &CLEAN);
}

#[test]
fn what_was_handed_over_outranks_what_was_prescribed() {
    let drugs = "Patient ID,Prescribed Drug,Dispensed Drug,Fill Date,Days\n1,Oxycodone 5 mg tablet,Ibuprofen 600 mg tablet,2026-03-01,10\n\
                 1,ReVia 50 mg,Naltrexone 50 mg tablet,2026-03-05,30\n";
    let told = Expected { codes: &[1], fires: &["name-code-mismatch"], is_quiet: &[OVERLAP] };
    expect("the dispensed drug decides", drugs, &told);
    let days = "Patient ID,Drug,Fill Date,Dispensed Days Supply,Days Supply\n1,Oxycodone 5 mg,2026-03-01,30,3\n1,Naltrexone 50 mg,2026-03-25,30,30\n";
    expect("the days of the fill", days, &FOUND);
    for (header, no) in [
        ("Given", "N"),
        ("Taken", "No"),
        ("Administered", "0"),
        ("Abgegeben", "nein"),
        ("Paid", "N"),
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\nP1,Oxycodone 5 mg,2026-03-01,30,Y\nP1,Naltrexone 50 mg,2026-03-15,30,{no}\n"
        );
        expect(header, &table, &CLEAN);
    }
}

#[test]
fn medicines_that_headers_name_are_asked_about() {
    let table = "patient_id,fill_date,drug,days_supply,suboxone_date,vivitrol_date\n1,2026-03-01,lisinopril 10 mg,30,2026-03-01,2026-03-05\n";
    expect("a column a drug", table, &ASKED);
    let none =
        "patient_id,fill_date,drug,days_supply,on_vivitrol\n1,2026-03-01,lisinopril 10 mg,30,N\n";
    expect("nobody has it", none, &CLEAN);
}

#[test]
fn strengths_count_in_the_unit_of_their_header() {
    let table = "Patient ID,Drug,Strength (mg),Fill Date,Qty,Days Supply\nP1,NALTREXONE,50,2026-03-05,150,30\n";
    expect("mg", table, &Expected { codes: &[1], fires: &["dose-above-maximum"], is_quiet: &[] });
}

#[test]
fn another_cell_in_place_of_the_patient_is_reported() {
    expect("as it is", &pair(|cells| cells.map(str::to_owned)), &FOUND);
    for place in [1, 2, 3, 4] {
        let copied = pair(|mut cells| {
            cells[0] = cells[place];
            cells.map(str::to_owned)
        });
        expect("copied", &copied, &ASKED);
        let exchanged = pair(|mut cells| {
            cells.swap(0, place);
            cells.map(str::to_owned)
        });
        expect("exchanged", &exchanged, &ASKED);
    }
    for patient in
        ["ditto", "REDACTED", "30 days", "$4.50", "09:00", "TRUE", "#VALUE!", "Not Provided", "-1"]
    {
        let table = pair(|mut cells| {
            cells[0] = patient;
            cells.map(str::to_owned)
        });
        expect(patient, &table, &ASKED);
    }
}

#[test]
fn headers_over_each_others_cells_are_not_believed() {
    const REFUSED: Expected = Expected { codes: &[2, 3], fires: &[], is_quiet: &[] };
    let table = pair(|cells| cells.map(str::to_owned));
    for (one, other) in [("patient_id", "ndc"), ("patient_id", "quantity")] {
        let exchanged =
            table.replacen(one, "\u{0}", 1).replacen(other, one, 1).replacen('\u{0}', other, 1);
        expect(other, &exchanged, &REFUSED);
    }
    let claims = "patient_id,claim_id,fill_date,drug_name,days_supply\n\
        MRN40011,C20001,2026-03-01,Lisinopril 10 mg Tablet,30\n\
        MRN40012,C20002,2026-03-02,Metformin 500 mg Tablet,30\n\
        MRN40777,C20003,2026-03-05,Naltrexone HCl 50 MG Oral Tablet,30\n\
        MRN40777,C20004,2026-03-12,Oxycodone HCl 5 MG Tablet,7\n\
        MRN40013,C20005,2026-03-14,Lisinopril 10 mg Tablet,30\n";
    expect("claims", claims, &FOUND);
    let exchanged = claims.replacen("patient_id,claim_id", "claim_id,patient_id", 1);
    expect("claims", &exchanged, &REFUSED);
    let wrong_person = "patient_id,rx_number,fill_date,drug_name,days_supply,status\n\
        P40011,R20001,2026-03-01,Oxycodone HCl 5 MG Tablet,14,Reversed\n\
        P40012,R20001,2026-03-01,Oxycodone HCl 5 MG Tablet,14,Paid\n\
        P40777,R20003,2026-03-05,Naltrexone HCl 50 MG Oral Tablet,30,Paid\n\
        P40013,R20004,2026-03-12,Lisinopril 10 mg Tablet,30,Paid\n\
        P40014,R20005,2026-03-14,Metformin 500 mg Tablet,30,Paid\n";
    expect("billed to the wrong person first", wrong_person, &CLEAN);
    // Eleven digits are a national number as well as a code.
    let national = table.replace("MRN", "900100");
    expect("national numbers", &national, &FOUND);
}

#[test]
fn a_short_year_beside_long_ones_is_not_the_day() {
    const REFUSED: Expected = Expected { codes: &[2, 3], fires: &[], is_quiet: &[] };
    for day in ["26-03-12", "26/03/12", "26-03-14", "31-03-12", "2026-003-12"] {
        let table = pair(|mut cells| {
            cells[1] = day;
            cells.map(str::to_owned)
        });
        expect(day, &table, &REFUSED);
    }
}

#[test]
fn an_accent_is_the_same_however_it_is_written() {
    let table = pair(|cells| cells.map(str::to_owned)).replacen("MRN40777", "MRNe\u{301}", 1);
    expect("accent", &table.replace("MRN40777", "MRN\u{e9}"), &FOUND);
}

#[test]
fn a_header_names_only_systems_whose_codes_are_not_ndcs() {
    for system in rxlint_input::layout::code_systems() {
        assert!(rxlint_engine::drug::code::is_other_system(system), "{system}");
    }
}

#[test]
fn rxnorm_codes_are_read_or_reported_under_any_header_that_mentions_it() {
    let table = |header: &str, naltrexone: &str, other: &str| {
        format!(
            "patient_id,fill_date,drug_name,{header},days_supply\n\
             P1,2026-01-01,Metformin,{other},30\nP1,2026-01-01,Naltrexone 50 mg,{naltrexone},30\n"
        )
    };
    for header in [
        "RxCUIs",
        "RxNorm Codes",
        "RxNorm Identifier",
        "RxNorm CUI(s)",
        "RxNorm Ingredient",
        "RxNorm SCD",
        "TTY/RxCUI",
    ] {
        expect(header, &table(header, "1483744", "1049621"), &FOUND);
    }
    for header in ["rxnorm_concept_id", "RxNorm mapping", "RxCUI,RxCUI (old)"] {
        let other = if header.contains(',') { "860975,1049621" } else { "1049621" };
        let naltrexone = if header.contains(',') { "1483744,1483744" } else { "1483744" };
        expect(header, &table(header, naltrexone, other), &ASKED);
        let of_metformin = other.replace("1049621", "860975");
        expect(header, &table(header, naltrexone, &of_metformin), &CLEAN);
    }
    // Other numbers beside a drug are not codes.
    expect("Zork", &table("Zork", "1483744", "1049621"), &CLEAN);
}

#[test]
fn codes_of_procedures_are_known_under_the_names_of_procedures_and_services() {
    let one = Expected { codes: &[0], fires: &[], is_quiet: &["depot-interval"] };
    for header in
        ["proc", "Procedure", "svc_code", "Service Code", "PROC_CDE", "LINE_PRCDR_CD", "sv101"]
    {
        let table = format!(
            "member_id,claim_no,dos,{header},proc_desc,units\nM1,1,2026-01-05,J2315,\"Injection, naltrexone, depot form, 1 mg\",380\n"
        );
        expect(header, &table, &one);
    }
    // The given part and the discarded part of a vial are one injection; two claims are two.
    let lines = "member_id,claim_no,dos,hcpcs,modifier,units\nM1,1,2026-01-05,J2315,JZ,300\nM1,1,2026-01-05,J2315,JW,80\n";
    expect("two lines", lines, &one);
    let two = Expected { codes: &[1], fires: &["depot-interval"], is_quiet: &[] };
    expect(
        "two claims",
        &lines.replace("M1,1,2026-01-05,J2315,JW", "M1,2,2026-01-05,J2315,JW"),
        &two,
    );
    expect("another amount", &lines.replace(",80\n", ",40\n"), &two);
}

#[test]
fn a_number_of_packs_is_counted_by_the_size_of_one_wherever_that_stands() {
    // Two packs of 56, or tablets for a day.
    let long = Expected { codes: &[1], fires: &["opioid-antagonist-overlap"], is_quiet: &[] };
    for header in ["Confezione", "Opakowanie", "Embalagem", "Packungsinhalt", "Nb par boîte", "Box"]
    {
        for cell in ["56", "56 tab"] {
            let table = format!(
                "Patient,Fill Date,Drug,Directions,Quantity,{header}\n\
                 P1,2026-03-01,Oxycodone 5 mg tablets,1 tab bid,2,{cell}\n\
                 P1,2026-04-20,Naltrexone 50 mg tablets,1 tab daily,1,{cell}\n\
                 P2,2026-04-20,Lisinopril 10 mg tablets,1 tab daily,1,{cell}\n"
            );
            expect(&format!("{header}: {cell}"), &table, &long);
        }
    }
}

#[test]
fn spreadsheet_subtotals_are_not_records() {
    for (one, whole) in [
        ("1 Total", "Grand Total"),
        ("1 Ergebnis", "Gesamtergebnis"),
        ("\"Marlow, Ida Total\"", "Total"),
    ] {
        let table = format!(
            "MRN,Drug,Fill Date,Days Supply,Qty,Price\n1,Oxycodone 5 mg tablet,2026-03-01,30,60,5\n1,Naltrexone 50 mg tablet,2026-03-13,30,30,9\n\
             {one},,,,90,14\n{whole},,,,90,14\n"
        );
        expect(one, &table, &FOUND);
    }
}

#[test]
fn rows_below_the_first_of_a_group_are_reported_once() {
    let table = "MRN,Drug,Fill Date,Days Supply\n1,Oxycodone 5 mg tablet,2026-03-01,30\n,Naltrexone 50 mg tablet,2026-03-13,30\n\
                 2,Lisinopril 10 mg tablet,2026-03-02,30\n,Metformin 500 mg tablet,2026-03-14,30\n";
    let (code, found, _) = common::table::told(table.as_bytes(), &[]);
    assert!(code == 3 && found.matches("first row of a group").count() == 1, "{found}");
}

#[test]
fn bed_and_room_numbers_are_not_diagnoses() {
    let header_of = |header: &str| {
        let rows: String = ["B17", "C24", "D31", "E38", "F15", "G22", "H29"]
            .iter()
            .enumerate()
            .map(|(at, bed)| format!("1{at},Lisinopril 10 mg tablet,2026-03-02,2026-03-30,{bed}\n"))
            .collect();
        format!(
            "MRN,Medication,Start Date,End Date,{header}\n9,Naltrexone 50 mg tablet,2026-03-01,2026-03-30,B12\n{rows}"
        )
    };
    for header in
        ["Letto", "Stanza", "Lit", "Chambre", "Kamer", "Bed", "Room", "Housing", "Cama", "Leito"]
    {
        expect(header, &header_of(header), &CLEAN);
    }
    expect("codes", &header_of("Wxyz"), &ASKED);
}
