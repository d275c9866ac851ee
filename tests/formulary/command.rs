//! `rxlint formulary` on the command line: what is read, what is found, and how it ends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use crate::common;

use std::path::Path;

use crate::common::{formats, root, rxlint, rxlint_in, shared, stderr, stdout};
use rxlint::run::{self, RunSettings};
use rxlint_engine::engine::Engine;
use rxlint_input::{Input, InputOptions};
use rxlint_model::purpose::Purpose;
use rxlint_model::summary::RecordCount;
use serde_json::Value;

fn run(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = rxlint(&[&["formulary", "--isolated", "--format", "json"], arguments].concat());
    let report =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    (output.status.code(), report)
}

/// Rules and lines of the findings.
fn found(report: &Value) -> Vec<(String, u64)> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            (
                finding["rule"].as_str().unwrap().to_owned(),
                finding["places"][0]["line"].as_u64().unwrap(),
            )
        })
        .collect()
}

fn ties_out(report: &Value) {
    for file in report["summary"]["files"].as_array().unwrap() {
        let count = |key: &str| file[key].as_u64().unwrap();
        assert_eq!(
            count("read"),
            count("checked") + count("inactive") + count("unresolved") + count("rejected"),
            "{file}"
        );
    }
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn an_antagonist_and_an_opioid_in_one_formulary_are_not_prescriptions() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(
        folder.path(),
        "plain.csv",
        "plan_id,drug_name,tier,effective_date\nP1,naltrexone 50 mg tablet,1,2026-01-01\nP1,oxycodone 5 mg tablet,1,2026-01-01\nP1,naloxone nasal spray,1,2026-01-01\n",
    );
    let (code, report) = run(&[&path]);
    assert_eq!((code, found(&report)), (Some(0), vec![]));
    assert_eq!(report["summary"]["patients"], 0);
    // The same file is not a prescription export: `check` says so, and finds no overlap in it.
    let checked = rxlint(&["check", "--isolated", &path]);
    assert_eq!(checked.status.code(), Some(2), "{}", stdout(&checked));
}

#[test]
fn every_format_reports_a_formulary() {
    for format in formats() {
        let arguments = [
            "formulary",
            "--isolated",
            "--alerts",
            "samples/alerts.csv",
            "--look-alikes",
            "--format",
            format,
            "samples/formulary.csv",
        ];
        let output = rxlint(&arguments);
        let told = stdout(&output);
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(told.contains("formulary-missing-alert"), "{format}\n{told}");
        assert!(
            !told.contains("1970") && !told.contains("patient-0"),
            "{format}: no days and no patients\n{told}"
        );
    }
}

#[test]
fn fingerprints_hold_whatever_the_order_the_file_and_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(root().join("samples/formulary.csv")).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let header = lines.remove(0);
    lines.reverse();
    let path =
        written(folder.path(), "other.csv", &format!("{header}\n\n{}\n", lines.join("\r\n")));
    let prints = |arguments: &[&str]| -> Vec<String> {
        let (_, report) = run(arguments);
        ties_out(&report);
        let findings = report["findings"].as_array().unwrap().iter();
        // Which of two contradicting rows comes first is part of the message.
        let kept = findings.filter(|finding| finding["rule"] != "formulary-conflicting-entry");
        let mut prints: Vec<String> =
            kept.map(|finding| finding["fingerprint"].as_str().unwrap().to_owned()).collect();
        prints.sort();
        prints
    };
    let first = prints(&["--alerts", "samples/alerts.csv", "samples/formulary.csv"]);
    assert!(first.len() > 10);
    assert_eq!(first, prints(&["--alerts", "samples/alerts.csv", "--threads", "1", &path]));
    let mut unique = first.clone();
    unique.dedup();
    assert_eq!(unique, first, "no two findings share a fingerprint");
}

