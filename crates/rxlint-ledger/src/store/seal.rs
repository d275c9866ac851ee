//! A ledger and its key: finding it, making it, and sealing what older versions wrote in the clear.

use std::io;

use super::key::{LedgerKey, key_path};
use super::rows::{FactRow, FindingRow, PatientBlob, RecordRow, patient};
use super::{Begun, KeyFault, Ledger, error};
use rxlint_input::error::InputError;
use rxlint_model::finding::{Fingerprint, PatientKey};

/// The first version that seals.
const SEALS: i32 = 6;

/// The number of rows of each table.
const HELD: &str = "SELECT (SELECT count(*) FROM file) || ' files, ' || (SELECT count(*) FROM record) || ' records, ' || \
    (SELECT count(*) FROM fact) || ' facts, ' || (SELECT count(*) FROM finding) || ' findings, ' || \
    (SELECT count(*) FROM disposition) || ' dispositions, ' || \
    (SELECT count(*) FROM name) || ' names, ' || (SELECT count(*) FROM day) || ' days, ' || \
    (SELECT count(*) FROM identity) || ' drugs, ' || (SELECT count(*) FROM authority) || ' authorities'";

impl Ledger {
    /// The key, if it is there and belongs to this ledger.
    pub(super) fn key(&self) -> Result<&LedgerKey, InputError> {
        self.key.as_ref().map_err(|fault| error::no_key(&self.path, *fault))
    }

    /// Looks for the key of a ledger that is only read: not everything needs it.
    pub(super) fn find_key(&mut self) -> Result<(), InputError> {
        let check: Option<Vec<u8>> = self.meta("key")?;
        self.key = match LedgerKey::read(&key_path(&self.path)) {
            Ok(Some(key)) if check.as_deref() == Some(&key.check()[..]) => Ok(key),
            Ok(_) => Err(KeyFault::Other),
            Err(_) => Err(KeyFault::Missing),
        };
        Ok(())
    }

    /// Finds the key of a ledger that is written; makes one if there is none, and seals the contents of the ledger. `before` is the version that it
    /// had.
    pub(super) fn use_key(&mut self, before: i32) -> Result<(), InputError> {
        let path = key_path(&self.path);
        let check: Option<Vec<u8>> = self.meta("key")?;
        if let Some(check) = check {
            self.key = match LedgerKey::read(&path) {
                Ok(Some(key)) if check == key.check() => Ok(key),
                Ok(_) => Err(KeyFault::Other),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Err(KeyFault::Missing),
                Err(error) => return Err(error::system(&path, &error)),
            };
            return self.key().map(drop);
        }
        let holds_some = self.value::<i64>("SELECT 1 FROM file LIMIT 1", &[])?.is_some();
        if before >= SEALS && holds_some {
            return Err(self.damaged());
        }
        let was_there = path.exists();
        let key = self.new_key()?;
        self.key = Ok(key);
        self.begun =
            (before == 0).then_some(if was_there { Begun::BesideAKey } else { Begun::Anew });
        if before > 0 {
            self.seal_rows()?;
            // Steps of older versions forget how the last run judged: an empty value matches no run.
            if self.meta::<Vec<u8>>("judging")?.is_none() {
                self.set_meta("judging", &[0_u8; 0].as_slice())?;
            }
        }
        self.converted = before > 0 && holds_some;
        self.set_meta("key", &key.check().as_slice())
    }

    /// A new key, written beside the ledger; or the one left by a run that was killed before it wrote anything else.
    fn new_key(&self) -> Result<LedgerKey, InputError> {
        let path = key_path(&self.path);
        let failed = |error: io::Error| error::system(&path, &error);
        match LedgerKey::read(&path) {
            Ok(Some(key)) => return Ok(key),
            Ok(None)
                if std::fs::metadata(&path)
                    .is_ok_and(|about| !about.is_file() || about.len() > 0) =>
            {
                return Err(error::no_key(&self.path, KeyFault::Other));
            }
            _ => {}
        }
        let key = LedgerKey::random().map_err(failed)?;
        key.write(&path).map_err(failed)?;
        Ok(key)
    }

    /// A patient as stored in the ledger.
    pub(super) fn sealed(&self, patient: PatientKey) -> Result<PatientBlob, InputError> {
        Ok(PatientBlob(PatientKey(self.key()?.seal_patient(patient.0))))
    }

