//! Headers of real systems, each in the smallest table in which something depends on it: which column says who, which drug, how long, and what
//! happened to it.

use crate::common::table::{OVERLAP, told};

/// The exit code of a check of that table, its findings and messages.
fn check(table: &str) -> (i32, String) {
    let (code, found, told) = told(table.as_bytes(), &["--format", "jsonl", "--phi", "show"]);
    (code, found + &told)
}

/// Checks that a table ends with that code, and whether it has the overlap.
fn expect(name: &str, table: &str, code: i32, has_overlap: bool) {
    let (ended, told) = check(table);
    assert_eq!((ended, told.contains(OVERLAP)), (code, has_overlap), "{name}\n{table}\n{told}");
}

#[test]
fn days_in_brackets_are_a_length() {
    let table = |header: &str| {
        format!(
            "MRN,Drug,Fill Date,{header}\n1,Oxycodone 5 mg tablet,2025-03-01,60\n\
             1,Naltrexone 50 mg tablet,2025-04-12,28\n2,Lisinopril 5 mg tablet,2025-03-12,30\n"
        )
    };
    for header in ["LOT (days)", "Term (days)", "Bestand [Tage]", "Holder (dage)", "Length (d)"] {
        expect(header, &table(header), 1, true);
    }
    for header in ["Interval (days)", "Validity (days)", "Term (weeks or days)"] {
        expect(header, &table(header), 3, false);
    }
}

#[test]
fn an_expiry_is_asked_about_as_an_end() {
    for header in ["Exp Date", "Exp. Date", "Expires", "Verfallsdatum"] {
        let table = format!(
            "MRN,Drug,Begin Date,{header}\n1,Oxycodone 5 mg tablet,2025-03-01,2025-03-07\n\
             1,Naltrexone 50 mg tablet,2025-03-12,2025-04-10\n2,Lisinopril 5 mg tablet,2025-03-12,2025-04-10\n"
        );
        let (code, told) = check(&table);
        assert!(code == 3 && told.contains("stop="), "{header}: {told}");
        assert!(!told.contains("fill_date="), "{header}: {told}");
    }
}

#[test]
fn names_with_strengths_are_the_drugs_beside_directions_and_long_numbers() {
    for (header, cell) in
        [("Aprazamento", "1 comprimido de 12 em 12 horas"), ("RIZIV", "10023456002")]
    {
        let table = format!(
            "MRN,Benaming,Fill Date,Days Supply,{header}\n1,Oxycodone 5 mg tablet,2025-03-01,30,{cell}\n\
             1,Naltrexone 50 mg tablet,2025-03-12,28,{cell}\n2,Lisinopril 5 mg tablet,2025-03-12,30,{cell}\n"
        );
        expect(header, &table, 1, true);
    }
}

#[test]
fn medicines_of_clinical_trials_are_read() {
    for headers in [
        "USUBJID,CMTRT,CMDECOD,CMSTDTC,CMENDTC",
        "USUBJID,EXTRT,EXCAT,EXSTDTC,EXENDTC",
        "SUBJID,CMTRT,CMDECOD,ASTDT,AENDT",
    ] {
        let table = format!(
            "{headers},TRTSDT\nX1-001,OXYCODONE,OXYCODONE,2025-03-01,2025-03-14,2025-04-01\n\
             X1-001,NALTREXONE,NALTREXONE,2025-03-12,2025-04-10,2025-04-01\n\
             X1-002,LISINOPRIL,LISINOPRIL,2025-03-12,2025-04-10,2025-04-02\n"
        );
        expect(headers, &table, 1, true);
    }
    let asked = "USUBJID,CMTRT,CMOCCUR,CMSTDTC,CMENDTC\n1,OXYCODONE,N,2025-03-01,2025-03-14\n\
                 1,NALTREXONE,Y,2025-03-12,2025-04-10\n2,LISINOPRIL,Y,2025-03-12,2025-04-10\n";
    expect("a medicine that was not taken", asked, 0, false);
}

#[test]
fn reversal_letters_mean_what_their_column_says() {
    let table = |header: &str, opioid: &str, others: &str| {
        format!(
            "MRN,Drug,Fill Date,Days Supply,{header}\n1,Oxycodone 5 mg tablet,2025-03-01,30,{opioid}\n\
             1,Naltrexone 50 mg tablet,2025-03-12,28,{others}\n2,Lisinopril 5 mg tablet,2025-03-12,30,{opioid}\n"
        )
    };
    for (header, taken, taken_back) in [
        ("VOID_IND", "O", "V"),
        ("Return Flag", "S", "R"),
        ("Deleted", "O", "D"),
        ("Cancelled", "S", "C"),
        ("Storno", "N", "S"),
        ("Annulé", "N", "O"),
        ("Anulado", "V", "A"),
        ("claim_voided", "C", "V"),
    ] {
        expect(header, &table(header, taken, taken), 1, true);
        expect(header, &table(header, taken_back, taken), 0, false);
    }
}

