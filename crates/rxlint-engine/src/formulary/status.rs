//! Words for a drug that is not, or no longer, on the formulary, folded to lower-case letters and digits without accents.

use super::{off, struck};
use crate::drug::name::words;
use crate::exposure::status::{StatusTable, is_not_taken};
use rxlint_model::answers::answer;
use rxlint_model::record::SEVERAL_CODES;

/// What takes a drug off if it is in its name or in a note on it.
const OFF_SENTENCES: &[&str] = &[
    "nonformulary",
    "non formulary",
    "not on formulary",
    "removed from formulary",
    "no longer on formulary",
    "nicht gelistet",
    "nicht mehr gelistet",
    "hors livret",
    "fuori prontuario",
    "niet in formularium",
    "tier nf",
    "tier nc",
];

/// Tiers that mean no tier.
const OFF_TIERS: &[&str] = &[
    "nf",
    "nfb",
    "nfg",
    "nc",
    "exc",
    "ex",
    "excl",
    "nonformulary",
    "notcovered",
    "notonformulary",
    "excluded",
    "exclusion",
    "notlisted",
    "noncovered",
];

/// Words that mean that a drug is on the list, whatever else applies to it.
const ON: &[&str] = &[
    "f",
    "formulary",
    "onformulary",
    "form",
    "fr",
    "fo",
    "y",
    "yes",
    "true",
    "t",
    "x",
    "on",
    "in",
    "listed",
    "included",
    "active",
    "current",
    "approved",
    "available",
    "preferred",
    "nonpreferred",
    "np",
    "p",
    "pdl",
    "restricted",
    "r",
    "open",
    "closed",
    "unrestricted",
    "covered",
    "generic",
    "brand",
    "specialty",
    "standard",
    "stocked",
    "stock",
    "add",
    "added",
    "keep",
    "retain",
    "retained",
    "new",
    "unchanged",
    "green",
    "amber",
    "red",
    "yellow",
    "blue",
    "grey",
    "gray",
    "doubleamber",
    "doublegreen",
    "hospitalonly",
    "specialistonly",
    "si",
    "s",
    "sim",
    "oui",
    "o",
    "ja",
    "j",
    "tak",
    "ano",
    "padronizado",
    "padronizada",
    "incluido",
    "incluida",
    "vigente",
    "activo",
    "ativo",
    "attivo",
    "actif",
    "aktiv",
    "aktywny",
    "gelistet",
    "reference",
    "enlivret",
    "inprontuario",
    "informularium",
    "zugelassen",
    "valido",
    "published",
    "completed",
    "marketed",
    "authorised",
    "authorized",
    "valid",
    "granted",
    "firstline",
    "secondline",
    "pa",
    "st",
    "ql",
    "med",
    "unknown",
    "draft",
    "alta",
    "autorise",
    "admis",
    "admise",
    "inscrit",
    "inscrite",
    "aulivret",
    "incluso",
    "inclusa",
    "presente",
    "referencie",
    "commercialise",
    "actief",
    "opgenomen",
    "inassortiment",
    "inclui",
    "padrao",
    "verfugbar",
    "lieferbar",
    "listenpraparat",
    "orderable",
    "released",
    "enguia",
    "disponible",
    "disponivel",
    "disponibile",
    "leverbaar",
];

/// Words among these that may be about anything.
const VAGUE: &[&str] = &[
    "med",
    "pdl",
    "generic",
    "brand",
    "standard",
    "unknown",
    "none",
    "open",
    "specialty",
    "granted",
];

/// Words that negate the word after them.
const NEGATIONS: &[&str] = &[
    "not", "no", "non", "longer", "never", "nicht", "kein", "keine", "pas", "niet", "geen", "nao",
    "ikke", "inte",
];

/// Words that begin a remark after a status: `Inactive as of 3/2024`, `Removed by P&T`.
const REMARKS: &[&str] = &[
    "as",
    "since",
    "per",
    "eff",
    "effective",
    "by",
    "due",
    "because",
    "see",
    "after",
    "seit",
    "depuis",
    "desde",
    "dal",
    "sinds",
    "wegen",
    "por",
    "par",
];

