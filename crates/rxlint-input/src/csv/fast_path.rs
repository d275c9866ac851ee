//! The deciding cells of a row in raw form, for [`FastRow`].

use super::cells::is_plain_text;
use super::index::Index;
use super::order::{OrderEvidence, Watched};
use super::reading::Reading;
use super::scan::{QUOTE, Rows};
use super::shape::TableShape;
use rxlint_model::fast_path::{FastLayout, FastOutcome, FastRow};
use rxlint_model::place::Place;
use rxlint_model::record::Field;
use rxlint_model::sink::RecordSink;

/// The fields that decide a row's status, and whether it may replace another.
pub(crate) const STATUS: [Field; 6] = [
    Field::Status,
    Field::Adjustment,
    Field::Voided,
    Field::Cancelled,
    Field::Active,
    Field::Version,
];

/// The fields that say something about the person.
const FACTS: [Field; 3] = [Field::Diagnosis, Field::Pregnancy, Field::BreastFeeding];

/// Longer lists of diagnoses hardly ever repeat.
const LONGEST_FACTS: usize = 64;

/// Room for cells that are apart and are looked at together.
#[derive(Debug, Default)]
pub(super) struct JoinedCells {
    identity: Vec<u8>,
    status: Vec<u8>,
    facts: Vec<u8>,
}

/// Where the rows of a block are, and what their dates show.
pub(super) struct FastBlock<'b> {
    /// The file, and where the block begins in it.
    pub(super) file: u32,
    pub(super) offset: u64,
    /// How many of its records were read before.
    pub(super) records: u32,
    pub(super) evidence: &'b mut [OrderEvidence],
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
    /// Columns that say something about the person.
    facts: Vec<usize>,
    /// Columns of dates whose order is still to be found out.
    watched: Vec<(usize, Field)>,
    /// The columns of the identity, from and to, including those between them.
    identity: Vec<(usize, usize)>,
}

impl FastColumns {
    /// The deciding columns of a table; `None` if it lacks one that every row needs.
    pub(super) fn of(shape: &TableShape, reading: &Reading, watched: &Watched) -> Option<Self> {
        let column = |field: Field| {
            shape.columns.iter().find(|(_, other)| *other == field).map(|(column, _)| *column)
        };
        // Of several columns of one field, the first that is not empty counts.
        let repeated = shape.repeated();
        if repeated.iter().any(|(_, field)| watched.fields().contains(field)) {
            return None;
        }
        let watched = watched.fields().iter().filter_map(|&field| Some((column(field)?, field)));
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
        let of_diagnoses = shape.joined.iter().filter(|joined| joined.field == Field::Diagnosis);
        let joined = of_diagnoses.flat_map(|joined| joined.columns.iter().copied());
        let person: Vec<(usize, Field)> = FACTS
            .into_iter()
            .filter_map(|field| Some((column(field)?, field)))
            .chain(joined.map(|column| (column, Field::Diagnosis)))
            .collect();
        // A fact also depends on the identifier's authority.
        let is_plain = column(Field::Authority).is_none();
        let (facts, silent) = if is_plain { (person, Vec::new()) } else { (Vec::new(), person) };
        let columns_of = |fields: &[(usize, Field)]| fields.iter().map(|(at, _)| *at).collect();
        Some(Self {
            width: shape.width,
            patient: column(Field::Patient)?,
            day: column(first_day)?,
            status: columns_of(&status),
            quantity: column(Field::Quantity),
            silent: columns_of(&silent),
            facts: columns_of(&facts),
            watched: watched.collect(),
            identity,
            layout: FastLayout {
                delimiter: shape.delimiter,
                columns,
                status,
                facts,
                forms: if reading.forms.is_empty() {
                    String::new()
                } else {
                    format!("{:?}", reading.forms)
                },
                adjustment: shape.adjustment,
                first_version: reading.first_version,
                code_system: shape.code_system,
                order: reading.orders[first_day as usize],
                numbers: 0,
            },
        })
    }

