//! A killed run leaves every file that it writes either old and intact or new and intact.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper of a test may panic as a test may"
)]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often a run of each kind is killed.
const KILLS: u32 = 24;

/// An export in which a few hundred patients have a finding and a few hundred rows have no patient.
fn export(path: &Path, first: u32) {
    let mut text = String::from("claim_id,patient_id,fill_date,drug_name,quantity,days_supply\n");
    for n in first..first + 300 {
        writeln!(text, "{n}A,P{n},2026-03-01,Oxycodone 5 mg tablet,20,10\n{n}B,P{n},2026-03-05,Naltrexone 50 mg tablet,30,30").unwrap();
        writeln!(text, "{n}C,,2026-03-05,Naltrexone 50 mg tablet,30,30").unwrap();
    }
    std::fs::write(path, text).unwrap();
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
    command
        .current_dir(folder)
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .args(arguments);
    command
}

#[test]
fn a_killed_run_leaves_its_baseline_and_rejects_whole() {
    killed_runs_leave_whole_files(["baseline.json", "rejects.csv"], |folder, input| {
        command(
            folder,
            &[
                "baseline",
                "write",
                input,
                "--overwrite",
                "--max-rejects",
                "1000",
                "--baseline",
                "baseline.json",
                "--rejects",
                "rejects.csv",
            ],
        )
    });
}

#[test]
fn a_killed_run_leaves_its_reports_whole() {
    killed_runs_leave_whole_files(["report.json", "report.html"], |folder, input| {
        let reports = ["--report", "json=report.json", "--report", "html=report.html"];
        command(
            folder,
            &[&["check", input, "--exit-zero", "--max-rejects", "1000", "-qq"][..], &reports]
                .concat(),
        )
    });
}

/// Kills runs at moments spread over their duration and over their writing.
fn killed_runs_leave_whole_files(files: [&str; 2], command: impl Fn(&Path, &str) -> Command) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let read = || files.map(|name| std::fs::read(folder.join(name)).unwrap());
    let inputs = ["one.csv", "two.csv"];
    let mut whole = Vec::new();
    let mut takes = Duration::ZERO;
    for (input, first) in inputs.into_iter().zip([1000, 5000]) {
        export(&folder.join(input), first);
        let begun = Instant::now();
        assert!(command(folder, input).status().unwrap().success());
        takes = begun.elapsed();
        whole.push(read());
    }
    assert_ne!(whole[0], whole[1]);

    // Arbitrary numbers that are the same in every run of this test.
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let (mut killed, mut replaced) = (0, 0);
    for round in 0..KILLS {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let (before, left) = (read(), temporary(folder));
        let mut child = command(folder, inputs[round as usize % 2]).spawn().unwrap();
        let part_of_a_run = takes.mul_f64(1.1 * (random % 1000) as f64 / 1000.0);
        if round % 3 == 0 {
            // At any moment of the run.
            std::thread::sleep(part_of_a_run);
        } else {
            // While the files are written, as a new temporary file shows: at once, or later, depending on how long writing takes on this machine.
            while temporary(folder).is_subset(&left) && child.try_wait().unwrap().is_none() {}
            std::thread::sleep(if round % 3 == 1 {
                Duration::from_micros(random % 12_000)
            } else {
                part_of_a_run
            });
        }
        child.kill().unwrap();
        killed += u32::from(child.wait().unwrap().code().is_none());
        let after = read();
        for (at, name) in files.iter().enumerate() {
            assert!(
                whole.iter().any(|files| files[at] == after[at]),
                "{name} is neither old nor new in round {round}"
            );
        }
        replaced += u32::from(before != after);
    }
    println!("{killed} of {KILLS} runs were killed before they ended; {replaced} replaced a file");
    assert!(killed > 0, "no run was killed in time: the test shows nothing");
    assert!(replaced > 0, "no killed run had written anything: the test shows little");
    // What a killed run leaves behind is recognised as its own and gets in no one's way.
    let others = std::fs::read_dir(folder).unwrap().count() - temporary(folder).len();
    assert_eq!(others, files.len() + inputs.len());
    // The next run that writes there removes it.
    assert!(command(folder, inputs[0]).status().unwrap().success());
    assert!(temporary(folder).is_empty(), "{:?}", temporary(folder));
}

/// The temporary files in a folder.
fn temporary(folder: &Path) -> BTreeSet<OsString> {
    let is_temporary = |name: &OsString| {
        name.to_str().is_some_and(|name| name.starts_with(".rxlint-") && name.ends_with(".tmp"))
    };
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(is_temporary)
        .collect()
}

/// The disk is full after a few kilobytes; to a program, a file size limit looks the same.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_every_report_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    export(&folder.join("one.csv"), 1000);
    // `github` has at most thirty lines, too few to fill the disk.
    for format in rxlint_report::Format::names().into_iter().filter(|format| *format != "github") {
        let report = folder.join(format!("report.{format}"));
        std::fs::write(&report, "old").unwrap();
        let run = format!(
            "trap '' XFSZ; ulimit -f 8; exec '{}' check one.csv --max-rejects 1000 -qq --report {format}=report.{format}",
            env!("CARGO_BIN_EXE_rxlint")
        );
        let output = Command::new("sh").current_dir(folder).args(["-c", &run]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{format}: {told}");
        assert!(
            told.contains(&format!("report.{format}")),
            "{format}: the message names the file: {told}"
        );
        assert_eq!(std::fs::read_to_string(&report).unwrap(), "old", "{format}");
        assert!(temporary(folder).is_empty(), "{format}: nothing is left behind");
        std::fs::remove_file(report).unwrap();
    }
}
