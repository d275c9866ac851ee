//! Which claim a reversal, a credit or a return takes back, and what is said where that is open.

use crate::common::table::{ASKED, CLEAN, Expected, FOUND, OVERLAP, expect};

const JUDGED_AND_TOLD: Expected =
    Expected { codes: &[1], fires: &[OVERLAP, "conflicting-versions"], is_quiet: &[] };
const JUDGED: Expected =
    Expected { codes: &[1], fires: &[OVERLAP], is_quiet: &["conflicting-versions"] };

/// Claims with their numbers, the last of them for naltrexone.
fn claims(rows: &[&str]) -> String {
    let rows: String = rows
        .iter()
        .map(|row| {
            let cells: Vec<&str> = row.split_whitespace().collect();
            let [claim, number, day, quantity, status] = cells[..] else {
                panic!("five cells: {row}")
            };
            let blank = |cell: &str| cell.replace('-', "");
            format!(
                "{},{},P137,2026-03-{day},Oxycodone HCl 5 mg tablet,{quantity},14,{status}\n",
                blank(claim),
                blank(number)
            )
        })
        .collect();
    format!(
        "Claim ID,Rx Number,Patient ID,Fill Date,Drug,Qty,Days Supply,Status\n{rows}\
         C9,R9,P137,2026-03-06,Naltrexone HCl 50 mg tablet,28,28,Paid\n"
    )
}

#[test]
fn what_became_of_a_claim_takes_no_other_back() {
    for word in ["Reversed", "Voided", "Credited", "RTS", "Storno", "Tilbageført"] {
        let last_state = claims(&[&format!("C1 R1 02 42 {word}"), "C2 R1 02 42 Paid"]);
        expect(word, &last_state, &JUDGED_AND_TOLD);
    }
    let again = claims(&["C1 R1 02 42 Paid", "C1 R1 02 42 Reversed", "C2 R1 02 42 Paid"]);
    expect("billed again under another number", &again, &JUDGED);
    expect("its own bill", &claims(&["C1 R1 02 42 Paid", "C1 R1 02 42 Reversed"]), &CLEAN);
    expect("a minus", &claims(&["C1 R1 02 42 Paid", "C2 R1 02 -42 Reversed"]), &CLEAN);
    expect("no claim number", &claims(&["- R1 02 42 Paid", "- R1 02 42 Reversed"]), &CLEAN);
}

#[test]
fn a_reversal_may_be_dated_on_the_day_on_which_it_was_made() {
    for (quantity, word) in
        [("-42", "Reversed"), ("42", "Credit"), ("42", "Storno"), ("42", "Retur")]
    {
        let later = claims(&["C1 - 02 42 Paid", &format!("C1 - 03 {quantity} {word}")]);
        expect(word, &later, &CLEAN);
    }
    let by_prescription = claims(&["- R1 02 42 Paid", "- R1 03 -42 Reversed"]);
    expect("by the number of a prescription", &by_prescription, &JUDGED_AND_TOLD);
    expect("a part", &claims(&["C1 - 02 42 Paid", "C1 - 03 -6 Credit"]), &JUDGED);
}

/// A dispensing and a row like it under other headers and words, followed by naltrexone.
fn rows(header: &str, first: &str, second: &str) -> String {
    format!(
        "Patient ID,{header}\nP137,{first}\nP137,{second}\n\
         P137,N2,2026-03-06,Naltrexone HCl 50 mg tablet,28,28,Dispensed\n\
         P140,N3,2026-03-06,Metformin 500 mg tablet,28,28,Dispensed\n"
    )
}

#[test]
fn a_cancelled_row_beside_its_equal_is_reported_in_every_language() {
    for word in ["Cancelled", "Returned", "storniert", "Retur", "İptal", "Возврат", "取消", "退药"]
    {
        for number in ["Bill No", "Issue No", "Rx Number"] {
            let header = format!("{number},Fill Date,Drug,Qty,Days Supply,Status");
            let row = "N1,2026-03-02,Oxycodone HCl 5 mg tablet,42,14";
            let table = rows(&header, &format!("{row},Dispensed"), &format!("{row},{word}"));
            expect(&format!("{number} {word}"), &table, &JUDGED_AND_TOLD);
            let by_claim = table.replace(number, "Claim ID");
            expect(&format!("a claim, {word}"), &by_claim, &CLEAN);
        }
    }
}

#[test]
fn a_word_of_return_keeps_the_minus_beside_it() {
    for header in ["Transaction Type", "Trans Type", "Action"] {
        for word in ["RETURN", "RTN", "Cancelled"] {
            let header = format!("Rx Number,Fill Date,Drug,Qty,Days Supply,{header}");
            let row = |quantity: &str, word: &str| {
                format!("N1,2026-03-02,Oxycodone HCl 5 mg tablet,{quantity},14,{word}")
            };
            let table = rows(&header, &row("42", "ISSUE"), &row("-42", word));
            expect(&format!("{header} {word}"), &table, &CLEAN);
        }
    }
}

#[test]
fn a_credit_among_ways_to_pay_takes_nothing_back() {
    let paid = |header: &str, ways: [&str; 3]| {
        format!(
            "Rx Number,Fill Date,Patient ID,Drug,Qty,Days Supply,{header}\n\
             S1,2026-03-02,P137,Oxycodone 5mg Tab,42,14,{}\nS9,2026-03-06,P137,Naltrexone 50mg Tab,28,28,{}\n\
             S10,2026-03-13,P140,Metformin 500mg Tab,28,28,{}\n",
            ways[0], ways[1], ways[2]
        )
    };
    for header in ["Billing Status", "Status", "Payment Method", "Tender", "Bill Type"] {
        for ways in [["Credit Card", "Insurance", "Cash"], ["Credit", "Cash", "Cash"]] {
            expect(header, &paid(header, ways), &FOUND);
        }
    }
}

#[test]
fn a_minus_in_a_column_that_is_not_read_is_asked_about() {
    for header in ["Anzahl", "Net Qty", "Кол-во", "Faktor", "Charge Amount"] {
        let table = format!(
            "Doc No,Date,Patient ID,Item Name,{header}\nS1,2026-03-02,P137,Oxycodone 5mg Tab,42\n\
             S1,2026-03-02,P137,Oxycodone 5mg Tab,-42\nS9,2026-03-06,P137,Naltrexone 50mg Tab,28\n\
             S10,2026-03-13,P140,Metformin 500mg Tab,28\n"
        );
        expect(header, &table, &ASKED);
    }
    let part = "Claim ID,MRN,Service Date,Drug Name,Charge Qty,Days Supply,Status\n\
                C1,100137,2026-03-02,Oxycodone 5mg Tab,60,20,Charge\nC1,100137,2026-03-02,Oxycodone 5mg Tab,-10,20,Credit\n\
                C2,100137,2026-03-06,Naltrexone 50mg Tab,28,28,Charge\nC3,100140,2026-03-13,Metformin 500mg Tab,28,28,Charge\n";
    expect("a part that is credited", part, &ASKED);
}
