//! The tables that performance is measured on are understood: what is not judged takes no time.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use crate::common;
#[path = "../../examples/make_tables/dice.rs"]
mod dice;
#[path = "../../examples/make_tables/drugs.rs"]
mod drugs;
#[path = "../../examples/make_tables/layouts.rs"]
mod layouts;

use dice::Dice;
use drugs::Drugs;
use layouts::{LAYOUTS, Layout, Row};

const ROWS: u64 = 2000;

/// The first rows that `examples/make_tables` would write, a third of them about watched drugs.
fn table(layout: &Layout, drugs: &Drugs) -> Vec<u8> {
    let mut out = layout.head.as_bytes().to_vec();
    let mut dice = Dice::new(1);
    for number in 0..ROWS {
        let patient = dice.below(ROWS / 12);
        let is_watched = dice.below(3) == 0;
        let drug = if is_watched { drugs.watched(&mut dice) } else { drugs.other(&mut dice) };
        let row = Row::new(number, patient, drug, &mut dice);
        (layout.write)(&row, &mut dice, &mut out).unwrap();
    }
    out
}

#[test]
fn each_layout_is_read_and_judged() {
    let drugs = Drugs::new(500);
    for layout in &LAYOUTS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.csv");
        std::fs::write(&path, table(layout, &drugs)).unwrap();
        let args = ["check", "--isolated", "--format", "jsonl", path.to_str().unwrap()];
        let output = common::rxlint(&args);
        let told = common::stdout(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {told}", layout.name);
        let summary: serde_json::Value =
            serde_json::from_str(told.lines().last().unwrap()).unwrap();
        let checked = summary["summary"]["files"][0]["checked"].as_u64().unwrap();
        assert!(checked > ROWS * 9 / 10, "{}: {checked} checked", layout.name);
        assert!(told.contains("opioid-antagonist-overlap"), "{}", layout.name);
    }
}
