//! An export is edited as people and systems edit exports, and no finding is lost silently: it remains, or the run is incomplete or refused, or a
//! finding about the record says what is wrong with it.
//!
//! `RXLINT_EDITS=100000 cargo test --release --test silence edited_exports` makes more edits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use std::collections::BTreeMap;

use rxlint::run::{self, RunSettings};
use rxlint_engine::engine::{Engine, Pack, Settings};
use rxlint_input::{Input, InputOptions};
use rxlint_model::finding::Finding;
use rxlint_model::finding::fingerprint::PatientKey;

/// The number of edits, unless set in the environment.
const EDITS: u64 = 1_500;

/// A table as rows of cells, the header first.
type Table = Vec<Vec<String>>;

/// A generator of numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % below.max(1)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }
}

/// The exports to edit: a pharmacy's, a payer's claims by code, and a hospital's.
fn exports() -> Vec<Table> {
    let table = |text: &str| -> Table {
        text.lines()
            .map(|line| line.split(',').map(|cell| cell.trim().to_owned()).collect())
            .collect()
    };
    vec![
        table(
            "patient_id,drug_name,fill_date,days_supply,quantity,status,prescriber,notes
            P101,Oxycodone HCl 5 mg tablet,2026-03-01,30,120,Paid,D17,after surgery
            P101,Naltrexone 50 mg tablet,2026-03-13,30,30,Paid,D20,
            P102,Methadone 10 mg tablet,2026-03-15,28,84,Paid,D17,
            P102,Naltrexone 50 mg tablet,2026-03-25,30,30,Paid,D20,
            P103,Lisinopril 10 mg tablet,2026-03-02,90,90,Paid,D21,
            P103,Metformin 500 mg tablet,2026-03-14,90,180,Paid,D21,with meals
            P104,Sertraline 50 mg tablet,2026-03-16,30,30,Reversed,D22,
            P104,Tramadol 50 mg tablet,2026-03-17,14,56,Paid,D23,
            P104,Naltrexone 50 mg tablet,2026-03-20,30,30,Paid,D23,",
        ),
        table(
            "member_id,ndc,service_date,days_supply,qty,claim_status
            A7781,00406055201,2026-04-01,30,120,P
            A7781,00406117003,2026-04-14,30,30,P
            A9912,00406055201,2026-04-02,14,56,P
            A9912,00406117003,2026-04-13,30,30,P
            A9913,00093101001,2026-04-15,30,30,P
            A9914,00093101001,2026-04-16,30,30,R",
        ),
        table(
            "MRN,Medication,Start Date,End Date,Dose,Route,Ward
            700112,Morphine sulfate 15 mg tablet,2026-05-01,2026-05-20,15 mg,PO,3A
            700112,Naltrexone 50 mg tablet,2026-05-14,2026-06-14,50 mg,PO,3A
            700113,Ceftriaxone 1 g vial,2026-05-02,2026-05-09,1 g,IV,ICU
            700114,Hydromorphone 2 mg tablet,2026-05-03,2026-05-25,2 mg,PO,3B
            700114,Naltrexone 50 mg tablet,2026-05-19,2026-06-19,50 mg,PO,3B",
        ),
    ]
}

/// The result for an export.
enum Judged {
    /// Refused or incomplete.
    Aloud,
    /// The patients with an interaction, and those with a finding about a record.
    Findings(Vec<PatientKey>, Vec<PatientKey>),
}

fn judge(engine: &Engine, bytes: Vec<u8>) -> Judged {
    let Ok(input) = Input::memory(0, "export.csv", bytes, &InputOptions::default()) else {
        return Judged::Aloud;
    };
    let Ok(outcome) = run::lint(engine, &[input], &[], &RunSettings::default()) else {
        return Judged::Aloud;
    };
    if !outcome.summary.is_complete() {
        return Judged::Aloud;
    }
    // An overlap that becomes a short gap is still reported.
    let is_pair = |finding: &&Finding| {
        finding.rule.id.contains("overlap") || finding.rule.id.starts_with("recent-")
    };
    let (pairs, records): (Vec<&Finding>, Vec<&Finding>) =
        outcome.findings.iter().partition(is_pair);
    let patients =
        |findings: Vec<&Finding>| findings.iter().map(|finding| finding.patient).collect();
    Judged::Findings(patients(pairs), patients(records))
}

