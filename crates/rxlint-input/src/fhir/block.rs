//! Reads one block of resources: records, and facts about persons.

use std::borrow::Cow;

use memchr::memmem;

use super::cells::FhirCells;
use super::cut::{FhirBlock, LIMIT, Mode, ResourcePiece};
use super::json::{JsonValue, Object, Tape};
use super::kind::{
    ResourceKind, holds_more, is_error, is_misnamed, is_passed_over, lost_resource, may_be_record,
};
use super::medication::{self, MedicationIdentity};
use super::persons::{self, Person};
use super::resources::FhirResources;
use super::scan::Scan;
use super::{attachment, claim, person, quick, record};
use rxlint_model::fast_path::{FastLayout, FastOutcome, FastRow};
use rxlint_model::place::Place;
use rxlint_model::reason::Reason;
use rxlint_model::record::{AdjustmentCodes, Cell, Field, Record};
use rxlint_model::sink::RecordSink;

/// Reads every resource of the block into the sink; returns how many records there were.
pub(super) fn read<I: RecordSink>(
    fhir: &FhirResources,
    block: &mut FhirBlock,
    sink: &mut I,
) -> u32 {
    block.find_lines();
    let layout =
        FastLayout { delimiter: b'{', adjustment: AdjustmentCodes::Order, ..FastLayout::default() };
    let quick = sink.begin_fast_path(&layout).then(QuickWork::default);
    let mut reader = BlockReader { fhir, sink, records: 0, tape: Tape::default(), quick };
    for piece in &block.pieces {
        reader.piece(piece, block.bytes_of(piece));
    }
    let records = reader.records;
    sink.end();
    records
}

struct BlockReader<'f, 'i, I> {
    fhir: &'f FhirResources,
    sink: &'i mut I,
    records: u32,
    tape: Tape,
    /// What is kept for the fast path, if the sink has one.
    quick: Option<QuickWork>,
}

/// The bytes that decide about a resource: its status, and its drug.
#[derive(Debug, Default)]
struct QuickWork {
    status: Vec<u8>,
    identity: Vec<u8>,
}

impl<I: RecordSink> BlockReader<'_, '_, I> {
    fn place(&mut self, piece: &ResourcePiece) -> Place {
        self.records = self.records.saturating_add(1);
        Place { file: self.fhir.file, record: self.records, line: piece.line, offset: piece.start }
    }

    fn reject(&mut self, piece: &ResourcePiece, reason: Reason) {
        let place = self.place(piece);
        self.sink.reject(place, reason);
    }

    fn piece(&mut self, piece: &ResourcePiece, bytes: &[u8]) {
        if let Some(reason) = &piece.problem {
            return self.reject(piece, reason.clone());
        }
        if piece.is_entry {
            return self.entry(piece, bytes);
        }
        if is_idle(bytes, |kind| {
            kind.is_record() || kind.is_person() || kind == ResourceKind::Envelope
        }) {
            return;
        }
        if bytes.len() > LIMIT {
            if may_be_record(bytes) || attachment::may_hold_data(bytes) {
                self.reject(piece, Reason::TooLarge);
            }
            return;
        }
        let mut tape = std::mem::take(&mut self.tape);
        self.whole(piece, bytes, &mut tape);
        self.tape = tape;
    }

