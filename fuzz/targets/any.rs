//! Bytes of whatever kind: the format is told by them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| rxlint_fuzz::whole_run(bytes, None));
