//! Sentences of the rule files, with their words filled in.

use std::fmt::Write;

use rxlint_model::day::Day;

/// The words that a sentence may use.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<(&'static str, String)>);

impl Words {
    /// Adds a word; if it is capitalised in a sentence, it is filled in with a capital.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.0.push((name, value.to_string()));
        self
    }

    /// Both sets of words; if a name is in both, `further` wins.
    #[must_use]
    pub fn and(mut self, further: &Self) -> Self {
        self.0.extend(further.0.iter().cloned());
        self
    }

    /// Adds a count of days: `{shared}` as "3 shared days", and `{count}`.
    #[must_use]
    pub fn days(self, name: &'static str, count: i64, what: &str) -> Self {
        let days = if count == 1 { "day" } else { "days" };
        let what = if what.is_empty() { String::new() } else { format!("{what} ") };
        self.with(name, format!("{count} {what}{days}")).with("count", count)
    }

    /// Adds a stretch of days, inclusive.
    #[must_use]
    pub fn span(self, first: Day, last: Day) -> Self {
        self.with("first", first).with("last", last)
    }

    /// Fills in a sentence. An unknown word stays as it is, so that a case shows it.
    pub fn fill(&self, sentence: &str) -> String {
        let mut out = String::with_capacity(sentence.len() + 32);
        let mut rest = sentence;
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let Some(close) = rest[open..].find('}') else { break };
            let word = &rest[open + 1..open + close];
            match self.value(word) {
                Some(value) => out.push_str(&value),
                None => {
                    let _ = write!(out, "{{{word}}}");
                }
            }
            rest = &rest[open + close + 1..];
        }
        out.push_str(rest);
        // Rule files break long lines; a sentence has none.
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What a word stands for.
    pub fn value(&self, word: &str) -> Option<String> {
        let lower = word.to_lowercase();
        let value =
            self.0.iter().rev().find(|(name, _)| *name == lower).map(|(_, value)| value.clone())?;
        Some(if word.starts_with(char::is_uppercase) { capital(&value) } else { value })
    }
}

/// The words in braces that a sentence uses; an unclosed brace extends to the end.
pub fn asked(sentence: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = sentence;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else {
            words.push(&rest[open..]);
            break;
        };
        words.push(&rest[open + 1..open + close]);
        rest = &rest[open + close + 1..];
    }
    words
}

/// The text with its first letter as a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_filled_in() {
        let words = Words::default().with("subject", "naltrexone").days("shared", 3, "shared");
        assert_eq!(
            words.fill("{Subject} was given: {shared}"),
            "Naltrexone was given: 3 shared days"
        );
        assert_eq!(
            words.days("free", 1, "opioid-free").fill("{free} {count} {nonsense} {"),
            "1 opioid-free day 1 {nonsense} {"
        );
    }
}
