//! The same prescriptions as forty systems and eight languages write them: the same findings, whatever the column names; and if the columns say
//! nothing, a refusal with the option that helps.
#![allow(clippy::unwrap_used, reason = "a helper of a test may panic as a test may")]

use crate::common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use crate::common::{stderr, stdout};

const DIALECTS: &str = include_str!("dialects.txt");

/// Patient, drug, day in March 2026 (or before it), days, quantity, birth year. A day above 12 in every file shows which number is the month.
const FILLS: [(&str, &str, &str, u32, u32, &str); 9] = [
    ("4000101", "oxycodone", "2026-03-01", 30, 90, "1961"),
    ("4000101", "naltrexone", "2026-03-05", 30, 30, "1961"),
    ("4000102", "oxycodone", "2026-02-01", 7, 28, "1970"),
    ("4000102", "naltrexone", "2026-03-25", 30, 30, "1970"),
    ("4000103", "tramadol", "2026-03-01", 10, 30, "1980"),
    ("4000103", "naltrexone", "2026-03-16", 30, 30, "1980"),
    ("4000104", "naltrexone", "2026-03-13", 28, 28, "2012"),
    ("4000105", "lisinopril", "2026-03-17", 90, 90, "1955"),
    ("4000105", "metformin", "2026-03-17", 90, 180, "1955"),
];

/// The drug as written in that language.
fn drug(name: &str, language: &str) -> String {
    let at = ["de", "fr", "es", "pt", "it", "nl", "pl"].iter().position(|known| *known == language);
    let (en, others, strength) = match name {
        "oxycodone" => (
            "Oxycodone HCl",
            [
                "Oxycodon",
                "Oxycodone",
                "Oxicodona",
                "Oxicodona",
                "Ossicodone",
                "Oxycodon",
                "Oxycodone",
            ],
            5,
        ),
        "naltrexone" => (
            "Naltrexone HCl",
            [
                "Naltrexon",
                "Naltrexone",
                "Naltrexona",
                "Naltrexona",
                "Naltrexone",
                "Naltrexon",
                "Naltrexone",
            ],
            50,
        ),
        "tramadol" => (
            "Tramadol HCl",
            ["Tramadol", "Tramadol", "Tramadol", "Tramadol", "Tramadolo", "Tramadol", "Tramadol"],
            50,
        ),
        "lisinopril" => ("Lisinopril", ["Lisinopril"; 7], 10),
        _ => ("Metformin", ["Metformin"; 7], 500),
    };
    let tablet =
        ["Tabletten", "comprimé", "comprimido", "comprimido", "compressa", "tablet", "tabletki"];
    match at {
        Some(at) => format!("{} {strength} mg {}", others[at], tablet[at]),
        None => format!("{en} {strength} mg tablet"),
    }
}

/// A day in the dialect's form.
fn day(iso: &str, dates: &str) -> String {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let (y, m, d) = (&iso[..4], &iso[5..7], &iso[8..]);
    match dates {
        "us" => format!("{m}/{d}/{y}"),
        "dots" => format!("{d}.{m}.{y}"),
        "slashes" => format!("{d}/{m}/{y}"),
        "dashes" => format!("{d}-{m}-{y}"),
        "compact" => format!("{y}{m}{d}"),
        "sas" => format!("{d}{}{y}", MONTHS[m.parse::<usize>().unwrap() - 1]),
        _ => iso.to_owned(),
    }
}

struct Dialect {
    name: String,
    language: String,
    separator: char,
    dates: String,
    columns: Vec<(String, String)>,
}

fn dialects() -> Vec<Dialect> {
    let lines = DIALECTS.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let parts: Vec<&str> = line.splitn(5, '|').map(str::trim).collect();
            let column = |pair: &str| {
                let (field, header) = pair.trim().split_once('=').unwrap();
                (field.to_owned(), header.to_owned())
            };
            Dialect {
                name: parts[0].to_owned(),
                language: parts[1].to_owned(),
                separator: match parts[2] {
                    "pipe" => '|',
                    "tab" => '\t',
                    "semicolon" => ';',
                    other => other.chars().next().unwrap(),
                },
                dates: parts[3].to_owned(),
                columns: parts[4].split(';').map(column).collect(),
            }
        })
        .collect()
}

impl Dialect {
    /// The export, under its own headers or other ones.
    fn export(&self, header: impl Fn(usize, &str) -> String) -> String {
        let separator = self.separator.to_string();
        let headers: Vec<String> =
            self.columns.iter().enumerate().map(|(at, (_, name))| header(at, name)).collect();
        let mut text = format!("{}\n", headers.join(&separator));
        for (row, (patient, name, on, days, quantity, born)) in FILLS.into_iter().enumerate() {
            let cell = |(field, _): &(String, String)| match field.as_str() {
                "patient" => patient.to_owned(),
                "drug" => drug(name, &self.language),
                "fill_date" => day(on, &self.dates),
                "days_supply" => days.to_string(),
                "quantity" => quantity.to_string(),
                "birth_date" => day(&format!("{born}-05-05"), &self.dates),
                _ => format!("Z{row}"),
            };
            let cells: Vec<String> = self.columns.iter().map(cell).collect();
            text += &format!("{}\n", cells.join(&separator));
        }
        text
    }

