//! HL7 version 2 messages, one or many in a file, with or without batches and framing bytes around them.
//!
//! A file is read in blocks that are cut where a message begins; blocks are read in parallel (`message`, `order`). One
//! order group with a drug is one record. Messages without any are no prescription records; a message that cannot be
//! read is one that is rejected, and reading goes on behind it.

mod amounts;
mod batch;
mod charset;
mod control;
mod delimiters;
mod draft;
mod drug;
mod escape;
mod message;
mod order;
mod patient;
mod reread;
mod segments;
mod timing;

use rxlint_model::reason::Reason;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;
use std::sync::Mutex;

use super::blocks::{Block, Cutter, lock, read_all};
use super::error::{ErrorKind, InputError};

use super::InputOptions;
use super::source::Source;
use delimiters::Delimiters;
use message::{Tally, Work};
use rxlint_model::place::Place;
use rxlint_model::record::Field;

/// An input of HL7 messages that was opened.
#[derive(Clone, Debug)]
pub struct Messages {
    file: u32,
    /// The type of patient identifier that is asked for first.
    identifier: Option<Vec<u8>>,
}

impl Messages {
    /// Opens an input that begins like HL7.
    ///
    /// # Errors
    /// When it cannot be read, or none of its messages is about a drug.
    pub(super) fn open(
        source: &Source,
        file: u32,
        options: &InputOptions,
    ) -> Result<Self, InputError> {
        let reader = source.reader()?;
        let mut cutter = Cutter::new(&reader, source.start(), segments::last_message);
        let mut any = false;
        while let Some(block) = cutter.next(None)? {
            any = true;
            if message::concerns_drugs(&block.bytes) {
                any = false;
                break;
            }
        }
        if any {
            let why = "HL7 messages, none of which orders, dispenses or gives a drug (no RXO, RXE, RXD, RXG or RXA segment)";
            return Err(InputError::new(ErrorKind::NotPrescriptions {
                path: source.name().to_owned(),
                layout: "hl7v2",
                why,
            }));
        }
        let identifier =
            options.identifier_type.as_ref().map(|name| name.trim().as_bytes().to_vec());
        Ok(Self { file, identifier })
    }

    /// Reads every message: one intake for each block, in the order of the file.
    ///
    /// # Errors
    /// When the input cannot be read or changes meanwhile.
    pub(super) fn read<I: RecordSink>(
        &self,
        source: &Source,
        make: &(dyn Fn() -> I + Sync),
    ) -> Result<Vec<I>, InputError> {
        let reader = source.reader()?;
        let mut cutter = Cutter::new(&reader, source.start(), segments::last_message);
        let spare: Mutex<Vec<Vec<u8>>> = Mutex::default();
        let works: Mutex<Vec<Work>> = Mutex::default();
        let read = |block: Block| {
            let mut intake = make();
            let mut work = lock(&works).pop().unwrap_or_default();
            let tally = self.block(&block, &mut work, &mut intake);
            intake.end();
            lock(&works).push(work);
            lock(&spare).push(block.bytes);
            (intake, tally)
        };
        let blocks = read_all(|| cutter.next(lock(&spare).pop()), read)?;
        source.still_the_same()?;

        let (mut records, mut lines, mut count) = (0u32, 0u32, batch::Count::default());
        let mut intakes = Vec::with_capacity(blocks.len());
        let last = blocks.len().saturating_sub(1);
        for (index, (mut intake, mut tally)) in blocks.into_iter().enumerate() {
            let mut wrong = count.block(&tally.events, tally.messages, lines);
            if index == last {
                wrong.extend(count.end().map(|why| (tally.lines.max(1), why)));
            }
            // What a trailer misses was never read: it is counted as one record that could not be.
            for (line, why) in wrong {
                tally.records += 1;
                intake.reject(
                    Place { file: self.file, record: tally.records, line, offset: 0 },
                    Reason::Malformed(why),
                );
            }
            intake.shift(Place::before(records, lines));
            records = records.saturating_add(tally.records);
            lines = lines.saturating_add(tally.lines);
            intakes.push(intake);
        }
        Ok(intakes)
    }

    fn block<I: RecordSink>(&self, block: &Block, work: &mut Work, intake: &mut I) -> Tally {
        message::read_block(&block.bytes, self.identifier.as_deref(), work, |sight, tally| {
            let place = |start: usize, line: u32, record: u32| Place {
                file: self.file,
                record,
                line,
                offset: block.offset + start as u64,
            };
            match sight {
                message::Sight::Record { draft, text, telling, start, line } => {
                    intake.record(&draft.record(
                        text,
                        place(start, line, tally.records),
                        telling.start,
                    ));
                }
                message::Sight::Broken { why, start, line } => {
                    intake.reject(
                        place(start, line, tally.records),
                        Reason::Malformed(why.to_owned()),
                    );
                }
            }
        })
    }

    /// The first records, as they are understood: field, text and where it comes from.
    pub(super) fn samples(&self, source: &Source) -> Vec<Vec<(Field, String, String)>> {
        let first = || {
            Cutter::new(&source.reader().ok()?, source.start(), segments::last_message)
                .next(None)
                .ok()?
        };
        let mut samples = Vec::new();
        if let Some(block) = first() {
            message::read_block(
                &block.bytes,
                self.identifier.as_deref(),
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
                },
            );
        }
        samples
    }

    /// Reads one record again.
    ///
    /// # Errors
    /// When it no longer stands there.
    pub(super) fn reread(&self, source: &Source, place: Place) -> Result<RecordText, InputError> {
        reread::reread(source, place, self.identifier.as_deref())
    }
}

#[cfg(test)]
mod tests;
