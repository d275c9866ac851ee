//! Drugs in places that are not read: they are reported, and the run is not complete.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use crate::common::{rxlint_in, stdout};
use serde_json::Value;

const OXYCODONE: &str = r#"{"resourceType":"MedicationRequest","id":"a","status":"active","intent":"order","subject":{"reference":"Patient/p1"},"authoredOn":"2026-03-01","medicationCodeableConcept":{"text":"Oxycodone 5 mg tablet"}}"#;
const MESSAGE: &str = "MSH|^~\\&|PHARM|SITE|||20260301||RDS^O13|1|P|2.5\r\
    PID|1||M1^^^SITE^MR||DOE^JANE||19800512|F\r\
    ORC|RE|1\r\
    RXD|1|LIS10^Lisinopril 10 MG Oral Tablet^L|20260301|30|TAB||77|||||30\r";
const NEW_RX: &str = "<Message><Header><SentTime>2026-03-01T10:00:00Z</SentTime></Header><Body><NewRx><Patient><HumanPatient>\
    <Identification><MedicalRecordIdentificationNumberEHR>M1</MedicalRecordIdentificationNumberEHR></Identification></HumanPatient></Patient>\
    <MedicationPrescribed><DrugDescription>Lisinopril 10 mg tablet</DrugDescription><Quantity><Value>30</Value></Quantity>\
    <DaysSupply>30</DaysSupply><WrittenDate><Date>2026-03-01</Date></WrittenDate></MedicationPrescribed></NewRx></Body></Message>\n";

/// The exit code of a check of one file, and why it was incomplete.
fn check(name: &str, text: &str) -> (i32, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), text).unwrap();
    let output = rxlint_in(folder.path(), &["check", "--isolated", name, "--format", "json"]);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap_or_default();
    let gaps = report["summary"]["incomplete"].as_array().into_iter().flatten();
    let reasons = gaps.filter_map(|gap| Some(gap["reason"].as_str()?.to_owned())).collect();
    (output.status.code().unwrap(), reasons)
}

