//! Workbooks of Excel since 2007, by calamine: `.xlsx`, `.xlsm` and `.xlsb`.

use std::io::{BufReader, Read};

use calamine::{
    CellErrorType, DataRef, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xlsb, Xlsx,
};
use quick_xml::events::Event;

use super::number::{self, ZeroPadding};
use super::survey::{self, BROKEN, PartSurvey, Survey};
use super::table::{CellKind, SheetWriter};
use super::{SheetAbout, SheetFault, Sheets, guarded, markup};
use crate::container::limits::Budget;
use crate::source::{InputSource, SourceCursor};

type Cursor<'a> = BufReader<SourceCursor<'a>>;

/// How the sheets of the workbook are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// `.xlsx`, `.xlsm`
    Xml,
    /// `.xlsb`
    Binary,
}

/// Reads every sheet.
///
/// # Errors
/// When the workbook cannot be opened, or nothing more may be kept.
pub(super) fn read(
    source: &InputSource,
    budget: &Budget,
    sheets: &mut Sheets,
    sort: Sort,
) -> Result<(), SheetFault> {
    let survey = Survey::of(source, budget.left())?;
    let paths = if sort == Sort::Xml { paths(source) } else { Vec::new() };
    let cursor = || -> Result<Cursor<'_>, SheetFault> {
        let cursor =
            SourceCursor::new(source).map_err(|error| SheetFault::Kept(error.to_string()))?;
        Ok(BufReader::new(cursor))
    };
    match sort {
        Sort::Xml => {
            let mut workbook = guarded(|| Xlsx::new(cursor()?).map_err(|_| BROKEN))?;
            for sheet in worksheets(workbook.sheets_metadata()) {
                let path = paths.iter().find(|(name, _)| *name == sheet.name);
                let seen = path.map(|(_, path)| survey.part(path)).unwrap_or_default();
                let about = about(&sheet, &seen);
                sheets.sheet(&sheet.name, |to| {
                    guarded(|| xml_sheet(&mut workbook, &sheet.name, &seen, to))
                        .map(|struck| SheetAbout { struck, ..about })
                })?;
            }
        }
        Sort::Binary => {
            let mut workbook = guarded(|| Xlsb::new(cursor()?).map_err(|_| BROKEN))?;
            for sheet in worksheets(workbook.sheets_metadata()) {
                let about = about(&sheet, &PartSurvey::default());
                sheets.sheet(&sheet.name, |to| {
                    guarded(|| binary_sheet(&mut workbook, &sheet.name, to)).map(|()| about)
                })?;
            }
        }
    }
    Ok(())
}

fn worksheets(sheets: &[Sheet]) -> Vec<Sheet> {
    sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).cloned().collect()
}

fn about(sheet: &Sheet, seen: &PartSurvey) -> SheetAbout {
    SheetAbout {
        is_hidden: sheet.visible != SheetVisible::Visible,
        hidden_rows: seen.hidden_rows,
        without_result: seen.without_result,
        struck: Vec::new(),
    }
}

/// Writes the cells of a sheet, and returns the rows in which one is struck through.
fn xml_sheet(
    workbook: &mut Xlsx<Cursor<'_>>,
    name: &str,
    seen: &PartSurvey,
    to: &mut SheetWriter,
) -> Result<Vec<u32>, SheetFault> {
    for (column, rows) in &seen.merged {
        to.merge(*column, rows.clone());
    }
    let mut cells = workbook.worksheet_cells_reader(name).map_err(|_| BROKEN)?;
    let format = |style: &calamine::Style| {
        style.number_format.as_ref().and_then(|format| ZeroPadding::of(&format.format_code))
    };
    let padding: Vec<Option<ZeroPadding>> = cells.styles().iter().map(format).collect();
    let is_struck =
        |style: &calamine::Style| style.font.as_ref().is_some_and(|font| font.has_strikethrough());
    let struck_styles: Vec<bool> = cells.styles().iter().map(is_struck).collect();
    let mut struck: Vec<u32> = Vec::new();
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|_| BROKEN)? {
        let (row, column) = cell.get_position();
        let padding = padding.get(style).and_then(Option::as_ref);
        let value = cell.get_value();
        let is_struck = struck_styles.get(style) == Some(&true) && !matches!(value, DataRef::Empty);
        if is_struck && struck.last() != Some(&row) {
            struck.push(row);
        }
        write(to, row, column, value, padding)?;
    }
    Ok(struck)
}

