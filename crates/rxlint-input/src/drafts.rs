//! Records built from the pieces of reports, claims and documents: how such files are cut, read in parallel, and read again.
//!
//! A reader says where its units begin (a patient, a transmission, a document) and what a unit holds; the rest is the same for all of them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Mutex;

use rxlint_model::place::Place;
use rxlint_model::reason::Reason;
use rxlint_model::record::{AdjustmentCodes, Cell, Field, PersonFact, Record, Said, Statement};
use rxlint_model::record_text::{CellText, RecordText};
use rxlint_model::sink::RecordSink;

use crate::blocks::{MessageBlock, MessageCutter, lock, read_all, whole_message};
use crate::error::{ErrorKind, InputError};
use crate::progress::ReadProgress;
use crate::source::InputSource;

/// A record under construction. Places are bytes of the piece that is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    /// The part that is shown. No two records of a file begin at the same byte.
    pub(crate) range: Range<usize>,
    pub(crate) cells: Vec<DraftCell>,
    /// The parts that identify someone, or are free text.
    pub(crate) private: Vec<Range<usize>>,
    pub(crate) statement: Statement,
    pub(crate) adjustment: AdjustmentCodes,
}

/// A cell of a record.
#[derive(Clone, Debug)]
pub(crate) struct DraftCell {
    pub(crate) field: Field,
    pub(crate) text: String,
    /// Where it is; `None` if it was composed.
    pub(crate) range: Option<Range<usize>>,
    /// Its name in the input.
    pub(crate) label: Cow<'static, str>,
}

/// What could not be read, and where it begins.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub(crate) at: usize,
    pub(crate) why: Cow<'static, str>,
}

/// What a unit says about a person besides prescriptions, and where.
#[derive(Clone, Debug)]
pub(crate) struct DraftCondition {
    pub(crate) at: usize,
    pub(crate) patient: String,
    pub(crate) authority: String,
    /// ICD-10 and SNOMED CT codes, separated by semicolons.
    pub(crate) codes: String,
    /// The code of the question that they answer; empty if they are a condition that was found.
    pub(crate) question: String,
    /// The date since which they hold.
    pub(crate) on: String,
}

impl DraftCondition {
    fn fact(&self) -> PersonFact<'_> {
        if self.question.is_empty() {
            return PersonFact::Condition { codes: &self.codes, on: &self.on, until: "", said: "" };
        }
        PersonFact::Observation { question: &self.question, answer: &self.codes, on: &self.on }
    }
}

/// The content of a unit, piece by piece.
#[derive(Clone, Debug)]
pub(crate) enum Drafted {
    Record(Box<Draft>),
    Broken(Broken),
    Condition(DraftCondition),
}

impl Drafted {
    pub(crate) fn broken(at: usize, why: impl Into<Cow<'static, str>>) -> Self {
        Self::Broken(Broken { at, why: why.into() })
    }

    pub(crate) fn record(draft: Draft) -> Self {
        Self::Record(Box::new(draft))
    }

    /// Where it begins.
    fn at(&self) -> usize {
        match self {
            Self::Record(draft) => draft.range.start,
            Self::Broken(broken) => broken.at,
            Self::Condition(condition) => condition.at,
        }
    }
}

impl Draft {
    /// Whether a field is filled.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.cells.iter().any(|cell| cell.field == field)
    }

    /// The text of a field; empty if there is none.
    pub(crate) fn text(&self, field: Field) -> &str {
        self.cells.iter().find(|cell| cell.field == field).map_or("", |cell| &cell.text)
    }

    /// Sets a field, unless it is filled already or the text is empty.
    pub(crate) fn put(
        &mut self,
        field: Field,
        text: impl Into<String>,
        range: Option<Range<usize>>,
        label: impl Into<Cow<'static, str>>,
    ) {
        let mut text: String = text.into();
        if text.trim().len() < text.len() {
            text = text.trim().to_owned();
        }
        if !text.is_empty() && !self.has(field) {
            self.cells.push(DraftCell { field, text, range, label: label.into() });
        }
    }

    /// Adds a text to those of a field, unless it is among them.
    pub(crate) fn also(
        &mut self,
        field: Field,
        text: &str,
        range: Option<Range<usize>>,
        label: impl Into<Cow<'static, str>>,
    ) {
        match self.cells.iter_mut().find(|cell| cell.field == field) {
            Some(cell) if cell.text.len() > MOST_TEXT => {}
            Some(cell) if text.trim().is_empty() || cell.text.split("; ").any(|t| t == text) => {}
            Some(cell) => {
                cell.text.push_str("; ");
                cell.text.push_str(text.trim());
            }
            None => self.put(field, text, range, label),
        }
    }

    /// Moves it: the piece it was read from begins there.
    pub(crate) fn shift(&mut self, by: usize) {
        let own = std::iter::once(&mut self.range).chain(&mut self.private);
        let ranges = own.chain(self.cells.iter_mut().filter_map(|cell| cell.range.as_mut()));
        for range in ranges {
            *range = range.start + by..range.end + by;
        }
    }

    /// The record, at its place.
    fn record(&self, place: Place) -> Record<'_> {
        let mut record = Record::empty(place, self.statement);
        record.adjustment = self.adjustment;
        for cell in &self.cells {
            let place = cell.range.as_ref().and_then(|range| within(&self.range, range));
            let (start, len) = place.map_or((0, 0), |place| (place.start, place.len()));
            record.cells[cell.field as usize] =
                Cell { text: cell.text.as_bytes(), start: start as u32, len: len as u32 };
        }
        record
    }
}

