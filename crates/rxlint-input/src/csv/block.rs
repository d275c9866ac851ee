//! Makes records from the rows of one block.

use std::iter::Peekable;
use std::slice;

use memchr::memchr2;

use super::cells::{is_null, is_plain_text, keeps_null, trim};
use super::cut::CsvBlock;
use super::fast_path::{FastBlock, FastColumns, JoinedCells};
use super::index::{Index, RowCells};
use super::joined::JoinedTexts;
use super::order::{OrderEvidence, Watched};
use super::reading::Reading;
use super::residue::{is_residue, is_rule};
use super::scan::{CsvRow, QUOTE, Quoting, Rows, Span, unescape};
use super::shape::TableShape;
use super::totals::is_total;
use crate::layout::JoinedColumns;
use rxlint_model::answers::says_no;
use rxlint_model::fast_path::FastOutcome;
use rxlint_model::place::Place;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Cell, Field, Record};
use rxlint_model::sink::RecordSink;

/// What was counted in a block.
#[derive(Debug, Default)]
pub(crate) struct CsvBlockCounts {
    pub(crate) records: u32,
    pub(crate) lines: u32,
    pub(crate) evidence: Vec<OrderEvidence>,
}

/// Reads every row of the block into the sink.
pub(crate) fn read<I: RecordSink>(
    shape: &TableShape,
    block: &CsvBlock,
    reading: &Reading,
    watched: &Watched,
    sink: &mut I,
) -> CsvBlockCounts {
    let bytes = block.bytes();
    let mut rows = Rows::new(bytes, shape.delimiter);
    let mut index = Index::default();
    let mut spans = Vec::with_capacity(shape.width + 1);
    let mut record = shape.record(Place { file: shape.file, ..Place::default() }, reading.orders);
    let mut broken = block.broken.iter().peekable();
    let mut reader = BlockReader::new(shape, reading, watched, sink);
    loop {
        // A block with a broken row, which is rare, is read without the index.
        if index.is_done() && block.broken.is_empty() {
            index.fill(&rows);
        }
        let (settled, seen) = reader.settle_fast(block, &mut index, &mut rows);
        if settled > 0 && index.is_done() {
            continue;
        }
        let next = next_row(&mut index, &mut rows, &mut broken, &mut spans);
        let Some((row, cells, reason)) = next else { break };
        let reason = reason.or_else(|| skip_misfit(shape, &mut rows, row, cells));
        let is_passed_over = match reason {
            None => is_no_record(shape, bytes, row, cells),
            Some(_) => is_printed_around(shape, &bytes[row.start..row.end]),
        };
        if is_passed_over {
            continue;
        }
        record.key = reader.next_place(block, row).into();
        match reason {
            Some(reason) => reader.sink.reject(record.key, reason),
            None => reader.read_row(BlockRow { bytes, row, cells }, &mut record, seen),
        }
    }
    reader.counts.lines = rows.lines();
    reader.counts
}

/// A row with its cells, and the bytes of its block.
#[derive(Clone, Copy)]
struct BlockRow<'b, 'c> {
    bytes: &'b [u8],
    row: CsvRow,
    cells: RowCells<'c>,
}

/// The steps in which the cells of a row are put into its record.
struct Steps {
    /// Those by which most records are settled, if that is possible.
    first: Vec<(usize, Field)>,
    /// The rest, for records that are kept.
    rest: Vec<(usize, Field)>,
    /// Further columns of a field, each used if those before it are empty.
    repeated: Vec<(usize, Field)>,
    /// Whether one of the first cells is written in a special form.
    is_formed: bool,
}

