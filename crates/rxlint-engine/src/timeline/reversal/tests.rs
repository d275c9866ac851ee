//! Which claims and orders remain after reversals, replacements and cancellations, as an export
//! would write them.

use std::sync::LazyLock;

use super::*;
use crate::collect::{Collected, Collection, Collector};
use crate::engine::{Engine, Settings};
use crate::rule::Book;
use rxlint_input::{Input, InputOptions};
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{AdjustmentCodes, Field, Record};
use rxlint_model::sink::RecordSink;

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::of(Book::built_in().unwrap(), Settings::default()));

const HEADER: &str = "drug,claim_id,rx_number,fill_number,fill_date,quantity,days_supply,adjustment_code,status,patient";

pub(super) const OXYCODONE: &str = "oxycodone 5 mg tablet";
pub(super) const PERCOCET: &str = "Percocet 5-325 mg tablet";
pub(super) const MORPHINE: &str = "morphine sulfate 15 mg tablet";

/// The remaining claims of one patient, by row and with their days, and how many were reversed. A row gives the claim, prescription and fill numbers,
/// the date in March 2026, quantity, days, adjustment and status, preceded by a drug.
pub(super) fn settled(rows: &[(&str, &str)]) -> (Vec<(u32, u16)>, u64) {
    let (found, taken_back, _) = outcome(rows);
    (found, taken_back)
}

/// The remaining claims that are uncertain.
pub(super) fn doubtful(rows: &[(&str, &str)]) -> Vec<u32> {
    outcome(rows).2
}

fn outcome(rows: &[(&str, &str)]) -> (Vec<(u32, u16)>, u64, Vec<u32>) {
    let rows: String = rows
        .iter()
        .map(|(drug, row)| {
            format!(
                "{drug},{},P1\n",
                row.split_whitespace().map(cell).collect::<Vec<_>>().join(",")
            )
        })
        .collect();
    let input = Input::memory(
        0,
        "claims.csv",
        format!("{HEADER}\n{rows}").into_bytes(),
        &InputOptions::default(),
    )
    .unwrap();
    let collection = Collection::new(&ENGINE);
    let mut collected = Collected::default();
    input
        .read(&|| AlsoOrders(collection.collector()))
        .unwrap()
        .into_iter()
        .for_each(|gather| collected.absorb(gather.0.finish()));
    let verdicts = collection.close().0;
    let as_of = Day::from_iso("2026-12-31").unwrap();
    let (dictionary, options) = (ENGINE.book().dictionary(), &ExposureOptions::default());
    let basis = Basis { dictionary, verdicts: &verdicts, options, as_of };
    let outcome = |mut records: Vec<Dispense>| {
        let mut reports = reports::Reports::default();
        reports.add(&records);
        reports.mark(&mut records);
        let Settled { records: stand, reversed: taken_back, conflicts, unclear, .. } =
            settle(records, &basis);
        let mut stand: Vec<(u32, u16)> =
            stand.iter().map(|record| (record.key.place().record, record.days)).collect();
        stand.sort_unstable();
        let unclear = unclear.iter().map(|of| &of.claim);
        let mut told: Vec<u32> =
            conflicts.iter().chain(unclear).map(|key| key.place().record).collect();
        told.sort_unstable();
        told.dedup();
        (stand, taken_back, told)
    };
    let found = outcome(collected.dispenses.clone());
    collected.dispenses.reverse();
    assert_eq!(outcome(collected.dispenses), found, "the order of the rows says nothing:\n{rows}");
    found
}

/// Reads `order-cancel` and the like as what readers of messages say, which no table can.
struct AlsoOrders<'c>(Collector<&'c Collection>);

impl RecordSink for AlsoOrders<'_> {
    fn record(&mut self, record: &Record<'_>) {
        let mut record = record.clone();
        if record.text(Field::Adjustment).starts_with(b"order") {
            record.adjustment = AdjustmentCodes::Order;
        }
        self.0.record(&record);
    }

    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
        self.0.reject(key, reason);
    }

    fn shift(&mut self, by: RowKey) {
        self.0.shift(by);
    }
}

/// A dash is an empty cell; two digits with a dot are a day in March 2026.
fn cell(text: &str) -> String {
    match text.strip_suffix('.') {
        Some(day) => format!("2026-03-{day}"),
        None if text == "-" => String::new(),
        None => text.to_owned(),
    }
}

