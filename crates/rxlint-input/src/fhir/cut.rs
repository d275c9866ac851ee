//! Cuts an input into blocks of whole resources, never holding more than that.

use memchr::{memchr, memchr_iter, memrchr};

use super::kind::may_be_record;
use super::scan::{FoundResource, Scan};
use crate::error::InputError;
use crate::source::SourceReader;
use rxlint_model::reason::Reason;

/// A resource is at most this long, in bytes.
pub(super) const LIMIT: usize = 16 << 20;

/// How much of an input is examined to recognise it.
pub(super) const HEAD: usize = 1 << 20;

/// What precedes each resource in a sequence of JSON texts.
pub(super) const RECORD: u8 = 0x1E;

/// How much is read at a time, and about how long a block is: little enough to stay in a cache near the processor.
const BLOCK: usize = 512 << 10;

/// Whole resources, with the bytes between them.
#[derive(Debug, Default)]
pub(super) struct FhirBlock {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// Where they are in the input.
    pub(super) offset: u64,
    /// The resources in them.
    pub(super) pieces: Vec<ResourcePiece>,
    /// How many lines precede it, if each line is a resource and `pieces` does not hold them yet.
    lines_before: Option<u32>,
}

/// What is to be read as one resource.
#[derive(Clone, Debug)]
pub(super) struct ResourcePiece {
    /// Its first byte in the input.
    pub(super) start: u64,
    /// Its length.
    pub(super) len: usize,
    /// The line on which it begins, from 1.
    pub(super) line: u32,
    /// The address that its Bundle gives it.
    pub(super) full_url: Option<Box<str>>,
    /// Whether it is an entry of a Bundle that holds no resource.
    pub(super) is_entry: bool,
    /// Why it cannot be read, if that is known already; then it may have no bytes.
    pub(super) problem: Option<Reason>,
}

impl ResourcePiece {
    fn broken(start: u64, line: u32, problem: Reason) -> Self {
        Self { start, len: 0, line, full_url: None, is_entry: false, problem: Some(problem) }
    }
}

impl From<FoundResource> for ResourcePiece {
    fn from(found: FoundResource) -> Self {
        let len = usize::try_from(found.end - found.start).unwrap_or(0);
        Self {
            start: found.start,
            len,
            line: found.line,
            full_url: found.full_url,
            is_entry: found.is_entry,
            problem: None,
        }
    }
}

impl FhirBlock {
    /// Finds the resources if each line is one. Separate from cutting, so that each thread does it for its own block.
    pub(super) fn find_lines(&mut self) {
        if let Some(before) = self.lines_before.take() {
            lines(self, before);
        }
    }

    /// The bytes of one of its pieces.
    pub(super) fn bytes_of(&self, piece: &ResourcePiece) -> &[u8] {
        let start = usize::try_from(piece.start.saturating_sub(self.offset)).unwrap_or(usize::MAX);
        self.bytes.get(start..start.saturating_add(piece.len)).unwrap_or_default()
    }
}

/// How the resources of an input are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// One per line.
    Lines,
    /// Wherever they are in one document or several.
    Document,
}

impl Mode {
    /// How the resources of an input with that name and head are separated. It has one resource per line by its name, or because the first line is
    /// whole and more of them follow.
    pub(super) fn of(name: &str, head: &[u8], whole: bool) -> Self {
        if head.trim_ascii_start().first() == Some(&RECORD) {
            return Self::Document;
        }
        let name = name.to_ascii_lowercase();
        let named = [".ndjson", ".jsonl"].iter().any(|ending| name.contains(ending));
        let mut lines = head
            .split(|&byte| byte == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|line| !line.is_empty());
        let (first, second) = (lines.next().unwrap_or_default(), lines.next());
        let is_object = |line: &[u8]| line.starts_with(b"{") && line.ends_with(b"}");
        // The last line of a truncated head is cut.
        let is_lines = match second {
            Some(second) => named || is_object(first) && second.starts_with(b"{"),
            None => named && whole,
        };
        if is_lines { Self::Lines } else { Self::Document }
    }
}

/// Cuts one input.
pub(super) struct ResourceCutter<'a> {
    reader: &'a SourceReader<'a>,
    mode: Mode,
    /// What was read and not yet handed out, and where it is.
    kept: Vec<u8>,
    base: u64,
    /// Memory of a finished block.
    spare: Vec<u8>,
    /// In lines: how many there were before `kept`.
    lines: u32,
    /// In a document: the scan, and what it found.
    scan: Scan,
    found: Vec<FoundResource>,
    broken: Vec<ResourcePiece>,
    done: bool,
}

impl<'a> ResourceCutter<'a> {
    /// Begins at that position.
    pub(super) fn new(reader: &'a SourceReader<'a>, start: u64, mode: Mode) -> Self {
        let scan = Scan::new(start, 0);
        Self {
            reader,
            mode,
            kept: Vec::new(),
            spare: Vec::new(),
            base: start,
            lines: 0,
            scan,
            found: Vec::new(),
            broken: Vec::new(),
            done: false,
        }
    }

    /// The next block, possibly in spare memory; `None` after the last.
    pub(super) fn next(&mut self, spare: Option<Vec<u8>>) -> Result<Option<FhirBlock>, InputError> {
        if let Some(spare) = spare {
            self.spare = spare;
        }
        if self.done {
            return Ok(None);
        }
        match self.mode {
            Mode::Lines => self.next_lines(),
            Mode::Document => self.next_of_document(),
        }
    }

