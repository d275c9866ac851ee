//! What a hook must not pass over in silence: lists and tables that the configuration names and that are missing, lists of the
//! last commit that are no longer lists, and files with patients in them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::head::{Head, Repository};
use super::lists::{Before, Lists};
use crate::command::Failure;
use crate::run::{Outcome, gaps};
use rxlint_engine::formulary::Formulary;
use rxlint_engine::formulary::alerts::Alerts;
use rxlint_input::{Input, InputError, Opened};
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::record::Field;

const SKIP: &str = "Restore it, or take it out of `[formulary]` in rxlint.toml; if it should go, commit once with SKIP=rxlint-formulary.";
const PATIENTS: &str =
    "Real prescriptions never belong in a repository: take the file out of the commit.";

/// What was opened and what it lists.
#[derive(Clone, Copy)]
pub(super) struct Listed<'a> {
    pub(super) opened: &'a Opened,
    pub(super) formulary: &'a Formulary,
}

/// What the configuration names and the commit lacks.
pub(super) fn configured(lists: &Lists) -> Vec<Gap> {
    let gap = |(path, what): &(PathBuf, Cow<'static, str>)| {
        Gap::new(GapKind::UnreadFile, what.as_ref(), SKIP).of(&path.display().to_string())
    };
    lists.missing.iter().map(gap).collect()
}

/// What is said of the interaction table that the configuration names and that cannot be read.
pub(super) fn unread_table(why: &Failure) -> String {
    let why = match why {
        Failure::Other { what, .. } => what.as_str(),
        _ => "it is not a table",
    };
    format!("this interaction table is named in rxlint.toml, but cannot be read: {why}.")
}

/// What this commit adds among the lists and is not a list: reported once. Notes in plain text are not, and are passed over.
pub(super) fn left_out(lists: &Lists, now: &Opened, before: Option<&Opened>) -> Vec<String> {
    let Some(repository) = &lists.repository else { return Vec::new() };
    let known: BTreeSet<String> = match (&lists.before, before) {
        (Before::Head(head, ..), Some(before)) => {
            before.left_out.iter().filter_map(|path| head.name(path)).collect()
        }
        _ => BTreeSet::new(),
    };
    let name = |path: &String| repository.name(Path::new(path)).unwrap_or_else(|| path.clone());
    let fresh = now.left_out.iter().filter(|path| !known.contains(&name(path)));
    let is_note =
        |path: &str| Path::new(path).extension().is_some_and(|end| end.eq_ignore_ascii_case("txt"));
    fresh
        .filter(|path| !now.with_patients.contains(path) && !is_note(path))
        .map(|path| format!("{path} is among the lists, but was not checked: it is not a list of drugs, or of a kind that holds none."))
        .collect()
}

/// What the last commit had and today's lists lack. A list that was moved or renamed is still there: most of its products are.
pub(super) fn since(
    repository: &Repository,
    head: &Head,
    now: Listed<'_>,
    unread: &[InputError],
    before: Listed<'_>,
) -> Vec<Gap> {
    let own = |path: &str| repository.name(Path::new(path)).unwrap_or_else(|| path.to_owned());
    let keys: BTreeSet<&str> =
        now.formulary.products.iter().map(|product| product.key.as_str()).collect();
    let filled: BTreeSet<u32> = now.formulary.entries.iter().map(|entry| entry.list).collect();
    let read: BTreeSet<String> = (0..)
        .zip(&now.opened.inputs)
        .filter(|(at, _)| filled.contains(at))
        .map(|(_, input)| own(input.path()))
        .collect();
    let columns = lost_columns(repository, head, now.opened, before.opened);
    let lost = products(before.formulary, &before.opened.inputs).into_iter().filter_map(
        |(path, of_list)| {
            let name = head.name(path)?;
            let kept = of_list.iter().filter(|key| keys.contains(*key)).count();
            if read.contains(&name) || kept * 2 >= of_list.len() {
                return None;
            }
            let why = unread.iter().map(InputError::about).find(|(path, _)| own(path) == name);
            let why = why.map_or_else(
                || "most of what it listed is in no list now.".to_owned(),
                |(_, why)| format!("it cannot be read as one now: {why}"),
            );
            let what = format!("this was a list in the last commit; {why}");
            Some(Gap::new(GapKind::UnreadFile, what, SKIP).of(&name))
        },
    );
    lost.chain(columns).collect()
}

/// The fields without which a list says less than it did.
const TELLING: [Field; 21] = [
    Field::Drug,
    Field::Generic,
    Field::Brand,
    Field::Strength,
    Field::Ndc,
    Field::Rxcui,
    Field::Atc,
    Field::Hcpcs,
    Field::Code,
    Field::Class,
    Field::Plan,
    Field::Tier,
    Field::Quantity,
    Field::DaysSupply,
    Field::Status,
    Field::Start,
    Field::Stop,
    Field::Active,
    Field::Voided,
    Field::Discontinued,
    Field::Cancelled,
];

