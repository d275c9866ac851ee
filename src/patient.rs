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
    /// Whether some identifier was issued by several authorities, so that it tells who is meant only together with its own.
    pub ambiguous: bool,
    /// The keys of patients whose authority is part of who they are, and the keys of their identifiers alone.
    pub apart: Vec<(PatientKey, PatientKey)>,
}

/// Groups records by patient. Where one identifier was issued by several authorities, the authority is part of who it is.
pub fn group(mut dispenses: Vec<Dispense>, mut facts: Vec<Fact>, authorities: &[String]) -> Patients {
    dispenses.par_sort_unstable_by_key(|d| (d.patient, d.place()));
    let ambiguous = |run: &[Dispense]| {
        let mut issued = run.iter().map(|d| d.authority).filter(|&authority| authority != 0);
        let first = issued.next();
        first.is_some_and(|first| issued.any(|other| other != first))
    };
    let (mut shared, mut apart): (Vec<PatientKey>, Vec<(PatientKey, PatientKey)>) = Default::default();
    // Where no record names an authority, no identifier can have two.
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
        dispenses.par_sort_unstable_by_key(|d| (d.patient, d.place()));
        for fact in &mut facts {
            if shared.binary_search(&fact.patient).is_ok() {
                fact.patient = under(fact.patient, fact.authority, authorities);
            }
        }
    }
    facts.par_sort_unstable();
    Patients { dispenses, facts, ambiguous: !shared.is_empty(), apart }
}

impl Patients {
    /// Every patient with the records and facts about them, in an order of no meaning.
    pub fn all(&self) -> impl ParallelIterator<Item = (PatientKey, &[Dispense], &[Fact])> {
        self.dispenses.par_chunk_by(|a, b| a.patient == b.patient).map(|records| {
            let key = records[0].patient;
            let from = self.facts.partition_point(|fact| fact.patient < key);
            let to = from + self.facts[from..].partition_point(|fact| fact.patient == key);
            (key, records, &self.facts[from..to])
        })
    }
}

fn under(patient: PatientKey, authority: u16, authorities: &[String]) -> PatientKey {
    match authority.checked_sub(1).and_then(|at| authorities.get(at as usize)) {
        Some(authority) => patient.under(authority),
        None => patient,
    }
}
