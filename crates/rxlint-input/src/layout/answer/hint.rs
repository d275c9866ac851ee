//! What to say to the user about a file that lacks an essential column.

use rxlint_model::date;
use rxlint_model::record::Field;

use super::essential::Essential;
use super::rival::may_be_first_day;
use crate::layout::cells::content::Content;
use crate::layout::headers::tokens::{self, says};
use crate::layout::headers::{fold, generic, private};
use crate::layout::persons::household::{is_half_a_person, rank_of_family};
use crate::layout::persons::person::says_address;

/// What the file seems to be, and whether it plainly is not a prescription export.
pub(in crate::layout) fn hint(
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
    // A log of doses given often names its one drug in the title, or nowhere.
    let says = |fields: &[Field]| columns.iter().any(|(_, field)| fields.contains(field));
    let doses = says(&[Field::Dose, Field::Strength]) && !no_patient && !lacks(Essential::FirstDay);
    match prescribes {
        _ if known => (None, false),
        _ if columns.is_empty() => (Some("nothing in it looks like a prescription export"), true),
        true if no_drug => {
            (Some("if the drugs are in a table of their own, `--vocabulary TABLE` reads it"), false)
        }
        false if no_drug && doses => (
            Some(
                "its rows have a patient, a day and a dose: if all are of one drug, add a column that names it",
            ),
            false,
        ),
        false if no_drug => (Some("it names no drugs, and does not look like prescriptions"), true),
        // Whoever the patients are, something was handed out on a day.
        false if no_patient && !lacks(Essential::FirstDay) && says(&[Field::Quantity]) => {
            (Some("its rows have a drug, a day and a quantity, and no column says whose"), true)
        }
        false if no_patient => {
            (Some("it looks like a list of drugs, not like prescriptions of patients"), true)
        }
        _ => (None, false),
    }
}

/// The headers of a table, as far as they may be shown.
#[derive(Clone, Copy)]
pub(in crate::layout) struct Named<'a> {
    pub(in crate::layout) headers: &'a [String],
    /// Those that may be shown.
    pub(in crate::layout) names: &'a [Option<String>],
    /// The column that is called like the patient's and holds names.
    pub(in crate::layout) by_name: Option<usize>,
    /// The columns whose days seem to be those of births or of ends.
    pub(in crate::layout) other_days: &'a [usize],
}

/// A `--columns` option with the likeliest column for each thing that is missing, quoted for a shell: `fits` are the columns that
/// their cells suggest.
pub(in crate::layout) fn example(
    named: Named<'_>,
    missing: &[Essential],
    fits: &[Vec<usize>],
    contents: &[Content],
    is_free: impl Fn(usize) -> bool,
) -> String {
    let Named { headers, by_name, other_days, .. } = named;
    // If there is a family's number, the others are those of plans and firms.
    let ranks = (0..headers.len()).filter(|at| is_free(*at));
    let ranks = ranks.filter_map(|at| Some((rank_of_family(&headers[at])?, at)));
    let family = ranks.min().map(|(_, at)| at);
    let mut taken: Vec<usize> = Vec::new();
    let mut pairs = Vec::new();
    for (essential, fits) in missing.iter().zip(fits) {
        let (field, parts) = essential.guess();
        let fits_field = |index: &usize| {
            let header = headers[*index].as_str();
            let is_other = match field {
                Field::Patient => {
                    by_name == Some(*index)
                        || is_no_person(header, contents.get(*index))
                        || family.is_some_and(|at| at != *index) && !says(header, "patient")
                }
                Field::Drug => is_of_somebody(header),
                _ => {
                    tokens::says_any(header, &["other", "article"])
                        || !may_be_first_day(header)
                        || other_days.contains(index)
                }
            };
            !is_other
                && !taken.contains(index)
                && contents.get(*index).is_none_or(|content| content.can_be(field))
        };
        let may_be = |index: &usize| is_free(*index) && fits_field(index);
        let holds = |index: &usize, part: &&str| fold::fold(&headers[*index]).contains(*part);
        let of_header = |among: &[usize]| {
            let named =
                |part| among.iter().copied().filter(may_be).find(|index| holds(index, part));
            parts.iter().find_map(named)
        };
        let all: Vec<usize> = (0..headers.len()).collect();
        // If there are several days or numbers, the cells do not say which is meant: that would be a guess.
        let is_open = *essential != Essential::Drug && fits.len() > 1;
        let of_cells = || fits.iter().copied().find(|at| !is_open && fits_field(at));
        let found = of_header(fits).or_else(of_cells).or_else(|| of_header(&all));
        let persons = (*essential == Essential::Patient && found.is_none())
            .then(|| name_and_birth(named, !missing.contains(&Essential::Drug)))
            .flatten();
        if let Some(columns) = persons {
            pairs.push(format!("patient={columns}"));
            continue;
        }
        let found = found.or_else(|| {
            let is_family_of = |essential: Essential, at: usize| {
                essential == Essential::Patient && family == Some(at)
            };
            let is_it = |at: &usize| {
                let header = headers[*at].as_str();
                may_be(at) && (is_of_person(*essential, header) || is_family_of(*essential, *at))
                    || *essential == Essential::Drug
                        && is_free(*at)
                        && !taken.contains(at)
                        && is_key(header)
                        && parts[..7].iter().any(|part| holds(at, part))
            };
            all.iter().copied().find(is_it)
        });
        let found = found.or_else(|| {
            (*essential == Essential::FirstDay)
                .then(|| only_days(named, contents, &is_free))
                .flatten()
        });
        taken.extend(found);
        pairs.push(pair(named, (*essential, field), found, contents));
    }
    format!("--columns {}", quoted(&pairs.join(",")))
}

