//! What the cases of the rule files cannot express: what is reported again beside older exports, what a baseline must have known, where a finding
//! points, and what happens with rules that a site may write.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::sync::Arc;

use rxlint::run::{self, RunSettings};
use rxlint_engine::drug::Role;
use rxlint_engine::drug::file::RulePack;
use rxlint_engine::engine::{self, Engine};
use rxlint_engine::rule::book::{BUILT_IN, Book, Rule};
use rxlint_engine::rule::context::side;
use rxlint_engine::rule::file::Condition;
use rxlint_input::{Input, InputOptions};
use rxlint_ledger::past::Past;
use rxlint_model::finding::{Finding, Side};
use rxlint_model::record::Field;

const HEADER: &str =
    "patient,drug,quantity,days_supply,fill_date,directions,diagnosis,birth_date,hcpcs";

/// One patient's export; trailing cells that a row omits are empty.
fn export(index: u32, rows: &[&str]) -> Input {
    let mut text = format!("{HEADER}\n");
    for row in rows {
        let missing = HEADER.matches(',').count() - 1 - row.matches(',').count();
        text += &format!("P1,{row}{}\n", ",".repeat(missing));
    }
    Input::memory(index, &format!("{index}.csv"), text.into_bytes(), &InputOptions::default())
        .unwrap()
}

/// What a rule finds in these rows.
fn lint(book: &Arc<Book>, rule: &str, rows: &[&str]) -> Vec<Finding> {
    lint_after(book, rule, rows, &[])
}

/// What a rule finds in today's rows beyond an older export alone.
fn lint_after(book: &Arc<Book>, rule: &str, today: &[&str], before: &[&str]) -> Vec<Finding> {
    let inputs = [export(0, today), export(1, before)];
    let engine = Engine::of(Arc::clone(book), engine::Settings::default());
    let outcome =
        run::lint_after(&engine, &inputs, &[], &RunSettings::default(), Past::History(1)).unwrap();
    assert!(outcome.rejected.is_empty(), "{today:?} {before:?}");
    outcome.findings.into_iter().filter(|finding| finding.rule.id == rule).collect()
}

/// The built-in book with another condition or message in one rule.
fn book_with(rule: &str, change: impl FnOnce(&mut Rule)) -> Arc<Book> {
    let mut book = Book::built_in().unwrap();
    change(book.rules_mut().iter_mut().find(|known| known.file.id == rule).unwrap());
    Arc::new(book)
}

/// A condition, as a rule file has it.
fn condition<T: serde::de::DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).unwrap()
}

