//! Days of the week that are named one after another: `1 tablet Mon, Wed, Fri` is taken on three days a week.

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;

use super::Directions;
use super::blank::blank;
use super::file::{DaySetFile, WordsFile};
use super::pattern::{Fault, phrases, regex};
use super::words::{Often, Words};
use crate::drug::strength;

/// What finds them.
#[derive(Debug)]
pub(super) struct NamedDays {
    /// Days that follow each other, and each of them: by their names, and by the short names of each language, which are other words
    /// if one is alone.
    lists: Vec<(Regex, Regex)>,
    /// Words for sets of days, and how many days each is: `weekdays`.
    sets: Vec<(Regex, usize)>,
}

impl NamedDays {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        let names: Vec<String> = file.weekdays.iter().chain(&file.day_names).cloned().collect();
        let joins = phrases(&file.day_joins);
        let articles = phrases(&file.day_articles);
        let join = format!(r"(?:\s*(?:[,/&+–-]|{joins}))*\s*");
        let lists = |names: &[String], repeated: &str| {
            let name = phrases(names);
            let one = format!(r"(?:{articles}\s+)?{name}\.?");
            Ok::<_, Fault>((
                regex(&format!(r"{one}(?:{join}{one}){repeated}"), "")?,
                regex(&name, "")?,
            ))
        };
        let mut all = vec![lists(&names, "*")?];
        for short in &file.short_days {
            all.push(lists(short, "+")?);
        }
        let set = |set: &DaySetFile| Ok((regex(&set.pattern, &set.pattern)?, set.days.into()));
        Ok(Self { lists: all, sets: file.day_sets.iter().map(set).collect::<Result<_, Fault>>()? })
    }

    /// The days that a text names one after another, wherever they are: where, and how many; none if a day is named twice.
    fn all(&self, text: &str) -> Option<Vec<(Range<usize>, usize)>> {
        const LETTERS: usize = 3;
        let (list, one) = self.lists.iter().find(|(list, _)| list.is_match(text))?;
        let mut spans: Vec<Range<usize>> =
            list.find_iter(text).map(|found| found.range()).collect();
        // A short name that is alone, next to others of its language.
        let is_alone = |day: &Range<usize>| !spans.iter().any(|span| span.contains(&day.start));
        let alone: Vec<_> = one.find_iter(text).map(|day| day.range()).filter(is_alone).collect();
        spans.extend(alone);
        spans.sort_by_key(|span| span.start);
        let mut met: Vec<String> = Vec::new();
        let mut all = Vec::new();
        for span in spans {
            let before = met.len();
            let days = one.find_iter(&text[span.clone()]);
            met.extend(days.map(|day| day.as_str().to_lowercase().chars().take(LETTERS).collect()));
            let is_span = met.len() - before == 2 && leaves_between(&text[span.clone()], one);
            if is_span && text[span.clone()].contains(['-', '–']) {
                return None;
            }
            all.push((span, met.len() - before));
        }
        let named = met.len();
        met.sort_unstable();
        met.dedup();
        (met.len() == named).then_some(all)
    }

    /// The only set of days in a text, and how many they are.
    fn set(&self, text: &str) -> Option<(Range<usize>, usize)> {
        let found = |(set, days): &(Regex, usize)| Some((set.find(text)?.range(), *days));
        self.sets.iter().find_map(found)
    }

    /// The only list of days in a text, and how many it names, each once. If two have a dash between them, it is open what lies between.
    fn list(&self, text: &str) -> Option<(Range<usize>, usize)> {
        let (list, one) = self.lists.iter().find(|(list, _)| list.is_match(text))?;
        let mut lists = list.find_iter(text);
        let list = lists.next().filter(|_| lists.next().is_none())?;
        const LETTERS: usize = 3;
        let days = one.find_iter(list.as_str());
        let mut days: Vec<String> =
            days.map(|day| day.as_str().to_lowercase().chars().take(LETTERS).collect()).collect();
        let named = days.len();
        days.sort_unstable();
        days.dedup();
        let is_span = named == 2 && leaves_between(list.as_str(), one);
        (days.len() == named && !is_span).then_some((list.range(), named))
    }
}
/// Whether a dash, or nothing, is between two days.
fn leaves_between(list: &str, one: &Regex) -> bool {
    let mut days = one.find_iter(list);
    let between = days.next().zip(days.next()).map(|(a, b)| &list[a.end()..b.start()]);
    between.is_none_or(|text| text.contains(['-', '–']) || text.trim_matches(['.', ' ']).is_empty())
}

