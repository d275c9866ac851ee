//! Drugs in messages, documents and resources, wherever their format allows: each is a record that is judged, or reported as not judged.
#![allow(clippy::unwrap_used, reason = "a helper of a test may panic as a test may")]

use std::collections::BTreeSet;

use crate::common::{rxlint_in, stderr, stdout};
use serde_json::Value;

/// Writes the files, checks the folder, and returns the exit code and `patient rule` for every finding that is worth a look.
fn check(files: &[(&str, String)]) -> (i32, BTreeSet<String>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = rxlint_in(
        folder.path(),
        &["check", "--isolated", ".", "--format", "jsonl", "--phi", "show"],
    );
    let lines = stdout(&output);
    let values = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let findings = values.filter(|value| value["type"] == "finding" && value["severity"] != "low");
    let told = findings
        .map(|value| {
            format!("{} {}", value["patient"].as_str().unwrap(), value["rule"].as_str().unwrap())
        })
        .collect();
    (output.status.code().unwrap_or_else(|| panic!("{}", stderr(&output))), told)
}

fn set(findings: &[&str]) -> BTreeSet<String> {
    findings.iter().map(|finding| (*finding).to_owned()).collect()
}

/// A SCRIPT message about a patient, with the contents of its transaction.
fn script(patient: &str, transaction: &str, medications: &str) -> String {
    format!(
        "<Message><Header><MessageID>{patient}-{transaction}</MessageID></Header><Body><{transaction}><Patient><HumanPatient><Identification>\
         <MedicalRecordIdentificationNumberEHR>{patient}</MedicalRecordIdentificationNumberEHR></Identification></HumanPatient></Patient>\
         {medications}</{transaction}></Body></Message>\n"
    )
}

fn medication(element: &str, drug: &str, days: u32, more: &str) -> String {
    format!(
        "<{element}><DrugDescription>{drug}</DrugDescription><DaysSupply>{days}</DaysSupply>{more}</{element}>"
    )
}

fn dated(name: &str, day: &str) -> String {
    format!("<{name}><Date>{day}</Date></{name}>")
}

/// A medication date as SCRIPT version 2017071 writes it.
fn other_date(qualifier: &str, day: &str) -> String {
    format!(
        "<OtherMedicationDate><OtherMedicationDate><Date>{day}</Date></OtherMedicationDate>\
         <OtherMedicationDateQualifier>{qualifier}</OtherMedicationDateQualifier></OtherMedicationDate>"
    )
}

#[test]
fn script_messages_name_more_than_one_drug() {
    let naltrexone =
        |more: &str| medication("MedicationPrescribed", "Naltrexone 50 MG Tablet", 30, more);
    let written = dated("WrittenDate", "2026-03-10");
    let order = |patient: &str| script(patient, "NewRx", &naltrexone(&written));
    let oxycodone =
        |element: &str, more: &str| medication(element, "Oxycodone 5 MG Tablet", 15, more);
    let filled = dated("LastFillDate", "2026-03-05");
    let ordered_early = dated("WrittenDate", "2026-01-05");
    let compound = "<CompoundInformation><CompoundIngredientsLotNotUsed><CompoundIngredient><CompoundIngredientItemDescription>\
        Naltrexone HCl powder</CompoundIngredientItemDescription></CompoundIngredient></CompoundIngredientsLotNotUsed></CompoundInformation>";
    let fill =
        |patient: &str| script(patient, "RxFill", &oxycodone("MedicationDispensed", &filled));
    let text = [
        // A history lists both prescribed and dispensed drugs.
        script(
            "S1",
            "RxHistoryResponse",
            &(naltrexone(&written) + &oxycodone("MedicationDispensed", &filled)),
        ),
        // What a request says was dispensed was dispensed; what it asks for was not.
        order("S2"),
        script("S2", "RxRenewalRequest", &oxycodone("MedicationDispensed", &filled)),
        order("S3"),
        script(
            "S3",
            "RxRenewalRequest",
            &oxycodone("MedicationDispensed", &dated("WrittenDate", "2026-03-05")),
        ),
        // A prescription that is dated ahead begins later, and one that ended is over.
        order("S4"),
        script(
            "S4",
            "NewRx",
            &oxycodone(
                "MedicationPrescribed",
                &(ordered_early + &other_date("EffectiveDate", "2026-03-20")),
            ),
        )
        .replace("S4-NewRx", "S4-second"),
        order("S5"),
        script(
            "S5",
            "NewRx",
            &oxycodone(
                "MedicationPrescribed",
                &(dated("WrittenDate", "2026-03-12") + &other_date("EffectiveDate", "2026-05-20")),
            ),
        )
        .replace("S5-NewRx", "S5-second"),
        // The ingredients of a compound count.
        script(
            "S6",
            "NewRx",
            &medication(
                "MedicationPrescribed",
                "Compound capsule LD-N",
                30,
                &(written.clone() + compound),
            ),
        ),
        fill("S6"),
    ];
    let (code, told) = check(&[("scripts.xml", text.concat())]);
    let overlap = "opioid-antagonist-overlap";
    let expected = ["S1", "S2", "S4", "S6"].map(|patient| format!("{patient} {overlap}"));
    assert_eq!((code, told), (1, expected.into_iter().collect()));
}

