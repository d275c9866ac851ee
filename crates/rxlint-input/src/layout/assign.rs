//! Which column serves which field.

use rxlint_model::record::{Field, Statement};

use super::columns::ColumnMap;
use super::content::Content;
use super::essential::{Essential, LayoutError};
use super::known::KnownLayout;
use super::table::JoinedColumns;
use super::{fold, generic, tokens};

/// The best column for each field, each column serving one field.
pub(super) fn assign(
    headers: &[String],
    folded: &[String],
    known: Option<&KnownLayout>,
    contents: &[Content],
) -> Vec<(usize, Field)> {
    let mut columns: Vec<(usize, Field)> = Vec::new();
    let ignored =
        |header: &String| known.is_some_and(|known| known.ignored.contains(&header.as_str()));
    if let Some(known) = known {
        for (field, names) in known.names {
            let named = |name: &str| folded.iter().position(|header| header == name);
            let says_something = |index: &usize| !is_empty(contents, *index);
            let found = || names.split_ascii_whitespace().filter_map(named);
            let index = found().find(says_something).or_else(|| found().next());
            columns.extend(index.map(|index| (index, *field)));
        }
    }
    let free = |index: usize, header: &String| {
        !columns.iter().any(|(n, _)| *n == index) && !ignored(header)
    };
    let mut meanings: Vec<(Field, bool, usize, usize)> = (folded.iter().enumerate())
        .filter(|(index, header)| free(*index, header))
        .filter_map(|(index, _)| {
            let answers = contents.get(index).is_some_and(Content::is_flag);
            if answers && says_handed_over(&headers[index]) {
                return Some((Field::Status, false, 0, index));
            }
            let (field, rank) = generic::header_meaning(&headers[index])?;
            // What only the words of a header suggest, its cells must not contradict; and no drug is called *true*.
            let is_name = matches!(field, Field::Drug | Field::Generic | Field::Brand);
            let fits = contents.get(index).is_none_or(|content| {
                (rank < generic::BY_WORDS || content.can_be(field))
                    && !(is_name && content.is_flag())
            });
            fits.then_some((field, is_empty(contents, index), rank, index))
        })
        .collect();
    // The best name of each field comes first, and of equal names the first column. A column that
    // says nothing comes last.
    meanings.sort_unstable();
    for (field, _, _, index) in meanings {
        if Field::REPEATABLE.contains(&field) || !columns.iter().any(|(_, f)| *f == field) {
            columns.push((index, field));
        }
    }
    place_dosage(folded, &mut columns);
    place_duration_unit(folded, &mut columns);
    place_facility(folded, &mut columns, contents);
    columns
}

/// A facility issues medical record numbers: another one may give the same number to somebody else.
fn place_facility(folded: &[String], columns: &mut Vec<(usize, Field)>, contents: &[Content]) {
    const NUMBERS: [&str; 9] = [
        "mrn",
        "medicalrecord",
        "medrec",
        "chartno",
        "chartnum",
        "hospitalno",
        "hospitalnum",
        "unitnumber",
        "urnumber",
    ];
    const OF_ALL: [&str; 5] = ["enterprise", "emrn", "empi", "master", "global"];
    const FACILITIES: [&str; 8] = [
        "facility",
        "facilityid",
        "facilitycode",
        "facilityname",
        "hospital",
        "hospitalid",
        "hospitalcode",
        "hospitalname",
    ];
    let has = |header: &str, parts: &[&str]| parts.iter().any(|part| header.contains(part));
    let is_issued = columns.iter().any(|(index, field)| {
        let header = &folded[*index];
        *field == Field::Patient && has(header, &NUMBERS) && !has(header, &OF_ALL)
    });
    if !is_issued || columns.iter().any(|(_, field)| *field == Field::Authority) {
        return;
    }
    let is_free = |index: usize| !columns.iter().any(|(at, _)| *at == index);
    let facility = FACILITIES.iter().find_map(|name| {
        (0..folded.len())
            .find(|&index| folded[index] == *name && is_free(index) && !is_empty(contents, index))
    });
    columns.extend(facility.map(|index| (index, Field::Authority)));
}

/// Whether a column asks whether something was handed over: `Filled`, `Picked up?`, `is_dispensed`.
pub(crate) fn says_handed_over(header: &str) -> bool {
    const WORDS: [&str; 24] = [
        "filled",
        "dispensed",
        "sold",
        "pickedup",
        "pickup",
        "delivered",
        "shipped",
        "collected",
        "abgegeben",
        "abgeholt",
        "ausgegeben",
        "délivré",
        "delivre",
        "dispensé",
        "dispensado",
        "dispensada",
        "entregado",
        "entregue",
        "erogato",
        "consegnato",
        "afgeleverd",
        "opgehaald",
        "wydano",
        "utlevert",
    ];
    let folded = fold::fold(header);
    let bare = ["is", "was"].iter().find_map(|start| folded.strip_prefix(start)).unwrap_or(&folded);
    WORDS.contains(&bare)
}