/// Columns that the last commit's list had, and of which only the header changed to an unknown one.
fn lost_columns(repository: &Repository, head: &Head, now: &Opened, before: &Opened) -> Vec<Gap> {
    let fields = |input: &Input| -> BTreeSet<Field> {
        input.columns().iter().flat_map(|column| column.fields.clone()).collect()
    };
    let of_list = |input: &Input| {
        let name = repository.name(Path::new(input.path()))?;
        let older =
            before.inputs.iter().find(|older| head.name(older.path()).as_ref() == Some(&name))?;
        let fewer = older.columns().len() > input.columns().len();
        let (had, has) = (fields(older), fields(input));
        let lost: Vec<&str> = TELLING
            .iter()
            .filter(|field| had.contains(*field) && !has.contains(*field))
            .map(|field| field.name())
            .collect();
        if fewer || lost.is_empty() {
            return None;
        }
        let what = format!(
            "a column that the last commit had is no longer understood: {}.",
            lost.join(", ")
        );
        let remedy = "Restore its header, or name it under [formulary-columns] in rxlint.toml.";
        Some(Gap::new(GapKind::OpenColumn, what, remedy).of(&name))
    };
    now.inputs.iter().filter_map(of_list).collect()
}

/// Columns of the last commit's interaction table that say whether its rows warn, and that today's lacks.
pub(super) fn switches(now: &Alerts, before: &Alerts) -> Option<Gap> {
    const KINDS: [&str; 4] = ["severity", "switch", "start", "end"];
    let has = |alerts: &Alerts, kind: &str| alerts.understood.iter().any(|(what, _)| what == kind);
    let is_gone = now.width < before.width;
    // A column that was taken out on purpose may have been what kept rows from counting.
    let had_an_effect =
        before.off > 0 || before.rows.iter().any(|row| row.ends.is_some() || row.starts.is_some());
    // A column of severities that are all off says whether its rows are on: it was read as a switch, or is now.
    let columns = |alerts: &Alerts, kinds: &[&str]| -> BTreeSet<String> {
        let of_kinds = alerts.understood.iter().filter(|(what, _)| kinds.contains(&what.as_str()));
        of_kinds.flat_map(|(_, columns)| columns.split(", ").map(str::to_owned)).collect()
    };
    let is_read = |kind: &str| columns(before, &[kind]).is_subset(&columns(now, &KINDS));
    let lost: Vec<&str> = KINDS
        .into_iter()
        .filter(|kind| has(before, kind) && !has(now, kind) && (!is_gone || had_an_effect))
        .filter(|kind| !is_read(kind))
        .collect();
    let what = format!(
        "a column that the last commit had, and that says whether a row warns, is no longer understood: {}.",
        lost.join(", ")
    );
    let remedy = "Restore its header; if it should go, commit once with SKIP=rxlint-formulary.";
    (!lost.is_empty()).then(|| Gap::new(GapKind::OpenColumn, what, remedy).of(&now.path))
}

/// Files that come with this commit and cannot be read: they may be lists.
pub(super) fn unread(
    lists: &Lists,
    repository: &Repository,
    head: Option<&Head>,
    unread: &[InputError],
    before: Option<&Opened>,
) -> Vec<Gap> {
    let known: BTreeSet<String> = before
        .into_iter()
        .flat_map(|opened| &opened.unread)
        .filter_map(|error| head?.name(error.about().0))
        .collect();
    let is_new = |error: &&InputError| {
        repository.name(Path::new(error.about().0)).is_none_or(|name| !known.contains(&name))
    };
    // What the configuration names has to be readable each time.
    let is_named = |error: &&InputError| {
        let named = lists.found.iter().flatten().filter(|file| file.is_named);
        named.map(|file| file.path.to_string_lossy()).any(|path| path == error.about().0)
    };
    unread.iter().filter(|error| is_named(error) || is_new(error)).map(gaps::unread).collect()
}

/// Files with patients that come with this commit.
pub(super) fn patients(
    repository: &Repository,
    head: Option<&Head>,
    now: &Opened,
    unread: &[InputError],
    before: Option<&Opened>,
) -> Vec<Gap> {
    let known: BTreeSet<String> = before
        .into_iter()
        .flat_map(|opened| holding(&opened.with_patients, &opened.unread))
        .filter_map(|path| head?.name(path))
        .collect();
    let paths: BTreeSet<&str> = holding(&now.with_patients, unread).collect();
    let is_new =
        |path: &&str| repository.name(Path::new(path)).is_none_or(|name| !known.contains(&name));
    let what = "this file among the lists has patients in it.";
    let gap = |path: &str| Gap::new(GapKind::UnreadFile, what, PATIENTS).of(path);
    paths.into_iter().filter(is_new).map(gap).collect()
}

/// The files that were left out because patients are in them.
fn holding<'a>(left_out: &'a [String], unread: &'a [InputError]) -> impl Iterator<Item = &'a str> {
    let named = unread.iter().filter(|error| error.holds_patients()).map(|error| error.about().0);
    left_out.iter().map(String::as_str).chain(named)
}

/// The products of each list, by the path of the list.
fn products<'a>(
    formulary: &'a Formulary,
    inputs: &'a [Input],
) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut lists: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in &formulary.entries {
        if let Some(input) = inputs.get(entry.list as usize) {
            lists.entry(input.path()).or_default().insert(&formulary.product(entry).key);
        }
    }
    lists
}

/// Removes the gap for rejected rows if the last commit had as many for the same reasons; returns how many are new.
pub(super) fn forgive_rejected(outcome: &mut Outcome, older: &Outcome, most: u64) -> u64 {
    let before = |code: &str| older.summary.rejects.get(code).copied().unwrap_or(0);
    let of_reason = |(code, rows): (&&'static str, &u64)| rows.saturating_sub(before(code));
    let fresh: u64 = outcome.summary.rejects.iter().map(of_reason).sum();
    if fresh <= most {
        outcome.summary.gaps.retain(|gap| gap.kind != GapKind::Rejected);
    }
    fresh
}
