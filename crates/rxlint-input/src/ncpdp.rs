//! NCPDP SCRIPT messages in XML: new prescriptions, fills, cancellations, answers to renewals and changes; one or many
//! in a file.
//!
//! Messages are cut by their start tags, so that a broken one is rejected and reading goes on behind it.

mod elements;
mod transaction;

use rxlint_model::reason::Reason;
use rxlint_model::record_text::{CellText, RecordText};
use rxlint_model::sink::RecordSink;
use std::sync::Mutex;

use super::blocks::{Block, Cutter, lock, read_all, whole_message};
use super::error::{ErrorKind, InputError};

use super::source::Source;

use rxlint_model::place::Place;
use rxlint_model::record::{Cell, Field, Record, Statement, decode};
use transaction::{Draft, drafts};

/// An input of SCRIPT messages that was opened.
#[derive(Clone, Debug)]
pub struct Script {
    file: u32,
    /// The start tag without its end: `<Message`, `<ns:Message`.
    tag: Vec<u8>,
}

impl Script {
    /// Opens an input that begins like SCRIPT.
    ///
    /// # Errors
    /// When it cannot be read, or holds no message about a drug.
    pub(super) fn open(source: &Source, file: u32) -> Result<Self, InputError> {
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
        let mut cutter = Cutter::new(&reader, source.start(), |bytes| last(bytes, &tag));
        while let Some(block) = cutter.next(None)? {
            if messages(&block.bytes, &tag)
                .any(|(start, end)| drafts(&decode(&block.bytes[start..end])).is_err_or_some())
            {
                return Ok(Self { file, tag });
            }
        }
        Err(no_export(
            "NCPDP SCRIPT messages, none of which prescribes, dispenses or cancels a drug",
        ))
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
        let mut cutter = Cutter::new(&reader, source.start(), |bytes| last(bytes, &self.tag));
        let spare: Mutex<Vec<Vec<u8>>> = Mutex::default();
        let read = |block: Block| {
            let mut intake = make();
            let counts = self.block(&block, &mut intake);
            intake.end();
            lock(&spare).push(block.bytes);
            (intake, counts)
        };
        let blocks = read_all(|| cutter.next(lock(&spare).pop()), read)?;
        source.still_the_same()?;
        let (mut records, mut lines) = (0u32, 0u32);
        let mut intakes = Vec::with_capacity(blocks.len());
        for (mut intake, (block_records, block_lines)) in blocks {
            intake.shift(Place::before(records, lines));
            records = records.saturating_add(block_records);
            lines = lines.saturating_add(block_lines);
            intakes.push(intake);
        }
        Ok(intakes)
    }

    /// Reads one block; how many records and line ends it has.
    fn block<I: RecordSink>(&self, block: &Block, intake: &mut I) -> (u32, u32) {
        let (mut records, mut line, mut counted) = (0, 1, 0);
        for (start, end) in messages(&block.bytes, &self.tag) {
            let mut place = |at: usize| {
                line += newlines(&block.bytes[counted..at]);
                counted = at;
                records += 1;
                Place { file: self.file, record: records, line, offset: block.offset + at as u64 }
            };
            match drafts(&decode(&block.bytes[start..end])) {
                Ok(drafts) => {
                    for draft in drafts {
                        intake.record(&record(
                            &draft,
                            place((start + draft.range.start).clamp(start, end)),
                        ));
                    }
                }
                Err(why) => intake.reject(place(start), Reason::Malformed(why)),
            }
        }
        (records, line - 1 + newlines(&block.bytes[counted..]))
    }

    /// The first records, as they are understood.
    pub(super) fn samples(&self, source: &Source) -> Vec<Vec<(Field, String, String)>> {
        let bytes = source
            .reader()
            .and_then(|reader| reader.bytes(source.start(), 1 << 16))
            .unwrap_or_default();
        let drafts = messages(&bytes, &self.tag)
            .filter_map(|(start, end)| drafts(&decode(&bytes[start..end])).ok())
            .flatten();
        drafts
            .take(5)
            .map(|draft| {
                draft.cells.into_iter().map(|cell| (cell.field, cell.text, cell.label)).collect()
            })
            .collect()
    }