fn is_empty(contents: &[Content], index: usize) -> bool {
    contents.get(index).is_some_and(Content::is_empty)
}

/// Further columns that name the drug serve the fields for names that have no column; those that
/// differ by a number alone (`drug1`, `drug2`) are medicines of one list.
pub(super) fn add_drug_names(
    headers: &[String],
    folded: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) -> Vec<JoinedColumns> {
    let is_used =
        |index: usize, columns: &[(usize, Field)]| columns.iter().any(|(at, _)| *at == index);
    let names_drug = |index: usize| {
        let field = generic::header_meaning(&headers[index]).map(|(field, _)| field);
        matches!(field, Some(Field::Drug | Field::Generic | Field::Brand))
            && !VAGUE.contains(&folded[index].as_str())
            && !is_empty(contents, index)
            && contents.get(index).is_none_or(|content| content.can_be(Field::Drug))
    };
    let stem = |index: usize| folded[index].trim_end_matches(|c: char| c.is_ascii_digit());
    let mut joined: Vec<JoinedColumns> = Vec::new();
    let Some(&(first, _)) = columns.iter().find(|(_, field)| *field == Field::Drug) else {
        return joined;
    };
    let mut list = vec![first];
    let (number_of, several) = (without_numbers(folded), has_several_days(headers, folded));
    for index in 0..headers.len() {
        if is_used(index, columns) || !names_drug(index) {
            continue;
        }
        // Each medicine has its own days, which are not those of the first.
        if several && number_of(index) == number_of(first) {
            continue;
        }
        if folded[index] != folded[first] && stem(index) == stem(first) {
            list.push(index);
            continue;
        }
        let is_free = |field: &Field| !columns.iter().any(|(_, other)| other == field);
        let free = [Field::Generic, Field::Brand].into_iter().find(is_free);
        columns.extend(free.map(|field| (index, field)));
    }
    if list.len() > 1 {
        joined.push(JoinedColumns { field: Field::Drug, columns: list, separator: "; " });
    }
    joined
}

/// A header without the numbers in it.
fn without_numbers(folded: &[String]) -> impl Fn(usize) -> String + '_ {
    |index| folded[index].chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Whether several columns of first days, ends or days' supplies are the same but for a number.
fn has_several_days(headers: &[String], folded: &[String]) -> bool {
    let name = without_numbers(folded);
    let is_day = |index: &usize| {
        let field = generic::header_meaning(&headers[*index]).map(|(field, _)| field);
        field.is_some_and(|field| {
            Field::FIRST_DAY.contains(&field) || matches!(field, Field::Stop | Field::DaysSupply)
        })
    };
    let days: Vec<String> = (0..headers.len()).filter(is_day).map(name).collect();
    days.iter().enumerate().any(|(at, name)| days[..at].contains(name))
}

/// Every column of diagnoses counts: they are one list.
pub(super) fn add_diagnoses(
    headers: &[String],
    columns: &[(usize, Field)],
    contents: &[Content],
) -> Option<JoinedColumns> {
    let &(first, _) = columns.iter().find(|(_, field)| *field == Field::Diagnosis)?;
    let is_free = |index: &usize| !columns.iter().any(|(at, _)| at == index);
    let is_one = |index: &usize| {
        let field = generic::header_meaning(&headers[*index]).map(|(field, _)| field);
        field == Some(Field::Diagnosis) && !is_empty(contents, *index)
    };
    let others = (0..headers.len()).filter(is_free).filter(is_one);
    let list: Vec<usize> = std::iter::once(first).chain(others).collect();
    (list.len() > 1).then_some(JoinedColumns {
        field: Field::Diagnosis,
        columns: list,
        separator: "; ",
    })
}

/// A through-date is that of a service where the first day is one, not the end of a supply; and beside a start and a stop, the
/// last fill is not when the course began.
pub(super) fn drop_doubtful_dates(columns: &mut Vec<(usize, Field)>, headers: &[String]) {
    let has = |columns: &[(usize, Field)], field: Field| columns.iter().any(|(_, f)| *f == field);
    if has(columns, Field::Start) && has(columns, Field::Stop) {
        columns.retain(|(at, field)| {
            *field != Field::Dispensed || !tokens::says(&headers[*at], "last")
        });
    }
    if has(columns, Field::Dispensed) || has(columns, Field::Administered) {
        columns.retain(|(at, field)| *field != Field::Stop || !tokens::says(&headers[*at], "thru"));
    }
}

/// A `unit` is that of a duration where it stands right after one, and nothing else says what it is.
fn place_duration_unit(folded: &[String], columns: &mut Vec<(usize, Field)>) {
    const DURATIONS: [&str; 6] = ["duration", "dauer", "durée", "duree", "duración", "durata"];
    const UNITS: [&str; 8] =
        ["unit", "units", "einheit", "unité", "unite", "unidad", "unidade", "unità"];
    let supply = columns.iter().find(|(_, field)| *field == Field::DaysSupply).map(|(at, _)| *at);
    let Some(supply) = supply.filter(|at| DURATIONS.contains(&folded[*at].as_str())) else {
        return;
    };
    let next = folded.get(supply + 1).filter(|header| UNITS.contains(&header.as_str()));
    let is_free = |field: Field| !columns.iter().any(|(_, other)| *other == field);
    if next.is_some() && is_free(Field::DaysUnit) {
        columns.retain(|(index, _)| *index != supply + 1);
        columns.push((supply + 1, Field::DaysUnit));
    }
}

