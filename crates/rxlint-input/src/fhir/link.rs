//! The Medications that records refer to, collected over all inputs of the run.

use std::sync::Arc;

use rayon::prelude::*;

use super::block::{self, Linked};
use super::cut::{Mode, ResourceCutter};
use super::json::{JsonValue, Tape};
use super::kind::ResourceKind;
use super::medication::Medications;
use super::pages;
use super::resources::FhirResources;
use crate::blocks::read_all;
use crate::error::InputError;
use crate::source::InputSource;

/// How much is searched at a time.
const CHUNK: usize = 256 << 10;

/// Makes the Medications of all inputs known to each input.
///
/// # Errors
/// When one cannot be read.
pub(super) fn link<'a>(
    inputs: impl Iterator<Item = (&'a mut FhirResources, &'a InputSource)>,
) -> Result<(), InputError> {
    let mut all: Vec<&mut FhirResources> = Vec::new();
    let mut index = Medications::default();
    let mut pages = Vec::new();
    let inputs: Vec<(&mut FhirResources, &InputSource)> = inputs.collect();
    let by_identifier = name_by_identifier(&inputs)?;
    for (resources, source) in inputs {
        if resources.may_delete && holds(source, &pages::KINDS, pages::says_kind)? {
            let of_file = pages::pages(source)?.into_iter();
            pages.extend(of_file.map(|page| (resources.file, resources.folder, page)));
        }
        index.lies_in(resources.file, resources.folder);
        index.persons.lies_in(resources.file, resources.folder);
        gather(resources, source, by_identifier, &mut index)?;
        all.push(resources);
    }
    index.mix();
    index.persons.settle();
    let index = Arc::new(index);
    let missing = pages::missing(&pages);
    for resources in &mut all {
        let own = missing.iter().find(|(file, _)| *file == resources.file);
        resources.missing = own.map(|(_, why)| why.clone());
    }
    all.into_iter().for_each(|resources| resources.medications = Arc::clone(&index));
    Ok(())
}

