//! Patterns of directions, built from their file.

use regex::{Captures, Regex, RegexBuilder};

use super::amount::word_number;

/// Numbers as directions write them, in a pattern.
pub(super) const NUMBER: &str = r"\d+|one|two|three|four|five|six|seven|eight|twelve";

/// An invalid pattern, and why.
pub(super) type Fault = (String, String);

/// What `\w` stands for: the letters and digits of all scripts, in few and wide ranges.
const WORD: &str = r"0-9a-z_\u{aa}\u{b5}\u{ba}\u{df}-\u{f6}\u{f8}-\u{2c1}\u{370}-\u{37d}\u{37f}-\u{386}\u{388}-\u{60b}\u{610}-\u{61a}\u{620}-\u{6d3}\u{6d5}-\u{963}\u{966}-\u{1fff}\u{2c00}-\u{2dff}\u{3005}-\u{3007}\u{3041}-\u{30fa}\u{30fc}-\u{d7ff}";

/// A pattern for texts in lower case and with plain digits, as [`Words::rewritten`](super::words::Words::rewritten) leaves them.
pub(super) fn regex(pattern: &str, near: &str) -> Result<Regex, Fault> {
    let built = RegexBuilder::new(&in_few_classes(pattern)).size_limit(1 << 24).build();
    built.map_err(|error| (near.to_owned(), format!("this is not a pattern: {error}")))
}

/// The pattern in lower case and with few classes of letters and digits: case folding and the hundreds of ranges of
/// Unicode would take most of the time and memory that patterns cost.
fn in_few_classes(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let pattern = pattern.replace("(?P<", "(?<");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.extend(c.to_lowercase());
            continue;
        }
        match chars.next() {
            Some('d') => plain.push_str("[0-9]"),
            Some('w') => plain.extend(["[", WORD, "]"]),
            Some('W') => plain.extend(["[^", WORD, "]"]),
            other => plain.extend(['\\'].into_iter().chain(other)),
        }
    }
    plain
}

/// A pattern that matches any of these; nothing if there are none.
pub(super) fn any_of(patterns: &[String]) -> Result<Regex, Fault> {
    let all: Vec<String> = patterns.iter().map(|pattern| format!("(?:{pattern})")).collect();
    let nothing = r"[^\s\S]".to_owned();
    let built = regex(&if all.is_empty() { nothing } else { all.join("|") }, "");
    // Compiling each one takes as long as all together; it is done only if a faulty one must be named.
    built.or_else(|fault| {
        patterns.iter().try_for_each(|one| regex(one, one).map(drop)).and(Err(fault))
    })
}

/// Phrases as a pattern: their words, however they are joined.
pub(super) fn phrases(phrases: &[String]) -> String {
    let words = |phrase: &String| {
        phrase.split_whitespace().map(regex::escape).collect::<Vec<_>>().join(r"[\s-]*")
    };
    let all: Vec<String> = phrases.iter().map(words).collect();
    format!(r"\b(?:{})\b", all.join("|"))
}

/// The first number that a pattern has captured.
pub(super) fn number(found: &Captures<'_>) -> Option<f64> {
    word_number(found.iter().skip(1).flatten().next()?.as_str())
}
