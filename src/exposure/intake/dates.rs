//! Dates that came before: an export repeats a few hundred of them.

use super::raw::place;
use crate::day::Day;
use crate::input::date::{self, DateError};
use crate::record::DateOrder;

/// How many dates are remembered: each has one place, where it takes that of another.
const DATES: usize = 1 << 10;

/// Goes from block to block with the rest of a reader's memory.
#[derive(Debug, Default)]
pub(super) struct Dates {
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The text's first and last eight bytes, which are all of it.
    first: u64,
    last: u64,
    /// No bytes where the place is empty.
    len: u8,
    order: Option<DateOrder>,
    day: Day,
}

const NONE: Slot = Slot { first: 0, last: 0, len: 0, order: None, day: Day(0) };

impl Dates {
    /// The day that a text states, as [`date::parse`] reads it.
    ///
    /// # Errors
    ///
    /// Those of [`date::parse`].
    #[inline]
    pub(super) fn parse(&mut self, text: &[u8], order: Option<DateOrder>) -> Result<Day, DateError> {
        let (Some(first), Some(last), ..=16) = (text.first_chunk(), text.last_chunk(), text.len()) else {
            return date::parse(text, order);
        };
        let (first, last, len) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last), text.len() as u8);
        let place = place((first ^ last.rotate_left(20)).wrapping_mul(0x9E37_79B9_7F4A_7C15), DATES);
        match self.slots.get(place) {
            Some(slot) if (slot.first, slot.last, slot.len) == (first, last, len) && slot.order == order => Ok(slot.day),
            _ => self.learn(place, text, Slot { first, last, len, order, ..NONE }),
        }
    }

    fn learn(&mut self, place: usize, text: &[u8], slot: Slot) -> Result<Day, DateError> {
        let day = date::parse(text, slot.order)?;
        self.slots.resize(DATES, NONE);
        if let Some(place) = self.slots.get_mut(place) {
            *place = Slot { day, ..slot };
        }
        Ok(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_that_the_parser_reads() {
        let mut dates = Dates::default();
        let texts = (1..2000).map(|n| format!("{}-{:02}-{:02}", 1900 + n % 130, n % 14, n % 33));
        let others =
            ["20250102", "3/4/2025", "03/04/2025", "2025-01-02T10:00:00Z", "13.4.2019", "2025-01-0", "2025-01-02 ", "tomorrow", ""];
        let texts: Vec<String> = texts.chain(others.map(str::to_owned)).collect();
        for text in texts.iter().chain(&texts) {
            for order in [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy)] {
                assert_eq!(dates.parse(text.as_bytes(), order), date::parse(text.as_bytes(), order), "{text}");
            }
        }
    }
}