impl Steps {
    fn of<I: RecordSink>(shape: &TableShape, reading: &Reading, watched: &Watched) -> Self {
        // A list of diagnoses, and a length that is in one of several columns, are put together only if a record is kept.
        let is_late = |field: Field| matches!(field, Field::Diagnosis | Field::DaysSupply);
        // So is an end, unless it is needed to find out the order of day and month.
        let is_plain_end =
            |field: Field| field == Field::Stop && !watched.fields().contains(&field);
        let late =
            (shape.joined.iter()).all(|joined| is_late(joined.field) || is_plain_end(joined.field));
        let of_list = |joined: &JoinedColumns| joined.columns.clone().into_iter();
        let of_diagnoses = |joined: &&JoinedColumns| late && joined.field == Field::Diagnosis;
        let diagnoses = shape.joined.iter().filter(of_diagnoses).flat_map(of_list);
        let repeated =
            [shape.repeated(), diagnoses.map(|column| (column, Field::Diagnosis)).collect()]
                .concat();
        // If dates are numbers of some kind, every record is read whole.
        let looks = |field: &Field| {
            late && !I::PREVIEW_FIELDS.is_empty()
                && !reading.forms.has_dates()
                && !reading.forms.has_guards()
                && (I::PREVIEW_FIELDS.contains(field) || watched.fields().contains(field))
        };
        let (first, rest) = shape.columns.iter().copied().partition(|(_, field)| looks(field));
        Self { first, rest, repeated, is_formed: reading.forms.concern(I::PREVIEW_FIELDS) }
    }
}

/// Reads the rows of a block one after the other.
struct BlockReader<'a, I> {
    shape: &'a TableShape,
    reading: &'a Reading,
    watched: &'a Watched,
    steps: Steps,
    /// The columns by which rows are settled without a record, if that is possible.
    fast: Option<FastColumns>,
    joined: JoinedCells,
    unescaped: UnescapedCells,
    together: JoinedTexts,
    /// Room for texts that are written in a special form.
    formed: Vec<u8>,
    counts: CsvBlockCounts,
    sink: &'a mut I,
}

impl<'a, I: RecordSink> BlockReader<'a, I> {
    fn new(
        shape: &'a TableShape,
        reading: &'a Reading,
        watched: &'a Watched,
        sink: &'a mut I,
    ) -> Self {
        let steps = Steps::of::<I>(shape, reading, watched);
        let fast =
            if steps.first.is_empty() { None } else { FastColumns::of(shape, reading, watched) };
        Self {
            fast: fast.filter(|fast| sink.begin_fast_path(&fast.layout)),
            shape,
            reading,
            watched,
            steps,
            joined: JoinedCells::default(),
            unescaped: UnescapedCells::default(),
            together: JoinedTexts::default(),
            formed: Vec::new(),
            counts: CsvBlockCounts { evidence: watched.evidence(), ..CsvBlockCounts::default() },
            sink,
        }
    }

    /// Settles the next rows by their bytes, as far as possible: how many, and what was seen of the row after them.
    #[inline(always)]
    fn settle_fast(
        &mut self,
        block: &CsvBlock,
        index: &mut Index,
        rows: &mut Rows<'_>,
    ) -> (u32, Option<FastOutcome>) {
        let Some(fast) = &self.fast else { return (0, None) };
        let (records, evidence) = (self.counts.records, &mut self.counts.evidence[..]);
        let mut of_block =
            FastBlock { file: self.shape.file, offset: block.offset, records, evidence };
        let joined = &mut self.joined;
        let (settled, seen) =
            fast.settle(self.shape, index, rows, &mut of_block, joined, self.sink);
        self.counts.records = self.counts.records.saturating_add(settled);
        (settled, seen)
    }

    /// Counts a record; returns its place.
    #[inline(always)]
    fn next_place(&mut self, block: &CsvBlock, row: CsvRow) -> Place {
        self.counts.records = self.counts.records.saturating_add(1);
        let offset = block.offset + row.start as u64;
        Place { file: self.shape.file, record: self.counts.records, line: row.line + 1, offset }
    }

