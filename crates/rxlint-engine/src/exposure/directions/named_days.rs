//! Days of the week that are named one after the other: `1 tablet Mon, Wed, Fri` is taken on three days a week.

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;

use super::words::{Fault, Words, regex};

/// What finds them.
#[derive(Debug)]
pub(super) struct NamedDays {
    /// Days that follow each other.
    list: Regex,
    /// Each day.
    one: Regex,
}

impl NamedDays {
    /// `weekday` is the pattern of one.
    pub(super) fn of(weekday: &str) -> Result<Self, Fault> {
        let one = format!(r"(?:(?:on|every|each)\s+)?{weekday}\.?");
        let join = r"(?:\s*(?:[,/&+-]|\band\b))*\s*";
        Ok(Self { list: regex(&format!(r"{one}(?:{join}{one})*"), "")?, one: regex(weekday, "")? })
    }

    /// The only list of days in a text, and how many it names, each once. Of two with a dash between them it is open what lies between.
    fn list(&self, text: &str) -> Option<(Range<usize>, usize)> {
        const LETTERS: usize = 3;
        let mut lists = self.list.find_iter(text);
        let list = lists.next().filter(|_| lists.next().is_none())?;
        let days = self.one.find_iter(list.as_str()).filter_map(|day| day.as_str().get(..LETTERS));
        let mut days: Vec<String> = days.map(str::to_lowercase).collect();
        let named = days.len();
        days.sort_unstable();
        days.dedup();
        let is_span = named == 2 && list.as_str().contains('-');
        (days.len() == named && !is_span).then_some((list.range(), named))
    }
}

impl Words {
    /// The text with the days that it names as a number of days of the week, where one amount is taken on each of them and the
    /// sentence says nothing else. `names` are the words of the drug's own name.
    pub(super) fn with_days_counted<'t>(&self, text: &'t str, names: &[String]) -> Cow<'t, str> {
        self.days_counted(text, names).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    fn days_counted(&self, text: &str, names: &[String]) -> Option<String> {
        let (span, named) = self.named_days()?.list(text)?;
        let often = self.frequencies(text);
        let a_week = named as f64 / 7.0;
        // `3 times a week: Mon, Wed, Fri` says it twice.
        let is_said = often.iter().any(|one| one.times < 1.0);
        if is_said && !often.iter().all(|one| one.is_same(a_week)) || !self.has_one_amount(text) {
            return None;
        }
        let mut rest = text.to_owned();
        let beside = often.into_iter().map(|one| one.span).chain([span.clone()]);
        beside.for_each(|span| rest.replace_range(span.clone(), &" ".repeat(span.len())));
        let is_plain = self.knows_sentence(&rest[..span.start], &rest[span.end..], names);
        let count = if is_said { " ".to_owned() } else { format!(" {named} days a week ") };
        is_plain.then(|| format!("{}{count}{}", &text[..span.start], &text[span.end..]))
    }
}
