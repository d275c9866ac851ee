//! How a run comes by its ledger.

use std::sync::Arc;
use std::time::Duration;

use super::Failure;
use crate::cli::PastArgs;
use crate::config::Config;
use crate::input::Input;
use crate::past::{Asked, LOOK_BACK, Memory, Tellings};
use crate::rule::Book;
use crate::run::Settings;

/// What the command line and the configuration ask of a ledger; `None` where there is none.
///
/// # Errors
/// Options that need a ledger, without one; or a ledger together with older exports.
pub fn asked(args: &PastArgs, config: &Config) -> Result<Option<Asked>, Failure> {
    let tellings = match (args.only_new, args.since) {
        (true, _) => Tellings::New,
        (false, Some(day)) => Tellings::Since(day),
        (false, None) => Tellings::Tonight,
    };
    let Some(path) = config.ledger.clone() else {
        if tellings == Tellings::Tonight {
            return Ok(None);
        }
        let option = if args.only_new { "--only-new" } else { "--since" };
        return Err(Failure::new(
            format!("{option}: nothing tells what was seen before"),
            "name the ledger that does: --ledger FILE; without one, --baseline FILE leaves out what an earlier report knows",
        ));
    };
    if !args.history.is_empty() {
        return Err(Failure::new(
            "--history and a ledger cannot be used together",
            "take the older exports into the ledger once: rxlint ledger import PATHS… --ledger FILE",
        ));
    }
    Ok(Some(Asked {
        path,
        wait: Duration::from_secs(args.place.ledger_wait.into()),
        look_back: config.look_back.unwrap_or(LOOK_BACK),
        same_name: config.same_name,
        tellings,
    }))
}

/// Opens the ledger for a run over these inputs. `reading` is whatever changes how they are read.
///
/// # Errors
/// A ledger that cannot be used or is in use.
#[cfg(feature = "ledger")]
pub fn begin(
    asked: Asked,
    book: &Arc<Book>,
    inputs: &[Input],
    settings: &Settings,
    reading: &str,
) -> Result<Box<dyn Memory>, Failure> {
    use crate::ledger::{Night, Terms};
    let rules = format!("{} {} {reading}", env!("CARGO_PKG_VERSION"), book.digest());
    let active: Vec<&str> = book.active().map(|rule| rule.info.id.as_str()).collect();
    let (windows, exposure) = (book.windows(), &settings.exposure);
    let terms = Terms {
        as_of: settings.as_of,
        exposure: exposure.clone(),
        judging: format!(
            "{rules} {active:?} {windows:?} {} {} {exposure:?}",
            settings.jurisdiction, settings.strict
        ),
        reading: format!("{rules} {:?}", exposure.placeholders),
    };
    Ok(Box::new(Night::begin(Arc::clone(book), inputs, asked, terms)?))
}

/// Says that this program has no ledger.
///
/// # Errors
/// Always.
#[cfg(not(feature = "ledger"))]
pub fn begin(
    _: Asked,
    _: &Arc<Book>,
    _: &[Input],
    _: &Settings,
    _: &str,
) -> Result<Box<dyn Memory>, Failure> {
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