#[test]
fn what_was_found_once_can_be_a_baseline_and_what_is_accepted_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let formulary = root().join("samples/formulary.csv");
    let formulary = formulary.to_str().unwrap();
    let report =
        rxlint_in(folder.path(), &["formulary", "--isolated", "--format", "json", formulary]);
    written(folder.path(), "known.json", &stdout(&report));
    let again = rxlint_in(
        folder.path(),
        &["formulary", "--isolated", "--baseline", "known.json", formulary],
    );
    assert_eq!(again.status.code(), Some(0), "{}", stdout(&again));
    written(
        folder.path(),
        "rxlint.toml",
        "[[accept]]\nrule = \"formulary-invalid-code\"\nreason = \"mended next week\"\ndrugs = [\"oxycodone\"]\n",
    );
    let accepted = rxlint_in(folder.path(), &["formulary", "--format", "json", formulary]);
    let report: Value = serde_json::from_str(&stdout(&accepted)).unwrap();
    assert_eq!(report["summary"]["accepted"], 1, "{}", stderr(&accepted));
}

#[test]
fn the_configuration_serves_both_commands_without_mixing_them() {
    let folder = tempfile::tempdir().unwrap();
    written(
        folder.path(),
        "rxlint.toml",
        "alerts = \"table.csv\"\nignore = [\"cyp450-sensitive-overlap\", \"formulary-missing-reversal-agent\"]\n\n[columns]\npatient = \"MRN\"\n\n[formulary-columns]\ndrug = \"What\"\n\n[severity]\n\"formulary-missing-alert\" = \"low\"\n",
    );
    written(folder.path(), "table.csv", "a,b\nnaltrexone,morphine\n");
    written(
        folder.path(),
        "list.csv",
        "What,Tier\nnaltrexone 50 mg tablet,1\noxycodone 5 mg tablet,1\n",
    );
    let output = rxlint_in(folder.path(), &["formulary", "--format", "json", "list.csv"]);
    let report: Value =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    assert_eq!(found(&report), [("formulary-missing-alert".to_owned(), 2)]);
    assert_eq!(output.status.code(), Some(0), "low does not reach moderate");
}

#[test]
fn rules_of_one_command_are_not_those_of_the_other() {
    for (command, rule, file) in [
        ("check", "formulary-look-alike", "samples/claims.csv"),
        ("formulary", "recent-opioid", "samples/formulary.csv"),
    ] {
        let output = rxlint(&[command, "--isolated", "--select", rule, file]);
        assert_eq!(output.status.code(), Some(2), "nothing would be checked");
        assert!(stderr(&output).contains("has nothing to do"), "{}", stderr(&output));
    }
    let both = rxlint(&["check", "--isolated", "--format", "json", "samples/catalogue.csv"]);
    assert!(!stdout(&both).contains("\"formulary-"));
}

#[test]
fn how_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| written(folder.path(), name, text);
    let clean = file("clean.csv", "drug,tier\namoxicillin 500 mg,1\n");
    let empty = file("empty.csv", "drug,tier\n");
    let broken = file("broken.csv", "drug,tier\namoxicillin 500 mg,1\nonly one cell\n");
    let patients = file("patients.csv", "patient_id,drug,fill_date\nP1,naltrexone,2026-01-01\n");
    let table = file("table.csv", "one\nx\n");
    let nothing = folder.path().join("nothing");
    std::fs::create_dir(&nothing).unwrap();
    for (arguments, code) in [
        (vec![clean.as_str()], 0),
        (vec!["samples/formulary.csv"], 1),
        (vec!["--exit-zero", "samples/formulary.csv"], 0),
        (vec![patients.as_str()], 2),
        (vec!["no-such-file.csv"], 2),
        (vec!["--alerts", &table, &clean], 2),
        (vec!["--alerts", "no-such-file.csv", &clean], 2),
        (vec!["samples/../README.md"], 2),
        (vec![empty.as_str()], 3),
        (vec![nothing.to_str().unwrap()], 3),
        (vec![broken.as_str()], 3),
        (vec!["--max-rejects", "1", &broken], 0),
        (vec!["--expect-records", "2", &clean], 3),
        (vec!["--expect-records", "1", &clean], 0),
    ] {
        let output = rxlint(&[&["formulary", "--isolated"], &arguments[..]].concat());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn packed_files_and_standard_input_are_read_as_by_check() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drugs.json.gz");
    let mut packed = flate2::write::GzEncoder::new(
        std::fs::File::create(&path).unwrap(),
        flate2::Compression::default(),
    );
    packed
        .write_all(br#"[{"rxnorm_id":"7243","drug_name":"Amoxicillin 500 MG","plans":[{"plan_id":"A","drug_tier":"1"},{"plan_id":"B","drug_tier":"2"}]}]"#)
        .unwrap();
    packed.finish().unwrap();
    let (code, report) = run(&[path.to_str().unwrap()]);
    assert_eq!(
        (code, found(&report)),
        (Some(1), vec![("formulary-name-code-mismatch".to_owned(), 1)])
    );
    assert_eq!(report["summary"]["files"][0]["read"], 2);
    assert_eq!(report["findings"][0]["also"], 1);
}

#[test]
fn plans_on_one_line_of_json_are_distinguished() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"[{"rxnorm_id":"7243","drug_name":"naltrexone","plans":[{"plan_id":"A","drug_tier":"GENERIC","years":[2026]},{"plan_id":"A","drug_tier":"BRAND","years":[2026]},{"plan_id":"A","drug_tier":"OLD","years":[2025]}]}]"#;
    let (_, report) = run(&[&written(folder.path(), "drugs.json", text)]);
    let places = report["findings"][0]["places"].as_array().unwrap();
    let columns: Vec<usize> =
        places.iter().map(|place| place["column"].as_u64().unwrap() as usize).collect();
    assert_eq!(columns, [text.find("GENERIC").unwrap() + 1, text.find("BRAND").unwrap() + 1]);
    assert_eq!(found(&report).len(), 1);
}

