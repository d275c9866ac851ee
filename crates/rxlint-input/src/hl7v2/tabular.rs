//! Histories as tables: RDF names the columns, each RDT is a row (RTB^K13, the tabular dispense history).

use super::draft::Hl7Draft;
use super::order::Hl7Message;
use super::patient::{Identifier, identifiers};
use super::segments::{Hl7Part, Segment};
use super::{control, drug};
use rxlint_model::record::Field;

const NO_PLACE: &str = "this row of a tabular answer (RDT) has no column of patients that is understood: ask the system for the dispense history in segments (RSP^K31), or for a table";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnOf {
    Person,
    Drug,
    Control,
    Plain(Field),
    Nothing,
}

/// Makes a record of each row; `false` if the message is not a table of drugs.
pub(super) fn records(
    message: &Hl7Message<'_>,
    draft: &mut Hl7Draft,
    take: &mut impl FnMut(Result<&Hl7Draft, &'static str>, &Segment),
) -> bool {
    let named = |name: &'static [u8; 3]| message.segments.iter().filter(move |s| s.name == *name);
    let Some(head) = named(b"RDF").next() else { return false };
    let delimiters = &message.delimiters;
    let columns: Vec<ColumnOf> = message
        .field(head, 2)
        .repetitions(delimiters)
        .map(|column| column_of(column.component(1, delimiters).text))
        .collect();
    if !columns.contains(&ColumnOf::Drug) {
        return false;
    }
    for row in named(b"RDT") {
        if !columns.contains(&ColumnOf::Person) {
            take(Err(NO_PLACE), row);
            continue;
        }
        draft.clear();
        for (column, n) in columns.iter().zip(1..) {
            cell(message, draft, *column, message.field(row, n));
        }
        take(Ok(draft), row);
    }
    true
}

fn cell(message: &Hl7Message<'_>, draft: &mut Hl7Draft, column: ColumnOf, cell: Hl7Part<'_>) {
    let delimiters = &message.delimiters;
    let first = cell.repetition(1, delimiters).component(1, delimiters);
    match column {
        ColumnOf::Person => {
            let all = identifiers(cell, delimiters);
            let best: Option<&Identifier<'_>> = all.iter().min_by_key(|one| one.rank);
            if let Some((survivor, authority)) =
                best.and_then(|one| message.naming.persons.survivor(one))
            {
                draft.say(Field::Patient, format_args!("{survivor}"), first);
                draft.say(Field::Authority, format_args!("{authority}"), first);
            }
            if let Some(part) = best.and_then(|one| one.part) {
                draft.set(
                    Field::Patient,
                    part.component(1, delimiters).sub(1, delimiters),
                    delimiters,
                );
                let authority = part.component(4, delimiters).sub(1, delimiters);
                draft.set(Field::Authority, authority, delimiters);
            }
        }
        ColumnOf::Drug => {
            drug::codes(draft, cell, delimiters);
            drug::texts(draft, cell, message.bytes, delimiters);
            draft.set(Field::Drug, first, delimiters);
        }
        ColumnOf::Control => match control::action(first.text, b"", false) {
            control::Action::Cancel => draft.say(Field::Status, format_args!("reversed"), first),
            control::Action::Nothing(why) => draft.say(Field::Status, format_args!("{why}"), first),
            _ => {}
        },
        ColumnOf::Plain(field) => draft.set(field, first, delimiters),
        ColumnOf::Nothing => {}
    }
}

/// What a column name means: the standard's own names, and fields of segments (`@PID.3`, `RXD.2`).
fn column_of(name: &[u8]) -> ColumnOf {
    let name: String = name
        .iter()
        .filter(|b| b.is_ascii_alphanumeric())
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["rxd3"]) || has(&["date", "time"]) && has(&["dispens", "fill"]) {
        ColumnOf::Plain(Field::Dispensed)
    } else if has(&["pid7"]) || has(&["birth"]) {
        ColumnOf::Plain(Field::BirthDate)
    } else if has(&["date", "time"]) {
        match () {
            () if has(&["start", "effective", "begin"]) => ColumnOf::Plain(Field::Start),
            () if has(&["stop", "end"]) => ColumnOf::Plain(Field::Stop),
            () if has(&["order", "written", "transaction"]) => ColumnOf::Plain(Field::Written),
            () => ColumnOf::Nothing,
        }
    } else if has(&["rxd4", "rxe10", "quantity", "amount"]) {
        ColumnOf::Plain(Field::Quantity)
    } else if has(&["dayssupply", "daysofsupply"]) {
        ColumnOf::Plain(Field::DaysSupply)
    } else if has(&["rxd7", "prescriptionnumber"]) {
        ColumnOf::Plain(Field::Prescription)
    } else if has(&["orc1", "ordercontrol"]) {
        ColumnOf::Control
    } else if has(&["pid3", "patientlist", "patientid", "medicalrecord", "mrn"]) {
        ColumnOf::Person
    } else if has(&["rxd2", "rxe2", "rxo1", "medication", "drug", "givecode"])
        && !has(&["form", "unit", "note", "strength"])
    {
        ColumnOf::Drug
    } else {
        ColumnOf::Nothing
    }
}