/// What `--columns` says for one thing that is missing: its field and the column that was found for it.
fn pair(
    named: Named<'_>,
    (essential, field): (Essential, Field),
    found: Option<usize>,
    contents: &[Content],
) -> String {
    let Named { headers, names, .. } = named;
    // A header that may be data, or that `--columns` would read differently, is named by its number.
    let is_plain = |name: &String| is_plain_name(name);
    let called = |index: usize| {
        names[index].clone().filter(is_plain).unwrap_or_else(|| (index + 1).to_string())
    };
    let mut column = found.map_or("HEADER".to_owned(), called);
    // If the drugs are keys, a vocabulary says what they mean.
    let is_key = found.is_some_and(|at| {
        is_key(&headers[at]) && contents.get(at).is_some_and(|content| !content.names_drugs(0.0))
    });
    let field = if essential == Essential::Drug && is_key { Field::Code } else { field };
    let half = (0..headers.len()).find(|&at| is_half_a_person(&headers[at], contents.get(at)));
    if let (Essential::Patient, Some(half)) = (essential, half) {
        column = format!("{column}+{}", called(half));
    }
    format!("{}={column}", field.name())
}

/// The only column of days, if its header mentions nothing that is never the first day, such as expiry: `Visit Date`. It is not taken
/// without being asked for.
fn only_days(
    named: Named<'_>,
    contents: &[Content],
    is_free: impl Fn(usize) -> bool,
) -> Option<usize> {
    let holds_days =
        |at: &usize| is_free(*at) && contents.get(*at).is_some_and(Content::is_first_day);
    let holds_days = |at: &usize| holds_days(at) && !named.other_days.contains(at);
    let mut days = (0..named.headers.len()).filter(holds_days);
    let only = days.next().filter(|_| days.next().is_none())?;
    let header = named.headers[only].as_str();
    let rest = tokens::without(header, "kind").unwrap_or_else(|| header.to_owned());
    let may_be_it = may_be_first_day(header) && !tokens::says(&rest, "other");
    may_be_it.then_some(only)
}

/// Whether a column identifies no one: what counts, measures or dates something would merge many people into one, and a name is not
/// an identifier, since several people may have it.
fn is_no_person(header: &str, content: Option<&Content>) -> bool {
    const COUNTS: [&str; 7] = ["quantity", "count", "days", "strength", "date", "birth", "sig"];
    let counts = |content: &Content| {
        content.is_small_numbers()
            || content.is_years()
            || content.is_written_dates()
            || content.is_flag()
    };
    content.is_some_and(counts)
        || tokens::says_any(header, &COUNTS)
        || is_shared(header)
        || private::is_private(header) && !tokens::says(header, "id") && !says_address(header)
}

/// Whether a header is about a kind of people or a place, which many share.
fn is_shared(header: &str) -> bool {
    const WORDS: [&str; 25] = [
        "gender",
        "sex",
        "race",
        "ethnicity",
        "relationship",
        "language",
        "religion",
        "marital",
        "geschlecht",
        "sexe",
        "sexo",
        "sesso",
        "geslacht",
        "plec",
        "hospital",
        "hosp",
        "facility",
        "clinic",
        "department",
        "dept",
        "ward",
        "location",
        "loc",
        "site",
        "state",
    ];
    tokens::words_have(header, &WORDS) && !tokens::says_any(header, &["personal"])
        || tokens::says_any(header, &["place"])
}

/// Whether a header says whose names are below it.
fn is_of_somebody(header: &str) -> bool {
    const WHO: [&str; 16] = [
        "patient",
        "client",
        "resident",
        "member",
        "person",
        "prescriber",
        "provider",
        "doctor",
        "physician",
        "nurse",
        "staff",
        "first",
        "last",
        "surname",
        "pharmacist",
        "customer",
    ];
    let words = fold::words(header);
    is_a_name(header) && words.iter().any(|word| WHO.contains(&word.as_str()))
}

