//! Takes records as they are read: counts every one in the ledger, keeps those about watched drugs, and forgets the rest.

use std::hash::Hasher;
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::person::{Fact, FactKind, answered, conditions};
use super::{Dispense, ExposureOptions, Marks, VerdictId, days, directions, status};
use crate::day::Day;
use crate::drug::resolve::{IDENTITY_FIELDS, Identity};
use crate::drug::{Dictionary, Role, Verdict};
use crate::finding::fingerprint::PatientKey;
use crate::input::reject::Reason;
use crate::input::{Intake, date};
use crate::record::{About, Field, Place, Record, Said, decode};
use crate::rule::Book;

/// What all readers of a run share.
#[derive(Debug)]
pub struct Desk<'b> {
    book: &'b Book,
    options: ExposureOptions,
    verdicts: RwLock<Table<Verdict>>,
    authorities: RwLock<Table<String>>,
    caches: Mutex<Vec<Cache>>,
    only: OnceLock<FxHashSet<PatientKey>>,
}

/// Values that are kept once and called by number.
#[derive(Debug)]
struct Table<T> {
    values: Vec<T>,
    numbers: FxHashMap<String, u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: FxHashMap::default() }
    }
}

/// What an identity came to, so that each distinct one is decided once.
#[derive(Clone, Copy, Debug)]
enum Known {
    Watched(VerdictId),
    Checked,
    Unresolved,
}

type Cache = FxHashMap<Box<[u8]>, Known>;

/// A cache with more distinct identities than this is emptied: an export in which every text differs must not fill the memory.
const CACHE_LIMIT: usize = 1 << 16;

impl<'b> Desk<'b> {
    /// A desk for one run.
    pub fn new(book: &'b Book, options: ExposureOptions) -> Self {
        Self { book, options, verdicts: RwLock::default(), authorities: RwLock::default(), caches: Mutex::default(), only: OnceLock::new() }
    }

    /// An intake for one block.
    pub fn intake(&self) -> Gather<'_> {
        let cache = self.caches.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        Gather { desk: self, cache, key: Vec::new(), gathered: Gathered::default() }
    }

    /// From here on, what is said of other persons than these is forgotten. Once settled, it stays.
    pub fn care_only_for(&self, patients: impl Iterator<Item = PatientKey>) {
        self.only.get_or_init(|| patients.collect());
    }

    /// The verdicts and authorities, once everything is read.
    pub fn close(self) -> (Vec<Verdict>, Vec<String>) {
        let verdicts = self.verdicts.into_inner().unwrap_or_else(PoisonError::into_inner).values;
        let authorities = self.authorities.into_inner().unwrap_or_else(PoisonError::into_inner).values;
        (verdicts, authorities)
    }

    fn number<T>(table: &RwLock<Table<T>>, key: String, value: T) -> u32 {
        if let Some(&number) = table.read().unwrap_or_else(PoisonError::into_inner).numbers.get(&key) {
            return number;
        }
        let mut table = table.write().unwrap_or_else(PoisonError::into_inner);
        let next = table.values.len() as u32;
        let number = *table.numbers.entry(key).or_insert(next);
        if number == next {
            table.values.push(value);
        }
        number
    }

    fn dictionary(&self) -> &'b Dictionary {
        self.book.dictionary()
    }
}

/// What came out of a block, or of a whole input.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Records read.
    pub read: u64,
    /// Records whose drug was looked at.
    pub checked: u64,
    /// Records that make no exposure.
    pub inactive: u64,
    /// Records that name no drug.
    pub unresolved: u64,
    /// Records that could not be understood.
    pub rejected: Vec<(Place, Reason)>,
    /// Records about watched drugs.
    pub dispenses: Vec<Dispense>,
    /// What is on record about the patients.
    pub facts: Vec<Fact>,
    /// How many records begin on each day.
    pub first_days: FxHashMap<i32, u64>,
}

impl Gathered {
    /// Adds what came out of a later block or input.
    pub fn absorb(&mut self, mut later: Gathered) {
        self.read += later.read;
        self.checked += later.checked;
        self.inactive += later.inactive;
        self.unresolved += later.unresolved;
        self.rejected.append(&mut later.rejected);
        self.dispenses.append(&mut later.dispenses);
        self.facts.append(&mut later.facts);
        #[allow(clippy::iter_over_hash_type, reason = "counts are summed; the order does not matter")]
        for (day, count) in later.first_days {
            *self.first_days.entry(day).or_default() += count;
        }
    }
}

/// Takes the records of one block.
#[derive(Debug)]
pub struct Gather<'d> {
    desk: &'d Desk<'d>,
    cache: Cache,
    key: Vec<u8>,
    /// What has been gathered so far.
    pub gathered: Gathered,
}

