//! Lists of drugs as JSON: the `drugs.json` of qualified health plans, and the formulary resources
//! of FHIR.
//!
//! They are cut as prescriptions are (`cut`). A drug that several plans list is one record per plan; which of them is at a place is known from the
//! number of the record.

mod items;

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use super::cells::FhirCells;
use super::cut::{FhirBlock, HEAD, LIMIT, Mode, ResourceCutter, ResourcePiece};
use super::json::{Object, Tape};
use super::reread::{ResourcePart, bytes_at, shown};
use crate::blocks::read_all;
use crate::error::{ErrorKind, InputError};
use crate::json_table::may_tell_medicines;
use crate::layout::DrugLook;
use crate::progress::ReadProgress;
use crate::source::InputSource;
use rxlint_model::place::Place;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Cell, Field, Record, Statement};
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

/// An opened list of drugs.
#[derive(Debug)]
pub(crate) struct DrugList {
    file: u32,
    mode: Mode,
    layout: &'static str,
    /// Where each drug of several plans begins, and the number of its first record: known after reading.
    several: Mutex<Vec<(u64, u32)>>,
}

/// How many records `--dry-run` shows.
const SAMPLES: usize = 5;

const PLANS: &str = "a list of plans: the drugs are in the drugs.json beside it";
const REPORT: &str = "a report of rxlint's own";
const RECORDS: &str = "FHIR with patients in it: check it with `rxlint check`";
const OTHER: &str = "JSON without a list of drugs in it";
const FHIR: &str = "FHIR of a kind that is not read here, and may tell of drugs";
const UNREAD: &str =
    "JSON of a kind that is not read here, or that is cut off, and it may be a list of drugs";

