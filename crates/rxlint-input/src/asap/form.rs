//! How a report is written: what separates its fields and segments, and which fields are where in its version.

use std::ops::Range;

use rxlint_model::record::decode;

/// Segments of the standard, versions 3.0 to 5.0.
const NAMES: [&[u8]; 15] = [
    b"TH", b"IS", b"PHA", b"PAT", b"RX", b"DSP", b"PRE", b"RPH", b"PLN", b"CDI", b"CSR", b"AIR",
    b"VPT", b"TP", b"TT",
];

/// What a report's header says about its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    separator: u8,
    /// What ends a segment; `None` if the end of the line does.
    terminator: Option<u8>,
    pub(super) version: Version,
}

/// A version of the standard, as far as the positions of fields differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub(super) enum Version {
    /// 3.0, in which every segment has a different order.
    Three,
    /// 4.0 and 4.1.
    Four,
    /// 4.2.
    FourTwo,
    /// 4.2A, 4.2B and 5.0, which have directions and a diagnosis.
    Later,
}

/// The positions of the fields that are read, from 1; 0 if there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    pub(super) status: usize,
    pub(super) prescription: usize,
    pub(super) fill_number: usize,
    pub(super) written: usize,
    pub(super) filled: usize,
    pub(super) sold: usize,
    pub(super) qualifier: usize,
    pub(super) product: usize,
    pub(super) quantity: usize,
    pub(super) days: usize,
    pub(super) rxnorm: usize,
    pub(super) directions: usize,
    pub(super) diagnosis: usize,
    pub(super) birth: usize,
    pub(super) species: usize,
    pub(super) prescriber: usize,
}

const FOUR: Fields = Fields {
    status: 1,
    prescription: 2,
    fill_number: 6,
    written: 3,
    filled: 5,
    sold: 17,
    qualifier: 7,
    product: 8,
    quantity: 9,
    days: 10,
    rxnorm: 18,
    directions: 0,
    diagnosis: 0,
    birth: 18,
    species: 20,
    prescriber: 1,
};

const THREE: Fields = Fields {
    prescription: 3,
    fill_number: 4,
    written: 0,
    filled: 9,
    sold: 0,
    qualifier: 11,
    product: 12,
    quantity: 14,
    days: 15,
    rxnorm: 0,
    birth: 19,
    species: 0,
    prescriber: 3,
    ..FOUR
};

impl Version {
    fn of(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let (number, letter) = match text {
            [number @ .., letter @ (b'A'..=b'Z' | b'a'..=b'z')] => (number, Some(letter)),
            number => (number, None),
        };
        let number: f32 = std::str::from_utf8(number).ok()?.parse().ok()?;
        match number {
            3.0..4.0 => Some(Self::Three),
            4.0..4.2 => Some(Self::Four),
            4.2..4.3 if letter.is_none() => Some(Self::FourTwo),
            4.2..10.0 => Some(Self::Later),
            _ => None,
        }
    }

    pub(super) fn fields(self) -> Fields {
        match self {
            Self::Three => THREE,
            Self::Four => FOUR,
            Self::FourTwo => Fields { rxnorm: 19, ..FOUR },
            Self::Later => Fields { rxnorm: 19, directions: 23, diagnosis: 25, ..FOUR },
        }
    }
}

/// A segment of a report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AsapSegment<'b> {
    bytes: &'b [u8],
    separator: u8,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether something ends it. Nothing ends the last segment of a truncated file.
    pub(super) closed: bool,
}