impl Gather<'_> {
    /// What was gathered; the cache goes back to the desk for the next block.
    pub fn finish(mut self) -> Gathered {
        self.desk.caches.lock().unwrap_or_else(PoisonError::into_inner).push(std::mem::take(&mut self.cache));
        self.gathered
    }

    fn verdict(&mut self, record: &Record<'_>) -> Known {
        self.key.clear();
        for field in IDENTITY_FIELDS {
            self.key.extend_from_slice(record.text(field));
            self.key.push(0x1f);
        }
        if let Some(&known) = self.cache.get(self.key.as_slice()) {
            return known;
        }
        let verdict = self.desk.dictionary().resolve(&Identity::of(record));
        let known = if self.desk.book.watches(&verdict) {
            Known::Watched(Desk::number(&self.desk.verdicts, format!("{verdict:?}"), verdict))
        } else if verdict.resolved {
            Known::Checked
        } else {
            Known::Unresolved
        };
        if self.cache.len() >= CACHE_LIMIT {
            self.cache.clear();
        }
        self.cache.insert(self.key.as_slice().into(), known);
        known
    }

    /// The day on which the record begins, or why there is none.
    fn first_day(record: &Record<'_>) -> Result<Day, Reason> {
        let mut reason = Reason::NoDate;
        for field in Field::FIRST_DAY {
            let text = record.text(field);
            if text.is_empty() {
                continue;
            }
            match date::parse(text, record.date_order[field as usize]) {
                Ok(day) => return Ok(day),
                Err(_) if reason == Reason::NoDate => reason = Reason::UnreadableDate { field },
                Err(_) => {}
            }
        }
        Err(reason)
    }

    fn patient<'r>(&self, record: &Record<'r>) -> Result<std::borrow::Cow<'r, str>, Reason> {
        let patient = record.text(Field::Patient);
        if patient.is_empty() {
            return Err(Reason::NoPatient);
        }
        let patient = decode(patient);
        if self.desk.options.is_placeholder(&patient) { Err(Reason::PlaceholderPatient) } else { Ok(patient) }
    }

    /// Keeps a record about a watched drug.
    fn keep(&mut self, record: &Record<'_>, patient: PatientKey, authority: u16, first: Day, verdict: VerdictId, status: status::Status) {
        let read_date = |field: Field| date::parse(record.text(field), record.date_order[field as usize]).ok();
        let quantity = days::number(record.text(Field::Quantity));
        let directions = directions::of(record, &self.desk.verdicts.read().unwrap_or_else(PoisonError::into_inner).values[verdict as usize]);
        let mut length = days::of(record, first, quantity, directions, read_date);
        if length.marks.has(Marks::OPEN) && status::has_ended(record.text(Field::Status)) {
            length.marks = Marks(length.marks.0 & !Marks::OPEN.0);
        }
        let mut marks = length.marks;
        match status {
            status::Status::Reversal => marks = marks.with(Marks::REVERSAL),
            status::Status::Replacement => marks = marks.with(Marks::REPLACEMENT),
            _ => {}
        }
        if directions.weekly {
            marks = marks.with(Marks::WEEKLY);
        }
        let per_day = directions.units_a_day().filter(|_| quantity.is_none());
        if per_day.is_some() {
            marks = marks.with(Marks::PER_DAY);
        }
        self.gathered.dispenses.push(Dispense {
            quantity: quantity.or(per_day).map_or(f32::NAN, |q| q as f32),
            claim: hash(record.text(Field::Claim)),
            prescription: hash(record.text(Field::Prescription)),
            fill: fill_number(record.text(Field::FillNumber)),
            days: length.days,
            authority,
            marks,
            ..Dispense::at(record.place, patient, verdict, first)
        });
    }

    fn keep_facts(&mut self, record: &Record<'_>, patient: PatientKey, authority: u16, first: Day, watched: bool) {
        let mut push = |what| self.gathered.facts.push(Fact { patient, authority, what, place: record.place });
        if watched {
            let born = record.text(Field::BirthDate);
            if let Some(day) = (!born.is_empty()).then(|| date::parse(born, record.date_order[Field::BirthDate as usize]).ok()).flatten() {
                push(FactKind::Born(day));
            } else if let Some(years) = days::number(record.text(Field::Age)).filter(|years| (0.0..150.0).contains(years)) {
                push(FactKind::Aged { years: years as u16, on: first });
            }
        }
        for field in [Field::Diagnosis, Field::Pregnancy] {
            if !record.text(field).is_empty() {
                for condition in conditions(self.desk.book.conditions(), &record.string(field)) {
                    push(FactKind::Condition { condition, on: Some(first) });
                }
            }
        }
    }
}

