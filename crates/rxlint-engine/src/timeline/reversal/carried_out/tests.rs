//! What is left of orders that were carried out, and of what was supplied for them.

use super::super::tests::{MORPHINE, OXYCODONE, PERCOCET, check, settled};

#[test]
fn an_order_that_was_carried_out_is_told_by_its_dispenses() {
    let order = (OXYCODONE, "- R1 - 01. 30 10 order -");
    check(&[
        ("dispensed later", &[order, (OXYCODONE, "- R1 0 03. 30 10 - -")], &[2], 0),
        ("another product of the drug", &[order, (PERCOCET, "- R1 0 03. 30 10 - -")], &[2], 0),
        ("another drug under the number", &[order, (MORPHINE, "- R1 0 01. 30 10 - -")], &[1, 2], 0),
        (
            "another prescription on the same day",
            &[order, (OXYCODONE, "- R2 0 01. 30 10 - -"), (OXYCODONE, "C9 - - 20. 1 1 D -")],
            &[1, 2],
            0,
        ),
        (
            "the dispense was reversed",
            &[order, (OXYCODONE, "- R1 0 03. 30 10 - -"), (OXYCODONE, "- R1 0 03. 30 10 D -")],
            &[1],
            1,
        ),
        (
            "another order of the number carries nothing out",
            &[order, (OXYCODONE, "- R1 - 20. 30 10 order -")],
            &[1, 2],
            0,
        ),
    ]);
}

#[test]
fn what_had_run_out_before_an_order_begins_was_supplied_for_another_of_its_number() {
    let supply = (OXYCODONE, "- R1 0 01. 10 10 - -");
    let order = |day: &str| format!("- R1 - {day} 30 30 order -");
    let renewed = |day: &str| settled(&[supply, (OXYCODONE, &order(day))]).0;
    assert_eq!(renewed("10."), [(1, 10)], "on its last day");
    assert_eq!(renewed("11."), [(1, 10), (2, 30)]);
    let again = (OXYCODONE, "- R1 1 13. 10 10 - -");
    assert_eq!(settled(&[supply, (OXYCODONE, &order("12.")), again]).0, [(1, 10), (3, 10)]);
    let before = (OXYCODONE, "- R1 - 01. 10 10 order -");
    assert_eq!(settled(&[before, supply, (OXYCODONE, &order("12."))]).0, [(2, 10), (3, 30)]);
    // A clinic's day is not how long a depot lasts.
    let depot = ("Vivitrol 380 mg", "- R1 0 01. 1 1 - -");
    let next = |day: &'static str| settled(&[depot, ("Vivitrol 380 mg", day)]).0.len();
    assert_eq!((next("- R1 - 28. 1 28 order -"), next("- R1 - 29. 1 28 order -")), (1, 2));
    let answer = (OXYCODONE, "- R1 - 12. 30 30 order-answer -");
    assert_eq!(settled(&[supply, answer]).0.len(), 2, "it states its own first day");
}

#[test]
fn what_was_supplied_ends_with_its_order() {
    let order = (OXYCODONE, "C1 R1 01. 01. 30 30 order -");
    let stop = "C1 - 05. 05. - - order-stop -";
    for (supplies, changes, expected) in [
        (vec!["C1 - 0 01. 7 7 - -", "C1 - 1 04. 7 7 - -"], vec![stop], vec![(2, 5), (3, 2)]),
        (vec!["C1 - 0 01. 7 - - -", "C1 - 1 04. 7 - - -"], vec![stop], vec![(2, 5), (3, 2)]),
        (vec!["C1 - 0 01. 90 - - -", "C1 - 1 04. 90 - - -"], vec![stop], vec![(2, 5), (3, 2)]),
        (vec!["C1 - 0 01. 3 3 - -"], vec![stop], vec![(2, 3)]),
        (vec!["C1 - 0 06. 7 7 - -"], vec![stop], vec![(2, 7)]),
        (vec!["C1 - 0 01. 7 7 - -"], vec![stop, "C1 - 06. 06. 30 30 order -"], vec![(2, 7)]),
        (vec!["C1 - 0 01. 7 7 - -"], vec!["C1 - 05. 05. 30 30 order-change -"], vec![(2, 7)]),
    ] {
        let rows = std::iter::once(order)
            .chain(supplies.iter().chain(&changes).map(|row| (OXYCODONE, *row)))
            .collect::<Vec<_>>();
        assert_eq!(settled(&rows).0, expected, "{supplies:?} {changes:?}");
    }
}

#[test]
fn a_supply_without_days_has_those_of_its_order_by_its_share_of_the_quantity() {
    let order = (OXYCODONE, "- R1 - 01. 30 10 order -");
    for (supply, days) in [
        ("- R1 0 03. 30 - - -", 10),
        ("- R1 0 03. 15 - - -", 5),
        ("- R1 0 03. 10 - - -", 4),
        ("- R1 0 03. 60 - - -", 0),
        ("- R1 0 03. - - - -", 10),
        ("- R1 0 03. 30 7 - -", 7),
    ] {
        assert_eq!(settled(&[order, (OXYCODONE, supply)]), (vec![(2, days)], 0), "{supply}");
    }
}
