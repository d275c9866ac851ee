//! What the ledger knows about tonight's patients, and what tonight's files add to it, row by row.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::Texts;
use super::rows::{FactRow, PatientBlob, RecordRow, patient};
use super::{Night, look_back};
use rxlint_engine::collect::{ClaimOwners, Collected, Collection, day_of_claim};
use rxlint_engine::exposure::person::Fact;
use rxlint_engine::exposure::{Dispense, Marks, VerdictId};
use rxlint_engine::rule::Book;
use rxlint_input::error::InputError;
use rxlint_model::day::Day;
use rxlint_model::finding::PatientKey;
use rxlint_model::place::Place;

/// What recalling needs besides the ledger.
pub(super) struct Recall<'d> {
    pub(super) collection: &'d Collection,
    identities: FxHashMap<i64, Option<VerdictId>>,
    authorities: FxHashMap<i64, u16>,
    conditions: FxHashMap<String, u8>,
    /// The ledger's numbers of identities and authorities, by this run's numbers.
    said: Vec<String>,
    said_ids: FxHashMap<VerdictId, i64>,
    issued: Vec<String>,
    issued_ids: FxHashMap<u16, i64>,
}

impl<'d> Recall<'d> {
    /// Nothing is recalled yet.
    pub(super) fn new(collection: &'d Collection, book: &Book) -> Self {
        let conditions = book
            .conditions()
            .iter()
            .zip(0..=u8::MAX)
            .map(|(condition, at)| (condition.name.clone(), at))
            .collect();
        Self {
            collection,
            identities: FxHashMap::default(),
            authorities: FxHashMap::default(),
            conditions,
            said: collection.identities(),
            said_ids: FxHashMap::default(),
            issued: collection.authorities(),
            issued_ids: FxHashMap::default(),
        }
    }
}

impl Night {
    /// Assigns a refused cancellation that names no patient to the patient whose order with that number an earlier night asked to cancel. If there is
    /// no such patient, or more than one, nothing changes and a note says so.
    pub(super) fn name_refusals(&mut self, collected: &mut Collected) -> Result<(), InputError> {
        const ASKED: u16 = Marks::REVERSAL.with(Marks::ORDER).0;
        let is_of_order = |record: &mut Dispense| record.marks.has(Marks::ORDER);
        let of_nobody: Vec<Dispense> = collected.of_nobody.extract_if(.., is_of_order).collect();
        if of_nobody.is_empty() {
            return Ok(());
        }
        let key = *self.ledger.key()?;
        let sql = "SELECT DISTINCT patient, claim, prescription FROM record WHERE marks & ?1 = ?2";
        let mask = ASKED | Marks::REFUSED.0;
        let mut asked: FxHashMap<(bool, u32), Vec<PatientKey>> = FxHashMap::default();
        for (whose, claim, prescription) in self
            .ledger
            .rows(sql, &[&mask, &ASKED], |row| Ok((patient(row, 0)?, row.get(1)?, row.get(2)?)))?
        {
            asked.entry((true, claim)).or_default().push(whose);
            asked.entry((false, prescription)).or_default().push(whose);
        }
        let mut untold = 0;
        for refusal in of_nobody {
            let numbers = [(true, refusal.claim), (false, refusal.prescription)];
            let numbers = numbers.into_iter().filter(|(_, number)| *number != 0);
            let sealed = numbers.map(|(is_claim, number)| (is_claim, key.seal_number(number)));
            let mut whose: Vec<PatientKey> =
                sealed.filter_map(|number| asked.get(&number)).flatten().copied().collect();
            whose.sort_unstable();
            whose.dedup();
            match whose[..] {
                [only] => {
                    let patient = PatientKey(key.open_patient(only.0));
                    collected.dispenses.push(Dispense { patient, ..refusal });
                }
                _ => untold += 1,
            }
        }
        if untold > 0 {
            self.notes.push(format!(
                "{untold} answer{} that a cancellation was denied name{} no patient, and earlier nights do not show whose it was: nothing \
                 was changed by {}. Have the patient sent with it, or give it in one run with what it answers.",
                if untold == 1 { "" } else { "s" },
                if untold == 1 { "s" } else { "" },
                if untold == 1 { "it" } else { "them" },
            ));
        }
        Ok(())
    }

