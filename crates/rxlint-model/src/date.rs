//! Dates as pharmacies write them, read as whole days. Times and zones are skipped; they shift nothing.

mod of_year;
pub mod pattern;
mod weekday;
mod words;
mod written;

use crate::day::Day;
use crate::record::DateOrder;

/// Why a text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateError {
    /// It has no known form.
    Unknown,
    /// It has a known form, but the calendar has no such day.
    Impossible,
    /// It names only a month or a year.
    Incomplete,
    /// It is all numbers, year last, and the order of day and month is unknown.
    Order,
}

impl std::fmt::Display for DateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => "it has no form that is known as a date",
            Self::Impossible => "the calendar has no such day",
            Self::Incomplete => "it names no day, only a month or a year",
            Self::Order => {
                "it could be day/month or month/day; use `--date-order dmy` or `--date-order mdy`"
            }
        })
    }
}

impl std::error::Error for DateError {}

/// The first two-digit year that belongs to the previous century, unless `--date-pivot` says otherwise: 68 is 2068, 69 is 1969, as in POSIX.
pub const FIRST_OF_1900S: u32 = 69;

/// The day that a text states. `order` says how all-numeric dates with the year last are written; other forms are unambiguous, and dots mean day,
/// month, year. Two-digit years from [`FIRST_OF_1900S`] on mean the previous century.
///
/// # Errors
/// If the text states no day, or an ambiguous one.
pub fn parse(text: &[u8], order: Option<DateOrder>) -> Result<Day, DateError> {
    match text {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] => {
            if let (Some(year), Some(month), Some(day)) =
                (number(&[*y1, *y2, *y3, *y4]), number(&[*m1, *m2]), number(&[*d1, *d2]))
                && is_time(rest)
            {
                return day_of(year, month, day);
            }
        }
        [y1, y2, y3, y4, m1, m2, d1, d2] => {
            if let (Some(year), Some(month), Some(day)) =
                (number(&[*y1, *y2, *y3, *y4]), number(&[*m1, *m2]), number(&[*d1, *d2]))
            {
                return compact(year, month, day);
            }
        }
        _ => {}
    }
    parse_from(text, order, FIRST_OF_1900S)
}

/// The same, where two-digit years from `first_of_1900s` on mean the previous century.
///
/// # Errors
/// If the text states no day, or an ambiguous one.
pub fn parse_from(
    text: &[u8],
    order: Option<DateOrder>,
    first_of_1900s: u32,
) -> Result<Day, DateError> {
    let text = text.trim_ascii();
    match in_any_signs(text, order, first_of_1900s) {
        Err(DateError::Unknown) => weekday::without(text)
            .map_or(Err(DateError::Unknown), |date| in_any_signs(date, order, first_of_1900s)),
        known => known,
    }
}

fn in_any_signs(
    text: &[u8],
    order: Option<DateOrder>,
    first_of_1900s: u32,
) -> Result<Day, DateError> {
    match as_written(text, order, first_of_1900s) {
        Err(DateError::Unknown) => written::plain(text)
            .map_or(Err(DateError::Unknown), |plain| as_written(&plain, order, first_of_1900s)),
        known => known,
    }
}

fn as_written(
    text: &[u8],
    order: Option<DateOrder>,
    first_of_1900s: u32,
) -> Result<Day, DateError> {
    let text = without_closing_dot(text.trim_ascii());
    if let Some(result) = digits_alone(text).or_else(|| year_first(text)) {
        return result;
    }
    let Some(YearLast { first, second, year, separator, rest }) = YearLast::of(text) else {
        return words::parse(text, first_of_1900s);
    };
    if !is_time(rest) {
        return Err(DateError::Unknown);
    }
    let year = full_year(year, first_of_1900s);
    match order {
        _ if separator == b'.' => day_of(year, second, first),
        Some(DateOrder::Dmy) => day_of(year, second, first),
        Some(DateOrder::Mdy) => day_of(year, first, second),
        None if first == second => day_of(year, first, second),
        None => Err(DateError::Order),
    }
}

