//! What is said besides the dose. Directions are certain only if each of their words is accounted for: an unknown one may
//! mean `up to`, `when needed` or `less and less`, in whatever language. Purposes and warnings may be in any words.

use std::borrow::Cow;
use std::ops::Range;

use regex::{Captures, Regex};

use super::between::BetweenPatterns;
use super::blank::blank;
use super::file::WordsFile;
use super::pattern::{Fault, any_of, regex};
use super::words::Words;
use crate::drug::name::words;
use crate::drug::phrases::Phrases;

/// Replaces what has been read: it ends a purpose, and is not a word.
const READ: &str = "\0";

/// What finds it.
#[derive(Debug)]
pub(super) struct Asides {
    /// Warnings and other remarks, up to their end.
    remarks: Regex,
    /// What it is taken for, up to the next punctuation or number.
    purposes: Regex,
    /// Words of times and limits, which make it something else than a purpose: `for the first week`.
    no_purposes: Phrases,
    /// Words that say nothing about how much or how often.
    words: Phrases,
    /// Words that refer to what was said: `as directed`.
    reference: Regex,
}

impl Asides {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        any_of(&file.purposes)?;
        let purposes = match &file.purposes[..] {
            [] => r"[^\s\S]".to_owned(),
            some => some.join("|"),
        };
        Ok(Self {
            remarks: any_of(&file.aside_remarks)?,
            purposes: regex(&format!(r"\b(?:{purposes})[\s:]+[^\d,.;:()\n\x00]+"), "")?,
            no_purposes: Phrases::of(&file.no_purposes),
            words: Phrases::of(&file.aside_words),
            reference: any_of(file.reference.as_slice())?,
        })
    }

    /// The text without warnings and purposes.
    fn without_free_text(&self, text: &str) -> String {
        self.remarks.replace_all(&self.without_purposes(text), READ).into_owned()
    }

    /// The text without what it is taken for.
    pub(super) fn without_purposes<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let purpose = |found: &Captures<'_>| {
            let is_none = self.no_purposes.any_in(&words(&found[0]));
            if is_none { found[0].to_owned() } else { " ".to_owned() }
        };
        self.purposes.replace_all(text, purpose)
    }

    /// Whether a text says only what may go with a dose.
    pub(super) fn knows(&self, between: &BetweenPatterns, text: &str, names: &[String]) -> bool {
        between.knows_beside(text, names, &self.words)
    }
}

impl Words {
    /// Whether every word besides how much and how often is accounted for. `names` are the words of the drug's own name.
    pub(super) fn accounts_for(&self, text: &str, names: &[String]) -> bool {
        let Some((asides, between)) = self.asides() else { return false };
        let mut rest = text.to_owned();
        blank(&mut rest, self.what_is_read(text), READ);
        let rest = asides.without_free_text(&rest);
        between.knows_beside(&rest, names, &asides.words)
    }

    /// The text without a word that refers to what was said, if it follows a whole dose: `1 tablet daily as directed`.
    pub(super) fn without_reference<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let found = self.asides().filter(|_| self.defers(text));
        let Some(found) = found.and_then(|(asides, _)| asides.reference.captures(text)) else {
            return Cow::Borrowed(text);
        };
        let start = found.get(0).map_or(0, |all| all.start());
        let end = found.name("end").map_or(text.len(), |end| end.start());
        let dose = &text[..start];
        let is_often =
            || !self.all_frequencies(dose).is_empty() || self.by_time_of_day(dose).is_some();
        if found.name("or").is_some() || !self.has_any_amount(dose) || !is_often() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(format!("{dose}{}", &text[end..]))
    }

    /// The parts that say how often, when and for how long.
    fn what_is_read(&self, text: &str) -> Vec<Range<usize>> {
        let often = self.all_frequencies(text).into_iter().map(|one| one.span);
        let (lengths, _) = self.cuts(text);
        often.chain(lengths.into_iter().map(|(span, _)| span)).chain(self.times(text)).collect()
    }
}
