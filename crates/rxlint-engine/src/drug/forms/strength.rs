//! How much of a drug one unit contains, if a text states it unambiguously.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// A strength: mg in one unit, or in one mL.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strength {
    /// Milligrams in one unit (tablet, capsule, vial), or in one mL.
    pub mg: f64,
    /// Whether it is per mL, so that the quantity is in mL.
    pub per_ml: bool,
}

/// A number of mg without needless zeros: `50`, `4.5`, `0.25`.
pub fn mg(mg: f64) -> String {
    let rounded = (mg * 1000.0).round() / 1000.0;
    format!("{rounded}")
}

#[allow(clippy::expect_used, reason = "the pattern is a constant, compiled by every test")]
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) (?:^|[^\d.,]) (\d{1,3}(?:,\d{3})+|\d+,\d{1,2}|\d*\.?\d+) \s* -? \s*
          ((?:micrograms?|mcg|µg|μg|ug|мкг|mikrogramm?|microgram[oa]s?|microgrammes?|milligrams?|milligrammes?
            |milligramm|milligrammi|miligram[oa]s?|mg|мг|grams?|gm|g)\b|毫克|微克|ミリグラム|マイクログラム)
          (?: \s*(?:/|per)\s* (\d*\.?\d+)? \s* (ml|millilit(?:er|re)s?|cc|hr?|hours?|[a-z]+)?)?",
    )
    .expect("a valid pattern")
});

#[allow(clippy::expect_used, reason = "the pattern is a constant, compiled by every test")]
static BOUND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) (?: [<>≤≥]=? | \b(?:over|above|exceeding|beyond|gt|lt|gte|lte|under|below|up\s+to|at\s+least|at\s+most|
          (?:greater|more|less|fewer)\s+than(?:\s+or\s+equal\s+to)?) ) \s* \d+(?:[.,]\d+)? \s* (?:mg|mcg|g)\b",
    )
    .expect("a valid pattern")
});

/// Words next to which a whole number of `g` is the gauge of a needle.
#[allow(clippy::expect_used, reason = "the pattern is a constant, compiled by every test")]
static NEEDLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:needles?|gauge|inch(?:es)?|kan[uü]len?|nadeln?|aiguilles?|agujas?|naald(?:en)?)\b")
        .expect("a valid pattern")
});

/// Whether an amount is the gauge of a needle: `needle 20G`.
fn is_gauge(text: &str, number: f64, unit: &str) -> bool {
    const GAUGES: std::ops::RangeInclusive<f64> = 14.0..=34.0;
    unit.eq_ignore_ascii_case("g")
        && GAUGES.contains(&number)
        && number.fract() == 0.0
        && NEEDLE.is_match(text)
}

/// A text without amounts that only limit what is meant: `over 100 mg`, `<= 100 MG`.
pub fn without_bounds(text: &str) -> Cow<'_, str> {
    BOUND.replace_all(text, " ")
}

/// Whether a text states a strength in per cent, which tablets never have.
pub fn is_per_cent(text: &str) -> bool {
    let is_number = |before: &str| before.trim_end().ends_with(|c: char| c.is_ascii_digit());
    text.contains('%') && text.split('%').rev().skip(1).any(is_number)
}

/// A text without its amounts: what is left of the name of a product.
pub fn without_amounts(text: &str) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for found in AMOUNT.captures_iter(text).filter_map(|found| {
        let end = found.get(0)?.end();
        Some(found.get(1)?.start()..end)
    }) {
        rest.push_str(&text[from..found.start]);
        from = found.end;
    }
    rest + &text[from..]
}

/// Where the last amount of a text ends.
pub fn last_end(text: &str) -> Option<usize> {
    AMOUNT.find_iter(text).last().map(|found| found.end())
}

/// Two numbers that share a unit: `5-325 mg`, `10/325 MG`.
#[allow(clippy::expect_used, reason = "the pattern is a constant, compiled by every test")]
static SEVERAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[^\w.,])\d+(?:\.\d+)?\s*[-/]\s*\d+(?:\.\d+)?\s*(?:mg|mcg|µg|μg|ug|g|gm)\b",
    )
    .expect("a valid pattern")
});

