//! One cup daily of sixty cups: how long that lasts is certain, whatever a cup holds.

use super::packs::is_plain;
use super::{DirectionWords, Directions};
use crate::drug::name::words;
use crate::exposure::days::number;
use rxlint_model::record::{Field, Record};

/// A unit is at least as long; `mg` and `x` are none.
const SHORTEST: usize = 3;
/// A plural is at most so much longer.
const LONGER: usize = 2;
/// A unit that directions know, in whose place the other is read.
const KNOWN: &str = "tablet";

/// Whether two words are one, in the singular or the plural.
fn is_same(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    long.starts_with(short) && long.len() - short.len() <= LONGER
}

/// The quantity of a record, and the unit that it or its own column states in one word.
fn counted(record: &Record<'_>) -> Option<(f64, String)> {
    let cell = record.text(Field::Quantity);
    let count = number(cell).filter(|count| *count > 0.0)?;
    let unit = match record.text(Field::QuantityUnit) {
        [] if is_plain(cell) => return None,
        [] => record.string(Field::Quantity),
        _ => record.string(Field::QuantityUnit),
    };
    let is_word = |word: &String| word.chars().all(char::is_alphabetic);
    let mut units = words(&unit).into_iter().filter(is_word);
    let unit = units.next().filter(|unit| unit.chars().count() >= SHORTEST)?;
    units.next().is_none().then_some((count, unit))
}

impl DirectionWords {
    /// The quantity and the directions of a record that count the same unit, which is not known, if all the rest of the directions is.
    pub(crate) fn by_same_unit(&self, record: &Record<'_>) -> Option<(f64, Directions)> {
        if record.text(Field::Directions).is_empty() {
            return None;
        }
        let (count, unit) = counted(record)?;
        let text = record.string(Field::Directions);
        let is_letter = |c: char| c.is_alphabetic();
        let (mut read, mut is_any) = (String::new(), false);
        for piece in text.split_inclusive(|c: char| !is_letter(c)) {
            let word = piece.trim_end_matches(|c: char| !is_letter(c));
            let is_unit = !word.is_empty()
                && matches!(&words(word)[..], [only] if only.chars().count() >= SHORTEST && is_same(only, &unit));
            is_any |= is_unit;
            read.push_str(if is_unit { KNOWN } else { word });
            read.push_str(&piece[word.len()..]);
        }
        let said = is_any.then(|| self.read(&read))?;
        (said.units_a_day().is_some() && !said.open && !said.unread).then_some((count, said))
    }
}
