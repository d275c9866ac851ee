//! Rows of totals: they sum up the others, and are not records.

use rxlint_model::record::Field;

use super::cells::trim;
use super::index::RowCells;
use super::residue::{is_residue, names_total};
use super::shape::TableShape;

/// Whether the row is a total of the others, or a line below them that was padded with empty cells.
#[cold]
pub(super) fn is_total(shape: &TableShape, bytes: &[u8], cells: RowCells<'_>) -> bool {
    let text = |column: usize| {
        let span = cells.span(bytes, column);
        trim(unquoted(&bytes[span.start as usize..span.end as usize]))
    };
    let first = (0..cells.len()).find(|column| !text(*column).is_empty());
    let Some(first) = first else { return false };
    let others = shape.columns.iter().filter(|(column, field)| *column != first && tells(*field));
    is_below(text(first), others.map(|(column, field)| (text(*column), *field)))
}

/// Whether a row is below the records, by its first cell that is not empty and the others that say who, what or when: it is a total, or a line that
/// programs print. In a printed line the others are empty; in a total they may count patients or drugs.
pub(crate) fn is_below<C: AsRef<[u8]>>(
    first: &[u8],
    others: impl Iterator<Item = (C, Field)>,
) -> bool {
    // Most rows are recognised by their other cells, without a look at words.
    let mut counts = false;
    for (cell, field) in others {
        let cell = cell.as_ref();
        let is_number = if Field::FIRST_DAY.contains(&field) { is_no_day } else { is_count };
        if !cell.is_empty() && !is_number(cell) {
            return false;
        }
        counts |= !cell.is_empty();
    }
    begins_total(first) || ends_total(first) || names_total(first) || !counts && is_residue(first)
}

/// Whether a number has too few digits for a day, even for one counted as in spreadsheets.
fn is_no_day(cell: &[u8]) -> bool {
    cell.len() < 5 && cell.iter().all(u8::is_ascii_digit)
}

fn unquoted(cell: &[u8]) -> &[u8] {
    match cell {
        [b'"', inner @ .., b'"'] => inner,
        _ => cell,
    }
}

/// Whether a cell counts what is above it: `5 items`, `12`, `Rx: 5`.
fn is_count(cell: &[u8]) -> bool {
    const COUNTED: [&str; 36] = [
        "items",
        "item",
        "records",
        "record",
        "rows",
        "row",
        "lines",
        "line",
        "rx",
        "rxs",
        "scripts",
        "prescriptions",
        "fills",
        "claims",
        "patients",
        "drugs",
        "entries",
        "count",
        "n",
        "total",
        "positionen",
        "rezepte",
        "zeilen",
        "datensatze",
        "lignes",
        "lignesdordonnance",
        "ordonnances",
        "recetas",
        "registros",
        "pozycji",
        "regels",
        "righe",
        "filas",
        "linhas",
        "wierszy",
        "件",
    ];
    const LONGEST: usize = 30;
    let text = std::str::from_utf8(cell).unwrap_or_default();
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= LONGEST
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && words.all(|word| {
            is_number(word) || COUNTED.iter().any(|known| word.eq_ignore_ascii_case(known))
        })
}

/// Whether a cell begins with a word for a total, and names what is totalled: `Subtotal P77`, `Total patients`.
fn begins_total(cell: &[u8]) -> bool {
    const WORDS: [&str; 9] = [
        "total",
        "totals",
        "subtotal",
        "grand",
        "gesamt",
        "summe",
        "zwischensumme",
        "totaal",
        "totale",
    ];
    const MOST_WORDS: usize = 4;
    let text = String::from_utf8_lossy(cell).to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.next().is_some_and(|first| WORDS.contains(&first)) && words.count() < MOST_WORDS
}

/// Whether a cell names a group and ends with a word for its computed value, as spreadsheets write
/// their subtotals: `100101 Total`, `100101 Ergebnis`.
fn ends_total(cell: &[u8]) -> bool {
    const WORDS: [&str; 10] = [
        "total",
        "subtotal",
        "totaal",
        "totale",
        "ergebnis",
        "teilergebnis",
        "anzahl",
        "mittelwert",
        "count",
        "average",
    ];
    const LONGEST: usize = 80;
    let text = String::from_utf8_lossy(cell);
    let last = text.trim().rsplit(' ').next().unwrap_or_default();
    cell.len() <= LONGEST
        && last.len() < text.trim().len()
        && WORDS.iter().any(|word| last.eq_ignore_ascii_case(word))
}

/// Whether the field says who, what or when, which no total does.
pub(crate) fn tells(field: Field) -> bool {
    field == Field::Patient || field == Field::Drug || Field::FIRST_DAY.contains(&field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_count_and_drugs_are_none() {
        for cell in ["5 items", "12", "Rx: 5", "3 prescriptions", "n=5", "1,204 fills"] {
            assert!(is_count(cell.as_bytes()), "{cell}");
        }
        for cell in ["Naltrexone 50 mg", "items", "P1", "Item 5 mg", "5 mg"] {
            assert!(!is_count(cell.as_bytes()), "{cell}");
        }
        for cell in ["TOTALS:", "Sum", "Grand Total: 5", "Row count: 5", "End of report"] {
            assert!(names_total(cell.as_bytes()), "{cell}");
        }
        for cell in ["Yhteensä", "I alt", "Łącznie", "Antal rader", "Total général"] {
            let below = |other: &'static str| {
                is_below(cell.as_bytes(), [(other.as_bytes(), Field::Drug)].into_iter())
            };
            assert!(below("") && below("56") && !below("Naltrexone"), "{cell}");
        }
        for cell in
            ["100101 Total", "Marlow, Ida Total", "Oxycodone 5 mg tablet Total", "7 Ergebnis"]
        {
            assert!(ends_total(cell.as_bytes()), "{cell}");
        }
        assert!(!ends_total(b"Total") && !ends_total(b"P1") && !ends_total(b"Subtotal"));
        assert!(!names_total(b"Sumatriptan") && !names_total(b"Total Care 7"));
    }
}
