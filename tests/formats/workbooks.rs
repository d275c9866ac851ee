//! Workbooks are read like tables: every sheet, with its typed cells, and every finding at its cell.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::common;

use std::path::Path;

use crate::common::{check, root, rxlint, rxlint_in, stderr, stdout};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

const HEADER: [&str; 5] = ["Patient", "Drug", "Fill Date", "Quantity", "Days Supply"];

/// Two fills that overlap: oxycodone from 1 to 5 March, naltrexone from 4 March.
#[allow(clippy::type_complexity, reason = "a row of a table")]
const OVERLAP: [(&str, &str, (u16, u8, u8), f64, f64); 2] = [
    ("P1", "Oxycodone 5 mg tablet", (2026, 3, 1), 20.0, 5.0),
    ("P1", "Naltrexone 50 mg tablet", (2026, 3, 4), 30.0, 30.0),
];

/// Writes the header and the fills starting at that row, with real dates in a format.
fn fills(sheet: &mut Worksheet, top: u32, left: u16, format: &str) {
    let date = Format::new().set_num_format(format);
    for (column, name) in (left..).zip(HEADER) {
        sheet.write_string(top, column, name).unwrap();
    }
    for (row, (patient, drug, (year, month, day), quantity, days)) in (top + 1..).zip(OVERLAP) {
        sheet.write_string(row, left, patient).unwrap();
        sheet.write_string(row, left + 1, drug).unwrap();
        let filled = ExcelDateTime::from_ymd(year, month, day).unwrap();
        sheet.write_datetime_with_format(row, left + 2, &filled, &date).unwrap();
        sheet.write_number(row, left + 3, quantity).unwrap();
        sheet.write_number(row, left + 4, days).unwrap();
    }
}

/// Saves a workbook of one sheet into a folder.
fn book(folder: &Path, name: &str, write: impl FnOnce(&mut Worksheet)) {
    let mut workbook = Workbook::new();
    write(workbook.add_worksheet().set_name("Fills").unwrap());
    workbook.save(folder.join(name)).unwrap();
}

/// A run's messages, one line per finding, without the paths of the folder.
fn said(folder: &Path, name: &str) -> String {
    let output = rxlint_in(folder, &["check", "--isolated", "--format", "concise", name]);
    stdout(&output) + &stderr(&output)
}

#[test]
fn a_date_cell_is_a_date_however_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["dd/mm/yyyy", "mm/dd/yyyy", "d-mmm-yy", "yyyy\\-mm\\-dd", "m/d/yy h:mm"] {
        book(folder.path(), "a.xlsx", |sheet| fills(sheet, 0, 0, format));
        let said = said(folder.path(), "a.xlsx");
        assert!(
            said.starts_with("a.xlsx!Fills!B3: high[opioid-antagonist-overlap]"),
            "{format}: {said}"
        );
        assert!(said.contains("2 shared days (with a.xlsx!Fills!B2;"), "{format}: {said}");
    }
}

#[test]
fn a_table_below_titles_and_beside_empty_columns_keeps_the_names_of_its_cells() {
    let folder = tempfile::tempdir().unwrap();
    book(folder.path(), "a.xlsx", |sheet| {
        sheet.write_string(0, 2, "Dispensing report").unwrap();
        sheet.write_string(1, 2, "Ward 3").unwrap();
        fills(sheet, 5, 2, "yyyy-mm-dd");
    });
    let said = said(folder.path(), "a.xlsx");
    assert!(
        said.starts_with("a.xlsx!Fills!D8: high") && said.contains("a.xlsx!Fills!D7"),
        "{said}"
    );
    assert!(said.contains("2 records read: 2 checked"), "{said}");
}

#[test]
fn every_format_names_the_cell() {
    let folder = tempfile::tempdir().unwrap();
    book(folder.path(), "a.xlsx", |sheet| fills(sheet, 0, 0, "yyyy-mm-dd"));
    let path = folder.path().join("a.xlsx");
    let path = path.to_str().unwrap();
    for format in ["full", "narrated", "concise", "html", "junit", "fhir", "xlsx"] {
        let text = check(format, &[path]);
        assert!(text.contains("a.xlsx!Fills!B3"), "{format}: {text}");
        assert!(!text.contains("B3:3"), "{format}: {text}");
    }
    let json: serde_json::Value = serde_json::from_str(&check("json", &[path])).unwrap();
    let place = &json["findings"][0]["places"][0];
    assert_eq!((&place["cell"], &place["line"]), (&"B3".into(), &3.into()), "{place}");
    assert_eq!(json["summary"]["files"][0]["format"], "xlsx");
}

