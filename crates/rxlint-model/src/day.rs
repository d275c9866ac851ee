//! Whole calendar days: the only notion of time that rxlint has.

use std::fmt;

/// A calendar day, counted from 1970-01-01 (day 0) in the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day of a calendar date; `None` if the calendar has no such date or the year is outside 1
    /// to 9999.
    #[inline]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=9999).contains(&year)
            || !(1..=12).contains(&month)
            || day < 1
            || day > month_length(year, month)
        {
            return None;
        }
        // Days from civil: years that begin in March, in eras of 400 years.
        let (month, day) = (month as i32, day as i32);
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let year_of_era = y.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Self(era * 146_097 + day_of_era - 719_468))
    }

    /// The month it is in: `2026-03`.
    pub fn month(self) -> String {
        let (year, month, _) = self.ymd();
        format!("{year:04}-{month:02}")
    }

    /// Year, month and day of the month.
    pub fn ymd(self) -> (i32, u32, u32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }

    /// The day `days` later (earlier if negative), clamped to days that can be written as a date.
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days).clamp(-719_162, 2_932_896))
    }

    /// Whole days from `earlier` to this day; negative if `earlier` is later.
    pub fn since(self, earlier: Day) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads `YYYY-MM-DD` and nothing else.
    pub fn from_iso(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range]
                .iter()
                .try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
        };
        Self::from_ymd(number(0..4)? as i32, number(5..7)?, number(8..10)?)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[inline]
fn month_length(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_calendar_reads_back() {
        let mut expected = Day::from_ymd(1, 1, 1).unwrap();
        assert_eq!(expected.0, -719_162);
        for year in 1..=9999 {
            for month in 1..=12 {
                for day in 1..=month_length(year, month) {
                    assert_eq!(Day::from_ymd(year, month, day), Some(expected));
                    assert_eq!(expected.ymd(), (year, month, day));
                    expected = Day(expected.0 + 1);
                }
            }
        }
        assert_eq!(Day(0).to_string(), "1970-01-01");
        assert_eq!(Day::from_iso("2026-03-05").unwrap().0, 20_517);
    }

    #[test]
    fn impossible_dates_are_none() {
        for (y, m, d) in [
            (2025, 2, 29),
            (1900, 2, 29),
            (2026, 13, 1),
            (2026, 0, 1),
            (2026, 4, 31),
            (0, 1, 1),
            (10_000, 1, 1),
        ] {
            assert_eq!(Day::from_ymd(y, m, d), None);
        }
        for text in ["2026-3-05", "2026-03-0x", "2026/03-05", "2026-03/05", "2026-03-050", ""] {
            assert_eq!(Day::from_iso(text), None, "{text}");
        }
    }
}
