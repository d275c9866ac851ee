//! Files as opened from disk: gzip, Zstandard, UTF-16, tables of persons.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rxlint_input::{Input, InputOptions};

fuzz_target!(init: rxlint_fuzz::leave_caught_panics(), |bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("there is room for a small file");
    let path = folder.path().join("fuzz.csv");
    std::fs::write(&path, bytes).expect("there is room for a small file");
    // Alone, and in a folder, where files without prescriptions are left out with a note.
    for path in [path, folder.path().to_owned()] {
        match Input::open(&[path], &InputOptions::default()) {
            Ok(opened) => rxlint_fuzz::judge_and_write(&opened.inputs),
            Err(error) => assert!(!error.to_string().is_empty() && !error.help().is_empty()),
        }
    }
});
