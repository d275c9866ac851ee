//! What was understood of a table.

use rxlint_model::record::{Field, Statement};

use super::reread::understood;
use super::table::CsvTable;
use crate::describe::Description;
use crate::layout::{Found, TableLayout};
use crate::source::InputSource;

/// The description of a file without any row.
pub(super) fn empty(source: &InputSource) -> Description {
    Description {
        statement: Some(Statement::default()),
        missing: Field::ALL.into_iter().filter(|field| field.is_of_prescriptions()).collect(),
        ..Description::of_resources(source, "empty", "empty", Vec::new())
    }
}

/// The description of a table: its dialect, its columns and its first rows.
pub(crate) fn table(table: &CsvTable, source: &InputSource) -> Description {
    let layout = &table.layout;
    let is_served = |field: &Field| layout.columns.iter().any(|(_, served)| served == field);
    let is_asked = |field: &Field| table.is_formulary || field.is_of_prescriptions();
    Description {
        statement: Some(layout.statement),
        fields: layout
            .columns
            .iter()
            .zip(&layout.found)
            .map(|((index, field), found)| (*field, called(layout, *index, *field, *found)))
            .collect(),
        unused: layout.unused().collect(),
        missing: Field::ALL
            .into_iter()
            .filter(|field| is_asked(field) && !is_served(field))
            .collect(),
        ..Description::of_resources(
            source,
            &format!("csv, cells separated by {}", separator(table.shape.delimiter)),
            layout.name,
            table.sample.iter().map(|row| understood(table, row)).collect(),
        )
    }
}

/// The columns of a field, and how they were found if not by the header.
fn called(layout: &TableLayout, index: usize, field: Field, found: Found) -> String {
    let joined = layout.joined.iter().find(|joined| joined.field == field);
    let columns = joined.map_or(vec![index], |joined| joined.columns.clone());
    let names: Vec<String> = columns.into_iter().map(|index| layout.called(index)).collect();
    let how = if found == Found::Content { ", understood by its content" } else { "" };
    format!("{}{how}", names.join(" + "))
}

fn separator(delimiter: u8) -> String {
    match delimiter {
        b',' => "commas".into(),
        b'\t' => "tabs".into(),
        b'|' => "bars (|)".into(),
        b';' => "semicolons".into(),
        1 => "Ctrl-A (0x01)".into(),
        other => format!("`{}`", char::from(other).escape_default()),
    }
}
