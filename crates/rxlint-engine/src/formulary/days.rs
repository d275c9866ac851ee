//! Dates in lists, if nothing settles their order of day and month.

use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::record::DateOrder;

/// The day that a cell gives; the later one if two readings are possible, so that nothing ends too early.
pub fn latest(text: &str) -> Option<Day> {
    let read = |order| date::parse(text.trim().as_bytes(), Some(order)).ok();
    [DateOrder::Mdy, DateOrder::Dmy].into_iter().filter_map(read).max()
}

/// Serial numbers (days since the end of 1899) that spreadsheets write for days from 1970 to 2100.
const SERIALS: std::ops::RangeInclusive<i32> = 25_569..=73_415;

/// The day on which a cell says that something ends: a day, its spreadsheet number, or the last day of a month or year.
pub fn end_of(text: &str) -> Option<Day> {
    let text = text.trim();
    let number = || text.split_once('.').map_or(text, |(whole, _)| whole).parse::<i32>().ok();
    if let Some(serial) = number().filter(|number| text.len() >= 5 && SERIALS.contains(number)) {
        return Some(Day(serial - SERIALS.start()));
    }
    if let Some(year) = number().filter(|year| text.len() == 4 && (1970..=2100).contains(year)) {
        return Day::from_iso(&format!("{year}-12-31"));
    }
    latest(text).or_else(|| month(text))
}

/// The day on which a cell says that something begins: a day, its spreadsheet number, or the first day of a year.
pub fn start_of(text: &str) -> Option<Day> {
    let year = text.trim();
    if year.len() == 4 && end_of(year).is_some() {
        return Day::from_iso(&format!("{year}-01-01"));
    }
    let read = |order| date::parse(year.as_bytes(), Some(order)).ok();
    let earliest = [DateOrder::Mdy, DateOrder::Dmy].into_iter().filter_map(read).min();
    earliest.or_else(|| end_of(year))
}

/// The first and the last day of a range: `2015-01-01 - 2019-12-31`.
pub fn range(text: &str) -> Option<[Day; 2]> {
    let between = [" - ", " – ", " — ", " to ", " bis ", "..", "/"];
    between.into_iter().find_map(|between| {
        let (first, last) = text.split_once(between)?;
        let is_range = last.len() >= 8 && first.len() >= 8;
        is_range.then(|| Some([start_of(first)?, end_of(last)?]))?
    })
}

/// `Jan 2020`, `2020-01`, `01/2020`.
fn month(text: &str) -> Option<Day> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_lowercase();
    let mut parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let (one, other) = (parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month) = if one.len() == 4 { (one, other) } else { (other, one) };
    let year: i32 = year.parse().ok().filter(|year| (1970..=2100).contains(year))?;
    let named = MONTHS.iter().position(|name| month.starts_with(name)).map(|at| at + 1);
    let month = named.or_else(|| month.parse().ok()).filter(|month| (1..=12).contains(month))?;
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    Day::from_iso(&format!("{next_year}-{next:02}-01")).map(|day| Day(day.0 - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_days_numbers_of_spreadsheets_months_and_years() {
        for (text, end) in [
            ("2021-04-01", "2021-04-01"),
            ("43831", "2020-01-01"),
            ("2020", "2020-12-31"),
            ("Jan 2020", "2020-01-31"),
            ("2020-02", "2020-02-29"),
            ("12/2021", "2021-12-31"),
        ] {
            assert_eq!(end_of(text), Day::from_iso(end), "{text}");
        }
        let years = [Day::from_iso("2015-01-01"), Day::from_iso("2019-12-31")];
        for text in ["2015-01-01 - 2019-12-31", "2015-01-01/2019-12-31", "01/01/2015 to 12/31/2019"]
        {
            assert_eq!(range(text).map(|range| range.map(Some)), Some(years), "{text}");
        }
        assert_eq!((range("01/01/2015"), range("aspirin / warfarin")), (None, None));
        assert_eq!((end_of("soon"), end_of("7"), end_of("")), (None, None, None));
    }
}
