//! One run with a ledger: what it recalls of tonight's patients, and what it takes in.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::{Texts, Today};
use super::rows::{FactRow, Patient, RecordRow, patient};
use super::{Access, Ledger};
use crate::day::Day;
use crate::exposure::intake::first_days::FirstDays;
use crate::exposure::intake::{Desk, Gathered};
use crate::exposure::person::Fact;
use crate::exposure::{Dispense, ExposureOptions, VerdictId};
use crate::finding::{Finding, PatientKey};
use crate::input::error::{ErrorKind, InputError};
use crate::input::{Input, RecordText};
use crate::past::{Asked, Found, Memory, Tellings};
use crate::record::Place;
use crate::rule::Book;
use crate::summary::{FileLedger, LedgerSummary};
use crate::today;

/// The settings that a run with a ledger depends on.
#[derive(Clone, Debug)]
pub struct Terms {
    /// "Today", where it is given.
    pub as_of: Option<Day>,
    /// How records become exposures.
    pub exposure: ExposureOptions,
    /// Whatever changes how a record is read: a file that was read in another way is read anew.
    pub reading: String,
    /// Whatever changes what is found in the same records: after a change everybody is judged again.
    pub judging: String,
}

/// A run with a ledger.
#[derive(Debug)]
pub struct Night {
    pub(super) ledger: Ledger,
    pub(super) book: Arc<Book>,
    pub(super) asked: Asked,
    pub(super) terms: Terms,
    pub(super) today: Vec<Today>,
    /// The number of the first file of the ledger among the run's inputs, and those files.
    pub(super) first_file: u32,
    pub(super) paths: Vec<String>,
    by_id: FxHashMap<i64, u32>,
    pub(super) ids: Vec<i64>,
    /// Patients whose findings are compared, sorted.
    pub(super) affected: Vec<PatientKey>,
    pub(super) recalled: u64,
    /// Earlier than this nothing is kept, unless it is part of what reaches beyond.
    pub(super) cutoff: Option<Day>,
    pub(super) notes: Vec<String>,
}

/// What recalling needs beside the ledger.
struct Recall<'d, 'b> {
    desk: &'d Desk<'b>,
    identities: FxHashMap<i64, Option<VerdictId>>,
    authorities: FxHashMap<i64, u16>,
    conditions: FxHashMap<String, u8>,
    /// The ledger's numbers of identities and authorities, by this run's.
    said: Vec<String>,
    said_ids: FxHashMap<VerdictId, i64>,
    issued: Vec<String>,
    issued_ids: FxHashMap<u16, i64>,
}

impl Night {
    /// Opens the ledger for this run alone.
    ///
    /// # Errors
    /// A ledger that cannot be used or is in use, or an input that cannot be read.
    pub fn begin(book: Arc<Book>, inputs: &[Input], asked: Asked, terms: Terms) -> Result<Self, InputError> {
        let ledger = Ledger::open(&asked.path, Access::Write { wait: asked.wait })?;
        let here = std::fs::canonicalize(&asked.path).ok();
        let own = inputs.iter().find(|input| here.is_some() && std::fs::canonicalize(input.path()).ok() == here);
        if let Some(own) = own {
            return Err(InputError::new(ErrorKind::Ledger {
                what: format!("{} is the ledger itself.", own.path()),
                help: "Keep the ledger outside the folder of exports.".to_owned(),
            }));
        }
        let today = inputs.iter().map(Today::of).collect::<Result<Vec<_>, _>>()?;
        // Behind the inputs comes the configuration, and behind that the files of the ledger.
        let first_file = u32::try_from(inputs.len() + 1).unwrap_or(u32::MAX);
        Ok(Self {
            ledger,
            book,
            asked,
            terms,
            today,
            first_file,
            paths: Vec::new(),
            by_id: FxHashMap::default(),
            ids: Vec::new(),
            affected: Vec::new(),
            recalled: 0,
            cutoff: None,
            notes: Vec::new(),
        })
    }

    /// This run, told by what it reads.
    pub(super) fn run(&self) -> [u8; 32] {
        let mut digests: Vec<[u8; 32]> = self.today.iter().map(|file| file.digest).collect();
        digests.sort_unstable();
        *blake3::hash(&digests.concat()).as_bytes()
    }

    fn tonight(&self) -> FxHashSet<i64> {
        self.today.iter().map(|today| today.id).collect()
    }

