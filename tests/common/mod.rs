//! Running the program as a person does.

#![allow(dead_code, reason = "not every test uses all of it")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

/// Every format that `check` knows.
pub(crate) const FORMATS: [&str; 12] =
    ["full", "concise", "narrated", "json", "jsonl", "csv", "sarif", "junit", "github", "gitlab", "fhir", "html"];

/// Runs the program in a folder, on none of the caller's settings.
pub(crate) fn rxlint_in(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rxlint")).args(args).current_dir(folder).env_clear().output().unwrap()
}

/// Runs the program in the root of the repository, with no configuration.
pub(crate) fn rxlint(args: &[&str]) -> Output {
    rxlint_in(Path::new(env!("CARGO_MANIFEST_DIR")), args)
}

/// What `check` writes to standard output.
pub(crate) fn check(format: &str, args: &[&str]) -> String {
    let output = rxlint(&[&["check", "--isolated", "--format", format], args].concat());
    assert!(output.status.code().is_some_and(|code| code != 2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What one run writes: every format as a report file, those that were written, and what it tells on the way.
pub(crate) fn check_all(args: &[&str]) -> BTreeMap<&'static str, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = |format: &str| folder.path().join(format);
    let reports: Vec<String> = FORMATS.iter().map(|format| format!("{format}={}", path(format).display())).collect();
    let mut all = vec!["check", "--isolated", "--format", "concise"];
    reports.iter().for_each(|report| all.extend(["--report", report]));
    let output = rxlint(&[&all, args].concat());
    let written = FORMATS.iter().filter_map(|format| Some((*format, std::fs::read_to_string(path(format)).ok()?)));
    written.chain([("stderr", String::from_utf8(output.stderr).unwrap())]).collect()
}
