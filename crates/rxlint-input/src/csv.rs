//! Tables in text form: rows of cells under a header row.
//!
//! Reading is one pass: a cut at the true beginnings of records (`cut`), blocks scanned in parallel (`scan`), rows made
//! into records (`block`, `cells`). A second pass is needed only where the form of dates turns out to be another than
//! the head of the file let expect (`order`, `forms`).

mod block;
mod cells;
mod cut;
mod dialect;
mod forms;
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
use super::error::{DateDoubt, ErrorKind, InputError};
use super::layout::{Layout, Unfit};
use super::source::Source;
use block::Shape;
use dialect::{HEAD, LONGEST_HEADER, NoHead};
use forms::{Form, Forms};
use order::{Evidence, Verdict, Watched};
use rxlint_model::place::Place;
use rxlint_model::record::{DateOrder, Field};

/// The order of each date field, as far as it has one.
type Orders = [Option<DateOrder>; Field::COUNT];

/// How the cells of a table are to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reading {
    orders: Orders,
    forms: Forms,
}

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
    reading: Reading,
    /// Whether the order of dates was asked for.
    is_order_asked: bool,
    /// The first two-digit year of the century before, where that was asked for.
    date_pivot: Option<u32>,
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
        let (watched, reading) = expected(&layout, &head.rows, head.delimiter, order, options);
        let data = source.start() + head.data as u64;
        let sample = head.rows.into_iter().take(5).collect();
        Ok(Some(Self {
            is_formulary,
            shape,
            layout,
            data,
            lines: head.lines,
            watched,
            reading,
            is_order_asked: order.is_some(),
            date_pivot: options.date_pivot,
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
        let (intakes, evidence) = self.pass(source, make, &self.reading)?;
        let reading = self.settle(source.name(), &evidence)?;
        if reading == self.reading {
            return Ok(intakes);
        }
        drop(intakes);
        self.pass(source, make, &reading).map(|(intakes, _)| intakes)
    }

    /// Reads one record again.
    pub(super) fn reread(&self, source: &Source, place: Place) -> Result<RecordText, InputError> {
        reread::reread(self, source, place)
    }

    /// The form of every date field, by what the whole file tells.
    fn settle(&self, path: &str, evidence: &[Evidence]) -> Result<Reading, InputError> {
        let mut reading = self.reading.clone();
        let fields = self.watched.fields();
        set_forms(&mut reading.forms, fields, evidence, self.date_pivot);
        if self.is_order_asked {
            return Ok(reading);
        }
        let verdicts: Vec<Verdict> = evidence.iter().map(Evidence::verdict).collect();
        for (field, settled) in fields.iter().zip(order::settle(&verdicts)) {
            match settled {
                Ok(None) => {}
                Ok(order) => reading.orders[*field as usize] = order,
                // A birth date is no reason to do without the rest.
                Err(_) if *field == Field::BirthDate => {
                    reading.orders[*field as usize] = None;
                    if matches!(settled, Err(Verdict::YearFirst(_))) {
                        reading.forms.set(*field, Some(Form::None));
                    }
                }
                Err(verdict) => return Err(self.ambiguous(path, *field, verdict)),
            }
        }
        Ok(reading)
    }

    fn ambiguous(&self, path: &str, field: Field, verdict: Verdict) -> InputError {
        let (lines, doubt) = match verdict {
            Verdict::Contradictory(one, other) => ((one, Some(other)), DateDoubt::Contradiction),
            Verdict::Unknown(one, other) => ((one, other), DateDoubt::Order),
            Verdict::YearFirst(line) => ((line, None), DateDoubt::ShortYear(field.name())),
            Verdict::Any | Verdict::Settled(_) => ((0, None), DateDoubt::Order),
        };
        let column = self.layout.column(field).map(|index| self.layout.called(index));
        InputError::new(ErrorKind::AmbiguousDates {
            path: path.to_owned(),
            column: column.unwrap_or_default(),
            lines,
            doubt,
        })
    }
}

/// Sets the form of each watched column.
fn set_forms(forms: &mut Forms, fields: &[Field], evidence: &[Evidence], pivot: Option<u32>) {
    for (field, evidence) in fields.iter().zip(evidence) {
        let numbers = evidence.numbers().map(Form::Mostly);
        forms.set(*field, numbers.or(pivot.map(Form::ShortYears)));
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

/// Which date columns to watch, and how cells are taken until the whole file has told.
fn expected(
    layout: &Layout,
    rows: &[Vec<Vec<u8>>],
    delimiter: u8,
    asked: Option<DateOrder>,
    options: &InputOptions,
) -> (Watched, Reading) {
    let mut reading = Reading { orders: [None; Field::COUNT], forms: Forms::default() };
    let mut dates = Vec::new();
    for (_, field) in layout.columns.iter().filter(|(_, field)| field.is_date()) {
        reading.orders[*field as usize] = asked;
        match options.date_format.iter().find(|(of, _)| of == field) {
            Some((_, pattern)) => {
                reading.forms.set(*field, Some(Form::Stated(pattern.clone(), options.date_pivot)))
            }
            None => dates.push(*field),
        }
    }
    let cells = rows.iter().flat_map(|row| {
        let cell = |(index, field): &(usize, Field)| Some((*field, row.get(*index)?.as_slice()));
        layout.columns.iter().filter_map(cell)
    });
    let head: Vec<(Field, &[u8])> = cells.collect();
    let commas = forms::decimal_commas(&head, delimiter);
    for field in commas.into_iter().filter(|field| layout.column(*field).is_some()) {
        reading.forms.set(field, Some(Form::DecimalComma));
    }
    let supply = layout.column(Field::DaysSupply).map(|at| layout.headers[at].as_str());
    if let Some(unit) = supply.and_then(forms::counted) {
        reading.forms.set(Field::DaysSupply, Some(Form::Counts(unit)));
    }
    let watched = Watched::choose(dates.into_iter(), &head, asked.is_some());
    let mut evidence = watched.evidence();
    for (field, evidence) in watched.fields().iter().zip(&mut evidence) {
        let texts = head.iter().filter(|(f, _)| f == field);
        texts.for_each(|(_, text)| evidence.note_text(*field, text, 0));
    }
    set_forms(&mut reading.forms, watched.fields(), &evidence, options.date_pivot);
    if asked.is_none() {
        let verdicts: Vec<Verdict> = evidence.iter().map(Evidence::verdict).collect();
        for (field, settled) in watched.fields().iter().zip(order::settle(&verdicts)) {
            reading.orders[*field as usize] = match settled {
                Err(_) if *field == Field::BirthDate => None,
                settled => settled.ok().flatten().or(Some(DateOrder::Mdy)),
            };
        }
    }
    (watched, reading)
}

#[cfg(test)]
mod tests;
