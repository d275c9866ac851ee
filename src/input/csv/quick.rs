//! The telling cells of a row in raw form, for [`Glance`].

use super::block::Shape;
use super::cells::is_plain_text;
use super::scan::QUOTE;
use crate::drug::identity::IDENTITY_FIELDS;
use crate::input::glance::{Glance, GlanceLayout};
use crate::record::{DateOrder, Field};

/// Columns of the identity may stand in this many places apart from each other.
pub(super) const PIECES: usize = 4;

/// Which columns tell.
#[derive(Debug)]
pub(super) struct Quick {
    pub(super) layout: GlanceLayout,
    width: usize,
    patient: usize,
    day: usize,
    status: Option<usize>,
    quantity: Option<usize>,
    /// Columns that have to be empty.
    silent: Vec<usize>,
    /// The columns of the identity, from and to, those between them included.
    identity: Vec<(usize, usize)>,
}

impl Quick {
    /// The telling columns of a table; `None` where it lacks one that every row needs.
    pub(super) fn of(shape: &Shape, orders: &[Option<DateOrder>; Field::COUNT]) -> Option<Self> {
        let column = |field: Field| shape.columns.iter().find(|(_, other)| *other == field).map(|(column, _)| *column);
        let first_day = Field::FIRST_DAY.into_iter().find(|&field| column(field).is_some())?;
        let mut columns: Vec<(usize, Field)> = IDENTITY_FIELDS.into_iter().filter_map(|field| Some((column(field)?, field))).collect();
        columns.sort_unstable();
        let mut identity: Vec<(usize, usize)> = Vec::new();
        for &(column, _) in &columns {
            match identity.last_mut() {
                Some((_, to)) if column <= *to + 1 => *to = column,
                _ => identity.push((column, column)),
            }
        }
        if !(1..=PIECES).contains(&identity.len()) {
            return None;
        }
        Some(Self {
            layout: GlanceLayout { delimiter: shape.delimiter, columns, order: orders[first_day as usize] },
            width: shape.width,
            patient: column(Field::Patient)?,
            day: column(first_day)?,
            status: column(Field::Status),
            quantity: column(Field::Quantity),
            silent: [Field::Adjustment, Field::Diagnosis, Field::Pregnancy].into_iter().filter_map(column).collect(),
            identity,
        })
    }

    /// The telling cells of the row that begins at `start` and whose cells end at `ends`; `None` where it has to be read
    /// as a record. `room` is for the pieces of the identity.
    #[inline(always)]
    pub(super) fn row<'r>(&self, bytes: &'r [u8], start: u32, ends: &[u32], room: &'r mut [&'r [u8]; PIECES]) -> Option<Glance<'r>> {
        if ends.len() != self.width {
            return None;
        }
        let piece = |from: usize, to: usize| -> Option<&'r [u8]> {
            let start = if from == 0 { start } else { ends.get(from - 1)? + 1 };
            bytes.get(start as usize..*ends.get(to)? as usize)
        };
        let raw = |column: usize| piece(column, column);
        let text = |column: usize| raw(column).and_then(bare).filter(|text| is_plain_text(text));
        let (patient, day) = (text(self.patient)?, text(self.day)?);
        if let Some(quantity) = self.quantity
            && !matches!(raw(quantity)?, [] | [b'0'..=b'9', ..] | [QUOTE, b'0'..=b'9', ..])
        {
            return None;
        }
        for &column in &self.silent {
            if !raw(column)?.is_empty() {
                return None;
            }
        }
        let status = match self.status {
            Some(column) => raw(column)?,
            None => &[],
        };
        for (room, &(from, to)) in room.iter_mut().zip(&self.identity) {
            *room = piece(from, to)?;
        }
        Some(Glance { patient, day, status, identity: room.get(..self.identity.len())? })
    }
}

/// A cell's text, where that stands in the file as it reads.
#[inline(always)]
fn bare(raw: &[u8]) -> Option<&[u8]> {
    match raw {
        [QUOTE, inner @ .., QUOTE] if memchr::memchr(QUOTE, inner).is_none() => Some(inner),
        [QUOTE, ..] => None,
        _ => Some(raw),
    }
}
