//! HL7 version 2 messages, one or many in a file, with or without batches and framing bytes around them.
//!
//! A file is read in blocks that are cut where a message begins; blocks are read in parallel (`message`, `order`). One order group with a drug is one
//! record. Messages without any are not prescription records; a message that cannot be read is one rejected record, and reading continues after it.

mod amounts;
mod batch;
mod charset;
mod continued;
mod control;
mod delimiters;
mod draft;
mod drug;
mod escape;
mod facts;
mod field_path;
mod message;
mod order;
mod patient;
pub(crate) mod persons;
mod quick;
mod reread;
mod segments;
mod spans;
mod tabular;
mod timing;

use std::sync::{Arc, Mutex};

use rxlint_model::fast_path::{FastLayout, FastOutcome, FastRow};
use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::reason::Reason;
use rxlint_model::record::{AdjustmentCodes, Field};
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

use crate::blocks::{MessageBlock, MessageCutter, lock, read_all};
use crate::describe::Description;
use crate::error::{ErrorKind, InputError, OTHER_HL7};
use crate::format::{FormatAbout, InputFormat};
use crate::merges::Merge;
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;
use crate::text_start::text_start;
use message::{Hl7BlockCounts, Work};
use patient::Naming;
use persons::Persons;
use quick::Glance;

/// An opened file of HL7 messages.
#[derive(Clone, Debug)]
pub(crate) struct Hl7Input {
    file: u32,
    /// The type of patient identifier that is asked for first.
    identifier: Option<Vec<u8>>,
    /// Whose number was replaced by another, over all inputs.
    persons: Arc<Persons>,
    /// Whether it orders no drugs, and is read for what it says about people.
    is_context: bool,
}

impl Hl7Input {
    /// Messages of which none is read.
    pub(crate) fn of_other_kinds() -> Self {
        Self { file: 0, identifier: None, persons: Arc::default(), is_context: true }
    }

    /// Which numbers of patients are another's, over all inputs.
    pub(crate) fn merges(&self) -> Vec<Merge> {
        self.persons.merges()
    }
}

impl InputFormat for Hl7Input {
    const ABOUT: FormatAbout = FormatAbout {
        name: "hl7v2",
        option: "hl7",
        words: "HL7 v2",
        purposes: &[Purpose::Prescriptions],
    };

    fn sniff(head: &[u8]) -> bool {
        match text_start(head) {
            [b'M', b'S', b'H', separator, ..] | [b'F' | b'B', b'H', b'S', separator, ..] => {
                is_separator(*separator)
            }
            _ => false,
        }
    }

    fn open(source: &InputSource, file: u32, options: &InputOptions) -> Result<Self, InputError> {
        let reader = source.reader()?;
        let mut cutter = MessageCutter::new(&reader, source.start(), segments::last_message);
        let (mut any, mut is_context) = (false, false);
        while let Some(block) = cutter.next(None)? {
            any = true;
            is_context |= persons::may_merge(&block.bytes) || tells_of_conditions(&block.bytes);
            if message::concerns_drugs(&block.bytes) {
                any = false;
                break;
            }
        }
        let is_context = any && is_context;
        if any && !is_context {
            let why = "HL7 messages, none of which orders, dispenses or gives a drug (no RXO, RXE, RXD, RXG or RXA segment)";
            return Err(InputError::new(ErrorKind::NotPrescriptions {
                path: source.name().to_owned(),
                layout: OTHER_HL7,
                why,
            }));
        }
        let identifier =
            options.identifier_type.as_ref().map(|name| name.trim().as_bytes().to_vec());
        Ok(Self { file, identifier, persons: Arc::default(), is_context })
    }

    fn layout(&self) -> &'static str {
        "hl7v2"
    }

    fn is_context(&self) -> bool {
        self.is_context
    }

    fn link(files: Vec<(&mut Self, &InputSource)>) -> Result<(), InputError> {
        let (mut all, mut pairs) = (Vec::new(), persons::Pairs::default());
        for (input, source) in files {
            let reader = source.reader()?;
            let mut cutter = MessageCutter::new(&reader, source.start(), segments::last_message);
            let read = |block: MessageBlock| persons::pairs(&block.bytes);
            let read = read_all(|| cutter.next(None), read)?;
            read.into_iter().for_each(|block| pairs.absorb(block));
            all.push(input);
        }
        let persons = Arc::new(Persons::of(pairs));
        all.into_iter().for_each(|input| input.persons = Arc::clone(&persons));
        Ok(())
    }

    fn read<S: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> S + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<S>, InputError> {
        let reader = source.reader()?;
        let mut cutter = MessageCutter::new(&reader, source.start(), segments::last_message);
        let spare: Mutex<Vec<Vec<u8>>> = Mutex::default();
        let works: Mutex<Vec<Work>> = Mutex::default();
        let read = |block: MessageBlock| {
            let mut sink = make();
            let mut work = lock(&works).pop().unwrap_or_default();
            let mut tally = self.block(&block, &mut work, &mut sink);
            tally.ends_torn = segments::is_torn(&block.bytes);
            sink.end();
            progress.reached(block.offset + block.bytes.len() as u64);
            lock(&works).push(work);
            lock(&spare).push(block.bytes);
            (sink, tally)
        };
        let blocks = read_all(|| cutter.next(lock(&spare).pop()), read)?;
        source.still_the_same()?;

        let (mut records, mut lines, mut count) = (0u32, 0u32, batch::Count::default());
        let mut sinks = Vec::with_capacity(blocks.len());
        let last = blocks.len().saturating_sub(1);
        for (index, (mut sink, mut tally)) in blocks.into_iter().enumerate() {
            let mut wrong = count.block(&tally.events, tally.messages, lines);
            if index == last {
                wrong.extend(count.end().map(|why| (tally.lines.max(1), why)));
                wrong.extend(tally.ends_torn.then(|| (tally.lines.max(1), TORN.to_owned())));
            }
            // What a trailer misses was never read: it is counted as one record that could not be.
            for (line, why) in wrong {
                tally.records += 1;
                sink.reject(
                    Place { file: self.file, record: tally.records, line, offset: 0 },
                    Reason::Malformed(why),
                );
            }
            sink.shift(Place::before(records, lines));
            records = records.saturating_add(tally.records);
            lines = lines.saturating_add(tally.lines);
            sinks.push(sink);
        }
        Ok(sinks)
    }

    fn reread(&self, source: &InputSource, place: Place) -> Result<RecordText, InputError> {
        reread::reread(source, place, self.naming())
    }

    fn describe(&self, source: &InputSource) -> Description {
        Description::of_records(source, "HL7 v2", self.layout(), self.samples(source))
    }
}

