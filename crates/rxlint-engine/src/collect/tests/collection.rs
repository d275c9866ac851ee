//! What all readers of a run share: the memory limit, the numbers of identities and authorities,
//! whose facts matter, and what a ledger needs.

use std::collections::BTreeSet;
use std::io;

use super::*;
use crate::exposure::ExposureOptions;
use rxlint_model::record::{PersonFact, Said};

/// A limit beyond which records go to another part of memory.
fn in_memory(bytes: u64) -> MemoryLimit {
    MemoryLimit { bytes, scratch: || Ok(Box::new(io::Cursor::new(Vec::new()))) }
}

const TABLET: &str = "Naltrexone 50 mg tablet";

/// Twenty patients, each with one fill and one diagnosis.
fn twenty() -> String {
    (1..=20).fold("patient_id,drug_name,fill_date,diagnosis_code\n".to_owned(), |all, n| {
        all + &format!("P{n},{TABLET},2025-01-{n:02},F10.20\n")
    })
}

#[test]
fn a_later_block_is_added_to_an_earlier_one_and_moved_out_beyond_the_limit() {
    let record = |patient| {
        fill(&[(Field::Patient, patient), (Field::Drug, TABLET), (Field::Dispensed, "2025-01-02")])
    };
    for limit in [None, Some(1000), Some(0)] {
        let collection = collection().with_limit(limit.map(in_memory));
        let (mut earlier, mut later) = (collection.collector(), collection.collector());
        earlier.record(&record("P1"));
        later.record(&record("P2"));
        later.reject(Place::default(), Reason::OpenQuote);
        assert!(earlier.absorb(later).is_none());
        let collected = earlier.finish();
        assert_eq!((collected.read, collected.checked, collected.rejected.len()), (3, 2, 1));
        let kept: Vec<PatientKey> =
            collected.dispenses.iter().map(|dispense| dispense.patient).collect();
        if limit == Some(0) {
            assert!(kept.is_empty() && collected.runs.len() == 1);
        } else {
            assert_eq!(kept, ["P1", "P2"].map(|patient| PatientKey::new(patient, "")));
            assert!(collected.runs.is_empty());
        }
    }
}

#[test]
fn what_was_moved_out_of_memory_is_shown_again_patient_by_patient() {
    for limit in [None, Some(1 << 20), Some(0)] {
        let collection = collection().with_limit(limit.map(in_memory));
        let mut collected = gather(&collection, &twenty());
        collection.relieve(&mut collected);
        assert_eq!(
            (collected.dispenses.is_empty(), collected.facts.is_empty()),
            (limit == Some(0), limit == Some(0))
        );
        assert_eq!(collected.runs.is_empty(), limit != Some(0));

        // Each patient gets a record of an earlier night, and is seen with both on the second
        // visit.
        for fills in 1..=2 {
            let (mut seen, mut parts) = (BTreeSet::new(), 0);
            let mut see =
                |dispenses: &[Dispense], facts: &[Fact], added: &mut Collected| -> io::Result<()> {
                    parts += 1;
                    let here: BTreeSet<PatientKey> =
                        dispenses.iter().map(|dispense| dispense.patient).collect();
                    assert_eq!(dispenses.len(), here.len() * fills);
                    assert_eq!(here, facts.iter().map(|fact| fact.patient).collect());
                    assert!(seen.is_disjoint(&here));
                    added.dispenses.extend(dispenses.iter().map(|dispense| Dispense {
                        first: dispense.first.plus(-100),
                        ..*dispense
                    }));
                    seen.extend(here);
                    Ok(())
                };
            collection.visit(&mut collected, &mut see).unwrap();
            assert_eq!(seen.len(), 20);
            assert_eq!(parts > 1, limit == Some(0));
        }
        let failed = collection.visit(&mut collected, |_, _, _| Err(io::Error::other("no more")));
        assert_eq!(failed.unwrap_err().to_string(), "no more");
    }
}

#[test]
fn once_it_is_settled_whose_facts_matter_others_are_forgotten() {
    let collection = collection();
    let key = |patient: &str| PatientKey::new(patient, "");
    let told = |collection: &Collection| {
        let mut intake = collection.collector();
        for (patient, born) in [("P1", "1990-05-06"), ("P2", "1991-06-07"), ("P3", "unknown")] {
            let what = PersonFact::Born(born);
            intake.person(&Said { patient, authority: "North", what, key: RowKey::default() });
        }
        let collected = intake.finish();
        assert_eq!(collected.read, 0);
        collected
            .facts
            .iter()
            .map(|fact| (fact.patient, fact.authority, fact.what))
            .collect::<Vec<_>>()
    };
    let both = [("P1", "1990-05-06"), ("P2", "1991-06-07")]
        .map(|(patient, born)| (key(patient), 1, FactKind::Born(day(born))));
    assert_eq!(told(&collection), both);
    collection.care_only_for([key("P2"), key("P3")].into_iter());
    assert_eq!(told(&collection), both[1..]);
    collection.care_only_for([key("P1")].into_iter());
    assert_eq!(told(&collection), both[1..]);
}

