//! A run that is killed leaves every file that it writes either old and whole or new and whole.

mod common;

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often a run is killed.
const KILLS: u32 = 48;

/// An export in which some hundred patients have a finding and some hundred rows have no patient.
fn export(path: &Path, first: u32) {
    let mut text = String::from("claim_id,patient_id,fill_date,drug_name,quantity,days_supply\n");
    for n in first..first + 300 {
        writeln!(text, "{n}A,P{n},2026-03-01,Oxycodone 5 mg tablet,20,10\n{n}B,P{n},2026-03-05,Naltrexone 50 mg tablet,30,30").unwrap();
        writeln!(text, "{n}C,,2026-03-05,Naltrexone 50 mg tablet,30,30").unwrap();
    }
    std::fs::write(path, text).unwrap();
}

/// A run that writes a baseline and a file of rejected records.
fn command(folder: &Path, input: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
    command.current_dir(folder).env_clear().stdout(Stdio::null()).stderr(Stdio::null());
    command.args(["baseline", "write", input, "--overwrite", "--max-rejects", "1000", "--baseline", "baseline.json", "--rejects", "rejects.csv"]);
    command
}

#[test]
fn a_killed_run_leaves_whole_files() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let files = ["baseline.json", "rejects.csv"];
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

    // Numbers of no meaning that are the same in every run of this test.
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let (mut killed, mut replaced) = (0, 0);
    for round in 0..KILLS {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let before = read();
        let mut child = command(folder, inputs[round as usize % 2]).spawn().unwrap();
        // Mostly near the end, where the files are written.
        std::thread::sleep(takes.mul_f64(0.5 + 0.6 * (random % 1000) as f64 / 1000.0));
        child.kill().unwrap();
        killed += u32::from(child.wait().unwrap().code().is_none());
        let after = read();
        for (at, name) in files.iter().enumerate() {
            assert!(whole.iter().any(|files| files[at] == after[at]), "{name} is neither old nor new in round {round}");
        }
        replaced += u32::from(before != after);
    }
    println!("{killed} of {KILLS} runs were killed before they ended; {replaced} replaced a file");
    assert!(killed > 0, "no run was killed in time: the test shows nothing");
    // What a killed run leaves behind is recognised as its own and stands in nobody's way.
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = files.contains(&name.as_str()) || inputs.contains(&name.as_str());
        assert!(known || (name.starts_with(".rxlint-") && name.ends_with(".tmp")), "{name}");
    }
}
