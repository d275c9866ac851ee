//! Days' supply as it is written: a number of days, a number with its unit, `8/52`, `P56D`.

use std::borrow::Cow;

use super::days::{narrow, number};
use rxlint_model::quantity::days_beside;
use rxlint_model::record::{Field, Record, decode};
use rxlint_model::time_unit::{TimeUnit, fold};

/// More days than these in one record are not believed.
pub(crate) const MOST_DAYS: f64 = 366.0;

/// What a record says about its days' supply.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Supply {
    /// So many days.
    Days(f64),
    /// It is negative, or longer than a year.
    Unbelievable,
    /// Nothing, or nothing that can be read.
    None,
}

/// The days' supply that a cell gives, in the unit of a second cell if there is one.
pub fn of(cell: &[u8], unit: &[u8]) -> Supply {
    match days(cell, unit) {
        Some(days) if !(0.0..=MOST_DAYS).contains(&days) => Supply::Unbelievable,
        // Zero stands for unknown.
        Some(days) if days >= 0.5 => Supply::Days(days.round()),
        _ => Supply::None,
    }
}

/// The days' supply that a record states: in its own cell, or else beside its quantity, `270 for 90 days`.
pub fn stated(record: &Record<'_>) -> Supply {
    let cell = record.text(Field::DaysSupply);
    if !cell.is_empty() {
        return of(cell, record.text(Field::DaysUnit));
    }
    match days_beside(record.text(Field::Quantity)) {
        Some(days) if !(0.0..=MOST_DAYS).contains(&days) => Supply::Unbelievable,
        Some(days) if days >= 0.5 => Supply::Days(days.round()),
        _ => Supply::None,
    }
}

fn days(cell: &[u8], unit: &[u8]) -> Option<f64> {
    if unit.is_empty() {
        if let 1..=15 = cell.len()
            && cell.iter().all(u8::is_ascii_digit)
        {
            return number(cell);
        }
        return written(&in_digits(&narrow(&decode(cell))));
    }
    let alone = number(cell).filter(|_| !cell.iter().any(u8::is_ascii_alphabetic));
    match alone.or_else(|| count(&decode(cell))) {
        Some(count) => Some(count * days_in(&decode(unit))?),
        // The cell names its unit itself.
        None => written(&in_digits(&narrow(&decode(cell)))),
    }
}

/// The text with its English words for numbers as digits: `ninety days`, `twenty-eight`, `one month`.
fn in_digits(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST_IN_WORDS || !text.contains(|c: char| c.is_ascii_alphabetic()) {
        return Cow::Borrowed(text);
    }
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    if !words.iter().any(|word| word_number(word).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut parts: Vec<String> = Vec::new();
    let mut sum: Option<u32> = None;
    for word in words {
        match (sum, word_number(word)) {
            (Some(tens), Some(100)) if tens < 10 => sum = Some(tens * 100),
            // Twenty-eight, a hundred eighty.
            (Some(tens), Some(number))
                if tens >= 20 && number < 10 || tens >= 100 && number < 100 =>
            {
                sum = Some(tens + number);
            }
            (Some(before), Some(number)) => {
                parts.push(before.to_string());
                sum = Some(number);
            }
            (None, Some(number)) => sum = Some(number),
            (before, None) => {
                parts.extend(before.map(|number| number.to_string()));
                parts.push(word.to_owned());
                sum = None;
            }
        }
    }
    parts.extend(sum.map(|number| number.to_string()));
    Cow::Owned(parts.join(" "))
}

/// Longer texts are sentences.
const LONGEST_IN_WORDS: usize = 40;

/// The number that a word is.
fn word_number(word: &str) -> Option<u32> {
    const SMALL: [&str; 19] = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] =
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let at = |list: &[&str]| list.iter().position(|known| *known == word).map(|at| at as u32);
    let tens = || at(&TENS).map(|at| (at + 2) * 10);
    at(&SMALL).map(|at| at + 1).or_else(tens).or_else(|| (word == "hundred").then_some(100))
}

/// Words of a length that is not in days: `monthly`.
fn is_length(word: &str) -> bool {
    const LENGTHS: [&str; 13] = [
        "day",
        "days",
        "week",
        "weeks",
        "weekly",
        "month",
        "months",
        "monthly",
        "quarter",
        "quarterly",
        "year",
        "yearly",
        "annual",
    ];
    LENGTHS.contains(&word) || is_endless(word)
}