    /// Assigns each reversal of a claim that names no patient to the patient whose claim of an earlier night it reverses. The others stay.
    pub(super) fn name_reversals(&mut self, collected: &mut Collected) -> Result<(), InputError> {
        if collected.of_nobody.is_empty() {
            return Ok(());
        }
        let key = *self.ledger.key()?;
        let sealed = |number: u32| key.seal_number(number);
        let numbers = |record: &Dispense| [record.claim, record.prescription];
        let asked: FxHashSet<u32> = (collected.of_nobody.iter().flat_map(numbers))
            .filter(|number| *number != 0)
            .map(sealed)
            .collect();
        // In a large ledger, only the files with records on these days are read, and only the claims asked for are held.
        let days: FxHashSet<Day> = collected.of_nobody.iter().filter_map(day_of_claim).collect();
        let is_dated = collected.of_nobody.iter().all(|reversal| day_of_claim(reversal).is_some());
        let files: BTreeSet<i64> = (self.ledger.days()?.into_iter())
            .filter(|(_, day, _)| !is_dated || days.contains(&Day(*day)))
            .map(|(file, ..)| file)
            .collect();
        let mut claims = ClaimOwners::default();
        let sql = format!("SELECT {} FROM record WHERE file = ?1", RecordRow::COLUMNS);
        for file in files {
            self.ledger.rows(&sql, &[&file], |row| {
                let (row, _) = RecordRow::read(row)?;
                if numbers(&row.record).iter().any(|number| asked.contains(number)) {
                    claims.add(&row.record);
                }
                Ok(())
            })?;
        }
        for reversal in std::mem::take(&mut collected.of_nobody) {
            let [claim, prescription] = numbers(&reversal).map(sealed);
            match claims.whose(&Dispense { claim, prescription, ..reversal }) {
                Some((patient, _)) => {
                    let patient = PatientKey(key.open_patient(patient.0));
                    collected.dispenses.push(Dispense { patient, ..reversal });
                }
                None => collected.of_nobody.push(reversal),
            }
        }
        Ok(())
    }

