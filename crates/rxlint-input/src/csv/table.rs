//! An opened table: its header, its columns, and where its rows begin.

use rxlint_model::purpose::Purpose;
use rxlint_model::record::{DateOrder, Field};

use super::asked_order::OrderNotes;
use super::dialect::{self, HEAD, HeaderAt, LONGEST_HEADER, NoHead, TableHead};
use super::forms::ColumnForm;
use super::order::{self, OrderEvidence, OrderVerdict, Watched};
use super::printed::is_printed;
use super::reading::{self, Reading};
use super::shape::{TableShape, without_digits};
use crate::error::{DateDoubt, ErrorKind, InputError};
use crate::layout::{self, Found, LayoutError, SampleRows, TableLayout};
use crate::options::InputOptions;
use crate::source::InputSource;

/// A line with fewer cells, split at any character, may well be a line of text.
const NARROW: usize = 4;

/// An opened table: what its columns are, and where its rows begin.
#[derive(Clone, Debug)]
pub(crate) struct CsvTable {
    pub(super) is_formulary: bool,
    pub(crate) shape: TableShape,
    pub(crate) layout: TableLayout,
    /// Where the first row may be, and how many lines are before it.
    pub(super) data: u64,
    pub(super) lines: u32,
    pub(crate) watched: Watched,
    pub(crate) reading: Reading,
    /// The order of dates that was asked for, used if the file leaves it open.
    order: Option<DateOrder>,
    /// Where the file shows another one.
    pub(crate) order_notes: OrderNotes,
    /// The first two-digit year of the previous century, if that was asked for.
    date_pivot: Option<u32>,
    pub(crate) sample: Vec<Vec<Vec<u8>>>,
    /// The remark about a second row of headers.
    pub(super) second_header: Option<String>,
}

