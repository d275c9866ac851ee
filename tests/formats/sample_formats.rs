//! A sample of each format of claims, documents and messages, against the expected files beside it: findings, summary and exit code.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use crate::common::{root, rxlint, same_as_file, stderr, stdout};

#[test]
fn every_format_sample_gives_its_expected_output() {
    let folder = root().join("samples/documents");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() >= 7, "the samples are there");
    std::fs::create_dir_all(folder.join("expected")).unwrap();
    for name in names {
        let output = rxlint(&["check", "--format", "full", &format!("samples/documents/{name}")]);
        let code = output.status.code().unwrap();
        let found = format!("{}\n{}exit code {code}\n", stdout(&output), stderr(&output));
        same_as_file(&folder.join("expected").join(format!("{name}.txt")), &found);
    }
}
