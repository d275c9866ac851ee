//! Amounts without a unit: `One to be taken twice a day`, `1 BD`, `1-0-1`, `one in the morning and two at night`. They count
//! units if a product is counted in units at all.

use regex::{Captures, Regex};

use super::amount::word_number;
use super::file::WordsFile;
use super::pattern::{Fault, any_of, phrases, regex};

/// An amount as it is written.
pub(super) const AMOUNT: &str =
    r"(?:½|\d*[.,]5|1/2|[1-4]|a\s+half|one[-\s]half|half|one|two|three|four)";
/// The same in digits, in a scheme.
const DIGIT: &str = r"(?:1/2|½|\d?[.,]5|\d)";
/// More units a day than this are not a scheme of tablets.
pub(super) const MOST_A_DAY: f64 = 12.0;

/// An amount without a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bare {
    pub(super) units: f64,
    /// Whether it is written in digits, so that it may also be mg.
    pub(super) in_digits: bool,
}

/// One dose about which no more is said.
pub(super) const ONE: Bare = Bare { units: 1.0, in_digits: false };

/// The amounts of a day together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scheme {
    pub(super) a_day: Bare,
    /// Whether each amount has a unit.
    pub(super) has_units: bool,
    /// Whether times of the day are named.
    pub(super) by_time: bool,
}

/// What finds such amounts.
#[derive(Debug)]
pub(super) struct BarePatterns {
    /// At the beginning of directions.
    first: Regex,
    /// Anywhere.
    any: Regex,
    /// `1-0-1`.
    digits: Regex,
    /// The amounts of the times of a day one after another, and each of them: before its time, or after it.
    days: [(Regex, Regex); 2],
    parts: Vec<Regex>,
}

