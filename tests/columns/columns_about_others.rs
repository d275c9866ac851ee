//! Columns whose headers say that they are about something other than the record: another thing before a dot, dates of expiry, of visits and of work
//! on the file, codes that look like dates; and words for births and endings in many languages.

use crate::common::table::{ASKED, Expected, FOUND, OVERLAP, expect, told};

/// The exit code of a check of that table, its findings, and its messages about the run.
fn check(table: &str) -> (i32, String, String) {
    told(table.as_bytes(), &["--format", "concise"])
}

/// The overlap of two fills, with an additional column with these cells, and a third patient.
fn with_column(header: &str, [first, second, other]: [&str; 3]) -> String {
    format!(
        "patient_id,{header},drug_name,fill_date,days_supply\n\
         P1,{first},Oxycodone 5 mg tablet,2026-03-01,10\nP1,{second},Naltrexone 50 mg tablet,2026-03-05,30\n\
         P2,{other},Metformin 500 mg tablet,2026-02-02,30\n"
    )
}

#[test]
fn a_status_of_another_thing_before_a_dot_is_ignored() {
    for thing in [
        "member.",
        "eligibility.",
        "prior_auth.",
        "prescriber.",
        "ins.",
        "Marit. ",
        "Elig. ",
        "Prev. ",
        "PA. ",
    ] {
        let header = format!("{thing}status");
        let (code, findings, _) =
            check(&with_column(&header, ["Cancelled", "Cancelled", "Active"]));
        assert!(findings.contains(OVERLAP), "{header}: {code} {findings}");
    }
    for table in ["claims.", "rx.", "t1.", "dbo.pharmacy_claims.", "Rx. "] {
        let header = format!("{table}status");
        let (code, findings, _) = check(&with_column(&header, ["Cancelled", "Paid", "Paid"]));
        assert!(code == 0 && !findings.contains(OVERLAP), "{header}: {code} {findings}");
    }
}

#[test]
fn a_drug_of_another_thing_is_not_the_records() {
    for header in [
        "allergy.drug_name",
        "allergies.medication",
        "history.drug_name",
        "prior_auth.drug",
        "Interact. Drug",
        "Disc. Drug",
        "Prev. Medication",
        "Prev. Drug",
        "Orig. Medication",
        "Subst. Medication",
        "Comp. Medication",
    ] {
        let cells = ["Naltrexone 50 mg tablet", "Oxycodone 5 mg tablet", "Oxycodone"];
        let (_, findings, _) = check(&with_column(header, cells));
        assert!(findings.contains(OVERLAP), "{header}: {findings}");
        assert!(!findings.contains("name-code-mismatch"), "{header}: {findings}");
    }
}

#[test]
fn dates_of_another_thing_are_not_the_records() {
    for header in [
        "Prev. Fill Date",
        "Next. Fill Date",
        "Orig. Fill Date",
        "prev.fill_date",
        "coverage.end_date",
        "insurance.stop_date",
        "prescriber.dob",
        "mother.birth_date",
        "Guardian. DOB",
    ] {
        let (_, findings, _) =
            check(&with_column(header, ["2025-12-31", "2012-05-05", "1961-01-01"]));
        assert!(findings.contains(OVERLAP), "{header}: {findings}");
        for rule in ["implausible-date", "naltrexone-under-18"] {
            assert!(!findings.contains(rule), "{header}: {findings}");
        }
    }
    for header in ["Prev. Days Supply", "prior.days_supply", "plan.days_supply"] {
        let (_, findings, _) = check(&with_column(header, ["2", "5", "30"]));
        assert!(findings.contains(OVERLAP), "{header}: {findings}");
    }
}

#[test]
fn the_name_of_the_table_before_every_header_says_nothing() {
    for table in ["t1.", "dbo.", "a.", "acme_x.", "warehouse.dbo.rx_fills.", "pharmacy."] {
        let columns = ["patient_id", "drug_name", "fill_date", "days_supply"];
        let headers = columns.map(|column| format!("{table}{column}")).join(",");
        let rows =
            "P1,Oxycodone 5 mg tablet,2026-03-01,10\nP1,Naltrexone 50 mg tablet,2026-03-05,30\n";
        let (code, findings, told) = check(&format!("{headers}\n{rows}"));
        assert!(code == 1 && findings.contains(OVERLAP), "{table}: {code} {findings} {told}");
    }
}