/// Whether a text states a number of mL: `4 mL`, `0.5ml`.
pub fn says_ml(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.match_indices("ml").any(|(at, _)| {
        let (before, after) = (text[..at].trim_end(), &text[at + 2..]);
        before.ends_with(|c: char| c.is_ascii_digit()) && !after.starts_with(char::is_alphanumeric)
    })
}

/// Every amount in a text, in order: `8 MG-90 MG`, `5-325 mg`, `1 mg/mL`, `380 mg/vial`.
pub fn amounts(text: &str) -> Vec<Strength> {
    AMOUNT
        .captures_iter(text)
        .filter_map(|found| {
            let number: f64 = amount(found.get(1)?.as_str())?;
            let unit = found.get(2)?.as_str();
            if is_gauge(text, number, unit) {
                return None;
            }
            let mg = number * unit_in_mg(unit)?;
            let per =
                found.get(3).and_then(|n| n.as_str().parse::<f64>().ok()).filter(|&n| n > 0.0);
            let unit = found.get(4).map(|unit| unit.as_str().to_ascii_lowercase());
            let per_ml = unit.as_deref().is_some_and(|unit| {
                unit == "cc" || unit.starts_with("ml") || unit.starts_with("millil")
            });
            let strength = if per_ml { mg / per.unwrap_or(1.0) } else { mg };
            (strength > 0.0 && strength.is_finite()).then_some(Strength { mg: strength, per_ml })
        })
        .collect()
}

#[allow(clippy::expect_used, reason = "the pattern is a constant, compiled by every test")]
static JOINED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^\d.,])(\d*\.?\d+)(?:\s*mg)?\s*[-/]\s*(\d*\.?\d+)").expect("a valid pattern")
});

/// The numbers of strengths joined by a hyphen or slash, of which only the last may have a unit: `20-0.8 MG`.
pub fn joined(text: &str) -> Vec<f64> {
    let numbers = |found: regex::Captures<'_>| {
        [found.get(1), found.get(2)].map(|n| n.and_then(|n| n.as_str().parse().ok()).unwrap_or(0.0))
    };
    JOINED.captures_iter(text).flat_map(numbers).filter(|&n| n > 0.0).collect()
}

/// Whether a text may state the strengths of two drugs together: `5-325 mg`, `10/325`, `8 mg / 2 mg`.
pub fn is_joined(text: &str) -> bool {
    !joined(text).is_empty() || amounts(text).len() == 2
}

/// A number whose commas precede three digits, or one or two decimals: `1,000`, `4,5`.
fn amount(text: &str) -> Option<f64> {
    match text.split_once(',') {
        Some((whole, decimals)) if decimals.len() < 3 => format!("{whole}.{decimals}"),
        _ => text.replace(',', ""),
    }
    .parse()
    .ok()
}

#[allow(clippy::expect_used, reason = "the pattern is a constant, compiled by every test")]
static VOLUME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:mg|mcg|g)\s*(?:/|per|in)\s*(\d*\.?\d+)\s*ml\b").expect("a valid pattern")
});

/// The mL to which a stated strength refers: 1.5 in `300 MG/1.5 ML`.
pub fn volume(text: &str) -> Option<f64> {
    VOLUME.captures(text)?.get(1)?.as_str().parse().ok().filter(|&ml| ml > 0.0)
}

/// The one strength that a text states; `None` if it states none, or several that differ.
pub fn single(text: &str) -> Option<Strength> {
    // In `5-325 mg` the first number has no unit.
    if SEVERAL.is_match(text) {
        return None;
    }
    let found = amounts(text);
    let first = *found.first()?;
    found.iter().all(|other| *other == first).then_some(first)
}

/// The strength from its own column, with its unit in the same column or the unit column.
pub fn of_column(strength: &str, unit: &str) -> Option<Strength> {
    let strength = strength.trim();
    if strength.parse::<f64>().is_ok() {
        return if unit.trim().is_empty() {
            None
        } else {
            single(&format!("{strength} {}", unit.trim()))
        };
    }
    single(strength)
}

