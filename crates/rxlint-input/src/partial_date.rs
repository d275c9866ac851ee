//! Dates without the day or the month.

use std::borrow::Cow;

use rxlint_model::day::Day;

/// A year or a month is taken as its first day, so that an age is too high rather than too low.
pub(crate) fn first_of<'t>(text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
    let text = text.into();
    match parts(&text) {
        Some((_, None)) => format!("{text}-01-01").into(),
        Some(_) => format!("{text}-01").into(),
        None => text,
    }
}

/// A year or a month as its last day.
pub(crate) fn last_of(text: Cow<'_, str>) -> Cow<'_, str> {
    let next = match parts(&text) {
        Some((year, None | Some(12))) => Day::from_ymd(year + 1, 1, 1),
        Some((year, Some(month))) => Day::from_ymd(year, month + 1, 1),
        None => return text,
    };
    next.map_or(text, |next| next.plus(-1).to_string().into())
}

/// The year, and the month if there is one, of a date without a day.
fn parts(text: &str) -> Option<(i32, Option<u32>)> {
    let (year, month) = match text.len() {
        4 => (text, None),
        7 => (text.get(..4)?, Some(text.get(4..)?.strip_prefix('-')?)),
        _ => return None,
    };
    let digits = [Some(year), month]
        .into_iter()
        .flatten()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let month = month.map(str::parse).transpose().ok()?;
    year.parse().ok().filter(|_| digits).map(|year| (year, month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_and_ends() {
        for (text, first, last) in [
            ("2025", "2025-01-01", "2025-12-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2025-12", "2025-12-01", "2025-12-31"),
            ("2025-12-05", "2025-12-05", "2025-12-05"),
            ("pending", "pending", "pending"),
            ("abcd", "abcd", "abcd"),
        ] {
            assert_eq!((first_of(text).as_ref(), last_of(text.into()).as_ref()), (first, last));
        }
    }
}
