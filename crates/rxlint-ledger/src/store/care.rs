//! The maintenance of a ledger: status, forgetting, pruning, verifying.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::rows::{FactRow, FindingRow, PatientBlob, RecordRow, patient, text_sum};
use super::{Ledger, Night, OpenMode};
use rxlint_engine::collect::Collection;
use rxlint_engine::engine::Engine;
use rxlint_input::error::InputError;
use rxlint_model::day::Day;
use rxlint_model::finding::{Fingerprint, PatientKey};
use rxlint_model::place::Place;

/// By how many days the cutoff moves before everything older is deleted.
const NOW_AND_THEN: i32 = 30;

/// Impossible contents, each with the query that counts them.
const IMPOSSIBLE: [(&str, &str); 8] = [
    (
        "records belong to no file",
        "SELECT count(*) FROM record WHERE file NOT IN (SELECT id FROM file)",
    ),
    (
        "facts belong to no file",
        "SELECT count(*) FROM fact WHERE file NOT IN (SELECT id FROM file)",
    ),
    (
        "records lack their drug",
        "SELECT count(*) FROM record WHERE identity IS NOT NULL AND identity NOT IN (SELECT id FROM identity)",
    ),
    (
        "records lack their authority",
        "SELECT count(*) FROM record WHERE authority IS NOT NULL AND authority NOT IN (SELECT id FROM authority)",
    ),
    ("names lead to no file", "SELECT count(*) FROM name WHERE file NOT IN (SELECT id FROM file)"),
    (
        "files have lost rows, or have more than were written",
        "SELECT count(*) FROM file WHERE kept <> (SELECT count(*) FROM record WHERE record.file = file.id) \
         + (SELECT count(*) FROM fact WHERE fact.file = file.id)",
    ),
    (
        "notes on earlier runs are gone",
        "SELECT EXISTS (SELECT 1 FROM file) AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'judging')",
    ),
    (
        "findings were withdrawn before they were seen",
        "SELECT count(*) FROM finding WHERE last_seen < first_seen",
    ),
];

/// The contents of a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerStatus {
    /// The version of its tables.
    pub version: i32,
    /// Files that were read into it.
    pub files: u64,
    /// Records about watched drugs.
    pub records: u64,
    /// Facts about persons.
    pub facts: u64,
    /// Patients with a record.
    pub patients: u64,
    /// The first and last day on which a record begins.
    pub days: Option<(Day, Day)>,
    /// What counted as today in the last run.
    pub as_of: Option<Day>,
    /// Current findings.
    pub standing: u64,
    /// Findings that were withdrawn.
    pub withdrawn: u64,
    /// The size of the file in bytes.
    pub bytes: u64,
}

/// What was deleted from a ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Records about watched drugs.
    pub records: u64,
    /// Facts about persons.
    pub facts: u64,
    /// Findings.
    pub findings: u64,
    /// Everything else: decisions, merges, identifiers that were shared.
    pub others: u64,
}

impl Forgotten {
    /// Whether there was nothing to delete.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What is wrong with a ledger; empty if it is sound.
pub type LedgerDamage = Vec<String>;

/// A finding in a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFinding {
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Its rule.
    pub rule: String,
    /// How severe it was when it was last seen.
    pub severity: String,
    /// The day on which it was first found.
    pub first_seen: Day,
    /// The day on which it was last found.
    pub last_seen: Day,
    /// The day on which it was withdrawn.
    pub withdrawn: Option<Day>,
}

impl Ledger {
    fn count(&self, sql: &str) -> Result<u64, InputError> {
        Ok(self.value::<i64>(sql, &[])?.unwrap_or(0).unsigned_abs())
    }

    /// The contents of the ledger.
    ///
    /// # Errors
    /// A ledger that cannot be read, or has lost its key.
    pub fn status(&self) -> Result<LedgerStatus, InputError> {
        // Without its key, no patient in it can be found: that is not healthy.
        self.key()?;
        let day = |sql| self.value::<Option<i32>>(sql, &[]).map(|day| day.flatten().map(Day));
        Ok(LedgerStatus {
            version: super::schema::VERSION,
            files: self.count("SELECT count(*) FROM file")?,
            records: self.count("SELECT count(*) FROM record")?,
            facts: self.count("SELECT count(*) FROM fact")?,
            patients: self.count("SELECT count(DISTINCT patient) FROM record")?,
            days: day("SELECT min(first) FROM record")?.zip(day("SELECT max(first) FROM record")?),
            as_of: self.meta::<i32>("as-of")?.map(Day),
            standing: self.count("SELECT count(*) FROM finding WHERE withdrawn IS NULL")?,
            withdrawn: self.count("SELECT count(*) FROM finding WHERE withdrawn IS NOT NULL")?,
            bytes: std::fs::metadata(&self.path).map_or(0, |file| file.len()),
        })
    }

