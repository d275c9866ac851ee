//! The log of a run on standard error, for a log collector: one JSON object per line. Nothing in it comes from a record.
//!
//! No line has a time: the collector adds it, and the same run writes the same lines.

use serde_json::{Value, json};

use super::Failure;
use super::judging::CommandRun;
use super::verbose::verbose;
use crate::cli::LogFormat;
use crate::exit::Exit;
use crate::tell::tell;
use rxlint_engine::rule::Book;
use rxlint_input::Input;
use rxlint_model::finding::Severity;
use rxlint_model::summary::Summary;
use rxlint_report::redaction::safe;

/// How many rejected records are listed one by one.
const REJECTS_NAMED: usize = 100;

/// Where the tool's own lines go.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    format: LogFormat,
    command: &'static str,
}

impl Log {
    /// Starts the log of a command.
    pub fn begin(format: LogFormat, command: &'static str) -> Self {
        let log = Self { format, command };
        log.line("info", "start", json!({ "version": env!("CARGO_PKG_VERSION") }));
        log
    }

    /// Whether log lines are written; otherwise a person is informed in another way.
    pub fn is_json(self) -> bool {
        self.format == LogFormat::Json
    }

    /// Logs the outcome of a run. `summary` is redacted.
    pub fn run(self, run: &CommandRun, summary: &Summary, exit: Exit) {
        if !self.is_json() {
            return;
        }
        if run.config.verbose == Some(true) {
            for detail in verbose(run, summary).lines() {
                self.line(
                    "debug",
                    "detail",
                    json!({ "message": detail.trim_start_matches("rxlint: ") }),
                );
            }
        }
        for file in &summary.files {
            self.line(
                if file.rejected > 0 { "warning" } else { "info" },
                "file",
                json!({
                    "path": safe(&file.path), "format": file.format, "layout": file.layout, "bytes": file.bytes, "read": file.read,
                    "checked": file.checked, "inactive": file.inactive, "unresolved": file.unresolved, "rejected": file.rejected,
                }),
            );
        }
        let rejected = &run.outcome.rejected;
        for (place, reason) in rejected.iter().take(REJECTS_NAMED) {
            let path = run.inputs.get(place.file as usize).map(Input::path).unwrap_or_default();
            let about = json!({ "path": safe(path), "line": place.line, "record": place.record, "code": reason.code(), "message": reason.to_string() });
            self.line("warning", "rejected", about);
        }
        let drugs = drugs(run.engine.book());
        for gap in &summary.gaps {
            let (what, remedy) = (plain(&gap.what, &drugs), plain(&gap.remedy, &drugs));
            let about = json!({ "reason": gap.kind.code(), "path": gap.path.as_deref().map(safe), "line": gap.line, "message": safe(&what), "remedy": safe(&remedy) });
            self.line("error", "incomplete", about);
        }
        for note in &summary.notes {
            self.line("warning", "note", json!({ "message": safe(&plain(note, &drugs)) }));
        }
        let sum = |count: fn(&rxlint_model::summary::RecordCount) -> u64| {
            summary.files.iter().map(count).sum::<u64>()
        };
        let found = |severity: Severity| summary.findings.get(&severity).copied().unwrap_or(0);
        self.end(
            exit,
            json!({
                "rules": run.engine.digest(), "settings": run.engine.changed_settings(), "files": summary.files.len(), "read": sum(|file| file.read),
                "checked": sum(|file| file.checked), "inactive": sum(|file| file.inactive), "unresolved": sum(|file| file.unresolved),
                "rejected": sum(|file| file.rejected), "patients": summary.patients, "complete": summary.is_complete(),
                "findings": { "high": found(Severity::High), "moderate": found(Severity::Moderate), "low": found(Severity::Low) },
                "accepted": summary.accepted, "settled": summary.settled, "baselined": summary.baselined,
                "filtered": summary.filtered.as_ref().map(|filtered| filtered.left_out),
            }),
        );
    }

    /// Logs why a run failed.
    pub fn failure(self, failure: &Failure) {
        let (what, help) = match failure {
            Failure::File(error) => (error.to_string(), None),
            Failure::Other { what, help } => (what.clone(), help.clone()),
            Failure::ClosedPipe => return,
        };
        let help = help.map(|help| safe(&help).into_owned());
        self.line("error", "error", json!({ "message": safe(&what), "help": help }));
        self.end(Exit::Failed, json!({}));
    }

    fn end(self, exit: Exit, more: Value) {
        let level = if exit == Exit::Clean { "info" } else { "error" };
        let mut about = json!({ "exit": exit as u8 });
        if let (Some(about), Value::Object(more)) = (about.as_object_mut(), more) {
            about.extend(more);
        }
        self.line(level, "end", about);
    }

    fn line(self, level: &str, event: &str, more: Value) {
        if !self.is_json() {
            return;
        }
        let mut line =
            json!({ "tool": "rxlint", "command": self.command, "level": level, "event": event });
        if let (Some(line), Value::Object(more)) = (line.as_object_mut(), more) {
            line.extend(more);
        }
        tell(format_args!("{line}\n"));
    }
}

/// The names of all watched drugs in small letters, the longest first.
fn drugs(book: &Book) -> Vec<String> {
    let mut names: Vec<String> =
        book.dictionary().drugs().iter().map(|drug| drug.name.to_lowercase()).collect();
    names.sort_unstable_by_key(|name| (std::cmp::Reverse(name.len()), name.clone()));
    names
}

/// A message without what comes from a record: a drug that was found, and the word of a cell that serves as an example.
fn plain(text: &str, drugs: &[String]) -> String {
    const EXAMPLE: &str = ", such as `";
    let mut text = text.to_owned();
    while let Some(at) = text.find(EXAMPLE) {
        let rest = at + EXAMPLE.len();
        let end = text[rest..].find('`').map_or(text.len(), |end| rest + end + 1);
        text.replace_range(at..end, "");
    }
    const DRUG: &str = "a watched drug";
    for drug in drugs {
        let mut from = 0;
        // Lower case may take another number of bytes: such a text has no name of ours in it.
        while let Some(at) = text[from..].to_ascii_lowercase().find(drug.as_str()) {
            let (start, end) = (from + at, from + at + drug.len());
            let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let is_whole =
                !is_part(text[..start].chars().next_back()) && !is_part(text[end..].chars().next());
            from = end;
            if is_whole {
                text.replace_range(start..end, DRUG);
                from = start + DRUG.len();
            }
        }
    }
    while let Some(at) = text.find("a watched drug a watched drug") {
        text.replace_range(at..at + DRUG.len() + 1, "");
    }
    text
}

/// The log for a command that may fail before it has started its own.
#[derive(Clone, Copy, Debug)]
pub struct FailureLog(pub LogFormat, pub &'static str);

impl FailureLog {
    /// Logs the failure if there is a collector; otherwise returns `false`.
    pub fn report(self, failure: &Failure) -> bool {
        let log = Log { format: self.0, command: self.1 };
        if log.is_json() {
            log.failure(failure);
        }
        log.is_json()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_learns_no_drug_and_no_word_of_a_cell() {
        let drugs = ["buprenorphine", "naloxone", "naltrexone"].map(str::to_owned);
        for (said, logged) in [
            ("it mentions naltrexone.", "it mentions a watched drug."),
            ("buprenorphine naloxone is mentioned", "a watched drug is mentioned"),
            ("methylnaltrexone is none of ours", "methylnaltrexone is none of ours"),
            (
                "words that may mean *not taken*, such as `Error`.",
                "words that may mean *not taken*.",
            ),
        ] {
            assert_eq!(plain(said, &drugs), logged);
        }
    }
}