impl BarePatterns {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        // Which of the listed patterns is invalid is determined only if one is: compiling each is slow.
        Self::made(file).or_else(|fault| {
            any_of(&file.bare_before)?;
            any_of(&file.bare_after)?;
            Err(fault)
        })
    }

    fn made(file: &WordsFile) -> Result<Self, Fault> {
        let nothing = || vec![r"[^\s\S]".to_owned()];
        let or =
            |list: &[String]| if list.is_empty() { nothing() } else { list.to_vec() }.join("|");
        let (before, after) = (or(&file.bare_before), or(&file.bare_after));
        let (units, part) = (or(&file.units), or(&file.day_parts));
        let amount = format!(r"(?<amount>{AMOUNT})");
        let between = format!(
            r"(?:\s*(?:,|;|\band\b|&|\+|\b(?:plus|aj?)\b|{}))+\s*",
            phrases(&file.day_joins)
        );
        let taken = r"(?:\s+(?:to\s+be\s+taken|p\.?o\.?|by\s+mouth|orally|s\.?l\.?|sublingual(?:ly)?|(?:under|beneath)\s+(?:the\s+|your\s+)?tongue))?";
        let unit = format!(r"(?:\s*(?<unit>(?:{units})\w*)\b)?");
        let one = format!(r"(?:(?:{before})\s+)*(?:{amount}{unit}\.?{taken}\s+)?(?:{part})\b");
        let one_behind =
            format!(r"(?:{part})\s*:?\s+(?:(?:{before}|je)\s+)*{amount}{unit}\.?{taken}");
        let plain_of = |one: &str| one.replace("?<amount>", "?:").replace("?<unit>", "?:");
        // `1 qam 1 qpm`: without a word between them each has its amount.
        let counted = plain_of(&format!(r"{amount}{unit}\.?{taken}\s+(?:{part})\b"));
        let counted = format!(r"|{counted}(?:(?:{between}|\s+){counted})+");
        let days = |one: &str, between: &str, counted: &str| {
            let plain = plain_of(one);
            let all = format!(r"^\W*(?:{plain}(?:{between}{plain})+{counted})");
            Ok::<_, Fault>((regex(&all, "")?, regex(one, "")?))
        };
        let separator = r"\s*[-–—+]\s*";
        Ok(Self {
            first: regex(&format!(r"^\W*(?:(?:{before})\s+)*{amount}\s+(?:{after})"), "")?,
            any: regex(&format!(r"(?:^|[\s,;.(]){amount}\s+(?:{after})"), "")?,
            digits: regex(
                &format!(
                    r"(?:^|[\s,;:(>])(?<digits>{DIGIT}(?:{separator}{DIGIT}){{2,4}})(?:$|[\s,;.)<])"
                ),
                "",
            )?,
            days: [
                days(&one, &between, &counted)?,
                days(&one_behind, &format!(r"(?:{between}|\s+-?\s*)"), "")?,
            ],
            parts: file
                .day_parts
                .iter()
                .map(|part| regex(&format!(r"\b(?:{part})\b"), part))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The amount at the beginning, if no later one differs.
    pub(super) fn amount(&self, text: &str) -> Option<Bare> {
        let first = bare(&self.first.captures(text)?)?;
        let others = self.any.captures_iter(text).map(|found| bare(&found));
        let agree = |other: Option<Bare>| {
            other.is_some_and(|other| (other.units - first.units).abs() < 1e-9)
        };
        others.into_iter().all(agree).then_some(first)
    }

    /// The amounts of a day, and the text without them.
    pub(super) fn scheme(&self, text: &str) -> Option<(String, Scheme)> {
        self.by_digits(text).or_else(|| self.by_parts(text))
    }

    fn by_digits(&self, text: &str) -> Option<(String, Scheme)> {
        let mut found = self.digits.captures_iter(text);
        let whole = found.next()?.name("digits")?;
        // A second one may be for other days.
        if found.next().is_some() {
            return None;
        }
        // `5-0-5 mg` of tablets of 5 mg are two.
        let behind = text[whole.end()..].trim_start();
        if ["mg", "mcg", "ml"].iter().any(|unit| behind.starts_with(unit)) {
            return None;
        }
        let number = |part: &str| word_number(&part.trim().replace(',', ".")).unwrap_or(0.0);
        let amounts: Vec<f64> = whole.as_str().split(['-', '–', '—', '+']).map(number).collect();
        // `3-2-1` and `1-2-3` may be steps.
        let steps_by =
            |one: fn(&f64, &f64) -> bool| amounts.windows(2).all(|two| one(&two[0], &two[1]));
        let may_be_steps =
            (steps_by(f64::gt) || steps_by(f64::lt)) && amounts.iter().all(|n| *n > 0.0);
        let sum: f64 = amounts.iter().sum();
        if may_be_steps || sum <= 0.0 || sum > MOST_A_DAY {
            return None;
        }
        let rest = format!("{} {}", &text[..whole.start()], &text[whole.end()..]);
        let a_day = Bare { units: sum, in_digits: false };
        Some((rest, Scheme { a_day, has_units: false, by_time: false }))
    }

    fn by_parts(&self, text: &str) -> Option<(String, Scheme)> {
        let (whole, one_part) =
            self.days.iter().find_map(|(day, one)| Some((day.find(text)?, one)))?;
        let (mut sum, mut last, mut in_digits, mut has_units) = (0.0, None, false, true);
        for found in one_part.captures_iter(whole.as_str()) {
            if found.name("amount").is_some() {
                last = bare(&found);
                has_units &= found.name("unit").is_some();
            }
            // `one in the morning and at night`
            let amount = last?;
            sum += amount.units;
            in_digits |= amount.in_digits;
        }
        let count = |part: &Regex| part.find_iter(whole.as_str()).count();
        if self.parts.iter().any(|part| count(part) > 1) || sum > MOST_A_DAY {
            return None;
        }
        let rest = text[whole.end()..].to_owned();
        // `in the morning, noon bedtime`: a part that was not counted.
        let follows = |part: &&Regex| {
            let found = part.find(&rest).map(|found| &rest[..found.start()]);
            let short = |word: &str| word.chars().count() <= 3;
            found.is_some_and(|before| before.split(|c: char| !c.is_alphanumeric()).all(short))
        };
        if self.parts.iter().filter(follows).any(|part| count(part) == 0) {
            return None;
        }
        Some((rest, Scheme { a_day: Bare { units: sum, in_digits }, has_units, by_time: true }))
    }
}

pub(super) fn bare(found: &Captures<'_>) -> Option<Bare> {
    let text = found.name("amount")?.as_str().to_ascii_lowercase().replace(',', ".");
    let in_digits =
        text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['/', '½', '.']);
    let text = text.trim_start_matches("a ").trim();
    Some(Bare { units: word_number(text)?, in_digits })
}
