//! `rxlint formulary`: reads lists of drugs, judges them, and accounts for every row. Reports, baselines, acceptances and exit
//! codes are those of `check`.

mod fix;
mod head;
mod lists;
mod lost;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use super::judging::{self, CommandRun};
use super::log::Log;
use super::opening;
use super::paths::Paths;
use super::reports::Plan;
use super::settings;
use super::{Failure, check, finish};
use crate::cli::{Color, FormularyArgs};
use crate::config::Config;
use crate::dispositions::Decided;
use crate::drug_words;
use crate::exit::Exit;
use crate::run::{self, Outcome, RunSettings};
use crate::suppression::{self, Sources};
use crate::tell::tell;
use lists::{Before, Lists};
use lost::Listed;
use rxlint_engine::engine::Engine;
use rxlint_engine::formulary::alerts::{Alerts, Showing};
use rxlint_engine::formulary::section;
use rxlint_engine::formulary::{Formulary, change};
use rxlint_engine::rule::formulary::alert;
use rxlint_engine::rule::formulary::limit::allowed_in;
use rxlint_input::layout::shown_headers;
use rxlint_input::{Input, InputError, InputOptions, NamedTable, Opened};
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, Fingerprint};
use rxlint_model::gap::Gap;
use rxlint_model::purpose::Purpose;
use rxlint_report::redaction::{DateDisplay, Privacy, safe};

/// A file with more bytes than this is not an interaction table.
const LONGEST_TABLE: u64 = 256 << 20;

/// What is read before anything is judged.
struct Read<'a> {
    config: Config,
    options: InputOptions,
    lists: Lists,
    opened: Opened,
    /// What a hook's lists had that could not be read.
    unread: Vec<InputError>,
    /// Where reports go; none where only the lists are described.
    plan: Option<Plan<'a>>,
    engine: Engine,
    alerts: Option<Alerts>,
}

impl<'a> Read<'a> {
    fn of(args: &'a FormularyArgs, config: Config) -> Result<Self, Failure> {
        let options = opening::input_options(&config, &args.input, Purpose::Formulary)?;
        let mut lists = Lists::of(args, &config)?;
        let mut opened = match &lists.found {
            Some(found) => Input::examine_files(found, &options)?,
            None => Input::open(&lists.paths, &options)?,
        };
        // As a hook, what could not be read before either does not stop the commit; the rest is reported below.
        let unread = if args.hook { std::mem::take(&mut opened.unread) } else { Vec::new() };
        // What may not be written is reported before anything is read that could itself be wrong.
        let plan = (!args.dry_run)
            .then(|| {
                let mut paths = Paths::default();
                paths.inputs(&lists.paths, &[], &args.input);
                paths.book(&args.book, &config);
                Plan::new(&args.reporting, &config, &opened.inputs, paths)
            })
            .transpose()?;
        let engine = judging::engine(&args.book, &config, Purpose::Formulary)?;
        // As a hook, a missing table is reported beside what is wrong with the lists.
        let table = config.alerts.as_deref().zip(lists.table.as_deref());
        let alerts =
            table.map(|(path, at)| alerts(path, at, &engine, &config.accept.columns)).transpose();
        let alerts = match alerts {
            Err(why) if args.hook => {
                let path = config.alerts.clone().unwrap_or_default();
                lists.missing.push((path, Cow::from(lost::unread_table(&why))));
                None
            }
            alerts => alerts?,
        };
        Ok(Self { config, options, lists, opened, unread, plan, engine, alerts })
    }
}

