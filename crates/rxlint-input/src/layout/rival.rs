//! Columns that serve no field and may contradict one that does: a second column of the same name, the dates of a second
//! medicine in the row, a date beside one on which a prescription was only written.

use rxlint_model::record::Field;

use super::content::Content;
use super::fold::fold;
use super::table::JoinedColumns;
use super::tokens::{says, words_of};
use super::{assign, generic, household};

/// What a column that serves no field may contradict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rival {
    /// The column that serves the field.
    pub of: usize,
    /// The field.
    pub field: Field,
    /// Why it may.
    pub kind: RivalKind,
}

/// Why a column may contradict another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RivalKind {
    /// Its header is the same.
    SameName,
    /// Its header is the same but for a number: it belongs to another medicine of the row.
    Numbered,
    /// The other only says when something was written, ordered or begun, and this one may say when it was handed over.
    FirstDay,
    /// Both are statuses; the other is nearer to the hand-over.
    Status,
    /// It says of nearly every record when it was, or is to be, returned.
    Returned,
    /// It holds days beside a first day, and nothing says how long records last: they may be the ends.
    End,
    /// Both identify a patient, and this one may tell that several identifiers of the other are one person.
    Person,
}

/// The fields that are one medicine's.
const OF_ONE: [Field; 8] = [
    Field::Administered,
    Field::Dispensed,
    Field::Start,
    Field::Stop,
    Field::DaysSupply,
    Field::Quantity,
    Field::Strength,
    Field::Status,
];