/// A bare number of mg, or a number with a unit, as code tables write it.
pub fn of_table(text: &str) -> Option<f32> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Most say `50 MG`: thousands of rows need no pattern for that.
    let plain = || {
        let (number, unit) = text.split_once(' ')?;
        Some(number.parse::<f64>().ok()? * unit_in_mg(unit)?)
    };
    let mg =
        text.parse::<f64>().ok().or_else(plain).or_else(|| {
            single(text).filter(|strength| !strength.per_ml).map(|strength| strength.mg)
        })?;
    (mg > 0.0 && mg.is_finite()).then_some(mg as f32)
}

fn unit_in_mg(unit: &str) -> Option<f64> {
    Some(match unit.to_lowercase().as_str() {
        "mcg"
        | "µg"
        | "μg"
        | "ug"
        | "microgram"
        | "micrograms"
        | "microgramme"
        | "microgrammes"
        | "microgramo"
        | "microgramos"
        | "micrograma"
        | "microgramas"
        | "mikrogramm"
        | "mikrogram"
        | "мкг"
        | "微克"
        | "マイクログラム" => 0.001,
        "mg" | "milligram" | "milligrams" | "milligramme" | "milligrammes" | "milligramm"
        | "miligramo" | "miligramos" | "miligrama" | "miligramas" | "milligrammi" | "мг"
        | "毫克" | "ミリグラム" => 1.0,
        "g" | "gm" | "gram" | "grams" => 1000.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_texts() {
        let mg =
            |text: &str| amounts(text).into_iter().map(|s| (s.mg, s.per_ml)).collect::<Vec<_>>();
        assert_eq!(mg("Naltrexone HCl 50 MG Oral Tablet"), [(50.0, false)]);
        assert_eq!(mg("Contrave ER 8 MG-90 MG tablet"), [(8.0, false), (90.0, false)]);
        assert_eq!(mg("naltrexone 1 mg/mL susp"), [(1.0, true)]);
        assert_eq!(mg("naltrexone 5mg/5 mL"), [(1.0, true)]);
        assert_eq!(mg("Naltrexone4.5mg"), [(4.5, false)]);
        assert_eq!(mg("naltrexone 250 mcg"), [(0.25, false)]);
        assert_eq!(mg("Vivitrol 380 mg/vial"), [(380.0, false)]);
        assert_eq!(mg("naltrexone .5 mg"), [(0.5, false)]);
        assert_eq!(mg("fentanyl 25 mcg/hr patch"), [(0.025, false)]);
        assert_eq!(mg("Naltrexon 4,5 mg Kapsel"), [(4.5, false)]);
        assert_eq!(mg("something 1,000 mg tablet"), [(1000.0, false)]);
        for text in ["250 мг", "250毫克片", "250 miligramos", "250 Milligramm", "250000 мкг"]
        {
            assert_eq!(mg(text), [(250.0, false)], "{text}");
        }
        assert_eq!(mg("naltrexone tab"), []);
        assert_eq!(mg("NEEDLE 20G 1.5 IN VIVITROL"), []);
        assert_eq!(mg("Vivitrol 380 mg, 20 G needle"), [(380.0, false)]);
        assert_eq!(mg("sodium chloride 20 g"), [(20_000.0, false)]);
        for text in
            ["INJ >100 MG", "INJ > 100MG", "greater than 100 mg", "OVER 100 MG", "up to 100 mg"]
        {
            assert_eq!(amounts(&without_bounds(text)), [], "{text}");
        }
        assert_eq!(amounts(&without_bounds("naltrexone 50 mg, max 100 mg")).len(), 2);
        assert_eq!(single("naltrexone 50 mg (50 mg)").unwrap().mg, 50.0);
        assert_eq!(single("1.5 mg to 4.5 mg"), None);
        assert_eq!(single("hydrocodone-acetaminophen 5-325 mg tablet"), None);
        assert_eq!(single("Hydrocodone/APAP 10/325 MG"), None);
        assert_eq!(single("naltrexone 5 mg/5 mL").unwrap().mg, 1.0);
        assert_eq!(of_column("50", "MG").unwrap().mg, 50.0);
        assert_eq!(of_column("50", ""), None);
        assert_eq!(of_table("50"), Some(50.0));
    }
}
