//! Amounts with what is counted, and numbers as directions write them.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex, RegexBuilder};

use super::pattern::NUMBER;

const TENS: [&str; 8] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ONES: [&str; 9] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// The text with the numbers from twenty to ninety-nine in digits, as volumes are written in words too.
pub(super) fn with_tens_in_digits(text: &str) -> Cow<'_, str> {
    static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let (tens, ones) = (TENS.join("|"), ONES.join("|"));
        let pattern = format!(r"\b({tens})(?:[\s-]+({ones}))?\b");
        RegexBuilder::new(&pattern).case_insensitive(true).build().ok()
    });
    let Some(numbers) = NUMBERS.as_ref() else { return Cow::Borrowed(text) };
    let place = |words: &[&str], word: &str| {
        words.iter().position(|one| one.eq_ignore_ascii_case(word)).unwrap_or_default()
    };
    numbers.replace_all(text, |found: &Captures<'_>| {
        let ones = found.get(2).map_or(0, |word| place(&ONES, word.as_str()) + 1);
        (10 * (place(&TENS, &found[1]) + 2) + ones).to_string()
    })
}

/// An amount and what is counted. It must not follow anything that continues a number: the `5` of `.5` and the `1/2` of
/// `1 1/2` are not separate amounts.
pub(super) fn units(units: &str) -> String {
    format!(
        r"(?x)(?:^|[^\w.,/½])
        (?:(?<whole>\d+|one|two|three|four|five|six)\s*(?:\s|\b(?:and|plus)\s+|[&+]\s*)\s*(?:an?\s+)?)?
        (?<amount>\d+/\d+|\d*\.\d+|\d*½|\d+|one[-\s]half|half|one|two|three|four|five|six)\s*
        (?:x\s*(?:\d+(?:\.\d+)?\s*(?:mg|mcg)\s+)?|(?:of\s+(?:an?|the)\s+)?\(?\b\d+(?:\.\d+)?[\s-]*(?:mg|mcg)\)?\s+)?(?:an?\s+|of\s+an?\s+)?
        (?:{units})"
    )
}

/// A whole number followed by a half, which are one number: `1 1/2`, `1 + ½`, `1 and a half`, `1 comprimé et demi`. `joins` are the words
/// between them. Without anything between them they may be another number: `11/2`.
pub(super) fn halves(units: &str, joins: &str) -> String {
    let joins = format!(r"(?:\s*[+&]\s*|\s*{joins}\s+)(?:an?\s+)?");
    format!(
        r"(^|[^\w.,/½–—-]|[-–—+])([1-9])(?:(?:{joins}|\s+|\.)1/2\b|(?:{joins}|\s*)½|(\s+(?:{units})\w*\.?){joins}(?:1/2\b|½))"
    )
}

/// The amount of one match of [`units`]; `None` if a whole number is next to something that is not a fraction.
pub(super) fn amount(found: &Captures<'_>) -> Option<f64> {
    let part = word_number(found.name("amount")?.as_str())?;
    match found.name("whole") {
        Some(whole) => word_number(whole.as_str()).filter(|_| part < 1.0).map(|whole| whole + part),
        None => Some(part),
    }
}

/// Two numbers, or two counts, as the ends of a range: `1-2`, `one to two`, `once or twice`.
pub(super) fn ranges(joins: &str) -> String {
    let count = format!(r"(?:{NUMBER}|once|twice|thrice)");
    let patterns = [
        r"\d\s*[-–—~]\s*\d".to_owned(),
        format!(r"\b{count}\s*[-–—/]\s*(?:twice|thrice|two|three|four)\b"),
        format!(r"\b(?:{count}|half)\s*{joins}\s*(?:{count}|half|one[\s-]half|½)"),
        format!(r"\b{count}\s*[a-z]{{1,10}}\s*\b(?:to|or)\b\s*{count}\b"),
        r"\bor\s+(?:two|three|half)\b".to_owned(),
    ];
    patterns.join("|")
}

/// A positive number, in digits, as a fraction or in words.
pub(super) fn word_number(text: &str) -> Option<f64> {
    let text = text.to_ascii_lowercase();
    let number = if let Some((top, bottom)) = text.split_once('/') {
        let (top, bottom) = (top.parse::<f64>().ok()?, bottom.parse::<f64>().ok()?);
        // `11/2` has lost a space.
        (top < bottom).then_some(top / bottom)?
    } else if let Some(whole) = text.strip_suffix('½') {
        if whole.is_empty() { 0.5 } else { whole.parse::<f64>().ok()? + 0.5 }
    } else {
        plain_number(&text)?
    };
    // Hundreds of digits are not an amount, and a fraction may have a zero in it.
    (number > 0.0 && number.is_finite()).then_some(number)
}

fn plain_number(text: &str) -> Option<f64> {
    let words = [
        ("half", 0.5),
        ("one-half", 0.5),
        ("one half", 0.5),
        ("one", 1.0),
        ("two", 2.0),
        ("three", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("six", 6.0),
        ("seven", 7.0),
        ("eight", 8.0),
        ("twelve", 12.0),
    ];
    words.iter().find(|(word, _)| *word == text).map(|&(_, n)| n).or_else(|| text.parse().ok())
}