impl CsvTable {
    /// Reads the head of a table; `None` if the file has no row at all, not even a header.
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
            Ok(dialect::sniff(&bytes, whole, options.delimiter, header_at(options)))
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
        if let Some(unfit) = first_row_is_record(&head, options) {
            return Err(unfit_error(source.name(), head.headers, unfit, options));
        }
        let recognised = recognise(source.name(), head.headers.clone(), &head.rows, options);
        let is_formulary = options.purpose == Purpose::Formulary;
        let wide = wide_rows(source.name(), &head).filter(|_| !is_formulary);
        let (head, layout) = match (recognised, wide) {
            (Ok(layout), Some(wide)) if layout.found.contains(&Found::Content) => return Err(wide),
            (Ok(layout), _) if is_formulary && is_padded_title(&head, &layout) => {
                let bytes = reader.bytes(source.start(), HEAD)?;
                let below = below_titles(&bytes, source, options);
                below.filter(|(_, found)| has_header(found)).unwrap_or((head, layout))
            }
            (Ok(layout), _) => (head, layout),
            (Err(unfit), Some(wide)) if unfit.is_unknown_table() && !unfit.is_no_export() => {
                return Err(wide);
            }
            (Err(unfit), _) if unfit.holds_patients() => return Err(unfit),
            (Err(unfit), _) => {
                let bytes = reader.bytes(source.start(), HEAD)?;
                match below_titles(&bytes, source, options) {
                    Some(found) => found,
                    None if head.headers.len() < NARROW && is_printed(&bytes) => {
                        let path = source.name().to_owned();
                        return Err(InputError::new(ErrorKind::Printed { path }));
                    }
                    None => return Err(unfit),
                }
            }
        };
        let data = source.start() + head.data as u64;
        let lines = head.lines;
        Ok(Some(Self { data, lines, ..Self::of_head(file, head, layout, options) }))
    }

    /// A table whose rows do not come as text: its headers and its first rows, their cells trimmed.
    ///
    /// # Errors
    /// When they are not those of a prescription export.
    pub(crate) fn of_columns(
        name: &str,
        file: u32,
        headers: Vec<String>,
        mut rows: Vec<Vec<Vec<u8>>>,
        options: &InputOptions,
    ) -> Result<Self, InputError> {
        rows.retain(|row| !dialect::is_header_again(&headers, row));
        let layout = recognise(name, headers.clone(), &rows, options)?;
        let (raw, titles) = (Vec::new(), Vec::new());
        let (data, lines, second) = (0, 0, None);
        let head = TableHead { delimiter: b',', headers, raw, titles, data, lines, rows, second };
        Ok(Self::of_head(file, head, layout, options))
    }

    fn of_head(file: u32, head: TableHead, layout: TableLayout, options: &InputOptions) -> Self {
        let shape = TableShape {
            file,
            delimiter: head.delimiter,
            statement: layout.statement,
            adjustment: layout.adjustment,
            code_system: layout.code_system,
            width: layout.headers.len(),
            columns: layout.columns.clone(),
            joined: layout.joined.clone(),
            header: head.raw,
            titles: head
                .titles
                .iter()
                .map(|title| without_digits(title))
                .filter(|title| says_something(title))
                .collect(),
        };
        let (is_formulary, order) = (options.purpose == Purpose::Formulary, options.date_order);
        let (watched, reading) =
            reading::expected(&layout, &head.rows, head.delimiter, order, options);
        let sample = head.rows.into_iter().take(5).collect();
        let second_header = head.second.map(|(kind, line)| kind.told(line));
        Self {
            is_formulary,
            shape,
            layout,
            data: 0,
            lines: 0,
            watched,
            reading,
            order,
            order_notes: OrderNotes::default(),
            date_pivot: options.date_pivot,
            sample,
            second_header,
        }
    }

    /// The form of every date field, as the whole file shows it.
    pub(crate) fn settle(
        &self,
        path: &str,
        evidence: &[OrderEvidence],
    ) -> Result<Reading, InputError> {
        let mut reading = self.reading.clone();
        let fields = self.watched.fields();
        reading.set_forms(fields, evidence, self.date_pivot);
        let verdicts: Vec<OrderVerdict> = evidence.iter().map(OrderEvidence::verdict).collect();
        // No finding about a formulary depends on the order of day and month alone, so none is refused because of it.
        let order = self.order.or(self.is_formulary.then_some(DateOrder::Mdy));
        for (field, settled) in
            fields.iter().zip(order::settle(&verdicts, self.watched.beside, order))
        {
            match settled {
                Ok(None) => {}
                Ok(order) => reading.orders[*field as usize] = order,
                // The rest is read even without the birth date.
                Err(_) if *field == Field::BirthDate => {
                    reading.orders[*field as usize] = None;
                    if matches!(settled, Err(OrderVerdict::YearFirst(_))) {
                        reading.forms.set(*field, Some(ColumnForm::None));
                    }
                }
                Err(verdict) => return Err(self.ambiguous(path, *field, verdict)),
            }
        }
        reading.follow_order();
        let columns = fields.iter().map(|field| self.called(*field)).zip(&verdicts);
        self.order_notes.compare(path, self.order, columns);
        Ok(reading)
    }

    /// The name of a field's column in messages.
    fn called(&self, field: Field) -> String {
        let column = self.layout.column(field).map(|index| self.layout.called(index));
        column.unwrap_or_default()
    }

    fn ambiguous(&self, path: &str, field: Field, verdict: OrderVerdict) -> InputError {
        let (lines, doubt) = match verdict {
            OrderVerdict::Contradictory(one, other) => {
                ((one, Some(other)), DateDoubt::Contradiction)
            }
            OrderVerdict::Unknown(one, other) => ((one, other), DateDoubt::Order),
            OrderVerdict::YearFirst(line) => ((line, None), DateDoubt::ShortYear(field.name())),
            OrderVerdict::Any | OrderVerdict::Settled(..) => ((0, None), DateDoubt::Order),
        };
        InputError::new(ErrorKind::AmbiguousDates {
            path: path.to_owned(),
            column: self.called(field),
            lines,
            doubt,
        })
    }
}

/// The header of a list below its titles: the first line that names a drug and something stated about drugs.
fn below_titles(
    bytes: &[u8],
    source: &InputSource,
    options: &InputOptions,
) -> Option<(TableHead, TableLayout)> {
    const MOST_TITLES: u32 = 20;
    if options.purpose != Purpose::Formulary || header_at(options) != HeaderAt::Anywhere {
        return None;
    }
    let head_at = |line| dialect::sniff(bytes, false, options.delimiter, HeaderAt::Line(line)).ok();
    // No line above a header names a drug in one of several cells: that would be an entry.
    let names_a_drug = |cell: &String| options.drug_look.names_drug(cell);
    let is_entry = |cells: &[String]| cells.len() > 1 && cells.iter().any(names_a_drug);
    let is_title =
        |line: &u32| head_at(line - 1).is_none_or(|head: TableHead| !is_entry(&head.headers));
    (1..=MOST_TITLES).take_while(is_title).find_map(|line| {
        let head = head_at(line)?;
        if first_row_is_record(&head, options).is_some() {
            return None;
        }
        let layout = recognise(source.name(), head.headers.clone(), &head.rows, options).ok()?;
        (layout.columns.len() > 1 && !head.rows.is_empty()).then_some((head, layout))
    })
}

