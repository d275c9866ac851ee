//! Bytes of any kind, which decide the format themselves.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| rxlint_fuzz::whole_run(bytes, None));