    fn has(&self, field: &str) -> bool {
        self.columns.iter().any(|(known, _)| known == field)
    }
}

fn check(folder: &Path, text: &str, options: &[&str]) -> Output {
    let path = folder.join("export.csv");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    common::rxlint(&[&["check", "--isolated", path, "--format", "jsonl"], options].concat())
}

/// `patient rule` for every finding that is worth a look.
fn findings(output: &Output) -> BTreeSet<String> {
    let lines = stdout(output);
    let values = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    values
        .filter(|value| value["type"] == "finding")
        .map(|value| {
            format!("{} {}", value["patient"].as_str().unwrap(), value["rule"].as_str().unwrap())
        })
        .collect()
}

/// What a pharmacist would find in these fills.
fn expected(dialect: &Dialect) -> BTreeSet<String> {
    let mut expected = BTreeSet::from([
        "4000101 opioid-antagonist-overlap".to_owned(),
        "4000103 recent-opioid".to_owned(),
    ]);
    if dialect.has("birth_date") {
        expected.insert("4000104 naltrexone-under-18".to_owned());
    }
    expected
}

#[test]
fn the_same_prescriptions_give_the_same_findings_in_every_dialect() {
    let folder = tempfile::tempdir().unwrap();
    let (mut wanted, dialects) = (BTreeSet::new(), dialects());
    for (number, dialect) in dialects.iter().enumerate() {
        // Different people in every file, so that one run can read all of them.
        let own = |text: &str| text.replace("40001", &format!("4{:04}", number + 100));
        let text = own(&dialect.export(|_, name| name.to_owned()));
        std::fs::write(folder.path().join(format!("{}.csv", dialect.name)), text).unwrap();
        wanted.extend(expected(dialect).iter().map(|finding| own(finding)));
    }
    let path = folder.path().to_str().unwrap();
    let output = common::rxlint(&["check", "--isolated", path, "--format", "jsonl"]);
    let found = findings(&output);
    let missed: Vec<_> = wanted.difference(&found).collect();
    let more: Vec<_> = found.difference(&wanted).collect();
    assert!(missed.is_empty() && more.is_empty(), "{missed:?}\n{more:?}\n{}", stderr(&output));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

#[test]
fn headers_that_say_nothing_are_never_passed_over_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    for dialect in dialects().iter().filter(|dialect| dialect.language == "en").step_by(4) {
        let text = dialect.export(|at, _| format!("F{at}X"));
        let output = check(folder.path(), &text, &[]);
        let said = stderr(&output);
        let told = match output.status.code() {
            // Refused, with an option that names columns.
            Some(2) => said.contains("--columns "),
            // Understood by content, or incomplete because of what was not.
            Some(1 | 3) => {
                findings(&output).is_superset(&expected(dialect)) || said.contains("--columns ")
            }
            _ => false,
        };
        assert!(told, "{}: exit {:?}\n{said}", dialect.name, output.status.code());
    }
}

#[test]
fn titles_above_the_header_and_page_breaks_are_not_records() {
    let folder = tempfile::tempdir().unwrap();
    for dialect in dialects().iter().filter(|dialect| !dialect.has("birth_date")).take(3) {
        let table = dialect.export(|_, name| name.to_owned());
        let (header, rows) = table.split_once('\n').unwrap();
        let (first, second) = rows.split_at(rows.match_indices('\n').nth(3).unwrap().0 + 1);
        let page = |number: u32| format!("Dispensing report\nPage {number} of 2\n\n{header}\n");
        let text = format!("{}{first}{}{second}", page(1), page(2));
        let output = check(folder.path(), &text, &[]);
        assert_eq!(findings(&output), expected(dialect), "{}: {}", dialect.name, stderr(&output));
        assert!(
            stderr(&output).contains("9 records read") || stdout(&output).contains("\"read\":9")
        );
    }
}

