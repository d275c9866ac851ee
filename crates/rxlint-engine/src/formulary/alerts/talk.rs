//! What a clause of a remark says of the alert itself, in the languages of exports: that it is off, that it is not to be, or nothing.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::drug::name::words;

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

#[derive(Deserialize)]
struct Line {
    means: Means,
    text: String,
}

/// The words of the table, their beginnings, and the signs of scripts without spaces.
#[derive(Default)]
struct Table {
    whole: FxHashMap<String, Means>,
    begins: FxHashMap<String, Means>,
    signs: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let text = include_str!("talk.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let mut table = Table::default();
    for line in reader.deserialize::<Line>().filter_map(Result::ok) {
        let word = words(&line.text).concat();
        match (line.means, line.text.ends_with('*')) {
            (Means::Sign, _) => table.signs.push(line.text),
            (means, true) => _ = table.begins.insert(word, means),
            (means, false) => _ = table.whole.insert(word, means),
        }
    }
    table
});

/// Longer clauses about no alert are about something else.
const SHORT: usize = 6;

/// A word for what is gone says so by itself among so few words.
const BARE: usize = 3;

/// How many words may stand between a denial and what it denies: `nicht mehr angezeigt`.
const NEAR: usize = 3;

/// What a clause says of the alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Talk {
    /// Nothing that anybody knows.
    Other,
    /// It may be off.
    Off,
    /// It is not to be off: `cannot be turned off`.
    Kept,
    /// What is off, or hidden, is something in a patient.
    Body,
}

fn means(word: &str) -> Option<Means> {
    if let Some(means) = TABLE.whole.get(word) {
        return Some(*means);
    }
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.rev().find_map(|end| TABLE.begins.get(&word[..end]).copied())
}

/// Whether a text has a sign for off of a script without spaces.
pub(super) fn has_sign(text: &str) -> bool {
    !text.is_ascii() && TABLE.signs.iter().any(|sign| text.contains(sign.as_str()))
}

/// What the words of a clause say of the alert.
pub(super) fn talk(said: &[String]) -> Talk {
    let all: Vec<Option<Means>> = said.iter().map(|word| means(word)).collect();
    let has = |one: Means| all.contains(&Some(one));
    let is_off =
        |one: &Option<Means>| matches!(one, Some(Means::Off | Means::Gone | Means::Particle));
    let is_on = |one: &Option<Means>| matches!(one, Some(Means::On | Means::Seems));
    // What the first denial denies.
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
