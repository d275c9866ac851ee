//! Columns of codes by the shapes of their cells, whatever their headers.

use super::content::Columns;
use super::questions::says_number;
use super::words;
use crate::layout::SampleRows;
use rxlint_model::record::Field::{self, *};
use rxlint_model::record::decode;

/// Which columns hold only plain numbers.
pub(super) fn numbers(rows: &SampleRows, width: usize) -> Vec<bool> {
    let is_number = |cell: &[u8]| cell.iter().all(u8::is_ascii_digit);
    let is_one = |index: usize| {
        let mut cells =
            rows.iter().filter_map(|row| row.get(index)).filter(|cell| !cell.is_empty()).peekable();
        cells.peek().is_some() && cells.all(|cell| is_number(cell))
    };
    (0..width).map(is_one).collect()
}

/// What the codes of a column are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Atc,
    /// An NDC with its hyphens.
    Ndc,
    /// Eleven digits, which may be one.
    Digits,
}

/// The shape of a cell: `N02AA05`, `0406-0552-01`, `00406055201`.
fn shape(cell: &[u8]) -> Option<Shape> {
    let text = decode(cell);
    let text = text.trim();
    if is_atc(text.as_bytes()) {
        return Some(Shape::Atc);
    }
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    if !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return None;
    }
    match parts[..] {
        [11] => Some(Shape::Digits),
        [4, 4, 2] | [5, 3, 2] | [5, 4, 1 | 2] => Some(Shape::Ndc),
        _ => None,
    }
}

/// An ATC code of its fifth level.
fn is_atc(code: &[u8]) -> bool {
    let is = |at: usize, digit: bool| {
        code.get(at)
            .is_some_and(|b| if digit { b.is_ascii_digit() } else { b.is_ascii_alphabetic() })
    };
    code.len() == 7
        && [false, true, true, false, false, true, true]
            .iter()
            .enumerate()
            .all(|(at, digit)| is(at, *digit))
}

impl Columns<'_> {
    /// The shape of nearly all cells of a column.
    fn shape_of(&self, index: usize) -> Option<Shape> {
        let shapes: Vec<Option<Shape>> =
            self.cells(index).filter(|cell| !cell.is_empty()).map(shape).collect();
        [Shape::Atc, Shape::Ndc, Shape::Digits].into_iter().find(|wanted| {
            let count = shapes.iter().filter(|shape| **shape == Some(*wanted)).count();
            count > 0 && count * 10 >= shapes.len() * 8
        })
    }

    /// Codes under headers that say nothing or name a class.
    pub(super) fn codes(&mut self) {
        for index in 0..self.headers.len() {
            let vague = |field: Field| matches!(field, Class | Code);
            let is_free = self.columns.iter().all(|(at, field)| *at != index || vague(*field));
            let is_all_digits = self.shape_of(index) == Some(Shape::Digits);
            let field = match self.shape_of(index).filter(|_| is_free) {
                Some(Shape::Atc) => Atc,
                Some(Shape::Ndc) => Ndc,
                // Telephone numbers can have eleven digits too: an NDC needs several different ones, and no header about other numbers.
                Some(Shape::Digits) if self.may_be_ndc(index) => Ndc,
                _ => continue,
            };
            let serves_as_code = self.columns.contains(&(index, Code)) && is_all_digits;
            if !self.has(field) && !serves_as_code {
                self.columns.retain(|(at, _)| *at != index);
                self.add(index, field);
            }
        }
        let is_rxcui = |index: &usize| !self.serves(*index) && self.holds_codes_of(*index, Rxcui);
        if let Some(index) = (0..self.headers.len()).find(is_rxcui).filter(|_| !self.has(Rxcui)) {
            self.add(index, Rxcui);
        }
    }

    /// Whether a column of eleven digits may hold NDCs: most of them differ, and the header is not about something else.
    fn may_be_ndc(&self, index: usize) -> bool {
        let mut cells: Vec<&[u8]> = self.cells(index).filter(|cell| !cell.is_empty()).collect();
        let count = cells.len();
        cells.sort_unstable();
        cells.dedup();
        cells.len() * 10 >= count * 8 && !says_number(&self.headers[index])
    }

    /// The columns with codes of one vocabulary: packages, old and new ones, those of a brand and of a generic.
    pub(super) fn further_codes(&self, field: Field) -> Vec<usize> {
        self.with_further(field, |index| self.holds_codes_of(index, field))
    }

    /// Whether a column holds the codes that its header speaks of.
    fn holds_codes_of(&self, index: usize, field: Field) -> bool {
        let is_number =
            |cell: &[u8]| cell.iter().filter(|byte| byte.is_ascii_digit()).count() * 2 > cell.len();
        let mut cells = self.cells(index).filter(|cell| !cell.is_empty()).peekable();
        words::code_of(&self.headers[index]) == Some(field)
            && cells.peek().is_some()
            && cells.all(|cell| cell.len() > 2 && is_number(cell))
    }

    /// Whether a column that serves nothing holds codes.
    pub(super) fn is_open_code(&self, index: usize) -> bool {
        matches!(self.shape_of(index), Some(Shape::Atc | Shape::Ndc))
            || self.holds_codes_of(index, Rxcui)
    }
}
