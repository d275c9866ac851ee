//! A record of an earlier night as shown to a person: from what the ledger keeps, because its file is not read again.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;
use std::sync::PoisonError;

use super::Night;
use super::merges::{Numbered, numbers};
use super::rows::{PatientBlob, RecordRow};
use rxlint_engine::collect::said;
use rxlint_engine::exposure::Marks;
use rxlint_input::{Input, InputOptions};
use rxlint_model::finding::PatientKey;
use rxlint_model::place::Place;
use rxlint_model::record::Field;
use rxlint_model::record_text::{CellText, RecordText};

/// The fields that are looked up in a file of an earlier night.
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
        let mut person = self.person(&row.0, tonight);
        if person.is_empty() {
            person = self.cells_in_file(id, place).unwrap_or_default();
        }
        text.cells.extend(person);
        Some(text)
    }

    /// The cells that say who a record is about and whom to ask, from the file of the earlier night if it is still there and unchanged: a finding
    /// that comes back must name its patient, although no record of tonight does.
    fn cells_in_file(&self, id: i64, place: &Place) -> Option<Vec<CellText>> {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        let input = again.entry(id).or_insert_with(|| self.open_again(id)).as_ref()?;
        let record = input.reread(Place { file: 0, ..*place }).ok()?;
        let cells = record.cells.into_iter().filter(|cell| WHOM.contains(&cell.field));
        Some(cells.map(|cell| CellText { span: None, ..cell }).collect())
    }

    /// A file of an earlier night, if it is still where it was and unchanged.
    fn open_again(&self, id: i64) -> Option<Input> {
        let sql = "SELECT path, digest FROM file WHERE id = ?1";
        let row =
            |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?));
        let (path, digest) = self.ledger.rows(sql, &[&id], row).ok()?.into_iter().next()?;
        let path = Path::new(&path);
        if !path.is_file() {
            return None;
        }
        let (patients, conditions) = (Vec::new(), Vec::new());
        let options = InputOptions { patients, conditions, ..self.settings.options.clone() };
        let input = Input::open(&[path.to_owned()], &options).ok()?.inputs.into_iter().next()?;
        (input.digest().ok()?.as_slice() == digest).then_some(input)
    }

    /// The cells that identify the patient of a record, from a record of tonight. Two facilities may use one number for two people; the ledger knows
    /// whose it is.
    fn person(
        &self,
        kept: &RecordRow,
        tonight: &dyn Fn(&Place) -> Option<RecordText>,
    ) -> Vec<CellText> {
        let sql = format!("SELECT {} FROM record WHERE patient = ?1", RecordRow::COLUMNS);
        let patient = PatientBlob(kept.record.patient);
        let rows = self.ledger.rows(&sql, &[&patient], RecordRow::read).unwrap_or_default();
        let of_tonight = rows.iter().filter_map(|(row, _)| {
            let file = self.today.iter().position(|today| today.id == row.file)?;
            let place = Place { file: u32::try_from(file).ok()?, ..row.record.key.place() };
            Some((row.authority == kept.authority, place))
        });
        // If two people share a number: the record of tonight of the same one, if there is any.
        let Some((is_same, place)) = of_tonight.max_by_key(|(is_same, _)| *is_same) else {
            return Vec::new();
        };
        let cells = tonight(&place).map(|record| record.cells).unwrap_or_default();
        let identifying = cells.into_iter().filter(|cell| {
            cell.field == Field::Patient || is_same && cell.field == Field::Authority
        });
        let mut identifying: Vec<CellText> =
            identifying.map(|cell| CellText { span: None, ..cell }).collect();
        if !is_same && let Some(text) = self.issuer(kept) {
            let label = Cow::Borrowed("ledger");
            identifying.push(CellText {
                field: Field::Authority,
                text,
                span: None,
                label,
                at: None,
            });
        }
        identifying
    }

    /// Gives a record's patient the surviving number if its own was given up in a merge of any night: the old one opens no chart.
    pub(super) fn name_as_merged(
        &self,
        place: &Place,
        record: &mut RecordText,
        tonight: &dyn Fn(&Place) -> Option<RecordText>,
    ) {
        let text = |field| record.cell(field).map(|cell| cell.text.clone()).unwrap_or_default();
        let (patient, authority) = (text(Field::Patient), text(Field::Authority).to_uppercase());
        let patient = PatientKey::new(patient.trim(), "");
        let Some(format) = self.format_of(place) else { return };
        let held = self.settled.survivor(&format, patient, &authority).cloned();
        let by_identifier =
            || self.shared_about(patient)?.survivor(&format, patient, &authority).cloned();
        let Some(held) = held.or_else(by_identifier) else { return };
        let Some(number) = self.written(&held, &format, tonight) else { return };
        // The cells' positions stay the same, since they decide what is masked.
        for cell in &mut record.cells {
            match cell.field {
                Field::Patient => cell.text.clone_from(&number),
                Field::Authority if !cell.text.eq_ignore_ascii_case(&held.authority) => {
                    cell.text.clone_from(&held.authority);
                }
                _ => {}
            }
        }
    }

    fn format_of(&self, place: &Place) -> Option<String> {
        match place.file.checked_sub(self.first_file) {
            None => self.formats.get(place.file as usize).map(|format| (*format).to_owned()),
            Some(at) => {
                let sql = "SELECT format FROM file WHERE id = ?1";
                self.ledger.value(sql, &[self.ids.get(at as usize)?]).ok()?
            }
        }
    }

    /// A surviving number as written: in tonight's merges, in a record of that person, or in a merge of an earlier night.
    fn written(
        &self,
        held: &Numbered,
        format: &str,
        tonight: &dyn Fn(&Place) -> Option<RecordText>,
    ) -> Option<String> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let search = || self.in_records(held, tonight).or_else(|| self.in_merges(held, format));
        written.entry(held.patient).or_insert_with(search).clone()
    }

    fn in_records(
        &self,
        held: &Numbered,
        tonight: &dyn Fn(&Place) -> Option<RecordText>,
    ) -> Option<String> {
        let sql = format!("SELECT {} FROM record WHERE patient = ?1", RecordRow::COLUMNS);
        let sealed = self.ledger.sealed(held.patient).ok()?;
        let rows = self.ledger.rows(&sql, &[&sealed], RecordRow::read).ok()?;
        rows.iter().find_map(|(row, _)| {
            let place = row.record.key.place();
            let cells = match self.today.iter().position(|today| today.id == row.file) {
                Some(file) => tonight(&Place { file: u32::try_from(file).ok()?, ..place })?.cells,
                None => self.cells_in_file(row.file, &place)?,
            };
            let number = cells.into_iter().find(|cell| cell.field == Field::Patient)?.text;
            (PatientKey::new(number.trim(), "") == held.patient).then_some(number)
        })
    }

    /// The latest files first: a number that is asked for was usually merged recently.
    fn in_merges(&self, held: &Numbered, format: &str) -> Option<String> {
        let sql = "SELECT id FROM file WHERE format = ?1 ORDER BY id DESC";
        let files = self.ledger.rows(sql, &[&format], |row| row.get::<_, i64>(0)).ok()?;
        files.into_iter().find_map(|id| {
            let is_it = |number: &String| PatientKey::new(number, "") == held.patient;
            numbers(&self.open_again(id)?).find(is_it)
        })
    }

    /// Who issued the identifier of a record.
    fn issuer(&self, kept: &RecordRow) -> Option<String> {
        let sql = "SELECT said FROM authority WHERE id = ?1";
        self.ledger.value(sql, &[&kept.authority?]).ok()?
    }
}

