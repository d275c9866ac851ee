//! Tables with a row for what was ordered and a row for what was handed over for it: the two are one supply.

use crate::common::table::{CLEAN, Expected, expect};

const OVERLAP: Expected =
    Expected { codes: &[1], fires: &["opioid-antagonist-overlap"], is_quiet: &[] };

/// What happened to a patient's prescription of naltrexone, before 5 days of oxymorphone, and that of somebody else, which was ordered and filled.
fn log((header, ordered, filled): (&str, &str, &str), rows: &[&str], opioid: &str) -> String {
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    format!(
        "rx_number,patient,{header},date,drug,qty,days_supply,state\n{rows}\
         3,P1,{filled},{opioid},Oxymorphone 5 mg tab,20,5,\n\
         9,P9,{ordered},2026-01-01,Lisinopril 10 mg tablet,30,30,\n\
         9,P9,{filled},2026-01-02,Lisinopril 10 mg tablet,30,30,\n"
    )
}

#[test]
fn what_was_ordered_and_then_filled_is_one_supply() {
    for kind in [
        ("event", "ORDER", "DISPENSE"),
        ("event", "WRITTEN", "FILLED"),
        ("type", "Rx", "Fill"),
        ("record_type", "MedicationRequest", "MedicationDispense"),
        ("source", "order", "dispense"),
        ("status", "Ordered", "Dispensed"),
        ("Vorgang", "Verordnung", "Abgabe"),
        ("Évènement", "Prescription", "Délivrance"),
        ("Evento", "Prescripción", "Dispensación"),
    ] {
        let (_, ordered, filled) = kind;
        let order = format!("1,P1,{ordered},2026-02-03,Naltrexone 50 mg tab,30,30,");
        let fill = format!("1,P1,{filled},2026-02-04,Naltrexone 50 mg tab,30,30,");
        let other = fill.replacen('1', "2", 1);
        expect(ordered, &log(kind, &[&order, &fill], "2026-03-20"), &CLEAN);
        expect("reversed", &log(kind, &[&fill, &order], "2026-03-20"), &CLEAN);
        expect("during it", &log(kind, &[&order, &fill], "2026-03-01"), &OVERLAP);
        expect("another's", &log(kind, &[&order, &other], "2026-03-20"), &OVERLAP);
    }
}

#[test]
fn an_order_without_a_fill_stands() {
    let kind = ("event", "ORDER", "DISPENSE");
    let order = "1,P1,ORDER,2026-02-03,Naltrexone 50 mg tab,30,30,";
    expect("never filled", &log(kind, &[order], "2026-02-20"), &OVERLAP);
    let cancelled = "1,P1,DISPENSE,2026-02-04,Naltrexone 50 mg tab,30,30,Cancelled";
    let table = log(kind, &[order, cancelled], "2026-02-20").replace("state", "status");
    expect("the fill was cancelled", &table, &OVERLAP);
}

#[test]
fn each_fill_of_an_order_counts_and_takes_its_days() {
    let kind = ("event", "ORDER", "DISPENSE");
    let order = "1,P1,ORDER,2026-02-03,Naltrexone 50 mg tab,30,30,";
    let fills = ["2026-02-04", "2026-03-06"]
        .map(|day| format!("1,P1,DISPENSE,{day},Naltrexone 50 mg tab,30,30,"));
    expect("refilled", &log(kind, &[order, &fills[0], &fills[1]], "2026-03-20"), &OVERLAP);
    let order = "1,P1,ORDER,2026-02-03,Naltrexone 50 mg tab,90,90,";
    let fill = "1,P1,DISPENSE,2026-02-04,Naltrexone 50 mg tab,,,";
    expect("without days", &log(kind, &[order, fill], "2026-03-20"), &OVERLAP);
}
