//! Who has which identifiers: documents give a person a new number each time, and a shared identifier shows across nights that they are one person.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::merges::{Merges, Numbered};
use super::rows::{PatientBlob, patient};
use super::schema::KEEPS_PERSONS;
use super::{Ledger, Night};
use rxlint_engine::collect::Collected;
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::merges::{Holder, PersonName, differs, shared};
use rxlint_model::finding::PatientKey;

/// A patient's number and one of the person's identifiers, with the birth date if one is stated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Holding {
    who: Numbered,
    identifier: Numbered,
    born: String,
}

/// In place of a birth date, marks a number that is also used for someone else and therefore identifies no one.
const ANOTHER: &str = "another";

/// The identifiers in tonight's inputs, with their holders.
pub(super) fn of(inputs: &[Input]) -> Vec<Holding> {
    let mut holdings = Vec::new();
    let mut seen = FxHashSet::default();
    // All inputs of a format know the same persons.
    for input in inputs.iter().filter(|input| seen.insert(input.format())) {
        let numbered = |(id, issued): &PersonName| Numbered {
            format: input.format().to_owned(),
            patient: PatientKey::new(id, ""),
            authority: issued.to_uppercase(),
        };
        for holder in input.holders() {
            let who = numbered(&holder.who);
            holdings.extend(holder.identifiers.iter().map(|identifier| Holding {
                who: who.clone(),
                identifier: numbered(identifier),
                born: holder.born.clone(),
            }));
        }
    }
    holdings
}

