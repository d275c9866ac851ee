//! `rxlint baseline`: records what is found now, and removes what is no longer found. Nothing is ever added to an existing
//! baseline, so that no new finding becomes a known one unseen.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::judging::{self, CommandRun};
use super::opening;
use super::paths::Paths;
use super::settings;
use super::{Failure, finish};
use crate::baseline::Baseline;
use crate::cli::{BaselineAction, BaselinePruneArgs, BaselineWriteArgs};
use crate::config::{BASELINE_NAME, Config};
use crate::exit::Exit;
use crate::suppression::Known;
use crate::tell::tell;
use rxlint_input::Opened;
use rxlint_report::file::write_whole;
use rxlint_report::redaction::safe;
use rxlint_report::summary::{counts_line, gap_lines};

/// Runs the command.
///
/// # Errors
/// A run that cannot be done, a baseline that cannot be read, or a failed write.
pub fn run(action: &BaselineAction) -> Result<Exit, Failure> {
    match action {
        BaselineAction::Write(args) => write(args),
        BaselineAction::Prune(args) => prune(args),
    }
}

fn write(args: &BaselineWriteArgs) -> Result<Exit, Failure> {
    let (config, path) = settle(&args.run)?;
    if path.exists() && !args.overwrite {
        let help = "`rxlint baseline prune PATH…` removes what is no longer found; --overwrite replaces the baseline, and everything found now counts as known";
        return Err(Failure::new(format!("{} already exists", path.display()), help));
    }
    let opened = open(&args.run, &config, &path)?;
    let run = judge(&args.run, opened, config, None)?;
    if !run.outcome.summary.is_complete() {
        return incomplete(&run, &path);
    }
    let baseline = Baseline::of(&run.outcome.findings);
    save(&path, &baseline)?;
    report(&run, &format!("{}: {} findings written", path.display(), baseline.len()))
}

fn prune(args: &BaselinePruneArgs) -> Result<Exit, Failure> {
    let (config, path) = settle(args)?;
    let opened = open(args, &config, &path)?;
    let baseline = judging::baseline(&path)?;
    if baseline.from_report {
        let help = "rxlint never changes a report: make a baseline with `rxlint baseline write`";
        return Err(Failure::new(format!("{} is a report, not a baseline", path.display()), help));
    }
    let run = judge(args, opened, config, Some(baseline.clone()))?;
    if !run.outcome.summary.is_complete() {
        return incomplete(&run, &path);
    }
    let gone = &run.outcome.summary.gone;
    let kept = baseline.without(gone);
    if !gone.is_empty() {
        save(&path, &kept)?;
    }
    report(&run, &format!("{}: {} removed, {} kept", path.display(), gone.len(), kept.len()))
}

fn settle(args: &BaselinePruneArgs) -> Result<(Config, PathBuf), Failure> {
    let (config, _) = settings::config(&args.reading, &args.judging, &args.book)?;
    let configured = || config.baseline.as_ref().map(|path| config.resolve(path));
    let path = args.baseline.clone().or_else(configured).unwrap_or_else(|| BASELINE_NAME.into());
    Ok((config, path))
}

/// Opens the inputs, and makes sure that no file is both read and written.
fn open(args: &BaselinePruneArgs, config: &Config, path: &Path) -> Result<Opened, Failure> {
    let opened = opening::open(&args.paths, &[], config, &args.reading)?;
    let mut paths = Paths::default();
    paths.reading(&args.paths, &[], &args.reading);
    paths.book(&args.book, config);
    paths.writes("--baseline", path);
    paths.check(&opened.inputs)?;
    Ok(opened)
}

fn judge(
    args: &BaselinePruneArgs,
    opened: Opened,
    config: Config,
    baseline: Option<Baseline>,
) -> Result<CommandRun, Failure> {
    let known = Known { baseline, ..Known::default() };
    let run =
        judging::judge(opened, config, &args.reading, &args.judging, &args.book, known, None)?;
    if let Some(path) = &args.reading.input.rejects {
        super::check::write_rejects(path, &run.inputs, &run.outcome)?;
    }
    Ok(run)
}

fn save(path: &Path, baseline: &Baseline) -> Result<(), Failure> {
    write_whole(path, |out| baseline.write(out)).map_err(|error| {
        Failure::new(error.to_string(), "give --baseline a path that you may write to")
    })
}

/// What an incomplete run did not find may still be there.
fn incomplete(run: &CommandRun, path: &Path) -> Result<Exit, Failure> {
    tell(format_args!("{}\n", counts_line(&run.outcome.summary)));
    for gap in gap_lines(&run.outcome.summary) {
        tell(format_args!("{gap}\n"));
    }
    tell(format_args!(
        "{} was not changed, because something went unchecked.\n",
        safe(&path.to_string_lossy())
    ));
    Ok(Exit::Incomplete)
}

fn report(run: &CommandRun, what: &str) -> Result<Exit, Failure> {
    tell(format_args!("{}\n", counts_line(&run.outcome.summary)));
    finish(writeln!(std::io::stdout().lock(), "{}", safe(what)))?;
    Ok(Exit::Clean)
}
