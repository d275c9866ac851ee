//! Whose records belong together: grouping by patient, the only exchange of data that a larger
//! engine would need.

use crate::exposure::Dispense;
use crate::exposure::person::Fact;
use crate::timeline::versions;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::RowKey;

/// The records of a run, patient by patient.
#[derive(Debug)]
pub struct Patients {
    dispenses: Vec<Dispense>,
    facts: Vec<Fact>,
    /// Whether some identifier was issued by several authorities, so that it identifies a patient
    /// only together with its authority.
    pub ambiguous: bool,
    /// The keys of patients whose identity includes the authority, and the keys of their
    /// identifiers alone.
    pub apart: Vec<(PatientKey, PatientKey)>,
}

/// Groups records by patient. If several authorities issued one identifier, the authority is part
/// of the patient's identity.
pub fn group(
    mut dispenses: Vec<Dispense>,
    mut facts: Vec<Fact>,
    authorities: &[String],
) -> Patients {
    versions::drop_idle(&mut dispenses);
    sort(&mut dispenses);
    let ambiguous = |run: &[Dispense]| {
        let mut issued = run.iter().map(|d| d.authority).filter(|&authority| authority != 0);
        let first = issued.next();
        first.is_some_and(|first| issued.any(|other| other != first))
    };
    let (mut shared, mut apart): (Vec<PatientKey>, Vec<(PatientKey, PatientKey)>) =
        Default::default();
    // If no record names an authority, no identifier can have two.
    let run_over = if authorities.is_empty() { &mut [][..] } else { &mut dispenses[..] };
    for run in run_over.chunk_by_mut(|a, b| a.patient == b.patient) {
        if ambiguous(run) {
            shared.push(run[0].patient);
            for dispense in run {
                let alone = dispense.patient;
                dispense.patient = under(dispense.patient, dispense.authority, authorities);
                apart.push((dispense.patient, alone));
            }
        }
    }
    apart.sort_unstable();
    apart.dedup();
    if !shared.is_empty() {
        sort(&mut dispenses);
        for fact in &mut facts {
            if shared.binary_search(&fact.patient).is_ok() {
                fact.patient = under(fact.patient, fact.authority, authorities);
            }
        }
    }
    facts.sort_unstable();
    Patients { dispenses, facts, ambiguous: !shared.is_empty(), apart }
}

/// One patient, with everything that is kept about them.
#[derive(Clone, Copy, Debug)]
pub struct Patient<'p> {
    /// Who it is.
    pub key: PatientKey,
    /// The records about watched drugs, by key.
    pub records: &'p [Dispense],
    /// What is on record about the person.
    pub facts: &'p [Fact],
}

impl Patients {
    /// The records of all patients; those of one patient are adjacent.
    pub fn records(&self) -> &[Dispense] {
        &self.dispenses
    }

    /// Whether two records are about one patient.
    pub fn is_one(a: &Dispense, b: &Dispense) -> bool {
        a.patient == b.patient
    }

    /// The patient of these records, which must be all of theirs and at least one.
    pub fn of<'p>(&'p self, records: &'p [Dispense]) -> Patient<'p> {
        let key = records.first().map(|record| record.patient).unwrap_or_default();
        let from = self.facts.partition_point(|fact| fact.patient < key);
        // They are few, and lie where the search has just been.
        let own = self.facts[from..].iter().take_while(|fact| fact.patient == key).count();
        Patient { key, records, facts: &self.facts[from..from + own] }
    }

    /// Every patient, in no meaningful order.
    pub fn all(&self) -> impl Iterator<Item = Patient<'_>> {
        self.dispenses.chunk_by(Self::is_one).map(|records| self.of(records))
    }
}

/// The order in which records are grouped. Callers with more than one thread sort by it first:
/// sorted input takes almost no time here.
pub fn order(record: &Dispense) -> (PatientKey, RowKey) {
    (record.patient, record.key)
}

fn sort(records: &mut [Dispense]) {
    if !records.is_sorted_by_key(order) {
        records.sort_unstable_by_key(order);
    }
}

