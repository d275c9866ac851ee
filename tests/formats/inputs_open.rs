//! Opening paths as users give them: files, folders, options, and what cannot be read.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use crate::common;

use std::fs;
use std::path::{Path, PathBuf};

use rxlint_input::error::ErrorKind;
use rxlint_input::layout::ColumnMap;
use rxlint_input::{Input, InputError, InputOptions, Opened};

const EXPORT: &str = "patient_id,drug_name,fill_date\nP1,a,2026-01-02\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn open(path: &Path) -> Result<Opened, InputError> {
    Input::open(&[path.to_owned()], &InputOptions::default())
}

#[test]
fn a_folder_is_read_in_order_and_what_was_left_out_is_reported() {
    let folder = folder(&[
        ("b.csv", EXPORT),
        ("a/claims.txt", "BENE_ID|SRVC_DT|PROD_SRVC_ID\n1|12-MAY-2015|00000000001\n"),
        ("person.csv", "person_id,year_of_birth\n1,1970\n"),
        ("readme.txt", "2026: what, this folder\nholds, 1, 2, and\nwhy\n"),
        ("empty.csv", ""),
        ("picture.png", "no table"),
    ]);
    let opened = open(folder.path()).unwrap();
    let layouts: Vec<_> =
        opened.inputs.iter().map(|input| (input.index(), input.layout())).collect();
    assert_eq!(layouts, [(0, "pde"), (1, "generic"), (2, "empty")]);
    assert_eq!(opened.notes.len(), 2);
    assert!(
        opened.notes[0]
            .starts_with("Passed over, since files of these kinds hold no prescriptions: ")
            && opened.notes[0].ends_with("readme.txt."),
        "{}",
        opened.notes[0]
    );
    assert!(
        opened.notes[1].ends_with(
            "person.csv was left out: it is a table of patients, without prescriptions."
        ),
        "{}",
        opened.notes[1]
    );
}

#[test]
fn what_a_folder_may_hold_is_an_error_where_it_is_named() {
    let folder = folder(&[("person.csv", "person_id,year_of_birth\n1,1970\n")]);
    assert!(open(folder.path()).unwrap().inputs.is_empty());
    let error = open(&folder.path().join("person.csv")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotPrescriptions { layout: "omop-person", .. }));
}

#[test]
fn exports_that_cannot_be_understood_are_reported_and_stop_no_other() {
    for text in [
        "PAR1\u{0}\u{1}",
        "P1,2026-01-02,30\nP2,2026-01-03,30\n",
        "patient_id,drug_name,when\n1,a,b\n",
    ] {
        let folder = folder(&[("a.txt", text), ("b.csv", EXPORT)]);
        let opened = open(folder.path()).unwrap();
        assert_eq!((opened.inputs.len(), opened.unread.len()), (1, 1), "{text}");
        assert!(opened.unread[0].about().0.ends_with("a.txt"), "{text}");
    }
}

#[test]
fn options_reach_every_input() {
    let folder = folder(&[("a.csv", "MRN#Qux#Wann\n1#b#03/04/2026\n")]);
    let options = InputOptions {
        columns: ColumnMap::parse("drug=qux,fill_date=3").unwrap(),
        delimiter: Some(b'#'),
        ..InputOptions::default()
    };
    let opened = Input::open(&[folder.path().join("a.csv")], &options).unwrap();
    let text = opened.inputs[0].describe().render(str::to_owned, |_, text| text.to_owned());
    assert!(
        text.contains("drug       from column 2") && text.contains("fill_date  from column 3"),
        "{text}"
    );
    let columns = ColumnMap::parse("drug=Waz").unwrap();
    let error = Input::open(&[folder.path().join("a.csv")], &InputOptions { columns, ..options })
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("has no such column, which `--columns` or rxlint.toml gives to `drug`"),
        "{error}"
    );
    assert!(error.help().contains("3 columns, whose names are not shown"), "{}", error.help());
}

#[test]
fn every_refusal_says_what_to_do() {
    let folder = folder(&[
        ("hl7.txt", "MSH|^~\\&|a|b|c|d|20260101||ADT^A01|1|P|2.5\rPID|1||7\r"),
        ("fhir.json", "{\"resourceType\":\"Bundle\"}"),
        ("script.xml", "<Message/>"),
        ("book.csv", "PK\u{3}\u{4}xl/workbook.xml"),
        ("data.csv", "1,2,3\n"),
        ("quote.csv", "\"a,b\n1,2\n"),
        ("other.csv", "name,strength\na,b\n"),
    ]);
    for name in [
        "hl7.txt",
        "fhir.json",
        "script.xml",
        "book.csv",
        "data.csv",
        "quote.csv",
        "other.csv",
        "absent.csv",
    ] {
        let path = folder.path().join(name);
        if let Err(error) = open(&path) {
            let text = error.to_string();
            assert!(text.contains(name) && text.ends_with('.'), "{text}");
            assert!(error.help().ends_with(['.', '?']), "{text}");
        } else {
            panic!("{name} was opened");
        }
    }
    assert!(
        open(&folder.path().join("hl7.txt"))
            .unwrap_err()
            .to_string()
            .contains("HL7 messages, none of which orders")
    );
}

#[test]
fn a_pipe_is_read_like_a_file() {
    // /dev/stdin of a child process would need the binary; a named pipe takes the same path.
    let folder = tempfile::tempdir().unwrap();
    let pipe: PathBuf = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        common::skipped("mkfifo is not installed: named pipes were not read");
        return;
    }
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::write(pipe, EXPORT).unwrap()
    });
    let opened = open(&pipe).unwrap();
    writer.join().unwrap();
    assert_eq!(
        (opened.inputs[0].layout(), opened.inputs[0].bytes()),
        ("generic", EXPORT.len() as u64)
    );
}
