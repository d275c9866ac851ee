//! Reading the inputs of a run on all threads.

use rayon::prelude::*;

use super::gaps;
use rxlint_engine::collect::first_days::FirstDays;
use rxlint_engine::collect::{Collected, Collection, Rejected};
use rxlint_input::Input;
use rxlint_input::error::{ErrorKind, InputError};
use rxlint_model::gap::Gap;
use rxlint_model::summary::RecordCount;

/// Files with fewer bytes than this are read in parallel.
const SMALL: u64 = 1 << 20;

/// What was collected; the counts and first days of each input; what each rejected; what was not read.
pub(super) type AllRead = (Collected, Vec<(RecordCount, FirstDays)>, Vec<Rejected>, Vec<Gap>);

/// An input that was read, or the reason why its dates cannot be.
type Reading = Result<Collected, InputError>;

/// Reads every input; returns what was collected, the counts and first days of each, and the inputs that were not read after
/// all. `of_anyone` also collects facts about persons without a watched drug.
pub(super) fn all(
    collection: &Collection,
    inputs: &[Input],
    of_anyone: bool,
) -> Result<AllRead, InputError> {
    let mut readings: Vec<Option<Reading>> = Vec::new();
    // A large file keeps all threads busy by itself; small ones are read in parallel.
    for group in inputs.chunk_by(|a, b| a.is_shorter_than(SMALL) && b.is_shorter_than(SMALL)) {
        let read = |input: &Input| match input.is_context() {
            true => Ok(None),
            false => one(collection, input).map(Some),
        };
        let group: Vec<Result<Option<Reading>, InputError>> = group.par_iter().map(read).collect();
        // Of several failures the first is reported, in the order of the inputs.
        for reading in group {
            readings.push(reading?);
        }
    }
    // Tables of persons are read last: by then it is known whose births and diagnoses matter.
    let prescriptions = || readings.iter().flatten().flatten();
    let in_memory = prescriptions().all(|of_file| of_file.runs.is_empty());
    if !of_anyone && in_memory && readings.iter().any(Option::is_none) {
        let dispenses = prescriptions().flat_map(|of_file| &of_file.dispenses);
        collection.care_only_for(dispenses.map(|dispense| dispense.patient));
    }
    let is_any_read = prescriptions().next().is_some();
    let mut all = Collected::default();
    let (mut files, mut rejected, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for (input, reading) in inputs.iter().zip(readings) {
        let mut of_file = match reading.map_or_else(|| one(collection, input), Ok)? {
            Ok(of_file) => of_file,
            Err(error) if is_any_read => {
                unread.push(gaps::unread(&error));
                files.push((
                    RecordCount { unread: true, ..input.record_count() },
                    FirstDays::default(),
                ));
                rejected.push(Rejected::default());
                continue;
            }
            Err(error) => return Err(error),
        };
        let counted = RecordCount {
            read: of_file.read,
            checked: of_file.checked,
            inactive: of_file.inactive,
            unresolved: of_file.unresolved,
            rejected: of_file.rejected.len(),
            ..input.record_count()
        };
        unread.extend(gaps::unread_lengths(&of_file, input.path()));
        files.push((counted, of_file.first_days.clone()));
        rejected.push(std::mem::take(&mut of_file.rejected));
        all.absorb(of_file);
        collection.relieve(&mut all);
    }
    all.settle_late();
    all.name_reversals();
    Ok((all, files, rejected, unread))
}

/// Reads one input. That its dates can be read in two ways shows only then, and does not keep the others from being judged.
fn one(collection: &Collection, input: &Input) -> Result<Reading, InputError> {
    let blocks = match input.read(&|| collection.collector()) {
        Err(error) if matches!(error.kind(), ErrorKind::AmbiguousDates { .. }) => {
            return Ok(Err(error));
        }
        blocks => blocks?,
    };
    let mut of_file = Collected::default();
    for block in blocks {
        of_file.absorb(block.finish());
    }
    Ok(Ok(of_file))
}
