//! Ordinary nights: exports as sites send them, with everything that rxlint does not use. Each is a whole run with exactly its true findings, and
//! without a line that a pharmacist would learn to skip.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use std::fs;

use crate::common::{rxlint_in, stderr, stdout};
use serde_json::Value;

/// Exit code, patient and rule of each finding, what is incomplete, notes.
type Night = (i32, Vec<(String, String)>, Vec<String>, Vec<String>);

/// Checks a folder with these files.
fn night(files: &[(&str, String)]) -> Night {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join("night").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let output = rxlint_in(folder.path(), &["check", "night", "--format", "json"]);
    let report: Value =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().into_iter().flatten();
    let findings = findings.map(|found| (text(&found["patient"]), text(&found["rule"]))).collect();
    let summary = &report["summary"];
    let incomplete = summary["incomplete"].as_array().into_iter().flatten();
    let incomplete = incomplete.map(|gap| format!("{gap}")).collect();
    let notes = summary["notes"].as_array().into_iter().flatten().map(text).collect();
    (output.status.code().unwrap(), findings, incomplete, notes)
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(patient, rule)| ((*patient).to_owned(), (*rule).to_owned())).collect()
}

#[test]
fn a_hospital_pharmacy_list_with_unused_columns_and_comments() {
    let list = "\
MRN,Encounter,Unit,Bed,Dispense Date,Medication,Qty,UOM,Days Supply,Dispense Status,Tech Initials,RPh Verify Time,Cost,Tax,Lot,Expiry,Comments
500101,E1,3A,12,2026-04-01,Oxycodone HCl 5 mg tablet,20,TAB,5,Dispensed,KL,08:12,1.20,0,LX22,2027-01-31,pt asked about naltrexone for alcohol; will discuss
500102,E2,3A,13,2026-04-01,Lisinopril 10 mg tablet,30,TAB,30,Dispensed,KL,08:15,0.80,0,LX23,2027-02-28,
500103,E3,ICU,2,2026-04-02,Ondansetron 4 mg ODT,10,TAB,5,Dispensed,MM,09:40,2.10,0,LX24,2027-02-28,allergy: codeine (nausea)
500104,E4,ED,1,2026-04-02,Naltrexone 50 mg tablet,30,TAB,30,Dispensed,MM,11:02,19.00,0,LX25,2027-03-31,last opioid > 3 weeks ago (oxycodone)
500105,E5,3B,7,2026-04-02,Ultra Thin test strips,100,EA,50,Dispensed,KL,12:00,9.99,0,LX26,2027-03-31,
500106,E6,3B,8,2026-04-03,Morphine sulfate ER 15 mg tablet,60,TAB,30,Dispensed,KL,10:00,3.00,0,LX27,2027-03-31,
500106,E6,3B,8,2026-04-10,Naltrexone 50 mg tablet,30,TAB,30,Dispensed,KL,10:05,19.00,0,LX28,2027-03-31,Dr aware
500107,E7,3B,9,2026-04-10,Hydromorphone 2 mg tablet,30,TAB,10,Returned to Stock,KL,10:09,1.00,0,LX29,2027-03-31,
";
    let (code, findings, incomplete, notes) = night(&[("dispensing.csv", list.to_owned())]);
    assert_eq!((incomplete, notes), (vec![], vec![]));
    assert_eq!(findings, pairs(&[("500106", "opioid-antagonist-overlap")]));
    assert_eq!(code, 1);
}

#[test]
fn a_payers_claims_by_code_alone() {
    let claims = "\
CLAIM_ID,MEMBER_ID,NDC,FILL_DT,DAYS_SUPPLY,QTY_DISPENSED,CLAIM_STATUS,PAID_AMT,COPAY,PHARMACY_NPI,PRESCRIBER_NPI,PLAN_CD
1,M001,00406055201,20260301,5,20,P,4.10,1,1003000126,1003000134,HMO1
2,M002,00093101001,20260301,30,30,P,3.20,1,1003000126,1003000134,HMO1
3,M003,00406117003,20260302,30,30,P,29.40,5,1003000126,1003000142,HMO1
4,M004,00093101001,20260303,30,30,P,3.20,1,1003000126,1003000134,PPO2
";
    let (code, findings, incomplete, notes) = night(&[("claims.csv", claims.to_owned())]);
    assert_eq!((findings, incomplete, notes), (vec![], vec![], vec![]));
    assert_eq!(code, 0);
}

#[test]
fn an_hl7_feed_with_notes_allergies_and_results() {
    let message = |id: u32, patient: &str, day: &str, drug: &str| {
        format!(
            "MSH|^~\\&|PHARM|HOSP|RX|HOSP|{day}0810||RDE^O11^RDE_O11|M{id}|P|2.5.1\r\
             PID|1||{patient}^^^HOSP^MR||DOE^JANE||19700101|F\r\
             PV1|1|I|3A^12\r\
             AL1|1|DA|^CODEINE||Nausea\r\
             ORC|NW|O{id}|F{id}\r\
             RXE|^^^{day}|{drug}|1||TAB|||||30|TAB\r\
             NTE|1||Patient on oxycodone 5 mg tablet at home until last month\r\
             RXR|PO\r\
             OBX|1|ST|3397-7^Opiates screen^LN||Morphine positive\r"
        )
    };
    let feed = [
        message(1, "8001", "20260301", "314076^Lisinopril 10 MG Oral Tablet^RXNORM"),
        message(2, "8002", "20260302", "1049621^Oxycodone Hydrochloride 5 MG Oral Tablet^RXNORM"),
        message(3, "8003", "20260303", "1483744^Naltrexone hydrochloride 50 MG Oral Tablet^RXNORM"),
    ]
    .concat();
    let (code, findings, incomplete, notes) = night(&[("feed.hl7", feed)]);
    let findings: Vec<_> =
        findings.into_iter().filter(|(_, rule)| rule != "missing-days-supply").collect();
    assert_eq!((findings, incomplete, notes), (vec![], vec![], vec![]));
    assert_eq!(code, 0);
}

