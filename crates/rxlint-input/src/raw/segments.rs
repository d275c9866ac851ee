//! The fields of HL7 messages, segment by segment.

use super::{Piece, RawContent, RawField, RawUnit, RawValue, RawVisitor, loose};
use crate::input::Input;
use rxlint_model::record::decode;

/// Segments that speak of a drug without anybody having it: notes, results, allergies, diagnoses, procedures, charges, queries; and
/// persons, visits and insurances, which may bear any name. Whatever else a message holds may be a prescription.
const SPEAKS_OF: [&[u8]; 46] = [
    b"MSH", b"EVN", b"MSA", b"ERR", b"SFT", b"UAC", b"NTE", b"OBX", b"OBR", b"AL1", b"IAM", b"IAR",
    b"ARV", b"DG1", b"DRG", b"PR1", b"FT1", b"GT1", b"IN1", b"IN2", b"IN3", b"ACC", b"UB1", b"UB2",
    b"PID", b"PD1", b"MRG", b"NK1", b"PV1", b"PV2", b"DB1", b"ROL", b"CTD", b"PRT", b"QRD", b"QRF",
    b"QPD", b"RCP", b"QAK", b"SCH", b"AIS", b"PRB", b"GOL", b"FHS", b"BHS", b"BLG",
];

/// Fields of the others that hold instructions, notes, indications and names.
const FREE_TEXT: [(&[u8], &[usize]); 8] = [
    (b"ORC", &[2, 3, 6, 10, 11, 12, 13, 14, 16, 17, 18, 19, 21, 22, 23, 24]),
    (b"TQ1", &[7, 8, 9, 10, 11]),
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
        if !is_segment_name(name) {
            // The rest of a long field, or something else that was glued to the file.
            loose(segment, "a line that is no segment", unit, visitor);
            continue;
        }
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

fn is_segment_name(name: &[u8]) -> bool {
    name.len() == 3 && name.iter().all(u8::is_ascii_alphanumeric)
}

fn content(segment: &[u8], field: usize) -> RawContent {
    let is_free = SPEAKS_OF.contains(&segment)
        || FREE_TEXT.iter().any(|(name, fields)| *name == segment && fields.contains(&field));
    if !is_free { RawContent::Prescription } else { RawContent::FreeText }
}
