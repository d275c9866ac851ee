//! The lists that a site gives with an export: baselines, birth dates, conditions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rxlint::baseline::Baseline;
use rxlint::run::{self, RunSettings};
use rxlint_fuzz::ENGINE;
use rxlint_input::{Input, InputOptions, PersonTableKind};

fuzz_target!(|text: &str| {
    if let Ok(baseline) = Baseline::parse(text) {
        let mut written = Vec::new();
        baseline.write(&mut written).expect("memory takes all that is written");
        let again = Baseline::parse(&String::from_utf8(written).expect("a baseline is text"))
            .expect("what was written can be read");
        assert_eq!(baseline.len(), again.len());
    }
    for told in [PersonTableKind::Births, PersonTableKind::Conditions] {
        let bytes = text.as_bytes().to_vec();
        let options = InputOptions::default();
        if let Ok(Some(input)) = Input::memory_people(0, "table.csv", bytes, told, &options) {
            let _ = run::lint(&ENGINE, &[input], &[], &RunSettings::default());
        }
    }
});