#[test]
fn birth_dates_are_read_in_each_language_or_asked_about() {
    for header in
        ["dt_naiss", "Date naiss.", "dtnais", "fdato", "f.dato", "D.Tarihi", "demographics.dob"]
    {
        let (code, findings, told) =
            check(&with_column(header, ["2012-05-05", "2012-05-05", "1951-01-01"]));
        assert!(findings.contains("naltrexone-under-18"), "{header}: {code} {findings} {told}");
    }
    let (code, findings, told) =
        check(&with_column("Xyzzy", ["1961-05-05", "2012-05-05", "1951-01-01"]));
    assert!(
        code == 3 && findings.contains("birth_date=2") | told.contains("birth_date=2"),
        "{findings} {told}"
    );
    let recent = check(&with_column("Xyzzy", ["2024-05-05", "2025-05-05", "2023-01-01"]));
    assert_eq!(recent.0, 1, "days of these years are of something else");
}

#[test]
fn dates_beside_a_written_date_are_asked_about_except_processing_dates() {
    let table = |header: &str| {
        format!(
            "patient_id,drug_name,written_date,{header},days_supply\n\
             P1,Oxycodone 5 mg tablet,2026-03-01,2026-03-01,10\nP1,Naltrexone 50 mg tablet,2026-03-05,2026-03-06,30\n\
             P2,Metformin 500 mg tablet,2026-02-02,2026-02-02,30\n"
        )
    };
    for header in ["DATE_SORTIE", "Date sortie", "Sortie le", "DATE_SORTIE_OFFICINE", "Salida"] {
        let (code, _, told) = check(&table(header));
        assert_eq!(code, 3, "{header}: {told}");
    }
    for header in [
        "UPDATE_DATE",
        "UPDT_DT_TM",
        "IMPORT_DATE",
        "DOWNLOAD_DATE",
        "ETL_DATE",
        "INSERT_DATE",
        "refresh_date",
        "SYS_DATE",
        "Print Date",
        "LAST_UPDATE",
    ] {
        let (code, findings, told) = check(&table(header));
        assert!(code == 1 && findings.contains(OVERLAP), "{header}: {code} {findings} {told}");
    }
}

#[test]
fn expiry_visit_and_print_dates_are_never_the_fills() {
    for header in [
        "Use By",
        "EXP_DT",
        "Best before",
        "F. Venc.",
        "Vencimento",
        "Data scad.",
        "Houdbaar tot",
        "THT",
        "Utgångsdatum",
        "Bäst före",
        "Udløbsdato",
        "Utløpsdato",
        "Viimeinen käyttöpäivä",
        "Expirace",
        "Son Kullanma Tarihi",
        "SKT",
        "Miad",
        "Nächster Termin",
        "Prochain RDV",
        "Próxima cita",
        "Następna wizyta",
        "Nästa besök",
        "Insurance Start",
        "Print Date",
        "Druckdatum",
        "Expiry",
        "Verfallsdatum",
        "Caducidad",
        "Péremption",
    ] {
        let table = format!(
            "patient_id,{header},drug_name,days_supply\nP1,2026-03-10,Oxycodone 5 mg tablet,10\n\
             P1,2026-04-10,Naltrexone 50 mg tablet,30\n"
        );
        let (code, findings, told) = check(&table);
        assert!(code == 2 || code == 3, "{header}: {code} {findings}");
        assert!(
            !told.contains("fill_date=2") && !told.contains(&format!("fill_date={header}")),
            "{told}"
        );
    }
}

#[test]
fn endings_and_given_doses_are_read_in_each_language() {
    for header in [
        "Sospeso il",
        "DISC_DT",
        "Arrêté le",
        "Fecha de suspensión",
        "Datum ukončení",
        "Data odstawienia",
    ] {
        let table = format!(
            "patient_id,{header},drug_name,start_date\nP1,2026-03-10,Oxycodone 5 mg tablet,2026-02-15\n\
             P1,2026-04-10,Naltrexone 50 mg tablet,2026-03-05\n"
        );
        let (code, findings, told) = check(&table);
        assert!(
            code == 1 && findings.contains("6 shared days"),
            "{header}: {code} {findings} {told}"
        );
    }
    for header in ["Givet datum", "Indgivet tidspunkt", "Antoaika", "Uygulama Tarihi"] {
        let table = format!(
            "patient_id,{header},drug_name\nP1,2026-03-01,Oxycodone 5 mg tablet\nP1,2026-03-20,Naltrexone 50 mg tablet\n"
        );
        let (code, findings, _) = check(&table);
        assert!(code == 0 && !findings.contains(OVERLAP), "{header}: {code} {findings}");
    }
}

