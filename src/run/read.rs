//! Reading the inputs of a run on all threads.

use rayon::prelude::*;

use rxlint_engine::collect::first_days::FirstDays;
use rxlint_engine::collect::{Collected, Collection};
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_model::summary::RecordCount;

/// Files with fewer bytes than this are read in parallel.
const SMALL: u64 = 1 << 20;

/// Reads every input; returns what was collected, and the counts and first days of each. `of_anyone` also collects facts
/// about persons without a watched drug.
pub(super) fn all(
    collection: &Collection,
    inputs: &[Input],
    of_anyone: bool,
) -> Result<(Collected, Vec<(RecordCount, FirstDays)>), InputError> {
    let read = |input: &Input| -> Result<Collected, InputError> {
        let mut of_file = Collected::default();
        for block in input.read(&|| collection.collector())? {
            of_file.absorb(block.finish());
        }
        Ok(of_file)
    };
    let mut collected: Vec<Option<Collected>> = Vec::new();
    // A large file keeps all threads busy by itself; small ones are read in parallel.
    for group in inputs.chunk_by(|a, b| a.is_shorter_than(SMALL) && b.is_shorter_than(SMALL)) {
        let read =
            |input: &Input| if input.is_context() { Ok(None) } else { read(input).map(Some) };
        let group: Vec<Result<Option<Collected>, InputError>> =
            group.par_iter().map(read).collect();
        // Of several failures the first is reported, in the order of the inputs.
        for of_file in group {
            collected.push(of_file?);
        }
    }
    // Tables of persons are read last: by then it is known whose births and diagnoses matter.
    let in_memory = collected.iter().flatten().all(|of_file| of_file.runs.is_empty());
    if !of_anyone && in_memory && collected.iter().any(Option::is_none) {
        collection.care_only_for(
            collected
                .iter()
                .flatten()
                .flat_map(|of_file| of_file.dispenses.iter().map(|dispense| dispense.patient)),
        );
    }
    let mut all = Collected::default();
    let mut files = Vec::new();
    for (input, of_file) in inputs.iter().zip(collected) {
        let of_file = of_file.map_or_else(|| read(input), Ok)?;
        let counted = RecordCount {
            read: of_file.read,
            checked: of_file.checked,
            inactive: of_file.inactive,
            unresolved: of_file.unresolved,
            rejected: of_file.rejected.len() as u64,
            ..input.record_count()
        };
        files.push((counted, of_file.first_days.clone()));
        all.absorb(of_file);
        collection.relieve(&mut all);
    }
    Ok((all, files))
}