#[test]
fn all_sheets_are_read_hidden_ones_are_reported_and_others_are_left_out_with_a_note() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbook = Workbook::new();
    let notes = workbook.add_worksheet().set_name("Notes").unwrap();
    notes.write_string(1, 1, "Made by the pharmacy").unwrap();
    workbook.add_worksheet().set_name("Empty").unwrap();
    fills(workbook.add_worksheet().set_name("March").unwrap(), 0, 0, "yyyy-mm-dd");
    let hidden = workbook.add_worksheet().set_name("Old").unwrap();
    fills(hidden, 0, 0, "yyyy-mm-dd");
    hidden.set_hidden(true).set_row_hidden(2).unwrap();
    workbook.save(folder.path().join("a.xlsx")).unwrap();
    let said = said(folder.path(), "a.xlsx");
    assert!(said.contains("4 records read: 4 checked"), "{said}");
    assert!(
        said.contains("a.xlsx!Old: this sheet is hidden in the workbook; it was read."),
        "{said}"
    );
    assert!(said.contains("a.xlsx!Notes was left out"), "{said}");
    assert!(!said.contains("!Empty"), "{said}");
}

#[test]
fn a_narrow_sheet_that_is_a_form_is_told_and_a_count_of_drugs_is_not() {
    let code = |rows: &[[&str; 2]]| {
        let folder = tempfile::tempdir().unwrap();
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("Odd").unwrap();
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
        fills(workbook.add_worksheet().set_name("March").unwrap(), 0, 0, "yyyy-mm-dd");
        workbook.save(folder.path().join("a.xlsx")).unwrap();
        rxlint_in(folder.path(), &["check", "a.xlsx", "--isolated"]).status.code()
    };
    let form = [["Patient MRN:", "700101"], ["Drug:", "Oxycodone"], ["Fill date:", "2026-03-01"]];
    assert_eq!(code(&form), Some(3));
    assert_eq!(code(&[["Seen on 2026-03-05", ""], ["Naltrexone 50 mg tablet", ""]]), Some(3));
    let pivot =
        [["Row Labels", "Count of MRN"], ["Oxycodone 5 mg tablet", "12345"], ["Total", "12345"]];
    let legend = [["Field", "Meaning"], ["MRN", "Medical record number"], ["Drug", "oxycodone"]];
    for others in [pivot, legend] {
        assert_ne!(code(&others), Some(3), "{others:?}");
    }
}

#[test]
fn hidden_rows_count_and_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    book(folder.path(), "a.xlsx", |sheet| {
        fills(sheet, 0, 0, "yyyy-mm-dd");
        sheet.set_row_hidden(1).unwrap();
    });
    let said = said(folder.path(), "a.xlsx");
    assert!(said.contains("2 checked") && said.contains("one row is hidden"), "{said}");
}

#[test]
fn a_sheet_that_may_hold_prescriptions_is_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbook = Workbook::new();
    fills(workbook.add_worksheet().set_name("March").unwrap(), 0, 0, "yyyy-mm-dd");
    let odd = workbook.add_worksheet().set_name("Odd").unwrap();
    for (row, cells) in (0..).zip([["x1", "x2", "x3"], ["P1", "Oxycodone 5 mg", "2026-03-01"]]) {
        for (column, cell) in (0..).zip(cells) {
            odd.write_string(row, column, cell).unwrap();
        }
    }
    workbook.save(folder.path().join("a.xlsx")).unwrap();
    let output = rxlint_in(folder.path(), &["check", "--isolated", "a.xlsx"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("a.xlsx!Odd: this file was not read"), "{}", stderr(&output));
}

/// Writes a workbook with fills of oxycodone and a sheet of that name; returns the exit code and messages of its check.
fn beside_fills(title: &str, rows: &[&[&str]]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut workbook = Workbook::new();
    let march = workbook.add_worksheet().set_name("March").unwrap();
    write(
        march,
        &[&["MRN", "Drug", "Fill Date", "Days"], &["1", "Oxycodone 5 mg", "2026-03-01", "7"]],
    );
    write(workbook.add_worksheet().set_name(title).unwrap(), rows);
    workbook.save(folder.path().join("a.xlsx")).unwrap();
    let output = rxlint_in(folder.path(), &["check", "--isolated", "a.xlsx"]);
    (output.status.code(), stdout(&output) + &stderr(&output))
}

fn write(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
}

