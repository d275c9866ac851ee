//! Tables in text form: rows of cells under a header row.
//!
//! Reading is one pass: a cut at the true beginnings of records (`cut`), blocks scanned in parallel (`scan`), rows made
//! into records (`block`, `cells`). A second pass is needed only where the order of day and month turns out to be
//! another than the head of the file let expect (`order`).

mod block;
mod cells;
mod cut;
mod dialect;
mod index;
mod near;
mod order;
mod parallel;
mod quick;
mod reread;
mod scan;

use rxlint_model::purpose::Purpose;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::InputOptions;
use super::error::{ErrorKind, InputError};
use super::layout::{Layout, Unfit};
use super::source::Source;
use block::Shape;
use dialect::{HEAD, LONGEST_HEADER, NoHead};
use order::{Evidence, Verdict, Watched};
use rxlint_model::place::Place;
use rxlint_model::record::{DateOrder, Field};

/// The order of each date field, as far as it has one.
type Orders = [Option<DateOrder>; Field::COUNT];

/// A table that was opened: what its columns are, and where its rows begin.
#[derive(Clone, Debug)]
pub struct Table {
    is_formulary: bool,
    shape: Shape,
    layout: Layout,
    /// Where the first row may stand, and how many lines stand before it.
    data: u64,
    lines: u32,
    watched: Watched,
    orders: Orders,
    sample: Vec<Vec<Vec<u8>>>,
    /// Bytes that were read so far.
    passed: Arc<AtomicU64>,
}

impl Table {
    /// Reads the head of a table; `None` where the file holds no row at all, not even a header.
    ///
    /// # Errors
    /// When the file cannot be read, or its header is not that of a prescription export.
    pub(super) fn open(
        source: &Source,
        file: u32,
        options: &InputOptions,
    ) -> Result<Option<Self>, InputError> {
        let reader = source.reader()?;
        let head = |length| -> Result<_, InputError> {
            let bytes = reader.bytes(source.start(), length)?;
            let whole = reader.ends_at(source.start() + bytes.len() as u64)?;
            Ok(dialect::sniff(&bytes, whole, options.delimiter))
        };
        let mut found = head(HEAD)?;
        if found.as_ref().is_err() {
            found = head(LONGEST_HEADER)?;
        }
        let head = match found {
            Ok(head) => head,
            Err(NoHead::Empty) => return Ok(None),
            Err(NoHead::Unfinished) => {
                return Err(InputError::new(ErrorKind::BrokenHeader {
                    path: source.name().to_owned(),
                }));
            }
        };
        let layout = recognise(source.name(), head.headers, options)?;
        let shape = Shape {
            file,
            delimiter: head.delimiter,
            statement: layout.statement,
            width: layout.headers.len(),
            columns: layout.columns.clone(),
            header: head.raw,
        };
        // No finding about a formulary rests on the order of day and month alone: none is refused for it.
        let is_formulary = options.purpose == Purpose::Formulary;
        let order = options.date_order.or(is_formulary.then_some(DateOrder::Mdy));
        let (watched, orders) = expected_orders(&layout, &head.rows, order);
        let data = source.start() + head.data as u64;
        let sample = head.rows.into_iter().take(5).collect();
        Ok(Some(Self {
            is_formulary,
            shape,
            layout,
            data,
            lines: head.lines,
            watched,
            orders,
            sample,
            passed: Arc::default(),
        }))
    }

    /// What the columns are.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Whether it is a formulary, which has no patients.
    pub(super) fn is_formulary(&self) -> bool {
        self.is_formulary
    }

    /// How many bytes were read so far.
    pub(super) fn passed(&self) -> u64 {
        self.passed.load(Ordering::Relaxed)
    }

    /// The byte between two cells.
    pub fn delimiter(&self) -> u8 {
        self.shape.delimiter
    }

    /// The first rows behind the header, as they are understood.
    pub(super) fn samples(&self) -> Vec<Vec<(Field, String)>> {
        self.sample.iter().map(|row| reread::understood(self, row)).collect()
    }

