//! One block of rows made into records.

use memchr::memchr2;

use super::Reading;
use super::cells::{is_null, is_plain_text, keeps_null, trim};
use super::cut::Block;
use super::index::{Cells, Index};
use super::order::{Evidence, Watched};
use super::quick::Quick;
use super::scan::{Quoting, Row, Rows, Span, unescape};
use rxlint_model::glance::Seen;
use rxlint_model::place::Place;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Cell, Field, Record, Statement};
use rxlint_model::sink::RecordSink;

/// What has to be known of a file to make records of its rows.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) file: u32,
    pub(crate) delimiter: u8,
    pub(crate) statement: Statement,
    /// How many cells a row has.
    pub(crate) width: usize,
    /// Which column serves which field. A column may serve several fields, a field has one column.
    pub(crate) columns: Vec<(usize, Field)>,
    /// The header as it stands in the file, to know it again where exports were joined.
    pub(crate) header: Vec<u8>,
}

/// What a block held besides its records.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) records: u32,
    pub(crate) lines: u32,
    pub(crate) evidence: Vec<Evidence>,
}

/// Reads every row of the block into the intake.
pub(crate) fn read<I: RecordSink>(
    shape: &Shape,
    block: &Block,
    reading: &Reading,
    watched: &Watched,
    intake: &mut I,
) -> Tally {
    let bytes = block.bytes();
    let mut rows = Rows::new(bytes, shape.delimiter);
    let mut index = Index::default();
    let mut spans = Vec::with_capacity(shape.width + 1);
    let (mut scratch, mut room) = (Scratch::default(), Vec::new());
    let mut record = Record::empty(Place { file: shape.file, ..Place::default() }, shape.statement);
    record.date_order = reading.orders;
    let mut tally = Tally { evidence: watched.evidence(), ..Tally::default() };
    let mut broken = block.broken.iter().peekable();
    // Where the form of dates has to be found out, or is another than usual, every record is looked at as a whole.
    let plain_dates = watched.fields().is_empty() && !reading.forms.has_dates();
    let looks = |field: &Field| plain_dates && I::FIRST_LOOK.contains(field);
    let (first, rest): (Vec<_>, Vec<_>) =
        shape.columns.iter().copied().partition(|(_, field)| looks(field));
    let quick = if first.is_empty() { None } else { Quick::of(shape, &reading.orders) };
    let quick = quick.filter(|quick| intake.glances(&quick.layout));

    loop {
        // A block with a broken row, which is rare, is read without the index.
        if index.is_done() && block.broken.is_empty() {
            index.fill(&rows);
        }
        let mut seen = None;
        if let Some(quick) = &quick {
            let settled;
            (settled, seen) = quick.settle(shape, &mut index, &mut rows, intake);
            tally.records = tally.records.saturating_add(settled);
            if settled > 0 && index.is_done() {
                continue;
            }
        }
        let (row, cells, reason) = if let Some(row) = index.next(&mut rows) {
            (row, index.cells(row), None)
        } else {
            let Some(at) = rows.skip_blank() else { break };
            let reason =
                broken.next_if(|(start, _)| *start == at).map(|(_, reason)| reason.clone());
            let row = match reason {
                Some(_) => Some(rows.broken_line()),
                None => rows.next(&mut spans),
            };
            let Some(row) = row else { break };
            (row, Cells::Spans(&spans), reason)
        };
        let reason = reason.or_else(|| {
            // Nearly every row is as long as it should be.
            let misfit = if cells.len() == shape.width && !row.open {
                None
            } else {
                misfit(shape, bytes, row, cells)
            }?;
            // A stray quote swallows rows up to the next quote. Those behind its own line are to be read all the same.
            if row.open || memchr2(b'\n', b'\r', &bytes[row.start..row.end]).is_some() {
                rows.only_first_line(row);
            }
            Some(misfit)
        });
        if reason.is_none()
            && (is_header_again(shape, &bytes[row.start..row.end])
                || may_be_total(bytes, row) && is_total(shape, bytes, cells))
        {
            continue;
        }
        tally.records = tally.records.saturating_add(1);
        let offset = block.offset + row.start as u64;
        let file = Place::from(record.key).file;
        record.key = Place { file, record: tally.records, line: row.line + 1, offset }.into();
        if let Some(reason) = reason {
            intake.reject(record.key, reason);
            continue;
        }
        let mut plain = fill(&first, bytes, row, cells, &mut record);
        if let (true, Some(Seen::New), Some(quick), Cells::Ends(start, ends)) =
            (plain, seen, &quick, cells)
            && let Some(glance) = quick.row(bytes, start, ends, &mut Vec::new())
        {
            intake.learn(&glance, &record);
        }
        if plain && seen != Some(Seen::Needed) && !first.is_empty() && !intake.look(&record) {
            continue;
        }
        plain &= fill(&rest, bytes, row, cells, &mut record);
        if plain && reading.forms.is_empty() {
            watched.note(&record, &mut tally.evidence);
            intake.record(&record);
        } else {
            let unescaped = scratch.fill(shape, bytes, cells, &record);
            watched.note(&unescaped, &mut tally.evidence);
            intake.record(&reading.forms.applied(&unescaped, &mut room));
        }
    }
    tally.lines = rows.lines();
    tally
}

