//! Every kind of file is recognised by its content: read, or refused with a message that says what it is and what to do. The results are in
//! docs/kinds.md, which this test writes.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::common;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use crate::common::{check, root};
use rxlint_input::{Input, InputOptions};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const FILLS: &str = "patient_id,drug_name,fill_date,quantity,days_supply\nP1,Oxycodone 5 mg tablet,2026-03-01,20,5\n";

fn zip(names: &[&str]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        let text =
            if *name == "mimetype" { "application/vnd.oasis.opendocument.text" } else { FILLS };
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn ole(streams: &[&str]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for name in streams {
        file.create_stream(name).unwrap().write_all(b"x").unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(root().join("samples/formats").join(name)).unwrap()
}

fn behind(zeros: usize, magic: &[u8]) -> Vec<u8> {
    [&vec![0; zeros][..], magic, &[0; 16]].concat()
}

/// Each kind under an uninformative name, with a file of it.
fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let bytes = |bytes: &[u8]| bytes.to_vec();
    let torn = |name| sample(name)[..3000].to_vec();
    vec![
        ("CSV", bytes(FILLS.as_bytes())),
        ("CSV called `.xls`", sample("claims-text.xls")),
        ("Excel workbook (`.xlsx`, `.xlsm`)", sample("claims.xlsx")),
        ("Excel 97 to 2003 workbook (`.xls`)", sample("claims.xls")),
        ("OpenDocument spreadsheet (`.ods`)", sample("claims.ods")),
        ("XML Spreadsheet 2003 called `.xls`", sample("claims-xml.xls")),
        ("web page with a table called `.xls`", sample("claims-html.xls")),
        ("workbook that is cut off", torn("claims.xlsx")),
        ("old workbook that is cut off", torn("claims.xls")),
        ("workbook with a password", ole(&["/EncryptionInfo", "/EncryptedPackage"])),
        ("workbook of Excel 2 to 4", bytes(b"\x09\x04\x06\0\0\0\x10\0\0\0")),
        ("web page without a table", bytes(b"<!DOCTYPE html><html><body>Hello</body></html>")),
        ("ZIP archive", sample("export.zip")),
        ("tar archive, packed by gzip", sample("export.tar.gz")),
        ("bzip2", sample("claims.csv.bz2")),
        ("xz", sample("claims.csv.xz")),
        ("empty ZIP archive", zip(&[])),
        ("7-Zip archive", bytes(b"7z\xBC\xAF\x27\x1C\0\x04")),
        ("RAR archive", bytes(b"Rar!\x1A\x07\x01\0")),
        ("cabinet archive", bytes(b"MSCF\0\0\0\0")),
        ("LZ4", bytes(b"\x04\x22\x4D\x18\x64\x40\xA7")),
        ("compress (`.Z`)", bytes(b"\x1F\x9D\x90")),
        ("Word document (`.docx`)", zip(&["[Content_Types].xml", "word/document.xml"])),
        ("Word document (`.doc`)", ole(&["/WordDocument"])),
        ("presentation (`.pptx`)", zip(&["[Content_Types].xml", "ppt/presentation.xml"])),
        ("presentation (`.ppt`)", ole(&["/PowerPoint Document"])),
        ("OpenDocument text", zip(&["mimetype", "content.xml"])),
        ("Apple Numbers", zip(&["Index/Document.iwa"])),
        ("Java archive", zip(&["META-INF/MANIFEST.MF"])),
        ("Outlook e-mail (`.msg`)", ole(&["/__properties_version1.0"])),
        (
            "e-mail (`.eml`)",
            bytes(b"Received: from a\r\nFrom: b\r\nSubject: Export\r\nMIME-Version: 1.0\r\n"),
        ),
        (
            "web page in one file (MHTML) called `.xls`",
            bytes(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n"),
        ),
        (
            "dBase (`.dbf`)",
            bytes(b"\x03\x7E\x03\x05\x02\0\0\0\x61\0\x20\0\0\0\0\0PATIENT\0\0\0\0C"),
        ),
        ("PDF", bytes(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")),
        ("RTF", bytes(b"{\\rtf1\\ansi Oxycodone}")),
        ("PostScript", bytes(b"%!PS-Adobe-3.0\n")),
        ("PNG", bytes(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\x1C\x1D\x1E")),
        ("JPEG", bytes(b"\xFF\xD8\xFF\xE0\0\x10JFIF\0")),
        ("GIF", bytes(b"GIF89a\x01\0\x01\0")),
        ("TIFF", bytes(b"II*\0\x08\0\0\0")),
        ("WebP", bytes(b"RIFF\x24\0\0\0WEBPVP8 ")),
        ("HEIC", bytes(b"\0\0\0\x18ftypheic\0\0\0\0")),
        ("DICOM", behind(128, b"DICM")),
        ("Parquet", bytes(b"PAR1\x15\x04\x15")),
        ("Arrow, Feather", bytes(b"ARROW1\0\0")),
        ("Avro", bytes(b"Obj\x01\x04\x16avro.schema")),
        ("SQLite", bytes(b"SQLite format 3\0\x10\0\x01\x01")),
        ("DuckDB", behind(8, b"DUCK")),
        ("Access", bytes(b"\0\x01\0\0Standard Jet DB\0")),
        (
            "SAS data set (`.sas7bdat`)",
            behind(12, b"\xC2\xEA\x81\x60\xB3\x14\x11\xCF\xBD\x92\x08\0\x09\xC7\x31\x8C"),
        ),
        ("SAS transport file (`.xpt`)", bytes(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!")),
        ("Stata (`.dta`)", bytes(b"<stata_dta><header><release>118</release>")),
        ("Stata before 13 (`.dta`)", bytes(b"\x73\x02\x01\0\x05\0")),
        ("SPSS (`.sav`)", bytes(b"$FL2@(#) SPSS DATA FILE")),
        ("R (`.RData`, `.rds`)", bytes(b"RDX3\nX\n\0\0\0\x03")),
        ("HDF5", bytes(b"\x89HDF\r\n\x1A\n")),
        ("NumPy", bytes(b"\x93NUMPY\x01\0")),
        ("Python pickle", bytes(b"\x80\x04\x95\x10\0\0\0")),
        ("program (ELF)", bytes(b"\x7FELF\x02\x01\x01\0")),
        ("program (EXE)", bytes(b"MZ\x90\0\x03\0\0\0")),
        ("encrypted (PGP)", bytes(b"-----BEGIN PGP MESSAGE-----\n\nhQ")),
        ("anything else that is no text", (0..=255).collect()),
    ]
}

/// Claims, documents and messages, read or recognised for what they are.
fn of_pharmacies() -> Vec<(&'static str, Vec<u8>)> {
    let bytes = |text: &str| text.as_bytes().to_vec();
    let document = |body: &str| {
        bytes(&format!(
            "<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><recordTarget><patientRole><id root=\"1.2\" extension=\"P1\"/></patientRole></recordTarget><component>{body}</component></ClinicalDocument>"
        ))
    };
    let hl7 = |kind: &str, segments: &str| {
        bytes(&format!(
            "MSH|^~\\&|A|B|C|D|20260301||{kind}|1|P|2.5.1\rPID|1||P1^^^H^MR\r{segments}\r"
        ))
    };
    let script = |body: &str| bytes(&format!("<Message><Header/><Body>{body}</Body></Message>"));
    vec![
        (
            "ASAP report to a prescription monitoring program (3.0, 4.0 to 5.0)",
            document_sample("report.asap.dat"),
        ),
        (
            "ASAP report of a time without any dispensing",
            bytes(
                "TH*4.2*1*01**20260301*1200*P**~~\nIS*1*A~\nPHA*1~\nPAT*******REPORT*ZERO*~\nDSP*****20260201~\nPRE*~\nTP*5~\nTT*1*8~",
            ),
        ),
        ("NCPDP Telecom claims (5.1, D.0 and later)", document_sample("claims.telecom.txt")),
        (
            "NCPDP Telecom claims with their marks printed as words",
            String::from_utf8(document_sample("claims.telecom.txt"))
                .unwrap()
                .replace('\x1C', "<1C>")
                .replace('\x1D', "<1D>")
                .replace('\x1E', "<1E>")
                .into_bytes(),
        ),
        (
            "NCPDP Telecom inquiry about benefits (E1)",
            bytes(
                "610066D0E1PCN       1011234567890     20260301          \u{1E}\u{1C}AM01\u{1C}C419700102",
            ),
        ),
        ("clinical document (C-CDA, IHE) with medications", document_sample("summary.cda.xml")),
        (
            "clinical document without medications",
            document(
                "<structuredBody><component><section><code code=\"48765-2\"/><text>None</text></section></component></structuredBody>",
            ),
        ),
        (
            "clinical document with a PDF for a body",
            document("<nonXMLBody><text mediaType=\"application/pdf\">JVBE</text></nonXMLBody>"),
        ),
        ("FHIR as XML", document_sample("bundle.fhir.xml")),
        (
            "FHIR as JSON",
            bytes(
                "{\"resourceType\":\"MedicationRequest\",\"subject\":{\"reference\":\"Patient/1\"},\"medicationCodeableConcept\":{\"text\":\"a\"}}",
            ),
        ),
        (
            "FHIR List of medicines in words",
            bytes(
                "{\"resourceType\":\"List\",\"code\":{\"text\":\"Medications\"},\"entry\":[{\"item\":{\"display\":\"a\"}}]}",
            ),
        ),
        (
            "list of the files of a bulk export, whose files are missing",
            bytes(
                "{\"transactionTime\":\"2026-03-01\",\"output\":[{\"type\":\"MedicationRequest\",\"url\":\"https://x/a.ndjson\"}]}",
            ),
        ),
        ("JSON list of records", document_sample("records.json")),
        ("JSON without medicines", bytes("{\"a\": 1}")),
        ("HL7 v2 order", hl7("RDE^O11", "ORC|NW|1\rRXE||1^naltrexone 50 mg tablet|1")),
        (
            "HL7 v2 tabular history (RTB)",
            hl7(
                "RTB^K13",
                "RDF|3|@PID.3^CX~RXD.2^CE~RXD.3^TS\rRDT|P1|1^naltrexone 50 mg tablet|20260301",
            ),
        ),
        ("HL7 v2 admission", hl7("ADT^A01", "PV1|1|I")),
        (
            "HL7 v2 message with a clinical document in it",
            document_sample("document-in-message.hl7"),
        ),
        (
            "NCPDP SCRIPT prescription",
            script(
                "<NewRx><Patient/><MedicationPrescribed><DrugDescription>a</DrugDescription></MedicationPrescribed></NewRx>",
            ),
        ),
        ("NCPDP SCRIPT status", script("<Status><Code>010</Code></Status>")),
        ("NCPDP SCRIPT in EDIFACT", bytes("UNA:+./*'UIB+UNOA:0++1'UIH+SCRIPT:010:006:NEWRX'")),
        ("EDIFACT", bytes("UNB+UNOC:3+A+B'UNH+1+MEDPRE'")),
        ("X12 (837, 835)", document_sample("claim.x12")),
        (
            "dump of a database (SQL)",
            bytes("-- MySQL dump 10.13\nINSERT INTO `rx` VALUES (1,'P1');\n"),
        ),
        (
            "HL7 version 3 message",
            bytes("<?xml version=\"1.0\"?><PORX_IN010380UV xmlns=\"urn:hl7-org:v3\"/>"),
        ),
        (
            "German medication plan (BMP)",
            bytes("<MP v=\"027\" xmlns=\"http://ws.gematik.de/fa/amtss/AMTS_Document/v1.6\"/>"),
        ),
        (
            "CDISC ODM",
            bytes("<?xml version=\"1.0\"?><ODM xmlns=\"http://www.cdisc.org/ns/odm/v1.3\"/>"),
        ),
        (
            "list of the documents of a package (XDM)",
            bytes("<SubmitObjectsRequest xmlns=\"urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0\"/>"),
        ),
        (
            "HL7 v2 messages in a log",
            bytes("2026-03-10 12:00:01 INFO received:\nMSH|^~\\&|A|B\nPID|1||P1\n"),
        ),
        ("JSON text sequence (RFC 7464)", bytes("\x1E{\"resourceType\":\"Patient\"}\n")),
        (
            "XML of another kind",
            bytes("<?xml version=\"1.0\"?><prescriptions><p/></prescriptions>"),
        ),
        (
            "pointer of Git LFS",
            bytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"),
        ),
    ]
}

fn document_sample(name: &str) -> Vec<u8> {
    std::fs::read(root().join("samples/documents").join(name)).unwrap()
}

/// The result for a file.
fn outcome(folder: &Path, bytes: &[u8]) -> String {
    let path = folder.join("export");
    std::fs::write(&path, bytes).unwrap();
    let shown = path.display().to_string();
    let plain =
        |text: String| text.replace(&shown, "").trim_start_matches([':', ' ']).replace('|', "\\|");
    match Input::open(std::slice::from_ref(&path), &InputOptions::default()) {
        Ok(opened) => {
            let read = opened.inputs.iter().map(|input| {
                format!("`{}` as {}", plain(input.path().to_owned()), input.record_count().format)
            });
            format!("read | {}", read.collect::<Vec<_>>().join(", ").replace("`` as ", ""))
        }
        Err(error) => format!("refused | {} {}", plain(error.to_string()), plain(error.help())),
    }
}

#[test]
fn every_kind_of_file_is_read_or_refused_in_words_that_help() {
    let folder = tempfile::tempdir().unwrap();
    let mut page = String::from(
        "# Kinds of files\n\nEach is told by its content; what a file is called says nothing. `cargo test --test formats kinds` opens one of each, and \
         `UPDATE_EXPECTED=1` writes this page. What becomes of many real files stands in [inputs.md](inputs.md).\n\n\
         | kind | | |\n|---|---|---|\n",
    );
    for (kind, bytes) in kinds() {
        let outcome = outcome(folder.path(), &bytes);
        for pharmacy in ["NCPDP", "HL7", "FHIR"] {
            assert!(!outcome.contains(pharmacy), "{kind}: {outcome}");
        }
        let _ = writeln!(page, "| {kind} | {outcome} |");
    }
    for (kind, bytes) in of_pharmacies() {
        let _ = writeln!(page, "| {kind} | {} |", outcome(folder.path(), &bytes));
    }
    common::same_as_file(&root().join("docs/kinds.md"), &page);
}

#[test]
fn the_samples_of_every_kind_give_the_findings_of_their_table() {
    let rules = |path: &str| {
        let json: serde_json::Value = serde_json::from_str(&check("json", &[path])).unwrap();
        let found = json["findings"].as_array().unwrap().iter();
        found
            .map(|finding| finding["fingerprint"].to_string())
            .collect::<std::collections::BTreeSet<_>>()
    };
    let expected = rules("samples/claims.csv");
    assert_eq!(expected.len(), 7);
    for entry in std::fs::read_dir(root().join("samples/formats")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert_eq!(rules(&format!("samples/formats/{name}")), expected, "{name}");
    }
}
