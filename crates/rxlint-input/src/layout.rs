//! Headers to fields: which column of an export carries what rxlint needs.

mod assign;
mod columns;
mod essential;
mod fold;
mod formulary;
mod free_text;
mod generic;
mod hint;
mod known;
mod private;
mod shown;
mod table;
mod tokens;
mod vocabulary;

pub use columns::{Column, ColumnError, ColumnMap};
pub use essential::{Essential, LayoutError};
pub(crate) use formulary::recognise_formulary;
pub(crate) use shown::{list, names};
pub use table::{ColumnUse, TableLayout};

use assign::{assign, drop_vague_names, missing, override_with, statement};
use hint::{example, hint, looks_like_data};
use known::{KNOWN, OTHERS};
use rxlint_model::record::Field;

/// Finds out what the headers mean; what was `asked` for outranks what would be guessed.
///
/// # Errors
/// When they are not those of a prescription export, or a column that was asked for is not
/// among them.
pub(crate) fn recognise(
    headers: Vec<String>,
    asked: &ColumnMap,
) -> Result<TableLayout, LayoutError> {
    let folded: Vec<String> = headers.iter().map(|header| fold::fold(header)).collect();
    let known = KNOWN.iter().find(|known| known.fits(&folded));
    let other = OTHERS.iter().find(|other| known.is_none() && other.fits(&folded));
    if let Some(other) = other.filter(|other| other.in_any_case && asked.is_empty()) {
        return Err(LayoutError::Other(other.name, other.why));
    }
    let mut columns = assign(&headers, &folded, known);
    if known.is_none() {
        drop_vague_names(&mut columns, &folded);
    }
    override_with(&mut columns, asked, &headers)?;
    columns.sort_unstable();
    let missing = missing(&columns);
    if !missing.is_empty() {
        if let Some(other) = other {
            return Err(LayoutError::Other(other.name, other.why));
        }
        if columns.is_empty() && looks_like_data(&headers) {
            return Err(LayoutError::NoHeader);
        }
        let (hint, plainly) = hint(known.is_some(), &columns, &missing);
        let example = example(&headers, &columns, &missing, known);
        return Err(LayoutError::Missing { missing, hint, example, plainly });
    }
    let statement = known.map_or_else(|| statement(&columns), |known| known.statement);
    // What decides about a record must be shown, whatever its header; prescriber and birth date
    // need not be.
    let telling = |index: usize| {
        columns
            .iter()
            .any(|(n, field)| *n == index && !matches!(field, Field::BirthDate | Field::Prescriber))
    };
    let private = (0..headers.len())
        .filter(|&index| private::is_private(&headers[index]) && !telling(index))
        .collect();
    let adjustment = columns.iter().find(|(_, field)| *field == Field::Adjustment);
    Ok(TableLayout {
        name: known.map_or("generic", |known| known.name),
        statement,
        adjustment: adjustment
            .map_or_else(Default::default, |(index, _)| generic::adjustment_codes(&folded[*index])),
        labels: shown::labels(&headers),
        headers,
        columns,
        private,
    })
}

/// How many of the headers are known, to choose between delimiters.
pub(super) fn familiar(headers: &[String]) -> usize {
    headers.iter().filter(|header| generic::header_meaning(header).is_some()).count()
}

#[cfg(test)]
mod tests;
