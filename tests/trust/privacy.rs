//! Nothing that identifies a person reaches an output unless requested: in every format, through every channel.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use crate::common;

use std::path::Path;

use crate::common::{check_all, rxlint_in};

/// What may only be shown with `--phi show`.
const PRIVATE: [&str; 12] = [
    "Zelda",
    "Quistgaard",
    "1961-04-23",
    "Elm Street",
    "90210",
    "555-0134",
    "zq@example.org",
    "MEMB-778",
    "Guardsman",
    "Hidden Note",
    "Take with Zelda",
    "999-88-7777",
];
/// What a masked report does not show either: whom a finding is about, how its records can be found, and whom to call.
const IDENTIFIERS: [&str; 5] = ["MRN-4711", "MRN-4712", "CLM-1", "RX-0815", "Dr Whoever"];

/// What a format shows of a patient by default.
enum Shows {
    Identifier,
    Code,
    /// The identifier, if the shown part of a line extends that far.
    Perhaps,
}

/// Written down a second time, by hand: each format declares what it shows, and this test checks the declaration.
const UNLESS_ASKED: [(&str, Shows); 14] = [
    ("full", Shows::Perhaps),
    ("concise", Shows::Perhaps),
    ("narrated", Shows::Perhaps),
    ("json", Shows::Identifier),
    ("jsonl", Shows::Identifier),
    ("markdown", Shows::Code),
    ("csv", Shows::Identifier),
    ("xlsx", Shows::Identifier),
    ("sarif", Shows::Code),
    ("junit", Shows::Code),
    ("github", Shows::Code),
    ("gitlab", Shows::Code),
    ("fhir", Shows::Identifier),
    ("html", Shows::Identifier),
];

const HEADER: &str = "claim_id,rx_number,mrn,first_name,last_name,dob,street_address,zip,phone,email,member_id,ssn,guardian,notes,sig,prescriber,fill_date,drug_name,quantity,days_supply";
const PERSON: &str = "Zelda,Quistgaard,1961-04-23,\"12 Elm Street\",90210,555-0134,zq@example.org,MEMB-778,999-88-7777,Guardsman,\"Hidden Note, long\",Take with Zelda,Dr Whoever";

fn row(claim: u32, patient: &str, rest: &str) -> String {
    format!("CLM-{claim},RX-0815-{claim},{patient},{PERSON},{rest}\n")
}

