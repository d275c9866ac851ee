//! The configuration file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rxlint::config::Config;
use rxlint_engine::rule::Book;

fuzz_target!(|text: &str| {
    match Config::parse("rxlint.toml", text) {
        Ok(config) => {
            let _ = config.acceptances();
            let mut book = Book::built_in().expect("the built-in rules are read in every test");
            let _ = book.configure(&config.book_settings());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
