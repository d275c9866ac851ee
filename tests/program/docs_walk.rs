//! A walkthrough as a new user: every command printed in README and docs is run in a copy of the samples, and its output is compared with what is
//! printed below it. What cannot be run here is listed, with the reason.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::root;

/// Prefixes of commands that are not run, and why.
const NOT_RUN: [(&str, &str); 16] = [
    ("cargo install", "installs into the user's home, and compiles for minutes"),
    ("cargo build", "compiles for minutes"),
    ("bash scripts/", "takes minutes; that the script is there and can be parsed is looked at"),
    ("install ", "writes where a system keeps its programs"),
    ("crontab ", "changes the user's jobs"),
    ("useradd ", "changes the machine's users"),
    ("systemctl ", "changes the machine's services"),
    ("docker ", "needs Docker and an image"),
    ("mkdir -p .cargo && cargo vendor", "needs the network"),
    ("cd benches", "belongs to a command that needs a release build"),
    ("RXLINT=", "needs a release build and Python"),
    ("RXLINT_REFERENCE_PATIENTS=", "takes minutes"),
    ("target/release/", "needs a release build"),
    ("/usr/bin/time", "needs a release build and large files"),
    ("pip ", "needs the network"),
    ("python3 ", "needs what pip installs"),
];

/// The commands that find something and so end with 1; all others end with 0.
const FINDS: [&str; 15] = [
    "rxlint check samples/claims.csv",
    "rxlint check exports/",
    "rxlint check --columns patient=MRN,drug=Med_Desc export.csv",
    "rxlint check --format json exports/",
    "rxlint check tonight.csv --history exports/",
    "rxlint check tonight.csv --history exports/2026/",
    "rxlint check tonight.csv --ledger rx.ledger",
    "rxlint check tonight.csv --ledger rx.ledger --only-new",
    "rxlint check tonight.csv --ledger rx.ledger --report xlsx=monday.xlsx",
    "rxlint formulary --alerts interactions.csv formulary.csv",
    "rxlint formulary --alerts interactions.csv formulary/",
    "rxlint formulary formulary.csv",
    "rxlint formulary --look-alikes formulary.csv",
    "rxlint formulary --format sarif formulary.csv",
    "rxlint formulary --fix formulary.csv",
];

/// A command as printed on a page.
struct Printed {
    page: String,
    line: usize,
    command: String,
    /// What the page shows below it.
    says: Option<String>,
}

fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> =
        docs.filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}

/// The commands of a page's `sh` blocks, each with the `text` block that follows it.
fn commands(page: &Path) -> Vec<Printed> {
    let text = fs::read_to_string(page).unwrap();
    let name = page.strip_prefix(root()).unwrap().display().to_string();
    let (mut found, mut block, mut last_sh) = (Vec::<Printed>::new(), None::<(&str, String)>, 0);
    for (at, line) in text.lines().enumerate() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(language)) => block = Some((language, String::new())),
            (Some(("text", said)), Some("")) => {
                if at - said.lines().count() <= last_sh + 3
                    && let Some(command) = found.last_mut()
                {
                    command.says = Some(said.clone());
                }
                block = None;
            }
            (Some((language, _)), Some("")) => {
                if *language == "sh" {
                    last_sh = at;
                }
                block = None;
            }
            (Some(("sh", _)), _) => match found.last_mut() {
                // A line that ends with a backslash continues.
                Some(before) if before.command.ends_with('\\') => {
                    before.command.pop();
                    before.command += line.trim();
                }
                _ => found.push(Printed {
                    page: name.clone(),
                    line: at + 1,
                    command: line.to_owned(),
                    says: None,
                }),
            },
            (Some((_, said)), _) => *said += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    found
}

/// A folder like that of someone who follows the pages: samples, exports, tonight's file, lists, under version control.
fn scratch() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for made in ["samples", "exports/2026", "formulary"] {
        fs::create_dir_all(path(made)).unwrap();
    }
    let sample = |name: &str| fs::read_to_string(root().join("samples").join(name)).unwrap();
    for name in ["claims.csv", "clean.csv", "formulary.csv", "alerts.csv"] {
        fs::write(path("samples").join(name), sample(name)).unwrap();
    }
    let claims = sample("claims.csv");
    let (header, rows) = claims.split_once('\n').unwrap();
    let some = |from: usize, to: usize| {
        rows.lines()
            .skip(from)
            .take(to - from)
            .fold(format!("{header}\n"), |all, row| all + row + "\n")
    };
    fs::write(path("exports/claims.csv"), &claims).unwrap();
    // Last week's opioids, and what begins tonight.
    fs::write(path("exports/2026/last-week.csv"), some(0, 11)).unwrap();
    fs::write(path("tonight.csv"), some(11, 28)).unwrap();
    fs::write(path("tomorrow.csv"), sample("clean.csv")).unwrap();
    fs::write(
        path("export.csv"),
        claims.replace("patient_id", "MRN").replace("drug_name", "Med_Desc"),
    )
    .unwrap();
    for list in ["formulary.csv", "old.csv", "formulary/list.csv"] {
        fs::write(path(list), sample("formulary.csv")).unwrap();
    }
    fs::write(path("interactions.csv"), sample("alerts.csv")).unwrap();
    folder
}