/// The birth date of someone alive on `by`: a two-digit year belongs to the last century that allows it.
///
/// # Errors
/// If the text states no day, or an ambiguous one.
pub fn parse_birth(text: &[u8], order: Option<DateOrder>, by: Day) -> Result<Day, DateError> {
    let day = parse(text, order)?;
    if day <= by {
        return Ok(day);
    }
    // A four-digit year is the same in both readings.
    Ok(parse_from(text, order, 0).ok().filter(|earlier| *earlier <= by).unwrap_or(day))
}

/// The two numbers before the year, if the text is an all-numeric date with the year last and no dots: `4/13/2019`.
pub fn day_and_month(text: &[u8]) -> Option<(u32, u32)> {
    numbers_alone(text).map(|(first, second, _)| (first, second))
}

/// The same with the year, if it has two digits: `4/13/19`.
pub fn short_year(text: &[u8]) -> Option<(u32, u32, u32)> {
    numbers_alone(text).and_then(|(first, second, year)| Some((first, second, year.err()?)))
}

type Numbers = (u32, u32, Result<u32, u32>);

fn numbers_alone(text: &[u8]) -> Option<Numbers> {
    // Dates that begin with a year are by far the most frequent; four leading digits give them away.
    if text.len() < 6 || text[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let whole = |text| YearLast::of(text).filter(|date| is_time(date.rest));
    let date = whole(text).or_else(|| whole(weekday::without(text)?));
    let date = date.filter(|date| date.separator != b'.')?;
    Some((date.first, date.second, date.year))
}

/// Whether a text is all zeros, as databases write a missing date: `0`, `0000-00-00`, `00/00/0000`.
pub fn is_zeros(text: &[u8]) -> bool {
    text.contains(&b'0') && text.iter().all(|byte| b"0-/.: T".contains(byte))
}

/// Whether a day means "no end": the last days of calendars and databases, and customary ones.
pub fn is_endless(day: Day) -> bool {
    let (year, month, date) = day.ymd();
    year >= 9000 || (month, date) == (12, 31) && matches!(year, 2099 | 2999 | 3000 | 3999 | 4712)
}

/// Whether a day is the first of a spreadsheet's or database's calendar, written where a date is missing.
pub fn is_calendar_start(day: Day) -> bool {
    matches!(day.ymd(), (1900, 1, 1) | (1899, 12, 30 | 31) | (1753, 1, 1) | (1, 1, 1))
}

/// Whether a text is a filler for a missing date: zeros, or the first or last day of a calendar.
pub fn is_filler(text: &[u8]) -> bool {
    let stands_for_none = |day| is_endless(day) || is_calendar_start(day);
    is_zeros(text) || parse(text, Some(DateOrder::Mdy)).is_ok_and(stands_for_none)
}

/// Whether a text gives a day, whatever the order of its numbers.
pub fn gives_day(text: &[u8]) -> bool {
    [DateOrder::Mdy, DateOrder::Dmy].into_iter().any(|order| parse(text, Some(order)).is_ok())
        && !is_filler(text)
}

/// Dates from this year on are not dates of prescriptions.
pub const FIRST_WILD_YEAR: i32 = 2300;

/// `20150512`, `20150512.0`, `202108181126+0215`, `20150512093000.000-0500`; also `201505` and `2015`, which are not days.
fn digits_alone(text: &[u8]) -> Option<Result<Day, DateError>> {
    let (digits, rest) = text.split_at(leading_digits(text));
    match digits.len() {
        4 | 6 if rest.is_empty() => Some(Err(DateError::Incomplete)),
        7 if rest.is_empty() && matches!(digits, [b'1', b'9', ..] | [b'2', b'0', ..]) => {
            Some(of_year::day_of_year(number(&digits[..4])?, number(&digits[4..])?))
        }
        8 | 10 | 12 | 14 => {
            // A spreadsheet that took the date for a number adds decimals, a message fractions of a second.
            let tail = rest.strip_prefix(b".").map_or(rest, |rest| &rest[leading_digits(rest)..]);
            let is_zoned = digits.len() > 8 && is_zone(tail);
            Some(if is_zoned || is_time(tail) {
                of_compact(digits)
            } else {
                Err(DateError::Unknown)
            })
        }
        _ => None,
    }
}

fn of_compact(digits: &[u8]) -> Result<Day, DateError> {
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(number);
    let (Some(year), Some(month), Some(day)) = (part(0..4), part(4..6), part(6..8)) else {
        return Err(DateError::Unknown);
    };
    let below = |range, limit| part(range).is_none_or(|n| n < limit);
    if !(below(8..10, 25) && below(10..12, 60) && below(12..14, 61)) {
        return Err(DateError::Unknown);
    }
    compact(year, month, day)
}

/// Digits without separators are a date only if the year is plausible: `12345678` is a number, `1512011200` a time stamp.
fn compact(year: u32, month: u32, day: u32) -> Result<Day, DateError> {
    if (1800..3000).contains(&year) || year == 9999 {
        day_of(year, month, day)
    } else {
        Err(DateError::Unknown)
    }
}

/// `2015-5-12`, `2015/05/12`, `2015.05.12 09:30`, `2015-132`, `2015-W20-2`; also `2015-05`, which is not a day.
fn year_first(text: &[u8]) -> Option<Result<Day, DateError>> {
    let (year, rest) = (number(text.get(..4)?)?, &text[4..]);
    if let Some(result) = of_year::week(year, rest) {
        return Some(result);
    }
    let (separator, rest) = separator(rest)?;
    if let [_, _, _, rest @ ..] = rest
        && separator == b'-'
        && leading_digits(&text[5..]) == 3
        && is_time(rest)
    {
        return Some(of_year::day_of_year(year, number(&text[5..8])?));
    }
    let (month, rest) = short_number(rest)?;
    if rest.is_empty() {
        return Some(Err(DateError::Incomplete));
    }
    let (day, rest) = short_number(rest.strip_prefix(&[separator])?)?;
    Some(if is_time(rest) { day_of(year, month, day) } else { Err(DateError::Unknown) })
}

/// Each number of a date may be an ordinal, including the last, as in Hungarian and Croatian: `2026.03.05.`
fn without_closing_dot(text: &[u8]) -> &[u8] {
    let dated = text.strip_suffix(b".").filter(|dated| dated.contains(&b'.'));
    dated.map_or(text, <[u8]>::trim_ascii_end)
}

/// `4/13/2019`, `13.4.2019`, `13-04-19 09:30`.
struct YearLast<'a> {
    first: u32,
    second: u32,
    /// Four digits, or two.
    year: Result<u32, u32>,
    separator: u8,
    rest: &'a [u8],
}

