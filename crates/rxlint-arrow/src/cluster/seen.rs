//! What a survey has seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use rxlint_engine::collect::Collected;
use rxlint_engine::today;
use rxlint_input::columnar::Scout;
use rxlint_model::day::Day;

/// Counts of some rows, and how their dates are written. Several add up to what one survey of all rows would have seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// How dates are written.
    pub scout: Scout,
    /// Records read.
    pub read: u64,
    /// Records whose drug was looked up.
    pub checked: u64,
    /// Records that are not exposures.
    pub inactive: u64,
    /// Records that name no readable drug.
    pub unresolved: u64,
    /// Records that could not be understood, by the reason's code.
    pub rejected: BTreeMap<String, u64>,
    /// Records with an unknown status.
    pub unknown_statuses: u64,
    /// How many records begin on each day.
    pub first_days: BTreeMap<i32, u64>,
    /// Patients with a record about a watched drug, and what was judged about them: known once they have been judged.
    pub patients: u64,
    /// Exposures to watched drugs.
    pub exposures: u64,
    /// Those whose days are assumed.
    pub assumed: u64,
    /// Claims that a reversal removed.
    pub reversed: u64,
}

impl Seen {
    /// Adds what was seen in other rows of the same table.
    pub fn merge(&mut self, other: &Self) {
        self.scout.merge(&other.scout);
        for (own, more) in [
            (&mut self.read, other.read),
            (&mut self.checked, other.checked),
            (&mut self.inactive, other.inactive),
            (&mut self.unresolved, other.unresolved),
            (&mut self.unknown_statuses, other.unknown_statuses),
            (&mut self.patients, other.patients),
            (&mut self.exposures, other.exposures),
            (&mut self.assumed, other.assumed),
            (&mut self.reversed, other.reversed),
        ] {
            *own += more;
        }
        for (reason, count) in &other.rejected {
            *self.rejected.entry(reason.clone()).or_default() += count;
        }
        for (day, count) in &other.first_days {
            *self.first_days.entry(*day).or_default() += count;
        }
    }

    /// The day that counts as today: the latest first day, ignoring a few wild dates.
    pub fn as_of(&self) -> Option<Day> {
        let days = self.first_days.iter().map(|(day, count)| (*day, *count));
        today::of(days).map(|today| today.day)
    }

    /// The counts as rows of a table: what is counted, its kind, how many.
    pub fn rows(&self) -> Vec<(&'static str, String, u64)> {
        let none = String::new;
        let mut rows = vec![
            ("read", none(), self.read),
            ("checked", none(), self.checked),
            ("inactive", none(), self.inactive),
            ("unresolved", none(), self.unresolved),
            ("rejected", none(), self.rejected.values().sum()),
            ("unknown-status", none(), self.unknown_statuses),
            ("patients", none(), self.patients),
            ("exposures", none(), self.exposures),
            ("assumed", none(), self.assumed),
            ("reversed", none(), self.reversed),
        ];
        rows.extend(
            self.rejected.iter().map(|(reason, count)| ("rejected", reason.clone(), *count)),
        );
        rows
    }

    pub(super) fn count(&mut self, collected: &mut Collected) {
        self.read += std::mem::take(&mut collected.read);
        self.checked += std::mem::take(&mut collected.checked);
        self.inactive += std::mem::take(&mut collected.inactive);
        self.unresolved += std::mem::take(&mut collected.unresolved);
        for (reason, count) in std::mem::take(&mut collected.rejected).counts() {
            *self.rejected.entry(reason.to_owned()).or_default() += count;
        }
        self.unknown_statuses += std::mem::take(&mut collected.unknown_statuses).records;
        let mut days: Vec<(i32, u64)> = std::mem::take(&mut collected.first_days).all().collect();
        days.sort_unstable();
        for (day, count) in days {
            *self.first_days.entry(day).or_default() += count;
        }
    }
}
