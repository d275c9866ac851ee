//! The form of a column's dates, as a user states it: `%d/%m/%y`, `excel`, `unix`.

use super::of_year::day_of_year;
use super::{DateError, FIRST_OF_1900S, day_of, full_year, leading_digits, number, words};
use crate::day::Day;

/// How the dates of a column are written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum DatePattern {
    /// Days since 1899-12-30, as spreadsheets count them.
    Excel,
    /// Seconds since 1970-01-01.
    Seconds,
    /// Milliseconds since then.
    Millis,
    /// Text that contains the parts of a date.
    Text(Vec<Part>),
}

/// A part of a date as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Part {
    /// The year in four digits.
    Year,
    /// The year in two digits.
    ShortYear,
    /// The month in one or two digits.
    Month,
    /// The month's name, or its beginning.
    MonthName,
    /// The day of the month in one or two digits.
    Day,
    /// The day of the year in three digits.
    DayOfYear,
    /// A number or word that says nothing about the day: hours, minutes, AM, a zone.
    Time,
    /// This character.
    Exactly(char),
}

/// Why a text is not a date pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternError {
    /// An unknown letter after `%`.
    Letter(char),
    /// It gives no year, or does not determine a day of it.
    NoDay,
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Letter(letter) => write!(f, "`%{letter}` is not known in a pattern of dates"),
            Self::NoDay => f.write_str("a pattern of dates needs year, month and day"),
        }
    }
}

impl std::error::Error for PatternError {}

impl std::str::FromStr for DatePattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        match text {
            "excel" => return Ok(Self::Excel),
            "unix" | "%s" => return Ok(Self::Seconds),
            "unix-ms" => return Ok(Self::Millis),
            _ => {}
        }
        let text =
            text.replace("%F", "%Y-%m-%d").replace("%D", "%m/%d/%y").replace("%T", "%H:%M:%S");
        let mut parts = Vec::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            if letter != '%' {
                parts.push(Part::Exactly(letter));
                continue;
            }
            let letter = letters.find(|letter| *letter != '-').unwrap_or('%');
            match letter {
                'Y' => parts.push(Part::Year),
                'y' => parts.push(Part::ShortYear),
                'm' => parts.push(Part::Month),
                'b' | 'B' | 'h' => parts.push(Part::MonthName),
                'd' | 'e' => parts.push(Part::Day),
                'j' => parts.push(Part::DayOfYear),
                'H' | 'I' | 'M' | 'S' | 'f' | 'p' | 'P' | 'z' | 'Z' | 'a' | 'A' => {
                    parts.push(Part::Time);
                }
                '%' => parts.push(Part::Exactly('%')),
                other => return Err(PatternError::Letter(other)),
            }
        }
        let has = |part| parts.contains(&part);
        let month = has(Part::Month) || has(Part::MonthName);
        if (has(Part::Year) || has(Part::ShortYear))
            && (month && has(Part::Day) || has(Part::DayOfYear))
        {
            Ok(Self::Text(parts))
        } else {
            Err(PatternError::NoDay)
        }
    }
}

impl DatePattern {
    /// The day that a text states in this form, where two-digit years from `first_of_1900s` on mean the previous century.
    ///
    /// # Errors
    /// If it is not of this form, or the calendar has no such day.
    pub fn read(&self, text: &[u8], first_of_1900s: Option<u32>) -> Result<Day, DateError> {
        match self {
            Self::Excel => serial(text),
            Self::Seconds => instant(text, 86_400),
            Self::Millis => instant(text, 86_400_000),
            Self::Text(parts) => read(parts, text, first_of_1900s.unwrap_or(FIRST_OF_1900S)),
        }
    }
}

/// A day as spreadsheets count them, from 1899-12-30; the time follows a point or comma.
pub fn serial(text: &[u8]) -> Result<Day, DateError> {
    let days = whole(text)?;
    let day = i32::try_from(days).map_err(|_| DateError::Unknown)?;
    // 2,958,465 is 9999-12-31.
    if (0..=2_958_465).contains(&day) { Ok(Day(day - 25_569)) } else { Err(DateError::Unknown) }
}

/// A point in time since 1970, in seconds or fractions of them; `in_a_day` of them make a day.
fn instant(text: &[u8], in_a_day: i64) -> Result<Day, DateError> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let units = whole(digits)?;
    let units = if negative { -units } else { units };
    let days = i32::try_from(units.div_euclid(in_a_day)).map_err(|_| DateError::Unknown)?;
    if (-200_000..2_932_897).contains(&days) { Ok(Day(days)) } else { Err(DateError::Unknown) }
}