    fn whole(&mut self, piece: &ResourcePiece, bytes: &[u8], tape: &mut Tape) {
        let resource = match tape.read(bytes) {
            Ok(resource) => resource,
            Err(why) => {
                return self.reject(
                    piece,
                    Reason::Malformed(format!("the resource cannot be read: {why}")),
                );
            }
        };
        match ResourceKind::of_resource(&resource) {
            _ if resource.has_twice() && may_be_record(bytes) => {
                self.reject(piece, Reason::Malformed(TWICE.to_owned()));
            }
            Some(kind) if kind.is_record() => {
                if kind == ResourceKind::Claim {
                    let lines = claim::lines(&resource);
                    if lines.is_empty() {
                        self.contained(piece, bytes, &resource);
                    }
                    for line in lines {
                        let place = self.place(piece);
                        let mut cells =
                            claim::cells(&resource, line, &self.fhir.medications, self.fhir.file);
                        note_deleted(&mut cells, &resource, piece, self.fhir);
                        self.sink.record(&record_of(kind, &cells, place));
                    }
                    return;
                }
                let place = self.place(piece);
                give(kind, (&resource, piece), self.fhir, place, self.quick.as_mut(), self.sink);
            }
            Some(ResourceKind::Patient) if Person::is_unclear(&resource) => {
                self.reject(piece, Reason::Malformed(UNCLEAR_LINK.to_owned()));
            }
            Some(kind) if kind.is_person() => {
                let place = Place {
                    file: self.fhir.file,
                    record: self.records,
                    line: piece.line,
                    offset: piece.start,
                };
                let persons = (&self.fhir.medications.persons, self.fhir.file);
                person::tell(kind, &resource, piece.full_url.as_deref(), persons, place, self.sink);
                self.contained(piece, bytes, &resource);
            }
            Some(ResourceKind::Envelope) => {
                let inner = within(piece, bytes);
                if inner.is_empty() {
                    self.entries(piece, bytes, &resource);
                    self.contained(piece, bytes, &resource);
                } else if self.fhir.mode == Mode::Lines {
                    inner.iter().for_each(|(inner, bytes)| self.piece(inner, bytes));
                }
            }
            None if self.fhir.mode == Mode::Lines => {
                self.reject(
                    piece,
                    Reason::Malformed(
                        "the line is not a FHIR resource: it has no resourceType".to_owned(),
                    ),
                );
            }
            Some(_) if is_error(&resource) => {
                self.reject(piece, Reason::Malformed(ERROR.to_owned()));
            }
            Some(_) if attachment::holds_data(&resource) => {
                self.reject(piece, Reason::Malformed(attachment::UNOPENED.to_owned()));
                self.contained(piece, bytes, &resource);
            }
            Some(_) => self.contained(piece, bytes, &resource),
            None if resource.members().next().is_none() => {
                self.reject(piece, Reason::Malformed(LOST.to_owned()));
            }
            None => {}
        }
    }

    /// An entry of a Bundle that holds no resource: a request, an answer, or something under another name.
    fn entry(&mut self, piece: &ResourcePiece, bytes: &[u8]) {
        let mut tape = std::mem::take(&mut self.tape);
        match tape.read(bytes) {
            Ok(entry) if lost_resource(&entry) && !holds_more(&entry) => {
                self.reject(piece, Reason::Malformed(LOST.to_owned()));
            }
            Ok(entry) if !holds_more(&entry) => {}
            Ok(_) => self.reject(piece, Reason::Malformed(MISNAMED.to_owned())),
            Err(why) => {
                let why = format!("the entry of the Bundle cannot be read: {why}");
                self.reject(piece, Reason::Malformed(why));
            }
        }
        self.tape = tape;
    }

    /// The entries of a Bundle in which no entry holds a resource.
    fn entries(&mut self, piece: &ResourcePiece, bytes: &[u8], bundle: &Object<'_>) {
        let entries = bundle.get("entry").into_iter().flat_map(JsonValue::items);
        for entry in entries.filter(|entry| is_misnamed(*entry)) {
            let at = entry.raw().as_ptr().addr().saturating_sub(bytes.as_ptr().addr());
            let before = bytes.get(..at).unwrap_or_default();
            let line = piece.line + memchr::memchr_iter(b'\n', before).count() as u32;
            let place = Place { line, offset: piece.start + at as u64, ..self.place(piece) };
            self.sink.reject(place, Reason::Malformed(MISNAMED.to_owned()));
        }
    }

    /// The records that a resource of another kind contains, as a care plan contains its requests.
    fn contained(&mut self, piece: &ResourcePiece, bytes: &[u8], resource: &Object<'_>) {
        let Some(contained) = resource.get("contained") else { return };
        let text = |name: &str| resource.get(name).and_then(JsonValue::text).unwrap_or_default();
        let within = format!("{}/{}#", text("resourceType"), text("id"));
        for value in contained.items() {
            let inner = value.object();
            let kind = ResourceKind::of_resource(&inner);
            let Some(kind) = kind.filter(|kind| kind.is_record() && *kind != ResourceKind::Claim)
            else {
                continue;
            };
            let at = value.raw().as_ptr().addr().saturating_sub(bytes.as_ptr().addr());
            let before = bytes.get(..at).unwrap_or_default();
            let lines = memchr::memchr_iter(b'\n', before).count() as u32;
            let place = Place {
                line: piece.line + lines,
                offset: piece.start + before.len() as u64,
                ..self.place(piece)
            };
            let mut cells =
                record::telling(kind, (&inner, None), &self.fhir.medications, self.fhir.file);
            cells.name_within(&within);
            note_deleted(&mut cells, resource, piece, self.fhir);
            pass(kind, &inner, cells, place, self.sink);
        }
    }
}

