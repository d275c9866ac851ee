//! The texts of NCPDP SCRIPT messages.

use quick_xml::events::Event;

use super::names::shown;
use super::{Piece, RawContent, RawField, RawUnit, RawValue, RawVisitor, loose};
use crate::input::Input;
use rxlint_model::record::decode;

/// Elements, in lower case, whose text is for a reader: what it mentions need not be prescribed.
const FREE_TEXT: [&str; 9] = [
    "sig",
    "note",
    "directions",
    "allerg",
    "diagnos",
    "instruction",
    "reason",
    "comment",
    "history",
];

/// This many elements are around the content of a message: `Message`, `Body`, and the transaction.
const OUTSIDE: usize = 3;

/// Where the next message begins.
pub(super) fn message_start(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr(b'<', bytes.get(at + 1..)?)? + 1;
        let name = bytes[at + 1..].split(|byte| !is_name(*byte)).next().unwrap_or_default();
        let local = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        if local == b"Message" {
            return Some(at);
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-')
}

/// Visits the text of every element.
pub(super) fn visit<V: RawVisitor>(_: &Input, piece: &Piece, visitor: &mut V) {
    piece.each_message(message_start, |bytes, unit| message(bytes, unit, visitor));
}

fn message<V: RawVisitor>(bytes: &[u8], unit: RawUnit, visitor: &mut V) {
    let text = decode(bytes);
    let end = text.rfind("Message>").map_or(text.len(), |at| at + "Message>".len());
    let (text, behind) = text.split_at(end);
    loose(behind.as_bytes(), "text behind the message", unit, visitor);
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut path: Vec<String> = Vec::new();
    // What cannot be read as XML is already a rejected record.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) => {
                path.push(element.local_name().as_ref().to_owned());
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(text) => {
                let name = path.iter().fold("", |around, name| shown(name, around));
                // `RxHistoryResponse` is the name of a message, not a history in it.
                let is_free = path.iter().skip(OUTSIDE).any(|element| {
                    let element = element.to_ascii_lowercase();
                    FREE_TEXT.iter().any(|free| element.contains(free))
                });
                let content = if is_free { RawContent::FreeText } else { RawContent::Prescription };
                let text = text.trim();
                visitor.value(&RawValue { unit, field: RawField::Named(name, content), text });
            }
            Event::Eof => return,
            _ => {}
        }
    }
}
