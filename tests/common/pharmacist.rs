//! A pharmacist who works through a worklist in a spreadsheet: moves columns, sorts rows, adds a column, and saves it.
#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use rxlint_input::Input;

use crate::common::{rxlint_in, stderr, stdout};

/// A folder in which a pharmacist works.
pub(crate) struct Pharmacist(tempfile::TempDir);

/// The entries in a row: disposition, reason, by, until as a date.
pub(crate) type Entry = [String; 4];

/// A row of a worklist by its columns.
pub(crate) type Row = BTreeMap<String, String>;

pub(crate) fn decide(disposition: &str, reason: &str, by: &str, until: &str) -> Entry {
    [disposition, reason, by, until].map(str::to_owned)
}

const ENTRY: [&str; 4] = ["disposition", "reason", "by", "until"];

impl Pharmacist {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        rxlint_in(self.path(), arguments)
    }

    /// Checks, and writes the worklist.
    pub(crate) fn check_to(&self, worklist: &str, arguments: &[&str]) {
        let format = if worklist.ends_with("xlsx") { "xlsx" } else { "csv" };
        let report = format!("{format}={worklist}");
        self.check(&[&["--report", &report], arguments].concat());
    }

    /// Checks, and returns the report as JSON.
    pub(crate) fn check(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.run(&[&["check", "--format", "json"], arguments].concat());
        assert!(output.status.code().is_some_and(|code| code != 2), "{}", stderr(&output));
        serde_json::from_str(&stdout(&output)).unwrap()
    }

    /// The patients of a report's findings.
    pub(crate) fn patients(report: &serde_json::Value) -> Vec<&str> {
        let findings = report["findings"].as_array().unwrap();
        findings.iter().map(|finding| finding["patient"].as_str().unwrap()).collect()
    }

    /// Fills in a worklist and saves it under another name, with columns and rows in reverse order and an additional column. Returns the number of
    /// findings.
    pub(crate) fn fill_in(
        &self,
        from: &str,
        to: &str,
        mut entry: impl FnMut(&Row) -> Entry,
    ) -> usize {
        let tables = Input::named_tables(&self.path().join(from), 1 << 24).unwrap();
        let text = String::from_utf8(tables[0].text.clone()).unwrap();
        let mut lines = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header: Vec<String> = lines.headers().unwrap().iter().map(str::to_owned).collect();
        let mut rows: Vec<Row> = lines
            .records()
            .map(|row| header.iter().cloned().zip(row.unwrap().iter().map(str::to_owned)).collect())
            .collect();
        rows.retain(|row: &Row| row.get("type").is_none_or(|kind| kind == "finding"));
        for row in &mut rows {
            let entry = entry(row);
            ENTRY
                .iter()
                .zip(entry)
                .for_each(|(name, cell)| drop(row.insert((*name).to_owned(), cell)));
        }
        rows.reverse();
        let mut columns = header;
        columns.reverse();
        columns.push("to do".to_owned());
        let patients: std::collections::BTreeSet<&String> =
            rows.iter().map(|row| &row["patient"]).collect();
        let patients = patients.len().to_string();
        if to.ends_with("xlsx") {
            save_xlsx(&self.path().join(to), &columns, &rows, &patients);
        } else {
            save_csv(&self.path().join(to), &columns, &rows, &patients);
        }
        rows.len()
    }
}

/// Saved as a spreadsheet saves a workbook: days as typed cells, an empty row on top, the sheet renamed.
fn save_xlsx(path: &Path, columns: &[String], rows: &[Row], patients: &str) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Montag").unwrap();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for (at, column) in (0..).zip(columns) {
        sheet.write_string(1, at, column).unwrap();
    }
    for (line, row) in (2..).zip(rows) {
        for (at, column) in (0..).zip(columns) {
            let text = row.get(column).map(String::as_str).unwrap_or_default();
            let is_day = text.len() == 10 && text.as_bytes()[4] == b'-';
            match ExcelDateTime::parse_from_str(text).ok().filter(|_| is_day) {
                Some(date) => {
                    sheet.write_datetime_with_format(line, at, &date, &day).unwrap();
                }
                None if text.is_empty() => {}
                None => {
                    sheet.write_string(line, at, text).unwrap();
                }
            }
        }
    }
    let sheet = book.add_worksheet();
    sheet.set_name("Summary").unwrap();
    let as_of = rows.first().map(|row| row["as_of"].clone()).unwrap_or_default();
    for (line, (name, value)) in (0..).zip([("as of", as_of.as_str()), ("patients", patients)]) {
        sheet.write_string(line, 0, name).unwrap();
        sheet.write_string(line, 1, value).unwrap();
    }
    book.save(path).unwrap();
}

/// Saved as a German spreadsheet saves text: semicolons, days with dots.
fn save_csv(path: &Path, columns: &[String], rows: &[Row], patients: &str) {
    let mut table = csv::WriterBuilder::new().delimiter(b';').from_path(path).unwrap();
    let local = |text: &str| match text.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] if text.len() == 10 && year.len() == 4 => {
            format!("{day}.{month}.{year}")
        }
        _ => text.to_owned(),
    };
    table.write_record(columns).unwrap();
    let summary = [("type", "summary"), ("patients", patients)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut summary = Row::from(summary);
    if let Some(row) = rows.first() {
        summary.insert("as_of".to_owned(), row["as_of"].clone());
    }
    for row in rows.iter().chain([&summary]) {
        let cells = columns.iter().map(|column| local(row.get(column).map_or("", String::as_str)));
        table.write_record(cells).unwrap();
    }
    table.flush().unwrap();
}