fn is_endless(word: &str) -> bool {
    const ENDLESS: [&str; 15] = [
        "ongoing",
        "lifelong",
        "indefinite",
        "indefinitely",
        "chronic",
        "continuous",
        "continuously",
        "continuing",
        "continues",
        "permanent",
        "present",
        "current",
        "open",
        "laufend",
        "dauerhaft",
    ];
    ENDLESS.contains(&word)
}

/// Whether a cell says in words that there is no end: `ongoing`, where others write the last day of a calendar.
pub(super) fn goes_on(cell: &[u8]) -> bool {
    const SAYS: [&str; 14] = [
        "active",
        "continue",
        "continued",
        "cont",
        "long term",
        "longterm",
        "no end",
        "no end date",
        "no stop date",
        "still taking",
        "to date",
        "to present",
        "until further notice",
        "now",
    ];
    if !cell.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let text = decode(cell).to_ascii_lowercase().replace('-', " ");
    let text = text.trim_matches([' ', '.']);
    is_endless(text) || SAYS.contains(&text)
}

/// Whether a cell only fills the place of an unknown end: `--`, `none`, `(blank)`, the day before a spreadsheet's first.
pub(super) fn stands_for_no_end(cell: &[u8]) -> bool {
    const SAYS: [&str; 13] = [
        "none",
        "none recorded",
        "not recorded",
        "not specified",
        "nil",
        "unknown",
        "unk",
        "blank",
        "empty",
        "n/a",
        "1/0/1900",
        "01/00/1900",
        "0 jan 1900",
    ];
    let text = decode(cell).to_lowercase();
    let text = text.trim_matches([' ', '.', '(', ')', '<', '>', '[', ']']);
    !text.contains(char::is_alphanumeric) || SAYS.contains(&text)
}

/// Whether the days' supply of a record says something about a length that cannot be read.
pub fn is_unread(record: &Record<'_>) -> bool {
    let cell = record.text(Field::DaysSupply);
    let (text, unit) = (decode(cell), record.text(Field::DaysUnit));
    let text = narrow(&text).into_owned();
    let lower = text.to_lowercase();
    let says = || {
        text.contains(|c: char| ('1'..='9').contains(&c))
            || lower
                .split(|c: char| !c.is_alphabetic())
                .any(|word| is_length(word) || word_number(word).is_some())
    };
    !cell.is_empty() && of(cell, unit) == Supply::None && days(cell, unit).is_none() && says()
}

/// A count with the letters of its column before or after it: `90 DS`, `DS: 90`, `D90`, `90-day`.
fn labelled(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    let is_joint = |c: char| matches!(c, ' ' | ':' | '-' | '=' | '.' | '#');
    let before = ["ds", "d", "days", "day"].iter().find_map(|label| lower.strip_prefix(label));
    let behind = || {
        ["ds", "days", "day", "d"]
            .iter()
            .find_map(|label| lower.strip_suffix(label))
            .filter(|_| lower.len() > 1)
    };
    let count = before.or_else(behind)?.trim_matches(is_joint);
    let is_whole = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    is_whole.then(|| number(count.as_bytes())).flatten()
}

/// `56`, `8 weeks`, `1 month 4 weeks`, `approx 56`, `8/52`, `P8W`; `None` if some of it cannot be read.
fn written(text: &str) -> Option<f64> {
    let parted = without_hyphens(text.trim());
    let text = parted.as_ref();
    let whole = of_weeks_and_months(text).or_else(|| iso(text)).or_else(|| labelled(text));
    if let Some(days) = whole.or_else(|| count(text)) {
        return Some(days);
    }
    if has_another_number(text) {
        return None;
    }
    // What stands in brackets says it a second time: `Week(s)`, `56 days (8 weeks)`.
    let mut rest = text.split(['(', '[']).next()?.trim();
    let (mut sum, mut counts) = (0.0, 0);
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')))
            .unwrap_or(rest.len());
        if end == 0 {
            let (word, after) = split_word(rest)?;
            const NO_MATTER: [&str; 30] = [
                "approx",
                "approximately",
                "about",
                "ca",
                "circa",
                "environ",
                "etwa",
                "for",
                "fur",
                "pour",
                "para",
                "supply",
                "supp",
                "suppl",
                "sup",
                "supplied",
                "ds",
                "and",
                "und",
                "et",
                "y",
                "e",
                "of",
                "x",
                "total",
                "cirka",
                "okolo",
                "noin",
                "aprox",
                "tot",
            ];
            if !NO_MATTER.contains(&word.as_str()) {
                return None;
            }
            rest = after;
            continue;
        }
        let count = number(&rest.as_bytes()[..end])?;
        rest = rest[end..].trim_start();
        let unit = split_word(rest).and_then(|(word, after)| Some((days_in(&word)?, after)));
        match unit {
            Some((days, after)) => (sum, rest) = (sum + count * days, after),
            // A number without a unit must be the only one.
            None if counts == 0 && rest.is_empty() => sum = count,
            None => return None,
        }
        counts += 1;
    }
    (counts > 0).then_some(sum)
}

