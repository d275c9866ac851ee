//! Conditions by their plainest names in a text: `Alcoholic cirrhosis of liver`. One that is denied, feared, looked for or someone
//! else's does not count.

mod clause;
mod code;
mod denial;

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::ConditionCodes;
use crate::drug::name::words;
use clause::{Clause, clauses};
pub(super) use code::stated as stated_codes;
pub use code::{has_code, holds_foreign_code};
use denial::{Bare, bare, is_denied};

/// What a column of diagnoses holds if there is none.
const NOTHING: [&str; 12] = [
    "none",
    "unknown",
    "nil",
    "null",
    "na",
    "n/a",
    "nan",
    "other",
    "see chart",
    "not recorded",
    "not specified",
    "no diagnosis",
];

/// The value of a measure is at most this many words after its name.
const REACH: usize = 3;

/// Whether a text has words at all.
pub(super) fn may_name(text: &str) -> bool {
    text.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_alphabetic))
}

/// Whether a cell only says that there is nothing to say.
pub fn is_nothing(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    !text.contains(char::is_alphanumeric) || NOTHING.contains(&text.as_str())
}

/// Whether the words next to a diagnosis deny it: `refuted`, `ruled out`, `family history`.
pub fn is_denial(said: &str) -> bool {
    clauses(said).any(|clause| {
        let words = words(clause);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        bare(&words) == Some(Bare::Denied)
    })
}

/// A name in a clause.
#[derive(Clone, Copy, Debug)]
struct Name {
    start: usize,
    end: usize,
    /// The condition, by its index in the book.
    of: usize,
    /// Whether it means the condition, and does not only look like its name.
    counts: bool,
}

impl Name {
    fn words(&self) -> Range<usize> {
        self.start..self.end
    }

    fn holds(&self, other: &Self) -> bool {
        self.start <= other.start
            && other.end <= self.end
            && self.end - self.start > other.end - other.start
    }
}

/// The conditions that a text names, by index in the book.
pub(super) fn named(book: &[ConditionCodes], text: &str) -> Vec<u8> {
    let mut found: Vec<u8> = Vec::new();
    for clause in clauses(text).filter(|clause| may_name(clause)) {
        let clause = Clause::of(clause);
        let names = names(book, &clause);
        let places: FxHashSet<(usize, usize)> =
            names.iter().flat_map(|name| name.words().map(|at| (at, name.of))).collect();
        let names = longest(names);
        let is_there = |name: &Name, passes: bool| {
            let is_same = |at: usize| places.contains(&(at, name.of));
            name.counts && !is_denied(&clause, (name.start, name.end), passes, is_same)
        };
        // What ends a pregnancy is often said with that word: `miscarriage in first trimester`.
        let yield_to =
            |name: &Name| book.iter().any(|other| other.yields_to.contains(&book[name.of].name));
        let ends = names.iter().filter(|name| yield_to(name) && is_there(name, true));
        let ends: FxHashSet<_> =
            ends.map(|name| (clause.part(name.start), &book[name.of].name)).collect();
        for name in &names {
            let condition = &book[name.of];
            let yields = || {
                let part = clause.part(name.start);
                condition.yields_to.iter().any(|other| ends.contains(&(part, other)))
            };
            let index = u8::try_from(name.of).ok().filter(|index| !found.contains(index));
            if let Some(index) = index
                && is_there(name, condition.passes)
                && !yields()
            {
                found.push(index);
            }
        }
    }
    found
}

/// Whether a text names a condition at all, even if it denies it.
pub fn names_any(book: &[ConditionCodes], text: &str) -> bool {
    let named = |clause: &str| may_name(clause) && !names(book, &Clause::of(clause)).is_empty();
    clauses(text).any(named)
}

/// Of names within each other, only the longest.
fn longest(names: Vec<Name>) -> Vec<Name> {
    let reach = names.iter().map(|name| name.end - name.start).max().unwrap_or(0);
    let is_held = |name: &Name| {
        let from = names.partition_point(|other| other.start + reach < name.end);
        let mut near = names[from..].iter().take_while(|other| other.start <= name.start);
        near.any(|other| other.holds(name))
    };
    names.iter().filter(|name| !is_held(name)).copied().collect()
}

/// Where the names of conditions are, and which.
fn names(book: &[ConditionCodes], clause: &Clause) -> Vec<Name> {
    let mut names = Vec::new();
    for start in 0..clause.words.len() {
        let rest = &clause.words[start..];
        for (of, condition) in book.iter().enumerate() {
            let mut add = |length: usize, counts: bool| {
                names.push(Name { start, end: start + length, of, counts })
            };
            let begins = |phrase: &&Vec<String>| rest.starts_with(phrase);
            condition.words.iter().filter(begins).for_each(|phrase| add(phrase.len(), true));
            condition.not_words.iter().filter(begins).for_each(|phrase| add(phrase.len(), false));
            for phrase in condition.alone.iter().filter(begins) {
                if clause.is_whole_part(start..start + phrase.len()) {
                    add(phrase.len(), true);
                }
            }
            for (phrase, least) in
                condition.from.iter().filter(|(phrase, _)| rest.starts_with(phrase))
            {
                if let Some(length) = measured(&rest[phrase.len()..], *least) {
                    add(phrase.len() + length, true);
                }
            }
        }
    }
    names
}

/// How many words it takes to say that something is at least that large: `of 41.2`.
fn measured(words: &[String], least: u32) -> Option<usize> {
    let at =
        words.iter().take(REACH).position(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let value: f64 = words[at].parse().ok()?;
    (value >= f64::from(least)).then_some(at + 1)
}

#[cfg(test)]
mod tests;
