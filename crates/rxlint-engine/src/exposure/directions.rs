//! Directions for use, as far as they can be read with certainty: units a day, and whether they say weekly.

use std::sync::LazyLock;

use regex::Regex;

use super::schedule::Schedule;
use crate::drug::{Verdict, strength};
use rxlint_model::record::{Field, Record};

/// What directions say. What they leave open is not guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Directions {
    /// How many units are taken each time.
    pub units: Option<f64>,
    /// How many times a day; below 1 for every other day and less.
    pub times_a_day: Option<f64>,
    /// Whether they say once a week.
    pub weekly: bool,
    /// Whether they say to crush, chew or dissolve it, or to give it by a tube.
    pub tampered: bool,
}

impl Directions {
    /// Units a day, where both parts are certain.
    pub fn units_a_day(self) -> Option<f64> {
        Some(self.units? * self.times_a_day?)
    }

    /// The amounts by day, where both parts are certain.
    pub fn schedule(self) -> Schedule {
        match (self.units, self.times_a_day) {
            (Some(units), Some(times)) => Schedule::of(units, times),
            _ => Schedule::default(),
        }
    }
}

struct Pattern {
    regex: Regex,
    times: fn(&regex::Captures<'_>) -> Option<f64>,
}

#[allow(clippy::expect_used, reason = "the patterns are constants, compiled by every test")]
fn pattern(text: &str, times: fn(&regex::Captures<'_>) -> Option<f64>) -> Pattern {
    Pattern { regex: Regex::new(&format!("(?i){text}")).expect("a valid pattern"), times }
}

fn number(found: &regex::Captures<'_>, group: usize) -> Option<f64> {
    word_number(found.get(group)?.as_str())
}

/// Frequencies, the more particular first; the first that fits decides.
static FREQUENCIES: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    vec![
        pattern(
            r"\b(?:every\s+other\s+(?:day|morning|evening|night)|q\.?o\.?d\b|alternate\s+days|every\s+second\s+day)",
            |_| Some(0.5),
        ),
        pattern(r"\bevery\s+third\s+day\b", |_| Some(1.0 / 3.0)),
        pattern(r"\b(?:every|q)\s*(\d+|two|three|four|five|six|seven)\s*d(?:ays?)?\b", |found| {
            Some(1.0 / number(found, 1)?)
        }),
        pattern(
            r"\b(?:every|q)\s*(\d+|two|three|four|six|eight|twelve)\s*(?:h|hrs?|hours?)\b",
            |found| Some(24.0 / number(found, 1)?),
        ),
        pattern(r"\b(?:every|q)\s*(\d+|two|three|four)\s*(?:w|wks?|weeks?)\b", |found| {
            Some(1.0 / (7.0 * number(found, 1)?))
        }),
        pattern(
            r"\b(?:once\s+(?:a|every|per)\s+month|once\s+monthly|monthly|every\s+month|q\s*month)\b",
            |_| Some(1.0 / 28.0),
        ),
        pattern(
            r"\b(\d+|one|two|three|four|five|six)\s*(?:times|x)\s*(?:/|a|per|each|every)?\s*(?:week|weekly|wk)\b",
            |found| Some(number(found, 1)? / 7.0),
        ),
        pattern(
            r"\b(?:once\s+(?:a|every|per)\s+week|once\s+weekly|weekly|every\s+week|q\s*(?:wk|week))\b",
            |_| Some(1.0 / 7.0),
        ),
        pattern(
            r"\b(\d+|one|two|three|four|five|six)\s*(?:times|x)\s*(?:/|a|per|each|every)?\s*(?:day|daily|d)\b",
            |found| number(found, 1),
        ),
        pattern(r"\b(?:q\.?i\.?d\b|four\s+times\s+(?:a\s+day|daily))", |_| Some(4.0)),
        pattern(r"\b(?:t\.?i\.?d\b|t\.?d\.?s\b|thrice\s+(?:a\s+day|daily))", |_| Some(3.0)),
        pattern(r"\b(?:b\.?i\.?d\b|b\.?d\b|twice\s+(?:a\s+day|daily|per\s+day))", |_| Some(2.0)),
        pattern(
            r"\b(?:once\s+(?:a\s+day|daily|per\s+day)|o\.?d\b|q\.?d\b|q\s*day|daily|every\s+(?:day|morning|evening|night)|each\s+(?:day|morning|evening|night)|at\s+(?:bedtime|night)|in\s+the\s+(?:morning|evening)|nightly|q\.?h\.?s\b|q\.?a\.?m\b|q\.?p\.?m\b|nocte|mane)",
            |_| Some(1.0),
        ),
    ]
});

