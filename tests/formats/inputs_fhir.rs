//! Every collected FHIR and JSON file, including hostile ones, is read or refused with a reason; the record count adds up; nothing panics.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may stop, and shows what became of each file"
)]

use crate::common;

use std::path::{Path, PathBuf};

use rxlint::run::{self, RunSettings};
use rxlint_engine::engine::Engine;
use rxlint_input::{Input, InputOptions};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn below(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    folders.iter().for_each(|folder| files(folder, &mut found));
    found.sort();
    found
}

/// The result for a file, in one line.
fn outcome(engine: &Engine, file: &Path) -> String {
    let opened = match Input::open(&[file.to_owned()], &InputOptions::default()) {
        Ok(opened) => opened,
        Err(error) => {
            let name = file.display().to_string();
            assert!(error.to_string().starts_with(&name) && !error.help().is_empty(), "{error}");
            return format!("refused: {}", &error.to_string()[name.len() + 2..]);
        }
    };
    let outcome = run::lint(engine, &opened.inputs, &[], &RunSettings::default()).unwrap();
    let ledger = &outcome.summary.files[0];
    assert!(ledger.ties_out(), "{ledger:?}");
    for finding in &outcome.findings {
        for place in finding.places.iter().chain(&finding.also_places) {
            let text = opened.inputs[0].reread(place.row.place()).unwrap();
            assert!(
                text.raw.len() < 1 << 20 && text.line >= place.row.place().line,
                "{}",
                file.display()
            );
            for cell in &text.cells {
                assert!(
                    cell.span.as_ref().is_none_or(|span| span.end <= text.raw.len()),
                    "{}",
                    file.display()
                );
            }
        }
    }
    let reasons: Vec<String> = outcome
        .rejected
        .iter()
        .map(|(place, reason)| format!("line {}: {reason}", place.line))
        .collect();
    format!(
        "{} read, {} checked, {} inactive, {} unresolved, rejected: {}",
        ledger.read,
        ledger.checked,
        ledger.inactive,
        ledger.unresolved,
        reasons.join("; ")
    )
}

#[test]
fn every_file_is_read_or_refused_with_a_reason() {
    let Some(shared) = common::shared() else { return };
    let engine = Engine::built_in().unwrap();
    let inputs = shared.join("inputs");
    let found = below(
        &["fhir", "hostile/fhir-cosyte", "hostile/fhir-test-cases", "hostile/json-test-suite"]
            .map(|folder| inputs.join(folder)),
    );
    assert!(found.len() > 500, "only {} files were found", found.len());
    let mut records = 0;
    for file in &found {
        let line = outcome(&engine, file);
        records += line.split(' ').next().and_then(|count| count.parse::<u64>().ok()).unwrap_or(0);
        println!("{}\t{line}", file.strip_prefix(&inputs).unwrap().display());
    }
    println!("{records} records in {} files", found.len());
    assert!(records > 250, "only {records} records were read");
}

#[test]
fn published_examples_are_understood() {
    let Some(shared) = common::shared() else { return };
    let engine = Engine::built_in().unwrap();
    let fhir = shared.join("inputs/fhir");
    for folder in ["hl7_r4_examples", "hl7_stu3_examples", "hl7_dstu2_examples"] {
        let opened = Input::open(&[fhir.join(folder)], &InputOptions::default()).unwrap();
        let outcome = run::lint(&engine, &opened.inputs, &[], &RunSettings::default()).unwrap();
        let sum = |count: fn(&rxlint_model::summary::RecordCount) -> u64| {
            outcome.summary.files.iter().map(count).sum::<u64>()
        };
        let (read, checked, inactive) =
            (sum(|file| file.read), sum(|file| file.checked), sum(|file| file.inactive));
        println!(
            "{folder}: {read} read, {checked} checked, {inactive} inactive, rejected {:?}",
            outcome.summary.rejects
        );
        assert!(
            read > 10 && (checked + inactive) * 10 > read * 6,
            "{folder}: {read} read, {checked} checked, {inactive} inactive"
        );
    }
}

