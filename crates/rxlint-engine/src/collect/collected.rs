//! What came out of a block or an input, and how two of them become one.

use super::first_days::FirstDays;
use super::late::{self, LateFact};
use super::person_cells::Diagnoses;
use super::rejected::Rejected;
use super::sink::UNDATED;
use super::spill::SpillRun;
use crate::exposure::person::Fact;
use crate::exposure::status::UnknownStatuses;
use crate::exposure::{Dispense, Marks, VerdictId};
use rustc_hash::FxHashMap;
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::RowKey;

/// What happened to a record, unless it was checked and names no watched drug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordOutcome {
    /// It names a watched drug: the number of the verdict.
    Watched(VerdictId),
    /// It is not an exposure.
    Inactive,
    /// It does not name a readable drug.
    Unresolved,
    /// It could not be understood.
    Rejected,
}

/// What came out of a block, or of a whole input.
#[derive(Debug, Default)]
pub struct Collected {
    /// Records read.
    pub read: u64,
    /// Records whose drug was looked up.
    pub checked: u64,
    /// Records that are not exposures.
    pub inactive: u64,
    /// Records that do not name a readable drug.
    pub unresolved: u64,
    /// The first few of them.
    pub unresolved_at: Vec<RowKey>,
    /// Records that could not be understood.
    pub rejected: Rejected,
    /// Records about watched drugs.
    pub dispenses: Vec<Dispense>,
    /// Records that cancel a claim, or say that an order could not be cancelled, and name no patient: the claim may be here, or a ledger
    /// may know whose it is.
    pub of_nobody: Vec<Dispense>,
    /// What is on record about the patients.
    pub facts: Vec<Fact>,
    /// Conditions that wait until it is known whose matter.
    pub(super) late: Vec<LateFact>,
    /// Hints (see `Identifier::hint`) of the patients whose conditions matter.
    pub(super) subjects: Vec<u64>,
    /// Unknown status words.
    pub unknown_statuses: UnknownStatuses,
    /// Cells of columns about pregnancy or breast-feeding that were not understood.
    pub unknown_flags: u64,
    /// How many distinct diagnoses were read, and how many were not.
    pub diagnoses: Diagnoses,
    /// Watched records whose stop date or days' supply cannot be read, and that are not cut short by it.
    pub unread_lengths: u64,
    /// Records of watched drugs whose length would follow from quantity and directions, had the directions been understood.
    pub unread_directions: u64,
    /// Records of watched drugs whose form would follow from the route, had it been understood.
    pub unread_routes: u64,
    /// The outcomes that the collection was asked to note.
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
        self.diagnoses.add(later.diagnoses);
        self.unread_lengths += later.unread_lengths;
        self.unread_directions += later.unread_directions;
        self.unread_routes += later.unread_routes;
        self.unknown_statuses.absorb(&later.unknown_statuses);
        later.unresolved_at.drain(..).for_each(|key| self.name_unresolved(key));
        self.rejected.absorb(later.rejected);
        append(&mut self.dispenses, &mut later.dispenses);
        append(&mut self.of_nobody, &mut later.of_nobody);
        append(&mut self.facts, &mut later.facts);
        append(&mut self.late, &mut later.late);
        append(&mut self.subjects, &mut later.subjects);
        append(&mut self.noted, &mut later.noted);
        self.runs.append(&mut later.runs);
        self.first_days.absorb(&later.first_days);
    }

    /// Keeps the key of a record that names no drug, if it is one of the first.
    pub(super) fn name_unresolved(&mut self, key: RowKey) {
        const NAMED: usize = 3;
        if self.unresolved_at.len() < NAMED {
            self.unresolved_at.push(key);
        }
    }

    /// Gives each reversal that names no patient the patient whose claim it cancels, if there is only one. The others stay, and so do those
    /// whose claim may have been moved out of memory.
    pub fn name_reversals(&mut self) {
        let is_of_claim = |record: &Dispense| !record.marks.has(Marks::ORDER);
        if !self.runs.is_empty() || !self.of_nobody.iter().any(is_of_claim) {
            return;
        }
        let mut claims = ClaimOwners::default();
        self.dispenses.iter().for_each(|record| claims.add(record));
        for reversal in std::mem::take(&mut self.of_nobody) {
            match claims.whose(&reversal).filter(|_| is_of_claim(&reversal)) {
                Some((patient, authority)) => {
                    self.dispenses.push(Dispense { patient, authority, ..reversal });
                }
                None => self.of_nobody.push(reversal),
            }
        }
    }

    /// Makes facts of the conditions that waited, once everything has been read.
    pub fn settle_late(&mut self) {
        let (late, subjects) = (std::mem::take(&mut self.late), std::mem::take(&mut self.subjects));
        self.facts.append(&mut late::settled(&late, &subjects));
    }
}

/// Whose the claims are, by the numbers of claim and prescription with the day, and by the claim number alone.
#[derive(Debug, Default)]
pub struct ClaimOwners {
    /// `None` if they belong to several patients.
    whose: FxHashMap<ByNumber, Option<Whose>>,
}

/// Whether the number is a claim's, the number, and the day.
type ByNumber = (bool, u32, Option<Day>);
/// A patient, and who issued the identifier.
type Whose = (PatientKey, u16);

impl ClaimOwners {
    /// Adds a claim.
    pub fn add(&mut self, claim: &Dispense) {
        if claim.marks.has_any(Marks::REVERSAL.with(Marks::ORDER).with(Marks::RESOURCE)) {
            return;
        }
        let own = (claim.patient, claim.authority);
        let undated = (true, claim.claim, None);
        for number in numbers(claim).chain((claim.claim != 0).then_some(undated)) {
            let whose = self.whose.entry(number).or_insert(Some(own));
            *whose = whose.filter(|(patient, _)| *patient == own.0);
        }
    }

    /// Whose claim a reversal cancels, if it belongs to only one patient.
    pub fn whose(&self, reversal: &Dispense) -> Option<Whose> {
        let undated = (true, reversal.claim, None);
        let has_no_day = day_of_claim(reversal).is_none() && reversal.claim != 0;
        let mut all = numbers(reversal).chain(has_no_day.then_some(undated));
        all.find_map(|number| self.whose.get(&number)).copied().flatten()
    }
}

/// The first day of the claim that a reversal cancels, if it states one.
pub fn day_of_claim(reversal: &Dispense) -> Option<Day> {
    (reversal.first != UNDATED).then_some(reversal.first)
}

/// What a claim and its reversal have in common: the number of the claim or the prescription, and the day.
fn numbers(record: &Dispense) -> impl Iterator<Item = ByNumber> + use<> {
    let day = Some(record.first);
    let all = [(true, record.claim, day), (false, record.prescription, day)];
    all.into_iter().filter(|(_, number, _)| *number != 0)
}

/// Appends without holding everything twice when the target is still empty.
fn append<T>(to: &mut Vec<T>, from: &mut Vec<T>) {
    if to.is_empty() {
        std::mem::swap(to, from);
    }
    to.append(from);
}