/// A whole number of at most 15 digits; decimals are dropped.
fn whole(text: &[u8]) -> Result<i64, DateError> {
    let (digits, rest) = text.split_at(leading_digits(text));
    let is_whole = match rest {
        [] => true,
        [b'.' | b',', decimals @ ..] => decimals.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !is_whole || digits.is_empty() || digits.len() > 15 {
        return Err(DateError::Unknown);
    }
    Ok(digits.iter().fold(0, |number: i64, digit| number * 10 + i64::from(digit - b'0')))
}

fn read(parts: &[Part], text: &[u8], first_of_1900s: u32) -> Result<Day, DateError> {
    let mut rest = text.trim_ascii();
    let (mut year, mut month, mut day, mut of_year) = (None, None, None, None);
    let digits = |rest: &mut &[u8], most: usize| -> Result<u32, DateError> {
        let length = leading_digits(rest).min(most);
        let value = number(&rest[..length]).filter(|_| length > 0).ok_or(DateError::Unknown)?;
        *rest = &rest[length..];
        Ok(value)
    };
    for part in parts {
        match part {
            Part::Year => year = Some(digits(&mut rest, 4)?),
            Part::ShortYear => {
                year = Some(full_year(Err(digits(&mut rest, 2)?), first_of_1900s));
            }
            Part::Month => month = Some(digits(&mut rest, 2)?),
            Part::Day => day = Some(digits(&mut rest, 2)?),
            Part::DayOfYear => of_year = Some(digits(&mut rest, 3)?),
            Part::MonthName => {
                let (found, after) = words::month(rest).ok_or(DateError::Unknown)?;
                (month, rest) = (Some(found), after);
            }
            Part::Time => {
                let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-".contains(byte);
                rest = &rest[rest.iter().take_while(is_part).count()..];
            }
            Part::Exactly(letter) => {
                let mut bytes = [0; 4];
                rest = rest
                    .strip_prefix(letter.encode_utf8(&mut bytes).as_bytes())
                    .ok_or(DateError::Unknown)?;
            }
        }
    }
    match (year, month, day, of_year) {
        _ if !rest.is_empty() => Err(DateError::Unknown),
        (Some(year), Some(month), Some(day), _) => day_of(year, month, day),
        (Some(year), _, _, Some(number)) => day_of_year(year, number),
        _ => Err(DateError::Incomplete),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(pattern: &str, text: &str) -> Result<String, DateError> {
        let pattern: DatePattern = pattern.parse().unwrap();
        pattern.read(text.as_bytes(), None).map(|day| day.to_string())
    }

    #[test]
    fn a_column_is_read_by_the_form_that_was_stated() {
        for (pattern, text, read) in [
            ("%Y/%d/%m", "2026/05/03", "2026-03-05"),
            ("%d%m%Y", "05032026", "2026-03-05"),
            ("%d%m%y", "050326", "2026-03-05"),
            ("%y-%m-%d", "26-03-05", "2026-03-05"),
            ("%-m/%-d/%y", "3/5/26", "2026-03-05"),
            ("%D", "03/05/26", "2026-03-05"),
            ("%F %T", "2026-03-05 10:15:00", "2026-03-05"),
            ("%m.%d.%Y", "03.31.2026", "2026-03-31"),
            ("%d %B %Y", "5 März 2026", "2026-03-05"),
            ("%d%b%y %H:%M", "05MAR26 10:15", "2026-03-05"),
            ("%Y%j", "2026064", "2026-03-05"),
            ("%m/%d/%Y %I:%M %p", "3/5/2026 10:15 PM", "2026-03-05"),
            ("excel", "46086", "2026-03-05"),
            ("excel", "46086.5", "2026-03-05"),
            ("excel", "61", "1900-03-01"),
            ("unix", "1772668800", "2026-03-05"),
            ("%s", "1772755199", "2026-03-05"),
            ("unix-ms", "1772668800000", "2026-03-05"),
            ("unix", "-1", "1969-12-31"),
        ] {
            assert_eq!(day(pattern, text).as_deref(), Ok(read), "{pattern} {text}");
        }
    }

    #[test]
    fn a_text_in_another_form_is_not_a_date() {
        for (pattern, text) in [
            ("%Y-%m-%d", "03/05/2026"),
            ("%Y-%m-%d", "2026-03-05 10:15"),
            ("%d/%m/%Y", "03/31/2026"),
            ("%m/%d/%y", ""),
            ("excel", "2026-03-05"),
            ("excel", "99999999"),
            ("unix", "12345678901234567890"),
        ] {
            assert!(day(pattern, text).is_err(), "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_gives_a_day() {
        for (pattern, error) in [
            ("%Y-%m", PatternError::NoDay),
            ("%d/%m", PatternError::NoDay),
            ("", PatternError::NoDay),
            ("dd/mm/yyyy", PatternError::NoDay),
            ("%Y-%m-%q", PatternError::Letter('q')),
        ] {
            assert_eq!(pattern.parse::<DatePattern>(), Err(error), "{pattern}");
        }
    }
}
