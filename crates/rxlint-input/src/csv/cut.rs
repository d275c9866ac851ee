//! Cuts an input into blocks at the true beginnings of records, in one pass, before anything is parsed.
//!
//! Only quotes decide whether a line end ends a record, and outside quotes a quote is special only after a delimiter or a line end. So the cut leaps
//! from quote to quote and looks at line ends only near them; if many cells are quoted, and all of
//! them normally, it takes 64 bytes at a time ([`Leap`]).
//!
//! A record that never ends (an unclosed quote) or is longer than [`LIMIT`] is broken: its first line is rejected and reading resumes on the next
//! line. That line may be broken for the same reason, and so on for every line of the file; what was found out about the bytes ahead is kept
//! ([`QuoteAhead`]) so that each line costs only its own length.

use memchr::{memchr2, memchr2_iter, memrchr2};

use super::index::Leap;
use super::near::{find, find3};
use super::scan::{QUOTE, line_end_length};
use crate::error::InputError;
use crate::source::SourceReader;
use rxlint_model::reason::Reason;

/// A record is at most this long, in bytes.
pub(crate) const LIMIT: usize = 16 << 20;

/// How much is read at a time, and about how long a block is: what one core's cache keeps from the
/// copy out of the page cache to the last look at a cell.
pub(crate) const BLOCK: usize = 512 << 10;

/// If no quote is as near as this, there are few.
const NEAR: usize = 1 << 10;

/// A run of whole records.
#[derive(Debug)]
pub(crate) struct CsvBlock {
    /// The block's bytes are the first `len` of these; what follows them has no meaning.
    buffer: Vec<u8>,
    len: usize,
    /// Where the block is in the input.
    pub(crate) offset: u64,
    /// Where broken records begin in the block, and why they are broken. Of each, only the first line counts as one.
    pub(crate) broken: Vec<(usize, Reason)>,
}

impl CsvBlock {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// The block's memory, for the next one.
    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
}

/// What is known about the bytes ahead once a record has turned out to be broken: a record that is
/// inside quotes at a line end before `to` does not end before `to`, and `inside` is whether it is
/// inside quotes there.
#[derive(Clone, Copy, Default)]
struct QuoteAhead {
    to: usize,
    inside: bool,
}

pub(crate) struct CsvCutter<'a> {
    reader: &'a SourceReader<'a>,
    delimiter: u8,
    limit: usize,
    block: usize,
    /// Where `buffer` is in the input.
    offset: u64,
    buffer: Vec<u8>,
    filled: usize,
    /// Whether `buffer` holds the input's last byte.
    ended: bool,
    /// How far `buffer` is scanned, and whether that is inside quotes.
    pos: usize,
    inside: bool,
    /// The beginning of the record in which `pos` is.
    record: usize,
    ahead: QuoteAhead,
    broken: Vec<(usize, Reason)>,
    /// Whether the rest of a broken line is still to be skipped: it was too long for the buffer.
    skipping: bool,
}

impl<'a> CsvCutter<'a> {
    /// Begins at `offset`, which must be the beginning of a record.
    pub(crate) fn new(reader: &'a SourceReader<'a>, offset: u64, delimiter: u8) -> Self {
        Self::with_sizes(reader, offset, delimiter, LIMIT, BLOCK)
    }

    fn with_sizes(
        reader: &'a SourceReader<'a>,
        offset: u64,
        delimiter: u8,
        limit: usize,
        block: usize,
    ) -> Self {
        Self {
            reader,
            delimiter,
            limit,
            block,
            offset,
            buffer: Vec::new(),
            filled: 0,
            ended: false,
            pos: 0,
            inside: false,
            record: 0,
            ahead: QuoteAhead::default(),
            broken: Vec::new(),
            skipping: false,
        }
    }

