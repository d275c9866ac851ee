//! A second, simple look at an input: every cell, segment and value as it is there, however the readers understood it. The witness compares the two.
//!
//! The look knows no columns, no statuses and no records, and only as much of each format as is needed to separate the values.

mod asap;
mod cda;
mod cells;
mod json;
mod names;
mod segments;
mod telecom;
mod xml;

use std::sync::Mutex;

use rayon::prelude::*;

use crate::blocks::lock;
use crate::columnar::BYTES_A_ROW;
use crate::error::InputError;
use crate::format_name::InputFormatName;
use crate::input::Input;
use crate::open::UnknownTable;
use crate::source::SourceReader;

/// What belongs to one record or group of records: a row, a message, a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RawUnit {
    /// Its first byte in the input.
    pub start: u64,
    /// The first byte after it.
    pub end: u64,
    /// Whether it has the shape of a whole record. The lines of a cell that contains line ends do not.
    pub whole: bool,
}

/// A value as the input holds it.
#[derive(Clone, Copy, Debug)]
pub struct RawValue<'a> {
    /// Where it belongs.
    pub unit: RawUnit,
    /// Its field.
    pub field: RawField<'a>,
    /// The text.
    pub text: &'a str,
}

/// Where a value is in its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawField<'a> {
    /// In this column of a table, from 0.
    Column(usize),
    /// In this field of a message or resource, under the name that its format gives it; empty if the only name is the sender's own.
    Named(&'a str, RawContent),
}

/// The purpose of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawContent {
    /// It says what was ordered, dispensed or given.
    Prescription,
    /// Directions, notes, allergies, screens, charges: what they mention need not be prescribed.
    FreeText,
}

/// Takes the values of one piece of an input.
pub trait RawVisitor: Send {
    /// The next value.
    fn value(&mut self, value: &RawValue<'_>);

    /// Called at the end of the piece.
    fn end(&mut self) {}
}

/// How much of an input is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RawExtent {
    /// The first 16 MiB, and every sixteenth MiB after them.
    #[default]
    Sampled,
    /// Everything.
    All,
    /// Nothing.
    Off,
}

const MIB: u64 = 1 << 20;
/// This many MiB are looked at from the beginning, and after them one in this many.
const FIRST: u64 = 16;
/// At most this many bytes show where a unit begins.
const MARGIN: usize = 256;
/// A unit longer than this is cut.
const LONGEST: u64 = 64 * MIB;

impl RawExtent {
    /// Whether what begins there is looked at.
    pub fn holds(self, offset: u64) -> bool {
        let piece = offset / MIB;
        match self {
            Self::Sampled => piece < FIRST || piece.is_multiple_of(FIRST),
            Self::All => true,
            Self::Off => false,
        }
    }
}

/// Bytes that begin and end where units do.
struct Piece {
    bytes: Vec<u8>,
    offset: u64,
}

impl Piece {
    /// Takes the messages one by one.
    fn each_message(&self, boundary: Boundary, mut take: impl FnMut(&[u8], RawUnit)) {
        let mut start = 0;
        while start < self.bytes.len() {
            let end = boundary(&self.bytes, start).unwrap_or(self.bytes.len());
            let at = |place: usize| self.offset + place as u64;
            take(&self.bytes[start..end], RawUnit { start: at(start), end: at(end), whole: true });
            start = end;
        }
    }
}

/// Visits text outside any unit, split at the separators of all formats.
fn loose<V: RawVisitor>(text: &[u8], name: &str, unit: RawUnit, visitor: &mut V) {
    let field = RawField::Named(name, RawContent::Prescription);
    let values = text.split(|byte| b",;|\t\r\n\"^~{}[]<>".contains(byte));
    for value in values.filter(|value| !value.trim_ascii().is_empty()) {
        visitor.value(&RawValue { unit, field, text: rxlint_model::record::decode(value).trim() });
    }
}