impl<'a> YearLast<'a> {
    fn of(text: &'a [u8]) -> Option<Self> {
        let (first, rest) = short_number(text)?;
        let (separator, rest) = separator(rest)?;
        let (second, rest) = short_number(rest)?;
        let rest = rest.strip_prefix(&[separator])?;
        let length = leading_digits(rest);
        let digits = number(&rest[..length])?;
        let year = match length {
            4 => Ok(digits),
            2 => Err(digits),
            _ => return None,
        };
        Some(Self { first, second, year, separator, rest: &rest[length..] })
    }
}

/// A four-digit year, or what a two-digit year means.
fn full_year(year: Result<u32, u32>, first_of_1900s: u32) -> u32 {
    year.unwrap_or_else(|short| if short < first_of_1900s { 2000 + short } else { 1900 + short })
}

fn separator(text: &[u8]) -> Option<(u8, &[u8])> {
    text.split_first()
        .filter(|(byte, _)| matches!(byte, b'/' | b'-' | b'.'))
        .map(|(byte, rest)| (*byte, rest))
}

/// One or two digits, and the rest.
fn short_number(text: &[u8]) -> Option<(u32, &[u8])> {
    let length = leading_digits(text);
    if !(1..=2).contains(&length) {
        return None;
    }
    Some((number(&text[..length])?, &text[length..]))
}

fn leading_digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The number that these digits form; `None` if there are too many.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0u32, |n, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        n.checked_mul(10)?.checked_add(digit)
    })
}

fn day_of(year: u32, month: u32, day: u32) -> Result<Day, DateError> {
    Day::from_ymd(year as i32, month, day).ok_or(DateError::Impossible)
}