#[test]
fn a_table_without_a_header_is_read_by_the_numbers_that_are_proposed() {
    let folder = tempfile::tempdir().unwrap();
    let dialect = &dialects()[0];
    let table = dialect.export(|_, name| name.to_owned());
    let rows = table.split_once('\n').unwrap().1;
    let refused = check(folder.path(), rows, &[]);
    assert_eq!(refused.status.code(), Some(2));
    let said = stderr(&refused);
    let option = said.split("--no-header --columns ").nth(1).unwrap();
    assert!(option.starts_with("patient=1,drug=3,fill_date=4`"), "{said}");
    // Without a header, it is unclear which of the two counts days.
    assert!(said.contains("columns 5 and 6 hold small numbers"), "{said}");
    let output = check(
        folder.path(),
        rows,
        &["--no-header", "--columns", "patient=1,drug=3,fill_date=4,days_supply=5,birth_date=7"],
    );
    assert_eq!(findings(&output), expected(dialect), "{}", stderr(&output));
}

#[test]
fn a_person_is_known_by_several_columns_if_configured() {
    let folder = tempfile::tempdir().unwrap();
    let text = "Last,First,DOB,drug_name,fill_date,days_supply\n\
                Roe,Ann,1960-01-01,Oxycodone 5 mg tablet,2026-03-01,30\n\
                Roe,Ann,1960-01-01,Naltrexone 50 mg tablet,2026-03-05,30\n\
                Roe,Ann,1988-02-02,Naltrexone 50 mg tablet,2026-03-05,30\n";
    let refused = check(folder.path(), text, &[]);
    assert!(stderr(&refused).contains("--columns patient=Last+First+DOB"), "{}", stderr(&refused));
    let output = check(folder.path(), text, &["--columns", "patient=Last+First+DOB"]);
    assert_eq!(findings(&output).len(), 1, "{}", stderr(&output));
}

#[test]
fn two_sites_layouts_go_through_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "north/a.csv",
        "K1,K2,K3,K4,K5\nP1,Oxycodone 5 mg tablet,2026-03-01,1,Z9\nP1,Naltrexone 50 mg tablet,2026-03-05,4,ok\n",
    );
    write(
        "south/b.csv",
        "P2;Oxycodone 5 mg tablet;01.03.2026;30\nP2;Naltrexone 50 mg tablet;05.03.2026;30\n",
    );
    write("README.txt", "These are the exports of two sites.\n");
    write(
        "rxlint.toml",
        "[[profile]]\npath = \"north/*.csv\"\ndays-unit = \"weeks\"\n\
         [profile.columns]\npatient = \"K1\"\ndrug = \"K2\"\nfill_date = \"K3\"\ndays_supply = \"K4\"\nstatus = \"K5\"\n\
         [profile.status]\nZ9 = \"cancelled\"\n\
         [[profile]]\npath = \"south/*\"\nno-header = true\n\
         [profile.columns]\npatient = \"1\"\ndrug = \"2\"\nfill_date = \"3\"\ndays_supply = \"4\"\n",
    );
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let output =
        common::rxlint(&["check", &at(""), "--config", &at("rxlint.toml"), "--format", "jsonl"]);
    assert_eq!(
        findings(&output),
        BTreeSet::from(["P2 opioid-antagonist-overlap".to_owned()]),
        "{}",
        stderr(&output)
    );
}

#[test]
fn init_proposes_a_profile_for_what_is_not_understood() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("good.csv", "patient_id,drug,fill_date,days_supply\nP1,Naltrexone 50 mg,2026-03-05,30\n");
    write("odd.csv", "K1,K2,K3\nP1,Oxycodone 5 mg,2026-03-01\nP2,Naltrexone 50 mg,2026-03-05\n");
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let output =
        common::rxlint(&["init", &at("good.csv"), &at("odd.csv"), "--output", &at("new.toml")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = std::fs::read_to_string(folder.path().join("new.toml")).unwrap();
    let profile = text.split("[[profile]]").last().unwrap();
    assert!(
        profile.contains("path = \"odd.csv\"") && profile.contains("drug = \"2\""),
        "{profile}"
    );
    assert!(profile.contains("# patient = \"\"   # which column?"), "{profile}");
    let dry = common::rxlint(&["check", "--isolated", "--dry-run", &at("odd.csv")]);
    assert_eq!(dry.status.code(), Some(3));
    assert!(stdout(&dry).contains("--columns "), "{}", stdout(&dry));
}

/// An eight-digit PZN has the shape of an NDC that lost its zeros: here that of a morphine product.
#[test]
fn a_column_that_names_a_national_code_system_has_no_ndc() {
    let folder = tempfile::tempdir().unwrap();
    for header in ["PZN", "codice_aic", "CIP7", "HPK", "codigo_nacional"] {
        let text = format!(
            "patient_id,fill_date,drug_name,{header},quantity,days_supply\n\
             P1,2026-03-02,Ramipril 5 mg,54023525,30,30\n\
             P1,2026-03-02,,54023525,30,30\n\
             P1,2026-03-02,Naltrexon 50 mg,,30,30\n"
        );
        let output = check(folder.path(), &text, &[]);
        assert!(findings(&output).is_empty(), "{header}: {}", stdout(&output));
    }
}
