//! `rxlint check`: reads exports, judges every patient, shows what it found, and accounts for every record.

use std::io::{IsTerminal, Write};
use std::path::Path;

use super::judging::{self, CommandRun};
use super::log::Log;
use super::opening;
use super::paths::Paths;
use super::reports::Plan;
use super::settings::{self, Given};
use super::verbose::verbose;
use super::{Failure, finish, ledger_run, style};
use crate::cli::{CheckArgs, Color, InputArgs, KeepingArgs, MaxShown, OutcomeArgs, ReportingArgs};
use crate::config::{Config, Every, Most};
use crate::drug_words::{self, BookDrugWords};
use crate::exit::Exit;
use crate::filter;
use crate::run::Outcome;
use crate::tell::tell;
use rxlint_input::{Input, InputError, reject};
use rxlint_model::finding::Severity;
use rxlint_model::summary::Summary;
use rxlint_report::file::write_whole;
use rxlint_report::redaction::{self, DrugWords, Privacy, RedactionTerms, safe};
use rxlint_report::summary::summary_text;

/// How many rejected records are named one by one.
const REJECTS_NAMED: usize = 10;

/// Runs the command.
///
/// # Errors
/// Whatever keeps the run from being done: see [`Exit::Failed`].
pub fn run(args: &CheckArgs, color: Color) -> Result<Exit, Failure> {
    let (mut config, _) = settings(args)?;
    let log = Log::begin(args.job.log_format, "check");
    if log.is_json() {
        // No bar between the lines.
        config.quiet = config.quiet.max(Some(1));
    }
    let asked = ledger_run::asked(&args.past, &config)?;
    let reading = &args.reading;
    if args.dry_run {
        writes_no_report(&args.reporting)?;
        let opened = opening::examine(&args.paths, &args.past.history, &config, reading)?;
        // Masked cells still show the words that name a drug of the site; without masking those of the built-in ones will do.
        let path = config.source.as_ref().map(|source| Path::new(&source.path));
        let masked = config.phi == Some(Privacy::Mask);
        let book = masked.then(|| super::book(&args.book, &config, path)).transpose()?;
        let drugs = book.as_ref().map(BookDrugWords);
        let drugs =
            drugs.as_ref().map_or(&drug_words::BuiltInDrugWords as &dyn DrugWords, |drugs| drugs);
        let exit = describe(&opened.inputs, &opened.notes, settings::terms(&config), drugs)?;
        // A table of persons is read, but also searched for what else it may hold.
        let is_read =
            |path: &Path| opened.inputs.iter().any(|input| Path::new(input.path()) == path);
        let unknown = opened
            .unknown
            .iter()
            .filter(|table| table.asks_for_columns() && !is_read(table.path()));
        let unknown = unknown.map(|table| &table.why);
        let unread: Vec<&InputError> = opened.unread.iter().chain(unknown).collect();
        return describe_unread(&unread)
            .map(|()| if unread.is_empty() { exit } else { Exit::Incomplete });
    }
    let opened = opening::open(&args.paths, &args.past.history, &config, reading)?;
    let known = judging::known(&config)?;
    let mut paths = Paths::default();
    paths.reading(&args.paths, &args.past.history, reading);
    paths.book(&args.book, &config);
    let plan = Plan::new(&args.reporting, &config, &opened.inputs, paths)?;
    let (judging, book) = (&args.judging, &args.book);
    let mut run = judging::judge(opened, config, reading, judging, book, known, asked)?;
    filter::apply(&mut run, &args.filter.filter(), args.filter.group_by)?;
    run.outcome.summary.notes.extend(plan.masked_worklists(&run.config));
    let exit = write_output(&reading.input, color, &plan, &run, &log)?;
    if let Some(ledger) = run.ledger.take() {
        ledger.commit()?;
    }
    // The program ends here: the system takes back a hundred thousand texts faster than they are dropped one by one.
    std::mem::forget(run);
    Ok(exit)
}