#[test]
fn a_log_that_names_its_drug_only_in_its_sheets_name_is_a_gap() {
    let dated: &[&[&str]] =
        &[&["MRN", "Injection Date", "Next Due"], &["1", "2026-03-13", "2026-04-10"]];
    let born: &[&[&str]] = &[
        &["MRN", "Patient Name", "DOB", "Inj Date", "Next Due"],
        &["1", "Marlow, Ida", "1980-02-03", "2026-03-13", "2026-04-10"],
    ];
    let filled: &[&[&str]] = &[
        &["MRN", "Fill Date", "Lot #", "Site", "Given by"],
        &["1", "2026-03-13", "A12", "L", "RN K"],
    ];
    let narrow: &[&[&str]] = &[&["MRN", "Date"], &["1", "2026-03-13"]];
    let named: &[&[&str]] =
        &[&["Patient", "Rx Date", "Nurse"], &["Marlow, Ida", "2026-03-13", "KB"]];
    for (title, rows) in [
        ("Vivitrol", dated),
        ("Naltrexone ER", filled),
        ("Sublocade 2026", born),
        ("Methadone", named),
        ("Oxycodone 5mg", narrow),
        ("Vivitrol_log March", dated),
    ] {
        let (code, told) = beside_fills(title, rows);
        assert_eq!(code, Some(3), "{title}: {told}");
        let words = "its rows have patients and dates, but no column names a drug";
        assert!(told.contains(words) && told.contains("a column `Drug`"), "{title}: {told}");
    }
    let stock: &[&[&str]] = &[&["Lot", "Expiry", "On hand"], &["A12", "2027-04-10", "4"]];
    for (title, rows) in [("Visits", dated), ("Vivitrol stock", stock), ("Lisinopril", dated)] {
        let (code, told) = beside_fills(title, rows);
        assert_eq!(code, Some(0), "{title}: {told}");
    }
}

#[test]
fn a_file_or_single_sheet_named_after_its_drug_is_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let fills = "MRN,Drug,Fill Date,Days\n1,Oxycodone 5 mg,2026-03-01,7\n";
    let log = "MRN,Injection Date,Next Due\n1,2026-03-13,2026-04-10\n";
    for (name, code) in [("vivitrol_log.csv", 3), ("visits.csv", 0), ("vivitrol.xlsx", 3)] {
        let inside = folder.path().join(name.replace('.', "-"));
        std::fs::create_dir(&inside).unwrap();
        std::fs::write(inside.join("fills.csv"), fills).unwrap();
        if name.ends_with("csv") {
            std::fs::write(inside.join(name), log).unwrap();
        } else {
            let rows: &[&[&str]] =
                &[&["MRN", "Injection Date", "Next Due"], &["1", "2026-03-13", "2026-04-10"]];
            book(&inside, name, |sheet| write(sheet, rows));
        }
        let output = rxlint(&["check", "--isolated", &inside.display().to_string()]);
        assert_eq!(output.status.code(), Some(code), "{name}: {}", stdout(&output));
    }
}

#[test]
fn a_code_whose_zeros_are_only_shown_keeps_them() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["00000000000", "00000-0000-00", "0"] {
        let digits = Format::new().set_num_format(format);
        book(folder.path(), "a.xlsx", |sheet| {
            fills(sheet, 0, 0, "yyyy-mm-dd");
            sheet.write_string(0, 1, "NDC").unwrap();
            sheet.write_number_with_format(1, 1, 406_055_201.0, &digits).unwrap();
            sheet.write_number_with_format(2, 1, 406_117_003.0, &digits).unwrap();
        });
        let said = said(folder.path(), "a.xlsx");
        assert!(said.contains("high[opioid-antagonist-overlap]"), "{format}: {said}");
    }
}

#[test]
fn all_rows_of_a_merged_cell_are_about_its_patient() {
    let folder = tempfile::tempdir().unwrap();
    book(folder.path(), "a.xlsx", |sheet| {
        fills(sheet, 0, 0, "yyyy-mm-dd");
        sheet.merge_range(1, 0, 2, 0, "P9", &Format::new()).unwrap();
    });
    let said = said(folder.path(), "a.xlsx");
    assert!(
        said.contains("high[opioid-antagonist-overlap]") && said.contains("0 rejected"),
        "{said}"
    );
}