#[test]
fn amounts_that_are_mostly_zero_are_not_flags() {
    let mut table =
        "MRN,Drug,Fill Date,Days Supply,Paid\n1,Oxycodone 5 mg tablet,2025-03-01,30,0\n\
                     1,Naltrexone 50 mg tablet,2025-03-12,28,0\n"
            .to_owned();
    for row in 2..20 {
        table += &format!("{row},Lisinopril 5 mg tablet,2025-03-12,30,0\n");
    }
    table += "20,Lisinopril 5 mg tablet,2025-03-12,30,12.5\n";
    expect("Paid", &table, 1, true);
}

#[test]
fn a_status_of_something_else_reverses_nothing() {
    let table = |header: &str, opioid: &str| {
        format!(
            "MRN,Drug,Fill Date,Days Supply,{header}\n1,Oxycodone 5 mg tablet,2025-03-01,30,{opioid}\n\
             1,Naltrexone 50 mg tablet,2025-03-12,28,Paid\n2,Lisinopril 5 mg tablet,2025-03-12,30,Paid\n\
             2,Metformin 500 mg tablet,2025-03-12,30,{opioid}\n"
        )
    };
    for header in ["Delivery Status", "Shipping Status", "PA Status", "Versandstatus"] {
        expect(header, &table(header, "Returned"), 1, true);
    }
    for word in ["Pending", "Unpaid"] {
        expect(word, &table("Payment Status", word), 1, true);
    }
    expect("a claim that was not paid", &table("Payment Status", "Denied"), 0, false);
}

#[test]
fn denied_claims_of_medicaid_are_known_by_their_codes() {
    for (header, paid, denied) in [
        ("CLM_DND_IND", "1", "0"),
        ("CLAIM_DENIED_INDICATOR", "1", "0"),
        ("CLM_STUS_CD", "1", "542"),
        ("CLM_STUS_CTGRY_CD", "F1", "F2"),
    ] {
        let table = |opioid: &str| {
            format!(
                "MSIS_ID,NDC,RX_FILL_DT,DAYS_SUPPLY,{header}\n1,00406055201,2025-03-01,30,{opioid}\n\
                 1,00406117003,2025-03-12,28,{paid}\n"
            )
        };
        expect(header, &table(paid), 1, true);
        expect(header, &table(denied), 0, false);
    }
}

#[test]
fn the_only_column_that_may_be_a_patient_is_one() {
    let table = |header: &str, one: &str, other: &str, second: &str, cell: &str| {
        format!(
            "{header},{second},Drug,Fill Date,Days Supply\n{one},{cell}1,Oxycodone 5 mg tablet,2025-03-01,30\n\
             {one},{cell}2,Naltrexone 50 mg tablet,2025-03-12,28\n{other},{cell}3,Lisinopril 5 mg tablet,2025-03-12,30\n\
             {other},{cell}1,Metformin 500 mg tablet,2025-03-12,30\n"
        )
    };
    for (header, one, other) in [
        ("C.F.", "RSSMRA80A01H501U", "VRDLGI75B12F205X"),
        ("Account No", "2000001", "2000002"),
        ("Patient Email", "a.b@example.org", "c@example.org"),
        ("RUN", "12.345.678-5", "7.654.321-K"),
    ] {
        expect(header, &table(header, one, other, "AIC", "01234567"), 1, true);
        expect(header, &table(header, one, other, "ICPC-2", "K8"), 1, true);
    }
    let runs = table("Run ID", "2000001", "2000002", "AIC", "01234567");
    expect("runs of a program", &runs, 2, false);
    let beside = "MRN,Run ID,Drug,Fill Date,Days Supply\n1,7001,Oxycodone 5 mg tablet,2025-03-01,30\n\
                  1,7001,Naltrexone 50 mg tablet,2025-03-12,28\n2,7001,Lisinopril 5 mg tablet,2025-03-12,30\n\
                  3,7002,Metformin 500 mg tablet,2025-03-12,30\n";
    expect("runs of a program beside a patient", beside, 1, true);
    let two = table("Account No", "2000001", "2000002", "Xyz", "300000");
    let (code, told) = check(&two);
    assert!(code == 2 && told.contains("'patient=Account No'"), "{told}");
}

