//! XML Spreadsheet 2003, which many programs write into `.xls` files.

use std::io::{BufRead, BufReader};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::markup::{resolved, value};
use super::survey::BROKEN;
use super::table::{CellKind, SheetWriter};
use super::{SheetAbout, SheetFault, Sheets};
use crate::source::{InputSource, SourceCursor};

/// Reads every sheet.
///
/// # Errors
/// When the workbook cannot be opened, or nothing more may be kept.
pub(super) fn read(source: &InputSource, sheets: &mut Sheets) -> Result<(), SheetFault> {
    let cursor = SourceCursor::new(source).map_err(|error| SheetFault::Kept(error.to_string()))?;
    let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, cursor));
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) if name(&tag) == "Worksheet" => {
                let sheet = value(&tag, "Name").unwrap_or_else(|| "sheet".to_owned());
                sheets.sheet(&sheet, |to| Worksheet::default().read(&mut reader, to))?;
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(BROKEN),
        }
    }
}

fn name<'t>(tag: &'t BytesStart<'_>) -> &'t str {
    local(tag.name().into_inner())
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Where in a sheet the reader is.
#[derive(Debug, Default)]
struct Worksheet {
    about: SheetAbout,
    /// The next row and column, from 0.
    row: u32,
    column: u32,
    /// Whether the row that is being read is hidden.
    hidden: bool,
    rows_high: u32,
    columns_wide: u32,
    /// The type and the text of the cell, once its data have begun.
    data: Option<(CellKind, String)>,
    in_data: bool,
}

impl Worksheet {
    fn read(
        mut self,
        reader: &mut Reader<impl BufRead>,
        to: &mut SheetWriter,
    ) -> Result<SheetAbout, SheetFault> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|_| BROKEN)? {
                Event::Start(tag) => self.start(&tag),
                Event::End(tag) => match local(tag.name().into_inner()) {
                    "Worksheet" => return Ok(std::mem::take(&mut self.about)),
                    "Data" => self.in_data = false,
                    "Cell" => self.end_cell(to)?,
                    "Row" => self.row = self.row.saturating_add(1),
                    _ => {}
                },
                Event::Text(part) => self.add(&part.xml10_content())?,
                Event::GeneralRef(part) => self.add(&resolved(&part))?,
                Event::CData(part) => self.add(&part)?,
                Event::Eof => return Err(SheetFault::Broken("it is cut off")),
                _ => {}
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        let number = |key| value(tag, key).and_then(|text| text.trim().parse::<u32>().ok());
        let index = || number("Index").and_then(|index| index.checked_sub(1));
        match name(tag) {
            "Row" => {
                self.row = index().unwrap_or(self.row);
                self.column = 0;
                self.hidden = number("Hidden") == Some(1);
            }
            "Cell" => {
                self.column = index().unwrap_or(self.column);
                self.rows_high = number("MergeDown").unwrap_or(0).saturating_add(1);
                self.columns_wide = number("MergeAcross").unwrap_or(0).saturating_add(1);
                self.data = None;
            }
            "Data" => {
                let kind = match value(tag, "Type").as_deref() {
                    Some("DateTime") => CellKind::Date,
                    Some("String") => CellKind::Text,
                    _ => CellKind::Other,
                };
                self.data = Some((kind, String::new()));
                self.in_data = true;
            }
            _ => {}
        }
    }

    fn add(&mut self, part: &str) -> Result<(), SheetFault> {
        let Some((_, text)) = self.data.as_mut().filter(|_| self.in_data) else { return Ok(()) };
        text.push_str(part);
        if text.len() > 1 << 20 { Err(SheetFault::TooLarge) } else { Ok(()) }
    }

    fn end_cell(&mut self, to: &mut SheetWriter) -> Result<(), SheetFault> {
        if let Some((kind, text)) = self.data.take() {
            let text = match kind {
                CellKind::Date => super::number::iso_day(&text).to_owned(),
                CellKind::Other => text.parse().map_or(text, super::number::number),
                CellKind::Text => text,
            };
            to.merge(self.column, self.row..self.row.saturating_add(self.rows_high));
            to.cell(self.row, self.column, kind, &text)?;
            if self.column == 0 || !text.is_empty() {
                self.about.hidden_rows += u32::from(std::mem::take(&mut self.hidden));
            }
        }
        self.column = self.column.saturating_add(self.columns_wide.max(1));
        Ok(())
    }
}
