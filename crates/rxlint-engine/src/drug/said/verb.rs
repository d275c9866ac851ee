//! The words that govern a drug's name in its clause: `allergic to`, `stopped`, `held`, `continued`. `sentence` interprets them. They are under
//! `[verbs]` in `drugs/lexicon.toml`, and in tables of other parts of the book.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::drug::book::lexicon::phrases;

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::drug) struct VerbsFile {
    taken: Vec<String>,
    taken_before: Vec<String>,
    perhaps: Vec<String>,
    no_longer: Vec<String>,
    ended_headings: Vec<String>,
    orders: Vec<String>,
    perhaps_orders: Vec<String>,
    ends_of_names: Vec<String>,
    conditions: Vec<String>,
    hold_conditions: Vec<String>,
    holds: Vec<String>,
    reasons: Vec<String>,
    joins: Vec<String>,
    parts: Vec<String>,
    beside: Vec<String>,
    payers: Vec<String>,
    illnesses: Vec<String>,
    things: Vec<String>,
    denials: Vec<String>,
    either: Vec<String>,
    reactions: Vec<String>,
    causes: Vec<String>,
    changes: Vec<String>,
    to_alone: Vec<String>,
    intentions: Vec<String>,
    stays: Vec<String>,
    ends: Vec<String>,
    delays: Vec<String>,
    meanwhile: Vec<String>,
    listed: Vec<String>,
    held: Vec<String>,
    parameters: Vec<String>,
}

/// What a word says about the drug that it governs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::drug) enum Kind {
    /// It is taken.
    Taken,
    /// It is taken, perhaps elsewhere: `senna, on methadone`.
    Perhaps,
    /// It was stopped.
    Stopped,
    /// Someone is allergic to it, or does not take it.
    Not,
}

/// A phrase, and what it says about the drug after it and the one before it.
#[derive(Debug)]
pub(super) struct Phrase {
    pub(super) words: Vec<String>,
    pub(super) ahead: Option<Kind>,
    pub(super) behind: Option<Kind>,
    /// Whether it says so only about what follows a colon.
    pub(super) heads: bool,
    /// Whether a list may follow it, after a dash too: `Allergies - codeine`.
    pub(super) lists: bool,
}

/// The same, ready for matching.
#[derive(Debug, Default)]
pub(in crate::drug) struct Verbs {
    /// By their first words.
    pub(super) phrases: FxHashMap<String, Vec<Phrase>>,
    /// Instructions, not reports: with a condition after it, the drug is taken until then (`hold if sedated`).
    pub(super) orders: FxHashSet<Vec<String>>,
    /// Those that may mean something else if a strength follows the drug: `d/c` is *discharge* too.
    pub(super) perhaps_orders: FxHashSet<Vec<String>>,
    pub(super) holds: FxHashSet<Vec<String>>,
    pub(super) conditions: FxHashSet<String>,
    pub(super) hold_conditions: FxHashSet<String>,
    /// Words that begin the part that says why, when or by whom, after a verb without an object.
    pub(super) reasons: FxHashSet<String>,
    /// Words that join a drug and its verb to the next such pair.
    pub(super) joins: FxHashSet<String>,
    /// The same, if the two are never one product.
    pub(super) parts: FxHashSet<String>,
    /// Words that may be between a verb and its drug.
    pub(super) beside: FxHashSet<String>,
    /// Those who refuse to pay, not to take the drug.
    pub(super) payers: FxHashSet<String>,
    /// Illnesses after `allergic` that are not allergies to a drug: `allergic rhinitis`.
    pub(super) illnesses: FxHashSet<String>,
    /// Things that someone who takes the drug may refuse.
    pub(super) things: FxHashSet<String>,
    /// Words that negate a verb.
    pub(super) denials: FxHashSet<String>,
    /// Words that join two drugs that are both not taken.
    pub(super) either: FxHashSet<String>,
    /// Reactions to a drug, and words between them and the drug: `hives with codeine`.
    pub(super) reactions: FxHashSet<Vec<String>>,
    pub(super) causes: FxHashSet<String>,
    /// Words that say that one drug was changed for another, and words before them that say that it is still to happen.
    pub(super) changes: FxHashSet<String>,
    pub(super) intentions: FxHashSet<String>,
    /// Words between two drugs that mean a change from one to the other without a verb: `methadone to buprenorphine`.
    to_alone: FxHashSet<String>,
    /// Words before a stop that say that it is still to happen, or will not: `refuses to stop`.
    stays: FxHashSet<String>,
    /// Words that say, with a number after them, when something is to be stopped: `stop in 7 days`.
    pub(super) delays: FxHashSet<String>,
    /// Words that say that a drug is held while another one is taken, or because it is.
    pub(super) meanwhile: FxHashSet<String>,
    /// Subjects of a list's heading.
    pub(super) listed: FxHashSet<String>,
    /// Phrases that say that a drug was or is to be stopped or held.
    pub(in crate::drug) stops: FxHashSet<Vec<String>>,
    /// Phrases that say that a drug was held, for any reason except a reading, which holds a single dose.
    pub(super) held: FxHashSet<Vec<String>>,
    pub(super) parameters: FxHashSet<String>,
}

