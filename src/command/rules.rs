//! `rxlint rules`: lists the rules, runs their cases, starts a new one.

mod reviewed;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::{Failure, book, configuration};
use crate::case::{self, CaseResult};
use crate::cli::{RulesAction, RulesArgs};
use crate::exit::Exit;
use rxlint_engine::rule::registry::Kind;
use rxlint_engine::rule::{Book, manual};
use rxlint_report::redaction::safe;

/// Runs the command.
///
/// # Errors
/// A rule file that cannot be used, or a failed write.
pub fn run(args: &RulesArgs) -> Result<Exit, Failure> {
    let (config, config_path) = configuration(&args.book)?;
    match &args.action {
        None => {
            let book = book(&args.book, &config, config_path.as_deref())?;
            match args.format.as_str() {
                "json" => list_json(&book),
                "markdown" => {
                    write!(std::io::stdout().lock(), "{}", manual::manual(&book))?;
                    Ok(Exit::Clean)
                }
                _ => list(&book),
            }
        }
        Some(RulesAction::Test { dir }) => {
            let mut with_dir = args.book.clone();
            with_dir.rules.extend(dir.clone());
            let mut book = book(&with_dir, &config, config_path.as_deref())?;
            // Rules that are off by default are tested too.
            book.rules_mut()
                .iter_mut()
                .filter(|rule| rule.file.opt_in)
                .for_each(|rule| rule.active = true);
            test(&Arc::new(book))
        }
        Some(RulesAction::New { id, dir, kind }) => new(id, dir, kind),
        Some(RulesAction::Reviewed { sheet, dir }) => reviewed::run(sheet, dir),
    }
}

/// Writes a rule to start from: every key filled in, a condition of its kind, one case that fires and one that is silent.
fn new(id: &str, dir: &Path, kind: &str) -> Result<Exit, Failure> {
    let plain = !id.is_empty()
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !id.starts_with('-')
        && !id.ends_with('-');
    if !plain {
        return Err(Failure::new(
            format!("`{id}` is not a rule id"),
            "use lower-case letters, digits and hyphens, as in opioid-benzodiazepine-overlap",
        ));
    }
    let Some(kind) = Kind::ALL.iter().find(|known| known.name() == kind) else {
        return Err(Failure::new(
            format!("there is no kind of rule called `{kind}`"),
            format!("the kinds are {}", Kind::NAMES.join(", ")),
        ));
    };
    let folder = dir.join(kind.about().folder);
    let path = folder.join(format!("{id}.toml"));
    if path.exists() {
        return Err(Failure::new(
            format!("{} already exists", path.display()),
            "choose another id, or delete the file first",
        ));
    }
    let text = SKELETON
        .replace("@ID@", id)
        .replace("@KIND@", kind.name())
        .replace("@CONDITION@", kind.about().skeleton);
    // Never through a link, and never over a file that has appeared in the meantime.
    let write = || std::fs::File::create_new(&path)?.write_all(text.as_bytes());
    std::fs::create_dir_all(&folder).and_then(|()| write()).map_err(|error| {
        Failure::new(
            format!("{} cannot be written: {error}", path.display()),
            "give --dir a folder that you may write to",
        )
    })?;
    writeln!(
        std::io::stdout().lock(),
        "{}\nChange it, then run: rxlint rules test {}",
        safe(&path.to_string_lossy()),
        safe(&dir.to_string_lossy())
    )?;
    Ok(Exit::Clean)
}

/// A rule to start from; the condition comes from its kind.
const SKELETON: &str = include_str!("rules/skeleton.toml");

fn list(book: &Book) -> Result<Exit, Failure> {
    let mut out = std::io::stdout().lock();
    for rule in book.rules() {
        let info = &rule.info;
        let grade = if info.grade.is_empty() { "–" } else { &info.grade };
        let off = if rule.active { "" } else { "  (off)" };
        writeln!(
            out,
            "{:<34} {:<9} {:<2} {:<2} {}{off}",
            info.id,
            rule.file.severity.name(),
            grade,
            info.dur,
            info.title
        )?;
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
fn test(book: &Arc<Book>) -> Result<Exit, Failure> {
    let mut out = std::io::stdout().lock();
    let (mut passed, mut failed, mut todo) = (0, 0, 0);
    for rule in book.active() {
        for case in rule.cases() {
            match case::run(book, rule, case) {
                CaseResult::Passed => passed += 1,
                CaseResult::Todo(_) => todo += 1,
                CaseResult::Failed(what) => {
                    failed += 1;
                    writeln!(out, "{}: case “{}” failed: {what}", rule.file.id, case.name)?;
                }
            }
        }
    }
    let known = if todo > 0 { format!(", {todo} known misses") } else { String::new() };
    writeln!(
        out,
        "{} rules, {passed} cases passed, {failed} failed{known}",
        book.active().count()
    )?;
    Ok(if failed > 0 { Exit::Findings } else { Exit::Clean })
}
