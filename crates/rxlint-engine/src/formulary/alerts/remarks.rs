//! Remarks and other texts about a pair: whether they say that the row is off, and which drugs they exclude from a class.

use super::severity::{self, Means, Says, Where};
use super::talk::{Talk, has_sign, talk};
use crate::drug::atc;
use crate::drug::name::words;
use crate::formulary::alerts::shape::Names;

/// What a text says that may be about anything: only what cannot be about a drug counts.
pub(super) fn told(cell: &str) -> Says {
    let said = words(cell);
    let is_off = |clause: &[String]| severity::is(clause, Means::Off, Where::Text);
    let says = severity::is_switched_off(&said) || says_nothing(&said) || has(cell, is_off);
    if says { Says::Unknown } else { Says::Nothing }
}

/// What a remark says, which may be about the alert. A separate part of it may say so in one word: `Alert fatigue - hidden`.
pub(super) fn remarked(cell: &str) -> Says {
    let is_off = |clause: &[String]| {
        talk(clause) == Talk::Off
            || severity::is(clause, Means::Off, Where::Remark)
            || severity::is_switched_off(clause)
    };
    if has_sign(cell) || has(cell, is_off) { Says::Unknown } else { told(cell) }
}

/// Whether a clause of a text says that the row is off, and not that it must never be, or that something in a patient is.
fn has(cell: &str, is_off: impl Fn(&[String]) -> bool) -> bool {
    clauses(cell)
        .filter(|clause| !matches!(talk(clause), Talk::Kept | Talk::Body))
        .any(|clause| is_off(&clause))
}

/// The parts of a remark between its signs, without numbers.
fn clauses(cell: &str) -> impl Iterator<Item = Vec<String>> {
    let is_number = |word: &String| word.starts_with(|c: char| c.is_ascii_digit());
    cell.split(" - ")
        .flat_map(|part| part.split([',', ';', ':', '.', '(', ')', '[', ']', '–', '—', '\n']))
        .map(move |clause| words(clause).into_iter().filter(|word| !is_number(word)).collect())
}

/// `No interaction data in children: avoid` goes on.
fn says_nothing(said: &[String]) -> bool {
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
    const ENDS: [&str; 5] = ["", " expected", " known", " found", " reported"];
    let whole = said.join(" ");
    said.len() < 6
        && NOTHING
            .iter()
            .any(|phrase| whole.strip_prefix(phrase).is_some_and(|rest| ENDS.contains(&rest)))
}

/// The drugs that a remark names next to words for an exception, and that are on neither side of their row.
pub(super) fn left_out(cell: &str, sides: &[Vec<String>; 2], names: Names<'_>) -> Vec<String> {
    let said = words(cell);
    if !severity::is(&said, Means::Except, Where::Text) {
        return Vec::new();
    }
    let own: Vec<String> = sides.iter().flatten().filter_map(|side| names(side)).collect();
    if !own.iter().any(|name| is_group(name)) {
        return Vec::new();
    }
    let is_other = |word: &String| {
        word.len() > 3 && names(word).is_some_and(|name| !is_group(&name) && !own.contains(&name))
    };
    said.into_iter().filter(is_other).collect()
}

/// Whether what a text names is a class: one that the rule knows, or an ATC class.
pub(super) fn is_group(name: &str) -> bool {
    name.starts_with("group ") || atc::is_class(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_say_that_a_row_is_off_and_texts_of_drugs_do_not() {
        for cell in ["OFF", "inactive", "retired", "suppress", "filtered out", "not active"] {
            assert_eq!(remarked(cell), Says::Unknown, "{cell}");
        }
        for cell in [
            "do not display to prescribers",
            "not firing",
            "no longer fires",
            "off since 2020",
            "OFF 3/2022",
            "removed by pharmacy",
            "Alert fatigue - hidden",
            "Turned off by P&T 2022",
        ] {
            assert_eq!(remarked(cell), Says::Unknown, "{cell}");
        }
        for cell in [
            "not active in production",
            "alert does not pop up",
            "nobody sees this",
            "downgraded to info",
            "suspended pending review",
            "blocked in Epic",
            "alert retired 2020",
            "alerte désactivée en 2021",
            "Alarm abgestellt",
            "Warnung erscheint nicht",
            "wird nicht mehr ausgegeben",
            "alerta bloqueado",
            "no aparece",
            "não dispara",
            "avviso rimosso",
            "melding uit",
            "visas inte",
            "alert nie jest wyświetlany",
            "ukryty",
            "nezobrazuje se",
            "gösterilmiyor",
            "скрыто",
            "не показывается",
            "已停用",
            "アラート停止中",
            "표시 안 함",
            "opioid alert suppressed",
        ] {
            assert_eq!(remarked(cell), Says::Unknown, "{cell}");
        }
        for cell in [
            "not suppressed",
            "cannot be turned off",
            "should not be switched off",
            "Must not be suppressed",
            "never suppress",
            "must remain active",
            "alert fires at order entry",
            "Alert shown to prescriber and pharmacist",
            "cough suppressed",
            "analgesic effect suppressed",
            "Naltrexone blocks effects of opioids",
            "opioid receptors are blocked",
            "Discontinue opioids first",
            "Stop naltrexone 72 h before surgery",
            "Wirkung wird aufgehoben",
            "effect wears off after 24 h",
            "active metabolite",
            "Do not use within 7 days of last opioid",
            "ne pas associer",
            "turn off infusion before switching",
            "Stop opioid 7 days before; may be inactive",
            "Naltrexone blocks opioid effect; discontinue",
            "Avoid combination. Withdrawn effect",
            "None",
            "No",
            "See policy",
            "off-label use",
        ] {
            assert_eq!(remarked(cell), Says::Nothing, "{cell}");
        }
        assert_eq!(told("No interaction expected"), Says::Unknown);
        assert_eq!(told("No interaction data in children: avoid"), Says::Nothing);
        assert_eq!(
            told("Opioid effects are suppressed for 24 hours or longer after it"),
            Says::Nothing
        );
    }
}