#[test]
fn births_and_diagnoses_are_in_separate_tables() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let fills = write(
        "fills.csv",
        "patient_id,fill_date,drug_name,days_supply\nP1,2026-03-01,naltrexone 50 mg tablet,30\n",
    );
    let births = write("births.csv", "patient,birth_date\nP1,2012-05-06\nP2,1950-01-01\n");
    let diagnoses = write("icd.csv", "patient,code,date\nP1,Z33.1,2026-01-05\n");
    let check = |arguments: &[&str]| {
        common::rxlint(&[&["check", "--isolated", "--format", "concise"], arguments].concat())
    };

    let alone = check(&[&fills]);
    assert!(!common::stdout(&alone).contains("naltrexone-under-18"), "{}", common::stderr(&alone));
    let told = common::stdout(&check(&[&fills, "--patients", &births, "--conditions", &diagnoses]));
    assert!(
        told.contains("naltrexone-under-18") && told.contains("naltrexone-in-pregnancy"),
        "{told}"
    );

    let wrong = check(&[&fills, "--patients", &diagnoses]);
    let message = common::stderr(&wrong);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(message.contains("icd.csv") && message.contains("birth_date"), "{message}");
}

#[test]
fn an_export_without_its_medications_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let orders = folder.path().join("MedicationRequest.ndjson");
    let order = r#"{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationReference":{"reference":"Medication/1"},"subject":{"reference":"Patient/P1"},"authoredOn":"2026-03-01"}"#;
    std::fs::write(&orders, format!("{order}\n")).unwrap();
    let output = common::rxlint(&["check", "--isolated", &orders.display().to_string()]);
    let message = common::stderr(&output);
    assert!(message.contains("name no drug that can be read"), "{message}");
    assert_eq!(output.status.code(), Some(3));

    std::fs::write(
        folder.path().join("Medication.ndjson"),
        "{\"resourceType\":\"Medication\",\"id\":\"1\",\"code\":{\"text\":\"naltrexone 50 mg\"}}\n",
    )
    .unwrap();
    let output = common::rxlint(&["check", "--isolated", &folder.path().display().to_string()]);
    assert!(
        !common::stderr(&output).contains("names no drug")
            && !common::stderr(&output).contains("name no drug"),
        "{}",
        common::stderr(&output)
    );
}

/// Beyond 16 MiB on one line, the column is still correct and the excerpt stays short.
#[test]
fn positions_in_a_long_line_are_correct() {
    let resource = |id: u32, drug: &str, days: u32, day: &str| {
        format!(
            r#"{{"resource":{{"resourceType":"MedicationDispense","id":"{id}","status":"completed","subject":{{"reference":"Patient/PX"}},"medicationCodeableConcept":{{"text":"{drug}"}},"whenHandedOver":"{day}","daysSupply":{{"value":{days},"unit":"d"}}}}}}"#
        )
    };
    let padding = r#"{"resource":{"resourceType":"Basic","id":"x"}},"#.repeat(400_000);
    let (opioid, antagonist) = (
        resource(1, "oxycodone 5 mg tablet", 7, "2026-03-01"),
        resource(2, "naltrexone 50 mg tablet", 30, "2026-03-05"),
    );
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[{padding}{opioid},{antagonist}]}}"#
    );
    let truth = bundle.find("naltrexone").unwrap();
    assert!(truth > 17 << 20);
    let input = rxlint_input::Input::memory(
        0,
        "long.json",
        bundle.into_bytes(),
        &rxlint_input::InputOptions::default(),
    )
    .unwrap();
    let engine = Engine::built_in().unwrap();
    let inputs = [input];
    let outcome =
        rxlint::run::lint(&engine, &inputs, &[], &rxlint::run::RunSettings::default()).unwrap();
    let place = &outcome.findings[0].places[0];
    let text = inputs[0].reread(place.row.place()).unwrap();
    let span = text.cell(place.field).and_then(|cell| cell.span.clone()).unwrap();
    assert_eq!(text.column as usize - 1 + span.start, truth);
    assert!(text.raw.len() < 64 << 10);
}

