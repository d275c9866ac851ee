//! Reading the inputs of a run, with as many threads as there are.

use rayon::prelude::*;

use rxlint_engine::collect::first_days::FirstDays;
use rxlint_engine::collect::{Collected, Collection};
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_model::summary::RecordCount;

/// Files below this many bytes are read beside each other.
const SMALL: u64 = 1 << 20;

/// Reads every input; gives what was collected, and the counts and first days of each. `of_anyone` asks for what is said of
/// persons without a watched drug as well.
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
    // A large file keeps all threads busy by itself; small ones are read beside each other.
    for group in inputs.chunk_by(|a, b| a.is_shorter_than(SMALL) && b.is_shorter_than(SMALL)) {
        let read =
            |input: &Input| if input.is_context() { Ok(None) } else { read(input).map(Some) };
        let group: Vec<Result<Option<Collected>, InputError>> =
            group.par_iter().map(read).collect();
        // Of several failures the first is told, in the order of the inputs.
        for of_file in group {
            collected.push(of_file?);
        }
    }
    // What tells of persons alone is read last: by then it is known whose birth and diagnoses matter.
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