#[test]
fn letters_in_a_dose_log_say_what_happened_to_each_dose() {
    let table = |opioid: &str| {
        format!(
            "MRN,Drug,Admin Date,ActionStatus\n1,Oxycodone 5 mg tablet,2025-03-12,{opioid}\n\
             1,Naltrexone 50 mg tablet,2025-03-12,G\n2,Lisinopril 5 mg tablet,2025-03-12,G\n"
        )
    };
    expect("given", &table("G"), 1, true);
    for letter in ["H", "N", "R"] {
        expect(letter, &table(letter), 0, false);
    }
}

#[test]
fn a_letter_in_most_records_is_not_a_void() {
    let table = |header: &str, letters: [&str; 4]| {
        let [one, two, three, four] = letters;
        format!(
            "MRN,Drug,Fill Date,Days Supply,{header}\n1,Oxycodone 5 mg tablet,2025-03-01,30,{one}\n\
             1,Naltrexone 50 mg tablet,2025-03-12,28,{two}\n2,Lisinopril 5 mg tablet,2025-03-12,30,{three}\n\
             2,Metformin 500 mg tablet,2025-03-12,30,{four}\n"
        )
    };
    for (header, letters) in [
        ("Status", ["V", "V", "V", "E"]),
        ("Estado", ["V", "A", "A", "A"]),
        ("Statut", ["V", "V", "A", "A"]),
    ] {
        let (code, told) = check(&table(header, letters));
        assert!(code == 1 && told.contains(OVERLAP) && told.contains("\"V\""), "{told}");
    }
    expect("a void", &table("Status", ["V", "P", "P", "P"]), 0, false);
    expect(
        "another way to pay",
        &table("Transaction Type", ["Credit", "Cash", "Cash", "Cash"]),
        1,
        true,
    );
    expect("a credit", &table("Transaction Type", ["Credit", "Sale", "Sale", "Sale"]), 0, false);
}

#[test]
fn a_prefix_of_all_headers_says_nothing() {
    const COLUMNS: [&str; 6] =
        ["patient_id", "fill_date", "drug_name", "quantity", "days_supply", "status"];
    let table = |prefix: &str, from: usize| {
        let header = |(at, name): (usize, &&str)| {
            if at < from { (*name).to_owned() } else { format!("{prefix}{name}") }
        };
        let headers: Vec<String> = COLUMNS.iter().enumerate().map(header).collect();
        format!(
            "{}\n1,2025-03-01,Oxycodone 5 mg tablet,60,30,Paid\n1,2025-03-12,Naltrexone 50 mg tablet,28,28,Paid\n\
             2,2025-03-12,Oxycodone 5 mg tablet,30,30,Reversed\n2,2025-03-12,Naltrexone 50 mg tablet,30,30,Paid\n",
            headers.join(",")
        )
    };
    for prefix in [
        "member.",
        "patient.",
        "pat.",
        "rx/",
        "rx:",
        "Rx - ",
        "RX_",
        "t1.",
        "dbo.",
        "PHM_",
        "tbl_",
        "v_",
        "pharmacy.",
        "Fill: ",
        "pharmacy_claim_",
        "tbl_claims_",
        "PDE ",
    ] {
        let (code, told) = check(&table(prefix, 0));
        assert_eq!((code, told.matches(OVERLAP).count() > 0), (1, true), "{prefix}: {told}");
        assert!(told.contains("\"inactive\":1"), "{prefix}: {told}");
    }
    for prefix in ["b.", "src.", "stg.", "dim.", "fact.", "_source.", "fields."] {
        let (code, told) = check(&table(prefix, 3));
        assert_eq!((code, told.contains("\"inactive\":1")), (1, true), "{prefix}: {told}");
    }
}

