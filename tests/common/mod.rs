//! Helpers for tests that run the built program.
#![allow(dead_code, reason = "each test file uses some of them")]
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test may fail")]

pub(crate) mod table;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The project's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program in the project's root, with an empty environment.
pub(crate) fn rxlint(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
    command.current_dir(root()).env_clear().args(arguments);
    command.output().expect("the program was built with the tests")
}

/// Its standard output.
pub(crate) fn stdout(output: &Output) -> String {
    document(output.stdout.clone())
}

/// A document as text; for a workbook, the text of all its parts.
pub(crate) fn document(bytes: Vec<u8>) -> String {
    if !bytes.starts_with(b"PK") {
        return String::from_utf8(bytes).expect("every document is UTF-8");
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let mut text = String::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("each part can be read");
        std::io::Read::read_to_string(&mut part, &mut text).expect("each part is UTF-8");
        text.push('\n');
    }
    text
}

/// Its standard error.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("every message is UTF-8")
}

/// Compares with a checked-in file. `UPDATE_EXPECTED=1 cargo test` rewrites it: deliberately, and the commit says why.
pub(crate) fn same_as_file(file: &Path, found: &str) {
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(file, found).expect("the expected file can be written");
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        expected == found,
        "{} differs; UPDATE_EXPECTED=1 cargo test writes it anew\n--- found\n{found}",
        file.display()
    );
}

/// The folder of shared samples, if present.
pub(crate) fn shared() -> Option<PathBuf> {
    let folder = root().join("../shared");
    if folder.join("inputs").is_dir() {
        return Some(folder);
    }
    skipped("the folder ../shared is not there");
    None
}

/// Reports that a test skipped something, and why; `scripts/test` repeats it in its last lines.
pub(crate) fn skipped(why: &str) {
    println!("SKIPPED: {why}");
    let list = Path::new(env!("CARGO_TARGET_TMPDIR")).join("skipped.txt");
    let file = std::fs::OpenOptions::new().create(true).append(true).open(list);
    let noted = file.and_then(|mut file| writeln!(file, "{why}"));
    noted.expect("the folder of the tests can be written");
}

/// Every format that `check` knows.
pub(crate) fn formats() -> Vec<&'static str> {
    rxlint_report::Format::names()
}

/// The options that make `check` write everything it can: its log, its rejects, a ledger `rx.ledger`, every report as `r.FORMAT`.
pub(crate) fn everything_written() -> Vec<String> {
    let ledger = ["--new-ledger", "--ledger", "rx.ledger"];
    let told = ["-v", "--log-format", "json", "--rejects", "rejects.csv"];
    let reports =
        formats().into_iter().flat_map(|name| ["--report".to_owned(), format!("{name}=r.{name}")]);
    told.into_iter().chain(ledger).map(str::to_owned).chain(reports).collect()
}

/// Runs the program in a folder, with an empty environment.
pub(crate) fn rxlint_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
    command.current_dir(folder).env_clear().args(arguments);
    command.output().expect("the program was built with the tests")
}

/// What `check` writes to standard output in a format.
pub(crate) fn check(format: &str, arguments: &[&str]) -> String {
    let output = rxlint(&[&["check", "--isolated", "--format", format], arguments].concat());
    assert!(output.status.code().is_some_and(|code| code != 2), "{}", stderr(&output));
    stdout(&output)
}

/// Everything that one run writes: each report that was written, by format, and standard error.
pub(crate) fn check_all(arguments: &[&str]) -> BTreeMap<&'static str, String> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = |format: &str| folder.path().join(format);
    let reports: Vec<String> =
        formats().iter().map(|format| format!("{format}={}", path(format).display())).collect();
    let mut all = vec!["check", "--isolated", "--format", "concise"];
    reports.iter().for_each(|report| all.extend(["--report", report]));
    let output = rxlint(&[&all, arguments].concat());
    let written = formats()
        .into_iter()
        .filter_map(|format| Some((format, document(std::fs::read(path(format)).ok()?))));
    written.chain([("stderr", stderr(&output))]).collect()
}
