//! Which column serves which field.

use rxlint_model::record::{Field, Statement};

use super::columns::ColumnMap;
use super::essential::{Essential, LayoutError};
use super::known::KnownLayout;
use super::{fold, generic};

/// The best column for each field, each column serving one field.
pub(super) fn assign(
    headers: &[String],
    folded: &[String],
    known: Option<&KnownLayout>,
) -> Vec<(usize, Field)> {
    let mut columns: Vec<(usize, Field)> = Vec::new();
    let ignored =
        |header: &String| known.is_some_and(|known| known.ignored.contains(&header.as_str()));
    if let Some(known) = known {
        for (field, names) in known.names {
            let index = names
                .split_ascii_whitespace()
                .find_map(|name| folded.iter().position(|header| header == name));
            columns.extend(index.map(|index| (index, *field)));
        }
    }
    let free = |index: usize, header: &String| {
        !columns.iter().any(|(n, _)| *n == index) && !ignored(header)
    };
    let mut meanings: Vec<(Field, usize, usize)> = (folded.iter().enumerate())
        .filter(|(index, header)| free(*index, header))
        .filter_map(|(index, _)| {
            generic::header_meaning(&headers[index]).map(|(field, rank)| (field, rank, index))
        })
        .collect();
    // The best name of each field comes first, and of equal names the first column.
    meanings.sort_unstable();
    for (field, _, index) in meanings {
        if Field::REPEATABLE.contains(&field) || !columns.iter().any(|(_, f)| *f == field) {
            columns.push((index, field));
        }
    }
    place_dosage(folded, &mut columns);
    place_duration_unit(folded, &mut columns);
    columns
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

/// A `code` or a `description` is taken for a drug's only beside something that only drugs have: in
/// a list of diagnoses, "poisoning by methadone" is not a prescription.
pub(super) fn drop_vague_names(columns: &mut Vec<(usize, Field)>, folded: &[String]) {
    const VAGUE: [&str; 8] = [
        "code",
        "sourcecode",
        "itemcode",
        "description",
        "sourcedescription",
        "itemdescription",
        "itemname",
        "product",
    ];
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
) -> Result<(), LayoutError> {
    let mut wanted = Vec::new();
    for (field, column) in asked.chosen() {
        columns.retain(|(_, f)| f != field);
        if let Some(column) = column {
            let Some(index) = column.find(headers) else {
                let near = fold::nearest(&column.to_string(), headers.iter().map(String::as_str))
                    .map(str::to_owned);
                return Err(LayoutError::NoColumn(*field, column.clone(), near));
            };
            wanted.push((index, *field));
        }
    }
    // What was asked for takes the column away from what was guessed.
    columns.retain(|(index, _)| !wanted.iter().any(|(n, _)| n == index));
    columns.extend(wanted);
    Ok(())
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