    /// The number by which a file of the ledger goes in this run.
    fn file(&mut self, id: i64) -> Result<u32, InputError> {
        if let Some(&file) = self.by_id.get(&id) {
            return Ok(file);
        }
        let path: Option<String> = self.ledger.value("SELECT path FROM file WHERE id = ?1", &[&id])?;
        let file = self.first_file + u32::try_from(self.paths.len()).unwrap_or(0);
        self.paths.push(path.unwrap_or_else(|| "?".to_owned()));
        self.ids.push(id);
        self.by_id.insert(id, file);
        Ok(file)
    }

    /// Registers tonight's files; tells of whom files that they put out of force spoke.
    fn register(&mut self, read: &[(FileLedger, FirstDays)]) -> Result<Vec<PatientKey>, InputError> {
        let settings = blake3::hash(self.terms.reading.as_bytes());
        let tonight: Vec<[u8; 32]> = self.today.iter().map(|file| file.digest).collect();
        let mut touched = Vec::new();
        for (file, read) in self.today.iter_mut().zip(read) {
            let (patients, note) = self.ledger.register(file, read, settings.as_bytes(), self.asked.same_name, &tonight)?;
            touched.extend(patients);
            self.notes.extend(note);
        }
        Ok(touched)
    }

    /// Patients of whom something may have changed though no record of tonight speaks of them.
    fn concerned(&mut self, as_of: Option<Day>) -> Result<Vec<PatientKey>, InputError> {
        let judging = blake3::hash(self.terms.judging.as_bytes());
        let before: Option<Vec<u8>> = self.ledger.meta("judging")?;
        let holds_some = self.ledger.value::<i64>("SELECT 1 FROM record LIMIT 1", &[])?.is_some();
        self.ledger.set_meta("judging", &judging.as_bytes().as_slice())?;
        let mut sql = Vec::new();
        if before.as_deref() != Some(judging.as_bytes().as_slice()) && holds_some {
            if before.is_some() {
                self.notes
                    .push("The rules or settings are not those of the last run: everybody in the ledger was judged again.".to_owned());
            }
            sql.push("SELECT patient FROM record UNION SELECT patient FROM finding".to_owned());
        } else {
            let last: Option<i32> = self.ledger.meta("as-of")?;
            if let (Some(last), Some(now)) = (last, as_of)
                && last != now.0
            {
                sql.push("SELECT patient FROM waiting".to_owned());
                if now.0 < last {
                    // Today went back: what lies between is ahead again.
                    sql.push(format!("SELECT DISTINCT patient FROM record WHERE first > {}", now.0));
                }
            }
            if let Tellings::Since(day) = self.asked.tellings {
                sql.push(format!("SELECT DISTINCT patient FROM finding WHERE withdrawn IS NULL AND first_seen >= {}", day.0));
            }
        }
        let mut patients = Vec::new();
        for sql in sql {
            patients.extend(self.ledger.rows(&sql, &[], |row| patient(row, 0))?);
        }
        Ok(patients)
    }
}

