//! The cells of a record while they are collected from a resource.

use std::borrow::Cow;

use super::json::{JsonValue, inner};
use crate::partial_date::{first_of, last_of};
use rxlint_model::record::Field;

/// What a resource says for one field.
#[derive(Clone, Debug)]
pub(super) struct FhirCell<'a> {
    /// The field.
    pub(super) field: Field,
    /// Its text, in the form common to all formats.
    pub(super) text: Cow<'a, str>,
    /// The piece of the resource that holds it; `None` if that is another resource.
    pub(super) from: Option<&'a str>,
}

/// Cells, at most one for each field: the first that is not empty stays.
#[derive(Clone, Debug, Default)]
pub(super) struct FhirCells<'a>(pub(super) Vec<FhirCell<'a>>);

impl<'a> FhirCells<'a> {
    /// Whether the field is filled already.
    pub(super) fn has(&self, field: Field) -> bool {
        self.0.iter().any(|found| found.field == field)
    }

    /// The text of the field.
    pub(super) fn text(&self, field: Field) -> Option<&str> {
        self.0.iter().find(|found| found.field == field).map(|found| found.text.as_ref())
    }

    /// The original text of the field, if that is a month or a year that was taken as its first day.
    pub(super) fn partial(&self, field: Field) -> Option<&'a str> {
        let cell = self.0.iter().find(|found| found.field == field)?;
        cell.from.filter(|from| cell.text.len() == 10 && matches!(from.len(), 4 | 7))
    }

    /// Adds the value, if it is text or a number.
    pub(super) fn put(&mut self, field: Field, value: Option<JsonValue<'a>>) {
        if let Some((value, text)) = value.and_then(|value| Some((value, value.text()?))) {
            let text = match field {
                Field::Start | Field::Written | Field::Dispensed | Field::Administered => {
                    first_of(text)
                }
                Field::Stop | Field::Discontinued => last_of(text),
                _ => text,
            };
            self.say(field, text, Some(value));
        }
    }

    /// Adds a text that was made from a value.
    pub(super) fn say(&mut self, field: Field, text: Cow<'a, str>, value: Option<JsonValue<'a>>) {
        if text.is_empty() || self.has(field) {
            return;
        }
        let raw = value.map(|value| inner(value.raw()));
        // If the text is part of the value, only that part is its source.
        let from = match (&text, raw) {
            (Cow::Borrowed(part), Some(raw)) if is_part(raw, part) => Some(*part),
            _ => raw,
        };
        self.0.push(FhirCell { field, text, from });
    }

    /// Names the record by the resource that contains it: its own id means nothing outside.
    pub(super) fn name_within(&mut self, outer: &str) {
        let own = self.text(Field::Claim).map(str::to_owned);
        let numbers = self.0.iter_mut().filter(|cell| {
            matches!(cell.field, Field::Claim | Field::Prescription)
                && Some(cell.text.as_ref()) == own.as_deref()
        });
        for cell in numbers {
            cell.text = Cow::Owned(format!("{outer}{}", cell.text));
        }
    }

    /// Adds a text from another resource.
    pub(super) fn elsewhere(&mut self, field: Field, text: &'a str) {
        self.say(field, Cow::Borrowed(text), None);
    }
}

fn is_part(whole: &str, part: &str) -> bool {
    let (start, from) = (whole.as_ptr().addr(), part.as_ptr().addr());
    start <= from && from + part.len() <= start + whole.len()
}
