//! What people decided about findings, and how many findings there are.

use std::collections::BTreeMap;

use rusqlite::Row;
use rustc_hash::FxHashMap;

use super::Ledger;
use super::findings::ACCEPTED;
use super::rows::{PatientBlob, patient, text_sum};
use rxlint_input::error::InputError;
use rxlint_model::day::Day;
use rxlint_model::disposition::{Disposition, DispositionKind};
use rxlint_model::finding::{Fingerprint, PatientKey};

/// Selects every disposition, earliest first.
pub(super) const ALL: &str = "SELECT fingerprint, rule, premise, also, kind, reason, decided_by, until, service, outcome, decided_on, \
     sum, patient, number FROM disposition ORDER BY number";

/// The findings of a month, and its patients with a watched drug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthCount {
    /// `2026-03`
    pub month: String,
    /// Findings that were first found in it.
    pub findings: u64,
    /// Patients with a record that begins in it; `None` if the ledger no longer keeps any.
    pub patients: Option<u64>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<(Option<Disposition>, i64)> {
    let day = |at: usize| row.get::<_, Option<i32>>(at).map(|day| day.map(Day));
    let kind: String = row.get(4)?;
    let (fingerprint, rule, premise) =
        (Fingerprint(u128::from_be_bytes(row.get(0)?)), row.get(1)?, row.get(2)?);
    let (also, reason, by) = (row.get(3)?, row.get(5)?, row.get(6)?);
    let (until, service, outcome, on) = (day(7)?, row.get(8)?, row.get(9)?, day(10)?);
    let disposition = DispositionKind::from_text(&kind).map(|kind| Disposition {
        fingerprint,
        rule,
        premise,
        also,
        kind,
        reason,
        by,
        until,
        service,
        outcome,
        on,
    });
    Ok((disposition, row.get(11)?))
}

/// Whether a row of [`ALL`] is still what was written.
pub(super) fn is_whole(row: &Row<'_>) -> rusqlite::Result<bool> {
    read(row).map(|(one, written)| one.is_some_and(|one| sum(&one) == written))
}

/// The checksum of a row, which shows whether it is still what was written.
fn sum(one: &Disposition) -> i64 {
    text_sum(&format!(
        "{}\n{}\n{:?}\n{}\n{}\n{}\n{}\n{:?}\n{:?}\n{:?}\n{:?}",
        one.fingerprint,
        one.rule,
        one.premise,
        one.also,
        one.kind,
        one.reason,
        one.by,
        one.until.map(|day| day.0),
        one.service,
        one.outcome,
        one.on.map(|day| day.0)
    ))
}

impl Ledger {
    /// All decisions, in the order in which they were imported.
    ///
    /// # Errors
    /// A ledger that cannot be read, or a row that is not what was written.
    pub fn dispositions(&self) -> Result<Vec<Disposition>, InputError> {
        let rows = self.rows(ALL, &[], read)?;
        let key = self.key()?;
        let open = |one: Disposition| Disposition {
            fingerprint: Fingerprint(key.open_print(one.fingerprint.0)),
            ..one
        };
        let whole = |(one, written): (Option<Disposition>, i64)| {
            one.filter(|one| sum(one) == written).map(open)
        };
        rows.into_iter().map(whole).collect::<Option<_>>().ok_or_else(|| self.damaged())
    }