/// Whether the supposed header is a line that a spreadsheet filled up with delimiters: hardly a
/// cell of it has content, and no column was recognised by it.
fn is_padded_title(head: &TableHead, layout: &TableLayout) -> bool {
    let filled = head.headers.iter().filter(|header| !header.trim().is_empty()).count();
    head.headers.len() > 2 && filled * 2 <= head.headers.len() && !has_header(layout)
}

/// Whether a column was recognised by its header.
fn has_header(layout: &TableLayout) -> bool {
    layout.found.iter().any(|found| matches!(found, Found::Header))
}

/// Why the table is refused if the row taken for its header holds data.
fn first_row_is_record(head: &TableHead, options: &InputOptions) -> Option<LayoutError> {
    if head.raw.is_empty() {
        return None;
    }
    let is_formulary = options.purpose == Purpose::Formulary;
    layout::no_header(&head.headers, &head.rows, &options.drug_look, is_formulary)
}

/// Why a table is refused in which nearly every row has a cell more than there are headers, so that it is unclear which column a cell is in.
fn wide_rows(path: &str, head: &TableHead) -> Option<InputError> {
    let names = head.headers.len();
    let is_wide = |row: &&Vec<Vec<u8>>| row.iter().skip(names).any(|cell| !cell.is_empty());
    let wide = head.rows.iter().filter(is_wide).count();
    let first = head.rows.iter().find(is_wide)?;
    (names >= NARROW && wide * 10 >= head.rows.len() * 9).then(|| {
        InputError::new(ErrorKind::WideRows { path: path.to_owned(), counts: (names, first.len()) })
    })
}

/// Whether a line above the header has words by which it can be recognised again.
fn says_something(title: &[u8]) -> bool {
    title.iter().filter(|byte| byte.is_ascii_alphabetic()).count() > 3
}

/// Where the header is, if that was stated.
fn header_at(options: &InputOptions) -> HeaderAt {
    match options.skip_lines {
        _ if options.no_header => HeaderAt::Nowhere,
        Some(lines) => HeaderAt::Line(lines),
        None if options.columns.are_numbers() => HeaderAt::NowhereUnlessPlain,
        None => HeaderAt::Anywhere,
    }
}

fn recognise(
    path: &str,
    headers: Vec<String>,
    rows: &SampleRows,
    options: &InputOptions,
) -> Result<TableLayout, InputError> {
    let is_formulary = options.purpose == Purpose::Formulary;
    let recognised = if is_formulary {
        layout::recognise_formulary(headers.clone(), rows, &options.columns, &options.drug_look)
    } else {
        layout::recognise(&headers, rows, &options.columns, &options.drug_look)
    };
    recognised.map_err(|unfit| unfit_error(path, headers, unfit, options))
}

fn unfit_error(
    path: &str,
    headers: Vec<String>,
    unfit: LayoutError,
    options: &InputOptions,
) -> InputError {
    let path = path.to_owned();
    let is_formulary = options.purpose == Purpose::Formulary;
    InputError::new(match unfit {
        LayoutError::Other(_, why) if is_formulary => {
            let patients = why == layout::PATIENTS;
            ErrorKind::NotFormulary { path, why, plainly: true, patients }
        }
        LayoutError::Other(layout, why) => ErrorKind::NotPrescriptions { path, layout, why },
        LayoutError::NoHeader { example, days, dates } => {
            ErrorKind::NoHeader { path, example, days, dates }
        }
        LayoutError::NoColumn(field, column, nearest) => {
            let other_layout = options.columns.is_of_another_layout(&headers);
            ErrorKind::NoColumn { path, field, column, nearest, headers, other_layout }
        }
        LayoutError::Missing { missing, hint, example, plainly, found } => {
            ErrorKind::MissingColumns { path, missing, headers, hint, example, plainly, found }
        }
    })
}
