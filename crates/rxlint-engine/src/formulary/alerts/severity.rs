//! What a cell of an interaction table says: that its row warns, that it does not, or something unknown.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::words::OFF;
use crate::drug::name::words;

/// What a cell says about its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// Nothing.
    Nothing,
    /// The row warns.
    Warns,
    /// It warns no one.
    Off,
    /// Something unknown that may be either.
    Unknown,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Means {
    Off,
    Warns,
    Yes,
    No,
    Except,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Where {
    Cell,
    Anywhere,
    State,
    Remark,
    Text,
}

#[derive(Deserialize)]
struct Line {
    means: Means,
    #[serde(rename = "where")]
    place: Where,
    text: String,
}

/// The phrases of the table.
static PHRASES: LazyLock<FxHashSet<(Means, Where, String)>> = LazyLock::new(|| {
    let text = include_str!("severity.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let lines = reader.deserialize::<Line>().filter_map(Result::ok);
    lines.map(|line| (line.means, line.place, words(&line.text).join(" "))).collect()
});

/// Longer cells are sentences, in which `off` and `stop` may be about anything.
const SHORT: usize = 7;

/// The most words of a phrase.
const LONGEST: usize = 5;

/// Whether words say this: as a whole cell, or anywhere in it.
pub(super) fn is(said: &[String], means: Means, place: Where) -> bool {
    let has = |said: &[String]| PHRASES.contains(&(means, place, said.join(" ")));
    match place {
        Where::Cell | Where::State => has(said),
        _ => (1..=LONGEST.min(said.len())).any(|length| said.windows(length).any(has)),
    }
}

/// Whether the table has a word.
pub(super) fn has_word(word: &str) -> bool {
    static WORDS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
        PHRASES.iter().flat_map(|(.., phrase)| phrase.split(' ')).map(str::to_owned).collect()
    });
    WORDS.contains(word)
}

/// Whether words, as a whole, are a phrase for switching a row off, and not just an answer.
pub(super) fn is_switched_off(said: &[String]) -> bool {
    let folded = said.concat();
    !is_answer(&folded)
        && !is(said, Means::No, Where::Cell)
        && (OFF.contains(&folded.as_str())
            || PHRASES.contains(&(Means::Off, Where::Anywhere, said.join(" "))))
        || folded == "off"
}

/// What a severity word says.
pub(super) fn severity(cell: &str) -> Says {
    let said = words(cell);
    let folded = said.concat();
    if cell.trim().is_empty() {
        return Says::Nothing;
    }
    let is_off = || said.len() <= SHORT && is(&said, Means::Off, Where::Anywhere);
    // `4 - none`: a grade next to its meaning.
    let is_nothing = |said: &[String]| {
        OFF.contains(&said.concat().as_str()) || is(said, Means::Off, Where::Cell)
    };
    let is_grade = |word: &String| word.len() == 1 || word.bytes().all(|b| b.is_ascii_digit());
    let is_graded = || match &said[..] {
        [grade, rest @ ..] if !rest.is_empty() && is_grade(grade) => is_nothing(rest),
        _ => false,
    } || match &said[..] {
        [rest @ .., grade] if !rest.is_empty() && is_grade(grade) => is_nothing(rest),
        _ => false,
    };
    if is_nothing(&said) || is_graded() || is_off() {
        return Says::Off;
    }
    // `5`, `III`, `D`: a site's own scale.
    let is_grade = folded.len() < 4
        && folded.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'i' | b'v'))
        || folded.len() == 1;
    let is_date = super::super::days::latest(cell).is_some();
    if is_denied(&said) {
        return Says::Unknown;
    }
    if !folded.is_empty() && is_grade
        || is_date
        || said.len() > 1 && said[0].len() == 1
        || is(&said, Means::Warns, Where::Anywhere)
        || is(&said, Means::Yes, Where::Cell)
        || said.len() > SHORT
    {
        return Says::Warns;
    }
    Says::Unknown
}

