//! What all commands that read exports share: the settings in effect, the inputs, and the run itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Failure, book, configuration, ledger_run, profiles, progress};
use crate::baseline::Baseline;
use crate::cli::{self, BookArgs, InputArgs, JudgingArgs, ReadingArgs, SelectionArgs};
use crate::config::{Config, WitnessExtent};
use crate::dispositions::Decided;
use crate::dispositions::store::Store;
use crate::drug_words;
use crate::run::witness::{Looked, WitnessSettings};
use crate::run::{self, Outcome, RunSettings};
use crate::suppression::{self, Known, Sources};
use rxlint_engine::engine::{self, Engine};
use rxlint_engine::exposure::ExposureOptions;
use rxlint_engine::formulary::status;
use rxlint_engine::rule::Book;
use rxlint_engine::rule::file::Condition;
use rxlint_engine::rule::formulary::file::Test;
use rxlint_input::columnar::OpenColumns;
use rxlint_input::layout::{ColumnMap, DrugLook};
use rxlint_input::raw::RawExtent;
use rxlint_input::{Input, InputOptions, Opened};
use rxlint_ledger::past::{Asked, HistoryStore, Past};
use rxlint_model::date::pattern::{DatePattern, PatternError};
use rxlint_model::finding::Finding;
use rxlint_model::purpose::Purpose;
use rxlint_model::record::Field;
use rxlint_report::redaction::RedactionTerms;

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

/// The configuration with the settings of the command line applied, and the keys that the command line sets.
///
/// # Errors
/// A configuration that cannot be used, or an impossible option.
pub fn config(
    reading: &ReadingArgs,
    judging: &JudgingArgs,
    book: &BookArgs,
) -> Result<(Config, Given), Failure> {
    let (mut config, mut given) = any_config(&reading.input, &judging.selection, book)?;
    given.set(&mut config.witness, reading.witness, "witness");
    given.set(&mut config.max_unresolved, reading.max_unresolved, "max-unresolved");
    given.set(&mut config.date_order, reading.date_order, "date-order");
    given.set(&mut config.date_pivot, reading.date_pivot, "date-pivot");
    date_formats(&reading.date_format, &mut config, &mut given)?;
    let jurisdiction = judging.jurisdiction.as_deref().map(str::to_ascii_lowercase);
    given.set(&mut config.jurisdiction, jurisdiction, "jurisdiction");
    given.set(&mut config.strict, judging.strict.then_some(true), "strict");
    columns(&reading.input.columns, &mut config, &mut given)?;
    Ok((config, given))
}

/// The same for inputs of any kind: without the settings for prescriptions alone, and without the columns,
/// because prescriptions and formularies have different ones.
///
/// # Errors
/// A configuration that cannot be used.
pub fn any_config(
    input: &InputArgs,
    selection: &SelectionArgs,
    book: &BookArgs,
) -> Result<(Config, Given), Failure> {
    let (mut config, _) = configuration(book)?;
    let mut given = Given::default();
    given.set(&mut config.max_rejects, input.max_rejects, "max-rejects");
    given.set(&mut config.threads, input.threads, "threads");
    let delimiter = input
        .delimiter
        .map(|byte| if byte == b'\t' { "tab".to_owned() } else { char::from(byte).to_string() });
    given.set(&mut config.delimiter, delimiter, "delimiter");
    given.set(&mut config.skip_lines, input.skip_lines, "skip-lines");
    given.set(&mut config.no_header, input.no_header.then_some(true), "no-header");
    for (list, option, key) in [
        (&mut config.select, &selection.select, "select"),
        (&mut config.ignore, &selection.ignore, "ignore"),
    ] {
        if !option.is_empty() {
            list.clone_from(option);
            given.0.push(key.to_owned());
        }
    }
    Ok((config, given))
}

/// Adds the columns of `--columns` to those of the configuration, which they replace.
///
/// # Errors
/// A pair without an equals sign.
pub fn columns(pairs: &[String], config: &mut Config, given: &mut Given) -> Result<(), Failure> {
    let mut seen: Vec<String> = Vec::new();
    for (number, pair) in (1..).zip(pairs) {
        let (field, header) = pair.split_once('=').ok_or_else(|| {
            // The text is not repeated: it may be a row of data that was taken for a header.
            Failure::new(
                format!("part {number} of --columns has no ="),
                "write FIELD=HEADER, as in --columns patient=MRN,drug=Med_Desc; for a header that contains a comma, give the column's number",
            )
        })?;
        let name = field_name(field);
        if seen.contains(&name) {
            return Err(Failure::new(
                format!("--columns gives {name} twice"),
                format!(
                    "one field has one column; several columns make one with +, as in {name}=A+B"
                ),
            ));
        }
        seen.push(name);
        given.0.push(format!("columns.{}", field.trim()));
        config.columns.insert(field.trim().to_owned(), header.trim().to_owned());
    }
    Ok(())
}