/// Refuses what asks for a report of a run that makes none.
pub(super) fn writes_no_report(args: &ReportingArgs) -> Result<(), Failure> {
    let given = [("--report", !args.report.is_empty()), ("--format", args.format.is_some())];
    match given.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Failure::new(
            format!("--dry-run judges nothing and writes no report: {option} has nothing to do"),
            "leave one of the two out; --dry-run says in plain text how each file is understood",
        )),
        None => Ok(()),
    }
}

/// Writes all the output of a run: rejected records, reports, and the summary on standard error.
pub(super) fn write_output(
    input: &InputArgs,
    color: Color,
    plan: &Plan<'_>,
    run: &CommandRun,
    log: &Log,
) -> Result<Exit, Failure> {
    if let Some(path) = &input.rejects {
        write_rejects(path, &run.inputs, &run.outcome)?;
    }
    plan.write(color, run)?;
    let exit = exit(&run.outcome, &run.config);
    if log.is_json() {
        log.run(run, &Plan::logged_summary(run), exit);
    } else {
        summarise(color, run, &Plan::shown_summary(run));
    }
    Ok(exit)
}

/// The configuration with the settings of the command line applied, and the keys that the command line sets.
///
/// # Errors
/// A configuration that cannot be used, or an impossible option.
pub fn settings(args: &CheckArgs) -> Result<(Config, Given), Failure> {
    let (mut config, mut given) = settings::config(&args.reading, &args.judging, &args.book)?;
    outcome_settings(&args.outcome, &mut config, &mut given);
    reporting_settings(&args.reporting, &mut config, &mut given);
    given.set(&mut config.phi, args.privacy.phi, "phi");
    given.set(&mut config.dates, args.privacy.dates, "dates");
    config.site_key = config.site_key.as_ref().map(|path| config.resolve(path));
    given.set(&mut config.site_key, args.privacy.site_key.clone(), "site-key");
    config.ledger = config.ledger.as_ref().map(|path| config.resolve(path));
    given.set(&mut config.ledger, args.past.place.ledger.clone(), "ledger");
    keeping_settings(&args.past.keeping, &mut config, &mut given);
    Ok((config, given))
}

/// Applies what the command line says about when a run exits with 1.
pub(super) fn outcome_settings(args: &OutcomeArgs, config: &mut Config, given: &mut Given) {
    given.set(&mut config.fail_on, args.fail_on, "fail-on");
    given.set(&mut config.exit_zero, args.exit_zero.then_some(true), "exit-zero");
    // A path in the file is relative to the file; one on the command line is not.
    config.baseline = config.baseline.as_ref().map(|path| config.resolve(path));
    given.set(&mut config.baseline, args.baseline.clone(), "baseline");
    config.dispositions = config.dispositions.as_ref().map(|path| config.resolve(path));
    given.set(&mut config.dispositions, args.dispositions.clone(), "dispositions");
}

/// Applies what the command line says about what is reported.
pub(super) fn reporting_settings(args: &ReportingArgs, config: &mut Config, given: &mut Given) {
    let most = args.max_shown.map(|most| match most {
        MaxShown::All => Most::Word(Every::All),
        MaxShown::Some(most) => Most::Number(most),
    });
    given.set(&mut config.format, args.format, "format");
    given.set(&mut config.max_shown, most, "max-shown");
    given.set(&mut config.show, args.show, "show");
    given.set(&mut config.statistics, args.statistics.then_some(true), "statistics");
    given.set(&mut config.verbose, args.verbose.then_some(true), "verbose");
    given.set(&mut config.quiet, Some(args.quiet).filter(|&quiet| quiet > 0), "quiet");
}

/// Applies what the command line says about what a ledger keeps.
pub(super) fn keeping_settings(args: &KeepingArgs, config: &mut Config, given: &mut Given) {
    given.set(&mut config.look_back, args.look_back.look_back, "look-back");
    given.set(&mut config.same_name, args.same_name, "same-name");
}