#[test]
fn a_cancellation_that_was_denied_cancels_nothing() {
    let naltrexone = medication(
        "MedicationPrescribed",
        "Naltrexone 50 MG Tablet",
        30,
        &dated("WrittenDate", "2026-03-10"),
    );
    let oxycodone = medication(
        "MedicationPrescribed",
        "Oxycodone 5 MG Tablet",
        15,
        &dated("WrittenDate", "2026-03-05"),
    );
    let relates = |text: String, to: &str| {
        text.replace(
            "</MessageID>",
            &format!("</MessageID><RelatesToMessageID>{to}</RelatesToMessageID>"),
        )
    };
    let orders = script("S1", "NewRx", &naltrexone)
        + &script("S1", "NewRx", &oxycodone).replace("S1-NewRx", "S1-second");
    let cancel = relates(script("S1", "CancelRx", &oxycodone), "S1-second");
    let denial = "<Message><Header><MessageID>9</MessageID><RelatesToMessageID>S1-CancelRx</RelatesToMessageID></Header><Body><CancelRxResponse>\
        <Response><Denied><DenialReason>Already dispensed</DenialReason></Denied></Response></CancelRxResponse></Body></Message>";
    assert_eq!(check(&[("a.xml", orders.clone() + &cancel)]), (0, set(&[])));
    let told = set(&["S1 opioid-antagonist-overlap"]);
    assert_eq!(check(&[("a.xml", orders + &cancel), ("b.xml", denial.to_owned())]), (1, told));
}

/// A clinical document about a patient.
fn document(patient: &str, sections: &str) -> String {
    format!(
        "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><recordTarget><patientRole><id root=\"1.2\" extension=\"{patient}\"/></patientRole></recordTarget>\
         <component><structuredBody>{sections}</structuredBody></component></ClinicalDocument>\n"
    )
}

fn section(code: &str, text: &str, entry: &str) -> String {
    format!(
        "<component><section><code code=\"{code}\" codeSystem=\"2.16.840.1.113883.6.1\"/><text>{text}</text>{entry}</section></component>"
    )
}

fn taken(drug: &str, dose: &str) -> String {
    let entry = format!(
        "<entry><substanceAdministration classCode=\"SBADM\" moodCode=\"EVN\"><statusCode code=\"completed\"/>\
         <effectiveTime><low value=\"20260310\"/><high value=\"20260408\"/></effectiveTime><effectiveTime><period value=\"24\" unit=\"h\"/></effectiveTime>\
         {dose}<consumable><manufacturedProduct><manufacturedMaterial><code displayName=\"{drug}\"/></manufacturedMaterial></manufacturedProduct></consumable>\
         </substanceAdministration></entry>"
    );
    section("10160-0", "see entries", &entry)
}