/// Whether two numbers without a word stand in a cell: `14 (28)` is a quantity and its days, in either order.
fn has_another_number(text: &str) -> bool {
    let Some((before, inner)) = text.split_once(['(', '[']) else { return false };
    let bare = |part: &str| number(part.trim_matches([' ', ')', ']', '#']).as_bytes());
    let is_bare = |part: &str| !part.contains(char::is_alphabetic);
    let differ = || bare(before).zip(bare(inner)).is_some_and(|(one, other)| one != other);
    is_bare(before) && is_bare(inner) && differ()
}

/// The text without hyphens before letters, which only join words: `7-day supply`.
fn without_hyphens(text: &str) -> Cow<'_, str> {
    let is_joint =
        |at: usize| at > 0 && text[at + 1..].trim_start().starts_with(char::is_alphabetic);
    if !text.match_indices('-').any(|(at, _)| is_joint(at)) {
        return Cow::Borrowed(text);
    }
    let plain = |(at, c): (usize, char)| if c == '-' && is_joint(at) { ' ' } else { c };
    Cow::Owned(text.char_indices().map(plain).collect())
}

/// The next word, folded, and what follows it.
fn split_word(text: &str) -> Option<(String, &str)> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let rest = text[end..]
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ':' | '='));
    (end > 0).then(|| (fold(&text[..end]), rest))
}

/// British notation: `10/7` days, `8/52` weeks, `2/12` months.
fn of_weeks_and_months(text: &str) -> Option<f64> {
    let (count, part) = text.split_once('/')?;
    let count: f64 = count.trim().parse::<u16>().ok()?.into();
    match part.trim() {
        "7" => Some(count),
        "52" => Some(count * WEEK),
        "12" => Some(count * MONTH),
        _ => None,
    }
}

/// A number without a unit that is marked as an estimate or by a note below the table, or is packs times days: `~84`,
/// `84 est`, `84*`, `28x3`.
fn count(text: &str) -> Option<f64> {
    const ESTIMATES: [&str; 4] = ["est", "estimated", "approx", "ca"];
    let text = text.trim().trim_start_matches(['~', '≈']).trim_end_matches('*');
    let lower = text.trim_end_matches('.').to_lowercase();
    let bare = ESTIMATES.iter().find_map(|word| lower.strip_suffix(word)).unwrap_or(&lower);
    let whole = |part: &str| part.trim().parse::<u16>().ok().filter(|count| *count > 0);
    match bare.split_once(['x', '×', '*']) {
        Some((packs, days)) => Some(f64::from(whole(packs)?) * f64::from(whole(days)?)),
        None => whole(bare).map(f64::from),
    }
}

/// A duration of ISO 8601: `P56D`, `P8W`, `P1M10D`, `PT48H`.
fn iso(text: &str) -> Option<f64> {
    let mut rest = text.strip_prefix(['P', 'p']).filter(|rest| !rest.is_empty())?;
    let (mut sum, mut of_time) = (0.0, false);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(['T', 't']) {
            (rest, of_time) = (after, true);
            continue;
        }
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let count: f64 = rest[..end].parse().ok()?;
        let days = match (rest[end..].chars().next()?.to_ascii_uppercase(), of_time) {
            ('Y', false) => YEAR,
            ('M', false) => MONTH,
            ('W', false) => WEEK,
            ('D', false) => 1.0,
            ('H', true) => 1.0 / 24.0,
            ('M', true) => 1.0 / 1440.0,
            ('S', true) => 1.0 / 86_400.0,
            _ => return None,
        };
        sum += count * days;
        rest = &rest[end + 1..];
    }
    // A part of a day takes up a day.
    Some(f64::ceil(sum * (1.0 - 1e-9)))
}

const WEEK: f64 = 7.0;
const MONTH: f64 = 30.0;
const YEAR: f64 = 365.0;

