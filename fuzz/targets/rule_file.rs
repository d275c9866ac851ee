//! Files of rules, drugs and conditions, put in the place of a built-in one or beside them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rxlint::drug::Dictionary;
use rxlint::drug::file::Pack;
use rxlint::rule::{Book, Rule};
use rxlint_fuzz::BOOK;

fuzz_target!(|text: &str| {
    if let Ok(rule) = Rule::read("fuzz.toml", text, BOOK.dictionary()) {
        let _ = rule.condition.selectors().count();
    }
    let _ = Dictionary::build(&[Pack { folder: "", files: &[("drugs/fuzz.toml", text)] }]);
    let _ = Book::read(&[("interaction/fuzz.toml", text)]);
});
