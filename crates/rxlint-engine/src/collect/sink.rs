//! The collector as a sink: what a first look at a record decides, on the fast path and off it.

use std::ops::Deref;
use std::sync::PoisonError;

use super::late::{Identifier, LateFact};
use super::person_cells;
use super::verdict_cache::Resolution;
use super::{Collection, Collector, PLAIN_DAYS, PREVIEW_FIELDS, RecordOutcome, other_cell};
use crate::exposure::condition_words::is_denial;
use crate::exposure::person::{Fact, FactKind, answered, conditions, ended_as};
use crate::exposure::status::{self, Status, StatusReading};
use crate::exposure::{Marks, VerdictId, days, version};
use rxlint_model::answers::says_no;
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::fast_path::{FastLayout, FastOutcome, FastRow};
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{AdjustmentCodes, Field, PersonFact, Record, Said, Statement};
use rxlint_model::sink::RecordSink;

/// The first day of a reversal that gives none: no claim begins on it, and none later.
pub(super) const UNDATED: Day = Day(2_932_896);

/// What a first look at a record decides.
enum Weight {
    /// It is not an exposure and cancels nothing.
    Inactive,
    /// It cannot be understood.
    Rejected(Reason),
    /// It is not about a watched drug.
    Light { first: Day, unresolved: bool, status: StatusReading },
    /// It, or what it says about the person, must be kept.
    /// `first` comes with the field that gives it.
    Heavy { first: (Day, Field), known: Resolution, status: StatusReading },
}

impl<C: Deref<Target = Collection> + Send> Collector<C> {
    fn weigh(&mut self, record: &Record<'_>) -> Weight {
        // Parsed only if it may be negative: a lone dash is an empty cell, not a reversal.
        let quantity = record.text(Field::Quantity);
        let negative = days::may_be_negative(quantity).then(|| days::number(quantity)).flatten();
        let mut status = self.memo.status(record, negative, &self.shared.statuses);
        let is_version = is_version(record);
        if status.status == Status::Inactive && !is_version {
            return Weight::Inactive;
        }
        let reversal = status.status == Status::Reversal;
        let first = match self.no_patient(record).map_or_else(|| self.first_day(record), Err) {
            Ok(first) => first,
            // The numbers of its claim and fill, or of its resource, may show what it cancels.
            Err(Reason::NoDate | Reason::UnreadableDate { .. })
                if reversal || status.is_gone() && record.is_resource && is_version =>
            {
                let known = self.drug_taken_back(record);
                return Weight::Heavy { first: (UNDATED, Field::Dispensed), known, status };
            }
            Err(_) if reversal || status.is_gone() => return Weight::Inactive,
            // A MAR says in the time column that nothing was given.
            Err(Reason::UnreadableDate { field: Field::Administered })
                if status::is_not_taken(
                    record.text(Field::Administered),
                    &self.shared.statuses,
                ) =>
            {
                return Weight::Inactive;
            }
            Err(reason) => return Weight::Rejected(reason),
        };
        self.cancelled_on(record, first.0, &mut status);
        let reversal = status.status == Status::Reversal;
        let known = match reversal || status.is_gone() {
            true => self.drug_taken_back(record),
            false => self.verdict(record),
        };
        if known == Resolution::NotTaken {
            return Weight::Inactive;
        }
        if matches!(known, Resolution::Watched(_))
            && !reversal
            && other_cell::is_patient(
                record,
                self.shared.dictionary(),
                &self.shared.statuses,
                &mut self.memo.names_met,
            )
        {
            return match status.is_gone() {
                true => Weight::Inactive,
                false => Weight::Rejected(Reason::OtherCell),
            };
        }
        // A later version may replace a watched drug with another, and so cancel what the claim is now.
        let may_correct = known == Resolution::Checked && is_version_after(record, 0);
        // A record that cancels a resource may leave its drug out.
        let is_last_word =
            may_correct || known == Resolution::Unresolved && record.is_resource && is_version;
        if status.is_gone() && !is_last_word && !matches!(known, Resolution::Watched(_)) {
            return Weight::Inactive;
        }
        let has_facts = person_cells::FIELDS.iter().any(|field| !record.text(*field).is_empty());
        // What was an order before is kept with that.
        let replaces = status.status == Status::Replacement
            && (status::is_revision(record) || record.adjustment != AdjustmentCodes::Order);
        let is_kept = reversal || replaces || may_correct || is_last_word && status.is_gone();
        if is_kept || has_facts || matches!(known, Resolution::Watched(_)) {
            Weight::Heavy { first, known, status }
        } else {
            Weight::Light { first: first.0, unresolved: known == Resolution::Unresolved, status }
        }
    }

