//! One run with a ledger: what it recalls about tonight's patients, and what it stores.

use std::sync::Mutex;

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::{Said, TodaysFile};
use super::findings::ACCEPTED;
use super::merges::{self, Merges, Numbered};
use super::recall::Recall;
use super::rows::{FactRow, FindingRow, patient};
use super::shared::{self, Holding};
use super::{Ledger, OpenMode, look_back};
use crate::past::{Asked, HistoryStore, LOOK_BACK, Reported, RunFindings};
use rxlint_engine::collect::first_days::FirstDays;
use rxlint_engine::collect::{Collected, Collection};
use rxlint_engine::engine::Engine;
use rxlint_engine::exposure::person::Fact;
use rxlint_engine::today;
use rxlint_input::error::{ErrorKind, InputError};
use rxlint_input::{Input, InputOptions};
use rxlint_model::day::Day;
use rxlint_model::disposition::Disposition;
use rxlint_model::finding::{Finding, Fingerprint, PatientKey};
use rxlint_model::place::Place;
use rxlint_model::record_text::RecordText;
use rxlint_model::summary::{LedgerSummary, RecordCount};

/// The settings that a run with a ledger depends on.
#[derive(Clone, Debug)]
pub struct NightSettings {
    /// Today, if given.
    pub as_of: Option<Day>,
    /// How inputs are read, in case a file of an earlier night has to be opened again.
    pub options: InputOptions,
    /// A digest of everything that changes how a record is read: a file read with other settings is read again.
    pub reading: [u8; 32],
    /// A digest of everything that changes what is found in the same records: after a change, everyone is judged again.
    pub judging: [u8; 32],
    /// The site's acceptances.
    pub accepted: Vec<AcceptedSetting>,
}

/// An acceptance, as far as it decides which findings earlier nights left out.
#[derive(Clone, Debug)]
pub struct AcceptedSetting {
    /// The rule.
    pub rule: String,
    /// Everything that it selects by, as one text.
    pub selection: String,
    /// The last day on which it is valid.
    pub until: Option<Day>,
}

/// A run with a ledger.
#[derive(Debug)]
pub struct Night {
    pub(super) ledger: Ledger,
    pub(super) engine: Engine,
    pub(super) asked: Asked,
    pub(super) settings: NightSettings,
    pub(super) today: Vec<TodaysFile>,
    /// The format of each of tonight's files, and the patient merges in them.
    pub(super) formats: Vec<&'static str>,
    pub(super) merges: Vec<(Numbered, Numbered)>,
    /// The patients' identifiers according to tonight's files.
    pub(super) holdings: Vec<Holding>,
    /// Surviving numbers by the merges of all nights; and numbers as written, which the ledger does not keep, where they are found.
    pub(super) settled: Merges,
    pub(super) written: Mutex<FxHashMap<PatientKey, Option<String>>>,
    /// The number of the ledger's first file among the run's inputs, and those files.
    pub(super) first_file: u32,
    pub(super) paths: Vec<String>,
    by_id: FxHashMap<i64, u32>,
    pub(super) ids: Vec<i64>,
    /// Patients whose findings are compared, sorted.
    pub(super) affected: Vec<PatientKey>,
    pub(super) recalled: u64,
    /// The files of earlier nights that know a patient of tonight.
    pub(super) known_from: FxHashSet<i64>,
    /// Nothing before this day is kept, unless it belongs to an era that continues past it.
    pub(super) cutoff: Option<Day>,
    pub(super) notes: Vec<String>,
    /// Findings that earlier nights left out as accepted, in the form to store if tonight does not.
    pub(super) revived: Vec<FindingRow>,
    /// Findings that were accepted when they were less severe, and those that were left out as they are.
    pub(super) graver: FxHashSet<Fingerprint>,
    pub(super) accepted: FxHashSet<Fingerprint>,
    /// Whether the site's acceptances are the same as on the last night.
    accepts_the_same: bool,
    /// The patients of findings that an acceptance may apply to.
    pub(super) patients: FxHashMap<Fingerprint, PatientKey>,
    /// Findings that are not reported and that an acceptance may apply to.
    pub(super) held: Vec<Finding>,
    /// Files of earlier nights that were opened again, by their number in the ledger; `None` if one has changed.
    pub(super) again: Mutex<FxHashMap<i64, Option<Input>>>,
}