/// An amount and what is counted. Nothing that continues a number may stand before it: the `5` of `.5` and the `1/2` of
/// `1 1/2` are no amounts of their own.
#[allow(clippy::expect_used, reason = "the pattern is a constant, compiled by every test")]
static UNITS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)(?:^|[^\w.,/½])
        (?:(?<whole>\d+|one|two|three|four|five|six)\s*(?:\s|\band\s+|&\s*)\s*(?:an?\s+)?)?
        (?<amount>\d+/\d+|\d*\.\d+|\d*½|\d+|one[-\s]half|half|one|two|three|four|five|six)\s*
        (?:\((?:\d+|one|two|three|four|five|six)\)\s*)?(?:x\s*)?(?:\d+(?:\.\d+)?\s*(?:mg|mcg)\s+)?(?:an?\s+|of\s+an?\s+)?
        (?:tablets?|tabs?|capsules?|caps?|t\b|c\b|pills?|ml\b|millilit(?:er|re)s?|patch(?:es)?|films?|strips?|vials?|injections?
          |puffs?|sprays?|suppositor(?:y|ies)|lozenges?)",
    )
    .expect("a valid pattern")
});

#[allow(clippy::expect_used, reason = "the pattern is a constant, compiled by every test")]
static UNCERTAIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\bp\.?r\.?n\b|as\s+needed|as\s+required|if\s+needed|when\s+needed|as\s+directed|\d\s*(?:-|to|or)\s*\d|\bthen\b|\btaper
        |\bincrease|\btitrat|\bmax(?:imum)?\b|\bup\s+to\b|\bor\s+(?:two|three|half)\b|\balternat\w*\s+with\b
        # twice named: in the morning and at bedtime, twice a day and at night
        |(?:\b(?:da(?:y|ily)|hours?|morning|noon|afternoon|evening|night|bedtime|breakfast|lunch|dinner|supper)|[bt]\.?i\.?d\.?|q\.?[ap]\.?m\.?)
          \b.*(?:\band\b|&|\+|\bplus\b).*\b(?:morning|noon|afternoon|evening|night|bedtime|breakfast|lunch|dinner|supper|q\.?h\.?s|q\.?[ap]\.?m)\b
        # some days of the week, or another amount on the first day
        |\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?s?\b|\bweek(?:days?|ends?)\b|\bm\s*[-/,]?\s*w\s*[-/,]?\s*f\b
        |\bmo\s*-\s*fr\b|\bfirst\s+(?:day|dose)\b|\bday\s+(?:1|one)\b",
    )
    .expect("a valid pattern")
});

/// The amount of one match of [`UNITS`]; `None` where a whole number stands beside what is no fraction.
fn amount(found: &regex::Captures<'_>) -> Option<f64> {
    let part = word_number(found.name("amount")?.as_str())?;
    match found.name("whole") {
        Some(whole) => word_number(whole.as_str()).filter(|_| part < 1.0).map(|whole| whole + part),
        None => Some(part),
    }
}

