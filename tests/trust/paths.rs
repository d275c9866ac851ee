//! Nothing that a run reads is ever written to, and no two outputs are the same file, however the paths are written.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper of a test may panic as a test may"
)]

use crate::common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use crate::common::{rxlint_in, stderr};

const CLAIMS: &str = "claim_id,patient_id,fill_date,drug_name,quantity,days_supply\n\
                      C1,P1,2026-03-01,Oxycodone 5 mg tablet,20,10\n\
                      C2,P1,2026-03-05,Naltrexone 50 mg tablet,30,30\n\
                      C3,,2026-03-05,Naltrexone 50 mg tablet,30,30\n";

/// A command with every option that reads a path, and the name of each of those paths in messages.
struct Case {
    command: &'static [&'static str],
    /// The arguments that are always given.
    given: Vec<String>,
    /// What an output must not be: its name in messages, and its path.
    read: Vec<(&'static str, &'static str)>,
    /// The options that write, each with a free path; the option is written such that the path follows it.
    write: Vec<(&'static str, &'static str)>,
}

/// What every command reads.
const SHARED: [(&str, &str, &str); 5] = [
    ("--config", "the configuration", "site.toml"),
    ("--rules", "--rules", "our-rules/interaction/our-rule.toml"),
    ("--vocabulary", "--vocabulary", "codes.csv"),
    ("--patients", "--patients", "people.csv"),
    ("--conditions", "--conditions", "diagnoses.csv"),
];

impl Case {
    fn new(command: &'static [&'static str], with_tables: bool) -> Self {
        let mut case = Self { command, given: Vec::new(), read: Vec::new(), write: Vec::new() };
        for (option, told, path) in SHARED.iter().take(if with_tables { 5 } else { 3 }) {
            let argument = if *option == "--rules" { "our-rules" } else { path };
            case.given.extend([(*option).to_owned(), argument.to_owned()]);
            case.read.push((told, path));
        }
        case.given.extend(["--vocabulary-cache", "cache"].map(str::to_owned));
        case
    }

    fn reads(mut self, option: &'static str, path: &'static str) -> Self {
        let is_option = option.starts_with("--");
        self.given.extend(is_option.then(|| option.to_owned()));
        self.given.push(path.to_owned());
        self.read.push((option, path));
        self
    }

    fn folder(mut self, path: &'static str, file: &'static str) -> Self {
        self.given.push(path.to_owned());
        self.read.push(("the input", file));
        self
    }

    fn writes(mut self, option: &'static str, free: &'static str) -> Self {
        self.write.push((option, free));
        self
    }
}

fn cases() -> Vec<Case> {
    let check = || {
        Case::new(&["check"], true)
            .reads("the input", "claims.csv")
            .folder("exports", "exports/older/a.csv")
            .reads("--baseline", "known.json")
            .reads("--dispositions", "decided.csv")
            .reads("--site-key", "site.key")
            .writes("--rejects ", "rejects.csv")
            .writes("--report json=", "report.json")
            .writes("--report html=", "report.html")
    };
    let folder = || {
        Case::new(&["ledger", "import"], true)
            .reads("the input", "claims.csv")
            .folder("exports", "exports/older/a.csv")
            .writes("--ledger ", "rx.ledger")
            .writes("--rejects ", "rejects.csv")
    };
    let baseline = |action: &'static [&'static str], path| {
        Case::new(action, true)
            .reads("the input", "claims.csv")
            .folder("exports", "exports/older/a.csv")
            .writes("--baseline ", path)
            .writes("--rejects ", "rejects.csv")
    };
    vec![
        check().reads("--history", "old.csv"),
        check().writes("--ledger ", "rx.ledger"),
        folder(),
        baseline(&["baseline", "write", "--overwrite"], "new.json"),
        baseline(&["baseline", "prune"], "known.json"),
        Case::new(&["dispositions", "import"], false)
            .reads("the worklist", "filled.csv")
            .writes("--dispositions ", "new.csv"),
        Case::new(&["formulary"], false)
            .reads("the input", "list.csv")
            .reads("--alerts", "alerts.csv")
            .reads("--baseline", "known.json")
            .writes("--rejects ", "rejects.csv")
            .writes("--report csv=", "report.csv"),
    ]
}

