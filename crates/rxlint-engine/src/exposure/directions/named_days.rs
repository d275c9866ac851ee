//! Days of the week that are named one after the other: `1 tablet Mon, Wed, Fri` is taken on three days a week.

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;

use super::blank::blank;
use super::file::{DaySetFile, WordsFile};
use super::pattern::{Fault, phrases, regex};
use super::words::Words;

/// What finds them.
#[derive(Debug)]
pub(super) struct NamedDays {
    /// Days that follow each other, and each of them: by their names, and by the short names of each language, which are other words
    /// where one stands alone.
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

    /// The only set of days in a text, and how many they are.
    fn set(&self, text: &str) -> Option<(Range<usize>, usize)> {
        let found = |(set, days): &(Regex, usize)| Some((set.find(text)?.range(), *days));
        self.sets.iter().find_map(found)
    }

    /// The only list of days in a text, and how many it names, each once. Of two with a dash between them it is open what lies between.
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
/// Whether what stands between two days is a dash, or nothing.
fn leaves_between(list: &str, one: &Regex) -> bool {
    let mut days = one.find_iter(list);
    let between = days.next().zip(days.next()).map(|(a, b)| &list[a.end()..b.start()]);
    between.is_none_or(|text| text.contains(['-', '–']) || text.trim_matches(['.', ' ']).is_empty())
}

impl Words {
    /// The text with the days that it names as a number of days of the week, where one amount is taken on each of them and the
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
