//! What happens to a record: kept or counted, with which numbers and marks, and what it says about the person.

use super::*;
use crate::collect::numbers::fill_number;
use crate::collect::numbers::hash;
use crate::exposure::person::ConditionCodes;

const NALTREXONE: &str = "Naltrexone 50 mg tablet";
const LISINOPRIL: &str = "Lisinopril 10 mg";

/// What is collected from one record.
fn of(collection: &Collection, record: &Record<'_>) -> Collected {
    let mut intake = collection.collector();
    intake.record(record);
    intake.finish()
}

/// Read, checked, inactive, unresolved, rejected.
fn counts(collected: &Collected) -> [u64; 5] {
    [
        collected.read,
        collected.checked,
        collected.inactive,
        collected.unresolved,
        collected.rejected.len(),
    ]
}

#[test]
fn a_watched_record_is_kept_with_everything_that_tells_it_from_others() {
    let header = "patient_id,assigning_authority,drug_name,quantity,days_supply,fill_date,claim_id,rx_number,fill_number\n";
    let rows = "P1,,Lisinopril 10 mg,30,30,2025-01-01,C0,RX0,0
P1,North,Naltrexone 50 mg tablet,30,28,2025-01-02,C1,RX1,2
P2,South,Naltrexone 50 mg tablet,,,2025-01-03,,,
";
    let collection = collection();
    let collected = gather(&collection, &format!("{header}{rows}"));
    assert_eq!(counts(&collected), [3, 3, 0, 0, 0]);
    let line =
        |at: usize| header.len() + rows.split_inclusive('\n').take(at).map(str::len).sum::<usize>();
    let at = |record: usize| Place {
        file: 0,
        record: record as u32,
        line: record as u32 + 1,
        offset: line(record - 1) as u64,
    };
    let first = Dispense {
        quantity: 30.0,
        days: 28,
        claim: hash(b"C1"),
        prescription: hash(b"RX1"),
        fill: 3,
        authority: 1,
        ..Dispense::at(at(2), PatientKey::new("P1", ""), 0, day("2025-01-02"))
    };
    let bare = Dispense {
        authority: 2,
        ..Dispense::at(at(3), PatientKey::new("P2", ""), 0, day("2025-01-03"))
    };
    let bytes =
        |dispenses: &[Dispense]| dispenses.iter().map(Dispense::to_bytes).collect::<Vec<_>>();
    assert_eq!(bytes(&collected.dispenses), bytes(&[first, bare]), "{:?}", collected.dispenses);
    assert_eq!(collection.authorities(), ["NORTH", "SOUTH"]);
}

#[test]
fn a_status_an_adjustment_or_a_negative_quantity_makes_a_reversal_or_a_replacement() {
    let collection = collection();
    let order = Marks::ORDER;
    for (adjustment, status, quantity, marks) in [
        ("", "PAID", "30", Some(Marks::default())),
        ("", "PAID", "-30", Some(Marks::REVERSAL)),
        ("", "PAID", "-", Some(Marks::default())),
        ("", "reversed", "30", Some(Marks::REVERSAL.with(Marks::OF_STATUS))),
        ("", "cancelled", "30", Some(Marks::TWIN)),
        ("A", "PAID", "30", Some(Marks::REPLACEMENT)),
        ("D", "PAID", "30", Some(Marks::REVERSAL)),
        ("order", "", "30", Some(order)),
        ("order-change", "", "30", Some(order.with(Marks::REPLACEMENT))),
        ("order-cancel", "", "30", Some(order.with(Marks::REVERSAL))),
        ("order-stop", "", "30", Some(order.with(Marks::REVERSAL).with(Marks::STOPPED))),
    ] {
        let cells = [
            (Field::Patient, "P1"),
            (Field::Drug, NALTREXONE),
            (Field::Dispensed, "2025-01-02"),
            (Field::Adjustment, adjustment),
            (Field::Status, status),
            (Field::Quantity, quantity),
        ];
        let collected = of(&collection, &fill(&cells));
        assert_eq!(collected.dispenses.first().map(|kept| kept.marks), marks, "{cells:?}");
        let takes_back = marks.is_none_or(|marks| marks.has(Marks::REVERSAL));
        assert_eq!(
            counts(&collected),
            if takes_back { [1, 0, 1, 0, 0] } else { [1, 1, 0, 0, 0] },
            "{cells:?}"
        );
        assert_eq!(collected.first_days.all().count(), usize::from(!takes_back), "{cells:?}");
    }
}

#[test]
fn a_course_without_an_end_is_open_until_its_status_says_that_it_is_over() {
    let table = [
        ("", "active", Marks::OPEN),
        ("", "", Marks::OPEN),
        ("", "completed", Marks::default()),
        ("", "Stopped", Marks::default()),
    ];
    let ended =
        [("2025-01-31", "active", Marks::default()), ("2025-01-31", "completed", Marks::default())];
    let collection = collection();
    for (stop, status, marks) in table.into_iter().chain(ended) {
        let export = format!(
            "patient_id,drug_name,start_date,stop_date,status\nP1,{NALTREXONE},2025-01-02,{stop},{status}\n"
        );
        let collected = gather(&collection, &export);
        let marks = marks.with(Marks::STATES_END);
        assert_eq!(collected.dispenses[0].marks, marks, "{export}");
        assert_eq!(collected.dispenses[0].days, if stop.is_empty() { 0 } else { 30 }, "{export}");
    }
}

