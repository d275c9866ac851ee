//! Columns in which people write sentences: what they mention need not be prescribed.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::fold::{fold, words};
use super::tokens;
use crate::layout::outcomes::word_table;

/// Words of the headers of such columns, in the languages of the exports: notes, directions, reasons, diagnoses, allergies,
/// history.
const WORDS: [&str; 87] = [
    "note",
    "notes",
    "comment",
    "comments",
    "remark",
    "remarks",
    "memo",
    "message",
    "narrative",
    "sig",
    "directions",
    "direction",
    "instruction",
    "instructions",
    "reason",
    "reasons",
    "indication",
    "indications",
    "diagnosis",
    "diagnoses",
    "dx",
    "problem",
    "problems",
    "allergy",
    "allergies",
    "adr",
    "allergen",
    "history",
    "hx",
    "counseling",
    "counselling",
    "intervention",
    "alert",
    "alerts",
    "warning",
    "warnings",
    "interaction",
    "interactions",
    "freetext",
    "bemerkung",
    "bemerkungen",
    "kommentar",
    "hinweis",
    "hinweise",
    "notiz",
    "notizen",
    "diagnose",
    "dosierung",
    "anweisung",
    "allergie",
    "allergien",
    "commentaire",
    "commentaires",
    "remarque",
    "posologie",
    "observaciones",
    "observacoes",
    "comentario",
    "comentarios",
    "posologia",
    "opmerking",
    "opmerkingen",
    "uwagi",
    "allergens",
    "intolerance",
    "intolerances",
    "unverträglichkeit",
    "unverträglichkeiten",
    "alergia",
    "alergias",
    "allergieën",
    "overgevoeligheid",
    "alergie",
    "uczulenia",
    "uczulenie",
    "alerji",
    "alerjiler",
    "allergia",
    "allergi",
    "allergier",
    "överkänslighet",
    "过敏",
    "过敏史",
    "過敏",
    "アレルギー",
    "аллергия",
    "аллергии",
];

/// What a clinic calls the drugs that its patients misuse, what a screen found, and drugs that might be given instead: those are
/// mentioned, not dispensed. What a patient takes besides or took last is asked about.
const MISUSE: [&[&str]; 18] = [
    &["uds"],
    &["udt"],
    &["urine"],
    &["drug", "screen"],
    &["tox", "screen"],
    &["toxicology"],
    &["formulary", "alternative"],
    &["therapeutic", "alternative"],
    &["drug", "of", "choice"],
    &["drugs", "of", "choice"],
    &["substance", "of", "choice"],
    &["drug", "of", "abuse"],
    &["substance", "used"],
    &["substances", "used"],
    &["substance", "use"],
    &["primary", "substance"],
    &["secondary", "substance"],
    &["primary", "drug", "used"],
];

/// Whether a header says that.
pub(in crate::layout) fn is_header(header: &str) -> bool {
    let words = words(header);
    let says = |phrase: &[&str]| words.windows(phrase.len()).any(|some| some == phrase);
    if names_second(&words) {
        return false;
    }
    words.iter().any(|word| WORDS.contains(&word.as_str()))
        || says(&["adverse", "reaction"])
        || says(&["adverse", "reactions"])
        || MISUSE.iter().any(|phrase| says(phrase))
}

/// Whether a header says that its column names the drug with which the row's interacts: `Interacting Drug`, `DUR Message`. A cell that
/// is the name of a drug says that the patient has it; a sentence is only a mention.
fn names_second(words: &[String]) -> bool {
    const INTERACTS: [&str; 5] =
        ["interacting", "interacts", "interaction", "interactions", "wechselwirkung"];
    const CHECKS: [&str; 5] = ["alert", "dur", "ddi", "history", "conflict"];
    const DRUGS: [&str; 6] = ["drug", "drugs", "med", "medication", "message", "medicine"];
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&INTERACTS) || words.len() == 2 && has(&CHECKS) && has(&DRUGS)
}

/// Whether a header says that its column holds remarks on the record and nothing else: neither on an allergy nor on counselling. Who
/// makes them does not matter.
pub(in crate::layout) fn is_of_remarks(header: &str) -> bool {
    const AUTHORS: [&str; 17] = [
        "pharmacy",
        "pharmacist",
        "provider",
        "clinic",
        "ward",
        "hospital",
        "facility",
        "department",
        "dept",
        "store",
        "user",
        "row",
        "line",
        "apotheke",
        "pharmacie",
        "farmacia",
        "apteka",
    ];
    let is_topic = |word: &String| {
        tokens::says_but(word, "other", "remark") && !AUTHORS.contains(&word.as_str())
    };
    tokens::says(header, "remark")
        && !tokens::words_of(header).iter().any(is_topic)
        && !tokens::says_any(header, &["apart", "because", "dx", "sig"])
}

/// Whether a header may be that of an ingredient or of what patients misuse: its cells decide.
pub(in crate::layout) fn may_be_of_misuse(header: &str) -> bool {
    matches!(&words(header)[..], [only] if only == "substance" || only == "substances")
}

/// Whether a header says that its column names programmes or parts of a site, which may be named after a drug: `Methadone Clinic`.
pub(in crate::layout) fn is_of_places(header: &str) -> bool {
    const PLACES: [&str; 13] = [
        "department",
        "dept",
        "clinic",
        "program",
        "programme",
        "protocol",
        "track",
        "location",
        "ward",
        "facility",
        "site",
        "abteilung",
        "ambulanz",
    ];
    let words = words(header);
    words.iter().any(|word| PLACES.contains(&word.as_str()))
        || words.windows(2).any(|pair| pair == ["cost", "center"] || pair == ["cost", "centre"])
        || is_of_a_visit(&words)
}

/// Words of such headers, and those that change nothing beside them, by their kind.
static OF_PLACES: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
    let listed = word_table::words(include_str!("of_places.txt"));
    // A word may be of either kind, in another language: the place counts.
    let mut words: Vec<(&str, &str)> = listed.collect();
    words.sort_unstable();
    words.into_iter().map(|(kind, word)| (fold(word), kind)).collect()
});

/// Whether a header speaks of nothing but places, visits, payers, towns, teams and staff: `Visit Type`, `Plan Name`, `City/State`.
fn is_of_a_visit(words: &[String]) -> bool {
    if let [only] = words {
        return matches!(OF_PLACES.get(only), Some(&("place" | "alone")));
    }
    let mut kinds = words.iter().map(|word| OF_PLACES.get(word).copied());
    kinds.clone().any(|kind| kind == Some("place")) && kinds.all(|kind| kind.is_some())
}
