//! Makes records from the rows of a batch, by the rules of tables in text form.

use super::cells::{CellBatch, Cells};
use super::identity::{EntryNumbers, Numbers};
use super::read::TableReader;
use crate::csv::block::settle;
use crate::csv::cells::{is_null, is_plain_text, keeps_null, trim};
use crate::csv::fast_path::STATUS;
use crate::csv::joined::join;
use crate::csv::order::OrderEvidence;
use crate::csv::totals::{is_below, tells};
use crate::layout::JoinedColumns;
use rxlint_model::answers::says_no;
use rxlint_model::fast_path::{FastLayout, FastOutcome, FastRow};
use rxlint_model::place::RowKey;
use rxlint_model::record::{Cell, Field, Record};
use rxlint_model::sink::RecordSink;

/// Where the cells of a batch go. Columns are given by their positions in the batch.
#[derive(Debug)]
pub(super) struct RowPlan {
    /// The columns that a first look at a record needs, and the others.
    first: Vec<(usize, Field)>,
    rest: Vec<(usize, Field)>,
    /// The columns of fields that have several.
    repeated: Vec<(usize, Field)>,
    joined: Vec<JoinedColumns>,
    /// The table's first column, and those that a row of totals leaves empty.
    lead: usize,
    telling: Vec<(usize, Field)>,
    fast: Option<FastPlan>,
}

/// The columns that decide a row without making a record.
#[derive(Debug)]
struct FastPlan {
    layout: FastLayout,
    patient: usize,
    day: usize,
    status: Vec<usize>,
    quantity: Option<usize>,
    silent: Vec<usize>,
    identity: Vec<usize>,
}

impl RowPlan {
    /// No plan yet.
    pub(super) fn none() -> Self {
        let (first, rest, repeated) = (Vec::new(), Vec::new(), Vec::new());
        let (joined, telling) = (Vec::new(), Vec::new());
        Self { first, rest, repeated, joined, lead: 0, telling, fast: None }
    }

    /// The plan of a table, for a sink that previews these fields. `position` says where a column is in a batch.
    pub(super) fn of(
        reader: &TableReader,
        previewed: &[Field],
        position: impl Fn(usize) -> usize,
    ) -> Self {
        let (shape, reading) = (&reader.table.shape, &reader.reading);
        let plain_dates = reader.table.watched.fields().is_empty()
            && !reading.forms.has_dates()
            && !reading.forms.has_words();
        let looks =
            |field: &Field| plain_dates && shape.joined.is_empty() && previewed.contains(field);
        let at = |&(column, field): &(usize, Field)| (position(column), field);
        let (first, rest): (Vec<_>, Vec<_>) =
            shape.columns.iter().map(at).partition(|(_, field)| looks(field));
        let joined = shape.joined.iter().map(|joined| JoinedColumns {
            columns: joined.columns.iter().map(|&column| position(column)).collect(),
            ..joined.clone()
        });
        let lead = position(0);
        let telling = first.iter().chain(&rest);
        let telling = telling.filter(|(at, field)| *at != lead && tells(*field));
        Self {
            telling: telling.copied().collect(),
            lead,
            joined: joined.collect(),
            repeated: shape.repeated().iter().map(at).collect(),
            fast: if first.is_empty() { None } else { FastPlan::of(reader, &first) },
            first,
            rest,
        }
    }

    /// Whether the cells at a position are looked at in only a few rows.
    pub(super) fn is_late(&self, at: usize) -> bool {
        !self.first.iter().any(|(first, _)| *first == at)
    }

    /// Whether the row is a total of the others, or a line below them.
    fn is_total(&self, batch: &CellBatch<'_>, row: usize) -> bool {
        let is_filled = |(at, _): &(usize, Field)| match batch.columns[*at].text(row) {
            Some(text) => !trim(text).is_empty(),
            None => !batch.columns[*at].to_vec(row).is_empty(),
        };
        // A total lacks one of them, and most rows have all.
        if !self.telling.is_empty() && self.telling.iter().all(is_filled) {
            return false;
        }
        let cell = |at: usize| trim(&batch.columns[at].to_vec(row)).to_vec();
        let others = self.telling.iter().map(|(at, field)| (cell(*at), *field));
        is_below(&cell(self.lead), others)
    }

