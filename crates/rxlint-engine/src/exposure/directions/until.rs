//! The last day that directions state: `1 tablet bid until 3/15/2026`. It counts only after a dose: `until 3/15/2026` may also
//! say until when nothing is dispensed, and what follows it may be another step.

use std::borrow::Cow;

use regex::Regex;
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::record::DateOrder;

use super::file::WordsFile;
use super::pattern::{Fault, any_of, regex};
use super::words::Words;
use crate::drug::name::words;
use crate::drug::phrases::Phrases;

/// What finds it.
#[derive(Debug)]
pub(super) struct Until {
    /// A word for it, and the day.
    day: Regex,
    /// Words with which something else is done until then.
    others: Phrases,
}

impl Until {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        const DAY: &str = r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}\s*[-./]\s*\d{1,2}\s*[-./]\s*(?:\d{4}|\d{2})|\d{1,2}(?:\.|er|st|nd|rd|th)?[\s-]*(?:de\s+)?[^\W\d_]{3,12}\.?,?[\s-]*(?:de\s+)?\d{4}|[^\W\d_]{3,12}\.?\s*\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}";
        any_of(&file.until)?;
        let before = match &file.until[..] {
            [] => r"[^\s\S]".to_owned(),
            some => some.join("|"),
        };
        Ok(Self {
            day: regex(&format!(r"(?:^|[\s,;(])(?:{before})\s+(?<day>{DAY})(?:\W|$)"), "")?,
            others: Phrases::of(&file.not_until),
        })
    }
}

/// Whether a text may contain the digits of a day and its year: a cheap check, since few directions have any.
fn may_have_day(text: &str) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let has_year =
        || bytes.windows(4).any(|four| four.starts_with(b"20") && four.iter().all(is_digit));
    let has_two_signs = || {
        bytes
            .split(|byte| !is_digit(byte) && !matches!(byte, b'/' | b'.' | b'-' | b' '))
            .any(|part| part.iter().filter(|byte| matches!(byte, b'/' | b'.' | b'-')).count() > 1)
    };
    has_year() || has_two_signs()
}

/// The day, if its numbers can be read in only one way.
fn only_day(text: &str) -> Option<Day> {
    let plain = text.replace(' ', "");
    let read = |order| date::parse(plain.as_bytes(), Some(order)).ok();
    let read = |order| read(order).or_else(|| date::parse(text.as_bytes(), Some(order)).ok());
    match (read(DateOrder::Dmy), read(DateOrder::Mdy)) {
        (Some(one), Some(other)) => (one == other).then_some(one),
        (one, other) => one.or(other),
    }
}

impl Words {
    /// The text without the last day that it states after a dose, and that day.
    pub(super) fn without_until<'t>(&self, text: &'t str) -> (Cow<'t, str>, Option<Day>) {
        const NONE: Option<Day> = None;
        let Some(until) = self.until().filter(|_| may_have_day(text)) else {
            return (Cow::Borrowed(text), NONE);
        };
        let lower = text.to_lowercase();
        let found = until.day.captures(&lower).and_then(|found| {
            let day = only_day(found.name("day")?.as_str())?;
            let (before, after) =
                (&lower[..found.get(0)?.start()], &lower[found.name("day")?.end()..]);
            let clause = before.trim_end_matches([',', ';', ' ', '.', '(']);
            let clause = clause.rsplit([',', ';', '.', '\n', '(']).next().unwrap_or_default();
            let clause = self.rewritten(clause);
            let is_of_dose = !until.others.any_in(&words(before))
                && (self.has_any_amount(&clause) || !self.frequencies(&clause).is_empty());
            let is_last =
                !after.contains(|c: char| c.is_ascii_digit()) && self.cuts(after).1.is_empty();
            (is_of_dose && is_last).then(|| (format!("{before}{after}"), day))
        });
        match found {
            Some((rest, day)) => (Cow::Owned(rest), Some(day)),
            None => (Cow::Borrowed(text), NONE),
        }
    }
}
