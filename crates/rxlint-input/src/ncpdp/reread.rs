//! One record, read again to show it.

use std::ops::Range;

use rxlint_model::place::Place;
use rxlint_model::record::decode;
use rxlint_model::record_text::{CellText, RecordText};

use super::denied::DeniedCancels;
use super::messages::{last, next};
use super::transaction::drafts;
use crate::blocks::whole_message;
use crate::drafts::within;
use crate::error::{ErrorKind, InputError};
use crate::source::InputSource;

pub(super) fn reread(
    source: &InputSource,
    place: Place,
    tag: &[u8],
    denied: &DeniedCancels,
) -> Result<RecordText, InputError> {
    let (bytes, at) = whole_message(
        source,
        place,
        |bytes| last(bytes, tag),
        |bytes, from| next(bytes, tag, from),
    )?;
    let text = decode(&bytes);
    let draft =
        drafts(&text, denied).ok().into_iter().flatten().find(|draft| draft.range.start == at);
    let draft = draft
        .ok_or_else(|| InputError::new(ErrorKind::Changed { path: source.name().to_owned() }))?;
    let raw = text.as_bytes()[draft.range.clone()].to_vec();
    let shown = |range: &Range<usize>| within(&draft.range, range);
    let cells = draft.cells.iter().map(|cell| CellText {
        field: cell.field,
        text: cell.text.clone(),
        span: cell.range.as_ref().and_then(shown),
        label: cell.label.clone().into(),
        at: None,
    });
    let column =
        text.as_bytes()[..at].iter().rev().take_while(|b| !matches!(b, b'\n' | b'\r')).count()
            as u32
            + 1;
    Ok(RecordText {
        raw,
        line: place.line,
        column,
        cells: cells.collect(),
        private: draft.private.iter().filter_map(shown).collect(),
    })
}
