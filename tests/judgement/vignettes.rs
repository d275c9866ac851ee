//! The histories of `benches/vignettes`: what must be reported is reported, what is clinically fine raises nothing above low.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A line of `verdicts.tsv`.
struct Vignette {
    file: String,
    conditions: String,
    jurisdiction: String,
    verdict: String,
    findings: Vec<String>,
}

fn vignettes(folder: &Path) -> Vec<Vignette> {
    let text = fs::read_to_string(folder.join("verdicts.tsv")).unwrap();
    let cells =
        text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    cells
        .map(|cells| Vignette {
            file: cells[1].clone(),
            conditions: cells[2].clone(),
            jurisdiction: cells[3].clone(),
            verdict: cells[4].clone(),
            findings: cells[5].split(" or ").map(str::to_owned).collect(),
        })
        .collect()
}

/// Everything found in one run over the histories of a jurisdiction, by file: `severity rule`.
fn found(folder: &Path, some: &[&Vignette]) -> BTreeMap<String, Vec<String>> {
    let scratch = tempfile::tempdir().unwrap();
    let mut conditions = "patient,code,date\n".to_owned();
    for vignette in some.iter().filter(|vignette| !vignette.conditions.is_empty()) {
        let own = fs::read_to_string(folder.join("histories").join(&vignette.conditions)).unwrap();
        own.lines().skip(1).for_each(|line| writeln!(conditions, "{line}").unwrap());
    }
    let list = scratch.path().join("conditions.csv");
    fs::write(&list, conditions).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rxlint"))
        .current_dir(folder.join("histories"))
        .args([
            "check",
            "--isolated",
            "--format",
            "jsonl",
            "--jurisdiction",
            &some[0].jurisdiction,
            "--conditions",
        ])
        .arg(&list)
        .args(some.iter().map(|vignette| &vignette.file))
        .output()
        .unwrap();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let finding: serde_json::Value = serde_json::from_str(line).unwrap();
        if let (Some(path), Some(rule)) =
            (finding["places"][0]["path"].as_str(), finding["rule"].as_str())
        {
            let told = format!("{} {rule}", finding["severity"].as_str().unwrap());
            found.entry(path.to_owned()).or_default().push(told);
        }
    }
    found
}

#[test]
fn what_must_be_reported_is_reported_and_what_is_fine_is_not() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/vignettes");
    let all = vignettes(&folder);
    assert!(all.len() >= 300, "{} histories", all.len());
    let mut wrong = Vec::new();
    for jurisdiction in ["us", "uk", "eu"] {
        let some: Vec<&Vignette> = all.iter().filter(|v| v.jurisdiction == jurisdiction).collect();
        let found = found(&folder, &some);
        for vignette in some {
            let told = found.get(&vignette.file).map(Vec::as_slice).unwrap_or_default();
            let good = match vignette.verdict.as_str() {
                "must flag" => vignette.findings.iter().any(|wanted| meets(wanted, told)),
                "must not flag" => told.iter().all(|told| told.starts_with("low ")),
                _ => true,
            };
            if !good {
                wrong.push(format!(
                    "{}: {} {:?}, got {told:?}",
                    vignette.file, vignette.verdict, vignette.findings
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether `rule severity` is reported with at least that severity; without a severity, at least moderate.
fn meets(wanted: &str, told: &[String]) -> bool {
    let rank =
        |severity: &str| ["low", "moderate", "high"].iter().position(|known| *known == severity);
    let (rule, least) = wanted.split_once(' ').unwrap_or((wanted, "moderate"));
    told.iter()
        .filter_map(|told| told.split_once(' '))
        .any(|(severity, said)| said == rule && rank(severity) >= rank(least))
}