/// An export with several kinds of findings and with rejected rows.
fn export(folder: &Path) -> String {
    let mut text = format!("{HEADER}\n");
    text += &row(1, "MRN-4711", "2026-03-01,Oxycodone HCl 5 MG Tablet,42,7");
    text += &row(2, "MRN-4711", "2026-03-05,Naltrexone HCl 50 MG Tablet,30,30");
    text += &row(3, "MRN-4712", "2026-03-05,Naltraxone 50 MG Tablet,30,");
    text += &row(4, "MRN-4712", "2026-03-09,Oxycodonne 5 MG Tablet,10,5");
    text += &row(5, "MRN-4712", "Zelda,Oxycodone 5 MG Tablet,10,5");
    text += &row(6, "MRN-4712", "2026-03-09,Oxycodone 5 MG Tablet,10,5,Quistgaard");
    text += &row(7, "N/A", "2026-03-09,Oxycodone 5 MG Tablet,10,5");
    let path = folder.join("export.csv");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The same person as two HL7 v2 messages.
fn messages(folder: &Path) -> String {
    let message = |number: u32, day: &str, drug: &str, days: u32| {
        format!(
            "MSH|^~\\&|PHARM|SITE|RX|SITE|{day}0930||RDE^O11|{number}|P|2.5.1\r\
             PID|1||MRN-4711^^^SITE^MR||Quistgaard^Zelda||19610423|F|||12 Elm Street^^Town^CA^90210||555-0134\r\
             NTE|1||Hidden Note about Guardsman\r\
             ORC|NW|CLM-{number}||||||||||77^Whoever^Dr\r\
             RXE|^^^{day}|{drug}|1||TAB||^Take with Zelda||||||||||{days}|||\r\
             RXR|PO\r"
        )
    };
    let text = message(1, "20260301", "^Oxycodone HCl 5 MG Tablet", 7)
        + &message(2, "20260305", "^Naltrexone HCl 50 MG Tablet", 30);
    let path = folder.join("orders.hl7");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The same as FHIR resources.
fn resources(folder: &Path) -> String {
    let request = |number: u32, day: &str, drug: &str, days: u32| {
        format!(
            r#"{{"resourceType":"MedicationDispense","id":"CLM-{number}","status":"completed","subject":{{"reference":"Patient/MRN-4711","display":"Zelda Quistgaard"}},"performer":[{{"actor":{{"display":"Dr Whoever"}}}}],"note":[{{"text":"Hidden Note"}}],"whenHandedOver":"{day}","medicationCodeableConcept":{{"text":"{drug}"}},"daysSupply":{{"value":{days}}},"dosageInstruction":[{{"text":"Take with Zelda"}}]}}"#
        )
    };
    let patient = r#"{"resourceType":"Patient","id":"MRN-4711","name":[{"family":"Quistgaard","given":["Zelda"]}],"birthDate":"1961-04-23","telecom":[{"system":"phone","value":"555-0134"}],"address":[{"line":["12 Elm Street"],"postalCode":"90210"}]}"#;
    let lines = [
        patient.to_owned(),
        request(1, "2026-03-01", "Oxycodone HCl 5 MG Tablet", 7),
        request(2, "2026-03-05", "Naltrexone HCl 50 MG Tablet", 30),
    ];
    let path = folder.join("dispenses.ndjson");
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    path.to_str().unwrap().to_owned()
}

fn holds(text: &str, words: &[&str]) -> Vec<String> {
    words
        .iter()
        .filter(|word| text.to_lowercase().contains(&word.to_lowercase()))
        .map(|word| (*word).to_owned())
        .collect()
}

#[test]
fn no_format_reveals_who_someone_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    for dates in ["calendar", "relative"] {
        for (format, text) in check_all(&[&path, "--phi", "minimum", "--dates", dates]) {
            assert_eq!(holds(&text, &PRIVATE), [""; 0], "{format}: {text}");
            assert!(
                (dates == "relative") != text.contains("2026-03") || format == "stderr",
                "{format}"
            );
        }
        for (format, text) in check_all(&[&path, "--phi", "mask", "--dates", dates]) {
            assert_eq!(holds(&text, &PRIVATE), [""; 0], "{format}: {text}");
            assert_eq!(holds(&text, &IDENTIFIERS), [""; 0], "{format}: {text}");
        }
    }
    for (format, text) in check_all(&[&path]) {
        assert_eq!(holds(&text, &PRIVATE), [""; 0], "{format}: {text}");
        match UNLESS_ASKED.iter().find(|(name, _)| *name == format).map(|(_, shows)| shows) {
            Some(Shows::Code) => {
                assert_eq!(holds(&text, &IDENTIFIERS), [""; 0], "{format}: {text}");
            }
            Some(Shows::Identifier) => assert!(text.contains("MRN-4711"), "{format}: {text}"),
            Some(Shows::Perhaps) => {}
            None => assert_eq!(format, "stderr", "say in UNLESS_ASKED what {format} shows"),
        }
    }
}

#[test]
fn no_input_format_reveals_who_someone_is() {
    let folder = tempfile::tempdir().unwrap();
    for path in [messages(folder.path()), resources(folder.path())] {
        let minimum = check_all(&[&path, "--phi", "minimum"]);
        assert!(
            minimum["json"].contains("opioid-antagonist-overlap"),
            "{path}: {}",
            minimum["json"]
        );
        for (format, text) in minimum {
            assert_eq!(holds(&text, &PRIVATE), [""; 0], "{format} of {path}: {text}");
        }
        for (format, text) in check_all(&[&path, "--phi", "mask", "--dates", "relative"]) {
            assert_eq!(holds(&text, &PRIVATE), [""; 0], "{format} of {path}: {text}");
            assert_eq!(holds(&text, &IDENTIFIERS), [""; 0], "{format} of {path}: {text}");
            assert!(
                format == "stderr" || !text.contains("2026-03") && !text.contains("202603"),
                "{format} of {path}: {text}"
            );
        }
    }
}

#[test]
fn everything_is_shown_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    let page = &check_all(&[&path, "--phi", "show"])["html"];
    assert_eq!(holds(page, &PRIVATE).len(), PRIVATE.len(), "{page}");
}

