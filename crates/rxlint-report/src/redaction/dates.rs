//! Days as a reader may see them: calendar dates, or counted from the patient's first shown day.

use std::borrow::Cow;
use std::fmt;

use rxlint_model::day::Day;

/// How days are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DateDisplay {
    /// As calendar dates: `2026-03-05`.
    #[default]
    Calendar,
    /// Counted from the patient's first shown day, which is day 0: `day 4`. A full date can identify a person.
    Relative,
}

impl DateDisplay {
    /// The choices, by the names used on the command line.
    pub const ALL: [(&'static str, Self); 2] =
        [("calendar", Self::Calendar), ("relative", Self::Relative)];
}

/// A day as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShownDay {
    day: Day,
    /// The day that counts as 0; `None` if calendar dates are shown.
    zero: Option<Day>,
}

impl ShownDay {
    /// The day, counted from `zero` if there is one.
    pub const fn new(day: Day, zero: Option<Day>) -> Self {
        Self { day, zero }
    }

    /// Whole days since an earlier day.
    pub fn since(self, earlier: Self) -> i32 {
        self.day.since(earlier.day)
    }

    /// The day this many days later.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self { day: self.day.plus(days), ..self }
    }

    /// The day as a calendar has it, counted from 1970-01-01; `None` if days are shown as numbers of their own.
    pub fn calendar(self) -> Option<i32> {
        self.zero.is_none().then_some(self.day.0)
    }

    /// A number to sort by, which says no more than the day as shown.
    pub fn rank(self) -> i32 {
        self.day.since(self.zero.unwrap_or(Day(0)))
    }
}

impl fmt::Display for ShownDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.zero {
            None => self.day.fmt(f),
            Some(zero) => write!(f, "day {}", self.day.since(zero)),
        }
    }
}

/// Text with every date in it counted from `zero`; masked if there is no such day.
///
/// Sentences are searched for dates, instead of being built without them, so that no future rule can forget to.
pub fn relative(text: &str, zero: Option<Day>) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut kept, mut at) = (0, 0);
    while let Some(found) = text.as_bytes()[at..].iter().position(u8::is_ascii_digit) {
        let start = at + found;
        let end = start
            + text.as_bytes()[start..]
                .iter()
                .take_while(|b| b.is_ascii_digit() || **b == b'-')
                .count();
        at = end;
        // A word of digits and hyphens that is a date, or begins with one.
        let Some(day) = text.get(start..start + 10).and_then(Day::from_iso) else { continue };
        out.push_str(&text[kept..start]);
        match zero {
            Some(zero) => out.push_str(&ShownDay::new(day, Some(zero)).to_string()),
            None => out.push_str("****-**-**"),
        }
        kept = start + 10;
    }
    if kept == 0 {
        return text.into();
    }
    out.push_str(&text[kept..]);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_sentences_are_counted() {
        let zero = Day::from_iso("2026-03-01");
        let says = |text| relative(text, zero).into_owned();
        assert_eq!(
            says("clean from 2026-03-18 (10 opioid-free days)"),
            "clean from day 17 (10 opioid-free days)"
        );
        assert_eq!(says("2026-02-27 to 2026-03-01."), "day -2 to day 0.");
        assert_eq!(
            says("2026-13-01, 12026-03-01, é 5-325 mg"),
            "2026-13-01, 12026-03-01, é 5-325 mg"
        );
        assert_eq!(says("2026-03-02T10:00"), "day 1T10:00");
        assert_eq!(relative("until 2026-03-02", None), "until ****-**-**");
        assert!(matches!(relative("no date", zero), Cow::Borrowed(_)));
    }
}