    /// Reads one record again.
    ///
    /// # Errors
    /// When it no longer stands there.
    pub(super) fn reread(&self, source: &Source, place: Place) -> Result<RecordText, InputError> {
        let (bytes, at) = whole_message(
            source,
            place,
            |bytes| last(bytes, &self.tag),
            |bytes, from| next(bytes, &self.tag, from),
        )?;
        let text = decode(&bytes);
        let draft = drafts(&text).ok().into_iter().flatten().find(|draft| draft.range.start == at);
        let draft = draft.ok_or_else(|| {
            InputError::new(ErrorKind::Changed { path: source.name().to_owned() })
        })?;
        let raw = text.as_bytes()[draft.range.clone()].to_vec();
        let within = |range: &std::ops::Range<usize>| {
            let inside = range.start >= draft.range.start
                && range.end <= draft.range.end
                && !range.is_empty();
            inside.then(|| range.start - draft.range.start..range.end - draft.range.start)
        };
        let cells = draft.cells.iter().map(|cell| CellText {
            field: cell.field,
            text: cell.text.clone(),
            span: cell.range.as_ref().and_then(within),
            label: cell.label.clone().into(),
        });
        let column =
            text.as_bytes()[..at].iter().rev().take_while(|b| !matches!(b, b'\n' | b'\r')).count()
                as u32
                + 1;
        Ok(RecordText {
            raw,
            line: place.line,
            column,
            cells: cells.collect(),
            private: draft.private.iter().filter_map(within).collect(),
        })
    }
}

/// Whether a message is worth opening a file for: it has a record, or it is broken.
trait Worth {
    fn is_err_or_some(&self) -> bool;
}

impl Worth for Result<Vec<Draft>, String> {
    fn is_err_or_some(&self) -> bool {
        self.as_ref().map_or(true, |drafts| !drafts.is_empty())
    }
}

fn record(draft: &Draft, place: Place) -> Record<'_> {
    let mut record = Record::empty(place, Statement::Fill);
    for cell in &draft.cells {
        record.cells[cell.field as usize] = Cell { text: cell.text.as_bytes(), start: 0, len: 0 };
    }
    record
}

/// The start tag of the messages, with the namespace prefix that the first of them has.
pub(super) fn tag(head: &[u8]) -> Option<Vec<u8>> {
    memchr::memmem::find_iter(head, b"Message").find_map(|at| {
        let start = memchr::memrchr(b'<', &head[..at])?;
        let prefix = &head[start + 1..at];
        let plain = prefix.strip_suffix(b":").is_none_or(|name| {
            !name.is_empty()
                && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        });
        let is_tag =
            (prefix.is_empty() || prefix.ends_with(b":")) && plain && ends_name(head.get(at + 7));
        is_tag.then(|| head[start..at + 7].to_vec())
    })
}

fn ends_name(next: Option<&u8>) -> bool {
    next.is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
}

fn next(bytes: &[u8], tag: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    memchr::memmem::find_iter(rest, tag)
        .find(|at| ends_name(rest.get(at + tag.len())))
        .map(|at| from + at)
}

fn last(bytes: &[u8], tag: &[u8]) -> Option<usize> {
    memchr::memmem::rfind_iter(bytes, tag).find(|at| ends_name(bytes.get(at + tag.len())))
}

/// Where the messages of a piece begin and end.
fn messages<'b>(bytes: &'b [u8], tag: &'b [u8]) -> impl Iterator<Item = (usize, usize)> + 'b {
    let mut at = next(bytes, tag, 0);
    std::iter::from_fn(move || {
        let start = at?;
        at = next(bytes, tag, start + 1);
        Some((start, at.unwrap_or(bytes.len())))
    })
}

fn newlines(bytes: &[u8]) -> u32 {
    let mut last = 0;
    bytes.iter().fold(0u32, |count, &byte| {
        let new = byte == b'\r' || byte == b'\n' && last != b'\r';
        last = byte;
        count.saturating_add(u32::from(new))
    })
}

#[cfg(test)]
mod tests;