#[test]
fn no_error_quotes_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    let run = |args: &[&str]| {
        let output = rxlint_in(folder.path(), args);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert_eq!(holds(&text, &PRIVATE), [""; 0], "{args:?}: {text}");
        text
    };
    run(&["check", &path, "--rejects", "rejects.csv"]);
    let rejects = std::fs::read_to_string(folder.path().join("rejects.csv")).unwrap();
    assert_eq!(holds(&rejects, &[&PRIVATE[..], &IDENTIFIERS[..]].concat()), [""; 0], "{rejects}");
    run(&["check", &path, "--dry-run"]);
    run(&["check", &path, "--columns", "drug=no such column"]);
    run(&["check", &path, "--report", "json=no/such/folder"]);
    run(&["check", &path, "--site-key", "nosuchkey"]);
    run(&["check", &path, "--delimiter", "tab"]);
    // Without a header, the first row is a person.
    let text = std::fs::read_to_string(&path).unwrap();
    let (_, rows) = text.split_once('\n').unwrap();
    std::fs::write(folder.path().join("bare.csv"), rows).unwrap();
    run(&["check", "bare.csv"]);
    run(&["check", "bare.csv", "--dry-run"]);
    // An open quote, a broken last row, bytes that are not text.
    std::fs::write(folder.path().join("quote.csv"), text.replacen("\"12 Elm", "\"\"12 Elm", 1))
        .unwrap();
    std::fs::write(folder.path().join("cut.csv"), &text[..text.len() - 40]).unwrap();
    std::fs::write(
        folder.path().join("latin.csv"),
        [text.as_bytes(), b"CLM-9,\xff,Zelda\n"].concat(),
    )
    .unwrap();
    for name in ["quote.csv", "cut.csv", "latin.csv"] {
        let path = folder.path().join(name);
        for (format, text) in check_all(&[path.to_str().unwrap()]) {
            assert_eq!(holds(&text, &PRIVATE), [""; 0], "{name} {format}: {text}");
        }
    }
}

