//! Days by week or by day of the year: `2015-W20-2`, `2015-132`.

use super::{DateError, is_time, number, short_number};
use crate::day::Day;

/// `-W20-2`, `W202` after a year; also `-W20`, which is not a day.
pub(super) fn week(year: u32, text: &[u8]) -> Option<Result<Day, DateError>> {
    let dashed = text.starts_with(b"-");
    let text = text.strip_prefix(b"-").unwrap_or(text).strip_prefix(b"W")?;
    let week = number(text.get(..2)?)?;
    let rest = match (&text[2..], dashed) {
        ([], _) => return Some(Err(DateError::Incomplete)),
        ([b'-', rest @ ..], true) => rest,
        (rest, _) => rest,
    };
    let (weekday, rest) = short_number(rest).filter(|(day, _)| (1..=7).contains(day))?;
    if !is_time(rest) {
        return Some(Err(DateError::Unknown));
    }
    Some(day_of_week(year, week, weekday).ok_or(DateError::Impossible))
}

/// The first week is the one that contains 4 January; weeks begin on Monday, which is day 1.
fn day_of_week(year: u32, week: u32, weekday: u32) -> Option<Day> {
    let first_monday = |year: u32| {
        let fourth = Day::from_ymd(year as i32, 1, 4)?;
        // 1970-01-01 was a Thursday.
        Some(fourth.plus(-(fourth.0 + 3).rem_euclid(7)))
    };
    let day = first_monday(year)?.plus((week as i32 - 1) * 7 + weekday as i32 - 1);
    (week > 0 && day < first_monday(year + 1)?).then_some(day)
}

pub(super) fn day_of_year(year: u32, number: u32) -> Result<Day, DateError> {
    let day = Day::from_ymd(year as i32, 1, 1).map(|first| first.plus(number as i32 - 1));
    day.filter(|day| number > 0 && day.ymd().0 == year as i32).ok_or(DateError::Impossible)
}
