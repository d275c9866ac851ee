//! Quantity limits as formularies write them: `30` with days beside it, `2 per 28 days`, `QL (60 EA/30 DAYS)`, `4/day`.

use std::sync::LazyLock;

use regex::Regex;

use super::CoverageTerms;

/// An amount within a number of days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// How much.
    pub amount: f64,
    /// Whether that is in mg rather than in units of the product.
    pub in_mg: bool,
    /// In how many days.
    pub days: f64,
}

#[allow(clippy::expect_used, reason = "a fixed pattern, which a test reads")]
static LIMIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) (\d+(?:\.\d+)?) \s* ([a-z]+(?:\([a-z]\))?)? \.? \s* (?:/|\bper\b|\bin\b|\bevery\b|\beach\b|\ba\b) \s*
          (?: (\d+(?:\.\d+)?) \s* )? -? (days?|d|weeks?|wks?|w|months?|mo|m)\b",
    )
    .expect("a valid pattern")
});

impl Limit {
    /// The limit in these terms; `None` if they set none that can be read together with its days.
    pub fn of(terms: &CoverageTerms) -> Option<Self> {
        let text = terms.limit.trim();
        if let Ok(amount) = text.parse::<f64>() {
            let days = terms
                .days
                .trim()
                .trim_end_matches(|c: char| c.is_alphabetic() || c == ' ')
                .parse::<f64>()
                .ok()?;
            return Self { amount, in_mg: false, days }.sensible();
        }
        let found = LIMIT.captures(text)?;
        let amount = found.get(1)?.as_str().parse().ok()?;
        let in_mg = found.get(2).is_some_and(|unit| unit.as_str().eq_ignore_ascii_case("mg"));
        let count = match found.get(3) {
            Some(count) => count.as_str().parse::<f64>().ok()?,
            None => 1.0,
        };
        let each = match found.get(4)?.as_str().to_ascii_lowercase().as_bytes() {
            [b'd', ..] => 1.0,
            [b'w', ..] => 7.0,
            _ => 30.0,
        };
        Self { amount, in_mg, days: count * each }.sensible()
    }

    fn sensible(self) -> Option<Self> {
        (self.amount > 0.0 && self.days > 0.0 && self.amount.is_finite() && self.days.is_finite())
            .then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_with_their_days_or_not_at_all() {
        let read = |limit: &str, days: &str| {
            let terms = CoverageTerms {
                limit: limit.to_owned(),
                days: days.to_owned(),
                ..CoverageTerms::default()
            };
            Limit::of(&terms).map(|limit| (limit.amount, limit.in_mg, limit.days))
        };
        for (limit, days, expected) in [
            ("30", "30", (30.0, false, 30.0)),
            ("30.0", "30 days", (30.0, false, 30.0)),
            ("2 per 28 days", "", (2.0, false, 28.0)),
            ("QL (60 EA/30 DAYS)", "", (60.0, false, 30.0)),
            ("4/day", "", (4.0, false, 1.0)),
            ("120 tablets per month", "", (120.0, false, 30.0)),
            ("1 kit every 4 weeks", "", (1.0, false, 28.0)),
            ("760 mg per 28 days", "", (760.0, true, 28.0)),
            ("12 tablet(s) per 30 days", "", (12.0, false, 30.0)),
        ] {
            assert_eq!(read(limit, days), Some(expected), "{limit} {days}");
        }
        for (limit, days) in [
            ("30", ""),
            ("Y", ""),
            ("true", "30"),
            ("0", "30"),
            ("30 per fill", ""),
            ("", "30"),
            ("30", "0"),
            ("1e999", "1"),
        ] {
            assert_eq!(read(limit, days), None, "{limit} {days}");
        }
    }
}