#[test]
fn a_fhir_bulk_folder_with_other_resources() {
    let dispense = |id: &str, patient: &str, day: &str, drug: &str| {
        format!(
            r#"{{"resourceType":"MedicationDispense","id":"{id}","status":"completed","subject":{{"reference":"Patient/{patient}"}},"medicationCodeableConcept":{{"text":"{drug}"}},"whenHandedOver":"{day}","daysSupply":{{"value":30}}}}"#
        ) + "\n"
    };
    let dispenses = [
        dispense("d1", "p1", "2026-03-01", "Oxycodone 5 mg tablet"),
        dispense("d2", "p2", "2026-03-02", "Naltrexone 50 mg tablet"),
        dispense("d3", "p3", "2026-03-03", "Metformin 500 mg tablet"),
        dispense("d4", "p4", "2026-03-01", "Methadone 10 mg tablet"),
        dispense("d5", "p4", "2026-03-05", "Naltrexone 50 mg tablet"),
    ]
    .concat();
    let allergy = r#"{"resourceType":"AllergyIntolerance","id":"a1","patient":{"reference":"Patient/p2"},"code":{"text":"Oxycodone 5 mg tablet"}}"#;
    let plan = r#"{"resourceType":"CarePlan","id":"c1","status":"active","intent":"plan","subject":{"reference":"Patient/p2"},"activity":[{"detail":{"status":"scheduled","description":"Naltrexone 50 mg tablet once detoxified"}}]}"#;
    let condition = r#"{"resourceType":"Condition","id":"k1","subject":{"reference":"Patient/p1"},"code":{"text":"Oxycodone dependence"}}"#;
    let medication =
        r#"{"resourceType":"Medication","id":"m1","code":{"text":"Methadone 10 mg tablet"}}"#;
    let patient = r#"{"resourceType":"Patient","id":"p1","birthDate":"1970-01-01"}"#;
    let line = |text: &str| format!("{text}\n");
    let (code, findings, incomplete, notes) = night(&[
        ("MedicationDispense.ndjson", dispenses),
        ("AllergyIntolerance.ndjson", line(allergy)),
        ("CarePlan.ndjson", line(plan)),
        ("Condition.ndjson", line(condition)),
        ("Medication.ndjson", line(medication)),
        ("Patient.ndjson", line(patient)),
    ]);
    assert_eq!((incomplete, notes), (vec![], vec![]));
    assert_eq!(findings, pairs(&[("p4", "maintenance-opioid-overlap")]));
    assert_eq!(code, 1);
}

#[test]
fn an_omop_folder_with_its_vocabulary_and_derived_tables() {
    let exposures = "\
drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,verbatim_end_date,drug_type_concept_id,stop_reason,refills,quantity,days_supply,sig,route_concept_id,drug_source_value
1,11,1124957,2026-03-01,2026-03-20,,32869,,0,80,20,,4132161,Oxycodone Hydrochloride 5 MG Oral Tablet
2,11,1714319,2026-03-10,2026-04-08,,32869,,0,30,30,,4132161,Naltrexone hydrochloride 50 MG Oral Tablet
3,12,1308216,2026-03-02,2026-05-30,,32869,,0,90,90,,4132161,Lisinopril 10 MG Oral Tablet
";
    let concept = "\
concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,standard_concept,concept_code,valid_start_date,valid_end_date,invalid_reason
1124957,oxycodone,Drug,RxNorm,Ingredient,S,7804,1970-01-01,2099-12-31,
1714319,naltrexone,Drug,RxNorm,Ingredient,S,7243,1970-01-01,2099-12-31,
";
    let era = "\
drug_era_id,person_id,drug_concept_id,drug_era_start_date,drug_era_end_date,drug_exposure_count,gap_days
1,11,1124957,2026-03-01,2026-03-20,1,0
";
    let note = "\
note_id,person_id,note_date,note_datetime,note_type_concept_id,note_class_concept_id,note_title,note_text,encoding_concept_id,language_concept_id
1,11,2026-03-09,,44814637,0,Progress,\"Start naltrexone 50 mg tablet. Stop oxycodone 5 mg tablet.\",0,0
";
    let (code, findings, incomplete, _) = night(&[
        ("drug_exposure.csv", exposures.to_owned()),
        ("concept.csv", concept.to_owned()),
        ("drug_era.csv", era.to_owned()),
        ("note.csv", note.to_owned()),
    ]);
    assert_eq!(incomplete, Vec::<String>::new());
    assert_eq!(findings, pairs(&[("11", "opioid-antagonist-overlap")]));
    assert_eq!(code, 1);
}
