//! The cells of a record while they are collected from a resource.

use std::borrow::Cow;

use super::json::{Json, inner};
use rxlint_model::record::Field;

/// What a resource says for one field.
#[derive(Clone, Debug)]
pub(super) struct Found<'a> {
    /// The field.
    pub(super) field: Field,
    /// What it says, in the form that every other format has too.
    pub(super) text: Cow<'a, str>,
    /// The piece of the resource that says it; `None` where it stands in another one.
    pub(super) from: Option<&'a str>,
}

/// Cells, one for a field: the first that says something stays.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells<'a>(pub(super) Vec<Found<'a>>);

impl<'a> Cells<'a> {
    /// Whether the field says something already.
    pub(super) fn has(&self, field: Field) -> bool {
        self.0.iter().any(|found| found.field == field)
    }

    /// What the field says.
    pub(super) fn text(&self, field: Field) -> Option<&str> {
        self.0.iter().find(|found| found.field == field).map(|found| found.text.as_ref())
    }

    /// Puts what the value says, where it is text or a number.
    pub(super) fn put(&mut self, field: Field, value: Option<Json<'a>>) {
        if let Some((value, text)) = value.and_then(|value| Some((value, value.text()?))) {
            self.say(field, text, Some(value));
        }
    }

    /// Puts a text that a value amounts to.
    pub(super) fn say(&mut self, field: Field, text: Cow<'a, str>, value: Option<Json<'a>>) {
        if text.is_empty() || self.has(field) {
            return;
        }
        let raw = value.map(|value| inner(value.raw()));
        // Where the text is a part of the value, that part is what says it.
        let from = match (&text, raw) {
            (Cow::Borrowed(part), Some(raw)) if is_part(raw, part) => Some(*part),
            _ => raw,
        };
        self.0.push(Found { field, text, from });
    }

    /// Puts a text that stands in another resource.
    pub(super) fn elsewhere(&mut self, field: Field, text: &'a str) {
        self.say(field, Cow::Borrowed(text), None);
    }
}

fn is_part(whole: &str, part: &str) -> bool {
    let (start, from) = (whole.as_ptr().addr(), part.as_ptr().addr());
    start <= from && from + part.len() <= start + whole.len()
}
