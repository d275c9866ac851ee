//! `rxlint rules`: lists the rules, runs their cases, begins a new one.

use std::io::Write;

use super::{Failure, book, configuration};
use crate::cli::{RulesAction, RulesArgs};
use crate::exit::Exit;
use crate::rule::Book;
use crate::rule::case::{self, Verdict};

/// Runs the command.
///
/// # Errors
/// A rule file that cannot be used, or a failed write.
pub fn run(args: &RulesArgs) -> Result<Exit, Failure> {
    let (config, config_path) = configuration(&args.book)?;
    match &args.action {
        None => {
            let book = book(&args.book, &config, config_path.as_deref())?;
            if args.format == "json" { list_json(&book) } else { list(&book) }
        }
        Some(RulesAction::Test { dir }) => {
            let mut with_dir = args.book.clone();
            with_dir.rules.extend(dir.clone());
            test(&book(&with_dir, &config, config_path.as_deref())?)
        }
        Some(RulesAction::New { .. }) => Err(Failure::new("`rules new` is not there yet", "copy a rule file and change it; rules/README.md describes every key")),
    }
}

fn list(book: &Book) -> Result<Exit, Failure> {
    let mut out = std::io::stdout().lock();
    for rule in book.rules() {
        let info = &rule.info;
        let grade = if info.grade.is_empty() { "–" } else { &info.grade };
        let off = if rule.active { "" } else { "  (off)" };
        writeln!(out, "{:<34} {:<9} {:<2} {:<2} {}{off}", info.id, rule.file.severity.name(), grade, info.dur, info.title)?;
    }
    Ok(Exit::Clean)
}

fn list_json(book: &Book) -> Result<Exit, Failure> {
    let rules: Vec<serde_json::Value> = book
        .rules()
        .iter()
        .map(|rule| {
            let file = &rule.file;
            serde_json::json!({
                "id": file.id, "title": file.title, "kind": file.kind, "severity": file.severity, "dur": file.dur,
                "evidence": (!rule.info.grade.is_empty()).then_some(&rule.info.grade), "disputed": file.disputed,
                "status": file.status, "since": file.since, "version": file.version, "tags": file.tags, "active": rule.active,
            })
        })
        .collect();
    let mut out = std::io::stdout().lock();
    let text = serde_json::to_string_pretty(&rules).map_err(std::io::Error::from)?;
    writeln!(out, "{text}")?;
    Ok(Exit::Clean)
}

/// Runs every case of every active rule; a failed case ends with code 1.
fn test(book: &Book) -> Result<Exit, Failure> {
    let mut out = std::io::stdout().lock();
    let (mut passed, mut failed, mut todo) = (0, 0, 0);
    for rule in book.active() {
        for case in &rule.file.cases {
            match case::run(book, rule, case) {
                Verdict::Passed => passed += 1,
                Verdict::Todo(_) => todo += 1,
                Verdict::Failed(what) => {
                    failed += 1;
                    writeln!(out, "{}: case “{}” failed: {what}", rule.file.id, case.name)?;
                }
            }
        }
    }
    let known = if todo > 0 { format!(", {todo} known misses") } else { String::new() };
    writeln!(out, "{} rules, {passed} cases passed, {failed} failed{known}", book.active().count())?;
    Ok(if failed > 0 { Exit::Findings } else { Exit::Clean })
}
