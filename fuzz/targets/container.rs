//! Workbooks and archives: the first byte says which part of one the others are.
#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use rxlint_input::{Input, InputOptions};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str =
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
const ROOT: &str = "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const BOOK: &str = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const PARTS: &str = "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
const SHEET: &str = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>";

fuzz_target!(init: rxlint_fuzz::leave_caught_panics(), |bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let file = match kind % 7 {
        0 => workbook(bytes, b"<sst><si><t>Patient</t></si></sst>"),
        1 => workbook(SHEET.as_bytes(), bytes),
        2 => packed(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", bytes),
        ]),
        3 => old_workbook(bytes),
        4 => packed(&[("claims.csv", bytes), ("claims.csv.gz", bytes), ("inner.zip", bytes)]),
        // XML and HTML named `.xls`, tar, and whole files.
        _ => bytes.to_vec(),
    };
    let folder = tempfile::tempdir().expect("there is room for a small file");
    let path = folder.path().join("fuzz.xls");
    std::fs::write(&path, file).expect("there is room for a small file");
    match Input::open(&[path], &InputOptions::default()) {
        Ok(opened) => rxlint_fuzz::judge_and_write(&opened.inputs),
        Err(error) => assert!(!error.to_string().is_empty() && !error.help().is_empty()),
    }
});

fn workbook(sheet: &[u8], texts: &[u8]) -> Vec<u8> {
    packed(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", PARTS.as_bytes()),
        ("xl/sharedStrings.xml", texts),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("memory takes it");
        writer.write_all(bytes).expect("memory takes it");
    }
    writer.finish().expect("memory takes it").into_inner()
}

fn old_workbook(stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory takes it");
    let mut workbook = file.create_stream("/Workbook").expect("memory takes it");
    workbook.write_all(stream).expect("memory takes it");
    drop(workbook);
    file.flush().expect("memory takes it");
    file.into_inner().into_inner()
}
