//! Every format on the samples: as it looks, and as others read it.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::collections::BTreeSet;

use crate::common::{check, check_all, formats, root, rxlint};
use rxlint_report::Format;
use serde_json::Value;

const CLAIMS: &str = "samples/claims.csv";
const BROKEN: &str = "samples/broken-row.csv";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// What changes with every release and every rule is left out of snapshots.
fn steady(text: &str, digest: &str) -> String {
    text.replace(digest, "[digest]")
        .replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"[version]\"")
}

#[test]
fn every_format_on_the_claims() {
    let mut told = check_all(&[CLAIMS]);
    told.remove("stderr");
    assert_eq!(told.len(), formats().len());
    // The list of rules would change with every word of a rule, the page with every colour.
    let mut sarif = json(&told["sarif"]);
    sarif["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap().truncate(1);
    told.insert("sarif", serde_json::to_string_pretty(&sarif).unwrap());
    let page = &told["html"];
    let begin = page.find("<section class=\"patient\"").unwrap();
    let patient =
        page[begin..begin + page[begin..].find("</section>").unwrap()].replace("><", ">\n<");
    told.insert("html", patient);
    // For the workbook, the text of its cells.
    let book = &told["xlsx"];
    let texts = book[book.find("<sst").unwrap()..book.find("</sst>").unwrap()]
        .replace("</t></si><si><t>", "\n");
    told.insert("xlsx", texts);
    let digest = json(&told["json"])["rules"]["digest"].as_str().unwrap().to_owned();
    for (format, text) in &told {
        insta::assert_snapshot!(format!("claims.{format}"), steady(text, &digest));
    }
}

#[test]
fn every_format_without_dates_or_patients() {
    let told = check_all(&[CLAIMS, "--phi", "mask", "--dates", "relative"]);
    for (format, text) in &told {
        assert!(!text.contains("2026-") && !text.contains("P00"), "{format}");
    }
    insta::assert_snapshot!("masked.full", told["full"]);
}

#[test]
fn an_incomplete_run_says_so_in_every_format() {
    for (format, text) in check_all(&[BROKEN]) {
        let text = text.to_lowercase();
        assert!(
            text.contains("incomplete")
                || text.contains("\"complete\": false")
                || text.contains("\"complete\":false"),
            "{format}: {text}"
        );
    }
    // Silence never means safe: all four counts, even if nothing was found.
    for (format, text) in check_all(&["samples/clean.csv"]) {
        for word in ["read", "checked", "inactive", "unresolved", "rejected"] {
            assert!(text.contains(word), "{format} without {word}: {text}");
        }
    }
}

/// `docs/reports.md` has a row for each format, which says what it shows of a patient.
#[test]
fn every_format_is_documented() {
    let page = std::fs::read_to_string(root().join("docs/reports.md")).unwrap();
    for format in Format::all() {
        let name = format!("`{}`", format.name());
        let lists = |line: &&str| line.split('|').nth(1).is_some_and(|cell| cell.contains(&name));
        let row = page.lines().find(lists);
        let row = row.unwrap_or_else(|| panic!("docs/reports.md has no row for {name}"));
        let shows = if format.about().leaves_site { "| code |" } else { "| identifier |" };
        assert!(row.ends_with(shows), "{row}");
    }
}

#[test]
fn reports_are_what_standard_output_would_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = |format: &str| folder.path().join(format);
    let reports: Vec<String> =
        formats().iter().map(|format| format!("{format}={}", path(format).display())).collect();
    let mut args = vec!["check", "--isolated", CLAIMS, "--quiet", "--format", "concise"];
    reports.iter().for_each(|report| args.extend(["--report", report]));
    let output = rxlint(&args);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    for format in formats() {
        if matches!(format, "json" | "sarif" | "html") {
            assert_eq!(
                std::fs::read_to_string(path(format)).unwrap(),
                check(format, &[CLAIMS]),
                "{format}"
            );
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                std::fs::metadata(path(format)).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), formats().len());
}

#[test]
fn a_report_that_cannot_be_written_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("claims.csv");
    std::fs::copy(CLAIMS, &input).unwrap();
    let input = input.to_str().unwrap();
    let same = format!("json={}", folder.path().join("a").display());
    for reports in [
        vec!["json=no/such/folder/a"],
        vec!["xml=a"],
        vec!["json"],
        vec!["json="],
        vec!["json=-"],
        vec![&same, &same],
        vec![&format!("csv={input}")],
    ] {
        let mut args = vec!["check", "--isolated", input];
        reports.iter().for_each(|report| args.extend(["--report", report]));
        let output = rxlint(&args);
        assert_eq!(output.status.code(), Some(2), "{reports:?}");
        assert!(output.stdout.is_empty());
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            told.contains(
                reports[0].split_once('=').map_or(reports[0], |(format, path)| if path.len() > 1 {
                    path
                } else {
                    format
                })
            ),
            "{told}"
        );
    }
    assert_eq!(std::fs::read(input).unwrap(), std::fs::read(CLAIMS).unwrap());
}