#[test]
fn family_members_are_distinguished_however_their_code_is_named_and_written() {
    let table = |number: &str, code: &str, [first, second]: [&str; 2]| {
        format!(
            "{number},{code},fill_date,drug_name,quantity,days_supply\n\
             K101,{first},2026-03-01,Oxycodone 5 mg tablet,80,20\nK101,{second},2026-03-15,Naltrexone 50 mg tablet,30,30\n\
             K102,{first},2026-03-02,Lisinopril 10 mg tablet,30,30\nK103,{second},2026-03-02,Metformin 500 mg tablet,60,30\n"
        )
    };
    for code in
        ["mbr_seq", "member_number", "Member #", "Mem No", "Member Code", "PCODE", "Birth Seq"]
    {
        expect(code, &table("member_id", code, ["1", "2"]), 0, false);
        expect(code, &table("member_id", code, ["1", "1"]), 1, true);
    }
    for relation in ["relationship", "Cardholder Relationship", "Patient Rel to Cardholder"] {
        expect(relation, &table("member_id", relation, ["Self", "Spouse"]), 0, false);
        for holder in ["Subscriber", "EMPLOYEE", "self", "Cardholder"] {
            expect(holder, &table("member_id", relation, ["Self", holder]), 1, true);
        }
    }
    for written in [["01", "1"], ["00", "0"], ["1", "1.0"], ["'01", "001"], ["S", "s"]] {
        let table = table("cardholder_id", "person_code", written);
        expect("one code", &table, 1, true);
        assert!(!check(&table).1.contains("more than one way"), "{table}");
    }
}

#[test]
fn days_of_hand_over_are_known_beside_those_of_prescriptions() {
    for (written, handed_over) in [
        ("Date prescription", "Date exécution"),
        ("Voorschrijfdatum", "Afgiftedatum"),
        ("Förskrivningsdatum", "Försäljningsdatum"),
        ("Ordinationsdato", "Salgsdato"),
        ("Reseptdato", "Ekspedisjonsdato"),
        ("Määräyspäivä", "Luovutuspäivä"),
        ("Datum předpisu", "Datum prodeje"),
        ("Yazılma Tarihi", "Satış Tarihi"),
        ("MUTDAT", "AFLDAT"),
    ] {
        let table = format!(
            "MRN,{written},{handed_over},Drug,Days Supply\n1,2025-01-02,2025-03-01,Oxycodone 5 mg tablet,30\n\
             1,2025-03-10,2025-03-12,Naltrexone 50 mg tablet,28\n2,2025-03-10,2025-03-12,Lisinopril 5 mg tablet,30\n"
        );
        expect(handed_over, &table, 1, true);
    }
}

#[test]
fn headers_of_lengths_drugs_and_people_are_known() {
    let table = |patient: &str, drug: &str, days: &str| {
        format!(
            "{patient};Fill Date;{drug};Form;Qty;{days}\n400123;2025-03-01;Oxycodone;tablet;60;30\n\
             400123;2025-03-12;Naltrexone;tablet;28;28\n400987;2025-03-12;Lisinopril;tablet;30;30\n"
        )
    };
    for days in ["Days Issued", "Days Given"] {
        expect(days, &table("MRN", "Drug", days), 1, true);
    }
    for drug in ["Vaikuttava aine", "Lääkeaine", "Etkin Madde", "Substans"] {
        expect(drug, &table("MRN", drug, "Days Supply"), 1, true);
    }
    for patient in [
        "personal_number",
        "ID ospite",
        "Nr mieszkańca",
        "Číslo pojištěnce",
        "Hasta Kimlik",
        "Nº processo",
        "Nr kartoteki",
        "n_cartella",
        "pt_acct_no",
        "Medicare No",
        "ABHA No",
        "ULI",
        "Fnr",
        "T.C. Kimlik No",
        "Doente",
        "N.º do doente",
        "Nome do doente",
        "Identificação do doente",
    ] {
        expect(patient, &table(patient, "Drug", "Days Supply"), 1, true);
    }
    // A case is a hospital stay: a person has several.
    for case in ["Fallnr", "Fallnummer", "Aufnahmenummer"] {
        let (code, told) = check(&table(case, "Drug", "Days Supply"));
        assert!(code == 2 && told.contains(&format!("`{case}`")), "{told}");
    }
    let (code, told) = check(&table("CardholderID", "Drug", "Days Supply"));
    assert!(code == 2 && told.contains("patient=CardholderID"), "{told}");
}

