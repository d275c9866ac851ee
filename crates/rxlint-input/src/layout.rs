//! Headers to fields: which column of an export carries what rxlint needs.

mod columns;
mod fold;
mod formulary;
mod generic;
mod known;
mod private;
mod shown;

pub use columns::{Column, ColumnError, ColumnMap};
pub(crate) use shown::{list, names};

use known::{KNOWN, Known, OTHERS};
use rxlint_model::date;
use rxlint_model::record::{Field, Statement};

/// What the columns of a file are.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The system whose export it is, or `generic`.
    pub name: &'static str,
    /// Whether a row states a fill or a course.
    pub statement: Statement,
    /// The headers, in order.
    pub headers: Vec<String>,
    /// What each of them is called where a person sees it: its name, or its position where the name may be data.
    pub labels: Vec<String>,
    /// Which column serves which field, in the order of columns. A field has at most one column.
    pub columns: Vec<(usize, Field)>,
    /// The columns that identify a person or hold free text: masked where a record is shown.
    pub private: Vec<usize>,
}

/// Why a file's headers are not those of a prescription export.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// A table that is known to hold something else: its name, and what it is.
    Other(&'static str, &'static str),
    /// The first row holds data.
    NoHeader,
    /// Something essential has no column.
    Missing {
        /// What: `a patient`, `a drug's name or code`, `a date`.
        missing: Vec<Essential>,
        /// What the file seems to be, where that can be told.
        hint: Option<&'static str>,
        /// A `--columns` option that would help, as well as it can be guessed.
        example: String,
        /// Whether it is plain that no prescriptions are in it, rather than that some column has an odd name.
        plainly: bool,
    },
    /// A column that was asked for is not there: the field, the column, and the nearest header.
    NoColumn(Field, Column, Option<String>),
}

/// What no record can do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Essential {
    /// Who.
    Patient,
    /// What.
    Drug,
    /// When.
    FirstDay,
}

impl Essential {
    /// The fields that provide it; any of them will do.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Patient => &[Field::Patient],
            Self::Drug => &[
                Field::Drug,
                Field::Generic,
                Field::Brand,
                Field::Ndc,
                Field::Rxcui,
                Field::Atc,
                Field::Hcpcs,
                Field::Code,
                Field::Concept,
            ],
            Self::FirstDay => &Field::FIRST_DAY,
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Patient => "a patient",
            Self::Drug => "a drug's name or code",
            Self::FirstDay => "a date",
        }
    }

    /// The field that an example names, and words that a fitting header may contain.
    const fn guess(self) -> (Field, &'static [&'static str]) {
        match self {
            Self::Patient => (
                Field::Patient,
                &["patient", "person", "member", "mrn", "subject", "client", "pat", "cust"],
            ),
            Self::Drug => (
                Field::Drug,
                &["drug", "medic", "med", "product", "rxnorm", "ndc", "item", "desc", "name"],
            ),
            Self::FirstDay => {
                (Field::Dispensed, &["fill", "disp", "serv", "date", "start", "dt", "time", "day"])
            }
        }
    }
}

impl Layout {
    /// Finds out what the headers of a formulary mean.
    ///
    /// # Errors
    /// When they name no drug, or name patients, or a column that was asked for is not among them.
    pub fn recognise_formulary(headers: Vec<String>, asked: &ColumnMap) -> Result<Self, Unfit> {
        formulary::recognise(headers, asked)
    }

    /// Finds out what the headers mean; what was `asked` for outranks what would be guessed.
    ///
    /// # Errors
    /// When they are not those of a prescription export, or a column that was asked for is not among them.
    pub fn recognise(headers: Vec<String>, asked: &ColumnMap) -> Result<Self, Unfit> {
        let folded: Vec<String> = headers.iter().map(|header| fold::fold(header)).collect();
        let known = KNOWN.iter().find(|known| known.fits(&folded));
        let other = OTHERS.iter().find(|other| known.is_none() && other.fits(&folded));
        if let Some(other) = other.filter(|other| other.in_any_case && asked.is_empty()) {
            return Err(Unfit::Other(other.name, other.why));
        }
        let mut columns = assign(&folded, known);
        if known.is_none() {
            drop_vague_names(&mut columns, &folded);
        }
        override_with(&mut columns, asked, &headers)?;
        columns.sort_unstable();
        let missing = missing(&columns);
        if !missing.is_empty() {
            if let Some(other) = other {
                return Err(Unfit::Other(other.name, other.why));
            }
            if columns.is_empty() && looks_like_data(&headers) {
                return Err(Unfit::NoHeader);
            }
            let (hint, plainly) = hint(known.is_some(), &columns, &missing);
            let example = example(&headers, &columns, &missing, known);
            return Err(Unfit::Missing { missing, hint, example, plainly });
        }
        let statement = known.map_or_else(|| statement(&columns), |known| known.statement);
        // What judges a record must be seen, whatever its header is called; who prescribed and was born when need not.
        let telling = |index: usize| {
            columns.iter().any(|(n, field)| {
                *n == index && !matches!(field, Field::BirthDate | Field::Prescriber)
            })
        };
        let private = (0..headers.len())
            .filter(|&index| private::is_private(&headers[index]) && !telling(index))
            .collect();
        Ok(Self {
            name: known.map_or("generic", |known| known.name),
            statement,
            labels: shown::labels(&headers),
            headers,
            columns,
            private,
        })
    }

    /// What a column is called in a sentence: `drug_name` in quotes, or column 3.
    pub fn called(&self, index: usize) -> String {
        let label = &self.labels[index];
        if *label == self.headers[index].trim() { format!("`{label}`") } else { label.clone() }
    }