#[test]
fn the_last_result_of_a_formula_counts_and_an_error_is_not_a_drug() {
    let folder = tempfile::tempdir().unwrap();
    book(folder.path(), "a.xlsx", |sheet| {
        fills(sheet, 0, 0, "yyyy-mm-dd");
        let drug =
            rust_xlsxwriter::Formula::new("=VLOOKUP(A2,X:Y,2)").set_result("Oxycodone 5 mg tablet");
        sheet.write_formula(1, 1, drug).unwrap();
        fills_error(sheet);
    });
    let said = said(folder.path(), "a.xlsx");
    assert!(said.contains("high[opioid-antagonist-overlap]"), "{said}");
    assert!(said.contains("3 records read: 2 checked, 0 inactive, 1 unresolved"), "{said}");
}

fn fills_error(sheet: &mut Worksheet) {
    sheet.write_string(3, 0, "P2").unwrap();
    sheet.write_formula(3, 1, rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A")).unwrap();
    sheet.write_string(3, 2, "2026-03-05").unwrap();
    sheet.write_number(3, 3, 1).unwrap();
    sheet.write_number(3, 4, 1).unwrap();
}

#[test]
fn a_cell_of_several_lines_is_a_list_of_drugs_and_a_wrapped_header_is_a_header() {
    let folder = tempfile::tempdir().unwrap();
    book(folder.path(), "a.xlsx", |sheet| {
        fills(sheet, 0, 0, "yyyy-mm-dd");
        sheet.write_string(0, 2, "Fill\nDate").unwrap();
        sheet.write_string(1, 1, "Oxycodone 5 mg tablet\nNaltrexone 50 mg tablet").unwrap();
    });
    let said = said(folder.path(), "a.xlsx");
    assert!(said.contains("a.xlsx!Fills!B2: high[opioid-antagonist-overlap]"), "{said}");
}

#[test]
fn dates_beside_texts_that_look_like_dates_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    book(folder.path(), "a.xlsx", |sheet| {
        fills(sheet, 0, 0, "dd/mm/yyyy");
        sheet.write_string(2, 2, "13/03/2026").unwrap();
    });
    let said = said(folder.path(), "a.xlsx");
    assert!(said.contains("some cells of column C are dates and others are texts"), "{said}");
}

#[test]
fn an_empty_workbook_is_an_input_without_records() {
    let folder = tempfile::tempdir().unwrap();
    book(folder.path(), "a.xlsx", |_| {});
    let output = rxlint_in(folder.path(), &["check", "--isolated", "a.xlsx"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("No record was read"), "{}", stderr(&output));
}

#[test]
fn columns_and_profiles_hold_for_sheets() {
    let folder = tempfile::tempdir().unwrap();
    book(folder.path(), "a.xlsx", |sheet| {
        fills(sheet, 0, 0, "yyyy-mm-dd");
        for (column, name) in (0..).zip(["X1", "X2", "X3", "X4", "X5"]) {
            sheet.write_string(0, column, name).unwrap();
        }
    });
    let columns = "patient=X1,drug=X2,fill_date=X3,quantity=X4,days_supply=X5";
    let run = |more: &[&str]| {
        let output =
            rxlint_in(folder.path(), &[&["check", "--format", "concise", "a.xlsx"], more].concat());
        stdout(&output) + &stderr(&output)
    };
    assert!(run(&["--isolated", "--columns", columns]).contains("a.xlsx!Fills!B3: high"));
    let profile = "[[profile]]\npath = \"*.xlsx\"\n[profile.columns]\npatient = \"X1\"\ndrug = \"X2\"\n\
                   fill_date = \"X3\"\nquantity = \"X4\"\ndays_supply = \"X5\"\n";
    std::fs::write(folder.path().join("rxlint.toml"), profile).unwrap();
    let said = run(&[]);
    assert!(said.contains("a.xlsx!Fills!B3: high"), "{said}");
}

#[test]
fn a_formulary_and_its_interaction_table_may_be_workbooks() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["formulary", "alerts"] {
        let text = std::fs::read_to_string(root().join(format!("samples/{name}.csv"))).unwrap();
        book(folder.path(), &format!("{name}.xlsx"), |sheet| {
            for (row, line) in (0..).zip(text.lines()) {
                for (column, cell) in (0..).zip(line.split(',')) {
                    sheet.write_string(row, column, cell).unwrap();
                }
            }
        });
    }
    let of = |list: &str, alerts: &str| {
        let output =
            rxlint(&["formulary", "--isolated", list, "--alerts", alerts, "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        let findings = json["findings"].as_array().unwrap().clone();
        let mut rules: Vec<String> = findings.iter().map(|f| f["rule"].to_string()).collect();
        rules.sort_unstable();
        rules
    };
    let book = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let from_text = of("samples/formulary.csv", "samples/alerts.csv");
    assert_eq!(from_text, of("samples/formulary.csv", &book("alerts.xlsx")));
    assert_eq!(from_text.len(), of(&book("formulary.xlsx"), &book("alerts.xlsx")).len());
}

#[test]
fn struck_through_rows_are_reported_in_a_list_and_in_doubt_in_an_interaction_table() {
    let folder = tempfile::tempdir().unwrap();
    let struck = Format::new().set_font_strikethrough();
    let rows = |sheet: &mut Worksheet, rows: &[[&str; 2]], out: u32| {
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                match row == out {
                    true => sheet.write_string_with_format(row, column, *cell, &struck).unwrap(),
                    false => sheet.write_string(row, column, *cell).unwrap(),
                };
            }
        }
    };
    let list = [
        ["Drug", "Tier"],
        ["Naltrexone 50 mg", "1"],
        ["Oxycodone 5 mg", "2"],
        ["Naloxone 4 mg spray", "1"],
    ];
    let pairs = [
        ["Drug A", "Drug B"],
        ["warfarin", "aspirin"],
        ["Opioid antagonists", "Opioid analgesics"],
    ];
    book(folder.path(), "list.xlsx", |sheet| rows(sheet, &list, 3));
    book(folder.path(), "clean.xlsx", |sheet| rows(sheet, &pairs, 9));
    book(folder.path(), "pairs.xlsx", |sheet| rows(sheet, &pairs, 2));
    let of = |alerts: &str| {
        let run = ["formulary", "--isolated", "list.xlsx", "--alerts", alerts];
        let output = rxlint_in(folder.path(), &run);
        (output.status.code(), stderr(&output))
    };
    let (code, told) = of("clean.xlsx");
    assert!(code == Some(0) && told.contains("struck through"), "{told}");
    let (code, told) = of("pairs.xlsx");
    assert!(code == Some(3) && told.contains("pairs.xlsx"), "{told}");
}