fn binary_sheet(
    workbook: &mut Xlsb<Cursor<'_>>,
    name: &str,
    to: &mut SheetWriter,
) -> Result<(), SheetFault> {
    let mut cells = workbook.worksheet_cells_reader(name).map_err(|_| BROKEN)?;
    while let Some(cell) = cells.next_cell().map_err(|_| BROKEN)? {
        let (row, column) = cell.get_position();
        write(to, row, column, cell.get_value(), None)?;
    }
    Ok(())
}

/// Writes one cell as text.
fn write(
    to: &mut SheetWriter,
    row: u32,
    column: u32,
    value: &DataRef<'_>,
    padding: Option<&ZeroPadding>,
) -> Result<(), SheetFault> {
    let mut other = |text: &str| to.cell(row, column, CellKind::Other, text);
    match value {
        DataRef::Empty => Ok(()),
        DataRef::Int(value) => other(&value.to_string()),
        DataRef::Float(value) => {
            let padded = padding.and_then(|padding| padding.apply(*value));
            other(&padded.unwrap_or_else(|| number::number(*value)))
        }
        DataRef::Bool(value) => other(if *value { "TRUE" } else { "FALSE" }),
        DataRef::Error(error) => other(error_text(error)),
        DataRef::DurationIso(text) => other(text),
        DataRef::String(text) => to.cell(row, column, CellKind::Text, text),
        DataRef::SharedString(text) => to.cell(row, column, CellKind::Text, text),
        DataRef::DateTimeIso(text) => to.cell(row, column, CellKind::Date, number::iso_day(text)),
        DataRef::DateTime(at) => to.cell(row, column, CellKind::Date, &date(at)),
    }
}

fn date(at: &ExcelDateTime) -> String {
    if at.is_duration() {
        return number::duration(at.as_f64());
    }
    // The library does not say which calendar it is; day 1 shows it.
    let (year, month, day, ..) = ExcelDateTime::to_ymd_hms_milli(at);
    number::date(at.as_f64(), is_1904(at.as_f64(), (year, month, day)))
}

/// Whether the number is that day in the 1904 calendar.
fn is_1904(value: f64, day: (u16, u8, u8)) -> bool {
    use calamine::ExcelDateTimeType::DateTime;
    let (year, month, date, ..) = ExcelDateTime::new(value, DateTime, true).to_ymd_hms_milli();
    (year, month, date) == day
}

fn error_text(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        _ => "#ERROR!",
    }
}

/// The sheets by name, with the part that holds each, if they are in their usual places.
fn paths(source: &InputSource) -> Vec<(String, String)> {
    let Ok(mut archive) = survey::open(source) else { return Vec::new() };
    let mut text = |name: &str| {
        let mut text = Vec::new();
        let part = archive.by_name(name).ok()?;
        part.take(4 << 20).read_to_end(&mut text).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    };
    let relations = text("xl/_rels/workbook.xml.rels").unwrap_or_default();
    let targets = tags(&relations, "Relationship", ["Id", "Target"]);
    let sheets = tags(&text("xl/workbook.xml").unwrap_or_default(), "sheet", ["name", "id"]);
    let path = |[name, id]: [String; 2]| {
        let [_, target] = targets.iter().find(|[known, _]| *known == id)?;
        let below = target.strip_prefix('/').map(str::to_owned);
        Some((name, below.unwrap_or_else(|| format!("xl/{target}"))))
    };
    sheets.into_iter().filter_map(path).collect()
}

/// Two attributes of every tag of that name.
fn tags(xml: &str, name: &str, attributes: [&str; 2]) -> Vec<[String; 2]> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                if markup::local_name(tag.name().as_ref().as_bytes()) == name.as_bytes() {
                    let of = |key| markup::value(&tag, key).unwrap_or_default();
                    found.push(attributes.map(of));
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}
