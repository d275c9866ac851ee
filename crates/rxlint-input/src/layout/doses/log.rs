//! Which tables are logs of doses, and which of their days is the one that a dose is for.

use rustc_hash::FxHashMap;
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::record::{DateOrder, Field, decode};

use super::handed_over;
use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::days::other_days::{ORDERS, days_apart};
use crate::layout::headers::tokens::{says, words_of};

/// Doses that someone saw taken, and what else such a log holds.
const OBSERVED: [&str; 9] = [
    "observed",
    "attend",
    "attended",
    "attendance",
    "supervised",
    "witnessed",
    "inclinic",
    "onsite",
    "clinic",
];
const UNOBSERVED: [&str; 14] = [
    "takehome",
    "takehomes",
    "takeout",
    "takeouts",
    "takeaway",
    "carry",
    "carries",
    "th",
    "unobserved",
    "unsupervised",
    "guest",
    "split",
    "holiday",
    "emergency",
];

/// The day on which a dose is taken, as headers of logs call it to tell it from the day on which it was handed out.
const OF_DOSES: [&str; 39] = [
    "dose",
    "doses",
    "dosing",
    "dosed",
    "ingestion",
    "ingest",
    "ingested",
    "consumption",
    "consume",
    "consumed",
    "medication",
    "medicated",
    "take",
    "taken",
    "intake",
    "einnahme",
    "einnahmedatum",
    "einnahmetag",
    "dosis",
    "prise",
    "toma",
    "ingesta",
    "tomada",
    "tomado",
    "ingestao",
    "prises",
    "pris",
    "eingenommen",
    "assunzione",
    "assunto",
    "assunta",
    "ingenomen",
    "innamedag",
    "inname",
    "innamedatum",
    "przyjecia",
    "dawki",
    "intag",
    "inntak",
];
/// What it is for.
const FOR: [&str; 7] = ["for", "fur", "pour", "para", "per", "voor", "dla"];
/// Words that add nothing to it.
const BESIDE: [&str; 24] = [
    "of", "the", "to", "be", "on", "de", "la", "du", "der", "die", "del", "di", "van", "den", "da",
    "do", "della", "dell", "am", "le", "el", "il", "op", "l",
];
/// What may also be the day of an order or of a stay.
const OF_OTHERS: [&str; 4] = ["medication", "take", "intake", "dose"];
/// A day for which a dose was meant.
const MEANT: [&str; 3] = ["scheduled", "planned", "intended"];

/// Whether a table is a log: it says of every dose whether it was observed, or which were taken home, or for which other day it was
/// handed out, or its doses come day by day. A table that states a supply is one of fills.
pub(super) fn is_one(
    headers: &[String],
    columns: &[(usize, Field)],
    contents: &[Content],
    rows: &SampleRows,
) -> bool {
    const OF_FILLS: [Field; 3] = [Field::DaysSupply, Field::Stop, Field::Quantity];
    let has = |list: &[Field]| columns.iter().any(|(_, field)| list.contains(field));
    let is_of_doses = || has(&[Field::Dose, Field::Strength]) && !has(&OF_FILLS);
    let counts_take_homes = |at: usize| {
        let mut served = columns.iter().filter(|(other, _)| *other == at);
        served.all(|(_, field)| *field == Field::Dose)
            && handed_over::says_take_home(&headers[at])
            && handed_over::counts_extra(rows, at)
    };
    says_observed(headers, columns, rows)
        || is_of_doses()
            && ((0..headers.len()).any(counts_take_homes)
                || is_for_other_days(headers, columns, contents, rows)
                || is_day_taken(headers, columns, contents)
                || comes_daily(columns, rows))
}

/// How well a header says that its days are those that doses are for: lower is better.
fn nearness(header: &str) -> Option<usize> {
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let has = |list: &[&str]| words.iter().any(|word| is(list, word));
    let is_known = |word: &String| {
        [&OF_DOSES[..], &FOR, &BESIDE, &MEANT].iter().any(|list| is(list, word))
            || says(word, "date")
    };
    let is_it = words.iter().all(is_known) && (has(&OF_DOSES) || has(&FOR));
    let (is_for, is_meant) = (has(&FOR), has(&MEANT));
    is_it.then_some(if is_for { 0 } else { 1 + usize::from(is_meant) })
}

