//! Columns of interaction tables under headers that nobody knows: severities by what stands in them, and words that may mean that a
//! row is off.

use super::severity::{self, Says, is_grade, is_none};
use super::words::{fold, tokens};

/// Words of headers of texts, references and numbers about a pair, in which a word for nothing is no switch.
const TEXTS: [&str; 38] = [
    "description",
    "message",
    "text",
    "reason",
    "review",
    "mechanism",
    "effect",
    "effects",
    "consequence",
    "evidence",
    "reference",
    "references",
    "source",
    "sources",
    "citation",
    "monitoring",
    "monitor",
    "recommendation",
    "recommendations",
    "advice",
    "onset",
    "documentation",
    "management",
    "author",
    "reviewer",
    "owner",
    "by",
    "count",
    "number",
    "version",
    "year",
    "id",
    "score",
    "rank",
    "order",
    "dose",
    "route",
    "link",
];

/// Cells of more words are texts.
const MOST_WORDS: usize = 4;

/// What a column under an unknown header looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looks {
    /// Words for how bad a pair is.
    Severities,
    /// Short cells, of which some may mean that their row is off.
    Hints,
    /// Anything else, in which somebody may have written that the row is off.
    Texts,
}

/// Whether a header is that of a text, a reference or a number about a pair.
pub(super) fn is_text(header: &str) -> bool {
    tokens(header).iter().any(|word| TEXTS.contains(&word.as_str()))
}

/// What a column looks like by its cells.
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
    if !is_text && is_short && (offs > 0 || has_nought) { Looks::Hints } else { Looks::Texts }
}

/// What a short cell under an unknown header says: a word for nothing may mean that its row is off.
pub(super) fn hinted(cell: &str) -> Says {
    if is_none(cell) || fold(cell) == "0" { Says::Unknown } else { Says::Nothing }
}

/// What a text says that may be about anything: only what cannot be said of a drug counts.
pub(super) fn told(cell: &str) -> Says {
    const SAID: [&str; 14] = [
        "turned off",
        "switched off",
        "silenced",
        "alert disabled",
        "disabled by",
        "disabled per",
        "suppressed by p",
        "suppressed per",
        "alert suppressed",
        "changed to none",
        "abgeschaltet",
        "ausgeschaltet",
        "deaktiviert",
        "desactivado",
    ];
    const NOTHING: [&str; 8] = [
        "no interaction",
        "no interactions",
        "no known interaction",
        "no known interactions",
        "no significant interaction",
        "no clinically significant interaction",
        "no relevant interaction",
        "no clinically relevant interaction",
    ];
    let words = crate::drug::name::words(cell);
    let whole = words.join(" ");
    // `No interaction data in children: avoid` goes on.
    let says_nothing = || {
        words.len() < 6
            && NOTHING.iter().any(|phrase| {
                let rest = whole.strip_prefix(phrase);
                rest.is_some_and(|rest| {
                    ["", " expected", " known", " found", " reported"].contains(&rest)
                })
            })
    };
    let said = format!(" {whole} ");
    let is_said = |phrase: &&str| said.contains(&format!(" {phrase} "));
    let is_word = !cell.contains(char::is_whitespace) && severity::is_plainly_off(cell);
    if SAID.iter().any(is_said) || is_word || says_nothing() {
        Says::Unknown
    } else {
        Says::Nothing
    }
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
        assert_eq!(told("No interaction expected"), Says::Unknown);
        assert_eq!(told("No interaction data in children: avoid"), Says::Nothing);
        assert_eq!(told("Turned off by P&T 2022"), Says::Unknown);
        assert_eq!(
            told("Opioid effects are suppressed for 24 hours or longer after it"),
            Says::Nothing
        );
    }
}
