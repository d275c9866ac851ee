//! `rxlint config`: the settings in effect, and where each comes from.

use std::fmt::Write as _;
use std::io::Write as _;

use super::opening;
use super::settings::Given;
use super::{Failure, book, check, finish};
use crate::cli::{CheckArgs, ConfigArgs};
use crate::config::effective::{Setting, settings};
use crate::config::{Config, FILE_NAME, VocabularyTable};
use crate::exit::Exit;

/// The schema of `rxlint.toml`; a test compares it with the types.
const SCHEMA: &str = include_str!("../../docs/rxlint.schema.json");

/// Runs the command.
///
/// # Errors
/// A configuration or rule file that cannot be used, or a failed write.
pub fn run(args: &ConfigArgs) -> Result<Exit, Failure> {
    let text = if args.schema { SCHEMA.to_owned() } else { effective(&args.check, args.json)? };
    finish(std::io::stdout().lock().write_all(text.as_bytes()))?;
    Ok(Exit::Clean)
}

fn effective(args: &CheckArgs, as_json: bool) -> Result<String, Failure> {
    let (mut config, Given(mut given)) = check::settings(args)?;
    // Anything that a run would refuse is refused here too.
    let path = config.source.as_ref().map(|source| source.path.clone());
    book(&args.book, &config, path.as_deref().map(std::path::Path::new))?;
    opening::reading_options(&config, &args.reading)?;
    if !args.book.rules.is_empty() {
        config.rules.extend(args.book.rules.iter().cloned());
        given.push("rules".to_owned());
    }
    let tables = args.book.vocabulary.iter().map(|path| VocabularyTable { path: path.clone() });
    config.vocabulary.extend(tables);
    if !args.book.vocabulary.is_empty() {
        given.push("vocabulary".to_owned());
    }
    if args.book.vocabulary_cache.is_some() {
        config.vocabulary_cache.clone_from(&args.book.vocabulary_cache);
        given.push("vocabulary-cache".to_owned());
    }
    let settings = settings(&config, &given.iter().map(String::as_str).collect::<Vec<_>>());
    Ok(if as_json { json(&config, &settings)? } else { text(&config, &settings) })
}

fn text(config: &Config, settings: &[Setting]) -> String {
    let mut text = match &config.source {
        Some(source) => format!("# the configuration is {}\n", source.path),
        None => format!("# no {FILE_NAME} is used\n"),
    };
    let shown = |setting: &Setting| match &setting.value {
        Some(value) => format!("{} = {value}", setting.key),
        None => format!("# {}", setting.key),
    };
    let width =
        settings.iter().map(|setting| shown(setting).chars().count()).max().unwrap_or(0).min(48);
    for setting in settings {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:width$}  # {}", shown(setting), setting.source);
    }
    for acceptance in config.acceptances() {
        let path = config.source.as_ref().map(|source| source.path.as_str()).unwrap_or_default();
        let until = acceptance.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let accepts = format!("# accepts {}{until}", acceptance.rule);
        let _ = writeln!(text, "{accepts:width$}  # {path}:{}", acceptance.at.line);
    }
    text
}

fn json(config: &Config, settings: &[Setting]) -> Result<String, Failure> {
    let settings: Vec<serde_json::Value> = settings
        .iter()
        .map(|s| serde_json::json!({ "key": s.key, "value": s.value, "source": s.source }))
        .collect();
    let path = config.source.as_ref().map(|source| source.path.as_str());
    let document =
        serde_json::json!({ "schema": "rxlint/config/1", "path": path, "settings": settings });
    Ok(serde_json::to_string_pretty(&document).map_err(std::io::Error::from)? + "\n")
}
