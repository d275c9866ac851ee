//! Patterns of directions, made of what their file says.

use regex::{Captures, Regex, RegexBuilder};

use super::amount::word_number;

/// Numbers as directions write them, in a pattern.
pub(super) const NUMBER: &str = r"\d+|one|two|three|four|five|six|seven|eight|twelve";

/// A pattern that is none, and why.
pub(super) type Fault = (String, String);

/// A pattern for texts in lower case and with plain digits, as [`Words::rewritten`] leaves them: to fold letters and to know the
/// digits of every script in each pattern would take most of the time in which they are made ready.
pub(super) fn regex(pattern: &str, near: &str) -> Result<Regex, Fault> {
    let built = RegexBuilder::new(&in_lower_case(pattern)).size_limit(1 << 24).build();
    built.map_err(|error| (near.to_owned(), format!("this is no pattern: {error}")))
}

/// The pattern with its letters in lower case, but for those behind a backslash: `\W` is another class than `\w`.
fn in_lower_case(pattern: &str) -> String {
    let mut lower = String::with_capacity(pattern.len());
    let plain = pattern.replace(r"\d", "[0-9]").replace("(?P<", "(?<");
    let mut chars = plain.chars();
    while let Some(c) = chars.next() {
        lower.extend(c.to_lowercase());
        if c == '\\' {
            lower.extend(chars.next());
        }
    }
    lower
}

/// One of these patterns; nothing where there is none.
pub(super) fn any_of(patterns: &[String]) -> Result<Regex, Fault> {
    let all: Vec<String> = patterns.iter().map(|pattern| format!("(?:{pattern})")).collect();
    let nothing = r"[^\s\S]".to_owned();
    let built = regex(&if all.is_empty() { nothing } else { all.join("|") }, "");
    // To make each one ready takes as long as all together; it is done where one of them has to be named.
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

/// The first number that a pattern has caught.
pub(super) fn number(found: &Captures<'_>) -> Option<f64> {
    word_number(found.iter().skip(1).flatten().next()?.as_str())
}
