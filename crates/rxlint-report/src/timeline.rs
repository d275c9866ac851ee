//! All of one patient's exposures as a picture: in a terminal, as SVG, as a page.
//!
//! The maker of a chart has redacted what is in it.

mod picture;
mod terminal;

use crate::redaction::{ShownDay, dates, safe};
use rxlint_model::day::Day;
use rxlint_model::finding::{Severity, Side};

pub use picture::html;

/// The days of one record about one drug, before they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnExposure {
    /// The drug.
    pub drug: String,
    /// Its role.
    pub role: &'static str,
    /// Which side of the story that is.
    pub side: Side,
    /// First day.
    pub first: Day,
    /// Last day, inclusive.
    pub last: Day,
    /// Whether the record does not say how long it lasts.
    pub assumed: bool,
}

/// One patient's days.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The patient, as shown.
    pub patient: String,
    /// The drugs, by their first day.
    pub lanes: Vec<Lane>,
    /// The findings, the most severe first.
    pub marks: Vec<Mark>,
    /// What counts as today.
    pub today: ShownDay,
}

/// One drug in one role.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The drug.
    pub drug: String,
    /// Its role.
    pub role: String,
    /// Which side of the story that is.
    pub side: Side,
    /// Its exposures by first day.
    pub bars: Vec<Bar>,
}

/// One exposure.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// First day.
    pub first: ShownDay,
    /// Last day, inclusive.
    pub last: ShownDay,
    /// Whether the record does not say how long it lasts.
    pub assumed: bool,
}

/// A finding as a mark.
#[derive(Clone, Debug)]
pub struct Mark {
    /// How severe it is.
    pub severity: Severity,
    /// Its rule.
    pub rule: String,
    /// What happened.
    pub message: String,
    /// The days it is about.
    pub days: Option<(ShownDay, ShownDay)>,
    /// The first clean day.
    pub clean_from: Option<ShownDay>,
}

impl Chart {
    /// A sentence of a finding, with days counted from `zero` if there is one.
    pub fn sentence(text: &str, zero: Option<Day>) -> String {
        let text = safe(text);
        match zero {
            Some(_) => dates::relative(&text, zero).into_owned(),
            None => text.into_owned(),
        }
    }

    /// The days that are drawn: all exposures, all marks, and today where that is not far from them.
    fn scale(&self) -> Option<Scale> {
        let bars = self.lanes.iter().flat_map(|lane| &lane.bars);
        let exposures = bars.flat_map(|bar| [bar.first, bar.last]);
        let marks = self.marks.iter().flat_map(|mark| {
            mark.days.into_iter().flat_map(|(first, last)| [first, last]).chain(mark.clean_from)
        });
        let days = || exposures.clone().chain(marks.clone());
        let first = days().min_by_key(|day| day.rank())?;
        let last = days().max_by_key(|day| day.rank())?;
        let span = last.since(first) + 1;
        let beyond = self.today.since(last);
        let is_near = beyond > 0 && beyond <= span / 3 + 7;
        let last = if is_near { self.today } else { last };
        Some(Scale { first, days: last.since(first) + 1 })
    }
}

/// From the first to the last day that is drawn.
#[derive(Clone, Copy, Debug)]
struct Scale {
    first: ShownDay,
    days: i32,
}

impl Scale {
    /// Where a day begins, as a part of the whole.
    fn at(self, day: ShownDay) -> f64 {
        f64::from(day.since(self.first)) / f64::from(self.days.max(1))
    }

    /// Whether the day is drawn.
    fn holds(self, day: ShownDay) -> bool {
        (0..self.days).contains(&day.since(self.first))
    }

    fn last(self) -> ShownDay {
        self.first.plus(self.days - 1)
    }
}

/// `oxycodone, full agonist`
fn title(lane: &Lane) -> String {
    if lane.role.is_empty() { lane.drug.clone() } else { format!("{}, {}", lane.drug, lane.role) }
}

/// `2026-03-01 to 2026-03-07`, with what is assumed.
fn in_words(bar: &Bar) -> String {
    let days = crate::text::days(bar.first, bar.last);
    if bar.assumed { format!("{days} (assumed)") } else { days }
}

/// What a mark says beside its number.
fn mark_in_words(mark: &Mark) -> String {
    let clean = mark.clean_from.map(|day| format!("; clean from {day}")).unwrap_or_default();
    format!("{} {}: {}{clean}", mark.severity.name(), mark.rule, mark.message)
}

#[cfg(test)]
mod tests;