#[test]
fn bnf_codes_are_not_dates() {
    for header in ["prscdate", "prsc_date"] {
        let table = format!(
            "patid,{header},genericname,bnfcode1,days\n1,2026-01-01,Naltrexone 50mg tablets,04.10.03,28\n\
             1,2026-01-10,Oxycodone 5mg capsules,04.07.02,3\n2,2026-01-10,Lisinopril 10mg tablets,02.05.05,28\n"
        );
        let (code, findings, told) = check(&table);
        assert!(code == 1 && findings.contains(OVERLAP), "{header}: {code} {findings} {told}");
    }
}

#[test]
fn an_option_never_takes_a_place_or_a_sex_for_the_patient() {
    let rows = [
        ("M", "H1", "290", "hv0000001"),
        ("F", "H1", "474", "hv0000002"),
        ("M", "H2", "290", "hv0000001"),
    ];
    let drugs = ["Oxycodone 5 mg tablet", "Metformin 500 mg tablet", "Naltrexone 50 mg tablet"];
    let mut table =
        "patient_gender,Hospital Code,patient_zip3,qvxid,Xyz,drug_name,fill_date,days_supply\n"
            .to_owned();
    for ((sex, place, zip, who), drug) in rows.iter().zip(drugs) {
        table.push_str(&format!("{sex},{place},{zip},{who},{who}7,{drug},2026-03-01,30\n"));
    }
    let (code, _, told) = check(&table);
    // Two columns may be the patient's: neither is proposed, nor any other.
    assert!(code == 2 && told.contains("--columns patient=HEADER"), "{code} {told}");
}

#[test]
fn a_flag_that_is_nearly_always_yes_is_not_proposed() {
    let rows: String = (1..10)
        .map(|day| format!("P{day},Metformin 500 mg tablet,2026-02-0{day},30,1\n"))
        .collect();
    let table = format!(
        "patient_id,drug_name,fill_date,days_supply,Claim Denied Flag\n{rows}P1,Naltrexone 50 mg tablet,2026-03-01,30,0\n"
    );
    let (code, findings, told) = check(&table);
    let all = format!("{findings}{told}");
    assert!(
        code == 3 && all.contains("codes mean the opposite") && !all.contains("voided="),
        "{code} {all}"
    );
    let (_, findings, told) = check(&table.replace("Claim Denied Flag", "Voided"));
    let all = format!("{findings}{told}");
    assert!(all.contains("9 of 10 records are inactive, by `Voided`"), "{all}");
}

#[test]
fn an_original_code_and_a_swedish_prescription_date_are_the_records() {
    let sentinel = "PatID,RxDate,Rx,RxSup,OrigNDC\nP1,2026-03-01,00406055201,10,00406-0552-01\n\
                    P1,2026-03-05,00406117003,30,00406-1170-03\n";
    let (code, findings, told) = check(sentinel);
    assert!(code == 1 && findings.contains(OVERLAP), "{code} {findings} {told}");
    let births = check(&with_column("FDATUM", ["2026-02-28", "2026-03-04", "2026-02-01"]));
    assert!(!births.1.contains("patient-conflict"), "{}", births.1);
}

#[test]
fn the_dispensed_form_is_not_a_drug() {
    let table = "PatientID,GenericName,TradeName,DispenseForm,FillDate,DaysSupply\n\
                 P1,Oxycodone 5 mg,ROXICODONE,TABLET,2026-03-01,10\nP1,Naltrexone 50 mg,REVIA,TABLET,2026-03-05,30\n";
    let (code, findings, told) = check(table);
    assert!(
        code == 1 && findings.contains(OVERLAP) && !told.contains("by content"),
        "{findings} {told}"
    );
}