#[test]
fn a_link_between_patients_reaches_the_files_of_other_folders() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let dispense = |id: &str, patient: &str, day: &str, drug: &str| {
        format!(
            r#"{{"resourceType":"MedicationDispense","id":"{id}","status":"completed","subject":{{"reference":"Patient/{patient}"}},"whenHandedOver":"{day}","medicationCodeableConcept":{{"text":"{drug}"}},"daysSupply":{{"value":7}}}}"#
        )
    };
    let link = r#"{"resourceType":"Patient","id":"p2","link":[{"other":{"reference":"Patient/p1"},"type":"replaced-by"}]}"#;
    let first = dispense("d1", "p1", "2026-03-01", "oxycodone 5 mg tablet");
    write("2026-03-01/all.ndjson", &format!("{first}\n{link}\n"));
    let second = dispense("d2", "p2", "2026-03-05", "naltrexone 50 mg tablet");
    let second = write("2026-03-05/all.ndjson", &second);
    let all = folder.path().display().to_string();
    let earlier = folder.path().join("2026-03-01").display().to_string();
    for arguments in [vec![&*all], vec![&*second, "--history", &*earlier]] {
        let output = common::rxlint(
            &[&["check", "--isolated", "--format", "concise"], &arguments[..]].concat(),
        );
        let told = common::stdout(&output);
        assert!(told.contains("opioid-antagonist-overlap"), "{arguments:?}: {told}");
    }
}

