//! Patient numbers that were merged into others: a merge applies to the records of all nights, before and after it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::Texts;
use super::rows::{FactRow, PatientBlob, RecordRow, patient};
use super::{Ledger, Night};
use rxlint_engine::collect::{Collected, Collection};
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::merges::survivors;
use rxlint_model::finding::PatientKey;

/// A patient's number and its issuer, within one format, since a number has a meaning only among messages of its format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Numbered {
    pub(super) format: String,
    pub(super) patient: PatientKey,
    pub(super) authority: String,
}

/// The numbers that were given up, each with its surviving number.
#[derive(Debug, Default)]
pub(super) struct Merges {
    by_number: FxHashMap<PatientKey, Vec<(Numbered, Numbered)>>,
}

/// The merges in tonight's inputs.
pub(super) fn of(inputs: &[Input]) -> Vec<(Numbered, Numbered)> {
    let mut merges = Vec::new();
    let mut seen = FxHashSet::default();
    // All inputs of a format know the same merges.
    for input in inputs.iter().filter(|input| seen.insert(input.format())) {
        let numbered = |(id, authority): &(String, String)| Numbered {
            format: input.format().to_owned(),
            patient: PatientKey::new(id, ""),
            authority: authority.clone(),
        };
        let told = input.merges();
        merges
            .extend(told.iter().map(|merge| (numbered(&merge.given_up), numbered(&merge.number))));
    }
    merges
}

/// The numbers of tonight's merges and the identifiers of tonight's persons, as written.
pub(super) fn written(inputs: &[Input]) -> FxHashMap<PatientKey, Option<String>> {
    let mut seen = FxHashSet::default();
    let once = inputs.iter().filter(|input| seen.insert(input.format()));
    let numbers = once.flat_map(numbers).map(|number| (PatientKey::new(&number, ""), Some(number)));
    numbers.collect()
}

/// The numbers that may identify the persons of an input.
pub(super) fn numbers(input: &Input) -> impl Iterator<Item = String> {
    let merged = input.merges().into_iter().map(|merge| merge.number.0);
    let held = input.holders().into_iter().flat_map(|holder| holder.identifiers);
    merged.chain(held.map(|(identifier, _)| identifier.into()))
}

impl Merges {
    /// Decides the surviving number of each person: the one that was never given up; of several, or if there is none, the first.
    pub(super) fn of(pairs: &[(Numbered, Numbered)]) -> Self {
        let same = |a: &Numbered, b: &Numbered| (&a.format, a.patient) == (&b.format, b.patient);
        let mut merges = Self::default();
        for (number, survivor) in survivors(pairs, same, |number| number.authority.is_empty()) {
            if number != survivor {
                let pair = (number.clone(), survivor.clone());
                merges.by_number.entry(number.patient).or_default().push(pair);
            }
        }
        merges
    }

    /// The numbers that replace a person's number, in any format and of any authority.
    pub(super) fn goes_by(&self, patient: PatientKey) -> Vec<PatientKey> {
        let all = self.by_number.get(&patient).into_iter().flatten();
        all.map(|(_, to)| to.patient).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_number.is_empty()
    }

    /// The number that survives another. A missing authority matches any, if there is only one.
    pub(super) fn survivor(
        &self,
        format: &str,
        patient: PatientKey,
        authority: &str,
    ) -> Option<&Numbered> {
        let found = || {
            let all = self.by_number.get(&patient).into_iter().flatten();
            all.filter(|(from, _)| from.format == format)
        };
        let exact = found().find(|(from, _)| from.authority == authority);
        let exact = exact.or_else(|| match authority {
            "" => Some(found().next()?).filter(|_| found().count() == 1),
            _ => found().find(|(from, _)| from.authority.is_empty()),
        });
        exact.map(|(_, to)| to)
    }
}

impl Night {
    /// Stores tonight's merges, applies those of all nights to tonight's records, and moves kept records to the surviving numbers. Returns whose
    /// records were moved.
    pub(super) fn merge(
        &mut self,
        collection: &Collection,
        collected: &mut Collected,
    ) -> Result<Vec<PatientKey>, InputError> {
        let mut pairs = self.ledger.merged()?;
        let known = pairs.len();
        let mut met: FxHashSet<_> = pairs.iter().cloned().collect();
        for pair in std::mem::take(&mut self.merges) {
            if met.insert(pair.clone()) {
                self.ledger.put_merged(&pair)?;
                pairs.push(pair);
            }
        }
        let [shared_before, shared] = self.share(&pairs, collected)?;
        let is_new = pairs.len() != known || shared != shared_before;
        pairs.extend(shared);
        if pairs.is_empty() {
            return Ok(Vec::new());
        }
        let merges = Merges::of(&pairs);
        self.rename(&merges, collection, collected);
        let moved = if is_new { self.move_kept(&merges)? } else { Vec::new() };
        self.settled = merges;
        Ok(moved)
    }

