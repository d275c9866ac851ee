//! `rxlint check`: reads exports, judges every patient, shows what it found, and accounts for every record.

use std::io::{IsTerminal, Write};
use std::path::Path;

use super::session::{self, Session};
use super::verbose::verbose;
use super::{Failure, finish, style};
use crate::cli::{CheckArgs, Color, MaxShown};
use crate::config::{Config, Most};
use crate::excerpt::Privacy;
use crate::exit::Exit;
use crate::finding::{Finding, Severity};
use crate::input::{Input, reject};
use crate::report::{self, Document, Format, ShownFinding, View, file::write_whole, statistics::statistics, summary::summary_text};
use crate::run::Outcome;

/// How many findings a terminal is shown unless it asks for more.
const SHOWN_ON_TERMINAL: usize = 50;
/// How many rejected records are named one by one.
const REJECTS_NAMED: usize = 10;

/// Runs the command.
///
/// # Errors
/// Whatever keeps the run from being done: see [`Exit::Failed`].
pub fn run(args: &CheckArgs, color: Color) -> Result<Exit, Failure> {
    let (config, _) = session::config(&args.reading, &args.judging, &args.book)?;
    let config = overridden(config, args);
    let opened = session::open(&args.paths, &config, &args.reading)?;
    if args.dry_run {
        return describe(&opened.inputs, &opened.notes);
    }
    let known = args.baseline.clone().or_else(|| config.baseline.as_ref().map(|path| config.beside(path)));
    let baseline = known.as_deref().map(session::baseline).transpose()?;
    let session = session::judge(opened, config, &args.judging, &args.book, baseline.as_ref())?;

    if let Some(path) = &args.reading.rejects {
        write_rejects(path, &session.inputs, &session.outcome)?;
    }
    show(args, color, &session)?;
    Ok(exit(&session.outcome, &session.config))
}

/// The configuration with what the command line says of reports and exit codes on top.
fn overridden(mut config: Config, args: &CheckArgs) -> Config {
    config.fail_on = args.fail_on.or(config.fail_on);
    config.exit_zero = args.exit_zero.then_some(true).or(config.exit_zero);
    config.format = args.format.or(config.format);
    config.show = args.show.or(config.show);
    config.statistics = args.statistics.then_some(true).or(config.statistics);
    config.verbose = args.verbose.then_some(true).or(config.verbose);
    config.quiet = Some(args.quiet).filter(|&quiet| quiet > 0).or(config.quiet);
    config
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
fn show(args: &CheckArgs, color: Color, session: &Session) -> Result<(), Failure> {
    let Session { config, book, inputs, outcome, .. } = session;
    let quiet = config.quiet.unwrap_or(0);
    if quiet > 1 {
        return Ok(());
    }
    let terminal = std::io::stdout().is_terminal();
    let format = config.format.unwrap_or(if terminal { Format::Full } else { Format::Concise });
    let max_shown = match args.max_shown {
        Some(MaxShown::All) => None,
        Some(MaxShown::Some(most)) => Some(most),
        None => config.max_shown.map_or(terminal.then_some(SHOWN_ON_TERMINAL), Most::limit),
    };
    let sources = session.sources();
    let paths: Vec<String> = sources.paths().into_iter().map(str::to_owned).collect();
    let view = View { paths: &paths, privacy: Privacy::Minimum, authority: false };
    let document = Document { version: env!("CARGO_PKG_VERSION"), rules_digest: book.digest(), as_of: outcome.as_of, summary: &outcome.summary };
    let visible: Vec<&Finding> = outcome.findings.iter().filter(|finding| config.show.is_none_or(|least| finding.severity >= least)).collect();
    let mut shown = visible.into_iter().map(|finding| ShownFinding::new(finding, &view, |place| sources.reread(place)));
    let mut out = std::io::stdout().lock();
    finish(if config.statistics == Some(true) && !matches!(format, Format::Json | Format::Jsonl) {
        out.write_all(statistics(&outcome.findings, &outcome.summary).as_bytes())
    } else {
        report::write(format, &document, &mut shown, &style(color, terminal), max_shown, &mut out)
    })?;
    if config.verbose == Some(true) {
        eprint!("{}", verbose(session));
    }
    if quiet == 0 {
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
///
/// # Errors
/// A failed write.
pub fn write_rejects(path: &Path, inputs: &[Input], outcome: &Outcome) -> Result<(), Failure> {
    let written = write_whole(path, |out| reject::write(out, inputs, &outcome.rejected));
    written.map_err(|error| Failure::new(error.to_string(), "give --rejects a path that you may write to"))
}

fn exit(outcome: &Outcome, config: &Config) -> Exit {
    let fail_on = config.fail_on.unwrap_or(Severity::Moderate);
    if !outcome.summary.complete {
        Exit::Incomplete
    } else if config.exit_zero != Some(true) && outcome.findings.iter().any(|finding| finding.severity >= fail_on) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