#[test]
fn json_that_may_hold_prescriptions_is_not_passed_over_in_a_folder() {
    let message = r"MSH|^~\\&|A|B|C|D|20260305||RDE^O11|1|P|2.5\rPID|1||p1\rORC|NW|1\rRXE||^LISINOPRIL 10 MG|1\r";
    let base64 = "TVNIfF5+XCZ8QXxCfEN8RHwyMDI2MDMwNXx8UkRFXk8xMXwxfFB8Mi41DQ==";
    for (text, code) in [
        (format!(r#"{{"message":"{message}"}}"#), 3),
        (format!("{{\"id\":1,\"message\":\"{message}\"}}\n{{\"id\":2,\"message\":\"\"}}\n"), 3),
        (format!(r#"["{message}"]"#), 3),
        (format!(r#"{{"data":"{base64}"}}"#), 3),
        (format!(r#"{{"raw":{{"content":"\u000b{message}"}}}}"#), 3),
        (r#"{"PID":{"PID.3":"1"},"RXE":{"RXE.2":{"RXE.2.2":"NALTREXONE 50 MG TAB"}}}"#.into(), 3),
        (r#"{"name":"nightly","url":"https://example.org","retries":3,"on":true}"#.into(), 0),
        (r#"{"about":"Looks whether people who take naltrexone are given opioids."}"#.into(), 0),
        (r#"{"naltrexone":1}"#.into(), 0),
        (r#"{"resourceType":"ValueSet","compose":{"include":[{"concept":[{"display":"naltrexone"}]}]}}"#.into(), 0),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("z.json"), &text).unwrap();
        let table = "patient_id,fill_date,drug_name,days_supply\nP1,2026-03-01,oxycodone 5 mg tablet,7\n";
        std::fs::write(folder.path().join("fills.csv"), table).unwrap();
        let output = common::rxlint(&["check", "--isolated", &folder.path().display().to_string()]);
        assert_eq!(output.status.code(), Some(code), "{text}: {}", common::stdout(&output));
        assert!(common::stdout(&output).contains("JSON") || common::stderr(&output).contains("JSON"), "{text}");
    }
}

/// Checks the resources as NDJSON: the exit code and the messages.
fn of_resources(resources: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ndjson");
    std::fs::write(&path, resources.join("\n")).unwrap();
    let output = common::rxlint(&["check", "--isolated", &path.display().to_string()]);
    (output.status.code(), common::stdout(&output) + &common::stderr(&output))
}

#[test]
fn a_dispense_in_preparation_is_judged_or_reported() {
    let dispense = |id: u8, drug: &str, rest: &str| {
        format!(
            r#"{{"resourceType":"MedicationDispense","id":"{id}","medicationCodeableConcept":{{"text":"{drug}"}},"subject":{{"reference":"Patient/a"}},"daysSupply":{{"value":30}},{rest}}}"#
        )
    };
    let given =
        |drug: &str| dispense(2, drug, r#""status":"completed","whenHandedOver":"2026-03-13""#);
    let (opioid, antagonist) = ("oxycodone 5 mg tablet", "naltrexone 50 mg tablet");
    for status in ["preparation", "in-progress"] {
        for (one, other) in [(opioid, antagonist), (antagonist, opioid)] {
            let dated = format!(r#""status":"{status}","whenPrepared":"2026-03-01""#);
            let (code, told) = of_resources(&[&dispense(1, one, &dated), &given(other)]);
            assert_eq!(code, Some(1), "{status} {one}: {told}");
            assert!(told.contains("opioid-antagonist-overlap"), "{status} {one}: {told}");
            let undated = format!(r#""status":"{status}""#);
            let (code, told) = of_resources(&[&dispense(1, one, &undated), &given(other)]);
            assert_eq!(code, Some(0), "{status} {one}: {told}");
            assert!(told.contains("being prepared") && told.contains("no date: 1"), "{told}");
        }
    }
}

#[test]
fn an_order_of_packs_is_one_fill_and_not_an_open_course() {
    let order = |id: u8, drug: &str, day: &str, rest: &str| {
        format!(
            r#"{{"resourceType":"MedicationRequest","id":"{id}","status":"active","intent":"order",{drug},"subject":{{"reference":"Patient/c"}},"authoredOn":"{day}"{rest},"dispenseRequest":{{"quantity":{{"value":1,"code":"{{Package}}"}}}}}}"#
        )
    };
    let called = |name: &str| format!(r#""medicationCodeableConcept":{{"text":"{name}"}}"#);
    let referred = r#""medicationReference":{"reference":"Medication/m"}"#;
    let twice = r#","dosageInstruction":[{"text":"1-0-1"}]"#;
    let naltrexone = |day: &str| {
        order(
            2,
            &called("Adepend 50 mg 28 FTA"),
            day,
            r#","dosageInstruction":[{"text":"1-0-0-0"}]"#,
        )
    };
    let tilidine = "Tilidin comp. STADA 50/4 mg";
    let extension = r#""extension":[{"url":"https://fhir.kbv.de/StructureDefinition/KBV_EX_ERP_Medication_PackagingSize","valueString":"20"}],"unit":"St""#;
    for amount in [extension, r#""value":20,"unit":"St""#] {
        let pack = format!(
            r#"{{"resourceType":"Medication","id":"m","code":{{"text":"{tilidine}"}},"amount":{{"numerator":{{{amount}}},"denominator":{{"value":1}}}}}}"#
        );
        // Ten days at two tablets a day, to 2026-02-10.
        for (day, code) in [("2026-03-20", 0), ("2026-02-05", 1)] {
            let first = order(1, referred, "2026-02-01", twice);
            let (found, told) = of_resources(&[&pack, &first, &naltrexone(day)]);
            assert_eq!(found, Some(code), "{amount} {day}: {told}");
        }
    }
    for rest in ["", twice] {
        let first = order(1, &called(tilidine), "2026-02-01", rest);
        let (code, told) = of_resources(&[&first, &naltrexone("2026-03-20")]);
        assert_eq!(code, Some(0), "{rest}: {told}");
        let (code, told) = of_resources(&[&first, &naltrexone("2026-02-20")]);
        assert!(code == Some(1) && !told.contains("1 high"), "{rest}: {told}");
    }
}