    /// Reads a row as a record: whole, unless a first look settles it.
    #[inline(always)]
    fn read_row<'b>(
        &mut self,
        row: BlockRow<'b, '_>,
        record: &mut Record<'b>,
        seen: Option<FastOutcome>,
    ) {
        let mut is_plain = self.fill(&self.steps.first, row, record);
        let can_settle = !self.steps.first.is_empty() && seen != Some(FastOutcome::NeedsRecord);
        if is_plain && can_settle && self.is_settled(row, record, seen) {
            self.watched.note(record, &mut self.counts.evidence);
            return;
        }
        is_plain &= self.fill(&self.steps.rest, row, record);
        if is_plain && self.reading.forms.is_empty() && self.shape.joined.is_empty() {
            self.watched.note(record, &mut self.counts.evidence);
            self.sink.record(record);
            return;
        }
        let BlockRow { bytes, cells, .. } = row;
        let mut whole = self.unescaped.fill(self.shape, bytes, cells, record);
        // Texts in several columns are joined; such a table need not be read fast.
        if !self.shape.joined.is_empty() {
            whole = self.together.fill(&self.shape.joined, bytes, cells, &whole);
        }
        self.watched.note(&whole, &mut self.counts.evidence);
        self.sink.record(&self.reading.forms.applied(&whole, &mut self.formed));
    }

    /// Puts the cells of these columns into the record, and the content of further columns of their
    /// fields; `false` if some of them must be unescaped first.
    #[inline(always)]
    fn fill<'b>(
        &self,
        columns: &[(usize, Field)],
        row: BlockRow<'b, '_>,
        record: &mut Record<'b>,
    ) -> bool {
        let BlockRow { bytes, row, cells } = row;
        let is_plain = fill(columns, bytes, row, cells, record);
        is_plain
            & settle(&self.steps.repeated, record, |column, record| {
                fill(slice::from_ref(column), bytes, row, cells, record)
            })
    }

    /// Whether the first cells of a record are enough. What is seen of it is learnt for rows with the same bytes.
    #[inline(always)]
    fn is_settled(
        &mut self,
        row: BlockRow<'_, '_>,
        record: &Record<'_>,
        seen: Option<FastOutcome>,
    ) -> bool {
        let BlockRow { bytes, cells, .. } = row;
        let formed;
        let mut shown = record;
        if self.steps.is_formed {
            formed = self.reading.forms.applied(record, &mut self.formed);
            shown = &formed;
        }
        if let (Some(FastOutcome::Unknown), Some(fast), RowCells::Ends(start, ends)) =
            (seen, &self.fast, cells)
            && let Some(fast_row) = fast.row(bytes, start, ends, &mut self.joined)
        {
            if self.shape.joined.is_empty() {
                self.sink.learn_fast_path(&fast_row, shown);
            } else {
                let whole = self.together.fill(&self.shape.joined, bytes, cells, shown);
                self.sink.learn_fast_path(&fast_row, &whole);
            }
        }
        !self.sink.preview(shown)
    }
}

/// The next row with its cells, from the index if it is there; and why it is broken, if the cut has found that.
#[inline(always)]
fn next_row<'a>(
    index: &'a mut Index,
    rows: &mut Rows<'_>,
    broken: &mut Peekable<slice::Iter<'_, (usize, Reason)>>,
    spans: &'a mut Vec<Span>,
) -> Option<(CsvRow, RowCells<'a>, Option<Reason>)> {
    if let Some(row) = index.next(rows) {
        return Some((row, index.cells(row), None));
    }
    let at = rows.skip_blank()?;
    let reason = broken.next_if(|(start, _)| *start == at).map(|(_, reason)| reason.clone());
    let row = match reason {
        Some(_) => rows.broken_line(),
        None => rows.next(spans)?,
    };
    Some((row, RowCells::Spans(spans), reason))
}