/// Runs the command.
///
/// # Errors
/// Whatever keeps the run from being done: see [`Exit::Failed`].
pub fn run(args: &FormularyArgs, color: Color) -> Result<Exit, Failure> {
    if args.dry_run {
        check::writes_no_report(&args.reporting)?;
    }
    let config = settings(args)?;
    let log = Log::begin(args.job.log_format, "formulary");
    opening::threads(&config)?;
    let Read { config, options, lists, mut opened, unread, plan, engine, alerts } =
        Read::of(args, config)?;
    let Some(plan) = plan else {
        return describe(opened, &config, &engine, alerts.as_ref());
    };
    let known_before = judging::known(&config)?;

    let settings = RunSettings {
        as_of: args.selection.as_of,
        max_rejects: config.max_rejects.unwrap_or(0),
        expect_records: args.input.expect_records,
        witness: judging::witness_settings(&config),
        ..RunSettings::default()
    };
    let (mut outcome, formulary) =
        run::formulary::lint_lists(&engine, &opened.inputs, alerts.as_ref(), &settings)?;
    if args.fix {
        return mend(&opened, &formulary, &engine);
    }
    let older = before(
        &lists.before,
        &mut outcome,
        &Compare {
            formulary: &formulary,
            engine: &engine,
            options: &options,
            alerts: alerts.as_ref(),
            settings: &settings,
        },
    )?;
    let known = older.as_ref().map_or(0, |older| older.known);
    let mut rejected = outcome.rejected_in_all;
    if args.hook {
        if let Some(older) = &older {
            rejected = lost::forgive_rejected(&mut outcome, &older.outcome, settings.max_rejects);
        }
        if config.quiet.unwrap_or(0) < 2 {
            let before = older.as_ref().map(|older| &older.opened);
            let left_out = lost::left_out(&lists, &opened, before);
            left_out.iter().for_each(|note| tell(format_args!("{}\n", safe(note))));
        }
        let now = Listed { opened: &opened, formulary: &formulary };
        let gaps = hook_gaps(&lists, now, &unread, (alerts.as_ref(), older));
        outcome.summary.gaps.splice(0..0, gaps);
    }
    outcome.summary.notes.splice(0..0, std::mem::take(&mut opened.notes));
    outcome.summary.gaps.splice(0..0, opened.unread.iter().map(run::gaps::unread));
    outcome.summary.notes.extend(note_of_acceptances(&config, args.selection.as_of));
    let accepted = suppression::settle(
        &mut outcome,
        Sources { inputs: &opened.inputs, config: &config, ledger: None },
        engine.book(),
        &known_before,
    );
    outcome.summary.baselined += known;
    let has_news = !outcome.findings.is_empty() || rejected > 0 || !outcome.summary.gaps.is_empty();
    if args.hook && !has_news && args.reporting.report.is_empty() {
        return Ok(Exit::Clean);
    }
    let run = CommandRun {
        config,
        engine,
        inputs: opened.inputs,
        outcome,
        accepted,
        decided: Decided::default(),
        ledger: None,
    };
    if args.hook && rejected > 0 && run.config.quiet == Some(1) {
        check::tell_rejected(&run);
    }
    check::write_output(&args.input, color, &plan, &run, &log)
}

/// What to say of acceptances that end some day, if it is not given what counts as today.
fn note_of_acceptances(config: &Config, as_of: Option<Day>) -> Option<String> {
    let ends = config.accept.findings.iter().any(|entry| entry.until.is_some());
    (as_of.is_none() && ends).then(|| {
        "Acceptances with an `until` were treated as still valid; use --as-of DATE to check them."
            .to_owned()
    })
}

/// Says how the lists and the interaction table were understood.
fn describe(
    opened: Opened,
    config: &Config,
    engine: &Engine,
    alerts: Option<&Alerts>,
) -> Result<Exit, Failure> {
    let mut notes = opened.notes;
    if let Some(alerts) = alerts {
        notes.push(format!("{}: an interaction table", alerts.path));
        let is_name = alert::is_name(engine.book());
        let showing = Showing { headers: &shown_headers, is_name: &is_name };
        let lines = alert::describe(engine.book(), alerts, showing);
        notes.extend(lines.into_iter().map(|(what, told)| format!("  {what}: {told}")));
    }
    check::describe(&opened.inputs, &notes, settings::terms(config), &drug_words::BuiltInDrugWords)
}

/// Writes a patch of the codes that can be fixed, and says what it leaves.
fn mend(opened: &Opened, formulary: &Formulary, engine: &Engine) -> Result<Exit, Failure> {
    let (patch, left) = fix::patch(&opened.inputs, formulary, engine.book());
    finish(std::io::stdout().lock().write_all(&patch))?;
    for (path, count) in left {
        tell(format_args!(
            "{}: {count} codes are known but not fixed: a patch fixes plain text, one code per line. The findings name them.\n",
            safe(&path)
        ));
    }
    Ok(Exit::Clean)
}

/// What a hook must not pass over in silence: what the configuration names and the next commit lacks, what was lost since the
/// last one, and what was switched off in its interaction table.
fn hook_gaps(
    lists: &Lists,
    now: Listed<'_>,
    unread: &[InputError],
    (alerts, older): (Option<&Alerts>, Option<Older>),
) -> Vec<Gap> {
    let tables = alerts.zip(older.as_ref().and_then(|older| older.alerts.as_ref()));
    let switches = tables.and_then(|(now, before)| lost::switches(now, before));
    let mut gaps = lost::configured(lists);
    gaps.extend(lost_since(lists, now, unread, older));
    gaps.extend(switches);
    gaps
}

