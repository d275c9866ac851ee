//! NCPDP SCRIPT messages in XML: new prescriptions, fills, cancellations, answers to renewals and changes; one or many in a file.
//!
//! Messages are cut by their start tags, so that a broken one is rejected and reading continues after it.

mod compound;
mod denied;
mod elements;
mod messages;
mod reread;
mod transaction;

use std::sync::{Arc, Mutex};

use rustc_hash::FxHashSet;

use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::reason::Reason;
use rxlint_model::record::{AdjustmentCodes, Cell, Field, Record, Statement, decode};
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

use crate::blocks::{MessageBlock, MessageCutter, lock, read_all};
use crate::describe::Description;
use crate::error::{ErrorKind, InputError};
use crate::format::{FormatAbout, InputFormat};
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;
use crate::text_start::text_start;
use crate::xml::{TORN, torn_tag};
use denied::DeniedCancels;
use messages::{last, messages, newlines, tag};
use transaction::{ScriptDraft, drafts, is_somebodys, numbered_name};

/// An opened file of SCRIPT messages.
#[derive(Clone, Debug)]
pub(crate) struct ScriptInput {
    file: u32,
    /// The start tag without its end: `<Message`, `<ns:Message`.
    tag: Vec<u8>,
    /// The requests to cancel that pharmacies denied, over all inputs.
    denied: Arc<DeniedCancels>,
    /// The names and birth dates, as identifiers, of patients who have a number, over all inputs.
    numbered: Arc<FxHashSet<String>>,
    /// Whether it holds no medication, and is read for what it denies.
    is_context: bool,
}

impl InputFormat for ScriptInput {
    const ABOUT: FormatAbout = FormatAbout {
        name: "ncpdp",
        option: "ncpdp",
        words: "NCPDP SCRIPT",
        purposes: &[Purpose::Prescriptions],
    };

    fn sniff(head: &[u8]) -> bool {
        let text = text_start(head);
        let has = |name: &[u8]| memchr::memmem::find(text, name).is_some();
        text.starts_with(b"<") && tag(text).is_some() && (has(b"Body") || has(b"Header"))
    }

    fn open(source: &InputSource, file: u32, _: &InputOptions) -> Result<Self, InputError> {
        let reader = source.reader()?;
        let no_export = |why| {
            InputError::new(ErrorKind::NotPrescriptions {
                path: source.name().to_owned(),
                layout: "ncpdp-script",
                why,
            })
        };
        let Some(tag) = tag(&reader.bytes(source.start(), 1 << 16)?) else {
            return Err(no_export("XML without an NCPDP SCRIPT message in it"));
        };
        let mut cutter = MessageCutter::new(&reader, source.start(), |bytes| last(bytes, &tag));
        let mut denied = DeniedCancels::default();
        let mut is_context = false;
        while let Some(block) = cutter.next(None)? {
            let is_worth =
                |(start, end)| drafts(&decode(&block.bytes[start..end]), &denied).is_err_or_some();
            if messages(&block.bytes, &tag).any(is_worth) {
                let (denied, numbered) = (Arc::default(), Arc::default());
                return Ok(Self { file, tag, denied, numbered, is_context: false });
            }
            is_context |= denied.take(&block.bytes, &tag);
        }
        if is_context {
            let (denied, numbered) = (Arc::default(), Arc::default());
            return Ok(Self { file, tag, denied, numbered, is_context });
        }
        Err(no_export(
            "NCPDP SCRIPT messages, none of which prescribes, dispenses or cancels a drug",
        ))
    }

