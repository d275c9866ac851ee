//! Dates seen before: an export repeats a few hundred of them.

use hashbrown::HashTable;

use super::text::product;
use rxlint_model::date::{self, DateError};
use rxlint_model::day::Day;
use rxlint_model::record::DateOrder;

/// If there are more dates, all are forgotten.
const MOST: usize = 1 << 12;

/// Passed from block to block with the rest of a reader's memory.
#[derive(Debug)]
pub(super) struct DateMemo {
    days: HashTable<(DateText, Day)>,
    /// Months by their digits, each at its place.
    months: [Month; MONTHS],
}

const MONTHS: usize = 64;

/// A month of the calendar.
#[derive(Clone, Copy, Debug)]
struct Month {
    /// The digits of its year and number, each in a byte.
    digits: u64,
    first: Day,
    length: u8,
}

impl Default for DateMemo {
    fn default() -> Self {
        let none = Month { digits: u64::MAX, first: Day(0), length: 0 };
        Self { days: HashTable::default(), months: [none; MONTHS] }
    }
}

/// A date as it is written, and how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DateText {
    /// The first, the middle and the last eight bytes, which together are all of it.
    first: u64,
    middle: u64,
    last: u64,
    len: u8,
    order: Option<DateOrder>,
}

impl DateText {
    fn hash(&self) -> u64 {
        product(self.first ^ self.middle, self.last.rotate_left(20))
    }
}

/// The date before a time of day in a database's format, which changes nothing: `2025-01-02 10:00:00`, `2025-01-02T10:00:00.000Z`.
fn without_time(text: &[u8]) -> Option<&[u8]> {
    let (date, time) = text.split_at_checked(10)?;
    let [b'T' | b' ', hour @ .., b':', m1, m2, b':', s1, s2] = time.get(..9)? else { return None };
    let [y1, y2, y3, y4, b'-', month @ .., b'-', d1, d2] = date else { return None };
    let rest = time[9..].strip_suffix(b"Z").unwrap_or(&time[9..]);
    let is_fraction =
        matches!(rest, [] | [b'.', ..]) && rest.iter().skip(1).all(u8::is_ascii_digit);
    let digits = [y1, y2, y3, y4, d1, d2, m1, m2, s1, s2].into_iter().chain(month).chain(hour);
    (is_fraction && digits.into_iter().all(u8::is_ascii_digit)).then_some(date)
}

impl DateMemo {
    /// The day that a text states, as [`date::parse`] reads it.
    ///
    /// # Errors
    ///
    /// Those of [`date::parse`].
    #[inline]
    pub(super) fn parse(
        &mut self,
        text: &[u8],
        order: Option<DateOrder>,
    ) -> Result<Day, DateError> {
        let text = if text.len() > 16 { without_time(text).unwrap_or(text) } else { text };
        if let Some(day) = self.iso(text) {
            return Ok(day);
        }
        let (Some(first), Some(last), ..=24) = (text.first_chunk(), text.last_chunk(), text.len())
        else {
            return date::parse(text, order);
        };
        let middle = text[8..].first_chunk().filter(|_| text.len() > 16);
        let key = DateText {
            first: u64::from_le_bytes(*first),
            middle: middle.map_or(0, |middle| u64::from_le_bytes(*middle)),
            last: u64::from_le_bytes(*last),
            len: text.len() as u8,
            order,
        };
        match self.days.find(key.hash(), |(known, _)| *known == key) {
            Some((_, day)) => Ok(*day),
            None => self.learn(key, text),
        }
    }

    /// A day of the calendar as `YYYY-MM-DD`: eight digits checked together.
    #[inline(always)]
    fn iso(&mut self, text: &[u8]) -> Option<Day> {
        const ZEROS: u64 = u64::from_le_bytes(*b"0000-00-");
        const DASHES: u64 = u64::from_le_bytes([0, 0, 0, 0, 0xFF, 0, 0, 0xFF]);
        const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
        let [month @ .., d1, d2] = <&[u8; 10]>::try_from(text).ok()?;
        let digits = u64::from_le_bytes(*month) ^ ZEROS;
        let (d1, d2) = (d1.wrapping_sub(b'0'), d2.wrapping_sub(b'0'));
        let is_beyond_nine = (digits | digits.wrapping_add(0x0606_0606_0606_0606)) & HIGH != 0;
        if is_beyond_nine || digits & DASHES != 0 || d1 > 9 || d2 > 9 {
            return None;
        }
        let place = (digits.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58) as usize;
        let known = self.months.get(place)?;
        let known = if known.digits == digits { *known } else { self.learn_month(digits, place)? };
        let day = d1 * 10 + d2;
        (1..=known.length).contains(&day).then(|| Day(known.first.0 + i32::from(day) - 1))
    }

    #[cold]
    fn learn_month(&mut self, digits: u64, place: usize) -> Option<Month> {
        let [y1, y2, y3, y4, _, m1, m2, _] = digits.to_le_bytes().map(u32::from);
        let year = (y1 * 1000 + y2 * 100 + y3 * 10 + y4) as i32;
        let day = |day: u8| Day::from_ymd(year, m1 * 10 + m2, u32::from(day));
        let length = (28..=31).rev().find(|&last| day(last).is_some())?;
        let month = Month { digits, first: day(1)?, length };
        self.months[place] = month;
        Some(month)
    }

    fn learn(&mut self, key: DateText, text: &[u8]) -> Result<Day, DateError> {
        let day = date::parse(text, key.order)?;
        if self.days.len() >= MOST {
            self.days.clear();
        }
        self.days.insert_unique(key.hash(), (key, day), |(known, _)| known.hash());
        Ok(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_that_the_parser_reads() {
        let mut dates = DateMemo::default();
        let texts = (1..9000).map(|n| format!("{}-{:02}-{:02}", 1900 + n % 130, n % 14, n % 33));
        let others = [
            "20250102",
            "3/4/2025",
            "03/04/2025",
            "2025-01-02T10:00:00Z",
            "2025-01-02 10:00:00",
            "2025-01-02 10:00:00.000",
            "2025-13-02 10:00:00",
            "2025-01-02X10:00:00",
            "2025-01-0210:00:00Z00",
            "2025-01-02T10:00:00ZZ",
            "2025-01-02T10:00:00.x",
            "2025-01-02T1a:00:00Z",
            "20x5-01-02T10:00:00Z",
            "03/04/2025 10:00:00 AM",
            "03/04/2025 10:00:00 PM",
            "Thursday 2 January 2025, 10:00",
            "13.4.2019",
            "2025-01-0",
            "2025-01-0:",
            "2025-01-:0",
            "2025-0/-01",
            "202:-01-01",
            "2025/01-02",
            "2025-01/02",
            "0000-01-01",
            "9999-12-31",
            "2024-02-29",
            "2023-02-29",
            "\u{b2}025-01-0",
            "2025-01-02 ",
            "tomorrow",
            "",
        ];
        let texts: Vec<String> = texts.chain(others.map(str::to_owned)).collect();
        for text in texts.iter().chain(&texts) {
            for order in [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy)] {
                assert_eq!(
                    dates.parse(text.as_bytes(), order),
                    date::parse(text.as_bytes(), order),
                    "{text}"
                );
            }
            assert!(dates.days.len() <= MOST);
        }
        assert!(dates.days.len() > 10);
    }
}
