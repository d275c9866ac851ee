//! The fields of ASAP reports, segment by segment.

use super::{Piece, RawContent, RawField, RawValue, RawVisitor};
use crate::input::Input;
use crate::registry::OpenedFormat;
use rxlint_model::record::decode;

/// Where the next patient begins: `PAT` without letters next to it.
pub(super) fn patient_start(bytes: &[u8], from: usize) -> Option<usize> {
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    memchr::memmem::find_iter(bytes.get(from..)?, b"PAT").map(|at| from + at).find(|&at| {
        at > from
            && is_edge(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && bytes.get(at + 3).is_some_and(u8::is_ascii_punctuation)
    })
}

/// Visits every field.
pub(super) fn visit<V: RawVisitor>(input: &Input, piece: &Piece, visitor: &mut V) {
    let OpenedFormat::Asap(report) = &input.opened else { return };
    piece.each_message(patient_start, |bytes, unit| {
        for segment in report.form().segments(bytes) {
            let name = decode(segment.name()).into_owned();
            for (text, number) in segment.fields().zip(1..) {
                let is_drug = matches!(&*name, "DSP" | "CDI" | "RX");
                let content = match (is_drug, text.contains(&b' ') && number > 20) {
                    (true, false) => RawContent::Prescription,
                    _ => RawContent::FreeText,
                };
                if !text.is_empty() {
                    let called = format!("{name}{number:02}");
                    let field = RawField::Named(&called, content);
                    visitor.value(&RawValue { unit, field, text: &decode(text) });
                }
            }
        }
    });
}
