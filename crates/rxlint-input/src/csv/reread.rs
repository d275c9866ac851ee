//! One record, read again to show it.

use super::cells::{is_null, keeps_null, trim};
use super::cut::LIMIT;
use super::forms::unguarded;
use super::joined::join;
use super::scan::{CsvRow, Quoting, Rows, Span, text};
use super::table::CsvTable;
use crate::container::column_letters;
use crate::error::{ErrorKind, InputError};
use crate::source::{InputSource, SourceReader};
use rxlint_model::place::Place;
use rxlint_model::record::{Field, decode};
use rxlint_model::record_text::{CellText, RecordText};

pub(super) fn reread(
    table: &CsvTable,
    source: &InputSource,
    place: Place,
) -> Result<RecordText, InputError> {
    let reader = source.reader()?;
    let changed = || InputError::new(ErrorKind::Changed { path: source.name().to_owned() });
    let (bytes, row, spans) = find(table, &reader, place)?.ok_or_else(changed)?;
    let cell_name = |column: usize| {
        let sheet = source.workbook()?;
        let column = if sheet.is_one_column { 0 } else { column };
        Some(format!("{}{}", column_letters(column), place.line))
    };
    Ok(told(table, (&bytes, row, &spans), place.line, &cell_name))
}

/// All cells of the row at a place, those of columns that serve nothing too; none where it cannot be read.
pub(super) fn cells(
    table: &CsvTable,
    source: &InputSource,
    place: Place,
) -> Result<Vec<String>, InputError> {
    let reader = source.reader()?;
    let Some((bytes, _, spans)) = find(table, &reader, place)? else { return Ok(Vec::new()) };
    let mut scratch = Vec::new();
    let cell = |&span: &Span| decode(trim(text(&bytes, span, &mut scratch))).into_owned();
    Ok(spans.iter().map(cell).collect())
}

/// What a row that is in memory tells: its text, its cells, and which parts of it are private.
pub(crate) fn of_line(table: &CsvTable, bytes: &[u8], line: u32) -> Option<RecordText> {
    let mut spans = Vec::new();
    let row = Rows::new(bytes, table.shape.delimiter).next(&mut spans)?;
    (spans.len() >= table.shape.width).then(|| told(table, (bytes, row, &spans), line, &|_| None))
}

/// The content of a row. `cell_name` is what a workbook calls the cell of a column.
fn told(
    table: &CsvTable,
    (bytes, row, spans): (&[u8], CsvRow, &[Span]),
    line: u32,
    cell_name: &dyn Fn(usize) -> Option<String>,
) -> RecordText {
    let mut scratch = Vec::new();
    let range = |span: Span| span.start as usize - row.start..span.end as usize - row.start;
    let mut cells = Vec::new();
    for &(column, field) in &table.layout.columns {
        let span = spans[column];
        let joined = table.layout.joined.iter().find(|joined| joined.field == field);
        if let Some(joined) = joined {
            let part = |&at: &usize| trim(text(bytes, spans[at], &mut scratch)).to_vec();
            let whole = join(joined, joined.columns.iter().map(part).collect());
            let label = table.layout.labels[column].clone().into();
            let text = decode(&whole).into_owned();
            let at = cell_name(column);
            cells.push(CellText { field, text, span: Some(range(span)), label, at });
            // Each of several drug columns may be the one to point at.
            for &column in joined.columns.iter().filter(|_| field == Field::Drug) {
                let own = trim(self::text(bytes, spans[column], &mut scratch));
                let text = decode(own).into_owned();
                if !text.is_empty() {
                    let label = table.layout.labels[column].clone().into();
                    let (span, at) = (Some(range(spans[column])), cell_name(column));
                    cells.push(CellText { field, text, span, label, at });
                }
            }
            continue;
        }
        let text = trim(text(bytes, span, &mut scratch));
        // Who the patient is does not depend on the protection; the cell is shown as it is.
        let text = if field == Field::Patient { unguarded(field, text) } else { text };
        if text.is_empty() || is_null(text) && !keeps_null(field) {
            continue;
        }
        let label = table.layout.labels[column].clone().into();
        let mut range = range(span);
        if span.quoting == Quoting::None {
            range.start += text.as_ptr().addr() - bytes[span.start as usize..].as_ptr().addr();
            range.end = range.start + text.len();
        }
        let at = cell_name(column);
        let text = decode(text).into_owned();
        cells.push(CellText { field, text, span: Some(range), label, at });
    }
    // A column that serves no field may hold anything, and no list of private names is complete: all of them are masked.
    let drugs = table.layout.joined.iter().filter(|joined| joined.field == Field::Drug);
    let drugs: Vec<usize> = drugs.flat_map(|joined| joined.columns.iter().copied()).collect();
    let served = |column: usize| {
        (drugs.contains(&column) || table.layout.columns.iter().any(|(at, _)| *at == column))
            && !(table.layout.joined.iter())
                .any(|joined| joined.field == Field::Patient && joined.columns.contains(&column))
    };
    let columns = (0..table.shape.width)
        .filter(|&column| table.layout.private.contains(&column) || !served(column));
    let private = columns.filter_map(|column| {
        let mut range = range(spans[column]);
        if spans[column].quoting != Quoting::None {
            // The quotes stay, so that the row still reads as one.
            range = range.start + 1
                ..range.end.saturating_sub(usize::from(spans[column].quoting == Quoting::Plain));
        }
        (!range.is_empty()).then_some(range)
    });
    let private = private.collect();
    RecordText { raw: bytes[row.start..row.end].to_vec(), line, column: 1, cells, private }
}

