//! `rxlint baseline`: writes down what is found now, and takes out what is no longer found. Nothing is ever added to a
//! baseline that is there, so that no new finding becomes a known one unseen.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::paths::Paths;
use super::shared::{self, CommandRun};
use super::{Failure, finish};
use crate::baseline::Baseline;
use crate::cli::{BaselineAction, BaselinePruneArgs, BaselineWriteArgs};
use crate::config::{BASELINE_NAME, Config};
use crate::exit::Exit;
use rxlint_input::Opened;
use rxlint_report::file::write_whole;
use rxlint_report::redaction::safe;
use rxlint_report::summary::counts_line;

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
        let help = "`rxlint baseline prune` takes out what is gone; --overwrite replaces it, and whatever is found now counts as known";
        return Err(Failure::new(format!("{} is there already", path.display()), help));
    }
    let opened = open(&args.run, &config, &path)?;
    let session = judge(&args.run, opened, config, None)?;
    if !session.outcome.summary.complete {
        return incomplete(&session, &path);
    }
    let baseline = Baseline::of(&session.outcome.findings);
    save(&path, &baseline)?;
    tell(&session, &format!("{}: {} findings written", path.display(), baseline.len()))
}

fn prune(args: &BaselinePruneArgs) -> Result<Exit, Failure> {
    let (config, path) = settle(args)?;
    let opened = open(args, &config, &path)?;
    let baseline = shared::baseline(&path)?;
    if baseline.from_report {
        let help = "a report is left as it is: make a baseline with `rxlint baseline write`";
        return Err(Failure::new(format!("{} is a report, not a baseline", path.display()), help));
    }
    let session = judge(args, opened, config, Some(&baseline))?;
    if !session.outcome.summary.complete {
        return incomplete(&session, &path);
    }
    let gone = &session.outcome.summary.gone;
    let kept = baseline.without(gone);
    if !gone.is_empty() {
        save(&path, &kept)?;
    }
    tell(&session, &format!("{}: {} taken out, {} kept", path.display(), gone.len(), kept.len()))
}

fn settle(args: &BaselinePruneArgs) -> Result<(Config, PathBuf), Failure> {
    let (config, _) = shared::config(&args.reading, &args.judging, &args.book)?;
    let configured = || config.baseline.as_ref().map(|path| config.beside(path));
    let path = args.baseline.clone().or_else(configured).unwrap_or_else(|| BASELINE_NAME.into());
    Ok((config, path))
}

/// Opens the inputs, and sees to it that nothing that is read is written to.
fn open(args: &BaselinePruneArgs, config: &Config, path: &Path) -> Result<Opened, Failure> {
    let opened = shared::open(&args.paths, &[], config, &args.reading)?;
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
    baseline: Option<&Baseline>,
) -> Result<CommandRun, Failure> {
    let session =
        shared::judge(opened, config, &args.reading, &args.judging, &args.book, baseline, None)?;
    if let Some(path) = &args.reading.input.rejects {
        super::check::write_rejects(path, &session.inputs, &session.outcome)?;
    }
    Ok(session)
}

fn save(path: &Path, baseline: &Baseline) -> Result<(), Failure> {
    write_whole(path, |out| baseline.write(out)).map_err(|error| {
        Failure::new(error.to_string(), "give --baseline a path that you may write to")
    })
}

/// What an incomplete run did not find may be there all the same.
#[allow(clippy::print_stderr, reason = "the counts go to standard error, as in check")]
fn incomplete(session: &CommandRun, path: &Path) -> Result<Exit, Failure> {
    eprintln!("{}", counts_line(&session.outcome.summary));
    eprintln!(
        "{} was left as it is: something went unchecked. --max-rejects allows for records that cannot be understood.",
        safe(&path.to_string_lossy())
    );
    Ok(Exit::Incomplete)
}

#[allow(clippy::print_stderr, reason = "the counts go to standard error, as in check")]
fn tell(session: &CommandRun, what: &str) -> Result<Exit, Failure> {
    eprintln!("{}", counts_line(&session.outcome.summary));
    finish(writeln!(std::io::stdout().lock(), "{}", safe(what)))?;
    Ok(Exit::Clean)
}
