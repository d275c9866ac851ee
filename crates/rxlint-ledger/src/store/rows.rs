//! Records and facts as rows, and back.

use rusqlite::types::ToSqlOutput;
use rusqlite::{Row, ToSql};

use super::key::LedgerKey;
use rxlint_engine::exposure::person::{Fact, FactKind};
use rxlint_engine::exposure::schedule::Schedule;
use rxlint_engine::exposure::{Dispense, Marks, packed};
use rxlint_model::day::Day;
use rxlint_model::finding::{Fingerprint, PatientKey};
use rxlint_model::place::Place;

/// A patient's key as the ledger stores it, sealed: 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PatientBlob(pub(super) PatientKey);

impl ToSql for PatientBlob {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let [high, low] = self.0.0;
        Ok(ToSqlOutput::from([high.to_be_bytes(), low.to_be_bytes()].concat()))
    }
}

/// Reads a patient's key.
pub(super) fn patient(row: &Row<'_>, at: usize) -> rusqlite::Result<PatientKey> {
    let bytes: [u8; 16] = row.get(at)?;
    let half =
        |from: usize| bytes[from..].first_chunk().map_or(0, |half| u64::from_be_bytes(*half));
    Ok(PatientKey([half(0), half(8)]))
}

/// A column as a number of type `T`; an out-of-range value was not written by rxlint.
fn fits<T: TryFrom<i64>>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    let number: i64 = row.get(at)?;
    T::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(at, number))
}

/// A row of `record`. Its patient and its claim and prescription numbers are sealed; files, identities and authorities have the
/// ledger's own numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RecordRow {
    pub(super) file: i64,
    pub(super) part: u32,
    pub(super) identity: Option<i64>,
    pub(super) authority: Option<i64>,
    /// Its place (without the file), first day, days, quantity, numbers and marks.
    pub(super) record: Dispense,
    /// Marks of the row that mean nothing.
    pub(super) stray: Marks,
}

/// Above marks and schedule: the schedule is not in sixtieths, as it was at first.
const FINE_SCHEDULE: u64 = 1 << 32;
/// Above that: how many packs are noted if there is no quantity. Older ledgers note none.
const PACKS: u32 = 33;

impl RecordRow {
    /// The columns to select, in the order in which they are read.
    pub(super) const COLUMNS: &'static str = "patient, file, record, part, line, offset, identity, authority, first, days, quantity, claim, prescription, fill, marks, born, sum, version";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<(Self, i64)> {
        let offset: u64 = fits(row, 5)?;
        let place = Place { file: 0, record: fits(row, 2)?, line: fits(row, 4)?, offset };
        let mut record = Dispense::at(place, patient(row, 0)?, 0, Day(row.get(8)?));
        record.days = fits(row, 9)?;
        record.quantity =
            row.get::<_, Option<f64>>(10)?.map_or(f32::NAN, |quantity| quantity as f32);
        record.claim = fits(row, 11)?;
        record.prescription = fits(row, 12)?;
        record.fill = fits(row, 13)?;
        let marks: u64 = fits(row, 14)?;
        let schedule = (marks >> 16) as u16;
        if record.quantity.is_nan() {
            record.quantity = packed::of_note((marks >> PACKS) as u32);
        }
        record.marks = Marks(marks as u16);
        record.schedule = match marks & FINE_SCHEDULE {
            0 => Schedule::of_sixtieths(schedule),
            _ => Schedule(schedule),
        };
        // In place of a birth date; if there is none, an older ledger marked something else.
        let stamp: u16 = fits(row, 17)?;
        let is_made = record.marks.has(Marks::MADE) && !record.marks.has(Marks::ORDER);
        if record.marks.has_any(Marks::VERSIONED.with(Marks::ORDER)) || is_made {
            record.born = stamp;
        }
        let stray = if is_made && stamp == 0 { Marks::MADE } else { Marks::default() };
        if let Some(day) = row.get::<_, Option<i32>>(15)? {
            record.note_birth(Day(day));
        }
        let (file, part) = (row.get(1)?, fits(row, 3)?);
        Ok((
            Self { file, part, identity: row.get(6)?, authority: row.get(7)?, record, stray },
            row.get(16)?,
        ))
    }

    /// The marks and what is above them, in a column that has room for more: the schedule, and packs if there is no quantity.
    pub(super) fn marks_and_more(&self) -> i64 {
        let record = &self.record;
        let packs = u64::from(packed::note(record.quantity)) << PACKS;
        let schedule = u64::from(record.schedule.0) << 16 | FINE_SCHEDULE;
        (u64::from(record.marks.0) | schedule | packs) as i64
    }

    /// The row with its patient and numbers sealed.
    pub(super) fn sealed(mut self, key: &LedgerKey) -> Self {
        let record = &mut self.record;
        record.marks = record.marks.without(self.stray);
        record.patient = PatientKey(key.seal_patient(record.patient.0));
        record.claim = key.seal_number(record.claim);
        record.prescription = key.seal_number(record.prescription);
        self
    }

    /// The record of a sealed row, opened.
    pub(super) fn opened(&self, key: &LedgerKey) -> Dispense {
        let mut record = self.record;
        record.marks = record.marks.without(self.stray);
        record.patient = PatientKey(key.open_patient(record.patient.0));
        record.claim = key.open_number(record.claim);
        record.prescription = key.open_number(record.prescription);
        record
    }

    /// A checksum of the row.
    pub(super) fn sum(&self) -> i64 {
        let mut hasher = blake3::Hasher::new();
        let mut record = self.record;
        // All NaNs mean the same, except for the packs they note: there is no quantity.
        if record.quantity.is_nan() {
            record.quantity = packed::of_note(packed::note(record.quantity));
        }
        hasher.update(&record.to_bytes());
        for number in [
            self.file,
            i64::from(self.part),
            self.identity.unwrap_or(-1),
            self.authority.unwrap_or(-1),
        ] {
            hasher.update(&number.to_le_bytes());
        }
        short(&hasher)
    }
}