/// Why the row cannot be a record of this file, if it cannot; then only its first line is skipped.
#[inline(always)]
fn skip_misfit(
    shape: &TableShape,
    rows: &mut Rows<'_>,
    row: CsvRow,
    cells: RowCells<'_>,
) -> Option<Reason> {
    // Nearly every row has the right number of cells.
    let fits = cells.len() == shape.width && !row.open;
    if fits && !swallows_rows(shape, rows.bytes, row, cells) {
        return None;
    }
    let reason = if fits { Reason::OpenQuote } else { misfit(shape, rows.bytes, row, cells)? };
    // A stray quote swallows rows up to the next quote. The lines after the first must still be read.
    if row.open || memchr2(b'\n', b'\r', &rows.bytes[row.start..row.end]).is_some() {
        rows.only_first_line(row);
    }
    Some(reason)
}

/// Whether a cell holds a line that is itself a row of the table: a stray quote has swallowed it, up to the next quote.
#[inline(always)]
fn swallows_rows(shape: &TableShape, bytes: &[u8], row: CsvRow, cells: RowCells<'_>) -> bool {
    match cells {
        RowCells::Ends(..) => false,
        RowCells::Spans(_) if shape.width < NARROWEST => false,
        RowCells::Spans(spans) => {
            spans.iter().any(|span| {
                let cell = &bytes[span.start as usize..span.end as usize];
                span.quoting != Quoting::None && holds_row(shape, cell)
            }) && row.end > row.start
        }
    }
}

/// In a narrower table a line of text has the same number of cells by chance.
const NARROWEST: usize = 4;

/// Whether a line of a quoted cell, except its first and last, has the cells of a row and a patient among them.
#[cold]
fn holds_row(shape: &TableShape, cell: &[u8]) -> bool {
    let Some(first) = memchr2(b'\n', b'\r', cell) else { return false };
    if goes_on_after_quote(cell) {
        return true;
    }
    let Some(last) = memchr::memrchr2(b'\n', b'\r', cell) else { return false };
    let tells = |field: Field| field == Field::Patient || Field::FIRST_DAY.contains(&field);
    let needed = || shape.columns.iter().filter(|(_, field)| tells(*field)).map(|(at, _)| *at);
    let mut rows = Rows::new(&cell[first..last], shape.delimiter);
    let mut spans = Vec::new();
    while let Some(row) = rows.next(&mut spans) {
        let says = |at: usize| {
            spans.get(at).is_some_and(|span| {
                !trim(&cell[first..last][span.start as usize..span.end as usize]).is_empty()
            })
        };
        if !row.open && spans.len() == shape.width && needed().all(says) {
            return true;
        }
        if row.open {
            rows.only_first_line(row);
        }
    }
    false
}

/// Whether text follows the quote that ends a cell: that quote began another cell.
fn goes_on_after_quote(cell: &[u8]) -> bool {
    let mut at = 1;
    while let Some(found) = cell.get(at..).and_then(|rest| memchr::memchr(QUOTE, rest)) {
        at += found + 1;
        match cell.get(at) {
            Some(&QUOTE) => at += 1,
            after => return after.is_some(),
        }
    }
    false
}

/// Whether the row is not counted at all: the header again, or a total.
#[inline(always)]
fn is_no_record(shape: &TableShape, bytes: &[u8], row: CsvRow, cells: RowCells<'_>) -> bool {
    let text = &bytes[row.start..row.end];
    shape.is_header_again(text)
        || shape.is_title_again(text)
        || (may_be_total(bytes, row)
            || text.ends_with(&[shape.delimiter; 2])
            || may_end_group(shape.delimiter, text))
            && is_total(shape, bytes, cells)
        || text.first() == Some(&shape.delimiter)
            && (says_nothing(shape.delimiter, text) || is_rule(text))
        || matches!(text.first(), Some(b'-' | b'=' | b'_' | b'"')) && is_rule(text)
}

