//! `rxlint check`: reads exports, judges every patient, shows what it found, and accounts for every record.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::Path;

use super::{Failure, book, configuration, style};
use crate::cli::{CheckArgs, Color, MaxShown};
use crate::config::Config;
use crate::excerpt::Privacy;
use crate::exit::Exit;
use crate::finding::Severity;
use crate::input::layout::ColumnMap;
use crate::input::{Input, InputOptions, reject};
use crate::record::Field;
use crate::report::{self, Document, Format, ShownFinding, View, file::write_whole, summary::summary_text};
use crate::run::{self, Outcome, Settings};

/// How many findings a terminal is shown unless it asks for more.
const SHOWN_ON_TERMINAL: usize = 50;
/// How many rejected records are named one by one.
const REJECTS_NAMED: usize = 10;

/// Runs the command.
///
/// # Errors
/// Whatever keeps the run from being done: see [`Exit::Failed`].
pub fn run(args: &CheckArgs, color: Color) -> Result<Exit, Failure> {
    let (config, config_path) = configuration(&args.book)?;
    let config = overridden(config, args);
    threads(args)?;
    let opened = Input::open(&args.paths, &input_options(args, &config)?)?;
    let inputs = opened.inputs;
    if args.dry_run {
        return describe(&inputs, &opened.notes);
    }
    let book = book(&args.book, &config, config_path.as_deref())?;
    let settings = settings(args, &config);
    let mut outcome = run::lint(&book, &inputs, &[], &settings)?;
    outcome.summary.notes.splice(0..0, opened.notes);

    if let Some(path) = &args.rejects {
        write_rejects(path, &inputs, &outcome)?;
    }
    show(args, color, &book, &inputs, &outcome)?;
    Ok(exit(&outcome, config.fail_on.unwrap_or(Severity::Moderate)))
}

/// The configuration with what the command line says on top.
fn overridden(mut config: Config, args: &CheckArgs) -> Config {
    config.fail_on = args.fail_on.or(config.fail_on);
    config.max_rejects = args.max_rejects.or(config.max_rejects);
    config.jurisdiction = args.jurisdiction.clone().or(config.jurisdiction);
    config.date_order = args.date_order.or(config.date_order);
    if args.strict {
        config.strict = Some(true);
    }
    if !args.select.is_empty() {
        config.select.clone_from(&args.select);
    }
    if !args.ignore.is_empty() {
        config.ignore.clone_from(&args.ignore);
    }
    config
}

fn threads(args: &CheckArgs) -> Result<(), Failure> {
    match args.threads {
        None => Ok(()),
        Some(0) => Err(Failure::new("--threads 0: no thread would do the work", "give 1 or more, or leave it out for all cores")),
        Some(threads) => rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .map_err(|error| Failure::new(format!("{threads} threads cannot be started: {error}"), "give --threads a smaller number")),
    }
}

fn input_options(args: &CheckArgs, config: &Config) -> Result<InputOptions, Failure> {
    let mut chosen: BTreeMap<String, String> = config.columns.clone();
    for pair in &args.columns {
        let (field, header) = pair
            .split_once('=')
            .ok_or_else(|| Failure::new(format!("--columns {pair}: there is no ="), "write FIELD=HEADER, as in --columns patient=MRN,drug=Med_Desc"))?;
        chosen.insert(field.trim().to_owned(), header.trim().to_owned());
    }
    let mut columns = ColumnMap::default();
    for (field, header) in &chosen {
        columns.insert(field, header).map_err(|error| Failure::new(format!("the column for `{field}`: {error}"), format!("the fields are: {}", Field::ALL.map(Field::name).join(", "))))?;
    }
    Ok(InputOptions { columns, date_order: config.date_order, delimiter: args.delimiter, patients: args.patients.clone(), conditions: args.conditions.clone(), ..InputOptions::default() })
}

fn settings(args: &CheckArgs, config: &Config) -> Settings {
    let mut settings = Settings { as_of: args.as_of, ..Settings::default() };
    settings.jurisdiction = config.jurisdiction.clone().unwrap_or(settings.jurisdiction);
    settings.strict = config.strict.unwrap_or(false);
    settings.max_rejects = config.max_rejects.unwrap_or(0);
    settings.exposure.default_days = config.default_days.unwrap_or(settings.exposure.default_days);
    settings.exposure.carry_cap = config.carry_over_cap.map_or(settings.exposure.carry_cap, i32::from);
    settings.exposure.placeholders.extend(config.placeholders.iter().cloned());
    settings
}

fn describe(inputs: &[Input], notes: &[String]) -> Result<Exit, Failure> {
    let mut out = std::io::stdout().lock();
    for input in inputs {
        finish(write!(out, "{}", input.describe().render(false)))?;
    }
    for note in notes {
        finish(writeln!(out, "{note}"))?;
    }
    Ok(if inputs.is_empty() { Exit::Incomplete } else { Exit::Clean })
}

/// Writes the one document to standard output, and the summary to standard error.
#[allow(clippy::print_stderr, reason = "the summary goes to standard error")]
fn show(args: &CheckArgs, color: Color, book: &crate::rule::Book, inputs: &[Input], outcome: &Outcome) -> Result<(), Failure> {
    let terminal = std::io::stdout().is_terminal();
    let format = args.format.unwrap_or(if terminal { Format::Full } else { Format::Concise });
    let max_shown = match args.max_shown {
        Some(MaxShown::All) => None,
        Some(MaxShown::Some(most)) => Some(most),
        None => terminal.then_some(SHOWN_ON_TERMINAL),
    };
    let paths: Vec<String> = inputs.iter().map(|input| input.path().to_owned()).collect();
    let view = View { paths: &paths, privacy: Privacy::Minimum, authority: false };
    let document = Document { version: env!("CARGO_PKG_VERSION"), rules_digest: book.digest(), as_of: outcome.as_of, summary: &outcome.summary };
    let reread = |place: &crate::record::Place| inputs.get(place.file as usize)?.reread(*place).ok();
    let mut shown = outcome.findings.iter().map(|finding| ShownFinding::new(finding, &view, reread));
    let mut out = std::io::stdout().lock();
    finish(report::write(format, &document, &mut shown, &style(color, terminal), max_shown, &mut out))?;
    if !args.quiet {
        let style = style(color, std::io::stderr().is_terminal());
        for (place, reason) in outcome.rejected.iter().take(REJECTS_NAMED) {
            let path = inputs.get(place.file as usize).map(Input::path).unwrap_or_default();
            eprintln!("{path}:{}: record {} rejected: {reason}", place.line, place.record);
        }
        if outcome.rejected.len() > REJECTS_NAMED {
            eprintln!("… and {} more rejected records: --rejects FILE writes them all", outcome.rejected.len() - REJECTS_NAMED);
        }
        eprint!("{}", summary_text(&outcome.summary, &style));
    }
    Ok(())
}

/// Writes every record that could not be understood, with the reason and never its content.
fn write_rejects(path: &Path, inputs: &[Input], outcome: &Outcome) -> Result<(), Failure> {
    let written = write_whole(path, |out| reject::write_to(out, inputs, &outcome.rejected));
    written.map_err(|error| Failure::new(error.to_string(), "give --rejects a path that you may write to"))
}

/// A closed pipe is success: whoever read has read enough.
fn finish(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn exit(outcome: &Outcome, fail_on: Severity) -> Exit {
    if !outcome.summary.complete {
        Exit::Incomplete
    } else if outcome.findings.iter().any(|finding| finding.severity >= fail_on) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