/// Why the row is no record of this file, if it is none.
fn misfit(shape: &Shape, bytes: &[u8], row: Row, cells: Cells<'_>) -> Option<Reason> {
    if row.open {
        return Some(Reason::OpenQuote);
    }
    let found = cells.len();
    let is_empty = |span: Span| trim(&bytes[span.start as usize..span.end as usize]).is_empty();
    let surplus_is_empty =
        || (shape.width..found).all(|column| is_empty(cells.span(bytes, column)));
    if found == shape.width || found > shape.width && surplus_is_empty() {
        return None;
    }
    Some(Reason::CellCount { expected: shape.width as u32, found: found as u32 })
}

pub(super) fn is_header_again(shape: &Shape, row: &[u8]) -> bool {
    match row.len().checked_sub(shape.header.len()) {
        Some(0) => row == shape.header,
        // Joined files bring their byte order marks along.
        Some(3) => row.starts_with(b"\xEF\xBB\xBF") && row.ends_with(&shape.header),
        _ => false,
    }
}

/// A glance at one letter, which spares nearly every row the rest.
#[inline(always)]
fn may_be_total(bytes: &[u8], row: Row) -> bool {
    matches!(
        bytes.get(row.start),
        Some(b'T' | b't' | b'G' | b'g' | b'S' | b's' | b'R' | b'r' | b'"')
    )
}

/// Whether the row sums up the others: it begins with a word for that, and has neither a patient nor a drug nor a date.
/// Where the first column is one of those itself, the word is all that it says.
fn is_total(shape: &Shape, bytes: &[u8], cells: Cells<'_>) -> bool {
    let text = |column: usize| {
        let span = cells.span(bytes, column);
        trim(&bytes[span.start as usize..span.end as usize])
    };
    let word = text(0).iter().filter(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase);
    let said = |expected: &str| word.clone().eq(expected.bytes());
    if ![
        "total",
        "totals",
        "grandtotal",
        "subtotal",
        "recordcount",
        "records",
        "totalrecords",
        "rowcount",
    ]
    .into_iter()
    .any(said)
    {
        return false;
    }
    let tells = |field: Field| {
        field == Field::Patient || field == Field::Drug || Field::FIRST_DAY.contains(&field)
    };
    shape
        .columns
        .iter()
        .filter(|(column, field)| *column > 0 && tells(*field))
        .all(|(column, _)| text(*column).is_empty())
}

/// Puts the cells of these columns into the record; `false` where some of them must be unescaped first.
#[inline(always)]
fn fill<'b>(
    columns: &[(usize, Field)],
    bytes: &'b [u8],
    row: Row,
    cells: Cells<'_>,
    record: &mut Record<'b>,
) -> bool {
    let mut plain = true;
    for &(column, field) in columns {
        let span = cells.span(bytes, column);
        let raw = &bytes[span.start as usize..span.end as usize];
        if span.quoting == Quoting::None && is_plain_text(raw) {
            record.cells[field as usize] =
                Cell { text: raw, start: span.start - row.start as u32, len: raw.len() as u32 };
            continue;
        }
        let text = match span.quoting {
            Quoting::None => trim(raw),
            Quoting::Plain => trim(&raw[1..raw.len() - 1]),
            Quoting::Escaped => {
                plain = false;
                raw
            }
        };
        record.cells[field as usize] =
            cell(field, raw, text, span.start - row.start as u32, span.quoting);
    }
    plain
}

/// A cell with its place in the record: the trimmed text where it stands bare, the quotes too where it is quoted.
fn cell<'b>(field: Field, raw: &[u8], text: &'b [u8], start: u32, quoting: Quoting) -> Cell<'b> {
    let text = if is_null(text) && !keeps_null(field) { &text[..0] } else { text };
    if quoting != Quoting::None || text.len() == raw.len() {
        return Cell { text, start, len: raw.len() as u32 };
    }
    let before = text.as_ptr().addr().saturating_sub(raw.as_ptr().addr());
    Cell { text, start: start + before as u32, len: text.len() as u32 }
}

/// Room for the texts that do not stand in the block as they read.
#[derive(Default)]
struct Scratch {
    bytes: Vec<u8>,
    ends: Vec<(Field, usize)>,
}

impl Scratch {
    /// The record with its escaped cells in their final form.
    fn fill<'s>(
        &'s mut self,
        shape: &Shape,
        bytes: &[u8],
        cells: Cells<'_>,
        record: &Record<'s>,
    ) -> Record<'s> {
        self.bytes.clear();
        self.ends.clear();
        for &(column, field) in &shape.columns {
            let span = cells.span(bytes, column);
            if span.quoting == Quoting::Escaped {
                unescape(&bytes[span.start as usize..span.end as usize], &mut self.bytes);
                self.ends.push((field, self.bytes.len()));
            }
        }
        let mut whole = record.clone();
        let mut start = 0;
        for &(field, end) in &self.ends {
            let text = trim(&self.bytes[start..end]);
            whole.cells[field as usize].text =
                if is_null(text) && !keeps_null(field) { &[] } else { text };
            start = end;
        }
        whole
    }
}
