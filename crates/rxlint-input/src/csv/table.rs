//! A table that has been opened: its header, its columns, and where its rows begin.

use rxlint_model::purpose::Purpose;
use rxlint_model::record::{DateOrder, Field};

use super::dialect::{self, HEAD, LONGEST_HEADER, NoHead};
use super::order::{Evidence, Verdict, Watched};
use super::shape::{FieldDateOrders, TableShape};
use crate::error::{ErrorKind, InputError};
use crate::layout::{self, LayoutError, TableLayout};
use crate::options::InputOptions;
use crate::source::InputSource;

/// A table that was opened: what its columns are, and where its rows begin.
#[derive(Clone, Debug)]
pub(crate) struct CsvTable {
    pub(super) is_formulary: bool,
    pub(super) shape: TableShape,
    pub(super) layout: TableLayout,
    /// Where the first row may be, and how many lines are before it.
    pub(super) data: u64,
    pub(super) lines: u32,
    pub(super) watched: Watched,
    pub(super) orders: FieldDateOrders,
    pub(super) sample: Vec<Vec<Vec<u8>>>,
}

impl CsvTable {
    /// Reads the head of a table; `None` where the file holds no row at all, not even a header.
    ///
    /// # Errors
    /// When the file cannot be read, or its header is not that of a prescription export.
    pub(super) fn open(
        source: &InputSource,
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
        let shape = TableShape {
            file,
            delimiter: head.delimiter,
            statement: layout.statement,
            width: layout.headers.len(),
            columns: layout.columns.clone(),
            header: head.raw,
        };
        // No finding about a formulary depends on the order of day and month alone, so none is
        // refused for it.
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
        }))
    }

    /// The order of every date field, as the whole file shows it.
    pub(super) fn settle(
        &self,
        path: &str,
        evidence: &[Evidence],
    ) -> Result<FieldDateOrders, InputError> {
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
) -> Result<TableLayout, InputError> {
    let path = path.to_owned();
    let is_formulary = options.purpose == Purpose::Formulary;
    let recognise = if is_formulary { layout::recognise_formulary } else { layout::recognise };
    recognise(headers.clone(), &options.columns).map_err(|unfit| {
        InputError::new(match unfit {
            LayoutError::Other(_, why) if is_formulary => ErrorKind::NotFormulary { path, why },
            LayoutError::Other(layout, why) => ErrorKind::NotPrescriptions { path, layout, why },
            LayoutError::NoHeader => ErrorKind::NoHeader { path },
            LayoutError::NoColumn(field, column, nearest) => {
                ErrorKind::NoColumn { path, field, column, nearest, headers }
            }
            LayoutError::Missing { missing, hint, example, plainly } => {
                ErrorKind::MissingColumns { path, missing, headers, hint, example, plainly }
            }
        })
    })
}

/// Which date columns to watch, and how their dates are read until the whole file has been seen.
fn expected_orders(
    layout: &TableLayout,
    rows: &[Vec<Vec<u8>>],
    asked: Option<DateOrder>,
) -> (Watched, FieldDateOrders) {
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
