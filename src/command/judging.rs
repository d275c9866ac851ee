//! The run itself: the engine with its rules and settings, the inputs judged by it, and what is known of earlier findings left out.

use std::path::{Path, PathBuf};

use rxlint_engine::engine::{self, Engine};
use rxlint_engine::exposure::ExposureOptions;
use rxlint_engine::rule::Book;
use rxlint_engine::rule::file::Condition;
use rxlint_engine::rule::formulary::file::Test;
use rxlint_input::raw::RawExtent;
use rxlint_input::{Input, Opened};
use rxlint_ledger::past::{Asked, HistoryStore, Past};
use rxlint_model::finding::Finding;
use rxlint_model::purpose::Purpose;

use super::opening::reading_options;
use super::{Failure, book, ledger_run, progress};
use crate::baseline::Baseline;
use crate::cli::{BookArgs, JudgingArgs, ReadingArgs};
use crate::config::{Config, WitnessExtent};
use crate::dispositions::Decided;
use crate::dispositions::store::Store;
use crate::run::witness::{Looked, WitnessSettings};
use crate::run::{self, Outcome, RunSettings};
use crate::suppression::{self, Known, Sources};

/// A finished run, and what it was done with.
pub struct CommandRun {
    /// The settings in effect.
    pub config: Config,
    /// The rules and settings that were applied.
    pub engine: Engine,
    /// The inputs that were read.
    pub inputs: Vec<Input>,
    /// The outcome, without what is accepted or in the baseline.
    pub outcome: Outcome,
    /// The findings that are accepted.
    pub accepted: Vec<Finding>,
    /// What people decided about findings.
    pub decided: Decided,
    /// The ledger, which is not committed yet.
    pub ledger: Option<Box<dyn HistoryStore>>,
}

impl CommandRun {
    /// What findings of this run can point at.
    pub fn sources(&self) -> Sources<'_> {
        Sources { inputs: &self.inputs, config: &self.config, ledger: self.ledger.as_deref() }
    }
}

/// Reads and judges the inputs, then removes what is accepted or in the baseline.
///
/// # Errors
/// A rule file that cannot be used, or an input that cannot be read to its end.
pub fn judge(
    opened: Opened,
    config: Config,
    reading: &ReadingArgs,
    judging: &JudgingArgs,
    book_args: &BookArgs,
    known: Known,
    kept: Option<Asked>,
) -> Result<CommandRun, Failure> {
    let engine = engine(book_args, &config, Purpose::Prescriptions)?;
    let mut opened = opened;
    // A list of drugs that is used as one was not passed over.
    let vocabulary: Vec<PathBuf> = (book_args.vocabulary.iter().cloned())
        .chain(config.vocabulary.iter().map(|table| config.resolve(&table.path)))
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    let is_used = |path: &Path| path.canonicalize().is_ok_and(|path| vocabulary.contains(&path));
    opened.unknown.retain(|table| !is_used(table.path()));
    judge_by(engine, opened, config, reading, judging, known, kept)
}

/// The same by an engine that is there already.
///
/// # Errors
/// An input that cannot be read to its end.
pub fn judge_by(
    engine: Engine,
    opened: Opened,
    config: Config,
    reading: &ReadingArgs,
    judging: &JudgingArgs,
    known: Known,
    kept: Option<Asked>,
) -> Result<CommandRun, Failure> {
    let quiet = config.quiet.unwrap_or(0) > 0;
    let settings = settings(reading, judging, &config);
    let begin = |asked: Asked| {
        let options = reading_options(&config, reading)?;
        let accepted = config.acceptances();
        ledger_run::begin(asked, &engine, &opened.inputs, &options, settings.as_of, &accepted)
    };
    let mut ledger = kept.map(begin).transpose()?;
    let past = match &mut ledger {
        Some(ledger) => Past::Ledger(ledger.as_mut()),
        None if opened.today < opened.inputs.len() => Past::History(opened.today),
        None => Past::Nothing,
    };
    let mut outcome = progress::with_bar(&opened.inputs, quiet, || {
        run::lint_after(&engine, &opened.inputs, &[], &settings, past)
    })?;
    outcome.summary.notes.splice(0..0, opened.notes);
    outcome.summary.gaps.splice(0..0, opened.unread.iter().map(run::gaps::unread));
    for table in &opened.unknown {
        let is_alone = !opened.inputs.iter().any(|input| table.is_beside(input.path()));
        let gap = run::witness::passed_over(engine.book(), table, is_alone)?;
        let Some(gap) = gap else { continue };
        let note = table.note();
        outcome.summary.notes.retain(|other| *other != note);
        outcome.summary.gaps.push(gap);
    }
    run::gaps::name_vocabularies(&mut outcome.summary);
    outcome.summary.notes.extend(ledger.iter().flat_map(|ledger| ledger.notes().to_vec()));
    let held = ledger.as_mut().map(|ledger| ledger.take_held()).unwrap_or_default();
    let sources = Sources { inputs: &opened.inputs, config: &config, ledger: ledger.as_deref() };
    let mut known = known;
    if let Some(ledger) = &ledger {
        known.dispositions.extend(ledger.dispositions()?);
    }
    let accepted = suppression::settle(&mut outcome, sources, engine.book(), &known);
    let untold = suppression::accepted_of(held, outcome.as_of, sources);
    if let Some(ledger) = &mut ledger {
        let all: Vec<&Finding> = accepted.iter().chain(&untold).collect();
        let known = ledger.note_accepted(&all)?;
        if let Some(summary) = &mut outcome.summary.ledger {
            summary.new = summary.new.saturating_sub(known);
        }
    }
    let decided = Decided::new(known.dispositions);
    Ok(CommandRun { config, engine, inputs: opened.inputs, outcome, accepted, decided, ledger })
}