#[test]
fn formulary_resources_of_fhir() {
    let folder = tempfile::tempdir().unwrap();
    let extension = |name: &str, value: &str| {
        format!(
            "{{\"url\":\"http://hl7.org/fhir/us/davinci-drug-formulary/StructureDefinition/usdf-{name}-extension\",{value}}}"
        )
    };
    let drug = |id: &str, code: &str, text: &str, tier: &str| {
        format!(
            "{{\"resource\":{{\"resourceType\":\"MedicationKnowledge\",\"id\":\"{id}\",\"status\":\"active\",\"extension\":[{},{}],\"code\":{{\"coding\":[{{\"system\":\"http://www.nlm.nih.gov/research/umls/rxnorm\",\"code\":\"{code}\",\"display\":\"{text}\"}}]}}}}}}",
            extension("PlanID", "\"valueString\":\"P1\""),
            extension(
                "DrugTierID",
                &format!("\"valueCodeableConcept\":{{\"coding\":[{{\"code\":\"{tier}\"}}]}}")
            ),
        )
    };
    let item = format!(
        "{{\"resource\":{{\"resourceType\":\"Basic\",\"code\":{{\"coding\":[{{\"code\":\"formulary-item\"}}]}},\"subject\":{{\"reference\":\"MedicationKnowledge/1\"}},\"extension\":[{}]}}}}",
        extension("FormularyReference", "\"valueReference\":{\"reference\":\"InsurancePlan/P1\"}")
    );
    let entries = [
        drug("1", "7243", "naltrexone 50 MG Oral Tablet", "generic"),
        drug("2", "7243", "naltrexone 50 MG Oral Tablet", "brand"),
        item,
    ];
    let text = format!("{{\"resourceType\":\"Bundle\",\"entry\":[\n{}\n]}}", entries.join(",\n"));
    let (_, report) = run(&[&written(folder.path(), "formulary.json", &text)]);
    assert_eq!(found(&report), [("formulary-conflicting-entry".to_owned(), 2)]);
    // An item without its drug is counted, and is not a fault of the list.
    assert_eq!(report["summary"]["files"][0]["unresolved"], 1);
    ties_out(&report);
}

#[test]
fn a_part_d_file_has_codes_and_no_names() {
    let folder = tempfile::tempdir().unwrap();
    let text = "FORMULARY_ID|FORMULARY_VERSION|CONTRACT_YEAR|RXCUI|NDC|TIER_LEVEL_VALUE|QUANTITY_LIMIT_YN|QUANTITY_LIMIT_AMOUNT|QUANTITY_LIMIT_DAYS|PRIOR_AUTHORIZATION_YN|STEP_THERAPY_YN|SELECTED_DRUG_YN\r\n\
                00026001|12|2026|1483744|68084029111|2|Y|120|30|N|N|N\r\n00026001|12|2026|9999991|99999012345|1|N| | |N|N|N\r\n\
                00026002|12|2026|1483744|68084029111|3|N|.|.|N|N|N\r\n";
    let (_, report) =
        run(&[&written(folder.path(), "basic drugs formulary file  20260131.txt", text)]);
    assert_eq!(found(&report), [("formulary-limit-above-maximum".to_owned(), 2)]);
    let file = &report["summary"]["files"][0];
    assert_eq!((file["read"].as_u64(), file["unresolved"].as_u64()), (Some(3), Some(1)));
    ties_out(&report);
}