/// Whether a short cell negates a word for severity: `Not interruptive`.
fn is_denied(said: &[String]) -> bool {
    const DENIALS: [&str; 8] = ["not", "longer", "nicht", "kein", "keine", "niet", "nie", "inte"];
    let is_grade = |word: &String| PHRASES.contains(&(Means::Warns, Where::Anywhere, word.clone()));
    said.len() <= SHORT
        && said.windows(2).any(|pair| DENIALS.contains(&pair[0].as_str()) && is_grade(&pair[1]))
}

/// What a cell says in a column that switches its row on. A word for an alert does not say whether there is one.
pub(super) fn switch(cell: &str) -> Says {
    const NOUNS: [&str; 4] = ["alert", "warn", "warning", "level"];
    let says = severity(cell);
    let said = words(cell);
    // As a state, a word for low means struck off: `Estado = Baja`.
    if is(&said, Means::Off, Where::State) {
        return Says::Off;
    }
    let is_noun = |word: &String| NOUNS.contains(&word.as_str());
    if says != Says::Warns || said.len() < 2 || !said.iter().any(is_noun) {
        return says;
    }
    let rest: Vec<String> = said.into_iter().filter(|word| !is_noun(word)).collect();
    severity(&rest.join(" "))
}

/// Whether a cell is one letter, or a number of one or two digits: a site's own code.
pub(super) fn is_code(cell: &str) -> bool {
    let folded = words(cell).concat();
    folded.chars().count() == 1 || folded.len() == 2 && folded.bytes().all(|b| b.is_ascii_digit())
}

/// Whether letters and digits switch rows on and off in an unknown way: next to `A`, an `I`, `D` or `S` may be anything, and either of `1` and `2`
/// may be on.
pub(super) fn are_own_codes<'c>(cells: impl Iterator<Item = &'c str>) -> bool {
    let mut seen: Vec<String> =
        cells.filter(|cell| is_code(cell)).map(|cell| words(cell).concat()).collect();
    seen.sort();
    seen.dedup();
    let yes = seen.iter().filter(|code| is_yes(code)).count();
    let is_known = |code: &String| is_yes(code) || is_no(code) || seen.len() == 1 && code == "a";
    yes > 1 || !seen.iter().all(is_known)
}

/// What a letter or digit says among other codes of a site's own.
pub(super) fn own_code(cell: &str) -> Says {
    match words(cell).concat().as_str() {
        "a" | "y" => Says::Warns,
        code if is_no(code) => Says::Off,
        _ => Says::Unknown,
    }
}

/// Whether a cell answers no.
pub(super) fn is_no(cell: &str) -> bool {
    is(&words(cell), Means::No, Where::Cell)
}

/// Whether a cell has only words for the severity of a pair: `Major`, `very high`. None of them is a drug.
pub(super) fn is_bare_grade(cell: &str) -> bool {
    let said = words(cell);
    let grades = |word: &String| {
        PHRASES.contains(&(Means::Warns, Where::Anywhere, word.clone())) || word == "very"
    };
    !said.is_empty() && said.len() < 4 && said.iter().all(grades)
}

/// What advice on a pair says: only a word for nothing at all switches it off, and a word for removing the row may.
pub(super) fn advised(cell: &str) -> Says {
    const AWAY: [&str; 6] = ["remove", "drop", "kill", "suppress", "bypass", "filter"];
    if AWAY.contains(&words(cell).concat().as_str()) {
        return Says::Unknown;
    }
    if OFF.contains(&words(cell).concat().as_str()) { Says::Off } else { Says::Nothing }
}

/// What a cell says in a column that switches its row off: `Suppressed = Y`.
pub(super) fn reversed(cell: &str) -> Says {
    let said = words(cell);
    if is(&said, Means::No, Where::Cell) {
        return Says::Warns;
    }
    if is(&said, Means::Yes, Where::Cell) {
        return Says::Off;
    }
    if is_code(cell) { Says::Unknown } else { severity(cell) }
}

/// Whether a short cell gives a severity, by a word that means nothing else.
pub(super) fn is_grade(cell: &str) -> bool {
    let said = words(cell);
    said.len() <= SHORT && is(&said, Means::Warns, Where::Anywhere) && !is_denied(&said)
}

