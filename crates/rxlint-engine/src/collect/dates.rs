//! Dates that came before: an export repeats a few hundred of them.

use hashbrown::HashTable;

use super::text::product;
use rxlint_model::date::{self, DateError};
use rxlint_model::day::Day;
use rxlint_model::record::DateOrder;

/// When there are more dates, all are forgotten.
const MOST: usize = 1 << 12;

/// Goes from block to block with the rest of a reader's memory.
#[derive(Debug, Default)]
pub(super) struct DateMemo {
    days: HashTable<(DateText, Day)>,
}

/// A date as it is written, and how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DateText {
    /// The first and the last eight bytes, which are all of it.
    first: u64,
    last: u64,
    len: u8,
    order: Option<DateOrder>,
}

impl DateText {
    fn hash(&self) -> u64 {
        product(self.first, self.last.rotate_left(20))
    }
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
        let (Some(first), Some(last), ..=16) = (text.first_chunk(), text.last_chunk(), text.len())
        else {
            return date::parse(text, order);
        };
        let key = DateText {
            first: u64::from_le_bytes(*first),
            last: u64::from_le_bytes(*last),
            len: text.len() as u8,
            order,
        };
        match self.days.find(key.hash(), |(known, _)| *known == key) {
            Some((_, day)) => Ok(*day),
            None => self.learn(key, text),
        }
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
            "13.4.2019",
            "2025-01-0",
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
        assert!(dates.days.len() > 100);
    }
}
