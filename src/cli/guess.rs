//! What was probably meant when the command line cannot be understood.

mod taken;

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::Path;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::ReportFile;
use rxlint_report::Format;
use taken::Taken;

/// Words that people try as commands, and what to write instead.
const COMMANDS: [(&[&str], &str); 7] = [
    (
        &["drug", "why", "info", "describe"],
        "`rxlint explain NAME` explains a rule or a drug; `rxlint rules` lists the rules",
    ),
    (&["list", "ls"], "`rxlint rules` lists the rules"),
    (&["lint", "run", "scan", "validate"], "`rxlint check PATH` checks an export"),
    (
        &["worklist", "report", "xlsx"],
        "`rxlint check PATH --report xlsx=worklist.xlsx` writes a worklist; `rxlint dispositions import` reads it back",
    ),
    (
        &["import", "disposition", "feedback"],
        "`rxlint dispositions import WORKLIST` imports the decisions; `rxlint ledger import` adds older exports to a ledger",
    ),
    (
        &["vocabulary", "vocab", "codes"],
        "`rxlint check PATH --vocabulary FILE` gives codes their meaning; `rxlint explain CODE` says how one is understood",
    ),
    (
        &["manual", "docs"],
        "`rxlint man` prints the manual page, `rxlint help COMMAND` one command's help",
    ),
];

/// Options that people try to name a report's file with.
const FILES: [&str; 5] = ["o", "out", "output", "output-file", "out-file"];

/// Options that people try, and what to write instead.
const OPTIONS: [(&[&str], &str); 15] = [
    (
        &["severity", "min-severity", "minimum-severity", "level", "threshold"],
        "--show SEVERITY shows only findings that are at least this severe; --fail-on SEVERITY decides about the exit code",
    ),
    (
        &["f", "output-format", "report-format", "out-format"],
        "--format FORMAT, as in --format json",
    ),
    (
        &["rule", "only", "only-rule", "include", "enable", "rules-only"],
        "--select RULE,… applies only these rules, DUR codes or tags; --rules FOLDER adds rules of your own",
    ),
    (
        &["disable", "exclude", "skip", "skip-rule", "no-rule", "suppress"],
        "--ignore RULE,… leaves out rules, DUR codes or tags",
    ),
    (
        &["encoding", "charset", "codepage"],
        "the encoding of a text is detected: UTF-8, UTF-16 and the usual single-byte code pages; `--dry-run` says which",
    ),
    (
        &["silent", "s"],
        "-q leaves out the summary, -qq everything but the exit code and report files",
    ),
    (
        &["new", "since-last"],
        "--only-new shows only what no earlier night of the ledger showed; --new-ledger creates a ledger",
    ),
    (&["version", "V"], "`rxlint --version` prints it"),
    (
        &["watch", "every", "interval", "daemon"],
        "rxlint runs once and ends: docs/jobs.md shows how cron, systemd and others run it every night",
    ),
    (
        &["date-format", "date-order"],
        "`rxlint check` takes it; in rxlint.toml it is `date-order` or `[date-format]`",
    ),
    (&["recursive", "r", "R"], "a folder is read with all folders in it"),
    (
        &["fix", "w", "write"],
        "rxlint never changes an export: a person decides what to do about a finding",
    ),
    (
        &["file", "files", "input", "input-file", "path", "csv", "i"],
        "files and folders are given without an option: rxlint check FILE",
    ),
    (
        &[
            "column",
            "col",
            "map",
            "mapping",
            "patient-column",
            "patient-col",
            "patient-id",
            "id-column",
            "drug-column",
            "drug-col",
            "date-column",
            "status-column",
        ],
        "--columns FIELD=HEADER names the column of a field, as in --columns patient=MRN,drug=Med_Desc",
    ),
    (
        &["mrn", "id"],
        "--patient ID shows one patient's findings; every patient of an export is checked; --columns patient=HEADER names the column of their identifiers",
    ),
];

