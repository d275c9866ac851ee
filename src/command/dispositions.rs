//! `rxlint dispositions`: imports what people decided about findings, and reports what that says about the rules.

use std::collections::BTreeMap;
use std::io::ErrorKind::NotFound;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::paths::Paths;
use super::{Failure, configuration, finish};
use crate::cli::{DispositionsAction, DispositionsArgs, DispositionsImportArgs, DispositionsPlace};
use crate::config::Config;
use crate::dispositions::import::{self, Import};
use crate::dispositions::report::{DispositionReport, months};
use crate::dispositions::store::{Store, StoreLock};
use crate::dispositions::worklist::{self, NoWorklist, Worklist, WorklistSettings};
use crate::dispositions::{Decided, report};
use crate::exit::Exit;
use crate::tell::tell;
use rxlint_input::error::ErrorKind;
use rxlint_model::disposition::DispositionKind;
use rxlint_report::redaction::safe;

/// How many cells are named one by one.
const NAMED: usize = 50;

/// Runs the command.
///
/// # Errors
/// A file that is not a worklist or is not complete, a ledger or file of dispositions that cannot be used, or a failed write.
pub fn run(args: &DispositionsArgs) -> Result<Exit, Failure> {
    match &args.action {
        DispositionsAction::Import(args) => import_all(args),
        DispositionsAction::Report { format, place } => tell_report(format, place),
        DispositionsAction::List { place } => list(place),
    }
}

/// Where the decisions of a site are.
enum Place {
    Ledger(PathBuf),
    File(PathBuf),
}

impl Place {
    fn of(place: &DispositionsPlace, config: &Config) -> Result<Self, Failure> {
        let configured = |path: &Option<PathBuf>| path.as_ref().map(|path| config.resolve(path));
        let given = place.dispositions.clone().map(Self::File);
        let given = given.or_else(|| place.ledger.ledger.clone().map(Self::Ledger));
        given
            .or_else(|| configured(&config.dispositions).map(Self::File))
            .or_else(|| configured(&config.ledger).map(Self::Ledger))
            .ok_or_else(|| {
                Failure::new(
                    "no place is given where dispositions are kept",
                    "name the ledger with --ledger FILE or, without one, a file for them with --dispositions FILE; `ledger` or `dispositions` in rxlint.toml names it for good",
                )
            })
    }

    fn path(&self) -> &Path {
        let (Self::Ledger(path) | Self::File(path)) = self;
        path
    }
}