    /// The findings that the ledger knows, with their rules, including withdrawn ones.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn rules_of_findings(&self) -> Result<FxHashMap<Fingerprint, String>, InputError> {
        // The run's own row comes last and overrides what the decision recorded.
        let sql = "SELECT fingerprint, rule FROM disposition UNION ALL SELECT fingerprint, rule FROM finding";
        let key = self.key()?;
        let rows = self.rows(sql, &[], |row| {
            let print = key.open_print(u128::from_be_bytes(row.get(0)?));
            Ok((Fingerprint(print), row.get(1)?))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// The sealed patients of findings.
    fn patients_of_findings(&self) -> Result<FxHashMap<Fingerprint, PatientKey>, InputError> {
        let sql = "SELECT fingerprint, patient FROM disposition UNION SELECT fingerprint, patient FROM finding";
        let key = self.key()?;
        let rows = self.rows(sql, &[], |row| {
            let print = key.open_print(u128::from_be_bytes(row.get(0)?));
            Ok((Fingerprint(print), patient(row, 1)?))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Adds decisions on findings that the ledger knows.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn add_dispositions(&self, added: &[Disposition]) -> Result<(), InputError> {
        let patients = self.patients_of_findings()?;
        let last: Option<i64> =
            self.value("SELECT coalesce(max(number), 0) FROM disposition", &[])?;
        let sql = "INSERT INTO disposition (patient, number, fingerprint, rule, premise, also, kind, reason, decided_by, until, service, \
                   outcome, decided_on, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
        for (number, one) in (last.unwrap_or(0) + 1..).zip(added) {
            let Some(patient) = patients.get(&one.fingerprint) else { continue };
            let print = Fingerprint(self.key()?.seal_print(one.fingerprint.0));
            let one = &Disposition { fingerprint: print, ..one.clone() };
            self.change(
                sql,
                &[
                    &PatientBlob(*patient),
                    &number,
                    &one.fingerprint.0.to_be_bytes(),
                    &one.rule,
                    &one.premise,
                    &one.also,
                    &one.kind.name(),
                    &one.reason,
                    &one.by,
                    &one.until.map(|day| day.0),
                    &one.service,
                    &one.outcome,
                    &one.on.map(|day| day.0),
                    &sum(one),
                ],
            )?;
        }
        Ok(())
    }

    /// The patients with a finding that may have to be reported again: its last disposition has expired on that day, or the finding is not the one
    /// that was decided about.
    pub(super) fn due(&self, today: Day) -> Result<Vec<PatientKey>, InputError> {
        let sql = "SELECT patient FROM disposition AS one WHERE (until < ?1 OR EXISTS \
                   (SELECT 1 FROM finding WHERE finding.patient = one.patient AND finding.fingerprint = one.fingerprint \
                    AND withdrawn IS NULL AND (first_seen > one.decided_on OR finding.premise IS NOT one.premise OR decisions = \
                    (SELECT count(*) FROM disposition AS every WHERE every.patient = one.patient \
                     AND every.fingerprint = one.fingerprint)))) AND NOT EXISTS \
                   (SELECT 1 FROM disposition AS later WHERE later.patient = one.patient \
                    AND later.fingerprint = one.fingerprint AND later.number > one.number)";
        let key = self.key()?;
        self.rows(sql, &[&today.0], |row| Ok(PatientKey(key.open_patient(patient(row, 0)?.0))))
    }

    /// Seals what an older version wrote in the clear.
    pub(super) fn seal_dispositions(&self) -> Result<(), InputError> {
        let key = *self.key()?;
        let rows =
            self.rows(ALL, &[], |row| Ok((read(row)?, patient(row, 12)?, row.get::<_, i64>(13)?)))?;
        for ((one, written), open, number) in rows {
            // A row that is not what was written stays recognisable as such.
            let Some(one) = one else { continue };
            let print = Fingerprint(key.seal_print(one.fingerprint.0));
            let sealed = Disposition { fingerprint: print, ..one.clone() };
            let sum = if sum(&one) == written { sum(&sealed) } else { !sum(&sealed) };
            let values = (PatientBlob(open), self.sealed(open)?, print.0.to_be_bytes());
            self.change(
                "UPDATE disposition SET patient = ?2, fingerprint = ?3, sum = ?4 WHERE patient = ?1 AND number = ?5",
                &[&values.0, &values.1, &values.2, &sum, &number],
            )?;
        }
        Ok(())
    }

    /// The current findings without a decision, by rule, excluding those that the site accepts.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn undecided(&self) -> Result<BTreeMap<String, u64>, InputError> {
        let sql = format!(
            "SELECT rule, count(DISTINCT fingerprint) FROM finding WHERE withdrawn IS NULL AND coalesce(premise, '') NOT LIKE '{ACCEPTED}%' \
             AND NOT EXISTS (SELECT 1 FROM disposition AS one WHERE one.patient = finding.patient \
             AND one.fingerprint = finding.fingerprint) GROUP BY rule"
        );
        let rows = self.rows(&sql, &[], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
        Ok(rows.into_iter().map(|(rule, count)| (rule, count.unsigned_abs())).collect())
    }

    /// The findings and patients of each month.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn months(&self) -> Result<Vec<MonthCount>, InputError> {
        let month = |day: &str| format!("strftime('%Y-%m', {day} * 86400, 'unixepoch')");
        let counts = |sql: &str| {
            self.rows(sql, &[], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
        };
        let found = counts(&format!(
            "SELECT {} AS month, count(*) FROM finding GROUP BY month",
            month("first_seen")
        ))?;
        let patients: BTreeMap<String, i64> = counts(&format!(
            "SELECT {} AS month, count(DISTINCT patient) FROM record GROUP BY month",
            month("first")
        ))?
        .into_iter()
        .collect();
        let month = |(month, findings): (String, i64)| MonthCount {
            findings: findings.unsigned_abs(),
            patients: patients.get(&month).map(|count| count.unsigned_abs()),
            month,
        };
        Ok(found.into_iter().map(month).collect())
    }
}