#[test]
fn a_finding_is_reported_again_if_a_record_of_today_is_part_of_it() {
    let book = Arc::new(Book::built_in().unwrap());
    let naltrexone = "naltrexone 50 mg tablet,30,30,2026-03-01";
    let oxycodone = "oxycodone 5 mg tablet,42,7,2026-03-01";
    let young = "naltrexone 50 mg tablet,30,30,2026-03-01,,,2010-01-15";
    let weekly = "Vivitrol 380 mg kit,1,28,2026-03-01,inject 380 mg intramuscularly weekly";
    // The rule, the older rows, a row of today that is part of the finding, and one that is not.
    for (rule, before, told, not_told) in [
        (
            "opioid-antagonist-overlap",
            vec![oxycodone, "naltrexone 50 mg tablet,10,10,2026-03-05"],
            "oxycodone 5 mg tablet,42,7,2026-03-14",
            "oxycodone 5 mg tablet,42,7,2026-03-15",
        ),
        (
            "opioid-antagonist-overlap",
            vec![
                "oxycodone 5 mg tablet,42,7,2026-03-05",
                "naltrexone 50 mg tablet,10,10,2026-03-05",
            ],
            "oxycodone 5 mg tablet,42,8,2026-02-26",
            "oxycodone 5 mg tablet,42,7,2026-02-26",
        ),
        (
            "opioid-during-blockade",
            vec![naltrexone, "oxycodone 5 mg tablet,4,1,2026-03-31"],
            "oxycodone 5 mg tablet,4,1,2026-04-02",
            "oxycodone 5 mg tablet,4,1,2026-04-03",
        ),
        (
            "duplicate-antagonist",
            vec![naltrexone, "Vivitrol 380 mg kit,1,28,2026-03-05"],
            "naltrexone 50 mg tablet,30,30,2026-04-01",
            "naltrexone 50 mg tablet,30,30,2026-04-02",
        ),
        (
            "dose-above-maximum",
            vec!["naltrexone 50 mg tablet,120,30,2026-03-01"],
            "naltrexone 50 mg tablet,121,60,2026-03-31",
            "naltrexone 50 mg tablet,120,60,2026-03-31",
        ),
        (
            "depot-interval",
            vec!["Vivitrol 380 mg kit,1,28,2026-03-01", "Vivitrol 380 mg kit,1,28,2026-03-20"],
            "Vivitrol 380 mg kit,1,28,2026-04-14",
            "Vivitrol 380 mg kit,1,28,2026-04-15",
        ),
        (
            "depot-interval",
            vec!["Vivitrol 190 mg injection,1,28,2026-03-01"],
            "Vivitrol 190 mg injection,1,28,2026-03-29",
            "Vivitrol 380 mg injection,1,28,2026-03-29",
        ),
        (
            "depot-interval",
            vec![weekly],
            "Vivitrol 380 mg kit,1,28,2026-03-29,inject 380 mg intramuscularly weekly",
            "Vivitrol 380 mg kit,1,28,2026-03-29,inject 380 mg intramuscularly every 4 weeks",
        ),
        // A repeated birth date is not news, another fill is.
        (
            "naltrexone-under-18",
            vec![young],
            "naltrexone 50 mg tablet,30,30,2026-03-31,,,2010-01-15",
            "oxycodone 5 mg tablet,42,7,2026-03-20,,,2010-01-15",
        ),
        // A diagnosis that the rule asks for is news, another is not.
        (
            "naltrexone-hepatic-disease",
            vec![naltrexone],
            "lisinopril 10 mg tablet,30,30,2026-03-12,,K74.60",
            "lisinopril 10 mg tablet,30,30,2026-03-12,,M54.5",
        ),
        (
            "naltrexone-hepatic-disease",
            vec!["naltrexone 50 mg tablet,30,30,2026-03-01,,K74.60"],
            "naltrexone 50 mg tablet,30,30,2026-03-31",
            "lisinopril 10 mg tablet,30,30,2026-03-12,,M54.5",
        ),
        (
            "missing-days-supply",
            vec!["naltrexone 50 mg tablet,30,,2026-03-01"],
            "naltrexone 50 mg tablet,30,,2026-03-31",
            "naltrexone 50 mg tablet,30,30,2026-03-31",
        ),
        (
            "near-miss-drug-name",
            vec!["naltraxone 50 mg tablet,30,30,2026-03-01"],
            "naltraxone 50 mg tablet,30,30,2026-03-31",
            "naltrexone 50 mg tablet,30,30,2026-03-31",
        ),
    ] {
        assert_eq!(lint_after(&book, rule, &[told], &before).len(), 1, "{rule}: {told}");
        assert_eq!(lint_after(&book, rule, &[not_told], &before).len(), 0, "{rule}: {not_told}");
    }
}

#[test]
fn the_premise_names_the_bound_that_was_passed() {
    let book = Arc::new(Book::built_in().unwrap());
    for (rule, rows, premise) in [
        (
            "dose-above-maximum",
            vec!["naltrexone 50 mg tablet,120,30,2026-03-01"],
            "high, above 150 mg",
        ),
        ("low-dose-titration", vec!["naltrexone 4.5 mg capsule,30,30,2026-03-01"], "low, start"),
        (
            "low-dose-titration",
            vec![
                "naltrexone 1.5 mg capsule,14,14,2026-03-01",
                "naltrexone 4.5 mg capsule,30,30,2026-03-15",
            ],
            "low, rise",
        ),
        (
            "depot-interval",
            vec!["Vivitrol 380 mg kit,1,28,2026-03-01", "Vivitrol 380 mg kit,1,28,2026-03-20"],
            "high, interval",
        ),
        ("depot-interval", vec!["Vivitrol 190 mg injection,1,28,2026-03-01"], "high, amount"),
        (
            "depot-interval",
            vec!["Vivitrol 380 mg kit,1,28,2026-03-01,inject 380 mg intramuscularly weekly"],
            "high, weekly",
        ),
        ("missing-days-supply", vec!["naltrexone 50 mg tablet,30,,2026-03-01"], "low"),
    ] {
        let found = lint(&book, rule, &rows);
        assert_eq!(
            found.iter().map(|finding| finding.premise.as_str()).collect::<Vec<_>>(),
            [premise],
            "{rows:?}"
        );
    }
}