/// Keeps only the rules of one command in the book.
///
/// # Errors
/// If none of the selected rules is left.
pub fn keep(book: &mut Book, purpose: Purpose) -> Result<(), Failure> {
    book.keep(purpose).map_err(|what| {
        Failure::new(
            what,
            "`rxlint rules` lists the rules; those of a formulary begin with formulary-",
        )
    })
}

fn settings(reading: &ReadingArgs, judging: &JudgingArgs, config: &Config) -> RunSettings {
    RunSettings {
        as_of: judging.selection.as_of,
        max_rejects: config.max_rejects.unwrap_or(0),
        keeps_rejected: reading.input.rejects.is_some(),
        max_unresolved: config.max_unresolved.unwrap_or_default(),
        witness: witness_settings(config),
        expect_records: reading.input.expect_records,
        memory_limit: reading.memory_limit,
    }
}

/// What the witness looks at, and what the site has looked at itself.
pub(super) fn witness_settings(config: &Config) -> WitnessSettings {
    WitnessSettings {
        extent: match config.witness.unwrap_or_default() {
            WitnessExtent::Sampled => RawExtent::Sampled,
            WitnessExtent::All => RawExtent::All,
            WitnessExtent::Off => RawExtent::Off,
        },
        looked: Looked { columns: config.accept.columns.clone() },
    }
}

/// The engine of a command: its rules, and the settings in effect.
///
/// # Errors
/// A rule file that cannot be used, or no rule that applies.
pub fn engine(args: &BookArgs, config: &Config, purpose: Purpose) -> Result<Engine, Failure> {
    let path = config.source.as_ref().map(|source| PathBuf::from(&source.path));
    let mut book = book(args, config, path.as_deref())?;
    if config.look_alikes == Some(true) {
        opt_in(&mut book, config);
    }
    keep(&mut book, purpose)?;
    Ok(Engine::of(book, engine_settings(config)))
}

/// Everything besides the rules that can change a verdict.
pub fn engine_settings(config: &Config) -> engine::Settings {
    let usual = engine::Settings::default();
    engine::Settings {
        exposure: exposure_options(config),
        jurisdiction: config.jurisdiction.clone().unwrap_or(usual.jurisdiction),
        country: config.country.clone(),
        strict: config.strict.unwrap_or(usual.strict),
        book: config.book_settings(),
    }
}

/// How records become exposures with these settings.
pub fn exposure_options(config: &Config) -> ExposureOptions {
    let mut options = ExposureOptions::default();
    options.default_days = config.default_days.unwrap_or(options.default_days);
    options.carry_cap = config.carry_over_cap.map_or(options.carry_cap, i32::from);
    options.placeholders.extend(config.placeholders.iter().cloned());
    options.status.clone_from(&config.status);
    options
}

/// Switches on the rules that judge only on request, unless they are ignored by name.
pub(super) fn opt_in(book: &mut Book, config: &Config) {
    for rule in book.rules_mut() {
        let is_it = matches!(&rule.condition, Condition::Formulary(check) if check.check == Test::LookAlike);
        rule.active |= is_it && !config.ignore.contains(&rule.file.id);
    }
}

/// What the configuration names that a site knows of earlier findings.
///
/// # Errors
/// A baseline or a file of dispositions that cannot be read.
pub fn known(config: &Config) -> Result<Known, Failure> {
    let baseline = config.baseline.as_deref().map(baseline).transpose()?;
    let path = config.dispositions.as_deref();
    // Before anything was decided there is no file yet, and nothing is left out for lack of it.
    let note = path.filter(|path| !path.exists()).map(|path| {
        format!(
            "{}: there are no dispositions yet; `rxlint dispositions import` creates the file.",
            path.display()
        )
    });
    let store = path.map(Store::read_if_there).transpose()?.unwrap_or_default();
    Ok(Known { baseline, dispositions: store.dispositions, note })
}

/// Reads a baseline.
///
/// # Errors
/// A file that cannot be read or is not a baseline.
pub fn baseline(path: &Path) -> Result<Baseline, Failure> {
    let read = rxlint_input::open_file(path).and_then(std::io::read_to_string);
    let text = read.map_err(|error| {
        Failure::new(
            format!("the baseline {} cannot be read: {error}", path.display()),
            "`rxlint baseline write` makes one; an earlier report written with --format json serves too",
        )
    })?;
    Baseline::parse(&text).map_err(|error| {
        Failure::new(
            format!("{} is not a baseline: {error}", path.display()),
            "give a file written by `rxlint baseline write`, or an earlier report in the format json or jsonl",
        )
    })
}
