//! Ages as they are written: years, `36 months`, `17y 11m`, `P17Y`, `018M`, `17 11/12`; or a number whose unit is in a separate
//! column.

use crate::exposure::days::{narrow, number};
use rxlint_model::record::decode;

/// The unit of an age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Decades,
    Years,
    Months,
    Weeks,
    Days,
    Hours,
}

/// No human lives longer.
const OLDEST: f64 = 150.0;
/// Days in a year.
const YEAR: f64 = 365.2425;

/// The whole years of an age, with the unit of another cell if the first has none.
pub fn years(cell: &[u8], unit: &[u8]) -> Option<u16> {
    // Most are whole years.
    if unit.is_empty() && matches!(cell.len(), 1..=3) && cell.iter().all(u8::is_ascii_digit) {
        return number(cell).filter(|years| *years < OLDEST).map(|years| years as u16);
    }
    let unit = decode(unit);
    let beside = match unit.trim() {
        "" => Unit::Years,
        unit => of_code(unit).or_else(|| of_word(unit))?,
    };
    let text = decode(cell).to_lowercase();
    let age = without_sex(&text);
    let plain = || number(age.as_bytes()).map(|n| n * beside.in_years());
    let years = written(&narrow(age), beside).or_else(plain)?;
    // Ages in days are slightly off.
    Some(years + 1e-6).filter(|years| (0.0..OLDEST).contains(years)).map(|years| years as u16)
}

/// An age without the sex that is written next to it: `13/M`, `F / 17 y`.
fn without_sex(text: &str) -> &str {
    const SEXES: [&str; 10] = ["m", "f", "w", "h", "u", "o", "male", "female", "man", "woman"];
    let is_sex = |part: &str| SEXES.contains(&part.trim());
    match text.split_once('/') {
        Some((age, sex)) if is_sex(sex) => age.trim(),
        Some((sex, age)) if is_sex(sex) => age.trim(),
        _ => text,
    }
}

impl Unit {
    fn in_years(self) -> f64 {
        match self {
            Self::Decades => 10.0,
            Self::Years => 1.0,
            Self::Months => 1.0 / 12.0,
            Self::Weeks => 7.0 / YEAR,
            Self::Days => 1.0 / YEAR,
            Self::Hours => 1.0 / 24.0 / YEAR,
        }
    }
}

/// The codes of ages in safety reports (ICH E2B).
fn of_code(unit: &str) -> Option<Unit> {
    let units = [Unit::Decades, Unit::Years, Unit::Months, Unit::Weeks, Unit::Days, Unit::Hours];
    let at = ["800", "801", "802", "803", "804", "805"].iter().position(|code| *code == unit)?;
    units.get(at).copied()
}

fn of_word(word: &str) -> Option<Unit> {
    const WORDS: [(Unit, &[&str], &[&str]); 6] = [
        (
            Unit::Months,
            &[
                "month", "monat", "mois", "mese", "mesi", "maand", "miesi", "mth", "mnth", "manad",
                "måned", "månad",
            ],
            &["m", "mo", "mos", "mon", "mons", "mes", "mnd"],
        ),
        (
            Unit::Weeks,
            &["week", "woche", "semain", "seman", "settiman", "weken", "tydzie", "tygod", "veck"],
            &["w", "wk", "wks", "sem", "uge", "uger", "uke", "uker"],
        ),
        (
            Unit::Days,
            &[
                "day", "tag", "jour", "dias", "día", "giorn", "dagen", "dni", "dagar", "dager",
                "dage",
            ],
            &["d", "dy", "dys", "dia"],
        ),
        (Unit::Hours, &["hour", "stund", "heure", "hora"], &["h", "hr", "hrs"]),
        (Unit::Decades, &["decade"], &["dec"]),
        (
            Unit::Years,
            &["year", "jahr", "année", "annee", "anni", "anno", "año", "ano", "jaar", "lat", "rok"],
            &[
                "y",
                "yr",
                "yrs",
                "yo",
                "a",
                "j",
                "an",
                "ans",
                "år",
                "v",
                "years_old",
                "歳",
                "岁",
                "세",
            ],
        ),
    ];
    let word = word.trim().to_lowercase();
    let word = word.trim_end_matches(['.', ')', '(', 's']);
    let is = |(_, parts, whole): &&(Unit, &[&str], &[&str])| {
        whole.iter().any(|known| *known == word || known.trim_end_matches('s') == word)
            || parts.iter().any(|part| word.starts_with(part))
    };
    WORDS.iter().find(is).map(|(unit, ..)| *unit)
}

