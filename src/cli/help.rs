//! Help that names report formats: the names come from their table.

use crate::report::Format;

/// Of `--format`.
pub(super) fn format() -> String {
    let [terminal, pipe] = [Format::FULL, Format::CONCISE].map(Format::name);
    let mut others = Format::names();
    others.retain(|name| ![terminal, pipe].contains(name));
    let others = others.join(", ");
    format!("How to show findings: {terminal} on a terminal, else {pipe}; or {others}")
}

/// Of `--phi`.
pub(super) fn phi() -> String {
    let masked = Format::in_words(|about| about.leaves_site);
    format!(
        "What is shown of a person: minimum (the identifier), mask (a code; the default of {masked}), show (all)"
    )
}

/// Of `--statistics`.
pub(super) fn statistics() -> String {
    let both = Format::in_words(|about| about.holds_summary);
    format!(
        "Show how many findings each rule has, instead of the findings; {both} always hold both"
    )
}
