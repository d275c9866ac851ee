//! What a dose or a day comes to in mg, next to the units; how long it is taken, next to the quantity.

use super::{built_in, of_drug, read};
use crate::exposure::directions::sums::Held;
use rxlint_model::record::{Field, Record, Statement};

#[test]
fn units_that_do_not_hold_the_mg_beside_them_are_open() {
    for (drug, text) in [
        ("Oxycodone 5 mg tablet", "Take 1 tablet (10 mg total) every 8 hours"),
        ("Oxycodone 5 mg tablet", "Take 2 tablets (5 mg total) every 8 hours"),
        ("Oxycodone 5 mg tablet", "1 tab = 10 mg, Oral, TID"),
        ("Oxycodone 5 mg tablet", "Take 1 tablet BID. Total daily dose 20 mg"),
        ("Oxycodone 5 mg tablet", "1 tab bid (20 mg/day total)"),
        ("Methadone 10 mg/mL concentrate", "8 mL (40 mg total) daily"),
        ("Naltrexone 50 mg tablet", "1 tablet (25 mg total) daily"),
        ("Suboxone 8-2 mg film", "1 film (16 mg) daily"),
        ("Buprenorphine-naloxone 8-2 mg film", "1 film (16 mg total) daily"),
    ] {
        assert_eq!(of_drug(drug, text), None, "{drug}: {text}");
    }
    for (drug, text, a_day) in [
        ("Oxycodone 5 mg tablet", "Take 2 tablets (10 mg total) every 8 hours", 6.0),
        ("Oxycodone 5 mg tablet", "Take 2 tablets (5 mg) every 8 hours", 6.0),
        ("Oxycodone 5 mg tablet", "10 mg = 2 tab, Oral, TID", 6.0),
        ("Oxycodone 5 mg tablet", "Take 2 tablets BID. Total daily dose 20 mg", 4.0),
        ("Oxycodone 5 mg tablet", "1 tab bid with a 10 mg tablet, total daily dose 30 mg", 2.0),
        ("Oxycodone 5 mg tablet", "1 tab bid. Take with ibuprofen 600 mg", 2.0),
        ("Methadone 10 mg/mL concentrate", "8 mL (80 mg total) daily", 8.0),
        ("Methadone 10 mg/mL concentrate", "8 mL (10 mg/mL) daily", 8.0),
        ("Naltrexone 1 mg/mL suspension", "0.33 mL (0.33 mg total) daily", 0.33),
        ("Naltrexone 50 mg tablet", "0.5 tablets (25 mg total) by mouth daily", 0.5),
        ("Suboxone 8-2 mg film", "2 films (16 mg total) daily", 2.0),
        ("Percocet 5-325 mg tablet", "1 tablet (325 mg) daily", 1.0),
        ("Oxycodone", "Take 1 tablet (10 mg total) every 8 hours", 3.0),
    ] {
        let read = of_drug(drug, text);
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{drug}: {text}: {read:?}");
    }
}

#[test]
fn mg_of_a_combination_are_those_of_the_opioid() {
    for (drug, text, a_day) in [
        ("Percocet 5-325 mg tablet", "Take 10 mg twice daily", Some(4.0)),
        ("acetaminophen 325 MG / hydrocodone 5 MG Oral Tablet", "5 mg q6h", Some(4.0)),
        ("Suboxone 8 mg-2 mg film", "24 mg SL daily", Some(3.0)),
        ("Buprenorphine-naloxone 2-0.5 mg tablet", "4 mg SL daily", Some(2.0)),
        ("Percocet 5-325 mg tablet", "325 mg twice daily", None),
        ("Percocet 5-325 mg tablet", "650 mg twice daily", None),
        ("Contrave 8-90 mg tablet", "90 mg twice daily", None),
    ] {
        assert_eq!(of_drug(drug, text), a_day, "{drug}: {text}");
    }
}

#[test]
fn what_is_no_strength_of_two_gives_none() {
    let book = crate::rule::Book::built_in().unwrap();
    for (drug, mg) in [
        ("Percocet 10/325", Some(10.0)),
        ("Percocet 5", None),
        ("Fiorinal with codeine 30 mg 50-325-40", None),
        ("Embeda 20-0.8 mg capsule", None),
        ("Targin 10/5 mg", Some(10.0)),
    ] {
        let verdict = book.dictionary().resolve(&crate::drug::Identity::text(drug));
        let record = Record::of_cells(Statement::Fill, &[(Field::Drug, drug)]);
        assert_eq!(Held::of(&record, &verdict, None).mg(), mg, "{drug}");
    }
}

#[test]
fn a_length_that_the_quantity_does_not_last_for_is_a_contradiction() {
    for (text, quantity) in [
        ("1 tablet daily for 90 days", 30.0),
        ("1 film BID x 28 days", 14.0),
        ("1 tab tid for 30 days", 30.0),
        ("1 tab daily x 5 days", 30.0),
        ("1 tab daily for 180 days", 30.0),
    ] {
        assert!(read(text).contradicts(quantity), "{text}: {quantity}");
    }
    for (text, quantity) in [
        ("1 tablet daily for 30 days", 30.0),
        ("1 tablet daily for 28 days", 30.0),
        ("1 tab tid x 10 days", 28.0),
        ("1 tab q6h x 5 days", 20.0),
        ("1 tab q6h prn x 5 days", 12.0),
        ("1 tab daily", 90.0),
    ] {
        assert!(!read(text).contradicts(quantity), "{text}: {quantity}");
    }
    assert_eq!(built_in().read("1 tab q6h prn for 120 days").stated_days(Some(30.0)), None);
}