/// Whether what follows a date is nothing, a time of day, a zone, or both.
fn is_time(rest: &[u8]) -> bool {
    let time = match rest {
        [] => return true,
        // Cerner: 07/20/2025 @ 0900, 07/20/2025 at 0900.
        [b'T' | b't' | b' ', time @ ..] => {
            let time = time.trim_ascii_start();
            let behind_sign = time.strip_prefix(b"@").or_else(|| time.strip_prefix(b"at "));
            behind_sign.map_or(time, <[u8]>::trim_ascii_start)
        }
        // JavaScript: 3/1/2026, 2:30:00 PM
        [b',', b' ', time @ ..] if time.contains(&b':') => time,
        [b'@', time @ ..] => time, // VistA: JUL 20 2025@09:00
        [b'-', time @ ..] if is_dotted_time(time) => return true, // DB2: 2025-07-20-09.30.00.000000
        [b':', time @ ..] => time, // SAS: 12MAY2015:09:30:00
        // After a bare day, `-12` is a stray number.
        _ => return is_zone(rest) && rest.len() != 3,
    };
    let hours = leading_digits(time);
    let rest = &time[hours..];
    match hours {
        // Minutes, seconds, fractions, half of the day, zone.
        1 | 2
            if matches!(
                rest.first(),
                None | Some(b':' | b' ' | b'A' | b'P' | b'a' | b'p' | b'Z' | b'.')
            ) =>
        {
            rest.iter()
                .all(|byte| byte.is_ascii_digit() || b":.,+-ZzAaPpMmUuTtCcGgEeSsDd ".contains(byte))
        }
        4 | 6 => {
            is_zone(rest.strip_prefix(b".").map_or(rest, |rest| &rest[leading_digits(rest)..]))
        }
        _ => false,
    }
}