    /// Reads every row: one intake for each block, in the order of the file.
    pub(super) fn read<I: RecordSink>(
        &self,
        source: &Source,
        make: &(dyn Fn() -> I + Sync),
    ) -> Result<Vec<I>, InputError> {
        let (intakes, evidence) = self.pass(source, make, &self.orders)?;
        let orders = self.settle(source.name(), &evidence)?;
        if orders == self.orders {
            return Ok(intakes);
        }
        drop(intakes);
        self.pass(source, make, &orders).map(|(intakes, _)| intakes)
    }

    /// Reads one record again.
    pub(super) fn reread(&self, source: &Source, place: Place) -> Result<RecordText, InputError> {
        reread::reread(self, source, place)
    }

    /// The order of every date field, by what the whole file tells.
    fn settle(&self, path: &str, evidence: &[Evidence]) -> Result<Orders, InputError> {
        let mut orders = self.orders;
        for (field, evidence) in self.watched.fields().iter().zip(evidence) {
            let (lines, contradictory) = match evidence.verdict() {
                Verdict::Any => continue,
                Verdict::Settled(order) => {
                    orders[*field as usize] = Some(order);
                    continue;
                }
                Verdict::Contradictory(one, other) => ((one, Some(other)), true),
                Verdict::Unknown(one, other) => ((one, other), false),
            };
            let column = self.layout.column(*field).map(|index| self.layout.called(index));
            return Err(InputError::new(ErrorKind::AmbiguousDates {
                path: path.to_owned(),
                column: column.unwrap_or_default(),
                lines,
                contradictory,
            }));
        }
        Ok(orders)
    }
}

fn recognise(
    path: &str,
    headers: Vec<String>,
    options: &InputOptions,
) -> Result<Layout, InputError> {
    let path = path.to_owned();
    let is_formulary = options.purpose == Purpose::Formulary;
    let recognise = if is_formulary { Layout::recognise_formulary } else { Layout::recognise };
    recognise(headers.clone(), &options.columns).map_err(|unfit| {
        InputError::new(match unfit {
            Unfit::Other(_, why) if is_formulary => ErrorKind::NotFormulary { path, why },
            Unfit::Other(layout, why) => ErrorKind::NotPrescriptions { path, layout, why },
            Unfit::NoHeader => ErrorKind::NoHeader { path },
            Unfit::NoColumn(field, column, nearest) => {
                ErrorKind::NoColumn { path, field, column, nearest, headers }
            }
            Unfit::Missing { missing, hint, example, plainly } => {
                ErrorKind::MissingColumns { path, missing, headers, hint, example, plainly }
            }
        })
    })
}

/// Which date columns to watch, and how their dates are taken until the whole file has told.
fn expected_orders(
    layout: &Layout,
    rows: &[Vec<Vec<u8>>],
    asked: Option<DateOrder>,
) -> (Watched, Orders) {
    let dates: Vec<(usize, Field)> =
        layout.columns.iter().copied().filter(|(_, field)| field.is_date()).collect();
    let mut orders = [None; Field::COUNT];
    if asked.is_some() {
        dates.iter().for_each(|(_, field)| orders[*field as usize] = asked);
        return (Watched::default(), orders);
    }
    let head: Vec<(Field, &[u8])> = rows
        .iter()
        .flat_map(|row| {
            dates
                .iter()
                .filter_map(|(index, field)| row.get(*index).map(|text| (*field, text.as_slice())))
        })
        .collect();
    let watched = Watched::choose(dates.iter().map(|(_, field)| *field), &head);
    for field in watched.fields() {
        let mut evidence = Evidence::default();
        head.iter().filter(|(f, _)| f == field).for_each(|(_, text)| evidence.note_text(text, 0));
        orders[*field as usize] = Some(match evidence.verdict() {
            Verdict::Settled(order) => order,
            _ => DateOrder::Mdy,
        });
    }
    (watched, orders)
}

#[cfg(test)]
mod tests;