fn fold(text: &str) -> String {
    words(text).concat()
}

/// A status without the remark after it: `Inactive` in `Inactive - no longer stocked`, `INACTIVE 3/2024` and `NF (interchange)`. A letter with a
/// remark may be the code of anything.
fn without_remark(text: &str) -> &str {
    let sign =
        [" - ", " – ", " — ", "(", "[", ",", ";"].into_iter().filter_map(|sign| text.find(sign));
    let word = text
        .match_indices(char::is_whitespace)
        .map(|(at, space)| (at, &text[at + space.len()..]))
        .find(|(_, rest)| {
            let next = rest.split_whitespace().next().unwrap_or_default().to_lowercase();
            next.starts_with(|c: char| c.is_ascii_digit()) || REMARKS.contains(&next.as_str())
        })
        .map(|(at, _)| at);
    let end = sign.chain(word).min().unwrap_or(text.len());
    let head = text[..end].trim();
    if end < text.len() && head.chars().count() < 2 { text } else { head }
}

fn has_phrase(text: &str, phrases: &[&str]) -> bool {
    let said = format!(" {} ", words(text).join(" "));
    phrases.iter().any(|phrase| said.contains(&format!(" {phrase} ")))
}

/// Whether a status takes a drug off the list. If there are several, one for each place, all of them must.
pub(super) fn is_off(text: &str) -> bool {
    let is_off = |part: &str| {
        let head = without_remark(part);
        let folded = fold(head);
        // A single letter is a code of the list: R is restricted.
        let is_status = folded.len() > 1
            && !ON.contains(&folded.as_str())
            && is_not_taken(head.as_bytes(), StatusTable::built_in());
        is_status
            || is_crossed_out(part)
            || off::is_cell(&folded)
            || off::is_in_status(part)
            || !ON.contains(&folded.as_str()) && off::says_nothing_else(head)
    };
    let mut parts = text.split(" / ").filter(|part| !part.trim().is_empty()).peekable();
    parts.peek().is_some() && parts.all(is_off)
}

/// Whether a cell is a cross that says no. A letter `x` marks what is on the list.
fn is_crossed_out(text: &str) -> bool {
    let text = text.trim().trim_end_matches('\u{fe0f}');
    ["✗", "✘", "✖", "❌"].contains(&text)
}

/// Whether a tier means no tier. If there are several, one for each plan, all of them must.
pub(super) fn is_off_tier(text: &str) -> bool {
    let mut parts = text.split(" / ").filter(|part| !part.trim().is_empty()).peekable();
    let is_off = |part: &str| {
        let said: Vec<String> = words(part).into_iter().filter(|word| word != "tier").collect();
        // What is said with a number is about that tier.
        let is_numbered = said.iter().any(|word| word.bytes().any(|b| b.is_ascii_digit()));
        OFF_TIERS.contains(&said.concat().as_str()) || !is_numbered && off::is_in_status(part)
    };
    parts.peek().is_some() && parts.all(is_off)
}

/// Whether a name says that the drug is off the list.
pub(super) fn name_says_off(text: &str) -> bool {
    let is_off = |part: String| matches!(part.as_str(), "nf" | "non formulary" | "nonformulary");
    text.len() > 8
        && (has_phrase(text, OFF_SENTENCES)
            || struck::is_struck(text)
            || struck::parts(text).any(is_off))
}

/// Whether a note says so, and not something about another product: it says it first, and little else.
pub(super) fn note_says_off(text: &str) -> bool {
    text.split(SEVERAL_CODES).any(|note| match off::remark(note) {
        off::Remark::Off => true,
        off::Remark::Perhaps => false,
        off::Remark::Other => is_off_alone(note),
    })
}

/// Whether a note mentions being off, without saying what is.
pub fn note_may_say_off(text: &str) -> bool {
    text.split(SEVERAL_CODES).any(|note| off::remark(note) == off::Remark::Perhaps)
}

