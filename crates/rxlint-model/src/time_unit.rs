//! Units of time: days, weeks, months, as cells and headers write them in the languages of the exports.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The words, with the days per unit and how plainly they say so.
static UNITS: LazyLock<HashMap<&'static str, TimeUnit>> = LazyLock::new(|| read(WORDS).collect());

const WORDS: &str = include_str!("time_units.txt");

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeUnit {
    /// Its length in days.
    pub days: f64,
    /// How plainly its word says so on its own.
    pub plainness: Plainness,
}

/// How plainly a word names a unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plainness {
    /// A letter that may mean anything: a lone `m` may be a man.
    Letter,
    /// Also used for states, sexes and forms: Missouri.
    Shared,
    /// Means hardly anything else.
    Plain,
}

impl TimeUnit {
    /// The unit that a word names: `Week(s)`, `wk.`, `päivää`.
    pub fn of(word: &str) -> Option<Self> {
        UNITS.get(fold(word).as_str()).copied()
    }
}

/// A word in lower case without accents or anything in brackets: `Week(s)`.
pub fn fold(word: &str) -> String {
    let word = word.split(['(', '[']).next().unwrap_or_default();
    let plain = |c: char| match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => 'a',
        'é' | 'è' | 'ê' | 'ę' | 'ě' | 'ë' => 'e',
        'í' | 'ì' | 'ı' | 'î' => 'i',
        'ñ' | 'ń' => 'n',
        'ó' | 'õ' | 'ö' | 'ø' | 'ő' => 'o',
        'ú' | 'ü' | 'ů' | 'ű' => 'u',
        'ý' => 'y',
        'č' => 'c',
        'й' => 'и',
        other => other,
    };
    word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).map(plain).collect()
}

/// The lines of the table. A malformed line is skipped; the test of this module would catch it.
fn read(table: &'static str) -> impl Iterator<Item = (&'static str, TimeUnit)> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(unit).flat_map(|(unit, words)| words.map(move |word| (word, unit)))
}

fn unit(line: &'static str) -> Option<(TimeUnit, impl Iterator<Item = &'static str>)> {
    let mut words = line.split_ascii_whitespace();
    let days = words.next()?.parse().ok()?;
    let plainness = match words.next()? {
        "plain" => Plainness::Plain,
        "shared" => Plainness::Shared,
        "letter" => Plainness::Letter,
        _ => return None,
    };
    Some((TimeUnit { days, plainness }, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_the_table_is_read_and_each_word_occurs_once() {
        let lines = WORDS.lines().filter(|line| !line.starts_with('#'));
        assert!(lines.clone().all(|line| unit(line).is_some()));
        let words: Vec<&str> = read(WORDS).map(|(word, _)| word).collect();
        assert_eq!(words.len(), UNITS.len());
        for word in words {
            assert_eq!(fold(word), word);
        }
    }

    #[test]
    fn a_unit_is_known_in_each_language() {
        for (word, days) in [
            ("Week(s)", 7.0),
            ("wk.", 7.0),
            ("päivää", 1.0),
            ("vk", 7.0),
            ("tyg.", 7.0),
            ("miesięcy", 30.0),
            ("fortnights", 14.0),
        ] {
            assert_eq!(TimeUnit::of(word).map(|unit| unit.days), Some(days), "{word}");
        }
        assert_eq!(TimeUnit::of("tablets"), None);
    }
}
