//! From when and until when: headers that say so only next to each other, and ends that are those of something else.

use rxlint_model::record::Field;

use super::other_days::{ORDERS, days_apart};
use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::headers::{generic, tokens};
use crate::layout::table::JoinedColumns;

/// A lone `a` means until when if another header says since when in the same words: `Fecha de` and `Fecha a`.
pub(in crate::layout) fn until_beside_since(headers: &[String]) -> Option<usize> {
    let words: Vec<Vec<String>> = headers.iter().map(|header| tokens::words_of(header)).collect();
    let has_since = |before: &[String]| {
        words.iter().any(|other| {
            matches!(&other[..], [same @ .., last] if same == before && tokens::says(last, "since"))
        })
    };
    words
        .iter()
        .position(|own| matches!(&own[..], [before @ .., last] if last == "a" && has_since(before)))
}

/// A through-date is that of a service if the first day is one, unless it speaks of a supply, or services are billed by their codes;
/// nor is the end of a prescription's validity an end, unless only its beginning is there. Next to a start and a stop, the last fill
/// is not when the course began. Last doses that mostly come before the first day are those of earlier records.
pub(in crate::layout) fn drop_doubtful_dates(
    columns: &mut Vec<(usize, Field)>,
    headers: &[String],
    rows: &SampleRows,
) {
    let has = |columns: &[(usize, Field)], field: Field| columns.iter().any(|(_, f)| *f == field);
    if has(columns, Field::Start) && has(columns, Field::Stop) {
        columns.retain(|(at, field)| {
            *field != Field::Dispensed || !tokens::says(&headers[*at], "last")
        });
    }
    let is_handed_over = has(columns, Field::Dispensed) || has(columns, Field::Administered);
    let is_valid = |(at, _): &(usize, Field)| tokens::says(&headers[*at], "valid");
    let starts_valid = columns.iter().any(|column| column.1 == Field::Start && is_valid(column));
    let first = first_day(columns);
    let is_billed = has(columns, Field::Hcpcs);
    columns.retain(|column| {
        let header = headers[column.0].as_str();
        let says = |meaning: &str| tokens::says(header, meaning);
        let is_service = says("service") || says("claim") || says("line");
        let is_through = is_handed_over && says("thru") || is_service;
        let is_of_service = is_through && !says("supply");
        let is_before = || first.is_some_and(|first| come_before(rows, column.0, first));
        let is_end = (!is_of_service || is_billed && is_of_same(headers, first, column.0))
            && (!is_handed_over && starts_valid || !is_valid(column))
            && !(says("last") && is_before());
        column.1 != Field::Stop || is_end
    });
}

/// The column that the first day is taken from.
fn first_day(columns: &[(usize, Field)]) -> Option<usize> {
    let of = |wanted: &Field| columns.iter().find(|(_, field)| field == wanted).map(|(at, _)| *at);
    Field::FIRST_DAY.iter().find_map(of)
}

/// Whether an end is not that of a whole claim next to the day of one of its services.
fn is_of_same(headers: &[String], first: Option<usize>, end: usize) -> bool {
    let is_line = |at: usize| tokens::says(&headers[at], "line");
    is_line(end) || !first.is_some_and(is_line)
}

/// How near what a header says of a beginning or an end is to what really happened, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Actual,
    /// The first or last dose.
    Dose,
    /// That someone stopped: as a fact, or only by its name.
    Stopped,
    Stop,
    /// A later word than the one first stated.
    Revised,
    Stated,
    Discontinued,
    Planned,
}

impl Nearness {
    /// What an end is stated to be.
    const STATED: [Self; 4] = [Self::Stopped, Self::Stop, Self::Revised, Self::Stated];
}

fn nearness(header: &str, field: Field) -> Option<Nearness> {
    const OF_OTHERS: [&str; 6] = ["service", "claim", "line", "valid", "thru", "transaction"];
    let says = |meaning: &str| tokens::says(header, meaning);
    let is_dose = match field {
        Field::Start => says("first_dose") || says("first") && says("intake"),
        _ => says("last_dose") || says("last") && says("intake"),
    };
    let (meaning, _) = generic::header_meaning(header)?;
    let is_end_of_order = field == Field::Stop && meaning == Field::Discontinued;
    if meaning != field && !is_end_of_order || tokens::says_any(header, &OF_OTHERS) {
        return None;
    }
    Some(if says("actual") {
        Nearness::Actual
    } else if says("planned") {
        Nearness::Planned
    } else if is_dose {
        Nearness::Dose
    } else if is_end_of_order || field == Field::Stop && says("discontinue") {
        Nearness::Discontinued
    } else if field == Field::Stop && says("halted") {
        Nearness::Stopped
    } else if field == Field::Stop && says("halt") {
        Nearness::Stop
    } else if says("revised") || says("new") {
        Nearness::Revised
    } else {
        Nearness::Stated
    })
}

