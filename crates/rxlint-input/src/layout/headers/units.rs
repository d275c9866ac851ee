//! What the numbers of a column count, as its header says.

use super::tokens::{says_any, words_have, words_of};

/// Units of durations other than days, as headers name them: beginnings of words, and short whole words.
const COUNTED: [(&str, &[&str], &[&str]); 3] = [
    (
        "week",
        &[
            "week",
            "woche",
            "semaine",
            "semana",
            "settiman",
            "weken",
            "tygod",
            "tydzien",
            "veck",
            "viik",
            "tydn",
            "недел",
            "週",
            "周",
            "주",
        ],
        &[
            "wk", "wks", "w", "sem", "sett", "wo", "uge", "uger", "uke", "uker", "нед", "het",
            "hafta",
        ],
    ),
    (
        "month",
        &[
            "month",
            "mnth",
            "monat",
            "mois",
            "mese",
            "mesi",
            "meses",
            "maand",
            "miesi",
            "manad",
            "maned",
            "kuuka",
            "mesic",
            "honap",
            "месяц",
            "月数",
            "개월",
        ],
        &["mo", "mos", "mth", "mths", "m", "mes", "mnd", "ay", "мес", "月"],
    ),
    ("year", &["year", "jahr", "année"], &["yr", "yrs", "y"]),
];

/// The unit of a duration whose header says that it does not count days: `duration_weeks`, `Dur (wk)`.
pub(crate) fn counted(header: &str) -> Option<&'static str> {
    const DAYS: [&str; 14] = [
        "day", "tage", "jour", "dias", "giorni", "dagen", "dni", "dagar", "dager", "dage", "paiv",
        "дн", "日", "일",
    ];
    let words = words_of(header);
    let lower = header.to_lowercase();
    // Part of a word, if it is long enough or in a script in which one character is a word.
    let holds = |part: &str| {
        let is_telling = part.len() > 3 || !part.is_ascii();
        is_telling && lower.contains(part) || words.iter().any(|word| word.starts_with(part))
    };
    let is_days = lower.contains("day") || DAYS.iter().any(|part| holds(part));
    let counts = |(_, parts, whole): &&(&str, &[&str], &[&str])| {
        words.iter().any(|word| whole.contains(&word.as_str()))
            || parts.iter().any(|part| holds(part))
    };
    COUNTED.iter().find(counts).filter(|_| !is_days).map(|(unit, ..)| *unit)
}

/// Whether a header is that of sexes, states, statuses, classes or people, whose letters are not units.
pub(in crate::layout) fn is_of_another(header: &str) -> bool {
    const WORDS: [&str; 22] = [
        "sex",
        "gender",
        "gend",
        "geschl",
        "genre",
        "genero",
        "genere",
        "kon",
        "kjonn",
        "kjon",
        "sukupuoli",
        "pohlavi",
        "cinsiyet",
        "state",
        "st",
        "province",
        "class",
        "tech",
        "technician",
        "init",
        "initials",
        "grade",
    ];
    words_have(header, &WORDS) || says_any(header, &["other", "status"])
}

/// The unit of an age whose header says that it does not count years: `age_months`, `Age (days)`.
pub(crate) fn age_unit(header: &str) -> Option<&'static str> {
    let lower = header.to_lowercase();
    let says = |part: &str| lower.contains(part);
    if says("year") || says("yr") || says("jahr") {
        return None;
    }
    counted(header).or_else(|| says("day").then_some("day"))
}

/// The unit that a header gives for the strengths below it: `Strength (mg)`.
pub(crate) fn strength_unit(header: &str) -> Option<&'static str> {
    const UNITS: [&str; 4] = ["mg", "mcg", "µg", "g"];
    let words = words_of(header);
    UNITS.into_iter().find(|unit| words.iter().any(|word| word == unit))
}
