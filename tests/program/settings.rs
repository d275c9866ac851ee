//! The configuration on the command line: where settings come from, what they do, and `rxlint init`.
#![allow(clippy::unwrap_used, reason = "a helper of a test may panic as a test may")]

use std::path::Path;
use std::process::{Command, Output};

use crate::common::{root, stderr, stdout};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rxlint"))
        .current_dir(folder)
        .env_clear()
        .args(arguments)
        .output()
        .unwrap()
}

fn sample(name: &str) -> String {
    root().join("samples").join(name).to_str().unwrap().to_owned()
}

#[test]
fn config_prints_every_setting_and_where_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    std::fs::write(
        folder.path().join("rxlint.toml"),
        "fail-on = \"high\"\n[columns]\npatient = \"MRN\"\n",
    )
    .unwrap();
    let text = stdout(&run(
        &below,
        &["config", "--jurisdiction", "uk", "--columns", "drug=Med", "--show", "high"],
    ));
    for (setting, source) in [
        ("fail-on = \"high\"", "# ../../rxlint.toml:1"),
        ("columns.patient = \"MRN\"", "# ../../rxlint.toml:3"),
        ("columns.drug = \"Med\"", "# option --columns"),
        ("jurisdiction = \"uk\"", "# option --jurisdiction"),
        ("max-rejects = 0", "# default"),
        ("show = \"high\"", "# option --show"),
    ] {
        assert!(
            text.lines().any(|line| line.starts_with(setting) && line.ends_with(source)),
            "{setting} {source}\n{text}"
        );
    }
    assert!(stdout(&run(&below, &["config", "--isolated"])).contains("fail-on = \"moderate\""));
    // The search stops at a folder with .git.
    std::fs::create_dir(folder.path().join("a/.git")).unwrap();
    assert!(stdout(&run(&below, &["config"])).starts_with("# no rxlint.toml is used"));
    let schema: serde_json::Value =
        serde_json::from_str(&stdout(&run(&below, &["config", "--schema"]))).unwrap();
    assert!(schema["properties"]["fail-on"].is_object());
}

#[test]
fn init_writes_a_file_that_holds_and_keeps_the_one_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let export = "MRN,Med_Desc,FillDate,days_supply\nP1,Naltrexone 50 mg,03/25/2026,30\n";
    std::fs::write(folder.path().join("export.csv"), export).unwrap();
    assert!(run(folder.path(), &["init", "export.csv"]).status.success());
    let text = std::fs::read_to_string(folder.path().join("rxlint.toml")).unwrap();
    assert!(
        text.contains("\ndate-order = \"mdy\"\n") && text.contains("\n# patient = \"MRN\"\n"),
        "{text}"
    );
    assert!(!text.contains('@') && !text.contains("P1"), "{text}");
    assert!(run(folder.path(), &["config"]).status.success());
    assert_eq!(run(folder.path(), &["init"]).status.code(), Some(2));
    assert!(run(folder.path(), &["init", "--output", "other.toml"]).status.success());
    // With every commented-out setting enabled, it is still valid.
    let bare = std::fs::read_to_string(folder.path().join("other.toml")).unwrap();
    let is_setting = |line: &&str| {
        line.starts_with("# ")
            && (line.contains(" = ") || line.starts_with("# ["))
            && !line.ends_with('.')
    };
    let bare: Vec<&str> =
        bare.lines().map(|line| if is_setting(&line) { &line[2..] } else { line }).collect();
    std::fs::create_dir_all(folder.path().join("rules/person")).unwrap();
    let condition = "[gout]\nicd10 = [\"M10\"]\nsource = \"ICD-10\"\n";
    std::fs::write(folder.path().join("rules/person/conditions.toml"), condition).unwrap();
    std::fs::write(folder.path().join("all.toml"), bare.join("\n")).unwrap();
    let all = run(folder.path(), &["config", "--config", "all.toml"]);
    assert!(all.status.success(), "{}\n{}", stderr(&all), bare.join("\n"));
}

#[test]
fn showing_and_counting_are_two_things() {
    let claims = sample("claims.csv");
    let folder = tempfile::tempdir().unwrap();
    let all = stdout(&run(folder.path(), &["check", &claims]));
    let high = stdout(&run(folder.path(), &["check", &claims, "--show", "high"]));
    assert!(
        all.contains(": low[")
            && !high.contains(": low[")
            && !high.contains(": moderate[")
            && high.contains(": high[")
    );
    assert_eq!(all.lines().last(), high.lines().last(), "the counts stay");

    let table = stdout(&run(folder.path(), &["check", &claims, "--statistics"]));
    assert!(
        table.lines().any(|line| line.split_whitespace().collect::<Vec<_>>()
            == ["2", "2", "0", "0", "opioid-antagonist-overlap"]),
        "{table}"
    );
    let verbose = stderr(&run(folder.path(), &["check", &claims, "-v"]));
    assert!(
        verbose.contains("rxlint: no configuration") && verbose.contains("layout generic"),
        "{verbose}"
    );
}

#[test]
fn quiet_says_less_and_the_code_stays() {
    let claims = sample("claims.csv");
    let folder = tempfile::tempdir().unwrap();
    let once = run(folder.path(), &["check", &claims, "-q"]);
    assert!(!stdout(&once).is_empty() && stderr(&once).is_empty());
    let twice = run(folder.path(), &["check", &claims, "-qq"]);
    assert!(stdout(&twice).is_empty() && stderr(&twice).is_empty());
    assert_eq!((once.status.code(), twice.status.code()), (Some(1), Some(1)));
    std::fs::write(folder.path().join("rxlint.toml"), "quiet = 2\nexit-zero = true\n").unwrap();
    let configured = run(folder.path(), &["check", &claims]);
    assert!(stdout(&configured).is_empty() && configured.status.success());
}

#[test]
fn exit_zero_turns_one_into_zero_only() {
    let folder = tempfile::tempdir().unwrap();
    let code =
        |name: &str| run(folder.path(), &["check", "--exit-zero", &sample(name)]).status.code();
    assert_eq!(
        (code("claims.csv"), code("broken-row.csv"), code("no-such-file.csv")),
        (Some(0), Some(3), Some(2))
    );
}

#[test]
fn mistakes_in_the_file_are_shown_on_the_file() {
    let folder = tempfile::tempdir().unwrap();
    for (text, says) in [
        ("fial-on = \"high\"", "did you mean `fail-on`?"),
        ("[severity]\nrecent-opiod = \"low\"", "did you mean `recent-opioid`?"),
        ("[severity]\nDD = \"low\"", "no rule is called `DD`"),
        ("[columns]\npatiant = \"MRN\"", "rxlint.toml:2:1"),
        ("select = [\"no-such-rule-at-all\"]", "rxlint.toml:1:11"),
        ("delimiter = \"ab\"", "give one character, or tab"),
        ("[windows.no-such]\nhard = 1\nsoft = 2", "no washout window is called `no-such`"),
    ] {
        std::fs::write(folder.path().join("rxlint.toml"), text).unwrap();
        for command in [&["config"] as &[&str], &["check", &sample("clean.csv")]] {
            let output = run(folder.path(), command);
            assert_eq!(output.status.code(), Some(2), "{text}");
            assert!(stderr(&output).contains(says), "{text}: {}", stderr(&output));
        }
    }
}