    /// Gives tonight's records the surviving numbers.
    fn rename(&mut self, merges: &Merges, collection: &Collection, collected: &mut Collected) {
        if !collected.runs.is_empty() {
            self.notes.push(
                "Merges of earlier nights were not applied to tonight's records: give --memory-limit more, or leave it out."
                    .to_owned(),
            );
            return;
        }
        let issued = collection.authorities();
        let authority = |number: u16| {
            let at = usize::from(number).checked_sub(1);
            at.and_then(|at| issued.get(at)).map(|text| text.to_uppercase()).unwrap_or_default()
        };
        let survivor = |file: u32, patient: PatientKey, number: u16| {
            merges.by_number.get(&patient)?;
            merges.survivor(self.formats.get(file as usize)?, patient, &authority(number))
        };
        for record in &mut collected.dispenses {
            let place = record.key.place();
            if let Some(held) = survivor(place.file, record.patient, record.authority) {
                record.patient = held.patient;
                record.authority = collection.recall_authority(&held.authority);
            }
        }
        for fact in &mut collected.facts {
            let place = fact.key.place();
            if let Some(held) = survivor(place.file, fact.patient, fact.authority) {
                fact.patient = held.patient;
                fact.authority = collection.recall_authority(&held.authority);
            }
        }
    }

    /// Moves the records and facts of earlier nights to the surviving numbers.
    fn move_kept(&mut self, merges: &Merges) -> Result<Vec<PatientKey>, InputError> {
        let mut given_up: Vec<PatientKey> = merges.by_number.keys().copied().collect();
        given_up.sort_unstable();
        let (mut touched, mut moved) = (Vec::new(), 0);
        for patient in given_up {
            let to = self.ledger.move_rows(merges, patient)?;
            if let Some((rows, survivors)) = to {
                moved += rows;
                touched.push(patient);
                touched.extend(survivors);
            }
        }
        if moved > 0 {
            self.notes.push(format!(
                "Patients were merged: {moved} records and facts of earlier nights now count under the number that their person goes by."
            ));
        }
        Ok(touched)
    }
}

