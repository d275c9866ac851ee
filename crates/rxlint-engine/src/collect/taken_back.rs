//! Records that cancel others: what is left of them is kept, so that what they cancel is not an exposure.

use std::ops::Deref;

use super::numbers::{
    claim_number, fill_number, hash_of_number, made, numbered, prescription_number, referring,
    versioned,
};
use super::sink::UNDATED;
use super::verdict_cache::Resolution;
use super::{Collection, Collector};
use crate::exposure::status::{Meaning, Status, StatusReading};
use crate::exposure::{Dispense, Marks, VerdictId, days, status};
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::record::{AdjustmentCodes, Field, Record};

/// What is left of a record that cancels another: who, when and which drug, and that it is one.
fn bare(
    record: &Record<'_>,
    patient: PatientKey,
    authority: u16,
    first: Day,
    verdict: VerdictId,
) -> Dispense {
    let marks = Marks::REVERSAL;
    Dispense { authority, marks, ..Dispense::at(record.key, patient, verdict, first) }
}

impl<C: Deref<Target = Collection> + Send> Collector<C> {
    /// Keeps what is left of a version that says that nothing was taken: it replaces the versions before it.
    pub(super) fn keep_last_word(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
        verdict: VerdictId,
    ) {
        let claim = claim_number(record);
        let bare = bare(record, patient, authority, first, verdict);
        // Claims whose lines are not numbered may bill several prescriptions.
        let prescription = if record.is_resource { 0 } else { prescription_number(record) };
        let referring = referring(Dispense { claim, prescription, ..bare }, record);
        let versioned = versioned(referring, record);
        if versioned.marks.has_any(Marks::VERSIONED.with(Marks::RESOURCE)) {
            self.keep_own_number(record, &referring);
            self.collected.dispenses.push(versioned);
        }
    }

    /// Keeps a claim's own number if it also names another claim: others may cancel it by that number. Called before the claim
    /// itself is kept, since that comes last.
    pub(super) fn keep_own_number(&mut self, record: &Record<'_>, claim: &Dispense) {
        let own = claim_number(record);
        let may_be_named =
            !claim.marks.has(Marks::REVERSAL) || !record.text(Field::Version).is_empty();
        if own != 0 && own != claim.claim && may_be_named && !claim.marks.has(Marks::ORDER) {
            let bare = bare(record, claim.patient, claim.authority, claim.first, VerdictId::MAX);
            let marks = Marks::OWN_NUMBER;
            self.collected.dispenses.push(Dispense { claim: own, marks, ..bare });
        }
    }

    /// Keeps that a claim was replaced by one about an unwatched drug. It may be another line of the claim. A rebill (NCPDP B3)
    /// cancels what was billed for its prescription and fill.
    pub(super) fn keep_other_drug(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
    ) {
        if status::is_rebill(record) {
            return self.keep_bare_reversal(record, patient, authority, first, VerdictId::MAX);
        }
        let is_whole =
            [Field::ClaimLine, Field::Version].iter().all(|of| record.text(*of).is_empty());
        let bare = bare(record, patient, authority, first, VerdictId::MAX);
        let marks = bare.marks.with(Marks::REPLACEMENT);
        let mut replacement = referring(Dispense { marks, ..bare }, record);
        let prescription = prescription_number(record);
        let is_of_claim = record.adjustment != AdjustmentCodes::Order && !record.is_resource;
        let fill = fill_number(record.text(Field::FillNumber));
        if status::original(record).is_none() && prescription != 0 && fill != 0 && is_of_claim {
            let marks = Marks::OTHER_DRUG;
            replacement = Dispense { prescription, fill, marks, ..replacement };
        }
        if is_whole && replacement.marks.has(Marks::OTHER_DRUG) {
            self.collected.dispenses.push(replacement);
        }
    }