impl Memory for Night {
    fn recall(&mut self, desk: &Desk<'_>, gathered: &mut Gathered, read: &[(FileLedger, FirstDays)]) -> Result<(), InputError> {
        let mut touched = self.register(read)?;
        let days =
            self.ledger.rows("SELECT file, day, records FROM day", &[], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?)))?;
        let tonight = self.tonight();
        for (_, day, records) in days.into_iter().filter(|(file, ..)| !tonight.contains(file)) {
            gathered.first_days.add_many(day, records.unsigned_abs());
        }
        let latest = today::of(gathered.first_days.all()).map(|today| today.day);
        let as_of = self.terms.as_of.or(latest);
        // A day that someone typed must not be what makes the ledger forget.
        self.cutoff = as_of.zip(latest).map(|(as_of, latest)| as_of.min(latest).plus(-i32::from(self.asked.look_back)));
        touched.extend(self.concerned(as_of)?);
        sort(&mut touched);

        let conditions = self.book.conditions().iter().zip(0..=u8::MAX).map(|(condition, at)| (condition.name.clone(), at)).collect();
        let mut recall = Recall {
            desk,
            identities: FxHashMap::default(),
            authorities: FxHashMap::default(),
            conditions,
            said: desk.identities(),
            said_ids: FxHashMap::default(),
            issued: desk.authorities(),
            issued_ids: FxHashMap::default(),
        };
        let mut seen: Vec<PatientKey> = Vec::new();
        desk.visit(gathered, |dispenses, facts, added| {
            let mut patients: Vec<PatientKey> = dispenses.iter().map(|d| d.patient).chain(facts.iter().map(|f| f.patient)).collect();
            sort(&mut patients);
            let recalled = self.recall_patients(&mut recall, &patients, dispenses, added);
            recalled.and_then(|()| self.take_in(&mut recall, dispenses, facts)).map_err(Trouble::Ledger)?;
            seen.append(&mut patients);
            Ok::<(), Trouble>(())
        })
        .map_err(|trouble| trouble.told())?;
        sort(&mut seen);
        let others: Vec<PatientKey> = touched.into_iter().filter(|patient| seen.binary_search(patient).is_err()).collect();
        let mut added = Gathered::default();
        self.recall_patients(&mut recall, &others, &[], &mut added)?;
        gathered.absorb(added);
        desk.relieve(gathered);
        seen.extend(others);
        sort(&mut seen);
        self.affected = seen;
        Ok(())
    }

    fn settle(&mut self, found: Found) -> Result<(Vec<Finding>, LedgerSummary), InputError> {
        self.settle_findings(found)
    }

    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }

    fn show(&self, place: &Place, tonight: &dyn Fn(&Place) -> Option<RecordText>) -> Option<RecordText> {
        self.show_kept(place, tonight)
    }

    fn commit(self: Box<Self>) -> Result<(), InputError> {
        self.ledger.commit()
    }
}

/// What can go wrong while records are visited.
enum Trouble {
    Ledger(InputError),
    Spill(std::io::Error),
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Spill(error)
    }
}

impl Trouble {
    fn told(self) -> InputError {
        match self {
            Self::Ledger(error) => error,
            Self::Spill(error) => InputError::new(ErrorKind::Read { path: "the temporary file of --memory-limit".to_owned(), error }),
        }
    }
}

pub(super) fn sort(patients: &mut Vec<PatientKey>) {
    patients.sort_unstable();
    patients.dedup();
}

impl Night {
    /// Adds what earlier files say of these patients, who are sorted. `tonight` are their records of tonight.
    fn recall_patients(
        &mut self,
        recall: &mut Recall<'_, '_>,
        patients: &[PatientKey],
        tonight: &[Dispense],
        added: &mut Gathered,
    ) -> Result<(), InputError> {
        let records = format!("SELECT {} FROM record WHERE patient = ?1", RecordRow::COLUMNS);
        let facts = format!("SELECT {} FROM fact WHERE patient = ?1", FactRow::COLUMNS);
        let has_facts = self.ledger.value::<i64>("SELECT 1 FROM fact LIMIT 1", &[])?.is_some();
        let mut earliest: FxHashMap<PatientKey, Day> = FxHashMap::default();
        for record in tonight {
            let first = earliest.entry(record.patient).or_insert(record.first);
            *first = record.first.min(*first);
        }
        let tonight_ids = self.tonight();
        for &patient in patients {
            let found = self.ledger.rows(&records, &[&Patient(patient)], RecordRow::read)?;
            let mut kept = Vec::new();
            for (row, _) in found.into_iter().filter(|(row, _)| !tonight_ids.contains(&row.file)) {
                kept.extend(self.dispense(recall, &row)?);
            }
            if let Some(cutoff) = self.cutoff {
                super::look_back::within(&mut kept, earliest.get(&patient).copied(), cutoff, |record| recall.desk.reach(record));
            }
            self.recalled += kept.len() as u64;
            added.dispenses.append(&mut kept);
            if !has_facts {
                continue;
            }
            let found = self.ledger.rows(&facts, &[&Patient(patient)], FactRow::read)?;
            for (row, _) in found.into_iter().filter(|(row, _)| !tonight_ids.contains(&row.file)) {
                let Some(what) = row.what(|name| recall.conditions.get(name).copied()) else { continue };
                let authority = self.authority(recall, row.authority)?;
                let place = Place { file: self.file(row.file)?, ..row.place };
                added.facts.push(Fact { patient, authority, what, place });
            }
        }
        Ok(())
    }

