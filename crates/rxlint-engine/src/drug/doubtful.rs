//! Shorthand that may be another word (`OXY`, `COD`, `MS`): when it is believed, when it is told, and when it is part of another name.

use std::ops::Range;

use super::dictionary::{Dictionary, How, Phrase};
use super::resolve::contains;

/// What is in doubt of a phrase.
#[derive(Clone, Copy)]
pub(super) enum Doubt {
    /// Nothing: it is a name, or a word beside it confirms it.
    None,
    /// Whether it is the drug: it is told.
    Open,
    /// It is something else: an acne wash, a disease.
    Other,
}

/// The doubts of one text. They are questions to all that is written: asked once, and not for each of a million words.
#[derive(Default)]
pub(super) struct Doubts<'d> {
    before: Vec<(&'d Phrase, Doubt)>,
}

impl<'d> Doubts<'d> {
    /// What is in doubt of a phrase, beside everything that is written.
    pub(super) fn of(&mut self, phrase: &'d Phrase, hints: &[String]) -> Doubt {
        if phrase.how != How::Doubtful {
            return Doubt::None;
        }
        if let Some((_, doubt)) = self.before.iter().find(|(p, _)| std::ptr::eq(*p, phrase)) {
            return *doubt;
        }
        let is_beside = |phrases: &[Vec<String>]| phrases.iter().any(|p| contains(hints, p));
        let doubt = if is_beside(&phrase.never) {
            Doubt::Other
        } else if is_beside(&phrase.with) {
            Doubt::None
        } else {
            Doubt::Open
        };
        self.before.push((phrase, doubt));
        doubt
    }
}

impl Dictionary {
    /// Whether shorthand is part of another name: the word directly before it or behind it may be one, and is no known drug's
    /// (`OXY Cleansing Pads`). Beside a known drug it is another drug (`IBUPROFEN/OXY`).
    pub(super) fn is_part_of_another(&self, text: &[String], shorthand: &Range<usize>) -> bool {
        let is_unknown = |at: usize| {
            text.get(at).is_some_and(|word| self.may_be_a_name(word)) && !self.names_one(text, at)
        };
        is_unknown(shorthand.end) || shorthand.start.checked_sub(1).is_some_and(is_unknown)
    }

    /// Whether a word is long enough for a name, and no form, unit or filler.
    fn may_be_a_name(&self, word: &str) -> bool {
        word.len() >= 4 && word.chars().all(char::is_alphabetic) && !self.lexicon().is_filler(word)
    }
}
