//! The files that were read into a ledger, identified by their content and related by their names.

use std::hash::BuildHasher;
use std::path::Path;

use rusqlite::Connection;
use rustc_hash::FxHashSet;

use super::rows::{FactRow, FindingRow, PatientBlob, RecordRow, patient, text_sum};
use super::{Ledger, error, feeds};
use crate::past::SameName;
use rxlint_engine::collect::first_days::FirstDays;
use rxlint_engine::exposure::Dispense;
use rxlint_input::error::InputError;
use rxlint_input::sketch;
use rxlint_input::{Input, InputContent};
use rxlint_model::day::Day;
use rxlint_model::finding::PatientKey;
use rxlint_model::summary::RecordCount;

/// One of today's files.
#[derive(Clone, Debug)]
pub(super) struct TodaysFile {
    /// The digest of its content.
    pub(super) digest: [u8; 32],
    /// Its absolute path; `None` for standard input without a name.
    pub(super) name: Option<String>,
    /// Its number in the ledger.
    pub(super) id: i64,
    /// Whether its rows still have to be written.
    pub(super) is_new: bool,
    /// For a table, which lines it has.
    pub(super) sketch: Option<Vec<u64>>,
    /// For a table, the header of the patient's column.
    pub(super) patients: Option<String>,
}

impl TodaysFile {
    pub(super) fn of(input: &Input) -> Result<Self, InputError> {
        let path = Path::new(input.path());
        let name = match std::fs::canonicalize(path) {
            Ok(whole) => Some(whole.display().to_string()),
            Err(_) if input.path() == "-" => None,
            // The name given to standard input.
            Err(_) => Some(input.path().to_owned()),
        };
        let InputContent { digest, sketch } = input.content()?;
        let patients = feeds::patient_column(input);
        Ok(Self { digest, name, id: 0, is_new: false, sketch, patients })
    }
}

/// Something that identifies a record or fact in another file: its patient, and its number, drug or condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Said(PatientKey, u64);

impl Said {
    /// What identifies a record: its claim, its prescription, or the drug as written. Its day may have been corrected.
    pub(super) fn of_record(record: &Dispense, identity: Option<&str>) -> Vec<Self> {
        let numbers = [("claim", record.claim), ("prescription", record.prescription)];
        let by_number = numbers.into_iter().filter(|(_, number)| *number != 0);
        by_number
            .map(|(kind, number)| hash(&(kind, number)))
            .chain(identity.map(|identity| hash(&("drug", identity))))
            .map(|what| Self(record.patient, what))
            .collect()
    }

    /// What identifies a fact: its kind.
    pub(super) fn fact(patient: PatientKey, kind: &str) -> Self {
        Self(patient, hash(&("fact", kind)))
    }
}

fn hash(what: &impl std::hash::Hash) -> u64 {
    rustc_hash::FxBuildHasher.hash_one(what)
}