    /// Keeps a record that counts, or what it cancels.
    fn keep_heavy(
        &mut self,
        record: &Record<'_>,
        (key, authority): (PatientKey, u16),
        dated: (Day, Field),
        known: Resolution,
        status: StatusReading,
    ) {
        let first = dated.0;
        let (reversal, voided) = (status.status == Status::Reversal, status.is_gone());
        match known {
            Resolution::Watched(verdict) if voided && is_version(record) => {
                self.keep_last_word(record, key, authority, first, verdict);
            }
            Resolution::Unresolved if voided && record.is_resource => {
                self.keep_last_word(record, key, authority, first, VerdictId::MAX);
            }
            Resolution::Watched(verdict) if voided => {
                self.keep_voided(record, (key, authority), dated, verdict, status);
            }
            _ if first == UNDATED && !record.text(Field::Version).is_empty() => {}
            // It has only its numbers.
            Resolution::Watched(verdict) if first == UNDATED => {
                self.keep_bare_reversal(record, key, authority, first, verdict);
            }
            Resolution::Watched(verdict) => {
                self.note_subject(record, verdict);
                // Whatever drug that was.
                if status.status == Status::Replacement && status::is_rebill(record) {
                    self.keep_bare_reversal(record, key, authority, first, VerdictId::MAX);
                }
                self.keep(record, key, authority, dated, verdict, status);
            }
            // A reversal may leave the drug out; its claim number shows what it cancels.
            Resolution::Unresolved if reversal => {
                self.keep_unread_reversal(record, key, authority, first)
            }
            // A change to an order that names no drug leaves the drug as it was.
            Resolution::Unresolved if status::order_marks(record).has(Marks::ORDER) => {}
            _ if status.status == Status::Replacement && status::is_revision(record) => {
                self.keep_bare_revision(record, key, authority, first);
            }
            Resolution::Checked if is_version_after(record, 0) => {
                self.keep_last_word(record, key, authority, first, VerdictId::MAX);
            }
            Resolution::Checked if status.status == Status::Replacement => {
                self.keep_other_drug(record, key, authority, first);
            }
            _ => {}
        }
    }

    /// Whether a record that names no drug says that it is void: where it names a claim, it cancels that.
    fn is_bare_cancellation(&mut self, record: &Record<'_>) -> bool {
        let status = self.memo.status(record, None, &self.shared.statuses).status;
        status == Status::Voided && self.drug_taken_back(record) == Resolution::Unresolved
    }

    /// The drug of a record that cancels another: its remarks add nothing to that.
    pub(super) fn drug_taken_back(&mut self, record: &Record<'_>) -> Resolution {
        match self.verdict(record) {
            Resolution::NotTaken => Resolution::Unresolved,
            known => known,
        }
    }

    /// A cancellation on or before the first day: the record was never taken. A later one ends it (`days::of`).
    fn cancelled_on(&self, record: &Record<'_>, first: Day, status: &mut StatusReading) {
        let cell = record.text(Field::Cancelled);
        let is_taken_back = matches!(status.status, Status::Voided | Status::Reversal);
        if cell.is_empty() || is_taken_back || says_no(cell) {
            return;
        }
        match date::parse(cell, record.date_order[Field::Cancelled as usize]) {
            _ if date::is_filler(cell) => {}
            Ok(day) if day <= first => {
                let names_another = status::original(record).is_some() && !record.is_resource;
                status.status = if names_another { Status::Reversal } else { Status::Voided };
            }
            Ok(_) => {}
            Err(_) => status.unknown = status.unknown.or(Some(Field::Cancelled)),
        }
    }

    /// Whether an order was discontinued before the day on which it was to begin: nothing of it was taken. One that is active all the same
    /// has begun again, and a day long before is that of an earlier order.
    fn ended_before(&self, record: &Record<'_>, (first, dated_by): (Day, Field)) -> bool {
        const LONGEST: i32 = 366;
        let cell = record.text(Field::Discontinued);
        let goes_on = self.shared.statuses.goes_on(record.text(Field::Status));
        if dated_by != Field::Start || cell.is_empty() || goes_on {
            return false;
        }
        let order = record.date_order[Field::Discontinued as usize];
        let ended = date::parse(cell, order).ok().filter(|_| !date::is_filler(cell));
        ended.is_some_and(|day| (1..=LONGEST).contains(&first.since(day)))
    }

