//! Headers to fields: which column of an export carries what rxlint needs.
//!
//! What somebody asked for comes first, then what a header says (a known system's layout, a listed
//! name, its words), then, where that leaves something essential without a column, what the cells
//! look like.

mod assign;
mod bare;
mod code_system;
mod columns;
mod content;
mod date_parts;
mod doses;
mod essential;
mod fold;
mod formulary;
mod free_text;
mod generic;
mod hint;
mod household;
mod known;
mod private;
mod record_row;
mod rival;
mod shown;
mod table;
mod tokens;
mod units;
mod vocabulary;

pub(crate) use assign::says_handed_over;
pub use columns::{Column, ColumnError, ColumnMap};
pub use content::{DrugLook, is_diagnosis_code};
pub(crate) use doses::says_take_home;
pub use essential::{Essential, LayoutError};
pub(crate) use formulary::{PATIENTS, is_list, recognise_formulary};
pub(crate) use hint::looks_like_data;
pub(crate) use record_row::{is_record, says_amount_or_code};
pub use rival::{Rival, RivalKind};
pub(crate) use shown::{list, names};
pub use table::{ColumnUse, Found, JoinedColumns, TableLayout};
pub use tokens::says_packs;
pub(crate) use tokens::says_per_day;
pub(crate) use tokens::words_of;
pub(crate) use units::{age_unit, counted, strength_unit};

use assign::{
    add_days, add_diagnoses, add_drug_names, assign, counts_per_day, drop_doubtful_dates,
    drop_doubtful_returns, drop_vague_names, duration_unit, missing, override_with, statement,
};
use content::Content;
pub(crate) use fold::nearest;
pub(crate) use hint::quoted;
use hint::{example, hint};
pub(crate) use known::WORKLIST;
use known::{KNOWN, KnownLayout, OTHERS};
use rxlint_model::record::Field;