/// The error with a better tip, if its first argument or the unknown one suggests what was meant.
pub fn mend(mut error: clap::Error, arguments: &[OsString]) -> clap::Error {
    let words: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let first = words.first().map_or("", |word| word.as_ref());
    let taken = Taken::of(&words);
    match error.kind() {
        ErrorKind::InvalidSubcommand if first == "rules" => {
            suggest(&mut error, "`rxlint rules` without another word lists them");
        }
        ErrorKind::InvalidSubcommand if taken.is_named() => {
            let is_like_one = error.get(ContextKind::SuggestedSubcommand).is_some();
            let tip = format!("`{}` knows {}", taken.name, taken.actions().join(", "));
            if !is_like_one {
                suggest(&mut error, &tip);
            }
        }
        ErrorKind::InvalidSubcommand if !first.is_empty() && Path::new(&arguments[0]).exists() => {
            let what = format!(
                "no command is given; to check a file, write: rxlint check {}\n",
                shell_word(first)
            );
            return clap::Error::raw(ErrorKind::InvalidSubcommand, what);
        }
        ErrorKind::InvalidSubcommand => {
            if let Some(tip) = tip_for(first, &COMMANDS) {
                let name = words.get(1).filter(|name| !name.starts_with('-'));
                let tip = match name {
                    Some(name) => {
                        let name = shell_word(name);
                        tip.replace("NAME", &name).replace("PATH", &name)
                    }
                    None => tip.to_owned(),
                };
                suggest(&mut error, &tip);
            }
        }
        ErrorKind::MissingRequiredArgument => {
            let taker = words.iter().find(|word| TAKERS.contains(&word.as_ref()));
            let missing = error.get(ContextKind::InvalidArg).map(ToString::to_string);
            if let (Some(taker), true) = (taker, missing.is_some_and(|arg| arg.contains("PATH"))) {
                let tip = format!(
                    "{taker} takes every path that follows it: put the files to check before it, or -- between the two"
                );
                suggest(&mut error, &tip);
            }
        }
        ErrorKind::UnknownArgument => {
            let unknown = match error.get(ContextKind::InvalidArg) {
                Some(ContextValue::String(unknown)) => unknown.clone(),
                _ => return error,
            };
            let option = unknown.trim_start_matches('-');
            let tip = match unknown.starts_with('-') {
                true => tip_for_option(option, &words, &taken),
                false => taken.for_word(&unknown, &words),
            };
            match tip {
                Some(tip) => suggest(&mut error, &tip),
                // That it could be a value of something helps no one.
                None => drop(error.remove(ContextKind::Suggested)),
            }
        }
        _ => {}
    }
    error
}

