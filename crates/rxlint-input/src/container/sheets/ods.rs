//! OpenDocument spreadsheets: `.ods`, and `.fods`, which is the same in one XML file.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::markup::{count, local_name, resolved, value};
use super::survey::{self, BROKEN, Survey};
use super::table::{CellKind, SheetWriter};
use super::{SheetAbout, SheetFault, Sheets};
use crate::container::limits::Budget;
use crate::source::{InputSource, SourceCursor};

/// Reads every sheet of a packed workbook.
///
/// # Errors
/// When it cannot be opened, is protected, or nothing more may be kept.
pub(super) fn read_packed(
    source: &InputSource,
    budget: &Budget,
    sheets: &mut Sheets,
) -> Result<(), SheetFault> {
    Survey::of(source, budget.left())?;
    let mut archive = survey::open(source)?;
    let mut manifest = String::new();
    if let Ok(part) = archive.by_name("META-INF/manifest.xml") {
        let mut limited = std::io::Read::take(part, 4 << 20);
        let _ = std::io::Read::read_to_string(&mut limited, &mut manifest);
    }
    if manifest.contains("encryption-data") {
        return Err(SheetFault::Protected);
    }
    let content = archive.by_name("content.xml").map_err(|_| BROKEN)?;
    read(BufReader::with_capacity(64 << 10, content), sheets)
}

/// Reads every sheet of a workbook in one XML file.
///
/// # Errors
/// When it cannot be opened, or nothing more may be kept.
pub(super) fn read_flat(source: &InputSource, sheets: &mut Sheets) -> Result<(), SheetFault> {
    let cursor = SourceCursor::new(source).map_err(|error| SheetFault::Kept(error.to_string()))?;
    read(BufReader::with_capacity(64 << 10, cursor), sheets)
}

/// The XML of a workbook, event by event.
struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
}

impl<R: BufRead> Xml<R> {
    fn next(&mut self) -> Result<Event<'_>, SheetFault> {
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Eof) => Err(SheetFault::Broken("it is cut off")),
            Ok(event) => Ok(event),
            Err(_) => Err(BROKEN),
        }
    }
}

fn read(content: impl BufRead, sheets: &mut Sheets) -> Result<(), SheetFault> {
    let mut reader = Reader::from_reader(content);
    reader.config_mut().expand_empty_elements = true;
    let mut xml = Xml { reader, buffer: Vec::new() };
    let (mut style, mut hidden) = (String::new(), BTreeSet::new());
    loop {
        match xml.next()? {
            Event::Start(tag) => match name(&tag) {
                "style" => style = value(&tag, "name").unwrap_or_default(),
                "table-properties" if value(&tag, "display").as_deref() == Some("false") => {
                    hidden.insert(std::mem::take(&mut style));
                }
                "table" => {
                    let sheet = value(&tag, "name").unwrap_or_else(|| "sheet".to_owned());
                    let is_hidden =
                        value(&tag, "style-name").is_some_and(|style| hidden.contains(&style));
                    sheets.sheet(&sheet, |to| table(&mut xml, to, is_hidden))?;
                }
                _ => {}
            },
            Event::End(tag) if local_name(tag.name().as_ref().as_bytes()) == b"body" => {
                return Ok(());
            }
            _ => {}
        }
    }
}

