//! Takes records as they are read: counts every one, keeps those about watched drugs, and forgets the rest.

mod collected;
mod dates;
pub mod first_days;
mod keep;
mod late;
mod numbers;
mod other_cell;
mod person_cells;
mod plain_names;
mod raw;
mod recall;
mod rejected;
mod row_memo;
pub mod said;
mod said_form;
mod seen;
mod sink;
pub mod spill;
mod taken_back;
mod text;
mod verdict_cache;

use std::ops::Deref;
use std::sync::{Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use rustc_hash::FxHashSet;

use crate::drug::identity::Identity;
use crate::drug::{Dictionary, Verdict};
use crate::engine::Engine;
use crate::exposure::person::{self, Fact, FactKind};
use crate::exposure::placeholder::PlaceholderFilter;
use crate::exposure::status::StatusTable;
use crate::exposure::{VerdictId, age};
use crate::numbered::Numbered;
pub use collected::{ClaimOwners, Collected, RecordOutcome, day_of_claim};
use late::Identifier;
use numbers::{is_rounded, year_of_birth};
pub use person_cells::Diagnoses;
pub use rejected::Rejected;
use row_memo::RowMemo;
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record, decode};
use rxlint_model::sink::RecordSink;
use spill::{MemoryLimit, Spill};
use verdict_cache::{IdentityKey, Resolution, VerdictCache};

/// What all collectors of a run share: the verdicts, the authorities and the memory limit.
#[derive(Debug)]
pub struct Collection {
    engine: Engine,
    placeholders: PlaceholderFilter,
    statuses: StatusTable,
    verdicts: RwLock<Numbered<Verdict>>,
    /// What was decided about identities, by any reader.
    decided: RwLock<VerdictCache>,
    authorities: RwLock<Numbered<String>>,
    memos: Mutex<Vec<RowMemo>>,
    spill: Spill,
    only: OnceLock<FxHashSet<PatientKey>>,
    by_identity: bool,
    noting: Option<fn(RowKey) -> bool>,
    /// Whether every record that cannot be understood is kept with its key.
    keeps_rejected: bool,
    /// Whether conditions of people may wait until it is known whose matter.
    late_facts: bool,
}

impl Collection {
    /// A collection for one run.
    pub fn new(engine: &Engine) -> Self {
        let placeholders = PlaceholderFilter::of(&engine.settings().exposure.placeholders);
        let (verdicts, authorities, memos) =
            (RwLock::default(), RwLock::default(), Mutex::default());
        let (spill, only) = (Spill::beyond(None), OnceLock::new());
        Self {
            engine: engine.clone(),
            placeholders,
            statuses: StatusTable::with(&engine.settings().exposure.status),
            verdicts,
            decided: RwLock::default(),
            authorities,
            memos,
            spill,
            only,
            by_identity: false,
            noting: None,
            keeps_rejected: false,
            late_facts: false,
        }
    }

    /// The same collection, but keeping no more records in memory than the limit allows.
    #[must_use]
    pub fn with_limit(self, limit: Option<MemoryLimit>) -> Self {
        Self { spill: Spill::beyond(limit), ..self }
    }

    /// The same collection, but numbering each distinct identity, so that a verdict can be traced
    /// back to its identity. Otherwise each distinct verdict is numbered: there are fewer of those.
    #[must_use]
    pub fn by_identity(self, by_identity: bool) -> Self {
        Self { by_identity, ..self }
    }

    /// The same collection, but noting the outcome of every record whose key the function accepts, except those that were
    /// checked and name no watched drug.
    #[must_use]
    pub fn noting(self, noting: Option<fn(RowKey) -> bool>) -> Self {
        Self { noting, ..self }
    }

    /// The same collection, but keeping the key of every record that cannot be understood, not of the first ones alone.
    #[must_use]
    pub fn keeping_rejected(self, keeps_rejected: bool) -> Self {
        Self { keeps_rejected, ..self }
    }

    /// The same collection, but storing conditions that records of other drugs state in a small form until [`Collected::settle_late`].
    /// Not for callers who need the facts of people without a watched drug.
    #[must_use]
    pub fn with_late_facts(self, late_facts: bool) -> Self {
        Self { late_facts, ..self }
    }

    /// Whether conditions of a patient matter to some rule because of this verdict.
    fn is_personal(&self, id: VerdictId) -> bool {
        let verdicts = self.verdicts.read().unwrap_or_else(PoisonError::into_inner);
        verdicts
            .values
            .get(id as usize)
            .is_none_or(|verdict| self.engine.book().is_personal(verdict))
    }

