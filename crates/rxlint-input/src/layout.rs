//! Headers to fields: which column of an export carries what rxlint needs.
//!
//! What somebody asked for comes first, then what a header says (a known system's layout, a listed
//! name, its words), then, where that leaves something essential without a column, what the cells
//! look like.

mod assign;
mod bare;
mod columns;
mod content;
mod essential;
mod fold;
mod formulary;
mod free_text;
mod generic;
mod hint;
mod known;
mod private;
mod rival;
mod shown;
mod table;
mod tokens;
mod vocabulary;

pub(crate) use assign::says_handed_over;
pub use columns::{Column, ColumnError, ColumnMap};
pub use content::DrugLook;
pub use essential::{Essential, LayoutError};
pub(crate) use formulary::{PATIENTS, is_list, recognise_formulary};
pub(crate) use hint::looks_like_data;
pub use rival::{Rival, RivalKind};
pub(crate) use shown::{list, names};
pub use table::{ColumnUse, Found, JoinedColumns, TableLayout};

use assign::{
    add_diagnoses, add_drug_names, assign, drop_doubtful_dates, drop_vague_names, missing,
    override_with, statement,
};
use content::Content;
use hint::{example, hint};
use known::{KNOWN, KnownLayout, OTHERS};
use rxlint_model::record::Field;

/// The first rows of a table, cell by cell.
pub(crate) type SampleRows = [Vec<Vec<u8>>];

/// Finds out what the columns are; what was `asked` for outranks what would be guessed.
///
/// # Errors
/// When they are not those of a prescription export, or a column that was asked for is not among
/// them.
pub(crate) fn recognise(
    headers: Vec<String>,
    rows: &SampleRows,
    asked: &ColumnMap,
    drugs: &DrugLook,
) -> Result<TableLayout, LayoutError> {
    let folded: Vec<String> = headers.iter().map(|header| fold::fold(header)).collect();
    let known = KNOWN.iter().find(|known| known.fits(&folded));
    let other = OTHERS.iter().find(|other| known.is_none() && other.fits(&folded));
    if let Some(other) = other.filter(|other| other.in_any_case && asked.is_empty()) {
        return Err(LayoutError::Other(other.name, other.why));
    }
    let mut contents = content::of_columns(rows, headers.len(), &DrugLook::default());
    let mut columns = assign(&headers, &folded, known, &contents);
    let mut joined = Vec::new();
    if known.is_none() {
        drop_vague_names(&mut columns, &folded);
        joined = add_drug_names(&headers, &folded, &mut columns, &contents);
        joined.extend(add_diagnoses(&headers, &columns, &contents));
        drop_doubtful_dates(&mut columns, &headers);
    }
    let asked_for = override_with(&mut columns, asked, &headers)?;
    joined.retain(|joined: &JoinedColumns| {
        columns.contains(&(joined.columns[0], joined.field))
            && !asked.chosen().iter().any(|(field, _)| *field == joined.field)
    });
    joined.extend(asked_for);
    let mut lacking = missing(&columns);
    let mut by_content = Vec::new();
    if !lacking.is_empty() {
        if let Some(other) = other {
            return Err(LayoutError::Other(other.name, other.why));
        }
        if lacking.contains(&Essential::Drug) {
            contents = content::of_columns(rows, headers.len(), drugs);
        }
        by_content = by_their_content(&lacking, &headers, &contents, &columns, known);
        columns.extend(by_content.iter().copied());
        lacking = missing(&columns);
    }
    if !lacking.is_empty() {
        columns.retain(|column| !by_content.contains(column));
        return Err(not_found(&headers, &columns, known, &contents));
    }
    by_content.extend(days_by_content(&headers, &contents, &columns, known, asked));
    columns.extend(by_content.iter().filter(|(_, field)| *field == Field::DaysSupply));
    columns.sort_unstable();
    columns.dedup();
    let found = columns.iter().map(|column| how(column, &by_content, asked)).collect();
    let open = open(&headers, &contents, &columns, &joined);
    let rivals = rival::rivals(&headers, &folded, &columns, &joined, &open, known.is_some());
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
        joined,
        found,
        open,
        rivals,
        private,
    })
}

/// Columns for what no header names: for each essential the only one that its cells fit.
fn by_their_content(
    lacking: &[Essential],
    headers: &[String],
    contents: &[Content],
    columns: &[(usize, Field)],
    known: Option<&KnownLayout>,
) -> Vec<(usize, Field)> {
    let mut found = Vec::new();
    for essential in lacking {
        let is_free = |index: usize| is_free(index, headers, columns, known);
        let fits = content::candidates(*essential, headers, contents, is_free);
        if let [only] = fits[..] {
            let field = match essential {
                Essential::Drug if contents[only].is_code() => Field::Code,
                essential => essential.guess().0,
            };
            found.push((only, field));
        }
    }
    found
}