/// What a hook's lists had in the last commit and have no more, and files with patients that were added.
fn lost_since(
    lists: &Lists,
    now: Listed<'_>,
    unread: &[InputError],
    older: Option<Older>,
) -> Vec<Gap> {
    let Some(repository) = &lists.repository else { return Vec::new() };
    let head = match &lists.before {
        Before::Head(head, ..) => Some(head),
        Before::Nothing | Before::Paths(_) => None,
    };
    let before = older.as_ref().map(|older| &older.opened);
    let mut gaps = lost::patients(repository, head, now.opened, unread, before);
    let told: Vec<Option<String>> = gaps.iter().map(|gap| gap.path.clone()).collect();
    if let Some((head, older)) = head.zip(older.as_ref()) {
        let before = Listed { opened: &older.opened, formulary: &older.formulary };
        let since = lost::since(repository, head, now, unread, before);
        gaps.extend(since.into_iter().filter(|gap| !told.contains(&gap.path)));
    }
    let told: Vec<Option<String>> = gaps.iter().map(|gap| gap.path.clone()).collect();
    let unread = lost::unread(lists, repository, head, unread, before);
    gaps.extend(unread.into_iter().filter(|gap| !told.contains(&gap.path)));
    gaps
}

/// The configuration with the settings of the command line applied.
fn settings(args: &FormularyArgs) -> Result<Config, Failure> {
    let (mut config, mut given) = settings::any_config(&args.input, &args.selection, &args.book)?;
    check::outcome_settings(&args.outcome, &mut config, &mut given);
    check::reporting_settings(&args.reporting, &mut config, &mut given);
    // The columns of prescriptions are not those of a formulary.
    config.columns = std::mem::take(&mut config.formulary_columns);
    settings::columns(&args.input.columns, &mut config, &mut given)?;
    let of_lists = config.formulary.alerts.as_ref().map(|path| config.resolve(path));
    config.alerts = args.alerts.clone().or(config.alerts).or(of_lists);
    if args.hook {
        // No one reads what is repeated: a hook shows findings, and nothing if there are none.
        config.quiet = Some(config.quiet.unwrap_or(0).max(1));
    }
    config.look_alikes = Some(args.look_alikes || config.look_alikes == Some(true));
    // A formulary has neither patients nor days.
    (config.phi, config.dates, config.site_key) =
        (Some(Privacy::Show), Some(DateDisplay::Calendar), None);
    Ok(config)
}

/// What older lists are judged with.
struct Compare<'a> {
    formulary: &'a Formulary,
    engine: &'a Engine,
    options: &'a InputOptions,
    alerts: Option<&'a Alerts>,
    settings: &'a RunSettings,
}

/// What was read from the older lists.
struct Older {
    opened: Opened,
    formulary: Formulary,
    outcome: Outcome,
    /// Their interaction table.
    alerts: Option<Alerts>,
    /// How many of today's findings they had already.
    known: u64,
}

/// Takes from an outcome what was found in the older lists too.
fn before(
    before: &Before,
    outcome: &mut Outcome,
    with: &Compare<'_>,
) -> Result<Option<Older>, Failure> {
    if matches!(before, Before::Nothing) {
        return Ok(None);
    }
    // What was named to be compared with must be readable; what lies in the last commit may be anything.
    let opened = match before {
        Before::Paths(paths) => {
            let mut opened = Input::open(paths, with.options)?;
            if let Some(error) = opened.unread.pop() {
                return Err(error.into());
            }
            opened
        }
        _ => Input::examine_files(&before.found(), with.options)?,
    };
    let own = match before.alerts() {
        // That the table of the last commit was not one is no reason to stop this commit.
        Some(path) => path.and_then(|path| {
            alerts(path, path, with.engine, &with.settings.witness.looked.columns).ok()
        }),
        None => with.alerts.cloned(),
    };
    let (older, list) =
        run::formulary::lint_lists(with.engine, &opened.inputs, own.as_ref(), with.settings)?;
    let dictionary = with.engine.book().dictionary();
    outcome.summary.notes.extend(change::changes(&list, with.formulary, dictionary));
    let now: BTreeSet<Fingerprint> =
        outcome.findings.iter().map(|finding| finding.fingerprint).collect();
    let gone = older.findings.iter().filter(|finding| !now.contains(&finding.fingerprint)).count();
    if gone > 0 {
        outcome.summary.notes.push(format!("Findings of the older lists that are gone: {gone}."));
    }
    let size = |finding: &Finding| finding.places.len() as u64 + u64::from(finding.also);
    let allowed = |finding: &Finding| {
        finding.places.first().and_then(|place| allowed_in(&place.role)).unwrap_or_default()
    };
    let of = |finding: &Finding| (finding.fingerprint, (size(finding), allowed(finding)));
    let known: BTreeMap<Fingerprint, (u64, f64)> = older.findings.iter().map(of).collect();
    let count = outcome.findings.len();
    // A damaged column that has more damaged codes than before is news, and so is a limit that allows more; one more opioid on a list
    // without naloxone is not.
    outcome.findings.retain(|finding| {
        let grown = |(count, amount): &(u64, f64)| {
            finding.places.len() > 1 && size(finding) > *count || allowed(finding) > *amount
        };
        known.get(&finding.fingerprint).is_none_or(grown)
    });
    let known = (count - outcome.findings.len()) as u64;
    Ok(Some(Older { opened, formulary: list, outcome: older, alerts: own, known }))
}

