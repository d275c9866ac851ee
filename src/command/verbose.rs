//! What `--verbose` says: which configuration, which rules, which inputs in which layout, and what was left out and why.

use std::fmt::Write;

use super::judging::CommandRun;
use super::settings::terms;
use rxlint_model::finding::Known;
use rxlint_model::summary::Summary;
use rxlint_report::redaction::{DateDisplay, Privacy, safe};

/// One line for each stage of a run. `summary` is redacted. Nothing here comes from a record.
pub(super) fn verbose(run: &CommandRun, summary: &Summary) -> String {
    let CommandRun { config, engine, outcome, .. } = run;
    let book = engine.book();
    let terms = terms(config);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let mut say = |line: String| {
        let _ = writeln!(text, "rxlint: {}", safe(&line));
    };
    say(config
        .source
        .as_ref()
        .map_or("no configuration".to_owned(), |source| format!("configuration {}", source.path)));
    say(format!(
        "{} of {} rules, digest {}",
        book.active().count(),
        book.rules().len(),
        engine.digest()
    ));
    let out = book.rules().iter().filter(|rule| !rule.active);
    let out: Vec<&str> = out.map(|rule| rule.info.id.as_str()).collect();
    if !out.is_empty() {
        say(format!("rules left out: {}", out.join(", ")));
    }
    for setting in engine.changed_settings() {
        say(format!("changed setting: {setting}"));
    }
    for file in &summary.files {
        say(format!(
            "{}: {}, layout {}, {} bytes, {} records",
            file.path, file.format, file.layout, file.bytes, file.read
        ));
    }
    for file in &summary.history {
        say(format!(
            "history {}: {}, layout {}, {} bytes, {} records",
            file.path, file.format, file.layout, file.bytes, file.read
        ));
    }
    if summary.mentioned > 0 {
        say(format!("{} mentions of watched drugs in free text", summary.mentioned));
    }
    match outcome.as_of {
        None => say("no first day in any record".to_owned()),
        Some(day) if terms.dates == DateDisplay::Calendar => say(format!("as of {day}")),
        // Every day is counted from a patient's first day: no calendar date is shown.
        Some(_) => {}
    }
    for entry in &summary.acceptances {
        let until = entry.until.map(|until| format!(" until {until}")).unwrap_or_default();
        say(format!(
            "{}:{}: accepts {} of {}{until}",
            entry.path, entry.line, entry.findings, entry.rule
        ));
    }
    for finding in &run.accepted {
        match terms.privacy {
            // The fingerprint is made from the patient's identifier.
            Privacy::Mask => say(format!("accepted: {}", finding.rule.id)),
            _ => say(format!("accepted: {} {}", finding.fingerprint, finding.rule.id)),
        }
    }
    for Known { rule, fingerprint, .. } in &summary.gone {
        say(format!("gone since the baseline: {fingerprint} {rule}"));
    }
    text
}