#[test]
fn directions_tell_units_a_day_only_where_the_record_gives_no_quantity() {
    let collection = collection();
    for (quantity, directions, kept, marks) in [
        ("30", "take 2 tablets daily", 30.0, Marks::default()),
        ("", "take 2 tablets daily", 2.0, Marks::PER_DAY),
        ("30", "inject once weekly", 30.0, Marks::WEEKLY),
    ] {
        let cells = [
            (Field::Patient, "P1"),
            (Field::Drug, NALTREXONE),
            (Field::Dispensed, "2025-01-02"),
            (Field::Quantity, quantity),
            (Field::Directions, directions),
        ];
        let collected = of(&collection, &fill(&cells));
        assert_eq!(
            (collected.dispenses[0].quantity, collected.dispenses[0].marks),
            (kept, marks),
            "{cells:?}"
        );
    }
}

#[test]
fn a_record_without_a_patient_or_a_day_is_rejected_and_a_reversal_without_them_is_inactive() {
    let collection = collection();
    let (fill_date, written) = (Field::Dispensed, Field::Written);
    for (patient, filled, ordered, reason) in [
        ("P1", "2025-01-02", "", None),
        ("", "2025-01-02", "", Some(Reason::NoPatient)),
        ("TEST", "2025-01-02", "", Some(Reason::PlaceholderPatient)),
        ("0000", "2025-01-02", "", Some(Reason::PlaceholderPatient)),
        // As long as a filler word, and with the same first letter.
        ("T123", "2025-01-02", "", None),
        ("0001", "2025-01-02", "", None),
        ("P1", "", "", Some(Reason::NoDate)),
        ("P1", "2025-13-45", "", Some(Reason::UnreadableDate { field: fill_date })),
        ("P1", "", "soon", Some(Reason::UnreadableDate { field: written })),
        // The date that should have given the day is named, not the one after it.
        ("P1", "2025-13-45", "soon", Some(Reason::UnreadableDate { field: fill_date })),
        // No other date takes its place; a filler's place is taken.
        ("P1", "2025-13-45", "2025-01-02", Some(Reason::UnreadableDate { field: fill_date })),
        ("P1", "0000-00-00", "2025-01-02", None),
        ("P1", "1900-01-01", "2025-01-02", None),
        ("P1", "9999-12-31", "2025-01-02", None),
        ("P1", "9999-12-31", "", Some(Reason::NoDate)),
        ("P1", "1900-01-01", "", None),
    ] {
        for drug in [NALTREXONE, LISINOPRIL] {
            let cells = [
                (Field::Patient, patient),
                (Field::Drug, drug),
                (fill_date, filled),
                (written, ordered),
            ];
            let collected = of(&collection, &fill(&cells));
            assert_eq!(
                collected.rejected.kept().first().map(|(_, reason)| reason),
                reason.as_ref(),
                "{cells:?}"
            );
            assert_eq!(
                counts(&collected),
                [1, u64::from(reason.is_none()), 0, 0, u64::from(reason.is_some())],
                "{cells:?}"
            );
            let reversal = [&cells[..], &[(Field::Status, "reversed")]].concat();
            assert_eq!(counts(&of(&collection, &fill(&reversal))), [1, 0, 1, 0, 0], "{reversal:?}");
        }
    }
}

#[test]
fn a_reversal_that_names_no_drug_is_kept_by_its_numbers() {
    let collection = collection();
    for (claim, prescription, is_kept) in
        [("C1", "RX1", true), ("C1", "", true), ("", "RX1", true), ("", "", false)]
    {
        for (adjustment, marks) in
            [("D", Marks::REVERSAL), ("order-cancel", Marks::REVERSAL.with(Marks::ORDER))]
        {
            let mut cells = vec![
                (Field::Patient, "P1"),
                (Field::Authority, "North"),
                (Field::Dispensed, "2025-01-02"),
                (Field::Adjustment, adjustment),
                (Field::Claim, claim),
                (Field::Prescription, prescription),
                (Field::FillNumber, "4"),
            ];
            let collected = of(&collection, &fill(&cells));
            let numbers = (hash(claim.as_bytes()), hash(prescription.as_bytes()));
            let kept: Vec<_> = collected
                .dispenses
                .iter()
                .map(|d| (d.claim, d.prescription, d.fill, d.authority, d.marks, d.verdict))
                .collect();
            // An order has no fills.
            let fill_number = if marks.has(Marks::ORDER) { 0 } else { 5 };
            let expected =
                is_kept.then_some((numbers.0, numbers.1, fill_number, 1, marks, VerdictId::MAX));
            assert_eq!(kept, Vec::from_iter(expected), "{cells:?}");
            assert_eq!(counts(&collected), [1, 0, 1, 0, 0]);
            // For a known drug that is not watched there is nothing to cancel.
            cells.push((Field::Drug, LISINOPRIL));
            assert!(of(&collection, &fill(&cells)).dispenses.is_empty());
        }
    }
    // One that is not a reversal names no drug, and is kept only for its diagnosis.
    let cells = [
        (Field::Patient, "P1"),
        (Field::Dispensed, "2025-01-02"),
        (Field::Claim, "C1"),
        (Field::Diagnosis, "F10.20"),
    ];
    let collected = of(&collection, &fill(&cells));
    assert_eq!(
        (counts(&collected), collected.dispenses.len(), collected.facts.len()),
        ([1, 0, 0, 1, 0], 0, 1)
    );
}

