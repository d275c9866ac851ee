//! The cells of a table, line by line.

use std::ops::Range;

use super::{Piece, RawContent, RawField, RawUnit, RawValue, RawVisitor};
use crate::input::Input;
use crate::registry::OpenedFormat;
use rxlint_model::record::decode;

/// Visits every cell. A line is split at the delimiter outside quotes; a quote that the line does not close ends with it. The line has the shape of a
/// record if it has as many cells as the header.
pub(super) fn visit<V: RawVisitor>(input: &Input, piece: &Piece, visitor: &mut V) {
    let OpenedFormat::Csv(table) = &input.opened else { return };
    if let Some(shape) = table.shape() {
        lines(shape, piece, visitor);
    }
}

/// What has to be known about a table: the byte between cells, how many cells a row has, and where the rows begin.
pub(super) type Shape = (u8, usize, u64);

/// The shape of a table whose columns were not understood, as its first line suggests.
pub(super) fn guessed(line: &[u8]) -> Shape {
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, line).count();
    let delimiter = *b",\t|;".iter().max_by_key(|&&delimiter| count(delimiter)).unwrap_or(&b',');
    (delimiter, count(delimiter) + 1, 0)
}

pub(super) fn lines<V: RawVisitor>(
    (delimiter, width, data): Shape,
    piece: &Piece,
    visitor: &mut V,
) {
    let mut at = 0;
    let mut cells = Vec::new();
    // Nearly always all of it is UTF-8, and need not be checked cell by cell.
    let whole = std::str::from_utf8(&piece.bytes).ok();
    while at < piece.bytes.len() {
        let end = memchr::memchr2(b'\n', b'\r', &piece.bytes[at..])
            .map_or(piece.bytes.len(), |length| at + length);
        let line = &piece.bytes[at..end];
        let start = piece.offset + at as u64;
        at = end + 1;
        if line.is_empty() {
            continue;
        }
        split(line, delimiter, end - line.len(), &mut cells);
        let unit = RawUnit { start, end: piece.offset + at as u64, whole: cells.len() == width };
        if start < data {
            above(RawUnit { whole: true, ..unit }, line, visitor);
            continue;
        }
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let text = match whole {
                Some(whole) => whole[cell.clone()].into(),
                None => decode(&piece.bytes[cell.clone()]),
            };
            visitor.value(&RawValue { unit, field: RawField::Column(column), text: &text });
        }
    }
}

/// Visits what is not a header in the row taken for the header or a title above it: names with their strength, and codes. Another table may have
/// ended there, with a different delimiter.
#[cold]
fn above<V: RawVisitor>(unit: RawUnit, line: &[u8], visitor: &mut V) {
    let field = RawField::Named("a line above the records", RawContent::Prescription);
    let cells = line.split(|byte| b",;|\t\"".contains(byte)).map(decode);
    for text in cells.filter(|text| crate::layout::says_amount_or_code(text.trim())) {
        visitor.value(&RawValue { unit, field, text: text.trim() });
    }
}

/// Splits a line into its cells, without the quotes around them: where each is, counted from the beginning of the line at `from`.
fn split(line: &[u8], delimiter: u8, from: usize, cells: &mut Vec<Range<usize>>) {
    cells.clear();
    let mut at = 0;
    if memchr::memchr(b'"', line).is_none() {
        // Cells are short: a search for the end of each would take longer.
        let (words, rest) = line.as_chunks::<8>();
        let mut end_at = |end: usize| {
            cells.push(from + at..from + end);
            at = end + 1;
        };
        for (number, word) in words.iter().enumerate() {
            let mut found = bytes_that_are(delimiter, *word);
            while found != 0 {
                end_at(number * 8 + found.trailing_zeros() as usize / 8);
                found &= found - 1;
            }
        }
        let behind = words.len() * 8;
        (0..rest.len()).filter(|&at| rest[at] == delimiter).for_each(|at| end_at(behind + at));
        end_at(line.len());
        return;
    }
    loop {
        let rest = &line[at..];
        let quoted = matches!(rest, [b'"', ..]);
        let is_last = quoted && closes_last(rest);
        let length = if quoted { after_quotes(rest, delimiter) } else { None };
        let length = length.or_else(|| memchr::memchr(delimiter, rest).filter(|_| !is_last));
        let end = length.unwrap_or(rest.len());
        let inner = match &rest[..end] {
            [b'"', .., b'"'] if quoted => 1..end - 1,
            _ if quoted => 1..end,
            _ => 0..end,
        };
        cells.push(from + at + inner.start..from + at + inner.end);
        match length {
            Some(length) => at += length + 1,
            None => return,
        }
    }
}

/// The bytes of eight that equal this one, by the highest bit of each.
fn bytes_that_are(byte: u8, word: [u8; 8]) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let differ = u64::from_le_bytes(word) ^ u64::from_le_bytes([byte; 8]);
    !(((differ & LOW) + LOW) | differ | LOW)
}

/// Where the delimiter after a quoted cell is; `None` if its quote is not closed, or it is the last.
fn after_quotes(cell: &[u8], delimiter: u8) -> Option<usize> {
    let closes = |at: &usize| cell[at + 1..].first() == Some(&delimiter);
    memchr::memchr_iter(b'"', &cell[1..]).map(|at| at + 1).find(closes).map(|at| at + 1)
}

/// Whether the rest of the line is one quoted cell.
fn closes_last(cell: &[u8]) -> bool {
    cell.len() > 1 && cell.ends_with(b"\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_outside_quotes_and_a_stray_quote_hides_nothing() {
        let of = |line: &'static str| {
            let mut cells = Vec::new();
            split(line.as_bytes(), b',', 0, &mut cells);
            cells.into_iter().map(|cell| &line[cell]).collect::<Vec<_>>()
        };
        assert_eq!(of("P1,Oxycodone,,5"), ["P1", "Oxycodone", "", "5"]);
        assert_eq!(
            of(",,\u{ac},\u{12c}-,,,1234567,"),
            ["", "", "\u{ac}", "\u{12c}-", "", "", "1234567", ""]
        );
        assert_eq!(of("\"Doe, J\",\"a \"\"b\"\" c\",7"), ["Doe, J", "a \"\"b\"\" c", "7"]);
        assert_eq!(of("P1,\"stray,Oxycodone,5"), ["P1", "stray", "Oxycodone", "5"]);
        assert_eq!(of("P1,\"last\""), ["P1", "last"]);
        assert_eq!(of(""), [""]);
    }
}
