//! The run over formularies: read the inputs, gather what they list, judge it, sort the findings.

mod unread;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::witness::{accepted_columns, looked_at};
use super::{Outcome, RunSettings, places, sort};
use rxlint_engine::collect::Rejected;
use rxlint_engine::drug::{Identity, Role, name};
use rxlint_engine::engine::Engine;
use rxlint_engine::formulary::alerts::{AlertRow, Alerts, Called, Showing};
use rxlint_engine::formulary::intake::{ListCollector, Manner};
use rxlint_engine::formulary::{Formulary, FormularyEntry, Product};
use rxlint_engine::formulary::{limit, section, status};
use rxlint_engine::rule::file::Condition;
use rxlint_engine::rule::formulary::file::{FormularyCheck, Test};
use rxlint_engine::rule::formulary::{self, FormularyContext, alert, companion};
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::layout::{ColumnUse, Looks, says_rxnorm, shown_headers};
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::place::{Place, RowKey};
use rxlint_model::reason::Reason;
use rxlint_model::record::Field;
use rxlint_model::summary::{Products, RecordCount, Summary};

/// Reads the inputs as formularies, and judges what they list.
///
/// # Errors
/// An input that cannot be read to its end. Rows that cannot be understood are not an error: they are rejected and counted.
pub fn lint(
    engine: &Engine,
    inputs: &[Input],
    alerts: Option<&Alerts>,
    settings: &RunSettings,
) -> Result<Outcome, InputError> {
    lint_lists(engine, inputs, alerts, settings).map(|(outcome, _)| outcome)
}

/// The same, with what the inputs list.
///
/// # Errors
/// As [`lint`].
pub fn lint_lists(
    engine: &Engine,
    inputs: &[Input],
    alerts: Option<&Alerts>,
    settings: &RunSettings,
) -> Result<(Outcome, Formulary), InputError> {
    let book = engine.book();
    let read = |input: &Input| -> Result<Vec<ListCollector>, InputError> {
        let manner =
            Manner::of(input.index(), input.path(), input.format(), input.layout(), |field| {
                input.header(field)
            });
        let columns = input.columns();
        let first = input.header(Field::Quantity);
        let limits = columns
            .iter()
            .filter(|column| column.fields.contains(&Field::Quantity))
            .map(|column| column.header.as_str())
            .filter(|header| Some(*header) != first);
        let manner = manner.and_limits(limits);
        input.read(&|| ListCollector::new(manner))
    };
    let blocks: Vec<Result<Vec<ListCollector>, InputError>> = inputs.par_iter().map(read).collect();
    let mut all = ListCollector::default();
    for of_file in blocks {
        of_file?.into_iter().for_each(|block| all.append(block));
    }
    // A list has no dates: without --as-of nothing has ended that had not ended when the rules were written.
    let today = settings.as_of.unwrap_or_else(|| book.day());
    all.end(today);
    all.settle(settings.as_of);
    let dictionary = book.dictionary();
    let is_drug = |text: &str| {
        let words = name::words(text);
        let is_strength = |pair: &[String]| {
            pair[0].bytes().all(|b| b.is_ascii_digit() || b == b'.')
                && ["mg", "mcg", "g", "ml", "iu"].contains(&pair[1].as_str())
        };
        words.windows(2).any(is_strength)
            || !dictionary.resolve(&Identity::text(text)).components.is_empty()
            || words.iter().any(|word| dictionary.at_large().is_sure(word))
    };
    all.inherit(&|text| !book.classes().groups(text).is_empty(), &is_drug);
    let (formulary, rejected) = all.finish(book.dictionary(), |written, resolve| {
        written.into_par_iter().map(resolve).collect()
    });
    let rejected = by_file(rejected, inputs.len());
    let context =
        FormularyContext { book, formulary: &formulary, alerts, today, as_of: settings.as_of };
    let mut findings = formulary::judge(&context);
    let paths: Vec<&str> = inputs.iter().map(Input::path).collect();
    sort(&mut findings, &paths);

    let mut summary =
        Summary { files: file_counts(inputs, &formulary, &rejected), ..Summary::default() };
    super::summary::count(&mut summary, &findings, &rejected, settings);
    summary.products = Some(products(&formulary));
    summary.notes.extend(inputs.iter().flat_map(about_columns));
    summary.notes.extend(inputs.iter().flat_map(Input::order_notes).cloned());
    summary.notes.extend(inputs.iter().filter_map(about_name));
    summary.notes.extend(about_kinds(&context, inputs));
    summary.notes.extend(about_unresolved(&summary.files));
    summary.notes.extend(about_statuses(&formulary));
    summary.notes.extend(about_alerts(&context));
    summary.notes.extend(about_limits(&formulary));
    summary.notes.extend(about_strengths(&context));
    summary.gaps.extend(in_doubt(&context, inputs));
    summary.gaps.extend(may_be_off(&context, inputs, &settings.witness.looked.columns));
    let unread = unread::look(&context, inputs, &settings.witness.looked.columns)?;
    summary.gaps.extend(unread.gaps);
    summary.notes.extend(unread.notes);
    summary.gaps.extend(
        inputs.iter().flat_map(|input| unread_columns(input, &settings.witness.looked.columns)),
    );
    let (as_of, exposures, ambiguous) = (settings.as_of, BTreeMap::new(), false);
    let outcome = Outcome {
        findings,
        summary,
        rejected: places(&rejected),
        rejected_in_all: rejected.iter().map(Rejected::len).sum(),
        as_of,
        exposures,
        ambiguous,
    };
    Ok((outcome, formulary))
}