impl Ledger {
    /// Registers a file in the ledger. Returns the patients of the files that it replaces, and a note to the user about it.
    pub(super) fn register(
        &self,
        file: &mut TodaysFile,
        read: &(RecordCount, FirstDays),
        settings: &[u8],
        same_name: Option<SameName>,
        tonight: &[[u8; 32]],
        said: &FxHashSet<Said>,
    ) -> Result<(Vec<PatientKey>, Option<String>), InputError> {
        let (counted, days) = read;
        let (mut touched, mut note) = (Vec::new(), None);
        let known =
            self.rows("SELECT id, settings FROM file WHERE digest = ?1", &[&file.digest], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
            })?;
        match known.first() {
            Some((id, as_before)) if as_before == settings => file.id = *id,
            Some((id, _)) => {
                // The same content, read with other settings: its rows are written again under the same number.
                touched = self.patients_of(*id)?;
                self.clear(*id)?;
                (file.id, file.is_new) = (*id, true);
                let sql = "UPDATE file SET settings = ?2, patients = ?3 WHERE id = ?1";
                self.change(sql, &[id, &settings, &file.patients])?;
            }
            None => file.is_new = true,
        }
        let range = middle(days);
        if let Some(name) = &file.name {
            let earlier = self.named(name)?;
            if let Some(earlier) = earlier.filter(|&earlier| earlier != file.id || known.is_empty())
            {
                let (is_tonight, others) = self.also_read(earlier, name, tonight)?;
                // A copy keeps its records unless someone says that they were wrong.
                let is_replaceable =
                    !is_tonight && (others.is_empty() || same_name == Some(SameName::Replace));
                let doubt = match same_name {
                    Some(_) => None,
                    None => match self.other_days(earlier, days)? {
                        None if is_replaceable => self.other_records(earlier, file, said)?,
                        doubt => doubt,
                    },
                };
                if let Some(doubt) = doubt {
                    return Err(error::same_name(&counted.path, &doubt));
                }
                if same_name != Some(SameName::Add) && is_replaceable {
                    touched.extend(self.remove_file(earlier)?);
                    note = Some(replaced(&counted.path, &others));
                } else {
                    note = not_replaced(&counted.path, same_name, is_tonight, &others);
                }
            }
        }
        if file.id == 0 {
            let (low, high) = (range.map(|range| range.0.0), range.map(|range| range.1.0));
            let sketch =
                file.sketch.as_deref().map(|lines| self.sealed_sketch(lines)).transpose()?;
            self.change(
                "INSERT INTO file (digest, settings, path, format, read, low, high, sketch, patients) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                &[&file.digest, &settings, &counted.path, &counted.format, &(counted.read as i64), &low, &high, &sketch, &file.patients],
            )?;
            file.id = self.connection().last_insert_rowid();
        }
        if file.is_new {
            for (day, count) in sorted(days) {
                self.change(
                    "INSERT INTO day (file, day, records) VALUES (?1, ?2, ?3)",
                    &[&file.id, &day, &(count as i64)],
                )?;
            }
        }
        if let Some(name) = &file.name {
            self.name_file(name, file.id)?;
        }
        Ok((touched, note))
    }

    /// Whether the content of an earlier file is also given tonight, and the other names under which it was read.
    fn also_read(
        &self,
        earlier: i64,
        name: &str,
        tonight: &[[u8; 32]],
    ) -> Result<(bool, Vec<String>), InputError> {
        let sql = "SELECT path FROM name WHERE file = ?1 AND path <> ?2 ORDER BY path";
        let others = self.rows(sql, &[&earlier, &name], |row| row.get(0))?;
        let digest: Option<[u8; 32]> =
            self.value("SELECT digest FROM file WHERE id = ?1", &[&earlier])?;
        Ok((digest.is_some_and(|digest| tonight.contains(&digest)), others))
    }

    /// Removes a file with all its names and everything it said. Returns its patients.
    fn remove_file(&self, file: i64) -> Result<Vec<PatientKey>, InputError> {
        let patients = self.patients_of(file)?;
        self.clear(file)?;
        self.change("DELETE FROM name WHERE file = ?1", &[&file])?;
        self.change("DELETE FROM file WHERE id = ?1", &[&file])?;
        Ok(patients)
    }

    /// Notes which file has this name now. Nothing is written if that is already noted.
    fn name_file(&self, name: &str, file: i64) -> Result<(), InputError> {
        let same: Option<i64> =
            self.value("SELECT 1 FROM name WHERE path = ?1 AND file = ?2", &[&name, &file])?;
        if same.is_none() {
            self.change(
                "INSERT OR REPLACE INTO name (path, file) VALUES (?1, ?2)",
                &[&name, &file],
            )?;
        }
        Ok(())
    }

    /// All patients that a file says something about.
    pub(super) fn patients_of(&self, file: i64) -> Result<Vec<PatientKey>, InputError> {
        let sql = "SELECT patient FROM record WHERE file = ?1 UNION SELECT patient FROM fact WHERE file = ?1";
        self.opened(self.rows(sql, &[&file], |row| patient(row, 0))?)
    }

    /// Deletes what a file said.
    pub(super) fn clear(&self, file: i64) -> Result<(), InputError> {
        for sql in [
            "DELETE FROM record WHERE file = ?1",
            "DELETE FROM fact WHERE file = ?1",
            "DELETE FROM day WHERE file = ?1",
        ] {
            self.change(sql, &[&file])?;
        }
        Ok(())
    }

    /// Why a file is probably not a correction of an earlier one, by its days: they continue where those ended, or most of its records are gone. A
    /// correction has the same days and keeps most of what it corrects.
    fn other_days(&self, earlier: i64, days: &FirstDays) -> Result<Option<String>, InputError> {
        let (range_before, range) = (self.range(earlier)?, middle(days));
        let apart = matches!((range_before, range), (Some(a), Some(b)) if a.1 < b.0 || b.1 < a.0);
        let sql = "SELECT day, records FROM day WHERE file = ?1 ORDER BY day";
        let before = self.rows(sql, &[&earlier], |row| {
            Ok((row.get::<_, i32>(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        let now = sorted(days);
        let again =
            |day: i32| now.binary_search_by_key(&day, |(day, _)| *day).map_or(0, |at| now[at].1);
        let total: u64 = before.iter().map(|(_, records)| records).sum();
        let kept: u64 = before.iter().map(|&(day, records)| records.min(again(day))).sum();
        let ends = |days: &[(i32, u64)]| Some((days.first()?.0, days.last()?.0));
        let moved =
            matches!((ends(&before), ends(&now)), (Some(a), Some(b)) if a.0 < b.0 && a.1 < b.1);
        Ok(if apart || moved {
            let (before, now) = (words(range_before), words(range));
            Some(format!("with records of {before}; now it has records of {now}"))
        } else if kept * 2 < total {
            let gone = total - kept;
            Some(format!("and {gone} of the {total} records that it had are not there again"))
        } else {
            None
        })
    }

    /// Why a file with the same days is probably not a correction of an earlier one: most of its kept records and most of its lines are gone. `said`
    /// is what tonight's file says.
    fn other_records(
        &self,
        earlier: i64,
        file: &TodaysFile,
        said: &FxHashSet<Said>,
    ) -> Result<Option<String>, InputError> {
        let before = self.sketch(earlier)?;
        if let (Some(before), Some(now)) = (before, &file.sketch) {
            let (known, again) = sketch::again(&before, now);
            if again * 2 > known {
                return Ok(None);
            }
        }
        let kept = self.said_by(earlier)?;
        let again = |one: &&Vec<Said>| one.iter().any(|said_before| said.contains(said_before));
        let (all, gone) = (kept.len(), kept.len() - kept.iter().filter(again).count());
        Ok((gone * 2 > all).then(|| {
            format!(
                "and {gone} of the {all} records that the ledger keeps of it are not there again"
            )
        }))
    }

    /// What is kept of a file: for each record and fact, everything that identifies it.
    fn said_by(&self, file: i64) -> Result<Vec<Vec<Said>>, InputError> {
        let key = *self.key()?;
        let sql = format!("SELECT {} FROM record WHERE file = ?1", RecordRow::COLUMNS);
        let mut all = Vec::new();
        for (row, _) in self.rows(&sql, &[&file], RecordRow::read)? {
            let identity = row.identity.map(|id| self.text(Texts::Identity, id)).transpose()?;
            all.push(Said::of_record(&row.opened(&key), identity.as_deref()));
        }
        let sql = format!("SELECT {} FROM fact WHERE file = ?1", FactRow::COLUMNS);
        for (row, _) in self.rows(&sql, &[&file], FactRow::read)? {
            let patient = PatientKey(key.open_patient(row.patient.0));
            all.push(vec![Said::fact(patient, &row.kind)]);
        }
        Ok(all)
    }

    /// The earlier file with a name, if one was read.
    pub(super) fn named(&self, name: &str) -> Result<Option<i64>, InputError> {
        self.value("SELECT file FROM name WHERE path = ?1", &[&name])
    }

    /// Which lines a table of an earlier night had, if that was noted.
    fn sketch(&self, file: i64) -> Result<Option<Vec<u64>>, InputError> {
        let key = *self.key()?;
        let sealed: Option<Option<Vec<u8>>> =
            self.value("SELECT sketch FROM file WHERE id = ?1", &[&file])?;
        let halves = |bytes: &[u8; 16]| {
            let number = u128::from_be_bytes(*bytes);
            key.open_patient([(number >> 64) as u64, number as u64])
        };
        Ok(sealed.flatten().map(|sealed| {
            let mut lines: Vec<u64> = sealed.as_chunks::<16>().0.iter().flat_map(halves).collect();
            lines.sort_unstable();
            lines.dedup();
            lines
        }))
    }

    /// Line hashes as they are stored: sealed, because someone could search for a line that can be guessed.
    fn sealed_sketch(&self, lines: &[u64]) -> Result<Vec<u8>, InputError> {
        let key = *self.key()?;
        let seal = |pair: &[u64]| {
            let first = pair.first().copied().unwrap_or_default();
            let [high, low] = key.seal_patient([first, pair.get(1).copied().unwrap_or(first)]);
            [high.to_be_bytes(), low.to_be_bytes()].concat()
        };
        Ok(lines.chunks(2).flat_map(seal).collect())
    }

    fn range(&self, file: i64) -> Result<Option<(Day, Day)>, InputError> {
        let found = self.rows("SELECT low, high FROM file WHERE id = ?1", &[&file], |row| {
            Ok(row.get::<_, Option<i32>>(0)?.zip(row.get::<_, Option<i32>>(1)?))
        })?;
        Ok(found.into_iter().next().flatten().map(|(low, high)| (Day(low), Day(high))))
    }

    /// The number of a text in `identity` or `authority`; the text is added if it is missing.
    pub(super) fn numbered(&self, table: Texts, said: &str) -> Result<i64, InputError> {
        let (find, put, _) = table.sql();
        if let Some(id) = self.value(find, &[&said])? {
            return Ok(id);
        }
        self.change(put, &[&said, &text_sum(said)])?;
        Ok(self.connection().last_insert_rowid())
    }

    /// A text by its number.
    ///
    /// # Errors
    /// If it is missing, or is not what was written.
    pub(super) fn text(&self, table: Texts, id: i64) -> Result<String, InputError> {
        let (.., get) = table.sql();
        let found = self.rows(get, &[&id], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?))
        })?;
        match found.into_iter().next() {
            Some((said, sum)) if sum == Some(text_sum(&said)) => Ok(said),
            _ => Err(self.damaged()),
        }
    }

    /// Notes how many rows of a file remain.
    pub(super) fn count_rows(&self, file: i64) -> Result<(), InputError> {
        let sql = "UPDATE file SET kept = (SELECT count(*) FROM record WHERE file = ?1) \
                                        + (SELECT count(*) FROM fact WHERE file = ?1) WHERE id = ?1";
        self.change(sql, &[&file]).map(drop)
    }

    /// Refuses what `verify` would report. A small ledger is checked as a whole, a large one by its counts and by every row that is read: checking
    /// all of it would take longer every night.
    ///
    /// # Errors
    /// A ledger that is not what was written.
    pub(super) fn is_what_was_written(&self) -> Result<(), InputError> {
        const SMALL: u64 = 4 << 20;
        let is_small = std::fs::metadata(&self.path).is_ok_and(|about| about.len() <= SMALL);
        let is_whole =
            if is_small { self.verify()?.is_empty() } else { self.holds_what_it_held()? };
        if is_whole { Ok(()) } else { Err(self.damaged()) }
    }

    /// Stores a sealed record; one that is not intact gets a checksum that shows it.
    pub(super) fn put_record(&self, row: &RecordRow, is_whole: bool) -> Result<(), InputError> {
        let sum = if is_whole { row.sum() } else { !row.sum() };
        insert_record(&self.connection(), row, sum).map_err(|error| self.failed(error))
    }

    /// Stores a sealed finding.
    pub(super) fn put_finding(&self, row: &FindingRow) -> Result<(), InputError> {
        let sql = format!(
            "INSERT OR REPLACE INTO finding ({}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            FindingRow::COLUMNS
        );
        self.change(
            &sql,
            &[
                &PatientBlob(row.patient),
                &row.fingerprint.0.to_be_bytes(),
                &row.rule,
                &row.severity,
                &row.premise,
                &row.first_seen.0,
                &row.last_seen.0,
                &row.last_day.0,
                &row.withdrawn.map(|day| day.0),
                &row.made_by,
                &row.withdrawn_by,
                &row.decisions,
                &row.sum(),
            ],
        )
        .map(drop)
    }

    /// Stores a sealed fact; one that is not intact gets a checksum that shows it.
    pub(super) fn put_fact(&self, row: &FactRow, is_whole: bool) -> Result<(), InputError> {
        let sum = if is_whole { row.sum() } else { !row.sum() };
        let place = &row.place;
        let sql = "INSERT INTO fact (patient, file, record, part, line, offset, authority, kind, value, day, sum) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let offset = place.offset as i64;
        self.change(
            sql,
            &[
                &PatientBlob(row.patient),
                &row.file,
                &place.record,
                &row.part,
                &place.line,
                &offset,
                &row.authority,
                &row.kind,
                &row.value,
                &row.day,
                &sum,
            ],
        )
        .map(drop)
    }
}

/// The note on a file that replaces an earlier one, which may have been read under other names too.
fn replaced(path: &str, others: &[String]) -> String {
    let also = match others {
        [] => String::new(),
        others => format!(" The same content was read as {}: it went too.", others.join(", ")),
    };
    format!("{path} replaces what the ledger held of that file.{also}")
}

/// The note on a file whose earlier content is kept because it was or is given under another name.
fn not_replaced(
    path: &str,
    same_name: Option<SameName>,
    is_tonight: bool,
    others: &[String],
) -> Option<String> {
    let why = match same_name {
        Some(SameName::Replace) => {
            "is given by another name tonight. If it was wrong, leave that one out".to_owned()
        }
        None if !is_tonight => format!(
            "was read as {} too. If it was wrong, give this file again with `--same-name replace`",
            others.join(", ")
        ),
        _ => return None,
    };
    Some(format!("What the ledger held of {path} stays in it, because it {why}."))
}

/// Texts that are stored once and referred to by number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Texts {
    Identity,
    Authority,
}