/// The name of a field, however it was written; any other word as it is.
fn field_name(word: &str) -> String {
    let word = word.trim();
    let plain = |text: &str| text.replace(['_', '-', ' '], "").to_lowercase();
    let known = Field::ALL.into_iter().find(|field| plain(field.name()) == plain(word));
    known.map_or_else(|| word.to_owned(), |field| field.name().to_owned())
}

/// Puts the patterns that `--date-format` states on top of those of the configuration.
fn date_formats(pairs: &[String], config: &mut Config, given: &mut Given) -> Result<(), Failure> {
    let mut seen: Vec<String> = Vec::new();
    for pair in pairs {
        let (field, pattern) = pair.split_once('=').ok_or_else(|| {
            Failure::new(
                format!("--date-format {pair}: there is no = in it"),
                "write FIELD=PATTERN, as in --date-format fill_date=%d/%m/%y",
            )
        })?;
        let name = field_name(field);
        if seen.contains(&name) {
            return Err(Failure::new(
                format!("--date-format gives {name} twice"),
                "all dates of one field are written in one way: give it one pattern",
            ));
        }
        seen.push(name);
        given.0.push(format!("date-format.{}", field.trim()));
        config.date_format.insert(field.trim().to_owned(), pattern.trim().to_owned());
    }
    Ok(())
}

/// The keys that the command line sets.
#[derive(Debug, Default)]
pub struct Given(pub Vec<String>);

impl Given {
    /// Replaces a setting by an option, if it is given.
    pub fn set<T>(&mut self, slot: &mut Option<T>, option: Option<T>, key: &str) {
        if option.is_some() {
            *slot = option;
            self.0.push(key.to_owned());
        }
    }
}

/// Opens the inputs, on the number of threads that was asked for.
///
/// # Errors
/// An input that cannot be opened or understood, or an impossible setting.
pub fn open(
    paths: &[PathBuf],
    history: &[PathBuf],
    config: &Config,
    reading: &ReadingArgs,
) -> Result<Opened, Failure> {
    threads(config)?;
    Ok(Input::open_after(paths, history, &reading_options(config, reading)?)?)
}

/// Opens what can be opened of the inputs, to say how it is understood.
///
/// # Errors
/// An input that cannot be opened, or an impossible setting.
pub fn examine(
    paths: &[PathBuf],
    history: &[PathBuf],
    config: &Config,
    reading: &ReadingArgs,
) -> Result<Opened, Failure> {
    threads(config)?;
    Ok(Input::examine(paths, history, &reading_options(config, reading)?)?)
}

/// No more threads than this are started.
const MOST_THREADS: usize = 256;

/// Starts the number of threads that was asked for.
///
/// # Errors
/// An impossible number.
pub fn threads(config: &Config) -> Result<(), Failure> {
    match config.threads {
        None => {}
        Some(0) => {
            return Err(Failure::new(
                "--threads 0 leaves no thread to do the work",
                "give --threads 1 or more, or leave it out for all cores",
            ));
        }
        // More threads than any machine has cores only take time to start.
        Some(threads) => rayon::ThreadPoolBuilder::new()
            .num_threads(threads.min(MOST_THREADS))
            .build_global()
            .map_err(|error| {
                Failure::new(
                    format!("{threads} threads cannot be started: {error}"),
                    "give --threads a smaller number",
                )
            })?,
    }
    Ok(())
}

/// How prescriptions are read with these settings.
///
/// # Errors
/// An impossible column or delimiter.
pub fn reading_options(config: &Config, reading: &ReadingArgs) -> Result<InputOptions, Failure> {
    // These are about the inputs of one run, not about a site: they have no place in the configuration.
    Ok(InputOptions {
        patients: reading.patients.clone(),
        conditions: reading.conditions.clone(),
        identifier_type: reading.patient_id_type.clone(),
        ..input_options(config, &reading.input, Purpose::Prescriptions)?
    })
}