#[test]
fn clinical_documents_state_doses_without_units_and_pregnancies() {
    let naltrexone = |dose: &str| taken("naltrexone hydrochloride 50 MG Oral Tablet", dose);
    let pregnancy = |times: &str| {
        section(
            "29762-2",
            "",
            &format!(
                "<entry><observation classCode=\"OBS\" moodCode=\"EVN\"><templateId root=\"2.16.840.1.113883.10.20.15.3.8\"/><code code=\"ASSERTION\"/>\
             <effectiveTime>{times}</effectiveTime><value code=\"77386006\" codeSystem=\"2.16.840.1.113883.6.96\"/></observation></entry>"
            ),
        )
    };
    let status = section(
        "29762-2",
        "",
        "<entry><observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"82810-3\" codeSystem=\"2.16.840.1.113883.6.1\"/>\
        <effectiveTime value=\"20260301\"/><value code=\"77386006\" codeSystem=\"2.16.840.1.113883.6.96\"/></observation></entry>",
    );
    let since = "<low value=\"20260301\"/>";
    let text = [
        document("D1", &naltrexone("<doseQuantity value=\"4\"/>")),
        document("D2", &naltrexone("<doseQuantity value=\"4\" unit=\"{tbl}\"/>")),
        // A number equal to the product's strength may be in milligrams.
        document("D3", &naltrexone("<doseQuantity value=\"50\"/>")),
        document("D4", &(naltrexone("") + &pregnancy(since))),
        document("D5", &(naltrexone("") + &status)),
        document(
            "D6",
            &(naltrexone("") + &pregnancy("<low value=\"20250401\"/><high value=\"20251230\"/>")),
        ),
    ];
    let told = set(&[
        "D1 dose-above-maximum",
        "D2 dose-above-maximum",
        "D4 naltrexone-in-pregnancy",
        "D5 naltrexone-in-pregnancy",
    ]);
    assert_eq!(check(&[("a.xml", text.concat())]), (1, told));
}

#[test]
fn drugs_only_in_the_text_of_a_document_are_reported() {
    let list =
        "<list><item>Naltrexone 50 mg tablet</item><item>Oxycodone 5 mg tablet</item></list>";
    let text = document("D1", &taken("Metformin 500 MG Tablet", ""));
    for (narrative, code) in [(list, 3), ("No known medications", 0), ("N/A", 0)] {
        let alone = document("D2", &section("10160-0", narrative, ""));
        let found = check(&[("a.xml", text.clone() + &alone)]);
        assert_eq!(found, (code, set(&[])), "{narrative}");
    }
}

/// A FHIR request; `more` contains further members.
fn request(patient: &str, id: &str, drug: &str, day: &str, more: &str) -> String {
    format!(
        r#"{{"resourceType":"MedicationRequest","id":"{id}","status":"active","intent":"order",{drug},"subject":{{"reference":"Patient/{patient}"}},"authoredOn":"{day}"{more}}}"#
    )
}

