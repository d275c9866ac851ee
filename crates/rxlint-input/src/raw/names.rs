//! Which names of members and elements may be shown. A list keyed by patients has persons as names.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

static KNOWN: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("names.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// The name if a format defines it, otherwise that of what is around.
pub(super) fn shown<'n>(name: &'n str, around: &'n str) -> &'n str {
    if KNOWN.contains(name) { name } else { around }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_name_that_no_format_gives_is_not_shown() {
        assert_eq!(shown("dosageInstruction", ""), "dosageInstruction");
        for name in ["MRN884421", "Gonzalez", "Gonzalez Maria", "7", ""] {
            assert_eq!(shown(name, "medication"), "medication");
        }
    }
}