impl Input {
    /// Looks at the values of the input. The visitors are returned in its order; their number depends only on the input.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn look<V: RawVisitor>(
        &self,
        extent: RawExtent,
        make: &(dyn Fn() -> V + Sync),
    ) -> Result<Vec<V>, InputError> {
        let Some(format) = InputFormatName::from_name(self.opened.name()) else {
            return Ok(Vec::new());
        };
        let (boundary, visit): (Boundary, fn(&Self, &Piece, &mut V)) = match format {
            InputFormatName::Csv => (line_start, cells::visit::<V>),
            InputFormatName::Hl7v2 => (segments::message_start, segments::visit::<V>),
            InputFormatName::Asap => (asap::patient_start, asap::visit::<V>),
            InputFormatName::Cda => (cda::document_start, cda::visit::<V>),
            InputFormatName::Telecom => (crate::telecom::transmission_start, telecom::visit::<V>),
            InputFormatName::Ncpdp => (xml::message_start, xml::visit::<V>),
            InputFormatName::Fhir if json::has_lines(self) => (line_start, json::visit_lines::<V>),
            InputFormatName::Fhir => return json::look(self, extent, make),
            InputFormatName::Parquet | InputFormatName::Arrow => {
                let Some(table) = self.columnar() else { return Ok(Vec::new()) };
                return table.look(self.path(), extent, make);
            }
        };
        let reader = self.source.reader()?;
        let start = self.source.start();
        let mut places = Vec::new();
        let mut at = start;
        while let Some(from) = next_held(&reader, extent, at)? {
            places.push(from);
            at = (from / MIB + 1) * MIB;
        }
        // Memory is limited to one piece per thread.
        let spare = Mutex::<Vec<Vec<u8>>>::default();
        let look = |from: u64| {
            let room = lock(&spare).pop().unwrap_or_default();
            let piece = cut(&reader, from, from == start, boundary, room)?;
            let mut visitor = make();
            visit(self, &piece, &mut visitor);
            visitor.end();
            lock(&spare).push(piece.bytes);
            Ok(visitor)
        };
        places.into_par_iter().map(look).collect()
    }

    /// The lines, from 1, on which these bytes of the input are. The input is read once.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn lines_of(&self, offsets: &[u64]) -> Result<Vec<u32>, InputError> {
        if self.columnar().is_some() {
            let row = |offset: &u64| u32::try_from(offset / BYTES_A_ROW + 1).unwrap_or(u32::MAX);
            return Ok(offsets.iter().map(row).collect());
        }
        let reader = self.source.reader()?;
        let (mut line, mut at, mut ends_in_return) = (1u32, 0, false);
        let mut order: Vec<usize> = (0..offsets.len()).collect();
        order.sort_by_key(|&place| offsets[place]);
        let mut lines = vec![line; offsets.len()];
        for place in order {
            let offset = offsets[place];
            while at < offset {
                let length = (offset - at).min(MIB);
                let bytes = reader.bytes(at, usize::try_from(length).unwrap_or(0))?;
                if bytes.is_empty() {
                    break;
                }
                for &byte in &bytes {
                    // A line ends with a line feed, a carriage return, or both.
                    line += u32::from(byte == b'\r' || byte == b'\n' && !ends_in_return);
                    ends_in_return = byte == b'\r';
                }
                at += bytes.len() as u64;
            }
            lines[place] = line;
        }
        Ok(lines)
    }
}

/// Looks at the cells of a table whose columns were not understood: its first 16 MiB.
///
/// # Errors
/// When the file cannot be read.
pub fn look_at_table(
    table: &UnknownTable,
    visitor: &mut impl RawVisitor,
) -> Result<(), InputError> {
    let source = table.place.open(None)?;
    let bytes = source.reader()?.bytes(source.start(), (FIRST * MIB) as usize)?;
    let first = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let shape = cells::guessed(first);
    cells::lines(shape, &Piece { bytes, offset: source.start() }, visitor);
    Ok(())
}

/// Looks at the values of messages or resources of which none is read, as at those of any input.
///
/// # Errors
/// When the file cannot be read.
pub fn look_at_other_kinds<V: RawVisitor>(
    table: &UnknownTable,
    make: &(dyn Fn() -> V + Sync),
) -> Result<Vec<V>, InputError> {
    let input = table.of_other_kinds()?;
    input.map_or_else(|| Ok(Vec::new()), |input| input.look(RawExtent::Sampled, make))
}

