//! Takes records as they are read: counts every one, keeps those about watched drugs, and forgets the rest.

mod dates;
pub mod first_days;
mod late;
mod person_cells;
mod plain_names;
mod raw;
mod recall;
mod row_memo;
pub mod said;
mod seen;
mod sink;
pub mod spill;
mod text;
mod verdict_cache;

use std::ops::Deref;
use std::sync::{Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use rustc_hash::FxHashSet;

use crate::drug::identity::Identity;
use crate::drug::{Dictionary, Verdict};
use crate::engine::Engine;
use crate::exposure::person::{Fact, FactKind};
use crate::exposure::status::{Status, StatusReading, StatusTable, UnknownStatuses};
use crate::exposure::{Dispense, Marks, VerdictId, days, order_number, status, supply, version};
use crate::numbered::Numbered;
use first_days::FirstDays;
use late::{Identifier, LateFact};
use row_memo::{PlaceholderFilter, RowMemo};
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record, decode};
use rxlint_model::sink::RecordSink;
use spill::{MemoryLimit, Spill, SpillRun};
use verdict_cache::{IdentityKey, Resolution, VerdictCache};

/// What all collectors of a run share: the verdicts, the authorities and the memory limit.
#[derive(Debug)]
pub struct Collection {
    engine: Engine,
    placeholders: PlaceholderFilter,
    statuses: StatusTable,
    verdicts: RwLock<Numbered<Verdict>>,
    /// What was decided about identities, whichever reader met them first.
    decided: RwLock<VerdictCache>,
    authorities: RwLock<Numbered<String>>,
    memos: Mutex<Vec<RowMemo>>,
    spill: Spill,
    only: OnceLock<FxHashSet<PatientKey>>,
    by_identity: bool,
    noting: Option<fn(RowKey) -> bool>,
    /// Whether conditions of people may wait until it is known whose matter.
    late_facts: bool,
}

impl Collection {
    /// A collection for one run.
    pub fn new(engine: &Engine) -> Self {
        let placeholders = PlaceholderFilter::of(&engine.settings().exposure);
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

    /// The same collection, but keeping conditions small that records of other drugs state, until [`Collected::settle_late`]. Not
    /// for callers who need the facts of people without a watched drug.
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

/// The verdicts of a collection; nobody can change them while this is held.
struct Verdicts<'c>(RwLockReadGuard<'c, Numbered<Verdict>>);

impl Deref for Verdicts<'_> {
    type Target = [Verdict];

    fn deref(&self) -> &[Verdict] {
        &self.0.values
    }
}

/// What became of a record, unless it was checked and names no watched drug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordOutcome {
    /// It names a watched drug: the number of the verdict.
    Watched(VerdictId),
    /// It is not an exposure.
    Inactive,
    /// It names no drug that can be read.
    Unresolved,
    /// It could not be understood.
    Rejected,
}

/// What came out of a block, or of a whole input.
#[derive(Debug, Default)]
pub struct Collected {
    /// Records read.
    pub read: u64,
    /// Records whose drug was looked at.
    pub checked: u64,
    /// Records that make no exposure.
    pub inactive: u64,
    /// Records that name no drug.
    pub unresolved: u64,
    /// Records that could not be understood.
    pub rejected: Vec<(RowKey, Reason)>,
    /// Records about watched drugs.
    pub dispenses: Vec<Dispense>,
    /// What is on record about the patients.
    pub facts: Vec<Fact>,
    /// Conditions that wait until it is known whose matter.
    late: Vec<LateFact>,
    /// Hints of the patients whose conditions matter.
    subjects: Vec<u64>,
    /// Status words that nothing is known of.
    pub unknown_statuses: UnknownStatuses,
    /// Cells of columns about pregnancy or breast-feeding that were not understood.
    pub unknown_flags: u64,
    /// Watched records whose days' supply says something that cannot be read, and whose days are therefore assumed.
    pub unread_supplies: u64,
    /// The outcomes that the collection was to note.
    pub noted: Vec<(RowKey, RecordOutcome)>,
    /// How many records begin on each day.
    pub first_days: FirstDays,
    /// Records and facts that were moved out of memory.
    pub runs: Vec<SpillRun>,
}

