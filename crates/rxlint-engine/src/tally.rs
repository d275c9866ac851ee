//! What many sessions know together: how many records there were, on which days they begin, and how
//! dates are written.

use std::collections::BTreeMap;

use rxlint_model::date::day_and_month;
use rxlint_model::day::Day;
use rxlint_model::record::{DateOrder, Field, Record};

use crate::collect::first_days::FirstDays;
use crate::exposure::status::UnknownStatuses;
use crate::today;

/// Counts that add up: the tally of a whole is the sum of the tallies of its parts, however it was
/// split.
///
/// What depends on all the data is decided from it, once: the as-of day, the order of day and
/// month, whether everything was read.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Records that were passed in.
    pub read: u64,
    /// Records whose drug was looked up.
    pub checked: u64,
    /// Records that are not exposures: cancelled, reversed, on hold.
    pub inactive: u64,
    /// Records that do not name a readable drug.
    pub unresolved: u64,
    /// Records that could not be understood, by the reason's code.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Patients that were judged: those with a record about a watched drug.
    pub patients: u64,
    /// Exposures to watched drugs.
    pub exposures: u64,
    /// Those whose days are assumed.
    pub assumed: u64,
    /// Claims that a reversal removed.
    pub reversed: u64,
    /// Unknown status words: they counted as active.
    pub unknown_statuses: UnknownStatuses,
    first_days: FirstDays,
    dates: BTreeMap<Field, DateEvidence>,
}

/// What the dates of one field say about the order of day and month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct DateEvidence {
    day_first: u64,
    month_first: u64,
    either: u64,
}

/// Why the order of day and month is not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsettled {
    /// Dates of this field can be read both ways, and none of them shows which is meant.
    Unknown(Field),
    /// Some dates of this field can only be read one way, others only the other way.
    Contradictory(Field),
}

impl std::fmt::Display for Unsettled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (field, what) = match self {
            Self::Unknown(field) => {
                (field, "can be read day first and month first; say which is meant")
            }
            Self::Contradictory(field) => (
                field,
                "are partly written day first, partly month first; write all of them as YYYY-MM-DD",
            ),
        };
        write!(f, "the dates in `{}` {what}", field.name())
    }
}

impl std::error::Error for Unsettled {}

impl Tally {
    /// Adds another tally.
    pub fn merge(&mut self, other: &Self) {
        let numbers = |tally: &Self| {
            [
                tally.read,
                tally.checked,
                tally.inactive,
                tally.unresolved,
                tally.patients,
                tally.exposures,
                tally.assumed,
                tally.reversed,
            ]
        };
        let added = numbers(other);
        let own = [
            &mut self.read,
            &mut self.checked,
            &mut self.inactive,
            &mut self.unresolved,
            &mut self.patients,
            &mut self.exposures,
            &mut self.assumed,
            &mut self.reversed,
        ];
        own.into_iter().zip(added).for_each(|(own, added)| *own += added);
        for (&reason, &count) in &other.rejected {
            *self.rejected.entry(reason).or_default() += count;
        }
        self.unknown_statuses.absorb(&other.unknown_statuses);
        self.first_days.absorb(&other.first_days);
        for (&field, dates) in &other.dates {
            let own = self.dates.entry(field).or_default();
            own.day_first += dates.day_first;
            own.month_first += dates.month_first;
            own.either += dates.either;
        }
    }

    /// The as-of day unless the caller sets one: the latest first day, ignoring a few wild dates.
    /// `None` if no record has a first day.
    pub fn as_of(&self) -> Option<Day> {
        today::of(self.first_days.all()).map(|today| today.day)
    }

    /// How all-numeric dates with the year last are to be read; `None` if no date depends on it.
    ///
    /// # Errors
    /// Dates that are ambiguous: every record with one of them was rejected, and the data as a
    /// whole must not count as checked. Ask the person who owns the data, and start again with the
    /// answer.
    pub fn date_order(&self) -> Result<Option<DateOrder>, Unsettled> {
        let mut order = None;
        for (&field, dates) in &self.dates {
            match (dates.day_first, dates.month_first, dates.either) {
                (0, 0, 0) => {}
                (0, 0, _) => return Err(Unsettled::Unknown(field)),
                (_, 0, _) => order = Some(DateOrder::Dmy),
                (0, _, _) => order = Some(DateOrder::Mdy),
                _ => return Err(Unsettled::Contradictory(field)),
            }
        }
        Ok(order)
    }

    /// Whether every record is accounted for exactly once.
    pub fn ties_out(&self) -> bool {
        let rejected: u64 = self.rejected.values().sum();
        self.read == self.checked + self.inactive + self.unresolved + rejected
    }

    pub(crate) fn note_dates(&mut self, record: &Record<'_>) {
        for field in Field::ALL.into_iter().filter(|field| field.is_date()) {
            let Some((first, second)) = day_and_month(record.text(field)) else { continue };
            let dates = self.dates.entry(field).or_default();
            match (first > 12, second > 12) {
                (true, false) => dates.day_first += 1,
                (false, true) => dates.month_first += 1,
                (false, false) if first != second => dates.either += 1,
                // Neither is a date, or both are the same one.
                _ => {}
            }
        }
    }

    pub(crate) fn note_first_days(&mut self, days: &FirstDays) {
        self.first_days.absorb(days);
    }
}
