//! Drug names, codes and strengths, separated by line ends as a record's cells would be.
#![no_main]

use std::borrow::Cow;

use libfuzzer_sys::fuzz_target;
use rxlint_engine::drug::{Identity, strength};
use rxlint_fuzz::ENGINE;

fuzz_target!(|text: &str| {
    let cells: Vec<&str> = text.split('\n').collect();
    let cell = |at: usize| Cow::Borrowed(cells.get(at).copied().unwrap_or_default());
    let identity = Identity {
        texts: [cell(0), cell(1), cell(2)],
        ndc: cell(3),
        rxcui: cell(4),
        atc: cell(5),
        hcpcs: cell(6),
        code: cell(7),
        system: cell(8),
        concept: cell(9),
        strength: cell(10),
        strength_unit: cell(11),
        form: cell(12),
        route: cell(13),
        ordered: "".into(),
    };
    let verdict = ENGINE.book().dictionary().resolve(&identity);
    let _ = ENGINE.book().dictionary().names(&verdict.components);
    for amount in strength::amounts(text) {
        let _ = format!("{amount:?}");
    }
    let _ =
        (strength::single(text), strength::of_column(cells[0], &cell(1)), strength::of_table(text));
});
