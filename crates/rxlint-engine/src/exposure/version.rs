//! Which of several versions of one record is the last.

use rxlint_model::date;

/// The stamp of a version: its number, or the seconds from 2000 on at which it was made. 0 is none. Numbers stay below
/// [`FIRST_TIME`], so that the two are never compared with each other.
pub fn stamp(text: &[u8]) -> u32 {
    let text = text.trim_ascii();
    if !text.is_empty() && text.iter().all(u8::is_ascii_digit) && text.len() < 8 {
        let number = text.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
        return (number + 1).min(FIRST_TIME - 1);
    }
    seconds(text).unwrap_or(0)
}

/// The stamp of a version of a claim, which may have a letter too: A before B, A0 before A1.
pub fn of_claim(text: &[u8]) -> u32 {
    const NUMBERS_OF_A_LETTER: u32 = 1000;
    // That of the number 1.
    const FIRST: u32 = 2;
    let text = text.trim_ascii();
    let Some((letter @ (b'A'..=b'Z' | b'a'..=b'z'), number)) = text.split_first() else {
        return stamp(text);
    };
    let is_number = number.len() < 4 && number.iter().all(u8::is_ascii_digit);
    let number = number.iter().fold(0, |all, digit| all * 10 + u32::from(digit.wrapping_sub(b'0')));
    let letter = u32::from(letter.to_ascii_uppercase() - b'A');
    if is_number { letter * NUMBERS_OF_A_LETTER + number + FIRST } else { stamp(text) }
}

/// The first stamp that is a time: June 2000.
pub const FIRST_TIME: u32 = 1 << 24;

/// 2000-01-01 in days from 1970-01-01.
const EPOCH: i32 = 10_957;

fn seconds(text: &[u8]) -> Option<u32> {
    u32::try_from(since_epoch(text)?).ok().filter(|seconds| *seconds >= FIRST_TIME)
}

/// The minutes from 1970 on of a day, and of its time if it has one, written as a version is.
pub(super) fn minutes(text: &[u8]) -> Option<i64> {
    Some(since_epoch(text)?.div_euclid(60) + i64::from(EPOCH) * 1440)
}

/// The seconds from 2000 on.
fn since_epoch(text: &[u8]) -> Option<i64> {
    let day = date::parse(text.get(..10)?, None).ok()?;
    let time = text.get(11..).unwrap_or_default();
    let number = |at: usize| {
        let digits = time.get(at..at + 2)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| i64::from(digits[0] - b'0') * 10 + i64::from(digits[1] - b'0'))
    };
    let of_day =
        number(0).unwrap_or(0) * 3600 + number(3).unwrap_or(0) * 60 + number(6).unwrap_or(0);
    let zone = time.iter().position(|byte| matches!(byte, b'+' | b'-')).map_or(0, |at| {
        let ahead = number(at + 1).unwrap_or(0) * 3600 + number(at + 4).unwrap_or(0) * 60;
        if time[at] == b'+' { ahead } else { -ahead }
    });
    Some(i64::from(day.0 - EPOCH) * 86_400 + of_day - zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_versions_have_greater_stamps() {
        assert!(stamp(b"2026-03-01T10:00:00Z") < stamp(b"2026-03-01T11:00:00.123Z"));
        assert!(stamp(b"2026-03-01T11:00:00+02:00") < stamp(b"2026-03-01T10:00:00Z"));
        assert!(stamp(b"2026-03-01") < stamp(b"2026-03-01T00:00:01Z"));
        assert!(stamp(b"1") < stamp(b"2") && stamp(b"9") < stamp(b"10"));
        assert!(stamp(b"9999999") < FIRST_TIME && stamp(b"2026-03-01") > FIRST_TIME);
        assert!(of_claim(b"A") < of_claim(b"B") && of_claim(b"a0") < of_claim(b"A1"));
        assert!(of_claim(b"9") < of_claim(b"10") && of_claim(b"00") < of_claim(b"01"));
        assert_eq!((of_claim(b"final"), of_claim(b"")), (0, 0));
        assert_eq!((stamp(b""), stamp(b"W/\"1\""), stamp(b"a7")), (0, 0, 0));
    }
}