/// Of several days that say when a course began or ended, each record gets the one nearest to what really happened: an actual day, a
/// first or last dose, when someone stopped, what is stated, and what was planned. A discontinuation is an end next to a planned one;
/// next to a stated one it only shortens.
pub(in crate::layout) fn add_nearest(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) -> Vec<JoinedColumns> {
    let fields = [Field::Start, Field::Stop].into_iter();
    fields.filter_map(|field| nearest(field, headers, columns, contents, rows)).collect()
}

fn nearest(
    field: Field,
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) -> Option<JoinedColumns> {
    let &(served, _) = columns.iter().find(|(_, other)| *other == field)?;
    let first = first_day(columns)?;
    if field == Field::Start && first != served {
        return None;
    }
    let is_free = |at: usize| {
        let ends = |other: Field| field == Field::Stop && other == Field::Discontinued;
        columns.iter().all(|(column, other)| *column != at || *other == field || ends(*other))
    };
    let holds_days = |at: usize, near: Nearness| {
        let may_be_empty = near < Nearness::Stated;
        contents
            .get(at)
            .is_some_and(|cells| cells.has_dates() && (may_be_empty || !cells.is_empty()))
    };
    let is_of_course = |at: usize, near: Nearness| {
        let is_stated = at != served && Nearness::STATED.contains(&near);
        match field {
            Field::Start => near != Nearness::Dose || !lie_far_before(rows, at, served),
            _ => near != Nearness::Dose && !is_stated || !come_before(rows, at, first),
        }
    };
    let near = |at: usize| {
        let near = nearness(&headers[at], field)?;
        let fits = is_free(at) && holds_days(at, near) && is_of_course(at, near);
        fits.then_some((near, at != served, at))
    };
    let mut list: Vec<(Nearness, bool, usize)> = (0..headers.len()).filter_map(near).collect();
    list.sort_unstable();
    // Of two starts in the same words the other may be that of something else; of two ends, whichever is filled counts.
    list.dedup_by_key(|(near, _, at)| (*near, (field == Field::Stop).then_some(*at)));
    let has = |wanted: &[Nearness]| list.iter().any(|(near, ..)| wanted.contains(near));
    if !has(&[Nearness::Planned]) || has(&Nearness::STATED) {
        let (shorten, ends) =
            list.into_iter().partition(|(near, ..)| *near == Nearness::Discontinued);
        list = ends;
        serve_discontinued(&shorten, columns);
    }
    let list: Vec<usize> = list.into_iter().map(|(.., at)| at).collect();
    if list.len() < 2 || !list.contains(&served) {
        return None;
    }
    columns.retain(|(at, other)| *other != field && !list.contains(at));
    columns.push((list[0], field));
    Some(JoinedColumns::of(field, list, JoinedColumns::FIRST))
}

/// A discontinuation next to a stated end is read as one, whatever its header, if no other column is.
fn serve_discontinued(shorten: &[(Nearness, bool, usize)], columns: &mut Vec<(usize, Field)>) {
    let is_free = |at: usize| {
        columns.iter().all(|(other, field)| *other != at && *field != Field::Discontinued)
    };
    if let Some(&(.., at)) = shorten.iter().find(|(.., at)| is_free(*at)) {
        columns.push((at, Field::Discontinued));
    }
}

/// Whether most days of a column lie so long before those of another that they are about something else.
fn lie_far_before(rows: &SampleRows, at: usize, other: usize) -> bool {
    const FAR: i32 = 60;
    lie_before_by(rows, at, other, FAR)
}

/// Whether most days of a column come before those of another.
fn come_before(rows: &SampleRows, at: usize, other: usize) -> bool {
    lie_before_by(rows, at, other, 0)
}

/// Whether, in most rows that have both, a column's day is more than that many days before another's.
fn lie_before_by(rows: &SampleRows, at: usize, other: usize, days: i32) -> bool {
    let apart_in = |row: &Vec<Vec<u8>>| {
        ORDERS.into_iter().find_map(|order| days_apart(row, [at, other], order))
    };
    let apart: Vec<i32> = rows.iter().filter_map(apart_in).collect();
    apart.iter().filter(|apart| **apart > days).count() * 2 > apart.len()
}