impl Verbs {
    /// Adds the words of this table.
    pub(in crate::drug) fn add(&mut self, file: &VerbsFile) {
        let of = |texts: &[String]| phrases(texts).into_iter().flatten().collect::<Vec<_>>();
        self.orders.extend(phrases(&file.orders));
        self.perhaps_orders.extend(phrases(&file.perhaps_orders));
        self.holds.extend(phrases(&file.holds));
        self.conditions.extend(of(&file.conditions));
        self.hold_conditions.extend(of(&file.hold_conditions));
        self.reasons.extend(of(&file.reasons));
        self.joins.extend(of(&file.joins));
        self.joins.extend(of(&file.parts));
        self.parts.extend(of(&file.parts));
        self.beside.extend(of(&file.beside));
        self.payers.extend(of(&file.payers));
        self.illnesses.extend(of(&file.illnesses));
        self.things.extend(of(&file.things));
        self.denials.extend(of(&file.denials));
        self.either.extend(of(&file.either));
        self.reactions.extend(phrases(&file.reactions));
        self.causes.extend(of(&file.causes));
        self.changes.extend(of(&file.changes));
        self.intentions.extend(of(&file.intentions));
        self.to_alone.extend(of(&file.to_alone));
        self.stays.extend(of(&file.stays));
        self.delays.extend(of(&file.delays));
        self.meanwhile.extend(of(&file.meanwhile));
        self.listed.extend(of(&file.listed));
        for all in [&file.orders, &file.holds, &file.held, &file.ends] {
            self.stops.extend(phrases(all));
        }
        self.held.extend(phrases(&file.held));
        self.parameters.extend(of(&file.parameters));
        for (texts, ahead, behind) in [
            (&file.taken, Some(Kind::Taken), Some(Kind::Taken)),
            (&file.taken_before, Some(Kind::Taken), None),
            (&file.perhaps, Some(Kind::Perhaps), None),
            (&file.no_longer, Some(Kind::Stopped), None),
            (&file.reactions, Some(Kind::Stopped), None),
        ] {
            self.put(&phrases(texts), ahead, behind);
        }
        self.put_headings(&phrases(&file.ended_headings), Kind::Stopped, false);
        for words in phrases(&file.ends_of_names) {
            let known = self.phrases.get_mut(&words[0]).into_iter().flatten();
            known.filter(|phrase| phrase.words == words).for_each(|phrase| phrase.behind = None);
        }
    }

    /// Adds phrases of other tables that say something about the drug after or before them.
    pub(in crate::drug) fn put(
        &mut self,
        phrases: &[Vec<String>],
        ahead: Option<Kind>,
        behind: Option<Kind>,
    ) {
        for words in phrases {
            let known = self.phrases.entry(words[0].clone()).or_default();
            if let Some(phrase) = known.iter_mut().find(|phrase| phrase.words == *words) {
                phrase.heads &= ahead.is_none();
                phrase.ahead = phrase.ahead.or(ahead);
                phrase.behind = phrase.behind.or(behind);
            } else {
                known.push(Phrase {
                    words: words.clone(),
                    ahead,
                    behind,
                    heads: false,
                    lists: false,
                });
            }
        }
    }

    /// Adds phrases that say it about what follows a colon; for a list, after a dash too.
    pub(in crate::drug) fn put_headings(
        &mut self,
        phrases: &[Vec<String>],
        kind: Kind,
        lists: bool,
    ) {
        for words in phrases {
            let known = self.phrases.entry(words[0].clone()).or_default();
            if let Some(phrase) = known.iter_mut().find(|phrase| phrase.words == *words) {
                phrase.lists |= lists;
            } else {
                let words = words.clone();
                known.push(Phrase { words, ahead: Some(kind), behind: None, heads: true, lists });
            }
        }
    }

    /// Whether these words begin with a phrase that says that a drug is taken.
    pub(super) fn says_taken(&self, words: &[String]) -> bool {
        self.at(words).is_some_and(|phrase| phrase.ahead == Some(Kind::Taken))
    }

    /// Whether a word says that one drug was changed for another.
    pub(super) fn is_change(&self, word: &str) -> bool {
        self.changes.contains(word)
    }

    /// Whether a word between two drugs is enough to say that one was changed for the other.
    pub(super) fn is_to_alone(&self, word: &str) -> bool {
        self.to_alone.contains(word)
    }

    /// Whether the words before a stop say that it did not happen, or is still to happen: `do not stop`, `refuses to stop`, `plans to stop`.
    pub(super) fn stays(&self, before: &[String]) -> bool {
        const NEAREST: usize = 3;
        let mut nearest = before.iter().rev().take(NEAREST);
        nearest.any(|word| self.stays.contains(word))
    }

    /// Whether a word says that a change is still to happen.
    pub(super) fn is_intention(&self, word: &str) -> bool {
        self.intentions.contains(word) || self.denials.contains(word)
    }

    /// Whether one of the words before a verb negates it: `not stopped`, `may hold`.
    pub(super) fn is_denied(&self, before: &[String]) -> bool {
        const NEAREST: usize = 2;
        let mut nearest = before.iter().rev().take(NEAREST);
        nearest.any(|word| self.denials.contains(word))
    }

    /// The longest phrase that these words begin with.
    pub(super) fn at(&self, words: &[String]) -> Option<&Phrase> {
        let all = self.phrases.get(words.first()?)?.iter();
        all.filter(|phrase| words.starts_with(&phrase.words))
            .max_by_key(|phrase| phrase.words.len())
    }
}
