//! Day before month, or month before day: settled per column over the whole file, never row by row.

use super::cells::is_null;
use rxlint_model::date::day_and_month;
use rxlint_model::place::Place;
use rxlint_model::record::{DateOrder, Field, Record};

/// The date columns whose order has to be found out while the file is read. Empty for files with dates that say it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watched {
    fields: Vec<Field>,
}

/// What the dates of one column tell about their order; lines count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// The first line where only day before month can be meant.
    pub(crate) dmy: Option<u32>,
    /// The first line where only month before day can be meant.
    pub(crate) mdy: Option<u32>,
    /// The first two lines where either can be meant, with another day.
    pub(crate) either: [Option<u32>; 2],
}

/// How a column's dates are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It makes no difference.
    Any,
    Settled(DateOrder),
    /// Some lines can only be read the one way, others only the other.
    Contradictory(u32, u32),
    /// Nothing in the file tells.
    Unknown(u32, Option<u32>),
}

impl Watched {
    /// Picks the date fields that have to be watched, from the head of the file: those with a date whose order is not
    /// plain, and those without any date, which may still come.
    pub(crate) fn choose(fields: impl Iterator<Item = Field>, head: &[(Field, &[u8])]) -> Self {
        let watched = |field: &Field| {
            let mut texts = head.iter().filter(|(f, text)| f == field && !is_null(text)).peekable();
            texts.peek().is_none() || texts.any(|(_, text)| day_and_month(text).is_some())
        };
        Self { fields: fields.filter(watched).collect() }
    }

    pub(crate) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// No evidence yet, for each of the fields.
    pub(crate) fn evidence(&self) -> Vec<Evidence> {
        vec![Evidence::default(); self.fields.len()]
    }

    /// Takes down what the record's dates tell.
    pub(crate) fn note(&self, record: &Record<'_>, evidence: &mut [Evidence]) {
        for (field, evidence) in self.fields.iter().zip(evidence) {
            evidence.note_text(record.text(*field), Place::from(record.key).line);
        }
    }
}

impl Evidence {
    /// Takes down what one date tells, if it is one of numbers alone with the year last.
    pub(crate) fn note_text(&mut self, text: &[u8], line: u32) {
        if let Some(numbers) = day_and_month(text) {
            self.note(numbers, line);
        }
    }

    fn note(&mut self, (first, second): (u32, u32), line: u32) {
        match (first > 12, second > 12) {
            (true, false) => self.dmy = self.dmy.or(Some(line)),
            (false, true) => self.mdy = self.mdy.or(Some(line)),
            (false, false) if first != second => self.add_either(line),
            // Neither makes a date, or both make the same one.
            _ => {}
        }
    }

    fn add_either(&mut self, line: u32) {
        match &mut self.either {
            [first @ None, _] => *first = Some(line),
            [_, second @ None] => *second = Some(line),
            _ => {}
        }
    }

    /// Adds what a later block tells, which begins behind `lines` lines.
    pub(crate) fn add(&mut self, later: &Self, lines: u32) {
        let shifted = |line: u32| line.saturating_add(lines);
        self.dmy = self.dmy.or(later.dmy.map(shifted));
        self.mdy = self.mdy.or(later.mdy.map(shifted));
        later.either.iter().flatten().for_each(|&line| self.add_either(shifted(line)));
    }

    pub(crate) fn verdict(&self) -> Verdict {
        match (self.dmy, self.mdy, self.either) {
            (Some(dmy), Some(mdy), _) => Verdict::Contradictory(dmy, mdy),
            (Some(_), None, _) => Verdict::Settled(DateOrder::Dmy),
            (None, Some(_), _) => Verdict::Settled(DateOrder::Mdy),
            (None, None, [Some(first), second]) => Verdict::Unknown(first, second),
            (None, None, [None, _]) => Verdict::Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(dates: &[&str]) -> Verdict {
        let mut evidence = Evidence::default();
        for (n, date) in dates.iter().enumerate() {
            evidence.note_text(date.as_bytes(), n as u32 + 1);
        }
        evidence.verdict()
    }

    #[test]
    fn one_date_settles_a_column_and_two_can_contradict() {
        assert_eq!(of(&["03/04/2025", "13/04/2025"]), Verdict::Settled(DateOrder::Dmy));
        assert_eq!(of(&["04/13/2025", "03/04/2025"]), Verdict::Settled(DateOrder::Mdy));
        assert_eq!(of(&["04/13/2025", "13/04/2025"]), Verdict::Contradictory(2, 1));
        assert_eq!(of(&["04/04/2025", "03/04/2025", "05/04/2025"]), Verdict::Unknown(2, Some(3)));
        assert_eq!(of(&["04/04/2025", "2025-03-04", "31/31/2025"]), Verdict::Any);
    }

    #[test]
    fn evidence_adds_up_over_blocks() {
        let mut all = Evidence::default();
        let block = |numbers| {
            let mut evidence = Evidence::default();
            evidence.note(numbers, 3);
            evidence
        };
        all.add(&block((3, 4)), 10);
        all.add(&block((5, 4)), 20);
        assert_eq!(all.verdict(), Verdict::Unknown(13, Some(23)));
        all.add(&block((1, 30)), 30);
        assert_eq!((all.mdy, all.verdict()), (Some(33), Verdict::Settled(DateOrder::Mdy)));
    }
}