/// What a cell of an unread column says about being off the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaysOff {
    /// Nothing.
    Nothing,
    /// The drug is off, and nothing else.
    Plainly,
    /// Something about being off, without saying what is.
    Perhaps,
}

/// What a cell of unknown meaning says. Answers and letters may be about anything.
pub fn says_off(text: &str) -> SaysOff {
    /// Longer texts are about more than the list.
    const LONGEST: usize = 120;
    const SHORT: usize = 4;
    let folded = fold(text);
    if folded == "nf" {
        return SaysOff::Plainly;
    }
    if folded.len() < 3 || answer(text.as_bytes()).is_some() || is_key(text) {
        return SaysOff::Nothing;
    }
    let is_short = words(text).len() <= SHORT;
    let of_list = is_short && off::is_in_status(text);
    if of_list || off::says_nothing_else(text) || note_says_off(text) {
        return SaysOff::Plainly;
    }
    if text.len() <= LONGEST && note_may_say_off(text) {
        return SaysOff::Perhaps;
    }
    SaysOff::Nothing
}

/// Whether a text is a key of letters and digits: `9d0c-b3e8` says nothing.
fn is_key(text: &str) -> bool {
    const WORD: usize = 5;
    let longest = text.split(|c: char| !c.is_alphabetic()).map(|word| word.chars().count()).max();
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    has_digit && !text.contains(char::is_whitespace) && longest.is_none_or(|longest| longest < WORD)
}

/// Whether a note is only a mark, except for a number: `removed 2023`, `(DNU)`.
fn is_off_alone(note: &str) -> bool {
    let whole = off::without_numbers(note).join(" ");
    // Short words of statuses may be about anything in a note.
    struck::is_mark(&whole) || whole.len() > 5 && off::is_cell(&whole)
}

/// Whether a flag says no.
pub(super) fn is_no(text: &str) -> bool {
    off::is_cell(&fold(text))
}

/// Whether a cell is a single letter or digit, the code of a site's own list.
pub fn letter(text: &str) -> Option<char> {
    let folded = fold(text);
    let mut letters = folded.chars();
    letters.next().filter(|_| letters.next().is_none())
}

/// Whether a cell is a mark that says yes, next to which an empty cell says no: `X`, `Y`, `✓`.
pub(super) fn is_mark(text: &str) -> bool {
    const MARKS: [&str; 10] = ["x", "y", "yes", "si", "sim", "oui", "ja", "j", "o", "s"];
    MARKS.contains(&fold(text).as_str())
        || !text.trim().is_empty()
            && text.trim().chars().all(|c| matches!(c, '✓' | '✔' | '☑' | '●'))
}

/// Whether a status is known, one way or the other; numbers and tiers are codes of the list.
pub fn is_known(text: &str) -> bool {
    let knows = |part: &str| {
        let said = words(part);
        let folded = said.concat();
        let is_on = |word: &String| ON.contains(&word.as_str());
        // `not yet approved` does not count as the words that it contains, `non preferred` is one itself.
        let is_denied = said
            .windows(2)
            .any(|pair| NEGATIONS.contains(&pair[0].as_str()) && !is_on(&pair.concat()));
        // `3`, `T2`, `Tier 3`: next to a year or a day a word is a word.
        let is_number = folded.bytes().any(|b| b.is_ascii_digit())
            && said.iter().all(|word| {
                word.len() < 3 || word == "tier" || word.bytes().any(|b| b.is_ascii_digit())
            });
        folded.is_empty()
            || is_number
            || is_off(part)
            || is_on(&folded)
            || is_on(&fold(without_remark(part)))
            || !is_denied && said.iter().any(is_on)
    };
    text.split(" / ").all(knows)
}

