//! Columns that serve no field and may contradict one that does: a second column of the same name, the dates of a second
//! medicine in the row, a date beside one on which a prescription was only written.

use rxlint_model::record::Field;

use super::table::JoinedColumns;
use super::tokens::says;
use super::{assign, generic};

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
    known: bool,
) -> Vec<(usize, Rival)> {
    let stem = |index: usize| -> String {
        folded[index].chars().filter(|c| !c.is_ascii_digit()).collect()
    };
    let serves = |index: usize| {
        columns.iter().any(|(at, _)| *at == index)
            || joined.iter().any(|joined| joined.columns.contains(&index))
    };
    let day = first_day(columns);
    let is_open = |index: usize| open.iter().any(|(at, _)| *at == index);
    let status = columns.iter().find(|(_, field)| *field == Field::Status);
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
        let (of, field) =
            day.filter(|_| !known && is_open(index) && may_be_first_day(&headers[index]))?;
        Some(Rival { of, field, kind: RivalKind::FirstDay })
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

/// Whether nothing in the header says that its dates are others.
fn may_be_first_day(header: &str) -> bool {
    !["end", "thru", "birth", "discontinue", "prescriber"].iter().any(|word| says(header, word))
}