/// Counts every entry once: inactive, unresolved or checked.
fn file_counts(inputs: &[Input], formulary: &Formulary, rejected: &[Rejected]) -> Vec<RecordCount> {
    let mut files: Vec<RecordCount> = inputs.iter().map(Input::record_count).collect();
    for entry in &formulary.entries {
        let Some(file) = files.get_mut(entry.list as usize) else { continue };
        file.read += 1;
        *match counted(formulary, entry) {
            EntryOutcome::Inactive => &mut file.inactive,
            EntryOutcome::Unresolved => &mut file.unresolved,
            EntryOutcome::Checked => &mut file.checked,
        } += 1;
    }
    for (file, rejected) in files.iter_mut().zip(rejected) {
        file.read += rejected.len();
        file.rejected += rejected.len();
    }
    files
}

/// The rejected rows of each list.
fn by_file(rejected: Vec<(RowKey, Reason)>, files: usize) -> Vec<Rejected> {
    let mut of_files = vec![Rejected::new(true); files];
    for (key, reason) in rejected {
        if let Some(of_file) = of_files.get_mut(key.place().file as usize) {
            of_file.note(key, reason);
        }
    }
    of_files
}

fn products(formulary: &Formulary) -> Products {
    let watched = |product: &&Product| {
        product.verdict.components.iter().any(|component| component.role != Role::Known)
    };
    let entries = formulary.entries.iter().filter(|entry| !entry.is_heading);
    let listed: BTreeSet<u32> = entries.map(|entry| entry.product).collect();
    let products = || listed.iter().filter_map(|at| formulary.products.get(*at as usize));
    Products { listed: listed.len() as u64, watched: products().filter(watched).count() as u64 }
}

/// A list whose name says that it lists what is off the formulary.
fn about_name(input: &Input) -> Option<String> {
    section::name_says_off(input.path()).then(|| {
        format!(
            "{}: its name says that it lists what is off the formulary, so nothing in it counts as listed.",
            input.path()
        )
    })
}

/// Lists of codes or prices with opioids but nothing that reverses an overdose: that is not a finding there, and is said.
fn about_kinds(context: &FormularyContext<'_>, inputs: &[Input]) -> Vec<String> {
    let told = |list: u32| {
        let input = inputs.get(list as usize)?;
        let kind = match input.layout() {
            "code-list" => "a list of codes",
            "chargemaster" => "a list of prices",
            _ => return None,
        };
        Some(format!(
            "{}: read as {kind}, not as a formulary, so opioids without anything that reverses an overdose are not a finding.",
            input.path()
        ))
    };
    companion::unasked(context).into_iter().filter_map(told).collect()
}

fn about_unresolved(files: &[RecordCount]) -> Option<String> {
    let (read, unresolved) = files
        .iter()
        .fold((0, 0), |(read, unresolved), file| (read + file.read, unresolved + file.unresolved));
    let note = format!(
        "Entries that name no drug that can be read (no name, and no code that a table here knows): {unresolved} of {read}. They may be any \
         drug, and were not judged; --vocabulary FILE adds a table of codes."
    );
    (unresolved > 0).then_some(note)
}

