//! Directions in steps: `2 tablets daily for 7 days, then 1 tablet daily`. They are cut where a length ends and where a word
//! joins two steps; each step is read by itself, and together they say how long a quantity lasts.

use super::Directions;
use super::most::As;
use super::words::{StepLength, Words};
use crate::drug::strength;

/// More steps than these are not read.
const MOST_STEPS: usize = 8;

/// How much is taken a day, and for how many days; without end in the last step if it states none.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    a_day: f64,
    days: Option<f64>,
}

/// The steps of a schedule, in their order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Steps {
    all: [Step; MOST_STEPS],
    count: usize,
    /// Whether no step says how often, so that only a quantity that fits once a day confirms it.
    is_daily_perhaps: bool,
}

impl Steps {
    /// The steps, if all but the last say how long they last, and they are not all alike.
    fn of(steps: &[Step], is_daily_perhaps: bool) -> Option<Self> {
        let (last, before) = steps.split_last()?;
        let is_alike = before.iter().all(|step| (step.a_day - last.a_day).abs() < 1e-9);
        if is_alike || steps.len() > MOST_STEPS || before.iter().any(|step| step.days.is_none()) {
            return None;
        }
        let mut all = [*last; MOST_STEPS];
        all[..steps.len()].copy_from_slice(steps);
        Some(Self { all, count: steps.len(), is_daily_perhaps })
    }

    fn steps(&self) -> &[Step] {
        &self.all[..self.count]
    }

    /// The days that so many units last, one step after another.
    pub(super) fn days_of(&self, quantity: f64) -> Option<f64> {
        let needs =
            || self.steps().iter().map(|step| Some(step.a_day * step.days?)).sum::<Option<f64>>();
        if self.is_daily_perhaps && !needs().is_some_and(|all| (all - quantity).abs() < 1e-6) {
            return None;
        }
        let (mut left, mut days) = (quantity, 0.0);
        for step in self.steps() {
            let lasts = left / step.a_day;
            match step.days {
                Some(stated) if stated <= lasts * (1.0 + 1e-9) => {
                    left -= stated * step.a_day;
                    days += stated;
                }
                _ => return Some(days + lasts),
            }
        }
        Some(days)
    }

    /// The days of all steps together, if the last one ends too. If they do not say how often, a quantity may be of another schedule.
    pub(super) fn total(&self, has_quantity: bool) -> Option<f64> {
        let is_certain = !(self.is_daily_perhaps && has_quantity);
        self.steps().iter().map(|step| step.days.filter(|_| is_certain)).sum()
    }
}

/// A part of directions, as it was cut.
struct Part<'t> {
    text: &'t str,
    /// How long it lasts, and whether that is one day that is named: `2 tablets on day 1`.
    length: Option<(f64, bool)>,
    /// Whether a word joins it to the part before it.
    is_joined: bool,
}

