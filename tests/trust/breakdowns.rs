//! What goes wrong around a run: files that change or break, unreadable folders, readers that leave, different clocks and languages. Full disks and
//! killed runs are in `whole_files.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::{root, rxlint, stderr, stdout};
use flate2::Compression;
use flate2::write::GzEncoder;
use rxlint::run::{self, Outcome, RunSettings};
use rxlint_engine::engine::Engine;
use rxlint_input::{Input, InputError, InputOptions};

fn lint(inputs: &[Input]) -> Result<Outcome, InputError> {
    run::lint(&Engine::built_in().unwrap(), inputs, &[], &RunSettings::default())
}

/// Many copies of a sample's rows, larger than one block.
fn large(folder: &Path) -> PathBuf {
    let sample = fs::read_to_string(root().join("samples/clean.csv")).unwrap();
    let (header, rows) = sample.split_once('\n').unwrap();
    let path = folder.join("large.csv");
    fs::write(&path, format!("{header}\n{}", rows.repeat(2_000_000 / rows.len()))).unwrap();
    path
}

/// Opens a file, lets something happen to it, and reads it.
fn read_after(happens: impl FnOnce(&Path)) -> Result<Outcome, InputError> {
    let folder = tempfile::tempdir().unwrap();
    let path = large(folder.path());
    let opened = Input::open(std::slice::from_ref(&path), &InputOptions::default()).unwrap();
    happens(&path);
    lint(&opened.inputs)
}

#[test]
fn a_file_that_changes_under_the_run_is_an_error_and_never_half_a_report() {
    assert!(read_after(|_| ()).is_ok());
    let grown = read_after(|path| {
        OpenOptions::new().append(true).open(path).unwrap().write_all(b"C9,P9\n").unwrap()
    });
    let shrunk = read_after(|path| {
        OpenOptions::new().write(true).open(path).unwrap().set_len(1_000_000).unwrap()
    });
    let emptied = read_after(|path| drop(File::create(path).unwrap()));
    let gone = read_after(|path| fs::remove_file(path).unwrap());
    for (what, outcome) in
        [("grown", grown), ("shrunk", shrunk), ("emptied", emptied), ("gone", gone)]
    {
        let error = outcome.expect_err(what);
        println!("{what}: {error}\n  help: {}", error.help());
        assert!(
            error.to_string().contains("large.csv") && !error.help().is_empty(),
            "{what}: {error}"
        );
    }
}

#[test]
fn a_reader_that_leaves_early_is_success() {
    for format in ["concise", "full", "json", "jsonl"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rxlint"))
            .current_dir(root())
            .args([
                "check",
                "--isolated",
                "--max-shown",
                "all",
                "--format",
                format,
                "samples/clean.csv",
                "samples/catalogue.csv",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Gone before a byte is written, so every write fails.
        drop(child.stdout.take());
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert_eq!(
            child.wait().unwrap().code(),
            Some(1),
            "{format}: the code is that of the findings: {told}"
        );
        assert!(
            !told.contains("panic") && !told.to_lowercase().contains("pipe"),
            "{format}: {told}"
        );
    }
}

#[test]
fn a_broken_packed_file_says_what_was_read_and_is_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(&fs::read(root().join("samples/claims.csv")).unwrap()).unwrap();
    let whole = packer.finish().unwrap();
    let path = folder.path().join("claims.csv.gz");
    let mut refused = 0;
    for kept in (0..whole.len()).step_by(whole.len() / 19) {
        fs::write(&path, &whole[..kept]).unwrap();
        let output = rxlint(&["check", "--isolated", path.to_str().unwrap()]);
        let told = stderr(&output);
        let code = output.status.code().unwrap();
        assert!(
            matches!(code, 2 | 3),
            "cut to {kept} of {} bytes: code {code}: {told}",
            whole.len()
        );
        assert!(!told.contains("panic"), "{told}");
        refused += u32::from(code == 2);
    }
    println!("{refused} of the cuts left nothing to read");
    // One bit changed in the checksum at the end: all rows are there, but something is wrong.
    let mut changed = whole.clone();
    let checksum = changed.len() - 8;
    changed[checksum] ^= 1;
    fs::write(&path, &changed).unwrap();
    assert_eq!(rxlint(&["check", "--isolated", path.to_str().unwrap()]).status.code(), Some(3));
}

#[test]
fn a_file_made_to_fill_a_disk_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.csv.gz");
    let mut packer = GzEncoder::new(File::create(&path).unwrap(), Compression::best());
    packer.write_all(b"patient,drug,date,days\n").unwrap();
    let zeros = vec![b'0'; 1 << 20];
    (0..512).for_each(|_| packer.write_all(&zeros).unwrap());
    packer.finish().unwrap();
    let output = rxlint(&["check", "--isolated", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("made to fill a disk"), "{}", stderr(&output));
}

#[test]
fn language_and_time_zone_change_no_byte() {
    let run = |variables: &[(&str, &str)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_rxlint"))
            .current_dir(root())
            .env_clear()
            .envs(variables.iter().copied())
            .args(["check", "--isolated", "--format", "json", "samples"])
            .output()
            .unwrap();
        (stdout(&output), stderr(&output))
    };
    let plain = run(&[]);
    assert!(plain.0.contains("rxlint/report/1"));
    for (locale, zone) in [
        ("de_DE.UTF-8", "Pacific/Kiritimati"),
        ("tr_TR.UTF-8", "America/Anchorage"),
        ("C", "Etc/GMT+12"),
    ] {
        assert_eq!(
            plain,
            run(&[("LANG", locale), ("LC_ALL", locale), ("TZ", zone), ("SOURCE_DATE_EPOCH", "1")]),
            "{locale} {zone}"
        );
    }
}

/// Runs as the user `nobody` if the tests run as root, who may read everything.
#[cfg(unix)]
#[test]
fn unreadable_files_are_reported_and_fail_the_run() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(folder.path(), 0o755);
    fs::copy(env!("CARGO_BIN_EXE_rxlint"), at("rxlint")).unwrap();
    mode(&at("rxlint"), 0o755);
    fs::create_dir_all(at("exports/locked")).unwrap();
    fs::copy(root().join("samples/clean.csv"), at("exports/a.csv")).unwrap();
    fs::copy(root().join("samples/claims.csv"), at("exports/locked/b.csv")).unwrap();
    mode(&at("exports/locked"), 0o000);
    let is_root = fs::metadata(folder.path()).unwrap().uid() == 0;
    let check = |path: &Path| {
        let mut command = Command::new(at("rxlint"));
        if is_root {
            command.uid(65_534).gid(65_534);
        }
        command
            .current_dir(folder.path())
            .env_clear()
            .args(["check", "--isolated"])
            .arg(path)
            .output()
            .unwrap()
    };
    // A partly unreadable folder must not look like a clean folder.
    let output = check(&at("exports"));
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("locked: this file was not read"), "{}", stderr(&output));
    mode(&at("exports/locked"), 0o755);
    mode(&at("exports/a.csv"), 0o000);
    let output = check(&at("exports"));
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("a.csv: this file was not read"), "{}", stderr(&output));
    mode(&at("exports/a.csv"), 0o644);
    assert_eq!(check(&at("exports")).status.code(), Some(1));
}
