//! Days of births and of ends: their cells distinguish them from days on which something was handed over.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::record::DateOrder;

use crate::layout::SampleRows;
use crate::layout::cells::content::Content;

/// Years in which most people who are given medicines were born, and how many years those of a column must span.
const BIRTHS: RangeInclusive<i32> = 1900..=2005;
const FAR_APART: i32 = 15;
/// Fewer different days show nothing.
const FEWEST: usize = 3;
/// A day has at least this many digits, and at most this many letters.
const FEWEST_DIGITS: usize = 6;
const LONGEST_DAY: usize = 32;
/// A day this many years before the other days of its rows can only be a birth.
const YEARS_BEFORE: i32 = 10;
/// This many days after another day may be the end of what began then.
const AFTER: RangeInclusive<i32> = 2..=400;

/// Days on which products expire lie this far apart, and this many of them are needed to see that all are the last of a month.
const SCATTERED: i32 = 180;
const MONTHS: usize = 3;

/// How a day written only in numbers may be read.
pub(in crate::layout) const ORDERS: [DateOrder; 2] = [DateOrder::Dmy, DateOrder::Mdy];

/// The years of the different days of a column.
#[derive(Clone, Copy, Debug, Default)]
pub struct Years {
    days: usize,
    births: usize,
    span: Option<(i32, i32)>,
}

impl Years {
    /// Notes a text, if it is a day.
    pub fn note(&mut self, text: &str) {
        let Some(year) = year_of(text) else { return };
        self.days += 1;
        self.births += usize::from(BIRTHS.contains(&year));
        let (first, last) = self.span.unwrap_or((year, year));
        self.span = Some((first.min(year), last.max(year)));
    }

    /// Adds those of other rows.
    pub fn absorb(&mut self, other: &Self) {
        self.days += other.days;
        self.births += other.births;
        self.span = match (self.span, other.span) {
            (Some((first, last)), Some((begin, end))) => Some((first.min(begin), last.max(end))),
            (span, more) => span.or(more),
        };
    }

    /// Whether nearly all of that many different texts are days that lie far apart, and most of them plausible birth dates.
    pub fn may_be_births(&self, texts: usize) -> bool {
        let lie_apart = self.span.is_some_and(|(first, last)| last - first >= FAR_APART);
        self.days >= FEWEST
            && self.days * 10 >= texts * 9
            && self.births * 2 >= self.days
            && lie_apart
    }
}

/// The year of a day, in any notation.
fn year_of(text: &str) -> Option<i32> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < FEWEST_DIGITS || text.len() > LONGEST_DAY {
        return None;
    }
    let mut days =
        ORDERS.into_iter().filter_map(|order| date::parse(text.as_bytes(), Some(order)).ok());
    days.next().filter(|day| !date::is_endless(*day)).map(|day| day.ymd().0)
}

/// The columns whose days seem to be birth dates.
pub(in crate::layout) fn births(rows: &SampleRows, contents: &[Content]) -> Vec<usize> {
    let days = day_columns(contents);
    let is_birth = |at: &usize| {
        contents[*at].may_be_births() || days.iter().any(|other| lies_before(rows, *at, *other))
    };
    days.iter().copied().filter(is_birth).collect()
}

/// The columns whose days seem to be when products expire or were made.
pub(in crate::layout) fn expiries(rows: &SampleRows, contents: &[Content]) -> Vec<usize> {
    let births = births(rows, contents);
    let mut days = day_columns(contents);
    days.retain(|at| !births.contains(at));
    let is_one = |at: &usize| {
        ORDERS.into_iter().any(|order| {
            let is_apart = |other: &usize| other != at && lie_scattered(rows, *at, *other, order);
            ends_months(rows, *at, order) || days.iter().any(is_apart)
        })
    };
    days.iter().copied().filter(is_one).collect()
}

/// The first and the last of the days of a column.
fn span(rows: &SampleRows, column: usize, order: DateOrder) -> Option<(Day, Day)> {
    let days = rows.iter().filter_map(|row| day_of(row, column, order));
    days.fold(None, |span, day| {
        let (first, last) = span.unwrap_or((day, day));
        Some((first.min(day), last.max(day)))
    })
}

fn day_of(row: &[Vec<u8>], column: usize, order: DateOrder) -> Option<Day> {
    date::parse(row.get(column)?, Some(order)).ok().filter(|day| !date::is_endless(*day))
}

