//! The most that directions allow a day, if they leave it to the patient how much is taken: `1-2 tablets every 4 to 6 hours as
//! needed, max 8 a day`. It is not a dose, but a quantity lasts at least as long as that allows.

use regex::{Captures, Regex};

use super::Directions;
use super::amount::word_number;
use super::blank::blank;
use super::file::WordsFile;
use super::pattern::{Fault, NUMBER, any_of, phrases, regex};
use super::words::Words;

/// How directions are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    /// As what is taken.
    Taken,
    /// As the most that may be taken: a dose that is only as needed is taken each time.
    Most,
}

/// What finds limits and ranges.
#[derive(Debug)]
pub(super) struct MostPatterns {
    /// `Max 6 tablets a day`, with the number and, if given, what is counted.
    stated: Regex,
    /// Two intervals: `every 4 to 6 hours`.
    intervals: Regex,
    /// Two short forms or words of how often: `bid-tid`.
    often: Regex,
    /// Two amounts, or numbers of times.
    amounts: Regex,
    /// A second amount: `1 tablet daily plus 1 as needed`, `1 tablet daily and as needed`.
    adds: Regex,
    /// What does not count units: `(5 mg total)`.
    measured: Regex,
}

impl MostPatterns {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        any_of(&file.most_before)?;
        any_of(&file.most_a_day)?;
        let or = |list: &[String]| {
            if list.is_empty() { r"[^\s\S]".to_owned() } else { list.join("|") }
        };
        let (before, a_day, units) = (or(&file.most_before), or(&file.most_a_day), or(&file.units));
        let joins = format!(r"(?:\s*[-–—~]\s*|\s*{}\s*)", phrases(&file.joins));
        let hours = or(&file.interval_units);
        let part = r"\d+/\d+|\d*\.\d+|\d*½|\d+|one[-\s]half|half|one|two|three|four|five|six|seven|eight|twelve";
        let word = r"(?:\s*[a-z]{1,10}\.?)?";
        Ok(Self {
            stated: regex(
                &format!(
                    r"\b(?:{before})\W{{0,3}}(?:(?:of|de|is|dose)\W+)?(?<number>{NUMBER})\s*(?:(?<unit>(?:{units})\w*|st|stk|szt|ks|kpl|stuks?|tane|adet)\b\.?)?\W{{0,2}}(?:{a_day})"
                ),
                "",
            )?,
            intervals: regex(
                &format!(
                    r"(?:\b|(?<q>q\.?))(?<first>{NUMBER})(?:\s*(?:{hours}))?{joins}(?:{NUMBER})(?<unit>[\s-]*(?:{hours})\b)"
                ),
                "",
            )?,
            often: regex(
                r"\b(?<first>qd|od|daily|bid|bd|tid|tds|once|twice)\s*(?:-|–|/|\bto\b|\bor\b)\s*(?<second>bid|bd|tid|tds|qid|qds|twice|thrice)\b",
                "",
            )?,
            adds: regex(
                &format!(
                    r"(?:\bplus|\bwith|[&+,;(]|{0})\s*(?:{part})|(?:\bplus|[&+]|{0})\s*(?:{1})|\b(?:{2})\b",
                    phrases(&file.day_joins),
                    or(&file.most_besides),
                    or(&file.most_extra)
                ),
                "",
            )?,
            measured: regex(r"\d+(?:[.,]\d+)?\s*(?:mg|mcg|ml|g)\b", "")?,
            amounts: regex(
                &format!(
                    r"(?<before>^|[^\w.,/½–—-])(?<first>{part}){word}{joins}(?<second>{part})(?<after>$|[^\w.,/½–—-])"
                ),
                "",
            )?,
        })
    }

    /// The text with the larger of each two that it leaves to the patient: the larger amount, the shorter interval.
    fn with_upper_ends(&self, text: &str) -> String {
        let text = self.intervals.replace_all(text, "${q}${first}${unit}");
        let rank = |word: &str| match word.to_ascii_lowercase().as_str() {
            "qd" | "od" | "daily" | "once" => 1,
            "bid" | "bd" | "twice" => 2,
            "tid" | "tds" | "thrice" => 3,
            _ => 4,
        };
        let text = self.often.replace_all(&text, |found: &Captures<'_>| {
            let (first, second) = (&found["first"], &found["second"]);
            if rank(first) > rank(second) { first } else { second }.to_owned()
        });
        let larger = |found: &Captures<'_>| {
            let ends = word_number(&found["first"]).zip(word_number(&found["second"]));
            match ends.filter(|(first, second)| first < second) {
                Some(_) => format!("{}{}{}", &found["before"], &found["second"], &found["after"]),
                None => found[0].to_owned(),
            }
        };
        self.amounts.replace_all(&text, larger).into_owned()
    }
}

impl Words {
    /// Adds the most units a day that the text allows, if it does not say how many are taken. `read` reads it as the most.
    pub(super) fn with_most(
        &self,
        text: &str,
        said: Directions,
        read: impl Fn(&str) -> Directions,
    ) -> Directions {
        let Some(patterns) = self.most_patterns() else { return said };
        if said.units_a_day().is_some() || said.once {
            return said;
        }
        let upper = patterns.with_upper_ends(text);
        // The limit is not a frequency.
        let rest = patterns.stated.replace_all(&upper, " ; ");
        let mut amounts = rest.clone().into_owned();
        blank(&mut amounts, self.all_frequencies(&rest).into_iter().map(|one| one.span), " ");
        let counted = patterns.measured.replace_all(&amounts, " ");
        let adds = patterns.adds.is_match(&counted) || self.amounts_on_days(&amounts).count() > 1;
        let most = if adds { Directions::default() } else { read(&rest) };
        // `2 tablets as needed, max 4 a day` may count times, unless it is not taken that often.
        let each = || self.amounts_on_days(&upper).chain(most.bare_units()).fold(1.0, f64::max);
        let stated = patterns.stated.captures_iter(text).filter_map(|found| {
            let number = word_number(&found["number"])?;
            let are_units = found.name("unit").is_some()
                || most.times_a_day.is_some_and(|times| times < number);
            Some(if are_units { number } else { number * each() })
        });
        // A stated limit is the limit, even if they name less: `1 tablet twice a day, max 3 a day if in pain`.
        let units_a_day = stated.reduce(f64::min).or(most.units_a_day());
        // What is left to the patient up to a limit is understood.
        let unread = said.unread && !(said.open && units_a_day.is_some());
        Directions { units_a_day_at_most: units_a_day, unread, ..said }
    }
}
