//! Whole numbers in words, as a quantity says them a second time, or only so: `30 (thirty)`, `one hundred and twelve`,
//! `achtundzwanzig`, `quatre-vingt-dix`.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::pattern::Fault;
use crate::drug::name::words;

/// The words of numbers with what each counts, and those that join them.
#[derive(Debug)]
pub(super) struct Spelled {
    values: FxHashMap<String, f64>,
    joins: Vec<String>,
}

/// One word of a number, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Value(f64),
    Join,
}

/// A shorter word is not a compound, and a longer one is not a number.
const SHORTEST_COMPOUND: usize = 6;
const LONGEST_COMPOUND: usize = 60;

impl Spelled {
    pub(super) fn of(
        numbers: &BTreeMap<String, Vec<String>>,
        joins: &[String],
    ) -> Result<Self, Fault> {
        let mut values = FxHashMap::default();
        for (number, of_number) in numbers {
            let no_number = |_| (number.clone(), "this is not a whole number".to_owned());
            let value = f64::from(number.parse::<u16>().map_err(no_number)?);
            values.extend(of_number.iter().flat_map(|word| words(word)).map(|word| (word, value)));
        }
        Ok(Self { values, joins: joins.iter().flat_map(|join| words(join)).collect() })
    }

    /// The number that all these words say.
    pub(super) fn value(&self, words: &[String]) -> Option<f64> {
        let parts: Vec<Vec<Part>> =
            words.iter().map(|word| self.parts(word)).collect::<Option<_>>()?;
        Self::sum(&parts.concat())
    }

    /// The number that the first words say, and how many words that is.
    pub(super) fn starts(&self, words: &[String]) -> Option<(f64, usize)> {
        let known = words.iter().take_while(|word| self.parts(word).is_some()).count();
        (1..=known).rev().find_map(|taken| Some((self.value(&words[..taken])?, taken)))
    }

    /// A word as one number, as a word that joins two, or as several without a space between them.
    fn parts(&self, word: &str) -> Option<Vec<Part>> {
        self.part(word).map(|part| vec![part]).or_else(|| {
            (SHORTEST_COMPOUND..=LONGEST_COMPOUND)
                .contains(&word.len())
                .then(|| self.compound(word))
                .flatten()
        })
    }

    fn part(&self, word: &str) -> Option<Part> {
        let join = || self.joins.iter().any(|join| join == word).then_some(Part::Join);
        self.values.get(word).map(|value| Part::Value(*value)).or_else(join)
    }

    fn compound(&self, word: &str) -> Option<Vec<Part>> {
        if word.is_empty() {
            return Some(Vec::new());
        }
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
        ends.into_iter().find_map(|end| {
            let first = self.part(&word[..end])?;
            let mut parts = self.compound(&word[end..])?;
            parts.insert(0, first);
            Some(parts)
        })
    }

    /// What the parts come to: each is less than what the one before leaves open, except for hundreds, the French four twenties, and
    /// ones before their tens.
    fn sum(parts: &[Part]) -> Option<f64> {
        let is_join = |part: Option<&Part>| part == Some(&Part::Join);
        if is_join(parts.first()) || is_join(parts.last()) {
            return None;
        }
        let (mut whole, mut open, mut is_joined) = (0.0, f64::INFINITY, false);
        for part in parts {
            let Part::Value(value) = *part else {
                is_joined = true;
                continue;
            };
            let ones = whole % 10.0;
            let is_ten = (20.0..100.0).contains(&value) && value % 10.0 == 0.0;
            whole = match value {
                100.0 if (1.0..10.0).contains(&whole) => whole * value,
                20.0 if whole % 100.0 == 4.0 && !is_joined => whole + 76.0,
                _ if is_ten && is_joined && ones > 0.0 && whole % 100.0 == ones => whole + value,
                _ if value < open => whole + value,
                _ => return None,
            };
            open = match value {
                100.0 => 100.0,
                20.0 | 60.0 if whole % 100.0 == 80.0 || value == 60.0 => 20.0,
                _ if is_ten && ones == 0.0 => 10.0,
                _ => 0.0,
            };
            is_joined = false;
        }
        (whole > 0.0).then_some(whole)
    }
}

#[cfg(test)]
mod tests {
    use crate::drug::name::words;

    #[test]
    fn numbers_are_said_in_words_of_many_languages() {
        let spelled = &super::super::built_in().ready().packs().unwrap().cell.spelled;
        for (text, number) in [
            ("sixty", Some(60.0)),
            ("twenty-eight", Some(28.0)),
            ("one hundred and twelve", Some(112.0)),
            ("one hundred twelve", Some(112.0)),
            ("two hundred and ten", Some(210.0)),
            ("achtundzwanzig", Some(28.0)),
            ("einhundertzwölf", Some(112.0)),
            ("hundertzwanzig", Some(120.0)),
            ("quatre-vingt-dix", Some(90.0)),
            ("quatre-vingts", Some(80.0)),
            ("cent douze", Some(112.0)),
            ("soixante-dix", Some(70.0)),
            ("veintiocho", Some(28.0)),
            ("ciento doce", Some(112.0)),
            ("cincuenta y seis", Some(56.0)),
            ("ventotto", Some(28.0)),
            ("centododici", Some(112.0)),
            ("cento e doze", Some(112.0)),
            ("vinte e oito", Some(28.0)),
            ("honderdtwaalf", Some(112.0)),
            ("zesenvijftig", Some(56.0)),
            ("sto dwanaście", Some(112.0)),
            ("dwadzieścia osiem", Some(28.0)),
            ("six ten", None),
            ("ten six", None),
            ("twenty thirty", None),
            ("and six", None),
            ("sixty tablets", None),
        ] {
            assert_eq!(spelled.value(&words(text)), number, "{text}");
        }
    }
}
