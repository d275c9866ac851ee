//! Parts of a text that have been read, taken out of it.

use std::ops::Range;

/// Replaces each byte of these parts by a sign of one byte, so that all others keep their positions.
pub(super) fn blank(rest: &mut String, parts: impl IntoIterator<Item = Range<usize>>, with: &str) {
    for part in parts {
        let blanks = with.repeat(part.len());
        rest.replace_range(part, &blanks);
    }
}
