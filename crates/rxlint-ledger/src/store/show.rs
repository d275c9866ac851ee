//! A record of an earlier night as it is shown to a person: from what the ledger keeps, because its file is not read again.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;
use std::sync::PoisonError;

use super::Night;
use super::rows::{PatientBlob, RecordRow};
use rxlint_engine::collect::said;
use rxlint_engine::exposure::Marks;
use rxlint_input::{Input, InputOptions};
use rxlint_model::finding::PatientKey;
use rxlint_model::place::Place;
use rxlint_model::record::Field;
use rxlint_model::record_text::{CellText, RecordText};

/// What a file of an earlier night is asked for.
const WHOM: [Field; 6] = [
    Field::Patient,
    Field::Authority,
    Field::Prescriber,
    Field::Prescription,
    Field::Claim,
    Field::Pharmacy,
];

impl Night {
    /// The record at a place in one of the ledger's files; `None` for any other place. `tonight` reads a record of tonight's
    /// inputs again: it supplies the patient's identifier, which the ledger does not keep.
    pub(super) fn show_kept(
        &self,
        place: &Place,
        tonight: &dyn Fn(&Place) -> Option<RecordText>,
    ) -> Option<RecordText> {
        let at = place.file.checked_sub(self.first_file)? as usize;
        let (path, id) = (self.paths.get(at)?, *self.ids.get(at)?);
        let sql = format!(
            "SELECT {} FROM record WHERE file = ?1 AND record = ?2 AND offset = ?3",
            RecordRow::COLUMNS
        );
        let row = self
            .ledger
            .rows(&sql, &[&id, &place.record, &(place.offset as i64)], RecordRow::read)
            .ok()?
            .into_iter()
            .next()?;
        let said: Option<String> = match row.0.identity {
            Some(identity) => {
                self.ledger.value("SELECT said FROM identity WHERE id = ?1", &[&identity]).ok()?
            }
            None => None,
        };
        let mut text = kept(&row.0, &said.unwrap_or_default(), Path::new(path).exists());
        text.line = place.line;
        let mut person = self.person(row.0.record.patient, tonight);
        if person.is_empty() {
            person = self.cells_in_file(at, place).unwrap_or_default();
        }
        text.cells.extend(person);
        Some(text)
    }

    /// The cells that say whom a record is about and whom to ask, from the file of the earlier night, where that is still there
    /// and unchanged: a finding that comes back must name its patient, although no record of tonight does.
    fn cells_in_file(&self, at: usize, place: &Place) -> Option<Vec<CellText>> {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        let input = again.entry(at).or_insert_with(|| self.open_again(at)).as_ref()?;
        let record = input.reread(Place { file: 0, ..*place }).ok()?;
        let cells = record.cells.into_iter().filter(|cell| WHOM.contains(&cell.field));
        Some(cells.map(|cell| CellText { span: None, ..cell }).collect())
    }

    fn open_again(&self, at: usize) -> Option<Input> {
        let path = Path::new(self.paths.get(at)?);
        if !path.is_file() {
            return None;
        }
        let sql = "SELECT digest FROM file WHERE id = ?1";
        let digest: Option<Vec<u8>> = self.ledger.value(sql, &[self.ids.get(at)?]).ok()?;
        let (patients, conditions) = (Vec::new(), Vec::new());
        let options = InputOptions { patients, conditions, ..self.settings.options.clone() };
        let input = Input::open(&[path.to_owned()], &options).ok()?.inputs.into_iter().next()?;
        (input.digest().ok()?.as_slice() == digest?.as_slice()).then_some(input)
    }

    /// The cells that say who the patient is, from a record of tonight.
    fn person(
        &self,
        patient: PatientKey,
        tonight: &dyn Fn(&Place) -> Option<RecordText>,
    ) -> Vec<CellText> {
        let sql = format!("SELECT {} FROM record WHERE patient = ?1", RecordRow::COLUMNS);
        let rows =
            self.ledger.rows(&sql, &[&PatientBlob(patient)], RecordRow::read).unwrap_or_default();
        let place = rows.iter().find_map(|(row, _)| {
            let file = self.today.iter().position(|today| today.id == row.file)?;
            Some(Place { file: u32::try_from(file).ok()?, ..row.record.key.place() })
        });
        let cells =
            place.and_then(|place| tonight(&place)).map(|record| record.cells).unwrap_or_default();
        let identifying = cells
            .into_iter()
            .filter(|cell| matches!(cell.field, Field::Patient | Field::Authority));
        identifying.map(|cell| CellText { span: None, ..cell }).collect()
    }
}

/// What the ledger keeps of a record, written as a row.
fn kept(row: &RecordRow, said: &str, is_there: bool) -> RecordText {
    let record = &row.record;
    let mut text = RecordText::default();
    let mut raw = String::new();
    let mut cell = |field: Field, says: &str| {
        if !raw.is_empty() {
            raw.push_str(", ");
        }
        let start = raw.len();
        raw.push_str(says);
        text.cells.push(CellText {
            field,
            text: says.to_owned(),
            span: Some(start..raw.len()),
            label: Cow::Borrowed("ledger"),
            at: None,
        });
    };
    cell(Field::Dispensed, &record.first.to_string());
    for (field, says) in said::fields(said) {
        cell(field, &says);
    }
    if record.quantity.is_finite() && !record.marks.has(Marks::PER_DAY) {
        let mut says = String::new();
        // Writing to a string cannot fail.
        let _ = write!(says, "quantity {}", record.quantity);
        cell(Field::Quantity, &says);
    }
    if record.days > 0 {
        cell(Field::DaysSupply, &format!("{} days", record.days));
    }
    cell(
        Field::Status,
        if is_there {
            "as the ledger keeps it"
        } else {
            "as the ledger keeps it; the file is no longer there"
        },
    );
    text.raw = raw.into_bytes();
    text
}
