//! Unattended runs: log lines for a collector, control totals, and the examples under `docs/jobs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use crate::common;

use std::path::Path;
use std::process::Command;

use crate::common::{root, rxlint, stderr, stdout};
use serde_json::Value;

/// The log lines of a run, and its exit code.
fn log(arguments: &[&str]) -> (Vec<Value>, i32) {
    let output = rxlint(arguments);
    let lines = stderr(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect();
    (lines, output.status.code().unwrap())
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn log_lines_are_json_from_start_to_end_and_hold_no_patient() {
    let folder = tempfile::tempdir().unwrap();
    let claims = "patient,name,drug,quantity,days_supply,fill_date\nZQX77,Jane Doe,naltrexone 50 mg tablet,30,30,2026-03-05\nZQX77,Jane Doe,oxycodone 5 mg tablet,42,7,2026-03-06\n";
    let found = written(folder.path(), "claims.csv", claims);
    let broken = written(folder.path(), "broken.csv", &format!("{claims}ZQX77,only two cells\n"));
    let clean = written(
        folder.path(),
        "clean.csv",
        "patient,drug,quantity,days_supply,fill_date\nZQX77,aspirin,30,30,2026-03-05\n",
    );
    for (command, file, exit) in [
        ("check", clean.as_str(), 0),
        ("check", &found, 1),
        ("check", "no-such-file.csv", 2),
        ("check", &broken, 3),
        ("formulary", "samples/formulary.csv", 1),
        ("formulary", &found, 2),
    ] {
        let (lines, code) =
            log(&[command, "--isolated", "--verbose", "--log-format", "json", file]);
        assert_eq!(code, exit, "{command} {file}");
        let event = |line: &Value| line["event"].as_str().unwrap().to_owned();
        assert_eq!(event(&lines[0]), "start");
        let end = lines.last().unwrap();
        assert_eq!((event(end), end["exit"].as_i64()), ("end".to_owned(), Some(i64::from(exit))));
        assert!(lines.iter().all(|line| line["tool"] == "rxlint"
            && line["command"] == command
            && line["level"].is_string()));
        if exit != 2 {
            let file = lines.iter().find(|line| line["event"] == "file").unwrap();
            assert_eq!(file["read"], end["read"]);
            let count = |key: &str| end[key].as_u64().unwrap();
            assert_eq!(
                count("read"),
                count("checked") + count("inactive") + count("unresolved") + count("rejected")
            );
        }
        assert_eq!(lines.iter().any(|line| line["event"] == "rejected"), exit == 3);
        assert_eq!(lines.iter().any(|line| line["event"] == "error"), exit == 2);
        let all = lines.iter().map(Value::to_string).collect::<String>();
        for secret in ["ZQX77", "Jane", "oxycodone"] {
            assert!(!all.contains(secret), "{secret} in {all}");
        }
    }
    // The document on standard output is the same; only the messages differ.
    let text = rxlint(&["check", "--isolated", &found]);
    let json = rxlint(&["check", "--isolated", "--log-format", "json", &found]);
    assert_eq!(stdout(&text), stdout(&json));
}

#[test]
fn a_differing_number_of_records_makes_the_run_incomplete_and_is_reported() {
    let read: Value = serde_json::from_str(&stdout(&rxlint(&[
        "check",
        "--isolated",
        "--format",
        "json",
        "samples/clean.csv",
    ])))
    .unwrap();
    let records = read["summary"]["files"][0]["read"].as_u64().unwrap();
    let right = rxlint(&[
        "check",
        "--isolated",
        "--expect-records",
        &records.to_string(),
        "samples/clean.csv",
    ]);
    assert_eq!(right.status.code(), Some(0), "{}", stderr(&right));
    let wrong = rxlint(&[
        "check",
        "--isolated",
        "--expect-records",
        &(records + 1).to_string(),
        "samples/clean.csv",
    ]);
    assert_eq!(wrong.status.code(), Some(3));
    let told = stderr(&wrong);
    assert!(
        told.contains(&format!(
            "{} records were expected (--expect-records), {records} were read",
            records + 1
        )),
        "{told}"
    );
    assert!(told.contains("The check is incomplete."), "{told}");
    assert!(stdout(&wrong).contains("the check is incomplete"), "the report says it too");
}

#[test]
fn batch_trailers_are_control_totals() {
    let folder = tempfile::tempdir().unwrap();
    let message = |id: u32| {
        format!(
            "MSH|^~\\&|PHARM|H|RX|H|20260301||RDE^O11|{id}|P|2.5\rPID|1||P{id}^^^H^MR\rORC|NW|{id}\rRXE|^^^20260301^20260310|7243^naltrexone 50 mg^RXNORM|50||mg\r"
        )
    };
    let batch = |stated: u32| {
        format!("FHS|^~\\&|A\rBHS|^~\\&|A\r{}{}BTS|{stated}\rFTS|1\r", message(1), message(2))
    };
    let right = rxlint(&["check", "--isolated", &written(folder.path(), "right.hl7", &batch(2))]);
    assert_eq!(right.status.code(), Some(0), "{}", stderr(&right));
    let wrong = rxlint(&["check", "--isolated", &written(folder.path(), "wrong.hl7", &batch(3))]);
    assert_eq!(wrong.status.code(), Some(3));
    assert!(
        stderr(&wrong).contains("(BTS-1) says 3 messages, and there are 2"),
        "{}",
        stderr(&wrong)
    );
    let cut = batch(2).replace("BTS|2\rFTS|1\r", "");
    let open = rxlint(&["check", "--isolated", &written(folder.path(), "cut.hl7", &cut)]);
    assert_eq!(open.status.code(), Some(3));
    // As a file writer appends messages: each with its own end, and a line feed between them.
    let appended = rxlint(&[
        "check",
        "--isolated",
        "--expect-records",
        "2",
        &written(folder.path(), "rde.hl7", &format!("{}\n{}\n", message(1), message(2))),
    ]);
    assert_eq!(appended.status.code(), Some(0), "{}", stderr(&appended));
}

#[test]
fn a_run_that_read_nothing_is_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    let header = written(folder.path(), "empty.csv", "patient,drug,fill_date\n");
    for path in [header.as_str(), folder.path().join("none").to_str().unwrap()] {
        std::fs::create_dir_all(folder.path().join("none")).unwrap();
        let output = rxlint(&["check", "--isolated", path]);
        assert_eq!(output.status.code(), Some(3), "{path}: {}", stderr(&output));
    }
}

/// Whether a program is available; says so if it is not.
fn has(program: &str) -> bool {
    let there =
        Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        common::skipped(&format!("{program} is not installed: the jobs that need it were not run"));
    }
    there
}

