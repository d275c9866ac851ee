//! Every real and hostile sample is read, and its record count adds up, or it is refused with a reason; none makes the program panic. The result for
//! each is in docs/inputs.md. Uses ../shared if present.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use crate::common;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use rxlint::run::{self, RunSettings};
use rxlint_engine::engine::Engine;
use rxlint_input::{Input, InputOptions};

#[test]
fn every_sample_is_read_or_refused_with_a_reason() {
    let Some(shared) = common::shared() else { return };
    let engine = Engine::built_in().unwrap();
    let root = shared.join("inputs");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let mut page = String::from(
        "# What becomes of real and hostile samples\n\nEach file is checked by itself, with the built-in rules: \
         read = checked + inactive + unresolved + rejected, or refused with the reason. The files are public samples that are \
         not part of this repository; `UPDATE_EXPECTED=1 cargo test --test formats inputs_table` writes this page where they are present. \
         What becomes of each kind of file stands in [kinds.md](kinds.md).\n\n\
         | file | format | layout | read | checked | inactive | unresolved | rejected | findings |\n|---|---|---|--:|--:|--:|--:|--:|--:|\n",
    );
    let (mut read, mut refused) = (0, 0);
    for file in &files {
        let name = file.strip_prefix(&root).unwrap().display().to_string();
        let shown = name.replace('|', "\\|");
        match Input::open(std::slice::from_ref(file), &InputOptions::default()).and_then(|opened| {
            let outcome = run::lint(&engine, &opened.inputs, &[], &RunSettings::default())?;
            Ok((opened, outcome))
        }) {
            Ok((_, outcome)) => {
                for ledger in &outcome.summary.files {
                    assert!(ledger.ties_out(), "{name}: {ledger:?}");
                    let _ = writeln!(
                        page,
                        "| {shown} | {} | {} | {} | {} | {} | {} | {} | {} |",
                        ledger.format,
                        ledger.layout,
                        ledger.read,
                        ledger.checked,
                        ledger.inactive,
                        ledger.unresolved,
                        ledger.rejected,
                        outcome.findings.len()
                    );
                }
                read += 1;
            }
            Err(error) => {
                let why = error
                    .to_string()
                    .replace(&file.display().to_string(), "")
                    .replace('|', "\\|")
                    .replace('\n', " ");
                assert!(why.len() > 10 && !error.help().is_empty(), "{name}: {why}");
                let _ = writeln!(
                    page,
                    "| {shown} | refused | {} | | | | | | |",
                    why.trim_start_matches([':', ' '])
                );
                refused += 1;
            }
        }
    }
    let _ =
        writeln!(page, "\n{} files: {read} read, {refused} refused with a reason.", files.len());
    println!("{read} read, {refused} refused");
    common::same_as_file(&common::root().join("docs/inputs.md"), &page);
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