#[test]
fn a_birth_date_or_an_age_is_noted_beside_a_watched_drug_alone() {
    let collection = collection();
    let aged = |years| FactKind::Aged { years, on: day("2025-01-02") };
    for (born, age, in_record, fact) in [
        ("1990-05-06", "", Some(day("1990-05-06")), None),
        // A birth date wins over an age.
        ("1990-05-06", "17", Some(day("1990-05-06")), None),
        // Too long ago to be noted in the record.
        ("1879-12-31", "", None, Some(FactKind::Born(day("1879-12-31")))),
        ("unknown", "34", None, Some(aged(34))),
        ("", "0", None, Some(aged(0))),
        ("", "149", None, Some(aged(149))),
        ("", "150", None, None),
        ("", "-1", None, None),
        ("", "", None, None),
    ] {
        let mut cells = vec![
            (Field::Patient, "P1"),
            (Field::Dispensed, "2025-01-02"),
            (Field::BirthDate, born),
            (Field::Age, age),
        ];
        cells.push((Field::Drug, NALTREXONE));
        let collected = of(&collection, &fill(&cells));
        let facts: Vec<FactKind> = collected.facts.iter().map(|fact| fact.what).collect();
        assert_eq!(
            (collected.dispenses[0].born(), facts),
            (in_record, Vec::from_iter(fact)),
            "{cells:?}"
        );
        cells.push((Field::Drug, LISINOPRIL));
        assert!(of(&collection, &fill(&cells)).facts.is_empty(), "{cells:?}");
    }
}

#[test]
fn a_diagnosis_or_a_pregnancy_counts_whatever_drug_it_stands_beside() {
    let collection = collection();
    let place = |name: &str| {
        ENGINE
            .book()
            .conditions()
            .iter()
            .position(|condition: &ConditionCodes| condition.name == name)
            .unwrap() as u8
    };
    let (pain, pregnancy) = (place("pain"), place("pregnancy"));
    for drug in ["Naltrexone 50 mg tablet", "Lisinopril 10 mg", ""] {
        for (diagnosis, pregnant, found) in [
            ("", "", &[][..]),
            ("M54.5", "", &[pain]),
            ("", "Z33.1", &[pregnancy]),
            ("M54.5", "Z33.1", &[pain, pregnancy]),
        ] {
            let export = format!(
                "patient_id,assigning_authority,drug_name,ndc,fill_date,diagnosis_code,pregnancy\nP1,North,{drug},,2025-01-02,{diagnosis},{pregnant}\n"
            );
            let collected = gather(&collection, &export);
            let place =
                Place { file: 0, record: 1, line: 2, offset: export.find("P1").unwrap() as u64 };
            let fact = |&condition: &u8| Fact {
                patient: PatientKey::new("P1", ""),
                authority: 1,
                what: FactKind::Condition { condition, on: Some(day("2025-01-02")) },
                key: place.into(),
            };
            assert_eq!(collected.facts, found.iter().map(fact).collect::<Vec<_>>(), "{export}");
            assert_eq!(collected.read, 1);
        }
    }
    // What was cancelled was never diagnosed at the counter.
    let export = format!(
        "patient_id,drug_name,fill_date,diagnosis_code,status\nP1,{LISINOPRIL},2025-01-02,M54.5,reversed\n"
    );
    assert!(gather(&collection, &export).facts.is_empty());
}

#[test]
fn fill_numbers_count_from_nothing_and_what_is_no_number_is_told_apart_all_the_same() {
    for (text, number) in [("", 0), ("0", 1), ("1", 2), ("2", 3), ("02", 3), ("59999", 60_000)] {
        assert_eq!(fill_number(text.as_bytes()), number, "{text}");
    }
    let words = ["60000", "60001", "70000", "-1", "A", "B", "RX-7"];
    for (at, text) in words.iter().enumerate() {
        assert_eq!(fill_number(text.as_bytes()), (hash(text.as_bytes()) as u16).max(1), "{text}");
        assert!(
            words[..at]
                .iter()
                .all(|other| fill_number(other.as_bytes()) != fill_number(text.as_bytes())),
            "{text}"
        );
    }
}