/// Reads an interaction table where it lies, and calls it by its own path.
fn alerts(
    called: &Path,
    path: &Path,
    engine: &Engine,
    looked: &[String],
) -> Result<Alerts, Failure> {
    let name = called.display().to_string();
    let help = "give --alerts a CSV or a workbook with two columns of drugs or classes, as in samples/alerts.csv";
    let too_long = std::fs::metadata(path).is_ok_and(|about| about.len() > LONGEST_TABLE);
    if too_long {
        return Err(Failure::new(format!("{name} is too large to be an interaction table"), help));
    }
    let tables = Input::named_tables(path, LONGEST_TABLE as usize)
        .map_err(|error| Failure::new(format!("the interaction table {error}"), error.help()))?;
    read_tables(&name, &tables, engine, looked)
        .map_err(|why| Failure::new(format!("{name} is not an interaction table: {why}"), help))
}

/// The text of a sheet with a sign for struck out before each cell of some of its lines: their rows are in doubt, as they are where
/// someone wrote that sign.
fn marked<'t>(text: &'t [u8], struck: &[u32]) -> Cow<'t, [u8]> {
    const SIGN: &[u8] = b"~~";
    if struck.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut marked = Vec::with_capacity(text.len() + struck.len() * 16);
    let (mut line, mut is_quoted, mut begins) = (0u32, false, true);
    for &byte in text {
        let is_cell = !matches!(byte, b',' | b'\n' | b'\r');
        let is_marked = begins && is_cell && struck.binary_search(&line).is_ok();
        if is_marked && byte != b'"' {
            marked.extend_from_slice(SIGN);
        }
        marked.push(byte);
        if is_marked && byte == b'"' {
            marked.extend_from_slice(SIGN);
        }
        is_quoted ^= byte == b'"';
        begins = !is_quoted && matches!(byte, b',' | b'\n');
        line += u32::from(!is_quoted && byte == b'\n');
    }
    Cow::Owned(marked)
}

/// Reads every sheet of a workbook that is an interaction table, and says which are not. Without any, what is wrong with the longest.
fn read_tables(
    name: &str,
    tables: &[NamedTable],
    engine: &Engine,
    looked: &[String],
) -> Result<Alerts, String> {
    let names = alert::names(engine.book());
    let is_name = alert::is_name(engine.book());
    let showing = Showing { headers: &shown_headers, is_name: &is_name };
    let mut read: Option<Alerts> = None;
    let mut failed: Vec<(usize, String, String)> = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    for table in tables {
        let sheet = table.sheet.clone().unwrap_or_default();
        let text = marked(&table.text, &table.struck);
        let mut of_sheet = match Alerts::read_beside(name, &text, &names, looked, showing) {
            Ok(of_sheet) => of_sheet,
            Err(why) => {
                failed.push((table.text.len(), sheet, why));
                continue;
            }
        };
        notes.extend(table.notes.iter().cloned());
        if Alerts::sheet_says_off(&sheet) {
            of_sheet.put_out(&format!("the sheet {sheet}"));
        }
        if tables.len() > 1 {
            of_sheet.understood.insert(0, ("sheet".to_owned(), sheet));
        }
        match &mut read {
            Some(read) => read.join(of_sheet),
            None => read = Some(of_sheet),
        }
    }
    let Some(mut read) = read else {
        let longest = failed.into_iter().max_by_key(|(length, ..)| *length);
        return Err(longest.map_or_else(|| "there is nothing in it".to_owned(), |(.., why)| why));
    };
    let left_out = failed.into_iter().filter(|(length, ..)| *length > 0);
    notes.extend(left_out.map(|(_, sheet, why)| {
        format!("The sheet {sheet} of {name} is not an interaction table and was not read: {why}.")
    }));
    if section::name_says_off(name) {
        read.put_out(&format!("the file {name}"));
    }
    read.notes = notes;
    Ok(read)
}