fn named(drug: &str) -> String {
    format!(r#""medicationCodeableConcept":{{"text":"{drug}"}}"#)
}

#[test]
fn fhir_resources_contain_drugs_in_each_other() {
    let days = |days: u32, validity: &str| {
        format!(
            r#","dispenseRequest":{{{validity}"expectedSupplyDuration":{{"value":{days},"code":"d"}}}}"#
        )
    };
    let naltrexone = |patient: &str| {
        request(
            patient,
            &format!("{patient}-n"),
            &named("Naltrexone 50 mg tablet"),
            "2026-03-10",
            &days(30, ""),
        )
    };
    let oxycodone = |patient: &str, day: &str, more: &str| {
        request(patient, "x", &named("Oxycodone 5 mg tablet"), day, more)
    };
    let plan = |patient: &str| {
        let held = oxycodone(patient, "2026-03-12", &days(10, ""));
        format!(
            r##"{{"resourceType":"CarePlan","id":"{patient}-c","status":"active","intent":"plan","subject":{{"reference":"Patient/{patient}"}},"contained":[{held}],"activity":[{{"reference":{{"reference":"#x"}}}}]}}"##
        )
    };
    let hospital = |patient: &str| {
        format!(
            r#"{{"resourceType":"ExplanationOfBenefit","id":"{patient}-e","status":"active","type":{{"coding":[{{"code":"institutional"}}]}},"use":"claim","patient":{{"reference":"Patient/{patient}"}},"item":[{{"sequence":1,"productOrService":{{"coding":[{{"code":"0250"}}]}},"servicedDate":"2026-03-12","detail":[{{"sequence":1,"productOrService":{{"coding":[{{"system":"http://hl7.org/fhir/sid/ndc","code":"00406055201"}}]}}}}]}}]}}"#
        )
    };
    let later = days(10, r#""validityPeriod":{"start":"2026-03-20"},"#);
    let part = format!(
        r#","extension":[{{"url":"https://fhir.kbv.de/StructureDefinition/KBV_EX_ERP_Multiple_Prescription","extension":[{{"url":"Kennzeichen","valueBoolean":true}},{{"url":"Zeitraum","valuePeriod":{{"start":"2026-09-01"}}}}]}}]{}"#,
        days(10, "")
    );
    let mixed = r#""medicationReference":{"reference":"Medication/m"}"#;
    let resources = [
        naltrexone("F1"),
        plan("F1"),
        naltrexone("F2"),
        hospital("F2"),
        naltrexone("F3"),
        request("F3", "F3-m", mixed, "2026-03-12", &days(10, "")),
        r#"{"resourceType":"Medication","id":"m","code":{"text":"Pain capsule"},"ingredient":[{"itemReference":{"reference":"Substance/s"}}]}"#.to_owned(),
        r#"{"resourceType":"Substance","id":"s","code":{"text":"Oxycodone"}}"#.to_owned(),
        // The day from which it may be filled: within the other course, and long after it.
        naltrexone("F4"),
        oxycodone("F4", "2026-01-05", &later).replace("\"id\":\"x\"", "\"id\":\"F4-o\""),
        naltrexone("F5"),
        oxycodone("F5", "2026-03-12", &part).replace("\"id\":\"x\"", "\"id\":\"F5-o\""),
    ];
    let lines = resources.join("\n") + "\n";
    let told =
        ["F1", "F2", "F3", "F4"].map(|patient| format!("{patient} opioid-antagonist-overlap"));
    let (code, found) = check(&[("a.ndjson", lines)]);
    assert_eq!((code, found), (1, told.into_iter().collect()));
}

/// An HL7 message about a patient.
fn hl7(patient: &str, kind: &str, sent: &str, segments: &[&str]) -> String {
    let head = format!(
        "MSH|^~\\&|PHARM|SITE|||{sent}||{kind}|{patient}{sent}|P|2.5.1\rPID|1||{patient}^^^SITE^MR||DOE^ANN||19800501|F\r"
    );
    head + &segments.join("\r") + "\r"
}

fn order(patient: &str, number: &str, drug: &str, first: &str, days: u32) -> String {
    let (control, encoded) =
        (format!("ORC|NW|{number}"), format!("RXE||1^{drug}^L|1||TAB|||||{days}|TAB"));
    let timing = format!("TQ1|1||QD|||{days}^D|{first}");
    hl7(patient, "RDE^O11", &format!("{first}0800"), &[&control, &encoded, &timing])
}

#[test]
fn admissions_state_diagnoses_and_holds_end_orders() {
    let naltrexone = |patient: &str| {
        order(patient, &format!("{patient}N"), "Naltrexone 50 mg tablet", "20260310", 30)
    };
    let oxycodone = |patient: &str| {
        order(patient, &format!("{patient}O"), "Oxycodone 5 mg tablet", "20260305", 15)
    };
    let control = |patient: &str, code: &str, sent: &str| {
        hl7(patient, "ORM^O01", sent, &[&format!("ORC|{code}|{patient}O")])
    };
    let orders = [
        naltrexone("H1"),
        naltrexone("H2") + &oxycodone("H2") + &control("H2", "HD", "202603050830"),
        naltrexone("H3")
            + &oxycodone("H3")
            + &control("H3", "HD", "202603050830")
            + &control("H3", "RL", "202603060830"),
        naltrexone("H4") + &oxycodone("H4") + &control("H4", "UA", "202603050830"),
        naltrexone("H5") + &oxycodone("H5"),
    ];
    let admission =
        hl7("H1", "ADT^A01", "202603150800", &["PV1|1|I", "DG1|1||K74.60^Cirrhosis^I10"]);
    let told = set(&[
        "H1 naltrexone-hepatic-disease",
        "H3 opioid-antagonist-overlap",
        "H5 opioid-antagonist-overlap",
    ]);
    assert_eq!(check(&[("orders.hl7", orders.concat()), ("admissions.hl7", admission)]), (1, told));
}
