//! Rule, drug and condition files, replacing a built-in one or beside them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rxlint_engine::drug::Dictionary;
use rxlint_engine::drug::file::RulePack;
use rxlint_engine::rule::{Book, Rule};
use rxlint_fuzz::ENGINE;

fuzz_target!(|text: &str| {
    if let Ok(rule) = Rule::read("fuzz.toml", text, ENGINE.book().dictionary()) {
        let _ = rule.condition.selectors().count();
    }
    let _ = Dictionary::build(&[RulePack { folder: "", files: &[("drugs/fuzz.toml", text)] }]);
    let _ = Book::read(&[("interaction/fuzz.toml", text)]);
});
