//! Whose records belong together: grouping by patient, the only exchange that a larger engine would need.

use rayon::prelude::*;

use crate::exposure::Dispense;
use crate::exposure::person::Fact;
use crate::finding::fingerprint::PatientKey;

/// The records of a run, patient by patient.
#[derive(Debug)]
pub struct Patients {
    dispenses: Vec<Dispense>,
    facts: Vec<Fact>,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Group {
    key: PatientKey,
    dispenses: std::ops::Range<usize>,
    facts: std::ops::Range<usize>,
}

/// Groups records by patient. Where one identifier was issued by several authorities, the authority is part of who it is.
pub fn group(mut dispenses: Vec<Dispense>, mut facts: Vec<Fact>, authorities: &[String]) -> Patients {
    dispenses.par_sort_unstable_by_key(|d| (d.patient, d.place()));
    let ambiguous = |run: &[Dispense]| {
        let mut issued = run.iter().map(|d| d.authority).filter(|&authority| authority != 0);
        let first = issued.next();
        first.is_some_and(|first| issued.any(|other| other != first))
    };
    let mut shared: Vec<PatientKey> = Vec::new();
    for run in dispenses.chunk_by_mut(|a, b| a.patient == b.patient) {
        if ambiguous(run) {
            shared.push(run[0].patient);
            for dispense in run {
                dispense.patient = under(dispense.patient, dispense.authority, authorities);
            }
        }
    }
    if !shared.is_empty() {
        dispenses.par_sort_unstable_by_key(|d| (d.patient, d.place()));
        for fact in &mut facts {
            if shared.binary_search(&fact.patient).is_ok() {
                fact.patient = under(fact.patient, fact.authority, authorities);
            }
        }
    }
    facts.par_sort_unstable();
    let mut groups = Vec::new();
    let mut at = 0;
    for run in dispenses.chunk_by(|a, b| a.patient == b.patient) {
        let key = run[0].patient;
        let from = facts.partition_point(|fact| fact.patient < key);
        let to = from + facts[from..].partition_point(|fact| fact.patient == key);
        groups.push(Group { key, dispenses: at..at + run.len(), facts: from..to });
        at += run.len();
    }
    Patients { dispenses, facts, groups }
}

impl Patients {
    /// Every patient with the records and facts about them, in an order of no meaning that is always the same.
    pub fn all(&self) -> impl IndexedParallelIterator<Item = (PatientKey, &[Dispense], &[Fact])> {
        self.groups.par_iter().map(|group| (group.key, &self.dispenses[group.dispenses.clone()], &self.facts[group.facts.clone()]))
    }
}

fn under(patient: PatientKey, authority: u16, authorities: &[String]) -> PatientKey {
    match authority.checked_sub(1).and_then(|at| authorities.get(at as usize)) {
        Some(authority) => patient.under(authority),
        None => patient,
    }
}
