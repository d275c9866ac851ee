//! What is between an amount and how often it is taken. `Daily` says once a day only if nothing next to it says otherwise: an
//! unknown word before it, or a count after it, may be how often.

use regex::Regex;

use super::amount::units;
use super::bare::AMOUNT;
use super::file::WordsFile;
use super::pattern::{Fault, any_of, regex};
use crate::drug::name::words;
use crate::drug::phrases::Phrases;

/// Replaces an amount.
const AMOUNT_READ: &str = " \x01 ";

/// What finds such words.
#[derive(Debug)]
pub(super) struct BetweenPatterns {
    /// Amounts, after which it begins.
    amounts: Regex,
    /// Numbers without a unit, at the beginning or after `take`.
    bare: Regex,
    /// Where a sentence ends.
    sentence: Regex,
    /// What may be there.
    known: Regex,
    known_words: Phrases,
    /// A count after a frequency: `daily x2`.
    counted: Regex,
}

impl BetweenPatterns {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        let unit = file.units.join("|");
        let mut known = file.between.clone();
        known.extend((!unit.is_empty()).then(|| format!(r"\b(?:{unit})\b")));
        let before = file.bare_before.join("|");
        Ok(Self {
            amounts: regex(
                &format!(r"(?:{})\w*|\d[\d.,]*\s*(?:mg|mcg|µg|g|ml)\b", units(&unit)),
                "",
            )?,
            bare: regex(&format!(r"(?:^\W*|\b(?:{before})\s+)(?:{AMOUNT})\b"), "")?,
            sentence: regex(r"[;\n]|[a-z]{3}\.\s", "")?,
            known: any_of(&known)?,
            known_words: Phrases::of(file.between_words.iter().chain(&file.optional)),
            counted: any_of(&file.counted)?,
        })
    }

    /// Whether something next to a frequency that says `once` may say how often. `names` are the words of the drug's own name.
    pub(super) fn may_count(&self, before: &str, after: &str, names: &[String]) -> bool {
        if self.counted.is_match(after) {
            return true;
        }
        let start = self.sentence.find_iter(before).last().map_or(0, |found| found.end());
        let clause = before.get(start..).unwrap_or_default();
        let ends = |regex: &Regex| regex.find_iter(clause).last().map_or(0, |found| found.end());
        let rest = &clause[ends(&self.amounts).max(ends(&self.bare))..];
        !self.knows(rest, names)
    }

    /// Whether the sentence around a place says only what may be next to an amount.
    pub(super) fn knows_sentence(&self, before: &str, after: &str, names: &[String]) -> bool {
        let start = self.sentence.find_iter(before).last().map_or(0, |found| found.end());
        let end = self.sentence.find(after).map_or(after.len(), |found| found.start() + 1);
        let parts = [before.get(start..), after.get(..end)].map(Option::unwrap_or_default);
        parts
            .into_iter()
            .all(|part| self.knows(&self.amounts.replace_all(part, AMOUNT_READ), names))
    }

    /// Whether a text without what was read of it says only what may be next to an amount, and these words.
    pub(super) fn knows_beside(&self, text: &str, names: &[String], more: &Phrases) -> bool {
        self.knows_with(&self.without_amounts(text), names, more)
    }

    /// The text with a mark in the place of each amount.
    pub(super) fn without_amounts(&self, text: &str) -> String {
        let text = self.amounts.replace_all(text, AMOUNT_READ);
        self.bare.replace_all(&text, AMOUNT_READ).into_owned()
    }

    fn knows(&self, text: &str, names: &[String]) -> bool {
        self.knows_with(text, names, &Phrases::default())
    }

    /// Whether every word is one that may be there, or one of these.
    fn knows_with(&self, text: &str, names: &[String], more: &Phrases) -> bool {
        let rest = self.known.replace_all(text, " ");
        let all = words(&rest);
        let mut at = 0;
        while at < all.len() {
            let known = self.known_words.starts(&all[at..]).or_else(|| more.starts(&all[at..]));
            match known {
                Some(taken) => at += taken,
                None if names.contains(&all[at]) => at += 1,
                None => return false,
            }
        }
        true
    }
}
