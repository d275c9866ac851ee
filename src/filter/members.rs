//! How many patients with a watched drug each prescriber, site or month has: what a rate is of.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::read_again;
use crate::command::judging::CommandRun;
use rxlint_engine::collect::{Collection, Collector, Rejected};
use rxlint_input::error::InputError;
use rxlint_model::finding::PatientKey;
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record, Said};
use rxlint_model::sink::RecordSink;
use rxlint_model::summary::GroupBy;
use rxlint_model::wildcard::fold;

/// The patients of each group that is asked for.
type Members = BTreeMap<String, FxHashSet<PatientKey>>;

/// For each of these groups, how many patients have a record of it about a watched drug in tonight's files. Rules have no groups:
/// everyone is judged by them.
///
/// # Errors
/// An input that cannot be read to its end.
pub(super) fn counted(
    run: &CommandRun,
    by: GroupBy,
    groups: &BTreeSet<String>,
) -> Result<BTreeMap<String, u64>, InputError> {
    if by == GroupBy::Rule {
        let everybody = run.outcome.summary.patients;
        return Ok(groups.iter().map(|group| (group.clone(), everybody)).collect());
    }
    let collection = Collection::new(&run.engine);
    let mut all = Members::new();
    for input in run.inputs.iter().take(run.outcome.summary.files.len()) {
        let make =
            || Sink { collector: collection.collector(), by, groups, members: Members::new() };
        let blocks = read_again(input, &make)?.into_iter();
        for (group, patients) in blocks.flat_map(|block| block.members) {
            all.entry(group).or_default().extend(patients);
        }
    }
    Ok(all.into_iter().map(|(group, patients)| (group, patients.len() as u64)).collect())
}

struct Sink<'a> {
    collector: Collector<&'a Collection>,
    by: GroupBy,
    groups: &'a BTreeSet<String>,
    members: Members,
}

impl RecordSink for Sink<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.collector.record(record);
        let collected = &mut self.collector.collected;
        for kept in collected.dispenses.drain(..) {
            let group = match self.by {
                GroupBy::Month => kept.first.month(),
                GroupBy::Site => fold(&record.string(Field::Pharmacy)),
                GroupBy::Prescriber | GroupBy::Rule => fold(&record.string(Field::Prescriber)),
            };
            if self.groups.contains(&group) {
                self.members.entry(group).or_default().insert(kept.patient);
            }
        }
        collected.facts.clear();
        collected.rejected = Rejected::default();
    }

    fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {}

    fn person(&mut self, _: &Said<'_>) {}

    fn shift(&mut self, _: RowKey) {}
}
