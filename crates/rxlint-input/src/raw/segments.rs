//! The fields of HL7 messages, segment by segment.

use super::{Piece, RawContent, RawField, RawUnit, RawValue, RawVisitor};
use crate::input::Input;
use rxlint_model::record::decode;

/// Segments that say what was ordered, dispensed or given. Z-segments, which a site makes up, may too.
const PRESCRIPTION: [&[u8]; 7] = [b"RXO", b"RXE", b"RXD", b"RXG", b"RXA", b"RXC", b"RXV"];

/// Their fields that hold instructions, notes and indications.
const FREE_TEXT: [(&[u8], &[usize]); 6] = [
    (b"RXO", &[6, 7, 20]),
    (b"RXE", &[6, 7, 21, 27]),
    (b"RXD", &[9, 15, 23]),
    (b"RXG", &[9, 11, 13, 22]),
    (b"RXA", &[9, 18, 19]),
    (b"RXV", &[]),
];

/// Where the next message begins.
pub(super) fn message_start(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr2(b'\r', b'\n', bytes.get(at..)?)? + 1;
        if bytes[at..].starts_with(b"MSH") {
            return Some(at);
        }
    }
}

/// Visits every component of every field.
pub(super) fn visit<V: RawVisitor>(_: &Input, piece: &Piece, visitor: &mut V) {
    piece.each_message(message_start, |bytes, unit| message(bytes, unit, visitor));
}

fn message<V: RawVisitor>(bytes: &[u8], unit: RawUnit, visitor: &mut V) {
    let mut separators = [b'|', b'^', b'~', b'&'];
    for segment in bytes.split(|byte| matches!(byte, b'\r' | b'\n')) {
        if let [b'M', b'S', b'H', field, component, repetition, _, sub, ..] = segment {
            separators = [*field, *component, *repetition, *sub];
            // Master files list what a house may order, not what anybody was given.
            if segment
                .split(|byte| byte == field)
                .nth(8)
                .is_some_and(|kind| kind.starts_with(b"MFN"))
            {
                return;
            }
            continue;
        }
        let mut fields = segment.split(|byte| *byte == separators[0]).enumerate();
        let Some((_, name)) = fields.next() else { continue };
        for (number, field) in fields.filter(|(_, field)| !field.is_empty()) {
            let content = content(name, number);
            let name = format!("{}-{number}", decode(name));
            for value in field.split(|byte| separators[1..].contains(byte)) {
                if !value.is_empty() {
                    let field = RawField::Named(&name, content);
                    visitor.value(&RawValue { unit, field, text: &decode(value) });
                }
            }
        }
    }
}

fn content(segment: &[u8], field: usize) -> RawContent {
    let is_prescription = PRESCRIPTION.contains(&segment) || segment.starts_with(b"Z");
    let is_free =
        FREE_TEXT.iter().any(|(name, fields)| *name == segment && fields.contains(&field));
    if is_prescription && !is_free { RawContent::Prescription } else { RawContent::FreeText }
}