/// A row of `fact`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FactRow {
    pub(super) patient: PatientKey,
    pub(super) file: i64,
    pub(super) part: u32,
    pub(super) authority: Option<i64>,
    pub(super) place: Place,
    /// `born`, `aged`, or the name of a condition.
    pub(super) kind: String,
    pub(super) value: Option<i64>,
    pub(super) day: Option<i32>,
}

impl FactRow {
    /// The columns to select, in the order in which they are read.
    pub(super) const COLUMNS: &'static str =
        "patient, file, record, part, line, offset, authority, kind, value, day, sum";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<(Self, i64)> {
        let offset: u64 = fits(row, 5)?;
        let place = Place { file: 0, record: fits(row, 2)?, line: fits(row, 4)?, offset };
        let (file, part, authority) = (row.get(1)?, fits(row, 3)?, row.get(6)?);
        let read = Self {
            patient: patient(row, 0)?,
            file,
            part,
            authority,
            place,
            kind: row.get(7)?,
            value: row.get(8)?,
            day: row.get(9)?,
        };
        Ok((read, row.get(10)?))
    }

    /// A checksum of the row.
    pub(super) fn sum(&self) -> i64 {
        let mut hasher = blake3::Hasher::new();
        let whole = [
            self.file,
            i64::from(self.part),
            self.authority.unwrap_or(-1),
            self.value.unwrap_or(-1),
        ];
        let place = [
            i64::from(self.place.record),
            i64::from(self.place.line),
            self.place.offset as i64,
            self.day.map_or(i64::MIN, i64::from),
        ];
        for number in whole.into_iter().chain(place) {
            hasher.update(&number.to_le_bytes());
        }
        for half in self.patient.0 {
            hasher.update(&half.to_le_bytes());
        }
        hasher.update(self.kind.as_bytes());
        short(&hasher)
    }

    /// The row with its patient sealed.
    pub(super) fn sealed(self, key: &LedgerKey) -> Self {
        Self { patient: PatientKey(key.seal_patient(self.patient.0)), ..self }
    }

    /// Its content; `None` if the rules no longer have this condition.
    pub(super) fn what(&self, condition: impl Fn(&str) -> Option<u8>) -> Option<FactKind> {
        Some(match (self.kind.as_str(), self.day) {
            ("born", day) => FactKind::Born(Day(day?)),
            ("aged", day) => {
                FactKind::Aged { years: u16::try_from(self.value?).ok()?, on: Day(day?) }
            }
            (name, day) => FactKind::Condition { condition: condition(name)?, on: day.map(Day) },
        })
    }

    /// The row for a fact.
    pub(super) fn of(
        fact: &Fact,
        file: i64,
        part: u32,
        authority: Option<i64>,
        condition: impl Fn(u8) -> Option<String>,
    ) -> Option<Self> {
        let (kind, value, day) = match fact.what {
            FactKind::Born(day) => ("born".to_owned(), None, Some(day.0)),
            FactKind::Aged { years, on } => ("aged".to_owned(), Some(i64::from(years)), Some(on.0)),
            FactKind::Condition { condition: at, on } => (condition(at)?, None, on.map(|on| on.0)),
        };
        let place = Place { file: 0, ..fact.key.place() };
        Some(Self { patient: fact.patient, file, part, authority, place, kind, value, day })
    }
}

/// A row of `finding`. Patient and fingerprint are sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FindingRow {
    pub(super) patient: PatientKey,
    pub(super) fingerprint: Fingerprint,
    pub(super) rule: String,
    pub(super) severity: String,
    pub(super) premise: Option<String>,
    pub(super) first_seen: Day,
    pub(super) last_seen: Day,
    pub(super) last_day: Day,
    pub(super) withdrawn: Option<Day>,
    /// The run that made it, and the one that withdrew it.
    pub(super) made_by: Option<Vec<u8>>,
    pub(super) withdrawn_by: Option<Vec<u8>>,
    /// How many decisions about it there were when it became current; unknown in older ledgers.
    pub(super) decisions: Option<u32>,
}