    /// The record with all its cells, including those that have to be written or joined first.
    fn whole<'s>(
        &self,
        batch: &CellBatch<'_>,
        row: usize,
        record: &Record<'s>,
        room: &'s mut Vec<u8>,
    ) -> Record<'s> {
        room.clear();
        let mut written = Vec::new();
        for &(at, field) in self.first.iter().chain(&self.rest) {
            if matches!(batch.columns[at], Cells::Printed(_)) {
                let start = room.len();
                batch.columns[at].append(row, room);
                written.push((field, start, room.len()));
            }
        }
        for joined in &self.joined {
            let part = |&at: &usize| trim(&batch.columns[at].to_vec(row)).to_vec();
            let text = join(joined, joined.columns.iter().map(part).collect());
            written.retain(|(field, ..)| *field != joined.field);
            written.push((joined.field, room.len(), room.len() + text.len()));
            room.extend_from_slice(&text);
        }
        let mut whole = record.clone();
        for (field, start, end) in written {
            let is_repeated = self.repeated.iter().any(|(_, other)| *other == field);
            let now = whole.text(field);
            if !is_repeated || now.is_empty() || says_no(now) {
                whole.cells[field as usize] = cell(field, &room[start..end]);
            }
        }
        whole
    }
}

impl FastPlan {
    fn of(reader: &TableReader, first: &[(usize, Field)]) -> Option<Self> {
        let column = |field: Field| first.iter().find(|(_, f)| *f == field).map(|(at, _)| *at);
        let first_day = Field::FIRST_DAY.into_iter().find(|&field| column(field).is_some())?;
        let columns: Vec<(usize, Field)> =
            Field::IDENTITY.into_iter().filter_map(|field| Some((column(field)?, field))).collect();
        if columns.is_empty() {
            return None;
        }
        let status: Vec<(usize, Field)> =
            first.iter().filter(|(_, field)| STATUS.contains(field)).copied().collect();
        Some(Self {
            patient: column(Field::Patient)?,
            day: column(first_day)?,
            status: status.iter().map(|(at, _)| *at).collect(),
            quantity: column(Field::Quantity),
            silent: [Field::Diagnosis, Field::Pregnancy].into_iter().filter_map(column).collect(),
            identity: columns.iter().map(|(at, _)| *at).collect(),
            layout: FastLayout {
                delimiter: 0x1F,
                columns,
                status,
                adjustment: reader.table.shape.adjustment,
                first_version: reader.reading.first_version,
                code_system: reader.table.shape.code_system,
                order: reader.reading.orders[first_day as usize],
                numbers: reader.numbers.id(),
                ..FastLayout::default()
            },
        })
    }

    /// The deciding cells of a row; `None` if it has to be read as a record.
    #[inline]
    fn row<'b: 'r, 'r>(
        &self,
        batch: &CellBatch<'b>,
        row: usize,
        numbers: &mut EntryNumbers<'_>,
        room: &'r mut (Vec<u8>, Vec<u8>),
    ) -> Option<FastRow<'r>> {
        let text = |at: usize| batch.columns[at].text(row);
        let patient = text(self.patient).filter(|text| is_plain_text(text))?;
        let day = text(self.day)?;
        if let Some(quantity) = self.quantity
            && !matches!(text(quantity)?, [] | [b'0'..=b'9', ..])
        {
            return None;
        }
        for &at in &self.silent {
            if !text(at)?.is_empty() {
                return None;
            }
        }
        let (identity, joined) = room;
        let status: &[u8] = match self.status[..] {
            [] => &[],
            [at] => text(at)?,
            _ => {
                joined.clear();
                for &at in &self.status {
                    joined.extend_from_slice(text(at)?);
                    joined.push(self.layout.delimiter);
                }
                joined
            }
        };
        identity.clear();
        for &at in &self.identity {
            numbers.append(at, &batch.columns[at], row, identity)?;
        }
        Some(FastRow { patient, day, status, identity, ..FastRow::default() })
    }
}

