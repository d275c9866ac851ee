use super::*;

/// The manual is generated from the rules and checked in; `UPDATE_EXPECTED=1 cargo test` rewrites
/// it.
#[test]
fn the_manual_that_is_checked_in_is_that_of_the_rules() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");
    let manual = manual(&Book::built_in().unwrap());
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(path, &manual).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).is_ok_and(|text| text == manual),
        "docs/rules.md is out of date: UPDATE_EXPECTED=1 cargo test"
    );
}

#[test]
fn each_grade_says_what_stands_behind_it() {
    for (grade, says) in [
        ("A", "label"),
        ("B", "guideline"),
        ("C", "human studies"),
        ("D", "laboratory"),
        ("E", "no primary source"),
        ("none", "no clinical claim"),
        ("", "no clinical claim"),
    ] {
        assert!(grade_meaning(grade).contains(says), "{grade}: {}", grade_meaning(grade));
    }
}