impl<'b> AsapSegment<'b> {
    pub(crate) fn name(&self) -> &'b [u8] {
        self.part(0).0.trim_ascii()
    }

    /// A field, from 1, and where it is.
    pub(crate) fn part(&self, number: usize) -> (&'b [u8], Range<usize>) {
        let whole = self.bytes.get(self.start..self.end).unwrap_or_default();
        let mut at = self.start;
        for (index, field) in whole.split(|byte| *byte == self.separator).enumerate() {
            if index == number {
                let lead = field.len() - field.trim_ascii_start().len();
                let text = field.trim_ascii();
                return (text, at + lead..at + lead + text.len());
            }
            at += field.len() + 1;
        }
        (&[], at..at)
    }

    /// The text of a field.
    pub(super) fn text(&self, number: usize) -> String {
        if number == 0 { String::new() } else { decode(self.part(number).0).into_owned() }
    }

    /// Its fields, from the first after its name.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'b [u8]> {
        let whole = self.bytes.get(self.start..self.end).unwrap_or_default();
        let separator = self.separator;
        whole.split(move |byte| *byte == separator).skip(1).map(<[u8]>::trim_ascii)
    }
}

impl Form {
    /// The form of a report that begins with these bytes; `None` if it is not a report.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let [b'T', b'H', separator, rest @ ..] = head else { return None };
        let separator = *separator;
        if !separator.is_ascii_punctuation()
            || matches!(separator, b',' | b';' | b'"' | b'_' | b'-')
        {
            return None;
        }
        let version = Version::of(rest.split(|byte| *byte == separator).next()?)?;
        // What precedes the second segment ends the first.
        let second = [b"IS".as_slice(), b"PHA"].iter().find_map(|name| {
            let begin = [*name, &[separator]].concat();
            memchr::memmem::find_iter(head, &begin)
                .find(|at| !head[at - 1].is_ascii_alphanumeric() && head[at - 1] != separator)
        })?;
        let before = head[..second].trim_ascii_end().last().copied();
        let terminator = before.filter(|byte| byte.is_ascii_punctuation() && *byte != separator);
        Some(Self { separator, terminator, version })
    }

    /// The segments of a piece.
    pub(crate) fn segments<'b>(self, bytes: &'b [u8]) -> impl Iterator<Item = AsapSegment<'b>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let is_filler =
                |byte: &u8| byte.is_ascii_whitespace() || Some(*byte) == self.terminator;
            at += bytes.get(at..)?.iter().take_while(|byte| is_filler(byte)).count();
            if at >= bytes.len() {
                return None;
            }
            let (end, closed) = self.end(bytes, at);
            let length = bytes[at..end].trim_ascii_end().len();
            let segment = AsapSegment {
                bytes,
                separator: self.separator,
                start: at,
                end: at + length,
                closed,
            };
            at = end;
            Some(segment)
        })
    }

    /// The end of the segment that begins there, and whether anything ends it. A line end does if another segment follows.
    fn end(self, bytes: &[u8], start: usize) -> (usize, bool) {
        let terminator = self.terminator.unwrap_or(b'\n');
        let mut from = start;
        while let Some(at) = memchr::memchr3(terminator, b'\n', b'\r', &bytes[from..]) {
            let at = from + at;
            if bytes[at] == terminator || self.terminator.is_none() || self.begins(bytes, at + 1) {
                return (at, true);
            }
            from = at + 1;
        }
        (bytes.len(), self.terminator.is_none())
    }

    /// Whether a segment of the standard begins there, after white space.
    fn begins(self, bytes: &[u8], at: usize) -> bool {
        let text = bytes.get(at..).unwrap_or_default().trim_ascii_start();
        NAMES.iter().any(|name| {
            text.strip_prefix(*name).is_some_and(|rest| rest.first() == Some(&self.separator))
        })
    }

    /// Whether the standard has a segment of that name.
    pub(super) fn knows(name: &[u8]) -> bool {
        NAMES.contains(&name)
    }

    /// Whether a unit begins there: a patient, or another transaction.
    pub(super) fn is_start(self, bytes: &[u8], at: usize) -> bool {
        let is_named = [b"PAT".as_slice(), b"TH"].iter().any(|name| {
            bytes[at..]
                .strip_prefix(*name)
                .is_some_and(|rest| rest.first() == Some(&self.separator))
        });
        let before = bytes[..at].trim_ascii_end();
        is_named
            && (before.len() < at || before.last().copied() == self.terminator || before.is_empty())
    }
}