/// What takes Parquet and Arrow files apart, where the program was built with it.
#[cfg(feature = "parquet")]
const OPEN_COLUMNS: Option<OpenColumns> = Some(rxlint_arrow::open);
#[cfg(not(feature = "parquet"))]
const OPEN_COLUMNS: Option<OpenColumns> = None;

/// How inputs of any kind are read with these settings.
///
/// # Errors
/// An impossible column or delimiter.
pub fn input_options(
    config: &Config,
    input: &InputArgs,
    purpose: Purpose,
) -> Result<InputOptions, Failure> {
    let mut options = InputOptions {
        purpose,
        columns: column_map(config, &config.columns)?,
        date_order: config.date_order,
        date_pivot: config.date_pivot,
        date_format: date_patterns(config, &config.date_format)?,
        delimiter: delimiter_byte(config, config.delimiter.as_deref())?,
        skip_lines: config.skip_lines,
        no_header: config.no_header.unwrap_or(false),
        drug_look: match purpose {
            Purpose::Prescriptions => {
                DrugLook::new(drug_words::names_a_drug).and_listed(drug_words::names_a_listed_drug)
            }
            Purpose::Formulary => DrugLook::new(drug_words::names_a_listed_drug)
                .and_classes(drug_words::names_a_class)
                .and_watched(drug_words::names_a_watched_drug)
                .and_listing(status::listing),
        },
        format: input.input_format,
        stdin_name: input.stdin_name.clone(),
        open_columns: OPEN_COLUMNS,
        ..InputOptions::default()
    };
    options.profiles = profiles::read(config, input, &options)?;
    Ok(options)
}

/// Which column holds which field.
///
/// # Errors
/// A field that does not exist.
pub(super) fn column_map(
    config: &Config,
    columns: &BTreeMap<String, String>,
) -> Result<ColumnMap, Failure> {
    let mut map = ColumnMap::default();
    for (field, header) in columns {
        if header.trim().is_empty() && field_name(field) == Field::Patient.name() {
            let what = format!("no column is named for {field}");
            let help = "name it by its header or its number from 1, or put a # before the line";
            let place =
                config.source.as_ref().and_then(|source| source.error_about_empty(field, &what));
            return Err(match place {
                Some(error) => error.with_help(help).into(),
                None => Failure::new(what, help),
            });
        }
        map.insert(field, header).map_err(|error| {
            in_file(config, field, &error.to_string(), &format!("the fields are: {}", fields()))
        })?;
    }
    Ok(map)
}

/// The byte between cells.
///
/// # Errors
/// A text that cannot separate cells.
pub(super) fn delimiter_byte(config: &Config, text: Option<&str>) -> Result<Option<u8>, Failure> {
    text.map(cli::delimiter).transpose().map_err(|help| {
        in_file(config, text.unwrap_or_default(), "this cannot separate cells", &help)
    })
}

/// How the dates of each field are written, where the configuration says it.
pub(super) fn date_patterns(
    config: &Config,
    formats: &BTreeMap<String, String>,
) -> Result<Vec<(Field, DatePattern)>, Failure> {
    let read = |(name, pattern): (&String, &String)| {
        let field = Field::from_name(name).filter(|field| field.is_date()).ok_or_else(|| {
            let dates = Field::ALL.into_iter().filter(|field| field.is_date());
            let names: Vec<&str> = dates.map(Field::name).collect();
            let help = format!("the fields with dates are: {}", names.join(", "));
            in_file(config, name, &format!("`{name}` is not a field with dates"), &help)
        })?;
        let pattern = pattern.parse().map_err(|error: PatternError| {
            let help = "write %Y or %y, %m or %b, and %d; or excel, unix, unix-ms";
            in_file(config, pattern, &error.to_string(), help)
        })?;
        Ok((field, pattern))
    };
    formats.iter().map(read).collect()
}

/// The names of the fields that prescriptions have.
fn fields() -> String {
    Field::ALL
        .into_iter()
        .filter(|field| field.is_of_prescriptions())
        .map(Field::name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// What is wrong with a word, shown in the configuration if it is written there.
pub(super) fn in_file(config: &Config, word: &str, what: &str, help: &str) -> Failure {
    match config.source.as_ref().and_then(|source| source.error_about(word, what)) {
        Some(error) => error.with_help(help).into(),
        None => Failure::new(what, help),
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

/// What a reader may see, unless a format says otherwise.
pub(super) fn terms(config: &Config) -> RedactionTerms {
    RedactionTerms {
        privacy: config.phi.unwrap_or_default(),
        dates: config.dates.unwrap_or_default(),
    }
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
