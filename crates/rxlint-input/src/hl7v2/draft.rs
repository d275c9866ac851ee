//! A record while its message is being read: cells collected from several segments.

use super::delimiters::Delimiters;
use super::escape::unescape;
use super::field_path::FieldPath;
use super::segments::Hl7Part;
use rxlint_model::place::Place;
use rxlint_model::record::{AdjustmentCodes, Cell, Field, Record, Statement, decode};

/// A cell: its text in the message or in the scratch, and which piece of the message it comes from.
#[derive(Clone, Copy, Debug, Default)]
struct Hl7Cell {
    start: u32,
    end: u32,
    in_scratch: bool,
    from: u32,
    from_len: u32,
    label: FieldPath,
}

/// The cells of one record. Kept from record to record, so that nothing is allocated per record.
#[derive(Debug)]
pub(super) struct Hl7Draft {
    pieces: [Hl7Cell; Field::COUNT],
    scratch: Vec<u8>,
}

impl Hl7Draft {
    pub(super) fn new() -> Self {
        Self { pieces: [Hl7Cell::default(); Field::COUNT], scratch: Vec::new() }
    }

    /// Empties it for the next record.
    pub(super) fn clear(&mut self) {
        self.pieces = [Hl7Cell::default(); Field::COUNT];
        self.scratch.clear();
    }

    /// Whether the field has a text.
    pub(super) fn has(&self, field: Field) -> bool {
        let piece = self.pieces[field as usize];
        piece.start < piece.end
    }

    /// Empties one cell.
    pub(super) fn unset(&mut self, field: Field) {
        self.pieces[field as usize] = Hl7Cell::default();
    }

    /// The text of a field.
    pub(super) fn text<'a>(&'a self, message: &'a [u8], field: Field) -> &'a [u8] {
        let piece = self.pieces[field as usize];
        let from = if piece.in_scratch { &self.scratch } else { message };
        from.get(piece.start as usize..piece.end as usize).unwrap_or_default()
    }

    /// Sets a field to the text of a part, unless the field has one already or the part is empty.
    pub(super) fn set(&mut self, field: Field, part: Hl7Part<'_>, delimiters: &Delimiters) {
        if self.has(field) || part.is_empty() {
            return;
        }
        let escaped =
            delimiters.escape.is_some_and(|escape| memchr::memchr(escape, part.text).is_some());
        if escaped {
            let start = self.scratch.len();
            unescape(part.text.trim_ascii(), delimiters, &mut self.scratch);
            self.finish(field, start, part);
        } else {
            let lead = part.text.len() - part.text.trim_ascii_start().len();
            let (start, len) = ((part.at + lead) as u32, part.text.trim_ascii().len() as u32);
            self.pieces[field as usize] = Hl7Cell {
                start,
                end: start + len,
                in_scratch: false,
                from: start,
                from_len: len,
                label: part.label,
            };
        }
    }

    /// Sets a field to a text of our own that is derived from a part, unless the field has one already.
    pub(super) fn say(&mut self, field: Field, text: std::fmt::Arguments<'_>, part: Hl7Part<'_>) {
        if self.has(field) {
            return;
        }
        let start = self.scratch.len();
        // Writing to memory does not fail.
        let _ = std::io::Write::write_fmt(&mut self.scratch, text);
        self.finish(field, start, part);
    }

    /// Adds a part to the text of a field.
    pub(super) fn add(
        &mut self,
        field: Field,
        separator: &str,
        part: Hl7Part<'_>,
        message: &[u8],
        delimiters: &Delimiters,
    ) {
        if part.is_empty() {
            return;
        }
        if !self.has(field) {
            return self.set(field, part, delimiters);
        }
        let piece = self.pieces[field as usize];
        // The text written last is extended in place, so that a long list is not copied for each entry.
        let at_end = piece.in_scratch && piece.end as usize == self.scratch.len();
        let start = if at_end { piece.start as usize } else { self.scratch.len() };
        if at_end {
        } else if piece.in_scratch {
            self.scratch.extend_from_within(piece.start as usize..piece.end as usize);
        } else {
            self.scratch.extend_from_slice(
                message.get(piece.start as usize..piece.end as usize).unwrap_or_default(),
            );
        }
        self.scratch.extend_from_slice(separator.as_bytes());
        unescape(part.text.trim_ascii(), delimiters, &mut self.scratch);
        let end = self.scratch.len() as u32;
        self.pieces[field as usize] =
            Hl7Cell { start: start as u32, end, in_scratch: true, ..piece };
    }

    fn finish(&mut self, field: Field, start: usize, part: Hl7Part<'_>) {
        let (from, from_len) = (part.at as u32, part.text.len() as u32);
        self.pieces[field as usize] = Hl7Cell {
            start: start as u32,
            end: self.scratch.len() as u32,
            in_scratch: true,
            from,
            from_len,
            label: part.label,
        };
    }

    /// The record, whose first byte is that of the deciding segment.
    pub(super) fn record<'a>(
        &'a self,
        message: &'a [u8],
        place: Place,
        telling: usize,
    ) -> Record<'a> {
        let mut record = Record::empty(place, Statement::Fill);
        record.adjustment = AdjustmentCodes::Order;
        for field in Field::ALL {
            let piece = self.pieces[field as usize];
            let start = (piece.from as usize).saturating_sub(telling) as u32;
            record.cells[field as usize] =
                Cell { text: self.text(message, field), start, len: piece.from_len };
        }
        record
    }

    /// Every cell that is not empty: field, text, where its piece is in the message, and the name of that.
    pub(super) fn cells(
        &self,
        message: &[u8],
    ) -> impl Iterator<Item = (Field, String, std::ops::Range<usize>, String)> {
        Field::ALL.into_iter().filter(|field| self.has(*field)).map(move |field| {
            let piece = self.pieces[field as usize];
            let from = piece.from as usize..(piece.from + piece.from_len) as usize;
            (field, decode(self.text(message, field)).into_owned(), from, piece.label.to_string())
        })
    }
}
