//! Quantities that state how many days they are for: `270 for 90 days`, `#30 (30 DS)`, `60 tabs / 30d`.

use crate::digit;
use crate::record::decode;
use crate::time_unit::{Plainness, TimeUnit, fold};

/// What joins a quantity and its days.
const JOINTS: [&str; 7] = ["for", "fur", "pour", "para", "por", "voor", "til"];
/// What may follow the word for days.
const SUPPLY: [&str; 6] = ["s", "supply", "sup", "suppl", "supplied", "therapy"];
/// What says how often something is taken, not how long it lasts.
const OFTEN: [&str; 5] = ["every", "each", "daily", "q", "x"];
/// A shorter cell has no room for both.
const FEWEST: usize = 5;

/// The days that a cell of a quantity also states. Both have a number, and the days a unit.
pub fn days_beside(cell: &[u8]) -> Option<f64> {
    let (between, days) = two_numbers(cell)?;
    let (count, unit) = days.split_at(days.find(|c: char| !c.is_ascii_digit())?);
    let joined = words(&between);
    let is_joint = |word: &String| JOINTS.contains(&word.as_str());
    let says_often = joined.iter().any(|word| OFTEN.contains(&word.as_str()));
    // What is counted may be there too: `60 tabs / 30 days`.
    let counted = joined.iter().filter(|word| !is_joint(word)).count();
    let has_sign = between.contains(['/', '(', '[', ',', ';']);
    let unit = unit.trim().trim_end_matches([')', ']', '.']);
    let is_of_words = unit.chars().all(|c| c.is_alphabetic() || " -'’".contains(c));
    if says_often || counted > 1 || !has_sign && !joined.iter().any(is_joint) || !is_of_words {
        return None;
    }
    let unit = words(unit);
    let (first, more) = unit.split_first()?;
    let plain = || TimeUnit::of(first).filter(|unit| unit.plainness == Plainness::Plain);
    let each = if ["d", "ds"].contains(&first.as_str()) { 1.0 } else { plain()?.days };
    // `4 tabs / 1 day` says how many are taken per day.
    let days = count.parse::<f64>().ok().map(|count| count * each).filter(|days| *days > 1.0);
    days.filter(|_| more.iter().all(|word| SUPPLY.contains(&word.as_str())))
}

/// Whether a cell holds two numbers with only a sign around them: `14 (28)`, `14 / 28`.
pub fn is_of_two_numbers(cell: &[u8]) -> bool {
    two_numbers(cell).is_some_and(|(between, rest)| {
        let rest = rest.trim_end_matches([')', ']', ' ']);
        !between.contains(char::is_alphabetic) && rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// What is between the number that a cell begins with and the next number, and all from there on.
fn two_numbers(cell: &[u8]) -> Option<(String, String)> {
    // Most cells are just a number.
    let is_plain = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-');
    if cell.len() < FEWEST || cell.iter().all(is_plain) {
        return None;
    }
    let text: String = decode(cell).chars().map(|c| digit::plain(c).unwrap_or(c)).collect();
    let text = text.trim().trim_start_matches('#');
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))?;
    let count: f64 = text[..end].trim_end_matches([',', '.']).replace(',', "").parse().ok()?;
    let rest = &text[end..];
    let (between, days) = rest.split_at(rest.find(|c: char| c.is_ascii_digit())?);
    let is_known = between.chars().all(|c| c.is_alphabetic() || " /([,;.#".contains(c));
    (count > 0.0 && is_known).then(|| (between.to_owned(), days.to_owned()))
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphabetic());
    parts.filter(|word| !word.is_empty()).map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_may_say_for_how_many_days_it_is() {
        for cell in [
            "270 for 90 days",
            "270 (90 days)",
            "270 (90 day supply)",
            "270 (90 DS)",
            "#270 (90 days)",
            "270 tabs / 90d",
            "270 / 90 days",
            "270 tabs, 90 days",
            "270 tabs (90-day supply)",
            "270 Stück für 90 Tage",
            "270 pour 90 jours",
            "1,270 for 90 days' supply",
        ] {
            assert_eq!(days_beside(cell.as_bytes()), Some(90.0), "{cell}");
        }
        assert_eq!(days_beside(b"120 for 4 weeks"), Some(28.0));
    }

    #[test]
    fn numbers_that_say_something_else_are_no_days() {
        for cell in [
            "270",
            "90 days",
            "270 (90)",
            "14/28",
            "2 x 28 days",
            "1 every 4 days",
            "4 tabs / 1 day",
            "1 x 3 daily for 5 days",
            "30 (5 mg)",
            "1 patch q 3 days",
            "30 tabs",
            "270 (90 days left)",
            "2 boxes of 28",
            "",
            "30 / 90 mL",
            "10-20 days",
        ] {
            assert_eq!(days_beside(cell.as_bytes()), None, "{cell}");
        }
        for cell in ["14 (28)", "14 / 28", "14/28", "40; 10"] {
            assert!(is_of_two_numbers(cell.as_bytes()), "{cell}");
        }
        for cell in ["14", "1400", "14.28", "14 (28 tabs)", "14 tabs (28)", "14 for 28"] {
            assert!(!is_of_two_numbers(cell.as_bytes()), "{cell}");
        }
    }
}
