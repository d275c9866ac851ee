//! A transmission: its header with fixed positions, and its fields, each with its two-character name.

use std::ops::Range;

use rxlint_model::record::decode;

/// The separators: of fields, groups of segments, segments.
const FIELD: u8 = 0x1C;
const GROUP: u8 = 0x1D;
const SEGMENT: u8 = 0x1E;
/// The marks around the transmissions of a batch.
const BEGIN: u8 = 0x02;
const END: u8 = 0x03;
/// The length of what precedes a header in a batch: `G1`, and the number under which the batch has it.
const BATCH_NUMBER: usize = 12;
/// The lengths of the headers of requests and of answers.
const REQUEST: usize = 56;
const RESPONSE: usize = 31;

/// Which way a transmission goes, and what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TelecomHeader {
    /// `B1`: what is requested.
    pub(crate) code: String,
    /// Whether it is a payer's answer.
    pub(crate) is_response: bool,
    /// The pharmacy.
    pub(crate) pharmacy: String,
    /// The day of service.
    pub(crate) date: String,
    pub(crate) date_range: Range<usize>,
    /// The number under which a batch has it.
    pub(crate) reference: String,
    /// How many claims it states.
    pub(crate) count: usize,
}

/// A field of a transmission.
#[derive(Clone, Debug)]
pub(crate) struct TelecomField<'b> {
    /// The number of its segment: `07`.
    pub(crate) segment: [u8; 2],
    /// Which transaction of the transmission it belongs to; 0 is what all of them share.
    pub(crate) group: usize,
    pub(crate) name: [u8; 2],
    pub(crate) value: &'b [u8],
    /// Where the field is, including its name.
    pub(crate) range: Range<usize>,
}

impl TelecomField<'_> {
    pub(crate) fn text(&self) -> String {
        decode(self.value.trim_ascii()).into_owned()
    }

    /// Where the value is.
    pub(crate) fn value_range(&self) -> Range<usize> {
        let lead = self.value.len() - self.value.trim_ascii_start().len();
        let start = self.range.start + 2 + lead;
        start..start + self.value.trim_ascii().len()
    }
}

/// Codes of transactions: billings, reversals, rebills, and reports of what was dispensed; inquiries; authorisations.
const CODES: [&[u8; 2]; 22] = [
    b"B1", b"B2", b"B3", b"N1", b"N2", b"N3", b"C1", b"C2", b"C3", b"S1", b"S2", b"S3", b"P1",
    b"P2", b"P3", b"P4", b"D1", b"E1", b"11", b"F1", b"F2", b"B4",
];

fn is_version(text: &[u8]) -> bool {
    matches!(text, [b'D' | b'E' | b'F', b'0'..=b'9'] | [b'5' | b'3', b'0'..=b'9' | b'A'..=b'C'])
}

fn is_code(text: &[u8]) -> bool {
    CODES.iter().any(|code| code.as_slice() == text)
}

/// Whether the header of a request begins there.
fn is_request(text: &[u8]) -> bool {
    text.len() >= 10
        && text[..6].iter().all(u8::is_ascii_digit)
        && is_version(&text[6..8])
        && is_code(&text[8..10])
}

/// Whether the header of a response begins there.
fn is_response(text: &[u8]) -> bool {
    text.len() >= 6
        && is_version(&text[..2])
        && is_code(&text[2..4])
        && text[4].is_ascii_digit()
        && matches!(text[5], b'A' | b'R')
}

fn is_header(text: &[u8]) -> bool {
    is_request(text) || is_response(text)
}

/// Whether a file that begins with these bytes is of transmissions.
pub(super) fn is_telecom(head: &[u8]) -> bool {
    let has = |byte: u8| memchr::memchr(byte, head).is_some();
    let text = head.trim_ascii_start();
    let plain = text.strip_prefix(&[BEGIN]).unwrap_or(text);
    has(FIELD) && (has(SEGMENT) || has(GROUP)) && memchr::memmem::find(head, b"AM").is_some()
        || is_header(plain) && has(FIELD)
}