/// What is taken in a week, if some days have other amounts than others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Week {
    /// In all, and the most on one day.
    total: f64,
    most: f64,
    days: f64,
}

impl Week {
    /// Directions that say so, for units that hold so much of what is counted.
    pub(super) fn taken(self, unit: f64, said: Directions) -> Directions {
        Directions {
            units: Some(self.total / self.days / unit),
            times_a_day: Some(1.0),
            days_a_week: Some(self.days),
            most_on_a_day: Some(self.most / unit),
            open: false,
            unread: false,
            ..said
        }
    }
}

impl Words {
    /// What is taken in a week, each amount on the days next to it: `2 tablets Mon and Wed, 3 tablets Fri`; in units, or in mg.
    /// `names` are the words of the drug's own name.
    pub(super) fn week(
        &self,
        text: &str,
        often: &[Often],
        names: &[String],
    ) -> Option<(Week, bool)> {
        let all = self.named_days()?.all(text).filter(|all| all.len() > 1)?;
        let mut rest = text.to_owned();
        blank(&mut rest, all.iter().map(|(span, _)| span.clone()), " ");
        if !often.iter().all(|one| one.is_same(1.0)) || !self.accounts_for(&rest, names) {
            return None;
        }
        let says_amount = |text: &str| self.has_amount(text) || !strength::amounts(text).is_empty();
        let comes_before = says_amount(&text[..all[0].0.start]);
        let beside = |at: usize| {
            let span = &all[at].0;
            match comes_before {
                true => &text[at.checked_sub(1).map_or(0, |before| all[before].0.end)..span.start],
                false => &text[span.end..all.get(at + 1).map_or(text.len(), |next| next.0.start)],
            }
        };
        let after = &text[all[all.len() - 1].0.end..];
        if comes_before && says_amount(after) {
            return None;
        }
        let in_units = |at: usize| self.units(beside(at));
        let in_mg = |at: usize| {
            strength::single(beside(at)).filter(|amount| !amount.per_ml).map(|amount| amount.mg)
        };
        let of = |amount: &dyn Fn(usize) -> Option<f64>| {
            (0..all.len()).map(amount).collect::<Option<Vec<f64>>>()
        };
        let are_units = self.has_amount(text);
        let amounts = if are_units { of(&in_units) } else { of(&in_mg) }?;
        let total = amounts.iter().zip(&all).map(|(amount, (_, days))| amount * *days as f64).sum();
        let days = all.iter().map(|(_, days)| *days as f64).sum();
        let most = amounts.into_iter().fold(0.0, f64::max);
        Some((Week { total, most, days }, are_units))
    }

    /// The text with the days that it names as a number of days of the week, if one amount is taken on each of them and the
    /// sentence says nothing else. `names` are the words of the drug's own name.
    pub(super) fn with_days_counted<'t>(&self, text: &'t str, names: &[String]) -> Cow<'t, str> {
        self.days_counted(text, names).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    fn days_counted(&self, text: &str, names: &[String]) -> Option<String> {
        let days = self.named_days()?;
        let is_only = |span: &Range<usize>| {
            !self.names_days(&format!("{} ; {}", &text[..span.start], &text[span.end..]))
        };
        let set = days.set(text).filter(|(span, _)| is_only(span));
        let (span, named) = set.or_else(|| days.list(text))?;
        let often = self.frequencies(text);
        let a_week = named as f64 / 7.0;
        // `3 times a week: Mon, Wed, Fri` says it twice.
        let is_said = often.iter().any(|one| one.times < 1.0);
        if is_said && !often.iter().all(|one| one.is_same(a_week)) || !self.has_one_amount(text) {
            return None;
        }
        let mut rest = text.to_owned();
        let beside = often.into_iter().map(|one| one.span).chain([span.clone()]);
        blank(&mut rest, beside, " ");
        let is_plain = self.knows_sentence(&rest[..span.start], &rest[span.end..], names);
        let count = if is_said { " ".to_owned() } else { format!(" {named} days a week ") };
        is_plain.then(|| format!("{}{count}{}", &text[..span.start], &text[span.end..]))
    }
}