/// The numbers that these show to be one person's, as a merge would: the one given up, and the surviving one.
pub(super) fn pairs(holdings: &[Holding]) -> Vec<(Numbered, Numbered)> {
    let mut at = FxHashMap::default();
    let mut holders: Vec<(&Numbered, bool, Holder<PatientKey, &Numbered>)> = Vec::new();
    for holding in holdings {
        let of_one = *at.entry(&holding.who).or_insert(holders.len());
        if of_one == holders.len() {
            let holder = Holder {
                who: holding.who.patient,
                born: holding.born.clone(),
                identifiers: Vec::new(),
            };
            holders.push((&holding.who, true, holder));
        }
        let Some((_, is_one, holder)) = holders.get_mut(of_one) else { continue };
        *is_one &= holding.born != ANOTHER && !differs(&holder.born, &holding.born);
        if holder.born.len() < holding.born.len() {
            holder.born.clone_from(&holding.born);
        }
        if !holder.identifiers.contains(&&holding.identifier) {
            holder.identifiers.push(&holding.identifier);
        }
    }
    holders.retain(|(_, is_one, _)| *is_one);
    let (numbers, holders): (Vec<&Numbered>, Vec<_>) =
        holders.into_iter().map(|(who, _, holder)| (who, holder)).unzip();
    let common = shared(&holders);
    let mut pairs = Vec::new();
    for (who, holder) in numbers.into_iter().zip(&holders) {
        let known = || holder.identifiers.iter().filter_map(|one| Some((*one, *common.get(one)?)));
        pairs.extend(known().next().map(|(_, name)| (who.clone(), name.clone())));
        pairs.extend(known().map(|(one, name)| (one.clone(), name.clone())));
    }
    pairs.retain(|(from, to)| from != to);
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

impl Night {
    /// Stores who has which identifiers tonight. Returns the pairs of numbers that are one person's, without and with tonight's, as far as they
    /// concern tonight's patients and those who were merged.
    pub(super) fn share(
        &mut self,
        merged: &[(Numbered, Numbered)],
        collected: &Collected,
    ) -> Result<[Vec<(Numbered, Numbered)>; 2], InputError> {
        let tonight = std::mem::take(&mut self.holdings);
        if tonight.is_empty() && !self.ledger.shares()? {
            return Ok([Vec::new(), Vec::new()]);
        }
        let mut about: Vec<PatientKey> =
            tonight.iter().flat_map(|one| [one.who.patient, one.identifier.patient]).collect();
        about.extend(merged.iter().flat_map(|(from, to)| [from.patient, to.patient]));
        about.extend(collected.dispenses.iter().map(|record| record.patient));
        about.extend(collected.facts.iter().map(|fact| fact.patient));
        let mut holdings = self.ledger.holdings(about)?;
        let before = pairs(&holdings);
        let mut known: FxHashMap<Numbered, FxHashSet<Numbered>> = FxHashMap::default();
        for holding in &holdings {
            known.entry(holding.who.clone()).or_default().insert(holding.identifier.clone());
        }
        let mut met: FxHashSet<Holding> = holdings.iter().cloned().collect();
        for of_one in tonight.chunk_by(|a, b| a.who == b.who) {
            let earlier = of_one.first().and_then(|one| known.get(&one.who));
            let is_another = earlier
                .is_some_and(|earlier| !of_one.iter().any(|one| earlier.contains(&one.identifier)));
            for one in of_one {
                let mut one = one.clone();
                if is_another {
                    one.born = ANOTHER.to_owned();
                }
                if met.insert(one.clone()) {
                    self.ledger.put_holding(&one)?;
                    holdings.push(one);
                }
            }
        }
        let after = pairs(&holdings);
        Ok([before, after])
    }

    /// Surviving numbers among the people with a number or an identifier, by the identifiers of all nights.
    pub(super) fn shared_about(&self, patient: PatientKey) -> Option<Merges> {
        let holdings = self.ledger.holdings(vec![patient]).ok()?;
        Some(Merges::of(&pairs(&holdings))).filter(|merges| !merges.is_empty())
    }
}

impl Ledger {
    /// Whether any holder of an identifier is known.
    fn shares(&self) -> Result<bool, InputError> {
        Ok(self.value::<i64>("SELECT 1 FROM shared LIMIT 1", &[])?.is_some())
    }

    /// Whether it contains FHIR files that were read before it kept identifiers and links.
    pub(super) fn lacks_persons_since(&self, before: i32) -> Result<bool, InputError> {
        let is_older = (1..KEEPS_PERSONS).contains(&before);
        let sql = "SELECT 1 FROM file WHERE format = 'fhir' LIMIT 1";
        Ok(is_older && self.value::<i64>(sql, &[])?.is_some())
    }

    /// What a user should know about such a ledger.
    pub(super) fn without_persons(&self) -> Option<String> {
        self.lacks_persons.then(|| {
            "The ledger is from an older version, which kept no identifiers and links of FHIR Patients: those of earlier nights do not join \
             tonight's until the FHIR exports of the look-back are given again (`rxlint ledger import`)."
                .to_owned()
        })
    }

    /// Who has which identifiers, among those with these numbers or identifiers and all who share one with them, in the order of the nights.
    fn holdings(&self, mut about: Vec<PatientKey>) -> Result<Vec<Holding>, InputError> {
        let key = *self.key()?;
        let sql = "SELECT patient, authority, identifier, issuer, born, format, number FROM shared \
                   WHERE patient = ?1 OR identifier = ?1";
        let read = |row: &rusqlite::Row<'_>| {
            let numbered = |at: usize| {
                Ok::<_, rusqlite::Error>(Numbered {
                    format: row.get(5)?,
                    patient: PatientKey(key.open_patient(patient(row, at)?.0)),
                    authority: row.get(at + 1)?,
                })
            };
            let (who, identifier) = (numbered(0)?, numbered(2)?);
            Ok((row.get::<_, i64>(6)?, Holding { who, identifier, born: row.get(4)? }))
        };
        let (mut found, mut seen) = (BTreeMap::new(), FxHashSet::default());
        while let Some(patient) = about.pop() {
            if !seen.insert(patient) {
                continue;
            }
            for (number, holding) in self.rows(sql, &[&self.sealed(patient)?], read)? {
                about.extend([holding.who.patient, holding.identifier.patient]);
                found.insert(number, holding);
            }
        }
        Ok(found.into_values().collect())
    }

    fn put_holding(&self, holding: &Holding) -> Result<(), InputError> {
        let sql = "INSERT OR IGNORE INTO shared (patient, authority, identifier, issuer, born, format) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let Holding { who, identifier, born } = holding;
        let (patient, held) = (self.sealed(who.patient)?, self.sealed(identifier.patient)?);
        let values: [&dyn rusqlite::ToSql; 6] =
            [&patient, &who.authority, &held, &identifier.authority, born, &who.format];
        self.change(sql, &values).map(drop)
    }

    /// The numbers that are one person's by the identifiers of all nights, among these and all who share one with them.
    pub(super) fn shared_pairs(
        &self,
        about: Vec<PatientKey>,
    ) -> Result<Vec<(Numbered, Numbered)>, InputError> {
        self.holdings(about).map(|holdings| pairs(&holdings))
    }

    /// Deletes identifiers of numbers about which nothing else is kept.
    pub(super) fn drop_unshared(&self) -> Result<(), InputError> {
        self.change(
            "WITH kept (patient) AS (SELECT patient FROM record UNION SELECT patient FROM fact \
             UNION SELECT patient FROM merged UNION SELECT into_patient FROM merged) \
             DELETE FROM shared WHERE patient NOT IN (SELECT patient FROM shared \
             WHERE patient IN (SELECT patient FROM kept) OR identifier IN (SELECT patient FROM kept))",
            &[],
        )
        .map(drop)
    }

    /// Deletes a number's identifiers, and its holders if it is itself an identifier; returns how many there were.
    pub(super) fn forget_shared(&self, patient: &PatientBlob) -> Result<u64, InputError> {
        self.change("DELETE FROM shared WHERE patient = ?1 OR identifier = ?1", &[patient])
            .map(|rows| rows as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(who: &str, identifier: &str, born: &str) -> Holding {
        let numbered = |id: &str, authority: &str| Numbered {
            format: "fhir".to_owned(),
            patient: PatientKey::new(id, ""),
            authority: authority.to_owned(),
        };
        let (who, identifier) = (numbered(who, ""), numbered(identifier, "SYSTEM"));
        Holding { who, identifier, born: born.to_owned() }
    }

    #[test]
    fn an_identifier_is_one_persons_unless_births_or_identifiers_say_otherwise() {
        let found = |holdings: &[(&str, &str, &str)]| {
            let all: Vec<_> = holdings.iter().map(|(a, b, c)| holding(a, b, c)).collect();
            pairs(&all).len()
        };
        assert_eq!(found(&[("a", "X1", "1980-04-12"), ("b", "X1", "1980")]), 2);
        assert_eq!(found(&[("a", "X1", ""), ("a", "X2", "")]), 0, "one number alone");
        assert_eq!(found(&[("a", "X1", "1980-04-12"), ("b", "X1", "1981")]), 0);
        assert_eq!(found(&[("a", "X1", ""), ("a", "X2", ANOTHER), ("b", "X1", "")]), 0);
        // All get the first identifier that is stated.
        let chain = [("a", "X1", ""), ("b", "X1", ""), ("b", "X2", ""), ("c", "X2", "")];
        assert_eq!(found(&chain), 4, "three numbers and the second identifier");
    }
}