    /// The day on which a prescription was issued, if that is long after the course began and nothing says that the course has gone on or
    /// when it ended: what is supplied then is not what was taken first.
    fn issued_again(
        &self,
        record: &Record<'_>,
        (first, dated_by): (Day, Field),
    ) -> Option<(Day, Field)> {
        const LEAST: i32 = 28;
        const ENDS: [Field; 2] = [Field::Stop, Field::Discontinued];
        let is_of_table = !record.is_resource && record.adjustment != AdjustmentCodes::Order;
        let is_issue = match record.statement {
            Statement::Fill => true,
            Statement::Listed => !self.shared.statuses.goes_on(record.text(Field::Status)),
            Statement::Course => false,
        };
        let states_end = ENDS.iter().any(|field| !record.text(*field).is_empty());
        if dated_by != Field::Start || !is_of_table || !is_issue || states_end {
            return None;
        }
        let (cell, order) =
            (record.text(Field::Written), record.date_order[Field::Written as usize]);
        let issued = date::parse(cell, order).ok()?;
        let is_later = issued.since(first) >= LEAST && !date::is_endless(issued);
        is_later.then_some((issued, Field::Written))
    }

    /// Reports an unknown status word. It counts as active.
    fn note_unknown(&mut self, record: &Record<'_>, status: StatusReading) {
        if let Some(field) = status.unknown {
            self.collected.unknown_statuses.add(record.text(field), record.key);
        }
    }

    /// Notes the outcome of a record, if that was asked for.
    fn note(&mut self, key: RowKey, outcome: RecordOutcome) {
        if self.shared.noting.is_some_and(|noting| noting(key)) {
            self.collected.noted.push((key, outcome));
        }
    }

    /// Counts a record that is not an exposure.
    fn count_inactive(&mut self, key: RowKey) {
        self.collected.inactive += 1;
        self.note(key, RecordOutcome::Inactive);
    }

    /// Counts a record that cannot be understood.
    fn count_rejected(&mut self, key: RowKey, reason: Reason) {
        self.collected.rejected.note(key, reason);
        self.note(key, RecordOutcome::Rejected);
    }

    /// Counts a record that is not about a watched drug.
    fn count_light(&mut self, key: RowKey, first: Day, unresolved: bool) {
        self.count(key, first, unresolved);
        if unresolved {
            self.note(key, RecordOutcome::Unresolved);
        }
    }

    /// Keeps what a row about another drug says about the person.
    fn keep_late(&mut self, row: &FastRow<'_>, person: u32, first: Day) {
        let (patient, key) = (Identifier::of(row.patient), RowKey::from(row.place));
        let said = self.memo.person.said(person);
        self.collected.unknown_flags += said.unknown;
        let late = said
            .conditions
            .iter()
            .map(|&(condition, on)| LateFact::new(patient, key, condition, on.unwrap_or(first)));
        self.collected.late.extend(late);
    }

    /// Counts a record that is not a reversal.
    #[inline]
    fn count(&mut self, key: impl Into<RowKey>, first: Day, unresolved: bool) {
        if unresolved {
            self.collected.unresolved += 1;
            self.collected.name_unresolved(key.into());
        } else {
            self.collected.checked += 1;
        }
        self.collected.first_days.add(first);
    }
}

/// Whether a row of a claim is a later version than the first, which has that number.
fn is_version_after(record: &Record<'_>, first: u32) -> bool {
    let version = record.text(Field::Version);
    !version.is_empty() && !record.is_resource && version::of_claim(version) > first + 1
}

/// Whether a record may be one of several versions: it says which, or it is a resource with an id.
fn is_version(record: &Record<'_>) -> bool {
    !record.text(Field::Version).is_empty()
        || record.is_resource && !record.text(Field::Claim).is_empty()
}

impl<C: Deref<Target = Collection> + Send> RecordSink for Collector<C> {
    const PREVIEW_FIELDS: &'static [Field] = &PREVIEW_FIELDS;

    fn preview(&mut self, record: &Record<'_>) -> bool {
        // A first look does not see which claim a record names.
        if status::depends_on_original(record) {
            return true;
        }
        match self.weigh(record) {
            // Nor by which number a reversal names a patient's claim.
            Weight::Inactive if self.is_reversal_of_nobody(record) => return true,
            Weight::Inactive if self.is_bare_cancellation(record) => return true,
            Weight::Inactive => self.count_inactive(record.key),
            Weight::Rejected(reason) => self.count_rejected(record.key, reason),
            Weight::Light { first, unresolved, status } => {
                self.note_unknown(record, status);
                self.count_light(record.key, first, unresolved);
            }
            Weight::Heavy { .. } => return true,
        }
        self.collected.read += 1;
        false
    }

