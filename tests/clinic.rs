//! What a pharmacist meets in an export, on the command line: brands of another country, two drugs of one row, billed
//! services, directions beside structured ones.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

/// The findings (`severity rule`, places by their text) and the exit code of one run over one file.
fn check(name: &str, text: &str, arguments: &[&str]) -> (Vec<serde_json::Value>, i32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rxlint"))
        .args(["check", "--isolated", "--format", "jsonl", "--privacy", "show"])
        .args(arguments)
        .arg(&path)
        .output()
        .unwrap();
    let findings = String::from_utf8(output.stdout).unwrap();
    let findings = findings.lines().map(|line| serde_json::from_str(line).unwrap());
    let findings = findings.filter(|line: &serde_json::Value| line["type"] == "finding").collect();
    (findings, output.status.code().unwrap())
}

fn told(findings: &[serde_json::Value]) -> Vec<String> {
    let word = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings.iter().map(|f| format!("{} {}", word(f, "severity"), word(f, "rule"))).collect()
}

#[test]
fn a_brand_of_two_drugs_is_settled_by_the_jurisdiction() {
    let export =
        "patient,drug,quantity,days_supply,fill_date\nP1,Syndol tablets,30,30,2026-03-01\n";
    let (findings, code) = check("claims.csv", export, &[]);
    assert_eq!((told(&findings), code), (vec!["moderate ambiguous-brand".to_owned()], 1));
    let (findings, code) = check("claims.csv", export, &["--jurisdiction", "uk"]);
    assert_eq!((told(&findings), code), (Vec::new(), 0), "in Britain it is codeine");
}

#[test]
fn a_nalmefene_without_a_form_is_a_tablet_in_europe() {
    let export = "patient,drug,quantity,days_supply,fill_date\nP1,nalmefene,30,30,2026-03-01\n\
                  P1,oxycodone 5 mg tablet,20,5,2026-03-10\n";
    let (findings, _) = check("claims.csv", export, &["--jurisdiction", "eu"]);
    assert_eq!(told(&findings), ["high opioid-antagonist-overlap"]);
}

#[test]
fn of_two_drug_columns_each_place_points_at_its_own() {
    let export = "patient,fill_date,Med1,Med2,days_supply\n\
                  P1,2026-03-01,Oxycodone 5 mg tablet,ReVia 50 mg tablet,10\n";
    let (findings, _) = check("claims.csv", export, &[]);
    let columns: Vec<u64> = findings[0]["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| place["column"].as_u64().unwrap())
        .collect();
    assert_eq!(columns, [37, 15], "the antagonist in Med2, the opioid in Med1");
    assert_eq!(
        findings[0]["clean_from"], "2026-03-21",
        "ten days after the opioid of its own record"
    );
}

#[test]
fn a_billed_service_without_a_drug_is_known() {
    let export = "patient,service_date,hcpcs,units\nP1,2026-03-01,J2315,380\nP1,2026-03-01,96372,1\n\
                  P2,2026-03-01,G2074,1\n";
    let (findings, code) = check("claims.csv", export, &[]);
    assert_eq!((told(&findings), code), (Vec::new(), 0));
}

#[test]
fn as_needed_in_the_text_is_believed_beside_a_structured_timing() {
    let request = |id: &str, drug: &str, day: &str, sig: &str, timing: &str| {
        format!(
            r#"{{"resourceType":"MedicationDispense","id":"{id}","status":"completed","subject":{{"reference":"Patient/1"}},"medicationCodeableConcept":{{"text":"{drug}"}},"whenHandedOver":"{day}","quantity":{{"value":30}},"dosageInstruction":[{{"text":"{sig}","timing":{{"repeat":{{"frequency":{timing},"period":1,"periodUnit":"d"}}}},"doseAndRate":[{{"doseQuantity":{{"value":1,"unit":"tablet"}}}}]}}]}}"#
        )
    };
    let opioid = |sig| request("a", "oxycodone 5 mg tablet", "2026-03-01", sig, "3");
    let antagonist = request("b", "naltrexone 50 mg tablet", "2026-03-25", "1 tab daily", "1");
    let of = |sig| check("export.ndjson", &format!("{}\n{antagonist}\n", opioid(sig)), &[]).0;
    assert_eq!(told(&of("1 tab TID")), Vec::<String>::new(), "ten days, fourteen free ones");
    let findings = told(&of("1 tab TID as needed"));
    assert!(findings.contains(&"moderate opioid-antagonist-overlap".to_owned()), "{findings:?}");
}