/// Reads directions. Ranges, "as needed", tapers and titrations leave the amount open.
pub fn read(text: &str) -> Directions {
    let times_a_day =
        FREQUENCIES.iter().find_map(|pattern| (pattern.times)(&pattern.regex.captures(text)?));
    // Each way of saying once a week comes to the very same number.
    let weekly = times_a_day == Some(1.0 / 7.0);
    let tampered = is_tampered(text);
    if UNCERTAIN.is_match(text) {
        return Directions { weekly, tampered, ..Directions::default() };
    }
    // Every amount must be the same one, and each must be readable.
    let mut amounts = UNITS.captures_iter(text).map(|found| amount(&found));
    let first_amount = amounts.next().flatten();
    let units = first_amount.filter(|_| amounts.all(|other| other == first_amount));
    Directions { units, times_a_day, weekly, tampered }
}

/// Ways of breaking up what must be swallowed whole, and of giving it by a tube.
#[allow(clippy::expect_used, reason = "the pattern is a constant, compiled by every test")]
static TAMPERED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(?:crush(?:ed|ing)?|dissolv(?:e|ed|ing)|chew(?:ed|ing)?|grind(?:ing)?|ground|pulveri[sz]ed?)\b
        |\b(?:n\.?\s*g\.?|o\.?\s*g\.?|g|j|g\s*/?\s*j|peg|pej|feeding|gastrostomy|jejunostomy|nasogastric|orogastric|gastric|enteral|
          dobhoff|corpak)[\s-]*tubes?\b
        |\b(?:per|via|by|through|down)\s+(?:the\s+|a\s+)?(?:tube|peg|pej|ngt|ogt|gt|jt|ng|sonde)\b",
    )
    .expect("a valid pattern")
});

/// What turns one of those into a warning against it.
#[allow(clippy::expect_used, reason = "the pattern is a constant, compiled by every test")]
static FORBIDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:not|never|no|don'?t|avoid|without|cannot|must\s*n.t)\b")
        .expect("a valid pattern")
});

/// Whether some sentence says to break the product up or to give it by a tube, and does not forbid it.
fn is_tampered(text: &str) -> bool {
    let sentences = text.split(['.', ';', '!', '(', ')']).flat_map(|part| part.split(" but "));
    sentences.into_iter().any(|sentence| {
        TAMPERED
            .find_iter(sentence)
            .any(|found| !FORBIDS.is_match(&sentence[..found.start()].replace("not swallow", "")))
    })
}

/// The directions of a record: the sentence, else the frequency column with the amount that the dose column gives
/// (in units, or in mg of a product whose strength is known).
pub fn of(record: &Record<'_>, verdict: &Verdict) -> Directions {
    let sentence = read(&record.string(Field::Directions));
    if sentence.units_a_day().is_some() || record.text(Field::Frequency).is_empty() {
        return sentence;
    }
    let frequency = read(&record.string(Field::Frequency));
    let weekly = sentence.weekly || frequency.weekly;
    let tampered = sentence.tampered || frequency.tampered;
    if frequency.units_a_day().is_some() {
        return Directions { weekly, tampered, ..frequency };
    }
    let dose = format!("{} {}", record.string(Field::Dose), record.string(Field::DoseUnit));
    let mut strengths = verdict.components.iter().filter_map(|c| c.strength).filter(|s| !s.per_ml);
    let by_mg =
        strength::single(&dose).zip(strengths.next_back()).map(|(dose, unit)| dose.mg / unit.mg);
    Directions {
        units: frequency.units.or(read(&dose).units).or(by_mg),
        times_a_day: frequency.times_a_day,
        weekly,
        tampered,
    }
}

/// Whether a route is a feeding tube.
pub fn is_tube(route: &str) -> bool {
    const ROUTES: [&str; 8] = ["ng", "og", "peg", "pej", "ngt", "gt", "jt", "enteral"];
    let route = route.trim();
    ROUTES.iter().any(|tube| route.eq_ignore_ascii_case(tube)) || is_tampered(route)
}

