//! For how long something is taken: `for 7 days`, `x 2 weeks`, `x 10/7`. A length counts only if its clause is about
//! the dose: `avoid alcohol for 3 days` and `ibuprofen for 5 days` end nothing.

use std::ops::Range;

use regex::{Captures, Regex};

use super::blank::blank;
use super::file::WordsFile;
use super::pattern::{Fault, NUMBER, any_of, number, regex};
use super::words::{Often, Words};

const WEEK: f64 = 7.0;
const MONTH: f64 = 30.0;

/// For how long, as directions state it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lasting {
    pub(super) days: f64,
    /// Whether it is in weeks or months, which may be those of several supplies.
    pub(super) is_long: bool,
}

/// What finds lengths.
#[derive(Debug)]
pub(super) struct Lengths {
    /// In days.
    days: Regex,
    /// In weeks and months, and by their parts: `2/52`.
    weeks: Regex,
    /// With these it is the length of a step, or of a cycle.
    others: Regex,
    /// Where a clause ends.
    clause: Regex,
    /// What may be in a clause that names no dose: `Take for 7 days`.
    plain: Regex,
    /// What is not to be taken, or done, for so long.
    forbids: Regex,
    brackets: Regex,
    digits: Regex,
}

impl Lengths {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        let numbered = |pattern: &String| pattern.replace("(N)", &format!("({NUMBER})"));
        let days: Vec<String> = file.for_days.iter().map(numbered).collect();
        let weeks = file.for_weeks.replace("(N)", &format!("({NUMBER}|an?)"));
        let taken = file.bare_before.join("|");
        Ok(Self {
            days: any_of(&days)?,
            weeks: if weeks.is_empty() { any_of(&[])? } else { regex(&weeks, &file.for_weeks)? },
            others: any_of(&file.not_for_days)?,
            clause: regex(r"[;,\n]|\.\s|\s-\s", "")?,
            plain: regex(&format!(r"^\W*(?:(?:{taken}|continue|duration)\W*)*$"), "")?,
            forbids: any_of(&file.not_of_dose)?,
            brackets: regex(r"\([^()]*\)", "")?,
            digits: regex(r"\d+", "")?,
        })
    }

    /// The lengths in a text, each with its place.
    pub(super) fn all(&self, text: &str) -> Vec<(Range<usize>, Option<Lasting>)> {
        let days = self.days.captures_iter(text).filter_map(|found| {
            let days = number(&found).map(|days| Lasting { days, is_long: false });
            Some((found.get(0)?.range(), days))
        });
        let weeks = self.weeks.captures_iter(text).filter_map(|found| {
            let days = in_days(&found).map(|days| Lasting { days, is_long: true });
            Some((found.get(0)?.range(), days))
        });
        days.chain(weeks).collect()
    }
}

/// The days of a length in weeks, months, or parts of them.
fn in_days(found: &Captures<'_>) -> Option<f64> {
    let is_article = |word: &str| matches!(word, "a" | "an");
    let article = || found.get(1).filter(|word| is_article(word.as_str())).map(|_| 1.0);
    let count = number(found).or_else(article)?;
    let each = match found.name("part").map(|part| part.as_str()) {
        Some("7") => 1.0,
        Some("52") => WEEK,
        Some(_) => MONTH,
        None if found.name("months").is_some() => MONTH,
        None => WEEK,
    };
    Some(count * each)
}

impl Words {
    /// For how long it is taken at most, if one length is stated for the dose and nothing follows it. `names` are the words of the
    /// drug's own name.
    pub(super) fn lasting(&self, text: &str, often: &[Often], names: &[String]) -> Option<Lasting> {
        let lengths = self.lengths()?;
        let all = lengths.all(text);
        if all.is_empty() {
            return None;
        }
        let mut read = text.to_owned();
        let spans = often.iter().map(|one| &one.span).chain(all.iter().map(|(span, _)| span));
        blank(&mut read, spans.cloned().chain(self.moments(text)), "\0");
        let of_dose = |span: &Range<usize>| self.is_of_dose(&read[..span.start], names);
        let mut stated = all.iter().filter(|(span, _)| of_dose(span)).map(|(_, lasting)| *lasting);
        let first = stated.next().flatten().filter(|one| (1.0..=366.0).contains(&one.days))?;
        let agree =
            stated.all(|other| other.is_some_and(|other| (other.days - first.days).abs() < 1e-9));
        // The word `week` in a length says nothing about steps.
        let rest = lengths.weeks.replace_all(text, " ");
        (agree && !lengths.others.is_match(&rest)).then_some(first)
    }

    /// Whether the clause that ends here is about the dose and nothing else. What has been read of it is blank.
    fn is_of_dose(&self, before: &str, names: &[String]) -> bool {
        let Some((lengths, (asides, between))) = self.lengths().zip(self.asides()) else {
            return false;
        };
        let start = lengths.clause.find_iter(before).last().map_or(0, |found| found.end());
        let clause = lengths.brackets.replace_all(&before[start..], " ");
        if lengths.forbids.is_match(&clause) {
            return false;
        }
        let clause = asides.without_purposes(&clause);
        let clause = between.without_amounts(&clause);
        let says_dose = clause.contains(|c: char| c.is_ascii_digit() || matches!(c, '\0' | '\x01'));
        let is_open = || self.is_optional(&clause) || self.defers(&clause);
        let known = || asides.knows(between, &lengths.digits.replace_all(&clause, " "), names);
        lengths.plain.is_match(&clause) || (says_dose || is_open()) && known()
    }
}
