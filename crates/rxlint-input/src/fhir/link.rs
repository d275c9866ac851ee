//! The Medications that records refer to, collected over all inputs of the run.

use std::sync::Arc;

use rayon::prelude::*;

use super::block::{self, Linked};
use super::cut::{Mode, ResourceCutter};
use super::json::{JsonValue, Tape};
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
        index.lies_in(resources.file, resources.folder);
        gather(resources, source, &mut index)?;
        all.push(resources);
    }
    index.mix();
    index.persons.settle();
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
    // Where each line is a resource, nothing gives a person another name than the id.
    let is_document = resources.mode == Mode::Document;
    let names: &[&[u8]] = if is_document {
        &[b"\"Medication\"", b"\"Substance\"", b"\"Patient\""]
    } else {
        &[b"\"Medication\"", b"\"Substance\""]
    };
    if resources.may_delete && holds(source, &[b"\"DELETE\""], |_| true)? {
        deleted(resources, source, index)?;
    }
    if !holds(source, names, may_be_linked)? {
        return Ok(());
    }
    let reader = source.reader()?;
    let mut cutter = ResourceCutter::new(&reader, source.start(), resources.mode);
    let found = read_all(|| cutter.next(None), block::medications)?;
    for linked in found.into_iter().flatten() {
        match linked {
            Linked::Medication(names, identity, parts) if parts.is_empty() => {
                index.add(resources.file, &names, identity);
            }
            Linked::Medication(names, identity, parts) => {
                index.add_mixed((resources.file, names, identity, parts));
            }
            Linked::Person(person) if is_document => index.persons.add(resources.file, person),
            Linked::Person(_) => {}
        }
    }
    Ok(())
}

/// What the Bundles of an input say was deleted: entries with a request and without a resource.
fn deleted(
    resources: &FhirResources,
    source: &InputSource,
    index: &mut Medications,
) -> Result<(), InputError> {
    let reader = source.reader()?;
    let mut at = source.start();
    loop {
        let bytes = reader.bytes(at, CHUNK)?;
        for found in memchr::memmem::find_iter(&bytes, b"\"DELETE\"") {
            let start = memchr::memrchr(b'{', &bytes[..found]);
            let end = memchr::memchr(b'}', &bytes[found..]).map(|end| found + end + 1);
            let (Some(start), Some(end)) = (start, end) else { continue };
            let mut tape = Tape::default();
            if let Ok(request) = tape.read(&bytes[start..end])
                && let Some(url) = request.get("url").and_then(JsonValue::text)
            {
                index.delete(resources.file, resources.deletes_in, &url);
            }
        }
        if bytes.len() < CHUNK {
            return Ok(());
        }
        // A request may span two chunks.
        at += (CHUNK - 4096) as u64;
    }
}

/// Whether the name behind these bytes may be that of a resource that others refer to: it is neither something else than the
/// type of a resource, nor that of the first one that is contained in another.
fn may_be_linked(before: &[u8]) -> bool {
    let behind = |text: &[u8], end: &[u8]| text.trim_ascii_end().strip_suffix(end).map(<[u8]>::len);
    let Some(colon) = behind(before, b":") else { return true };
    let Some(name) = behind(&before[..colon], b"\"resourceType\"") else {
        // `"type":"Medication"` of a reference; what cannot be seen is looked at.
        return before.len() < 64 || behind(&before[..colon], b"\"type\"").is_none();
    };
    let mut rest = &before[..name];
    for end in [&b"{"[..], b"[", b":", b"\"contained\""] {
        match behind(rest, end) {
            Some(len) => rest = &rest[..len],
            None => return true,
        }
    }
    false
}

/// Whether one of the names is anywhere, behind bytes that let it count: a quick search that spares most inputs a slower one.
fn holds(
    source: &InputSource,
    names: &[&[u8]],
    counts: impl Fn(&[u8]) -> bool + Sync,
) -> Result<bool, InputError> {
    // A name may span two chunks, together with what is looked at before it.
    const BEFORE: usize = 64;
    const OVERLAP: usize = BEFORE + 16;
    let reader = source.reader()?;
    let chunks = (source.start()..)
        .step_by(CHUNK - OVERLAP)
        .take_while(|&at| reader.ends_at(at).is_ok_and(|ends| !ends));
    let search = |bytes: &mut Vec<u8>, at: u64| {
        bytes.resize(CHUNK, 0);
        let from = if at == source.start() { 0 } else { BEFORE };
        let has = |bytes: &[u8], name: &[u8]| {
            memchr::memmem::find_iter(bytes, name).any(|at| at >= from && counts(&bytes[..at]))
        };
        let found =
            reader.fill(bytes, at).map(|got| names.iter().any(|name| has(&bytes[..got], name)));
        // Whatever has been found out ends the search.
        if let Ok(false) = found { None } else { Some(found) }
    };
    chunks.par_bridge().map_init(Vec::new, search).find_map_any(|found| found).unwrap_or(Ok(false))
}
