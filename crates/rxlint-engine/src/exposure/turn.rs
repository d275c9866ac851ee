//! Which of the records about one claim was made before which: by when it was processed, or by its number among them.

use super::version;
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::record::DateOrder;

/// When a record was made, as a record carries it: beside its first day. 0 is not known.
pub type Turn = u16;

/// Minutes are told from so many days before the first day on...
const BEFORE: i32 = 8;
/// ...for so many minutes, and days after those, for so many. What is more is a number.
const MINUTES: i64 = 38 * 1440;
const DAYS: i64 = 6_000;
const FIRST_NUMBER: i64 = 1 + MINUTES + DAYS;

/// What a cell says of when its record was made: a number among the records of its claim, a day, or a time.
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

/// Whether a turn is the beginning of the first day, which a record that says nothing may have as well.
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

/// The first minute that is told of a record.
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
        // What cannot be compared tells nothing.
        for (a, b) in [("2026-03-02", "3"), ("", "2026-03-02"), ("0000-00-00", "x"), ("", "7")] {
            assert!(!later((a, first), (b, first)) && !later((b, first), (a, first)), "{a} {b}");
        }
        assert_eq!(of(b"1999-01-01", None, first), 0, "long before");
        assert!(is_first_day(of(b"2026-03-01", None, first)));
        assert!(!is_first_day(of(b"2026-03-01T00:01:00", None, first)));
    }
}
