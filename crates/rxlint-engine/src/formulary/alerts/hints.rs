//! Columns of interaction tables under unknown headers: severities recognised by their cells, and words that may mean that a row is off.

use super::headers::Header;
use super::severity::{Says, is_grade, is_none, is_yes};
use super::words::fold;

/// Cells with more words are texts.
pub(super) const MOST_WORDS: usize = 4;

/// What a column under an unknown header looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looks {
    /// Words for the severity of a pair.
    Severities,
    /// Short cells, some of which may mean that their row is off.
    Hints,
    /// Anything else, in which someone may have written that the row is off.
    Texts,
}

/// Whether a header is that of a text, a reference or a number about a pair.
pub(super) fn is_text(header: &str) -> bool {
    Header::of(header).is_text()
}

/// What a column looks like, judging by its cells.
pub(super) fn look<'c>(header: &str, cells: impl Iterator<Item = &'c str>) -> Looks {
    let mut seen: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    seen.sort_unstable();
    seen.dedup();
    let is_text = is_text(header);
    let is_long = |cell: &&&str| cell.split_whitespace().count() > MOST_WORDS;
    let count = |is: fn(&str) -> bool| seen.iter().filter(|cell| is(cell)).count();
    let (grades, offs) = (count(is_grade), count(is_none));
    if grades > 0 && (grades + offs) * 2 >= seen.len() && !is_text {
        return Looks::Severities;
    }
    let is_short = seen.iter().filter(is_long).count() == 0;
    let is_digit = |cell: &&str| cell.len() == 1 && cell.as_bytes()[0].is_ascii_digit();
    let has_nought = seen.len() > 1 && seen.contains(&"0") && seen.iter().all(is_digit);
    // Next to `A` for active a letter is the code of some other state.
    let is_letter = |cell: &&str| cell.len() == 1 && cell.as_bytes()[0].is_ascii_alphabetic();
    let are_states = seen.contains(&"A") && seen.len() < 4 && seen.iter().all(is_letter);
    let is_hint = !is_text && is_short && (offs > 0 || has_nought || are_states);
    if is_hint { Looks::Hints } else { Looks::Texts }
}

/// What a short cell under an unknown header says: a word for nothing may mean that its row is off, and a letter another state.
pub(super) fn hinted(cell: &str) -> Says {
    let folded = fold(cell);
    let is_state = || {
        folded.len() == 1
            && folded != "a"
            && folded.as_bytes()[0].is_ascii_lowercase()
            && !is_yes(cell)
    };
    if is_none(cell) || folded == "0" || is_state() { Says::Unknown } else { Says::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_known_by_their_words_whatever_their_header() {
        for (header, cells, looks) in [
            ("Niveau de contrainte", &["contre-indication", "aucune"][..], Looks::Severities),
            ("Bewertung", &["schwerwiegend", "mittel", "wombat"], Looks::Severities),
            ("Interaction Type", &["none"], Looks::Hints),
            ("Relevanz", &["3", "2", "0"], Looks::Hints),
            ("Number of reports", &["3", "2", "0"], Looks::Texts),
            ("Reference", &["none", "label"], Looks::Texts),
            (
                "Mechanism",
                &["Respiratory drive is suppressed by opioids at high doses"],
                Looks::Texts,
            ),
        ] {
            assert_eq!(look(header, cells.iter().copied()), looks, "{header}");
        }
    }
}