    /// Moves what was collected out of memory once it exceeds the limit.
    pub fn relieve(&self, collected: &mut Collected) {
        if self.spill.is_due(&collected.dispenses, &collected.facts) {
            collected
                .runs
                .extend(self.spill.relieve(&mut collected.dispenses, &mut collected.facts));
        }
    }

    /// A collector for one block.
    pub fn collector(&self) -> Collector<&Self> {
        Collector::new(self)
    }

    /// From here on, facts about anyone else are dropped. Once set, this cannot be changed.
    pub fn care_only_for(&self, patients: impl Iterator<Item = PatientKey>) {
        self.only.get_or_init(|| patients.collect());
    }

    /// The verdicts so far, by number.
    pub fn verdicts(&self) -> impl Deref<Target = [Verdict]> + '_ {
        Verdicts(self.verdicts.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The verdicts and authorities, once everything has been read.
    pub fn close(self) -> (Vec<Verdict>, Vec<String>, Spill) {
        let verdicts = self.verdicts.into_inner().unwrap_or_else(PoisonError::into_inner).values;
        let authorities =
            self.authorities.into_inner().unwrap_or_else(PoisonError::into_inner).values;
        (verdicts, authorities, self.spill)
    }

    fn number<T>(table: &RwLock<Numbered<T>>, key: String, value: T) -> u32 {
        if let Some(number) = table.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return number;
        }
        table.write().unwrap_or_else(PoisonError::into_inner).number(&key, || value)
    }

    fn dictionary(&self) -> &Dictionary {
        self.engine.book().dictionary()
    }
}

/// The verdicts of a collection; no one can change them while this is held.
struct Verdicts<'c>(RwLockReadGuard<'c, Numbered<Verdict>>);

impl Deref for Verdicts<'_> {
    type Target = [Verdict];

    fn deref(&self) -> &[Verdict] {
        &self.0.values
    }
}

/// The fields that decide whether a record is kept.
const PREVIEW_FIELDS: [Field; LOOKED] = {
    let mut fields = [Field::Patient; LOOKED];
    let parts: [&[Field]; 3] = [&Field::IDENTITY, &Field::FIRST_DAY, &ALSO_LOOKED];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut of_part = 0;
        while of_part < parts[part].len() {
            fields[at] = parts[part][of_part];
            of_part += 1;
            at += 1;
        }
        part += 1;
    }
    fields
};
const LOOKED: usize = Field::IDENTITY.len() + Field::FIRST_DAY.len() + ALSO_LOOKED.len();
const ALSO_LOOKED: [Field; 11] = [
    Field::Patient,
    Field::Status,
    Field::Adjustment,
    Field::Voided,
    Field::Cancelled,
    Field::Active,
    Field::Version,
    Field::Quantity,
    Field::Diagnosis,
    Field::Pregnancy,
    Field::BreastFeeding,
];

/// From 1900-01-02 to the end of 2098: days that are not fillers.
const PLAIN_DAYS: std::ops::Range<i32> = -25_566..47_481;

/// Takes the records of one block, or of a whole session; `C` points to what it shares with others.
#[derive(Debug)]
pub struct Collector<C> {
    shared: C,
    memo: RowMemo,
    /// What has been collected so far.
    pub collected: Collected,
}

impl<C: Deref<Target = Collection> + Send> Collector<C> {
    /// A collector that shares `shared` with others.
    pub fn new(shared: C) -> Self {
        let memo = shared.memos.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let memo = memo.unwrap_or_default();
        let rejected = Rejected::new(shared.keeps_rejected);
        Self { shared, memo, collected: Collected { rejected, ..Collected::default() } }
    }

    /// What this collector shares with others.
    pub fn shared(&self) -> &Collection {
        &self.shared
    }

    /// What was collected.
    pub fn finish(mut self) -> Collected {
        self.end();
        self.collected
    }

    fn verdict(&mut self, record: &Record<'_>) -> Resolution {
        if let Some((place, known)) = self.memo.met.take()
            && RowKey::from(place) == record.key
        {
            return known;
        }
        let key = IdentityKey::of(record);
        if let Some(known) = self.memo.identities.get(key, record) {
            return known;
        }
        let decided = self.shared.decided.read().unwrap_or_else(PoisonError::into_inner);
        let known = decided.get(key, record);
        drop(decided);
        if let Some(known) = known {
            self.memo.identities.keep(key, record, known);
            return known;
        }
        let known = self.decide(record);
        self.memo.identities.keep(key, record, known);
        let mut decided = self.shared.decided.write().unwrap_or_else(PoisonError::into_inner);
        decided.keep(key, record, known);
        known
    }

