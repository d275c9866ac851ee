//! Drug lists, and the site's interaction table.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| rxlint_fuzz::formulary(bytes));
