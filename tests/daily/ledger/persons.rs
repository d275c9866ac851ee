//! FHIR shows that Patients with different ids are one person, by a shared identifier or by a link. That applies to the nights before and after it,
//! like HL7 merges.

use crate::ledger::tools::Site;

const OXYCODONE: (&str, &str, u8) = ("Oxycodone HCl 5 MG Tablet", "2026-03-01", 7);
const NALTREXONE: (&str, &str, u8) = ("Naltrexone 50 MG Tablet", "2026-03-05", 30);
const OTHER: (&str, &str, u8) = ("Lisinopril 10 MG Tablet", "2026-03-06", 30);

/// A dispense to a patient.
fn dispense(id: &str, subject: &str, (drug, day, days): (&str, &str, u8)) -> String {
    format!(
        r#"{{"resourceType":"MedicationDispense","id":"{id}","status":"completed","subject":{{"reference":"{subject}"}},"whenHandedOver":"{day}","medicationCodeableConcept":{{"text":"{drug}"}},"quantity":{{"value":30}},"daysSupply":{{"value":{days},"unit":"d"}}}}"#
    )
}

/// A Bundle with a Patient with a new id and this identifier and birth date, and a dispense.
fn bundle(id: &str, identifier: &str, born: &str, what: (&str, &str, u8)) -> String {
    let url = format!("urn:uuid:{id}-0000-4000-8000-000000000002");
    let dispense = dispense(&format!("d{id}"), &url, what);
    format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[
{{"fullUrl":"{url}","resource":{{"resourceType":"Patient","id":"{id}","identifier":[{{"system":"http://fhir.de/sid/gkv/kvid-10","value":"{identifier}"}}],"birthDate":"{born}"}}}},
{{"fullUrl":"urn:uuid:{id}-0000-4000-8000-000000000009","resource":{dispense}}}]}}"#
    )
}

/// The rules of a report's findings.
fn rules(report: &serde_json::Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().filter_map(|finding| finding["rule"].as_str()).collect()
}

/// The rules reported by the nights' runs; checks that one run over all files finds the same as the ledger then has.
fn nights(what: &str, nights: &[(&str, String)]) -> Vec<String> {
    let site = Site::new();
    let mut found = Vec::new();
    for (name, text) in nights {
        std::fs::write(site.path().join(name), text).unwrap();
        let report = site.night(&[name]);
        found.extend(rules(&report).into_iter().map(str::to_owned));
    }
    assert_eq!(site.verify(), "ledger.db: whole\n", "{what}");
    let all: Vec<&str> = nights.iter().map(|(name, _)| *name).collect();
    let whole = site.check(&all);
    assert_eq!(crate::ledger::tools::prints(&whole), site.kept(false), "{what}: as one run finds");
    found
}

#[test]
fn patients_with_one_identifier_are_one_person_across_the_nights() {
    let (a, b, c) = ("aaaaaaaa", "bbbbbbbb", "cccccccc");
    let oxycodone = bundle(a, "X110411675", "1980-04-12", OXYCODONE);
    let naltrexone = bundle(b, "X110411675", "1980-04-12", NALTREXONE);
    let between = bundle(c, "X110411675", "1980", OTHER);
    let files = |texts: &[&String]| -> Vec<(&'static str, String)> {
        ["1.json", "2.json", "3.json"].into_iter().zip(texts.iter().map(|s| (*s).clone())).collect()
    };
    let overlap = ["opioid-antagonist-overlap"];
    assert_eq!(nights("two nights", &files(&[&oxycodone, &naltrexone])), overlap);
    assert_eq!(nights("the later first", &files(&[&naltrexone, &oxycodone])), overlap);
    assert_eq!(nights("another between", &files(&[&oxycodone, &between, &naltrexone])), overlap);
    for (what, text) in [
        ("another's number", bundle(b, "X110411676", "1980-04-12", NALTREXONE)),
        ("a filler", bundle(b, "0000000000", "1980-04-12", NALTREXONE)),
        ("another birth date", bundle(b, "X110411675", "1991-04-12", NALTREXONE)),
    ] {
        let found = nights(what, &files(&[&oxycodone, &text]));
        assert!(found.is_empty(), "{what}: {found:?}");
    }
}

#[test]
fn a_link_between_patients_counts_for_the_nights_before_it_and_after_it() {
    let link = r#"{"resourceType":"Patient","id":"p2","link":[{"other":{"reference":"Patient/p1"},"type":"replaced-by"}]}"#;
    let oxycodone = dispense("d1", "Patient/p1", OXYCODONE);
    let naltrexone = dispense("d2", "Patient/p2", NALTREXONE);
    let other = dispense("d3", "Patient/p9", OTHER);
    let with = |dispense: &String| format!("{dispense}\n{link}\n");
    for (what, texts) in [
        ("first", vec![with(&oxycodone), naltrexone.clone()]),
        ("between", vec![oxycodone.clone(), with(&other), naltrexone.clone()]),
        ("last", vec![oxycodone.clone(), naltrexone.clone(), with(&other)]),
        ("with the later", vec![oxycodone, with(&naltrexone)]),
    ] {
        let names = ["1.ndjson", "2.ndjson", "3.ndjson"];
        let files: Vec<_> = names.into_iter().zip(texts).collect();
        assert_eq!(nights(what, &files), ["opioid-antagonist-overlap"], "{what}");
    }
}
