//! One block of messages, read from its first byte to its last.

use super::batch::{BatchSegment, Event};
use super::delimiters::{Delimiters, may_separate};
use super::draft::Hl7Draft;
use super::order::{self, Hl7Message};
use super::patient::Naming;
use super::persons::is_unclear_merge;
use super::quick::{Glance, QuickWork, glance};
use super::segments::{MessageStarts, Segment, Segments, begins_line, field, next_message};
use super::{charset, continued, drug, facts, patient};

/// What is kept from message to message, so that nothing is allocated per message.
#[derive(Debug)]
pub(super) struct Work {
    segments: Vec<Segment>,
    /// Where the segments begin in the input, if the message had to be converted.
    raw: Vec<usize>,
    draft: Hl7Draft,
    quick: QuickWork,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            segments: Vec::new(),
            raw: Vec::new(),
            draft: Hl7Draft::new(),
            quick: QuickWork::default(),
        }
    }
}

/// What a block held.
#[derive(Debug, Default)]
pub(super) struct Hl7BlockCounts {
    pub(super) records: u32,
    pub(super) lines: u32,
    pub(super) messages: u32,
    pub(super) events: Vec<Event>,
    /// Whether it ends in a segment that has just begun.
    pub(super) ends_torn: bool,
}

/// Something that is counted as a record.
pub(super) enum Sight<'a> {
    /// A usual message at a glance, and where it begins in the block. It need not be taken: then it comes again as a record.
    Glance { glance: Glance<'a>, start: usize },
    /// A record, the text of its message, its deciding segment there, and where that is in the block.
    Record { draft: &'a Hl7Draft, text: &'a [u8], telling: &'a Segment, start: usize, line: u32 },
    /// What a message without orders says about its person, and the text of the message.
    Person { draft: &'a Hl7Draft, text: &'a [u8], start: usize, line: u32 },
    /// Something that cannot be read.
    Broken { why: &'a str, start: usize, line: u32 },
}

/// Reads a block. Lines count from 1, and so do records: the counts already include the one that is passed to `take`, which returns whether it has
/// taken it. With `at_a_glance`, usual messages are shown as such first.
pub(super) fn read_block(
    block: &[u8],
    naming: Naming<'_>,
    at_a_glance: bool,
    work: &mut Work,
    mut take: impl FnMut(Sight<'_>, &Hl7BlockCounts) -> bool,
) -> Hl7BlockCounts {
    let mut tally = Hl7BlockCounts::default();
    let starts = MessageStarts::default();
    let mut at = starts.next(block, 0).unwrap_or(block.len());
    lead(&block[..at], &mut tally, &mut take);
    while at < block.len() {
        let end = starts.next(block, at + 3).unwrap_or(block.len());
        tally.messages += 1;
        let text = &block[at..end];
        let glance = if at_a_glance { glance(text, naming, &mut work.quick) } else { None };
        let settled = glance.and_then(|glance| {
            take(Sight::Glance { glance, start: at }, &tally).then_some(glance.lines)
        });
        match settled {
            Some(lines) => {
                tally.records += 1;
                tally.lines += lines;
            }
            None => message(text, at, naming, work, &mut tally, &mut take),
        }
        at = end;
    }
    tally
}

/// What precedes the first message of a block: batch headers, or a message that has lost its header.
fn lead(
    bytes: &[u8],
    tally: &mut Hl7BlockCounts,
    take: &mut impl FnMut(Sight<'_>, &Hl7BlockCounts) -> bool,
) {
    let first = bytes.iter().position(|b| b.is_ascii_alphabetic()).unwrap_or(0);
    let separator = bytes.get(first + 3).copied().filter(may_separate).unwrap_or(b'|');
    let mut segments = Segments::new(bytes, separator);
    let mut said = false;
    for segment in segments.by_ref() {
        if let Some(kind) =
            batch_kind(bytes, &segment, Delimiters::of(&bytes[segment.start..segment.end]).ok())
        {
            tally.events.push(Event { kind, line: segment.line + 1, messages: tally.messages });
        } else if !said {
            said = true;
            tally.records += 1;
            let why = "there are segments here without a message header (MSH): something was cut off before them; send the message again";
            take(Sight::Broken { why, start: segment.start, line: segment.line + 1 }, tally);
        }
    }
    tally.lines = segments.lines();
}

fn message(
    raw: &[u8],
    start: usize,
    naming: Naming<'_>,
    work: &mut Work,
    tally: &mut Hl7BlockCounts,
    take: &mut impl FnMut(Sight<'_>, &Hl7BlockCounts) -> bool,
) {
    let (line, before) = (tally.lines + 1, tally.records);
    let line_end = memchr::memchr2(b'\r', b'\n', raw).unwrap_or(raw.len());
    let delimiters = Delimiters::of(&raw[..line_end]);
    let separator = raw.get(3).copied().unwrap_or(b'|');
    let header = Segments::new(raw, separator).next();
    let (delimiters, header) = match (delimiters, header) {
        (Ok(delimiters), Some(header)) => (delimiters, header),
        (broken, _) => {
            tally.records += 1;
            let why = broken.err().unwrap_or("the message is empty");
            take(Sight::Broken { why, start, line }, tally);
            return only_batch_segments(raw, separator, tally);
        }
    };
    let joined = continued::join(raw, separator);
    let whole = joined.as_deref().unwrap_or(raw);
    let decoded = charset::decode(whole, &header, &delimiters);
    let text = decoded.as_deref().unwrap_or(whole);
    let undecoded = (joined.is_some() || decoded.is_some()).then_some(raw);
    let Gathered { header, is_about_drugs, lines } =
        gather((text, undecoded), header, &delimiters, work, tally);
    let message = Hl7Message { bytes: text, header, segments: &work.segments, delimiters, naming };
    if is_about_drugs || order::is_about_drugs(message.kind()) {
        message.records(&mut work.draft, |draft, telling| {
            tally.records += 1;
            // Segments are in order; the header is before them all.
            let number = work.segments.partition_point(|s| s.start < telling.start);
            let is_header = telling.name == *b"MSH";
            let start = start + if is_header { telling.start } else { work.raw[number] };
            let line = telling.line + line;
            let sight = match draft {
                Ok(draft) => Sight::Record { draft, text, telling, start, line },
                Err(_) if has_written_ends(text) => {
                    Sight::Broken { why: WRITTEN_ENDS, start, line }
                }
                Err(why) => Sight::Broken { why, start, line },
            };
            take(sight, tally);
        });
    }
    if tally.records == before && facts::read(&message, &mut work.draft) {
        take(Sight::Person { draft: &work.draft, text, start, line }, tally);
    }
    if tally.records == before && message.kind() == b"ADT" {
        let trigger = message.field(&header, 9).component(2, &delimiters).text.trim_ascii();
        if is_unclear_merge(text, trigger) {
            tally.records += 1;
            take(Sight::Broken { why: UNCLEAR_MERGE, start, line }, tally);
        }
    }
    if tally.records == before && has_written_ends(text) {
        tally.records += 1;
        take(Sight::Broken { why: WRITTEN_ENDS, start, line }, tally);
    }
    if tally.records == before && carries_document(raw) {
        tally.records += 1;
        take(Sight::Broken { why: DOCUMENT, start, line }, tally);
    }
    tally.lines += lines;
}

/// Takes the batch trailers that may follow a message that cannot be read.
fn only_batch_segments(raw: &[u8], separator: u8, tally: &mut Hl7BlockCounts) {
    let line = tally.lines + 1;
    let mut segments = Segments::new(raw, separator);
    for segment in segments.by_ref() {
        tally.events.extend(batch_kind(raw, &segment, None).map(|kind| Event {
            kind,
            line: segment.line + line,
            messages: tally.messages,
        }));
    }
    tally.lines += segments.lines();
}

/// The segments of a message, except those that were put aside.
struct Gathered {
    header: Segment,
    /// Whether one of them orders, gives or dispenses a drug.
    is_about_drugs: bool,
    lines: u32,
}

/// Puts the segments of a message that matter into `work`, each with its place in the raw message: `undecoded`, if that differs from the text.
fn gather(
    (text, undecoded): (&[u8], Option<&[u8]>),
    mut header: Segment,
    delimiters: &Delimiters,
    work: &mut Work,
    tally: &mut Hl7BlockCounts,
) -> Gathered {
    work.segments.clear();
    work.raw.clear();
    let line = tally.lines + 1;
    let mut is_about_drugs = false;
    let mut segments = Segments::new(text, delimiters.field);
    // Line ends are the same before and after conversion, so that segments can be matched by their
    // number, except for those that only continue the one before.
    let mut undecoded = undecoded.map(|raw| Segments::new(raw, delimiters.field));
    for mut segment in segments.by_ref() {
        let mut in_raw = segment.start;
        let of_raw = undecoded.as_mut().and_then(|raw| raw.find(|s| !continued::goes_on(s)));
        if let Some(raw) = of_raw {
            (in_raw, segment.line) = (raw.start, raw.line);
        }
        if segment.name == *b"MSH" {
            header = segment;
        } else if order::matters(&segment.name)
            || segment.name == *b"OBX" && patient::asks_pregnancy(text, &segment, delimiters)
        {
            is_about_drugs |=
                drug::shape(&segment.name).is_some() || matches!(&segment.name, b"ORC" | b"RDT");
            work.segments.push(segment);
            work.raw.push(in_raw);
        } else if let Some(kind) = batch_kind(text, &segment, Some(*delimiters)) {
            tally.events.push(Event { kind, line: segment.line + line, messages: tally.messages });
        }
    }
    let lines = undecoded.map_or(segments.lines(), |mut raw| {
        raw.by_ref().for_each(drop);
        raw.lines()
    });
    Gathered { header, is_about_drugs, lines }
}

const UNCLEAR_MERGE: &str = "this message says that two numbers are one person's, but not which: the number that holds (PID-3) or the one \
                             that was given up (MRG-1) is missing; send it again";

const WRITTEN_ENDS: &str = "the segments of this message are parted by a written-out line end (`\\r`, `<CR>` and the like) in the place of one: put line ends there, as with `sed 's/\\\\r/\\n/g'`";

/// Whether a segment follows a line end that is spelled out.
fn has_written_ends(message: &[u8]) -> bool {
    const ENDS: [&[u8]; 9] =
        [b"\\r", b"\\n", b"<CR>", b"<cr>", b"<LF>", b"\\X0D\\", b"\\x0d", b"&#13;", b"&#xD;"];
    [&b"PID|"[..], b"ORC|", b"EVN|"].iter().any(|segment| {
        memchr::memmem::find_iter(message, segment)
            .any(|at| ENDS.iter().any(|end| message[..at].ends_with(end)))
    })
}

const DOCUMENT: &str = "this message carries a clinical document or FHIR (in OBX-5), which is not opened: have the document sent as a file of its own";

/// How clinical documents and FHIR begin inside a message: as they are, or in base64.
const DOCUMENTS: [&[u8]; 6] = [
    b"ClinicalDocument",
    b"PENsaW5pY2FsRG9jdW1lbnQ",
    b"PD94bWwg",
    b"77u/PD94bWwg",
    b"eyJyZXNvdXJjZVR5cGU",
    b"http://hl7.org/fhir",
];

/// Whether a message carries a document that may list medicines.
fn carries_document(message: &[u8]) -> bool {
    memchr::memmem::find(message, b"OBX").is_some()
        && DOCUMENTS.iter().any(|begin| memchr::memmem::find(message, begin).is_some())
}

/// Which batch segment it is, if it is one.
fn batch_kind(
    bytes: &[u8],
    segment: &Segment,
    delimiters: Option<Delimiters>,
) -> Option<BatchSegment> {
    let count = || {
        let fallback = Delimiters {
            field: *bytes.get(segment.start + 3)?,
            component: b'^',
            repetition: b'~',
            escape: None,
            sub: None,
        };
        let stated = field(
            bytes,
            segment,
            1,
            &Delimiters { field: fallback.field, ..delimiters.unwrap_or(fallback) },
        );
        stated.number().filter(|n| (0.0..1e9).contains(n)).map(|n| n as u32)
    };
    Some(match &segment.name {
        b"FHS" => BatchSegment::FileHeader,
        b"BHS" => BatchSegment::BatchHeader,
        b"BTS" => BatchSegment::BatchTrailer(count()),
        b"FTS" => BatchSegment::FileTrailer(count()),
        _ => return None,
    })
}

/// Whether a block holds a message that is about a drug, or one that cannot be read and may be.
pub(super) fn concerns_drugs(block: &[u8]) -> bool {
    let mut at = next_message(block, 0);
    while let Some(start) = at {
        let end = next_message(block, start + 3).unwrap_or(block.len());
        let message = &block[start..end];
        let line_end = memchr::memchr2(b'\r', b'\n', message).unwrap_or(message.len());
        let Ok(delimiters) = Delimiters::of(&message[..line_end]) else { return true };
        if let Some(header) = Segments::new(message, delimiters.field).next() {
            let kind = field(message, &header, 9, &delimiters).component(1, &delimiters);
            let kind = kind.text.trim_ascii();
            if order::is_about_drugs(kind) || kind == b"RTB" {
                return true;
            }
        }
        let about = |at: usize| {
            let begins = begins_line(message, at);
            let name = message.get(at..at + 4).and_then(|name| <[u8; 4]>::try_from(name).ok());
            begins
                && name.is_some_and(|[a, b, c, next]| {
                    next == delimiters.field
                        && drug::shape(&[a, b, c].map(|b| b.to_ascii_uppercase())).is_some()
                })
        };
        let mut places = memchr::memmem::find_iter(message, b"RX")
            .chain(memchr::memmem::find_iter(message, b"rx"));
        if places.any(about) || carries_document(message) || has_written_ends(message) {
            return true;
        }
        at = (end < block.len()).then_some(end);
    }
    false
}