/// Whether a transmission begins there: the mark of a batch; a header, known or not, at the beginning of a line or of the file; or, where nothing
/// separates transmissions, a complete header anywhere.
pub(super) fn is_start(bytes: &[u8], at: usize) -> bool {
    if bytes.get(at) == Some(&BEGIN) {
        return true;
    }
    let text = &bytes[at..];
    let before = |by: usize| at.checked_sub(by).and_then(|before| bytes.get(before));
    let fresh = before(1).is_none_or(|byte| byte.is_ascii_whitespace() || matches!(*byte, END | 0));
    if fresh {
        let of_line = matches!(before(1), None | Some(b'\n' | b'\r'));
        return is_header(text) || of_line && is_unknown_header(text);
    }
    // In a batch it follows the mark, or the mark and the batch's number.
    let of_batch = [1, 1 + BATCH_NUMBER].into_iter().any(|by| before(by) == Some(&BEGIN));
    !of_batch && is_request(text) && is_whole(text)
}

/// Whether all positions of a request's header are of the right kind, and segments follow.
fn is_whole(text: &[u8]) -> bool {
    let date = text.get(38..46).unwrap_or_default();
    text.get(20).is_some_and(u8::is_ascii_digit)
        && date.len() == 8
        && date.iter().all(u8::is_ascii_digit)
        && text.iter().take(REQUEST + 1).skip(46).any(is_mark)
}

/// Whether a line there begins like one with a header, with numbers and a day before its first segment, but the header is unknown: what follows is
/// about someone else.
fn is_unknown_header(text: &[u8]) -> bool {
    const LENGTHS: std::ops::RangeInclusive<usize> = 24..=72;
    const DIGITS: usize = 14;
    let Some(length) = text.iter().take(LENGTHS.end() + 1).position(is_mark) else { return false };
    let (lead, rest) = text.split_at(length);
    let marks = rest.iter().take_while(|byte| is_mark(byte)).count();
    LENGTHS.contains(&length)
        && rest[marks..].starts_with(b"AM")
        && !lead.iter().any(|byte| byte.is_ascii_control())
        && lead.iter().filter(|byte| byte.is_ascii_digit()).count() >= DIGITS
}

/// Where the transmissions of a piece begin and end.
pub(super) fn transmissions(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let mut at = (blank < bytes.len()).then_some(blank);
    std::iter::from_fn(move || {
        let start = at?;
        at = next_start(bytes, start + 1);
        Some(start..at.unwrap_or(bytes.len()))
    })
}

/// Where the next transmission begins, from a place on.
pub(super) fn next_start(bytes: &[u8], from: usize) -> Option<usize> {
    (from..bytes.len()).find(|&at| is_start(bytes, at))
}

/// What a piece between two beginnings is.
#[derive(Debug)]
pub(super) enum Transmission<'b> {
    Claims(TelecomHeader, Vec<TelecomField<'b>>),
    /// The first or the last piece of a batch.
    Frame,
    /// It cannot be read.
    Broken(&'static str),
}

const NO_HEADER: &str = "this transmission has no header that is known (bank number, version, transaction code): it may be damaged; send it again";
const TWO: &str = "two transmissions run into each other here, with nothing between them: send them one per line, or as a batch";
const CUT: &str =
    "this transmission ends before its claim: it may have been cut off; send it again";

/// Reads a transmission.
pub(super) fn read(bytes: &[u8], range: Range<usize>) -> Transmission<'_> {
    let mut start = range.start;
    let mut header = TelecomHeader::default();
    let framed = bytes[start] == BEGIN;
    if framed {
        start += 1;
        let kind = bytes.get(start..start + 2).unwrap_or_default();
        if matches!(kind, b"00" | b"99") {
            return Transmission::Frame;
        }
        if kind == b"G1" {
            let reference = bytes.get(start + 2..start + BATCH_NUMBER).unwrap_or_default();
            header.reference = decode(reference.trim_ascii()).into_owned();
            start += BATCH_NUMBER;
        }
    }
    let close = if framed { memchr::memchr(END, &bytes[range.clone()]) } else { None };
    let end = close.map_or(range.end, |at| range.start + at);
    let Some(text) = bytes.get(start..end) else { return Transmission::Broken(CUT) };
    let is_response = is_response(text);
    if !(is_response || is_request(text)) {
        return Transmission::Broken(NO_HEADER);
    }
    // Bank, version, code, processor, count, qualifier, pharmacy, day, vendor; for an answer version, code, count, status.
    let (code, pharmacy, date, length) =
        if is_response { (2, 8, 23, RESPONSE) } else { (8, 23, 38, REQUEST) };
    let part = |from: usize, to: usize| {
        decode(text.get(from..to).unwrap_or_default().trim_ascii()).into_owned()
    };
    header.code = part(code, code + 2);
    header.is_response = is_response;
    header.count = part(if is_response { 4 } else { 20 }, if is_response { 5 } else { 21 })
        .parse()
        .unwrap_or(0);
    header.pharmacy = part(pharmacy, pharmacy + 15);
    header.date = part(date, date + 8);
    header.date_range = start + date..start + date + 8;
    let is_dated = header.date.len() == 8 && header.date.bytes().all(|byte| byte.is_ascii_digit());
    if !is_dated && !is_response {
        return Transmission::Broken(NO_HEADER);
    }
    // Some omit the end of a header.
    let length = text.iter().position(is_mark).unwrap_or(text.len()).min(length);
    let fields = fields(bytes, start + length..end);
    if fields.iter().any(|field| holds_another(field.value)) || names_two(&fields) {
        return Transmission::Broken(TWO);
    }
    if framed && close.is_none() {
        return Transmission::Broken(CUT);
    }
    Transmission::Claims(header, fields)
}

