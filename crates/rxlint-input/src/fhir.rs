//! FHIR: prescriptions as JSON resources, alone, in Bundles or one on each line (the bulk export's NDJSON).
//!
//! Nothing is loaded whole. Resources are told apart by a scan or by lines (`scan`, `cut`), and each is read alone, on
//! all threads (`block`). Versions from DSTU2 to R5 are read by the names of their members; no file says its version.
//! Medications that records refer to are collected in a pass of their own, over all inputs of the run (`link`).

mod block;
mod cells;
mod cut;
mod dosage;
mod drugs;
mod json;
mod kind;
mod medication;
mod person;
mod record;
mod reference;
mod reread;
mod scan;

use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::blocks::{lock, read_all};
use super::error::InputError;
use super::source::Source;

use cut::{Cutter, Mode};
pub(crate) use drugs::Drugs;
use kind::Kind;
use medication::Medications;
use rxlint_model::place::Place;
use rxlint_model::record::Field;

/// How much of an input is looked at to tell what it is.
const HEAD: usize = 1 << 20;

/// How much is searched at a time.
const CHUNK: usize = 256 << 10;

/// An input of FHIR resources that was opened.
#[derive(Clone, Debug)]
pub(crate) struct Fhir {
    file: u32,
    mode: Mode,
    has_records: bool,
    medications: Arc<Medications>,
}

impl Fhir {
    /// Looks at the head of an input; `None` where it is no FHIR, or holds none of the resources that are read.
    ///
    /// A file of lines is never left out: a bulk export has a file for every type, and most have nothing to check.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub(crate) fn open(source: &Source, file: u32) -> Result<Option<Self>, InputError> {
        let reader = source.reader()?;
        let head = reader.bytes(source.start(), HEAD)?;
        let whole = reader.ends_at(source.start() + head.len() as u64)?;
        let kinds = kind::named(&head);
        let mode = if is_lines(source.name(), &head, whole) { Mode::Lines } else { Mode::Document };
        let of_use =
            |kind: &Kind| kind.is_record() || kind.is_person() || *kind == Kind::Medication;
        if kinds.is_empty() || whole && mode == Mode::Document && !kinds.iter().any(of_use) {
            return Ok(None);
        }
        let has_records = kinds.iter().any(|kind| kind.is_record() || *kind == Kind::Envelope);
        Ok(Some(Self { file, mode, has_records, medications: Arc::default() }))
    }

    /// The layout, for the ledger.
    pub(crate) fn layout(&self) -> &'static str {
        match (self.mode, self.has_records) {
            (_, false) => "context",
            (Mode::Lines, _) => "ndjson",
            (Mode::Document, _) => "document",
        }
    }

    /// The format in words.
    pub(crate) fn words(&self) -> &'static str {
        match self.mode {
            Mode::Lines => "FHIR, one resource on each line (NDJSON)",
            Mode::Document => "FHIR, JSON documents",
        }
    }

    /// Whether it seems to tell of persons and Medications alone, so that it is best read after the others.
    pub(crate) fn is_context(&self) -> bool {
        !self.has_records
    }

    /// Reads every record: one intake for each block, in the order of the input.
    ///
    /// # Errors
    /// When the input cannot be read, or changes meanwhile.
    pub(crate) fn read<I: RecordSink>(
        &self,
        source: &Source,
        make: &(dyn Fn() -> I + Sync),
    ) -> Result<Vec<I>, InputError> {
        let reader = source.reader()?;
        let mut cutter = Cutter::new(&reader, source.start(), self.mode);
        let spare: Mutex<Vec<Vec<u8>>> = Mutex::default();
        let blocks = read_all(
            || cutter.next(lock(&spare).pop()),
            |mut block| {
                let mut intake = make();
                let records = block::read(self, &mut block, &mut intake);
                lock(&spare).push(block.bytes);
                (intake, records)
            },
        )?;
        source.still_the_same()?;
        let mut before = 0u32;
        let number = |(mut intake, records): (I, u32)| {
            intake.shift(Place::before(before, 0));
            before = before.saturating_add(records);
            intake
        };
        Ok(blocks.into_iter().map(number).collect())
    }

    /// Reads one record again.
    ///
    /// # Errors
    /// When it no longer stands there.
    pub(crate) fn reread(&self, source: &Source, place: Place) -> Result<RecordText, InputError> {
        reread::reread(self, source, place)
    }

    /// The first records as they are understood.
    pub(crate) fn samples(&self, source: &Source) -> Result<Vec<Vec<(Field, String)>>, InputError> {
        let reader = source.reader()?;
        let first = Cutter::new(&reader, source.start(), self.mode).next(None)?.unwrap_or_default();
        Ok(block::samples(self, first, 5))
    }

    /// The Medications of one input, added to those of the run.
    fn gather(&self, source: &Source, index: &mut Medications) -> Result<(), InputError> {
        if !holds_medications(source)? {
            return Ok(());
        }
        let reader = source.reader()?;
        let mut cutter = Cutter::new(&reader, source.start(), self.mode);
        let found = read_all(|| cutter.next(None), block::medications)?;
        for (names, identity) in found.into_iter().flatten() {
            index.add(self.file, &names, identity);
        }
        Ok(())
    }
}

/// Makes the Medications of all inputs known to each of them.
///
/// # Errors
/// When one cannot be read.
pub(crate) fn link<'a>(
    inputs: impl Iterator<Item = (&'a mut Fhir, &'a Source)>,
) -> Result<(), InputError> {
    let mut all: Vec<&mut Fhir> = Vec::new();
    let mut index = Medications::default();
    for (fhir, source) in inputs {
        fhir.gather(source, &mut index)?;
        all.push(fhir);
    }
    let index = Arc::new(index);
    all.into_iter().for_each(|fhir| fhir.medications = Arc::clone(&index));
    Ok(())
}

/// Whether the type of a Medication is named anywhere: a quick search that spares most inputs a slower one.
fn holds_medications(source: &Source) -> Result<bool, InputError> {
    const NAME: &[u8] = b"\"Medication\"";
    let reader = source.reader()?;
    // A name may stand across two chunks.
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

/// Whether each line is a resource of its own: by the file's name, or because the first line is whole and more follow.
fn is_lines(name: &str, head: &[u8], whole: bool) -> bool {
    let name = name.to_ascii_lowercase();
    let named = [".ndjson", ".jsonl"].iter().any(|ending| name.contains(ending));
    let mut lines =
        head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let (first, second) = (lines.next().unwrap_or_default(), lines.next());
    let is_object = |line: &[u8]| line.starts_with(b"{") && line.ends_with(b"}");
    // The last line of a head that is not whole is cut.
    match second {
        Some(second) => named || is_object(first) && second.starts_with(b"{"),
        None => named && whole,
    }
}

#[cfg(test)]
mod tests;