    /// Patients as they are known outside the ledger.
    pub(super) fn opened(
        &self,
        mut patients: Vec<PatientKey>,
    ) -> Result<Vec<PatientKey>, InputError> {
        let key = self.key()?;
        patients.iter_mut().for_each(|patient| patient.0 = key.open_patient(patient.0));
        Ok(patients)
    }

    /// What a user should know when an older ledger was sealed.
    pub fn converted(&self) -> Option<String> {
        self.converted.then(|| {
            format!(
                "The ledger is from an older version: its identifiers are now sealed with the key in {}. Keep that file with the ledger, \
                 and back both up (`rxlint ledger backup`): without the key no one in the ledger can be found again.",
                key_path(&self.path).display()
            )
        })
    }

    /// What a user should know when a ledger was created: a run that may always create one also does so if the old one is lost.
    pub(super) fn begun(&self) -> Option<String> {
        let path = self.path.display();
        Some(match self.begun? {
            Begun::Anew => {
                format!("A new ledger was begun, {path}: nothing is known of earlier nights.")
            }
            Begun::BesideAKey => format!(
                "A new ledger was begun, {path}: nothing is known of earlier nights. The key of an earlier ledger lies beside it: if \
                 that ledger is gone, put its last backup back, or give the exports of the look-back again (`rxlint ledger import`)."
            ),
        })
    }

    /// Seals everything that an older version wrote in the clear.
    fn seal_rows(&self) -> Result<(), InputError> {
        let key = *self.key()?;
        let patients = |table: &str| {
            self.rows(&format!("SELECT DISTINCT patient FROM {table}"), &[], |row| patient(row, 0))
        };
        let records = format!("SELECT {} FROM record WHERE patient = ?1", RecordRow::COLUMNS);
        for open in patients("record")? {
            let rows = self.rows(&records, &[&PatientBlob(open)], RecordRow::read)?;
            self.change("DELETE FROM record WHERE patient = ?1", &[&PatientBlob(open)])?;
            for (row, sum) in rows {
                // A row that is not what was written stays recognisable as such.
                let was_whole = row.sum() == sum;
                self.put_record(&row.sealed(&key), was_whole)?;
            }
        }
        let facts = format!("SELECT {} FROM fact WHERE patient = ?1", FactRow::COLUMNS);
        for open in patients("fact")? {
            let rows = self.rows(&facts, &[&PatientBlob(open)], FactRow::read)?;
            self.change("DELETE FROM fact WHERE patient = ?1", &[&PatientBlob(open)])?;
            for (row, sum) in rows {
                let was_whole = row.sum() == sum;
                self.put_fact(&row.sealed(&key), was_whole)?;
            }
        }
        for open in patients("waiting")? {
            let values = (PatientBlob(open), self.sealed(open)?);
            self.change(
                "UPDATE waiting SET patient = ?2 WHERE patient = ?1",
                &[&values.0, &values.1],
            )?;
        }
        let findings = format!("SELECT {} FROM finding", FindingRow::COLUMNS);
        for (row, _) in self.rows(&findings, &[], FindingRow::read)? {
            self.change(
                "DELETE FROM finding WHERE patient = ?1 AND fingerprint = ?2",
                &[&PatientBlob(row.patient), &row.fingerprint.0.to_be_bytes()],
            )?;
            let sealed = FindingRow {
                patient: PatientKey(key.seal_patient(row.patient.0)),
                fingerprint: Fingerprint(key.seal_print(row.fingerprint.0)),
                ..row
            };
            self.put_finding(&sealed)?;
        }
        self.seal_dispositions()
    }

    /// Notes how many rows there are, so that deletions by others are noticed.
    pub(super) fn note_held(&self) -> Result<(), InputError> {
        let held: Option<String> = self.value(HELD, &[])?;
        self.set_meta("held", &held)
    }

    /// Whether there are as many rows as the last run left.
    pub(super) fn holds_what_it_held(&self) -> Result<bool, InputError> {
        let (held, noted): (Option<String>, Option<String>) =
            (self.value(HELD, &[])?, self.meta("held")?);
        let is_new = || {
            Ok::<bool, InputError>(self.value::<i64>("SELECT 1 FROM file LIMIT 1", &[])?.is_none())
        };
        match noted {
            Some(noted) => Ok(held.as_ref() == Some(&noted)),
            None => Ok(self.converted || is_new()?),
        }
    }
}