const LOST: &str = "an entry of this Bundle has no resource in it, or says that it could not be given; export it again";
const ERROR: &str = "an OperationOutcome says that the answer of the server is incomplete; look at what it says, and export it again";
const UNCLEAR_LINK: &str = "this Patient is said to be the same as another (`link`), but not clearly how or as which; give the link's type \
                            and the other's reference";
const TWICE: &str =
    "a member of the resource is given twice, with different values; export it again";

const MISNAMED: &str = "an entry of this Bundle holds something, but not under the name `resource`: it was not read; export it again";

/// Whether the first bytes show that the resource is of no use, so that it need not be read. One that mentions a medication is read all the same: two
/// lines may have run together.
fn is_idle(bytes: &[u8], wanted: impl Fn(ResourceKind) -> bool) -> bool {
    match ResourceKind::hint(bytes) {
        Some(ResourceKind::Observation) if wanted(ResourceKind::Observation) => {
            // Most observations are measurements, which mean nothing here.
            memmem::find(bytes, b"\"valueCodeableConcept\"").is_none()
                && memmem::find(bytes, b"\"valueBoolean\"").is_none()
                && is_passed_over(bytes)
        }
        Some(kind) => !wanted(kind) && is_passed_over(bytes),
        None => false,
    }
}

/// The resources of a Bundle on one line.
fn within<'b>(piece: &ResourcePiece, bytes: &'b [u8]) -> Vec<(ResourcePiece, &'b [u8])> {
    let (mut scan, mut found) = (Scan::new(0, 0), Vec::new());
    scan.go(bytes, 0, 0, &mut found);
    let inner = found.into_iter().filter(|found| found.start > 0).filter_map(|found| {
        let range = usize::try_from(found.start).ok()?..usize::try_from(found.end).ok()?;
        let inner = ResourcePiece {
            start: piece.start + found.start,
            line: piece.line,
            ..ResourcePiece::from(found)
        };
        Some((inner, bytes.get(range)?))
    });
    inner.collect()
}

/// Passes a record to the sink: by a quick look if it is a usual one, else whole.
fn give<I: RecordSink>(
    kind: ResourceKind,
    (resource, piece): (&Object<'_>, &ResourcePiece),
    fhir: &FhirResources,
    place: Place,
    quick: Option<&mut QuickWork>,
    sink: &mut I,
) {
    let mut unknown = None;
    if let Some(QuickWork { status, identity }) = quick
        && let Some(glance) = quick::glance(kind, resource, fhir, (&mut *status, &mut *identity))
    {
        let row = FastRow {
            patient: glance.patient.as_bytes(),
            day: glance.day.as_bytes(),
            status,
            identity,
            place: Place { offset: place.offset, ..Place::default() },
            ..FastRow::default()
        };
        match sink.try_fast_path(&row) {
            FastOutcome::Settled => return,
            FastOutcome::NeedsRecord => {}
            FastOutcome::Unknown => unknown = Some((status, identity)),
        }
    }
    let mut cells =
        record::telling(kind, (resource, piece.full_url.as_deref()), &fhir.medications, fhir.file);
    note_deleted(&mut cells, resource, piece, fhir);
    match (kind, cells.text(Field::Status)) {
        (ResourceKind::Request, Some("plan")) => fhir.medications.note_plan(),
        (ResourceKind::Dispense, Some("draft")) => fhir.medications.note_undated(),
        _ => {}
    }
    if let Some((status, identity)) = unknown {
        let row = FastRow { status, identity, ..FastRow::default() };
        sink.learn_fast_path(&row, &record_of(kind, &cells, place));
    }
    pass(kind, resource, cells, place, sink);
}

/// What its own server deleted after the last update was never taken.
fn note_deleted<'c>(
    cells: &mut FhirCells<'c>,
    resource: &Object<'c>,
    piece: &ResourcePiece,
    fhir: &FhirResources,
) {
    if !fhir.medications.has_deleted() {
        return;
    }
    let text = |name: &str| resource.get(name).and_then(JsonValue::text);
    let (Some(kind), Some(id)) = (text("resourceType"), text("id")) else { return };
    let meta = |name: &str| resource.get("meta")?.get(name)?.text();
    let name = format!("{kind}/{id}");
    let server = medication::server_of(piece.full_url.as_deref().unwrap_or_default(), &name);
    let updated = meta("lastUpdated").unwrap_or_default();
    if fhir.medications.is_deleted(fhir.file, &name, server, &updated) {
        cells.0.retain(|cell| cell.field != Field::Status);
        cells.say(Field::Status, Cow::Borrowed("entered-in-error"), resource.get("id"));
    }
}

