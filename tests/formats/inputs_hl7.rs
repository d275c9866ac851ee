//! HL7 v2, NCPDP SCRIPT and compressed exports, from bytes to findings.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of a test")]

use crate::common;

use std::path::{Path, PathBuf};

use rxlint::run::{Outcome, RunSettings, lint};
use rxlint_engine::engine::Engine;
use rxlint_input::{Input, InputOptions};

fn judge(name: &str, bytes: &[u8]) -> Outcome {
    let input = Input::memory(0, name, bytes.to_vec(), &InputOptions::default()).unwrap();
    lint(&Engine::built_in().unwrap(), &[input], &[], &RunSettings::default()).unwrap()
}

fn rules(outcome: &Outcome) -> Vec<&str> {
    let mut rules: Vec<&str> = outcome
        .findings
        .iter()
        .map(|finding| finding.rule.id.as_str())
        .filter(|rule| *rule != "missing-days-supply")
        .collect();
    rules.dedup();
    rules
}

/// One message: type, day, patient and what follows the patient.
fn message(kind: &str, day: &str, patient: &str, rest: &str) -> String {
    format!(
        "MSH|^~\\&|A|B|C|D|{day}080000||{kind}|{day}|P|2.5.1\rPID|1||{patient}^^^HOSP^MR||Doe^Jane||19700102|F\r{rest}\r"
    )
}

const NALTREXONE: &str = "RXE||^Naltrexone HCl 50 MG Oral Tablet|1||TAB|TAB||||30|TAB";
const OXYCODONE: &str = "RXE||^Oxycodone HCl 5 MG Oral Tablet|1||TAB|TAB||||30|TAB";

#[test]
fn the_same_prescription_from_a_table_and_from_messages_has_the_same_finding() {
    let table = "patient_id,drug_name,fill_date,days_supply\nP1,Oxycodone HCl 5 MG Tablet,2026-03-01,7\nP1,Naltrexone HCl 50 MG Oral Tablet,2026-03-05,30\n";
    let dispense = |day: &str, drug: &str, days: u32| {
        message(
            "RDS^O13",
            day,
            "P1",
            &format!("ORC|RE|{day}\rTQ1|1||QD|||{days}^D\rRXD|1|^{drug}|{day}|30"),
        )
    };
    let messages = dispense("20260301", "Oxycodone HCl 5 MG Tablet", 7)
        + &dispense("20260305", "Naltrexone HCl 50 MG Oral Tablet", 30);
    let (table, messages) = (judge("a.csv", table.as_bytes()), judge("a.hl7", messages.as_bytes()));
    assert_eq!(rules(&table), ["opioid-antagonist-overlap"]);
    assert_eq!(table.findings[0].fingerprint, messages.findings[0].fingerprint);
    assert_eq!(messages.findings[0].places[0].row.place().line, 10);
}

#[test]
fn a_cancelled_order_is_gone_and_a_stopped_one_ends() {
    let opioid = |control: &str, day: &str| {
        message(
            "RDE^O11",
            day,
            "P1",
            &format!("ORC|{control}|O1||||||| {day}\rTQ1|1||QD|||30^D\r{OXYCODONE}"),
        )
    };
    let antagonist =
        message("RDE^O11", "20260320", "P1", &format!("ORC|NW|N1\rTQ1|1||QD|||30^D\r{NALTREXONE}"));
    let run = |parts: &[&String]| {
        judge("a.hl7", parts.iter().map(|part| part.as_str()).collect::<String>().as_bytes())
    };

    let order = opioid("NW", "20260301");
    assert_eq!(rules(&run(&[&order, &antagonist])), ["opioid-antagonist-overlap"]);
    // Cancelled another day, before or after in the file, changed meanwhile or not.
    let (cancel, change) = (opioid("CA", "20260302"), opioid("XO", "20260302"));
    for parts in [
        [&order, &cancel, &antagonist].as_slice(),
        &[&cancel, &order, &antagonist],
        &[&order, &change, &cancel, &antagonist],
    ] {
        assert!(rules(&run(parts)).is_empty());
    }
    let stopped = run(&[&order, &opioid("DC", "20260303"), &antagonist]);
    assert!(rules(&stopped).is_empty(), "{:?}", rules(&stopped));
    let late = run(&[&order, &opioid("DC", "20260318"), &antagonist]);
    assert_eq!(rules(&late), ["recent-opioid"]);
    // A cancellation of another order changes nothing.
    let other = message("RDE^O11", "20260302", "P1", &format!("ORC|CA|O2\r{OXYCODONE}"));
    assert_eq!(rules(&run(&[&order, &other, &antagonist])), ["opioid-antagonist-overlap"]);
}