/// Where, on a separate line after a transmission, a truncated header begins.
pub(super) fn torn_header(bytes: &[u8], range: Range<usize>) -> Option<usize> {
    let piece = bytes.get(range.clone())?;
    let text = piece.trim_ascii_end();
    let start = memchr::memrchr2(b'\n', b'\r', text)? + 1;
    let tail = &text[start..];
    let digits = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_begun = match digits {
        0 => {
            matches!(tail, [b'D' | b'E' | b'F', rest @ ..] if rest.len() < 5 && rest.iter().all(u8::is_ascii_alphanumeric))
        }
        6 => tail.len() < 10 && tail.iter().all(u8::is_ascii_alphanumeric),
        _ => digits == tail.len() && digits < 10,
    };
    (piece.first() != Some(&BEGIN) && is_begun).then_some(range.start + start)
}

fn is_mark(byte: &u8) -> bool {
    matches!(*byte, FIELD | GROUP | SEGMENT)
}

/// Whether a value runs on into another transmission.
fn holds_another(value: &[u8]) -> bool {
    value.len() >= 40 && (1..value.len().saturating_sub(10)).any(|at| is_request(&value[at..]))
}

/// Whether a person is named after a claim, and it is not the person before it: the header between them is missing.
fn names_two(fields: &[TelecomField<'_>]) -> bool {
    let is_claim = |field: &TelecomField<'_>| field.segment == *b"07";
    let Some(first) = fields.iter().position(is_claim) else { return false };
    let (before, behind) = fields.split_at(first);
    let names = |field: &&TelecomField<'_>| {
        matches!(&field.segment, b"01" | b"04")
            && matches!(&field.name, b"C2" | b"CY" | b"C4" | b"CB")
    };
    behind.iter().filter(names).any(|field| {
        let mut same = before.iter().filter(|earlier| earlier.name == field.name).peekable();
        same.peek().is_some() && same.all(|earlier| earlier.text() != field.text())
    })
}

fn fields(bytes: &[u8], range: Range<usize>) -> Vec<TelecomField<'_>> {
    let mut fields = Vec::new();
    let (mut segment, mut group) = (*b"??", 0);
    // The group that already has a claim.
    let mut claimed = usize::MAX;
    let mut at = range.start;
    while at < range.end {
        let marks = bytes[at..range.end].iter().take_while(|byte| is_mark(byte)).count();
        let opens = bytes[at..at + marks].contains(&SEGMENT) || marks == 0;
        if bytes[at..at + marks].contains(&GROUP) {
            group += 1;
        }
        let start = at + marks;
        let length = bytes[start..range.end].iter().position(is_mark).unwrap_or(range.end - start);
        at = start + length;
        let field = &bytes[start..at];
        match field {
            // Answers omit the separator before the first segment of a group.
            [b'A', b'M', name @ ..] if name.trim_ascii().len() == 2 && (opens || marks > 0) => {
                segment = [name[0], name[1]];
                // Some write no separator between the claims of a transmission.
                if segment == *b"07" {
                    group += usize::from(claimed == group);
                    claimed = group;
                }
            }
            [a, b, value @ ..] => fields.push(TelecomField {
                segment,
                group,
                name: [*a, *b],
                value,
                range: start..at,
            }),
            _ => {}
        }
    }
    fields
}