impl FindingRow {
    /// The columns to select, in the order in which they are read.
    pub(super) const COLUMNS: &'static str = "patient, fingerprint, rule, severity, premise, first_seen, last_seen, last_day, \
        withdrawn, made_by, withdrawn_by, decisions, sum";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<(Self, Option<i64>)> {
        let read = Self {
            patient: patient(row, 0)?,
            fingerprint: Fingerprint(u128::from_be_bytes(row.get(1)?)),
            rule: row.get(2)?,
            severity: row.get(3)?,
            premise: row.get(4)?,
            first_seen: Day(row.get(5)?),
            last_seen: Day(row.get(6)?),
            last_day: Day(row.get(7)?),
            withdrawn: row.get::<_, Option<i32>>(8)?.map(Day),
            made_by: row.get(9)?,
            withdrawn_by: row.get(10)?,
            decisions: row.get(11)?,
        };
        Ok((read, row.get(12)?))
    }

    /// A checksum of the row.
    pub(super) fn sum(&self) -> i64 {
        let mut hasher = blake3::Hasher::new();
        for half in self.patient.0 {
            hasher.update(&half.to_le_bytes());
        }
        hasher.update(&self.fingerprint.0.to_le_bytes());
        let premise = self.premise.as_deref().unwrap_or("\0");
        for text in [self.rule.as_str(), &self.severity, premise] {
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        }
        let withdrawn = self.withdrawn.map_or(i32::MIN, |day| day.0);
        for day in [self.first_seen.0, self.last_seen.0, self.last_day.0, withdrawn] {
            hasher.update(&day.to_le_bytes());
        }
        for run in [&self.made_by, &self.withdrawn_by] {
            let run = run.as_deref().unwrap_or_default();
            hasher.update(&(run.len() as u64).to_le_bytes()).update(run);
        }
        if let Some(decisions) = self.decisions {
            hasher.update(&decisions.to_le_bytes());
        }
        short(&hasher)
    }
}

/// A checksum of a text.
pub(super) fn text_sum(said: &str) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(said.as_bytes());
    short(&hasher)
}

fn short(hasher: &blake3::Hasher) -> i64 {
    hasher
        .finalize()
        .as_bytes()
        .first_chunk()
        .map_or(0, |bytes| i64::from(u32::from_le_bytes(*bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gives_back_what_was_put_in() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        super::super::schema::migrate(&connection).unwrap();
        let place = Place { file: 0, record: 7, line: 8, offset: 1 << 40 };
        let mut record = Dispense::at(place, PatientKey([u64::MAX, 5]), 0, Day(-3));
        record.claim = u32::MAX;
        record.quantity = 0.1;
        assert!(record.note_birth(Day(10_000)));
        let row = RecordRow {
            file: 3,
            part: 1,
            identity: None,
            authority: Some(2),
            record,
            stray: Marks::default(),
        };
        super::super::files::insert_record(&connection, &row, row.sum()).unwrap();
        let sql = format!("SELECT {} FROM record", RecordRow::COLUMNS);
        let (back, sum) = connection.query_row(&sql, [], RecordRow::read).unwrap();
        assert_eq!((back, sum), (row, row.sum()));
        assert_ne!(RecordRow { part: 2, ..row }.sum(), sum);
        // Packs are noted if there is no quantity, and are part of the checksum.
        let packs = |packs: f64| Dispense { quantity: packed::of(packs), ..record };
        let packed = RecordRow { part: 5, record: packs(-2.0), ..row };
        super::super::files::insert_record(&connection, &packed, packed.sum()).unwrap();
        let of_packs = format!("{sql} WHERE part = 5");
        let (back, sum) = connection.query_row(&of_packs, [], RecordRow::read).unwrap();
        assert_eq!((back.record.to_bytes(), sum), (packed.record.to_bytes(), packed.sum()));
        assert_ne!(RecordRow { record: packs(2.0), ..packed }.sum(), sum);
        // The time a record was made takes the place of the birth date.
        let made = RecordRow { part: 3, record: Dispense { born: 0, ..record }.made(77), ..row };
        super::super::files::insert_record(&connection, &made, made.sum()).unwrap();
        let sql = format!("{sql} WHERE part = 3");
        let (back, sum) = connection.query_row(&sql, [], RecordRow::read).unwrap();
        assert_eq!((back, sum, back.record.turn()), (made, made.sum(), 77));
        // For an order, the moment at which it was stated.
        let order = Dispense { born: 0, marks: Marks::ORDER, ..record };
        let order = order.stated_on(Some(Day(20_000)), b"20241004090000");
        let stated = RecordRow { part: 4, record: order, ..row };
        super::super::files::insert_record(&connection, &stated, stated.sum()).unwrap();
        let sql = sql.replace("part = 3", "part = 4");
        let (back, sum) = connection.query_row(&sql, [], RecordRow::read).unwrap();
        assert_eq!((back, sum, back.record.moment()), (stated, stated.sum(), order.moment()));
        assert!(order.moment() > 0 && order.born().is_none());
    }
}
