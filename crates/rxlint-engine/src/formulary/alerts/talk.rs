//! What a clause of a remark says about the alert itself, in the languages of exports: that it is off, that it must not be, or nothing.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::formulary::meanings::{Meanings, lines};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Means {
    Off,
    Gone,
    Particle,
    On,
    Seems,
    Not,
    Alert,
    Body,
    Sign,
}

/// The words of the table, and the signs for scripts without spaces.
struct Table {
    words: Meanings<Means>,
    signs: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let all = lines(include_str!("talk.csv"));
    let (signs, words): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|line| line.means == Means::Sign);
    Table { words: Meanings::of(words), signs: signs.into_iter().map(|line| line.text).collect() }
});

/// Longer clauses about the absence of an alert are about something else.
const SHORT: usize = 6;

/// A word for what is gone is enough by itself among this few words.
const BARE: usize = 3;

/// How many words may be between a denial and what it denies: `nicht mehr angezeigt`.
const NEAR: usize = 3;

/// What a clause says about the alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Talk {
    /// Nothing known.
    Other,
    /// It may be off.
    Off,
    /// It must not be off: `cannot be turned off`.
    Kept,
    /// What is off, or hidden, is in a patient.
    Body,
}

/// Whether a text has a sign for off in a script without spaces.
pub(super) fn has_sign(text: &str) -> bool {
    !text.is_ascii() && TABLE.signs.iter().any(|sign| text.contains(sign.as_str()))
}

/// Whether the table has a word.
pub(super) fn has_word(word: &str) -> bool {
    TABLE.words.has(word)
}

/// What the words of a clause say about the alert.
pub(super) fn talk(said: &[String]) -> Talk {
    let all: Vec<Option<Means>> = said.iter().map(|word| TABLE.words.of_word(word)).collect();
    let has = |one: Means| all.contains(&Some(one));
    let is_off =
        |one: &Option<Means>| matches!(one, Some(Means::Off | Means::Gone | Means::Particle));
    let is_on = |one: &Option<Means>| matches!(one, Some(Means::On | Means::Seems));
    // What the first denial negates.
    let denied = all.iter().position(|one| *one == Some(Means::Not)).and_then(|not| {
        let behind = (not + 1..all.len().min(not + 2 + NEAR))
            .find(|at| is_off(&all[*at]) || is_on(&all[*at]));
        // `visas inte`, `erscheint nicht`.
        let before = || not.checked_sub(1).filter(|at| is_on(&all[*at]));
        behind.or_else(before)
    });
    let about_alert = has(Means::Alert);
    if let Some(at) = denied {
        if is_off(&all[at]) && !all[..at].iter().any(is_off) {
            return Talk::Kept;
        }
        if all[at] == Some(Means::Seems) && !about_alert {
            return Talk::Other;
        }
        return if has(Means::Body) && !about_alert { Talk::Body } else { Talk::Off };
    }
    let says = if about_alert {
        all.iter().any(is_off)
    } else {
        has(Means::Off) && said.len() <= SHORT || has(Means::Gone) && said.len() <= BARE
    };
    match (says, has(Means::Body)) {
        (true, false) => Talk::Off,
        (_, true) if all.iter().any(is_off) => match about_alert && has(Means::Off) {
            true => Talk::Off,
            false => Talk::Body,
        },
        _ => Talk::Other,
    }
}
