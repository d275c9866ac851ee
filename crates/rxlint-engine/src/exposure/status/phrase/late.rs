//! What was given late, and why: `Given late - pt asleep`. The reason by itself would say that nothing was given.

use super::super::words::{Meaning, fold};
use super::{Role, bare, is, is_not_taken, says_nothing};

/// What such a text means: that it was given, or, if it only says that something was late, nothing known. `None` for any other text.
pub(super) fn meaning(
    parts: &[&str],
    look: &impl Fn(&str) -> Option<Meaning>,
) -> Option<Option<Meaning>> {
    let words = |part: &str| -> Vec<String> {
        let words = part.split_whitespace().map(fold);
        words.filter(|word| !word.is_empty()).collect()
    };
    let [first, reasons @ ..] = parts else { return None };
    let first = words(first);
    let says_not_taken = |part: &&&str| {
        [part.trim(), &bare(part)].iter().any(|text| look(text).is_some_and(is_not_taken))
    };
    let not_taken: Vec<Vec<String>> =
        reasons.iter().filter(says_not_taken).map(|part| words(part)).collect();
    let has = |words: &[String], role: Role| words.iter().any(|word| is(word, role));
    let is_late = has(&first, Role::Late)
        || reasons.iter().map(|part| words(part)).any(|words| has(&words, Role::Late));
    let is_reason = |words: &Vec<String>| {
        let is_known = |word: &String| {
            is(word, Role::Circumstance)
                || says_nothing(word)
                || is_late && (is(word, Role::Holds) || is(word, Role::Cause))
                || is(word, Role::Late)
        };
        words.iter().all(is_known)
    };
    if not_taken.is_empty() || !not_taken.iter().all(is_reason) {
        return None;
    }
    let is_denied = has(&first, Role::Not) || has(&first, Role::Never) || has(&first, Role::Denies);
    let is_idle = |word: &String| says_nothing(word) || is(word, Role::Late);
    let said = first.iter().find(|word| is(word, Role::Given) || !is_idle(word));
    // A word for giving that is not a status by itself counts too.
    let given =
        said.filter(|word| is(word, Role::Given)).map(|word| look(word).unwrap_or(Meaning::Active));
    match given.filter(|meaning| !is_not_taken(*meaning)) {
        _ if is_denied => None,
        Some(given) => Some(Some(given)),
        None => has(&first, Role::Late).then_some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::words::{Meaning, StatusTable};

    fn said(text: &str) -> Option<Meaning> {
        StatusTable::built_in().look(None, text.as_bytes())
    }

    #[test]
    fn a_dose_given_late_was_given_whatever_the_reason() {
        for text in [
            "Given late - pt asleep",
            "Given late - pt off unit",
            "Given late - pt absent",
            "Given late - patient unavailable",
            "Given late - asleep",
            "Given late - order on hold",
            "Given late: patient away",
            "Given (late) - asleep",
            "Given late (off unit)",
            "Administered late - asleep",
            "Given - leave of absence dose",
            "Dosed late, absent",
            "administré en retard - absent",
            "administrado tarde - ausente",
            "somministrato in ritardo - assente",
            "toegediend, te laat - afwezig",
            "podano z opóźnieniem - nieobecny",
        ] {
            assert_eq!(said(text), Some(Meaning::Active), "{text}");
        }
    }

    #[test]
    fn what_is_only_called_late_is_told() {
        for text in [
            "Late - patient unavailable",
            "Late admin - off unit",
            "Charted late - pt absent",
            "Delayed - off unit",
            "Delayed: patient asleep",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn a_reason_without_a_dose_says_that_none_was_given() {
        for text in [
            "Not given - pt asleep",
            "Held - patient off unit",
            "Missed - absent",
            "Refused late dose",
            "pt asleep",
            "Given - refused",
            "Given late - returned to stock",
        ] {
            assert_ne!(said(text), Some(Meaning::Active), "{text}");
        }
    }
}
