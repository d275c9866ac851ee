//! Files made to use up all memory, all time or all of a disk, in every format: each run ends soon, within a memory limit, reports what it did not
//! read, and finds what is beside it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::common::root;

/// All memory that a run may reserve; it needs some tens of megabytes for itself.
const KILOBYTES: u64 = 1_500_000;
/// A run without optimisation, beside others on a busy machine.
const LONGEST: Duration = Duration::from_secs(120);

const HEADER: &str = "patient_id,drug_name,fill_date,quantity,days_supply\n";
const ROWS: &str =
    "P1,Oxycodone 5 mg tablet,2026-03-01,20,5\nP1,Naltrexone 50 mg tablet,2026-03-04,30,30\n";

/// Runs the program in a shell with these limits, and fails if it takes too long.
fn limited(folder: &Path, limits: &str, arguments: &str, input: Stdio) -> Output {
    let program = env!("CARGO_BIN_EXE_rxlint");
    let run = format!("ulimit -v {KILOBYTES}; {limits} exec '{program}' {arguments}");
    let mut child = Command::new("sh")
        .current_dir(folder)
        .env_clear()
        .env("TMPDIR", folder)
        .args(["-c", &run])
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > LONGEST {
            child.kill().unwrap();
            panic!("{arguments}: has not ended after {LONGEST:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().unwrap()
}

/// The exit code and output of a run that ended by itself, with a code of its choosing.
fn said(what: &str, output: &Output) -> (i32, String) {
    let told = [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat();
    let code = output.status.code();
    assert!(
        matches!(code, Some(0..=3)),
        "{what}: {code:?}: {}",
        &told[..told.floor_char_boundary(2000)]
    );
    assert!(!told.contains("panicked"), "{what}: {told}");
    (code.unwrap(), told)
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook with these sheets as XML and these shared strings.
fn workbook(sheets: &[String], shared: &str) -> Vec<u8> {
    const NAMES: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
    const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let (mut listed, mut related) = (String::new(), String::new());
    for number in 1..=sheets.len() {
        let _ =
            write!(listed, "<sheet name=\"S{number}\" sheetId=\"{number}\" r:id=\"r{number}\"/>");
        let _ = write!(
            related,
            "<Relationship Id=\"r{number}\" Type=\"{KIND}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
    }
    let relations = |inner: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inner}</Relationships>"
        )
    };
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>".to_owned()),
        ("_rels/.rels".to_owned(), relations(&format!("<Relationship Id=\"r1\" Type=\"{KIND}/officeDocument\" Target=\"xl/workbook.xml\"/>"))),
        ("xl/workbook.xml".to_owned(), format!("<workbook {NAMES}><sheets>{listed}</sheets></workbook>")),
        ("xl/_rels/workbook.xml.rels".to_owned(), relations(&(related + &format!("<Relationship Id=\"s\" Type=\"{KIND}/sharedStrings\" Target=\"sharedStrings.xml\"/>")))),
        ("xl/sharedStrings.xml".to_owned(), format!("<sst {NAMES}>{shared}</sst>")),
    ];
    for (sheet, number) in sheets.iter().zip(1..) {
        parts.push((
            format!("xl/worksheets/sheet{number}.xml"),
            format!("<worksheet {NAMES}><sheetData>{sheet}</sheetData></worksheet>"),
        ));
    }
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zip(&parts)
}

/// The two fills as rows of a sheet, with the cells of an additional row.
fn sheet(more: &str) -> String {
    let rows = [HEADER].into_iter().chain(ROWS.lines()).zip(1..);
    let cell = |cell: &str| format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", cell.trim());
    let row = |(row, number): (&str, u32)| {
        format!("<row r=\"{number}\">{}</row>", row.split(',').map(cell).collect::<String>())
    };
    rows.map(row).collect::<String>() + more
}

/// Files made to do harm, each with whether the two fills in it must still be found.
fn hostile() -> Vec<(&'static str, Vec<u8>, bool)> {
    let strings: String = (0..200_000).map(|n| format!("<si><t>s{n}</t></si>")).collect();
    let mut sheets = vec![sheet("")];
    sheets.resize(2_000, String::new());
    let zeros = vec![0; 60 << 20];
    let mut nested = zip(&[("claims.csv", (HEADER.to_owned() + ROWS).as_bytes())]);
    for _ in 0..6 {
        nested = zip(&[("in.zip", &nested)]);
    }
    let asap = "TH*4.2B*1*01**20260301*1200*P**~~\nIS*9*EX*#20260201#-#20260228#~\nPHA*1*1*B~\nPAT*US*03*P0001****DOE*JANE****12 ELM*S*S*KY*40069**19700102*F*01~\n";
    let telecom =
        "610066D0B1PCN12345671011234567893     20260201          \u{1e}\u{1c}AM01\u{1c}CYP0001";
    let claim = "\u{1d}\u{1e}\u{1c}AM07\u{1c}EM1\u{1c}D27100001\u{1c}E103\u{1c}D700406055201\u{1c}D530\u{1c}DE20260201";
    let cell = |text: &str| format!("{HEADER}P2,{text},2026-03-01,1,1\n{ROWS}").into_bytes();
    let diagnoses = |text: &str| {
        let rows = ROWS.replace('\n', &format!(",\"{text}\"\n"));
        format!("{},diagnosis\n{rows}", HEADER.trim_end()).into_bytes()
    };
    let members: String = (0..100_000).map(|n| format!(",\"m{n}\":{n}")).collect();
    let stops: String = (0..30_000)
        .map(|n| {
            let (action, year) = (if n % 2 == 0 { "Start" } else { "Stop" }, 1990 + n / 1_000);
            format!("P1,Suboxone 8-2 film,{action},{year}-{:02}-{:02}\n", 1 + n % 12, 1 + n % 28)
        })
        .collect();
    vec![
        ("stops.csv", format!("MRN,Medication,Action,Action Date\n{stops}").into_bytes(), false),
        ("strings.xlsx", workbook(&[sheet("")], &strings), true),
        ("sheets.xlsx", workbook(&sheets, ""), true),
        ("far.xlsx", workbook(&[sheet("<row r=\"99999\"><c r=\"XFD99999\" t=\"inlineStr\"><is><t>x</t></is></c></row>")], ""), true),
        ("cell.xlsx", workbook(&[sheet(&format!("<row r=\"9\"><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "x".repeat(5 << 20)))], ""), true),
        ("deep.xlsx", workbook(&["<a>".repeat(100_000)], ""), false),
        ("bomb.zip", zip(&[("claims.csv", (HEADER.to_owned() + ROWS).as_bytes()), ("zeros.csv", &zeros)]), true),
        ("nested.zip", nested, false),
        ("deep.cda.xml", ("<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\">".to_owned() + &"<component>".repeat(200_000)).into_bytes(), false),
        ("deep.fhir.xml", ("<Bundle xmlns=\"http://hl7.org/fhir\">".to_owned() + &"<entry>".repeat(200_000)).into_bytes(), false),
        ("deep.fhir.json", ("{\"resourceType\":\"Bundle\",\"entry\":".to_owned() + &"[".repeat(500_000)).into_bytes(), false),
        ("attributes.cda.xml", format!("<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id {}/></ClinicalDocument>", (0..50_000).map(|n| format!("a{n}=\"1\" ")).collect::<String>()).into_bytes(), false),
        ("entities.xml", b"<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>&c;</title></ClinicalDocument>".to_vec(), false),
        ("end.asap.dat", format!("{asap}DSP*00*1*{}", "x".repeat(8 << 20)).into_bytes(), false),
        ("elements.asap.dat", format!("{asap}DSP{}~", "*1".repeat(1 << 20)).into_bytes(), false),
        ("dsp.asap.dat", format!("{asap}{}", "DSP*00*71*20260201*0*20260201*0*01*00406055201*60*30*01~\n".repeat(20_000)).into_bytes(), false),
        ("compound.asap.dat", format!("{asap}DSP*00*71*20260201*0*20260201*0*01*00406055201*60*30*01~\n{}", "CDI*1*06*00406055201*1*01~\n".repeat(20_000)).into_bytes(), false),
        ("claims.telecom.txt", format!("{telecom}{}", claim.repeat(10_000)).into_bytes(), false),
        ("end.telecom.txt", format!("{telecom}\u{1c}CA{}", "x".repeat(1 << 20)).into_bytes(), false),
        ("fields.telecom.txt", format!("{telecom}{}", "\u{1c}D700406055201".repeat(100_000)).into_bytes(), false),
        ("both.csv", cell(&"oxycodone naltrexone ".repeat(8_000)), true),
        ("short.csv", cell(&"oxy ".repeat(40_000)), true),
        ("strengths.csv", cell(&(1..8_000).map(|n| format!("oxycodone {n} mg ")).collect::<String>()), true),
        ("slips.csv", cell(&(1..10_000).map(|n| format!("naltrexonx{n} ")).collect::<String>()), true),
        ("listed.csv", cell(&"oxycodone 5 mg; naltrexone 50 mg; ".repeat(5_000)), true),
        ("word.csv", cell(&"naltrexone".repeat(50_000)), true),
        ("denied.csv", diagnoses(&"no abcd, ".repeat(10_000)), true),
        ("named.csv", diagnoses(&"cirrhosis ".repeat(10_000)), true),
        ("nested.csv", diagnoses(&"no cirrhosis (or pregnancy) - denies pregnancy, ".repeat(2_000)), true),
        ("members.ndjson", format!("{{\"resourceType\":\"MedicationRequest\",\"id\":\"1\"{members}{members}}}\n").into_bytes(), false),
        ("wide.csv", (0..16_000).map(|n| format!("c{n},")).collect::<String>().into_bytes(), false),
        ("quote.csv", format!("{HEADER}{ROWS}P2,\"{}", "naltrexone\n".repeat(200_000)).into_bytes(), false),
    ]
}

#[test]
fn what_was_made_to_harm_is_read_within_limits() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (name, bytes, found) in hostile() {
        fs::write(folder.join(name), bytes).unwrap();
        let begun = Instant::now();
        let arguments = format!("check {name} --isolated --format concise --threads 2");
        let (code, told) = said(name, &limited(folder, "", &arguments, Stdio::null()));
        println!("{name}: ends with {code} after {:.1} s", begun.elapsed().as_secs_f64());
        // A cell that also names the drugs may add to the messages, and removes nothing.
        assert!(
            told.contains("opioid-antagonist-overlap") || !found,
            "{name}: {code}: {}",
            &told[..told.floor_char_boundary(2000)]
        );
        fs::remove_file(folder.join(name)).unwrap();
        let left: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.is_empty(), "{name}: {left:?}");
    }
}

#[test]
fn devices_are_not_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("claims.csv"), HEADER.to_owned() + ROWS).unwrap();
    let list = "drug_name,tier\nNaltrexone 50 mg tablet,1\nOxycodone 5 mg tablet,2\n";
    fs::write(folder.path().join("list.csv"), list).unwrap();
    let runs = [
        "check /dev/zero --isolated",
        "check claims.csv --config /dev/zero",
        "check claims.csv --isolated --rules /dev/zero",
        "check claims.csv --isolated --patients /dev/zero",
        "check claims.csv --isolated --conditions /dev/full",
        "check claims.csv --isolated --history /dev/urandom",
        "check claims.csv --isolated --vocabulary /dev/zero",
        "check claims.csv --isolated --baseline /dev/zero",
        "check claims.csv --isolated --site-key /dev/zero",
        "check claims.csv --isolated --ledger /dev/zero",
        "formulary list.csv --isolated --alerts /dev/zero",
        "init /dev/zero",
    ];
    for arguments in runs {
        let (code, told) = said(arguments, &limited(folder.path(), "", arguments, Stdio::null()));
        // Beside a file that was read, it is one that was not.
        assert!(matches!(code, 2 | 3), "{arguments}: {code}: {told}");
        assert!(told.contains("/dev/"), "{arguments}: {told}");
    }
    // The device that contains nothing is an empty file.
    let (code, told) = said(
        "null",
        &limited(folder.path(), "", "check claims.csv /dev/null --isolated", Stdio::null()),
    );
    assert!(code != 2, "{told}");
}

#[test]
fn few_files_a_full_disk_and_a_slow_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in ["claims.xlsx", "export.zip", "claims.csv.xz"] {
        fs::copy(root().join("samples/formats").join(name), folder.join(name)).unwrap();
    }
    fs::write(folder.join("claims.csv"), HEADER.to_owned() + ROWS).unwrap();
    // Besides the three that every program has, two files may be open.
    for name in ["claims.csv", "claims.xlsx", "export.zip", "claims.csv.xz"] {
        let arguments = format!("check {name} --isolated -q --format concise");
        let (code, told) = said(name, &limited(folder, "ulimit -n 5;", &arguments, Stdio::null()));
        assert!(
            matches!(code, 1 | 3) && told.contains("opioid-antagonist-overlap"),
            "{name}: {code}: {told}"
        );
    }
    let mut full = vec!["check claims.csv --isolated --rejects /dev/full --max-rejects 9 --columns patient=days_supply,drug=1".to_owned()];
    full.extend(
        ["json", "html", "csv"]
            .map(|format| format!("check claims.csv --isolated --report {format}=/dev/full")),
    );
    full.push("check claims.csv --isolated --format json > /dev/full".to_owned());
    for arguments in full {
        let (code, told) = said(&arguments, &limited(folder, "", &arguments, Stdio::null()));
        // What is never written (no record was rejected) cannot fail.
        assert!(
            code == 2 && told.contains("No space left") || arguments.contains("--rejects"),
            "{arguments}: {code}: {told}"
        );
    }
    // A pipe that delivers a little at a time.
    let (reader, mut writer) = std::io::pipe().unwrap();
    let slow = std::thread::spawn(move || {
        for piece in (HEADER.to_owned() + ROWS).as_bytes().chunks(9) {
            writer.write_all(piece).unwrap();
            std::thread::sleep(Duration::from_millis(30));
        }
    });
    let (code, told) = said(
        "a slow pipe",
        &limited(folder, "", "check - --isolated --format concise", reader.into()),
    );
    slow.join().unwrap();
    assert!(code == 1 && told.contains("opioid-antagonist-overlap"), "{code}: {told}");
}