/// The column whose header says best that its days are those that doses are for.
fn day_of_dose(
    headers: &[String],
    columns: &[(usize, Field)],
    contents: &[Content],
) -> Option<(usize, usize)> {
    let is_free = |at: &usize| {
        let mut served = columns.iter().filter(|(other, _)| other == at);
        served.all(|(_, field)| Field::FIRST_DAY.contains(field))
    };
    let holds_days = |at: &usize| {
        contents.get(*at).is_some_and(|cells| cells.is_day_column() && cells.fills_all())
    };
    (0..headers.len())
        .filter(is_free)
        .filter(holds_days)
        .filter_map(|at| Some((nearness(&headers[at])?, at)))
        .min()
}

/// A table's only column of days, if it serves nothing.
fn only_day(headers: &[String], columns: &[(usize, Field)], contents: &[Content]) -> Option<usize> {
    let is_day = |at: &usize| {
        contents.get(*at).is_some_and(|cells| cells.is_day_column() && cells.fills_all())
            && columns.iter().all(|(other, _)| other != at)
            && !says(&headers[*at], "birth")
    };
    let mut days = (0..headers.len()).filter(is_day);
    days.next().filter(|_| days.next().is_none())
}

/// The day of a dose is the one that it is for, whatever day it was handed out on.
pub(super) fn place_day_of_dose(
    is_log: bool,
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) {
    const FAR: usize = 2;
    let Some(given) = column(columns, Field::Administered) else {
        let only = || only_day(headers, columns, contents);
        let day = day_of_dose(headers, columns, contents).map(|(_, at)| at).or_else(only);
        columns.extend(day.filter(|_| is_log).map(|at| (at, Field::Administered)));
        return;
    };
    let own = nearness(&headers[given]).unwrap_or(FAR);
    let by_name = day_of_dose(headers, columns, contents).filter(|(near, _)| *near < own);
    let is_free = |at: &usize| columns.iter().all(|(other, _)| other != at);
    let is_no_end = |at: &usize| !says(&headers[*at], "take_home") && !says(&headers[*at], "birth");
    let by_days = || {
        let mut days = (0..headers.len()).filter(is_free).filter(is_no_end);
        days.find(|at| own == FAR && differ_within(columns, rows, [given, *at]))
    };
    if let Some(at) = by_name.map(|(_, at)| at).or_else(by_days) {
        columns.retain(|(other, _)| *other != given && *other != at);
        columns.push((at, Field::Administered));
    }
}

/// Whether the only first day of a table is, by its header, the day on which someone took a dose.
fn is_day_taken(headers: &[String], columns: &[(usize, Field)], contents: &[Content]) -> bool {
    let Some((_, day)) = day_of_dose(headers, columns, contents) else { return false };
    let is_other = |(at, field): &(usize, Field)| *at != day && Field::FIRST_DAY.contains(field);
    let words = words_of(&headers[day]);
    let is_taken =
        |word: &String| OF_DOSES.contains(&word.as_str()) && !OF_OTHERS.contains(&word.as_str());
    let is_dose = || words.len() > 1 && words.iter().any(|word| word == "dose");
    !columns.iter().any(is_other) && (words.iter().any(is_taken) || is_dose())
}

/// Whether there are days that doses are for next to those on which they were handed out, the same in some rows and later in others.
fn is_for_other_days(
    headers: &[String],
    columns: &[(usize, Field)],
    contents: &[Content],
    rows: &SampleRows,
) -> bool {
    let Some((_, dose)) = day_of_dose(headers, columns, contents) else { return false };
    let handed = columns
        .iter()
        .filter(|(at, field)| *at != dose && Field::FIRST_DAY.contains(field))
        .min_by_key(|(_, field)| Field::FIRST_DAY.iter().position(|first| first == field));
    let other = || {
        let others = columns.iter().copied().chain([(dose, Field::Administered)]);
        only_day(headers, &others.collect::<Vec<_>>(), contents)
    };
    let handed = handed.map(|(at, _)| *at).or_else(other);
    handed.is_some_and(|handed| fall_after(rows, [handed, dose]))
}

