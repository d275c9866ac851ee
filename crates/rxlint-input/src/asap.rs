//! Reports of controlled substances to a state's prescription monitoring program, by the standard of the American Society
//! for Automation in Pharmacy (ASAP), versions 3.0 and 4.0 to 5.0.
//!
//! A report is a list of segments: a header (TH), the sender (IS), the pharmacy (PHA), and for each patient (PAT) the
//! dispensings (DSP) with their prescriber (PRE) and the ingredients of compounds (CDI); then two trailers (TP, TT). Positions
//! are those of the states' dispenser guides.

mod form;
mod patient;
mod report;

use std::sync::Arc;

use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

use crate::blocks::MessageCutter;
use crate::describe::Description;
use crate::drafts::{self, Drafted, UnitReader};
use crate::error::{ErrorKind, InputError};
use crate::format::{FormatAbout, InputFormat};
use crate::identifiers::KnownIdentifiers;
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;
use crate::text_start::text_start;
pub(crate) use form::Form;
use form::Version;
use patient::AsapPatient;

/// An opened report.
#[derive(Clone, Debug)]
pub(crate) struct AsapInput {
    file: u32,
    form: Form,
    persons: Arc<KnownIdentifiers>,
    /// What is missing, according to its trailers.
    missing: Vec<String>,
}

impl InputFormat for AsapInput {
    const ABOUT: FormatAbout = FormatAbout {
        name: "asap",
        option: "asap",
        words: "an ASAP report to a prescription monitoring program",
        purposes: &[Purpose::Prescriptions],
    };

    fn sniff(head: &[u8]) -> bool {
        Form::of(text_start(head)).is_some()
    }

    fn open(source: &InputSource, file: u32, _: &InputOptions) -> Result<Self, InputError> {
        let reader = source.reader()?;
        let head = reader.bytes(source.start(), 4096)?;
        let no_export = |why| {
            let path = source.name().to_owned();
            InputError::new(ErrorKind::NotPrescriptions { path, layout: "asap", why })
        };
        let Some(form) = Form::of(text_start(&head)) else {
            return Err(no_export(
                "a text that does not begin with the header of an ASAP report (TH)",
            ));
        };
        let mut input = Self { file, form, persons: Arc::default(), missing: Vec::new() };
        let (mut persons, mut count, mut any) =
            (KnownIdentifiers::default(), Count::default(), false);
        let mut cutter = MessageCutter::new(&reader, source.start(), |bytes| input.last(bytes));
        while let Some(block) = cutter.next(None)? {
            let mut is_zero = false;
            for segment in form.segments(&block.bytes) {
                count.segment(&segment);
                match segment.name() {
                    b"PAT" => {
                        is_zero = report::is_zero_report(&segment);
                        AsapPatient::of(&segment, form).note(&mut persons);
                    }
                    name => any |= !is_zero && (name == b"DSP" || !Form::knows(name)),
                }
            }
        }
        let missing = count.missing();
        if !any && missing.is_empty() {
            return Err(no_export(
                "an ASAP report of a time without any dispensing (a zero report)",
            ));
        }
        input.missing = missing;
        input.persons = Arc::new(persons);
        Ok(input)
    }

    fn layout(&self) -> &'static str {
        if self.form.version == Version::Three { "asap-3" } else { "asap-4" }
    }

    fn link(files: Vec<(&mut Self, &InputSource)>) -> Result<(), InputError> {
        if files.len() < 2 {
            return Ok(());
        }
        let mut all = KnownIdentifiers::default();
        files.iter().for_each(|(file, _)| all.absorb(&file.persons));
        let all = Arc::new(all);
        files.into_iter().for_each(|(file, _)| file.persons = Arc::clone(&all));
        Ok(())
    }

    fn read<S: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> S + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<S>, InputError> {
        drafts::read(self, (source, self.file), make, progress, &self.missing)
    }

    fn reread(&self, source: &InputSource, place: Place) -> Result<RecordText, InputError> {
        drafts::reread(self, source, place)
    }

    fn describe(&self, source: &InputSource) -> Description {
        let samples = drafts::samples(self, source);
        Description::of_records(source, "ASAP report", self.layout(), samples)
    }
}

impl AsapInput {
    /// How the report is written, for the witness.
    pub(crate) fn form(&self) -> Form {
        self.form
    }
}

impl UnitReader for AsapInput {
    fn next(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let starts = memchr::memchr2_iter(b'P', b'T', bytes.get(from..)?);
        starts.map(|at| from + at).find(|&at| self.form.is_start(bytes, at))
    }

    fn last(&self, bytes: &[u8]) -> Option<usize> {
        memchr::memrchr2_iter(b'P', b'T', bytes).find(|&at| self.form.is_start(bytes, at))
    }

    fn drafts(&self, bytes: &[u8], _: u64, take: &mut dyn FnMut(Drafted)) {
        report::drafts(self.form, &self.persons, bytes, take);
    }
}

/// Counts the segments of each transaction, as its trailer does.
#[derive(Debug, Default)]
struct Count {
    segments: u64,
    open: bool,
    wrong: Vec<String>,
}

impl Count {
    fn segment(&mut self, segment: &form::AsapSegment<'_>) {
        if segment.name() == b"TH" {
            self.close();
            self.open = true;
            self.segments = 0;
        }
        self.segments += 1;
        if segment.name() == b"TT" {
            let stated = segment.text(2).parse::<u64>().unwrap_or(0);
            if stated > self.segments {
                self.wrong.push(format!(
                    "the trailer of this report (TT02) says {stated} segments, and there are {}: send it again, so that none is missing",
                    self.segments
                ));
            }
            self.open = false;
        }
    }

    fn close(&mut self) {
        if self.open {
            self.wrong.push(
                "the report has no trailer (TT): it may have been cut off; send it again"
                    .to_owned(),
            );
        }
    }

    fn missing(mut self) -> Vec<String> {
        self.close();
        self.wrong
    }
}

#[cfg(test)]
mod tests;