/// The words of a header in lower case and without accents.
pub fn words(header: &str) -> Vec<String> {
    words_of(header)
}

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
        joined.extend(add_days(&headers, &folded, &columns, &contents));
        joined.extend(household::join(&headers, &mut columns, &contents));
        columns.extend(household::home(&headers, &columns));
        drop_doubtful_dates(&mut columns, &headers);
        drop_doubtful_returns(&mut columns, &folded, &contents);
        joined.extend(date_parts::parts_of_date(&folded, &mut columns, &contents));
        doses::place(&headers, &folded, &mut columns, rows);
    }
    let asked_for = override_with(&mut columns, asked, &headers)?;
    joined.retain(|joined: &JoinedColumns| {
        columns.contains(&(joined.columns[0], joined.field))
            && !asked.chosen().iter().any(|(field, _)| *field == joined.field)
    });
    joined.extend(asked_for);
    let mut lacking = missing(&columns);
    let mut by_content = Vec::new();
    if known.is_none() {
        by_content.extend(duration_unit(&headers, &columns, &contents, asked));
        columns.extend(by_content.iter().copied());
    }
    if !lacking.is_empty() {
        if let Some(other) = other {
            return Err(LayoutError::Other(other.name, other.why));
        }
        if lacking.contains(&Essential::Drug) {
            contents = content::of_columns(rows, headers.len(), drugs);
        }
        let found = by_their_content(&lacking, &headers, &contents, &columns, known);
        columns.extend(found.iter().copied());
        by_content.extend(found);
        lacking = missing(&columns);
        if known.is_none() && by_content.iter().any(|(_, field)| *field == Field::Patient) {
            joined.extend(household::join_by_content(&headers, &columns, &contents));
        }
    }
    if !lacking.is_empty() {
        columns.retain(|column| !by_content.contains(column));
        return Err(not_found(&headers, &columns, known, &contents));
    }
    by_content.extend(days_by_content(&headers, &contents, &columns, known, asked));
    let look = (rows, drugs);
    by_content.extend(directions_by_content(&headers, &contents, look, &mut columns, known, asked));
    let by_cells = |field: Field| matches!(field, Field::DaysSupply | Field::Directions);
    columns.extend(by_content.iter().filter(|(_, field)| by_cells(*field)));
    let nameless = !columns.iter().any(|(_, field)| *field == Field::Drug);
    let look = Some(drugs).filter(|_| nameless);
    let names = names_by_content(&headers, (rows, &contents), &columns, &joined, known, look);
    if let [(only, content)] = &names[..] {
        let field = field_of_names(content, &columns, &contents, asked);
        by_content.extend(field.map(|field| (*only, field)));
        columns.extend(field.map(|field| (*only, field)));
    }
    columns.sort_unstable();
    columns.dedup();
    let found = columns.iter().map(|column| how(column, &by_content, asked)).collect();
    let open = open(&headers, &contents, &columns, &joined, &names);
    let rivals = rival::rivals(&rival::Recognised {
        headers: &headers,
        folded: &folded,
        contents: &contents,
        columns: &columns,
        joined: &joined,
        open: &open,
        is_known: known.is_some(),
    });
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
    let says_system = columns.iter().any(|(_, field)| *field == Field::CodeSystem);
    let code = columns.iter().find(|(_, field)| *field == Field::Code && !says_system);
    Ok(TableLayout {
        code_system: code.map_or("", |(index, _)| code_system::of_header(&headers[*index])),
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
        // The code of a person within a number is nobody by itself.
        let is_free = |index: usize| {
            is_free(index, headers, columns, known)
                && !(*essential == Essential::Patient
                    && household::is_half_a_person(&headers[index], contents.get(index)))
        };
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

/// The days' supply, where nothing was said of it, no header names it, and one column fits whose header speaks of a length.
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

/// The columns that hold the names of drugs, whatever they are called, beside a column that says which drug it is: those whose
/// names go with what it says. Of several, one that says how much of the drug there is.
fn names_by_content(
    headers: &[String],
    (rows, contents): (&SampleRows, &[Content]),
    columns: &[(usize, Field)],
    joined: &[JoinedColumns],
    known: Option<&KnownLayout>,
    drugs: Option<&DrugLook>,
) -> Vec<(usize, Content)> {
    if known.is_some() {
        return Vec::new();
    }
    let is_free = |index: usize| {
        is_free(index, headers, columns, known)
            && !joined.iter().any(|joined| joined.columns.contains(&index))
            && !private::is_private(&headers[index])
            && !free_text::is_header(&headers[index])
    };
    let said = |field: &Field| Essential::Drug.fields().contains(field) && *field != Field::Ordered;
    let goes_with = |index: usize| {
        let others = columns.iter().filter(|(_, field)| said(field));
        others.map(|(at, _)| *at).all(|at| content::go_together(rows, index, at))
    };
    let mut names = content::named_drugs(rows, headers, contents, drugs, is_free);
    names.retain(|(index, _)| goes_with(*index));
    if names.iter().filter(|(_, content)| content.has_strengths()).count() == 1 {
        names.retain(|(_, content)| content.has_strengths());
    }
    names
}

/// The field that a column of names serves: that of the drug's name, where nothing does; beside names without strengths that of
/// the brand, where it says how much of the drug there is. None where somebody said what the columns are.
fn field_of_names(
    content: &Content,
    columns: &[(usize, Field)],
    contents: &[Content],
    asked: &ColumnMap,
) -> Option<Field> {
    let column =
        |wanted: Field| columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at);
    let said = |wanted: Field| asked.chosen().iter().any(|(field, _)| *field == wanted);
    if said(Field::Drug) || said(Field::Brand) {
        return None;
    }
    let Some(drug) = column(Field::Drug) else { return Some(Field::Drug) };
    let says_more = content.has_strengths() && !contents.get(drug)?.has_strengths();
    (says_more && column(Field::Brand).is_none()).then_some(Field::Brand)
}

/// The directions, where nothing was said of them, no header names them, and one column fits. A `dosage` that says how often is
/// no strength; and what names other drugs than its row is about something else.
fn directions_by_content(
    headers: &[String],
    contents: &[Content],
    (rows, drugs): (&SampleRows, &DrugLook),
    columns: &mut Vec<(usize, Field)>,
    known: Option<&KnownLayout>,
    asked: &ColumnMap,
) -> Option<(usize, Field)> {
    let is_said = |field: Field| asked.chosen().iter().any(|(chosen, _)| *chosen == field);
    let is_found = columns.iter().any(|(_, field)| *field == Field::Directions);
    if known.is_some() || is_found || is_said(Field::Directions) {
        return None;
    }
    let is_amount = |(index, field): &&(usize, Field)| {
        matches!(field, Field::Strength | Field::Dose)
            && !is_said(*field)
            && contents.get(*index).is_some_and(Content::is_directions)
    };
    let identity = columns.iter().filter(|(_, field)| Field::IDENTITY.contains(field));
    let of_row: Vec<usize> = identity.map(|(at, _)| *at).collect();
    let is_of_row = |index: &usize| !content::names_other_drugs(rows, *index, &of_row, drugs);
    let dosage = columns.iter().find(is_amount).copied().filter(|(index, _)| is_of_row(index));
    if let Some((index, field)) = dosage {
        columns.retain(|column| *column != (index, field));
        return Some((index, Field::Directions));
    }
    let per_day = (0..headers.len()).find(|&index| {
        is_free(index, headers, columns, known)
            && contents.get(index).is_none_or(|content| counts_per_day(&headers[index], content))
            && says_per_day(&headers[index])
    });
    if let Some(index) = per_day {
        return Some((index, Field::Directions));
    }
    let is_free = |index: usize| is_free(index, headers, columns, known);
    let mut fits = content::directions_candidates(headers, contents, is_free);
    fits.retain(is_of_row);
    match fits[..] {
        [only] => Some((only, Field::Directions)),
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
        return without_header(headers.len(), &lacking, contents);
    }
    let (hint, plainly) = hint(known.is_some(), columns, &lacking);
    let is_half = |index: usize| household::is_half_a_person(&headers[index], contents.get(index));
    let is_free = |index: usize| is_free(index, headers, columns, known) && !is_half(index);
    let (mut fits, mut might, mut names_some) = (Vec::new(), false, false);
    for essential in &lacking {
        let mut by_content = content::candidates(*essential, headers, contents, is_free);
        might |= *essential == Essential::Drug && !by_content.is_empty();
        if *essential == Essential::Drug && by_content.is_empty() {
            // A header of something else, such as a service, decides what the table is, and not where its drugs stand.
            let is_it = |&index: &usize| {
                is_free(index)
                    && contents.get(index).is_some_and(Content::is_drug)
                    && !hint::is_a_name(&headers[index])
            };
            by_content = (0..headers.len()).filter(is_it).collect();
            names_some = !by_content.is_empty();
        }
        fits.push(by_content);
    }
    // A column of drug names, whatever it is called, is no sign of another kind of table.
    let (hint, plainly) = match (might, names_some) {
        (true, _) => (None, false),
        (false, true) => (None, plainly),
        (false, false) => (hint, plainly),
    };
    let example = example(headers, &lacking, &fits, contents, is_free);
    let is_name = |index: usize| hint::is_a_name(&headers[index]) && is_free(index);
    let has_names = lacking.contains(&Essential::Patient) && (0..headers.len()).any(is_name);
    let hint = hint
        .or_else(|| has_names.then_some("a name is no identifier, since two people may share it"));
    let found = (0..headers.len()).map(|index| found(index, columns, contents)).collect();
    LayoutError::Missing { missing: lacking, hint, example, plainly, found }
}

/// What was found of a column: the field that it serves, else what its cells look like.
fn found(index: usize, columns: &[(usize, Field)], contents: &[Content]) -> String {
    let fields: Vec<&str> =
        columns.iter().filter(|(at, _)| *at == index).map(|(_, field)| field.name()).collect();
    if !fields.is_empty() {
        return fields.join(", ");
    }
    let looks = contents.get(index).and_then(|content| {
        let again = content.is_identifier().then_some("identifiers that come again");
        content::looks_like(content).or(again)
    });
    looks.map_or_else(
        || "not understood".to_owned(),
        |looks| format!("not understood; looks like {looks}"),
    )
}

/// Why a table is refused whose first row is a record: nothing says what the columns are.
pub(crate) fn no_header(
    first: &[String],
    rows: &SampleRows,
    drugs: &DrugLook,
    is_formulary: bool,
) -> Option<LayoutError> {
    // Records have dates; the names of drugs alone tell only a list of drugs.
    let names = if is_formulary { drugs.clone() } else { DrugLook::default() };
    if !is_record(first, rows, &names) {
        return None;
    }
    let first: Vec<Vec<u8>> = first.iter().map(|cell| cell.trim().as_bytes().to_vec()).collect();
    let all: Vec<Vec<Vec<u8>>> = std::iter::once(first).chain(rows.iter().cloned()).collect();
    let width = all[0].len();
    let mut contents = content::of_columns(&all, width, &DrugLook::default());
    if !contents.iter().any(Content::is_drug_names) {
        contents = content::of_columns(&all, width, drugs);
    }
    Some(if is_formulary {
        formulary::without_header(&contents)
    } else {
        without_header(width, &Essential::ALL, &contents)
    })
}

/// The option for a table whose first row holds data: columns by their numbers. A number that may count pieces as well as days is
/// no more than a question.
fn without_header(width: usize, lacking: &[Essential], contents: &[Content]) -> LayoutError {
    let nameless = vec![String::new(); width];
    let is_only = |fits: Vec<usize>| <[usize; 1]>::try_from(fits).ok().map(|[only]| only);
    let columns_of = |fits: fn(&Content) -> bool| {
        (0..contents.len()).filter(|&index| fits(&contents[index])).collect::<Vec<_>>()
    };
    let candidates = |essential: &Essential| {
        let found = content::candidates(*essential, &nameless, contents, |_| true);
        let or_once = || is_only(columns_of(Content::may_be_identifier)).into_iter().collect();
        if found.is_empty() && *essential == Essential::Patient { or_once() } else { found }
    };
    let fits = lacking.iter().map(candidates).collect::<Vec<_>>();
    let mut example = example(&nameless, lacking, &fits, contents, |_| true);
    let directions = is_only(columns_of(Content::is_directions));
    let numbers = is_only(columns_of(Content::is_small_numbers));
    if let Some(directions) = directions {
        let quantity = numbers.map(|at| format!(",quantity={}", at + 1)).unwrap_or_default();
        example = format!("{example},directions={}{quantity}", directions + 1);
    }
    let days = columns_of(Content::is_days);
    let days = match (directions, days.is_empty()) {
        (None, false) => columns_of(Content::is_small_numbers).iter().map(|at| at + 1).collect(),
        _ => Vec::new(),
    };
    let example = format!("--no-header {}", example.replace("HEADER", "NUMBER"));
    LayoutError::NoHeader { example, days }
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

/// What a column looks like that holds the names of the drugs of its rows.
pub const DRUG_NAMES: &str = "drug names";

/// The columns of which nothing says what they are, with what their cells look like.
fn open(
    headers: &[String],
    contents: &[Content],
    columns: &[(usize, Field)],
    joined: &[JoinedColumns],
    names: &[(usize, Content)],
) -> Vec<(usize, Option<&'static str>)> {
    let looks_like = |index: usize| {
        let is_name = names.iter().any(|(at, _)| *at == index);
        let of_cells = || contents.get(index).and_then(content::looks_like);
        if is_name { Some(DRUG_NAMES) } else { of_cells() }
    };
    let serves = |index: usize| {
        columns.iter().any(|(at, _)| *at == index)
            || joined.iter().any(|joined| joined.columns.contains(&index))
    };
    // The last action or status is the one that holds.
    let is_last = |index: usize| {
        matches!(&tokens::words_of(&headers[index])[..], [last, of] if last == "last"
            && ["action", "status", "disposition", "event"].contains(&of.as_str()))
    };
    // Of a diagnosis or a reason, codes of diagnoses are worth a question.
    let is_coded = |index: usize| {
        contents.get(index).is_some_and(Content::is_diagnosis_codes)
            && tokens::says_any(&headers[index], &["dx", "because"])
    };
    let of_no_use = |index: usize| {
        (tokens::says_but(&headers[index], "other", "flag") && !is_last(index) && !is_coded(index))
            || private::is_private(&headers[index])
    };
    (0..headers.len())
        .filter(|&index| !serves(index) && !of_no_use(index))
        .map(|index| (index, looks_like(index)))
        .collect()
}

/// Whether a header speaks of a length.
pub fn says_length(header: &str) -> bool {
    tokens::says_any(header, &["days", "duration", "ds", "supply"])
        && !tokens::says_any(header, &["other", "date", "refill", "planned"])
}

/// Whether a header says that its column holds a field.
pub(crate) fn header_means(header: &str, field: Field) -> bool {
    generic::header_meaning(header).is_some_and(|(meant, _)| meant == field)
}

/// How many of the headers are known, to choose between delimiters.
pub(super) fn familiar(headers: &[String]) -> usize {
    headers.iter().filter(|header| generic::header_meaning(header).is_some()).count()
}

#[cfg(test)]
mod tests;