    /// A record that says of itself that it was voided takes back earlier rows of the same claim, and nothing else: what was
    /// billed again under the same prescription stays. Where it has no claim number, the row of that fill may be the same, or, without any number, that
    /// of its day and supply.
    pub(super) fn keep_voided(
        &mut self,
        record: &Record<'_>,
        (patient, authority): (PatientKey, u16),
        dated: (Day, Field),
        verdict: VerdictId,
        status: StatusReading,
    ) {
        if status::order_marks(record) != Marks::default() {
            return;
        }
        let claim = hash_of_number(record.text(Field::Claim));
        let fill = fill_number(record.text(Field::FillNumber));
        let bare = bare(record, patient, authority, dated.0, verdict);
        if claim != 0 {
            self.collected.dispenses.push(made(Dispense { claim, fill, ..bare }, record));
            return;
        }
        if !record.text(Field::Administered).is_empty() || record.is_resource {
            return;
        }
        let prescription = prescription_number(record);
        let by_word = StatusReading::of_word(
            record.text(Field::Status),
            &self.shared.statuses,
            days::number(record.text(Field::Quantity)),
        );
        let marks = if by_word.is_gone() { Marks::TWIN } else { Marks::FLAGGED_TWIN };
        let mut twin = made(Dispense { prescription, fill, marks, ..bare }, record);
        if prescription == 0 || marks == Marks::FLAGGED_TWIN {
            let course = self.course(record, dated, verdict, status);
            twin.quantity = course.noted_quantity();
            twin.days = course.length.days;
        }
        if prescription != 0 || !twin.supplied().is_nan() {
            self.collected.dispenses.push(twin);
        }
    }

    /// Keeps the reversal of something that cannot be read. Where that may be another line than a claim's watched one, it takes nothing
    /// back, and that is reported.
    pub(super) fn keep_unread_reversal(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
    ) {
        let is_of_claim = status::order_marks(record) == Marks::default() && !record.is_resource;
        let line = record.text(Field::ClaimLine);
        let is_further_line = || days::number(line).is_some_and(|line| line > 1.0);
        let from = self.collected.dispenses.len();
        self.keep_bare_reversal(record, patient, authority, first, VerdictId::MAX);
        if is_of_claim && (is_further_line() || self.names_something(record)) {
            for kept in &mut self.collected.dispenses[from..] {
                kept.marks = kept.marks.with(Marks::TWIN);
            }
        }
    }

    /// Whether a record that cannot be read names a thing, and not only that it takes one back.
    fn names_something(&mut self, record: &Record<'_>) -> bool {
        const TEXTS: [Field; 4] = [Field::Drug, Field::Generic, Field::Brand, Field::Ordered];
        const CODES: [Field; 5] = [Field::Ndc, Field::Code, Field::Hcpcs, Field::Rxcui, Field::Atc];
        const SHORTEST: usize = 3;
        if self.verdict(record) == Resolution::NotTaken {
            return false;
        }
        let statuses = &self.shared.statuses;
        let is_status = |word: &[u8]| {
            let of_transaction = statuses.look(Some(AdjustmentCodes::Transaction), word);
            status::is_not_taken(word, statuses) || of_transaction == Some(Meaning::Reversal)
        };
        let is_name = |field: &Field| {
            let text = record.text(*field);
            let mut words = text.split(|byte| byte.is_ascii_punctuation() || *byte == b' ');
            text.iter().filter(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()).count()
                >= SHORTEST
                && !is_status(text)
                && !words.any(|word| word.len() >= SHORTEST && is_status(word))
        };
        let is_code =
            |field: &Field| record.text(*field).iter().any(|byte| matches!(byte, b'1'..=b'9'));
        TEXTS.iter().any(is_name) || CODES.iter().any(is_code)
    }