    /// The column that serves a field.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().find(|(_, f)| *f == field).map(|(index, _)| *index)
    }

    /// What the columns are called that serve no field.
    pub fn unused(&self) -> impl Iterator<Item = String> {
        let used = |index: &usize| !self.columns.iter().any(|(n, _)| n == index);
        (0..self.headers.len()).filter(used).map(|index| self.called(index))
    }
}

/// How many of the headers mean something: what tells one delimiter from another.
pub(super) fn familiar(headers: &[String]) -> usize {
    headers.iter().filter(|header| generic::meaning(&fold::fold(header)).is_some()).count()
}

/// The best column for each field, each column serving one field.
fn assign(folded: &[String], known: Option<&Known>) -> Vec<(usize, Field)> {
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
        .filter_map(|(index, header)| {
            generic::meaning(header).map(|(field, rank)| (field, rank, index))
        })
        .collect();
    // The best name of each field comes first, and of equal names the first column.
    meanings.sort_unstable();
    for (field, _, index) in meanings {
        if !columns.iter().any(|(_, f)| *f == field) {
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

/// A `code` or a `description` is taken for a drug's only beside something that is said of drugs alone: in a list of
/// diagnoses, "poisoning by methadone" is no prescription.
fn drop_vague_names(columns: &mut Vec<(usize, Field)>, folded: &[String]) {
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

/// `dosage` is a product's strength where nothing else is, and what is taken at a time where it is not. `units` are a
/// quantity where procedures are billed.
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

fn override_with(
    columns: &mut Vec<(usize, Field)>,
    asked: &ColumnMap,
    headers: &[String],
) -> Result<(), Unfit> {
    let mut wanted = Vec::new();
    for (field, column) in asked.chosen() {
        columns.retain(|(_, f)| f != field);
        if let Some(column) = column {
            let Some(index) = column.find(headers) else {
                let near = fold::nearest(&column.to_string(), headers.iter().map(String::as_str))
                    .map(str::to_owned);
                return Err(Unfit::NoColumn(*field, column.clone(), near));
            };
            wanted.push((index, *field));
        }
    }
    // What was asked for takes the column away from what was guessed.
    columns.retain(|(index, _)| !wanted.iter().any(|(n, _)| n == index));
    columns.extend(wanted);
    Ok(())
}

fn missing(columns: &[(usize, Field)]) -> Vec<Essential> {
    let has =
        |essential: &Essential| columns.iter().any(|(_, field)| essential.fields().contains(field));
    [Essential::Patient, Essential::Drug, Essential::FirstDay]
        .into_iter()
        .filter(|essential| !has(essential))
        .collect()
}

/// An export that gives a start and a stop, and neither a fill nor a supply, speaks of courses.
fn statement(columns: &[(usize, Field)]) -> Statement {
    let has = |field: Field| columns.iter().any(|(_, f)| *f == field);
    let fill = has(Field::Dispensed) || has(Field::Administered) || has(Field::DaysSupply);
    if has(Field::Start) && has(Field::Stop) && !fill { Statement::Course } else { Statement::Fill }
}

/// What the file seems to be, and whether it plainly is no prescription export.
fn hint(
    known: bool,
    columns: &[(usize, Field)],
    missing: &[Essential],
) -> (Option<&'static str>, bool) {
    let lacks = |essential| missing.contains(&essential);
    let telling = [
        Field::DaysSupply,
        Field::Prescription,
        Field::FillNumber,
        Field::Directions,
        Field::Frequency,
    ];
    let prescribes = columns.iter().any(|(_, field)| telling.contains(field));
    let (no_patient, no_drug) = (lacks(Essential::Patient), lacks(Essential::Drug));
    match prescribes {
        _ if known => (None, false),
        _ if columns.is_empty() => (Some("nothing in it looks like a prescription export"), true),
        true if no_drug => {
            (Some("where the drug stands in another table, join the two first"), false)
        }
        false if no_drug => (Some("it names no drugs, and does not look like prescriptions"), true),
        false if no_patient => {
            (Some("it looks like a list of drugs, not like prescriptions of patients"), true)
        }
        _ => (None, false),
    }
}

/// A `--columns` option with the likeliest header for what is missing.
fn example(
    headers: &[String],
    columns: &[(usize, Field)],
    missing: &[Essential],
    known: Option<&Known>,
) -> String {
    let names = names(headers);
    let pairs = missing.iter().map(|essential| {
        let (field, parts) = essential.guess();
        let is_ignored = |folded: &str| known.is_some_and(|known| known.ignored.contains(&folded));
        let is_free = |index: &usize| !columns.iter().any(|(n, _)| n == index);
        let holds = |index: &usize, part: &&str| {
            let folded = fold::fold(&headers[*index]);
            folded.contains(*part) && !is_ignored(&folded)
        };
        let found = parts
            .iter()
            .find_map(|part| (0..headers.len()).filter(is_free).find(|index| holds(index, part)));
        // A header that may be data is told by its number.
        let called = |index: usize| names[index].clone().unwrap_or_else(|| (index + 1).to_string());
        format!("{}={}", field.name(), found.map_or("HEADER".to_owned(), called))
    });
    format!("--columns {}", pairs.collect::<Vec<_>>().join(","))
}

/// Whether a row has cells that no header has: numbers and dates alone. A single cell is a line of text, not a row.
fn looks_like_data(headers: &[String]) -> bool {
    let is_number = |cell: &str| {
        cell.starts_with(|c: char| c.is_ascii_digit()) && !cell.contains(char::is_alphabetic)
    };
    headers.len() > 1
        && headers.iter().any(|header| {
            is_number(header.trim()) || date::parse(header.trim().as_bytes(), None).is_ok()
        })
}

#[cfg(test)]
mod tests;
