//! What was handed over, as opposed to what was only prescribed or ordered: of two quantities, or two lengths, the former counts.

use std::sync::LazyLock;

use rxlint_model::record::Field;

use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::headers::generic;
use crate::layout::headers::tokens::{
    ends_in_number, says_any, says_only_or, words_have, words_of,
};
use crate::layout::table::JoinedColumns;

/// What a header says about an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::layout) enum Said {
    /// It was handed over.
    Handed,
    /// It was handed over, or counts how often something was.
    Handing,
    /// It was prescribed, ordered or authorized.
    Ordered,
}

/// How a word of the table stands in headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Whole,
    Beginning,
    Anywhere,
}

static WORDS: LazyLock<Vec<(Said, Place, &'static str)>> = LazyLock::new(|| {
    let lines = include_str!("supplied.txt").lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let of_line = |line: &'static str| {
        let mut parts = line.split_ascii_whitespace();
        let said = match parts.next() {
            Some("handed") => Said::Handed,
            Some("handing") => Said::Handing,
            _ => Said::Ordered,
        };
        parts.skip(1).map(move |word| match word.strip_prefix(['=', '~']) {
            Some(rest) if word.starts_with('=') => (said, Place::Whole, rest),
            Some(rest) => (said, Place::Anywhere, rest),
            None => (said, Place::Beginning, word),
        })
    };
    lines.flat_map(of_line).collect()
});

/// Whether a word of a header says so.
fn says_word(word: &str, wanted: Said) -> bool {
    WORDS.iter().any(|(said, place, known)| {
        *said == wanted
            && match place {
                Place::Whole => word == *known,
                Place::Beginning => word.starts_with(known),
                Place::Anywhere => word.contains(known),
            }
    })
}

/// What a header says: that something was handed over comes first, `Rx Qty Dispensed`.
pub(in crate::layout) fn said(header: &str) -> Option<Said> {
    let words = words_of(header);
    let says = |wanted: &Said| words.iter().any(|word| says_word(word, *wanted));
    [Said::Handed, Said::Handing, Said::Ordered].into_iter().find(says)
}

/// Whether a header says that an amount was handed over.
pub(in crate::layout) fn says_handed(header: &str) -> bool {
    matches!(said(header), Some(Said::Handed | Said::Handing))
}

/// Whether a header says that its numbers are the amounts handed over, and speaks of nothing else: `Disp`, `Qty Given`,
/// `DISPENSE_AMT`, `Antall utlevert`.
pub(in crate::layout) fn is_amount_handed_over(header: &str) -> bool {
    const AMOUNTS: [&str; 4] = ["quantity", "amount", "piece", "metric"];
    const BESIDE: [&str; 7] = ["quantity", "amount", "piece", "count", "metric", "drug", "noise"];
    const THIS: [&str; 2] = ["this", "actual"];
    let names_amount = says_any(header, &AMOUNTS);
    let is_handed = match said(header) {
        Some(Said::Handed) => true,
        Some(Said::Handing) => names_amount,
        _ => false,
    };
    let goes = |word: &str| {
        says_word(word, Said::Handed)
            || says_word(word, Said::Handing)
            || says_word(word, Said::Ordered) && names_amount
            || THIS.contains(&word)
    };
    // Who handed it over, when, and to whom.
    const OTHERWISE: [&str; 6] = ["by", "at", "on", "to", "from", "in"];
    let is_number = ends_in_number(header) && !names_amount;
    is_handed
        && !is_number
        && !words_have(header, &OTHERWISE)
        && says_only_or(header, &BESIDE, goes)
}

/// Gives the quantity the column that says what was handed over, if none has it or one that does not say so, and each row has a
/// number there. Returns such columns as have numbers in some rows alone.
pub(in crate::layout) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
    joined: &[JoinedColumns],
) -> Vec<usize> {
    let column = |wanted: Field| columns.iter().find(|(_, field)| *field == wanted);
    if column(Field::Administered).or(column(Field::Hcpcs)).is_some() {
        return Vec::new();
    }
    let taken = column(Field::Quantity).map(|(at, _)| headers[*at].as_str());
    let counts_otherwise = |header: &str| says_any(header, &["metric", "ndc", "pack"]);
    if taken.is_some_and(|header| says_handed(header) || counts_otherwise(header)) {
        return Vec::new();
    }
    let others = others(headers, columns, (contents, rows), joined);
    let fills = |at: &usize| contents.get(*at).is_some_and(Content::fills_all);
    let Some(found) = others.iter().copied().find(fills) else { return others };
    columns.retain(|(_, field)| *field != Field::Quantity);
    columns.push((found, Field::Quantity));
    Vec::new()
}