impl Collected {
    /// Adds the results of a later block or input.
    pub fn absorb(&mut self, mut later: Collected) {
        self.read += later.read;
        self.checked += later.checked;
        self.inactive += later.inactive;
        self.unresolved += later.unresolved;
        self.unknown_flags += later.unknown_flags;
        self.unread_supplies += later.unread_supplies;
        self.unknown_statuses.absorb(&later.unknown_statuses);
        append(&mut self.rejected, &mut later.rejected);
        append(&mut self.dispenses, &mut later.dispenses);
        append(&mut self.facts, &mut later.facts);
        append(&mut self.late, &mut later.late);
        append(&mut self.subjects, &mut later.subjects);
        append(&mut self.noted, &mut later.noted);
        self.runs.append(&mut later.runs);
        self.first_days.absorb(&later.first_days);
    }

    /// Makes facts of the conditions that waited, once everything has been read.
    pub fn settle_late(&mut self) {
        let (late, subjects) = (std::mem::take(&mut self.late), std::mem::take(&mut self.subjects));
        self.facts.append(&mut late::settled(&late, &subjects));
    }
}

/// Appends without holding everything twice when the target is still empty.
fn append<T>(to: &mut Vec<T>, from: &mut Vec<T>) {
    if to.is_empty() {
        std::mem::swap(to, from);
    }
    to.append(from);
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
        Self { shared, memo, collected: Collected::default() }
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

    /// Decides what a record is about whose identity nobody has met.
    fn decide(&mut self, record: &Record<'_>) -> Resolution {
        let dictionary = self.shared.dictionary();
        if self.memo.plain_names.have(record, dictionary) {
            return Resolution::Checked;
        }
        let identity = Identity::of(record);
        let verdict = dictionary.resolve(&identity);
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

    /// The day on which the record begins, and the field that gives it, or why there is none. A date that cannot be read lets
    /// no other take its place; one that only fills the cell does.
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

    /// Whether the product lasts for days of its own: a depot, an implant, a patch.
    fn lasts_by_itself(&self, verdict: VerdictId) -> bool {
        let verdicts = self.shared.verdicts.read().unwrap_or_else(PoisonError::into_inner);
        let verdict = &verdicts.values[verdict as usize];
        days::own_duration(self.shared.dictionary(), verdict, None).is_some()
    }

    /// Keeps a record about a watched drug.
    fn keep(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        (first, dated_by): (Day, Field),
        verdict: VerdictId,
        status: StatusReading,
    ) {
        let read_date = |field: Field| {
            let text = record.text(field);
            let order = record.date_order[field as usize];
            // Most records say only when they begin.
            if text.is_empty() { None } else { date::parse(text, order).ok() }
        };
        // `4 mL` of a depot are one injection, and not four.
        let text = record.text(Field::Quantity);
        let quantity = days::number(text)
            .filter(|_| !(days::is_volume(text) && self.lasts_by_itself(verdict)));
        let of = |id: VerdictId| {
            self.shared.verdicts.read().unwrap_or_else(PoisonError::into_inner).values[id as usize]
                .clone()
        };
        let words = self.shared.engine.book().directions();
        let said = self.memo.directions(record, verdict, words, of);
        let administered = dated_by == Field::Administered || self.memo.says_administered(record);
        let mut length = days::of(record, first, quantity, said, administered, read_date);
        if length.marks.has(Marks::OPEN) && status.ended {
            length.marks = Marks(length.marks.0 & !Marks::OPEN.0);
        }
        let mut marks = length.marks.with(status::order_marks(record));
        let is_one = || days::is_one_injection(self.shared.dictionary(), record, quantity);
        if length.days == 0 && is_one() {
            marks = marks.with(Marks::ONE_INJECTION);
        }
        match status.status {
            Status::Reversal => marks = Marks::REVERSAL.with(status::order_marks(record)),
            Status::Replacement => {
                let revision = status::is_revision(record) && !marks.has(Marks::ORDER);
                let own = if revision { Marks::REVISION } else { Marks::default() };
                marks = marks.with(Marks::REPLACEMENT).with(own);
            }
            _ => {}
        }
        if said.weekly {
            marks = marks.with(Marks::WEEKLY);
        }
        if administered {
            marks = marks.with(Marks::ADMINISTERED);
        }
        if said.tampered || self.memo.is_tube(record, words) {
            marks = marks.with(Marks::TAMPERED);
        }
        let per_day = said.units_a_day().filter(|_| quantity.is_none());
        if per_day.is_some() {
            marks = marks.with(Marks::PER_DAY);
        }
        if length.days == 0 && !marks.has(Marks::REVERSAL) && supply::is_unread(record) {
            self.collected.unread_supplies += 1;
        }
        let dispense = Dispense {
            quantity: quantity.or(per_day).map_or(f32::NAN, |q| q as f32),
            claim: claim_number(record),
            prescription: prescription_number(record),
            fill: fill_number(record.text(Field::FillNumber)),
            days: length.days,
            authority,
            marks,
            schedule: days::schedule(record, quantity, said, length),
            ..Dispense::at(record.key, patient, verdict, first)
        };
        self.collected.dispenses.push(versioned(dispense, record));
    }

    /// Keeps what is left of a version that says that nothing was taken: it stands for the versions before it.
    fn keep_last_word(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
        verdict: VerdictId,
    ) {
        let claim = claim_number(record);
        let marks = Marks::REVERSAL;
        let bare = Dispense {
            claim,
            authority,
            marks,
            ..Dispense::at(record.key, patient, verdict, first)
        };
        let versioned = versioned(bare, record);
        if versioned.marks.has_any(Marks::VERSIONED.with(Marks::RESOURCE)) {
            self.collected.dispenses.push(versioned);
        }
    }

    fn keep_facts(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
        watched: bool,
    ) {
        let mut push =
            |what| self.collected.facts.push(Fact { patient, authority, what, key: record.key });
        if watched {
            let born = record.text(Field::BirthDate);
            let order = record.date_order[Field::BirthDate as usize];
            if let Some(day) = (!born.is_empty())
                .then(|| date::parse_birth(born, order, first).ok().or_else(|| year_of_birth(born)))
                .flatten()
            {
                // The record itself, which was just kept, has room for it.
                if !self
                    .collected
                    .dispenses
                    .last_mut()
                    .is_some_and(|dispense| dispense.note_birth(day))
                {
                    push(FactKind::Born(day));
                }
            } else if let Some(years) =
                days::number(record.text(Field::Age)).filter(|years| (0.0..150.0).contains(years))
            {
                push(FactKind::Aged { years: years as u16, on: first });
            }
        }
        let book = self.shared.engine.book().conditions();
        let number = self.memo.person.number(record, book);
        let said = self.memo.person.said(number);
        for &(condition, on) in &said.conditions {
            push(FactKind::Condition { condition, on: Some(on.unwrap_or(first)) });
        }
        self.collected.unknown_flags += said.unknown;
    }

    /// Notes that conditions of this patient matter, if the verdict is one for which they do.
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

impl<C: Deref<Target = Collection> + Send> Collector<C> {
    fn authority(&self, text: &str) -> u16 {
        self.shared.recall_authority(text)
    }

    /// A record that says of itself that it was voided takes back earlier rows of the same claim, and nothing else: what was
    /// billed again under the same prescription stays.
    fn keep_voided(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
        verdict: VerdictId,
    ) {
        let claim = hash(record.text(Field::Claim));
        if claim != 0 {
            let fill = fill_number(record.text(Field::FillNumber));
            let bare = Dispense::at(record.key, patient, verdict, first);
            let marks = Marks::REVERSAL;
            self.collected.dispenses.push(Dispense { claim, fill, authority, marks, ..bare });
        }
    }

    /// A fill that was revised to a drug that nobody watches is no longer what it was.
    fn keep_bare_revision(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
    ) {
        let prescription = prescription_number(record);
        let fill = fill_number(record.text(Field::FillNumber));
        if prescription != 0 && fill != 0 {
            let bare = Dispense::at(record.key, patient, VerdictId::MAX, first);
            let marks = Marks::REVERSAL;
            self.collected.dispenses.push(Dispense {
                prescription,
                fill,
                authority,
                marks,
                ..bare
            });
        }
    }

    fn keep_bare_reversal(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
        verdict: VerdictId,
    ) {
        let (claim, prescription) = (claim_number(record), prescription_number(record));
        if claim == 0 && prescription == 0 {
            return;
        }
        let fill = fill_number(record.text(Field::FillNumber));
        let bare = Dispense::at(record.key, patient, verdict, first);
        self.collected.dispenses.push(Dispense {
            claim,
            prescription,
            fill,
            authority,
            marks: Marks::REVERSAL.with(status::order_marks(record)),
            ..bare
        });
    }
}

/// Whether a number is written with an exponent and without all of its digits: `1.23457E+15`.
fn is_rounded(identifier: &[u8]) -> bool {
    let Some(at) = identifier.iter().position(|byte| matches!(byte, b'E' | b'e')) else {
        return false;
    };
    let (number, exponent) = (&identifier[..at], identifier[at + 1..].strip_prefix(b"+"));
    let decimals = match number {
        [b'0'..=b'9', b'.' | b',', decimals @ ..] => decimals,
        [b'0'..=b'9'] => &[],
        _ => return false,
    };
    let exponent = exponent.filter(|digits| !digits.is_empty() && digits.len() < 4);
    let exponent =
        exponent.and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok());
    decimals.iter().all(u8::is_ascii_digit)
        && exponent.is_some_and(|exponent| exponent > decimals.len())
}

/// The prescription number, hashed together with the pharmacy, whose number it is.
fn prescription_number(record: &Record<'_>) -> u32 {
    let (number, pharmacy) = (record.text(Field::Prescription), record.text(Field::Pharmacy));
    if number.is_empty() || pharmacy.is_empty() {
        return order_number::of(number, hash);
    }
    hash(&[number, b"\x1f", pharmacy].concat())
}

/// The first day of a year, so that an age is too high rather than too low.
fn year_of_birth(text: &[u8]) -> Option<Day> {
    let digits = text.strip_suffix(b".0").unwrap_or(text);
    let year = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 4)?.parse().ok()?;
    Day::from_ymd(year, 1, 1).filter(|_| (1850..2200).contains(&year))
}