/// Validates, and checks that the schema does not accept everything.
fn validate(schema: &str, document: &Value) {
    let schema = json(&std::fs::read_to_string(format!("tests/schemas/{schema}")).unwrap());
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(document)
        .take(5)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut wrong = document.clone();
    wrong["nonsense"] = true.into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn sarif_is_valid() {
    for args in [
        &["samples/catalogue.csv", "--phi", "show"][..],
        &["samples/clean.csv", "--dates", "relative"],
    ] {
        validate("sarif-2.1.0.json", &json(&check("sarif", args)));
    }
    let sarif = json(&check("sarif", &[CLAIMS, BROKEN]));
    validate("sarif-2.1.0.json", &sarif);
    let run = &sarif["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(
        json(&check("sarif", &[CLAIMS]))["runs"][0]["invocations"][0]["executionSuccessful"],
        true
    );
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let results = run["results"].as_array().unwrap();
    assert!(results.windows(2).all(|pair| rank(&pair[0]) >= rank(&pair[1])));
    for result in results {
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], CLAIMS);
        assert_eq!(location["artifactLocation"]["uriBaseId"], "SRCROOT");
        assert_eq!(result["partialFingerprints"]["rxlint/v1"].as_str().unwrap().len(), 32);
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
}

fn rank(result: &Value) -> usize {
    ["note", "warning", "error"].iter().position(|level| result["level"] == *level).unwrap()
}

#[test]
fn sarif_columns_count_characters() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("März 1.csv");
    let rows = "patient,city,drug,quantity,days_supply,fill_date\nP1,Köln,oxycodone 5 mg tablet,42,7,2026-03-01\nP1,Köln,naltrexone 50 mg tablet,30,30,2026-03-05\n";
    std::fs::write(&path, rows).unwrap();
    let sarif = json(&check("sarif", &[path.to_str().unwrap()]));
    let location = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        location["region"],
        serde_json::json!({ "startLine": 3, "startColumn": 9, "endColumn": 32 })
    );
    let uri = location["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.ends_with("/M%C3%A4rz%201.csv") && !uri.starts_with('/'), "{uri}");
}

#[test]
fn fhir_is_valid() {
    for more in [&[][..], &["--phi", "mask", "--dates", "relative"]] {
        let bundle =
            json(&check("fhir", &[&[CLAIMS, BROKEN, "samples/catalogue.csv"], more].concat()));
        validate("fhir-r4-bundle.json", &bundle);
        let entries = bundle["entry"].as_array().unwrap();
        let urls: BTreeSet<&str> =
            entries.iter().map(|entry| entry["fullUrl"].as_str().unwrap()).collect();
        assert_eq!(urls.len(), entries.len());
        assert_eq!(entries[0]["resource"]["resourceType"], "OperationOutcome");
        assert!(
            entries[1..].iter().all(|entry| entry["resource"]["resourceType"] == "DetectedIssue")
        );
    }
}

#[test]
fn junit_is_what_another_library_reads() {
    let text = check("junit", &[CLAIMS, BROKEN]);
    let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
    let names: Vec<&str> = report.test_suites.iter().map(|suite| suite.name.as_str()).collect();
    assert_eq!(names, [CLAIMS, BROKEN, "rxlint"]);
    let rules =
        String::from_utf8(rxlint(&["rules", "--format", "json", "--isolated"]).stdout).unwrap();
    let rules = json(&rules);
    let rules = rules.as_array().unwrap().iter().filter(|rule| rule["kind"] != "formulary").count();
    let mut failures = 0;
    for suite in &report.test_suites[..2] {
        assert_eq!(suite.test_cases.len(), rules);
        failures += suite
            .test_cases
            .iter()
            .filter(|case| matches!(case.status, quick_junit::TestCaseStatus::NonSuccess { .. }))
            .count();
    }
    assert_eq!(report.failures, failures);
    assert_eq!((report.errors, report.tests), (1, 2 * rules + 1));
}

#[test]
fn csv_has_one_row_per_finding() {
    let text = check("csv", &[CLAIMS]);
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let findings = json(&check("json", &[CLAIMS]))["findings"].as_array().unwrap().len();
    assert_eq!(rows.iter().filter(|row| &row[0] == "finding").count(), findings);
    assert_eq!(rows.iter().filter(|row| &row[0] == "summary").count(), 1);
}

#[test]
fn csv_contains_no_formula() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    let mut rows = "patient,drug,quantity,days_supply,fill_date\n".to_owned();
    for patient in ["=cmd|' /C calc'!A0", "+1", "-17", "@x"] {
        rows.push_str(&format!("{patient},oxycodone 5 mg tablet,42,7,2026-03-01\n{patient},naltrexone 50 mg tablet,30,30,2026-03-05\n"));
    }
    std::fs::write(&path, rows).unwrap();
    let text = check("csv", &[path.to_str().unwrap()]);
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let mut guarded = 0;
    for row in table.records().map(Result::unwrap) {
        assert!(
            row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])),
            "{row:?}"
        );
        guarded += row.iter().filter(|cell| cell.starts_with('\'')).count();
    }
    assert_eq!(guarded, 4);
}

#[test]
fn github_commands_cannot_be_forged() {
    let text = check("github", &[CLAIMS]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines.iter().all(|line| ["::error ", "::warning ", "::notice "]
            .iter()
            .any(|command| line.starts_with(command))),
        "{text}"
    );
    assert!(lines.last().unwrap().starts_with("::notice title=rxlint::"));
}

#[test]
fn gitlab_fingerprints_differ() {
    let issues = json(&check("gitlab", &[CLAIMS, "samples/catalogue.csv"]));
    let issues = issues.as_array().unwrap();
    let prints: BTreeSet<&str> =
        issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), issues.len());
    for issue in issues {
        assert!(
            ["info", "minor", "major", "critical", "blocker"]
                .contains(&issue["severity"].as_str().unwrap())
        );
        assert!(
            issue["location"]["lines"]["begin"].as_u64().unwrap() > 0
                && issue["description"].is_string()
        );
    }
}
