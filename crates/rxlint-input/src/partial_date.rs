//! Dates that leave out the day or the month.

use std::borrow::Cow;

/// A year or a month is taken as its first day, so that an age is too high rather than too low.
pub(crate) fn first_of(text: &str) -> Cow<'_, str> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    match text.len() {
        4 if digits => format!("{text}-01-01").into(),
        7 if digits => format!("{text}-01").into(),
        _ => text.into(),
    }
}