/// What an open column looks like, and the field that it may be.
fn may_be(columns: &[ColumnUse], column: &ColumnUse) -> Option<(Looks, Field)> {
    let looks = column.looks_like.filter(|_| column.is_open())?;
    let names = [Field::Drug, Field::Generic, Field::Brand];
    let field = match looks {
        Looks::ListedNames => {
            names.into_iter().find(|field| !serves(columns, *field)).unwrap_or(Field::Drug)
        }
        Looks::Classes | Looks::OpioidWords => Field::Class,
        Looks::Limits => Field::Quantity,
        Looks::Tiers => Field::Tier,
        Looks::Codes if says_rxnorm(&column.header) => Field::Rxcui,
        Looks::Codes => Field::Code,
        Looks::SecondBlock
        | Looks::StatusesThatMatter
        | Looks::Statuses
        | Looks::Answers
        | Looks::RareAnswers => match serves(columns, Field::Status) {
            true => Field::Active,
            false => Field::Status,
        },
        // Of tables of prescriptions.
        Looks::DrugsOrCodes | Looks::DrugNames | Looks::Dates | Looks::Days => return None,
    };
    Some((looks, field))
}

fn serves(columns: &[ColumnUse], field: Field) -> bool {
    columns.iter().any(|column| column.fields.contains(&field))
}

/// What an open column keeps from being judged, if nothing else serves its field: then the list is not checked as a whole.
fn kept_from_judging(columns: &[ColumnUse], column: &ColumnUse) -> Option<&'static str> {
    let (looks, field) = may_be(columns, column)?;
    Some(match looks {
        Looks::Answers => {
            "holds yes/no answers, and it is unclear whether they say what is on the list, so every drug counts as listed"
        }
        Looks::SecondBlock => {
            "begins a second block of entries beside the first, under the same header, and was not read"
        }
        Looks::StatusesThatMatter => {
            "holds statuses by which drugs that rules are about may be off the list, and was not read"
        }
        Looks::Classes if !serves(columns, field) => {
            "holds classes of opioids, but no class was judged"
        }
        Looks::ListedNames if !serves(columns, field) => {
            "holds names of drugs, but they were not compared with anything"
        }
        Looks::Classes
        | Looks::ListedNames
        | Looks::OpioidWords
        | Looks::Limits
        | Looks::Tiers
        | Looks::Codes
        | Looks::Statuses
        | Looks::RareAnswers
        | Looks::DrugsOrCodes
        | Looks::DrugNames
        | Looks::Dates
        | Looks::Days => return None,
    })
}

/// Columns that hold what should be read, and serve no field.
fn about_columns(input: &Input) -> Vec<String> {
    let columns = input.columns();
    let told = |column: &ColumnUse| {
        let (looks, field) = may_be(&columns, column)?;
        let note = format!(
            "{}: {} holds {} and was not read; {} reads it.",
            input.path(),
            column.called,
            looks.in_words(),
            column.option(field)
        );
        kept_from_judging(&columns, column).is_none().then_some(note)
    };
    columns.iter().filter_map(told).collect()
}

/// Columns without which the list is not checked as a whole.
fn unread_columns(input: &Input, looked: &[String]) -> Vec<Gap> {
    let columns = input.columns();
    let gap = |column: &ColumnUse| {
        let told = kept_from_judging(&columns, column)?;
        let (_, field) = may_be(&columns, column)?;
        let remedy = if column.looks_like == Some(Looks::SecondBlock) {
            format!(
                "Put the second block below the first; if it says something else about the same drugs, list it in rxlint.toml: {}.",
                looked_at(&[column])
            )
        } else {
            format!(
                "{} reads it; if it says something else, list it in rxlint.toml: {}.",
                column.option(field),
                looked_at(&[column])
            )
        };
        let what = format!("{} {told}.", column.called);
        Some(Gap::new(GapKind::OpenColumn, what, remedy).of(input.path()))
    };
    columns.iter().filter(|column| !looked.contains(&column.argument())).filter_map(gap).collect()
}

/// How many words of statuses are shown.
const STATUSES_SHOWN: usize = 5;

/// Unknown status words: they count as on the list.
fn about_statuses(formulary: &Formulary) -> Option<String> {
    let known: Vec<bool> =
        formulary.terms.iter().map(|terms| status::is_known(&terms.status)).collect();
    let letter = |entry: &FormularyEntry| status::letter(&formulary.terms(entry).status);
    // Beside `A` for active, a letter is the code of some other state, whatever it means elsewhere.
    let with_active: BTreeSet<u32> = formulary
        .entries
        .iter()
        .filter(|entry| letter(entry) == Some('a'))
        .map(|entry| entry.list)
        .collect();
    let is_code = |entry: &FormularyEntry| {
        letter(entry).is_some_and(|letter| letter != 'a') && with_active.contains(&entry.list)
    };
    let mut words: BTreeMap<String, u64> = BTreeMap::new();
    for entry in formulary.active() {
        let is_active = letter(entry) == Some('a');
        if known.get(entry.terms as usize) == Some(&false) && !is_active || is_code(entry) {
            *words.entry(formulary.terms(entry).status.to_lowercase()).or_default() += 1;
        }
    }
    words_of(&words).map(|words| format!("Unknown statuses, which count as on the list: {words}."))
}

