//! Reads a file of resources, in parallel.

use std::sync::Mutex;

use rxlint_model::place::Place;
use rxlint_model::reason::Reason;
use rxlint_model::record::Field;
use rxlint_model::sink::RecordSink;

use super::block;
use super::cut::ResourceCutter;
use super::resources::FhirResources;
use super::scan::Scan;
use crate::blocks::{lock, read_all};
use crate::error::InputError;
use crate::progress::ReadProgress;
use crate::source::InputSource;

/// Reads every record: one sink per block, in input order.
///
/// # Errors
/// When the input cannot be read, or changes meanwhile.
pub(super) fn read<I: RecordSink>(
    resources: &FhirResources,
    source: &InputSource,
    make: &(dyn Fn() -> I + Sync),
    progress: &ReadProgress,
) -> Result<Vec<I>, InputError> {
    let reader = source.reader()?;
    let mut cutter = ResourceCutter::new(&reader, source.start(), resources.mode);
    let spare: Mutex<Vec<Vec<u8>>> = Mutex::default();
    let blocks = read_all(
        || cutter.next(lock(&spare).pop()),
        |mut block| {
            let mut sink = make();
            let records = block::read(resources, &mut block, &mut sink);
            progress.reached(block.offset + block.bytes.len() as u64);
            lock(&spare).push(block.bytes);
            (sink, records)
        },
    )?;
    source.still_the_same()?;
    let mut before = 0u32;
    let last = blocks.len().saturating_sub(1);
    let number = |(at, (mut sink, mut records)): (usize, (I, u32))| {
        // What the other pages hold was never read: it is counted as one record that could not be.
        if let Some(why) = resources.missing.clone().filter(|_| at == last) {
            records += 1;
            let place = Place { file: resources.file, record: records, line: 1, offset: 0 };
            sink.reject(place, Reason::Malformed(why));
        }
        sink.shift(Place::before(before, 0));
        before = before.saturating_add(records);
        sink
    };
    Ok(blocks.into_iter().enumerate().map(number).collect())
}

/// Takes the resources of each block up to a place, with the place of their first bytes.
pub(super) fn raw<T: Send>(
    resources: &FhirResources,
    source: &InputSource,
    until: u64,
    take: impl Fn(&mut dyn Iterator<Item = (u64, &[u8])>) -> T + Sync,
) -> Result<Vec<T>, InputError> {
    let reader = source.reader()?;
    let mut cutter = ResourceCutter::new(&reader, source.start(), resources.mode);
    read_all(
        || Ok(cutter.next(None)?.filter(|block| block.offset < until)),
        |mut block| {
            block.find_lines();
            let mut pieces = block.pieces.iter().map(|piece| (piece.start, block.bytes_of(piece)));
            take(&mut pieces)
        },
    )
}

/// The resources in bytes from the middle of a document, from the first that an entry holds: first byte, and the one after the last.
pub(super) fn from_the_middle(bytes: &[u8], offset: u64) -> Vec<(u64, u64)> {
    const NAME: &[u8] = b"\"resource\"";
    let begins = |at: &usize| {
        let rest = bytes[at + NAME.len()..].trim_ascii_start();
        let value = rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
        value.is_some_and(|value| value.starts_with(b"{"))
    };
    let Some(begin) = memchr::memmem::find_iter(bytes, NAME).find(begins) else {
        return Vec::new();
    };
    let (mut scan, mut found) = (Scan::new(offset + begin as u64, 0), Vec::new());
    scan.go(bytes, offset, begin, &mut found);
    found.into_iter().map(|found| (found.start, found.end)).collect()
}

/// The first records as they are understood.
pub(super) fn samples(
    resources: &FhirResources,
    source: &InputSource,
) -> Result<Vec<Vec<(Field, String)>>, InputError> {
    let reader = source.reader()?;
    let first = ResourceCutter::new(&reader, source.start(), resources.mode)
        .next(None)?
        .unwrap_or_default();
    Ok(block::samples(resources, first, 5))
}