/// The bytes, the row in them, and its cells.
type FoundRow = (Vec<u8>, CsvRow, Vec<Span>);

/// The row at that place, if there is one that can be read.
fn find(
    table: &CsvTable,
    reader: &SourceReader<'_>,
    place: Place,
) -> Result<Option<FoundRow>, InputError> {
    if place.offset < table.data {
        return Ok(None);
    }
    // The preceding byte shows whether a row begins here.
    let before = u64::from(place.offset > table.data);
    // Most rows are short. The limit leaves room for the longest row and its line end.
    let mut length = 2 << 10;
    loop {
        let mut bytes = reader.bytes(place.offset - before, length)?;
        if before > 0 && !matches!(bytes.first(), Some(b'\n' | b'\r')) {
            return Ok(None);
        }
        bytes.drain(..bytes.len().min(before as usize));
        let mut spans = Vec::new();
        let row = Rows::new(&bytes, table.shape.delimiter).next(&mut spans);
        let end = place.offset + bytes.len() as u64;
        let is_whole = match row {
            Some(row) => row.end < bytes.len() || reader.ends_at(end)?,
            None => false,
        };
        match row {
            Some(row) if is_whole => {
                let fits = row.start == 0 && !row.open && spans.len() >= table.shape.width;
                return Ok(fits.then_some((bytes, row, spans)));
            }
            Some(_) if length <= LIMIT => length *= 8,
            _ => return Ok(None),
        }
    }
}

/// The fields of a row in memory, as they are understood.
pub(super) fn understood(table: &CsvTable, row: &[Vec<u8>]) -> Vec<(Field, String)> {
    let cells =
        table.layout.columns.iter().filter_map(|&(column, field)| Some((field, row.get(column)?)));
    cells
        .map(|(field, text)| {
            let joined = table.layout.joined.iter().find(|joined| joined.field == field);
            let part = |&at: &usize| row.get(at).cloned().unwrap_or_default();
            let whole =
                joined.map(|joined| join(joined, joined.columns.iter().map(part).collect()));
            (field, whole.unwrap_or_else(|| text.clone()))
        })
        .filter(|(field, text)| !text.is_empty() && (keeps_null(*field) || !is_null(text)))
        .map(|(field, text)| (field, decode(&text).into_owned()))
        .collect()
}