/// Whether a cell by itself says that no one is warned, and is not just an answer: `none`, `aucune`, `Turned off`.
pub(super) fn is_none(cell: &str) -> bool {
    let said = words(cell);
    let folded = said.concat();
    !is_answer(&folded)
        && (OFF.contains(&folded.as_str())
            || is(&said, Means::Off, Where::Cell)
            || is_plainly_off(cell))
}

fn is_answer(folded: &str) -> bool {
    const ANSWERS: [&str; 14] = [
        "n", "no", "false", "f", "0", "na", "nein", "non", "nao", "nee", "ne", "nie", "log",
        "filter",
    ];
    ANSWERS.contains(&folded)
}

/// Whether a cell answers yes or no.
pub(super) fn is_yes(cell: &str) -> bool {
    is(&words(cell), Means::Yes, Where::Cell)
}

/// Whether a cell says off with a word that means nothing else.
pub(super) fn is_plainly_off(cell: &str) -> bool {
    let said = words(cell);
    said.len() <= SHORT && is(&said, Means::Off, Where::Anywhere)
}

/// What the letters of a column mean if it grades from A (no interaction) to X (avoid), as one widely used reference does.
pub(super) fn letter_scale<'c>(
    header: &str,
    cells: impl Iterator<Item = &'c str>,
) -> Option<LetterScale> {
    let mut seen: Vec<String> =
        cells.map(|cell| words(cell).concat()).filter(|cell| !cell.is_empty()).collect();
    seen.sort();
    seen.dedup();
    let is_letter = |letter: &String| ["a", "b", "c", "d", "x"].contains(&letter.as_str());
    if seen.is_empty() || !seen.iter().all(is_letter) {
        return None;
    }
    let is_told = words(header).iter().any(|word| word == "risk" || word == "lexicomp")
        || seen.iter().any(|letter| letter == "x");
    Some(if is_told { LetterScale::ToX } else { LetterScale::Unknown })
}

/// Which way letters are graded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LetterScale {
    /// From A, no interaction, to X.
    ToX,
    /// It is unknown.
    Unknown,
}

impl LetterScale {
    /// What a letter says.
    pub(super) fn says(self, cell: &str) -> Says {
        match (self, words(cell).concat().as_str()) {
            (_, "") => Says::Nothing,
            (Self::ToX, "a") => Says::Off,
            (Self::ToX, "b") | (Self::Unknown, "a" | "b") => Says::Unknown,
            (_, letter) if letter.len() == 1 && letter.as_bytes()[0].is_ascii_alphabetic() => {
                Says::Warns
            }
            // `0` among letters is not a letter.
            _ => severity(cell),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_off_and_for_how_bad_it_is_are_known() {
        for cell in [
            "deactivated",
            "OFF (P&T 3/2024)",
            "Major/Off",
            "major - suppressed",
            "0 - off",
            "Not built",
            "stumm",
            "masqué",
            "não exibir",
            "contraindicated (inactive)",
            "disabled 2021-03",
            "None known",
            "geen",
            "Level 0",
            "no warning",
        ] {
            assert_eq!(severity(cell), Says::Off, "{cell}");
        }
        for cell in [
            "high",
            "Contraindicated",
            "3",
            "X",
            "Level 1",
            "D - consider modification",
            "schwerwiegend",
            "grave",
            "hard stop",
            "gecontraïndiceerd",
            "licht",
            "lieve",
            "controindicazione",
        ] {
            assert_eq!(severity(cell), Says::Warns, "{cell}");
        }
        for cell in ["wombat", "-", "Unknown"] {
            assert_eq!(severity(cell), Says::Unknown, "{cell}");
        }
        assert_eq!(reversed("FALSE"), Says::Warns);
        assert_eq!(reversed("t"), Says::Off);
        assert_eq!(switch("f"), Says::Off);
        for cell in ["alert was killed", "alert nie jest wyświetlany", "wombat", "not visible"] {
            assert_eq!(switch(cell), Says::Unknown, "{cell}");
        }
        for cell in ["Alert", "alert active", "Warning level 2", "Active - reviewed"] {
            assert_eq!(switch(cell), Says::Warns, "{cell}");
        }
        assert_eq!(LetterScale::ToX.says("A"), Says::Off);
    }
}