    /// Decides which drug a record with a new identity is about.
    fn decide(&mut self, record: &Record<'_>) -> Resolution {
        let dictionary = self.shared.dictionary();
        if self.memo.plain_names.have(record, dictionary) {
            return Resolution::Checked;
        }
        let identity = Identity::of(record);
        let verdict = dictionary.resolve(&identity);
        if verdict.not_taken {
            return Resolution::NotTaken;
        }
        if self.shared.watches(&verdict) {
            let key =
                if self.shared.by_identity { said::of(record) } else { format!("{verdict:?}") };
            return Resolution::Watched(Collection::number(&self.shared.verdicts, key, verdict));
        }
        if !verdict.resolved {
            return Resolution::Unresolved;
        }
        self.memo.plain_names.keep(record, &identity, &verdict, dictionary);
        Resolution::Checked
    }

    /// The day on which the record begins, and the field that gives it, or why there is none. An unreadable date is not
    /// replaced by another date; one that only fills the cell is.
    fn first_day(&mut self, record: &Record<'_>) -> Result<(Day, Field), Reason> {
        let mut calendar_start = None;
        for field in Field::FIRST_DAY {
            let text = record.text(field);
            if text.is_empty() {
                continue;
            }
            match self.memo.dates.parse(text, record.date_order[field as usize]) {
                Ok(day) if PLAIN_DAYS.contains(&day.0) => return Ok((day, field)),
                Ok(day) if date::is_calendar_start(day) => {
                    calendar_start = calendar_start.or(Some((day, field)));
                }
                Ok(day) if date::is_endless(day) => {}
                Ok(day) => return Ok((day, field)),
                Err(_) if date::is_zeros(text) => {}
                Err(_) => return Err(Reason::UnreadableDate { field }),
            }
        }
        calendar_start.ok_or(Reason::NoDate)
    }

    /// Why the record has no patient, if it has none.
    fn no_patient(&self, record: &Record<'_>) -> Option<Reason> {
        let patient = record.text(Field::Patient);
        if patient.is_empty() {
            return Some(Reason::NoPatient);
        }
        if !self.shared.placeholders.may_match(patient) {
            return None;
        }
        if is_rounded(patient) {
            return Some(Reason::RoundedPatient);
        }
        if patient.contains(&b'"') {
            return Some(Reason::StrayQuote);
        }
        let exposure = &self.shared.engine.settings().exposure;
        exposure.is_placeholder(&decode(patient)).then_some(Reason::PlaceholderPatient)
    }

    fn keep_facts(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
        watched: Option<VerdictId>,
    ) {
        let book = self.shared.engine.book().conditions();
        // Its own row denies the pregnancy: it had ended by the day before, whatever was said earlier.
        let denied = watched
            .filter(|_| !record.text(Field::Pregnancy).is_empty())
            .filter(|id| self.shared.is_personal(*id))
            .and_then(|_| person::denied(book, "pregnancy", &record.string(Field::Pregnancy)));
        let mut push =
            |what| self.collected.facts.push(Fact { patient, authority, what, key: record.key });
        if let Some(condition) = denied {
            push(FactKind::Condition { condition, on: Some(first.plus(-1)) });
        }
        if watched.is_some() {
            let born = record.text(Field::BirthDate);
            let order = record.date_order[Field::BirthDate as usize];
            if let Some(day) = (!born.is_empty())
                .then(|| date::parse_birth(born, order, first).ok().or_else(|| year_of_birth(born)))
                .flatten()
            {
                // The record itself, which was just kept, may have room for it.
                if !self
                    .collected
                    .dispenses
                    .last_mut()
                    .is_some_and(|dispense| dispense.note_birth(day))
                {
                    push(FactKind::Born(day));
                }
            } else if let Some(years) =
                age::years(record.text(Field::Age), record.text(Field::AgeUnit))
            {
                push(FactKind::Aged { years, on: first });
            }
        }
        let number = self.memo.person.number(record, book);
        let said = self.memo.person.said(number);
        for &(condition, on) in &said.conditions {
            push(FactKind::Condition { condition, on: Some(on.unwrap_or(first)) });
        }
        self.collected.unknown_flags += said.unknown;
    }

    fn authority(&self, text: &str) -> u16 {
        self.shared.recall_authority(text)
    }

    /// Notes that conditions of this patient matter, if this verdict makes them matter.
    fn note_subject(&mut self, record: &Record<'_>, id: VerdictId) {
        if !self.shared.late_facts {
            return;
        }
        let at = id as usize;
        if self.memo.personal.len() <= at {
            self.memo.personal.resize(at + 1, None);
        }
        let shared = &self.shared;
        if *self.memo.personal[at].get_or_insert_with(|| shared.is_personal(id)) {
            self.collected.subjects.push(Identifier::of(record.text(Field::Patient)).hint());
        }
    }
}

#[cfg(test)]
mod tests;
