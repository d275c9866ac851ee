//! Directions as a person types them.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rxlint_engine::rule::Book;

static BOOK: LazyLock<Book> = LazyLock::new(|| Book::built_in().expect("the built-in book"));

fuzz_target!(|text: &str| {
    let units = BOOK.directions().read(text).units_a_day();
    assert!(units.is_none_or(|units| units.is_finite() && units > 0.0), "{units:?} a day");
});
