//! A record with another cell in the place of the patient's identifier: the cell was moved, copied or swapped.

use super::seen::SeenTexts;
use crate::drug::Dictionary;
use crate::drug::identity::Identity;
use crate::exposure::status::StatusTable;
use rxlint_model::date;
use rxlint_model::record::{DateOrder, Field, Record, Statement};

/// The units of amounts.
const UNITS: [&str; 12] = [
    "mg", "mcg", "ml", "day", "days", "tab", "tabs", "tablet", "tablets", "capsules", "units", "%",
];

/// Whether what should identify the patient is the record's drug, date or status, or something that only such a cell
/// would hold: it does not identify a person.
pub(super) fn is_patient(
    record: &Record<'_>,
    dictionary: &Dictionary,
    statuses: &StatusTable,
    names: &mut NamesMet,
) -> bool {
    let patient = record.text(Field::Patient).trim_ascii();
    is_in_record(record, patient)
        || is_day(patient)
        || is_amount(patient)
        || is_status(patient, statuses)
        || is_code_of_drug(record, patient, dictionary)
        || is_name_of_drug(record, patient, dictionary, names)
}

/// Whether the drug or the status is the same text. A short number may be both by chance.
fn is_in_record(record: &Record<'_>, patient: &[u8]) -> bool {
    const SHORTEST: usize = 4;
    const SHORTEST_NUMBER: usize = 8;
    let is_number = patient.iter().all(u8::is_ascii_digit);
    let is_long = patient.len() >= if is_number { SHORTEST_NUMBER } else { SHORTEST };
    let is_same = |field: &Field| record.text(*field).trim_ascii().eq_ignore_ascii_case(patient);
    is_long && (Field::IDENTITY.iter().any(is_same) || is_same(&Field::Status))
}

/// `2026-03-12`, `03/12/2026`, `09:00`.
fn is_day(patient: &[u8]) -> bool {
    let separators = |separator: u8| patient.iter().filter(|byte| **byte == separator).count();
    let is_iso = matches!(patient, [b'1' | b'2', b'0' | b'9', _, _, b'-', _, _, b'-', _, _, ..]);
    let is_time = matches!(patient, [h1, h2, b':', m1, m2, ..]
        if [h1, h2, m1, m2].iter().all(|byte| byte.is_ascii_digit()) && patient.len() <= 8);
    let is_read = || {
        [DateOrder::Dmy, DateOrder::Mdy]
            .into_iter()
            .any(|order| date::parse(patient, Some(order)).is_ok())
    };
    is_time || (is_iso || separators(b'/') == 2) && is_read()
}

/// `$4.50`, `30 days`, `5 MG`.
fn is_amount(patient: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(patient) else { return false };
    let (money, number) = match text.trim_start_matches(['$', '€', '£']) {
        rest if rest.len() < text.len() => (true, rest),
        _ => (false, text),
    };
    let end = number
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','))
        .unwrap_or(number.len());
    let (number, unit) = number.split_at(end);
    let unit = unit.trim();
    !number.is_empty()
        && (money && unit.is_empty() || UNITS.iter().any(|known| unit.eq_ignore_ascii_case(known)))
}

/// `PAID`. A letter or two may be anything.
fn is_status(patient: &[u8], statuses: &StatusTable) -> bool {
    const SHORTEST: usize = 4;
    patient.len() >= SHORTEST
        && patient.iter().all(u8::is_ascii_alphabetic)
        && statuses.look(None, patient).is_some()
}

/// Whether it is the package code of a watched drug, and the record has none, or something else in its place.
fn is_code_of_drug(record: &Record<'_>, patient: &[u8], dictionary: &Dictionary) -> bool {
    const DIGITS: std::ops::RangeInclusive<usize> = 10..=11;
    let is_package = |text: &[u8]| {
        let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
        DIGITS.contains(&digits) && text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
    };
    if !is_package(patient) || is_package(record.text(Field::Ndc).trim_ascii()) {
        return false;
    }
    let text = String::from_utf8_lossy(patient);
    let cells = [(Field::Ndc, &*text)];
    dictionary.knows_code(&Identity::of(&Record::of_cells(Statement::Fill, &cells)))
}