    /// The next block, or `None` at the end of the input. `spare` is memory to reuse, of a finished
    /// block.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub(crate) fn next(&mut self, spare: Option<Vec<u8>>) -> Result<Option<CsvBlock>, InputError> {
        self.skip_line()?;
        loop {
            self.read_more()?;
            self.scan();
            if self.ended || self.record > 0 {
                break;
            }
        }
        let cut = if self.ended { self.filled } else { self.record };
        if cut == 0 {
            return Ok(None);
        }
        let mut rest = spare.unwrap_or_default();
        let left = self.filled - cut;
        if rest.len() < left {
            rest.resize(left, 0);
        }
        rest[..left].copy_from_slice(&self.buffer[cut..self.filled]);
        let buffer = std::mem::replace(&mut self.buffer, rest);
        let block = CsvBlock {
            buffer,
            len: cut,
            offset: self.offset,
            broken: std::mem::take(&mut self.broken),
        };
        self.offset += cut as u64;
        self.filled = left;
        self.pos -= cut;
        self.record = 0;
        self.ahead.to = self.ahead.to.saturating_sub(cut);
        Ok(Some(block))
    }

    fn read_more(&mut self) -> Result<(), InputError> {
        if self.ended {
            return Ok(());
        }
        let end = (self.filled / self.block + 1) * self.block;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        self.filled += self
            .reader
            .fill(&mut self.buffer[self.filled..end], self.offset + self.filled as u64)?;
        self.ended = self.reader.ends_at(self.offset + self.filled as u64)?;
        Ok(())
    }

    /// Skips the rest of a broken line.
    fn skip_line(&mut self) -> Result<(), InputError> {
        while self.skipping {
            let chunk = self.reader.bytes(self.offset, 1 << 16)?;
            let end = memchr2(b'\n', b'\r', &chunk);
            self.offset += end.unwrap_or(chunk.len()) as u64;
            if end.is_some() {
                self.offset += line_end_length(&self.reader.bytes(self.offset, 2)?) as u64;
            }
            self.skipping = end.is_none() && !chunk.is_empty();
            (self.filled, self.pos, self.record) = (0, 0, 0);
        }
        Ok(())
    }

    /// Scans to the end of the buffer, and settles every record in it that is certainly broken.
    fn scan(&mut self) {
        while !self.skipping {
            let too_long = self.scan_records();
            let reason = if too_long || self.pos - self.record > self.limit {
                Reason::TooLarge
            } else if self.ended && self.inside {
                Reason::OpenQuote
            } else {
                return;
            };
            self.broken.push((self.record, reason));
            self.resume_on_next_line();
        }
    }

    fn resume_on_next_line(&mut self) {
        self.ahead = QuoteAhead { to: self.pos, inside: self.inside };
        let line = &self.buffer[self.record..self.filled];
        let end = memchr2(b'\n', b'\r', line).unwrap_or(line.len());
        let length = line_end_length(&line[end..]);
        // Without its line end, or with a CR that may be half of one, the line continues after the
        // buffer.
        self.skipping = !self.ended
            && (length == 0 || length == 1 && end + 1 == line.len() && line[end] == b'\r');
        self.record += if self.skipping { end } else { end + length };
        self.pos = self.record;
        self.inside = false;
    }

    /// Scans on; `true` if the record that begins at `record` ends and is longer than a record may be.
    fn scan_records(&mut self) -> bool {
        let bytes = &self.buffer[..self.filled];
        let near = &bytes[self.pos..self.filled.min(self.pos + NEAR)];
        if self.pos >= self.ahead.to && (self.inside || find(QUOTE, near).is_some()) {
            let (pos, inside, record) = (self.pos, self.inside, self.record);
            let leap = Leap { pos, inside, record }.on(bytes, self.delimiter, self.limit);
            (self.pos, self.inside, self.record) = (leap.pos, leap.inside, leap.record);
        }
        while self.pos < self.filled {
            if self.inside {
                if !self.scan_quoted() {
                    return false;
                }
            } else {
                let bytes = &self.buffer[..self.filled];
                let quote = find(QUOTE, &bytes[self.pos..]).map_or(self.filled, |n| self.pos + n);
                if self.record_ends_before(quote) {
                    return true;
                }
                let bytes = &self.buffer[..self.filled];
                if quote == self.filled {
                    // A last CR may be half of a CRLF: it waits for what follows.
                    let half = !self.ended && bytes.last() == Some(&b'\r');
                    self.pos = self.filled - usize::from(half);
                    return false;
                }
                self.inside = quote == self.record
                    || bytes[quote - 1] == self.delimiter
                    || is_line_end(bytes[quote - 1]);
                self.pos = quote + 1;
            }
        }
        false
    }

    /// Notes the last line end between `pos` and `end`, all of which is outside quotes; `true` if a record that one of them ends is too long.
    fn record_ends_before(&mut self, end: usize) -> bool {
        let gap = &self.buffer[self.pos..end];
        let waits = end == self.filled && !self.ended && gap.last() == Some(&b'\r');
        let gap = &gap[..gap.len() - usize::from(waits)];
        // If every cell is quoted, only a delimiter is between two quotes.
        let last = if gap.len() == 1 {
            is_line_end(gap[0]).then_some(0)
        } else {
            memrchr2(b'\n', b'\r', gap)
        };
        let Some(last) = last else { return false };
        if end - self.record > self.limit {
            for end in memchr2_iter(b'\n', b'\r', gap).map(|n| self.pos + n) {
                if end - self.record > self.limit {
                    return true;
                }
                self.record = end + 1;
            }
        }
        self.record = self.pos + last + 1;
        false
    }

    /// Scans inside quotes, to the closing one if the buffer has it; `false` if more bytes are needed.
    fn scan_quoted(&mut self) -> bool {
        let bytes = &self.buffer[..self.filled];
        let known = self.pos < self.ahead.to;
        let found = if known {
            find3([QUOTE, b'\n', b'\r'], &bytes[self.pos..])
        } else {
            find(QUOTE, &bytes[self.pos..])
        };
        let Some(found) = found else {
            self.pos = self.filled;
            return false;
        };
        let at = self.pos + found;
        if bytes[at] != QUOTE {
            (self.pos, self.inside) = if at < self.ahead.to {
                (self.ahead.to, self.ahead.inside)
            } else {
                (at + 1, true)
            };
        } else if at + 1 == self.filled && !self.ended {
            // The quote may be the first half of a doubled one.
            self.pos = at;
            return false;
        } else if bytes.get(at + 1) == Some(&QUOTE) {
            self.pos = at + 2;
        } else {
            self.pos = at + 1;
            self.inside = false;
        }
        true
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::super::scan::Rows;
    use super::*;
    use crate::source::InputSource;

    /// What is seen of a row: where it is, its line, and why it is broken if it is.
    type Seen = (u64, u32, Option<Reason>);

    /// The rows as the cut and the scan find them.
    fn seen(text: &[u8], limit: usize, block: usize) -> Vec<Seen> {
        let source = InputSource::memory("test", text.to_vec());
        let reader = source.reader().unwrap();
        let mut cutter = CsvCutter::with_sizes(&reader, 0, b',', limit, block);
        let (mut out, mut cells, mut lines) = (Vec::new(), Vec::new(), 0);
        let mut spare = None;
        while let Some(block) = cutter.next(spare.take()).unwrap() {
            let mut rows = Rows::new(block.bytes(), b',');
            let mut broken = block.broken.iter();
            let mut next = broken.next();
            while let Some(at) = rows.skip_blank() {
                let reason =
                    next.filter(|(start, _)| *start == at).map(|(_, reason)| reason.clone());
                let row = if reason.is_some() {
                    next = broken.next();
                    rows.broken_line()
                } else {
                    rows.next(&mut cells).unwrap()
                };
                assert!(!row.open, "the cut leaves no row open");
                out.push((block.offset + row.start as u64, lines + row.line, reason));
            }
            assert!(next.is_none(), "every broken row is met");
            lines += rows.lines();
            spare = Some(block.into_buffer());
        }
        out
    }

    /// The expected rows, found in the simplest way.
    fn expected(text: &[u8], limit: usize) -> Vec<Seen> {
        let (mut out, mut cells, mut lines, mut at) = (Vec::new(), Vec::new(), 0, 0);
        loop {
            let mut rows = Rows::new(&text[at..], b',');
            let Some(start) = rows.skip_blank() else { return out };
            let line = lines + rows.lines();
            let row = rows.next(&mut cells).unwrap();
            let reason = if row.end - start > limit {
                Some(Reason::TooLarge)
            } else {
                row.open.then_some(Reason::OpenQuote)
            };
            if reason.is_some() {
                rows = Rows::new(&text[at..], b',');
                rows.skip_blank();
                rows.broken_line();
            }
            out.push(((at + start) as u64, line, reason));
            lines += rows.lines();
            at += rows.position();
        }
    }

    #[test]
    fn blocks_of_any_size_hold_the_same_rows() {
        let alphabet = *b"a,\"\r\n";
        let mut text = Vec::new();
        for length in 0..=6usize {
            for number in 0..alphabet.len().pow(length as u32) {
                text.clear();
                let mut n = number;
                for _ in 0..length {
                    text.push(alphabet[n % alphabet.len()]);
                    n /= alphabet.len();
                }
                for (limit, block) in [(100, 1), (100, 3), (3, 2), (2, 5)] {
                    assert_eq!(
                        seen(&text, limit, block),
                        expected(&text, limit),
                        "{:?} {limit} {block}",
                        String::from_utf8_lossy(&text)
                    );
                }
            }
        }
    }

    #[test]
    fn quotes_of_many_bytes_at_a_time_are_those_of_each() {
        let mut state = 7u64;
        let mut random = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let usual = [
            "\"a, b\"",
            "\"\"",
            ",",
            "\n",
            "\r\n",
            "1950-01-01",
            "\"say \"\"a\"\"\"",
            "\"two\nlines\"",
        ];
        let odd = ["a\"b", "\"", "\"a\"b\"", "\r"];
        for round in 0..3000 {
            let mut text = String::new();
            for _ in 0..random(120) {
                text.push_str(usual[random(usual.len())]);
                text.push_str([",", ",", "\n", "\r\n", ""][random(5)]);
                if round % 3 == 0 && random(40) == 0 {
                    text.push_str(odd[random(odd.len())]);
                }
            }
            let (limit, block) = ([90, 300, 1 << 20][random(3)], 1 + random(700));
            assert_eq!(
                seen(text.as_bytes(), limit, block),
                expected(text.as_bytes(), limit),
                "{text:?} {limit} {block}"
            );
        }
    }

    #[test]
    fn longer_texts_too() {
        // A small generator is enough, and gives the same texts every time.
        let mut state = 1u64;
        let mut random = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let pieces =
            ["a", "\"", ",", "\n", "\r\n", "\r", "\"\"", ",\"", "\",", "\"\n", "long text", "\n\n"];
        for _ in 0..20_000 {
            let text: String = (0..random(40)).map(|_| pieces[random(pieces.len())]).collect();
            let (limit, block) = (1 + random(60), 1 + random(20));
            assert_eq!(
                seen(text.as_bytes(), limit, block),
                expected(text.as_bytes(), limit),
                "{text:?} {limit} {block}"
            );
        }
    }

    #[test]
    fn a_file_of_broken_lines_takes_time_in_proportion() {
        // Every line opens a quote that no later line closes for good. Quadratic work on this would
        // take minutes.
        let text = "x\",\"y\n".repeat(500_000);
        let rows = seen(text.as_bytes(), LIMIT, BLOCK);
        assert_eq!(rows.len(), 500_000);
        assert!(rows.iter().all(|(_, _, reason)| *reason == Some(Reason::OpenQuote)));
        let rows = seen(text.as_bytes(), 1 << 16, 1 << 14);
        assert_eq!(
            rows.iter().filter(|(_, _, reason)| *reason == Some(Reason::TooLarge)).count(),
            500_000 - (1 << 16) / 6
        );
    }
}
