//! `rxlint formulary`: reads lists of drugs, judges them, and accounts for every row. Reports, baselines, acceptances and exit
//! codes are those of `check`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::log::Log;
use super::reports::Plan;
use super::session::{self, Session};
use super::{Failure, book, check};
use crate::cli::{Color, FormularyArgs};
use crate::config::Config;
use crate::drug::Dictionary;
use crate::excerpt::{Dates, Privacy};
use crate::exit::Exit;
use crate::formulary::alerts::Alerts;
use crate::input::{Input, InputOptions, Purpose};
use crate::known::{self, Sources};
use crate::rule::Book;
use crate::rule::file::Condition;
use crate::rule::formulary::file::Test;
use crate::run::{self, Settings};

/// An interaction table longer than this is none.
const LONGEST_TABLE: u64 = 256 << 20;

/// Runs the command.
///
/// # Errors
/// Whatever keeps the run from being done: see [`Exit::Failed`].
pub fn run(args: &FormularyArgs, color: Color) -> Result<Exit, Failure> {
    let as_check = args.as_check();
    let config = settings(args, &as_check)?;
    let log = Log::begin(args.job.log_format, "formulary");
    session::threads(&config)?;
    let options = InputOptions {
        purpose: Purpose::Formulary,
        ..session::input_options(&config, &as_check.reading)?
    };
    let opened = Input::open(&args.paths, &options)?;
    if args.dry_run {
        return check::describe(
            &opened.inputs,
            &opened.notes,
            check::terms(&config),
            &Dictionary::default(),
        );
    }
    let baseline = config.baseline.as_deref().map(session::baseline).transpose()?;
    let alerts = config.alerts.as_deref().map(alerts).transpose()?;
    let plan = Plan::new(&as_check, &config, &opened.inputs)?;

    let path = config.source.as_ref().map(|source| PathBuf::from(&source.path));
    let mut book = book(&args.book, &config, path.as_deref())?;
    if config.look_alikes == Some(true) {
        opt_in(&mut book, &config);
    }
    session::keep(&mut book, Purpose::Formulary)?;
    let settings = Settings {
        as_of: args.as_of,
        max_rejects: config.max_rejects.unwrap_or(0),
        expect_records: args.expect_records,
        ..Settings::default()
    };
    let mut outcome = run::formulary::lint(&book, &opened.inputs, alerts.as_ref(), &settings)?;
    outcome.summary.notes.splice(0..0, opened.notes);
    if args.as_of.is_none() && config.accept.iter().any(|entry| entry.until.is_some()) {
        outcome.summary.notes.push("Acceptances with an `until` were held to be valid: --as-of DATE says what counts as today.".to_owned());
    }
    let accepted = known::settle(
        &mut outcome,
        Sources { inputs: &opened.inputs, config: &config, ledger: None },
        &book,
        baseline.as_ref(),
    );
    let session = Session {
        config,
        book: Arc::new(book),
        inputs: opened.inputs,
        outcome,
        accepted,
        ledger: None,
    };
    check::tell(&as_check, color, &plan, &session, &log)
}

/// The configuration with all that the command line says on top.
fn settings(args: &FormularyArgs, as_check: &crate::cli::CheckArgs) -> Result<Config, Failure> {
    let (mut config, mut given) = check::settings(as_check)?;
    // The columns of prescriptions are not those of a formulary.
    config.columns = std::mem::take(&mut config.formulary_columns);
    session::columns(&args.columns, &mut config, &mut given)?;
    config.alerts = args.alerts.clone().or(config.alerts);
    config.look_alikes = Some(args.look_alikes || config.look_alikes == Some(true));
    // A formulary has no patients, and is read where no days are.
    (config.phi, config.dates, config.site_key) =
        (Some(Privacy::Show), Some(Dates::Calendar), None);
    Ok(config)
}

/// Switches on what judges only where it is asked for, unless it is ruled out by name.
fn opt_in(book: &mut Book, config: &Config) {
    for rule in book.rules_mut() {
        let is_it = matches!(&rule.condition, Condition::Formulary(check) if check.check == Test::LookAlike);
        rule.active |= is_it && !config.ignore.contains(&rule.file.id);
    }
}

fn alerts(path: &Path) -> Result<Alerts, Failure> {
    let name = path.display().to_string();
    let help = "give --alerts a CSV with two columns of drugs or classes, as in samples/alerts.csv";
    let too_long = std::fs::metadata(path).is_ok_and(|about| about.len() > LONGEST_TABLE);
    if too_long {
        return Err(Failure::new(
            format!("the interaction table {name} is too large to be one"),
            help,
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        Failure::new(format!("the interaction table {name} cannot be read: {error}"), help)
    })?;
    Alerts::read(&name, &bytes)
        .map_err(|why| Failure::new(format!("{name} is no interaction table: {why}"), help))
}