    /// Adds what earlier files say about these patients, who are sorted. `tonight` holds their records of tonight.
    pub(super) fn recall_patients(
        &mut self,
        recall: &mut Recall<'_>,
        patients: &[PatientKey],
        tonight: &[Dispense],
        added: &mut Collected,
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
            let found =
                self.ledger.rows_about(&records, patient, RecordRow::read, RecordRow::sum)?;
            let mut kept = Vec::new();
            for row in found.into_iter().filter(|row| !tonight_ids.contains(&row.file)) {
                if earliest.contains_key(&patient) {
                    self.known_from.insert(row.file);
                }
                kept.extend(self.dispense(recall, &row)?);
            }
            if let Some(cutoff) = self.cutoff {
                look_back::within(&mut kept, earliest.get(&patient).copied(), cutoff, |record| {
                    recall.collection.reach(record)
                });
            }
            self.recalled += kept.len() as u64;
            added.dispenses.append(&mut kept);
            if !has_facts {
                continue;
            }
            let found = self.ledger.rows_about(&facts, patient, FactRow::read, FactRow::sum)?;
            for row in found.into_iter().filter(|row| !tonight_ids.contains(&row.file)) {
                let Some(what) = row.what(|name| recall.conditions.get(name).copied()) else {
                    continue;
                };
                let authority = self.authority(recall, row.authority)?;
                let place = Place { file: self.file(row.file)?, ..row.place };
                added.facts.push(Fact { patient, authority, what, key: place.into() });
            }
        }
        Ok(())
    }

    /// A record as this run's rules understand it; `None` if they do not watch its drug.
    fn dispense(
        &mut self,
        recall: &mut Recall<'_>,
        row: &RecordRow,
    ) -> Result<Option<Dispense>, InputError> {
        let verdict = match row.identity {
            None => VerdictId::MAX,
            Some(id) => {
                let known = match recall.identities.get(&id) {
                    Some(&known) => known,
                    None => {
                        let said = self.ledger.text(Texts::Identity, id)?;
                        let known = recall.collection.recall_identity(&said);
                        recall.identities.insert(id, known);
                        known
                    }
                };
                let Some(verdict) = known else { return Ok(None) };
                verdict
            }
        };
        let place = Place { file: self.file(row.file)?, ..row.record.key.place() };
        let mut record = row.opened(self.ledger.key()?).moved(place, verdict);
        record.authority = self.authority(recall, row.authority)?;
        Ok(Some(record))
    }

    fn authority(&self, recall: &mut Recall<'_>, id: Option<i64>) -> Result<u16, InputError> {
        let Some(id) = id else { return Ok(0) };
        if let Some(&known) = recall.authorities.get(&id) {
            return Ok(known);
        }
        let said = self.ledger.text(Texts::Authority, id)?;
        let number = recall.collection.recall_authority(&said);
        recall.authorities.insert(id, number);
        Ok(number)
    }

    /// Stores what tonight's files say.
    pub(super) fn take_in(
        &self,
        recall: &mut Recall<'_>,
        dispenses: &[Dispense],
        facts: &[Fact],
    ) -> Result<(), InputError> {
        let new: FxHashSet<u32> =
            self.today.iter().zip(0..).filter(|(file, _)| file.is_new).map(|(_, at)| at).collect();
        self.take_in_records(recall, dispenses, &new)?;
        self.take_in_facts(recall, facts, &new)?;
        for file in self.today.iter().filter(|file| file.is_new) {
            self.ledger.count_rows(file.id)?;
        }
        Ok(())
    }

    /// The ledger's number for the file of one of tonight's records.
    fn id_of_file(&self, place: Place) -> i64 {
        self.today[place.file as usize].id
    }

    fn take_in_records(
        &self,
        recall: &mut Recall<'_>,
        dispenses: &[Dispense],
        new: &FxHashSet<u32>,
    ) -> Result<(), InputError> {
        let mut sorted: Vec<&Dispense> =
            dispenses.iter().filter(|d| new.contains(&d.key.place().file)).collect();
        let key = *self.ledger.key()?;
        // In table order, which is the order of the sealed keys.
        sorted.sort_by_cached_key(|d| (key.seal_patient(d.patient.0), d.key.place()));
        let mut last = None;
        let mut part = 0;
        for record in sorted {
            let place = record.key.place();
            let same = (record.patient, place.file, place.record);
            part = if last == Some(same) { part + 1 } else { 0 };
            last = Some(same);
            let identity = if record.verdict == VerdictId::MAX {
                None
            } else {
                Some(match recall.said_ids.get(&record.verdict) {
                    Some(&id) => id,
                    None => {
                        let said = recall
                            .said
                            .get(record.verdict as usize)
                            .map(String::as_str)
                            .unwrap_or_default();
                        let id = self.ledger.numbered(Texts::Identity, said)?;
                        recall.said_ids.insert(record.verdict, id);
                        id
                    }
                })
            };
            let authority = self.issued(recall, record.authority)?;
            let mut plain = record.moved(Place { file: 0, ..place }, 0);
            plain.authority = 0;
            let file = self.id_of_file(place);
            let row = RecordRow {
                file,
                part,
                identity,
                authority,
                record: plain,
                stray: Marks::default(),
            };
            self.ledger.put_record(&row.sealed(&key), true)?;
        }
        Ok(())
    }

    fn take_in_facts(
        &self,
        recall: &mut Recall<'_>,
        facts: &[Fact],
        new: &FxHashSet<u32>,
    ) -> Result<(), InputError> {
        let mut sorted: Vec<&Fact> =
            facts.iter().filter(|fact| new.contains(&fact.key.place().file)).collect();
        let key = *self.ledger.key()?;
        sorted.sort_by_cached_key(|fact| (key.seal_patient(fact.patient.0), fact.key.place()));
        let mut last = None;
        let mut part = 0;
        let name = |at: u8| {
            self.engine
                .book()
                .conditions()
                .get(usize::from(at))
                .map(|condition| condition.name.clone())
        };
        for fact in sorted {
            let same = (fact.patient, fact.key.place().file, fact.key.place().record);
            part = if last == Some(same) { part + 1 } else { 0 };
            last = Some(same);
            let authority = self.issued(recall, fact.authority)?;
            let is_known = |row: &FactRow| {
                // The same birth date comes every night: once is enough.
                let sql = "SELECT 1 FROM fact WHERE patient = ?1 AND kind = ?2 AND day IS ?3 AND authority IS ?4";
                Ok(row.kind == "born"
                    && self
                        .ledger
                        .value::<i64>(
                            sql,
                            &[&PatientBlob(row.patient), &row.kind, &row.day, &row.authority],
                        )?
                        .is_some())
            };
            let row = FactRow::of(fact, self.id_of_file(fact.key.place()), part, authority, name);
            if let Some(row) = row.map(|row| row.sealed(&key))
                && !is_known(&row)?
            {
                self.ledger.put_fact(&row, true)?;
            }
        }
        Ok(())
    }

    fn issued(&self, recall: &mut Recall<'_>, number: u16) -> Result<Option<i64>, InputError> {
        let Some(text) = number.checked_sub(1).and_then(|at| recall.issued.get(usize::from(at)))
        else {
            return Ok(None);
        };
        if let Some(&id) = recall.issued_ids.get(&number) {
            return Ok(Some(id));
        }
        let id = self.ledger.numbered(Texts::Authority, text)?;
        recall.issued_ids.insert(number, id);
        Ok(Some(id))
    }
}