/// What it shows, its rows, those that remain, and how many are reversed.
pub(super) type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [u32], u64);

/// Compares the remaining rows, and how many were reversed.
pub(super) fn check(cases: &[Case<'_>]) {
    for (what, rows, stand, taken_back) in cases {
        let (found, reversed) = settled(rows);
        assert_eq!(
            (found.iter().map(|&(row, _)| row).collect::<Vec<_>>(), reversed),
            (stand.to_vec(), *taken_back),
            "{what}"
        );
    }
}

#[test]
fn a_part_that_comes_back_leaves_the_rest_with_the_patient() {
    check(&[
        (
            "two of sixty tablets",
            &[(OXYCODONE, "- R1 - 01. 60 30 - -"), (OXYCODONE, "- R1 - 01. -2 -1 - -")],
            &[1],
            0,
        ),
        (
            "half, and then the other half",
            &[
                (OXYCODONE, "- R1 - 01. 60 30 - -"),
                (OXYCODONE, "- R1 - 01. -30 -15 - -"),
                (OXYCODONE, "- R1 - 01. -30 -15 - -"),
            ],
            &[],
            1,
        ),
    ]);
}

#[test]
fn what_was_filled_later_or_billed_otherwise_is_another_claim() {
    check(&[
        (
            "reversed on the 1st, sold on the 11th under the same refill number",
            &[(OXYCODONE, "- R1 0 01. 60 30 - REVERSED"), (OXYCODONE, "- R1 0 11. 60 30 - SOLD")],
            &[2],
            0,
        ),
        (
            "billed again for half the quantity and half the days",
            &[(OXYCODONE, "- R1 0 01. 120 30 - REVERSED"), (OXYCODONE, "- R1 0 01. 60 15 - PAID")],
            &[2],
            0,
        ),
    ]);
}

#[test]
fn each_round_of_bill_and_reversal_takes_its_own_claim() {
    let rounds = [
        (OXYCODONE, "- R1 - 01. 12 3 - PAID"),
        (OXYCODONE, "- R1 - 01. 12 3 - REVERSED"),
        (OXYCODONE, "- R1 - 01. 120 30 - PAID"),
        (OXYCODONE, "- R1 - 01. 120 30 - REVERSED"),
        (OXYCODONE, "- R1 - 01. 120 30 - PAID"),
    ];
    let unnamed = [
        (OXYCODONE, "- R1 - 01. 120 10 - PAID"),
        (OXYCODONE, "- R1 - 01. 120 10 - REVERSED"),
        (OXYCODONE, "- R1 - 01. 90 8 - PAID"),
        (OXYCODONE, "- R1 - 01. - - - REVERSED"),
    ];
    check(&[
        ("two rounds", &rounds[..4], &[], 2),
        ("two rounds, and the second bill again", &rounds, &[5], 2),
        ("the second reversal names no supply", &unnamed, &[], 2),
    ]);
}

#[test]
fn a_reversal_takes_back_the_claim_that_its_numbers_name() {
    check(&[
        (
            "the same claim number on the same day",
            &[(OXYCODONE, "C1 - - 01. 30 5 - PAID"), (OXYCODONE, "C1 - - 01. 30 5 - REVERSED")],
            &[],
            1,
        ),
        (
            "by an adjustment code",
            &[(OXYCODONE, "C1 - - 01. 30 5 - -"), (OXYCODONE, "C1 - - 01. 30 5 D -")],
            &[],
            1,
        ),
        (
            "another claim number",
            &[(OXYCODONE, "C1 - - 01. 30 5 - -"), (OXYCODONE, "C2 - - 01. 30 5 D -")],
            &[1],
            0,
        ),
        (
            "no claim number on the claim",
            &[(OXYCODONE, "- - - 01. 30 5 - -"), (OXYCODONE, "C2 - - 01. 30 5 D -")],
            &[1],
            0,
        ),
        (
            "the claim number on the day on which it was reversed",
            &[(OXYCODONE, "C1 - - 01. 30 5 - -"), (OXYCODONE, "C1 - - 02. 30 5 D -")],
            &[],
            1,
        ),
        (
            "the prescription on the same day",
            &[(OXYCODONE, "- R1 - 01. 30 5 - -"), (OXYCODONE, "- R1 - 01. 10 5 D -")],
            &[],
            1,
        ),
        (
            "the prescription on another day",
            &[(OXYCODONE, "- R1 - 01. 30 5 - -"), (OXYCODONE, "- R1 - 15. 30 5 D -")],
            &[1],
            0,
        ),
        (
            "the same fill, reversed later",
            &[(OXYCODONE, "- R1 0 01. 30 5 - -"), (OXYCODONE, "- R1 0 15. 30 5 D -")],
            &[],
            1,
        ),
        (
            "another fill, reversed later",
            &[(OXYCODONE, "- R1 0 01. 30 5 - -"), (OXYCODONE, "- R1 1 15. 30 5 D -")],
            &[1],
            0,
        ),
        (
            "one of two fills",
            &[
                (OXYCODONE, "- R1 0 01. 30 5 - -"),
                (OXYCODONE, "- R1 1 08. 30 5 - -"),
                (OXYCODONE, "- R1 1 15. 30 5 D -"),
            ],
            &[1],
            1,
        ),
        (
            "the same fill of another prescription",
            &[(OXYCODONE, "- R1 1 01. 30 5 - -"), (OXYCODONE, "- R2 1 01. 30 5 D -")],
            &[1],
            0,
        ),
    ]);
}

#[test]
fn a_reversal_takes_back_a_claim_of_its_own_drug() {
    check(&[
        (
            "another drug under the number",
            &[(OXYCODONE, "- R1 0 01. 30 5 - -"), (MORPHINE, "- R1 0 01. 30 5 D -")],
            &[1],
            0,
        ),
        (
            "another product of the drug",
            &[(OXYCODONE, "- R1 0 01. 30 5 - -"), (PERCOCET, "- R1 0 01. 30 5 D -")],
            &[],
            1,
        ),
        (
            "a reversal that names no drug",
            &[(OXYCODONE, "C1 - - 01. 30 5 - -"), ("", "C1 - - 01. 30 5 D -")],
            &[],
            1,
        ),
        (
            "a reversal before its claim",
            &[(OXYCODONE, "C1 - - 01. 30 5 D -"), (OXYCODONE, "C1 - - 01. 30 5 - -")],
            &[],
            1,
        ),
        (
            "a name that is not sure",
            &[
                ("naltrexonw 50 mg", "C1 - - 01. 30 30 - -"),
                ("naltrexonw 50 mg", "C1 - - 01. 30 30 D -"),
            ],
            &[],
            1,
        ),
        ("a reversal without a claim", &[(OXYCODONE, "C1 - - 01. 30 5 D -")], &[], 0),
    ]);
}

#[test]
fn without_a_number_or_with_a_negative_quantity_the_same_supply_is_taken_back() {
    check(&[
        (
            "no number",
            &[(OXYCODONE, "- - - 01. 30 5 - -"), (OXYCODONE, "- - - 01. 30 5 D -")],
            &[],
            1,
        ),
        (
            "no number, negative quantity",
            &[(OXYCODONE, "- - - 01. 30 5 - -"), (OXYCODONE, "- - - 01. -30 5 - -")],
            &[],
            1,
        ),
        (
            "no number, a claim with one",
            &[(OXYCODONE, "C1 R1 - 01. 30 5 - -"), (OXYCODONE, "- - - 01. 30 5 D -")],
            &[],
            1,
        ),
        (
            "the day before",
            &[(OXYCODONE, "- - - 02. 30 5 - -"), (OXYCODONE, "- - - 01. 30 5 D -")],
            &[1],
            0,
        ),
        (
            "another quantity",
            &[(OXYCODONE, "- - - 01. 30 5 - -"), (OXYCODONE, "- - - 01. 29 5 D -")],
            &[1],
            0,
        ),
        (
            "no quantity",
            &[(OXYCODONE, "- - - 01. - 5 - -"), (OXYCODONE, "- - - 01. - 5 D -")],
            &[1],
            0,
        ),
        (
            "another drug",
            &[(OXYCODONE, "- - - 01. 30 5 - -"), (MORPHINE, "- - - 01. 30 5 D -")],
            &[1],
            0,
        ),
        (
            "another number, negative quantity",
            &[(OXYCODONE, "C1 - - 01. 30 5 - -"), (OXYCODONE, "C2 - - 01. -30 5 - -")],
            &[],
            1,
        ),
        (
            "another prescription, negative quantity",
            &[(OXYCODONE, "- R1 - 01. 30 5 - -"), (OXYCODONE, "- R2 - 01. -30 5 - -")],
            &[1],
            0,
        ),
        (
            "another number, quantity of zero",
            &[(OXYCODONE, "C1 - - 01. 0 5 - -"), (OXYCODONE, "C2 - - 01. 0 5 D -")],
            &[1],
            0,
        ),
        (
            "another number, another negative quantity",
            &[(OXYCODONE, "C1 - - 01. 30 5 - -"), (OXYCODONE, "C2 - - 01. -20 5 - -")],
            &[1],
            0,
        ),
    ]);
}

#[test]
fn each_reversal_takes_back_one_claim_the_most_alike() {
    check(&[
        (
            "the same quantity",
            &[
                (OXYCODONE, "C1 - - 01. 30 5 - -"),
                (OXYCODONE, "C1 - - 01. 60 5 - -"),
                (OXYCODONE, "C1 - - 01. 60 5 D -"),
            ],
            &[1],
            1,
        ),
        (
            "the same quantity before the same days",
            &[
                (OXYCODONE, "C1 - - 01. 30 5 - -"),
                (OXYCODONE, "C1 - - 01. 60 10 - -"),
                (OXYCODONE, "C1 - - 01. 60 5 D -"),
            ],
            &[1],
            1,
        ),
        (
            "the same days",
            &[
                (OXYCODONE, "C1 - - 01. 30 5 - -"),
                (OXYCODONE, "C1 - - 01. 30 10 - -"),
                (OXYCODONE, "C1 - - 01. 30 10 D -"),
            ],
            &[1],
            1,
        ),
        (
            "billed again",
            &[
                (OXYCODONE, "C1 - - 01. 30 5 - -"),
                (OXYCODONE, "C1 - - 01. 30 5 D -"),
                (OXYCODONE, "C1 - - 01. 30 5 - -"),
            ],
            &[3],
            1,
        ),
        (
            "each of them twice",
            &[
                (OXYCODONE, "C1 - - 01. 30 5 - -"),
                (OXYCODONE, "C1 - - 01. 30 5 - -"),
                (OXYCODONE, "C1 - - 01. 30 5 D -"),
                (OXYCODONE, "C1 - - 01. 30 5 D -"),
            ],
            &[],
            1,
        ),
        (
            "one reversal twice, and another supply",
            &[
                (OXYCODONE, "C1 - - 01. 30 5 - -"),
                (OXYCODONE, "C1 - - 01. 30 5 D -"),
                (OXYCODONE, "C1 - - 01. 30 3 - -"),
                (OXYCODONE, "C1 - - 01. 30 5 D -"),
            ],
            &[3],
            1,
        ),
    ]);
}

#[test]
fn a_replacement_stands_for_the_earlier_claims_of_its_number() {
    check(&[
        (
            "the claim before it",
            &[(OXYCODONE, "C1 - - 01. 30 5 - -"), (OXYCODONE, "C1 - - 01. 60 10 A -")],
            &[2],
            0,
        ),
        (
            "the claim after it",
            &[(OXYCODONE, "C1 - - 01. 60 10 A -"), (OXYCODONE, "C1 - - 01. 30 5 - -")],
            &[1],
            0,
        ),
        ("nothing to replace", &[(OXYCODONE, "C1 - - 01. 60 10 A -")], &[1], 0),
        (
            "of two replacements nothing tells which is last",
            &[
                (OXYCODONE, "C1 - - 01. 30 5 - -"),
                (OXYCODONE, "C1 - - 01. 90 15 A -"),
                (OXYCODONE, "C1 - - 01. 60 10 A -"),
            ],
            &[2, 3],
            0,
        ),
        (
            "another fill",
            &[(OXYCODONE, "- R1 0 01. 30 5 - -"), (OXYCODONE, "- R1 1 15. 30 5 A -")],
            &[1, 2],
            0,
        ),
        (
            "another number, the same supply",
            &[(OXYCODONE, "C1 - - 01. 30 5 - -"), (OXYCODONE, "C2 - - 01. 30 5 A -")],
            &[1, 2],
            0,
        ),
        (
            "another prescription, the same supply",
            &[(OXYCODONE, "- R1 - 01. 30 5 - -"), (OXYCODONE, "- R2 - 01. 30 5 A -")],
            &[1, 2],
            0,
        ),
        (
            "another drug, where fills are not numbered",
            &[(OXYCODONE, "- R1 - 01. 30 5 - -"), (MORPHINE, "- R1 - 01. 30 5 A -")],
            &[1, 2],
            0,
        ),
        (
            "an order, changed later",
            &[
                (OXYCODONE, "- R1 - 01. 30 5 order -"),
                (OXYCODONE, "- R1 - 08. 60 10 order-change -"),
            ],
            &[2],
            0,
        ),
        (
            "a claim's replacement replaces no order",
            &[(OXYCODONE, "- R1 - 01. 30 5 order -"), (OXYCODONE, "- R2 - 01. 30 5 A -")],
            &[1, 2],
            0,
        ),
    ]);
}

#[test]
fn an_order_is_named_by_its_number_alone() {
    check(&[
        (
            "cancelled later",
            &[(OXYCODONE, "- R1 - 01. 30 5 order -"), (OXYCODONE, "- R1 - 20. - - order-cancel -")],
            &[],
            1,
        ),
        (
            "by the first of two numbers",
            &[
                (OXYCODONE, "C1 R1 - 01. 30 5 order -"),
                (OXYCODONE, "C1 R2 - 20. - - order-cancel -"),
            ],
            &[],
            1,
        ),
        (
            "counted once under two numbers",
            &[
                (OXYCODONE, "C1 R1 - 01. 30 5 order -"),
                (OXYCODONE, "C1 R1 - 20. - - order-cancel -"),
            ],
            &[],
            1,
        ),
        (
            "every order of the number",
            &[
                (OXYCODONE, "- R1 - 01. 30 5 order -"),
                (OXYCODONE, "- R1 - 08. 30 5 order -"),
                (OXYCODONE, "- R1 - 20. - - order-cancel -"),
            ],
            &[],
            2,
        ),
        (
            "another number",
            &[
                (OXYCODONE, "- R1 - 01. 30 5 order -"),
                (OXYCODONE, "- R2 - 01. 30 5 order-cancel -"),
            ],
            &[1],
            0,
        ),
        (
            "another drug",
            &[(OXYCODONE, "- R1 - 01. 30 5 order -"), (MORPHINE, "- R1 - 01. 30 5 order-cancel -")],
            &[1],
            0,
        ),
        (
            "a claim's reversal takes back no order",
            &[(OXYCODONE, "- R1 - 01. 30 5 order -"), (OXYCODONE, "- R1 - 01. 30 5 D -")],
            &[1],
            0,
        ),
        (
            "a cancelled order takes back no claim",
            &[(OXYCODONE, "- R1 - 01. 30 5 - -"), (OXYCODONE, "- R1 - 01. 30 5 order-cancel -")],
            &[1],
            0,
        ),
    ]);
}

#[test]
fn an_order_that_is_stopped_lasts_until_that_day() {
    let order = (OXYCODONE, "C1 R1 - 10. 30 10 order -");
    for (stop, expected) in [
        ("C1 R1 - 09. - - order-stop -", (vec![], 1)),
        ("C1 R1 - 10. - - order-stop -", (vec![(1, 1)], 0)),
        ("C1 R1 - 11. - - order-stop -", (vec![(1, 2)], 0)),
        ("C1 R1 - 18. - - order-stop -", (vec![(1, 9)], 0)),
        ("C1 R1 - 19. - - order-stop -", (vec![(1, 10)], 0)),
        ("C1 R1 - 20. - - order-stop -", (vec![(1, 10)], 0)),
    ] {
        assert_eq!(settled(&[order, (OXYCODONE, stop)]), expected, "{stop}");
    }
    let without_days = (OXYCODONE, "- R1 - 10. 30 - order -");
    assert_eq!(
        settled(&[without_days, (OXYCODONE, "- R1 - 18. - - order-stop -")]),
        (vec![(1, 9)], 0),
        "it had no end of its own"
    );
    let twice = [
        order,
        (OXYCODONE, "- R1 - 18. - - order-stop -"),
        (OXYCODONE, "- R1 - 12. - - order-stop -"),
    ];
    assert_eq!(settled(&twice), (vec![(1, 3)], 0), "the earlier stop counts");
}

#[test]
fn an_order_on_hold_ends_on_that_day_until_it_is_released() {
    let order = (OXYCODONE, "C1 R1 - 10. 30 10 order -");
    let hold = |day: &str| format!("C1 - - {day} - - order-hold -");
    let release = |day: &str| format!("C1 - - {day} - - order-release -");
    for (held, released, expected) in [
        ("10.", None, (vec![], 1)),
        ("13.", None, (vec![(1, 4)], 0)),
        ("13.", Some("14."), (vec![(1, 10)], 0)),
        ("13.", Some("12."), (vec![(1, 4)], 0)),
    ] {
        let (hold, release) = (hold(held), released.map(release));
        let mut rows = vec![order, (OXYCODONE, hold.as_str())];
        rows.extend(release.as_deref().map(|release| (OXYCODONE, release)));
        assert_eq!(settled(&rows), expected, "{held} {released:?}");
    }
    let other = [order, (OXYCODONE, "C2 - - 10. - - order-hold -")];
    assert_eq!(settled(&other), (vec![(1, 10)], 0), "another order's hold");
    let alone = [order, (OXYCODONE, "C1 - - 12. - - order-release -")];
    assert_eq!(settled(&alone), (vec![(1, 10)], 0), "a release takes nothing back");
}

#[test]
fn what_is_stated_after_a_stop_a_hold_or_a_cancellation_stands() {
    let order = (OXYCODONE, "C1 R1 01. 01. 30 30 order -");
    let (hold, stop) = ("C1 - 05. 05. - - order-hold -", "C1 - 05. 05. - - order-stop -");
    let released = "C1 R1 08. 08. 30 30 order-change -";
    for (what, rows, expected) in [
        ("held, then released", vec![hold, released], vec![(1, 5), (3, 30)]),
        ("stopped, then changed", vec![stop, released], vec![(1, 5), (3, 30)]),
        (
            "released with its own first day",
            vec![hold, "C1 R1 08. 01. 30 30 order-change -"],
            vec![(3, 30)],
        ),
        (
            "released, then held again",
            vec![hold, released, "C1 - 10. 10. - - order-hold -"],
            vec![(1, 5), (3, 3)],
        ),
        ("ordered again", vec![stop, "C1 R1 08. 08. 30 30 order -"], vec![(1, 5), (3, 30)]),
        (
            "cancelled, and ordered again",
            vec!["C1 - 05. 05. - - order-cancel -", "C1 R1 08. 08. 30 30 order -"],
            vec![(3, 30)],
        ),
        (
            "held, and stopped by a message that states the order",
            vec![hold, "C1 R1 10. 01. 30 9 order-ended -"],
            vec![(3, 5)],
        ),
        (
            "held, released, stopped",
            vec![hold, released, "C1 R1 10. 08. 30 3 order-ended -"],
            vec![(1, 5), (4, 3)],
        ),
    ] {
        let rows: Vec<_> =
            std::iter::once(order).chain(rows.into_iter().map(|row| (OXYCODONE, row))).collect();
        assert_eq!(settled(&rows).0, expected, "{what}");
    }
    let later = (OXYCODONE, "C1 R1 01. 10. 30 30 order -");
    assert_eq!(settled(&[later, (OXYCODONE, stop)]).0, vec![], "it was to begin later");
}

#[test]
fn a_change_counts_from_its_own_first_day_on() {
    let order = (OXYCODONE, "C1 R1 01. 01. 30 30 order -");
    for (rows, expected) in [
        (vec!["C1 R1 08. 08. 30 30 order-change -"], vec![(1, 7), (2, 30)]),
        (vec!["C1 R1 08. 01. 30 10 order-change -"], vec![(2, 10)]),
        // Before it began.
        (vec!["C1 R1 01. 08. 30 10 order-change -"], vec![(2, 10)]),
        (
            vec!["C1 R1 08. 08. 30 30 order-change -", "C1 R1 12. 12. 30 30 order-change -"],
            vec![(1, 7), (2, 4), (3, 30)],
        ),
        (
            vec!["C1 R1 08. 08. 30 30 order-change -", "C1 R1 12. 03. 30 30 order-change -"],
            vec![(1, 2), (3, 30)],
        ),
    ] {
        let rows: Vec<_> =
            std::iter::once(order).chain(rows.into_iter().map(|row| (OXYCODONE, row))).collect();
        assert_eq!(settled(&rows).0, expected, "{rows:?}");
    }
}