/// Makes one edit; returns its name, for a message.
fn edit(table: &mut Table, dice: &mut Dice) -> (&'static str, Option<Vec<u8>>) {
    let columns = table[0].len();
    let rows = table.len();
    let (one, other) = (dice.roll(columns), dice.roll(columns));
    let row = 1 + dice.roll(rows - 1);
    let drug = drug_column(table);
    match dice.roll(15) {
        0 => {
            table.iter_mut().skip(1).for_each(|row| row[one].clear());
            ("blank a column", None)
        }
        1 => {
            let names = ["zq", "field 7", "COL_X", "val", "x1", "Spalte", "données", "n/a"];
            table[0][one] = (*dice.pick(&names)).to_owned();
            ("rename a column", None)
        }
        2 => {
            table.iter_mut().skip(1).for_each(|row| row.swap(drug, one));
            ("swap the drug with another column", None)
        }
        3 => {
            for row in table.iter_mut() {
                let cell = row.remove(one);
                row.insert(other.min(row.len()), cell);
            }
            ("move a column", None)
        }
        4 => {
            if one != drug {
                let cell = std::mem::take(&mut table[row][drug]);
                table[row][one] = cell;
            }
            ("put a drug into another column", None)
        }
        5 => {
            let other = 1 + dice.roll(rows - 1);
            let both = format!("{}; {}", table[row][drug], table[other][drug]);
            table[row][drug] = both;
            ("list two drugs in a cell", None)
        }
        6 => {
            let mut letters: Vec<char> = table[row][drug].chars().collect();
            let at = 1 + dice.roll(6);
            if letters.len() > at + 1
                && letters[at].is_alphabetic()
                && letters[at + 1].is_alphabetic()
            {
                letters.swap(at, at + 1);
            }
            table[row][drug] = letters.into_iter().collect();
            ("misspell a name", None)
        }
        7 => {
            let translated = [
                ("Oxycodone", "Oxycodon"),
                ("Naltrexone", "Naltrexon"),
                ("Methadone", "Metadona"),
                ("Tramadol", "Трамадол"),
                ("Morphine sulfate", "Morphinsulfat"),
                ("Hydromorphone", "hidromorfona"),
            ];
            for (from, to) in translated {
                table[row][drug] = table[row][drug].replace(from, to);
            }
            ("translate a name", None)
        }
        8 => {
            table[row][drug] = table[row][drug].replace(' ', "");
            ("glue a name", None)
        }
        9 => {
            let forms: [fn(&str, &str, &str) -> String; 5] = [
                |y, m, d| format!("{d}.{m}.{y}"),
                |y, m, d| format!("{m}/{d}/{y}"),
                |y, m, d| format!("{y}{m}{d}"),
                |y, m, d| format!("{y}-{m}-{d} 10:30:00"),
                |y, m, d| format!("{y}/{m}/{d}"),
            ];
            let form = dice.pick(&forms);
            for row in table.iter_mut().skip(1) {
                for cell in row.iter_mut() {
                    if let [y, m, d] = cell.split('-').collect::<Vec<_>>()[..]
                        && y.len() == 4
                    {
                        *cell = form(y, m, d);
                    }
                }
            }
            ("change the form of the dates", None)
        }
        10 => {
            let titles =
                ["Dispensing report", "Printed 2026-06-30", "Central Pharmacy, Springfield"];
            let above: String =
                titles.iter().take(1 + dice.roll(3)).map(|title| format!("{title}\n")).collect();
            ("put title lines above", Some([above.into_bytes(), written(table)].concat()))
        }
        11 => {
            let mut bytes = written(table);
            let header = table[0].join(",").len() + 1;
            bytes.truncate(header + dice.roll(bytes.len() - header));
            ("cut inside a record", Some(bytes))
        }
        12 => {
            let mut bytes = written(table);
            let header = table[0].join(",").len() + 1;
            bytes.insert(header + dice.roll(bytes.len() - header), b'"');
            ("put a stray quote", Some(bytes))
        }
        13 => {
            table[row][drug] = String::new();
            ("blank a drug", None)
        }
        _ => {
            table.remove(0);
            ("take the header away", None)
        }
    }
}

fn drug_column(table: &Table) -> usize {
    let names = ["drug_name", "ndc", "Medication"];
    table[0].iter().position(|header| names.contains(&header.as_str())).unwrap_or(0)
}

fn written(table: &Table) -> Vec<u8> {
    table.iter().map(|row| format!("{}\n", row.join(","))).collect::<String>().into_bytes()
}

#[test]
fn no_edit_silences_a_finding() {
    let edits =
        std::env::var("RXLINT_EDITS").ok().and_then(|text| text.parse().ok()).unwrap_or(EDITS);
    let engine = Engine::new(Pack::default(), Settings::default()).unwrap();
    let exports = exports();
    // The patients with an interaction in each.
    let expected = [&["P101", "P102", "P104"][..], &["A7781", "A9912"], &["700112", "700114"]];
    let key = |patient: &str| PatientKey::new(patient, "");
    for (table, patients) in exports.iter().zip(expected) {
        match judge(&engine, written(table)) {
            Judged::Findings(found, _) => {
                assert!(
                    patients.iter().all(|patient| found.contains(&key(patient))),
                    "{patients:?}"
                );
            }
            Judged::Aloud => panic!("an unedited export is complete: {patients:?}"),
        }
    }
    let mut dice = Dice(20_260_331);
    let mut silent = Vec::new();
    for number in 0..edits {
        let which = dice.roll(exports.len());
        let mut table = exports[which].clone();
        let (name, bytes) = edit(&mut table, &mut dice);
        let bytes = bytes.unwrap_or_else(|| written(&table));
        let Judged::Findings(pairs, records) = judge(&engine, bytes.clone()) else { continue };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for patient in expected[which] {
            let is_told = pairs.contains(&key(patient)) || records.contains(&key(patient));
            if !is_told && !was_taken_away(name, &text, &exports[which], patient) {
                silent.push(format!("edit {number}, {name}: {patient}\n{text}"));
            }
        }
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for edit in &silent {
        let kind = edit.split(", ").nth(1).and_then(|rest| rest.split(':').next());
        *kinds.entry(kind.unwrap_or_default()).or_default() += 1;
    }
    let first: Vec<&String> = silent.iter().take(5).collect();
    assert!(silent.is_empty(), "{} silent of {edits}: {kinds:?}\n{first:#?}", silent.len());
    println!("{edits} edits, none silent");
}

/// Whether a cut between two records removed whole records of the patient, so that nothing in the file shows it.
fn was_taken_away(edit: &str, text: &str, original: &Table, patient: &str) -> bool {
    let left = text.lines().filter(|line| line.split(',').any(|cell| cell == patient)).count();
    let before = original.iter().filter(|row| row.iter().any(|cell| cell == patient)).count();
    edit == "cut inside a record" && left < before
}
