//! One block of resources, made into records and into what is told of persons.

use std::borrow::Cow;

use memchr::memmem;

use super::Fhir;
use super::cells::Cells;
use super::cut::{Block, LIMIT, Mode, Piece};
use super::json::Object;
use super::kind::{Kind, may_be_record};
use super::medication::{self, Identity};
use super::scan::Scan;
use super::{person, record};
use crate::input::Intake;
use crate::input::reject::Reason;
use crate::record::{Cell, Field, Place, Record};

/// Reads every resource of the block into the intake; gives how many records there were.
pub(super) fn read<I: Intake>(fhir: &Fhir, block: &Block, intake: &mut I) -> u32 {
    let mut reader = Reader { fhir, intake, records: 0 };
    for piece in &block.pieces {
        reader.piece(piece, block.bytes_of(piece));
    }
    reader.records
}

struct Reader<'f, 'i, I> {
    fhir: &'f Fhir,
    intake: &'i mut I,
    records: u32,
}

impl<I: Intake> Reader<'_, '_, I> {
    fn place(&mut self, piece: &Piece) -> Place {
        self.records = self.records.saturating_add(1);
        Place { file: self.fhir.file, record: self.records, line: piece.line, offset: piece.start }
    }

    fn reject(&mut self, piece: &Piece, reason: Reason) {
        let place = self.place(piece);
        self.intake.reject(place, reason);
    }

    fn piece(&mut self, piece: &Piece, bytes: &[u8]) {
        if let Some(reason) = &piece.problem {
            return self.reject(piece, reason.clone());
        }
        if is_idle(bytes, |kind| kind.is_record() || kind.is_person() || kind == Kind::Envelope) {
            return;
        }
        if bytes.len() > LIMIT {
            if may_be_record(bytes) {
                self.reject(piece, Reason::TooLarge);
            }
            return;
        }
        let resource = match Object::parse(bytes) {
            Ok(resource) => resource,
            Err(why) => return self.reject(piece, Reason::Malformed(format!("the resource cannot be read: {why}"))),
        };
        match Kind::of_resource(&resource) {
            Some(kind) if kind.is_record() => {
                let cells = record::cells(kind, &resource, &self.fhir.medications, self.fhir.file);
                let place = self.place(piece);
                give(kind, &cells, place, self.intake);
            }
            Some(kind) if kind.is_person() => {
                let place = Place { file: self.fhir.file, record: self.records, line: piece.line, offset: piece.start };
                person::tell(kind, &resource, piece.full_url.as_deref(), place, self.intake);
            }
            Some(Kind::Envelope) if self.fhir.mode == Mode::Lines => {
                for (inner, bytes) in within(piece, bytes) {
                    self.piece(&inner, bytes);
                }
            }
            None if self.fhir.mode == Mode::Lines => {
                self.reject(piece, Reason::Malformed("the line is no FHIR resource: it has no resourceType".to_owned()));
            }
            _ => {}
        }
    }
}

/// Whether the resource is known, by its first bytes, to be of no use, so that it need not be read. One that holds the
/// name of a medication resource is read all the same: two lines may have run into one.
fn is_idle(bytes: &[u8], wanted: impl Fn(Kind) -> bool) -> bool {
    match Kind::hint(bytes) {
        Some(Kind::Observation) if wanted(Kind::Observation) => {
            // Most observations are measurements, which tell nothing here.
            memmem::find(bytes, b"\"valueCodeableConcept\"").is_none()
                && memmem::find(bytes, b"\"valueBoolean\"").is_none()
                && !may_be_record(bytes)
        }
        Some(kind) => !wanted(kind) && !may_be_record(bytes),
        None => false,
    }
}

/// The resources of an envelope that stands on one line.
fn within<'b>(piece: &Piece, bytes: &'b [u8]) -> Vec<(Piece, &'b [u8])> {
    let (mut scan, mut found) = (Scan::new(0, 0), Vec::new());
    scan.go(bytes, 0, 0, &mut found);
    let inner = found.into_iter().filter(|found| found.start > 0).filter_map(|found| {
        let range = usize::try_from(found.start).ok()?..usize::try_from(found.end).ok()?;
        let inner = Piece { start: piece.start + found.start, line: piece.line, ..Piece::from(found) };
        Some((inner, bytes.get(range)?))
    });
    inner.collect()
}

/// Gives the intake a record with these cells.
fn give<I: Intake>(kind: Kind, cells: &Cells<'_>, place: Place, intake: &mut I) {
    let mut record = Record::empty(place, record::statement(kind));
    for found in &cells.0 {
        record.cells[found.field as usize] = Cell { text: found.text.as_bytes(), start: 0, len: 0 };
    }
    intake.record(&record);
}

/// The Medications of a block: their names and what they are.
pub(super) fn medications(block: &Block) -> Vec<(Vec<Box<str>>, Identity)> {
    let mut found = Vec::new();
    if memmem::find(&block.bytes, b"\"Medication\"").is_some() {
        for piece in &block.pieces {
            collect(piece, block.bytes_of(piece), &mut found);
        }
    }
    found
}

fn collect(piece: &Piece, bytes: &[u8], found: &mut Vec<(Vec<Box<str>>, Identity)>) {
    let idle = match Kind::hint(bytes) {
        Some(kind) => !matches!(kind, Kind::Medication | Kind::Envelope),
        None => memmem::find(bytes, b"\"Medication\"").is_none(),
    };
    if idle {
        return;
    }
    // What is broken is told of when records are read.
    let Ok(resource) = Object::parse(bytes) else { return };
    match Kind::of_resource(&resource) {
        Some(Kind::Medication) => {
            found.push((medication::own_names(&resource, piece.full_url.as_deref()), medication::identity(&resource)));
        }
        Some(Kind::Envelope) => within(piece, bytes).iter().for_each(|(inner, bytes)| collect(inner, bytes, found)),
        _ => {}
    }
}

/// The first records of a block as they are understood, for `--dry-run`.
pub(super) fn samples(fhir: &Fhir, block: &Block, most: usize) -> Vec<Vec<(Field, String)>> {
    let records = block.pieces.iter().filter_map(|piece| {
        let resource = Object::parse(block.bytes_of(piece)).ok()?;
        let kind = Kind::of_resource(&resource).filter(|kind| kind.is_record())?;
        let cells = record::cells(kind, &resource, &fhir.medications, fhir.file);
        Some(cells.0.into_iter().map(|found| (found.field, Cow::into_owned(found.text))).collect())
    });
    records.take(most).collect()
}