fn import_all(args: &DispositionsImportArgs) -> Result<Exit, Failure> {
    let (config, _) = configuration(&args.place.book)?;
    let place = Place::of(&args.place, &config)?;
    let mut paths = Paths::default();
    paths.book(&args.place.book, &config);
    args.worklists.iter().for_each(|path| paths.reads("the worklist", path));
    match &place {
        Place::Ledger(path) => paths.ledger(path),
        Place::File(path) => paths.keeps("--dispositions", path),
    }
    paths.check(&[])?;
    let settings =
        WorklistSettings { on: args.on, date_order: args.date_order.or(config.date_order) };
    let worklists = args
        .worklists
        .iter()
        .map(|path| {
            worklist::read(path, settings)
                .map(|worklist| (path.as_path(), worklist))
                .map_err(|why| no_worklist(path, why))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let added = match &place {
        Place::File(path) => {
            let _lock = StoreLock::of(path)?;
            let mut store = Store::read_if_there(path)?;
            let added = take_in(&worklists, &store.dispositions, args.replace, |_| None)?;
            let counts = worklists.iter().flat_map(|(_, worklist)| &worklist.counts);
            let counts: Vec<_> =
                counts.filter(|count| !store.worklists.contains(count)).copied().collect();
            let is_news = added.iter().any(|import| !import.added.is_empty());
            if is_news || !counts.is_empty() {
                store.dispositions.extend(added.iter().flat_map(|import| import.added.clone()));
                store.worklists.extend(counts);
                store.write(path)?;
            }
            added
        }
        Place::Ledger(path) => into_ledger(path, args, &worklists)?,
    };
    for ((path, worklist), import) in worklists.iter().zip(&added) {
        told(path, worklist, import)?;
    }
    Ok(Exit::Clean)
}

#[cfg(feature = "ledger")]
fn into_ledger(
    path: &Path,
    args: &DispositionsImportArgs,
    worklists: &[(&Path, Worklist)],
) -> Result<Vec<Import>, Failure> {
    let wait = Duration::from_secs(args.place.ledger.ledger_wait.into());
    let ledger = rxlint_ledger::Ledger::open_existing(path, wait)?;
    let known = ledger.rules_of_findings()?;
    let before = ledger.dispositions()?;
    let added =
        take_in(worklists, &before, args.replace, |one| match known.get(&one.fingerprint) {
            None => {
                Some("the ledger has no such finding: is it another site's, or a masked worklist?")
            }
            Some(rule) if *rule != one.rule => Some(import::OTHER_RULE),
            Some(_) => None,
        })?;
    let news: Vec<_> = added.iter().flat_map(|import| import.added.clone()).collect();
    ledger.add_dispositions(&news)?;
    if !news.is_empty() {
        ledger.commit()?;
    }
    Ok(added)
}

#[cfg(not(feature = "ledger"))]
fn into_ledger(
    _: &Path,
    args: &DispositionsImportArgs,
    _: &[(&Path, Worklist)],
) -> Result<Vec<Import>, Failure> {
    let _ = Duration::from_secs(args.place.ledger.ledger_wait.into());
    Err(super::ledger_run::without())
}

/// What the worklists add, if nothing in any of them has to be fixed.
fn take_in(
    worklists: &[(&Path, Worklist)],
    before: &[rxlint_model::disposition::Disposition],
    replace: bool,
    fault: impl Fn(&rxlint_model::disposition::Disposition) -> Option<&'static str>,
) -> Result<Vec<Import>, Failure> {
    let mut so_far = before.to_vec();
    let mut imports = Vec::new();
    let mut faults = Vec::new();
    for (path, worklist) in worklists {
        let mut import = import::compare(worklist, &Decided::new(so_far.iter().cloned()), replace);
        for (cell, one) in &worklist.decisions {
            if let Some(what) = fault(one) {
                import.faults.push((cell.clone(), what.to_owned()));
            }
        }
        let name = safe(&path.to_string_lossy()).into_owned();
        faults.extend(
            import.faults.iter().map(|(cell, what)| format!("{name}: {}: {what}\n", safe(cell))),
        );
        so_far.extend(import.added.iter().cloned());
        imports.push(import);
    }
    if faults.is_empty() {
        return Ok(imports);
    }
    faults.iter().take(NAMED).for_each(|line| tell(format_args!("{line}")));
    if faults.len() > NAMED {
        tell(format_args!("… and {} more\n", faults.len() - NAMED));
    }
    if worklists
        .iter()
        .any(|(_, list)| list.faults.iter().any(|(_, what)| what == worklist::MASKED))
    {
        return Err(Failure::new(
            "a masked worklist cannot be imported, whatever is filled in: nothing was imported",
            "write one that stays here, without --phi mask (or `phi` in rxlint.toml), copy the decisions into it, and import that",
        ));
    }
    let cells = if faults.len() == 1 { "one cell has" } else { "these cells have" };
    Err(Failure::new(
        format!("{cells} to be fixed: nothing was imported"),
        "fix them in the worklist, save it, and import it again: nothing is imported twice",
    ))
}

/// Says what was imported.
fn told(path: &Path, worklist: &Worklist, import: &Import) -> Result<(), Failure> {
    let counts = DispositionKind::ALL
        .map(|kind| (kind, import.added.iter().filter(|one| one.kind == kind).count()));
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    let counts =
        if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) };
    let line = format!(
        "{}: {} imported{counts}, {} known before, {} without a disposition",
        path.display(),
        import.added.len(),
        import.known,
        worklist.without
    );
    finish(writeln!(std::io::stdout().lock(), "{}", safe(&line)))?;
    if let Some(cells) = named(&worklist.loose) {
        tell(format_args!(
            "Rows that say something but have no disposition were skipped: {cells}\n"
        ));
    }
    if let Some(cells) = named(&worklist.unlisted) {
        tell(format_args!(
            "Codes that a worklist does not offer (its sheet Summary lists them) were imported as written: {cells}. If one is a typo, fix \
             it and import again with --replace.\n"
        ));
    }
    if let Some(cells) = named(&worklist.far) {
        tell(format_args!(
            "These hold for more than two years: {cells}. If a year is a typo, fix it and import again with --replace.\n"
        ));
    }
    Ok(())
}

