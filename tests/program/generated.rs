//! What is generated from the rules is checked in and up to date.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use crate::common;

use crate::common::{root, rxlint, same_as_file, stdout};

#[test]
fn the_manual_is_up_to_date() {
    same_as_file(
        &root().join("docs/rules.md"),
        &stdout(&rxlint(&["rules", "--format", "markdown"])),
    );
}

#[test]
fn the_readme_shows_a_real_diagnostic() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let shown = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let real = stdout(&rxlint(&["check", "--format", "full", "samples/claims.csv"]));
    assert!(
        real.contains(shown.trim_end()),
        "README.md shows a diagnostic that the program does not print:\n{shown}"
    );
}

#[test]
fn every_case_of_the_built_in_book_passes() {
    let output = rxlint(&["rules", "test"]);
    assert!(output.status.success(), "{}", stdout(&output));
}

#[test]
fn every_case_of_the_sample_pack_passes_and_the_pack_is_off_by_default() {
    let output = rxlint(&["rules", "test", "samples/packs/sedatives"]);
    assert!(output.status.success(), "{}", stdout(&output));
    assert!(!stdout(&rxlint(&["rules"])).contains("benzodiazepine"));
}

#[test]
fn a_new_rule_can_be_created_and_tested() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    for kind in
        ["overlap", "washout", "blockade", "dose", "duplicate", "person", "record", "formulary"]
    {
        let id = format!("our-{kind}");
        let output = rxlint(&["rules", "new", &id, "--kind", kind, "--dir", dir]);
        assert!(output.status.success(), "{}", common::stderr(&output));
    }
    // What remains to be written is reported for every file, by `rules test` and every other command.
    for command in [&["rules", "--rules", dir][..], &["rules", "test", dir]] {
        let output = rxlint(command);
        let told = common::stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert_eq!(told.matches("this is yet to be written").count(), 10 * 8 + 3, "{told}");
    }
    for file in glob(folder.path()) {
        let written =
            std::fs::read_to_string(&file).unwrap().replace("\"<", "\"").replace(">\"", "\"");
        std::fs::write(&file, written).unwrap();
    }
    let listed = stdout(&rxlint(&["rules", "--rules", dir]));
    assert!(listed.contains("our-overlap") && listed.contains("our-record"), "{listed}");
    let again = rxlint(&["rules", "new", "our-overlap", "--dir", dir]);
    assert_eq!(again.status.code(), Some(2), "nothing is overwritten");
}

/// The rule files below a folder.
fn glob(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let inner = |folder: std::fs::DirEntry| std::fs::read_dir(folder.path()).unwrap();
    let folders = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    folders.flat_map(inner).map(|file| file.unwrap().path()).collect()
}

/// A rules folder in which the book would find nothing to read is refused by every command, with the remedy.
#[test]
fn rules_in_the_wrong_place_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |below: &str| folder.path().join(below).display().to_string();
    let rule = root().join("rules/interaction/disulfiram-overlap.toml");
    for below in ["ours/interaction", "empty/interaction", "slip/interactions"] {
        std::fs::create_dir_all(path(below)).unwrap();
    }
    for below in ["ours/interaction", "slip/interactions"] {
        std::fs::copy(&rule, format!("{}/disulfiram-overlap.toml", path(below))).unwrap();
    }
    for (named, file, remedy) in [
        ("", "ours/interaction/disulfiram-overlap.toml", format!("name `{}`", path("ours"))),
        (
            "ours/interaction",
            "ours/interaction/disulfiram-overlap.toml",
            "name the folder above".into(),
        ),
        ("slip", "slip/interactions/disulfiram-overlap.toml", "did you mean `interaction`?".into()),
        ("empty", "empty", "name the folder that holds".into()),
    ] {
        let named = path(named);
        for command in [
            &["rules", "--rules", &named][..],
            &["rules", "test", &named],
            &["check", "--rules", &named, "samples/claims.csv"],
        ] {
            let output = rxlint(command);
            let told = common::stderr(&output).replace("\n  │ ", " ");
            assert_eq!(output.status.code(), Some(2), "{command:?}: {told}");
            assert!(told.contains(file) && told.contains(&remedy), "{command:?}: {told}");
        }
    }
    assert!(rxlint(&["rules", "--rules", &path("ours")]).status.success());
}

#[test]
fn a_mistake_in_a_rule_is_shown_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("interaction");
    std::fs::create_dir_all(&dir).unwrap();
    let good =
        std::fs::read_to_string(root().join("rules/interaction/disulfiram-overlap.toml")).unwrap();
    std::fs::write(dir.join("disulfiram-overlap.toml"), good.replace("severity ", "severty "))
        .unwrap();
    let output = rxlint(&["rules", "--rules", folder.path().to_str().unwrap()]);
    let told = common::stderr(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told.contains("unknown field `severty`")
            && told.contains("did you mean `severity`")
            && told.contains("disulfiram-overlap.toml:"),
        "{told}"
    );
}

#[test]
fn every_rule_has_cases_that_fire_and_cases_that_stay_silent() {
    let book = rxlint_engine::rule::Book::built_in().unwrap();
    for rule in book.rules() {
        let fires = rule.cases().iter().filter(|case| !case.finds.is_empty()).count();
        let silent = rule.cases().len() - fires;
        assert!(fires >= 2 && silent >= 2, "{}: {fires} fire, {silent} stay silent", rule.file.id);
        assert!(!rule.file.sources.is_empty(), "{} has no source", rule.file.id);
    }
    assert!(book.rules().len() >= 30);
}
