//! One resource, read again to show it: the lines around its deciding values.

use std::borrow::Cow;
use std::ops::Range;

use super::cells::FhirCells;
use super::cut::LIMIT;
use super::json::{JsonValue, Object, Tape, inner};
use super::kind::ResourceKind;
use super::record;
use super::resources::FhirResources;
use super::scan::Scan;
use crate::error::{ErrorKind, InputError};
use crate::source::InputSource;
use rxlint_model::place::Place;
use rxlint_model::record::Field;
use rxlint_model::record_text::{CellText, RecordText};

/// A longer resource is shown in part.
const SHOWN: usize = 32 << 10;

/// The deciding fields of a resource that is shown in part.
const TELLING: [Field; 7] = [
    Field::Drug,
    Field::Generic,
    Field::Brand,
    Field::Rxcui,
    Field::Ndc,
    Field::Code,
    Field::Status,
];

/// Members that describe persons, wherever they are.
const PRIVATE: [&str; 18] = [
    "div",
    "note",
    "name",
    "family",
    "given",
    "birthDate",
    "deceasedDateTime",
    "address",
    "telecom",
    "line",
    "city",
    "postalCode",
    "contact",
    "photo",
    "patientInstruction",
    "authorString",
    "comment",
    "comments",
];

/// Members whose `display` names a thing, not a person.
const THINGS: [&str; 9] = [
    "coding",
    "medicationReference",
    "medication",
    "itemReference",
    "item",
    "reasonReference",
    "form",
    "insurance",
    "basedOn",
];

pub(super) fn reread(
    fhir: &FhirResources,
    source: &InputSource,
    place: Place,
) -> Result<RecordText, InputError> {
    let changed = || InputError::new(ErrorKind::Changed { path: source.name().to_owned() });
    let bytes = bytes_at(source, place.offset)?.ok_or_else(changed)?;
    let mut tape = Tape::default();
    let resource = tape.read(&bytes).map_err(|_| changed())?;
    let kind =
        ResourceKind::of_resource(&resource).filter(|kind| kind.is_record()).ok_or_else(changed)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| changed())?;
    let type_name = resource.get("resourceType").and_then(JsonValue::text).unwrap_or_default();

    let cells = record::cells(kind, &resource, &fhir.medications, fhir.file);
    let mut private = Vec::new();
    for (key, value) in resource.members() {
        hide(&key, value, false, true, 0, &mut private);
    }
    shown(
        source,
        place,
        &ResourcePart { bytes: &bytes, text, resource: &resource, name: &type_name },
        cells,
        private,
    )
}

/// A resource that was read again.
pub(super) struct ResourcePart<'a> {
    /// Its bytes, and the same as text.
    pub(super) bytes: &'a [u8],
    pub(super) text: &'a str,
    /// Its members.
    pub(super) resource: &'a Object<'a>,
    /// The beginning of the paths in it.
    pub(super) name: &'a str,
}

/// The record with these cells, and the parts of it that are private.
pub(super) fn shown(
    source: &InputSource,
    place: Place,
    part: &ResourcePart<'_>,
    cells: FhirCells<'_>,
    private: Vec<&str>,
) -> Result<RecordText, InputError> {
    let ResourcePart { bytes, text, resource, name } = *part;
    let within = |part: &str| {
        let start = part
            .as_ptr()
            .addr()
            .checked_sub(text.as_ptr().addr())
            .filter(|start| start + part.len() <= text.len())?;
        Some(start..start + part.len())
    };
    let mut cells: Vec<CellText> = cells
        .0
        .into_iter()
        .map(|found| {
            let span = found.from.and_then(within);
            let label = match &span {
                Some(span) => Cow::Owned(path(name, resource, text, span.start)),
                None => Cow::Borrowed("Medication, in another resource"),
            };
            CellText { field: found.field, text: found.text.into_owned(), span, label, at: None }
        })
        .collect();
    let mut private: Vec<Range<usize>> = private.into_iter().filter_map(within).collect();

    let shown = crop(text, &cells);
    let lines_before = memchr::memchr_iter(b'\n', &bytes[..shown.start]).count();
    let line_start = memchr::memrchr(b'\n', &bytes[..shown.start]).map_or(0, |at| at + 1);
    let column = if lines_before == 0 {
        column(source, place)? + shown.start
    } else {
        shown.start - line_start
    };
    let shift = |span: Range<usize>| {
        let span = span.start.clamp(shown.start, shown.end) - shown.start
            ..span.end.clamp(shown.start, shown.end) - shown.start;
        (!span.is_empty()).then_some(span)
    };
    for cell in &mut cells {
        cell.span = cell.span.take().and_then(shift);
    }
    private = private.into_iter().filter_map(shift).collect();
    Ok(RecordText {
        raw: bytes[shown].to_vec(),
        line: place.line.saturating_add(u32::try_from(lines_before).unwrap_or(u32::MAX)),
        column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        cells,
        private,
    })
}