/// The first of some words with their counts; `None` if there are none.
fn words_of(words: &BTreeMap<String, u64>) -> Option<String> {
    first_of(words.iter().map(|(word, count)| format!("“{word}” ({count})")).collect())
}

/// The first of some things that are reported; `None` if there are none.
fn first_of(mut told: Vec<String>) -> Option<String> {
    let more = told.len().saturating_sub(STATUSES_SHOWN);
    told.truncate(STATUSES_SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!told.is_empty()).then(|| format!("{}{rest}", told.join(", ")))
}

/// Pairs covered only by rows that may not warn.
fn in_doubt(context: &FormularyContext<'_>, inputs: &[Input]) -> Option<Gap> {
    let alerts = context.alerts?;
    let pairs = alert::in_doubt(context);
    let first = pairs.first()?;
    let shown: Vec<String> =
        pairs.iter().take(PAIRS_SHOWN).map(|pair| told_pair(pair, inputs)).collect();
    let more = match pairs.len() - shown.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let what = format!(
        "{} covered only by rows that may be switched off, may mean only part of a class, or use a code that is not the drug's own: {}{more}.",
        if pairs.len() == 1 {
            "1 pair of listed drugs is".to_owned()
        } else {
            format!("{} pairs of listed drugs are", pairs.len())
        },
        shown.join("; ")
    );
    let [one, other] = &first.names;
    let remedy = format!(
        "Add a row for each pair, such as {one} with {other}; or, where the summary names words or columns of the table, state there \
         whether a row is `off` or how severe it is, which drugs are meant, and what the column is about."
    );
    Some(Gap::new(GapKind::OpenColumn, what, remedy).of(&alerts.path))
}

/// What is needed next to the opioids of a list, if it is unclear whether it is on the list.
fn may_be_off(context: &FormularyContext<'_>, inputs: &[Input], looked: &[String]) -> Option<Gap> {
    let serving = |input: &Input, field: Field| -> Option<ColumnUse> {
        input.columns().into_iter().find(|column| column.fields.contains(&field))
    };
    let told = |(key, field): (RowKey, Field)| {
        let place = key.place();
        let input = inputs.get(place.file as usize)?;
        let column = serving(input, field)?;
        (!looked.contains(&column.argument())).then_some((place, input, column, field))
    };
    let (place, input, column, field) = companion::in_doubt(context).into_iter().find_map(told)?;
    let says = match field {
        Field::Status => "has an unknown status",
        _ => "has a remark about being off that does not say what is off",
    };
    let what = format!(
        "the list has opioids, and what reverses an overdose may be off it: line {} {says} ({}).",
        place.line, column.called
    );
    let remedy = format!(
        "Say there whether it is on the list (`Formulary`, `Non-Formulary`); if the column says something else, list it in rxlint.toml: {}.",
        looked_at(&[&column])
    );
    Some(Gap::new(GapKind::OpenColumn, what, remedy).of(input.path()))
}

/// How many pairs are named.
const PAIRS_SHOWN: usize = 10;

/// A pair, and where the list has it: `naltrexone with methadone (list.csv:2 and 11)`.
fn told_pair(pair: &alert::Pair, inputs: &[Input]) -> String {
    let [one, other] = pair.keys.map(RowKey::place);
    let path = |place: &Place| inputs.get(place.file as usize).map_or("", Input::path);
    let second = match one.file == other.file {
        true => other.line.to_string(),
        false => format!("{}:{}", path(&other), other.line),
    };
    let [a, b] = &pair.names;
    format!("{a} with {b} ({}:{} and {second})", path(&one), one.line)
}

/// Limits that are present but say nothing that can be compared.
fn about_limits(formulary: &Formulary) -> Option<String> {
    let unread: Vec<bool> = formulary.terms.iter().map(limit::is_unread).collect();
    let mut entries =
        formulary.active().filter(|entry| unread.get(entry.terms as usize) == Some(&true));
    let line = entries.next()?.key.place().line;
    let count = entries.count() + 1;
    Some(format!(
        "Limits that could not be read together with their days, and were not compared with a maximum: {count}, the first on line {line}."
    ))
}

/// Limits of drugs with a maximum that could not be compared with it.
fn about_strengths(context: &FormularyContext<'_>) -> Option<String> {
    let check = check_of(context, Test::LimitAboveMaximum)?;
    let entries = formulary::limit::uncompared(context, check);
    let line = entries.first()?.key.place().line;
    Some(format!(
        "Limits of products whose content per unit is not stated, and which were not compared with a maximum: {}, the first on line {line}.",
        entries.len()
    ))
}