/// A step of more days than this is reported: nights are seldom so far apart, but mistyped years are.
const LEAP: i32 = 92;

impl Night {
    /// Opens the ledger exclusively for this run.
    ///
    /// # Errors
    /// A ledger that cannot be used or is in use, or an input that cannot be read.
    pub fn begin(
        engine: Engine,
        inputs: &[Input],
        asked: Asked,
        settings: NightSettings,
    ) -> Result<Self, InputError> {
        let ledger =
            Ledger::open(&asked.path, OpenMode::Write { wait: asked.wait, new: asked.new })?;
        ledger.is_what_was_written()?;
        let here = std::fs::canonicalize(&asked.path).ok();
        let own = inputs
            .iter()
            .find(|input| here.is_some() && std::fs::canonicalize(input.path()).ok() == here);
        if let Some(own) = own {
            return Err(InputError::new(ErrorKind::Ledger {
                what: format!("{} is the ledger itself.", own.path()),
                help: "Keep the ledger outside the folder of exports.".to_owned(),
            }));
        }
        let today = inputs.iter().map(TodaysFile::of).collect::<Result<Vec<_>, _>>()?;
        // After the inputs comes the configuration, then the files of the ledger.
        let first_file = u32::try_from(inputs.len() + 1).unwrap_or(u32::MAX);
        let mut notes: Vec<String> = ledger.converted().into_iter().chain(ledger.begun()).collect();
        notes.extend(ledger.without_persons());
        notes.extend(short_look_back(&engine, asked.look_back));
        Ok(Self {
            ledger,
            engine,
            asked,
            settings,
            today,
            formats: inputs.iter().map(Input::format).collect(),
            merges: merges::of(inputs),
            holdings: shared::of(inputs),
            settled: Merges::default(),
            written: Mutex::new(merges::written(inputs)),
            first_file,
            paths: Vec::new(),
            by_id: FxHashMap::default(),
            ids: Vec::new(),
            affected: Vec::new(),
            recalled: 0,
            known_from: FxHashSet::default(),
            cutoff: None,
            notes,
            revived: Vec::new(),
            graver: FxHashSet::default(),
            accepted: FxHashSet::default(),
            accepts_the_same: false,
            patients: FxHashMap::default(),
            held: Vec::new(),
            again: Mutex::default(),
        })
    }

    /// This run, identified by what it reads.
    pub(super) fn run(&self) -> [u8; 32] {
        let mut digests: Vec<[u8; 32]> = self.today.iter().map(|file| file.digest).collect();
        digests.sort_unstable();
        *blake3::hash(&digests.concat()).as_bytes()
    }

    pub(super) fn tonight(&self) -> FxHashSet<i64> {
        self.today.iter().map(|today| today.id).collect()
    }

    /// The number of a ledger file in this run.
    pub(super) fn file(&mut self, id: i64) -> Result<u32, InputError> {
        if let Some(&file) = self.by_id.get(&id) {
            return Ok(file);
        }
        let path: Option<String> =
            self.ledger.value("SELECT path FROM file WHERE id = ?1", &[&id])?;
        let file = self.first_file + u32::try_from(self.paths.len()).unwrap_or(0);
        self.paths.push(path.unwrap_or_else(|| "?".to_owned()));
        self.ids.push(id);
        self.by_id.insert(id, file);
        Ok(file)
    }

