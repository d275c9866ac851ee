//! Whole tables, and how a check of them must end.

use super::{rxlint, stderr, stdout};

/// How the check of a table must end, and which rules must or must not fire.
pub(crate) struct Expected {
    pub(crate) codes: &'static [i32],
    pub(crate) fires: &'static [&'static str],
    pub(crate) is_quiet: &'static [&'static str],
}

pub(crate) const OVERLAP: &str = "opioid-antagonist-overlap";

pub(crate) const FOUND: Expected = Expected { codes: &[1], fires: &[OVERLAP], is_quiet: &[] };
pub(crate) const ASKED: Expected = Expected { codes: &[3], fires: &[], is_quiet: &[] };
pub(crate) const CLEAN: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[OVERLAP] };

/// The exit code of a check of that table with these options, its findings, and its other messages.
pub(crate) fn told(table: &[u8], options: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = folder.path().join("export.csv");
    std::fs::write(&path, table).expect("there is room for a table");
    let path = path.to_str().expect("the path of a folder for tests is text");
    let output = rxlint(&[&["check", "--isolated"], options, &[path]].concat());
    let code = output.status.code().expect("the program ends by itself");
    (code, stdout(&output), stderr(&output))
}

/// The exit code of a check of that table, and the rules that fired.
pub(crate) fn check(table: &str) -> (i32, String) {
    let (code, findings, _) = told(table.as_bytes(), &["--format", "jsonl"]);
    (code, findings)
}

pub(crate) fn expect(name: &str, table: &str, expected: &Expected) {
    let (code, findings) = check(table);
    assert!(expected.codes.contains(&code), "{name}: exit code {code}\n{table}\n{findings}");
    let fired = |rule: &&str| findings.contains(&format!("\"rule\":\"{rule}\""));
    for rule in expected.fires {
        assert!(fired(rule), "{name}: {rule} did not fire\n{table}");
    }
    for rule in expected.is_quiet {
        assert!(!fired(rule), "{name}: {rule} fired\n{table}");
    }
}

/// A table with an interacting pair among other records; `cells` changes the oxycodone's cells: patient, day, code, drug, status.
pub(crate) fn pair(cells: impl Fn([&str; 5]) -> [String; 5]) -> String {
    let mut table = "patient_id,fill_date,ndc,drug_name,quantity,days_supply,status\n\
        MRN40011,2026-03-01,68180051301,Lisinopril 10 mg Tablet,30,30,PAID\n\
        MRN40012,2026-03-02,00093104801,Metformin 500 mg Tablet,60,30,PAID\n\
        MRN40777,2026-03-05,00406117003,Naltrexone HCl 50 MG Oral Tablet,30,30,PAID\n"
        .to_owned();
    let [patient, day, code, drug, status] =
        cells(["MRN40777", "2026-03-12", "00406055201", "Oxycodone HCl 5 MG Tablet", "PAID"]);
    table.push_str(&format!("{patient},{day},{code},{drug},42,7,{status}\n"));
    table
}
