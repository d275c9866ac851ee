//! Dates with the month in letters: `12-MAY-2015`, `Mar 5, 2026`, `Thu, 05 Mar 2026 10:15:00 GMT`.

use super::{DateError, day_of, is_time, leading_digits, number};
use crate::day::Day;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What the words of a date can be.
enum Word {
    Month(u32),
    /// A number and how many digits it has.
    Number(u32, usize),
    Weekday,
}

pub(super) fn parse(text: &[u8]) -> Result<Day, DateError> {
    let (mut month, mut numbers, mut rest) = (None, [None; 2], text);
    // A month and two numbers make a date; what follows the last of them must be a time.
    while month.is_none() || numbers[1].is_none() {
        let (word, after) = match next(rest) {
            Some(next) => next,
            None if rest.is_empty() && month.is_some() && matches!(numbers[0], Some((_, 4))) => {
                return Err(DateError::Incomplete);
            }
            None => return Err(DateError::Unknown),
        };
        match (word, numbers) {
            (Word::Month(_), _) if month.is_some() => return Err(DateError::Unknown),
            (Word::Month(n), _) => month = Some(n),
            (Word::Number(n, digits), [None, None]) => numbers[0] = Some((n, digits)),
            (Word::Number(n, digits), [Some(_), None]) => numbers[1] = Some((n, digits)),
            (Word::Weekday, [None, None]) if month.is_none() => {}
            _ => return Err(DateError::Unknown),
        }
        rest = after;
    }
    let (Some(month), [Some(first), Some(second)]) = (month, numbers) else {
        return Err(DateError::Unknown);
    };
    if !is_time(rest) && !is_time(rest.strip_prefix(b",").unwrap_or(rest)) {
        return Err(DateError::Unknown);
    }
    match (first, second) {
        ((day, 1 | 2), (year, 4)) | ((year, 4), (day, 1 | 2)) => day_of(year, month, day),
        ((_, 1 | 2), (_, 2)) => Err(DateError::ShortYear),
        _ => Err(DateError::Unknown),
    }
}

/// The next word, and what follows it and its separators.
fn next(text: &[u8]) -> Option<(Word, &[u8])> {
    let digits = leading_digits(text);
    if digits > 0 {
        if digits > 4 {
            return None;
        }
        let value = number(&text[..digits])?;
        let rest = &text[digits..];
        let rest = [&b"st"[..], b"nd", b"rd", b"th"]
            .into_iter()
            .find_map(|end| rest.strip_prefix(end))
            .unwrap_or(rest);
        // Nothing is taken away behind a year: there the time begins.
        return Some((
            Word::Number(value, digits),
            if digits == 4 { unless_time(rest) } else { separators(rest) },
        ));
    }
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let word = text[..letters].to_ascii_lowercase();
    let word = std::str::from_utf8(&word).ok().filter(|word| word.len() >= 3)?;
    let rest = separators(&text[letters..]);
    if let Some(month) = MONTHS
        .iter()
        .position(|month| month.starts_with(word) || *month == "september" && word == "sept")
    {
        return Some((Word::Month(month as u32 + 1), rest));
    }
    let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    weekdays.iter().any(|day| day.starts_with(word)).then_some((Word::Weekday, rest))
}

fn separators(text: &[u8]) -> &[u8] {
    let length = text.iter().take_while(|byte| b" -/.,".contains(byte)).count();
    &text[length..]
}

/// Separators taken away where a month or a day still follows: `2026-Mar-05`.
fn unless_time(text: &[u8]) -> &[u8] {
    let rest = separators(text);
    if rest.first().is_some_and(u8::is_ascii_alphabetic) && !text.starts_with(b"T") {
        rest
    } else {
        text
    }
}