    /// The current findings, or the withdrawn ones, ordered by the day on which they were first found, then by fingerprint.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn findings(&self, withdrawn: bool) -> Result<Vec<KeptFinding>, InputError> {
        let key = self.key()?;
        let sql = format!(
            "SELECT {} FROM finding WHERE (withdrawn IS NOT NULL) = ?1",
            FindingRow::COLUMNS
        );
        let rows = self.rows(&sql, &[&withdrawn], FindingRow::read)?;
        let kept = |(row, _): (FindingRow, _)| KeptFinding {
            fingerprint: Fingerprint(key.open_print(row.fingerprint.0)),
            rule: row.rule,
            severity: row.severity,
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            withdrawn: row.withdrawn,
        };
        let mut found: Vec<KeptFinding> = rows.into_iter().map(kept).collect();
        found.sort_unstable_by_key(|finding| (finding.first_seen, finding.fingerprint));
        Ok(found)
    }

    /// Deletes everything about a patient, whichever authority issued the identifier. Files that are given again are then all read again: a birth
    /// date stated by several is kept only once.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn forget(&self, identifier: &str) -> Result<Forgotten, InputError> {
        let before = self.rows_by_file()?;
        let mut forgotten = Forgotten::default();
        for patient in self.numbers_of(PatientKey::new(identifier, ""))? {
            let key = self.sealed(patient)?;
            let take = |sql| self.change(sql, &[&key]).map(|rows| rows as u64);
            take("DELETE FROM waiting WHERE patient = ?1")?;
            forgotten.others += take("DELETE FROM disposition WHERE patient = ?1")?;
            forgotten.records += take("DELETE FROM record WHERE patient = ?1")?;
            forgotten.facts += take("DELETE FROM fact WHERE patient = ?1")?;
            forgotten.findings += take("DELETE FROM finding WHERE patient = ?1")?;
            forgotten.others += self.forget_merges(&key)? + self.forget_shared(&key)?;
        }
        if !forgotten.is_nothing() {
            self.read_again()?;
        }
        self.drop_unused()?;
        self.note_removed(&before)?;
        Ok(forgotten)
    }

    /// Makes every file that is given again be read again, like one that was read with other settings: rows of it were removed.
    fn read_again(&self) -> Result<(), InputError> {
        self.change("UPDATE file SET settings = x''", &[]).map(drop)
    }

    /// Notes how many days are kept from now on. If they become more, files that are given again are read again, because older rows were removed from
    /// them.
    pub(super) fn note_look_back(&self, days: u16) -> Result<(), InputError> {
        if self.meta::<u16>("look-back")?.is_some_and(|before| before < days) {
            self.read_again()?;
        }
        self.set_meta("look-back", &days)
    }

    /// How many rows each file has.
    fn rows_by_file(&self) -> Result<BTreeMap<i64, i64>, InputError> {
        let sql = "SELECT file, count(*) FROM (SELECT file FROM record UNION ALL SELECT file FROM fact) GROUP BY file";
        let rows = self.rows(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.into_iter().collect())
    }

    /// Notes what was removed since these counts; earlier removals by others still show.
    fn note_removed(&self, before: &BTreeMap<i64, i64>) -> Result<(), InputError> {
        let after = self.rows_by_file()?;
        for (file, count) in before {
            let gone = count - after.get(file).copied().unwrap_or(0);
            if gone > 0 {
                self.change("UPDATE file SET kept = kept - ?2 WHERE id = ?1", &[file, &gone])?;
            }
        }
        Ok(())
    }

    /// Deletes texts that no record refers to any longer: they may reveal as much as the record did.
    fn drop_unused(&self) -> Result<(), InputError> {
        self.change("DELETE FROM identity WHERE id NOT IN (SELECT identity FROM record WHERE identity IS NOT NULL)", &[])?;
        self.change(
            "DELETE FROM authority WHERE id NOT IN (SELECT authority FROM record WHERE authority IS NOT NULL \
             UNION SELECT authority FROM fact WHERE authority IS NOT NULL)",
            &[],
        )
        .map(drop)
    }

    /// Deletes what begins and ends before the look-back and is not joined to anything within it, and findings that were withdrawn before it or are
    /// about days before it.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn prune(&self, engine: &Engine, cutoff: Day) -> Result<Forgotten, InputError> {
        let rows_before = self.rows_by_file()?;
        let collection = Collection::new(engine).by_identity(true);
        let mut identities = rustc_hash::FxHashMap::default();
        let said = self.rows("SELECT id, said FROM identity", &[], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?;
        for (id, said) in said {
            identities.insert(id, collection.recall_identity(&said));
        }
        let before = self.count("SELECT count(*) FROM record")?;
        let old = self.rows(
            "SELECT DISTINCT patient FROM record WHERE first < ?1",
            &[&cutoff.0],
            |row| patient(row, 0),
        )?;
        let sql = format!("SELECT {} FROM record WHERE patient = ?1", RecordRow::COLUMNS);
        for key in old {
            let rows = self.rows(&sql, &[&PatientBlob(key)], RecordRow::read)?;
            let plain = |row: &RecordRow| {
                let place =
                    Place { file: u32::try_from(row.file).unwrap_or(0), ..row.record.key.place() };
                // A drug that no rule watches any longer lasts as long as the record's days.
                row.record.moved(
                    place,
                    row.identity
                        .and_then(|id| identities.get(&id).copied().flatten())
                        .unwrap_or(u32::MAX),
                )
            };
            let mut kept: Vec<_> = rows.iter().map(|(row, _)| plain(row)).collect();
            super::look_back::within(&mut kept, None, cutoff, |record| collection.reach(record));
            let kept: rustc_hash::FxHashSet<Place> =
                kept.iter().map(|record| record.key.place()).collect();
            for (row, _) in rows.iter().filter(|(row, _)| !kept.contains(&plain(row).key.place())) {
                self.change(
                    "DELETE FROM record WHERE patient = ?1 AND file = ?2 AND record = ?3 AND part = ?4",
                    &[&PatientBlob(key), &row.file, &row.record.key.place().record, &row.part],
                )?;
            }
        }
        let records = before - self.count("SELECT count(*) FROM record")?;
        // Facts without a day are as old as their file.
        let facts = self.change(
            "DELETE FROM fact WHERE NOT EXISTS (SELECT 1 FROM record WHERE record.patient = fact.patient) AND \
             (CASE WHEN kind = 'born' THEN NULL ELSE day END < ?1 \
              OR (kind = 'born' OR day IS NULL) AND coalesce((SELECT high FROM file WHERE id = fact.file), ?1) < ?1)",
            &[&cutoff.0],
        )?;
        let findings = self.change(
            "DELETE FROM finding WHERE (withdrawn IS NOT NULL AND withdrawn < ?1) OR (last_day < ?1 AND NOT EXISTS (SELECT 1 FROM record WHERE record.patient = finding.patient))",
            &[&cutoff.0],
        )?;
        self.change("DELETE FROM waiting WHERE NOT EXISTS (SELECT 1 FROM record WHERE record.patient = waiting.patient)", &[])?;
        self.drop_unused()?;
        self.drop_unshared()?;
        self.note_removed(&rows_before)?;
        self.set_meta("pruned-to", &cutoff.0)?;
        let (facts, findings) = (facts as u64, findings as u64);
        Ok(Forgotten { records, facts, findings, others: 0 })
    }

    /// The cutoff of a look-back by which the ledger is pruned now, counted from what counted as today in the last run, as far as the files agree on
    /// it.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn cutoff(&self, look_back: u16) -> Result<Option<Day>, InputError> {
        self.note_look_back(look_back)?;
        let as_of = self.meta::<i32>("as-of")?.map(Day);
        let last = as_of.zip(super::look_back::agreed(self.days()?.into_iter()));
        Ok(last.map(|(as_of, agreed)| as_of.min(agreed).plus(-i32::from(look_back))))
    }

    /// How many records of each file begin on each day.
    pub(super) fn days(&self) -> Result<Vec<(i64, i32, u64)>, InputError> {
        self.rows("SELECT file, day, records FROM day", &[], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs()))
        })
    }

    /// Looks for damage: pages, indices, rows that are not what was written, dangling references.
    ///
    /// # Errors
    /// A ledger that cannot be read at all.
    pub fn verify(&self) -> Result<LedgerDamage, InputError> {
        let mut wrong: Vec<String> =
            match self.rows("PRAGMA integrity_check(20)", &[], |row| row.get::<_, String>(0)) {
                Ok(found) => found.into_iter().filter(|line| line != "ok").collect(),
                Err(error) => return Ok(vec![error.to_string()]),
            };
        let impossible = IMPOSSIBLE.map(|(what, sql)| (what, self.count(sql)));
        for (what, found) in self.altered().into_iter().chain(impossible) {
            match found {
                Ok(0) => {}
                Ok(count) => wrong.push(format!("{count} {what}")),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        if !self.holds_what_it_held()? {
            wrong.push("rows were deleted or added since the last run".to_owned());
        }
        if let Err(error) = self.key() {
            wrong.push(format!("{error}"));
        }
        Ok(wrong)
    }

    /// How many rows of each table are not what was written.
    fn altered(&self) -> [(&'static str, Result<u64, InputError>); 6] {
        let all = |columns: &str, table: &str| format!("SELECT {columns} FROM {table}");
        let is_text = |row: &rusqlite::Row<'_>| {
            let (said, sum): (String, Option<i64>) = (row.get(1)?, row.get(2)?);
            Ok(sum == Some(text_sum(&said)))
        };
        let records = self.altered_rows(&all(RecordRow::COLUMNS, "record"), |row| {
            RecordRow::read(row).map(|(row, sum)| row.sum() == sum)
        });
        let facts = self.altered_rows(&all(FactRow::COLUMNS, "fact"), |row| {
            FactRow::read(row).map(|(row, sum)| row.sum() == sum)
        });
        let findings = self.altered_rows(&all(FindingRow::COLUMNS, "finding"), |row| {
            FindingRow::read(row).map(|(row, sum)| Some(row.sum()) == sum)
        });
        let texts = |table: &str| self.altered_rows(&all("id, said, sum", table), is_text);
        [
            ("records are not what was written", records),
            ("facts are not what was written", facts),
            ("findings are not what was written", findings),
            (
                "dispositions are not what was written",
                self.altered_rows(super::dispositions::ALL, super::dispositions::is_whole),
            ),
            ("drugs are not what was written", texts("identity")),
            ("authorities are not what was written", texts("authority")),
        ]
    }

    /// How many of these rows cannot be read or are not intact.
    fn altered_rows(
        &self,
        sql: &str,
        is_whole: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<bool>,
    ) -> Result<u64, InputError> {
        let connection = self.connection();
        let mut statement = connection.prepare(sql).map_err(|error| self.failed(error))?;
        let mut rows = statement.query([]).map_err(|error| self.failed(error))?;
        let mut altered = 0;
        while let Some(row) = rows.next().map_err(|error| self.failed(error))? {
            altered += u64::from(!is_whole(row).unwrap_or(false));
        }
        Ok(altered)
    }

    /// Whether its key is there.
    ///
    /// # Errors
    /// A key that is missing, or is another ledger's.
    pub fn has_key(&self) -> Result<(), InputError> {
        self.key().map(drop)
    }

    /// Copies the ledger, as the last run left it, into an empty file and verifies the copy. A run may continue meanwhile.
    ///
    /// # Errors
    /// A ledger that cannot be read or is damaged, or a copy that cannot be written.
    pub fn copy_to(&self, to: &Path) -> Result<LedgerDamage, InputError> {
        self.key()?;
        self.change("VACUUM INTO ?1", &[&to.to_string_lossy()])?;
        let mut copy = Self::open(to, OpenMode::Read)?;
        // The key is beside the ledger, not beside a copy that has no name yet.
        copy.key = self.key;
        copy.verify()
    }

    /// Opens an existing ledger for writing.
    ///
    /// # Errors
    /// If it does not exist or cannot be used.
    pub fn open_existing(path: &Path, wait: Duration) -> Result<Self, InputError> {
        if super::is_nothing(path) {
            return Err(super::error::missing(path));
        }
        Self::open(path, OpenMode::Write { wait, new: false })
    }
}

impl Night {
    /// Deletes what is older than the look-back once that has moved by a month: scanning everything every night would be slow.
    pub(super) fn prune_now_and_then(&self) -> Result<(), InputError> {
        let Some(cutoff) = self.cutoff else { return Ok(()) };
        let last: Option<i32> = self.ledger.meta("pruned-to")?;
        match last {
            Some(last) if cutoff.0 - last < NOW_AND_THEN => Ok(()),
            Some(_) => self.ledger.prune(&self.engine, cutoff).map(drop),
            None => self.ledger.set_meta("pruned-to", &cutoff.0),
        }
    }
}
