//! One record, read again to show it.

use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::drug;
use super::message::{Sight, Work, read_block};
use super::patient::Naming;
use super::segments::{Segment, last_message, next_message};
use crate::blocks::whole_message;
use crate::error::{ErrorKind, InputError};
use crate::source::InputSource;
use rxlint_model::place::Place;
use rxlint_model::record::Field;
use rxlint_model::record_text::{CellText, RecordText};

pub(super) fn reread(
    source: &InputSource,
    place: Place,
    naming: Naming<'_>,
) -> Result<RecordText, InputError> {
    let (bytes, telling) = whole_message(source, place, last_message, next_message)?;
    let mut found = None;
    read_block(&bytes, naming, false, &mut Work::default(), |sight, _| {
        if let Sight::Record { draft, text, telling: segment, start, .. } = sight
            && start == telling
            && found.is_none()
        {
            found = Some(show(draft, text, segment, place));
        }
        true
    });
    found.ok_or_else(|| InputError::new(ErrorKind::Changed { path: source.name().to_owned() }))
}

fn show(draft: &Hl7Draft, text: &[u8], telling: &Segment, place: Place) -> RecordText {
    let whole = telling.start..telling.end;
    let cells = draft.cells(text).map(|(field, text, from, label)| {
        let inside = from.start >= whole.start
            && from.end <= whole.end
            && !from.is_empty()
            && field != Field::Patient;
        let span = inside.then(|| from.start - whole.start..from.end - whole.start);
        CellText { field, text, span, label: label.into(), at: None }
    });
    RecordText {
        raw: text[whole.clone()].to_vec(),
        line: place.line,
        column: 1,
        cells: cells.collect(),
        private: private(text, telling),
    }
}

/// The fields of the segment that name people or hold notes.
fn private(text: &[u8], telling: &Segment) -> Vec<std::ops::Range<usize>> {
    let separator = text.get(telling.start + 3).copied().unwrap_or(b'|');
    let delimiters =
        Delimiters { field: separator, component: b'^', repetition: b'~', escape: None, sub: None };
    let Some((shape, _)) = drug::shape(&telling.name) else { return Vec::new() };
    let parts =
        shape.private.iter().map(|&n| super::segments::field(text, telling, n, &delimiters));
    parts
        .filter(|part| !part.is_empty())
        .map(|part| part.at - telling.start..part.at - telling.start + part.text.len())
        .collect()
}