pub(super) fn describe(
    inputs: &[Input],
    notes: &[String],
    terms: RedactionTerms,
    drugs: &dyn DrugWords,
) -> Result<Exit, Failure> {
    let mut out = std::io::stdout().lock();
    for input in inputs {
        let path = |path: &str| safe(path).into_owned();
        let cell = |field, text: &str| redaction::cell(field, text, terms, drugs);
        finish(write!(out, "{}", input.describe().render(path, cell)))?;
    }
    for note in notes {
        finish(writeln!(out, "{}", safe(note)))?;
    }
    Ok(if inputs.is_empty() { Exit::Incomplete } else { Exit::Clean })
}

/// Says what is not understood yet of each file, and what would help.
fn describe_unread(errors: &[&InputError]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for error in errors {
        let help = error.help().replace("; `--dry-run` shows what is understood.", ".");
        let columns = error.columns_found();
        let width = columns.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let columns: String =
            columns.iter().map(|(name, found)| format!("    {name:width$}  {found}\n")).collect();
        let columns = if columns.is_empty() { columns } else { format!("  columns\n{columns}") };
        let text = format!("{error}\n{columns}  {help}");
        finish(writeln!(out, "{}", text.lines().map(safe).collect::<Vec<_>>().join("\n")))?;
    }
    Ok(())
}

/// Reports on standard error what was read, and what could not be.
fn summarise(color: Color, run: &CommandRun, summary: &Summary) {
    let CommandRun { config, .. } = run;
    let quiet = config.quiet.unwrap_or(0);
    if quiet > 1 {
        return;
    }
    if config.verbose == Some(true) {
        tell(format_args!("{}", verbose(run, summary)));
    }
    if quiet == 0 {
        let style = style(color, std::io::stderr().is_terminal());
        tell_rejected(run);
        let changed = run.engine.changed_settings();
        if !changed.is_empty() {
            tell(format_args!("Changed settings: {}\n", safe(&changed.join("; "))));
        }
        if config.exit_zero == Some(true) {
            tell(format_args!("Findings do not change the exit code: exit-zero is set.\n"));
        }
        tell(format_args!("{}", summary_text(summary, &style)));
    }
}

/// Names the first rejected records on standard error.
pub(super) fn tell_rejected(run: &CommandRun) {
    let CommandRun { inputs, outcome, .. } = run;
    for (place, reason) in outcome.rejected.iter().take(REJECTS_NAMED) {
        let path = inputs.get(place.file as usize).map(Input::path).unwrap_or_default();
        let line = match place.line {
            // The file as a whole: its packing is damaged.
            0 => format!("{path}: {reason}"),
            line => format!("{path}:{line}: record {} rejected: {reason}", place.record),
        };
        tell(format_args!("{}\n", safe(&line)));
    }
    let named = outcome.rejected.len().min(REJECTS_NAMED) as u64;
    if outcome.rejected_in_all > named {
        tell(format_args!(
            "… and {} more rejected records: --rejects FILE writes them all\n",
            outcome.rejected_in_all - named
        ));
    }
}

/// Writes every record that could not be understood, with the reason and never its content.
///
/// # Errors
/// A failed write.
pub fn write_rejects(path: &Path, inputs: &[Input], outcome: &Outcome) -> Result<(), Failure> {
    let written = write_whole(path, |out| reject::write(out, inputs, &outcome.rejected));
    written.map_err(|error| {
        Failure::new(error.to_string(), "give --rejects a path that you may write to")
    })
}

fn exit(outcome: &Outcome, config: &Config) -> Exit {
    let fail_on = config.fail_on.unwrap_or(Severity::Moderate);
    if !outcome.summary.is_complete() {
        Exit::Incomplete
    } else if config.exit_zero != Some(true)
        && outcome.findings.iter().any(|finding| finding.severity >= fail_on)
    {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
