//! Headings, titles, and names of sheets and files that put what stands below them, or in them, out of use: `NON-FORMULARY`,
//! `Suppressed alerts`, `archive_2019`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::meanings::{Meanings, lines};
use super::struck;
use crate::drug::name::words;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Means {
    Off,
    Alone,
    Not,
    On,
    Body,
}

static TABLE: LazyLock<Meanings<Means>> =
    LazyLock::new(|| Meanings::of(lines(include_str!("section.csv"))));

/// Longer texts are sentences.
const LONGEST: usize = 8;

/// How many words may stand between a denial and what it denies: `not yet live`.
const NEAR: usize = 2;

/// Whether a heading, a title or the name of a sheet says that what it is of is out of use. One that names what is in use too says
/// nothing: `Formulary and non-formulary drugs`.
pub fn says_off(text: &str) -> bool {
    matches!(words(text)[..], [ref only] if TABLE.of_word(only) == Some(Means::Alone))
        || puts_out(text)
}

/// The same of a text whose one word may as well speak of the text itself: `old.csv`, `draft.csv`.
fn puts_out(text: &str) -> bool {
    let is_word = |word: &String| !word.starts_with(|c: char| c.is_ascii_digit());
    let said: Vec<String> = words(text).into_iter().filter(is_word).collect();
    if said.is_empty() || said.len() > LONGEST {
        return false;
    }
    let all: Vec<Option<Means>> = said.iter().map(|word| TABLE.of_word(word)).collect();
    let is_denied = |at: usize| all[at.saturating_sub(NEAR + 1)..at].contains(&Some(Means::Not));
    let is_on = |at: usize| all[at] == Some(Means::On);
    let is_off = |at: usize| {
        all[at] == Some(Means::Off)
            && !at.checked_sub(1).is_some_and(|before| all[before] == Some(Means::Not))
            && all.get(at + 1) != Some(&Some(Means::Body))
            && !at.checked_sub(1).is_some_and(|before| all[before] == Some(Means::Body))
    };
    let joins = text.contains(['/', '&', '+'])
        || said.iter().any(|word| ["and", "und", "et", "y", "e", "or", "en"].contains(&&**word));
    let both = joins && (0..all.len()).any(|at| is_on(at) && !is_denied(at));
    !both && (0..all.len()).any(|at| is_off(at) || is_on(at) && is_denied(at))
        || struck::is_mark(&said.join(" "))
}

/// Whether the name of a file, without its folders and its ending, or that of a sheet or its workbook says so.
pub fn name_says_off(path: &str) -> bool {
    let says = |name: &str| {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let bare = name.rsplit_once('.').map_or(name, |(bare, _)| bare);
        let text = bare.replace(['_', '-', '.'], " ");
        if name.contains('.') { puts_out(&text) } else { says_off(&text) }
    };
    let mut parts = path.rsplit('!');
    let last = parts.next().unwrap_or(path);
    // A member of `archive.zip` has an ending, a sheet of `archive.xlsx` has none.
    says(last) || !last.contains('.') && parts.next().is_some_and(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_put_what_is_below_them_out_of_use() {
        for text in [
            "SUPPRESSED ALERTS",
            "--- OFF ---",
            "Disabled by P&T",
            "Not displayed",
            "Proposed (not yet live)",
            "Archive",
            "Interactions turned off by MAC 2023",
            "Unterdrückte Warnungen",
            "Alertes désactivées",
            "Alertas desactivadas",
            "NON-FORMULARY",
            "Non-formulary drugs",
            "Deleted from formulary",
            "REMOVED 2023",
            "Not covered",
            "Nicht gelistet",
            "Außer Handel",
            "Hors livret",
            "No incluidos",
            "Não padronizados",
            "Excluídos",
            "NF",
        ] {
            assert!(says_off(text), "{text}");
        }
        for text in [
            "Active alerts",
            "Formulary",
            "Formulary and non-formulary drugs",
            "Listed / not listed",
            "Opioid antagonists",
            "Off-label use",
            "Vaccines, inactivated",
            "Appetite suppressants",
            "Smoking cessation",
            "Old World screwworm agents",
            "",
        ] {
            assert!(!says_off(text), "{text}");
        }
        assert!(name_says_off("lists/archive_2019.csv") && name_says_off("non_formulary.csv"));
        assert!(name_says_off("book.xlsx!Non-Formulary") && name_says_off("archive 2019.xlsx!A"));
        assert!(!name_says_off("archive.zip!list.csv") && !name_says_off("book.xlsx!Active"));
        assert!(!name_says_off("archive/list.csv") && !name_says_off("formulary.csv"));
        assert!(!name_says_off("old.csv") && name_says_off("book.xlsx!Old"));
    }
}
