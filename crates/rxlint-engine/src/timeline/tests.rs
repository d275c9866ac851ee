//! The calendar against brute force, and the steps from record to exposure one by one.

use proptest::prelude::*;

use super::build::Builder;
use super::calendar::{meet, shared_days};
use super::carry::carry;
use super::dose::daily;
use super::{Exposure, era};
use crate::drug::strength::Strength;
use crate::drug::{Component, FormKind, Role, Verdict};
use crate::exposure::{Dispense, ExposureOptions, Marks};
use crate::rule::Book;
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::Place;
use rxlint_model::record::Field;

fn component(drug: u16) -> Component {
    Component { drug, form: 0, role: Role::Antagonist, strength: None, medicine: 0 }
}

fn product(components: Vec<Component>) -> Verdict {
    Verdict {
        product: components.first().map(|component| component.drug),
        components,
        decided: Field::Drug,
        resolved: true,
        named: true,
        not_taken: false,
        mismatch: None,
        slip: None,
        billed_units: None,
        billed_days: None,
        billed_injection: false,
        problem: None,
        compounded: false,
        ambiguity: None,
        new_package: false,
        numbers: 0,
    }
}

fn exposure(product: &Verdict, drug: u16, first: i32, days: i32) -> Exposure<'_> {
    let place = Place { file: 0, record: 1, line: 2, offset: 0 };
    Exposure {
        component: component(drug),
        product,
        first: Day(first),
        end: Day(first + days),
        days,
        assumed: false,
        certain_end: Day(first + days),
        dose: None,
        record: Dispense::at(place, PatientKey::default(), 0, Day(first)),
        era: 0,
    }
}