/// If one column names the drug that was handed over, and another the one that was prescribed, the latter is what was ordered.
pub(in crate::layout) fn place_names(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) {
    const NAMES: [&str; 4] = ["drug", "product", "name", "noise"];
    let goes = |word: &str| {
        [Said::Handed, Said::Handing, Said::Ordered].iter().any(|said| says_word(word, *said))
    };
    let is_name = |at: usize| {
        let field = generic::header_meaning(&headers[at]).map(|(field, _)| field);
        let may_be = || contents.get(at).is_none_or(|cells| cells.can_be(Field::Drug));
        let is_worded = || {
            says_any(&headers[at], &["drug", "product"]) && says_only_or(&headers[at], &NAMES, goes)
        };
        matches!(field, Some(Field::Drug | Field::Ordered))
            || field.is_none() && is_worded() && may_be()
    };
    let field_of =
        |at: usize| columns.iter().find(|(other, _)| *other == at).map(|(_, field)| *field);
    let has = |wanted: Field| columns.iter().any(|(_, field)| *field == wanted);
    let dispensed = (0..headers.len()).find(|&at| is_name(at) && says_handed(&headers[at]));
    let is_ordered = |at: usize| said(&headers[at]) == Some(Said::Ordered);
    let prescribed = (0..headers.len()).find(|&at| is_name(at) && is_ordered(at));
    let (Some(dispensed), Some(prescribed), false) = (dispensed, prescribed, has(Field::Ordered))
    else {
        return;
    };
    match (field_of(dispensed), field_of(prescribed)) {
        (Some(Field::Drug), None) => columns.push((prescribed, Field::Ordered)),
        (None, Some(Field::Drug)) => {
            columns.retain(|(at, _)| *at != prescribed);
            columns.extend([(prescribed, Field::Ordered), (dispensed, Field::Drug)]);
        }
        (None, None) if !has(Field::Drug) => {
            columns.extend([(prescribed, Field::Ordered), (dispensed, Field::Drug)]);
        }
        _ => {}
    }
}

/// The columns that serve no field and whose numbers are amounts handed over.
pub(in crate::layout) fn others(
    headers: &[String],
    columns: &[(usize, Field)],
    (contents, rows): (&[Content], &SampleRows),
    joined: &[JoinedColumns],
) -> Vec<usize> {
    let is_free = |at: usize| {
        !columns.iter().any(|(other, _)| *other == at)
            && !joined.iter().any(|joined| joined.columns.contains(&at))
    };
    let is_amount = |at: usize| {
        let names_amount = says_any(&headers[at], &["quantity", "amount", "piece", "count"]);
        contents.get(at).is_some_and(|cells| {
            cells.is_numbers()
                && !cells.has_dates()
                && !cells.is_ones()
                && (names_amount || are_many(rows, at))
        })
    };
    (0..headers.len())
        .filter(|&at| is_free(at) && is_amount_handed_over(&headers[at]) && is_amount(at))
        .collect()
}

/// Whether most numbers of a column are those of pieces, and not of how often something was handed over.
fn are_many(rows: &SampleRows, at: usize) -> bool {
    const MOST_TIMES: f64 = 9.0;
    let text = |row: &Vec<Vec<u8>>| std::str::from_utf8(row.get(at)?).ok()?.trim().parse().ok();
    let numbers: Vec<f64> = rows.iter().filter_map(text).collect();
    let many = numbers.iter().filter(|number| **number > MOST_TIMES).count();
    many > 0 && many * 2 >= numbers.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_that_was_handed_over_says_so() {
        for header in [
            "Disp",
            "Dispensed",
            "DISPENSE_AMT",
            "Disp Amt",
            "Tabs Dispensed",
            "Fill Qty",
            "FillQty",
            "Qty Given",
            "Issued Qty",
            "Qty This Fill",
            "Act Qty Disp",
            "Antall utlevert",
            "Udleveret antal",
            "Antal expedierade",
            "Кол-во отпущено",
            "Cantidad dispensada",
            "調剤数量",
            "Menge abgegeben",
        ] {
            assert!(is_amount_handed_over(header), "{header}");
        }
        for header in [
            "Fills",
            "Fill Number",
            "Fill Count",
            "Fill",
            "Refills Dispensed",
            "Dispensed By",
            "Dispensed Date",
            "Anzahl Abgaben",
            "Antal udleveringer",
            "Qty",
            "Rx Qty",
            "Quantity Prescribed",
            "Dispense Days Supply",
            "Total Dispensed Cost",
            "Dispensing Fee",
            "Doses Given",
            "調剤番号",
            "調剤No",
            "Dispensed ID",
        ] {
            assert!(!is_amount_handed_over(header), "{header}");
        }
        assert_eq!(said("Antal förskrivna"), Some(Said::Ordered));
        assert_eq!(said("処方日数"), Some(Said::Ordered));
        assert_eq!(said("Rx Qty Dispensed"), Some(Said::Handed));
    }
}