/// The days' supply, where nothing was said of it, no header names it, and one column fits.
fn days_by_content(
    headers: &[String],
    contents: &[Content],
    columns: &[(usize, Field)],
    known: Option<&KnownLayout>,
    asked: &ColumnMap,
) -> Option<(usize, Field)> {
    let says_length = |field: Field| matches!(field, Field::DaysSupply | Field::Stop);
    if known.is_some()
        || columns.iter().any(|(_, field)| says_length(*field))
        || asked.chosen().iter().any(|(field, _)| says_length(*field))
        || !columns.iter().any(|(_, field)| *field == Field::Quantity)
    {
        return None;
    }
    let is_free = |index: usize| is_free(index, headers, columns, known);
    match content::days_candidates(headers, contents, is_free)[..] {
        [only] => Some((only, Field::DaysSupply)),
        _ => None,
    }
}

/// Whether a column serves nothing yet, and is not known to be of no use.
fn is_free(
    index: usize,
    headers: &[String],
    columns: &[(usize, Field)],
    known: Option<&KnownLayout>,
) -> bool {
    let folded = fold::fold(&headers[index]);
    !columns.iter().any(|(at, _)| *at == index)
        && !known.is_some_and(|known| known.ignored.contains(&folded.as_str()))
}

/// Why the table is refused, with the option that would do.
fn not_found(
    headers: &[String],
    columns: &[(usize, Field)],
    known: Option<&KnownLayout>,
    contents: &[Content],
) -> LayoutError {
    let lacking = missing(columns);
    if columns.is_empty() && looks_like_data(headers) {
        return LayoutError::NoHeader(without_header(headers, &lacking, contents));
    }
    let (hint, plainly) = hint(known.is_some(), columns, &lacking);
    let is_free = |index: usize| is_free(index, headers, columns, known);
    let (mut fits, mut might) = (Vec::new(), false);
    for essential in &lacking {
        let by_content = content::candidates(*essential, headers, contents, is_free);
        might |= *essential == Essential::Drug && !by_content.is_empty();
        fits.push(by_content);
    }
    // A column of drug names, whatever it is called, is no sign of another kind of table.
    let (hint, plainly) = if might { (None, false) } else { (hint, plainly) };
    let example = example(headers, &lacking, &fits, contents, is_free);
    LayoutError::Missing { missing: lacking, hint, example, plainly }
}

/// The option for a table whose first row holds data: columns by their numbers, the days' supply
/// among them where one column can hold it.
fn without_header(headers: &[String], lacking: &[Essential], contents: &[Content]) -> String {
    let nameless = vec![String::new(); headers.len()];
    let fits = lacking
        .iter()
        .map(|essential| content::candidates(*essential, &nameless, contents, |_| true))
        .collect::<Vec<_>>();
    let example = example(&nameless, lacking, &fits, contents, |_| true);
    let days = content::days_candidates(&nameless, contents, |_| true);
    let days = days.first().map(|index| format!(",days_supply={}", index + 1)).unwrap_or_default();
    format!("--no-header {}{days}", example.replace("HEADER", "NUMBER"))
}

/// How the column of a field was found.
fn how(column: &(usize, Field), by_content: &[(usize, Field)], asked: &ColumnMap) -> Found {
    if by_content.contains(column) {
        Found::Content
    } else if asked.chosen().iter().any(|(field, _)| *field == column.1) {
        Found::Asked
    } else {
        Found::Header
    }
}

/// The columns of which nothing says what they are, with what their cells look like.
fn open(
    headers: &[String],
    contents: &[Content],
    columns: &[(usize, Field)],
    joined: &[JoinedColumns],
) -> Vec<(usize, Option<&'static str>)> {
    let serves = |index: usize| {
        columns.iter().any(|(at, _)| *at == index)
            || joined.iter().any(|joined| joined.columns.contains(&index))
    };
    let of_no_use = |index: usize| {
        tokens::says(&headers[index], "other") || private::is_private(&headers[index])
    };
    (0..headers.len())
        .filter(|&index| !serves(index) && !of_no_use(index))
        .map(|index| (index, contents.get(index).and_then(content::looks_like)))
        .collect()
}

/// How many of the headers are known, to choose between delimiters.
pub(super) fn familiar(headers: &[String]) -> usize {
    headers.iter().filter(|header| generic::header_meaning(header).is_some()).count()
}

#[cfg(test)]
mod tests;