/// Whether it is the name of a watched drug, and the record's name is empty or an identifier.
fn is_name_of_drug(
    record: &Record<'_>,
    patient: &[u8],
    dictionary: &Dictionary,
    names: &mut NamesMet,
) -> bool {
    const SHORTEST: usize = 4;
    let name = record.text(Field::Drug);
    const NAMES: [Field; 4] = [Field::Drug, Field::Generic, Field::Brand, Field::Ordered];
    let is_nameless = || NAMES.iter().all(|field| record.text(*field).is_empty());
    let is_identifier = name.iter().any(u8::is_ascii_digit)
        && !name.contains(&b' ')
        && name.iter().filter(|byte| byte.is_ascii_alphabetic()).count() < SHORTEST;
    (is_identifier || is_nameless())
        && patient.iter().filter(|byte| byte.is_ascii_alphabetic()).count() >= SHORTEST
        && names.is_drug(patient, dictionary)
}

/// Names found in the place of a patient, and whether each is that of a watched drug: reading a name is slow, and a
/// patient has many records.
#[derive(Debug, Default)]
pub(super) struct NamesMet(SeenTexts);

impl NamesMet {
    /// With more names than this, all are forgotten.
    const MOST: usize = 1 << 12;

    fn is_drug(&mut self, name: &[u8], dictionary: &Dictionary) -> bool {
        if let Some(known) = self.0.get(name) {
            return known == 1;
        }
        let text = String::from_utf8_lossy(name);
        let cells = [(Field::Drug, &*text)];
        let alone = Record::of_cells(Statement::Fill, &cells);
        let is_drug = !dictionary.resolve(&Identity::of(&alone)).components.is_empty();
        if self.0.len() >= Self::MOST {
            self.0.clear();
        }
        self.0.insert(name, u16::from(is_drug));
        is_drug
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Book;

    #[test]
    fn another_cell_of_the_record_is_no_patient() {
        let book = Book::built_in().unwrap();
        let is_other = |patient: &str, ndc: &str| {
            let cells = [
                (Field::Patient, patient),
                (Field::Drug, "Oxycodone HCl 5 MG Tablet"),
                (Field::Ndc, ndc),
                (Field::Dispensed, "2026-03-12"),
                (Field::Status, "PAID"),
            ];
            let record = Record::of_cells(Statement::Fill, &cells);
            is_patient(
                &record,
                book.dictionary(),
                StatusTable::built_in(),
                &mut NamesMet::default(),
            )
        };
        let ndc = "00406055201";
        for patient in [
            "Oxycodone HCl 5 MG Tablet",
            ndc,
            "2026-03-12",
            "3/12/2026",
            "2026-03-12 09:00",
            "PAID",
            "Cancelled",
            "30 days",
            "$4.50",
            "5 MG",
            "09:00",
        ] {
            assert!(is_other(patient, ndc), "{patient}");
        }
        assert!(is_other(ndc, "MRN40777"), "exchanged with its code");
        let moved = |patient: &str| {
            let cells = [(Field::Patient, patient), (Field::Drug, ""), (Field::Ndc, "00406117003")];
            let record = Record::of_cells(Statement::Fill, &cells);
            let names = &mut NamesMet::default();
            is_patient(&record, book.dictionary(), StatusTable::built_in(), names)
        };
        assert!(moved("Naltrexone HCl 50 MG Oral Tablet"), "a name that left its cell");
        assert!(!moved("Smith") && !moved("MRN40777"), "a record with a code alone");
        for patient in [
            "MRN40777",
            "42",
            "7804",
            "12-34-56",
            "a@b.c",
            "A",
            "Smith",
            "12345678901",
            "5G",
            "1/2",
            "P-2026-03",
        ] {
            assert!(!is_other(patient, ndc) && !is_other(patient, ""), "{patient}");
        }
    }
}