fn spans() -> impl Strategy<Value = Vec<(i32, i32)>> {
    prop::collection::vec((0i32..60, 1i32..25), 0..9).prop_map(|mut spans| {
        spans.sort_unstable();
        spans
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn one_sweep_finds_what_all_pairs_find(ours in spans(), theirs in spans(), within in prop_oneof![Just(0), 1i32..20]) {
        let product = product(Vec::new());
        let make = |spans: &[(i32, i32)]| spans.iter().map(|&(first, days)| exposure(&product, 0, first, days)).collect::<Vec<_>>();
        let (ours, theirs) = (make(&ours), make(&theirs));
        let (ours, theirs): (Vec<&Exposure<'_>>, Vec<&Exposure<'_>>) = (ours.iter().collect(), theirs.iter().collect());
        let near = |a: &Exposure<'_>, b: &Exposure<'_>| a.first.0 < b.end.0 + within && b.first.0 < a.end.0 + within;
        let pairs: Vec<(i32, i32)> = ours.iter().flat_map(|a| theirs.iter().filter(|b| near(a, b)).map(|b| (a.first.0, b.first.0))).collect();
        let met = meet(&ours, &theirs, within);
        prop_assert_eq!(met.map_or(0, |met| met.pairs), pairs.len() as u64);
        if let Some(met) = met {
            prop_assert!(near(met.subject, met.other));
            let first = pairs.iter().map(|(a, b)| a.max(b)).min();
            prop_assert_eq!(Some(&met.subject.first.0.max(met.other.first.0)), first);
        }
        if within == 0 {
            for (a, b) in ours.iter().flat_map(|a| theirs.iter().map(move |b| (a, b))) {
                prop_assert_eq!(a.overlaps(b), near(a, b));
            }
        }
    }

    #[test]
    fn shared_days_are_those_that_both_hold(ours in spans(), theirs in spans()) {
        let product = product(Vec::new());
        let make = |spans: &[(i32, i32)]| spans.iter().map(|&(first, days)| exposure(&product, 0, first, days)).collect::<Vec<_>>();
        let (ours, theirs) = (make(&ours), make(&theirs));
        let holds = |all: &[Exposure<'_>], day: i32| all.iter().any(|exposure| exposure.first.0 <= day && day < exposure.end.0);
        let expected: Vec<i32> = (0..100).filter(|&day| holds(&ours, day) && holds(&theirs, day)).collect();
        let shared = shared_days(&ours.iter().collect::<Vec<_>>(), &theirs.iter().collect::<Vec<_>>());
        prop_assert!(shared.iter().all(|(first, end)| first < end));
        let days: Vec<i32> = shared.iter().flat_map(|(first, end)| first.0..end.0).collect();
        prop_assert_eq!(days, expected);
    }
}

#[test]
fn a_refill_that_comes_early_lasts_longer_by_what_is_left_up_to_the_cap() {
    let product = product(Vec::new());
    let ends = |spans: &[(i32, i32)], cap| {
        let mut exposures: Vec<Exposure<'_>> =
            spans.iter().map(|&(first, days)| exposure(&product, 0, first, days)).collect();
        carry(&mut exposures.iter_mut().collect::<Vec<_>>(), cap);
        exposures.iter().map(|exposure| exposure.end.0).collect::<Vec<_>>()
    };
    assert_eq!(ends(&[(0, 30), (25, 30)], 30), [30, 60], "five days left");
    assert_eq!(ends(&[(0, 30), (30, 30)], 30), [30, 60], "none left");
    assert_eq!(ends(&[(0, 30), (40, 30)], 30), [30, 70], "a gap gives and takes nothing");
    assert_eq!(ends(&[(0, 90), (10, 30)], 30), [90, 70], "eighty left, thirty count");
    assert_eq!(
        ends(&[(0, 30), (25, 30), (55, 30)], 30),
        [30, 60, 90],
        "counted to the carried end"
    );
    assert_eq!(
        ends(&[(0, 90), (10, 5), (50, 10)], 30),
        [90, 45, 90],
        "the longest supply counts, not the last"
    );
}

#[test]
fn an_era_holds_gaps_of_thirty_days_and_one_drug_in_one_form() {
    let product = product(Vec::new());
    let eras = |all: &[(u16, i32, i32)]| {
        let mut exposures: Vec<Exposure<'_>> =
            all.iter().map(|&(drug, first, days)| exposure(&product, drug, first, days)).collect();
        let eras = era::draw(&mut exposures);
        for (number, era) in eras.iter().enumerate() {
            assert!(era.members.iter().all(|&at| exposures[at as usize].era as usize == number));
        }
        eras.iter()
            .map(|era| (era.drug, era.first.0, era.end.0, era.members.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(eras(&[(1, 0, 10), (1, 40, 10)]), [(1, 0, 50, 2)], "thirty days between");
    assert_eq!(
        eras(&[(1, 0, 10), (1, 41, 10)]),
        [(1, 0, 10, 1), (1, 41, 51, 1)],
        "thirty-one days between"
    );
    assert_eq!(
        eras(&[(1, 0, 100), (1, 5, 10), (1, 110, 10)]),
        [(1, 0, 120, 3)],
        "the longest supply counts"
    );
    assert_eq!(
        eras(&[(2, 0, 10), (1, 5, 10), (2, 12, 5)]),
        [(2, 0, 17, 2), (1, 5, 15, 1)],
        "another drug, another era"
    );
}

/// The exposures of one record about a drug of the built-in book, as `(days, assumed)`.
fn days_of(drug: &str, change: impl Fn(&mut Dispense)) -> (i32, bool) {
    let book = Book::built_in().unwrap();
    let identity = crate::drug::Identity::text(drug);
    let verdicts = [book.dictionary().resolve(&identity)];
    let options = ExposureOptions::default();
    let builder = Builder {
        dictionary: book.dictionary(),
        verdicts: &verdicts,
        options: &options,
        as_of: Day(1_050),
    };
    let mut record = Dispense::at(
        Place { file: 0, record: 1, line: 2, offset: 0 },
        PatientKey::default(),
        0,
        Day(1_000),
    );
    change(&mut record);
    let (timeline, _) = builder.timeline(PatientKey::default(), vec![record], Vec::new());
    let exposure = &timeline.exposures[0];
    assert_eq!(exposure.end, exposure.first.plus(exposure.days));
    assert_eq!(
        builder.tally(&record),
        (
            timeline.exposures.len() as u64,
            timeline.exposures.iter().filter(|e| e.assumed).count() as u64
        )
    );
    (exposure.days, exposure.assumed)
}

#[test]
fn days_come_from_the_record_else_the_open_course_else_the_product_else_thirty() {
    let tablet = "naltrexone 50 mg tablet";
    assert_eq!(days_of(tablet, |record| record.days = 7), (7, false));
    assert_eq!(days_of(tablet, |_| ()), (30, true));
    assert_eq!(
        days_of(tablet, |record| record.marks = Marks::OPEN),
        (51, true),
        "to the as-of day, inclusive"
    );
    assert_eq!(
        days_of(tablet, |record| {
            record.marks = Marks::OPEN;
            record.days = 7;
        }),
        (7, false)
    );
    let depot = "Vivitrol 380 mg injection";
    assert_eq!(days_of(depot, |record| record.days = 1), (28, false), "a clinic's one day");
    assert_eq!(days_of(depot, |record| record.days = 35), (35, false));
    assert_eq!(days_of(depot, |_| ()), (28, true));
    let patch = "fentanyl 25 mcg/hr patch";
    assert_eq!(days_of(patch, |record| record.quantity = 10.0), (30, true), "three days each");
    assert_eq!(
        days_of(patch, |record| record.quantity = 0.0).0,
        days_of(patch, |_| ()).0,
        "no quantity is no quantity"
    );
    assert_eq!(
        days_of(patch, |record| {
            record.quantity = 10.0;
            record.marks = Marks::PER_DAY;
        })
        .0,
        days_of(patch, |_| ()).0,
        "units a day count no patches"
    );
    assert_eq!(days_of("Contrave 8-90 mg tablet", |record| record.days = 10).0, 10);
}

#[test]
fn a_daily_dose_is_told_only_where_it_is_beyond_doubt() {
    let tablet = Component { strength: Some(Strength { mg: 50.0, per_ml: false }), ..component(0) };
    let liquid = Component { strength: Some(Strength { mg: 1.0, per_ml: true }), ..component(0) };
    let dose = |component: &Component, kind, quantity: f32, days, marks| {
        let mut record = Dispense::at(Place::default(), PatientKey::default(), 0, Day(0));
        (record.quantity, record.days, record.marks) = (quantity, days, marks);
        daily(component, kind, &record).and_then(|dose| dose.mg)
    };
    for (what, component, quantity, days, expected) in [
        ("one a day", &tablet, 30.0, 30, Some(50.0)),
        ("two a day", &tablet, 60.0, 30, Some(100.0)),
        ("without quantity", &tablet, f32::NAN, 30, None),
        ("a quantity of zero", &tablet, 0.0, 30, None),
        ("a negative quantity", &tablet, -30.0, 30, None),
        ("without days", &tablet, 30.0, 0, None),
        ("three in ten days: every third day, nearly", &tablet, 3.0, 10, Some(15.0)),
        ("fewer are no schedule that exists", &tablet, 29.0, 100, None),
        ("1 mL a day", &liquid, 30.0, 30, Some(1.0)),
        ("5 mL may be counted in mL", &liquid, 5.0, 5, Some(1.0)),
        ("4 may be bottles", &liquid, 4.0, 4, None),
        ("four tablets are four tablets", &tablet, 4.0, 4, Some(50.0)),
        ("no strength", &component(0), 30.0, 30, None),
    ] {
        assert_eq!(
            dose(component, FormKind::Tablet, quantity, days, Marks::default()),
            expected,
            "{what}"
        );
    }
    assert_eq!(
        dose(&tablet, FormKind::Tablet, 2.0, 0, Marks::PER_DAY),
        Some(100.0),
        "as the directions say"
    );
    assert_eq!(
        dose(&tablet, FormKind::Tablet, 0.25, 30, Marks::PER_DAY),
        Some(12.5),
        "directions may say a quarter"
    );
    for kind in [FormKind::Patch, FormKind::Depot, FormKind::Implant] {
        assert_eq!(
            dose(&tablet, kind, 30.0, 30, Marks::default()),
            None,
            "{kind:?} has no daily dose"
        );
    }
}