/// A folder with all of these.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for name in ["claims.csv", "exports/older/a.csv", "old.csv"] {
        write(name, CLAIMS);
    }
    write("site.toml", "strict = true\n");
    write("people.csv", "patient,birth_date\nP1,1961-02-03\n");
    write("diagnoses.csv", "patient,code,date\nP1,F11.20,2025-01-01\n");
    write("codes.csv", "code,name\nA1,Naltrexone 50 mg\n");
    write(
        "decided.csv",
        "type,fingerprint,rule,premise,also,disposition,reason,by,until,outcome,service,on,findings,patients\n",
    );
    write("filled.csv", "fingerprint,rule,disposition,reason,by,until\n");
    write("site.key", "0123456789abcdef0123456789abcdef");
    write("list.csv", "drug_name,tier\nNaltrexone 50 mg tablet,1\nOxycodone 5 mg tablet,2\n");
    write("alerts.csv", "drug_1,drug_2\nnaltrexone,oxycodone\n");
    for arguments in [
        &["rules", "new", "our-rule", "--dir", "our-rules", "--isolated"][..],
        &["baseline", "write", "claims.csv", "--max-rejects", "9", "-o", "known.json"],
        &[
            "ledger",
            "import",
            "old.csv",
            "--max-rejects",
            "9",
            "--new-ledger",
            "--ledger",
            "rx.ledger",
        ],
    ] {
        let arguments: Vec<&str> =
            arguments.iter().copied().filter(|word| *word != "--isolated").collect();
        let output = rxlint_in(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    }
    symlink(".", folder.path().join("linked")).unwrap();
    folder
}

/// Every file in a folder: its contents, permissions and modification time.
fn state(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, u32, i64, u64)> {
    let mut state = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let (path, about) = entry.map(|e| (e.path(), e.metadata().unwrap())).unwrap();
            let bytes = if about.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            if about.is_dir() {
                folders.push(path.clone());
            }
            // A folder's time says no more than its contents, and links to it come and go.
            let time = if about.is_file() { about.mtime_nsec() } else { 0 };
            let links = if about.is_file() { about.nlink() } else { 0 };
            state.insert(path, (bytes, about.mode(), time, links));
        }
    }
    state
}

/// Runs a command with outputs given as (option, path), checks that it is refused and changes nothing, and returns its message.
fn refused(folder: &Path, case: &Case, outputs: &[(&str, &str)]) -> String {
    let mut arguments: Vec<String> = case.command.iter().map(|word| (*word).to_owned()).collect();
    arguments.extend(case.given.iter().cloned());
    for (option, path) in outputs {
        match option.split_once(' ') {
            Some((option, "")) => arguments.extend([option.to_owned(), (*path).to_owned()]),
            Some((option, format)) => {
                arguments.extend([option.to_owned(), format!("{format}{path}")])
            }
            None => unreachable!("{option}"),
        }
    }
    let before = state(folder);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = rxlint_in(folder, &arguments);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert!(state(folder) == before, "{arguments:?} changed something: {told}");
    told
}

/// The outputs of a case, with one redirected.
fn outputs<'a>(case: &Case, option: &str, path: &'a str) -> Vec<(&'static str, &'a str)>
where
    'static: 'a,
{
    let elsewhere =
        |(o, free): &(&'static str, &'static str)| (*o, if *o == option { path } else { *free });
    case.write.iter().map(elsewhere).collect()
}