#[test]
fn what_was_declined_besides_the_medicine_is_not_asked_about() {
    let table = |header: &str, word: &str| {
        format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\n1,Oxycodone 5 mg,2026-03-01,10,{word}\n1,Naltrexone 50 mg,2026-03-05,30,\n\
             2,Lisinopril 10 mg,2026-03-02,30,\n3,Metformin 500 mg,2026-03-02,30,\n"
        )
    };
    for (header, word) in [
        ("Comments", "\"narcan offered, declined\""),
        ("Comments", "Offer to counsel - declined"),
        ("Comments", "Safety cap: refused"),
        ("Flu Vaccine", "Declined"),
        ("Vaccination Status", "Refused"),
        ("Screening Status", "Refused"),
        ("UDS Status", "Refused"),
        ("Interpreter", "Declined"),
        ("Sexual Orientation", "Declined"),
        ("MyChart Status", "Declined"),
        ("Advance Directive", "Refused"),
        ("Rx Sync", "Declined"),
        ("Consult", "Declined"),
        ("Replenishment Status", "Pending"),
        ("Appt Status", "Cancelled"),
        ("Visit Status", "No Show"),
        ("Referral Status", "Denied"),
        ("Authorization Status", "Denied"),
        ("NPO Status", "NPO"),
        ("Diet Status", "Hold"),
        ("Coupon Status", "Rejected"),
        ("Member Status", "Cancelled"),
        ("Code Status", "Cancelled"),
        ("Code Status", "Full Code"),
    ] {
        expect(header, &table(header, word), &FOUND);
    }
    for (header, word) in [
        ("Comments", "declined"),
        ("Comments", "\"dose offered, refused\""),
        ("Pickup Remark", "Refused"),
        ("Verification Status", "Rejected"),
        ("Pt Response", "Refused"),
    ] {
        expect(header, &table(header, word), &ASKED);
    }
}

#[test]
fn what_a_dispenser_is_called_is_not_the_form_of_the_drug() {
    for (header, name) in [
        ("Dispenser", "LA Care Pharmacy"),
        ("Dispenser Name", "UH ER Pharmacy"),
        ("Dispenser", "Depot Drug"),
    ] {
        let table = format!(
            "patient,drug,fill_date,days_supply,{header}\n1,Oxycodone HCl 5 MG Tablet,2026-02-01,5,{name}\n\
             1,Naltrexone 50 MG Tablet,2026-02-18,30,CVS\n2,Lisinopril 10 mg,2026-02-18,30,CVS\n"
        );
        expect(header, &table, &Expected { codes: &[0], fires: &[], is_quiet: &["recent-opioid"] });
    }
}

#[test]
fn equivalents_of_morphine_are_no_directions() {
    let table = "patient,drug,fill_date,days_supply,Daily Dose\n1,Oxycodone HCl 5 MG Tablet,2026-02-01,5,30.00 MME\n\
                 2,Lisinopril 10 mg,2026-02-18,30,0.00 MME\n";
    let (code, _, error) = told(table.as_bytes(), &[]);
    assert!(code == 0 && !error.contains("understood by content"), "{code} {error}");
}

#[test]
fn births_are_read_or_asked_about_whatever_their_header_adds() {
    let table = |header: &str, births: [&str; 3]| {
        let row = |(at, birth): (usize, &&str)| {
            format!("Q{at},Naltrexone 50 mg,2026-03-0{},30,{birth}\n", at + 1)
        };
        let rows: String = births.iter().enumerate().map(row).collect();
        format!("Patient ID,Drug,Fill Date,Days Supply,{header}\n{rows}")
    };
    let days = ["2012-05-17", "1961-09-02", "1984-01-28"];
    for header in [
        "ID_BIRTHDAY",
        "ABS_BIRTH_DT_TM",
        "DOBIRTH",
        "DOB_TXT",
        "M_DOB",
        "PERS_BRTH_DT",
        "PTBD",
        "Fecha nacim",
        "Syntynyt",
        "doğum tar.",
        "Zorp Birth",
    ] {
        let (code, findings, error) = told(table(header, days).as_bytes(), &[]);
        let is_asked = code == 3 && error.contains("looks like birth dates");
        assert!(findings.contains("naltrexone-under-18") || is_asked, "{header}: {code} {error}");
    }
    for (header, births) in [
        ("BYEAR", ["2012", "1961", "1984"]),
        ("GebJahr", ["2012", "1961", "1984"]),
        ("Age/Sex", ["13/M", "64/F", "42/M"]),
        ("Sex/Age", ["M/13", "F/64", "M/42"]),
    ] {
        let (code, findings, error) = told(table(header, births).as_bytes(), &[]);
        assert!(findings.contains("naltrexone-under-18"), "{header}: {code} {error}");
    }
}
