//! The day on which a supply reached its patient, next to that on which it was filled: sold, picked up, shipped, delivered. A fill
//! may wait two weeks before someone comes for it, or go back to stock.

use rxlint_model::record::Field;

use super::other_days::{ORDERS, days_apart};
use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::headers::{generic, tokens};
use crate::layout::table::JoinedColumns;

/// A supply waits no longer than this for its patient; a column of other days is not one of hand-overs.
const LONGEST_WAIT: i32 = 120;

/// How near to the patient what a header names is, the nearest first: what arrived, what someone came for, what was sent.
const ARRIVED: [&str; 12] = [
    "delivered",
    "delivery",
    "deliver",
    "geliefert",
    "lieferung",
    "liefer",
    "afgeleverd",
    "entregado",
    "entrega",
    "livraison",
    "consegna",
    "levering",
];
const SENT: [&str; 9] = [
    "ship",
    "shipped",
    "shipping",
    "shipment",
    "mailed",
    "mailing",
    "versand",
    "expedie",
    "verzonden",
];

/// Whether a header says when a supply was handed over, rather than made ready or billed.
pub(in crate::layout) fn says_hand_over(header: &str) -> bool {
    const OF_OTHERS: [&str; 7] =
        ["planned", "ending", "end", "return", "discontinue", "last", "birth"];
    const WORDS: [&str; 12] = [
        "next",
        "expected",
        "estimated",
        "est",
        "due",
        "scheduled",
        "requested",
        "promised",
        "by",
        "expiration",
        "expires",
        "deadline",
    ];
    let is_day =
        generic::header_meaning(header).is_some_and(|(field, _)| field == Field::Dispensed);
    is_day
        && tokens::says(header, "handed")
        && !tokens::says_any(header, &OF_OTHERS)
        && !tokens::words_have(header, &WORDS)
}

/// Whether a header says that something was finished, which may mean handed over: `Completed Date`.
pub(in crate::layout) fn may_be_hand_over(header: &str) -> bool {
    const DONE: [&str; 8] = [
        "completed",
        "completion",
        "complete",
        "finished",
        "finalized",
        "closed",
        "abgeschlossen",
        "termine",
    ];
    tokens::words_have(header, &DONE) && tokens::says_any(header, &["date", "time"])
}

/// Makes the day of the hand-over the first day, if a table has one next to that of the fill. A row without one, which may be waiting
/// for its patient or have come by mail, begins on the day of the fill: what is found then can be acted on before someone comes for
/// it.
pub(in crate::layout) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) -> Option<JoinedColumns> {
    let column = |wanted: Field| columns.iter().find(|(_, field)| *field == wanted);
    let &(filled, _) = column(Field::Dispensed)?;
    if column(Field::Administered).is_some() || says_hand_over(&headers[filled]) {
        return None;
    }
    let is_free = |at: usize| columns.iter().all(|(other, _)| *other != at);
    let is_one = |at: &usize| {
        is_free(*at)
            && says_hand_over(&headers[*at])
            && contents.get(*at).is_some_and(|cells| cells.is_day_column())
            && come_after(rows, filled, *at)
    };
    let mut list: Vec<usize> = (0..headers.len()).filter(is_one).collect();
    let has = |at: usize, words: &[&str]| tokens::words_have(&headers[at], words);
    list.sort_by_key(|&at| (!has(at, &ARRIVED), has(at, &SENT)));
    let nearest = *list.first()?;
    list.push(filled);
    columns.retain(|(_, field)| *field != Field::Dispensed);
    columns.push((nearest, Field::Dispensed));
    Some(JoinedColumns::of(Field::Dispensed, list, JoinedColumns::FIRST))
}

/// Whether nearly all days of a column are those of the fill or some days later.
fn come_after(rows: &SampleRows, filled: usize, at: usize) -> bool {
    ORDERS.into_iter().any(|order| {
        let apart: Vec<i32> =
            rows.iter().filter_map(|row| days_apart(row, [filled, at], order)).collect();
        let after = apart.iter().filter(|days| (0..=LONGEST_WAIT).contains(*days)).count();
        !apart.is_empty() && after * 10 >= apart.len() * 9
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_a_hand_over_are_known_by_their_words() {
        for header in [
            "Sold Date",
            "Date Sold",
            "SOLD_DT",
            "sold_at",
            "Sold Timestamp",
            "Sold Date/Time",
            "Pickup Date",
            "Date Picked Up",
            "Picked Up On",
            "Pickup DateTime",
            "Will Call Pickup Date",
            "POS Date",
            "Ship Date",
            "Shipped Date",
            "Date Shipped",
            "Delivery Date",
            "Date Delivered",
            "Rx Sold Date",
            "Rx Pick Up Date",
            "Abholdatum",
            "Date de retrait",
            "Fecha de entrega",
            "Ophaaldatum",
        ] {
            assert!(says_hand_over(header), "{header}");
        }
        for header in [
            "Fill Date",
            "Date Filled",
            "Service Date",
            "Date of Service",
            "Date Dispensed",
            "Claim Date",
            "Next Pickup Date",
            "Expected Delivery Date",
            "Sold Status",
            "Return Date",
            "Sold By",
            "RTS Date",
            "Completed Date",
            "Last Sold Date",
            "Scheduled Ship Date",
            "Abgabedatum",
        ] {
            assert!(!says_hand_over(header), "{header}");
        }
    }

    #[test]
    fn other_days_than_those_after_a_fill_are_of_something_else() {
        let after = |rows: &[[&str; 2]]| {
            let rows: Vec<Vec<Vec<u8>>> = rows
                .iter()
                .map(|row| row.iter().map(|cell| cell.as_bytes().to_vec()).collect())
                .collect();
            come_after(&rows, 0, 1)
        };
        assert!(after(&[
            ["2026-02-14", "2026-02-26"],
            ["2026-03-01", "2026-03-01"],
            ["2026-03-01", ""]
        ]));
        assert!(after(&[["02/14/2026", "02/26/2026 14:05"]]));
        assert!(!after(&[["2026-02-14", "2026-01-26"], ["2026-03-01", "2026-02-01"]]));
        assert!(!after(&[["2026-02-14", ""]]));
    }
}