#[test]
fn no_output_replaces_an_input() {
    let site = site();
    let folder = site.path();
    let absolute = |path: &str| folder.join(path).display().to_string();
    let mut runs = 0;
    for case in cases() {
        for (told, path) in &case.read {
            fs::hard_link(folder.join(path), folder.join("hard.link")).unwrap();
            let spellings = [
                (*path).to_owned(),
                format!("./{path}"),
                absolute(path),
                format!("linked/{path}"),
                "hard.link".to_owned(),
            ];
            for (option, _) in &case.write {
                for spelling in &spellings {
                    let error = refused(folder, &case, &outputs(&case, option, spelling));
                    assert!(error.contains(&format!("{told} ")), "{told}: {error}");
                    assert!(error.contains(&format!("{option}{spelling}")), "{option}: {error}");
                    assert!(
                        error.contains("are the same file") && error.contains("help: "),
                        "{error}"
                    );
                    runs += 1;
                }
            }
            fs::remove_file(folder.join("hard.link")).unwrap();
        }
    }
    println!("{runs} runs were refused");
}

#[test]
fn no_two_outputs_are_the_same_file() {
    let site = site();
    let folder = site.path();
    fs::write(folder.join("there.out"), "old").unwrap();
    for case in cases() {
        for (at, (one, _)) in case.write.iter().enumerate() {
            for (other, _) in &case.write[at + 1..] {
                for same in ["same.out", "there.out"] {
                    for spelling in [same.to_owned(), format!("./{same}"), format!("linked/{same}")]
                    {
                        let mut outputs = outputs(&case, one, same);
                        outputs
                            .iter_mut()
                            .filter(|(option, _)| option == other)
                            .for_each(|(_, path)| *path = spelling.as_str());
                        let error = refused(folder, &case, &outputs);
                        assert!(
                            error.contains(one.trim()) && error.contains(other.trim()),
                            "{one} and {other}: {error}"
                        );
                        assert!(error.contains("are the same file"), "{error}");
                    }
                }
            }
        }
    }
}

#[test]
fn files_beside_a_ledger_and_in_a_cache_are_protected_too() {
    let site = site();
    let folder = site.path();
    let case = Case::new(&["check"], false)
        .reads("the input", "claims.csv")
        .writes("--ledger ", "rx.ledger")
        .writes("--rejects ", "rejects.csv");
    for ending in ["-wal", "-journal", "-shm"] {
        let error =
            refused(folder, &case, &outputs(&case, "--rejects ", &format!("rx.ledger{ending}")));
        assert!(error.contains("a journal of --ledger") && error.contains("--rejects"), "{error}");
    }
    let error = refused(folder, &case, &outputs(&case, "--rejects ", "rx.ledger.key"));
    assert!(error.contains("the key of --ledger") && error.contains("--rejects"), "{error}");
    let run = |rejects: &str| {
        rxlint_in(
            folder,
            &[
                "check",
                "claims.csv",
                "--vocabulary",
                "codes.csv",
                "--vocabulary-cache",
                "cache",
                "--rejects",
                rejects,
            ],
        )
    };
    assert_eq!(run("rejects.csv").status.code(), Some(3));
    let copy = fs::read_dir(folder.join("cache")).unwrap().next().unwrap().unwrap().file_name();
    let output = run(&format!("cache/{}", copy.display()));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--vocabulary-cache"), "{}", stderr(&output));
}

#[test]
fn links_are_not_outputs() {
    let site = site();
    let folder = site.path();
    symlink("elsewhere", folder.join("dangling")).unwrap();
    fs::write(folder.join("target"), "old").unwrap();
    symlink("target", folder.join("link")).unwrap();
    for case in cases() {
        for (option, _) in &case.write {
            for link in ["dangling", "link"] {
                let error = refused(folder, &case, &outputs(&case, option, link));
                assert!(error.contains(&format!("{option}{link} is a symbolic link")), "{error}");
            }
        }
    }
    for arguments in [
        &["init", "--output", "dangling"][..],
        &["ledger", "forget", "--patient", "P1", "--ledger", "link"],
        &["ledger", "prune", "--ledger", "link"],
    ] {
        let before = state(folder);
        let output = rxlint_in(folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains("is a symbolic link"), "{}", stderr(&output));
        assert!(state(folder) == before, "{arguments:?}");
    }
}