    fn begin_fast_path(&mut self, layout: &FastLayout) -> bool {
        if self.memo.raw.begin(layout) {
            self.memo.person.other_columns();
        }
        true
    }

    #[inline]
    fn try_fast_path(&mut self, row: &FastRow<'_>) -> FastOutcome {
        let raw = &self.memo.raw;
        let (Some(known), Some((status, unknown)), Some(person)) =
            (raw.known(row.identity), raw.status(row.status), self.memo.person.known(row.facts))
        else {
            return FastOutcome::Unknown;
        };
        // The outcome of the row has to be noted with its key, which only the record has.
        let is_noted = |collection: &Collection| {
            collection.noting.is_some_and(|noting| noting(row.place.into()))
        };
        let is_watched = matches!(known, Resolution::Watched(_) | Resolution::NotTaken);
        let is_gone = status == Status::Inactive || status == Status::Voided && !is_watched;
        let is_outcome = is_gone || known == Resolution::Unresolved;
        if is_outcome && is_noted(self.shared()) {
            return FastOutcome::NeedsRecord;
        }
        if is_gone {
            self.collected.read += 1;
            self.collected.inactive += 1;
            return FastOutcome::Settled;
        }
        if is_watched {
            // Where the row has a number, its identity is all that its record will say of the drug.
            self.memo.met = Some((row.place, known)).filter(|_| row.place.record > 0);
            return FastOutcome::NeedsRecord;
        }
        if status != Status::Active
            || person != 0 && !self.shared.late_facts
            || self.shared.placeholders.may_match(row.patient)
        {
            return FastOutcome::NeedsRecord;
        }
        let Ok(first) = self.memo.dates.parse(row.day, raw.order()) else {
            return FastOutcome::NeedsRecord;
        };
        // Days that may only fill a cell are checked again.
        if !PLAIN_DAYS.contains(&first.0) {
            return FastOutcome::NeedsRecord;
        }
        if let Some(word) = unknown {
            self.collected.unknown_statuses.add(word, row.place.into());
        }
        self.collected.read += 1;
        self.count(row.place, first, known == Resolution::Unresolved);
        if person != 0 {
            self.keep_late(row, person, first);
        }
        FastOutcome::Settled
    }

    fn learn_fast_path(&mut self, row: &FastRow<'_>, record: &Record<'_>) {
        let status = self.memo.status(record, None, &self.shared.statuses);
        // What a day of cancellation means depends on the first day.
        let cancelled = record.text(Field::Cancelled);
        let is_later = is_version_after(record, self.memo.raw.first_version());
        let is_known =
            cancelled.is_empty() || says_no(cancelled) || status.status == Status::Voided;
        let is_alone = !status::depends_on_original(record);
        if is_known && is_alone && !is_later {
            let unknown = status.unknown.map(|field| record.text(field));
            self.memo.raw.keep_status(row.status, status.status, unknown);
        }
        let known = self.verdict(record);
        self.memo.raw.keep(row.identity, known);
        let person = self.memo.person.number(record, self.shared.engine.book().conditions());
        self.memo.person.keep(row.facts, person);
    }

