//! The fields of HL7 messages, segment by segment.

use super::{Piece, RawContent, RawField, RawUnit, RawValue, RawVisitor, loose};
use crate::input::Input;
use rxlint_model::record::decode;

/// Which fields of a segment are instructions, notes, indications, and names of people and places.
#[derive(Clone, Copy)]
enum FreeText {
    /// All: the segment speaks of a drug without anybody having it. Notes, results, allergies, diagnoses, charges, queries; and persons, visits and insurances, which may bear any name.
    All,
    /// These. Anything else in the segment may be a prescription.
    Fields(&'static [usize]),
}

impl FreeText {
    fn of(segment: &[u8]) -> Self {
        match segment {
            b"MSH" | b"EVN" | b"MSA" | b"ERR" | b"SFT" | b"UAC" | b"NTE" | b"OBX" | b"OBR"
            | b"AL1" | b"IAM" | b"IAR" | b"ARV" | b"DG1" | b"DRG" | b"FT1" | b"GT1" | b"IN1"
            | b"IN2" | b"IN3" | b"ACC" | b"UB1" | b"UB2" | b"PID" | b"PD1" | b"MRG" | b"NK1"
            | b"PV1" | b"PV2" | b"DB1" | b"ROL" | b"CTD" | b"PRT" | b"QRD" | b"QRF" | b"QPD"
            | b"RCP" | b"QAK" | b"SCH" | b"AIS" | b"PRB" | b"GOL" | b"FHS" | b"BHS" | b"BLG"
            | b"AIP" | b"AIL" | b"PRD" => Self::All,
            b"ORC" => Self::Fields(&[2, 3, 6, 10, 11, 12, 13, 14, 16, 17, 18, 19, 21, 22, 23, 24]),
            // Depots are given by procedure; anaesthesia and persons stand beside it.
            b"PR1" => Self::Fields(&[8, 9, 11, 12, 15, 16]),
            b"TQ1" => Self::Fields(&[7, 8, 9, 10, 11]),
            b"RXO" => Self::Fields(&[6, 7, 8, 14, 15, 20]),
            b"RXE" => Self::Fields(&[6, 7, 8, 13, 14, 21, 27, 40, 41, 42, 43]),
            b"RXD" => Self::Fields(&[9, 10, 13, 15, 23, 30, 31]),
            b"RXG" => Self::Fields(&[9, 11, 13, 22, 27, 28]),
            b"RXA" => Self::Fields(&[9, 10, 11, 18, 19, 27, 28]),
            _ => Self::Fields(&[]),
        }
    }

    fn content(self, field: usize) -> RawContent {
        let is_free = match self {
            Self::All => true,
            Self::Fields(fields) => fields.contains(&field),
        };
        if is_free { RawContent::FreeText } else { RawContent::Prescription }
    }
}

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
    let mut called = String::new();
    let ends = memchr::memchr2_iter(b'\r', b'\n', bytes).chain([bytes.len()]);
    let mut start = 0;
    for end in ends {
        let segment = &bytes[start..end];
        start = end + 1;
        if let [b'M', b'S', b'H', field, component, repetition, _, sub, ..] = segment {
            separators = [*field, *component, *repetition, *sub];
            // Master files list what a site may order, not what anyone was given.
            if segment
                .split(|byte| byte == field)
                .nth(8)
                .is_some_and(|kind| kind.starts_with(b"MFN"))
            {
                return;
            }
            continue;
        }
        let name = &segment[..memchr::memchr(separators[0], segment).unwrap_or(segment.len())];
        if !is_segment_name(name) {
            // The rest of a long field, or something else that was appended to the file.
            loose(segment, "a line that is no segment", unit, visitor);
            continue;
        }
        let free = FreeText::of(name);
        let [_, component, repetition, sub] = separators;
        called.clear();
        called.extend(name.iter().map(|&byte| char::from(byte)));
        called.push('-');
        let begin = called.len();
        let mut from = name.len() + 1;
        for number in 1.. {
            let Some(rest) = segment.get(from..) else { break };
            let field = &rest[..memchr::memchr(separators[0], rest).unwrap_or(rest.len())];
            from += field.len() + 1;
            let content = free.content(number);
            let mut is_called = false;
            let is_separator =
                |byte: &u8| *byte == component || *byte == repetition || *byte == sub;
            for value in field.split(is_separator).filter(is_long) {
                if !std::mem::replace(&mut is_called, true) {
                    called.truncate(begin);
                    push_number(&mut called, number);
                }
                let field = RawField::Named(&called, content);
                visitor.value(&RawValue { unit, field, text: &decode(value) });
            }
        }
    }
}

/// Whether a value is long enough to name a drug: no name and no code has fewer than four plain characters.
fn is_long(value: &&[u8]) -> bool {
    value.len() >= 4 || !value.is_ascii()
}

fn push_number(text: &mut String, number: usize) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

fn is_segment_name(name: &[u8]) -> bool {
    name.len() == 3 && name.iter().all(u8::is_ascii_alphanumeric)
}