fn bundle(resources: &[&str]) -> String {
    let entries: Vec<String> =
        resources.iter().map(|resource| format!(r#"{{"resource":{resource}}}"#)).collect();
    format!(r#"{{"resourceType":"Bundle","type":"searchset","entry":[{}]}}"#, entries.join(","))
}

#[test]
fn a_drug_in_a_resource_of_another_kind_is_a_stray_mention() {
    let others = [
        r#"{"resourceType":"ServiceRequest","status":"active","subject":{"reference":"Patient/p1"},"code":{"text":"Vivitrol injection 380 mg"}}"#,
        r#"{"resourceType":"Procedure","status":"completed","subject":{"reference":"Patient/p1"},"code":{"text":"Vivitrol 380 mg"}}"#,
        r#"{"resourceType":"medicationRequest","status":"active","medicationCodeableConcept":{"text":"Naltrexone 50 mg tablet"}}"#,
        r#"{"resourceType":"PharmacyOrder","medicationCodeableConcept":{"text":"Naltrexone 50 mg tablet"}}"#,
        r#""{\"resourceType\":\"MedicationRequest\",\"medicationCodeableConcept\":{\"text\":\"Naltrexone 50 mg tablet\"}}""#,
    ];
    for other in others {
        let (code, reasons) = check("x.json", &bundle(&[OXYCODONE, other]));
        assert_eq!(code, 3, "{other}");
        assert!(!reasons.is_empty(), "{other}");
    }
    for free in [
        r#"{"resourceType":"CarePlan","description":"Vivitrol 380 mg"}"#,
        r#"{"resourceType":"AllergyIntolerance","code":{"text":"Naltrexone"}}"#,
        r#"{"resourceType":"QuestionnaireResponse","item":[{"answer":[{"valueString":"Naltrexone"}]}]}"#,
        r#"{"resourceType":"EpisodeOfCare","type":[{"text":"Methadone clinic"}]}"#,
    ] {
        assert_eq!(check("x.json", &bundle(&[OXYCODONE, free])), (0, vec![]), "{free}");
    }
}

#[test]
fn a_plan_that_the_patient_reported_counts() {
    let plan = OXYCODONE
        .replace("\"order\"", "\"plan\",\"reportedBoolean\":true")
        .replace("2026-03-01\"", "2026-03-01\",\"id2\":\"\"");
    let naltrexone =
        OXYCODONE.replace("Oxycodone 5", "Naltrexone 50").replace("2026-03-01", "2026-03-05");
    assert_eq!(check("x.json", &bundle(&[&plan, &naltrexone])).0, 1);
}

#[test]
fn what_follows_a_document_or_a_message_is_not_swallowed() {
    let rows = "patient,drug,fill_date,days_supply\nP1,Oxycodone 5 mg tablet,2026-03-01,30\nP1,Naltrexone 50 mg tablet,2026-03-05,30\n";
    for (name, text) in [
        ("x.json", bundle(&[OXYCODONE])),
        ("x.hl7", MESSAGE.to_owned()),
        ("x.xml", NEW_RX.to_owned()),
    ] {
        let (code, reasons) = check(name, &text);
        assert_eq!((code, reasons), (0, vec![]), "{name} alone");
        let (code, reasons) = check(name, &format!("{text}\n{rows}"));
        assert_eq!(code, 3, "{name}");
        assert!(!reasons.is_empty(), "{name}");
    }
}

#[test]
fn a_drug_in_any_segment_is_reported_unless_the_segment_is_about_something_else() {
    let with = |segment: &str| {
        check("x.hl7", &format!("{MESSAGE}{segment}|1|Naltrexone 50 MG Oral Tablet\r"))
    };
    for told in ["ZRX", "RXV", "RXR", "DSP", "CDM", "OM1"] {
        let (code, reasons) = with(told);
        assert_eq!((code, reasons), (3, vec!["stray-mention".to_owned()]), "{told}");
    }
    for free in ["NTE", "OBX", "AL1", "DG1", "FT1", "IN1", "PV1"] {
        assert_eq!(with(free), (0, vec![]), "{free}");
    }
}

#[test]
fn a_message_of_an_unknown_kind_counts_and_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let unknown = NEW_RX.replace("NewRx", "XyzMessage").replace("Lisinopril 10", "Oxycodone 5");
    let naltrexone =
        NEW_RX.replace("Lisinopril 10", "Naltrexone 50").replace("2026-03-01", "2026-03-05");
    std::fs::write(folder.path().join("x.xml"), unknown + &naltrexone).unwrap();
    let output = rxlint_in(folder.path(), &["check", "--isolated", "x.xml", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("has a status that is not known"));
}

#[test]
fn unread_diagnosis_codes_are_reported_beside_a_drug_that_needs_them() {
    let table = |header: &str, drug: &str, codes: [&str; 3]| {
        format!(
            "Patient ID,Fill Date,Drug Name,Qty,Days Supply,{header}\n\
             100231,2026-03-05,{drug},30,30,{}\n\
             100232,2026-03-05,Lisinopril 10 MG Tablet,30,30,{}\n\
             100233,2026-03-06,Metformin 500 MG Tablet,30,30,{}\n",
            codes[0], codes[1], codes[2]
        )
    };
    let liver = ["K74.6", "I10", "E11.9"];
    let naltrexone = "Naltrexone HCl 50 MG Tablet";
    assert_eq!(check("x.csv", &table("Diagnose", naltrexone, liver)).0, 1, "read");
    assert_eq!(check("x.csv", &table("Reason", naltrexone, liver)).0, 1, "read by its codes");
    assert_eq!(check("x.csv", &table("Xyz", naltrexone, liver)).1, ["open-column"]);
    assert_eq!(check("x.csv", &table("Xyz", "Sertraline 50 mg", liver)).0, 0, "no rule asks");
    for (header, cells) in [
        ("Bin", ["A12.3", "B13.2", "C01.1"]),
        ("Reason", ["Refill", "New", "Refill"]),
        ("Family History", ["Cirrhosis", "None", "None"]),
        ("Diagnosis Date", ["2026-01-01", "2025-01-02", "2026-01-01"]),
        // ICPC-2: ischaemic heart disease, not cirrhosis.
        ("ICPC", ["K74", "T90", "T93"]),
    ] {
        assert_eq!(check("x.csv", &table(header, naltrexone, cells)), (0, vec![]), "{header}");
    }
}

/// Three records of one table whose last column has that header: oxycodone twice, then naltrexone four days later.
fn claims(header: &str, codes: [&str; 3]) -> String {
    let row = |rx: &str, day: &str, drug: &str, code: &str| {
        format!("100231,{rx},0,2026-03-{day},{drug},10,10,{code}\n")
    };
    [
        format!("Patient ID,Rx Number,Fill Number,Fill Date,Drug Name,Qty,Days Supply,{header}\n"),
        row("7701", "01", "Oxycodone HCl 5 MG Tablet", codes[0]),
        row("7701", "01", "Oxycodone HCl 5 MG Tablet", codes[1]),
        row("8802", "05", "Naltrexone HCl 50 MG Tablet", codes[2]),
    ]
    .concat()
}

#[test]
fn an_r_beside_voids_replaces_and_alone_is_unknown() {
    let with_third = |header: &str| {
        let replaced = "100231,7701,0,2026-03-01,Oxycodone HCl 5 MG Tablet,10,10,R\n".to_owned();
        claims(header, ["O", "V", "O"]) + &replaced
    };
    for header in ["Adjustment Type", "PC110", "Claim Status"] {
        assert_eq!(check("x.csv", &with_third(header)).0, 1, "{header}: the replacement counts");
    }
    assert_eq!(check("x.csv", &claims("PC110", ["O", "V", "O"])).0, 0, "the void takes back");
    assert_eq!(check("x.csv", &claims("ADJ_CD", ["O", "R", "O"])).0, 1, "told, and not removed");
    assert_eq!(check("x.csv", &claims("Adjustment Type", ["P", "R", "P"])).0, 0, "a reversal");
    assert_eq!(check("x.csv", &claims("Record Type", ["O", "V", "O"])).1, ["open-column"]);
}

#[test]
fn a_length_in_a_second_column_counts_where_the_first_gives_none() {
    let table = |second: &str, first: &str| {
        format!(
            "Patient ID,Fill Date,Drug Name,Qty,Days Supply,{second}\n\
             100231,2026-01-05,Oxycodone HCl 5 MG Tablet,360,{first},90\n\
             100231,2026-03-15,Naltrexone HCl 50 MG Tablet,30,30,30\n"
        )
    };
    for second in ["Duration (days)", "Days", "Prescribed Days Supply"] {
        for first in ["", "0", "N/A"] {
            assert_eq!(check("x.csv", &table(second, first)).0, 1, "{second} {first}");
        }
        assert_eq!(check("x.csv", &table(second, "30")).0, 0, "the first decides");
    }
    assert_eq!(check("x.csv", &table("Weeks", "30")).0, 0);
}

/// A table of ordinary prescriptions with one more column.
fn table(header: &str, cell: &str) -> String {
    let row = |at: usize| {
        let (drug, cell) =
            [("Lisinopril 10 mg tablet", cell), ("Metformin 500 mg", "Other")][at % 2];
        format!("{},{drug},2026-02-0{},30,\"{cell}\"\n", 50 + at, 1 + at)
    };
    let rows: String = (0..8).map(row).collect();
    format!("patient,drug,fill_date,days_supply,{header}\n{rows}")
}

#[test]
fn a_place_a_visit_a_payer_and_a_town_may_bear_a_drugs_name() {
    for header in [
        "Visit Type",
        "Encounter Type",
        "Service",
        "Store Name",
        "Pharmacy",
        "Payer",
        "Plan Name",
        "Funding Source",
        "Group",
        "Chief Complaint",
        "Study Arm",
        "Patient City",
        "City/State",
        "Address",
        "Vendor",
        "Employer",
        "Pharmacist",
        "Verified By",
        "User",
        "ADR",
        "Wohnort",
        "Apotheke",
        "Ville",
        "Ciudad",
    ] {
        for cell in ["Vivitrol injection", "Suboxone Refill", "Norco, CA", "Kadian"] {
            assert_eq!(check("x.csv", &table(header, cell)), (0, vec![]), "{header}: {cell}");
        }
        let (code, _) = check("x.csv", &table(header, "Methadone 40 mg"));
        assert!(code == 3 || header == "ADR", "{header}: a strength makes it a product");
    }
    for cell in [
        "Methadone Clinic",
        "Vivitrol Program",
        "MAT (Suboxone)",
        "Naltrexone consult",
        "Norco Pharmacy",
        "Norco Inc",
    ] {
        assert_eq!(check("x.csv", &table("Xyz", cell)), (0, vec![]), "{cell}");
    }
    // What else a patient takes is asked about.
    for header in ["Other Med", "Home Meds", "Drug Group", "Service Description", "Treatment"] {
        for cell in ["Methadone", "Suboxone 8-2 mg film", "Oxycodone tablet"] {
            assert_eq!(check("x.csv", &table(header, cell)).0, 3, "{header}: {cell}");
        }
    }
}

#[test]
fn people_and_places_of_messages_and_resources_may_too() {
    for element in [
        r#""requester":{"display":"Kadian, A MD"}"#,
        r#""encounter":{"display":"Vivitrol injection"}"#,
        r#""insurance":[{"display":"Vivitrol Grant"}]"#,
        r#""category":[{"text":"Suboxone Refill"}]"#,
        r#""dispenseRequest":{"performer":{"display":"Norco"}}"#,
    ] {
        let order = OXYCODONE.replacen(r#""status""#, &format!(r#"{element},"status""#), 1);
        assert_eq!(check("x.json", &bundle(&[&order])), (0, vec![]), "{element}");
    }
    let of_place = MESSAGE.replace("|TAB||77|", "|TAB||77|||KADIAN^A|||NORCO|");
    let (code, reasons) = check("x.hl7", &of_place);
    assert!(code == 0, "{reasons:?}");
}