/// A field longer than this takes no more texts.
const MOST_TEXT: usize = 4096;

/// A range counted from the first byte of the other, if it is inside that.
pub(crate) fn within(whole: &Range<usize>, part: &Range<usize>) -> Option<Range<usize>> {
    let inside = part.start >= whole.start && part.end <= whole.end && !part.is_empty();
    inside.then(|| part.start - whole.start..part.end - whole.start)
}

/// What a reader knows of its units.
pub(crate) trait UnitReader: Sync {
    /// Where the next unit begins, from a place on.
    fn next(&self, bytes: &[u8], from: usize) -> Option<usize>;

    /// Where the last unit begins.
    fn last(&self, bytes: &[u8]) -> Option<usize>;

    /// What a piece of whole units holds, in order. `offset` is where the piece begins in the input.
    fn drafts(&self, bytes: &[u8], offset: u64, take: &mut dyn FnMut(Drafted));
}

/// Reads every record. `missing` is what should be there, according to the file, and is not: each counts as one that cannot be read.
///
/// # Errors
/// When the file cannot be read, or changes meanwhile.
pub(crate) fn read<R: UnitReader, S: RecordSink>(
    units: &R,
    (source, file): (&InputSource, u32),
    make: &(dyn Fn() -> S + Sync),
    progress: &ReadProgress,
    missing: &[String],
) -> Result<Vec<S>, InputError> {
    let reader = source.reader()?;
    let mut cutter = MessageCutter::new(&reader, source.start(), |bytes| units.last(bytes));
    let spare: Mutex<Vec<Vec<u8>>> = Mutex::default();
    let read = |block: MessageBlock| {
        let mut sink = make();
        let counts = read_block(units, &block, file, &mut sink);
        sink.end();
        progress.reached(block.offset + block.bytes.len() as u64);
        lock(&spare).push(block.bytes);
        (sink, counts)
    };
    let blocks = read_all(|| cutter.next(lock(&spare).pop()), read)?;
    source.still_the_same()?;
    let (mut records, mut lines) = (0u32, 0u32);
    let mut sinks = Vec::with_capacity(blocks.len());
    let last = blocks.len().saturating_sub(1);
    for (index, (mut sink, (mut of_block, line_ends))) in blocks.into_iter().enumerate() {
        let told = if index == last { missing } else { &[] };
        for why in told {
            of_block += 1;
            let place = Place { file, record: of_block, line: line_ends.max(1), offset: 0 };
            sink.reject(place, Reason::Malformed(why.clone()));
        }
        sink.shift(Place::before(records, lines));
        records = records.saturating_add(of_block);
        lines = lines.saturating_add(line_ends);
        sinks.push(sink);
    }
    Ok(sinks)
}

/// Reads one block; how many records and line ends it has.
fn read_block<R: UnitReader, S: RecordSink>(
    units: &R,
    block: &MessageBlock,
    file: u32,
    sink: &mut S,
) -> (u32, u32) {
    let (mut records, mut line, mut counted) = (0, 1, 0);
    units.drafts(&block.bytes, block.offset, &mut |drafted| {
        let at = drafted.at().min(block.bytes.len());
        line += line_ends(&block.bytes, counted, at);
        counted = counted.max(at);
        records += u32::from(!matches!(drafted, Drafted::Condition(_)));
        let place = Place { file, record: records, line, offset: block.offset + at as u64 };
        match drafted {
            Drafted::Record(draft) => sink.record(&draft.record(place)),
            Drafted::Broken(broken) => {
                sink.reject(place, Reason::Malformed(broken.why.into_owned()))
            }
            Drafted::Condition(said) => sink.person(&Said {
                patient: &said.patient,
                authority: &said.authority,
                what: said.fact(),
                key: place.into(),
            }),
        }
    });
    (records, line - 1 + line_ends(&block.bytes, counted, block.bytes.len()))
}

