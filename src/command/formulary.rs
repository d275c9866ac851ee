//! `rxlint formulary`: reads lists of drugs, judges them, and accounts for every row. Reports, baselines, acceptances and exit
//! codes are those of `check`.

use std::path::Path;

use super::log::Log;
use super::paths::Paths;
use super::reports::Plan;
use super::shared::{self, CommandRun};
use super::{Failure, check};
use crate::cli::{Color, FormularyArgs};
use crate::config::Config;
use crate::drug_words;
use crate::exit::Exit;
use crate::run::{self, RunSettings};
use crate::suppression::{self, Sources};
use rxlint_engine::engine::Engine;
use rxlint_engine::formulary::alerts::Alerts;
use rxlint_engine::rule::formulary::alert;
use rxlint_input::Input;
use rxlint_model::purpose::Purpose;
use rxlint_report::redaction::{DateDisplay, Privacy};

/// A file with more bytes than this is not an interaction table.
const LONGEST_TABLE: u64 = 256 << 20;

/// Runs the command.
///
/// # Errors
/// Whatever keeps the run from being done: see [`Exit::Failed`].
pub fn run(args: &FormularyArgs, color: Color) -> Result<Exit, Failure> {
    let config = settings(args)?;
    let log = Log::begin(args.job.log_format, "formulary");
    shared::threads(&config)?;
    let options = shared::input_options(&config, &args.input, Purpose::Formulary)?;
    let opened = Input::open(&args.paths, &options)?;
    let engine = shared::engine(&args.book, &config, Purpose::Formulary)?;
    let alerts = config.alerts.as_deref().map(|path| alerts(path, &engine)).transpose()?;
    if args.dry_run {
        let mut notes = opened.notes;
        if let Some(alerts) = &alerts {
            notes.push(format!("{}: an interaction table", alerts.path));
            let lines = alert::describe(engine.book(), alerts);
            notes.extend(lines.into_iter().map(|(what, told)| format!("  {what}: {told}")));
        }
        return check::describe(
            &opened.inputs,
            &notes,
            shared::terms(&config),
            &drug_words::NoDrugWords,
        );
    }
    let baseline = config.baseline.as_deref().map(shared::baseline).transpose()?;
    let mut paths = Paths::default();
    paths.inputs(&args.paths, &[], &args.input);
    paths.book(&args.book, &config);
    let plan = Plan::new(&args.reporting, &config, &opened.inputs, paths)?;

    let settings = RunSettings {
        as_of: args.selection.as_of,
        max_rejects: config.max_rejects.unwrap_or(0),
        expect_records: args.input.expect_records,
        ..RunSettings::default()
    };
    let mut outcome = run::formulary::lint(&engine, &opened.inputs, alerts.as_ref(), &settings)?;
    outcome.summary.notes.splice(0..0, opened.notes);
    outcome.summary.gaps.splice(0..0, opened.unread.iter().map(run::gaps::unread));
    if args.selection.as_of.is_none()
        && config.accept.findings.iter().any(|entry| entry.until.is_some())
    {
        outcome.summary.notes.push("Acceptances with an `until` were held to be valid: --as-of DATE says what counts as today.".to_owned());
    }
    let accepted = suppression::settle(
        &mut outcome,
        Sources { inputs: &opened.inputs, config: &config, ledger: None },
        engine.book(),
        baseline.as_ref(),
    );
    let run = CommandRun { config, engine, inputs: opened.inputs, outcome, accepted, ledger: None };
    check::write_output(&args.input, color, &plan, &run, &log)
}

/// The configuration with the settings of the command line applied.
fn settings(args: &FormularyArgs) -> Result<Config, Failure> {
    let (mut config, mut given) = shared::any_config(&args.input, &args.selection, &args.book)?;
    check::outcome_settings(&args.outcome, &mut config, &mut given);
    check::reporting_settings(&args.reporting, &mut config, &mut given);
    // The columns of prescriptions are not those of a formulary.
    config.columns = std::mem::take(&mut config.formulary_columns);
    shared::columns(&args.input.columns, &mut config, &mut given)?;
    config.alerts = args.alerts.clone().or(config.alerts);
    config.look_alikes = Some(args.look_alikes || config.look_alikes == Some(true));
    // A formulary has neither patients nor days.
    (config.phi, config.dates, config.site_key) =
        (Some(Privacy::Show), Some(DateDisplay::Calendar), None);
    Ok(config)
}

fn alerts(path: &Path, engine: &Engine) -> Result<Alerts, Failure> {
    let name = path.display().to_string();
    let help = "give --alerts a CSV or a workbook with two columns of drugs or classes, as in samples/alerts.csv";
    let too_long = std::fs::metadata(path).is_ok_and(|about| about.len() > LONGEST_TABLE);
    if too_long {
        return Err(Failure::new(format!("{name} is too large to be an interaction table"), help));
    }
    let tables = Input::tables(path, LONGEST_TABLE as usize)
        .map_err(|error| Failure::new(format!("the interaction table {error}"), error.help()))?;
    // Of a workbook, the longest sheet that is one.
    let mut read = Err("there is nothing in it".to_owned());
    let names = alert::names(engine.book());
    for table in &tables {
        read = Alerts::read(&name, table, &names);
        if read.is_ok() {
            break;
        }
    }
    read.map_err(|why| Failure::new(format!("{name} is not an interaction table: {why}"), help))
}