/// Why the row cannot be a record of this file, if it cannot.
fn misfit(shape: &TableShape, bytes: &[u8], row: CsvRow, cells: RowCells<'_>) -> Option<Reason> {
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

/// Whether a line without the cells of a row was printed around the rows: a title on a later page, a rule, a count of rows.
#[cold]
fn is_printed_around(shape: &TableShape, line: &[u8]) -> bool {
    // A stray quote makes one row of all that follows: each of its lines would be searched to the end.
    const LONGEST: usize = 1 << 12;
    line.len() <= LONGEST && (shape.is_title_again(line) || is_residue(line))
}

/// Whether a row is nothing but delimiters, as spreadsheets leave it below their data.
fn says_nothing(delimiter: u8, text: &[u8]) -> bool {
    text.iter().all(|byte| *byte == delimiter || byte.is_ascii_whitespace())
}

/// Whether the first cell that is not empty ends with a letter, and the others are empty: `100101 Total,,`.
#[inline(always)]
fn may_end_group(delimiter: u8, text: &[u8]) -> bool {
    let blank = text.iter().take_while(|byte| **byte == delimiter).count();
    let end = memchr::memchr(delimiter, &text[blank..]).map(|at| blank + at);
    end.is_some_and(|end| {
        text.get(end + 1) == Some(&delimiter) && end > 0 && text[end - 1].is_ascii_alphabetic()
    })
}

/// Checks one letter, which excludes nearly every row.
#[inline(always)]
fn may_be_total(bytes: &[u8], row: CsvRow) -> bool {
    matches!(
        bytes.get(row.start),
        Some(
            b'T' | b't'
                | b'A'
                | b'a'
                | b'G'
                | b'g'
                | b'S'
                | b's'
                | b'R'
                | b'r'
                | b'E'
                | b'e'
                | b'C'
                | b'c'
                | b'I'
                | b'i'
                | b'L'
                | b'l'
                | b'N'
                | b'n'
                | b'O'
                | b'o'
                | b'Y'
                | b'y'
                // The first byte of `Ł`, and of `ł`.
                | 0xC5
                | b'*'
                | b'"'
                | b','
                | b';'
                | b'\t'
                | b'|'
        )
    )
}

/// Adds the cells of these columns to the record; `false` if some of them must be unescaped first.
#[inline(always)]
fn fill<'b>(
    columns: &[(usize, Field)],
    bytes: &'b [u8],
    row: CsvRow,
    cells: RowCells<'_>,
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

/// Of several columns of one field, the first that is not empty counts. `fill` puts a column's cell
/// into the record, and says whether nothing more is needed.
pub(crate) fn settle<'b>(
    repeated: &[(usize, Field)],
    record: &mut Record<'b>,
    mut fill: impl FnMut(&(usize, Field), &mut Record<'b>) -> bool,
) -> bool {
    let mut plain = true;
    for column in repeated {
        let now = record.text(column.1);
        if now.is_empty() || says_no(now) {
            plain &= fill(column, record);
        }
    }
    plain
}

/// A cell with its place in the record: that of the trimmed text, or of the whole cell if it is quoted.
fn cell<'b>(field: Field, raw: &[u8], text: &'b [u8], start: u32, quoting: Quoting) -> Cell<'b> {
    let text = if is_null(text) && !keeps_null(field) { &text[..0] } else { text };
    if quoting != Quoting::None || text.len() == raw.len() {
        return Cell { text, start, len: raw.len() as u32 };
    }
    let before = text.as_ptr().addr().saturating_sub(raw.as_ptr().addr());
    Cell { text, start: start + before as u32, len: text.len() as u32 }
}

/// Room for the texts of cells that have to be unescaped.
#[derive(Default)]
struct UnescapedCells {
    bytes: Vec<u8>,
    ends: Vec<(Field, usize)>,
}

impl UnescapedCells {
    /// The record with its escaped cells in their final form.
    fn fill<'s>(
        &'s mut self,
        shape: &TableShape,
        bytes: &[u8],
        cells: RowCells<'_>,
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