/// The findings in every shared sample; docs/formulary.md explains each.
#[test]
fn the_shared_formularies() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("inputs/formulary");
    let (_, report) = run(&["--look-alikes", folder.to_str().unwrap()]);
    ties_out(&report);
    let mut told: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let place = &finding["places"][0];
            let path = place["path"].as_str().unwrap().rsplit('/').take(2).collect::<Vec<_>>();
            format!(
                "{}/{}:{} {}",
                path[1],
                path[0],
                place["line"],
                finding["rule"].as_str().unwrap()
            )
        })
        .collect();
    told.sort();
    // The tall-man pairs of which the file lists both names.
    let look_alikes = |file: &str| {
        told.iter()
            .filter(|told| told.contains(file) && told.ends_with("formulary-look-alike"))
            .count()
    };
    assert_eq!(
        (look_alikes("aehrc__pathling"), look_alikes("keguerrero8__Fillablerx2.0")),
        (7, 14)
    );
    told.retain(|told| !told.ends_with("formulary-look-alike"));
    assert_eq!(
        told,
        [
            "CMSgov__QHP-provider-formulary-APIs/drugs-1.json:9 formulary-conflicting-entry",
            "HL7-DaVinci__pdex-formulary-sample-data/qhp_drugs.json:3 formulary-invalid-code",
            "HL7-DaVinci__pdex-formulary-sample-data/qhp_drugs.json:33 formulary-invalid-code",
            "HL7-DaVinci__pdex-formulary-sample-data/qhp_drugs.json:63 formulary-invalid-code",
            "aehrc__pathling/medications.csv:112 formulary-name-code-mismatch",
        ]
    );
    for file in ["plans.json", "qhp_plans.json", "tests_badutf8.txt"] {
        assert!(
            report["summary"]["notes"].to_string().contains(file),
            "{file} is said to be left out"
        );
    }
    // Each alone gives the same, whatever is beside it.
    let pdex = folder.join("HL7-DaVinci__pdex-formulary-sample-data/qhp_drugs.json");
    assert_eq!(found(&run(&[pdex.to_str().unwrap()]).1).len(), 3);
}

/// Whatever it is given, the run ends, and every entry is counted once.
#[test]
fn no_shared_file_makes_it_panic() {
    let Some(shared) = shared() else { return };
    let engine = Engine::built_in().unwrap();
    let options = InputOptions { purpose: Purpose::Formulary, ..InputOptions::default() };
    let mut folders = vec![shared.join("inputs")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.metadata().unwrap().len() > 2 << 20 {
                continue;
            }
            let Ok(opened) = Input::open(std::slice::from_ref(&path), &options) else { continue };
            let Ok(outcome) =
                run::formulary::lint(&engine, &opened.inputs, None, &RunSettings::default())
            else {
                continue;
            };
            assert!(outcome.summary.files.iter().all(RecordCount::ties_out), "{}", path.display());
            for finding in &outcome.findings {
                assert!(
                    opened.inputs[0].reread(finding.places[0].row.place()).is_ok(),
                    "{}: {}",
                    path.display(),
                    finding.message
                );
            }
            opened.inputs[0].describe().render(str::to_owned, |_, text| text.to_owned());
            read += 1;
        }
    }
    println!("{read} files were read as lists of drugs");
    assert!(read > 10);
}

#[test]
fn an_older_list_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "now.csv",
        "drug,class\nnaltrexone 50 mg tablet,Opioid antagonists\nnaloxone nasal spray,Antidotes\n",
    );
    write("notes.csv", "when,what\nmonday,called the wholesaler\n");
    for older in ["notes.csv", "missing.csv", "/dev/zero"] {
        let output = common::rxlint_in(
            folder.path(),
            &["formulary", "--isolated", "now.csv", "--against", older],
        );
        assert_eq!(output.status.code(), Some(2), "{older}");
    }
}