impl Hl7Input {
    fn naming(&self) -> Naming<'_> {
        Naming { wanted: self.identifier.as_deref(), persons: &self.persons }
    }

    fn block<I: RecordSink>(
        &self,
        block: &MessageBlock,
        work: &mut Work,
        sink: &mut I,
    ) -> Hl7BlockCounts {
        let layout = FastLayout {
            delimiter: b'|',
            adjustment: AdjustmentCodes::Order,
            ..FastLayout::default()
        };
        let fast = sink.begin_fast_path(&layout);
        // What was seen in a quick look, and has to be learned from the record.
        let mut unknown: Option<(Vec<u8>, &'static [u8])> = None;
        message::read_block(&block.bytes, self.naming(), fast, work, |sight, tally| {
            let place = |start: usize, line: u32, record: u32| Place {
                file: self.file,
                record,
                line,
                offset: block.offset + start as u64,
            };
            match sight {
                message::Sight::Glance { glance, start } => {
                    let offset = block.offset + (start + glance.start) as u64;
                    let Glance { patient, day, status, identity, .. } = glance;
                    let place = Place { offset, ..Place::default() };
                    let row =
                        FastRow { patient, day, status, identity, place, ..FastRow::default() };
                    let outcome = sink.try_fast_path(&row);
                    unknown = (outcome == FastOutcome::Unknown)
                        .then(|| (row.identity.to_vec(), glance.status));
                    return outcome == FastOutcome::Settled;
                }
                message::Sight::Record { draft, text, telling, start, line } => {
                    let record =
                        draft.record(text, place(start, line, tally.records), telling.start);
                    if let Some((identity, status)) = unknown.take() {
                        let row = FastRow { status, identity: &identity, ..FastRow::default() };
                        sink.learn_fast_path(&row, &record);
                    }
                    sink.record(&record);
                }
                message::Sight::Person { draft, text, start, line } => {
                    facts::tell(draft, text, place(start, line, tally.records), sink);
                }
                message::Sight::Broken { why, start, line } => {
                    unknown = None;
                    sink.reject(
                        place(start, line, tally.records),
                        Reason::Malformed(why.to_owned()),
                    );
                }
            }
            true
        })
    }

    /// The first records, as they are understood: field, text and origin.
    fn samples(&self, source: &InputSource) -> Vec<Vec<(Field, String, String)>> {
        let first = || {
            MessageCutter::new(&source.reader().ok()?, source.start(), segments::last_message)
                .next(None)
                .ok()?
        };
        let mut samples = Vec::new();
        if let Some(block) = first() {
            message::read_block(
                &block.bytes,
                self.naming(),
                false,
                &mut Work::default(),
                |sight, _| {
                    if let message::Sight::Record { draft, text, .. } = sight
                        && samples.len() < 5
                    {
                        samples.push(
                            draft
                                .cells(text)
                                .map(|(field, text, _, label)| (field, text, label))
                                .collect(),
                        );
                    }
                    true
                },
            );
        }
        samples
    }
}

const TORN: &str =
    "the file ends in the middle of a segment that has just begun: it was cut off; send it again";

/// Whether a block without orders mentions diagnoses or pregnancies. Birth dates alone are no reason to read a file of admissions.
fn tells_of_conditions(block: &[u8]) -> bool {
    let (persons, mut tells) = (Persons::default(), false);
    let naming = Naming { wanted: None, persons: &persons };
    message::read_block(block, naming, false, &mut Work::default(), |sight, _| {
        if let message::Sight::Person { draft, .. } = sight {
            tells |= draft.has(Field::Diagnosis) || draft.has(Field::Pregnancy);
        }
        true
    });
    tells
}

/// HL7 lets any character separate fields; a comma after `MSH` is a CSV header.
fn is_separator(byte: u8) -> bool {
    delimiters::may_separate(&byte) && !matches!(byte, b',' | b';' | b'_' | b'-' | b'"')
}

#[cfg(test)]
mod tests;