/// Looks at the texts of JSON of which nothing more is known: its first 16 MiB.
///
/// # Errors
/// When the file cannot be read.
pub fn look_at_texts(
    table: &UnknownTable,
    visitor: &mut impl RawVisitor,
) -> Result<(), InputError> {
    let source = table.place.open(None)?;
    let bytes = source.reader()?.bytes(source.start(), (FIRST * MIB) as usize)?;
    json::texts(&bytes, visitor);
    Ok(())
}

/// Shows the lines of a text whose columns cannot be separated: its first 16 MiB, until `look` has seen enough.
///
/// # Errors
/// When the file cannot be read.
pub fn look_at_lines(
    table: &UnknownTable,
    mut look: impl FnMut(&str) -> bool,
) -> Result<(), InputError> {
    let source = table.place.open(None)?;
    let bytes = source.reader()?.bytes(source.start(), (FIRST * MIB) as usize)?;
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    for line in lines.filter(|line| !line.trim_ascii().is_empty()) {
        if look(&rxlint_model::record::decode(line)) {
            break;
        }
    }
    Ok(())
}

/// Where the next unit begins, from a position of these bytes on.
type Boundary = fn(&[u8], usize) -> Option<usize>;

/// Where the next line begins.
fn line_start(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memchr(b'\n', bytes.get(from..)?).map(|at| from + at + 1)
}

/// The next position that is looked at; `None` at the end of the input.
fn next_held(
    reader: &SourceReader<'_>,
    extent: RawExtent,
    mut at: u64,
) -> Result<Option<u64>, InputError> {
    if extent == RawExtent::Off {
        return Ok(None);
    }
    while !extent.holds(at) {
        at = (at / MIB + 1) * MIB;
    }
    Ok((!reader.ends_at(at)?).then_some(at))
}

/// The units that begin in the MiB of that position, from there on. `bytes` is room for them.
fn cut(
    reader: &SourceReader<'_>,
    from: u64,
    is_start: bool,
    boundary: Boundary,
    mut bytes: Vec<u8>,
) -> Result<Piece, InputError> {
    let next = (from / MIB + 1) * MIB;
    let mut begin = from;
    // The preceding byte shows whether a unit begins exactly here.
    let mut length = 1 << 12;
    let mut is_found = is_start;
    while !is_found {
        read(reader, from - 1, length, &mut bytes)?;
        let is_last = bytes.len() < length || length as u64 > LONGEST;
        // What marks a beginning may itself be cut off.
        let is_whole = |at: &usize| is_last || at + MARGIN < bytes.len();
        if let Some(at) = boundary(&bytes, 0).filter(is_whole) {
            begin = from - 1 + at as u64;
            is_found = true;
            continue;
        }
        if is_last {
            bytes.clear();
            return Ok(Piece { bytes, offset: from - 1 + length as u64 });
        }
        length *= 16;
    }
    // A unit that begins before the next MiB belongs here.
    let inside = usize::try_from(next.saturating_sub(begin + 1)).unwrap_or(0);
    let mut length = inside + (1 << 16);
    if begin >= next {
        bytes.clear();
        return Ok(Piece { bytes, offset: begin });
    }
    loop {
        read(reader, begin, length, &mut bytes)?;
        let is_last = bytes.len() < length || length as u64 > LONGEST;
        if let Some(end) = boundary(&bytes, inside).or(is_last.then_some(bytes.len())) {
            bytes.truncate(end);
            return Ok(Piece { bytes, offset: begin });
        }
        length *= 4;
    }
}

/// Reads this many bytes, or as many as there are.
fn read(
    reader: &SourceReader<'_>,
    from: u64,
    wanted: usize,
    bytes: &mut Vec<u8>,
) -> Result<(), InputError> {
    bytes.resize(wanted, 0);
    let got = reader.fill(bytes, from)?;
    bytes.truncate(got);
    Ok(())
}
