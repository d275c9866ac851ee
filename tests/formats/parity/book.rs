//! The patients as a workbook: real dates and numbers, a sheet of fills and one of conditions.

use std::path::Path;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use rxlint_model::day::Day;

use super::patients::Person;

/// One row per fill below a title, dates shown day first.
pub(crate) fn pharmacy(people: &[Person], folder: &Path) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Fills").unwrap();
    sheet.write_string(0, 0, "Dispensing report").unwrap();
    header(sheet, 2, &["Patient", "Birth date", "Fill date", "Drug", "Quantity", "Days supply"]);
    let rows =
        people.iter().flat_map(|person| person.prescriptions.iter().map(move |rx| (person, rx)));
    for (row, (person, rx)) in (3..).zip(rows) {
        sheet.write_string(row, 0, &person.id).unwrap();
        day(sheet, row, 1, person.born);
        day(sheet, row, 2, rx.first);
        sheet.write_string(row, 3, rx.product.name).unwrap();
        sheet.write_number(row, 4, rx.quantity).unwrap();
        sheet.write_number(row, 5, rx.days).unwrap();
    }
    let sheet = workbook.add_worksheet().set_name("Conditions").unwrap();
    header(sheet, 0, &["patient", "code", "date"]);
    let known = people.iter().filter_map(|person| Some((person, person.condition?)));
    for (row, (person, (code, on))) in (1..).zip(known) {
        sheet.write_string(row, 0, &person.id).unwrap();
        sheet.write_string(row, 1, code).unwrap();
        day(sheet, row, 2, on);
    }
    workbook.save(folder.join("fills.xlsx")).unwrap();
}

fn header(sheet: &mut Worksheet, row: u32, names: &[&str]) {
    for (column, name) in (0..).zip(names) {
        sheet.write_string(row, column, *name).unwrap();
    }
}

fn day(sheet: &mut Worksheet, row: u32, column: u16, day: Day) {
    let shown = Format::new().set_num_format("dd/mm/yyyy");
    let date = ExcelDateTime::parse_from_str(&day.to_string()).unwrap();
    sheet.write_datetime_with_format(row, column, &date, &shown).unwrap();
}