fn under(patient: PatientKey, authority: u16, authorities: &[String]) -> PatientKey {
    match authority.checked_sub(1).and_then(|at| authorities.get(at as usize)) {
        Some(authority) => patient.under(authority),
        None => patient,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposure::person::FactKind;
    use crate::exposure::{Marks, VerdictId};
    use rxlint_model::day::Day;
    use rxlint_model::place::Place;

    /// Records in file order, each an identifier and the number of the authority that issued it (0
    /// for none); and whom they are about, as groups of record numbers.
    fn grouped(
        records: &[(u64, u16)],
        authorities: &[&str],
    ) -> (Vec<Vec<u32>>, Vec<Vec<u32>>, Patients) {
        let place = |at: usize| Place { record: at as u32 + 1, ..Place::default() };
        let dispense = |(at, &(identifier, authority)): (usize, &(u64, u16))| {
            let mut dispense = Dispense::at(place(at), PatientKey([identifier, 0]), 0, Day(0));
            dispense.authority = authority;
            dispense
        };
        let fact = |(at, &(identifier, authority)): (usize, &(u64, u16))| Fact {
            patient: PatientKey([identifier, 0]),
            authority,
            what: FactKind::Born(Day(0)),
            key: place(at).into(),
        };
        let authorities: Vec<String> = authorities.iter().map(|name| (*name).to_owned()).collect();
        let dispenses = records.iter().enumerate().map(dispense).rev().collect();
        let facts = records.iter().enumerate().map(fact).rev().collect();
        let patients = group(dispenses, facts, &authorities);
        let mut groups: Vec<(Vec<u32>, Vec<u32>)> = patients
            .all()
            .map(|Patient { key, records, facts }| {
                assert!(
                    records.iter().all(|d| d.patient == key)
                        && facts.iter().all(|f| f.patient == key)
                );
                let mut facts: Vec<u32> = facts.iter().map(|f| f.key.place().record).collect();
                facts.sort_unstable();
                (records.iter().map(|d| d.key.place().record).collect(), facts)
            })
            .collect();
        groups.sort();
        let (dispenses, facts) = groups.into_iter().unzip();
        (dispenses, facts, patients)
    }

    #[test]
    fn one_identifier_of_several_authorities_is_as_many_persons() {
        for (records, authorities, persons) in [
            (&[(7, 0), (8, 0), (7, 0)][..], &[][..], &[&[1, 3][..], &[2]][..]),
            // No one else issued it, so no one else can be meant.
            (&[(7, 1), (8, 2), (7, 1), (7, 0)], &["A", "B"], &[&[1, 3, 4], &[2]]),
            (&[(7, 1), (7, 2), (7, 1), (8, 1)], &["A", "B"], &[&[1, 3], &[2], &[4]]),
            // Without an authority it is unknown which patient is meant.
            (&[(7, 0), (7, 2), (7, 1), (7, 0), (7, 2)], &["A", "B"], &[&[1, 4], &[2, 5], &[3]]),
            (&[], &["A"], &[]),
        ] {
            let (dispenses, facts, patients) = grouped(records, authorities);
            assert_eq!(dispenses, persons, "{records:?}");
            assert_eq!(facts, persons, "{records:?}");
            let apart = persons
                .iter()
                .filter(|person| person.iter().all(|record| records[*record as usize - 1].0 == 7))
                .count();
            assert_eq!(patients.ambiguous, apart > 1, "{records:?}");
            assert_eq!(patients.apart.len(), if apart > 1 { apart } else { 0 }, "{records:?}");
            assert!(
                patients.apart.iter().all(|(_, alone)| *alone == PatientKey([7, 0])),
                "{records:?}"
            );
        }
    }

    #[test]
    fn a_later_version_of_a_drug_that_nobody_watches_stays_where_another_record_has_its_claim() {
        let place = |record: u32| Place { record, ..Place::default() };
        let record = |at: u32, claim: u32, verdict| Dispense {
            claim,
            ..Dispense::at(place(at), PatientKey([7, 0]), verdict, Day(0))
        };
        let later = |at: u32, claim: u32| Dispense {
            marks: Marks::REVERSAL,
            ..record(at, claim, VerdictId::MAX)
        };
        let records = vec![record(1, 100, 0), later(2, 100).stamped(3), later(3, 200).stamped(3)];
        let patients = group(records, Vec::new(), &[]);
        let left: Vec<u32> = patients.records().iter().map(|d| d.key.place().record).collect();
        assert_eq!(left, [1, 2]);
    }
}
