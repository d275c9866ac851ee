//! Every table among the collected real and hostile files is either read or refused with a reason, and nothing panics.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use crate::common;

use std::path::{Path, PathBuf};

use rxlint_input::error::ErrorKind;
use rxlint_input::{Input, InputOptions};
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::Record;
use rxlint_model::sink::RecordSink;

/// Counts, and remembers a few places to read again.
#[derive(Default)]
struct Count {
    read: u32,
    rejected: u32,
    places: Vec<RowKey>,
}

impl RecordSink for Count {
    fn record(&mut self, record: &Record<'_>) {
        self.read += 1;
        if self.read % 97 == 1 {
            self.places.push(record.key);
        }
    }

    fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {
        self.rejected += 1;
    }

    fn shift(&mut self, by: RowKey) {
        for place in &mut self.places {
            *place = place.shifted(by);
        }
    }
}

fn inputs() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/inputs");
    Some(beside).filter(|folder| folder.is_dir())
}

fn tables(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        if path.is_dir() {
            tables(&path, found);
        } else if ["csv", "tsv", "txt", "psv", "dat"].iter().any(|known| ending == *known) {
            found.push(path);
        }
    }
}

#[test]
fn every_table_is_read_or_refused_with_a_reason() {
    let Some(root) = inputs() else {
        common::skipped("the folder ../shared is not there");
        return;
    };
    let mut files = Vec::new();
    for folder in [
        "pharmacy_csv",
        "synthea_csv",
        "omop",
        "mimic",
        "cms_pde",
        "formulary",
        "codes_reference",
        "hostile/csv-spectrum",
        "hostile/csv-test-data",
        "hostile/rust-csv",
    ] {
        tables(&root.join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() > 80, "only {} tables were found", files.len());
    for file in files {
        let name = file.strip_prefix(&root).unwrap().display().to_string();
        println!("{name}\t{}", outcome(&file));
    }
}

/// One line on the result for a file.
fn outcome(file: &Path) -> String {
    let opened = match Input::open(&[file.to_owned()], &InputOptions::default()) {
        Ok(opened) => opened,
        Err(error) => {
            assert!(
                !matches!(error.kind(), ErrorKind::Open { .. } | ErrorKind::Read { .. }),
                "{error}"
            );
            return format!(
                "refused: {}",
                error.to_string().replace(&file.display().to_string(), "…")
            );
        }
    };
    let [input] = &opened.inputs[..] else { panic!("one file, one input") };
    assert!(!input.describe().render(str::to_owned, |_, text| text.to_owned()).is_empty());
    let blocks = match input.read(&Count::default) {
        Ok(blocks) => blocks,
        Err(error) => {
            return format!(
                "{}\trefused: {}",
                input.layout(),
                error.to_string().replace(&file.display().to_string(), "…")
            );
        }
    };
    let (mut read, mut rejected) = (0, 0);
    for block in blocks {
        read += block.read;
        rejected += block.rejected;
        for place in block.places {
            let again = input.reread(place.place()).unwrap();
            assert!(!again.raw.is_empty() && again.line == place.place().line);
            for cell in again.cells {
                assert!(
                    cell.span
                        .is_some_and(|span| span.start < span.end && span.end <= again.raw.len()),
                    "{place:?}"
                );
            }
        }
    }
    format!("{}\t{read} read\t{rejected} rejected", input.layout())
}
