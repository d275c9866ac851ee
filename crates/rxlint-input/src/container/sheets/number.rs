//! Numbers and dates of cells as text.

use calamine::{ExcelDateTime, ExcelDateTimeType};

/// The number as the cell has it: whole numbers without a point, others with the fifteen digits that a spreadsheet keeps.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "#NUM!".to_owned();
    }
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    let kept: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    if kept != 0.0 && !(1e-9..1e21).contains(&kept.abs()) {
        return format!("{kept:E}");
    }
    format!("{kept}")
}

/// The last day that a cell can show, 9999-12-31.
const LAST: f64 = 2_958_466.0;

/// The date of a cell, from its number: `2026-03-05`, with the time if it has one. A time without a day is written as a time; what no cell shows as a
/// date stays unreadable.
pub(super) fn date(value: f64, is_1904: bool) -> String {
    if !(0.0..LAST).contains(&value) {
        return "########".to_owned();
    }
    // Sheets fill empty dates with day 0, and the calendar of 1900 calls that 1900-01-00.
    if value == 0.0 && !is_1904 {
        return "1900-01-01".to_owned();
    }
    let at = ExcelDateTime::new(value, ExcelDateTimeType::DateTime, is_1904);
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    if value < 1.0 {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) == (0, 0, 0, 0) {
        return date;
    }
    format!("{date} {hour:02}:{minute:02}:{second:02}")
}

/// A date in ISO form without a meaningless time: `2026-03-05T00:00:00.000` is a day.
pub(super) fn iso_day(text: &str) -> &str {
    let day = text.strip_suffix('Z').unwrap_or(text);
    let day = day.strip_suffix(".000").unwrap_or(day);
    day.strip_suffix("T00:00:00").unwrap_or(text)
}

/// A duration, in days, as hours, minutes and seconds.
pub(super) fn duration(days: f64) -> String {
    let seconds = (days * 86_400.0).round();
    if !(0.0..1e9).contains(&seconds) {
        return number(days);
    }
    let seconds = seconds as u64;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// How a number is shown if its format asks for leading zeros, such as `00000000000` or `00000-0000-00`: the shape that its digits fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ZeroPadding(String);

impl ZeroPadding {
    /// The padding that a format asks for, if it asks for nothing else.
    pub(super) fn of(format: &str) -> Option<Self> {
        let first = format.split(';').next().unwrap_or_default();
        let mut shape = String::new();
        let mut characters = first.chars();
        while let Some(c) = characters.next() {
            match c {
                '0' | '-' | ' ' => shape.push(c),
                '\\' => shape.push(characters.next().filter(|c| !c.is_alphanumeric())?),
                '"' => {
                    for c in characters.by_ref().take_while(|&c| c != '"') {
                        shape.push(Some(c).filter(|c| !c.is_ascii_digit())?);
                    }
                }
                _ => return None,
            }
        }
        (shape.matches('0').count() > 1).then_some(Self(shape))
    }

    /// The number as that format shows it.
    pub(super) fn apply(&self, value: f64) -> Option<String> {
        if value.fract() != 0.0 || !(0.0..1e15).contains(&value) {
            return None;
        }
        let zeros = self.0.matches('0').count();
        let digits = format!("{value:0zeros$.0}");
        let (lead, mut rest) = digits.split_at(digits.len() - zeros);
        let mut shown = String::new();
        for c in self.0.chars() {
            if c != '0' {
                shown.push(c);
                continue;
            }
            if !shown.bytes().any(|byte| byte.is_ascii_digit()) {
                shown.push_str(lead);
            }
            let (digit, others) = rest.split_at_checked(1)?;
            shown.push_str(digit);
            rest = others;
        }
        Some(shown)
    }
}

/// Whether a number format shows dates. What is in quotes or brackets, or after a backslash, does not count; `[h]` and the like are durations.
pub(super) fn is_date_format(format: &str) -> bool {
    let first = format.split(';').next().unwrap_or_default();
    let mut characters = first.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => {
                characters.by_ref().find(|&c| c == '"');
            }
            '\\' | '_' | '*' => {
                characters.next();
            }
            '[' => {
                characters.by_ref().find(|&c| c == ']');
            }
            'd' | 'D' | 'y' | 'Y' | 'm' | 'M' | 'h' | 'H' => return true,
            'G' | 'g' => {
                // `General` has no date letter before its end; eras do.
                return !first.to_ascii_lowercase().contains("general");
            }
            'E' | 'e' if !first.contains(['0', '#', '?']) => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_as_in_the_cell() {
        let shown = [406_055_201.0, 7.5, 0.1 + 0.2, 1e15, -3.0, 1.5e-12, 123_456_789_012_345_680.0]
            .map(number);
        let expected =
            ["406055201", "7.5", "0.3", "1000000000000000", "-3", "1.5E-12", "123456789012346000"];
        assert_eq!(shown, expected);
        assert_eq!(number(f64::NAN), "#NUM!");
    }

    #[test]
    fn dates_are_written_plainly_in_both_calendars() {
        assert_eq!(date(46_086.0, false), "2026-03-05");
        assert_eq!(date(46_086.5, false), "2026-03-05 12:00:00");
        assert_eq!(date(46_086.0 - 1462.0, true), "2026-03-05");
        assert_eq!(date(0.25, false), "06:00:00");
        assert_eq!(date(0.0, false), "1900-01-01");
        assert_eq!(date(-1.0, false), "########");
        assert_eq!(date(3e9, false), "########");
        assert_eq!(duration(1.5), "36:00:00");
        let days = ["2026-03-05T00:00:00.000", "2026-03-05T00:00:00Z", "2026-03-05"].map(iso_day);
        assert_eq!(days, ["2026-03-05"; 3]);
        assert_eq!(iso_day("2026-03-05T10:30:00"), "2026-03-05T10:30:00");
    }

    #[test]
    fn a_format_of_zeros_is_applied() {
        let shown = |format: &str, value| ZeroPadding::of(format).and_then(|pad| pad.apply(value));
        assert_eq!(shown("00000000000", 406_055_201.0).as_deref(), Some("00406055201"));
        assert_eq!(shown("00000-0000-00", 406_055_201.0).as_deref(), Some("00406-0552-01"));
        assert_eq!(shown("00000\\-0000\\-00", 406_055_201.0).as_deref(), Some("00406-0552-01"));
        assert_eq!(shown("000", 12_345.0).as_deref(), Some("12345"));
        assert_eq!(shown("0", 7.0), None);
        assert_eq!(shown("0.00", 7.0), None);
        assert_eq!(shown("#,##0", 7.0), None);
    }

    #[test]
    fn formats_of_dates_are_known() {
        for format in
            ["yyyy-mm-dd", "d/m/yy;@", "[$-409]d\\-mmm\\-yy;@", "h:mm", "yyyy\"年\"m\"月\""]
        {
            assert!(is_date_format(format), "{format}");
        }
        for format in
            ["General", "0.00", "#,##0 \"mg\"", "[Red]0", "0.00E+00", "@", "\\d0", "[h]:00"]
        {
            assert!(!is_date_format(format), "{format}");
        }
    }
}
