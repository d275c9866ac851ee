//! Archives are opened like folders: every file in them is an input, and what is not read is reported.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{Cursor, Write};
use std::path::Path;

use crate::common::{rxlint_in, stderr, stdout};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Oxycodone from 1 to 5 March, naltrexone from 4 March.
const FILLS: &str = "patient_id,drug_name,fill_date,quantity,days_supply\n\
                     P1,Oxycodone 5 mg tablet,2026-03-01,20,5\nP1,Naltrexone 50 mg tablet,2026-03-04,30,30\n";

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in members {
        writer.start_file(*name, packed).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The exit code of a run over one file, and all its output.
fn run(folder: &Path, name: &str, bytes: &[u8]) -> (i32, String) {
    std::fs::write(folder.join(name), bytes).unwrap();
    let output = rxlint_in(folder, &["check", "--isolated", "--format", "concise", name]);
    (output.status.code().unwrap_or(-1), stdout(&output) + &stderr(&output))
}

#[test]
fn the_files_of_an_archive_are_inputs_and_named_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("2026/{}/claims.csv", "long".repeat(40));
    for (name, bytes, member) in [
        ("export.zip", zip(&[("2026/claims.csv", FILLS.as_bytes())]), "2026/claims.csv"),
        ("export.tar", tar(&[("2026/claims.csv", FILLS.as_bytes())]), "2026/claims.csv"),
        ("export.tgz", gzip(&tar(&[(&long, FILLS.as_bytes())])), &long),
        ("packed.zip", zip(&[("claims.csv.gz", &gzip(FILLS.as_bytes()))]), "claims.csv.gz"),
        // It is recognised by its content, not by its name.
        ("export.dat", zip(&[("claims", FILLS.as_bytes())]), "claims"),
    ] {
        let (code, said) = run(folder.path(), name, &bytes);
        assert_eq!(code, 1, "{said}");
        let place = format!("{name}!{member}:3:4: high[opioid-antagonist-overlap]");
        assert!(said.starts_with(&place), "{place}: {said}");
    }
}

#[test]
fn the_files_of_an_archived_export_are_one_input_each_and_belong_together() {
    let folder = tempfile::tempdir().unwrap();
    let dispense = |id: &str, drug: &str, day: &str, days: u32| {
        format!(
            "{{\"resourceType\":\"MedicationDispense\",\"id\":\"{id}\",\"status\":\"completed\",\"subject\":{{\"reference\":\"Patient/P1\"}},\
             \"medicationReference\":{{\"reference\":\"Medication/{drug}\"}},\"whenHandedOver\":\"{day}\",\"daysSupply\":{{\"value\":{days}}}}}\n"
        )
    };
    let medication = |id: &str, text: &str| {
        format!(
            "{{\"resourceType\":\"Medication\",\"id\":\"{id}\",\"code\":{{\"text\":\"{text}\"}}}}\n"
        )
    };
    let dispenses = dispense("1", "a", "2026-03-01", 5) + &dispense("2", "b", "2026-03-04", 30);
    let medications =
        medication("a", "Oxycodone 5 mg tablet") + &medication("b", "Naltrexone 50 mg tablet");
    let bytes = zip(&[
        ("MedicationDispense.000.ndjson", dispenses.as_bytes()),
        ("Medication.000.ndjson", medications.as_bytes()),
    ]);
    let (code, said) = run(folder.path(), "bulk.zip", &bytes);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("bulk.zip!MedicationDispense.000.ndjson:"), "{said}");
    assert!(said.contains("high[opioid-antagonist-overlap]"), "{said}");
}

#[test]
fn system_leftovers_are_ignored_and_documents_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = zip(&[
        ("claims.csv", FILLS.as_bytes()),
        ("__MACOSX/._claims.csv", b"\0\x05\x16\x07"),
        (".DS_Store", b"\0\0\0\x01Bud1"),
        ("Thumbs.db", b"\xD0\xCF\x11\xE0"),
        ("letter.pdf", b"%PDF-1.7"),
    ]);
    let (code, said) = run(folder.path(), "export.zip", &bytes);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("hold no prescriptions: export.zip!letter.pdf."), "{said}");
    assert!(
        !said.contains("MACOSX") && !said.contains("DS_Store") && !said.contains("Thumbs"),
        "{said}"
    );
}

