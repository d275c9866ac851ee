//! One record read a second time, for showing it to a person.

use super::draft::Draft;
use super::message::{Sight, Work, read_block};
use super::segments::{Segment, next_message, last_message};
use super::{Delimiters, drug};
use crate::input::blocks::LONGEST;
use crate::input::error::{ErrorKind, InputError};
use crate::input::source::Source;
use crate::input::{CellText, RecordText};
use crate::record::{Field, Place};

pub(super) fn reread(source: &Source, place: Place, identifier: Option<&[u8]>) -> Result<RecordText, InputError> {
    let (bytes, telling) = whole_message(source, place)?;
    let mut found = None;
    read_block(&bytes, identifier, &mut Work::default(), |sight, _| {
        if let Sight::Record { draft, text, telling: segment, start, .. } = sight
            && start == telling && found.is_none() {
                found = Some(show(draft, text, segment, place));
            }
    });
    found.ok_or_else(|| InputError::new(ErrorKind::Changed { path: source.name().to_owned() }))
}

/// The message around a place, and where in it the place is.
fn whole_message(source: &Source, place: Place) -> Result<(Vec<u8>, usize), InputError> {
    let reader = source.reader()?;
    let (mut before, mut behind) = (8 << 10, 8 << 10);
    loop {
        let from = place.offset.saturating_sub(before).max(source.start());
        let at = (place.offset.saturating_sub(from)) as usize;
        let mut bytes = reader.bytes(from, at + behind)?;
        let is_whole_behind = from + bytes.len() as u64 >= reader.len();
        let head = &bytes[..at.min(bytes.len())];
        // Where the window begins in the middle of the input, its first byte is not known to begin a line.
        let start = last_message(head).filter(|&start| start > 0 || from == source.start());
        let end = next_message(&bytes, (at + 1).min(bytes.len()));
        let can_grow_before = start.is_none() && from > source.start() && before <= 2 * LONGEST as u64;
        let can_grow_behind = end.is_none() && !is_whole_behind && behind <= 2 * LONGEST;
        if can_grow_before || can_grow_behind {
            before *= if can_grow_before { 8 } else { 1 };
            behind *= if can_grow_behind { 8 } else { 1 };
            continue;
        }
        bytes.truncate(end.unwrap_or(bytes.len()));
        let start = start.unwrap_or(0);
        bytes.drain(..start);
        return Ok((bytes, at - start));
    }
}

fn show(draft: &Draft, text: &[u8], telling: &Segment, place: Place) -> RecordText {
    let whole = telling.start..telling.end;
    let cells = draft.cells(text).map(|(field, text, from, label)| {
        let inside = from.start >= whole.start && from.end <= whole.end && !from.is_empty() && field != Field::Patient;
        let span = inside.then(|| from.start - whole.start..from.end - whole.start);
        CellText { field, text, span, label: label.into() }
    });
    RecordText { raw: text[whole.clone()].to_vec(), line: place.line, column: 1, cells: cells.collect(), private: private(text, telling) }
}

/// The fields of the segment that name people or hold notes.
fn private(text: &[u8], telling: &Segment) -> Vec<std::ops::Range<usize>> {
    let separator = text.get(telling.start + 3).copied().unwrap_or(b'|');
    let delimiters = Delimiters { field: separator, component: b'^', repetition: b'~', escape: None, sub: None };
    let Some((shape, _)) = drug::shape(&telling.name) else { return Vec::new() };
    let parts = shape.private.iter().map(|&n| super::segments::field(text, telling, n, &delimiters));
    parts.filter(|part| !part.is_empty()).map(|part| part.at - telling.start..part.at - telling.start + part.text.len()).collect()
}