/// Passes a record to the sink: first the cells that decide whether it matters, and the rest if it does.
fn pass<'c, I: RecordSink>(
    kind: ResourceKind,
    resource: &Object<'c>,
    mut cells: FhirCells<'c>,
    place: Place,
    sink: &mut I,
) {
    if !I::PREVIEW_FIELDS.is_empty() && !sink.preview(&record_of(kind, &cells, place)) {
        return;
    }
    record::rest(resource, &mut cells);
    sink.record(&record_of(kind, &cells, place));
}

fn record_of<'c>(kind: ResourceKind, cells: &'c FhirCells<'_>, place: Place) -> Record<'c> {
    let mut record = Record::empty(place, record::statement(kind));
    record.is_resource = true;
    record.adjustment = AdjustmentCodes::Order;
    for found in &cells.0 {
        record.cells[found.field as usize] = Cell { text: found.text.as_bytes(), start: 0, len: 0 };
    }
    record
}

/// What records refer to.
pub(super) enum Linked {
    /// A Medication or a Substance: its names, its identity, and the resources that it is made of.
    Medication(Vec<Box<str>>, MedicationIdentity, Vec<Box<str>>),
    /// A Patient.
    Person(Person),
    /// References to Patients that are one person, the main one first.
    Same(Vec<String>),
}

/// The types of these resources, as written in JSON.
pub(super) const LINKED: [&[u8]; 5] =
    [b"\"Medication\"", b"\"Substance\"", b"\"Patient\"", b"\"Person\"", b"\"Linkage\""];

/// The Medications and Patients of a block.
pub(super) fn medications(mut block: FhirBlock) -> Vec<Linked> {
    let (mut found, mut tape) = (Vec::new(), Tape::default());
    if LINKED.iter().any(|name| memmem::find(&block.bytes, name).is_some()) {
        block.find_lines();
        for piece in &block.pieces {
            collect(piece, block.bytes_of(piece), &mut tape, &mut found);
        }
    }
    found
}

fn collect(piece: &ResourcePiece, bytes: &[u8], tape: &mut Tape, found: &mut Vec<Linked>) {
    use ResourceKind::{Envelope, Link, Medication, Patient};
    let idle = match ResourceKind::hint(bytes) {
        Some(kind) => !matches!(kind, Medication | Envelope | Patient | Link),
        None => LINKED.iter().all(|name| memmem::find(bytes, name).is_none()),
    };
    if idle {
        return;
    }
    // What is broken is reported when records are read.
    let Ok(resource) = tape.read(bytes) else { return };
    match ResourceKind::of_resource(&resource) {
        Some(ResourceKind::Medication) => {
            found.push(Linked::Medication(
                medication::own_names(&resource, piece.full_url.as_deref()),
                medication::identity(&resource),
                medication::made_of(&resource),
            ));
        }
        Some(ResourceKind::Patient) => {
            found.extend(Person::of(&resource, piece.full_url.as_deref()).map(Linked::Person));
        }
        Some(ResourceKind::Link) => {
            found.extend(persons::one_person(&resource).map(Linked::Same));
        }
        Some(ResourceKind::Envelope) => within(piece, bytes)
            .iter()
            .for_each(|(inner, bytes)| collect(inner, bytes, tape, found)),
        _ => {}
    }
}

/// The first records of a block as they are understood, for `--dry-run`.
pub(super) fn samples(
    fhir: &FhirResources,
    mut block: FhirBlock,
    most: usize,
) -> Vec<Vec<(Field, String)>> {
    block.find_lines();
    let mut tape = Tape::default();
    let records = block.pieces.iter().filter_map(|piece| {
        let resource = tape.read(block.bytes_of(piece)).ok()?;
        let kind = ResourceKind::of_resource(&resource).filter(|kind| kind.is_record())?;
        let cells = record::cells(kind, &resource, &fhir.medications, fhir.file);
        Some(cells.0.into_iter().map(|found| (found.field, Cow::into_owned(found.text))).collect())
    });
    records.take(most).collect()
}