/// Whether a cell clearly says that a drug is on a list, or off one, whatever the header above it; `None` if it may be about anything, as answers and
/// letters may.
pub fn listing(text: &str) -> Option<bool> {
    let folded = fold(text);
    if folded.len() < 3 || answer(text.as_bytes()).is_some() {
        return None;
    }
    if off::says_nothing_else(text) {
        return Some(false);
    }
    // Words that also apply to prices, packages and the law say nothing about a list.
    let is_vague = VAGUE.contains(&folded.as_str());
    (ON.contains(&folded.as_str()) && !is_vague).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_off_the_list_are_known_in_the_languages_of_lists() {
        for text in [
            "NF",
            "Non-Formulary",
            "Nonformulary - PA required",
            "Not Recommended",
            "Do not prescribe",
            "Do not stock",
            "Non-PDL",
            "Double Red",
            "✗",
            "BLACK",
            "ausgelistet",
            "außer Handel",
            "Non référencé",
            "Retiré",
            "Fuera de guía",
            "Não disponível",
            "Fuori prontuario",
            "Niet in formularium",
            "Skreślony",
            "Utgått",
            "NF / NF",
            "Void/Retire",
            "Plan Exclusion",
            "Inactive - no longer stocked",
            "Inactive (no longer stocked)",
            "INACTIVE 3/2024",
            "Inactive as of 3/2024",
            "Retired, see oxycodone",
            "No longer stocked",
            "Non-stock",
            "NF (interchange)",
            "NF - see interchange",
            "Withdrawn from market",
            "Not carried",
            "Excluido desde 2024",
        ] {
            assert!(is_off(text), "{text}");
        }
        for text in [
            "Formulary",
            "F",
            "R",
            "NF / F",
            "gelistet",
            "Non-preferred",
            "Restricted",
            "Green",
            "",
            "Formulary / Restricted",
            "PA",
            "référencé",
            "Approved",
            "Closed formulary",
            "N (narcotic)",
            "Restricted - inactive sites only",
            "Formulary (was NF until 2023)",
            "Stocked 3/2024",
        ] {
            assert!(!is_off(text), "{text}");
        }
        assert!(
            name_says_off("naloxone 0.4 mg inj - NON FORMULARY")
                && !name_says_off("naloxone formulary item")
                && name_says_off("naloxone 4 mg nasal - NF")
        );
        for note in
            ["discontinued", "removed 2023", "DO NOT USE", "inactive", "(NF)", "no longer stocked"]
        {
            assert!(note_says_off(note), "{note}");
        }
        for note in [
            "Deleted from formulary",
            "dropped from formulary 2024",
            "ausgelistet",
            "nicht mehr gelistet",
            "retiré du livret",
            "sortie du livret",
            "fuera de formulario",
            "excluído da padronização",
            "rimosso dal prontuario",
            "van formularium verwijderd",
            "удалён из формуляра",
        ] {
            assert!(note_says_off(note), "{note}");
        }
        for note in [
            "non-formulary alternative: nalmefene",
            "Nalmefene deleted from formulary",
            "Excluded indications: see formulary",
            "on formulary",
        ] {
            assert!(!note_says_off(note), "{note}");
        }
        for name in
            ["naloxone 4 mg nasal removed 2023", "naloxone no longer stocked", "naloxone Tier NF"]
        {
            assert!(name_says_off(name), "{name}");
        }
        for tier in
            ["Excluded from coverage", "Tier: NF", "Not Covered (NC)", "Not Cov", "NFB", "Exc"]
        {
            assert!(is_off_tier(tier), "{tier}");
        }
        for tier in ["1", "Tier 3 - excluded from mail order", "Preferred", "Generic", "X"] {
            assert!(!is_off_tier(tier), "{tier}");
        }
        assert!(note_says_off("Removed from formulary 2025-03"));
        assert!(!note_says_off("Non-formulary strengths need a request to the committee"));
        assert!(!note_says_off("Use before any non-formulary agent"));
        assert!(is_known("Formulary - PA") && is_known("nein") && !is_known("Wombat"));
        assert!(!is_known("Not yet approved") && !is_known("Never restricted"));
        assert!(is_known("Tier 3") && is_known("T2") && is_known("Non preferred - PA"));
        assert!(!is_known("Wombat 2024") && !is_known("No longer restricted"));
    }
}
