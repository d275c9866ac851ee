use proptest::prelude::*;

use super::*;
use crate::engine::{Pack, Settings};
use crate::tally::Unsettled;
use rxlint_model::record::Statement;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(Pack::default(), Settings::default()).unwrap());

const DRUGS: [&str; 6] = [
    "Naltrexone 50 mg tablet",
    "Oxycodone 5 mg tablet",
    "Vivitrol 380 mg kit",
    "Methadone 10 mg tablet",
    "Metformin 500 mg tablet",
    "Contrave 8-90 mg tablet",
];

/// A row of an export, as its caller has it.
#[derive(Clone, Debug)]
struct Row {
    patient: String,
    drug: &'static str,
    day: String,
    days: String,
}

fn row(patient: usize, drug: usize, day: i32, days: u32) -> Row {
    Row {
        patient: format!("P{patient}"),
        drug: DRUGS[drug],
        day: Day(20_000 + day).to_string(),
        days: if days == 0 { String::new() } else { days.to_string() },
    }
}

fn push(session: &mut Session, row: &Row, key: usize) {
    let cells = [
        (Field::Patient, row.patient.as_str()),
        (Field::Drug, row.drug),
        (Field::Dispensed, row.day.as_str()),
        (Field::DaysSupply, row.days.as_str()),
    ];
    session.record(&Record::of_cells(Statement::Fill, &cells), RowKey(key as u128));
}

fn told(findings: &[Finding]) -> Vec<String> {
    let mut told: Vec<String> = findings
        .iter()
        .map(|finding| {
            let rows: Vec<RowKey> = finding.places.iter().map(|place| place.row).collect();
            format!("{} {} {rows:?}", finding.fingerprint, finding.message)
        })
        .collect();
    told.sort();
    told
}

fn session() -> Session {
    ENGINE.session(Day(20_200), None)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// A finding depends only on its patient's records, the engine and the as-of day: patients may
    /// be closed together or one by one, on one worker or many, in any order; and tallies add up.
    #[test]
    fn it_does_not_matter_how_patients_are_shared_out(
        rows in proptest::collection::vec((0usize..5, 0usize..6, 0i32..120, 0u32..40), 0..60),
        workers in 1usize..4,
        seed in 0u64..1000,
    ) {
        let rows: Vec<Row> = rows.into_iter().map(|(p, drug, day, days)| row(p, drug, day, days)).collect();
        let mut whole = session();
        rows.iter().enumerate().for_each(|(at, row)| push(&mut whole, row, at));
        let (expected, tally) = whole.finish();

        // The rows of each worker's patients, in that worker's own order.
        let (mut findings, mut sum) = (Vec::new(), Tally::default());
        for worker in 0..workers {
            let mut session = session();
            for patient in (0..5).filter(|patient| patient % workers == worker) {
                let mut own: Vec<(usize, &Row)> =
                    rows.iter().enumerate().filter(|(_, row)| row.patient == format!("P{patient}")).collect();
                own.sort_by_key(|(at, _)| (*at as u64).wrapping_mul(seed * 2 + 1) % 101);
                own.into_iter().for_each(|(at, row)| push(&mut session, row, at));
                findings.extend(session.close());
            }
            let (rest, tally) = session.finish();
            assert!(rest.is_empty(), "nobody is open any more");
            sum.merge(&tally);
        }
        prop_assert_eq!(told(&findings), told(&expected));
        prop_assert!(sum.ties_out());
        prop_assert_eq!(format!("{:?}", sum.as_of()), format!("{:?}", tally.as_of()));
        let numbers = |tally: &Tally| (tally.read, tally.checked, tally.patients, tally.exposures, tally.assumed);
        prop_assert_eq!(numbers(&sum), numbers(&tally));
    }
}

#[test]
fn the_order_of_day_and_month_is_refused_where_nothing_tells() {
    let tally = |dates: &[&str], order| {
        let mut session = ENGINE.session(Day(20_200), order);
        for (at, date) in dates.iter().enumerate() {
            let row = Row {
                patient: "P1".into(),
                drug: DRUGS[0],
                day: (*date).to_owned(),
                days: "30".into(),
            };
            push(&mut session, &row, at);
        }
        session.finish().1
    };
    let unknown = tally(&["03/04/2025", "05/06/2025"], None);
    assert_eq!(unknown.date_order(), Err(Unsettled::Unknown(Field::Dispensed)));
    assert_eq!(unknown.rejected.get("unreadable-date"), Some(&2));
    // Two parts of one column know together what neither knows alone.
    let mut both = unknown;
    both.merge(&tally(&["25/12/2025"], None));
    assert_eq!(both.date_order(), Ok(Some(DateOrder::Dmy)));
    assert_eq!(tally(&["03/04/2025"], Some(DateOrder::Dmy)).checked, 1);
    both.merge(&tally(&["12/25/2025"], None));
    assert_eq!(both.date_order(), Err(Unsettled::Contradictory(Field::Dispensed)));
    assert_eq!(tally(&["2025-03-04"], None).date_order(), Ok(None));
}

#[test]
fn what_is_closed_is_forgotten() {
    let mut session = session();
    push(&mut session, &row(1, 1, 0, 30), 1);
    assert!(session.close().is_empty());
    push(&mut session, &row(1, 0, 5, 30), 2);
    assert!(session.close().is_empty(), "the opioid was closed before");
    push(&mut session, &row(2, 1, 0, 30), 3);
    push(&mut session, &row(2, 0, 5, 30), 4);
    assert_eq!(session.close().len(), 1);
    assert!(session.finish().0.is_empty());
}