#[test]
fn the_examples_are_what_their_programs_take() {
    let jobs = root().join("docs/jobs");
    let folder = tempfile::tempdir().unwrap();
    assert!(
        Command::new("sh").arg("-n").arg(jobs.join("rxlint-nightly")).status().unwrap().success()
    );
    if has("python3") {
        let output = Command::new("python3")
            .args(["-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())"])
            .arg(jobs.join("rxlint_dag.py"))
            .output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    if has("python3") {
        // Airflow itself is not needed to see how the DAG handles an exit code.
        let code = r#"
import sys, types
names = {"airflow": {}, "airflow.decorators": {"dag": lambda **k: lambda f: lambda: None, "task": lambda f: f}, "airflow.exceptions": {"AirflowException": RuntimeError}}
for name, members in names.items():
    module = types.ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module
sys.path.insert(0, sys.argv[1])
import rxlint_dag as dag
assert dag.command("2026-03-01", 7)[-2:] == ["--expect-records", "7"]
end = '{"level":"error","event":"end","exit":1}'
assert dag.verdict(1, '{"level":"info","event":"start"}\n' + end)["exit"] == 1
try:
    dag.verdict(3, '{"level":"warning","event":"note","message":"7 records were expected"}\n' + end)
except RuntimeError as error:
    assert "7 records" in str(error)
else:
    raise SystemExit("an incomplete run must fail the task")
"#;
        let output = Command::new("python3")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args(["-c", code])
            .arg(&jobs)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    if has("systemd-analyze") {
        for unit in ["rxlint.service", "rxlint.timer"] {
            let text = std::fs::read_to_string(jobs.join(unit)).unwrap();
            let here = text.replace(
                "/usr/local/bin/rxlint-nightly",
                jobs.join("rxlint-nightly").to_str().unwrap(),
            );
            std::fs::write(folder.path().join(unit), here).unwrap();
        }
        let output = Command::new("systemd-analyze")
            .arg("verify")
            .args(["rxlint.service", "rxlint.timer"].map(|unit| folder.path().join(unit)))
            .output();
        let output = output.unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{told}");
        assert!(!told.contains("rxlint.service") && !told.contains("rxlint.timer"), "{told}");
    }
    let crontab = std::fs::read_to_string(jobs.join("crontab")).unwrap();
    let line = crontab.lines().find(|line| line.starts_with(|c: char| c.is_ascii_digit())).unwrap();
    let fields: Vec<&str> = line.split_ascii_whitespace().take(5).collect();
    assert!(
        fields
            .iter()
            .all(|field| *field == "*" || field.parse::<u8>().is_ok_and(|number| number < 60)),
        "{line}"
    );
    assert!(!line.contains('%'), "cron takes a per cent sign for a line end");
}

/// The output and exit code of the script, started in a folder with these arguments.
fn script(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_rxlint")).parent().unwrap().to_path_buf();
    let path = std::env::join_paths(
        std::iter::once(binary).chain(std::env::split_paths("/usr/local/bin:/usr/bin:/bin")),
    );
    let output = Command::new("sh")
        .arg(root().join("docs/jobs/rxlint-nightly"))
        .args(arguments)
        .env_clear()
        .env("PATH", path.unwrap())
        .current_dir(folder)
        .output()
        .unwrap();
    (output.status.code().unwrap(), stdout(&output) + &stderr(&output))
}

#[test]
fn the_nightly_script_works_from_any_folder_with_a_configuration_and_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let [site, elsewhere] = ["our site", "elsewhere"].map(|name| folder.path().join(name));
    std::fs::create_dir_all(site.join("inbox")).unwrap();
    std::fs::create_dir_all(&elsewhere).unwrap();
    let rows = "MRN,Stuff,Amount,Tage,Tag\nP1,naltrexone 50 mg tablet,30,30,2026-03-05\nP1,oxycodone 5 mg tablet,42,7,2026-03-06\n";
    written(&site.join("inbox"), "1.csv", rows);
    // A configuration that happens to be where the script is started has no effect.
    written(&elsewhere, "rxlint.toml", "ignore = [\"opioid-antagonist-overlap\"]\n");
    let config = written(
        &site,
        "site.toml",
        "[columns]\npatient = \"MRN\"\ndrug = \"Stuff\"\nquantity = \"Amount\"\ndays_supply = \"Tage\"\nfill_date = \"Tag\"\n",
    );
    let path = |name: &str| site.join(name).display().to_string();
    let (inbox, reports, ledger) = (path("inbox"), path("reports"), path("rx.ledger"));
    let (code, told) = script(&elsewhere, &["--config", &config, &inbox, &reports]);
    assert!(code == 1 && told.contains("new findings"), "{code} {told}");
    let name = told.split(' ').nth(1).unwrap().trim_end_matches(':').to_owned();
    for ending in ["html", "json", "xlsx", "md", "txt"] {
        assert!(site.join("reports").join(format!("{name}.{ending}")).exists(), "{ending}");
    }
    let mail = std::fs::read_to_string(site.join("reports").join(format!("{name}.md"))).unwrap();
    assert!(mail.contains("| high | patient-0001 |") && !mail.contains("P1"), "{mail}");
    // The same from the site's own folder, with relative paths.
    let again = script(&site, &["--config=site.toml", "inbox", "reports"]);
    assert!(again.0 == 0 && again.1.contains("-2: nothing new"), "{again:?}");
    if cfg!(feature = "ledger") {
        let with = ["--config", &config, &inbox, &reports, "--", "--ledger", &ledger];
        let (code, told) = script(&elsewhere, &with);
        assert!(code == 2 && told.contains("FAILED"), "a ledger is begun by hand: {told}");
        let (code, told) = script(&elsewhere, &[&with[..], &["--new-ledger"]].concat());
        assert!(code == 1 && told.contains("this makes up for"), "{code} {told}");
        written(
            &site.join("inbox"),
            "2.csv",
            "MRN,Stuff,Amount,Tage,Tag\nP2,ibuprofen 600 mg tablet,30,30,2026-03-07\n",
        );
        assert_eq!(script(&elsewhere, &with).0, 0);
    }
}

/// The script of the cron and systemd examples, night after night.
#[test]
fn a_nightly_script_reports_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    let reports = folder.path().join("reports");
    let night = |expected: &str| {
        let binary = Path::new(env!("CARGO_BIN_EXE_rxlint")).parent().unwrap().to_path_buf();
        let path = std::env::join_paths(
            std::iter::once(binary).chain(std::env::split_paths("/usr/local/bin:/usr/bin:/bin")),
        )
        .unwrap();
        let mut command = Command::new("sh");
        command
            .arg(root().join("docs/jobs/rxlint-nightly"))
            .args([&inbox, &reports])
            .env_clear()
            .env("PATH", path)
            .current_dir(folder.path());
        if !expected.is_empty() {
            command.arg(expected);
        }
        let output = command.output().unwrap();
        (output.status.code().unwrap(), stdout(&output))
    };
    assert_eq!(night("").0, 3, "an empty inbox was not checked");
    let header = "patient,drug,quantity,days_supply,fill_date\n";
    written(
        &inbox,
        "1.csv",
        &format!(
            "{header}P1,naltrexone 50 mg tablet,30,30,2026-03-05\nP1,oxycodone 5 mg tablet,42,7,2026-03-06\n"
        ),
    );
    let (code, told) = night("");
    assert!(code == 1 && told.contains("new findings") && !told.contains("P1"), "{code} {told}");
    let (code, told) = night("2");
    assert!(code == 0 && told.contains("nothing new"), "{code} {told}");
    assert_eq!(night("3").0, 3, "a record is missing");
    written(
        &inbox,
        "2.csv",
        &format!(
            "{header}P2,naltrexone 50 mg tablet,30,30,2026-03-05\nP2,methadone 10 mg tablet,42,7,2026-03-06\n"
        ),
    );
    assert_eq!(night("").0, 1);
    assert_eq!(night("").0, 0);
    // Each run of the day has added its reports, and the failed nights were made up for.
    let pages = || {
        let files = std::fs::read_dir(&reports).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".html")).count()
    };
    assert_eq!(pages(), 6);
    assert!(!reports.join("failed").exists());
    assert_eq!(night("99").0, 3);
    let (code, told) = night("");
    assert!(code == 0 && told.contains("this makes up for 2"), "{code} {told}");
    assert_eq!(pages(), 8);
    let log = std::fs::read_to_string(reports.join("rxlint.log")).unwrap();
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
}
