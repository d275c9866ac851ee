//! How a run opens its ledger.

use std::time::Duration;

use super::Failure;
use crate::accept::Acceptance;
use crate::cli::PastArgs;
use crate::config::Config;
use rxlint_engine::engine::Engine;
use rxlint_input::{Input, InputOptions};
use rxlint_ledger::past::{Asked, HistoryStore, LOOK_BACK, Reported};
use rxlint_model::day::Day;

/// What the command line and the configuration ask of a ledger; `None` if there is none.
///
/// # Errors
/// Options that need a ledger, without one; or a ledger together with older exports.
pub fn asked(args: &PastArgs, config: &Config) -> Result<Option<Asked>, Failure> {
    let reported = match (args.only_new, args.since) {
        (true, _) => Reported::New,
        (false, Some(day)) => Reported::Since(day),
        (false, None) => Reported::Tonight,
    };
    let Some(path) = config.ledger.clone() else {
        if reported == Reported::Tonight {
            return nothing_is_kept(args).map(|()| None);
        }
        let option = if args.only_new { "--only-new" } else { "--since" };
        return Err(Failure::new(
            format!("{option} needs a ledger, which knows what was found before"),
            "name one with --ledger FILE; without a ledger, --baseline FILE leaves out the findings of an earlier report",
        ));
    };
    if !args.history.is_empty() {
        return Err(Failure::new(
            "--history and a ledger cannot be used together",
            "add the older exports to the ledger once: rxlint ledger import PATHS… --ledger FILE",
        ));
    }
    Ok(Some(Asked {
        path,
        wait: Duration::from_secs(args.place.ledger_wait.into()),
        new: args.keeping.new_ledger,
        look_back: config.look_back.unwrap_or(LOOK_BACK),
        same_name: config.same_name,
        reported,
    }))
}

/// Refuses options of a ledger where there is none: a user who gives one believes that the nights are kept.
fn nothing_is_kept(args: &PastArgs) -> Result<(), Failure> {
    let keeping = &args.keeping;
    let given = [
        ("--new-ledger", keeping.new_ledger),
        ("--look-back", keeping.look_back.look_back.is_some()),
        ("--same-name", keeping.same_name.is_some()),
        ("--ledger-wait", args.place.ledger_wait > 0),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Failure::new(
            format!("{option} is about a ledger, and none is given: nothing would be kept"),
            "name one with --ledger FILE, or with `ledger` in rxlint.toml",
        )),
        None => Ok(()),
    }
}

/// Opens the ledger for a run over these inputs, read with these options.
///
/// # Errors
/// A ledger that cannot be used or is in use.
#[cfg(feature = "ledger")]
pub fn begin(
    asked: Asked,
    engine: &Engine,
    inputs: &[Input],
    options: &InputOptions,
    as_of: Option<Day>,
    acceptances: &[Acceptance],
) -> Result<Box<dyn HistoryStore>, Failure> {
    use crate::settings_key::SettingsKey;
    use rxlint_ledger::{AcceptedSetting, Night, NightSettings};
    let SettingsKey { reading, judging } = SettingsKey::of(engine, options);
    let accepted = |entry: &Acceptance| AcceptedSetting {
        rule: entry.rule.clone(),
        selection: entry.selection_and_patient(),
        until: entry.until,
    };
    let accepted = acceptances.iter().map(accepted).collect();
    let settings = NightSettings { as_of, options: options.clone(), reading, judging, accepted };
    Ok(Box::new(Night::begin(engine.clone(), inputs, asked, settings)?))
}

/// Says that this program has no ledger.
///
/// # Errors
/// Always.
#[cfg(not(feature = "ledger"))]
pub fn begin(
    _: Asked,
    _: &Engine,
    _: &[Input],
    _: &InputOptions,
    _: Option<Day>,
    _: &[Acceptance],
) -> Result<Box<dyn HistoryStore>, Failure> {
    Err(without())
}

/// Why there is no ledger in this program.
#[cfg(not(feature = "ledger"))]
pub(super) fn without() -> Failure {
    Failure::new(
        "this rxlint was built without the ledger",
        "build it with the feature `ledger`, which is on by default; --history PATHS… reads older exports without one",
    )
}