    /// Reads on; returns how many bytes were already kept. Sets `done` at the end.
    fn read_on(&mut self) -> Result<usize, InputError> {
        let from = self.kept.len();
        self.kept.resize(from + BLOCK, 0);
        let got = self.reader.fill(&mut self.kept[from..], self.base + from as u64)?;
        self.kept.truncate(from + got);
        self.done = self.reader.ends_at(self.base + self.kept.len() as u64)?;
        Ok(from)
    }

    /// Hands out the first bytes and keeps the others.
    fn give(&mut self, len: usize) -> (Vec<u8>, u64) {
        let len = len.min(self.kept.len());
        let mut rest = std::mem::take(&mut self.spare);
        rest.clear();
        rest.extend_from_slice(&self.kept[len..]);
        let offset = self.base;
        let mut bytes = std::mem::replace(&mut self.kept, rest);
        bytes.truncate(len);
        self.base += bytes.len() as u64;
        (bytes, offset)
    }

    fn next_lines(&mut self) -> Result<Option<FhirBlock>, InputError> {
        let mut broken = None;
        loop {
            let from = self.read_on()?;
            let end = if self.done {
                Some(self.kept.len())
            } else {
                memrchr(b'\n', &self.kept[from..]).map(|at| from + at + 1)
            };
            if let Some(end) = end {
                let (bytes, offset) = self.give(end);
                let before = self.lines;
                let count = u32::try_from(memchr_iter(b'\n', &bytes).count()).unwrap_or(u32::MAX);
                self.lines = before.saturating_add(count);
                let pieces = broken.into_iter().collect();
                return Ok(Some(FhirBlock { bytes, offset, pieces, lines_before: Some(before) }));
            }
            if self.kept.len() > LIMIT {
                let line = self.lines.saturating_add(1);
                if may_be_record(&self.kept) {
                    broken = Some(ResourcePiece::broken(self.base, line, Reason::TooLarge));
                }
                self.skip_line()?;
            }
        }
    }

    /// Goes to the end of a line that is too long to be read.
    fn skip_line(&mut self) -> Result<(), InputError> {
        while !self.done {
            self.give(usize::MAX);
            self.read_on()?;
            if let Some(end) = memchr(b'\n', &self.kept) {
                self.give(end + 1);
                self.lines = self.lines.saturating_add(1);
                self.done = false;
                return Ok(());
            }
        }
        self.give(usize::MAX);
        Ok(())
    }

    fn next_of_document(&mut self) -> Result<Option<FhirBlock>, InputError> {
        loop {
            let from = self.read_on()?;
            self.scan.go(&self.kept, self.base, from, &mut self.found);
            if self.done {
                return Ok(Some(self.last_of_document()));
            }
            let end = self.base + self.kept.len() as u64;
            let mut needed = self.scan.needed(&self.found);
            if end - needed > LIMIT as u64 {
                if let Some((start, line)) = self.scan.give_up() {
                    let held = usize::try_from(start.saturating_sub(self.base)).unwrap_or(0);
                    if self.kept.get(held..).is_some_and(may_be_record) {
                        self.broken.push(ResourcePiece::broken(start, line, Reason::TooLarge));
                    }
                }
                needed = self.scan.needed(&self.found);
            }
            let held = self.scan.awaits_address().then(|| self.found.pop()).flatten();
            let found = std::mem::replace(&mut self.found, held.into_iter().collect());
            let (bytes, offset) =
                self.give(usize::try_from(needed - self.base).unwrap_or(usize::MAX));
            if !found.is_empty() || !self.broken.is_empty() {
                return Ok(Some(FhirBlock {
                    bytes,
                    offset,
                    pieces: self.pieces(found),
                    lines_before: None,
                }));
            }
        }
    }

    fn last_of_document(&mut self) -> FhirBlock {
        let (cut_off, damage) = std::mem::take(&mut self.scan).finish();
        if let Some((start, line)) = cut_off {
            self.broken.push(ResourcePiece::broken(
                start,
                line,
                Reason::Malformed("the file ends inside this resource; export it again".to_owned()),
            ));
        }
        if let Some(damage) = damage {
            let what = format!(
                "the document around the resources is broken: {}; the resources in it were read, and one may be missing",
                damage.what
            );
            self.broken.push(ResourcePiece::broken(
                damage.at,
                damage.line,
                Reason::Malformed(what),
            ));
        }
        let found = std::mem::take(&mut self.found);
        let (bytes, offset) = self.give(usize::MAX);
        FhirBlock { bytes, offset, pieces: self.pieces(found), lines_before: None }
    }

    /// The resources found, whole or broken, in input order.
    fn pieces(&mut self, found: Vec<FoundResource>) -> Vec<ResourcePiece> {
        let mut pieces: Vec<ResourcePiece> =
            found.into_iter().map(ResourcePiece::from).chain(self.broken.drain(..)).collect();
        pieces.sort_by_key(|piece| piece.start);
        pieces
    }
}

/// Makes every line that is not blank a piece.
fn lines(block: &mut FhirBlock, before: u32) {
    let (mut start, mut count) = (0, before);
    let ends = memchr_iter(b'\n', &block.bytes).chain([block.bytes.len()]);
    for end in ends {
        let line = &block.bytes[start.min(end)..end];
        let text = line.trim_ascii_start();
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        let lead = line.len() - text.len();
        let len = text.trim_ascii_end().len();
        count = count.saturating_add(1);
        if len > 0 {
            let start = block.offset + (start + lead) as u64;
            block.pieces.push(ResourcePiece {
                start,
                len,
                line: count,
                full_url: None,
                is_entry: false,
                problem: None,
            });
        }
        start = end + 1;
    }
}
