//! Canaries in every sample: each cell, header, field, segment, element and attribute of every sample of every format contains, in turn, a name and a
//! number that a masked run must not reveal in a report, a message, the log, a temporary file, the rejects or the ledger. Many variants of a sample,
//! each with its own patients, are read by one run.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod pieces;
mod sing;

use std::fs;
use std::io::{Cursor, Read, Write};

use crate::common::root;
use pieces::{between, json_strings, xml_values};
use sing::{CANARY, Variant, sing};

fn sample(path: &str) -> Vec<u8> {
    fs::read(root().join("samples").join(path)).unwrap()
}

fn text(path: &str) -> String {
    String::from_utf8(sample(path)).unwrap()
}

type Pieces = fn(&str) -> Vec<std::ops::Range<usize>>;

/// One variant of a text per piece: the canary is beside or, every other time, in place of it.
fn variants(name: &str, text: &str, pieces: Pieces) -> Vec<Variant> {
    let mut variants = Vec::new();
    for (nth, piece) in pieces(text).into_iter().enumerate() {
        let before = &text[..piece.start];
        let context = format!(
            "{}[…]",
            &before[before.floor_char_boundary(before.len().saturating_sub(40))..]
        );
        let old = if nth % 2 == 1 { "" } else { &text[piece.clone()] };
        let space = if old.is_empty() { "" } else { " " };
        let changed = format!("{before}{old}{space}{CANARY}{}", &text[piece.end..]);
        variants.push(Variant::new(nth, name, changed.into_bytes(), context));
    }
    variants
}

#[test]
fn no_element_of_a_document_is_revealed() {
    let fhir = text("documents/bundle.fhir.xml");
    sing("FHIR in XML", variants("bundle.xml", &fhir, xml_values), 2);
    let document = text("documents/summary.cda.xml");
    sing("clinical document", variants("summary.xml", &document, xml_values), 2);
    let list = text("documents/records.json");
    sing("list in JSON", variants("records.json", &list, json_strings), 2);
}

#[test]
fn no_segment_of_a_claim_or_report_is_revealed() {
    let report = text("documents/report.asap.dat");
    sing("ASAP", variants("report.dat", &report, |text| between(text, &['*', '~'], 8)), 2);
    let claims = text("documents/claims.telecom.txt");
    let fields: Pieces = |text| {
        // Each field begins with its two-character name.
        let ends = ['\u{1c}', '\u{1d}', '\u{1e}'];
        let all = between(text, &ends, 56).into_iter().filter(|piece| piece.len() > 2);
        all.map(|piece| piece.start + 2..piece.end)
            .filter(|piece| text.is_char_boundary(piece.start))
            .collect()
    };
    sing("Telecom", variants("claims.txt", &claims, fields), 2);
    let message = text("documents/document-in-message.hl7");
    sing(
        "document in a message",
        variants("message.hl7", &message, |text| between(text, &['|', '^', '\r'], 9)),
        0,
    );
    let claim = text("documents/claim.x12");
    sing("X12", variants("claim.x12", &claim, |text| between(text, &['*', '~'], 4)), 0);
}

/// The parts of an archive.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Variants of one part of a packed workbook.
fn of_part(path: &str, part: &str, extension: &str) -> Vec<Variant> {
    let parts = parts(&sample(path));
    let (at, text) = parts.iter().enumerate().find(|(_, (name, _))| name == part).unwrap();
    let text = String::from_utf8(text.1.clone()).unwrap();
    let written: Pieces = |text| {
        // The header, and the rows of one finding.
        let all = xml_values(text).into_iter();
        let is_text = |piece: &std::ops::Range<usize>| text[..piece.start].ends_with('>');
        all.filter(is_text)
            .enumerate()
            .filter(|(nth, _)| *nth < 16 || (70..92).contains(nth))
            .map(|(_, p)| p)
            .take(40)
            .collect()
    };
    variants(extension, &text, written)
        .into_iter()
        .map(|variant| {
            let mut changed = parts.clone();
            changed[at].1 = variant.bytes.clone();
            variant.with(packed(&changed))
        })
        .collect()
}

#[test]
fn no_cell_of_a_workbook_is_revealed() {
    sing(
        "workbook (.xlsx)",
        of_part("formats/claims.xlsx", "xl/worksheets/sheet1.xml", "book.xlsx"),
        4,
    );
    sing("workbook (.ods)", of_part("formats/claims.ods", "content.xml", "book.ods"), 4);
    let some: Pieces = |text| {
        let all = xml_values(text).into_iter().filter(|piece| text[..piece.start].ends_with('>'));
        all.enumerate()
            .filter(|(nth, _)| *nth < 12 || (70..92).contains(nth))
            .map(|(_, p)| p)
            .collect()
    };
    sing("workbook (XML)", variants("book.xls", &text("formats/claims-xml.xls"), some), 4);
    sing("workbook (HTML)", variants("book.xls", &text("formats/claims-html.xls"), some), 4);
    // In an old workbook a text keeps its length: the canary replaces one that is long enough.
    let old = sample("formats/claims.xls");
    let mut variants = Vec::new();
    for (nth, word) in
        ["Cleo Sample", "patient_name", "Oxycodone HCl", "Naltrexone HCl 50", "birth_date"]
            .iter()
            .enumerate()
    {
        let mut bytes = old.clone();
        let places: Vec<usize> = (0..old.len() - word.len())
            .filter(|at| old[*at..].starts_with(word.as_bytes()))
            .collect();
        assert!(!places.is_empty(), "{word}");
        for at in places {
            let canary = CANARY.bytes().cycle().take(word.len());
            canary.enumerate().for_each(|(nth, byte)| bytes[at + nth] = byte);
        }
        variants.push(Variant::new(nth, "book.xls", bytes, (*word).to_owned()));
    }
    sing("old workbook", variants, 1);
}

#[test]
fn no_member_of_an_archive_is_revealed() {
    let csv = text("claims.csv");
    let (header, rows) = csv.split_once('\n').unwrap();
    let files = [
        ("beside.csv", csv.clone()),
        ("title.csv", format!("Patient: {CANARY}\n{csv}")),
        ("no-header.csv", rows.to_owned()),
        ("header.csv", format!("{}\n{rows}", header.replace("patient_name", CANARY))),
        ("cell.csv", csv.replace("Cleo Sample", CANARY)),
        ("drug.csv", csv.replace("Oxycodone HCl", &format!("Oxycodone {CANARY} HCl"))),
        ("note.txt", format!("{CANARY}: naltrexone 50 mg\n")),
        ("picture.png", format!("\u{89}PNG\r\n\u{1a}\n{CANARY}")),
        ("broken.json", format!("{{\"resourceType\": \"{CANARY}")),
    ];
    let mut variants = Vec::new();
    for (nth, (name, text)) in files.iter().enumerate() {
        let members = [
            ("beside.csv".to_owned(), csv.clone().into_bytes()),
            ((*name).to_owned() + "x.csv", text.clone().into_bytes()),
        ];
        variants.push(Variant::new(nth, "export.zip", packed(&members), (*name).to_owned()));
        let mut tar = tar::Builder::new(Vec::new());
        let mut head = tar::Header::new_gnu();
        head.set_size(text.len() as u64);
        head.set_mode(0o600);
        tar.append_data(&mut head, name, text.as_bytes()).unwrap();
        variants.push(Variant::new(
            nth + 20,
            "export.tar",
            tar.into_inner().unwrap(),
            (*name).to_owned(),
        ));
    }
    sing("archives", variants, 4);
}