/// The bytes of the resource that begins there, if one does.
pub(super) fn bytes_at(source: &InputSource, offset: u64) -> Result<Option<Vec<u8>>, InputError> {
    let reader = source.reader()?;
    let mut length = 16 << 10;
    loop {
        let mut bytes = reader.bytes(offset, length)?;
        let (mut scan, mut found) = (Scan::new(0, 0), Vec::new());
        scan.go(&bytes, 0, 0, &mut found);
        if let Some(end) = found
            .iter()
            .find(|found| found.start == 0)
            .and_then(|found| usize::try_from(found.end).ok())
        {
            bytes.truncate(end);
            return Ok(Some(bytes));
        }
        if length > LIMIT || bytes.len() < length || bytes.first() != Some(&b'{') {
            return Ok(None);
        }
        length *= 4;
    }
}

/// How many bytes precede a position on its line.
fn column(source: &InputSource, place: Place) -> Result<usize, InputError> {
    if place.line == 1 {
        // A Bundle on one line may be longer than memory; its columns are its bytes.
        return Ok(
            usize::try_from(place.offset - source.start().min(place.offset)).unwrap_or(usize::MAX)
        );
    }
    let reader = source.reader()?;
    let (mut before, mut end) = (0, place.offset);
    // Columns are not counted further than this.
    while end > source.start() && before < LIMIT {
        let length = (end - source.start()).min(64 << 10);
        let bytes = reader.bytes(end - length, usize::try_from(length).unwrap_or(0))?;
        if let Some(at) = memchr::memrchr(b'\n', &bytes) {
            return Ok(before + bytes.len() - at - 1);
        }
        before += bytes.len();
        end -= length;
    }
    Ok(before)
}

/// The part of a resource to show: all of it, or of a long one the part around the deciding cell, in whole lines if lines are short.
fn crop(text: &str, cells: &[CellText]) -> Range<usize> {
    if text.len() <= SHOWN {
        return 0..text.len();
    }
    let span = TELLING
        .iter()
        .find_map(|field| cells.iter().find(|cell| cell.field == *field)?.span.clone())
        .unwrap_or(0..0);
    let mut start = span.start.saturating_sub(SHOWN / 4);
    let mut end = (start + SHOWN).min(text.len());
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if start > 0 {
        start += text[start..span.start.max(start)].find('\n').map_or(0, |at| at + 1);
    }
    if end < text.len() {
        end = text[..end].rfind('\n').filter(|&at| at > span.end).unwrap_or(end);
    }
    start..end
}

/// The path of the value at a position, as FHIR writes it:
/// `MedicationRequest.medicationCodeableConcept.coding[0].code`.
fn path(type_name: &str, resource: &Object<'_>, text: &str, position: usize) -> String {
    let at = text.as_ptr().addr() + position;
    let holds = |value: &JsonValue<'_>| {
        let start = value.raw().as_ptr().addr();
        start <= at && at < start + value.raw().len()
    };
    let mut path = type_name.to_owned();
    let mut members = *resource;
    loop {
        let Some((key, value)) = members.members().find(|(_, value)| holds(value)) else { break };
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&key);
        let mut value = value;
        while value.raw().starts_with('[') {
            let Some((index, item)) = value.items().enumerate().find(|(_, item)| holds(item))
            else {
                break;
            };
            path.push_str(&format!("[{index}]"));
            value = item;
        }
        if value.raw().as_ptr().addr() == at {
            break;
        }
        members = value.object();
    }
    path
}

/// Collects the texts that describe persons. If `private` is set, everything below does. Values are searched only as deep as resources go; anything
/// deeper is hidden whole.
fn hide<'a>(
    key: &str,
    value: JsonValue<'a>,
    private: bool,
    person: bool,
    depth: u32,
    found: &mut Vec<&'a str>,
) {
    let private = private || PRIVATE.contains(&key);
    let person = person && !THINGS.contains(&key) && !key.ends_with("CodeableConcept");
    let raw = value.raw();
    match raw.as_bytes().first() {
        Some(b'{' | b'[') if depth > 24 => found.push(raw),
        Some(b'{') => value
            .object()
            .members()
            .for_each(|(key, value)| hide(&key, value, private, person, depth + 1, found)),
        Some(b'[') => {
            value.items().for_each(|item| hide(key, item, private, person, depth + 1, found))
        }
        Some(b'"') if private || (key == "display" && person) => found.push(inner(raw)),
        _ => {}
    }
}
