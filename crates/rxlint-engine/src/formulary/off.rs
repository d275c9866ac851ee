//! The words by which something is off, from `off.csv`: one list for headings, names of sheets and files, statuses, and remarks.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::meanings::{Line, Meanings, lines};
use crate::drug::name::words;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Means {
    Off,
    Alone,
    Not,
    On,
    Supply,
    Body,
    Part,
    Beside,
    Status,
    Cell,
}

struct Table {
    words: Meanings<Means>,
    phrases: FxHashMap<String, Means>,
    /// Status texts: anywhere in a status, and as the whole of one.
    statuses: Vec<String>,
    cells: FxHashSet<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let all: Vec<Line<Means>> = lines(include_str!("off.csv"));
    let of_statuses = |line: &Line<Means>| matches!(line.means, Means::Status | Means::Cell);
    let (statuses, all): (Vec<_>, Vec<_>) = all.into_iter().partition(of_statuses);
    let (phrases, words_alone): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|line| words(&line.text).len() > 1);
    let (cells, statuses): (Vec<_>, Vec<_>) =
        statuses.into_iter().partition(|line| line.means == Means::Cell);
    let joined = |line: Line<Means>| words(&line.text).join(" ");
    Table {
        words: Meanings::of(words_alone),
        phrases: phrases
            .into_iter()
            .map(|line| (words(&line.text).join(" "), line.means))
            .collect(),
        statuses: statuses.into_iter().map(joined).collect(),
        cells: cells.into_iter().map(|line| words(&line.text).concat()).collect(),
    }
});

/// Whether the table has a word.
pub(super) fn has_word(word: &str) -> bool {
    static WORDS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
        let phrases = TABLE.phrases.keys().chain(&TABLE.statuses).flat_map(|text| text.split(' '));
        phrases.chain(TABLE.cells.iter().map(String::as_str)).map(str::to_owned).collect()
    });
    TABLE.words.has(word) || WORDS.contains(word)
}

/// The most words of a phrase.
const LONGEST: usize = 5;

/// How many words may be between a denial and what it denies: `not yet live`.
const NEAR: usize = 2;

/// What each word of a text means; a phrase is at its first word.
struct Said {
    means: Vec<Option<Means>>,
}

impl Said {
    /// Reads words; what only applies to statuses counts if `in_status`.
    fn of(said: &[String], in_status: bool) -> Self {
        let mut means = Vec::with_capacity(said.len());
        while let Some(rest) = said.get(means.len()..).filter(|rest| !rest.is_empty()) {
            let (found, length) =
                phrase(rest, in_status).unwrap_or_else(|| (TABLE.words.of_word(&rest[0]), 1));
            means.push(found);
            means.extend(std::iter::repeat_n(Some(Means::Beside), length - 1));
        }
        Self { means }
    }

    fn is(&self, at: usize, means: Means) -> bool {
        self.means.get(at) == Some(&Some(means))
    }

    fn is_before(&self, at: usize, means: Means) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is(before, means))
    }

    fn is_denied(&self, at: usize) -> bool {
        self.means[at.saturating_sub(NEAR + 1)..at].contains(&Some(Means::Not))
    }

    fn is_on(&self, at: usize) -> bool {
        self.is(at, Means::On) || self.is(at, Means::Supply)
    }

    /// Whether the word at a position says off, and not about something in a patient.
    fn is_off(&self, at: usize) -> bool {
        self.is(at, Means::Off)
            && !self.is_before(at, Means::Not)
            && !self.is(at + 1, Means::Body)
            && !self.is_before(at, Means::Body)
    }

    fn places(&self) -> std::ops::Range<usize> {
        0..self.means.len()
    }
}

/// The longest known phrase at the beginning of some words, and how many words it has.
fn phrase(said: &[String], in_status: bool) -> Option<(Option<Means>, usize)> {
    (1..=LONGEST.min(said.len())).rev().find_map(|length| {
        let text = said[..length].join(" ");
        let is_status = || in_status && TABLE.statuses.contains(&text);
        let means = TABLE.phrases.get(&text).copied().or_else(|| is_status().then_some(Means::Off));
        means.map(|means| (Some(means), length))
    })
}

/// The words of a text except those that begin with a digit.
pub(super) fn without_numbers(text: &str) -> Vec<String> {
    let is_word = |word: &String| !word.starts_with(|c: char| c.is_ascii_digit());
    words(text).into_iter().filter(is_word).collect()
}

/// Whether a heading says off. One that also names what is in use says nothing: `Formulary and non-formulary drugs`. If the text has no other
/// purpose, a word that may be about the text itself is enough (`alone`): `old`, `draft`.
pub(super) fn heading(text: &str, alone: bool) -> bool {
    /// Longer texts are sentences.
    const LONGEST: usize = 8;
    let said = without_numbers(text);
    if said.is_empty() || said.len() > LONGEST {
        return false;
    }
    let all = Said::of(&said, false);
    let joins = text.contains(['/', '&', '+'])
        || said.iter().any(|word| ["and", "und", "et", "y", "e", "or", "en"].contains(&&**word));
    let both = joins && all.places().any(|at| all.is_on(at) && !all.is_denied(at));
    let is_alone = alone && all.is(0, Means::Alone) && all.means[1..].iter().all(is_beside);
    is_alone || !both && all.places().any(|at| all.is_off(at) || all.is_on(at) && all.is_denied(at))
}

