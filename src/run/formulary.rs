//! The run over formularies: read the inputs, gather what they list, judge it, sort the findings.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Outcome, RunSettings, places, sort};
use rxlint_engine::drug::{Identity, Role, name};
use rxlint_engine::engine::Engine;
use rxlint_engine::formulary::alerts::Alerts;
use rxlint_engine::formulary::intake::{ListCollector, Manner};
use rxlint_engine::formulary::{Formulary, FormularyEntry, Product};
use rxlint_engine::formulary::{limit, status};
use rxlint_engine::rule::file::Condition;
use rxlint_engine::rule::formulary::file::{FormularyCheck, Test};
use rxlint_engine::rule::formulary::{self, FormularyContext, alert};
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::layout::ColumnUse;
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::place::Place;
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
        input.read(&|| ListCollector::new(manner))
    };
    let blocks: Vec<Result<Vec<ListCollector>, InputError>> = inputs.par_iter().map(read).collect();
    let mut all = ListCollector::default();
    for of_file in blocks {
        of_file?.into_iter().for_each(|block| all.append(block));
    }
    // A list has no days of its own: without --as-of nothing is over that was not over when the rules were written.
    let today = settings.as_of.unwrap_or_else(|| book.day());
    all.end(today);
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
    let rejected = places(rejected);
    let context = FormularyContext { book, formulary: &formulary, alerts, today };
    let mut findings = formulary::judge(&context);
    let paths: Vec<&str> = inputs.iter().map(Input::path).collect();
    sort(&mut findings, &paths);

    let mut summary =
        Summary { files: file_counts(inputs, &formulary, &rejected), ..Summary::default() };
    super::summary::count(&mut summary, &findings, &rejected, settings);
    summary.products = Some(products(&formulary));
    summary.notes.extend(inputs.iter().flat_map(about_columns));
    summary.notes.extend(about_unresolved(&summary.files));
    summary.notes.extend(about_statuses(&formulary));
    summary.notes.extend(about_alerts(&context));
    summary.notes.extend(about_limits(&formulary));
    summary.notes.extend(about_strengths(&context));
    summary.gaps.extend(in_doubt(&context));
    let outcome = Outcome { findings, summary, rejected, as_of: settings.as_of, ambiguous: false };
    Ok((outcome, formulary))
}

/// Counts every entry once: inactive, unresolved or checked.
fn file_counts(
    inputs: &[Input],
    formulary: &Formulary,
    rejected: &[(Place, Reason)],
) -> Vec<RecordCount> {
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
    for (place, _) in rejected {
        if let Some(file) = files.get_mut(place.file as usize) {
            file.read += 1;
            file.rejected += 1;
        }
    }
    files
}

fn products(formulary: &Formulary) -> Products {
    let watched = |product: &&Product| {
        product.verdict.components.iter().any(|component| component.role != Role::Known)
    };
    let listed: BTreeSet<u32> = formulary.entries.iter().map(|entry| entry.product).collect();
    let products = || listed.iter().filter_map(|at| formulary.products.get(*at as usize));
    Products { listed: listed.len() as u64, watched: products().filter(watched).count() as u64 }
}

fn about_unresolved(files: &[RecordCount]) -> Option<String> {
    let (read, unresolved) = files
        .iter()
        .fold((0, 0), |(read, unresolved), file| (read + file.read, unresolved + file.unresolved));
    let note = format!(
        "Entries that name no drug which can be read (no name, and no code or one that no table here knows): {unresolved} of {read}. \
         They may be any drug, and were not judged; --vocabulary FILE adds a table of codes."
    );
    (unresolved > 0).then_some(note)
}

/// Columns that hold what should be looked at, and serve nothing.
fn about_columns(input: &Input) -> Vec<String> {
    let told = |column: &ColumnUse| {
        let looks = column.looks_like.filter(|_| column.fields.is_empty())?;
        let field = match looks {
            "names of drugs" => Field::Drug,
            "classes of opioids" => Field::Class,
            "limits" => Field::Quantity,
            "tiers of a list" => Field::Tier,
            _ => Field::Status,
        };
        Some(format!(
            "{}: {} holds {looks} and was not looked at; {} reads it.",
            input.path(),
            column.called,
            column.option(field)
        ))
    };
    input.columns().iter().filter_map(told).collect()
}