/// A number above zero, in digits, as a fraction or in words.
fn word_number(text: &str) -> Option<f64> {
    let text = text.to_ascii_lowercase();
    let number = if let Some((top, bottom)) = text.split_once('/') {
        top.parse::<f64>().ok()? / bottom.parse::<f64>().ok()?
    } else if let Some(whole) = text.strip_suffix('½') {
        if whole.is_empty() { 0.5 } else { whole.parse::<f64>().ok()? + 0.5 }
    } else {
        plain_number(&text)?
    };
    // Hundreds of digits are no amount, and a fraction may have a zero in it.
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

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::record::Statement;

    #[test]
    fn certain_directions() {
        for (text, a_day) in [
            ("Take 1 tablet by mouth daily", 1.0),
            ("1 tab po bid", 2.0),
            ("TAKE TWO TABLETS BY MOUTH TWICE A DAY", 4.0),
            ("one tablet every other day", 0.5),
            ("take 1 capsule q2d", 0.5),
            ("1 tab q3d", 1.0 / 3.0),
            ("1 tablet every 12 hours", 2.0),
            ("take 1/2 tablet daily", 0.5),
            ("take half a tablet at bedtime", 0.5),
            ("1.5 tabs once daily", 1.5),
            (".5 tab daily", 0.5),
            ("1 1/2 tablets daily", 1.5),
            ("take 1 and 1/2 tabs bid", 3.0),
            ("take one and a half tablets every day", 1.5),
            ("½ tablet at bedtime", 0.5),
            ("1½ tablets daily", 1.5),
            ("take one-half tablet daily", 0.5),
            ("Take 2 (two) capsules by mouth daily", 2.0),
            ("take 1 tablet every day at bedtime", 1.0),
            ("Take 4.5 mL at bedtime", 4.5),
            ("apply 1 patch every 72 hours", 1.0 / 3.0),
            ("1 tab 3 times daily", 3.0),
            ("1 tab 3 times a week", 3.0 / 7.0),
            ("1 tab twice a day", 2.0),
            ("inject 1 vial every 4 weeks", 1.0 / 28.0),
        ] {
            let read = read(text).units_a_day();
            assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {read:?}");
        }
    }

    #[test]
    fn what_is_open_is_not_guessed() {
        for text in [
            "1-2 tablets every 4 hours as needed",
            "1 tab prn",
            "take as directed",
            "1 tablet daily then 2 tablets daily",
            "Once daily",
            "",
            "up to 3 tablets daily",
            "1 tablet in the morning and 1 tablet at bedtime",
            "1 tablet twice a day and at bedtime",
            "1 tab bid & 1 tab qhs",
            "0/2 tablet daily",
            "0,5 tablet daily",
            "2 1 tablets daily",
        ] {
            assert_eq!(read(text).units_a_day(), None, "{text}");
        }
    }

    #[test]
    fn some_days_of_the_week_and_first_days_are_not_guessed() {
        for text in [
            "Take 1 tablet daily Monday through Friday and 2 tablets on Saturday",
            "take 3 tablets once daily on Mon, Wed, Fri",
            "2 tabs daily MWF",
            "1/2 tablet twice on the first day, 1 tablet daily",
            "1 tablet daily on weekdays",
        ] {
            assert_eq!(read(text).units_a_day(), None, "{text}");
        }
    }

    #[test]
    fn crushing_and_tubes() {
        for text in [
            "Crush and mix with water",
            "open capsule, dissolve contents and give via PEG",
            "1 capsule per G-tube daily",
            "administer through nasogastric tube",
            "Do not swallow whole: crush 1 capsule daily",
            "give by NG tube. Do not chew",
        ] {
            assert!(read(text).tampered, "{text}");
        }
        for text in [
            "Swallow whole. Do not crush, chew, or dissolve",
            "take 1 capsule daily, do not crush or chew",
            "never crush; never give through a feeding tube",
            "open and sprinkle on applesauce, swallow without chewing",
            "1 tube",
            "Take 1 capsule every 12 hours",
        ] {
            assert!(!read(text).tampered, "{text}");
        }
        assert!(is_tube("PEG") && is_tube("G-Tube") && !is_tube("PO") && !is_tube("oral"));
    }

    #[test]
    fn weekly() {
        for text in [
            "inject 380 mg once weekly",
            "q week",
            "every 7 days",
            "every 1 week",
            "1 x weekly",
            "once a week as needed",
        ] {
            assert!(read(text).weekly, "{text}");
        }
        for text in [
            "every 4 weeks",
            "once a month",
            "3 times weekly",
            "every 6 days",
            "every 8 days",
            "daily",
            "",
        ] {
            assert!(!read(text).weekly, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_no_amount() {
        let endless = "9".repeat(400);
        for text in [
            "0 tablets daily",
            "1/0 tablet daily",
            "0/0 tablet daily",
            "1 tablet every 0 days",
            "1 tablet 0 times a day",
            &format!("1 tablet every {endless} days"),
            &format!("1 tablet every {endless} hours"),
            &format!("1 tablet {endless} times a day"),
            &format!("{endless} tablets daily"),
            &format!("1/{endless} tablet daily"),
        ] {
            assert_eq!(read(text).units_a_day(), None, "{text}");
        }
    }

    #[test]
    fn an_amount_may_be_said_twice() {
        assert_eq!(
            read("1 tablet (50 mg) daily: 1 tablet in the morning").units_a_day(),
            Some(1.0)
        );
        assert_eq!(read("1 tablet (50 mg) daily: 2 tablets in the morning").units_a_day(), None);
    }

    /// What a record's columns say of a drug of the built-in book: units a day, and whether weekly.
    fn of_columns(drug: &str, cells: &[(Field, &str)]) -> (Option<f64>, bool) {
        thread_local! {
            static BOOK: crate::rule::Book = crate::rule::Book::built_in().unwrap();
        }
        let verdict =
            BOOK.with(|book| book.dictionary().resolve(&crate::drug::Identity::text(drug)));
        let record = Record::of_cells(Statement::Fill, cells);
        let directions = of(&record, &verdict);
        (directions.units_a_day(), directions.weekly)
    }

    #[test]
    fn a_sentence_decides_else_the_frequency_with_the_dose() {
        use Field::{Directions, Dose, DoseUnit, Frequency};
        let tablet = "naltrexone 50 mg tablet";
        for (what, cells, said) in [
            ("a sentence alone", &[(Directions, "Take 1 tablet daily")][..], (Some(1.0), false)),
            (
                "a certain sentence decides",
                &[(Directions, "Take 1 tablet daily"), (Frequency, "1 tablet bid")],
                (Some(1.0), false),
            ),
            (
                "an uncertain one does not",
                &[(Directions, "Take as directed"), (Frequency, "1 tablet bid")],
                (Some(2.0), false),
            ),
            ("a frequency needs an amount", &[(Frequency, "bid")], (None, false)),
            (
                "in units",
                &[(Frequency, "bid"), (Dose, "2"), (DoseUnit, "tablets")],
                (Some(4.0), false),
            ),
            (
                "or in mg",
                &[(Frequency, "bid"), (Dose, "100"), (DoseUnit, "mg")],
                (Some(4.0), false),
            ),
            (
                "which may be half a tablet",
                &[(Frequency, "daily"), (Dose, "25 mg")],
                (Some(0.5), false),
            ),
            (
                "an amount needs a frequency",
                &[(Directions, "2 tablets"), (Dose, "2 tablets")],
                (None, false),
            ),
            ("weekly in the frequency", &[(Frequency, "weekly")], (None, true)),
            (
                "weekly in the sentence",
                &[(Directions, "once a week"), (Frequency, "bid")],
                (None, true),
            ),
            (
                "beside a frequency that is certain",
                &[(Directions, "once a week"), (Frequency, "1 tablet bid")],
                (Some(2.0), true),
            ),
        ] {
            assert_eq!(of_columns(tablet, cells), said, "{what}");
        }
        let liquid = "naltrexone 1 mg/mL oral suspension";
        assert_eq!(of_columns(liquid, &[(Frequency, "daily"), (Dose, "4 mL")]), (Some(4.0), false));
        assert_eq!(
            of_columns(liquid, &[(Frequency, "daily"), (Dose, "4 mg")]),
            (None, false),
            "mg of a liquid count no units"
        );
    }
}
