//! For how many days a record covers its patient, and on what that rests.

use crate::day::Day;
use crate::drug::{Dictionary, FormKind, Verdict};
use crate::exposure::Marks;
use crate::exposure::directions::Directions;
use crate::record::{Field, Record, Statement};

/// What a record says about its length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length {
    /// Days; 0 where the record gives none.
    pub days: u16,
    /// What else it says.
    pub marks: Marks,
}

/// A number in a cell: `30`, `30.0`, `1,000`, `30 days`; `None` for anything else.
pub fn number(bytes: &[u8]) -> Option<f64> {
    // Most are whole, and short enough to be exact.
    if matches!(bytes.len(), 1..=15) && bytes.iter().all(u8::is_ascii_digit) {
        return Some(bytes.iter().fold(0, |number: u64, digit| number * 10 + u64::from(digit - b'0')) as f64);
    }
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+'))).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let rest = rest.trim_start();
    // Letters after the number are a unit; an exponent is a spreadsheet's rounding.
    if !rest.is_empty()
        && (!rest.starts_with(char::is_alphabetic)
            || (rest.starts_with(['e', 'E']) && rest.len() > 1 && !rest[1..].starts_with(char::is_alphabetic)))
    {
        return None;
    }
    let plain = match digits.split_once(',') {
        // 1,000 is a thousand; 1,5 is one and a half.
        Some((_, tail)) if tail.len() == 3 && tail.bytes().all(|b| b.is_ascii_digit()) => digits.replace(',', ""),
        Some(_) if digits.matches(',').count() == 1 && !digits.contains('.') => digits.replace(',', "."),
        Some(_) => digits.replace(',', ""),
        None => digits.to_owned(),
    };
    plain.parse().ok().filter(|n: &f64| n.is_finite())
}

/// Days' supply: a number of days, or of weeks where that is written; any other unit is not certain, and not used.
fn supply(bytes: &[u8]) -> Option<f64> {
    let days = number(bytes)?;
    let unit: Vec<u8> = bytes.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    match unit.first() {
        None | Some(b'd') => Some(days),
        Some(b'w') => Some(days * 7.0),
        Some(_) => None,
    }
}

/// The length that a record gives: its stop date, its days' supply, or its quantity and directions, in that order; cut
/// by a later discontinue date. `first` is the first day; `date` reads a date cell.
pub fn of(record: &Record<'_>, first: Day, quantity: Option<f64>, directions: Directions, date: impl Fn(Field) -> Option<Day>) -> Length {
    let mut marks = Marks::default();
    let mut days = 0;
    let stop = date(Field::Stop);
    let ongoing = stop.is_some_and(is_ongoing);
    match stop.filter(|&stop| !is_ongoing(stop)) {
        Some(stop) if stop < first => {
            marks = marks.with(Marks::ENDS_EARLY).with(Marks::STOPPED);
            days = 1;
        }
        Some(stop) => {
            marks = marks.with(Marks::STOPPED);
            days = stop.since(first) + 1;
        }
        None if ongoing => {}
        None => {
            let supply = supply(record.text(Field::DaysSupply)).filter(|&days| days >= 0.5);
            let counted = || Some((quantity.filter(|&q| q > 0.0)? / directions.units_a_day()?).ceil()).filter(|&days| days >= 1.0);
            if let Some(supply) = supply {
                days = supply.round() as i32;
            } else if let Some(counted) = counted() {
                marks = marks.with(Marks::COUNTED);
                days = counted as i32;
            }
        }
    }
    if days == 0 && record.statement == Statement::Course {
        marks = marks.with(Marks::OPEN);
    }
    if let Some(discontinued) = date(Field::Discontinued).filter(|&day| day >= first && !is_ongoing(day)) {
        let until = discontinued.since(first) + 1;
        if days == 0 || until < days {
            days = until;
            marks = Marks(marks.0 & !Marks::OPEN.0).with(Marks::STOPPED);
        }
    }
    Length { days: days.clamp(0, i32::from(u16::MAX)) as u16, marks }
}

/// Stop dates that mean "still going on": the end of the calendar, and OMOP's customary one.
fn is_ongoing(day: Day) -> bool {
    let (year, month, date) = day.ymd();
    year >= 9000 || (year, month, date) == (2099, 12, 31)
}

/// How long a product lasts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnDuration {
    /// Days that a record covers at least, whatever it says: one injection or implant, or all its patches.
    pub at_least: i32,
    /// Days of a record that gives none: one unit's, times the units.
    pub by_units: i32,
}

/// How long a product lasts by itself; `None` where it has no duration of its own. A billed quantity (380 units of 1 mg)
/// is turned into units of the product first; a quantity that cannot count units (mL, rods of one implant) is one.
pub fn own_duration(dictionary: &Dictionary, verdict: &Verdict, quantity: Option<f64>) -> Option<OwnDuration> {
    let forms = verdict.components.iter().map(|c| dictionary.form(c.drug, c.form));
    let form = forms.filter(|form| form.days_each.is_some()).max_by_key(|form| form.days_each)?;
    let each = i32::from(form.days_each?);
    let units = match (quantity, verdict.billed_units) {
        _ if form.kind == FormKind::Implant => 1.0,
        (Some(quantity), Some(billed)) if billed > 0.0 => (quantity / f64::from(billed)).ceil(),
        (Some(quantity), None) if quantity.fract() == 0.0 && quantity <= MOST_UNITS => quantity,
        _ => 1.0,
    };
    let by_units = each * units.clamp(1.0, MOST_UNITS) as i32;
    Some(OwnDuration { at_least: if form.kind == FormKind::Patch { by_units } else { each }, by_units })
}

/// More patches or injections than these in one record are no count of units.
const MOST_UNITS: f64 = 60.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn supplies() {
        for (text, days) in
            [("30", Some(30.0)), ("30 days", Some(30.0)), ("30D", Some(30.0)), ("4 weeks", Some(28.0)), ("1 month", None), ("", None)]
        {
            assert_eq!(supply(text.as_bytes()), days, "{text}");
        }
    }

    #[test]
    fn numbers() {
        for (text, value) in [
            ("30", 30.0),
            ("007", 7.0),
            ("999999999999999", 999_999_999_999_999.0),
            ("9999999999999999", 9_999_999_999_999_999.0),
            ("30.0", 30.0),
            ("1,000", 1000.0),
            ("1,5", 1.5),
            ("30 days", 30.0),
            ("-30", -30.0),
            ("30 EA", 30.0),
            (" 7 ", 7.0),
        ] {
            assert_eq!(number(text.as_bytes()), Some(value), "{text}");
        }
        for text in ["", "abc", "1-2", "325-650", "1e5", "30/60", "--"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
    }
}
