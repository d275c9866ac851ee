//! How often the supply of an order may be filled again. In a table of fills such a column may count what is left.

use rxlint_model::record::Field;

use crate::layout::cells::content::Content;
use crate::layout::headers::tokens::words_of;

/// Words for refills in headers, in the languages of prescriptions.
const REFILLS: [&str; 16] = [
    "refills",
    "refill",
    "repeats",
    "repeat",
    "renewals",
    "numrefills",
    "numberofrefills",
    "rxrefills",
    "wiederholungen",
    "renouvellements",
    "renouvellement",
    "resurtidos",
    "recargas",
    "repeticiones",
    "herhalingen",
    "rinnovi",
];
/// Words that say how many may be had in all, or nothing.
const BESIDE: [&str; 28] = [
    "number",
    "num",
    "no",
    "nr",
    "nbr",
    "of",
    "count",
    "cnt",
    "qty",
    "authorized",
    "authorised",
    "auth",
    "allowed",
    "ordered",
    "prescribed",
    "rx",
    "order",
    "med",
    "medication",
    "total",
    "de",
    "anzahl",
    "nombre",
    "numero",
    "aantal",
    "original",
    "orig",
    "qtys",
];

/// Whether a header counts the refills of an order: `Refills`, `# Refills`, `Refills Authorized`.
fn says_refills(header: &str) -> bool {
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(&REFILLS, word))
        && words.iter().all(|word| is(&REFILLS, word) || is(&BESIDE, word))
}

/// Reads the refills of a table of orders: one that says whether they are in force, and of no fill.
pub(in crate::layout) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) {
    const OF_FILLS: [Field; 6] = [
        Field::Dispensed,
        Field::Administered,
        Field::FillNumber,
        Field::Claim,
        Field::Adjustment,
        Field::Hcpcs,
    ];
    let has = |list: &[Field]| columns.iter().any(|(_, field)| list.contains(field));
    let is_of_orders = has(&[Field::Start, Field::Written])
        && has(&[Field::Status, Field::Active])
        && has(&[Field::Quantity, Field::DaysSupply])
        && !has(&OF_FILLS);
    let is_free = |at: &usize| columns.iter().all(|(other, _)| other != at);
    let counts = |at: &usize| {
        says_refills(&headers[*at])
            && contents.get(*at).is_some_and(|cells| cells.is_tiny() && cells.has_digits())
    };
    let found = (0..headers.len()).filter(is_free).find(counts);
    columns.extend(found.filter(|_| is_of_orders).map(|at| (at, Field::Refills)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refills_that_are_left_are_not_those_of_an_order() {
        for header in
            ["Refills", "# Refills", "Refills Authorized", "NUM_REFILLS", "No. of Repeats"]
        {
            assert!(says_refills(header), "{header}");
        }
        for header in ["Refills Remaining", "Refills Left", "Refill Due", "Refill Date", "Number"] {
            assert!(!says_refills(header), "{header}");
        }
    }
}