/// What the ledger keeps of a record, written as a row.
fn kept(row: &RecordRow, said: &str, is_there: bool) -> RecordText {
    let record = &row.record;
    let mut text = RecordText::default();
    let mut raw = String::new();
    let mut cell = |field: Field, before: &str, says: &str, after: &str| {
        if !raw.is_empty() {
            raw.push_str(", ");
        }
        raw.push_str(before);
        let start = raw.len();
        raw.push_str(says);
        let end = raw.len();
        raw.push_str(after);
        text.cells.push(CellText {
            field,
            text: says.to_owned(),
            span: Some(start..end),
            label: Cow::Borrowed("ledger"),
            at: None,
        });
    };
    cell(Field::Dispensed, "", &record.first.to_string(), "");
    for (field, says) in said::fields(said) {
        cell(field, "", &says, "");
    }
    if record.quantity.is_finite() && !record.marks.has(Marks::PER_DAY) {
        let mut says = String::new();
        // Writing to a string cannot fail.
        let _ = write!(says, "{}", record.quantity);
        cell(Field::Quantity, "quantity ", &says, "");
    }
    if record.days > 0 {
        cell(Field::DaysSupply, "", &record.days.to_string(), " days");
    }
    cell(
        Field::Status,
        "",
        if is_there {
            "as the ledger keeps it"
        } else {
            "as the ledger keeps it; the file is no longer there"
        },
        "",
    );
    text.raw = raw.into_bytes();
    text
}