#[test]
fn all_payer_claims_fields_are_known_after_their_numbers() {
    let table = "PC107_CarrierSpecificUniqueMemberID,PC025_ClaimStatus,PC026_DrugCode,PC027_DrugName,PC032_DatePrescriptionFilled,PC034_DaysSupply\nMB1,Paid,00406055201,Oxycodone 5 mg tablet,20250301,30\n\
                 MB1,Paid,00406117003,Naltrexone 50 mg tablet,20250312,28\nMB2,Paid,68180098001,Lisinopril 10 mg tablet,20250312,30\n";
    expect("MA-APCD", table, 1, true);
    let numbers = "PC107,PC025,PC026,PC032,PC033,PC034\nM1,01,00406055201,20260301,60,30\n\
                   M1,01,00406117003,20260312,28,28\nM2,04,00406055201,20260301,60,30\n\
                   M2,01,00406117003,20260312,28,28\nM3,22,68180098001,20260312,28,28\n";
    expect("numbers alone", numbers, 1, true);
    let named = numbers.replace(
        "PC107,PC025,PC026,PC032,PC033,PC034",
        "PC910_MHDO_MEMBERID,PC025_STATUS,PC026_NDC,PC032_FDATE,PC033_QTY,PC034_DAYS",
    );
    expect("MHDO", &named, 1, true);
    for numbers in [numbers, &named] {
        let (_, told) = check(numbers);
        assert!(!told.contains("\"patient\":\"M2\""), "4 is denied: {told}");
    }
}

#[test]
fn an_annulment_date_reverses_in_each_language() {
    for header in
        ["Void Date", "Date annulation", "Data annullamento", "Storniert am", "Data anulowania"]
    {
        let table = format!(
            "Patient ID;Drug;Fill Date;Days Supply;{header}\nP1;Oxycodone 5 mg tablet;2026-03-01;30;2026-03-09\n\
             P1;Naltrexone 50 mg tablet;2026-03-05;30;\n"
        );
        expect(header, &table, 0, false);
    }
}

#[test]
fn days_that_were_given_ordered_or_billed_are_lengths() {
    for header in ["Days Given", "Days Ordered", "Total Days", "Billing Days"] {
        let table = format!(
            "Patient ID;Drug;Fill Date;{header}\nP1;Oxycodone 5 mg tablet;2026-01-05;84\n\
             P1;Naltrexone 50 mg tablet;2026-03-20;28\n"
        );
        expect(header, &table, 1, true);
    }
}

#[test]
fn names_below_groups_belong_to_the_header() {
    const ROWS: &str = "102,Ivo,Oxycodone 5 mg tablet,2026-01-20,2026-03-05,10,10\n\
                        102,Ivo,Naltrexone 50 mg tablet,2026-02-20,2026-03-09,28,28\n";
    for head in [
        "Patient No,Patient Name,Drug,Date,,Qty,Days\n,,,Written,Dispensed,,\n",
        "Patient No,Patient Name,Drug,Date,Date,Qty,Days\n,,,Written,Dispensed,,\n",
        "Patient,,Drug,Date,,Supply,\nNo,Name,,Written,Dispensed,Qty,Days\n",
        "Patient No,Patient Name,Drug,Date Written,Date Dispensed,Supply,\n,,,,,Qty,Days\n",
        "Patient No,Patient Name,Drug,Date Written,Date Dispensed,Qty,Days\ncharacter,character,character,date,date,numeric,int\n",
        "Patient No,Patient Name,Drug,Date Written,Date Dispensed,Qty,Days\n,,,,,tablets,days\n",
    ] {
        let table = format!("{head}{ROWS}");
        let (code, told) = check(&table);
        assert!(code == 1 && told.contains(OVERLAP), "{table}\n{told}");
        assert!(told.contains("row 2") && told.contains("part of the header"), "{told}");
    }
    // A row that is clearly not a header is a record; one that may be a header is reported.
    let described = format!(
        "Patient No,Patient Name,Drug,Date Written,Date Dispensed,Qty,Days\n\
         Number in the hospital,As on the card,As on the label,By the doctor,By the pharmacy,,\n{ROWS}"
    );
    let (code, told) = check(&described);
    assert!(code == 3 && told.contains("row 2 looks like a second header row"), "{told}");
    let record = format!(
        "Patient No,Patient Name,Drug,Date,,Qty,Days\n,,Naltrexone 50 mg tablet,,2026-03-09,28,28\n{ROWS}"
    );
    let (code, told) = check(&record);
    assert!(code == 3 && told.contains("record 1 rejected"), "{told}");
}

#[test]
fn a_shelf_life_is_not_a_days_supply() {
    for header in ["Date pér.", "DLC", "Qqq", "Date fab."] {
        let table = format!(
            "IPP,Médicament,{header},Date sortie,Qté\n77,Oxycodone 10 mg gélule,28/02/2028,05/03/2026,10\n\
             77,Naltrexone 50 mg cp,31/01/2029,09/03/2026,28\n78,Ramipril 5 mg,30/11/2027,10/03/2026,30\n"
        );
        let (code, told) = check(&table);
        assert!(code == 2 && told.contains("fill_date=Date sortie"), "{header}: {told}");
    }
}
