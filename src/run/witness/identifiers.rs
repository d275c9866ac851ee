//! Identifiers of patients that differ by no more than a spreadsheet or a keyboard changes. They are counted and never merged.

use std::hash::BuildHasher;

use rustc_hash::{FxHashMap, FxHashSet};

/// Identifiers as they are compared, with how they are written; by hash, since they are many.
#[derive(Clone, Debug, Default)]
pub(super) struct Identifiers {
    written: FxHashMap<u64, u64>,
    /// Those of which another spelling was seen.
    alike: FxHashSet<u64>,
    /// How identifiers are written, as far as they were seen here: most come again.
    seen: FxHashSet<u64>,
}

impl Identifiers {
    pub(super) fn note(&mut self, text: &str) {
        let hasher = rustc_hash::FxBuildHasher;
        let written = hasher.hash_one(text.trim());
        if self.seen.insert(written) {
            self.add(hasher.hash_one(folded(text)), written);
        }
    }

    fn add(&mut self, folded: u64, written: u64) {
        if *self.written.entry(folded).or_insert(written) != written {
            self.alike.insert(folded);
        }
    }

    #[allow(
        clippy::iter_over_hash_type,
        reason = "each is added by itself: their order says nothing"
    )]
    pub(super) fn absorb(&mut self, later: Self) {
        for (folded, written) in later.written {
            self.add(folded, written);
        }
        self.alike.extend(later.alike);
    }

    /// How many identifiers are written in more than one way.
    pub(super) fn alike(&self) -> usize {
        self.alike.len()
    }
}

/// Without letter case and width, zeros in front, hyphens and spaces, a spreadsheet's `.0` and apostrophe.
fn folded(text: &str) -> String {
    let text = text.trim().trim_start_matches('\'');
    let text = text.strip_suffix(".0").unwrap_or(text);
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    };
    let folded: String = text
        .chars()
        .map(narrow)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
        .flat_map(char::to_lowercase)
        .collect();
    folded.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_identifier_are_counted_once() {
        let mut one = Identifiers::default();
        for text in ["P7", "p7", " P7", "0042", "42", "42.0", "'42", "43", "X1", "X1"] {
            one.note(text);
        }
        assert_eq!(one.alike(), 2);
        let mut later = Identifiers::default();
        later.note("x1");
        one.absorb(later);
        assert_eq!(one.alike(), 3);
        let mut written = Identifiers::default();
        for text in ["123-45-6789", "123456789", "\u{FF30}\u{FF11}", "P1", "A-1", "A-2"] {
            written.note(text);
        }
        assert_eq!(written.alike(), 2, "hyphens, and letters of full width");
    }
}