#[test]
fn a_finding_points_at_the_deciding_cell_and_at_the_counted_records() {
    let book = Arc::new(Book::built_in().unwrap());
    let weekly = lint(
        &book,
        "depot-interval",
        &["Vivitrol 380 mg kit,1,28,2026-03-01,inject 380 mg intramuscularly weekly"],
    );
    assert_eq!(weekly[0].places[0].field, Field::Directions);
    // The first record is the main place, the second is listed.
    let rows = ["naltrexone 50 mg tablet,30,,2026-03-01", "naltrexone 50 mg tablet,30,,2026-03-31"];
    let listed = |rule, rows: &[&str]| {
        let found = lint(&book, rule, rows);
        found[0].also_places.iter().map(|place| place.row.place().record).collect::<Vec<_>>()
    };
    assert_eq!(listed("missing-days-supply", &rows), [2]);
    let rows = [
        "naltrexone 50 mg tablet,30,30,2026-03-01",
        "oxycodone 5 mg tablet,4,1,2026-03-31",
        "oxycodone 5 mg tablet,4,1,2026-04-01",
    ];
    assert_eq!(listed("opioid-during-blockade", &rows), [3]);
}

#[test]
fn every_role_is_on_its_side() {
    for (role, on) in [
        (Role::Antagonist, Side::Antagonist),
        (Role::FullAgonist, Side::Opioid),
        (Role::Maintenance, Side::Opioid),
        (Role::Mixed, Side::Opioid),
        (Role::Antidiarrheal, Side::Opioid),
        (Role::Sequestered, Side::Other),
        (Role::Rescue, Side::Other),
        (Role::Peripheral, Side::Other),
        (Role::Deterrent, Side::Other),
        (Role::Other, Side::Other),
    ] {
        assert_eq!(side(role), on, "{role:?}");
    }
}

#[test]
fn a_message_may_ask_for_the_days_and_doses_at_issue() {
    let contrave = "Contrave 8-90 mg tablet,120,30,2026-03-31";
    for (rule, rows, asks, says) in [
        (
            "maoi-bupropion-overlap",
            vec!["phenelzine 15 mg tablet,90,32,2026-03-01", contrave],
            "{shared}, {count}",
            "2 shared days, 2",
        ),
        (
            "maoi-bupropion-overlap",
            vec!["phenelzine 15 mg tablet,90,31,2026-03-01", contrave],
            "{shared}, {count}",
            "1 shared day, 1",
        ),
        (
            "maoi-bupropion-overlap",
            vec!["phenelzine 15 mg tablet,90,30,2026-03-01", contrave],
            "{shared}, {count}",
            "0 days apart, 0",
        ),
        (
            "maoi-bupropion-overlap",
            vec!["phenelzine 15 mg tablet,90,29,2026-03-01", contrave],
            "{shared}, {count}",
            "1 day apart, 1",
        ),
        (
            "maoi-bupropion-overlap",
            vec!["phenelzine 15 mg tablet,90,28,2026-03-01", contrave],
            "{first} to {last}",
            "2026-03-29 to 2026-03-30",
        ),
        (
            "depot-interval",
            vec!["Vivitrol 380 mg kit,1,28,2026-03-01", "Vivitrol 380 mg kit,1,28,2026-03-20"],
            "{first}, {last}: {free} of {limit}, {dose}",
            "2026-03-01, 2026-03-20: 19 days of 26, 380 mg",
        ),
        (
            "depot-interval",
            vec!["naltrexone injection,190,28,2026-03-01,,,,J2315"],
            "{dose}, {limit}",
            "190 mg, 380 mg",
        ),
        (
            "depot-interval",
            vec!["naltrexone injection,760,28,2026-03-01,,,,J2315"],
            "{dose}, {limit}",
            "760 mg, 380 mg",
        ),
        // With the longest possible carry-over, the second fill ends on the same day as the first: the first is named.
        (
            "recent-opioid",
            vec![
                "oxycodone 5 mg tablet,40,40,2026-03-01",
                "oxycodone 5 mg tablet,5,5,2026-03-06",
                "naltrexone 50 mg tablet,30,30,2026-04-12",
            ],
            "{first} to {last}",
            "2026-03-01 to 2026-04-09",
        ),
    ] {
        let book = book_with(rule, |rule| {
            rule.file.message.text = asks.to_owned();
            rule.file.message.text_subject_first = None;
            rule.file.message.variant.clear();
        });
        let found = lint(&book, rule, &rows);
        assert_eq!(
            found.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(),
            [says],
            "{rows:?}"
        );
    }
}