impl Ledger {
    /// The merges of earlier nights.
    fn merged(&self) -> Result<Vec<(Numbered, Numbered)>, InputError> {
        let key = *self.key()?;
        let sql = "SELECT patient, authority, into_patient, into_authority, format FROM merged ORDER BY 1, 2, 3, 4, 5";
        let numbered = |row: &rusqlite::Row<'_>, at: usize| {
            let patient = PatientKey(key.open_patient(patient(row, at)?.0));
            Ok::<_, rusqlite::Error>(Numbered {
                format: row.get(4)?,
                patient,
                authority: row.get(at + 1)?,
            })
        };
        self.rows(sql, &[], |row| Ok((numbered(row, 0)?, numbered(row, 2)?)))
    }

    fn put_merged(&self, (from, to): &(Numbered, Numbered)) -> Result<(), InputError> {
        let sql = "INSERT OR IGNORE INTO merged (patient, authority, into_patient, into_authority, format) VALUES (?1, ?2, ?3, ?4, ?5)";
        let (patient, into) = (self.sealed(from.patient)?, self.sealed(to.patient)?);
        self.change(sql, &[&patient, &from.authority, &into, &to.authority, &from.format]).map(drop)
    }

    /// Moves what is kept of a number to its surviving number: how many rows, and to whom; `None` if there were none.
    fn move_rows(
        &self,
        merges: &Merges,
        patient: PatientKey,
    ) -> Result<Option<(u64, Vec<PatientKey>)>, InputError> {
        let key = *self.key()?;
        let mut to = Vec::new();
        let mut survivor = |file: i64, authority: Option<i64>| {
            let format: Option<String> =
                self.value("SELECT format FROM file WHERE id = ?1", &[&file])?;
            let authority = authority.map(|id| self.text(Texts::Authority, id)).transpose()?;
            let (format, authority) = (format.unwrap_or_default(), authority.unwrap_or_default());
            let held = merges.survivor(&format, patient, &authority.to_uppercase());
            let Some(held) = held else { return Ok(None) };
            let authority = match held.authority.as_str() {
                "" => None,
                text => Some(self.numbered(Texts::Authority, text)?),
            };
            to.push(held.patient);
            Ok::<_, InputError>(Some((PatientKey(key.seal_patient(held.patient.0)), authority)))
        };
        let sealed = self.sealed(patient)?;
        let mut moved = 0;
        let sql = format!("SELECT {} FROM record WHERE patient = ?1", RecordRow::COLUMNS);
        for (mut row, sum) in self.rows(&sql, &[&sealed], RecordRow::read)? {
            let was_whole = row.sum() == sum;
            let Some(held) = survivor(row.file, row.authority)? else { continue };
            (row.record.patient, row.authority) = held;
            let from = (&sealed, row.file, row.record.key.place().record, row.part);
            self.move_row("record", from, held, if was_whole { row.sum() } else { !row.sum() })?;
            moved += 1;
        }
        let sql = format!("SELECT {} FROM fact WHERE patient = ?1", FactRow::COLUMNS);
        for (mut row, sum) in self.rows(&sql, &[&sealed], FactRow::read)? {
            let was_whole = row.sum() == sum;
            let Some(held) = survivor(row.file, row.authority)? else { continue };
            (row.patient, row.authority) = held;
            let from = (&sealed, row.file, row.place.record, row.part);
            self.move_row("fact", from, held, if was_whole { row.sum() } else { !row.sum() })?;
            moved += 1;
        }
        Ok((moved > 0).then_some((moved, to)))
    }

    /// Moves a row to the surviving number. Its checksum shows whether it was intact.
    fn move_row(
        &self,
        table: &str,
        (patient, file, record, part): (&PatientBlob, i64, u32, u32),
        (held, authority): (PatientKey, Option<i64>),
        sum: i64,
    ) -> Result<(), InputError> {
        let sql = format!(
            "UPDATE {table} SET patient = ?1, authority = ?2, sum = ?3 \
             WHERE patient = ?4 AND file = ?5 AND record = ?6 AND part = ?7"
        );
        let held = PatientBlob(held);
        self.change(&sql, &[&held, &authority, &sum, patient, &file, &record, &part]).map(drop)
    }

    /// Every number of a person that merges show, in any format and of any authority.
    pub(super) fn numbers_of(&self, patient: PatientKey) -> Result<Vec<PatientKey>, InputError> {
        let mut pairs = self.merged()?;
        let merged = pairs.iter().flat_map(|(from, to)| [from.patient, to.patient]);
        pairs.extend(self.shared_pairs(merged.chain([patient]).collect())?);
        let mut all = vec![patient];
        let mut at = 0;
        while let Some(&one) = all.get(at) {
            for (from, to) in &pairs {
                let other = match (from.patient == one, to.patient == one) {
                    (true, _) => to.patient,
                    (_, true) => from.patient,
                    _ => continue,
                };
                if !all.contains(&other) {
                    all.push(other);
                }
            }
            at += 1;
        }
        Ok(all)
    }

    /// Deletes a number's merges, and returns how many there were.
    pub(super) fn forget_merges(&self, patient: &PatientBlob) -> Result<u64, InputError> {
        self.change("DELETE FROM merged WHERE patient = ?1 OR into_patient = ?1", &[patient])
            .map(|rows| rows as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(id: &str, authority: &str) -> Numbered {
        let (patient, authority) = (PatientKey::new(id, ""), authority.to_owned());
        Numbered { format: "hl7v2".to_owned(), patient, authority }
    }

    #[test]
    fn merges_of_several_nights_are_followed() {
        let pairs = [
            (numbered("A", "H"), numbered("B", "H")),
            (numbered("B", "H"), numbered("C", "H")),
            (numbered("X", ""), numbered("Y", "")),
        ];
        let merges = Merges::of(&pairs);
        let survivor = |id: &str, authority: &str, format: &str| {
            merges.survivor(format, PatientKey::new(id, ""), authority).cloned()
        };
        assert_eq!(survivor("A", "H", "hl7v2"), Some(numbered("C", "H")));
        assert_eq!(
            survivor("B", "", "hl7v2"),
            Some(numbered("C", "H")),
            "nobody else's B is known"
        );
        assert_eq!(survivor("A", "OTHER", "hl7v2"), None, "another hospital's A");
        assert_eq!(survivor("A", "H", "csv"), None, "a number of a table is another's");
        assert_eq!(survivor("C", "H", "hl7v2"), None);
        assert_eq!(survivor("X", "H", "hl7v2"), Some(numbered("Y", "")));
    }

    #[test]
    fn numbers_that_were_merged_into_each_other_are_one() {
        let pairs =
            [(numbered("A", "H"), numbered("B", "H")), (numbered("B", "H"), numbered("A", "H"))];
        let merges = Merges::of(&pairs);
        assert_eq!(merges.by_number.len(), 1);
    }
}
