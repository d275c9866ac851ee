//! The fields of NCPDP Telecom claims.

use super::{Piece, RawContent, RawField, RawValue, RawVisitor};
use crate::input::Input;
use crate::telecom::each_field;

/// Visits every field of every claim.
pub(super) fn visit<V: RawVisitor>(_: &Input, piece: &Piece, visitor: &mut V) {
    piece.each_message(crate::telecom::transmission_start, |bytes, unit| {
        each_field(bytes, |field| {
            let text = field.text();
            if text.is_empty() {
                return;
            }
            let content = match &field.name {
                b"D7" | b"TE" => RawContent::Prescription,
                _ => RawContent::FreeText,
            };
            let name = String::from_utf8_lossy(&field.name);
            visitor.value(&RawValue { unit, field: RawField::Named(&name, content), text: &text });
        });
    });
}