/// The claim number, hashed; in a table with versions, together with the line.
fn claim_number(record: &Record<'_>) -> u32 {
    let (claim, line) = (record.text(Field::Claim), record.text(Field::ClaimLine));
    if claim.is_empty() || line.is_empty() || record.text(Field::Version).is_empty() {
        return order_number::of(claim, hash);
    }
    hash(&[claim, b"\x1f", line].concat())
}

/// The record with the stamp of its version, where it is one.
fn versioned(dispense: Dispense, record: &Record<'_>) -> Dispense {
    if dispense.claim == 0 {
        return dispense;
    }
    let marks = if record.is_resource { Marks::RESOURCE } else { Marks::default() };
    let dispense = Dispense { marks: dispense.marks.with(marks), ..dispense };
    match version::stamp(record.text(Field::Version)) {
        0 => dispense,
        stamp => dispense.stamped(stamp),
    }
}

/// A hash that is the same in every version and on every machine, because a ledger stores it.
fn hash(text: &[u8]) -> u32 {
    if text.is_empty() {
        return 0;
    }
    (twox_hash::XxHash64::oneshot(0, text) as u32).max(1)
}

fn fill_number(text: &[u8]) -> u16 {
    match days::number(text) {
        Some(number) if (0.0..60_000.0).contains(&number) => number as u16 + 1,
        _ if text.is_empty() => 0,
        _ => (hash(text) as u16).max(1),
    }
}

#[cfg(test)]
mod tests;