    /// Settles rows by their bytes, up to the first that has to be read as a record or is not in the index. Returns how many were settled, and the
    /// outcome for the next one, if it was tried.
    #[inline(never)]
    pub(super) fn settle<I: RecordSink>(
        &self,
        shape: &TableShape,
        index: &mut Index,
        rows: &mut Rows<'_>,
        block: &mut FastBlock<'_>,
        joined: &mut JoinedCells,
        sink: &mut I,
    ) -> (u32, Option<FastOutcome>) {
        let bytes = rows.bytes;
        let mut settled = 0;
        while let Some((end, ends)) = index.peek(rows, self.width) {
            let start = rows.pos;
            // A row with a patient and a date is never a total, so that is not checked.
            if shape.is_header_again(&bytes[start..end]) {
                break;
            }
            let dates_are_plain = self.watched.iter().all(|&(column, _)| {
                bare(bytes, start as u32, ends, column)
                    .is_some_and(|text| text.is_empty() || is_plain_text(text))
            });
            let Some(fast_row) = self.row(bytes, start as u32, ends, joined) else { break };
            if !dates_are_plain {
                break;
            }
            let place = Place {
                file: block.file,
                record: block.records + settled + 1,
                line: rows.line + 1,
                offset: block.offset + start as u64,
            };
            match sink.try_fast_path(&FastRow { place, ..fast_row }) {
                FastOutcome::Settled => {}
                seen => return (settled, Some(seen)),
            }
            for (&(column, field), evidence) in self.watched.iter().zip(&mut *block.evidence) {
                let text = bare(bytes, start as u32, ends, column).unwrap_or_default();
                evidence.note_text(field, text, place.line);
            }
            index.pass(rows, end, self.width);
            settled += 1;
        }
        (settled, None)
    }

    /// The cells of the identity. `joined` is for those that are apart.
    #[inline(always)]
    fn identity<'r>(
        &self,
        bytes: &'r [u8],
        start: u32,
        ends: &[u32],
        joined: &'r mut Vec<u8>,
    ) -> Option<&'r [u8]> {
        if let [(from, to)] = self.identity[..] {
            return piece(bytes, start, ends, from, to);
        }
        joined.clear();
        for &(from, to) in &self.identity {
            joined.extend_from_slice(piece(bytes, start, ends, from, to)?);
            // As in a row, so that the same bytes are the same cells.
            joined.push(self.layout.delimiter);
        }
        Some(joined)
    }

    /// The deciding cells of the row that begins at `start` and whose cells end at `ends`; `None` if it has to be read as a record. `joined` is for
    /// cells that are apart. Its place is left open.
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
        let piece = |from: usize, to: usize| piece(bytes, start, ends, from, to);
        let raw = |column: usize| piece(column, column);
        let bare = |column: usize| bare(bytes, start, ends, column);
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
        let JoinedCells { identity: joined, status: joined_status, facts: joined_facts } = joined;
        let facts = match self.facts[..] {
            [] => &[],
            [column] => raw(column)?,
            _ => {
                joined_facts.clear();
                let mut is_any = false;
                for &column in &self.facts {
                    let cell = raw(column)?;
                    is_any |= !cell.is_empty();
                    joined_facts.extend_from_slice(cell);
                    joined_facts.push(self.layout.delimiter);
                }
                if is_any { &joined_facts[..] } else { &[] }
            }
        };
        if facts.len() > LONGEST_FACTS {
            return None;
        }
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
        let identity = self.identity(bytes, start, ends, joined)?;
        Some(FastRow { patient, day, status, identity, facts, place: Place::default() })
    }
}

/// The bytes from one column's cell to another's.
#[inline(always)]
fn piece<'r>(
    bytes: &'r [u8],
    start: u32,
    ends: &[u32],
    from: usize,
    to: usize,
) -> Option<&'r [u8]> {
    let start = if from == 0 { start } else { ends.get(from - 1)? + 1 };
    bytes.get(start as usize..*ends.get(to)? as usize)
}

/// A column's cell without quotes around it.
#[inline(always)]
fn bare<'r>(bytes: &'r [u8], start: u32, ends: &[u32], column: usize) -> Option<&'r [u8]> {
    match piece(bytes, start, ends, column, column)? {
        quoted @ [QUOTE, ..] => unquoted(quoted),
        bare => Some(bare),
    }
}

/// A quoted cell's text, if the file contains it unescaped.
fn unquoted(raw: &[u8]) -> Option<&[u8]> {
    match raw {
        [QUOTE, inner @ .., QUOTE] if memchr::memchr(QUOTE, inner).is_none() => Some(inner),
        _ => None,
    }
}