/// Names that things other than drugs have as well.
const VAGUE: [&str; 16] = [
    "code",
    "sourcecode",
    "itemcode",
    "description",
    "sourcedescription",
    "itemdescription",
    "itemname",
    "product",
    "item",
    "displayname",
    "ordername",
    "orderdesc",
    "orderdescription",
    "libelle",
    "libellé",
    "designation",
];

/// A `code` or a `description` is taken for a drug's only beside something that only drugs have: in
/// a list of diagnoses, "poisoning by methadone" is not a prescription.
pub(super) fn drop_vague_names(columns: &mut Vec<(usize, Field)>, folded: &[String]) {
    const SAID_OF_DRUGS: [Field; 10] = [
        Field::Strength,
        Field::Dose,
        Field::Form,
        Field::Route,
        Field::Quantity,
        Field::DaysSupply,
        Field::Directions,
        Field::Frequency,
        Field::Prescription,
        Field::FillNumber,
    ];
    let of_drug = |field: &Field| Essential::Drug.fields().contains(field);
    let vague = |(index, field): &(usize, Field)| {
        of_drug(field) && VAGUE.contains(&folded[*index].as_str())
    };
    let plain = |column: &(usize, Field)| {
        SAID_OF_DRUGS.contains(&column.1) || of_drug(&column.1) && !vague(column)
    };
    if !columns.iter().any(plain) {
        columns.retain(|column| !vague(column));
    }
}

/// `dosage` is a product's strength where nothing else is, and what is taken at a time where it is
/// not. `units` are a quantity where procedures are billed.
fn place_dosage(folded: &[String], columns: &mut Vec<(usize, Field)>) {
    let column = |names: &[&str]| folded.iter().position(|header| names.contains(&header.as_str()));
    let mut place = |index: Option<usize>, fields: &[Field]| {
        let free = |field: &&Field| !columns.iter().any(|(_, f)| f == *field);
        if let (Some(index), Some(field)) = (index, fields.iter().find(free)) {
            columns.push((index, *field));
        }
    };
    place(
        column(&["dosage", "dosagevalue", "medicationdosage", "drugdosage"]),
        &[Field::Strength, Field::Dose],
    );
    place(column(&["dosageunit", "dosageunits"]), &[Field::StrengthUnit, Field::DoseUnit]);
    if columns.iter().any(|(_, field)| *field == Field::Hcpcs)
        && !columns.iter().any(|(_, field)| *field == Field::Quantity)
    {
        let units = column(&["units", "unit", "svcunits", "lineserviceunits"]);
        columns.extend(units.map(|index| (index, Field::Quantity)));
    }
}

pub(super) fn override_with(
    columns: &mut Vec<(usize, Field)>,
    asked: &ColumnMap,
    headers: &[String],
) -> Result<Vec<JoinedColumns>, LayoutError> {
    let (mut wanted, mut joined) = (Vec::new(), Vec::new());
    for (field, column) in asked.chosen() {
        columns.retain(|(_, f)| f != field);
        if let Some(column) = column {
            let Some(indices) = column.find_all(headers) else {
                let near = fold::nearest(&column.to_string(), headers.iter().map(String::as_str))
                    .map(str::to_owned);
                return Err(LayoutError::NoColumn(*field, column.clone(), near));
            };
            wanted.extend(indices.first().map(|index| (*index, *field)));
            if indices.len() > 1 {
                let separator = if *field == Field::Drug { "; " } else { " " };
                joined.push(JoinedColumns { field: *field, columns: indices, separator });
            }
        }
    }
    // What was asked for takes the column away from what was guessed.
    columns.retain(|(index, _)| !wanted.iter().any(|(n, _)| n == index));
    columns.extend(wanted);
    Ok(joined)
}

pub(super) fn missing(columns: &[(usize, Field)]) -> Vec<Essential> {
    let has =
        |essential: &Essential| columns.iter().any(|(_, field)| essential.fields().contains(field));
    [Essential::Patient, Essential::Drug, Essential::FirstDay]
        .into_iter()
        .filter(|essential| !has(essential))
        .collect()
}

/// An export that gives a start and a stop, and neither a fill nor a supply, speaks of courses.
pub(super) fn statement(columns: &[(usize, Field)]) -> Statement {
    let has = |field: Field| columns.iter().any(|(_, f)| *f == field);
    let fill = has(Field::Dispensed) || has(Field::Administered) || has(Field::DaysSupply);
    if has(Field::Start) && has(Field::Stop) && !fill { Statement::Course } else { Statement::Fill }
}