impl Words {
    /// What directions say, as `rewritten` spells them, step by step if they consist of steps; each part is read by `read`.
    pub(super) fn in_steps(&self, spelled: &str, read: impl Fn(&str) -> Directions) -> Directions {
        let whole = read(spelled);
        let parts = self.parts(spelled);
        if parts.iter().filter(|part| self.is_step(part)).count() < 2 {
            return whole;
        }
        let (mut steps, mut most, mut units) = (Vec::new(), None, None);
        let (mut waiting, mut is_read) = (None, true);
        // Whether some step says how often, and whether each that does says daily.
        let (mut says_often, mut is_daily, mut is_bare) = (false, true, false);
        for part in &parts {
            let length = part.length.or(waiting.take());
            if !self.is_step(part) {
                // `For 3 days take 1 tablet daily`: the length comes first.
                waiting = length.filter(|_| steps.is_empty());
                is_read &= waiting.is_some() || self.says_nothing(part.text);
                continue;
            }
            let said = read(part.text);
            let goes_on = length.is_some() || part.is_joined;
            // The amount again, or a strength.
            let is_remark = said.units == units || !self.has_amount(part.text);
            if !goes_on && said.times_a_day.is_none() && !said.open && is_remark {
                continue;
            }
            let has_none = !self.has_any_amount(part.text);
            units = said.units.or(units.filter(|_| has_none));
            let is_of_day = length.is_some_and(|(_, is_day)| is_day);
            let times = said.times_a_day.or(is_of_day.then_some(1.0));
            says_often |= times.is_some();
            is_daily &= times.is_none_or(|times| times == 1.0);
            // `1/2 tablet for 3 days, then 1 tablet daily`: the first step is as frequent as the second.
            let is_whole = || length.is_some() && self.accounts_for(part.text, &[]);
            let alone = || units.filter(|_| said.units.is_some()).is_some() && is_whole();
            let is_plain = times.is_none() && alone();
            is_bare |= is_plain;
            let times = times.or(is_plain.then_some(1.0));
            let rate = units.zip(times).filter(|_| !said.open && said.days_a_week.is_none());
            let Some((units, times)) = rate else {
                is_read = false;
                continue;
            };
            most = most.into_iter().chain([units * times.max(1.0)]).reduce(f64::max);
            steps.push(Step { a_day: units * times, days: length.map(|(days, _)| days) });
        }
        let is_alike = steps.windows(2).all(|two| (two[0].a_day - two[1].a_day).abs() < 1e-9);
        if is_read && is_alike && !is_bare {
            return whole;
        }
        is_read &= !is_bare || is_daily;
        let steps = if is_read { Steps::of(&steps, !says_often) } else { None };
        let Directions { weekly, too_soon, tampered, by_mg, .. } = whole;
        let said = Directions { weekly, too_soon, tampered, by_mg, ..Directions::default() };
        Directions { open: true, unread: steps.is_none(), most_on_a_day: most, steps, ..said }
    }

    /// The directions cut after each length and at each word that joins steps.
    fn parts<'t>(&self, text: &'t str) -> Vec<Part<'t>> {
        let (lengths, joins) = self.cuts(text);
        let mut cuts: Vec<StepLength> =
            joins.into_iter().map(|span| (span, None)).chain(lengths).collect();
        cuts.sort_by_key(|(span, _)| span.start);
        let (mut parts, mut from, mut is_joined) = (Vec::new(), 0, false);
        for (span, length) in cuts {
            let Some(before) = text.get(from..span.start) else { continue };
            let is_empty = !before.contains(char::is_alphanumeric) && length.is_none();
            if !is_empty {
                parts.push(Part { text: before, length, is_joined });
            }
            (from, is_joined) = (span.end, length.is_none());
        }
        parts.push(Part { text: text.get(from..).unwrap_or_default(), length: None, is_joined });
        parts
    }

    /// Whether a part may be a step: it names an amount, or says how often and is joined to the part before it or has a length.
    fn is_step(&self, part: &Part<'_>) -> bool {
        let goes_on = part.is_joined || part.length.is_some();
        let is_often =
            |text: &str| !self.frequencies(text).is_empty() || self.by_time_of_day(text).is_some();
        let text = self.without_limits(part.text);
        self.has_any_amount(&text) || goes_on && is_often(&text)
    }

    /// Whether a text contains an amount: with a unit, in mg, or a number alone.
    pub(super) fn has_any_amount(&self, text: &str) -> bool {
        self.has_amount(text)
            || !strength::amounts(text).is_empty()
            || self.bare_amount(text).is_some()
            || self.scheme(text).is_some()
    }

    /// Whether a part without an amount is not a step that was misunderstood: `then stop`, `with food every day`.
    fn says_nothing(&self, part: &str) -> bool {
        let is_often = || !self.frequencies(part).is_empty();
        !self.leaves_open(part, As::Taken) && (!part.contains(char::is_numeric) || is_often())
    }
}