/// Whether the days of one column equal those of another in some rows, and are up to a month later in others.
fn fall_after(rows: &SampleRows, pair: [usize; 2]) -> bool {
    const MONTH: i32 = 31;
    ORDERS.into_iter().any(|order| {
        let apart: Option<Vec<i32>> = rows.iter().map(|row| days_apart(row, pair, order)).collect();
        apart.is_some_and(|apart| {
            apart.iter().all(|days| (0..=MONTH).contains(days))
                && apart.contains(&0)
                && apart.iter().any(|days| *days > 0)
        })
    })
}

/// The same, if doses that one person was handed on one day are for several days.
fn differ_within(
    columns: &[(usize, Field)],
    rows: &SampleRows,
    [handed, dose]: [usize; 2],
) -> bool {
    let Some(patient) = column(columns, Field::Patient) else { return false };
    let mut seen: FxHashMap<[&[u8]; 2], &[u8]> = FxHashMap::default();
    let mut differ = false;
    for row in rows {
        let [Some(patient), Some(handed), Some(dose)] =
            [patient, handed, dose].map(|at| row.get(at))
        else {
            return false;
        };
        let first = seen.entry([patient, handed]).or_insert(dose);
        differ |= *first != dose.as_slice();
    }
    differ && fall_after(rows, [handed, dose])
}

/// Whether the same drug comes day by day for the same people, and nothing is a claim or a prescription: no one fills that often.
fn comes_daily(columns: &[(usize, Field)], rows: &SampleRows) -> bool {
    const FEWEST: usize = 4;
    let at = |field: Field| column(columns, field);
    let first = Field::FIRST_DAY.into_iter().find_map(at);
    let (Some(patient), Some(drug), Some(first)) = (at(Field::Patient), at(Field::Drug), first)
    else {
        return false;
    };
    if at(Field::Claim).or(at(Field::Prescription)).is_some() {
        return false;
    }
    let is_daily = |order: DateOrder| {
        let mut days: FxHashMap<[&[u8]; 2], Vec<Day>> = FxHashMap::default();
        for row in rows {
            if let (Some(patient), Some(drug), Some(day)) =
                (row.get(patient), row.get(drug), row.get(first))
                && let Ok(day) = date::parse(day, Some(order))
            {
                days.entry([patient, drug]).or_default().push(day);
            }
        }
        let (mut apart, mut next) = (0, 0);
        let mut all: Vec<Vec<Day>> = days.into_values().collect();
        for days in &mut all {
            days.sort_unstable();
            days.dedup();
            apart += days.len() - 1;
            next += days.windows(2).filter(|pair| pair[1].since(pair[0]) == 1).count();
        }
        apart >= FEWEST && next * 10 >= apart * 7
    };
    ORDERS.into_iter().any(is_daily)
}

fn column(columns: &[(usize, Field)], wanted: Field) -> Option<usize> {
    columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at)
}

/// Whether some column says of every row whether the dose was observed.
fn says_observed(headers: &[String], columns: &[(usize, Field)], rows: &SampleRows) -> bool {
    let is_kind = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| {
            let text = decode(cell).to_lowercase();
            text.chars().filter(|c| c.is_alphanumeric()).collect::<String>()
        });
        let kinds: Vec<String> = cells.filter(|cell| !cell.is_empty()).collect();
        let is_one = |list: &[&str], kind: &String| list.contains(&kind.trim_end_matches("dose"));
        kinds.iter().any(|kind| is_one(&OBSERVED, kind))
            && kinds.iter().all(|kind| is_one(&OBSERVED, kind) || is_one(&UNOBSERVED, kind))
    };
    let is_free = |at: &usize| {
        !columns.iter().any(|(other, field)| other == at && Field::IDENTITY.contains(field))
    };
    (0..headers.len()).filter(is_free).any(is_kind)
}