/// Numbers, each followed by its unit: `17y 11m`, `P17Y6M`, `17 11/12`. `None` if something in it is neither.
fn written(text: &str, beside: Unit) -> Option<f64> {
    let mut rest = text.trim().trim_start_matches("age").trim_start_matches([':', ' ', '~']);
    rest = rest
        .strip_prefix('p')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(rest);
    let (mut sum, mut last) = (0.0, None);
    while let Some((amount, after)) = leading_number(rest) {
        let word_end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let word = after[..word_end]
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '&' | '+'));
        let word = word.strip_suffix("and").unwrap_or(word).trim();
        let is_fraction = amount < 1.0 && last == Some(Unit::Years);
        let unit = match word {
            "" if last.is_none() || is_fraction => beside,
            "" => return None,
            word => {
                of_word(word.split([' ', '-', '/']).find(|part| !part.is_empty()).unwrap_or(word))?
            }
        };
        sum += amount * unit.in_years();
        last = Some(if word.is_empty() { beside } else { unit });
        rest = &after[word_end..];
    }
    (last.is_some() && rest.is_empty()).then_some(sum)
}

/// A number at the beginning, or a fraction (`11/12`), and what follows.
fn leading_number(text: &str) -> Option<(f64, &str)> {
    let digits =
        |text: &str| text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let end = digits(text);
    let whole: f64 = text[..end].parse().ok()?;
    if let Some(bottom) = text[end..].strip_prefix('/') {
        let bottom_end = digits(bottom);
        let parts: f64 = bottom[..bottom_end].parse().ok().filter(|parts| *parts > 0.0)?;
        return Some((whole / parts, &bottom[bottom_end..]));
    }
    Some((whole, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_with_their_units() {
        for (cell, unit, age) in [
            ("17", "", 17),
            ("17.9", "", 17),
            ("017", "", 17),
            ("36 months", "", 3),
            ("200 months", "", 16),
            ("130 mo", "", 10),
            ("200m", "", 16),
            ("216 months", "", 18),
            ("215 mos.", "", 17),
            ("300 days", "", 0),
            ("6500 days", "", 17),
            ("6575 days", "", 18),
            ("150 weeks", "", 2),
            ("5 wks", "", 0),
            ("3d", "", 0),
            ("17 y", "", 17),
            ("17yo", "", 17),
            ("17 y/o", "", 17),
            ("17 years old", "", 17),
            ("17y 11m", "", 17),
            ("15 yrs 3 mos", "", 15),
            ("17 years, 11 months", "", 17),
            ("17 years and 11 months", "", 17),
            ("18Y", "", 18),
            ("017Y", "", 17),
            ("018M", "", 1),
            ("P17Y", "", 17),
            ("P17Y6M", "", 17),
            ("P200M", "", 16),
            ("13/M", "", 13),
            ("F / 17 y", "", 17),
            ("9 mo/F", "", 0),
            ("17 11/12", "", 17),
            ("17 Jahre", "", 17),
            ("150", "months", 12),
            ("150", "M", 12),
            ("17", "Y", 17),
            ("17", "a", 17),
            ("17", "801", 17),
            ("200", "802", 16),
            ("4", "Decade", 40),
            ("100", "", 100),
        ] {
            assert_eq!(years(cell.as_bytes(), unit.as_bytes()), Some(age), "{cell} {unit}");
        }
    }

    #[test]
    fn what_is_no_age_is_none() {
        for (cell, unit) in [
            ("", ""),
            ("unknown", ""),
            ("-3", ""),
            ("999", ""),
            ("17", "mg"),
            ("adult", ""),
            ("17 11", ""),
        ] {
            assert_eq!(years(cell.as_bytes(), unit.as_bytes()), None, "{cell} {unit}");
        }
    }
}
