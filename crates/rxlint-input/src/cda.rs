//! Clinical documents: C-CDA and other documents by HL7's Clinical Document Architecture (IHE, epSOS), one or many in a file.
//!
//! Only entries about medicines are read: what someone takes, was given, or was handed out. Their narrative text is used if an entry points to it.
//! Allergies, procedures and vaccinations are not medicines; problems are the person's conditions.

mod document;
mod medication;
mod product;
pub(crate) mod section;
mod steps;
mod times;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::record::decode;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

use crate::blocks::{MessageBlock, MessageCutter, read_all};
use crate::describe::Description;
use crate::drafts::{self, Drafted, UnitReader};
use crate::error::{ErrorKind, InputError};
use crate::format::{FormatAbout, InputFormat};
use crate::hl7v2::persons::{Pairs, Persons};
use crate::merges::Merge;
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;
use crate::text_start::text_start;
use crate::xml;

/// An opened file of documents.
#[derive(Clone, Debug)]
pub(crate) struct CdaInput {
    file: u32,
    /// Which identifiers belong to the same person, over all inputs.
    persons: Arc<Persons>,
    /// The documents that others replace, over all inputs.
    replaced: Arc<FxHashSet<String>>,
}

const ROOT: &[u8] = b"ClinicalDocument";

impl CdaInput {
    /// Which patient numbers were merged into others, over all inputs.
    pub(crate) fn merges(&self) -> Vec<Merge> {
        self.persons.merges()
    }
}

impl InputFormat for CdaInput {
    const ABOUT: FormatAbout = FormatAbout {
        name: "cda",
        option: "cda",
        words: "clinical documents (CDA)",
        purposes: &[Purpose::Prescriptions],
    };

    fn sniff(head: &[u8]) -> bool {
        let text = text_start(head);
        text.starts_with(b"<") && xml::first_tag(text).is_some_and(|(name, _)| name == ROOT)
    }

    fn open(source: &InputSource, file: u32, _: &InputOptions) -> Result<Self, InputError> {
        let reader = source.reader()?;
        let input = Self { file, persons: Arc::default(), replaced: Arc::default() };
        let mut cutter = MessageCutter::new(&reader, source.start(), |bytes| input.last(bytes));
        let (mut any, mut unstructured) = (false, false);
        while let Some(block) = cutter.next(None)? {
            for (start, end) in documents(&block.bytes) {
                let text = decode(&block.bytes[start..end]);
                if document::tells_something(&text) || document::has_section_of_medicines(&text) {
                    return Ok(input);
                }
                any = true;
                unstructured |= document::is_unstructured(&text);
            }
        }
        let (layout, why) = match (any, unstructured) {
            (_, true) => (
                "unread",
                "a clinical document whose body is another file (a PDF, a picture), which is not read: have the medicines sent as entries",
            ),
            (true, false) => ("cda", "clinical documents without an entry about a medicine"),
            (false, false) => ("cda", "XML without a clinical document in it"),
        };
        let path = source.name().to_owned();
        Err(InputError::new(ErrorKind::NotPrescriptions { path, layout, why }))
    }

    fn layout(&self) -> &'static str {
        "cda"
    }

    fn link(files: Vec<(&mut Self, &InputSource)>) -> Result<(), InputError> {
        let (mut all, mut pairs, mut replaced) = (Vec::new(), Pairs::default(), Vec::new());
        for (input, source) in files {
            let reader = source.reader()?;
            let mut cutter = MessageCutter::new(&reader, source.start(), |bytes| input.last(bytes));
            let read = |block: MessageBlock| {
                let (mut pairs, mut replaced) = (Pairs::default(), Vec::new());
                for (start, end) in documents(&block.bytes) {
                    let text = &block.bytes[start..end];
                    let (identifiers, born) = document::identifiers(text);
                    pairs.add(identifiers, &born);
                    if memchr::memmem::find(text, b"RPLC").is_some() {
                        replaced.extend(document::replaced_by(&decode(text)));
                    }
                }
                (pairs, replaced)
            };
            for (of_block, by_block) in read_all(|| cutter.next(None), read)? {
                pairs.absorb(of_block);
                replaced.extend(by_block);
            }
            all.push(input);
        }
        let (persons, replaced) =
            (Arc::new(Persons::of(pairs)), Arc::new(replaced.into_iter().collect()));
        for input in all {
            (input.persons, input.replaced) = (Arc::clone(&persons), Arc::clone(&replaced));
        }
        Ok(())
    }

    fn read<S: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> S + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<S>, InputError> {
        drafts::read(self, (source, self.file), make, progress, &[])
    }

    fn reread(&self, source: &InputSource, place: Place) -> Result<RecordText, InputError> {
        drafts::reread(self, source, place)
    }

    fn describe(&self, source: &InputSource) -> Description {
        let samples = drafts::samples(self, source);
        Description::of_records(source, "clinical documents (CDA)", self.layout(), samples)
    }
}

impl UnitReader for CdaInput {
    fn next(&self, bytes: &[u8], from: usize) -> Option<usize> {
        next_document(bytes, from)
    }

    fn last(&self, bytes: &[u8]) -> Option<usize> {
        memchr::memmem::rfind_iter(bytes, ROOT).find_map(|at| start_of(bytes, at))
    }

    fn drafts(&self, bytes: &[u8], _: u64, take: &mut dyn FnMut(Drafted)) {
        for (start, end) in documents(bytes) {
            let mut is_broken = false;
            let mut note = |drafted: Drafted| {
                is_broken |= matches!(drafted, Drafted::Broken(_));
                take(drafted);
            };
            let between = document::Between { persons: &self.persons, replaced: &self.replaced };
            document::drafts(&decode(&bytes[start..end]), start, between, &mut note);
            if let Some(at) = xml::torn_tag(&bytes[start..end]).filter(|_| !is_broken) {
                take(Drafted::broken(start + at, xml::TORN));
            }
        }
    }
}

/// Where the documents of a piece begin and end.
fn documents(bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut at = next_document(bytes, 0);
    std::iter::from_fn(move || {
        let start = at?;
        at = next_document(bytes, start + 1);
        Some((start, at.unwrap_or(bytes.len())))
    })
}

/// Where the next document begins, from a place on.
pub(crate) fn next_document(bytes: &[u8], from: usize) -> Option<usize> {
    let names = memchr::memmem::find_iter(bytes.get(from..)?, ROOT);
    names.filter_map(|at| start_of(bytes, from + at)).find(|&start| start >= from)
}

/// Where the start tag with this name begins, with or without a prefix.
fn start_of(bytes: &[u8], name: usize) -> Option<usize> {
    let ends = bytes.get(name + ROOT.len());
    if !ends.is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>') {
        return None;
    }
    let before = &bytes[name.saturating_sub(24)..name];
    let open = memchr::memrchr(b'<', before)?;
    let prefix = &before[open + 1..];
    let plain = prefix.is_empty()
        || prefix.ends_with(b":")
            && prefix[..prefix.len() - 1].iter().all(u8::is_ascii_alphanumeric);
    plain.then_some(name - before.len() + open)
}

#[cfg(test)]
mod tests;