/// How many days a unit has.
fn days_in(unit: &str) -> Option<f64> {
    TimeUnit::of(unit).map(|unit| unit.days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, unit: &str) -> Supply {
        of(cell.as_bytes(), unit.as_bytes())
    }

    #[test]
    fn a_cell_with_its_unit() {
        for (cell, days) in [
            ("30", 30.0),
            ("056", 56.0),
            ("56.0", 56.0),
            ("30 days", 30.0),
            ("30D", 30.0),
            ("56 Day(s)", 56.0),
            ("8 weeks", 56.0),
            ("8 week(s)", 56.0),
            ("2 mo", 60.0),
            ("2 months", 60.0),
            ("1.5 months", 45.0),
            ("1 month 4 weeks", 58.0),
            ("56 days (8 weeks)", 56.0),
            ("30 days supply", 30.0),
            ("approx 56", 56.0),
            ("ca. 8 Wochen", 56.0),
            ("8/52", 56.0),
            ("2/12", 60.0),
            ("10/7", 10.0),
            ("P56D", 56.0),
            ("P8W", 56.0),
            ("P1M10D", 40.0),
            ("PT36H", 2.0),
            ("56 Tage", 56.0),
            ("56 jours", 56.0),
            ("8 semanas", 56.0),
            ("2 meses", 60.0),
            ("2 miesiące", 60.0),
            ("1 year", 365.0),
            ("90-day", 90.0),
            ("7-day supply", 7.0),
            ("7-Day-Supply", 7.0),
            ("7 days-supply", 7.0),
            ("7 DAYS SUPP", 7.0),
            ("Supply: 7 days", 7.0),
            ("2-week supply", 14.0),
            ("90 DS", 90.0),
            ("90DS", 90.0),
            ("DS 90", 90.0),
            ("DS: 90", 90.0),
            ("D90", 90.0),
            ("９０", 90.0),
            ("３０日", 30.0),
            ("90 дней", 90.0),
            ("2 týdny", 14.0),
            ("ninety", 90.0),
            ("twenty-eight days", 28.0),
            ("three months", 90.0),
            ("one hundred eighty", 180.0),
            ("84 vrk", 84.0),
            ("12 vk", 84.0),
            ("3 kk", 90.0),
            ("12 tyg.", 84.0),
            ("3 mies.", 90.0),
            ("12 wkn", 84.0),
            ("3 mnd", 90.0),
            ("12 v", 84.0),
            ("90 dgr", 90.0),
            ("84*", 84.0),
            ("~84", 84.0),
            ("84 est", 84.0),
            ("28x3", 84.0),
            ("3 x 28", 84.0),
        ] {
            assert_eq!(read(cell, ""), Supply::Days(days), "{cell}");
        }
    }

    #[test]
    fn a_number_beside_a_cell_with_its_unit() {
        for (cell, unit, days) in [
            ("8", "Week(s)", 56.0),
            ("2", "Month(s)", 60.0),
            ("28", "Day(s)", 28.0),
            ("8", "semaines", 56.0),
            ("8", "WK", 56.0),
            ("48", "hours", 2.0),
            ("1,5", "Monate", 45.0),
            ("8 weeks", "days", 56.0),
            ("P56D", "weeks", 56.0),
            ("12", "tyg.", 84.0),
            ("12", "vecka", 84.0),
            ("2", "fortnights", 28.0),
            ("~12", "wk", 84.0),
        ] {
            assert_eq!(read(cell, unit), Supply::Days(days), "{cell} {unit}");
        }
        for unit in ["Doses", "refills", "?", "tablets"] {
            assert_eq!(read("8", unit), Supply::None, "{unit} are no time");
        }
    }

    #[test]
    fn what_is_no_certain_number_of_days_gives_none() {
        for cell in
            ["", "0", "0.4", ">30", "30+", "4-6 weeks", "30 tablets", "until finished", "8/53", "P"]
        {
            assert_eq!(read(cell, ""), Supply::None, "{cell}");
        }
    }

    #[test]
    fn what_says_something_and_cannot_be_read_is_known() {
        let unread = |cell| {
            is_unread(&Record::of_cells(
                rxlint_model::record::Statement::Fill,
                &[(Field::DaysSupply, cell)],
            ))
        };
        for cell in [
            "90/30",
            "180 / 90",
            "monthly",
            "lifelong",
            "ninety or so",
            "90+",
            "9O",
            "1-90",
            "90 zorp",
            "30 tablets",
        ] {
            assert!(unread(cell), "{cell}");
        }
        for cell in ["", "0", "30", "90 DS", "PRN", "until finished", "?", "8 weeks", "400", "0.4"]
        {
            assert!(!unread(cell), "{cell}");
        }
    }

    #[test]
    fn more_than_a_year_and_less_than_nothing_are_not_believed() {
        for cell in ["367", "7000", "9999", "-30", "2 years", "14 months"] {
            assert_eq!(read(cell, ""), Supply::Unbelievable, "{cell}");
        }
        assert_eq!(read("366", ""), Supply::Days(366.0));
    }
}