#[test]
fn a_desk_numbers_verdicts_and_for_a_ledger_identities() {
    let export = "patient_id,drug_name,fill_date
P1,Naltrexone 50 mg tablet,2025-01-02
P1,NALTREXONE 50 MG TABLET,2025-01-02
P1,Oxycodone 5 mg tablet,2025-01-02
P1,Naltrexone 50 mg tablet,2025-01-03
P1,Lisinopril 10 mg,2025-01-02
";
    for (by_identity, numbers) in [(false, [0, 0, 1, 0]), (true, [0, 1, 2, 0])] {
        let collection = collection().by_identity(by_identity);
        let kept: Vec<VerdictId> =
            gather(&collection, export).dispenses.iter().map(|dispense| dispense.verdict).collect();
        assert_eq!(kept, numbers);
    }
}

#[test]
fn what_a_ledger_wrote_down_gets_the_numbers_that_tonight_uses() {
    let collection = collection().by_identity(true);
    let said = |drug| said::of(&fill(&[(Field::Drug, drug)]));
    let (oxycodone, naltrexone) = (said("Oxycodone 5 mg tablet"), said(TABLET));
    assert_eq!(collection.recall_identity(&said("Lisinopril 10 mg")), None);
    assert_eq!(collection.recall_identity("no JSON"), None);
    assert!(collection.identities().is_empty());
    assert_eq!(collection.recall_identity(&oxycodone), Some(0));
    assert_eq!(collection.recall_identity(&naltrexone), Some(1));
    assert_eq!(collection.recall_identity(&oxycodone), Some(0));
    let collected = gather(&collection, &twenty());
    assert!(
        collected.dispenses.len() == 20
            && collected.dispenses.iter().all(|dispense| dispense.verdict == 1)
    );
    assert_eq!(collection.identities(), [oxycodone, naltrexone]);

    assert!(collection.authorities().is_empty());
    let numbers =
        ["", "North", "South", "", "North"].map(|authority| collection.recall_authority(authority));
    assert_eq!(numbers, [0, 1, 2, 0, 1]);
    assert_eq!(collection.authorities(), ["NORTH", "SOUTH"]);
}

#[test]
fn a_record_reaches_as_far_as_it_may_last_and_be_carried_over() {
    let exposure = ExposureOptions { default_days: 20, carry_cap: 7, ..ExposureOptions::default() };
    let settings = Settings { exposure, ..Settings::default() };
    let engine = Engine::of(Book::built_in().unwrap(), settings);
    let collection = Collection::new(&engine).by_identity(true);
    let (patch, depot) = ("fentanyl 25 mcg/hr patch", "Vivitrol 380 mg kit");
    let (nothing, per_day, none) = (Marks::default(), Marks::PER_DAY, f32::NAN);
    for (drug, quantity, days, marks, reach) in [
        // Nothing is stated: the default, plus what may be carried over.
        (TABLET, none, 0, nothing, Some(27)),
        (TABLET, 30.0, 0, nothing, Some(27)),
        (TABLET, 30.0, 1, nothing, Some(8)),
        (TABLET, 30.0, 90, nothing, Some(97)),
        (TABLET, none, 0, Marks::OPEN, None),
        // Three days each, whatever the row says; only the quantity says how many there are.
        (patch, 10.0, 1, nothing, Some(37)),
        (patch, 10.0, 0, nothing, Some(37)),
        (patch, 1.0, 1, nothing, Some(10)),
        (patch, none, 1, nothing, Some(10)),
        (patch, 0.0, 1, nothing, Some(10)),
        (patch, -10.0, 1, nothing, Some(10)),
        (patch, 10.0, 1, per_day, Some(10)),
        (depot, none, 1, nothing, Some(35)),
        (depot, none, 40, nothing, Some(47)),
        // No rule watches it any more.
        ("Lisinopril 10 mg", 30.0, 5, nothing, Some(12)),
    ] {
        let verdict = collection
            .recall_identity(&said::of(&fill(&[(Field::Drug, drug)])))
            .unwrap_or(VerdictId::MAX);
        let bare = Dispense::at(Place::default(), PatientKey::default(), verdict, Day(20_000));
        let record = Dispense { quantity, days, marks, ..bare };
        assert_eq!(
            collection.reach(&record).map(|until| until.since(record.first)),
            reach,
            "{drug} {quantity} {days} {marks:?}"
        );
    }
}