/// The condition of the rule that is switched on for a check.
fn check_of<'a>(context: &FormularyContext<'a>, test: Test) -> Option<&'a FormularyCheck> {
    context.book.active().find_map(|rule| match &rule.condition {
        Condition::Formulary(check) if check.check == test => Some(check),
        _ => None,
    })
}

enum EntryOutcome {
    Inactive,
    Unresolved,
    Checked,
}

fn counted(formulary: &Formulary, entry: &FormularyEntry) -> EntryOutcome {
    match (entry.active && !entry.is_heading, formulary.product(entry).is_readable()) {
        (false, _) => EntryOutcome::Inactive,
        (true, false) => EntryOutcome::Unresolved,
        (true, true) => EntryOutcome::Checked,
    }
}

/// What a reader should know of the comparison with the site's interaction table.
fn about_alerts(context: &FormularyContext<'_>) -> Vec<String> {
    let Some(check) = check_of(context, Test::MissingAlert) else { return Vec::new() };
    let Some(alerts) = context.alerts else {
        let pairs = alert::pairs(context, check);
        let note = format!(
            "{} not compared with an interaction table: --alerts FILE does it.",
            match pairs {
                1 => "1 pair of an antagonist and an opioid was".to_owned(),
                _ => format!("{pairs} pairs of an antagonist and an opioid were"),
            }
        );
        return if pairs > 0 { vec![note] } else { Vec::new() };
    };
    let [over, later, unknown] = alert::idle(context, check, alerts);
    let is_later = |row: &&AlertRow| row.starts.is_some_and(|start| start > context.today);
    let undated = match context.as_of {
        Some(_) => 0,
        None => alerts.in_force(context.today).filter(is_later).count() as u64,
    };
    let is_name = alert::is_name(context.book);
    let showing = Showing { headers: &shown_headers, is_name: &is_name };
    let narrowed = alert::narrowed(context, check);
    let told = |(cell, count): (&String, &u64)| match showing.cell(cell) {
        Some(cell) => format!("“{cell}” ({count})"),
        None => format!("a text that is not shown, as it may be data ({count})"),
    };
    let narrowed = first_of(narrowed.iter().map(told).collect()).map(|cells| {
        format!(
            "Cells of {} that name a class and may mean only a part of it, or a drug and may mean all but it: {cells}.",
            alerts.path
        )
    });
    let notes = [
        (
            unknown as u64,
            "that name no watched drug and no known class on one side, and so cover nothing here",
        ),
        (alerts.off, "that are switched off, or whose severity raises no warning"),
        (over as u64, "that ended before today"),
        (later as u64, "that begin after today"),
        (alerts.one_sided, "that name only one side"),
        (alerts.many_sided, "that name more than two in one cell, and cover nothing here"),
        (
            undated,
            "that begin after the newest rule was written, and count: --as-of DATE says what counts as today",
        ),
        (
            alert::contradicting(context.book, alerts) as u64,
            "with a side whose name and code are of different drugs; the name counts",
        ),
    ];
    let in_column = |((column, text), count): (&(Called, Option<String>), &u64)| match text {
        Some(text) => format!("“{text}” in the {} ({count})", column.in_words()),
        None => {
            format!(
                "texts that are not shown, as they may be data, in the {} ({count})",
                column.in_words()
            )
        }
    };
    let unknown = first_of(alerts.unknown.iter().map(in_column).collect()).map(|words| {
        format!(
            "Words in {} that may mean that a row is off: {words}. Their rows count as active alerts.",
            alerts.path
        )
    });
    let below = |(section, rows): (&String, &u64)| {
        format!(
            "Rows of {} below {section}, which may switch them off: {rows}. They were not relied on.",
            alerts.path
        )
    };
    let sections: Vec<String> = alerts.sections.iter().map(below).collect();
    let open = alerts.open.iter().map(|(column, holds)| {
        format!(
            "The {} of {} {holds}, and its header does not say whether that switches a row off: call it `Active`, \
             `Suppressed` or `End date` where it does; where it does not, list it in rxlint.toml: {}.",
            column.in_words(),
            alerts.path,
            accepted_columns(&[column.argument()])
        )
    });
    notes
        .into_iter()
        .filter(|(rows, _)| *rows > 0)
        .map(|(rows, what)| format!("Rows of {} {what}: {rows}.", alerts.path))
        .chain(alerts.notes.iter().cloned())
        .chain(sections)
        .chain(unknown)
        .chain(narrowed)
        .chain(open)
        .collect()
}