/// Reads the rows of one part of a table, batch by batch, into one sink.
pub(crate) struct RowReader<'r> {
    reader: &'r TableReader,
    plan: &'r RowPlan,
    numbers: EntryNumbers<'r>,
    begun: Option<bool>,
    /// What the dates of the rows show.
    pub(super) evidence: Vec<OrderEvidence>,
}

impl<'r> RowReader<'r> {
    pub(super) fn new(reader: &'r TableReader, plan: &'r RowPlan, numbers: &'r Numbers) -> Self {
        let evidence = reader.table.watched.evidence();
        Self { reader, plan, numbers: EntryNumbers::of(numbers), begun: None, evidence }
    }

    /// Reads every row of the batch into the sink, under the key that `key` gives it.
    pub(super) fn read<S: RecordSink>(
        &mut self,
        batch: &CellBatch<'_>,
        key: impl Fn(usize) -> RowKey,
        sink: &mut S,
    ) {
        let (plan, shape, reading) = (self.plan, &self.reader.table.shape, &self.reader.reading);
        let begin = |fast: &FastPlan| sink.begin_fast_path(&fast.layout);
        let begun = *self.begun.get_or_insert_with(|| plan.fast.as_ref().is_some_and(begin));
        let fast = plan.fast.as_ref().filter(|_| begun);
        let mut record = shape.record(RowKey::default(), reading.orders);
        let (mut room, mut forms) = (Vec::new(), Vec::new());
        let mut fast_room = (Vec::new(), Vec::new());
        for row in 0..batch.rows {
            let own_key = key(row);
            let mut seen = None;
            if let Some(fast) = fast
                && let Some(fast_row) = fast.row(batch, row, &mut self.numbers, &mut fast_room)
            {
                let fast_row = FastRow { place: own_key.place(), ..fast_row };
                seen = Some(sink.try_fast_path(&fast_row));
                if seen == Some(FastOutcome::Settled) {
                    continue;
                }
            }
            if plan.is_total(batch, row) {
                continue;
            }
            record.key = own_key;
            let mut plain = fill(&plan.first, batch, row, &mut record);
            plain &= settle(&plan.repeated, &mut record, |column, record| {
                fill(std::slice::from_ref(column), batch, row, record)
            });
            if let (true, Some(FastOutcome::Unknown), Some(fast)) = (plain, seen, fast)
                && let Some(fast_row) = fast.row(batch, row, &mut self.numbers, &mut fast_room)
            {
                sink.learn_fast_path(&fast_row, &record);
            }
            if plain
                && seen != Some(FastOutcome::NeedsRecord)
                && !plan.first.is_empty()
                && !sink.preview(&record)
            {
                continue;
            }
            plain &= fill(&plan.rest, batch, row, &mut record);
            plain &= settle(&plan.repeated, &mut record, |column, record| {
                fill(std::slice::from_ref(column), batch, row, record)
            });
            let watched = &self.reader.table.watched;
            if plain && plan.joined.is_empty() && reading.forms.is_empty() {
                watched.note(&record, &mut self.evidence);
                sink.record(&record);
            } else {
                let whole = plan.whole(batch, row, &record, &mut room);
                watched.note(&whole, &mut self.evidence);
                sink.record(&reading.forms.applied(&whole, &mut forms));
            }
        }
    }
}

/// Adds the cells of these columns to the record; `false` if some have yet to be written.
#[inline]
fn fill<'b>(
    columns: &[(usize, Field)],
    batch: &CellBatch<'b>,
    row: usize,
    record: &mut Record<'b>,
) -> bool {
    let mut plain = true;
    for &(at, field) in columns {
        let text = batch.columns[at].text(row);
        plain &= text.is_some();
        record.cells[field as usize] = cell(field, text.unwrap_or_default());
    }
    plain
}

/// A cell without surrounding white space, and empty for a token that means "nothing".
#[inline]
fn cell(field: Field, raw: &[u8]) -> Cell<'_> {
    if is_plain_text(raw) {
        return Cell { text: raw, ..Cell::default() };
    }
    let text = trim(raw);
    let text = if is_null(text) && !keeps_null(field) { &text[..0] } else { text };
    Cell { text, ..Cell::default() }
}