impl Intake for Gather<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.gathered.read += 1;
        let negative = record.text(Field::Quantity).starts_with(b"-").then_some(-1.0);
        let status = status::of(record, negative);
        if status == status::Status::Inactive {
            self.gathered.inactive += 1;
            return;
        }
        let (patient, first) = match (self.patient(record), Self::first_day(record)) {
            (Ok(patient), Ok(first)) => (patient, first),
            _ if status == status::Status::Reversal => {
                self.gathered.inactive += 1;
                return;
            }
            (Err(reason), _) | (_, Err(reason)) => {
                self.gathered.rejected.push((record.place, reason));
                return;
            }
        };
        let known = self.verdict(record);
        let reversal = status == status::Status::Reversal;
        match (reversal, known) {
            (true, _) => self.gathered.inactive += 1,
            (false, Known::Unresolved) => self.gathered.unresolved += 1,
            (false, _) => self.gathered.checked += 1,
        }
        if !reversal {
            *self.gathered.first_days.entry(first.0).or_default() += 1;
        }
        let watched = match known {
            Known::Watched(verdict) => Some(verdict),
            // A reversal may leave the drug out; its claim number says what it takes back.
            Known::Unresolved if reversal => Some(VerdictId::MAX),
            _ => None,
        };
        let has_facts = !record.text(Field::Diagnosis).is_empty() || !record.text(Field::Pregnancy).is_empty();
        if watched.is_none() && !has_facts {
            return;
        }
        let key = PatientKey::new(&patient, "");
        let authority = self.authority(&record.string(Field::Authority));
        match watched {
            Some(VerdictId::MAX) => self.keep_bare_reversal(record, key, authority, first),
            Some(verdict) => self.keep(record, key, authority, first, verdict, status),
            None => {}
        }
        if !reversal {
            self.keep_facts(record, key, authority, first, watched.is_some());
        }
    }

    fn reject(&mut self, place: Place, reason: Reason) {
        self.gathered.read += 1;
        self.gathered.rejected.push((place, reason));
    }

    fn person(&mut self, said: &Said<'_>) {
        let day = |text: &str| date::parse(text.as_bytes(), None).ok();
        let book = self.desk.book.conditions();
        let facts: Vec<FactKind> = match said.what {
            About::Born(born) => day(born).map(FactKind::Born).into_iter().collect(),
            About::Condition { codes, on } => conditions(book, codes).into_iter().map(|condition| FactKind::Condition { condition, on: day(on) }).collect(),
            About::Observation { question, answer, on } => {
                answered(book, question, answer).into_iter().map(|condition| FactKind::Condition { condition, on: day(on) }).collect()
            }
        };
        let patient = PatientKey::new(said.patient, "");
        if facts.is_empty() || self.desk.only.get().is_some_and(|only| !only.contains(&patient)) {
            return;
        }
        let authority = self.authority(said.authority);
        self.gathered.facts.extend(facts.into_iter().map(|what| Fact { patient, authority, what, place: said.place }));
    }

    fn shift(&mut self, records: u32, lines: u32) {
        for dispense in &mut self.gathered.dispenses {
            dispense.shift(records, lines);
        }
        let places = self.gathered.facts.iter_mut().map(|f| &mut f.place);
        for place in places.chain(self.gathered.rejected.iter_mut().map(|(place, _)| place)) {
            place.record = place.record.saturating_add(records);
            place.line = place.line.saturating_add(lines);
        }
    }
}

impl Gather<'_> {
    fn authority(&self, text: &str) -> u16 {
        if text.is_empty() {
            return 0;
        }
        let number = Desk::number(&self.desk.authorities, text.to_owned(), text.to_owned());
        u16::try_from(number + 1).unwrap_or(u16::MAX)
    }

    fn keep_bare_reversal(&mut self, record: &Record<'_>, patient: PatientKey, authority: u16, first: Day) {
        let (claim, prescription) = (hash(record.text(Field::Claim)), hash(record.text(Field::Prescription)));
        if claim == 0 && prescription == 0 {
            return;
        }
        let fill = fill_number(record.text(Field::FillNumber));
        let bare = Dispense::at(record.place, patient, VerdictId::MAX, first);
        self.gathered.dispenses.push(Dispense { claim, prescription, fill, authority, marks: Marks::REVERSAL, ..bare });
    }
}

/// Whether rules speak of a verdict, given which components they select.
pub fn is_watched(verdict: &Verdict, selected: impl Fn(&crate::drug::Component) -> bool) -> bool {
    verdict.mismatch.is_some() || verdict.slip.is_some() || verdict.components.iter().any(|c| !matches!(c.role, Role::Known) && selected(c))
}

fn hash(text: &[u8]) -> u32 {
    if text.is_empty() {
        return 0;
    }
    let mut hasher = FxHasher::default();
    hasher.write(text);
    (hasher.finish() as u32).max(1)
}

fn fill_number(text: &[u8]) -> u16 {
    match days::number(text) {
        Some(number) if (0.0..60_000.0).contains(&number) => number as u16 + 1,
        _ if text.is_empty() => 0,
        _ => (hash(text) as u16).max(1),
    }
}