    /// A record as this run's rules understand it; `None` where they do not watch it.
    fn dispense(&mut self, recall: &mut Recall<'_, '_>, row: &RecordRow) -> Result<Option<Dispense>, InputError> {
        let verdict = match row.identity {
            None => VerdictId::MAX,
            Some(id) => {
                let known = match recall.identities.get(&id) {
                    Some(&known) => known,
                    None => {
                        let said: Option<String> = self.ledger.value("SELECT said FROM identity WHERE id = ?1", &[&id])?;
                        let known = said.and_then(|said| recall.desk.recall_identity(&said));
                        recall.identities.insert(id, known);
                        known
                    }
                };
                let Some(verdict) = known else { return Ok(None) };
                verdict
            }
        };
        let place = Place { file: self.file(row.file)?, ..row.record.place() };
        let mut record = row.record.moved(place, verdict);
        record.authority = self.authority(recall, row.authority)?;
        Ok(Some(record))
    }

    fn authority(&self, recall: &mut Recall<'_, '_>, id: Option<i64>) -> Result<u16, InputError> {
        let Some(id) = id else { return Ok(0) };
        if let Some(&known) = recall.authorities.get(&id) {
            return Ok(known);
        }
        let said: Option<String> = self.ledger.value("SELECT said FROM authority WHERE id = ?1", &[&id])?;
        let number = recall.desk.recall_authority(&said.unwrap_or_default());
        recall.authorities.insert(id, number);
        Ok(number)
    }

    /// Writes what tonight's files say.
    fn take_in(&self, recall: &mut Recall<'_, '_>, dispenses: &[Dispense], facts: &[Fact]) -> Result<(), InputError> {
        let new: FxHashSet<u32> = self.today.iter().zip(0..).filter(|(file, _)| file.is_new).map(|(_, at)| at).collect();
        let id = |place: Place| self.today[place.file as usize].id;
        let mut sorted: Vec<&Dispense> = dispenses.iter().filter(|d| new.contains(&d.place().file)).collect();
        sorted.sort_unstable_by_key(|d| (d.patient, d.place()));
        let mut last = None;
        let mut part = 0;
        for record in sorted {
            let place = record.place();
            let key = (record.patient, place.file, place.record);
            part = if last == Some(key) { part + 1 } else { 0 };
            last = Some(key);
            let identity = if record.verdict == VerdictId::MAX {
                None
            } else {
                Some(match recall.said_ids.get(&record.verdict) {
                    Some(&id) => id,
                    None => {
                        let said = recall.said.get(record.verdict as usize).map(String::as_str).unwrap_or_default();
                        let id = self.ledger.numbered(Texts::Identity, said)?;
                        recall.said_ids.insert(record.verdict, id);
                        id
                    }
                })
            };
            let authority = self.issued(recall, record.authority)?;
            let mut plain = record.moved(Place { file: 0, ..place }, 0);
            plain.authority = 0;
            self.ledger.put_record(&RecordRow { file: id(place), part, identity, authority, record: plain })?;
        }
        let mut sorted: Vec<&Fact> = facts.iter().filter(|fact| new.contains(&fact.place.file)).collect();
        sorted.sort_unstable_by_key(|fact| (fact.patient, fact.place));
        let mut last = None;
        let mut part = 0;
        let name = |at: u8| self.book.conditions().get(usize::from(at)).map(|condition| condition.name.clone());
        for fact in sorted {
            let key = (fact.patient, fact.place.file, fact.place.record);
            part = if last == Some(key) { part + 1 } else { 0 };
            last = Some(key);
            let authority = self.issued(recall, fact.authority)?;
            let is_known = |row: &FactRow| {
                // A birth date is told night after night: once is enough.
                let sql = "SELECT 1 FROM fact WHERE patient = ?1 AND kind = ?2 AND day IS ?3 AND authority IS ?4";
                Ok(row.kind == "born"
                    && self.ledger.value::<i64>(sql, &[&Patient(row.patient), &row.kind, &row.day, &row.authority])?.is_some())
            };
            if let Some(row) = FactRow::of(fact, id(fact.place), part, authority, name)
                && !is_known(&row)?
            {
                self.ledger.put_fact(&row)?;
            }
        }
        Ok(())
    }

    fn issued(&self, recall: &mut Recall<'_, '_>, number: u16) -> Result<Option<i64>, InputError> {
        let Some(text) = number.checked_sub(1).and_then(|at| recall.issued.get(usize::from(at))) else { return Ok(None) };
        if let Some(&id) = recall.issued_ids.get(&number) {
            return Ok(Some(id));
        }
        let id = self.ledger.numbered(Texts::Authority, text)?;
        recall.issued_ids.insert(number, id);
        Ok(Some(id))
    }
}