    /// What tonight's files say that may correct earlier ones of the same name, by their numbers among the inputs.
    fn said(
        &self,
        collection: &Collection,
        collected: &mut Collected,
    ) -> Result<FxHashMap<u32, FxHashSet<Said>>, InputError> {
        let mut said: FxHashMap<u32, FxHashSet<Said>> = FxHashMap::default();
        for (file, at) in self.today.iter().zip(0..) {
            if let Some(name) = &file.name
                && self.asked.same_name.is_none()
                && self.ledger.named(name)?.is_some()
            {
                said.insert(at, FxHashSet::default());
            }
        }
        if said.is_empty() {
            return Ok(said);
        }
        let identities = collection.identities();
        collection
            .visit(collected, |dispenses, facts, _| {
                for record in dispenses {
                    if let Some(said) = said.get_mut(&record.key.place().file) {
                        let identity = identities.get(record.verdict as usize).map(String::as_str);
                        said.extend(Said::of_record(record, identity));
                    }
                }
                for fact in facts {
                    if let Some(said) = said.get_mut(&fact.key.place().file) {
                        said.insert(Said::fact(fact.patient, &self.kind_of(fact)));
                    }
                }
                Ok::<(), VisitError>(())
            })
            .map_err(VisitError::into_input_error)?;
        Ok(said)
    }

    /// The kind of a fact, as stored.
    fn kind_of(&self, fact: &Fact) -> String {
        let conditions = self.engine.book().conditions();
        let name = |at: u8| Some(conditions.get(usize::from(at))?.name.clone());
        FactRow::of(fact, 0, 0, None, name).map(|row| row.kind).unwrap_or_default()
    }

    /// Registers tonight's files; `said` is what may correct earlier ones. Returns the patients of the files that they replace.
    fn register(
        &mut self,
        read: &[(RecordCount, FirstDays)],
        said: &FxHashMap<u32, FxHashSet<Said>>,
    ) -> Result<Vec<PatientKey>, InputError> {
        let nothing = FxHashSet::default();
        let tonight: Vec<[u8; 32]> = self.today.iter().map(|file| file.digest).collect();
        let mut touched = Vec::new();
        for ((file, read), at) in self.today.iter_mut().zip(read).zip(0..) {
            let (patients, note) = self.ledger.register(
                file,
                read,
                &self.settings.reading,
                self.asked.same_name,
                &tonight,
                said.get(&at).unwrap_or(&nothing),
            )?;
            touched.extend(patients);
            self.notes.extend(note);
        }
        Ok(touched)
    }

    /// The note if today is much later than all files but one say.
    fn leap(&self, latest: Option<Day>, agreed: Option<Day>) -> Option<String> {
        let (latest, agreed) = latest.zip(agreed)?;
        let ahead = latest.since(agreed);
        (self.settings.as_of.is_none() && ahead > LEAP).then(|| {
            format!(
                "Today counts as {latest}, {ahead} days after what the other files in the ledger reach ({agreed}). The ledger \
                 forgets nothing for it. If a year is mistyped, correct the file and give it again, or say what today is: --as-of."
            )
        })
    }

    /// Patients for whom something may have changed although no record of tonight is about them.
    fn concerned(&mut self, as_of: Option<Day>) -> Result<Vec<PatientKey>, InputError> {
        let judging = self.settings.judging;
        let before: Option<Vec<u8>> = self.ledger.meta("judging")?;
        let holds_some = self.ledger.value::<i64>("SELECT 1 FROM record LIMIT 1", &[])?.is_some();
        self.ledger.set_meta("judging", &judging.as_slice())?;
        let mut sql = Vec::new();
        if before.as_deref() != Some(judging.as_slice()) && holds_some {
            if before.is_some() {
                self.notes
                    .push("The rules or settings are not those of the last run: everyone in the ledger was judged again.".to_owned());
            }
            sql.push("SELECT patient FROM record UNION SELECT patient FROM finding".to_owned());
        } else {
            let last: Option<i32> = self.ledger.meta("as-of")?;
            if let (Some(last), Some(now)) = (last, as_of)
                && last != now.0
            {
                sql.push("SELECT patient FROM waiting".to_owned());
                if now.0 < last {
                    // Today is earlier than last time: the days between are in the future again.
                    sql.push(format!(
                        "SELECT DISTINCT patient FROM record WHERE first > {}",
                        now.0
                    ));
                }
            }
            if let Reported::Since(day) = self.asked.reported {
                sql.push(format!("SELECT DISTINCT patient FROM finding WHERE withdrawn IS NULL AND first_seen >= {}", day.0));
            }
        }
        let mut patients = Vec::new();
        for sql in sql {
            patients.extend(self.ledger.rows(&sql, &[], |row| patient(row, 0))?);
        }
        // A repeated run reports the same again, including patients concerned only because days passed.
        let again = "SELECT patient FROM finding WHERE made_by = ?1 OR withdrawn_by = ?1";
        patients.extend(self.ledger.rows(again, &[&self.run()], |row| patient(row, 0))?);
        patients.extend(self.accepted_otherwise(as_of)?);
        let mut patients = self.ledger.opened(patients)?;
        if let Some(now) = as_of {
            patients.extend(self.ledger.due(now)?);
        }
        Ok(patients)
    }