/// What to write in place of an option that the command does not have.
fn tip_for_option(option: &str, words: &[Cow<'_, str>], taken: &Taken) -> Option<String> {
    let formats = taken.formats();
    if let Some(name) = Format::from_name(option).map(Format::name) {
        if taken.has("report") {
            return Some(format!(
                "--format {name} writes to standard output, --report {name}=PATH to a file"
            ));
        }
        if formats.iter().any(|format| format == name) {
            return Some(format!(
                "--format {name} writes to standard output: --format {name} > FILE"
            ));
        }
        if !formats.is_empty() {
            return Some(format!("--format FORMAT, which is one of {}", formats.join(", ")));
        }
    }
    if FILES.contains(&option) {
        let path = value_of(option, words);
        if taken.has("report") {
            let report = ReportFile::option(&path);
            return Some(format!("--report FORMAT=PATH writes a file, as in {report}"));
        }
        if !formats.is_empty() {
            let to = if path.is_empty() { "FILE".to_owned() } else { shell_word(&path) };
            let ending = Path::new(&path).extension().map(|end| end.to_string_lossy().into_owned());
            let format = formats.into_iter().find(|format| Some(format) == ending.as_ref());
            let format = format.map_or_else(String::new, |format| format!("--format {format} "));
            return Some(format!("it writes to standard output: {format}> {to}"));
        }
    }
    if let Some(tip) = tip_for(option, &OPTIONS).filter(|tip| taken.can_take(tip)) {
        return Some(tip.to_owned());
    }
    let is_number = !option.is_empty() && option.bytes().all(|byte| byte.is_ascii_digit());
    let number = || is_number.then(|| "a number is 0 or more".to_owned());
    taken.elsewhere(option).or_else(number)
}

/// What was given to an option that does not exist; nothing if that was another option.
fn value_of(option: &str, words: &[Cow<'_, str>]) -> String {
    let at = words.iter().position(|word| {
        word.starts_with('-') && word.trim_start_matches('-').split('=').next() == Some(option)
    });
    let given = at.map(|at| match words[at].split_once('=') {
        Some((_, value)) => value,
        None => words.get(at + 1).map_or("", |word| word.as_ref()),
    });
    given.filter(|value| !value.starts_with('-')).unwrap_or_default().to_owned()
}

fn tip_for(word: &str, tips: &[(&[&str], &'static str)]) -> Option<&'static str> {
    tips.iter().find(|(words, _)| words.contains(&word)).map(|(_, tip)| *tip)
}

/// A text as a shell takes it for one word.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-,=.:%@+/".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Options that take any number of paths.
const TAKERS: [&str; 1] = ["--history"];

/// Replaces every other tip with this one, and leaves out how the option that clap thought of is used.
fn suggest(error: &mut clap::Error, tip: &str) {
    error.remove(ContextKind::Usage);
    error.remove(ContextKind::SuggestedArg);
    error.remove(ContextKind::SuggestedSubcommand);
    error.insert(
        ContextKind::Suggested,
        ContextValue::StyledStrs(vec![StyledStr::from(tip.to_owned())]),
    );
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn message(arguments: &[&str]) -> String {
        let error = Cli::try_parse_from([&["rxlint"], arguments].concat()).unwrap_err();
        mend(error, &arguments.iter().map(OsString::from).collect::<Vec<_>>()).to_string()
    }

    #[test]
    fn wrong_guesses_are_set_right() {
        for (arguments, tip) in [
            (&["check", "--json", "a.csv"][..], "--format json"),
            (&["check", "-o", "x.json", "a.csv"], "--report json=x.json"),
            (&["check", "--output=x", "a.csv"], "--report FORMAT=PATH"),
            (&["check", "--output", "my r.html", "a.csv"], "--report html='my r.html'"),
            (&["check", "a.csv", "-o"], "--report json=report.json"),
            (&["check", "a.csv", "--report", "r.html"], "as in --report html=r.html"),
            (&["check", "a.csv", "--report", "r.md"], "as in --report markdown=r.md"),
            (&["check", "--fix", "a.csv"], "never changes an export"),
            (&["check", "--mrn", "P1", "a.csv"], "--columns patient=HEADER"),
            (&["check", "--patient-column", "X", "a.csv"], "--columns FIELD=HEADER"),
            (&["check", "--file", "a.csv"], "rxlint check FILE"),
            (&["check", "--group-by", "drug", "a.csv"], "--drug NAME"),
            (&["check", "--group-by", "patient", "a.csv"], "--patient ID"),
            (&["rules", "list"], "`rxlint rules` without another word lists them"),
            (&["why", "recent-opioid"], "`rxlint explain recent-opioid`"),
            (&["why", "APAP/COD #3"], "`rxlint explain 'APAP/COD #3'`"),
            (&["drug"], "`rxlint explain NAME`"),
            (&["worklist", "a.csv"], "--report xlsx=worklist.xlsx"),
            (&["disposition", "import"], "dispositions"),
            (&["timelin"], "'timeline'"),
            (&["ledger", "statu"], "'status'"),
            (&["list"], "`rxlint rules` lists the rules"),
            (&["lint", "no-such.csv"], "`rxlint check no-such.csv`"),
            (&["Cargo.toml"], "rxlint check Cargo.toml"),
            (&["chek"], "'check'"),
            (&["check", "--formt", "json"], "--format"),
            (&["check", "--output-format", "json", "a.csv"], "--format FORMAT"),
            (&["check", "--rule", "x", "a.csv"], "--select RULE"),
            (&["check", "--disable", "x", "a.csv"], "--ignore RULE"),
            (&["check", "--encoding", "latin1", "a.csv"], "is detected"),
            (&["check", "--silent", "a.csv"], "-q leaves out"),
            (&["check", "--version"], "`rxlint --version`"),
            (&["check", "--watch", "a.csv"], "docs/jobs.md"),
            (&["init", "--date-order", "dmy"], "`rxlint check` takes it"),
            (&["check", "--skip-lines", "-1", "a.csv"], "a number is 0 or more"),
            (&["check", "--history", "old", "a.csv"], "put the files to check before it"),
            (&["vocabulary", "a.csv"], "--vocabulary FILE"),
            (&["check", "--max-rejects", "5%", "a.csv"], "give a whole number"),
            (&["check", "--threads", "x", "a.csv"], "give a whole number"),
            // A tip is about what the command itself takes.
            (&["timeline", "a.csv", "--patient", "X", "-o", "t.html"], "--format html > t.html"),
            (&["timeline", "a.csv", "--patient", "X", "--html"], "--format html > FILE"),
            (&["timeline", "a.csv", "--json"], "one of text, svg, html"),
            (&["timeline", "a.csv", "--ledger", "F"], "--ledger is an option of `rxlint check`"),
            (&["timeline", "a.csv", "--from", "2026-01-01"], "an option of `rxlint check`"),
            (&["timeline", "a.csv", "--history", "old"], "an option of `rxlint check`"),
            (&["baseline", "write", "a.csv", "--report", "html=x.html"], "`rxlint formulary`"),
            (&["dispositions", "report", "-o", "x.csv"], "--format csv > x.csv"),
            (&["rules", "-o", "x"], "it writes to standard output: > x"),
            (&["ledger", "forget", "4711"], "write --patient 4711"),
            (&["ledger", "forget", "--patient", "1", "rx.ledger"], "write --ledger rx.ledger"),
            (&["ledger", "status", "rx.ledger"], "write --ledger rx.ledger"),
            (&["ledger", "list"], "status, findings, import, forget, prune, backup, verify"),
            (&["dispositions", "add"], "import, report, list"),
            (&["baseline", "create"], "write, prune"),
        ] {
            let message = message(arguments);
            assert!(message.contains(tip), "{arguments:?}: {message}");
            assert!(!message.contains("as a value"), "{message}");
            assert!(message.matches("tip:").count() <= 1, "{message}");
        }
    }
}