#[test]
fn a_worklist_has_what_a_pharmacist_fills_in_and_is_not_read_as_prescriptions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("worklist.xlsx");
    let report = format!("xlsx={}", path.display());
    rxlint(&["check", "--isolated", "-qq", "samples/claims.csv", "--report", &report]);
    let text = common::document(std::fs::read(&path).unwrap());
    for part in [
        "autoFilter",
        "pane ",
        "dataValidation ",
        "accepted,changed,called,counselled",
        "fingerprint",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let high = text.find("<t xml:space=\"preserve\">high</t>").or(text.find("<t>high</t>"));
    let low = text.find("<t>low</t>");
    assert!(high.is_some() && high < low, "the worst come first");
    let said = said(folder.path(), "worklist.xlsx");
    assert!(said.contains("a worklist that rxlint wrote"), "{said}");
    let again = folder.path().join("again.xlsx");
    rxlint(&[
        "check",
        "--isolated",
        "-qq",
        "samples/claims.csv",
        "--report",
        &format!("xlsx={}", again.display()),
    ]);
    assert!(std::fs::read(&path).unwrap() == std::fs::read(&again).unwrap(), "the same bytes");
}

#[test]
fn text_with_separators_that_was_opened_into_one_column_is_still_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        "Patient;Drug;Fill Date;Quantity;Days Supply",
        "P1;Oxycodone 5 mg tablet;2026-03-01;20;5",
        "P1;\"Naltrexone 50 mg tablet\";2026-03-04;30;30",
    ];
    book(folder.path(), "a.xlsx", |sheet| {
        for (row, line) in (0..).zip(lines) {
            sheet.write_string(row, 0, line).unwrap();
        }
    });
    let said = said(folder.path(), "a.xlsx");
    assert!(said.starts_with("a.xlsx!Fills!A3: high[opioid-antagonist-overlap]"), "{said}");
}

#[test]
fn a_formula_whose_result_was_not_saved_is_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    book(folder.path(), "a.xlsx", |sheet| fills(sheet, 0, 0, "yyyy-mm-dd"));
    // As written by a library that does not calculate.
    let bytes = std::fs::read(folder.path().join("a.xlsx")).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut text = String::new();
        let name = part.name().unwrap().into_owned();
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        let text = text.replace("<c r=\"E2\"><v>5</v></c>", "<c r=\"E2\"><f>D2/4</f><v></v></c>");
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
    }
    std::fs::write(folder.path().join("b.xlsx"), writer.finish().unwrap().into_inner()).unwrap();
    let output = rxlint_in(folder.path(), &["check", "--isolated", "b.xlsx"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.contains(
            "b.xlsx!Fills: formulas in this sheet whose results were not saved with it: 1"
        ),
        "{said}"
    );
}
