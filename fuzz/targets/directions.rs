//! Directions as a person types them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rxlint_engine::exposure::directions;

fuzz_target!(|text: &str| {
    let units = directions::read(text).units_a_day();
    assert!(units.is_none_or(|units| units.is_finite() && units > 0.0), "{units:?} a day");
});