/// The line ends between two places: a line feed, a carriage return, or both.
fn line_ends(bytes: &[u8], from: usize, to: usize) -> u32 {
    let Some(piece) = bytes.get(from..to) else { return 0 };
    let ends = memchr::memchr2_iter(b'\n', b'\r', piece)
        .filter(|at| piece[*at] == b'\r' || from + at == 0 || bytes[from + at - 1] != b'\r');
    u32::try_from(ends.count()).unwrap_or(u32::MAX)
}

/// Reads the record at a place again, to show it.
///
/// # Errors
/// When it is no longer there.
pub(crate) fn reread<R: UnitReader>(
    units: &R,
    source: &InputSource,
    place: Place,
) -> Result<RecordText, InputError> {
    let (bytes, at) = whole_message(
        source,
        place,
        |bytes| units.last(bytes),
        |bytes, from| units.next(bytes, from),
    )?;
    let mut found = None;
    units.drafts(&bytes, place.offset - at as u64, &mut |drafted| {
        if let Drafted::Record(draft) = drafted
            && draft.range.start == at
            && found.is_none()
        {
            found = Some(draft);
        }
    });
    let draft = found
        .ok_or_else(|| InputError::new(ErrorKind::Changed { path: source.name().to_owned() }))?;
    let shown = |range: &Range<usize>| within(&draft.range, range);
    let cells = draft.cells.iter().map(|cell| CellText {
        field: cell.field,
        text: cell.text.clone(),
        // An identifier is shown separately, and masked in the text.
        span: cell.range.as_ref().and_then(shown).filter(|_| cell.field != Field::Patient),
        label: cell.label.clone(),
        at: None,
    });
    Ok(RecordText {
        raw: bytes.get(draft.range.clone()).unwrap_or_default().to_vec(),
        line: place.line,
        column: column(source, place)?,
        cells: cells.collect(),
        private: draft.private.iter().filter_map(shown).collect(),
    })
}

/// A longer line has no columns.
const LONGEST_LINE: u64 = 16 << 20;

/// The column of a place on its line, from 1; 0 on a line too long to be searched.
fn column(source: &InputSource, place: Place) -> Result<u32, InputError> {
    let reader = source.reader()?;
    let mut step = 4096;
    loop {
        let from = place.offset.saturating_sub(step).max(source.start());
        let before = reader.bytes(from, (place.offset - from) as usize)?;
        match memchr::memrchr2(b'\n', b'\r', &before) {
            Some(end) => return Ok((before.len() - end) as u32),
            None if from <= source.start() => return Ok(before.len() as u32 + 1),
            None if step >= LONGEST_LINE => return Ok(0),
            None => step *= 8,
        }
    }
}

/// The first records, as they are understood.
pub(crate) fn samples<R: UnitReader>(
    units: &R,
    source: &InputSource,
) -> Vec<Vec<(Field, String, String)>> {
    let block = || {
        MessageCutter::new(&source.reader().ok()?, source.start(), |bytes| units.last(bytes))
            .next(None)
            .ok()?
    };
    let mut samples = Vec::new();
    if let Some(block) = block() {
        units.drafts(&block.bytes, block.offset, &mut |drafted| {
            if let (Drafted::Record(draft), true) = (drafted, samples.len() < 5) {
                let cell = |cell: DraftCell| (cell.field, cell.text, cell.label.into_owned());
                samples.push(draft.cells.into_iter().map(cell).collect());
            }
        });
    }
    samples
}

/// A name for a person of whom a file gives only the name and the birth date, from which these cannot be recovered.
pub(crate) fn name_and_birth(last: &str, first: &str, born: &str) -> Option<String> {
    let parts = [last, first, born].map(|part| part.trim().to_lowercase());
    if parts.iter().any(String::is_empty) {
        return None;
    }
    let digest = blake3::hash(parts.join("\u{1F}").as_bytes());
    Some(format!("name-and-birth-{}", &digest.to_hex()[..16]))
}