/// Some cells, named one by one up to a limit.
fn named(cells: &[String]) -> Option<String> {
    let named: Vec<_> = cells.iter().take(NAMED).map(|cell| safe(cell)).collect();
    let more = cells.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!cells.is_empty()).then(|| named.join(", ") + &more)
}

/// What is imported.
const WORKLIST: &str = "give a worklist as `rxlint check PATH --report xlsx=FILE` or `--report csv=FILE` writes it, filled in and saved as a file of its own";

fn no_worklist(path: &Path, why: NoWorklist) -> Failure {
    let name = path.display();
    match why {
        NoWorklist::Input(error) => match error.kind() {
            ErrorKind::Open { error: why, .. } if why.kind() == NotFound => error.into(),
            _ => Failure::new(error.to_string(), WORKLIST),
        },
        NoWorklist::Columns => Failure::new(
            format!(
                "{name} is not a worklist: no table in it has the columns `fingerprint` and `disposition`"
            ),
            format!("{WORKLIST}; columns may be moved and added, but not renamed"),
        ),
        NoWorklist::TooLarge => {
            Failure::new(format!("{name} is too large for a worklist"), "give a part of it")
        }
    }
}

/// Everything that was decided, the months, and by rule the undecided findings, where those are kept.
type Kept = (Store, Vec<report::Month>, Option<BTreeMap<String, u64>>);

fn read(place: &DispositionsPlace) -> Result<Kept, Failure> {
    let (config, _) = configuration(&place.book)?;
    let found = Place::of(place, &config)?;
    match &found {
        Place::File(path) => {
            let store = Store::read(path)?;
            let months = months(&store.worklists);
            Ok((store, months, None))
        }
        Place::Ledger(_) => from_ledger(found.path()),
    }
}

#[cfg(feature = "ledger")]
fn from_ledger(path: &Path) -> Result<Kept, Failure> {
    let ledger = rxlint_ledger::Ledger::open(path, rxlint_ledger::OpenMode::Read)?;
    let months = ledger
        .months()?
        .into_iter()
        .map(|month| report::Month::new(month.month, month.findings, month.patients))
        .collect();
    let store = Store { dispositions: ledger.dispositions()?, ..Store::default() };
    Ok((store, months, Some(ledger.undecided()?)))
}

#[cfg(not(feature = "ledger"))]
fn from_ledger(_: &Path) -> Result<Kept, Failure> {
    Err(super::ledger_run::without())
}

fn tell_report(format: &str, place: &DispositionsPlace) -> Result<Exit, Failure> {
    let (store, months, undecided) = read(place)?;
    let report = DispositionReport::new(&Decided::new(store.dispositions), months, undecided);
    let text = match format {
        "json" => serde_json::to_string_pretty(&report).map_err(std::io::Error::from)? + "\n",
        "csv" => report.csv(),
        "markdown" => report.markdown(),
        _ => report.text(),
    };
    finish(std::io::stdout().lock().write_all(text.as_bytes()))?;
    Ok(Exit::Clean)
}

fn list(place: &DispositionsPlace) -> Result<Exit, Failure> {
    let (store, ..) = read(place)?;
    let mut text = Vec::new();
    store.write_to(&mut text)?;
    // What people typed may contain control sequences of a terminal.
    let shown: String = String::from_utf8_lossy(&text)
        .chars()
        .map(|c| if c.is_control() && !matches!(c, '\n' | '\r' | '\t') { '\u{FFFD}' } else { c })
        .collect();
    finish(std::io::stdout().lock().write_all(shown.as_bytes()))?;
    Ok(Exit::Clean)
}