#[test]
fn days_without_a_shared_one_lie_between() {
    let book = Arc::new(Book::built_in().unwrap());
    for (days, kind) in [("31", "overlap"), ("30", "between"), ("29", "between")] {
        let rows = [
            &format!("phenelzine 15 mg tablet,90,{days},2026-03-01"),
            "Contrave 8-90 mg tablet,120,30,2026-03-31",
        ];
        let found = lint(&book, "maoi-bupropion-overlap", &rows);
        assert_eq!(found[0].days.map(|days| days.kind), Some(kind), "{days}");
    }
}

#[test]
fn an_era_is_never_judged_against_itself() {
    // Two brands of one ingredient in one form are one era.
    let book = book_with("duplicate-antagonist", |rule| {
        let text = "subject = { role = ['maintenance'] }\nother = { role = ['maintenance'] }\nmore-than-days = 14";
        rule.condition = Condition::Duplicate(condition(text));
    });
    let brands =
        ["Subutex 8 mg tablet,60,30,2026-03-01", "Suboxone 8-2 mg tablet,60,30,2026-03-05"];
    assert_eq!(lint(&book, "duplicate-antagonist", &brands).len(), 0);
    let two = ["Subutex 8 mg tablet,60,30,2026-03-01", "methadone 10 mg tablet,90,30,2026-03-05"];
    assert_eq!(lint(&book, "duplicate-antagonist", &two).len(), 1);

    let book = book_with("opioid-during-blockade", |rule| {
        if let Condition::Blockade(condition) = &mut rule.condition {
            condition.other = condition.subject.clone();
        }
    });
    let refill =
        ["naltrexone 50 mg tablet,10,10,2026-03-01", "naltrexone 50 mg tablet,10,10,2026-03-12"];
    assert_eq!(lint(&book, "opioid-during-blockade", &refill).len(), 0);
    let other = ["naltrexone 50 mg tablet,10,10,2026-03-01", "Vivitrol 380 mg kit,1,28,2026-03-12"];
    assert_eq!(lint(&book, "opioid-during-blockade", &other).len(), 1);
}

#[test]
fn a_pair_of_duplicates_is_reported_once_however_the_selectors_overlap() {
    let rows =
        ["naltrexone 50 mg tablet,30,30,2026-03-01", "Selincro 18 mg tablet,30,30,2026-03-05"];
    let turned =
        ["naltrexone 50 mg tablet,30,30,2026-03-05", "Selincro 18 mg tablet,30,30,2026-03-01"];
    for (subject, other) in [
        ("role = ['antagonist']", "role = ['antagonist']"),
        ("role = ['antagonist']", "ingredient = ['naltrexone']"),
        ("ingredient = ['naltrexone']", "role = ['antagonist']"),
        ("ingredient = ['naltrexone']", "ingredient = ['nalmefene']"),
    ] {
        let book = book_with("duplicate-antagonist", |rule| {
            let text =
                format!("subject = {{ {subject} }}\nother = {{ {other} }}\nmore-than-days = 14");
            rule.condition = Condition::Duplicate(condition(&text));
        });
        assert_eq!(lint(&book, "duplicate-antagonist", &rows).len(), 1, "{subject}, {other}");
        assert_eq!(lint(&book, "duplicate-antagonist", &turned).len(), 1, "{subject}, {other}");
    }
}

#[test]
fn refills_of_a_combination_do_not_duplicate_each_other() {
    let book = book_with("duplicate-antagonist", |rule| {
        let text = "subject = { ingredient = ['naltrexone'] }\nother = { ingredient = ['bupropion'] }\nmore-than-days = 2";
        rule.condition = Condition::Duplicate(condition(text));
    });
    let contrave = "Contrave 8-90 mg tablet,120,30,2026-03-01";
    assert_eq!(
        lint(
            &book,
            "duplicate-antagonist",
            &[contrave, "Contrave 8-90 mg tablet,120,30,2026-03-20"]
        )
        .len(),
        0
    );
    assert_eq!(
        lint(
            &book,
            "duplicate-antagonist",
            &[contrave, "bupropion XL 150 mg tablet,30,30,2026-03-20"]
        )
        .len(),
        1
    );
}