#[test]
fn standard_input_is_an_input_and_a_report_of_last_night_is_not() {
    let site = site();
    let folder = site.path();
    let run = |arguments: &[&str], input: &str| {
        std::process::Command::new(env!("CARGO_BIN_EXE_rxlint"))
            .current_dir(folder)
            .stdin(fs::File::open(folder.join(input)).unwrap())
            .args(arguments)
            .output()
            .unwrap()
    };
    let before = state(folder);
    let output = run(&["check", "-", "--rejects", "claims.csv"], "claims.csv");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(state(folder) == before);
    // Devices contain nothing that could be lost.
    let output = run(
        &["check", "claims.csv", "--rejects", "/dev/null", "--report", "json=/dev/null"],
        "claims.csv",
    );
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    for _ in 0..2 {
        let report = ["check", "exports", "--report", "json=exports/report.json"];
        let output = run(&report, "claims.csv");
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    }
}

#[test]
fn standard_output_is_an_output_and_a_secret_is_not_shared() {
    let site = site();
    let folder = site.path();
    let before = state(folder);
    let appended = fs::OpenOptions::new().append(true).open(folder.join("claims.csv")).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rxlint"))
        .current_dir(folder)
        .stdout(appended)
        .args(["check", "claims.csv", "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("standard output is the same file as the input claims.csv"));
    let output = rxlint_in(folder, &["check", "claims.csv", "--site-key", "./claims.csv"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("give it a secret of its own"), "{}", stderr(&output));
    assert!(state(folder) == before);
}

#[test]
fn irreplaceable_files_are_not_overwritten_even_by_a_run_that_does_not_read_them() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "claims.csv",
        "patient,drug,fill_date,days_supply\nP1,Oxycodone 5 mg,2026-03-01,10\nP1,Naltrexone 50 mg,2026-03-02,30\n",
    );
    let run = |all: &[&str]| common::rxlint_in(folder.path(), all);
    let check = ["check", "claims.csv", "--isolated"];
    run(&[&check[..], &["--ledger", "rx.ledger", "--new-ledger", "--report", "csv=list.csv"]]
        .concat());
    let list = std::fs::read_to_string(folder.path().join("list.csv")).unwrap();
    let mut rows = list.lines();
    let header: Vec<&str> = rows.next().unwrap().split(',').collect();
    let at = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let mut reader = csv::Reader::from_reader(list.as_bytes());
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(reader.headers().unwrap()).unwrap();
    for row in reader.records() {
        let mut cells: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        // The last row is the run's summary.
        if !cells[at("fingerprint")].is_empty() {
            cells[at("disposition")] = "changed".to_owned();
            cells[at("by")] = "AB".to_owned();
        }
        out.write_record(&cells).unwrap();
    }
    write("filled.csv", &String::from_utf8(out.into_inner().unwrap()).unwrap());
    let imported = run(&[
        "dispositions",
        "import",
        "filled.csv",
        "--dispositions",
        "decided.csv",
        "--isolated",
    ]);
    assert!(folder.path().join("decided.csv").exists(), "{}", common::stderr(&imported));
    run(&["dispositions", "import", "filled.csv", "--dispositions", "other.csv", "--isolated"]);
    for (output, what) in [
        (&["--report", "json=rx.ledger"][..], "a ledger"),
        (&["--report", "json=rx.ledger.key"], "the key of a ledger"),
        (&["--rejects", "rx.ledger"], "a ledger"),
        (&["--rejects", "filled.csv"], "a worklist"),
        (&["--rejects", "decided.csv"], "what people decided"),
        (&["--report", "csv=decided.csv"], "what people decided"),
    ] {
        let refused = run(&[&check[..], output].concat());
        let told = common::stderr(&refused);
        assert_eq!(refused.status.code(), Some(2), "{output:?}: {told}");
        assert!(told.contains(&format!("would overwrite {what}")), "{told}");
    }
    for path in ["rx.ledger", "filled.csv", "decided.csv"] {
        let all =
            ["baseline", "write", "claims.csv", "--isolated", "--overwrite", "--baseline", path];
        let refused = run(&all);
        assert!(common::stderr(&refused).contains("would overwrite"), "{path}");
    }
}