fn run(folder: &Path, command: &str) -> Output {
    let bin = Path::new(env!("CARGO_BIN_EXE_rxlint")).parent().unwrap();
    let paths = std::env::var("PATH").unwrap_or_default();
    Command::new("sh")
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:{paths}", bin.display()))
        .env("HOME", folder)
        .args(["-c", command])
        .output()
        .unwrap()
}

/// A command without its comment.
fn plain(command: &str) -> String {
    let end = command.find(" # ").or(command.find("   #")).unwrap_or(command.len());
    command[..end].trim().to_owned()
}

#[test]
fn every_printed_command_runs_and_prints_what_the_page_shows() {
    let (mut ran, mut not_run, mut compared) = (0, 0, 0);
    let mut wrong = Vec::new();
    for page in pages() {
        let folder = scratch();
        run(
            folder.path(),
            "git init -q && git add formulary.csv && git -c user.name=x -c user.email=x@example.org commit -qm lists",
        );
        run(folder.path(), "rxlint check --new-ledger --ledger rx.ledger exports/2026/ -qq");
        for printed in commands(&page) {
            let command =
                plain(&printed.command).replace("cargo run --release -- ", "rxlint --color never ");
            if command.starts_with('#') || command.is_empty() {
                continue;
            }
            let at = format!("{}:{}: {command}", printed.page, printed.line);
            if let Some((_, why)) = NOT_RUN.iter().find(|(begins, _)| command.starts_with(begins)) {
                if let Some(script) = command.strip_prefix("bash ") {
                    let script = script.split(' ').next().unwrap();
                    let parsed = Command::new("bash")
                        .current_dir(root())
                        .args(["-n", script])
                        .status()
                        .unwrap();
                    assert!(parsed.success(), "{at}");
                }
                println!("not run, since it {why}: {at}");
                not_run += 1;
                continue;
            }
            assert!(
                command.starts_with("rxlint "),
                "{at}: neither run nor listed as not to be run"
            );
            // What follows in the shell has its own exit code; a page shows what a terminal would show.
            let own = command.split(['>', '|']).next().unwrap_or(&command).trim().to_owned();
            let own = own.replace("--color never ", "");
            let shown = if printed.says.is_some() {
                format!("{command} --format full")
            } else {
                command.clone()
            };
            let output = run(folder.path(), &shown);
            let code = output.status.code();
            let expected =
                if command.contains('|') { 0 } else { i32::from(FINDS.contains(&own.as_str())) };
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            if code != Some(expected) {
                wrong.push(format!("{at}: ends with {code:?}, not {expected}\n{stderr}"));
            }
            ran += 1;
            if let Some(says) = &printed.says {
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                compared += 1;
                if !said.contains(says.as_str()) {
                    wrong.push(format!("{at}: says something else:\n{said}\nand not\n{says}"));
                }
            }
        }
    }
    println!("{ran} commands run, {compared} outputs compared, {not_run} not run");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(ran >= 30 && compared >= 1, "{ran} {compared}");
}

/// Commands in running text: each must at least be known to the program, with all its options.
#[test]
fn every_command_in_the_text_is_known() {
    let mut known = std::collections::BTreeSet::new();
    for page in
        pages().into_iter().chain([root().join("CONTRIBUTING.md"), root().join("SECURITY.md")])
    {
        let text = fs::read_to_string(&page).unwrap();
        // Outside code blocks, every other piece between backquotes is code.
        let prose: String = text.split("```").step_by(2).collect();
        for code in prose.split('`').skip(1).step_by(2).filter(|code| code.starts_with("rxlint ")) {
            known.insert((code.replace('\n', " "), page.clone()));
        }
    }
    assert!(known.len() > 20, "{}", known.len());
    let folder = tempfile::tempdir().unwrap();
    for (code, page) in known {
        let command = code.split(['>', '|']).next().unwrap_or_default().replace('…', "");
        // Parquet is a feature that tests are built without.
        if command.contains("=target/rx_findings.parquet") {
            continue;
        }
        let output = run(folder.path(), &format!("{command} --help"));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{}: {code}: {told}", page.display());
    }
}