    /// The sealed patients of findings that are or were accepted, if tonight's acceptances differ from the last night's.
    fn accepted_otherwise(&mut self, as_of: Option<Day>) -> Result<Vec<PatientKey>, InputError> {
        let mut hasher = blake3::Hasher::new();
        for entry in &self.settings.accepted {
            if entry.until.zip(as_of).is_none_or(|(until, now)| now <= until) {
                hasher.update(entry.selection.as_bytes()).update(b"\0");
            }
        }
        let digest = *hasher.finalize().as_bytes();
        let before: Option<Vec<u8>> = self.ledger.meta("accepted")?;
        if before.as_deref() == Some(digest.as_slice())
            || before.is_none() && self.settings.accepted.is_empty()
        {
            self.accepts_the_same = true;
            return Ok(Vec::new());
        }
        self.ledger.set_meta("accepted", &digest.as_slice())?;
        let left_out = format!(
            "SELECT DISTINCT patient FROM finding WHERE withdrawn IS NULL AND premise LIKE '{ACCEPTED}%'"
        );
        let mut patients = self.ledger.rows(&left_out, &[], |row| patient(row, 0))?;
        for entry in &self.settings.accepted {
            let of_rule =
                "SELECT DISTINCT patient FROM finding WHERE withdrawn IS NULL AND rule = ?1";
            patients.extend(self.ledger.rows(of_rule, &[&entry.rule], |row| patient(row, 0))?);
        }
        Ok(patients)
    }
}

impl HistoryStore for Night {
    fn recall(
        &mut self,
        collection: &Collection,
        collected: &mut Collected,
        read: &[(RecordCount, FirstDays)],
    ) -> Result<(), InputError> {
        self.name_refusals(collected)?;
        self.name_reversals(collected)?;
        let mut touched = self.merge(collection, collected)?;
        let said = self.said(collection, collected)?;
        self.ledger.note_look_back(self.asked.look_back)?;
        touched.extend(self.register(read, &said)?);
        let days = self.ledger.days()?;
        let tonight = self.tonight();
        for &(_, day, records) in days.iter().filter(|(file, ..)| !tonight.contains(file)) {
            collected.first_days.add_many(day, records);
        }
        let latest = today::of(collected.first_days.all()).map(|today| today.day);
        let as_of = self.settings.as_of.or(latest);
        // A date that someone typed, or that is in only one file, must never make the ledger forget.
        let agreed = look_back::agreed(days.into_iter());
        let last = [as_of, latest, agreed].into_iter().collect::<Option<Vec<Day>>>();
        let last = last.and_then(|days| days.into_iter().min());
        self.cutoff = last.map(|last| last.plus(-i32::from(self.asked.look_back)));
        self.notes.extend(self.leap(latest, agreed));
        touched.extend(self.concerned(as_of)?);
        sort(&mut touched);

        let mut recall = Recall::new(collection, self.engine.book());
        let mut seen: Vec<PatientKey> = Vec::new();
        collection
            .visit(collected, |dispenses, facts, added| {
                let mut patients: Vec<PatientKey> = dispenses
                    .iter()
                    .map(|d| d.patient)
                    .chain(facts.iter().map(|f| f.patient))
                    .collect();
                sort(&mut patients);
                let recalled = self.recall_patients(&mut recall, &patients, dispenses, added);
                recalled
                    .and_then(|()| self.take_in(&mut recall, dispenses, facts))
                    .map_err(VisitError::Ledger)?;
                seen.append(&mut patients);
                Ok::<(), VisitError>(())
            })
            .map_err(VisitError::into_input_error)?;
        sort(&mut seen);
        let others: Vec<PatientKey> =
            touched.into_iter().filter(|patient| seen.binary_search(patient).is_err()).collect();
        let mut added = Collected::default();
        self.recall_patients(&mut recall, &others, &[], &mut added)?;
        collected.absorb(added);
        collection.relieve(collected);
        if !seen.is_empty() {
            let strangers = self.strangers()?;
            self.notes.extend(strangers);
        }
        seen.extend(others);
        sort(&mut seen);
        self.affected = seen;
        Ok(())
    }

