//! The Medications that records refer to, collected over all inputs of the run.

use std::sync::Arc;

use rayon::prelude::*;

use super::block;
use super::cut::ResourceCutter;
use super::medication::Medications;
use super::resources::FhirResources;
use crate::blocks::read_all;
use crate::error::InputError;
use crate::source::InputSource;

/// How much is searched at a time.
const CHUNK: usize = 256 << 10;

/// Makes the Medications of all inputs known to each of them.
///
/// # Errors
/// When one cannot be read.
pub(super) fn link<'a>(
    inputs: impl Iterator<Item = (&'a mut FhirResources, &'a InputSource)>,
) -> Result<(), InputError> {
    let mut all: Vec<&mut FhirResources> = Vec::new();
    let mut index = Medications::default();
    for (resources, source) in inputs {
        gather(resources, source, &mut index)?;
        all.push(resources);
    }
    let index = Arc::new(index);
    all.into_iter().for_each(|resources| resources.medications = Arc::clone(&index));
    Ok(())
}

/// The Medications of one input, added to those of the run.
fn gather(
    resources: &FhirResources,
    source: &InputSource,
    index: &mut Medications,
) -> Result<(), InputError> {
    if !holds_medications(source)? {
        return Ok(());
    }
    let reader = source.reader()?;
    let mut cutter = ResourceCutter::new(&reader, source.start(), resources.mode);
    let found = read_all(|| cutter.next(None), block::medications)?;
    for (names, identity) in found.into_iter().flatten() {
        index.add(resources.file, &names, identity);
    }
    Ok(())
}

/// Whether the type of a Medication is named anywhere: a quick search that spares most inputs a
/// slower one.
fn holds_medications(source: &InputSource) -> Result<bool, InputError> {
    const NAME: &[u8] = b"\"Medication\"";
    let reader = source.reader()?;
    // A name may span two chunks.
    let chunks = (source.start()..)
        .step_by(CHUNK - NAME.len())
        .take_while(|&at| reader.ends_at(at).is_ok_and(|ends| !ends));
    let search = |bytes: &mut Vec<u8>, at: u64| {
        bytes.resize(CHUNK, 0);
        let found =
            reader.fill(bytes, at).map(|got| memchr::memmem::find(&bytes[..got], NAME).is_some());
        // Whatever has been found out ends the search.
        if let Ok(false) = found { None } else { Some(found) }
    };
    chunks.par_bridge().map_init(Vec::new, search).find_map_any(|found| found).unwrap_or(Ok(false))
}
