//! Where a canary can be put: the pieces of a text in some format.

use std::ops::Range;

/// The stretches between certain characters, from a position on.
pub(crate) fn between(text: &str, ends: &[char], from: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = from;
    for (at, c) in text.char_indices().filter(|(at, _)| *at >= from) {
        if ends.contains(&c) {
            if !text[start..at].trim().is_empty() {
                pieces.push(start..at);
            }
            start = at + c.len_utf8();
        }
    }
    pieces
}

/// Every text and every attribute of XML, except those that say which kind of document it is.
pub(crate) fn xml_values(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut rest = 0;
    while let Some(open) = text[rest..].find('<').map(|at| rest + at) {
        if !text[rest..open].trim().is_empty() {
            pieces.push(rest..open);
        }
        let Some(close) = text[open..].find('>').map(|at| open + at) else { break };
        let tag = &text[open..close];
        if !tag.starts_with("<?") && !tag.starts_with("<!") {
            let quotes: Vec<usize> = tag.match_indices('"').map(|(at, _)| open + at).collect();
            let values = quotes.chunks_exact(2).map(|pair| pair[0] + 1..pair[1]);
            pieces.extend(
                values.filter(|value| !value.is_empty() && !names_the_form(text, open, value)),
            );
        }
        rest = close + 1;
    }
    pieces
}

/// Whether an attribute says what its document or element is: with another value it would be another document.
fn names_the_form(text: &str, open: usize, value: &Range<usize>) -> bool {
    let before = &text[open..value.start];
    let name = before.rsplit([' ', '\n']).next().unwrap_or_default();
    name.contains("xmlns")
        || name.starts_with("classCode")
        || name.starts_with("moodCode")
        || name.starts_with("root=")
        || name.starts_with("xsi:")
}

/// Every string in JSON, including member names.
pub(crate) fn json_strings(text: &str) -> Vec<Range<usize>> {
    let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
    quotes.chunks_exact(2).map(|pair| pair[0] + 1..pair[1]).collect()
}
