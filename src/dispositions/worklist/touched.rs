//! What someone wrote into a worklist, complete or not, readable or not: no report may replace it before it is imported.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Column, HEADER_WITHIN, LONGEST, NoWorklist, Row, Sheet, WorklistSettings, read, rows};
use rxlint_input::{Input, NamedTable};
use rxlint_model::day::Day;
use rxlint_model::disposition::{Decided, Disposition};
use rxlint_model::record::DateOrder;
use rxlint_report::worklist_columns;

/// The columns that are left empty for the person who works through a worklist.
const TO_FILL_IN: [&str; 7] =
    ["disposition", "reason", "by", "until", "outcome", "service", "done"];

/// A header row has at least this many of the names that a worklist gives its columns, whichever were deleted or renamed.
const NAMES_OF_A_HEADER: usize = 4;

/// The sheets of a workbook that people need not fill in.
const OTHER_SHEETS: [&str; 2] = ["Summary", "Groups"];

/// The cells with entries that have not been imported, the first of each row. Nothing for a file that is not a worklist.
///
/// # Errors
/// A file that cannot be read, so that it is unknown.
pub fn not_taken_in(path: &Path, decided: &Decided) -> Result<Vec<String>, NoWorklist> {
    let tables = Input::named_tables(path, LONGEST).map_err(NoWorklist::Input)?;
    if tables.iter().any(|table| table.text.len() >= LONGEST) {
        return Err(NoWorklist::TooLarge);
    }
    let mut touched: Vec<(String, Option<String>)> = Vec::new();
    let mut is_worklist = false;
    let mut beside = Vec::new();
    for table in &tables {
        let rows = rows(table);
        match header(&rows) {
            Some(at) => {
                is_worklist = true;
                touched.extend(written(table, &rows, at));
            }
            None if table.sheet.as_deref().is_none_or(|name| OTHER_SHEETS.contains(&name)) => {}
            None => beside.extend(first_written(table, &rows)),
        }
    }
    // A sheet that someone added.
    if is_worklist {
        touched.extend(beside.into_iter().map(|cell| (cell, None)));
    }
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let taken_in = taken_in(path, decided);
    let is_open = |decision: &Option<String>| {
        decision.as_ref().is_none_or(|decision| !taken_in.contains(decision))
    };
    Ok(touched
        .into_iter()
        .filter(|(_, decision)| is_open(decision))
        .map(|(cell, _)| cell)
        .collect())
}

/// The header row.
fn header(rows: &[Row]) -> Option<usize> {
    rows.iter().take(HEADER_WITHIN).position(|row| {
        let names: BTreeSet<String> = row.cells.iter().map(|cell| folded(cell)).collect();
        worklist_columns().filter(|name| names.contains(*name)).count() >= NAMES_OF_A_HEADER
    })
}

fn folded(header: &str) -> String {
    header.trim().to_lowercase().replace([' ', '-'], "_")
}

/// For each row in which a person wrote: the first cell that says something, and the one of its decision.
fn written(table: &NamedTable, rows: &[Row], header: usize) -> Vec<(String, Option<String>)> {
    let names: Vec<String> = rows[header].cells.iter().map(|cell| folded(cell)).collect();
    let is_ours = |at: usize| {
        names.get(at).is_some_and(|name| {
            !TO_FILL_IN.contains(&name.as_str()) && worklist_columns().any(|known| known == name)
        })
    };
    let ours: Vec<bool> = (0..names.len()).map(is_ours).collect();
    let columns: Vec<(Column, usize)> =
        (0..).zip(&names).filter_map(|(at, name)| Some((Column::of(name)?, at))).collect();
    let decides = columns.iter().any(|(column, _)| *column == Column::Disposition);
    let sheet = Sheet {
        name: table.sheet.as_deref(),
        columns,
        header: &rows[header],
        rows: &rows[header + 1..],
    };
    let said = |row: &Row| {
        let mut cells = row.cells.iter().enumerate();
        let at = cells
            .find(|(at, cell)| !cell.is_empty() && !ours.get(*at).copied().unwrap_or_default())?;
        let decision = decides.then(|| sheet.cell_name(row, Column::Disposition));
        Some((sheet.name_at(row, at.0), decision))
    };
    sheet.rows.iter().filter_map(said).collect()
}

/// The first cell of a sheet that says something.
fn first_written(table: &NamedTable, rows: &[Row]) -> Option<String> {
    let row = rows.iter().find(|row| row.cells.iter().any(|cell| !cell.is_empty()))?;
    let at = row.cells.iter().position(|cell| !cell.is_empty())?;
    let sheet = Sheet { name: table.sheet.as_deref(), columns: Vec::new(), header: row, rows: &[] };
    Some(sheet.name_at(row, at))
}

/// The cells of the decisions that were imported, whatever day and order of dates an import was given.
fn taken_in(path: &Path, decided: &Decided) -> BTreeSet<String> {
    let orders = [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy)];
    let mut cells = BTreeSet::new();
    for date_order in orders {
        let settings = WorklistSettings { on: Some(Day(0)), date_order };
        let Ok(list) = read(path, settings) else { continue };
        let taken = list.decisions.into_iter().filter(|(_, one)| is_known(decided, one));
        cells.extend(taken.map(|(cell, _)| cell));
    }
    cells
}

fn is_known(decided: &Decided, one: &Disposition) -> bool {
    decided
        .about(one.fingerprint, one.premise.as_deref())
        .any(|before| Disposition { on: before.on, ..one.clone() } == *before)
}