/// Whether the days of a column lie on one side of those of another in most rows, and spread over months where those lie together.
fn lie_scattered(rows: &SampleRows, column: usize, other: usize, order: DateOrder) -> bool {
    let length = |at: usize| span(rows, at, order).map(|(first, last)| last.since(first));
    let (Some(mine), Some(others)) = (length(column), length(other)) else { return false };
    let apart = rows.iter().filter_map(|row| days_apart(row, [other, column], order));
    let (both, later, earlier) = apart.fold((0, 0, 0), |(both, later, earlier), days| {
        (both + 1, later + usize::from(days > SCATTERED), earlier + usize::from(days < -SCATTERED))
    });
    let is_most = |count: usize| both > 0 && count * 10 >= both * 8;
    mine > SCATTERED && (mine > others && is_most(later) || mine > others * 2 && is_most(earlier))
}

/// Whether nearly all days of a column are the last of their month, in months of several years.
fn ends_months(rows: &SampleRows, column: usize, order: DateOrder) -> bool {
    let days: BTreeSet<Day> = rows.iter().filter_map(|row| day_of(row, column, order)).collect();
    let is_last = |day: &&Day| day.plus(1).ymd().2 == 1;
    let years: BTreeSet<i32> = days.iter().map(|day| day.ymd().0).collect();
    let last = days.iter().filter(is_last).count();
    days.len() >= MONTHS && years.len() > 1 && last * 10 >= days.len() * 9
}

fn day_columns(contents: &[Content]) -> Vec<usize> {
    (0..contents.len()).filter(|at| contents[*at].is_day_column()).collect()
}

/// Whether the days of a column lie some days after those of another in most rows, as ends do.
pub(in crate::layout) fn may_be_ends(
    rows: &SampleRows,
    contents: &[Content],
    column: usize,
) -> bool {
    let lies_after = |other: &usize| {
        ORDERS.into_iter().any(|order| {
            let apart = rows.iter().filter_map(|row| days_apart(row, [*other, column], order));
            let (both, after) = apart.fold((0, 0), |(both, after), since| {
                (both + 1, after + usize::from(AFTER.contains(&since)))
            });
            both > 0 && after * 10 >= both * 8
        })
    };
    day_columns(contents).iter().any(lies_after)
}

/// How many days lie between those of two columns of a row, read in that order of day and month.
pub(in crate::layout) fn days_apart(
    row: &[Vec<u8>],
    [from, to]: [usize; 2],
    order: DateOrder,
) -> Option<i32> {
    let day = |at: usize| date::parse(row.get(at)?, Some(order)).ok();
    Some(day(to)?.since(day(from)?))
}

/// Whether the days of a column lie many years before those of another in most rows, as births do.
fn lies_before(rows: &SampleRows, column: usize, other: usize) -> bool {
    let year = |row: &Vec<Vec<u8>>, at: usize| {
        let text = std::str::from_utf8(row.get(at)?).ok()?;
        Some((year_of(text)?, date::short_year(text.as_bytes()).is_some()))
    };
    // The century of a two-digit year is unknown.
    let in_order = |(mine, is_short): (i32, bool), (other, _): (i32, bool)| match mine - other {
        YEARS_BEFORE.. if is_short => mine - 100,
        _ => mine,
    };
    let (mut both, mut before) = (0, 0);
    for row in rows {
        let (Some(mine), Some(beside)) = (year(row, column), year(row, other)) else { continue };
        both += 1;
        let years = in_order(beside, mine) - in_order(mine, beside);
        before += usize::from(years >= YEARS_BEFORE);
    }
    both > 0 && before * 10 >= both * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lie_before(rows: &[[&str; 2]]) -> [bool; 2] {
        let cells = |row: &[&str; 2]| row.map(|cell| cell.as_bytes().to_vec()).to_vec();
        let rows: Vec<_> = rows.iter().map(cells).collect();
        [lies_before(&rows, 0, 1), lies_before(&rows, 1, 0)]
    }

    #[test]
    fn births_lie_many_years_before_what_is_handed_over() {
        assert_eq!(lie_before(&[["1971-02-03", "2026-01-14"]]), [true, false]);
        assert_eq!(lie_before(&[["02/03/45", "01/14/26"]]), [true, false], "two digits");
        assert_eq!(lie_before(&[["2026-01-14", "2028-01-31"]]), [false, false], "a shelf life");
        assert_eq!(lie_before(&[["2026-01-14", "9999-12-31"]]), [false, false], "no end");
        let mixed = [["2025-02-03", "2026-01-14"], ["1950-02-03", "2026-01-14"]];
        assert_eq!(lie_before(&[&mixed[..], &mixed[1..]].concat()), [true, false], "an infant");
        assert_eq!(lie_before(&[["", "2026-01-14"]]), [false, false]);
    }
}