    /// A fill that was revised to an unwatched drug is no longer what it was; an order was that until this day.
    pub(super) fn keep_bare_revision(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
    ) {
        if status::order_marks(record).has(Marks::ORDER) {
            let (claim, prescription) = (claim_number(record), prescription_number(record));
            let bare = bare(record, patient, authority, first, VerdictId::MAX);
            let stop = Dispense { claim, prescription, marks: Marks::EXCHANGE, ..bare };
            if claim != 0 || prescription != 0 {
                self.collected.dispenses.push(numbered(stop, record));
            }
            return;
        }
        let prescription = prescription_number(record);
        let fill = fill_number(record.text(Field::FillNumber));
        if prescription != 0 && fill != 0 {
            let bare = bare(record, patient, authority, first, VerdictId::MAX);
            self.collected.dispenses.push(Dispense { prescription, fill, ..bare });
        }
    }

    /// Keeps that a requested change to an order could not be made, in addition to the order as the record states it.
    pub(super) fn keep_refusal(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
        refused: Marks,
    ) {
        let (claim, prescription) = (claim_number(record), prescription_number(record));
        let bare = bare(record, patient, authority, first, VerdictId::MAX);
        let marks = refused.with(Marks::REVERSAL);
        self.collected
            .dispenses
            .push(numbered(Dispense { claim, prescription, marks, ..bare }, record));
    }

    /// Keeps a record that cancels a claim, or refuses to cancel an order, and names no patient.
    pub(super) fn keep_of_nobody(&mut self, record: &Record<'_>) {
        let Some(refused) = status::refusal(record) else {
            return self.keep_reversal_of_nobody(record);
        };
        let (claim, prescription) = (claim_number(record), prescription_number(record));
        if claim == 0 && prescription == 0 || self.no_patient(record).is_none() {
            return;
        }
        if let Ok((first, _)) = self.first_day(record) {
            let bare = bare(record, PatientKey::default(), 0, first, VerdictId::MAX);
            let marks = refused.with(Marks::REVERSAL);
            let refusal = Dispense { claim, prescription, marks, ..bare };
            self.collected.of_nobody.push(numbered(refusal, record));
        }
    }

    /// Keeps the reversal of a claim in a table that names no patient, as those of a switch do (NCPDP B2): its numbers show whose it is.
    fn keep_reversal_of_nobody(&mut self, record: &Record<'_>) {
        if !self.is_reversal_of_nobody(record) {
            return;
        }
        let known = self.drug_taken_back(record);
        let (claim, prescription) = (claim_number(record), prescription_number(record));
        if known != Resolution::Checked && (claim != 0 || prescription != 0) {
            let first = self.first_day(record).map_or(UNDATED, |(first, _)| first);
            let verdict = match known {
                Resolution::Watched(verdict) => verdict,
                _ => VerdictId::MAX,
            };
            let bare = bare(record, PatientKey::default(), 0, first, verdict);
            let bare = referring(Dispense { claim, prescription, ..bare }, record);
            self.collected.of_nobody.push(made(numbered(bare, record), record));
        }
    }

    /// Whether a row cancels a claim, and no column says whose.
    pub(super) fn is_reversal_of_nobody(&mut self, record: &Record<'_>) -> bool {
        let is_of_claim = !record.is_resource && status::order_marks(record) == Marks::default();
        if !is_of_claim || self.no_patient(record).is_none() {
            return false;
        }
        let quantity = days::number(record.text(Field::Quantity));
        let status = self.memo.status(record, quantity, &self.shared.statuses);
        status.status == Status::Reversal
    }

    pub(super) fn keep_bare_reversal(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        first: Day,
        verdict: VerdictId,
    ) {
        let (claim, prescription) = (claim_number(record), prescription_number(record));
        let of_order = status::order_marks(record);
        let is_order = of_order != Marks::default();
        let of_claim = if is_order {
            Marks::default()
        } else {
            status::mark_of_reversal(record, &self.shared.statuses)
        };
        let marks = of_order.with(of_claim).with(Marks::REVERSAL);
        let is_enough = if marks == Marks::LINK { u32::min } else { u32::max };
        if is_enough(claim, prescription) == 0 {
            return;
        }
        let bare = bare(record, patient, authority, first, verdict);
        let bare = referring(Dispense { claim, prescription, marks, ..bare }, record);
        self.collected.dispenses.push(made(numbered(bare, record), record));
    }
}