fn is_beside(means: &Option<Means>) -> bool {
    *means == Some(Means::Beside)
}

/// What a remark says about its drug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remark {
    /// Nothing about the list.
    Other,
    /// It is off.
    Off,
    /// Something about being off, which may apply to some packages or uses, or to another drug.
    Perhaps,
}

/// What a remark says. It is off if its first clause says so and nothing else: `Discontinued by manufacturer`, `NF - use nalmefene`.
pub(super) fn remark(text: &str) -> Remark {
    let clauses = [" - ", " – ", " — ", ";", ",", "(", ")", "[", "]", ". "];
    let mut parts = vec![text];
    for sign in clauses {
        parts = parts.into_iter().flat_map(|part| part.split(sign)).collect();
    }
    let mut all = parts.iter().map(|part| Said::of(&without_numbers(part), true));
    let first = all.find(|said| !said.means.is_empty());
    let whole = Said::of(&without_numbers(text), true);
    let is_part = whole.means.contains(&Some(Means::Part));
    if first.is_some_and(|first| says_alone(&first)) && !is_part {
        return Remark::Off;
    }
    let may =
        whole.places().any(|at| whole.is_off(at) || whole.is(at, Means::On) && whole.is_denied(at));
    if may { Remark::Perhaps } else { Remark::Other }
}

/// Whether a clause says off, and its other words only say from which list, by whom and since when.
fn says_alone(said: &Said) -> bool {
    let longer = said.means.len() > 1;
    let is_off = |at: usize| {
        said.is_off(at)
            || said.is(at, Means::Alone)
            || said.is(at, Means::On) && said.is_denied(at) && longer
    };
    let is_known = |at: usize| {
        is_off(at) || said.is(at, Means::Beside) || said.is(at, Means::Not) || said.is_on(at)
    };
    said.places().any(is_off) && said.places().all(is_known)
}

/// Whether a status says off and nothing else, except for whose list, by whom and since when.
pub(super) fn says_nothing_else(text: &str) -> bool {
    says_alone(&Said::of(&without_numbers(text), true))
}

/// Whether a status, without the remark after it, is a word for off as a whole.
pub(super) fn is_cell(folded: &str) -> bool {
    TABLE.cells.contains(folded)
}

/// Whether a status contains words for off.
pub(super) fn is_in_status(text: &str) -> bool {
    let said = words(text);
    let spaced = format!(" {} ", said.join(" "));
    let folded = said.concat();
    TABLE.statuses.iter().any(|phrase| {
        spaced.contains(&format!(" {phrase} "))
            // `NonFormularyDrug`.
            || phrase.len() > 6 && !phrase.contains(' ') && folded.contains(phrase.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_that_say_nothing_else_take_a_drug_off_in_the_languages_of_lists() {
        for text in [
            "Discontinued by manufacturer",
            "D/C by mfr",
            "Removed by P&T 2025",
            "Mfr discontinued 2024",
            "NF - use nalmefene",
            "Product has been discontinued",
            "Inactive - do not order",
            "Obsolete since 2019",
            "außer Vertrieb seit 01/2026",
            "AV seit 01/2026",
            "aus der Hausliste gestrichen",
            "nicht mehr lieferbar",
            "ausgelistet zum 01.01.2026",
            "Zulassung erloschen",
            "nicht auf Hausliste",
            "wird nicht mehr bestellt",
            "hors livret depuis 2025",
            "Supprimé du livret",
            "NSFP",
            "Plus commercialisé",
            "sorti du livret 2025",
            "Baja en guía 2025",
            "Excluido de la guía",
            "Suspendida la comercialización",
            "Descatalogado",
            "eliminato dal PTO",
            "Uscito dal prontuario",
            "fuori commercio",
            "Cessata commercializzazione",
            "Excluído do formulário",
            "AIM revogada",
            "Despadronizado",
            "Fora do formulário",
            "uit assortiment per 1-1-2026",
            "geschrapt",
            "niet opgenomen in formularium",
            "niet meer leverbaar",
            "удалён из формуляра",
        ] {
            assert_eq!(remark(text), Remark::Off, "{text}");
        }
        for text in [
            "Brand discontinued",
            "Discontinued (25 mg strength only)",
            "Excluded: patients with hepatitis",
            "Removed from ADC",
            "Excluded indications: see formulary",
            "Nalmefene deleted from formulary",
            "Non-formulary alternative: nalmefene",
            "Use before any non-formulary agent",
            "nicht gelistet für Kinder",
        ] {
            assert_ne!(remark(text), Remark::Off, "{text}");
        }
        for text in [
            "on formulary",
            "off-label use",
            "PA required",
            "Discontinue opioids 7 days before",
            "im Kühlschrank lagern",
            "max 3 per day",
            "derzeit nicht lieferbar",
            "See policy 12",
            "",
        ] {
            assert_eq!(remark(text), Remark::Other, "{text}");
        }
    }
}