/// What JSON with such a beginning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListedJson {
    /// A list of drugs of this layout.
    List(&'static str),
    /// Something else: what it is, and whether there are patients in it.
    Other(&'static str, bool),
    /// FHIR of another kind.
    Fhir,
    /// Anything else.
    Unknown,
}

impl ListedJson {
    pub(crate) fn of(head: &[u8]) -> Self {
        let has = |name: &str| memchr::memmem::find(head, name.as_bytes()).is_some();
        let is_of_patients = || {
            ["MedicationRequest", "MedicationDispense", "MedicationAdministration"]
                .into_iter()
                .chain(["MedicationStatement", "MedicationOrder", "Patient", "Claim"])
                .any(|kind| has(&format!("\"{kind}\"")))
        };
        match () {
            () if has("rxlint/report") => Self::Other(REPORT, false),
            () if has("\"rxnorm_id\"") && has("\"drug_name\"") => Self::List("qhp-drugs"),
            () if has("\"MedicationKnowledge\"") || has("\"formulary-item\"") => {
                Self::List("davinci-formulary")
            }
            () if has("\"resourceType\"") && is_of_patients() => Self::Other(RECORDS, true),
            () if has("\"plan_id\"") || has("\"formulary_urls\"") || has("\"InsurancePlan\"") => {
                Self::Other(PLANS, false)
            }
            () if has("\"resourceType\"") && has("\"Medication\"") => {
                Self::List("fhir-medications")
            }
            () if has("\"resourceType\"") => Self::Fhir,
            () => Self::Unknown,
        }
    }
}

/// Whether a name or a value in the JSON is a drug's: a map from drugs to their tiers has no word for drugs.
fn names_drugs(head: &[u8], drugs: &DrugLook) -> bool {
    const LONGEST_NAME: usize = 100;
    let text = String::from_utf8_lossy(head);
    let mut texts = text.split('"').skip(1).step_by(2);
    texts.any(|text| text.len() <= LONGEST_NAME && drugs.names_drug(text))
}

impl DrugList {
    /// Looks at the head of an input.
    ///
    /// # Errors
    /// When it cannot be read, or holds no list of drugs.
    pub(super) fn open(
        source: &InputSource,
        file: u32,
        drugs: &DrugLook,
    ) -> Result<Self, InputError> {
        let head = source.reader()?.bytes(source.start(), HEAD)?;
        let whole = head.len() < HEAD;
        let refused = |why, plainly, patients| {
            let path = source.name().to_owned();
            InputError::new(ErrorKind::NotFormulary { path, why, plainly, patients })
        };
        let layout = match ListedJson::of(&head) {
            ListedJson::List(layout) => layout,
            ListedJson::Other(why, patients) => return Err(refused(why, true, patients)),
            // A whole file that neither mentions medicines nor names one may accompany lists: settings, schemas.
            ListedJson::Fhir => return Err(refused(FHIR, false, false)),
            _ if whole
                && !may_tell_medicines(&head)
                && !names_drugs(&head, drugs)
                && is_whole_json(&head) =>
            {
                return Err(refused(OTHER, true, false));
            }
            ListedJson::Unknown => return Err(refused(UNREAD, false, false)),
        };
        let mode = Mode::of(source.name(), &head, whole);
        Ok(Self { file, mode, layout, several: Mutex::default() })
    }

    /// The layout, for the record count.
    pub(super) fn layout(&self) -> &'static str {
        self.layout
    }

    /// Reads every record: one sink per block, in input order.
    ///
    /// # Errors
    /// When the input cannot be read, or changes meanwhile.
    pub(super) fn read<I: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> I + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<I>, InputError> {
        let reader = source.reader()?;
        let mut cutter = ResourceCutter::new(&reader, source.start(), self.mode);
        let blocks = read_all(
            || cutter.next(None),
            |mut block| {
                let mut sink = make();
                let read = self.block(&mut block, &mut sink);
                progress.reached(block.offset + block.bytes.len() as u64);
                (sink, read)
            },
        )?;
        source.still_the_same()?;
        let mut before = 0u32;
        let mut several = Vec::new();
        let mut sinks = Vec::new();
        for (mut sink, (records, of_block)) in blocks {
            sink.shift(Place::before(before, 0));
            several.extend(
                of_block.into_iter().map(|(offset, first)| (offset, first.saturating_add(before))),
            );
            before = before.saturating_add(records);
            sinks.push(sink);
        }
        *self.several.lock().unwrap_or_else(PoisonError::into_inner) = several;
        Ok(sinks)
    }

    /// Reads one record again.
    ///
    /// # Errors
    /// When it is no longer there.
    pub(super) fn reread(
        &self,
        source: &InputSource,
        place: Place,
    ) -> Result<RecordText, InputError> {
        let changed = || InputError::new(ErrorKind::Changed { path: source.name().to_owned() });
        let bytes = bytes_at(source, place.offset)?.ok_or_else(changed)?;
        let mut tape = Tape::default();
        let resource = tape.read(&bytes).map_err(|_| changed())?;
        let number = place.record.saturating_sub(self.first_record(place)) as usize;
        let cells = items::of(&resource)
            .and_then(|items| items.into_iter().nth(number))
            .ok_or_else(changed)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| changed())?;
        shown(
            source,
            place,
            &ResourcePart { bytes: &bytes, text, resource: &resource, name: "" },
            cells,
            Vec::new(),
        )
    }

    /// The number of the first record of the drug at a place.
    fn first_record(&self, place: Place) -> u32 {
        let several = self.several.lock().unwrap_or_else(PoisonError::into_inner);
        let found = several.binary_search_by_key(&place.offset, |(offset, _)| *offset);
        found.map_or(place.record, |at| several[at].1)
    }

    /// The first records as they are understood.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub(super) fn samples(
        &self,
        source: &InputSource,
    ) -> Result<Vec<Vec<(Field, String)>>, InputError> {
        let reader = source.reader()?;
        let mut first =
            ResourceCutter::new(&reader, source.start(), self.mode).next(None)?.unwrap_or_default();
        first.find_lines();
        let owned = |cells: FhirCells<'_>| {
            cells.0.into_iter().map(|found| (found.field, Cow::into_owned(found.text))).collect()
        };
        let mut tape = Tape::default();
        let mut samples: Vec<Vec<(Field, String)>> = Vec::new();
        for piece in &first.pieces {
            let Ok(object) = tape.read(first.bytes_of(piece)) else { continue };
            samples.extend(items::of(&object).unwrap_or_default().into_iter().map(owned));
            if samples.len() >= SAMPLES {
                samples.truncate(SAMPLES);
                break;
            }
        }
        Ok(samples)
    }

    /// Reads a block; returns how many records there were, and where those of several plans begin.
    fn block<I: RecordSink>(&self, block: &mut FhirBlock, sink: &mut I) -> (u32, Vec<(u64, u32)>) {
        block.find_lines();
        let (mut records, mut several) = (0u32, Vec::new());
        let mut tape = Tape::default();
        for piece in &block.pieces {
            let mut place = || {
                records = records.saturating_add(1);
                Place { file: self.file, record: records, line: piece.line, offset: piece.start }
            };
            match parsed(&mut tape, piece, block.bytes_of(piece)) {
                Err(reason) => sink.reject(place(), reason),
                Ok(object) => {
                    let items = items::of(&object).unwrap_or_default();
                    let many = items.len() > 1;
                    for (at, cells) in items.into_iter().enumerate() {
                        let place = place();
                        if many && at == 0 {
                            several.push((place.offset, place.record));
                        }
                        give(&cells, place, sink);
                    }
                }
            }
        }
        (records, several)
    }
}

/// Whether a text is one JSON value, or one per line.
fn is_whole_json(text: &[u8]) -> bool {
    let mut values =
        serde_json::Deserializer::from_slice(text).into_iter::<serde::de::IgnoredAny>();
    values.all(|value| value.is_ok())
}

fn parsed<'b>(
    tape: &'b mut Tape,
    piece: &ResourcePiece,
    bytes: &'b [u8],
) -> Result<Object<'b>, Reason> {
    match &piece.problem {
        Some(reason) => Err(reason.clone()),
        None if bytes.len() > LIMIT => Err(Reason::TooLarge),
        None => tape
            .read(bytes)
            .map_err(|why| Reason::Malformed(format!("the entry cannot be read: {why}"))),
    }
}

fn give<I: RecordSink>(cells: &FhirCells<'_>, place: Place, sink: &mut I) {
    let mut record = Record::empty(place, Statement::Fill);
    for found in &cells.0 {
        record.cells[found.field as usize] = Cell { text: found.text.as_bytes(), start: 0, len: 0 };
    }
    sink.record(&record);
}
