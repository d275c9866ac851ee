//! The log of a run on standard error, for a log collector: one JSON object per line. Nothing in it comes from a record.
//!
//! No line has a time: the collector adds it, and the same run writes the same lines.

use serde_json::{Value, json};

use super::Failure;
use super::shared::CommandRun;
use super::verbose::verbose;
use crate::cli::LogFormat;
use crate::exit::Exit;
use crate::tell::tell;
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
        for gap in &summary.gaps {
            let about = json!({ "reason": gap.kind.code(), "path": gap.path.as_deref().map(safe), "line": gap.line, "message": safe(&gap.what), "remedy": safe(&gap.remedy) });
            self.line("error", "incomplete", about);
        }
        for note in &summary.notes {
            self.line("warning", "note", json!({ "message": safe(note) }));
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