/// How many words of statuses are shown.
const STATUSES_SHOWN: usize = 5;

/// Status words that nobody knows: they count as on the list.
fn about_statuses(formulary: &Formulary) -> Option<String> {
    let known: Vec<bool> =
        formulary.terms.iter().map(|terms| status::is_known(&terms.status)).collect();
    let mut words: BTreeMap<String, u64> = BTreeMap::new();
    for entry in &formulary.entries {
        if known.get(entry.terms as usize) == Some(&false) {
            *words.entry(formulary.terms(entry).status.to_lowercase()).or_default() += 1;
        }
    }
    words_of(&words)
        .map(|words| format!("Statuses that are not known, and count as on the list: {words}."))
}

/// The first of some words with their counts; `None` if there are none.
fn words_of(words: &BTreeMap<String, u64>) -> Option<String> {
    let shown: Vec<String> = words
        .iter()
        .take(STATUSES_SHOWN)
        .map(|(word, count)| format!("“{word}” ({count})"))
        .collect();
    let more = words.len().saturating_sub(STATUSES_SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!words.is_empty()).then(|| format!("{}{more}", shown.join(", ")))
}

/// Pairs that nothing covers but rows of which nobody knows whether they warn.
fn in_doubt(context: &FormularyContext<'_>) -> Option<Gap> {
    let alerts = context.alerts?;
    let pairs = alert::in_doubt(context);
    let what = format!(
        "{pairs} pairs of listed drugs are covered by nothing but rows that may be switched off: a word in them is not known."
    );
    let remedy = "The summary names the words: say in the table `off` or how severe it is, or take the rows out.";
    (pairs > 0).then(|| Gap::new(GapKind::OpenColumn, what, remedy).of(&alerts.path))
}

/// Limits that are there and say nothing that can be compared.
fn about_limits(formulary: &Formulary) -> Option<String> {
    let unread: Vec<bool> = formulary.terms.iter().map(limit::is_unread).collect();
    let mut entries =
        formulary.active().filter(|entry| unread.get(entry.terms as usize) == Some(&true));
    let line = entries.next()?.key.place().line;
    let count = entries.count() + 1;
    Some(format!(
        "Limits that could not be read together with their days, and were compared with no maximum: {count}, the first on line {line}."
    ))
}

/// Limits of drugs with a maximum that could not be compared with it.
fn about_strengths(context: &FormularyContext<'_>) -> Option<String> {
    let check = check_of(context, Test::LimitAboveMaximum)?;
    let entries = formulary::limit::uncompared(context, check);
    let line = entries.first()?.key.place().line;
    Some(format!(
        "Limits of products of which nothing says how much one unit holds, and which were compared with no maximum: {}, the first on \
         line {line}.",
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
    match (entry.active, formulary.product(entry).is_readable()) {
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
            "{pairs} pairs of an antagonist and an opioid were not compared with an interaction table: --alerts FILE does it."
        );
        return if pairs > 0 { vec![note] } else { Vec::new() };
    };
    let [over, unknown] = alert::idle(context, check, alerts);
    let notes = [
        (
            unknown as u64,
            "with a side that no watched drug and no known class stands on, so that they cover nothing here",
        ),
        (alerts.off, "that are switched off, or whose severity warns nobody"),
        (over as u64, "that ended before today"),
        (alerts.one_sided, "that name one side alone"),
        (
            alert::contradicting(context.book, alerts) as u64,
            "with a side whose name and code are of different drugs, of which the name counts",
        ),
    ];
    let unknown = words_of(&alerts.unknown).map(|words| {
        format!(
            "Words of {} of which nobody knows whether they mean that a row is off: {words}. Their rows count as warning.",
            alerts.path
        )
    });
    let open = alerts.open.iter().map(|header| {
        format!(
            "The column `{header}` of {} answers yes or no, and its header does not say whether that switches a row off: it was not looked at.",
            alerts.path
        )
    });
    notes
        .into_iter()
        .filter(|(rows, _)| *rows > 0)
        .map(|(rows, what)| format!("Rows of {} {what}: {rows}.", alerts.path))
        .chain(unknown)
        .chain(open)
        .collect()
}