#[test]
fn an_archive_in_an_archive_is_opened_and_very_deep_ones_are_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = zip(&[("claims.csv", FILLS.as_bytes())]);
    for depth in 0..4 {
        let (code, said) = run(folder.path(), "a.zip", &bytes);
        let (expected, word) =
            if depth < 3 { (1, "claims.csv:3:4: high") } else { (2, "it was not opened") };
        assert_eq!(code, expected, "{depth}: {said}");
        assert!(said.contains(word), "{depth}: {said}");
        bytes = zip(&[("inner.zip", &bytes)]);
    }
}

#[test]
fn an_encrypted_file_is_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = zip(&[("a.csv", FILLS.as_bytes()), ("b.csv", FILLS.as_bytes())]);
    // The encryption flag, in the local header and in the directory entry of `a.csv`.
    let at = |magic: &[u8]| bytes.windows(4).position(|it| it == magic).unwrap();
    let (local, central) = (at(b"PK\x03\x04"), at(b"PK\x01\x02"));
    bytes[local + 6] |= 1;
    bytes[central + 8] |= 1;
    let (code, said) = run(folder.path(), "export.zip", &bytes);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("export.zip!a.csv: this file was not read: is encrypted"), "{said}");
    assert!(said.contains("export.zip!b.csv:3:4: high"), "{said}");
}

#[test]
fn an_archive_that_unpacks_beyond_reason_is_refused_and_what_came_before_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let bomb = vec![b'0'; 100 << 20];
    for (name, bytes) in [
        ("bomb.zip", zip(&[("a.csv", FILLS.as_bytes()), ("b.csv", &bomb)])),
        ("nested.zip", zip(&[("a.csv", FILLS.as_bytes()), ("b.zip", &zip(&[("b.csv", &bomb)]))])),
    ] {
        let (code, said) = run(folder.path(), name, &bytes);
        assert_eq!(code, 3, "{said}");
        assert!(said.contains("unpacks to more than 400 times its size"), "{said}");
        assert!(said.contains(&format!("{name}!a.csv:3:4: high")), "{said}");
    }
}

#[test]
fn a_torn_archive_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let whole = zip(&[("claims.csv", FILLS.as_bytes())]);
    let (code, said) = run(folder.path(), "a.zip", &whole[..whole.len() - 30]);
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("a.zip: is a ZIP archive or a workbook that is cut off or broken"),
        "{said}"
    );
    let rows = FILLS.to_owned() + &"P2,Aspirin 81 mg tablet,2026-03-01,20,5\n".repeat(100);
    let whole = tar(&[("claims.csv", rows.as_bytes())]);
    let (code, said) = run(folder.path(), "a.tar", &whole[..2048]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("broken or cut off") && said.contains("high[opioid"), "{said}");
}

#[test]
fn an_archive_without_prescriptions_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for bytes in [zip(&[]), zip(&[("a.csv", b"name,score\nx,1\n")])] {
        let (code, said) = run(folder.path(), "a.zip", &bytes);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("a.zip: is an archive"), "{said}");
    }
}

#[test]
fn of_two_files_with_one_name_the_later_counts() {
    let folder = tempfile::tempdir().unwrap();
    let old = FILLS.replace("2026-03-04", "2026-05-04");
    let bytes = tar(&[("claims.csv", old.as_bytes()), ("claims.csv", FILLS.as_bytes())]);
    let (code, said) = run(folder.path(), "a.tar", &bytes);
    assert_eq!(code, 3, "the earlier one is told: {said}");
    assert!(said.contains("2 records read: 2 checked"), "{said}");
}

#[test]
fn an_archive_may_come_by_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, zip(&[("claims.csv", FILLS.as_bytes())])).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rxlint"))
        .env_clear()
        .args(["check", "--isolated", "--format", "concise", "-"])
        .stdin(std::fs::File::open(path).unwrap())
        .output()
        .unwrap();
    assert!(stdout(&output).starts_with("-!claims.csv:3:4: high"), "{}", stderr(&output));
}

#[test]
fn a_package_of_documents_is_its_documents() {
    let folder = tempfile::tempdir().unwrap();
    let list =
        b"<lcm:SubmitObjectsRequest xmlns:lcm=\"urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0\"/>";
    let document = include_bytes!("../messages/82-later-step.xml");
    let package = zip(&[
        (
            "INDEX.HTM",
            b"<html><body><a href=\"IHE_XDM/SUBSET01/DOC0001.XML\">one</a></body></html>",
        ),
        ("README.TXT", b"Made by somebody."),
        ("IHE_XDM/SUBSET01/METADATA.XML", list),
        ("IHE_XDM/SUBSET01/DOC0001.XML", document),
    ]);
    let (code, said) = run(folder.path(), "package.zip", &package);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("package.zip!IHE_XDM/SUBSET01/DOC0001.XML:"), "{said}");
}
