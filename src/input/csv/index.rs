//! Rows and cells found 64 bytes at a time, for the rows that are plain enough: most rows of most files.
//!
//! Four comparisons of 64 bytes give bit masks of delimiters, line ends and quotes; the running parity of the quotes
//! tells which of the others are text. What is not written as usual (a quote inside a bare cell, a line end inside
//! quotes) ends the index before it, and [`Rows`] reads that row byte by byte. Compared with a search for the end of
//! every single cell this halves the cost of reading a table; docs/performance.md has the figures.

use memchr::memchr2;
use wide::u8x64;

use super::scan::{QUOTE, Quoting, Row, Rows, Span};

/// About how many bytes are indexed at a time: what the index holds of them stays in the nearest cache.
const PIECE: usize = 8 << 10;

/// Rows longer than this are not worth it.
const LONGEST: usize = 256 << 10;

const STEP: usize = 64;

/// The ends of cells and rows in the bytes that lie ahead.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Where cells end.
    ends: Vec<u32>,
    /// How many of `ends` are of meaning.
    len: usize,
    /// Where rows end.
    rows: Vec<u32>,
    /// The next row, and the first of its cells.
    next: usize,
    cell: usize,
    /// How many cells the row before had: the next most likely has as many.
    width: usize,
}

/// The cells of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cells<'a> {
    /// The first cell's beginning, and the end of each.
    Ends(u32, &'a [u32]),
    /// What [`Rows`] found.
    Spans(&'a [Span]),
}

impl Cells<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Ends(_, ends) => ends.len(),
            Self::Spans(spans) => spans.len(),
        }
    }

    /// The cell of that column, which must be there.
    #[inline(always)]
    pub(crate) fn span(&self, bytes: &[u8], column: usize) -> Span {
        match *self {
            Self::Ends(first, ends) => {
                let (start, end) = (if column == 0 { first } else { ends[column - 1] + 1 }, ends[column]);
                let quoting = match &bytes[start as usize..end as usize] {
                    [QUOTE, inner @ .., QUOTE] if memchr::memchr(QUOTE, inner).is_none() => Quoting::Plain,
                    [QUOTE, ..] => Quoting::Escaped,
                    _ => Quoting::None,
                };
                Span { start, end, quoting }
            }
            Self::Spans(spans) => spans[column],
        }
    }
}

/// What is carried from one step to the next.
struct State {
    /// All ones inside quotes, else zero.
    inside: u64,
    /// Whether a quote that comes first would open a cell, or make a doubled one.
    may_open: u64,
}

impl Index {
    /// Moves `rows` on by one row, if that row is in the index; blank lines before it are passed over.
    #[inline]
    pub(crate) fn next(&mut self, rows: &mut Rows<'_>) -> Option<Row> {
        loop {
            let end = *self.rows.get(self.next)? as usize;
            let start = rows.pos;
            self.next += 1;
            if end < start {
                // The second half of CRLF.
                self.cell += 1;
                continue;
            }
            let row = Row { start, end, line: rows.line, open: false };
            let crlf = rows.bytes[end] == b'\r' && rows.bytes.get(end + 1) == Some(&b'\n');
            rows.pos = end + 1 + usize::from(crlf);
            rows.line += 1;
            if end > start {
                return Some(row);
            }
            self.cell += 1;
        }
    }

