//! Parts of a text that have been read, taken out of it.

use std::ops::Range;

/// Puts a sign of one byte in the place of each byte of these parts, so that all others stand where they stood.
pub(super) fn blank(rest: &mut String, parts: impl IntoIterator<Item = Range<usize>>, with: &str) {
    for part in parts {
        let blanks = with.repeat(part.len());
        rest.replace_range(part, &blanks);
    }
}