    fn layout(&self) -> &'static str {
        "ncpdp-script"
    }

    fn is_context(&self) -> bool {
        self.is_context
    }

    fn link(files: Vec<(&mut Self, &InputSource)>) -> Result<(), InputError> {
        let (mut all, mut denied) = (Vec::new(), DeniedCancels::default());
        let mut numbered = FxHashSet::default();
        for (input, source) in files {
            let reader = source.reader()?;
            let mut cutter =
                MessageCutter::new(&reader, source.start(), |bytes| last(bytes, &input.tag));
            let mut of_file = DeniedCancels::default();
            let read = |block: MessageBlock| {
                let mut of_block = DeniedCancels::default();
                of_block.take(&block.bytes, &input.tag);
                let texts = messages(&block.bytes, &input.tag);
                let name = |(start, end)| numbered_name(&decode(&block.bytes[start..end]));
                (of_block, texts.filter_map(name).collect::<Vec<String>>())
            };
            for (one, names) in read_all(|| cutter.next(None), read)? {
                of_file.absorb(one);
                numbered.extend(names);
            }
            denied.absorb(of_file.clone());
            all.push((input, of_file));
        }
        denied.is_whole = true;
        let (denied, numbered) = (Arc::new(denied), Arc::new(numbered));
        for (input, of_file) in all {
            input.is_context &= !of_file.has_late(&denied);
            (input.denied, input.numbered) = (Arc::clone(&denied), Arc::clone(&numbered));
        }
        Ok(())
    }

    fn read<S: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> S + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<S>, InputError> {
        let reader = source.reader()?;
        let mut cutter =
            MessageCutter::new(&reader, source.start(), |bytes| last(bytes, &self.tag));
        let spare: Mutex<Vec<Vec<u8>>> = Mutex::default();
        let read = |block: MessageBlock| {
            let mut sink = make();
            let counts = self.block(&block, &mut sink);
            sink.end();
            progress.reached(block.offset + block.bytes.len() as u64);
            lock(&spare).push(block.bytes);
            (sink, counts)
        };
        let blocks = read_all(|| cutter.next(lock(&spare).pop()), read)?;
        source.still_the_same()?;
        let (mut records, mut lines) = (0u32, 0u32);
        let mut sinks = Vec::with_capacity(blocks.len());
        for (mut sink, (block_records, block_lines)) in blocks {
            sink.shift(Place::before(records, lines));
            records = records.saturating_add(block_records);
            lines = lines.saturating_add(block_lines);
            sinks.push(sink);
        }
        Ok(sinks)
    }

    fn reread(&self, source: &InputSource, place: Place) -> Result<RecordText, InputError> {
        reread::reread(source, place, &self.tag, &self.denied)
    }

    fn describe(&self, source: &InputSource) -> Description {
        Description::of_records(source, "NCPDP SCRIPT", self.layout(), self.samples(source))
    }
}

impl ScriptInput {
    /// Reads one block; how many records and line ends it has.
    fn block<I: RecordSink>(&self, block: &MessageBlock, sink: &mut I) -> (u32, u32) {
        let (mut records, mut line, mut counted) = (0, 1, 0);
        for (start, end) in messages(&block.bytes, &self.tag) {
            let mut place = |at: usize| {
                line += newlines(&block.bytes[counted..at]);
                counted = at;
                records += 1;
                Place { file: self.file, record: records, line, offset: block.offset + at as u64 }
            };
            match drafts(&decode(&block.bytes[start..end]), &self.denied) {
                Ok(drafts) => {
                    for draft in drafts {
                        let at = place((start + draft.range.start).clamp(start, end));
                        if is_somebodys(&draft, &self.numbered) {
                            sink.reject(at, Reason::Malformed(NOBODY.to_owned()));
                        } else {
                            sink.record(&record(&draft, at));
                        }
                    }
                    if let Some(at) = torn_tag(&block.bytes[start..end]) {
                        sink.reject(place(start + at), Reason::Malformed(TORN.to_owned()));
                    }
                }
                Err(why) => sink.reject(place(start), Reason::Malformed(why)),
            }
        }
        (records, line - 1 + newlines(&block.bytes[counted..]))
    }

    /// The first records, as they are understood.
    fn samples(&self, source: &InputSource) -> Vec<Vec<(Field, String, String)>> {
        let bytes = source
            .reader()
            .and_then(|reader| reader.bytes(source.start(), 1 << 16))
            .unwrap_or_default();
        let drafts = messages(&bytes, &self.tag)
            .filter_map(|(start, end)| drafts(&decode(&bytes[start..end]), &self.denied).ok())
            .flatten();
        drafts
            .take(5)
            .map(|draft| {
                draft.cells.into_iter().map(|cell| (cell.field, cell.text, cell.label)).collect()
            })
            .collect()
    }
}

const NOBODY: &str = "this message has no patient number, and others of the same name and birth date have one: it is unclear whose it is; \
                      send it again with the number";

/// Whether a message is worth opening a file for: it has a record, or it is broken.
trait Worth {
    fn is_err_or_some(&self) -> bool;
}

impl Worth for Result<Vec<ScriptDraft>, String> {
    fn is_err_or_some(&self) -> bool {
        self.as_ref().map_or(true, |drafts| !drafts.is_empty())
    }
}

fn record(draft: &ScriptDraft, place: Place) -> Record<'_> {
    let statement = if draft.is_course { Statement::Course } else { Statement::Fill };
    let mut record = Record::empty(place, statement);
    record.adjustment = AdjustmentCodes::Order;
    for cell in &draft.cells {
        record.cells[cell.field as usize] = Cell { text: cell.text.as_bytes(), start: 0, len: 0 };
    }
    record
}

#[cfg(test)]
mod tests;
