//! The deciding cells of a row in raw form, for [`FastRow`].

use super::cells::is_plain_text;
use super::index::Index;
use super::scan::{QUOTE, Rows};
use super::shape::{FieldDateOrders, TableShape};
use rxlint_model::fast_path::{FastLayout, FastOutcome, FastRow};
use rxlint_model::record::Field;
use rxlint_model::sink::RecordSink;

/// The fields that decide a row's status.
const STATUS: [Field; 5] =
    [Field::Status, Field::Adjustment, Field::Voided, Field::Cancelled, Field::Active];

/// Room for cells that lie apart and are looked at together.
#[derive(Debug, Default)]
pub(super) struct JoinedCells {
    identity: Vec<u8>,
    status: Vec<u8>,
}

/// The columns that decide.
#[derive(Debug)]
pub(super) struct FastColumns {
    pub(super) layout: FastLayout,
    width: usize,
    patient: usize,
    day: usize,
    /// The columns that decide the status.
    status: Vec<usize>,
    quantity: Option<usize>,
    /// Columns that have to be empty.
    silent: Vec<usize>,
    /// The columns of the identity, from and to, those between them included.
    identity: Vec<(usize, usize)>,
}

impl FastColumns {
    /// The deciding columns of a table; `None` where it lacks one that every row needs.
    pub(super) fn of(shape: &TableShape, orders: &FieldDateOrders) -> Option<Self> {
        let column = |field: Field| {
            shape.columns.iter().find(|(_, other)| *other == field).map(|(column, _)| *column)
        };
        let first_day = Field::FIRST_DAY.into_iter().find(|&field| column(field).is_some())?;
        let mut columns: Vec<(usize, Field)> =
            Field::IDENTITY.into_iter().filter_map(|field| Some((column(field)?, field))).collect();
        columns.sort_unstable();
        let mut identity: Vec<(usize, usize)> = Vec::new();
        for &(column, _) in &columns {
            match identity.last_mut() {
                Some((_, to)) if column <= *to + 1 => *to = column,
                _ => identity.push((column, column)),
            }
        }
        if identity.is_empty() {
            return None;
        }
        let decides = |(_, field): &&(usize, Field)| STATUS.contains(field);
        let status: Vec<(usize, Field)> = shape.columns.iter().filter(decides).copied().collect();
        Some(Self {
            layout: FastLayout {
                delimiter: shape.delimiter,
                columns,
                status: status.clone(),
                adjustment: shape.adjustment,
                order: orders[first_day as usize],
                numbers: 0,
            },
            width: shape.width,
            patient: column(Field::Patient)?,
            day: column(first_day)?,
            status: status.into_iter().map(|(column, _)| column).collect(),
            quantity: column(Field::Quantity),
            silent: [Field::Diagnosis, Field::Pregnancy, Field::BreastFeeding]
                .into_iter()
                .filter_map(column)
                .chain(shape.joined.iter().flat_map(|joined| joined.columns.iter().copied()))
                .collect(),
            identity,
        })
    }

    /// Settles rows by their bytes, up to the first that has to be read as a record or is not in
    /// the index. `block` is where the bytes are in the input. Returns how many were settled, and
    /// the outcome for the next one, if it was tried.
    #[inline(never)]
    pub(super) fn settle<I: RecordSink>(
        &self,
        shape: &TableShape,
        index: &mut Index,
        rows: &mut Rows<'_>,
        block: u64,
        sink: &mut I,
    ) -> (u32, Option<FastOutcome>) {
        let bytes = rows.bytes;
        let (mut settled, mut joined) = (0, JoinedCells::default());
        while let Some((end, ends)) = index.peek(rows, self.width) {
            let start = rows.pos;
            // A row with a patient and a date is never a total, so that is not checked.
            if shape.is_header_again(&bytes[start..end]) {
                break;
            }
            let Some(fast_row) = self.row(bytes, start as u32, ends, &mut joined) else { break };
            let fast_row = FastRow { offset: block + start as u64, ..fast_row };
            match sink.try_fast_path(&fast_row) {
                FastOutcome::Settled => index.pass(rows, end, self.width),
                seen => return (settled, Some(seen)),
            }
            settled += 1;
        }
        (settled, None)
    }

    /// The deciding cells of the row that begins at `start` and whose cells end at `ends`; `None`
    /// where it has to be read as a record. `joined` is for cells that lie apart. Its offset is that in the block.
    #[inline(always)]
    pub(super) fn row<'r>(
        &self,
        bytes: &'r [u8],
        start: u32,
        ends: &[u32],
        joined: &'r mut JoinedCells,
    ) -> Option<FastRow<'r>> {
        if ends.len() != self.width {
            return None;
        }
        let piece = |from: usize, to: usize| -> Option<&'r [u8]> {
            let start = if from == 0 { start } else { ends.get(from - 1)? + 1 };
            bytes.get(start as usize..*ends.get(to)? as usize)
        };
        let raw = |column: usize| piece(column, column);
        let bare = |column: usize| match raw(column)? {
            quoted @ [QUOTE, ..] => unquoted(quoted),
            bare => Some(bare),
        };
        let patient = bare(self.patient).filter(|text| is_plain_text(text))?;
        let day = bare(self.day)?;
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
        let JoinedCells { identity: joined, status: joined_status } = joined;
        let status = match self.status[..] {
            [] => &[],
            [column] => raw(column)?,
            _ => {
                joined_status.clear();
                for &column in &self.status {
                    joined_status.extend_from_slice(raw(column)?);
                    joined_status.push(self.layout.delimiter);
                }
                joined_status
            }
        };
        let identity = match self.identity[..] {
            [(from, to)] => piece(from, to)?,
            _ => {
                joined.clear();
                for &(from, to) in &self.identity {
                    joined.extend_from_slice(piece(from, to)?);
                    // As in a row, so that the same bytes are the same cells.
                    joined.push(self.layout.delimiter);
                }
                joined
            }
        };
        Some(FastRow { patient, day, status, identity, offset: u64::from(start) })
    }
}

/// A quoted cell's text, where the file holds it as it reads.
fn unquoted(raw: &[u8]) -> Option<&[u8]> {
    match raw {
        [QUOTE, inner @ .., QUOTE] if memchr::memchr(QUOTE, inner).is_none() => Some(inner),
        _ => None,
    }
}