    fn compare(&mut self, found: RunFindings) -> Result<(Vec<Finding>, LedgerSummary), InputError> {
        self.settle_findings(found)
    }

    fn mark_untold(&self, findings: &[Finding]) -> Result<(), InputError> {
        self.take_back(findings)
    }

    fn take_held(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.held)
    }

    fn note_accepted(&mut self, findings: &[&Finding]) -> Result<u64, InputError> {
        self.note_accepted(findings)
    }

    fn has_become_graver(&self, finding: &Finding) -> bool {
        self.graver.contains(&finding.fingerprint)
    }

    fn was_accepted(&self, finding: &Finding) -> bool {
        self.accepts_the_same && self.accepted.contains(&finding.fingerprint)
    }

    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn dispositions(&self) -> Result<Vec<Disposition>, InputError> {
        self.ledger.dispositions()
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }

    fn show(
        &self,
        place: &Place,
        tonight: &dyn Fn(&Place) -> Option<RecordText>,
    ) -> Option<RecordText> {
        let mut record = match place.file < self.first_file {
            true => tonight(place)?,
            false => self.show_kept(place, tonight)?,
        };
        self.name_as_merged(place, &mut record, tonight);
        Some(record)
    }

    fn goes_by(&self, patient: PatientKey) -> Vec<PatientKey> {
        let settled = self.settled.goes_by(patient);
        if !settled.is_empty() {
            return settled;
        }
        self.shared_about(patient).map(|shared| shared.goes_by(patient)).unwrap_or_default()
    }

    fn commit(self: Box<Self>) -> Result<(), InputError> {
        self.ledger.commit()
    }
}

/// The note on a look-back that is shorter than the longest window of the rules.
fn short_look_back(engine: &Engine, look_back: u16) -> Option<String> {
    let longest = engine.book().longest_window()?;
    (i64::from(look_back) < i64::from(longest)).then(|| {
        format!(
            "The ledger keeps records for {look_back} days, and the rules look back for {longest} and more: anything older is not found. \
             `--look-back {LOOK_BACK}` is the default."
        )
    })
}

/// What can go wrong while records are visited.
enum VisitError {
    Ledger(InputError),
    Spill(std::io::Error),
}

impl From<std::io::Error> for VisitError {
    fn from(error: std::io::Error) -> Self {
        Self::Spill(error)
    }
}

impl VisitError {
    fn into_input_error(self) -> InputError {
        match self {
            Self::Ledger(error) => error,
            Self::Spill(error) => InputError::new(ErrorKind::Read {
                path: "the temporary file of --memory-limit".to_owned(),
                error,
            }),
        }
    }
}

pub(super) fn sort(patients: &mut Vec<PatientKey>) {
    patients.sort_unstable();
    patients.dedup();
}