/// The rivals among the columns that serve no field.
pub(super) fn rivals(
    headers: &[String],
    folded: &[String],
    columns: &[(usize, Field)],
    joined: &[JoinedColumns],
    open: &[(usize, Option<&'static str>)],
    contents: &[Content],
    known: bool,
) -> Vec<(usize, Rival)> {
    let stem = |index: usize| -> String {
        folded[index].chars().filter(|c| !c.is_ascii_digit()).collect()
    };
    // A length that stands twice under one name may still be two.
    let of_first = |index: usize| {
        joined.iter().any(|joined| {
            joined.columns.contains(&index)
                && (joined.field != Field::DaysSupply || folded[joined.columns[0]] != folded[index])
        })
    };
    let serves = |index: usize| columns.iter().any(|(at, _)| *at == index) || of_first(index);
    let day = first_day(columns);
    let is_open = |index: usize| open.iter().any(|(at, _)| *at == index);
    let status = columns.iter().find(|(_, field)| *field == Field::Status);
    let column =
        |field: Field| columns.iter().find(|(_, other)| *other == field).map(|(at, _)| *at);
    let has_length = column(Field::Stop).or(column(Field::DaysSupply)).is_some();
    let begin = Field::FIRST_DAY.iter().find_map(|field| column(*field)).filter(|_| !has_length);
    let is_joined = |at: &usize| joined.iter().any(|joined| joined.columns.contains(at));
    let patient = column(Field::Patient).filter(|at| !is_joined(at));
    let holds_dates = |index: usize| contents.get(index).is_some_and(Content::is_day_column);
    let of = |index: usize| {
        let twin = columns.iter().find(|(at, field)| {
            folded[*at] == folded[index] && !folded[index].is_empty() && *field != Field::Prescriber
        });
        if let Some(&(of, field)) = twin {
            return Some(Rival { of, field, kind: RivalKind::SameName });
        }
        let numbered = columns.iter().find(|(at, field)| {
            OF_ONE.contains(field) && stem(*at) == stem(index) && stem(index).len() > 2
        });
        // Data frames number what has the same name.
        let again = columns.iter().find(|(at, _)| {
            headers[index].rsplit_once('.').is_some_and(|(name, number)| {
                name == headers[*at] && number.bytes().all(|byte| byte.is_ascii_digit())
            })
        });
        if let Some(&(of, field)) = again.filter(|_| numbered.is_none()) {
            return Some(Rival { of, field, kind: RivalKind::SameName });
        }
        if let Some(&(of, field)) = numbered {
            return Some(Rival { of, field, kind: RivalKind::Numbered });
        }
        let meaning = generic::header_meaning(&headers[index]).map(|(field, _)| field);
        if let Some(&(of, field)) = status
            && meaning == Some(Field::Status)
        {
            return Some(Rival { of, field, kind: RivalKind::Status });
        }
        if assign::is_return_date(&folded[index]) && meaning == Some(Field::Voided) {
            let first = columns.iter().find(|(_, field)| Field::FIRST_DAY.contains(field));
            return first.map(|(of, _)| Rival {
                of: *of,
                field: Field::Voided,
                kind: RivalKind::Returned,
            });
        }
        if known {
            return None;
        }
        let is_person = || is_of_person(&headers[index], meaning) && !holds_dates(index);
        if let Some(of) = patient.filter(|_| is_person()) {
            return Some(Rival { of, field: Field::Patient, kind: RivalKind::Person });
        }
        let is_given = || says(&headers[index], "given") && holds_dates(index);
        let may_be_first = |_: &(usize, Field)| {
            (is_open(index) || is_given()) && may_be_first_day(&headers[index])
        };
        if let Some((of, _)) = day.filter(may_be_first) {
            let field = if is_given() { Field::Administered } else { Field::Dispensed };
            return Some(Rival { of, field, kind: RivalKind::FirstDay });
        }
        let of = begin.filter(|_| holds_dates(index) && may_be_end(&headers[index]))?;
        Some(Rival { of, field: Field::Stop, kind: RivalKind::End })
    };
    (0..headers.len())
        .filter(|&index| !serves(index))
        .filter_map(|index| Some((index, of(index)?)))
        .collect()
}

/// The column of the first day, where it only says when something was written, ordered or begun.
fn first_day(columns: &[(usize, Field)]) -> Option<(usize, Field)> {
    let column = |field: Field| columns.iter().copied().find(|(_, other)| *other == field);
    if column(Field::Administered).or(column(Field::Dispensed)).is_some() {
        return None;
    }
    column(Field::Start).or(column(Field::Written))
}

/// Whether the column is another identifier of a person, and no number that families or homes share.
fn is_of_person(header: &str, meaning: Option<Field>) -> bool {
    const PREVIOUS: [&str; 5] = ["old", "previous", "prior", "former", "account"];
    const NATIONAL: [&str; 4] = ["ssn", "socialsecuritynumber", "ssnhash", "ssnhashed"];
    let words = words_of(header);
    let is_previous = words.iter().any(|word| PREVIOUS.contains(&word.as_str()));
    (meaning == Some(Field::Patient) || NATIONAL.contains(&fold(header).as_str()))
        && !is_previous
        && !household::is_part(header)
}

/// Whether nothing in the header says that its days are about something else than the end of what was supplied or ordered.
fn may_be_end(header: &str) -> bool {
    const OTHER: [&str; 53] = [
        "created",
        "create",
        "updated",
        "update",
        "modified",
        "load",
        "loaded",
        "extract",
        "extracted",
        "report",
        "batch",
        "received",
        "sent",
        "transmitted",
        "entered",
        "entry",
        "verified",
        "signed",
        "reviewed",
        "reconciled",
        "resolved",
        "onset",
        "admit",
        "admission",
        "discharge",
        "death",
        "died",
        "deceased",
        "eligibility",
        "enrollment",
        "paid",
        "payment",
        "pay",
        "processed",
        "process",
        "adjudicated",
        "adjudication",
        "billed",
        "bill",
        "invoice",
        "check",
        "posted",
        "visit",
        "encounter",
        "appointment",
        "print",
        "printed",
        "appt",
        "diagnosis",
        "lab",
        "test",
        "sold",
        "pickup",
    ];
    let words = words_of(header);
    !words.iter().any(|word| OTHER.contains(&word.as_str()))
        && !["birth", "prescriber", "fill", "dispense", "written", "order", "start", "given"]
            .iter()
            .any(|meaning| !words.iter().any(|word| word == "next") && says(header, meaning))
}

/// Whether nothing in the header says that its dates are others.
fn may_be_first_day(header: &str) -> bool {
    !["end", "thru", "birth", "discontinue", "prescriber"].iter().any(|word| says(header, word))
}
