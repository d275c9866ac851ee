//! How often something is taken, by the number in a pattern.

use regex::Captures;

use super::file::FrequencyFile;
use super::pattern::{Fault, number};

/// How a pattern's number becomes times a day.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rate {
    Times(f64),
    Per(f64),
    Days(f64),
    Hours(f64),
    Unclear,
}

impl FrequencyFile {
    /// What it says about how often.
    pub(super) fn rate(&self) -> Result<Rate, Fault> {
        let rates = [
            self.times.map(Rate::Times),
            self.per.map(Rate::Per),
            self.days.map(Rate::Days),
            self.hours.map(Rate::Hours),
            self.unclear.then_some(Rate::Unclear),
        ];
        let mut given = rates.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(rate), None) => Ok(rate),
            _ => Err((
                self.pattern.clone(),
                "a frequency has one of `times`, `per`, `days`, `hours` and `unclear`".to_owned(),
            )),
        }
    }
}

impl Rate {
    /// Times a day; NaN if it is unknown.
    pub(super) fn times(self, found: &Captures<'_>) -> f64 {
        let count = number(found).unwrap_or(f64::NAN);
        match self {
            Self::Times(times) => times,
            Self::Per(days) => count / days,
            Self::Days(days) => 1.0 / (count * days),
            Self::Hours(hours) => 24.0 / (count * hours),
            Self::Unclear => f64::NAN,
        }
    }
}