/// `09.30.00.000000`
fn is_dotted_time(time: &[u8]) -> bool {
    matches!(time, [h1, h2, b'.', m1, m2, b'.', rest @ ..]
        if [h1, h2, m1, m2].iter().all(|byte| byte.is_ascii_digit())
            && rest.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.'))
}

/// `Z`, `+02:00`, `-0500` or nothing.
fn is_zone(rest: &[u8]) -> bool {
    match rest {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', zone @ ..] => {
            let digits = zone.iter().filter(|byte| byte.is_ascii_digit()).count();
            matches!(digits, 2 | 4)
                && zone.iter().all(|byte| byte.is_ascii_digit() || *byte == b':')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, order: Option<DateOrder>) -> Result<String, DateError> {
        parse(text.as_bytes(), order).map(|day| day.to_string())
    }

    #[test]
    fn forms_that_say_their_order() {
        for (text, day) in [
            ("2015-05-12", "2015-05-12"),
            ("20150512", "2015-05-12"),
            ("20150512.0", "2015-05-12"),
            ("20150512T0930", "2015-05-12"),
            ("2015/5/12", "2015-05-12"),
            ("2015.05.12", "2015-05-12"),
            ("2023-09-05 04:52:06.000000", "2023-09-05"),
            ("2146-02-08 00:00:00.000", "2146-02-08"),
            ("1998-02-02T17:16:12Z", "1998-02-02"),
            ("1973-10-24T20:42:24+12:00", "1973-10-24"),
            ("2015-05-12Z", "2015-05-12"),
            ("2015-05-12+02:00", "2015-05-12"),
            ("2015-05-12 9:30 PM", "2015-05-12"),
            ("2015-05-12 00:00:00 UTC", "2015-05-12"),
            ("202108181126+0215", "2021-08-18"),
            ("202108181126+02", "2021-08-18"),
            ("19690531000000", "1969-05-31"),
            ("20150512093000.000-0500", "2015-05-12"),
            ("2015051209", "2015-05-12"),
            ("9999-12-12", "9999-12-12"),
            ("99991231", "9999-12-31"),
            ("2099-12-31", "2099-12-31"),
            ("12-MAY-2015", "2015-05-12"),
            ("01-Mar-2015", "2015-03-01"),
            ("12MAY2015", "2015-05-12"),
            ("12MAY2015:09:30:00", "2015-05-12"),
            ("Mar 5, 2026", "2026-03-05"),
            ("March 5 2026", "2026-03-05"),
            ("5 March 2026", "2026-03-05"),
            ("5. March 2026", "2026-03-05"),
            ("5th March, 2026 10:15", "2026-03-05"),
            ("Thu, 05 Mar 2026 10:15:00 GMT", "2026-03-05"),
            ("R8.3.12", "2026-03-12"),
            ("H31/04/30", "2019-04-30"),
            ("Thu Mar 5 2026", "2026-03-05"),
            ("2026-Mar-05", "2026-03-05"),
            ("2026 March 5", "2026-03-05"),
            ("Sept 5, 2026", "2026-09-05"),
            ("05/05/2019", "2019-05-05"),
            ("01.03.26", "2026-03-01"),
            ("13.4.2019", "2019-04-13"),
            ("2026.03.05.", "2026-03-05"),
            ("5. 3. 2026.", "2026-03-05"),
            ("03.04.2025 09:30", "2025-04-03"),
            ("1-Mar-26", "2026-03-01"),
            ("12-MAY-69", "1969-05-12"),
            ("12-MAY-68", "2068-05-12"),
            ("2026-W09-7", "2026-03-01"),
            ("2026W097", "2026-03-01"),
            ("JUL 20 2025@09:00", "2025-07-20"),
            ("20-JUL-25 12.00.00.000000 AM", "2025-07-20"),
            ("2025-07-20-00.00.00.000000", "2025-07-20"),
            ("Sun 07/07/2025", "2025-07-07"),
            ("2020-W53-5", "2021-01-01"),
            ("2026-060", "2026-03-01"),
            ("2026060", "2026-03-01"),
            ("2024-366", "2024-12-31"),
            ("5. März 2026", "2026-03-05"),
            ("05-Dez-2026", "2026-12-05"),
            ("1er août 2026", "2026-08-01"),
            ("5 juil. 2026", "2026-07-05"),
            ("15 févr. 2026", "2026-02-15"),
            ("5 de marzo de 2026", "2026-03-05"),
            ("01-ABR-2026", "2026-04-01"),
            ("5 de março de 2026", "2026-03-05"),
            ("05/set/2026", "2026-09-05"),
            ("5 maggio 2026", "2026-05-05"),
            ("5 mei 2026", "2026-05-05"),
            ("5 mrt 2026", "2026-03-05"),
            ("5 października 2026", "2026-10-05"),
            ("5. června 2026", "2026-06-05"),
            ("5. července 2026", "2026-07-05"),
            ("5 марта 2026 г.", "2026-03-05"),
            ("5 мая 2026", "2026-05-05"),
            ("5 Μαρτίου 2026", "2026-03-05"),
            ("5 Ιουν 2026", "2026-06-05"),
            ("5 Ağustos 2026", "2026-08-05"),
            ("05 Şub 2026", "2026-02-05"),
            ("2026年3月1日", "2026-03-01"),
            ("2026年03月01日 10:30", "2026-03-01"),
            ("2026년 3월 1일", "2026-03-01"),
            ("2026. 3. 1.", "2026-03-01"),
            ("令和8年3月1日", "2026-03-01"),
            ("２０２６－０３－０１", "2026-03-01"),
            ("٢٠٢٦-٠٣-٠١", "2026-03-01"),
            ("2026–03–01", "2026-03-01"),
            ("'2026-03-01", "2026-03-01"),
            ("Sun Mar 01 2026 00:00:00 GMT+0000 (UTC)", "2026-03-01"),
            ("1.3.2026 klo 9.30", "2026-03-01"),
            ("2026-03-01 @ 1405", "2026-03-01"),
            ("01.03.2026, 14:30 Uhr", "2026-03-01"),
            ("01.03.2026 14:30 Uhr", "2026-03-01"),
            ("13.03.2026 14h30", "2026-03-13"),
            ("14:30 2026-03-01", "2026-03-01"),
            ("8:30 AM 01.03.2026", "2026-03-01"),
            ("2026-03-01 (Sun)", "2026-03-01"),
            ("Mo, 02.03.2026", "2026-03-02"),
            ("Mo 02.03.2026", "2026-03-02"),
            ("Mo. 02.03.26", "2026-03-02"),
            ("Do., 5. März 2026", "2026-03-05"),
            ("Freitag, den 6. März 2026", "2026-03-06"),
            ("Mi, 04.03.2026 14:30 Uhr", "2026-03-04"),
            ("2026-03-02 (Mo)", "2026-03-02"),
            ("02.03.2026 (Montag)", "2026-03-02"),
            ("02.03.2026, Mo", "2026-03-02"),
            ("2026-03-02 Mon", "2026-03-02"),
            ("Thurs. Mar 5, 2026", "2026-03-05"),
            ("lundi 2 mars 2026", "2026-03-02"),
            ("mar. 3 mars 2026", "2026-03-03"),
            ("mardi 03.03.2026", "2026-03-03"),
            ("sam 7 mars 2026", "2026-03-07"),
            ("lunes, 2 de marzo de 2026", "2026-03-02"),
            ("segunda-feira, 2 de março de 2026", "2026-03-02"),
            ("lunedì 2 marzo 2026", "2026-03-02"),
            ("ma 2 mrt 2026", "2026-03-02"),
            ("poniedziałek, 2 marca 2026", "2026-03-02"),
            ("śr. 04.03.2026", "2026-03-04"),
            ("pondělí 2. března 2026", "2026-03-02"),
            ("måndag 2 mars 2026", "2026-03-02"),
            ("lör 2026-03-07", "2026-03-07"),
            ("пн 02.03.2026", "2026-03-02"),
            ("2026-03-02（月）", "2026-03-02"),
            ("2026年3月2日(月)", "2026-03-02"),
            ("2026 03 01", "2026-03-01"),
            ("2026_03_01", "2026-03-01"),
            ("Mar 1 '26", "2026-03-01"),
            ("3260301", "2026-03-01"),
            ("3260301.1435", "2026-03-01"),
            ("/Date(1772323200000)/", "2026-03-01"),
            ("1.III.2026", "2026-03-01"),
            ("1. maaliskuuta 2026", "2026-03-01"),
            ("3. marraskuuta 2026", "2026-11-03"),
            ("1. marts 2026", "2026-03-01"),
            ("2026. március 1.", "2026-03-01"),
            ("1 martie 2026", "2026-03-01"),
            ("1 березня 2026", "2026-03-01"),
        ] {
            assert_eq!(read(text, None).as_deref(), Ok(day), "{text}");
        }
    }

    #[test]
    fn numbers_alone_with_the_year_last_need_an_order() {
        for (text, dmy, mdy) in [
            ("4/4/2019", Ok("2019-04-04"), Ok("2019-04-04")),
            ("09/26/2026", Err(DateError::Impossible), Ok("2026-09-26")),
            ("20/09/2025", Ok("2025-09-20"), Err(DateError::Impossible)),
            ("3/14/2026", Err(DateError::Impossible), Ok("2026-03-14")),
            ("3/21/26", Err(DateError::Impossible), Ok("2026-03-21")),
            ("3/21/2026 12:00:00 AM", Err(DateError::Impossible), Ok("2026-03-21")),
            ("lun. 02/03/2026", Ok("2026-03-02"), Ok("2026-02-03")),
            ("20/03/2026 (Fr)", Ok("2026-03-20"), Err(DateError::Impossible)),
            ("03-04-25", Ok("2025-04-03"), Ok("2025-03-04")),
            ("3-4-2025 12:00:00 AM", Ok("2025-04-03"), Ok("2025-03-04")),
            ("03/04/2025T10:00", Ok("2025-04-03"), Ok("2025-03-04")),
        ] {
            assert_eq!(read(text, Some(DateOrder::Dmy)).as_deref().map_err(|&e| e), dmy, "{text}");
            assert_eq!(read(text, Some(DateOrder::Mdy)).as_deref().map_err(|&e| e), mdy, "{text}");
            let (first, second) = day_and_month(text.as_bytes()).unwrap();
            if first != second {
                assert_eq!(read(text, None), Err(DateError::Order), "{text}");
            }
        }
        for text in [
            "2019-04-05",
            "20190405",
            "2019/4/5",
            "12-MAY-2015",
            "",
            "1/2/3",
            "abc",
            "03/04-2025",
            "03/04/20255",
            "03.04.2025",
            "13.4.25",
        ] {
            assert_eq!(day_and_month(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_birth_date_precedes_the_record() {
        let by = Day::from_iso("2026-03-05").unwrap();
        let mdy = Some(DateOrder::Mdy);
        for (text, born) in [
            ("3/14/45", "1945-03-14"),
            ("3/14/26", "1926-03-14"),
            ("3/5/26", "2026-03-05"),
            ("14-Mar-08", "2008-03-14"),
            ("3/14/2045", "2045-03-14"),
            ("1945-03-14", "1945-03-14"),
        ] {
            let day = parse_birth(text.as_bytes(), mdy, by).map(|day| day.to_string());
            assert_eq!(day.as_deref(), Ok(born), "{text}");
        }
    }

    #[test]
    fn fillers_are_known() {
        for text in ["0", "0000-00-00", "00/00/0000", "00000000", "0000-00-00 00:00:00"] {
            assert!(is_zeros(text.as_bytes()), "{text}");
        }
        assert!(!["", "-", "10", "2000-00-00"].iter().any(|text| is_zeros(text.as_bytes())));
        let day = |text| Day::from_iso(text).unwrap();
        assert!(["9999-12-31", "9999-12-12", "2099-12-31"].iter().all(|d| is_endless(day(d))));
        assert!(!["2099-12-30", "2026-12-31"].iter().any(|d| is_endless(day(d))));
        assert!(["1900-01-01", "1899-12-30"].iter().all(|d| is_calendar_start(day(d))));
        assert!(!is_calendar_start(day("1900-01-02")));
    }

    #[test]
    fn what_is_not_a_day_says_why() {
        for (text, error) in [
            ("", DateError::Unknown),
            ("2011", DateError::Incomplete),
            ("201105", DateError::Incomplete),
            ("2011-05", DateError::Incomplete),
            ("March 2026", DateError::Incomplete),
            ("19499517", DateError::Impossible),
            ("2015-02-29", DateError::Impossible),
            ("2015-00-10", DateError::Impossible),
            ("31-JUN-2015", DateError::Impossible),
            ("2026-W09", DateError::Incomplete),
            ("2026-W54-1", DateError::Impossible),
            ("2025-366", DateError::Impossible),
            ("2026000", DateError::Impossible),
            ("31.02.2026", DateError::Impossible),
            ("5 jui 2026", DateError::Unknown),
            ("45321", DateError::Unknown),
            ("45321.5", DateError::Unknown),
            ("1577836800000", DateError::Unknown),
            ("1512011200", DateError::Unknown),
            ("12345678", DateError::Unknown),
            ("2015-05-12x", DateError::Unknown),
            // A key held too long: a two-digit time zone never follows a bare day.
            ("2026-003-12", DateError::Unknown),
            ("2026-03-05-12", DateError::Unknown),
            ("20260305-12", DateError::Unknown),
            ("2015-05-12 (est.)", DateError::Unknown),
            ("2015-05-12 2015-05-13", DateError::Unknown),
            ("99:99", DateError::Unknown),
            ("20251399", DateError::Impossible),
            ("5 Foo 2026", DateError::Unknown),
            ("ca 02.03.2026", DateError::Unknown),
            ("to 02.03.2026", DateError::Unknown),
            ("pending 02.03.2026", DateError::Unknown),
            ("mar 5", DateError::Unknown),
            ("-1440", DateError::Unknown),
        ] {
            assert_eq!(read(text, Some(DateOrder::Mdy)), Err(error), "{text}");
        }
    }

    #[test]
    fn more_than_four_digits_are_not_a_year() {
        assert!(number(b"99999999999").is_none() && number(b"2026") == Some(2026));
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let alphabet = b"0129-/. T:Zma\xFF";
        let mut text = Vec::new();
        for number in 0..alphabet.len().pow(4) {
            text.clear();
            let mut n = number;
            for _ in 0..4 {
                text.push(alphabet[n % alphabet.len()]);
                n /= alphabet.len();
            }
            let _ = parse(&text, Some(DateOrder::Dmy));
            let long = [&b"2015-05-12"[..], &text].concat();
            let _ = (
                parse(&long, None),
                day_and_month(&long),
                parse(&[&text[..], b"2015"].concat(), None),
            );
        }
    }
}