#[test]
fn a_duplicate_may_be_reported_by_which_drug_came_first() {
    let book = book_with("duplicate-antagonist", |rule| {
        let text = "subject = { ingredient = ['naltrexone'] }\nother = { ingredient = ['bupropion'] }\nmore-than-days = 2";
        rule.condition = Condition::Duplicate(condition(text));
        rule.file.message.text = "{other} first".to_owned();
        rule.file.message.text_subject_first = Some("{subject} first".to_owned());
    });
    for (naltrexone, bupropion, told) in [
        ("2026-03-01", "2026-03-02", "naltrexone first"),
        ("2026-03-02", "2026-03-01", "bupropion first"),
        ("2026-03-01", "2026-03-01", "bupropion first"),
    ] {
        let rows = [
            format!("naltrexone 50 mg tablet,30,30,{naltrexone}"),
            format!("bupropion XL 150 mg tablet,30,30,{bupropion}"),
        ];
        let found = lint(&book, "duplicate-antagonist", &rows.each_ref().map(String::as_str));
        assert_eq!(
            found.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(),
            [told],
            "{rows:?}"
        );
    }
}

#[test]
fn a_code_without_units_states_no_dose() {
    let rows = ["naltrexone injection,190,28,2026-03-01,,,,J2315"];
    for (units, found) in [("", 0), ("0", 0), ("1", 1), ("190", 0), ("380", 1)] {
        let table = format!("code,drug,form,units\nJ2315,naltrexone,depot,{units}\n");
        let book = Book::read(&[BUILT_IN, &[("codes/hcpcs.csv", &table)]].concat()).unwrap();
        let book = Arc::new(book);
        assert_eq!(lint(&book, "depot-interval", &rows).len(), found, "{units}");
    }
}

/// Oxycodone for seven days, naltrexone three days later: clean from the tenth day on, whatever a site's rule asks for.
#[test]
fn the_windows_of_a_site_move_no_clean_day_of_a_built_in_rule() {
    let path = "washout/recent-opioid.toml";
    let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == path).unwrap();
    let own =
        text.replace("recent-opioid", "a-longer-washout").replace("soft   = 10", "soft   = 40");
    let files = [("washout/a-longer-washout.toml", own.as_str())];
    let site = RulePack { folder: "our-rules", files: &files };
    let rows =
        ["oxycodone 5 mg tablet,42,7,2026-03-01", "naltrexone 50 mg tablet,30,30,2026-03-11"];
    let clean = |book: &Arc<Book>, rule: &str| {
        let found = lint(book, rule, &rows);
        found.iter().map(|finding| finding.clean_from.unwrap().to_string()).collect::<Vec<_>>()
    };
    let with_site =
        Arc::new(Book::read_packs(&[RulePack { folder: "", files: BUILT_IN }, site]).unwrap());
    for book in [&Arc::new(Book::built_in().unwrap()), &with_site] {
        assert_eq!(clean(book, "recent-opioid"), ["2026-03-18"]);
    }
    assert_eq!(clean(&with_site, "a-longer-washout"), ["2026-04-17"]);
}

#[test]
fn a_partner_drug_without_days_matters_beside_an_antagonist_alone() {
    let book = Arc::new(Book::built_in().unwrap());
    let warfarin = "warfarin 5 mg tablet,30,,2026-03-01";
    for (rows, found) in [
        (vec![warfarin], vec![]),
        (vec![warfarin, "oxycodone 5 mg tablet,42,7,2026-03-01"], vec![]),
        (vec![warfarin, "oxycodone 5 mg tablet,42,,2026-03-01"], vec!["oxycodone"]),
        (vec![warfarin, "naltrexone 50 mg tablet,30,30,2026-03-05"], vec!["warfarin"]),
        (
            vec!["warfarin 5 mg tablet,30,30,2026-03-01", "naltrexone 50 mg tablet,30,,2026-03-05"],
            vec!["naltrexone"],
        ),
    ] {
        let findings = lint(&book, "missing-days-supply", &rows);
        assert_eq!(
            findings.iter().map(|finding| finding.places[0].drug.as_str()).collect::<Vec<_>>(),
            found,
            "{rows:?}"
        );
    }
}
