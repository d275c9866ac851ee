//! `rxlint check` for programs that have tables in memory: a notebook, a service. Options are those of the command line,
//! and so are findings, counts and documents.

mod spec;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;

pub use spec::EngineSpec;

use crate::cli::{CheckArgs, Cli, Command};
use crate::command::judging::{self, CommandRun};
use crate::command::opening;
use crate::command::reports::{Pages, read_key};
use crate::command::{Failure, check};
use crate::filter;
use rxlint_engine::engine::Engine;
use rxlint_input::columnar::ColumnSource;
use rxlint_input::{Input, Opened};
use rxlint_model::summary::Summary;
use rxlint_report::{Format, Style};

/// A table in memory, and what it is called in findings.
pub type NamedTable = (String, Arc<dyn ColumnSource>);

/// Reads the options of `rxlint check`, without paths.
///
/// # Errors
/// An option that does not exist, or that does not go with another.
pub fn arguments(options: &[String]) -> Result<CheckArgs, Failure> {
    let words = ["rxlint", "check"].into_iter().map(str::to_owned);
    let words = words.chain(options.iter().cloned()).chain(["-".to_owned()]);
    let cli = Cli::try_parse_from(words).map_err(|error| {
        let text = error.render().to_string();
        let what = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Failure::new(what, "the options are those of `rxlint check`, with underscores: as_of=…")
    })?;
    match cli.command {
        Command::Check(args) => Ok(CheckArgs { paths: Vec::new(), ..*args }),
        _ => Err(Failure::new("these are not options of a check", "see `rxlint help check`")),
    }
}

/// Lints files, or tables in memory.
///
/// # Errors
/// As `rxlint check`.
pub fn lint(
    engine: Option<Engine>,
    options: &[String],
    paths: Vec<PathBuf>,
    tables: Vec<NamedTable>,
) -> Result<CommandRun, Failure> {
    let args = arguments(options)?;
    let (mut config, _) = check::settings(&args)?;
    // There is no terminal to draw on.
    config.quiet = config.quiet.max(Some(2));
    let history = &args.past.history;
    let mut opened = if paths.is_empty() {
        let options = opening::reading_options(&config, &args.reading)?;
        let mut opened = Input::open_after(&[], &[], &options)?;
        add(&mut opened, tables, &options)?;
        opened
    } else {
        opening::open(&paths, history, &config, &args.reading)?
    };
    opened.today = if paths.is_empty() { opened.inputs.len() } else { opened.today };
    let known = judging::known(&config)?;
    let (reading, judging) = (&args.reading, &args.judging);
    let mut run = match engine {
        Some(engine) => judging::judge_by(engine, opened, config, reading, judging, known, None)?,
        None => judging::judge(opened, config, reading, judging, &args.book, known, None)?,
    };
    filter::apply(&mut run, &args.filter.filter(), args.filter.group_by)?;
    Ok(run)
}

fn add(
    opened: &mut Opened,
    tables: Vec<NamedTable>,
    options: &rxlint_input::InputOptions,
) -> Result<(), Failure> {
    for (name, columns) in tables {
        let index = u32::try_from(opened.inputs.len()).unwrap_or(u32::MAX);
        opened.inputs.push(Input::of_columns(index, &name, columns, options)?);
    }
    Ok(())
}

/// A document about a run.
///
/// # Errors
/// A format that does not exist, or a site key that cannot be read.
pub fn document(run: &CommandRun, format: &str) -> Result<Vec<u8>, Failure> {
    let format = Format::from_name(format).ok_or_else(|| {
        let help = format!("the formats are: {}", Format::names().join(", "));
        Failure::new(format!("`{format}` is not a report format"), help)
    })?;
    let key = run.config.site_key.as_deref().map(read_key).transpose()?;
    let mut out = Vec::new();
    Pages::of(run, key).write(format, None, &Style::default(), None, &mut out)?;
    Ok(out)
}

/// What a run counted, as rows of a table: what is counted, of which kind, how many.
pub fn counts(summary: &Summary) -> Vec<(&'static str, String, u64)> {
    let sum =
        |of: fn(&rxlint_model::summary::RecordCount) -> u64| summary.files.iter().map(of).sum();
    let none = String::new;
    let mut rows: Vec<(&'static str, String, u64)> = vec![
        ("read", none(), sum(|file| file.read)),
        ("checked", none(), sum(|file| file.checked)),
        ("inactive", none(), sum(|file| file.inactive)),
        ("unresolved", none(), sum(|file| file.unresolved)),
        ("rejected", none(), sum(|file| file.rejected)),
        ("patients", none(), summary.patients),
        ("exposures", none(), summary.exposures),
        ("assumed", none(), summary.assumed.values().sum()),
        ("reversed", none(), summary.reversed),
        ("accepted", none(), summary.accepted),
        ("settled", none(), summary.settled),
        ("baselined", none(), summary.baselined),
        ("incomplete", none(), summary.gaps.len() as u64),
    ];
    rows.extend(summary.rejects.iter().map(|(why, count)| ("rejected", (*why).to_owned(), *count)));
    let by = summary
        .findings
        .iter()
        .map(|(severity, count)| ("findings", severity.name().to_owned(), *count));
    rows.extend(by);
    rows.extend(summary.by_rule.iter().map(|(rule, count)| ("rule", rule.clone(), *count)));
    rows
}
