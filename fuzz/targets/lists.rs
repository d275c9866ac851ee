//! The lists that a site gives beside an export: baselines, birth dates, conditions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rxlint::exposure::person;
use rxlint::finding::baseline::Baseline;
use rxlint_fuzz::BOOK;

fuzz_target!(|text: &str| {
    if let Ok(baseline) = Baseline::parse(text) {
        let mut written = Vec::new();
        baseline.write(&mut written).expect("memory takes all that is written");
        let again = Baseline::parse(&String::from_utf8(written).expect("a baseline is text"))
            .expect("what was written can be read");
        assert_eq!(baseline.len(), again.len());
    }
    let _ = person::read_patients(text.as_bytes());
    let _ = person::read_conditions(text.as_bytes(), BOOK.conditions());
});