/// Whether records in files of lines identify someone only by an identifier, so that it matters which Patient has it.
fn name_by_identifier(inputs: &[(&mut FhirResources, &InputSource)]) -> Result<bool, InputError> {
    let is_of_subject = |before: &[u8]| {
        let object = behind(before, b"{").and_then(|len| behind(&before[..len], b":"));
        object.is_some_and(|len| {
            let member = before[..len].trim_ascii_end();
            member.ends_with(b"\"subject\"") || member.ends_with(b"\"patient\"")
        })
    };
    for (resources, source) in inputs {
        let may = resources.mode == Mode::Lines && resources.has_records;
        let counts = |before: &[u8]| {
            let is_condition = before.ends_with(b"Patient?");
            is_condition || before.strip_suffix(b"\"").is_some_and(is_of_subject)
        };
        if may && holds(source, &[b"identifier"], counts)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The Medications of one input, added to those of the run.
fn gather(
    resources: &FhirResources,
    source: &InputSource,
    by_identifier: bool,
    index: &mut Medications,
) -> Result<(), InputError> {
    // If each line is a resource, a person's name is always the id, unless records name someone differently.
    let is_document = resources.mode == Mode::Document;
    let names: &[&[u8]] =
        if is_document || by_identifier { &block::LINKED } else { &block::LINKED[..2] };
    if resources.may_delete && holds(source, &[b"\"DELETE\""], |_| true)? {
        deleted(resources, source, index)?;
    }
    if resources.has_records && holds(source, &[IN_ERROR], |_| true)? {
        taken_back(resources, source, index)?;
    }
    // But several may be said to be one.
    let links: [&[u8]; 2] = [b"\"link\"", b"\"Linkage\""];
    let may_link = || Ok(!is_document && holds(source, &links, |_| true)?);
    if !holds(source, names, may_be_linked)? && !may_link()? {
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
            Linked::Same(references) => index.persons.add_one(resources.file, references),
            Linked::Person(person) if is_document => index.persons.add(resources.file, person),
            Linked::Person(person) => {
                if by_identifier {
                    index.persons.add_line(resources.folder, &person);
                }
                if person.is_linked() {
                    index.persons.add(resources.file, person.by_id());
                }
            }
        }
    }
    Ok(())
}

/// The status of what was never true.
const IN_ERROR: &[u8] = b"\"entered-in-error\"";

/// Last versions that say neither whose they are nor anything else: they amount to deletions.
fn taken_back(
    resources: &FhirResources,
    source: &InputSource,
    index: &mut Medications,
) -> Result<(), InputError> {
    each_place(source, IN_ERROR, |bytes, found| {
        let mut tape = Tape::default();
        let Some(version) = around(bytes, found).and_then(|text| tape.read(text).ok()) else {
            return;
        };
        let text = |name: &str| version.get(name).and_then(JsonValue::text);
        let when = version.get("meta").and_then(|meta| meta.text_at(&["lastUpdated"]));
        let is_record = ResourceKind::of_resource(&version).is_some_and(|kind| kind.is_record());
        let is_of_nobody = version.any(&["subject", "patient"]).is_none();
        if let (Some(kind), Some(id), Some(when), true, true) =
            (text("resourceType"), text("id"), when, is_record, is_of_nobody)
        {
            let of = (resources.file, Some(resources.folder));
            index.delete(of, &format!("{kind}/{id}"), "", &when);
        }
    })
}

/// What the Bundles of an input say was deleted: entries with a request and without a resource.
fn deleted(
    resources: &FhirResources,
    source: &InputSource,
    index: &mut Medications,
) -> Result<(), InputError> {
    each_place(source, b"\"DELETE\"", |bytes, found| {
        let start = memchr::memrchr(b'{', &bytes[..found]);
        let end = memchr::memchr(b'}', &bytes[found..]).map(|end| found + end + 1);
        let (Some(start), Some(end)) = (start, end) else { return };
        let (mut tape, mut whole) = (Tape::default(), Tape::default());
        let entry = around(bytes, start).and_then(|entry| whole.read(entry).ok());
        let text = |path: &[&str]| entry.as_ref()?.get(path[0])?.text_at(&path[1..]);
        if let Ok(request) = tape.read(&bytes[start..end])
            && let Some(url) = request.get("url").and_then(JsonValue::text)
        {
            let full_url = text(&["fullUrl"]).unwrap_or_default();
            let when = text(&["response", "lastModified"]).unwrap_or_default();
            index.delete((resources.file, resources.deletes_in), &url, &full_url, &when);
        }
    })
}

/// Every place of a text in an input, with its surroundings. What spans two chunks may be seen twice.
fn each_place(
    source: &InputSource,
    text: &[u8],
    mut see: impl FnMut(&[u8], usize),
) -> Result<(), InputError> {
    let reader = source.reader()?;
    let mut at = source.start();
    loop {
        let bytes = reader.bytes(at, CHUNK)?;
        memchr::memmem::find_iter(&bytes, text).for_each(|found| see(&bytes, found));
        if bytes.len() < CHUNK {
            return Ok(());
        }
        at += (CHUNK - 4096) as u64;
    }
}

/// The object around the one that begins there, without regard to what is far before it.
fn around(bytes: &[u8], inner: usize) -> Option<&[u8]> {
    let (mut depth, mut start) = (0u32, None);
    for (at, byte) in bytes[..inner].iter().enumerate().rev().take(4096) {
        match byte {
            b'}' | b']' => depth += 1,
            b'{' | b'[' if depth > 0 => depth -= 1,
            b'{' => start = Some(at),
            b'[' => return None,
            _ => {}
        }
        if start.is_some() {
            break;
        }
    }
    let start = start?;
    let (mut depth, mut in_text, mut is_escaped) = (0u32, false, false);
    for (at, byte) in bytes[start..].iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return bytes.get(start..=start + at);
                }
            }
            _ => {}
        }
    }
    None
}

/// How much of a text precedes that end, which may be followed by white space.
fn behind(text: &[u8], end: &[u8]) -> Option<usize> {
    text.trim_ascii_end().strip_suffix(end).map(<[u8]>::len)
}

/// Whether the name after these bytes may be that of a resource that others refer to: it is the type of a resource, and not that of the first one
/// contained in another.
fn may_be_linked(before: &[u8]) -> bool {
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

/// Whether one of the names occurs anywhere, after bytes that let it count: a quick search that saves most inputs a slower one.
fn holds(
    source: &InputSource,
    names: &[&[u8]],
    counts: impl Fn(&[u8]) -> bool + Sync,
) -> Result<bool, InputError> {
    // A name may span two chunks, together with what is checked before it.
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
        // Any result ends the search.
        if let Ok(false) = found { None } else { Some(found) }
    };
    chunks.par_bridge().map_init(Vec::new, search).find_map_any(|found| found).unwrap_or(Ok(false))
}
