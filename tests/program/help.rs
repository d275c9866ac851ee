//! Every `--help` as stored under `help/`, the completions and the manual page.

use std::collections::BTreeSet;

use crate::common::{root, rxlint, same_as_file, stdout};
use clap::CommandFactory;

/// Every command and its subcommands, by the words that invoke it.
fn commands(command: &clap::Command, above: &[String], found: &mut Vec<Vec<String>>) {
    found.push(above.to_vec());
    for sub in command.get_subcommands() {
        commands(sub, &[above, &[sub.get_name().to_owned()]].concat(), found);
    }
}

#[test]
fn every_help_matches_its_stored_file() {
    let folder = root().join("tests/help");
    std::fs::create_dir_all(&folder).unwrap();
    let mut all = Vec::new();
    commands(&rxlint::cli::Cli::command(), &[], &mut all);
    let mut names = BTreeSet::new();
    for words in all {
        let arguments: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let output = rxlint(&arguments);
        assert!(output.status.success(), "{arguments:?}");
        let name = format!("{}.txt", [vec!["rxlint".to_owned()], words].concat().join("-"));
        same_as_file(&folder.join(&name), &stdout(&output));
        names.insert(name);
    }
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, names, "a help without a command, or the other way round");
}

#[test]
fn completions_for_the_common_shells() {
    for (shell, word) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef rxlint"),
        ("fish", "complete -c rxlint"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let output = rxlint(&["completions", shell]);
        assert!(output.status.success() && stdout(&output).contains(word), "{shell}");
    }
    assert_eq!(rxlint(&["completions", "tcsh"]).status.code(), Some(2));
}

#[test]
fn the_manual_page_names_every_command_and_the_exit_codes() {
    let page = stdout(&rxlint(&["man"]));
    assert!(page.contains(".TH rxlint 1"));
    for word in ["RXLINT CHECK", "RXLINT BASELINE", "fail\\-on", "Exit codes"] {
        assert!(page.contains(word), "{word}");
    }
}

#[test]
fn each_command_has_its_own_manual_page() {
    for (words, holds) in [
        (&["check"][..], "fail\\-on"),
        (&["ledger", "prune"], "look\\-back"),
        (&["dispositions", "import"], "replace"),
    ] {
        let page = stdout(&rxlint(&[&["man"], words].concat()));
        let title = format!(".TH rxlint-{} 1", words.join("-"));
        assert!(page.contains(&title) && page.contains(holds), "{page}");
    }
    assert_eq!(
        stdout(&rxlint(&["rule", "recent-opioid"])),
        stdout(&rxlint(&["explain", "recent-opioid"]))
    );
}

#[test]
fn help_and_version_are_commands_too() {
    assert_eq!(stdout(&rxlint(&["help"])), stdout(&rxlint(&["--help"])));
    for words in [&["check"][..], &["ledger", "prune"]] {
        let [as_command, as_option] = [[&["help"], words].concat(), [words, &["--help"]].concat()];
        assert_eq!(stdout(&rxlint(&as_command)), stdout(&rxlint(&as_option)), "{words:?}");
    }
    assert_eq!(stdout(&rxlint(&["version"])), stdout(&rxlint(&["--version"])));
    for (words, says) in [
        (&["help", "chek"][..], "did you mean `rxlint check`?"),
        (&["man", "legder"], "`rxlint` has no command `legder`"),
        (&["help", "ledger", "list"], "ts commands are status, findings,"),
        (&["help", "check", "json"], "for its help, write: rxlint check --help"),
    ] {
        let output = rxlint(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(message.contains(says), "{words:?}: {message}");
    }
}
