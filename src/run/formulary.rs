//! The run over formularies: read the inputs, gather what they list, judge it, sort the findings.

use rayon::prelude::*;

use super::{Outcome, RunSettings, places, sort};
use rxlint_engine::drug::Role;
use rxlint_engine::engine::Engine;
use rxlint_engine::formulary::alerts::Alerts;
use rxlint_engine::formulary::intake::{ListCollector, Manner};
use rxlint_engine::formulary::limit;
use rxlint_engine::formulary::{Formulary, FormularyEntry, Product};
use rxlint_engine::rule::file::Condition;
use rxlint_engine::rule::formulary::file::Test;
use rxlint_engine::rule::formulary::{self, FormularyContext, alert};
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_model::place::Place;
use rxlint_model::reason::Reason;
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
    summary.notes.extend(about_unresolved(&summary.files));
    summary.notes.extend(about_alerts(&context));
    summary.notes.extend(about_limits(&formulary));
    Ok(Outcome { findings, summary, rejected, as_of: settings.as_of, ambiguous: false })
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
    let count = |products: usize| products as u64;
    Products {
        listed: count(formulary.products.len()),
        watched: count(formulary.products.iter().filter(watched).count()),
    }
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
    let check = context.book.active().find_map(|rule| match &rule.condition {
        Condition::Formulary(check) if check.check == Test::MissingAlert => Some(check),
        _ => None,
    });
    let Some(check) = check else { return Vec::new() };
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
    ];
    notes
        .into_iter()
        .filter(|(rows, _)| *rows > 0)
        .map(|(rows, what)| format!("Rows of {} {what}: {rows}.", alerts.path))
        .collect()
}