fn name<'t>(tag: &'t BytesStart<'_>) -> &'t str {
    let name = tag.name().into_inner();
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Reads one table to its end.
fn table<R: BufRead>(
    xml: &mut Xml<R>,
    to: &mut SheetWriter,
    is_hidden: bool,
) -> Result<SheetAbout, SheetFault> {
    let mut about = SheetAbout { is_hidden, ..SheetAbout::default() };
    let (mut row, mut depth) = (0u32, 0u32);
    loop {
        match xml.next()? {
            Event::Start(tag) => match name(&tag) {
                "table-row" => {
                    let times = count(&tag, "number-rows-repeated");
                    let is_shown = value(&tag, "visibility").is_none_or(|state| state == "visible");
                    let cells = self::row(xml)?;
                    if !cells.is_empty() && !is_shown {
                        about.hidden_rows = about.hidden_rows.saturating_add(times);
                    }
                    write(to, row, times, &cells)?;
                    row = row.checked_add(times).ok_or(SheetFault::TooLarge)?;
                }
                // A table inside a cell or a drawing is not read.
                "table" => depth += 1,
                _ => {}
            },
            Event::End(tag) if local_name(tag.name().as_ref().as_bytes()) == b"table" => {
                if depth == 0 {
                    return Ok(about);
                }
                depth -= 1;
            }
            _ => {}
        }
    }
}

/// A cell with something in it.
#[derive(Debug)]
struct Cell {
    column: u32,
    /// How many adjacent columns it fills.
    times: u32,
    /// How many rows high it is.
    rows: u32,
    kind: CellKind,
    text: String,
}

/// The cells of a row, to its end.
fn row<R: BufRead>(xml: &mut Xml<R>) -> Result<Vec<Cell>, SheetFault> {
    let (mut cells, mut column) = (Vec::new(), 0u32);
    loop {
        match xml.next()? {
            Event::Start(tag) if matches!(name(&tag), "table-cell" | "covered-table-cell") => {
                let times = count(&tag, "number-columns-repeated");
                let rows = count(&tag, "number-rows-spanned");
                let typed = typed(&tag);
                let end = tag.name().into_inner().to_owned();
                let shown = text(xml, &end)?;
                let (kind, text) = said(typed, shown);
                if !text.is_empty() {
                    cells.push(Cell { column, times, rows, kind, text });
                }
                column = column.saturating_add(times);
            }
            Event::End(tag) if local_name(tag.name().as_ref().as_bytes()) == b"table-row" => {
                return Ok(cells);
            }
            _ => {}
        }
    }
}

fn write(to: &mut SheetWriter, row: u32, times: u32, cells: &[Cell]) -> Result<(), SheetFault> {
    if cells.is_empty() {
        return Ok(());
    }
    for cell in cells.iter().filter(|cell| cell.rows > 1) {
        to.merge(cell.column, row..row.saturating_add(cell.rows));
    }
    for row in (0..times).map(|after| row.saturating_add(after)) {
        for cell in cells {
            for column in (0..cell.times).map(|after| cell.column.saturating_add(after)) {
                to.cell(row, column, cell.kind, &cell.text)?;
            }
        }
    }
    Ok(())
}

/// What the attributes of a cell state: its type, and its value if it has one.
fn typed(tag: &BytesStart<'_>) -> (String, Option<String>) {
    let kind = value(tag, "value-type").unwrap_or_default();
    let named = match kind.as_str() {
        "date" => "date-value",
        "time" => "time-value",
        "boolean" => "boolean-value",
        "string" => "string-value",
        "float" | "percentage" | "currency" => "value",
        _ => return (kind, None),
    };
    let stated = value(tag, named);
    (kind, stated)
}

/// The text of a cell: its value if it has a type, else what is shown.
fn said((kind, stated): (String, Option<String>), shown: String) -> (CellKind, String) {
    match (kind.as_str(), stated) {
        ("date", Some(day)) => (CellKind::Date, super::number::iso_day(&day).to_owned()),
        ("boolean", Some(value)) => (CellKind::Other, value.to_ascii_uppercase()),
        ("float" | "percentage" | "currency", Some(value)) => {
            (CellKind::Other, number(value, shown))
        }
        ("string", Some(value)) if shown.is_empty() => (CellKind::Text, value),
        ("time", _) => (CellKind::Other, shown),
        _ => (CellKind::Text, shown),
    }
}

/// A number as its value, or as it is shown if that has leading zeros or is an error.
fn number(value: String, shown: String) -> String {
    let digits =
        |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect::<String>() };
    let is_padded = shown.len() > 1
        && shown.starts_with('0')
        && shown.chars().all(|c| c.is_ascii_digit() || c == '-')
        && digits(&shown).trim_start_matches('0') == value;
    if is_padded || shown.starts_with('#') || shown.starts_with("Err:") {
        return shown;
    }
    value.parse().map_or(value, super::number::number)
}

/// The text of a cell, to its end: its paragraphs, without comments and drawings.
fn text<R: BufRead>(xml: &mut Xml<R>, end: &str) -> Result<String, SheetFault> {
    let (mut text, mut paragraphs, mut aside) = (String::new(), 0, 0u32);
    let mut depth = 0u32;
    loop {
        match xml.next()? {
            Event::Start(tag) => {
                let name = name(&tag);
                depth += u32::from(tag.name().into_inner() == end);
                match name {
                    "annotation" | "frame" | "shape" | "custom-shape" => aside += 1,
                    _ if aside > 0 => {}
                    "p" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "s" => {
                        let spaces = count(&tag, "c").min(1000) as usize;
                        text.extend(std::iter::repeat_n(' ', spaces));
                    }
                    "tab" => text.push(' '),
                    "line-break" => text.push('\n'),
                    _ => {}
                }
            }
            Event::End(tag) => {
                let whole = tag.name().into_inner();
                match whole.rsplit_once(':').map_or(whole, |(_, local)| local) {
                    "annotation" | "frame" | "shape" | "custom-shape" => {
                        aside = aside.saturating_sub(1);
                    }
                    _ if whole == end && depth == 0 => return Ok(text),
                    _ => depth -= u32::from(whole == end),
                }
            }
            Event::Text(part) if aside == 0 && paragraphs > 0 => {
                text.push_str(&part.xml10_content());
            }
            Event::GeneralRef(part) if aside == 0 && paragraphs > 0 => {
                text.push_str(&resolved(&part));
            }
            Event::CData(part) if aside == 0 && paragraphs > 0 => text.push_str(&part),
            _ => {}
        }
        if text.len() > 1 << 20 {
            return Err(SheetFault::TooLarge);
        }
    }
}