#[test]
fn codes_are_the_same_in_every_run_with_a_site_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = export(folder.path());
    let key = |name: &str, secret: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, secret).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (one, other, short) = (
        key("one", "a secret of at least sixteen bytes"),
        key("other", "another secret of so many bytes"),
        key("short", "short"),
    );
    let told = |more: &[&str]| {
        let text =
            check_all(&[&[path.as_str(), "--phi", "mask"], more].concat()).remove("json").unwrap();
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .map(|f| {
                [f["patient"].clone(), f["fingerprint"].clone()]
                    .map(|v| v.as_str().unwrap().to_owned())
            })
            .collect::<Vec<_>>()
    };
    let (plain, keyed) = (told(&[]), told(&["--site-key", &one]));
    assert_eq!(plain[0][0], "patient-0001");
    assert!(keyed[0][0].starts_with("patient-") && keyed[0][0] != plain[0][0]);
    assert_eq!(keyed, told(&["--site-key", &one, "--select", "DD,MS", "--threads", "1"]));
    let others = told(&["--site-key", &other]);
    assert!(keyed.iter().zip(&others).all(|(a, b)| a[0] != b[0] && a[1] != b[1]));
    let true_ones = rxlint_in(folder.path(), &["check", &path, "--format", "jsonl"]);
    let true_ones = String::from_utf8(true_ones.stdout).unwrap();
    for finding in plain.iter().chain(&keyed) {
        assert!(
            !true_ones.contains(&finding[1]),
            "a masked report shows a fingerprint that is made of the identifier alone"
        );
    }
    let output = rxlint_in(folder.path(), &["check", &path, "--site-key", &short]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn names_of_members_and_elements_are_data() {
    let folder = tempfile::tempdir().unwrap();
    let order = |more: &str| {
        format!(
            "{{\"resourceType\":\"MedicationRequest\",\"id\":\"1\",\"status\":\"active\",\"intent\":\"order\",\
             \"subject\":{{\"reference\":\"Patient/1\"}},\"authoredOn\":\"2026-03-01\",\
             \"medicationCodeableConcept\":{{\"text\":\"Warfarin 5 mg tablet\"}},{more}}}\n"
        )
    };
    let script = "<Message><Header><MessageID>1</MessageID></Header><Body><NewRx><Patient><HumanPatient><Name><LastName>X</LastName></Name>\
        </HumanPatient></Patient><MedicationPrescribed><DrugDescription>Warfarin 5 MG</DrugDescription><WrittenDate><Date>2026-03-01</Date>\
        </WrittenDate><Gonzalez_Maria>naltrexone 50 mg tablet</Gonzalez_Maria></MedicationPrescribed></NewRx></Body></Message>";
    let files = [
        ("a.ndjson", order("\"Gonzalez Maria\":\"naltrexone 50 mg tablet\"")),
        ("b.ndjson", order("\"meds\":{\"Gonzalez\":[{\"Maria\":\"naltrexone 50 mg tablet\"}]}")),
        ("c.ndjson", order("\"dosage\":{\"Gonzalez\":\"naltrexone 50 mg tablet\"}")),
        ("d.json", "[{\"patient\":\"1\",\"drug\":\"Warfarin 5 mg\",\"date\":\"2026-03-01\",\"Gonzalez Maria\":\"naltrexone 50 mg tablet\"},\
          {\"patient\":\"2\",\"drug\":\"Warfarin 5 mg\",\"date\":\"2026-03-01\",\"Gonzalez Maria\":\"naltrexone 50 mg tablet\"}]".to_owned()),
        ("e.json", "{\"Gonzalez Maria\":[{\"drug\":\"naltrexone 50 mg\",\"date\":\"2026-03-01\"}]}".to_owned()),
        ("f.xml", script.to_owned()),
        ("g.xml", script.replace("DrugDescription", "Gonzalez")),
        ("h.xml", "<Gonzalez><Maria>naltrexone 50 mg tablet</Maria></Gonzalez>".to_owned()),
    ];
    for (name, text) in &files {
        std::fs::write(folder.path().join(name), text).unwrap();
        for phi in ["mask", "minimum", "show"] {
            for format in ["concise", "full", "json", "csv", "sarif", "html", "narrated"] {
                let command = ["check", "--isolated", name, "--phi", phi, "--format", format];
                let output = rxlint_in(folder.path(), &command);
                let told = common::stderr(&output) + &common::stdout(&output);
                // With everything requested, the record itself is shown.
                let told = if phi == "show" { common::stderr(&output) } else { told };
                assert_eq!(holds(&told, &["Gonzalez", "Maria"]), [""; 0], "{name} {phi} {format}");
            }
        }
        let dry = rxlint_in(folder.path(), &["check", "--isolated", name, "--dry-run"]);
        let told = common::stderr(&dry) + &common::stdout(&dry);
        assert_eq!(holds(&told, &["Gonzalez", "Maria"]), [""; 0], "{name} --dry-run");
    }
}