impl Texts {
    /// The statements that find a text's number, store a text, and get one by its number.
    fn sql(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Identity => (
                "SELECT id FROM identity WHERE said = ?1",
                "INSERT INTO identity (said, sum) VALUES (?1, ?2)",
                "SELECT said, sum FROM identity WHERE id = ?1",
            ),
            Self::Authority => (
                "SELECT id FROM authority WHERE said = ?1",
                "INSERT INTO authority (said, sum) VALUES (?1, ?2)",
                "SELECT said, sum FROM authority WHERE id = ?1",
            ),
        }
    }
}

pub(super) fn insert_record(
    connection: &Connection,
    row: &RecordRow,
    sum: i64,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO record (patient, file, record, part, line, offset, identity, authority, first, days, quantity, claim, \
               prescription, fill, marks, born, sum, version) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
    let (record, place) = (&row.record, row.record.key.place());
    let quantity = (!record.quantity.is_nan()).then(|| f64::from(record.quantity));
    connection.prepare_cached(sql)?.execute(rusqlite::params![
        PatientBlob(record.patient),
        row.file,
        place.record,
        row.part,
        place.line,
        place.offset as i64,
        row.identity,
        row.authority,
        record.first.0,
        record.days,
        quantity,
        record.claim,
        record.prescription,
        record.fill,
        row.marks_and_more(),
        record.born().map(|day| day.0),
        sum,
        record.beside_birth(),
    ])?;
    Ok(())
}

fn sorted(days: &FirstDays) -> Vec<(i32, u64)> {
    let mut sorted: Vec<(i32, u64)> = days.all().collect();
    sorted.sort_unstable();
    // A day may have been counted in two places.
    sorted.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        earlier.1 += if same { later.1 } else { 0 };
        same
    });
    sorted
}

/// The days between which most records begin, without the first and last tenth: a few outlying dates mean nothing.
fn middle(days: &FirstDays) -> Option<(Day, Day)> {
    let days = sorted(days);
    let total: u64 = days.iter().map(|(_, count)| count).sum();
    let at = |wanted: u64| {
        let mut passed = 0;
        days.iter().find(|(_, count)| {
            passed += count;
            passed > wanted
        })
    };
    Some((Day(at(total / 10)?.0), Day(at(total - 1 - total / 10)?.0)))
}

fn words(range: Option<(Day, Day)>) -> String {
    match range {
        Some((low, high)) if low == high => low.to_string(),
        Some((low, high)) => format!("{low} to {high}"),
        None => "none".to_owned(),
    }
}