#[test]
fn on_one_day_the_times_show_what_preceded_a_cancellation() {
    // Each with the time it was sent, and the time its order was made.
    let order = |control: &str, sent: &str, made: &str| {
        let (kind, number) = ("RDE^O11", if control == "N1" { "N1" } else { "O1" });
        let (drug, control) = match control {
            "N1" => (NALTREXONE, "NW"),
            control => (OXYCODONE, control),
        };
        format!(
            "MSH|^~\\&|A|B|C|D|{sent}||{kind}|M{control}{sent}{made}|P|2.5.1\rPID|1||P1^^^HOSP^MR||Doe^Jane||19700102|F\r\
             ORC|{control}|{number}|F{number}||||||{made}\rTQ1|1||QD|||30^D|20260301\r{drug}\r"
        )
    };
    let antagonist = order("N1", "20260303080000", "");
    let overlap = ["opioid-antagonist-overlap"];
    let judged = |parts: &[&String]| {
        let text: String = parts.iter().map(|part| part.as_str()).collect();
        rules(&judge("a.hl7", text.as_bytes())).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let expect = |what: &str, [a, b, c]: [&String; 3], expected: &[&str]| {
        for parts in [[a, b, c], [c, b, a], [b, c, a], [a, c, b]] {
            assert_eq!(judged(&[parts[0], parts[1], parts[2], &antagonist]), expected, "{what}");
        }
    };
    for (what, times) in [
        ("sent", [("20260301080000", ""), ("20260301090000", ""), ("20260301100000", "")]),
        ("seconds", [("20260301090000", ""), ("20260301090010", ""), ("20260301090030", "")]),
        (
            "sent together",
            [
                ("20260301230000", "20260301080000"),
                ("20260301230000", "20260301090000"),
                ("20260301230000", "202603011000"),
            ],
        ),
        (
            "sent the night after",
            [
                ("20260302013000", "20260301080000"),
                ("20260302013000", "20260301235500-0500"),
                ("20260302013000", "20260302001000-0500"),
            ],
        ),
    ] {
        for (back, again) in [("CA", "NW"), ("OC", "XO"), ("CR", "RL"), ("DC", "NW")] {
            let of = |control: &str, at: usize| order(control, times[at].0, times[at].1);
            let whole = [of("NW", 0), of(back, 1), of(again, 2)];
            expect(&format!("{back} {again} {what}"), whole.each_ref(), &overlap);
        }
        let of = |control: &str, at: usize| order(control, times[at].0, times[at].1);
        let whole = [of("NW", 0), of("NW", 1), of("CA", 2)];
        expect(what, whole.each_ref(), &[]);
        let twice = [of("CA", 0), of("NW", 1), of("CA", 2)];
        expect(what, twice.each_ref(), &[]);
    }
    // If the times do not show it, the cancellation applies to the whole day.
    let same = ["NW", "CA", "NW"].map(|control| order(control, "20260301", ""));
    expect("no times", same.each_ref(), &[]);
}

#[test]
fn an_order_that_was_dispensed_is_not_supplied_twice() {
    let order = message("RDE^O11", "20260301", "P1", &format!("ORC|NW|O1\r{OXYCODONE}"));
    let dispense = message(
        "RDS^O13",
        "20260301",
        "P1",
        "ORC|RE|O1\rTQ1|1||QD|||7^D\rRXD|1|^Oxycodone HCl 5 MG Oral Tablet|20260301|14",
    );
    let antagonist =
        message("RDE^O11", "20260325", "P1", &format!("ORC|NW|N1\rTQ1|1||QD|||30^D\r{NALTREXONE}"));
    let outcome = judge("a.hl7", (order + &dispense + &antagonist).as_bytes());
    assert!(rules(&outcome).is_empty(), "{:?}", rules(&outcome));
    assert_eq!((outcome.summary.files[0].read, outcome.summary.files[0].checked), (3, 3));
}

#[test]
fn an_opioid_that_is_only_a_part_of_a_compound_counts() {
    let compound = "ORC|NW|O1\rTQ1|1||QD|||5^D\rRXE||CPD^Compounded capsule^L|1\rRXC|B|^Carrier\rRXC|A|^Oxycodone HCl powder|5|mg";
    let antagonist =
        message("RDE^O11", "20260303", "P1", &format!("ORC|NW|N1\rTQ1|1||QD|||30^D\r{NALTREXONE}"));
    let outcome =
        judge("a.hl7", (message("RDE^O11", "20260301", "P1", compound) + &antagonist).as_bytes());
    assert_eq!(rules(&outcome), ["opioid-antagonist-overlap"]);
    let allergy = message(
        "RDE^O11",
        "20260301",
        "P1",
        "AL1|1||^Oxycodone\rORC|NW|O1\rRXE||^Amoxicillin 500 MG",
    );
    assert!(rules(&judge("a.hl7", (allergy + &antagonist).as_bytes())).is_empty());
}

#[test]
fn a_compressed_export_is_read_by_its_content_and_a_broken_one_is_incomplete() {
    use std::io::Write;
    let rows: String = (0..5000)
        .map(|n| format!("P{n},Aspirin 81 MG,2026-01-{:02},{}\n", n % 28 + 1, n * 7919 % 1009))
        .collect();
    let text = format!("patient_id,drug_name,fill_date,quantity\n{rows}");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let judge = |bytes: &[u8]| {
        let path = folder.path().join("claims.csv");
        std::fs::write(&path, bytes).unwrap();
        let opened = Input::open(&[path], &InputOptions::default()).unwrap();
        lint(&Engine::built_in().unwrap(), &opened.inputs, &[], &RunSettings::default()).unwrap()
    };
    let whole = judge(&packed);
    assert_eq!(
        (whole.summary.files[0].read, whole.summary.files[0].bytes, whole.summary.is_complete()),
        (5000, packed.len() as u64, true)
    );
    let broken = judge(&packed[..packed.len() / 2]);
    let file = &broken.summary.files[0];
    assert!(
        file.checked > 1000
            && file.checked < 5000
            && file.rejected == 1
            && !broken.summary.is_complete()
    );
    assert!(
        broken.rejected[0].1.to_string().contains("broken or cut off"),
        "{:?}",
        broken.rejected
    );
}

#[test]
fn a_script_prescription_is_judged_and_its_cancellation_reverses_it() {
    let message = |id: &str, kind: &str, drug: &str, day: &str| {
        format!(
            "<Message><Header><MessageID>{id}{kind}</MessageID><RelatesToMessageID>{id}NewRx</RelatesToMessageID></Header><Body><{kind}><Patient><HumanPatient><Identification><MedicalRecordIdentificationNumberEHR>P1</MedicalRecordIdentificationNumberEHR></Identification></HumanPatient></Patient><MedicationPrescribed><DrugDescription>{drug}</DrugDescription><DaysSupply>30</DaysSupply><WrittenDate><Date>{day}</Date></WrittenDate></MedicationPrescribed></{kind}></Body></Message>"
        )
    };
    let both = message("1", "NewRx", "Oxycodone HCl 5 MG Oral Tablet", "2026-03-01")
        + &message("2", "NewRx", "Naltrexone HCl 50 MG Oral Tablet", "2026-03-10");
    assert_eq!(rules(&judge("a.xml", both.as_bytes())), ["opioid-antagonist-overlap"]);
    let cancelled =
        both + &message("1", "CancelRx", "Oxycodone HCl 5 MG Oral Tablet", "2026-03-02");
    assert!(rules(&judge("a.xml", cancelled.as_bytes())).is_empty());
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
    found.sort();
}

/// Every sample is read, its record count adds up and its records can be shown, or it is refused with a reason.
#[test]
fn every_sample_is_read_or_refused_with_a_reason() {
    let Some(shared) = Some(Path::new("../shared/inputs")).filter(|path| path.is_dir()) else {
        common::skipped("the folder ../shared is not there");
        return;
    };
    let engine = Engine::built_in().unwrap();
    let mut paths = Vec::new();
    for folder in
        std::fs::read_dir(shared).unwrap().chain(std::fs::read_dir(shared.join("hostile")).unwrap())
    {
        let path = folder.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && (name.starts_with("hl7") || name.starts_with("ncpdp")) {
            files(&path, &mut paths);
        }
    }
    let (mut read, mut refused) = (0, 0);
    for path in &paths {
        let opened = match Input::open(std::slice::from_ref(path), &InputOptions::default()) {
            Ok(opened) => opened,
            Err(error) => {
                assert!(
                    error.to_string().len() > path.display().to_string().len() + 10
                        && !error.help().is_empty(),
                    "{error}"
                );
                println!("refused\t{}\t{error}", path.strip_prefix(shared).unwrap().display());
                refused += 1;
                continue;
            }
        };
        let outcome = lint(&engine, &opened.inputs, &[], &RunSettings::default()).unwrap();
        let file = &outcome.summary.files[0];
        assert_eq!(
            file.read,
            file.checked + file.inactive + file.unresolved + file.rejected,
            "{}",
            path.display()
        );
        for place in outcome.findings.iter().flat_map(|finding| &finding.places) {
            assert!(
                !opened.inputs[0].reread(place.row.place()).unwrap().raw.is_empty(),
                "{}",
                path.display()
            );
        }
        let reasons: Vec<String> = outcome
            .rejected
            .iter()
            .map(|(place, reason)| format!("{}: {reason}", place.line))
            .collect();
        println!(
            "read\t{}\t{} {}\t{} = {} + {} + {} + {}\t{:?}\t{reasons:?}",
            path.strip_prefix(shared).unwrap().display(),
            file.format,
            file.layout,
            file.read,
            file.checked,
            file.inactive,
            file.unresolved,
            file.rejected,
            rules(&outcome)
        );
        read += 1;
    }
    println!("{read} read, {refused} refused");
    assert!(read > 80, "{read} read, {refused} refused");
}