    /// The cells of the row that was last moved over.
    #[inline]
    pub(crate) fn cells(&mut self, row: Row) -> Cells<'_> {
        let (first, end) = (self.cell, row.end as u32);
        if self.ends[..self.len].get((first + self.width).wrapping_sub(1)) != Some(&end) {
            self.width = 1 + self.ends[first..self.len].partition_point(|&other| other < end);
        }
        self.cell = first + self.width;
        Cells::Ends(row.start as u32, &self.ends[first..self.cell])
    }

    /// Indexes whole rows from where `rows` stands, which must be the beginning of one: as many as come before the first
    /// that is out of the ordinary, and no more than make a piece.
    pub(crate) fn fill(&mut self, rows: &Rows<'_>) {
        (self.len, self.next, self.cell) = (0, 0, 0);
        self.rows.clear();
        let mut state = State { inside: 0, may_open: 1 };
        let bytes = &rows.bytes[rows.pos..];
        let (steps, tail) = bytes.as_chunks::<STEP>();
        let mut at = rows.pos;
        for piece in steps.chunks(PIECE / STEP) {
            // Most files have neither quotes nor carriage returns; a piece without them takes half the comparisons.
            if state.inside == 0 && memchr2(QUOTE, b'\r', piece.as_flattened()).is_none() {
                for step in piece {
                    self.add_plain(step, at, rows.delimiter, &mut state);
                    at += STEP;
                }
            } else {
                for step in piece {
                    if !self.add(step, at, rows.delimiter, &mut state) {
                        return;
                    }
                    at += STEP;
                }
            }
            if !self.rows.is_empty() || at - rows.pos >= LONGEST {
                return;
            }
        }
        let mut last = [0; STEP];
        last[..tail.len()].copy_from_slice(tail);
        self.add(&last, at, rows.delimiter, &mut state);
    }

    /// Adds the ends of 64 bytes without quotes and carriage returns.
    #[inline]
    fn add_plain(&mut self, step: &[u8; STEP], at: usize, delimiter: u8, state: &mut State) {
        let bytes = u8x64::from(*step);
        let lines = bytes.simd_eq(u8x64::splat(b'\n')).to_bitmask();
        let ends = lines | bytes.simd_eq(u8x64::splat(delimiter)).to_bitmask();
        state.may_open = ends >> 63;
        self.push(ends, lines, at as u32);
    }

    /// Adds the ends of 64 bytes; `false` where they hold something out of the ordinary.
    #[inline]
    fn add(&mut self, step: &[u8; STEP], at: usize, delimiter: u8, state: &mut State) -> bool {
        let bytes = u8x64::from(*step);
        let is = |byte: u8| bytes.simd_eq(u8x64::splat(byte));
        let lines = is(b'\n') | is(b'\r');
        let (mut lines, quotes) = ((lines).to_bitmask(), is(QUOTE).to_bitmask());
        let mut ends = lines | is(delimiter).to_bitmask();
        if quotes | state.inside != 0 {
            // Inside from an opening quote on, up to and without the closing one.
            let inside = parity(quotes) ^ state.inside;
            let opening = quotes & inside;
            let may_open = ends & !inside | quotes & !inside;
            if lines & inside != 0 || opening & !(may_open << 1 | state.may_open) != 0 {
                return false;
            }
            ends &= !inside;
            lines &= !inside;
            state.may_open = may_open >> 63;
            state.inside = ((inside as i64) >> 63) as u64;
        } else {
            state.may_open = ends >> 63;
        }
        self.push(ends, lines, at as u32);
        true
    }

    #[inline]
    fn push(&mut self, ends: u64, mut lines: u64, at: u32) {
        if self.ends.len() < self.len + STEP {
            self.ends.resize((self.len + STEP) * 2, 0);
        }
        while lines != 0 {
            self.rows.push(at + lines.trailing_zeros());
            lines &= lines - 1;
        }
        let Some(room) = self.ends[self.len..].first_chunk_mut::<STEP>() else { return };
        let count = ends.count_ones() as usize;
        let mut left = ends;
        let mut take = |slots: &mut [u32]| {
            for slot in slots {
                // The bit at the end keeps the search for one from having to ask whether there is any.
                *slot = at + (left | 1 << 63).trailing_zeros();
                left &= left.wrapping_sub(1);
            }
        };
        // Twelve at once, used or not: a branch for each would be guessed wrong too often.
        take(&mut room[..12]);
        if count > 12 {
            take(&mut room[12..count]);
        }
        self.len += count;
    }
}

/// For every bit, whether the number of bits set up to and with it is odd.
fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