/// Whether a header names an account or a person, though in words that may also be about something else.
fn is_of_person(essential: Essential, header: &str) -> bool {
    const WORDS: [&str; 24] = [
        "run",
        "cardholder",
        "acct",
        "account",
        "pt",
        "resident",
        "enrollee",
        "chart",
        "nhs",
        "folder",
        "file",
        "holder",
        "subscriber",
        "recipient",
        "customer",
        "client",
        "beneficiary",
        "bene",
        "hospital",
        "case",
        "hosp",
        "konto",
        "akte",
        "kunde",
    ];
    const OTHERS: [&str; 10] =
        ["rx", "claim", "order", "prescriber", "drug", "name", "pharmacy", "date", "store", "type"];
    let words = fold::words(header);
    let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    essential == Essential::Patient && says(&WORDS) && !says(&OTHERS)
}

/// Whether a header says that its column holds keys.
fn is_key(header: &str) -> bool {
    const WORDS: [&str; 11] =
        ["key", "id", "code", "cd", "no", "nr", "nbr", "num", "number", "sk", "fk"];
    fold::words(header).last().is_some_and(|word| WORDS.contains(&word.as_str()))
}

/// The columns that identify a person if no identifier does: the name, in one column or several, and the birth date, if there is one.
/// A name by itself may be that of a drug, unless the column of drugs is known.
fn name_and_birth(named: Named<'_>, knows_drug: bool) -> Option<String> {
    let Named { headers, names, by_name, .. } = named;
    const LAST: [&str; 12] = [
        "last",
        "lastname",
        "surname",
        "familyname",
        "nachname",
        "familienname",
        "apellido",
        "apellidos",
        "cognome",
        "achternaam",
        "nazwisko",
        "lname",
    ];
    const FIRST: [&str; 11] = [
        "first",
        "firstname",
        "forename",
        "givenname",
        "vorname",
        "prenom",
        "prénom",
        "voornaam",
        "imie",
        "imię",
        "fname",
    ];
    const WHOLE: [&str; 13] = [
        "name",
        "fullname",
        "names",
        "patient",
        "initials",
        "bewohner",
        "bewohnerin",
        "klient",
        "naam",
        "nom",
        "nombre",
        "nome",
        "nazwiskoiimię",
    ];
    let folded = |index: usize| {
        let folded = fold::fold(&headers[index]);
        let folded = folded.strip_suffix("nm").unwrap_or(&folded);
        let of_person = ["patient", "patienten", "pat", "pt", "member", "resident", "client"];
        let bare = of_person.iter().find_map(|who| folded.strip_prefix(who));
        bare.filter(|bare| !bare.is_empty()).unwrap_or(folded).to_owned()
    };
    // A header that is not shown is named by its number.
    let called = |index: usize| {
        let name = names[index].clone().filter(|name| is_plain_name(name));
        name.unwrap_or_else(|| (index + 1).to_string())
    };
    let column = |words: &[&str]| {
        (0..headers.len()).find(|index| words.contains(&folded(*index).as_str())).map(called)
    };
    let birth = (0..headers.len()).find(|index| {
        generic::header_meaning(&headers[*index]).map(|(field, _)| field) == Some(Field::BirthDate)
    });
    let name = match (column(&LAST), column(&FIRST)) {
        (Some(last), Some(first)) => format!("{last}+{first}"),
        _ => by_name.map(called).or_else(|| column(&WHOLE))?,
    };
    match birth.map(called) {
        Some(birth) => Some(format!("{name}+{birth}")),
        None => knows_drug.then_some(name),
    }
}

/// Whether `--columns` takes a name for a header, and for only one.
fn is_plain_name(name: &str) -> bool {
    !name.contains([',', '=', '+', '\'']) && name.parse::<usize>().is_err()
}

/// Whether a column holds the names of people, and nothing that distinguishes two of the same name.
pub(in crate::layout) fn is_a_name(header: &str) -> bool {
    private::is_name(header) && !tokens::says_any(header, &["id"])
}

/// Whether a header says that people stand below it, by a number or by their names.
pub fn speaks_of_a_person(header: &str) -> bool {
    let meaning = generic::header_meaning(header).map(|(field, _)| field);
    meaning == Some(Field::Patient) || is_a_name(header)
}

/// A text quoted so that a shell takes it for one word.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-,=.:%@+/".contains(c);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{text}'") }
}

/// Whether a row has cells that no header has: numbers and dates. A single cell is a line of text, not a row.
pub(crate) fn looks_like_data(headers: &[String]) -> bool {
    let is_number = |cell: &str| {
        cell.starts_with(|c: char| c.is_ascii_digit()) && !cell.contains(char::is_alphabetic)
    };
    headers.len() > 1
        && headers.iter().any(|header| {
            is_number(header.trim()) || date::parse(header.trim().as_bytes(), None).is_ok()
        })
}
