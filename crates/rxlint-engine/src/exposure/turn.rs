//! Which records about one claim were made before which: by when they were processed, or by their numbers within the claim.

use super::version;
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::record::DateOrder;

/// When a record was made, as a record carries it: relative to its first day. 0 is unknown.
pub type Turn = u16;

/// Minutes are distinguished from this many days before the first day on...
const BEFORE: i32 = 8;
/// ...for so many minutes, and then days, for so many. Anything above is a number.
const MINUTES: i64 = 38 * 1440;
const DAYS: i64 = 6_000;
const FIRST_NUMBER: i64 = 1 + MINUTES + DAYS;

/// What a cell says about when its record was made: a number among the records of its claim, a day, or a time.
pub fn of(text: &[u8], order: Option<DateOrder>, first: Day) -> Turn {
    let text = text.trim_ascii();
    let number = if !text.is_empty() && text.len() < 5 && text.iter().all(u8::is_ascii_digit) {
        let number = text.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
        FIRST_NUMBER + number
    } else {
        match minutes(text, order) {
            Some(minutes) => of_minutes(minutes - since(first)),
            None => 0,
        }
    };
    Turn::try_from(number).unwrap_or(0)
}

/// Whether a turn is the beginning of the first day, which a record that says nothing may have too.
pub fn is_first_day(turn: Turn) -> bool {
    i64::from(turn) == of_minutes(i64::from(BEFORE) * 1440)
}

/// Whether a record was made after another, as far as both say it in the same way.
pub fn is_later(of: (Turn, Day), than: (Turn, Day)) -> bool {
    match (at(of), at(than)) {
        (Some((is_number, at)), Some((number_too, before))) => {
            is_number == number_too && at > before
        }
        _ => false,
    }
}

/// Whether it is a number, and which; else the minute.
pub fn at((turn, first): (Turn, Day)) -> Option<(bool, i64)> {
    let turn = i64::from(turn) - 1;
    match turn {
        ..0 => None,
        _ if turn < MINUTES => Some((false, since(first) + turn)),
        _ if turn < MINUTES + DAYS => {
            Some((false, since(first) + MINUTES + (turn - MINUTES) * 1440))
        }
        _ => Some((true, turn)),
    }
}

/// Moments of the day on which an order was stated are kept to ten seconds, those of this many days before it to the minute.
const DAYS_BEFORE: i32 = 3;
const MOMENTS_BEFORE: i32 = DAYS_BEFORE * 1440;

/// The last of the moments: a day of 1915, if it is read as a birth date.
pub const LAST_MOMENT: u16 = MOMENTS_BEFORE as u16 + 8_640;

/// The moment of a time as HL7 writes it (`20260301090000`), among those of messages of that day; 0 is none.
pub fn moment(text: &[u8], stated: Day) -> u16 {
    let text = text.trim_ascii();
    let part = |at: usize| match text.get(at..at + 2) {
        Some([a @ b'0'..=b'9', b @ b'0'..=b'9']) => Some(i32::from((a - b'0') * 10 + b - b'0')),
        _ => None,
    };
    let day = text.get(..8).and_then(|day| date::parse(day, None).ok());
    let (Some(day), Some(hour)) = (day, part(8)) else { return 0 };
    let minute = hour * 60 + part(10).unwrap_or(0);
    let moment = match day.since(stated) {
        0 => MOMENTS_BEFORE + minute * 6 + part(12).unwrap_or(0) / 10,
        days if days < 0 => ((days + DAYS_BEFORE) * 1440 + minute).max(0),
        _ => i32::from(LAST_MOMENT),
    };
    (moment + 1).min(i32::from(LAST_MOMENT)) as u16
}

/// The first minute that is kept for a record.
fn since(first: Day) -> i64 {
    i64::from(first.plus(-BEFORE).0) * 1440
}

fn of_minutes(minutes: i64) -> i64 {
    match minutes {
        ..0 => 0,
        0..MINUTES => 1 + minutes,
        _ if (minutes - MINUTES) / 1440 < DAYS => 1 + MINUTES + (minutes - MINUTES) / 1440,
        _ => 0,
    }
}

fn minutes(text: &[u8], order: Option<DateOrder>) -> Option<i64> {
    if date::is_filler(text) {
        return None;
    }
    let day = || date::parse(text, order).ok().map(|day| i64::from(day.0) * 1440);
    version::minutes(text).or_else(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_of_two_times_and_of_two_numbers_is_told() {
        let first = Day::from_iso("2026-03-01").unwrap();
        let other = Day::from_iso("2026-03-20").unwrap();
        let later = |a: (&str, Day), b: (&str, Day)| {
            let turn = |(text, first): (&str, Day)| (of(text.as_bytes(), None, first), first);
            is_later(turn(a), turn(b))
        };
        for (earlier, late) in [
            ("2026-03-02", "2026-03-03"),
            ("2026-03-02", "20260303"),
            ("2026-03-02T10:00:00", "2026-03-02T10:01:00"),
            ("2026-02-25", "2026-02-26"),
            ("2026-04-30", "2027-04-30"),
            ("2", "3"),
            ("9", "10"),
        ] {
            assert!(later((late, first), (earlier, first)), "{earlier} {late}");
            assert!(!later((earlier, first), (late, first)), "{earlier} {late}");
            assert!(!later((late, first), (late, first)), "{late}");
        }
        assert!(later(("2026-03-22", other), ("2026-03-21", first)), "whatever the first day");
        assert!(!later(("2026-03-20", other), ("2026-03-21", first)));
        // What cannot be compared says nothing.
        for (a, b) in [("2026-03-02", "3"), ("", "2026-03-02"), ("0000-00-00", "x"), ("", "7")] {
            assert!(!later((a, first), (b, first)) && !later((b, first), (a, first)), "{a} {b}");
        }
        assert_eq!(of(b"1999-01-01", None, first), 0, "long before");
        assert!(is_first_day(of(b"2026-03-01", None, first)));
        assert!(!is_first_day(of(b"2026-03-01T00:01:00", None, first)));
    }

    #[test]
    fn moments_of_a_message_are_in_their_order() {
        let stated = Day::from_iso("2026-03-05").unwrap();
        let moments = [
            "20250101120000",
            "20260302000100",
            "20260304235900",
            "2026030500",
            "202603050901",
            "20260305090110.123+0100",
            "20260305235959",
        ];
        let moments = moments.map(|text| moment(text.as_bytes(), stated));
        assert!(moments.is_sorted_by(|a, b| a < b) && moments[0] > 0, "{moments:?}");
        assert_eq!(moments[6], LAST_MOMENT);
        assert_eq!(moment(b"20260306010000", stated), LAST_MOMENT);
        for none in ["", "20260305", "10:00", "9999999999"] {
            assert_eq!(moment(none.as_bytes(), stated), 0, "{none}");
        }
    }
}