    fn record(&mut self, record: &Record<'_>) {
        self.collected.read += 1;
        let (dated, known, status) = match self.weigh(record) {
            Weight::Heavy { first, known, status } => (first, known, status),
            Weight::Light { first, unresolved, status } => {
                self.note_unknown(record, status);
                return self.count_light(record.key, first, unresolved);
            }
            Weight::Inactive => {
                self.keep_of_nobody(record);
                return self.count_inactive(record.key);
            }
            Weight::Rejected(reason) => return self.count_rejected(record.key, reason),
        };
        let known = match known {
            Resolution::Watched(id) => {
                Resolution::Watched(self.with_form_of_directions(record, id))
            }
            other => other,
        };
        let by = dated.1;
        let reversal = status.status == Status::Reversal;
        // A first look does not see the dose.
        let is_dose = by == Field::Administered && matches!(known, Resolution::Watched(_));
        if is_dose && !reversal && status::is_no_dose(record, &self.shared.statuses) {
            return self.count_inactive(record.key);
        }
        let is_order = !reversal && matches!(known, Resolution::Watched(_));
        let issued = if is_order { self.issued_again(record, dated) } else { None };
        let dated = issued.unwrap_or(dated);
        let first = dated.0;
        let ended_before = is_order && self.ended_before(record, dated);
        if ended_before && !is_version(record) {
            return self.count_inactive(record.key);
        }
        let amount = || status::unknown_amount(record, &self.shared.statuses).filter(|_| is_dose);
        let mut status = StatusReading { unknown: status.unknown.or_else(amount), ..status };
        self.note_unknown(record, status);
        if ended_before {
            status.status = Status::Inactive;
        }
        let voided = status.is_gone();
        if reversal || voided {
            self.count_inactive(record.key);
        } else {
            self.count(record.key, first, known == Resolution::Unresolved);
            match known {
                Resolution::Watched(verdict) => {
                    self.note(record.key, RecordOutcome::Watched(verdict))
                }
                Resolution::Unresolved => self.note(record.key, RecordOutcome::Unresolved),
                Resolution::Checked | Resolution::NotTaken => {}
            }
        }
        let key = PatientKey::new(&record.string(Field::Patient), "");
        let authority = self.authority(&record.string(Field::Authority));
        self.keep_heavy(record, (key, authority), dated, known, status);
        // A record that refuses a change may name the drug that was asked for.
        let is_kept = reversal && known != Resolution::Checked;
        if let Some(refused) = status::refusal(record).filter(|_| !is_kept) {
            self.keep_refusal(record, key, authority, first, refused);
        }
        if !reversal && !voided {
            let watched = match known {
                Resolution::Watched(verdict) => Some(verdict),
                _ => None,
            };
            self.keep_facts(record, key, authority, first, watched);
        }
    }

    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
        self.collected.read += 1;
        self.count_rejected(key.into(), reason);
    }

    fn person(&mut self, said: &Said<'_>) {
        let day = |text: &str| date::parse(text.as_bytes(), None).ok();
        let book = self.shared.engine.book().conditions();
        let facts: Vec<FactKind> = match said.what {
            PersonFact::Born(born) => day(born).map(FactKind::Born).into_iter().collect(),
            PersonFact::Condition { said, .. } if is_denial(said) => return,
            PersonFact::Condition { codes, on, until, .. } => {
                let found = conditions(book, codes);
                self.collected.diagnoses.note(book, codes, !found.is_empty());
                let ended = day(until).map(|until| {
                    let ended = found.iter().filter_map(|condition| ended_as(book, *condition));
                    ended.map(move |condition| FactKind::Condition { condition, on: Some(until) })
                });
                let ended: Vec<FactKind> = ended.into_iter().flatten().collect();
                found
                    .into_iter()
                    .map(|condition| FactKind::Condition { condition, on: day(on) })
                    .chain(ended)
                    .collect()
            }
            PersonFact::Observation { question, answer, on } => answered(book, question, answer)
                .into_iter()
                .map(|condition| FactKind::Condition { condition, on: day(on) })
                .collect(),
        };
        let patient = PatientKey::new(said.patient, "");
        if facts.is_empty() || self.shared.only.get().is_some_and(|only| !only.contains(&patient)) {
            return;
        }
        let authority = self.authority(said.authority);
        self.collected.facts.extend(facts.into_iter().map(|what| Fact {
            patient,
            authority,
            what,
            key: said.key,
        }));
    }

    fn shift(&mut self, by: RowKey) {
        let collected = &mut self.collected;
        let kept = collected.dispenses.iter_mut().chain(&mut collected.of_nobody);
        let kept = kept.map(|dispense| &mut dispense.key);
        let said = collected.facts.iter_mut().map(|fact| &mut fact.key);
        let rejected = collected.rejected.keys_mut();
        let noted = collected.noted.iter_mut().map(|(key, _)| key);
        let unresolved = collected.unresolved_at.iter_mut();
        for key in kept.chain(said).chain(rejected).chain(noted).chain(unresolved) {
            *key = key.shifted(by);
        }
        collected.late.iter_mut().for_each(|fact| fact.shift(by));
        collected.unknown_statuses.shift(by);
    }

    fn end(&mut self) {
        let mut memo = std::mem::take(&mut self.memo);
        self.collected.diagnoses.add(std::mem::take(&mut memo.person.diagnoses));
        // It may have been returned already: an empty one on top would hide those that know
        // something.
        if !memo.is_empty() {
            self.shared.memos.lock().unwrap_or_else(PoisonError::into_inner).push(memo);
        }
    }

    fn absorb(&mut self, later: Self) -> Option<Self> {
        self.collected.absorb(later.finish());
        self.shared.relieve(&mut self.collected);
        None
    }
}
