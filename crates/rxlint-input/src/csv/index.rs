//! Rows and cells found 64 bytes at a time, for the rows that are plain enough: most rows of most files.
//!
//! Four comparisons of 64 bytes give bit masks of delimiters, line ends and quotes; the running parity of the quotes shows which of the others are
//! text. Anything unusual (a quote inside a bare cell, a line end inside quotes) ends the index before it, and [`Rows`] reads that row byte by byte.
//! Compared with a search for the end of every single cell this halves the cost of reading a table; docs/performance.md has the figures.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, mask8x64, u8x64};

use super::scan::{CsvRow, QUOTE, Quoting, Rows, Span};

/// About how many bytes are indexed at a time: their index stays in the nearest cache.
const PIECE: usize = 8 << 10;

/// Longer rows are not indexed.
const LONGEST: usize = 256 << 10;

const STEP: usize = 64;

/// The ends of cells and rows in the bytes ahead.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Where cells end.
    ends: Vec<u32>,
    /// How many of `ends` are valid.
    len: usize,
    /// Where rows end.
    rows: Vec<u32>,
    /// The next row, and the first of its cells.
    next: usize,
    cell: usize,
    /// How many cells the previous row had: the next most likely has as many.
    width: usize,
}

/// The cells of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RowCells<'a> {
    /// The first cell's beginning, and the end of each.
    Ends(u32, &'a [u32]),
    /// What [`Rows`] found.
    Spans(&'a [Span]),
}

impl RowCells<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Ends(_, ends) => ends.len(),
            Self::Spans(spans) => spans.len(),
        }
    }

    /// The cell of that column, which must exist.
    #[inline(always)]
    pub(crate) fn span(&self, bytes: &[u8], column: usize) -> Span {
        match *self {
            Self::Ends(first, ends) => {
                let (start, end) =
                    (if column == 0 { first } else { ends[column - 1] + 1 }, ends[column]);
                let quoting = match &bytes[start as usize..end as usize] {
                    [QUOTE, inner @ .., QUOTE] if memchr::memchr(QUOTE, inner).is_none() => {
                        Quoting::Plain
                    }
                    [QUOTE, ..] => Quoting::Escaped,
                    _ => Quoting::None,
                };
                Span { start, end, quoting }
            }
            Self::Spans(spans) => spans[column],
        }
    }
}

/// The state between one step and the next.
struct State {
    /// All ones inside quotes, else zero.
    inside: u64,
    /// Whether a quote that comes first would open a cell, or make a doubled one.
    may_open: u64,
}

impl State {
    /// Which of 64 bytes are inside quotes: from an opening quote up to, but not including, the closing one. `None` if a quote is elsewhere than at
    /// either end of a cell; then nothing changes.
    #[inline(always)]
    fn step(&mut self, quotes: u64, ends: u64) -> Option<u64> {
        if quotes | self.inside == 0 {
            self.may_open = ends >> 63;
            return Some(0);
        }
        let inside = parity(quotes) ^ self.inside;
        let opening = quotes & inside;
        let may_open = (ends | quotes) & !inside;
        if opening & !(may_open << 1 | self.may_open) != 0 {
            return None;
        }
        self.may_open = may_open >> 63;
        self.inside = ((inside as i64) >> 63) as u64;
        Some(inside)
    }
}

/// How far a scan for the beginnings of records has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leap {
    /// The next byte, and whether it is inside quotes.
    pub(crate) pos: usize,
    pub(crate) inside: bool,
    /// Where its record began.
    pub(crate) record: usize,
}

impl Leap {
    /// Goes on as long as every quote is where a cell's quotes are, except for the last bytes: a line end or a doubled quote may be cut in two there.
    /// No record becomes longer than `limit`.
    pub(crate) fn on(self, bytes: &[u8], delimiter: u8, limit: usize) -> Self {
        dispatch!(Level::new(), simd => self.on_by(simd, bytes, delimiter, limit))
    }

    #[inline(always)]
    fn on_by<S: Simd>(mut self, simd: S, bytes: &[u8], delimiter: u8, limit: usize) -> Self {
        let from = self.pos;
        let before = self.pos.checked_sub(1).and_then(|before| bytes.get(before));
        let may_open = self.pos == self.record
            || before.is_some_and(|&byte| byte == delimiter || matches!(byte, b'\n' | b'\r'));
        let mut state =
            State { inside: if self.inside { u64::MAX } else { 0 }, may_open: may_open.into() };
        let ahead = bytes.get(self.pos..bytes.len().saturating_sub(1)).unwrap_or_default();
        for step in ahead.as_chunks::<STEP>().0 {
            if self.pos + STEP - self.record > limit {
                break;
            }
            let bytes = u8x64::from_slice(simd, step);
            let is = |byte: u8| bytes.simd_eq(u8x64::splat(simd, byte)).to_bitmask();
            let (lines, quotes) = (is(b'\n') | is(b'\r'), is(QUOTE));
            let Some(inside) = state.step(quotes, lines | is(delimiter)) else { break };
            let lines = lines & !inside;
            if lines != 0 {
                self.record = self.pos + STEP - lines.leading_zeros() as usize;
            }
            self.pos += STEP;
        }
        self.inside = state.inside != 0;
        // The quote that closes a cell may be the first half of a doubled one.
        if self.pos > from && !self.inside && bytes.get(self.pos - 1) == Some(&QUOTE) {
            (self.pos, self.inside) = (self.pos - 1, true);
        }
        self
    }
}

impl Index {
    /// Whether no row is left in the index.
    #[inline]
    pub(crate) fn is_done(&self) -> bool {
        self.next >= self.rows.len()
    }

    /// Moves `rows` on by one row, if that row is in the index; blank lines before it are skipped.
    #[inline]
    pub(crate) fn next(&mut self, rows: &mut Rows<'_>) -> Option<CsvRow> {
        loop {
            let end = *self.rows.get(self.next)? as usize;
            let start = rows.pos;
            self.next += 1;
            if end < start {
                // The second half of CRLF.
                self.cell += 1;
                continue;
            }
            let row = CsvRow { start, end, line: rows.line, open: false };
            let crlf = rows.bytes[end] == b'\r' && rows.bytes.get(end + 1) == Some(&b'\n');
            rows.pos = end + 1 + usize::from(crlf);
            rows.line += 1;
            if end > start {
                return Some(row);
            }
            self.cell += 1;
        }
    }

    /// Where the next row and its cells end, if it is in the index, is not blank and has that many of them. Nothing moves.
    #[inline(always)]
    pub(crate) fn peek(&self, rows: &Rows<'_>, width: usize) -> Option<(usize, &[u32])> {
        let end = *self.rows.get(self.next)?;
        let ends = self.ends[..self.len].get(self.cell..self.cell + width)?;
        (ends.last() == Some(&end) && end as usize > rows.pos).then_some((end as usize, ends))
    }

    /// Moves over the row that was peeked at, which ends there.
    #[inline(always)]
    pub(crate) fn pass(&mut self, rows: &mut Rows<'_>, end: usize, width: usize) {
        let crlf = rows.bytes.get(end) == Some(&b'\r') && rows.bytes.get(end + 1) == Some(&b'\n');
        self.next += 1 + usize::from(crlf);
        self.cell += width + usize::from(crlf);
        rows.pos = end + 1 + usize::from(crlf);
        rows.line += 1;
    }

    /// The cells of the row that was last moved over.
    #[inline]
    pub(crate) fn cells(&mut self, row: CsvRow) -> RowCells<'_> {
        let (first, end) = (self.cell, row.end as u32);
        if self.ends[..self.len].get((first + self.width).wrapping_sub(1)) != Some(&end) {
            self.width = 1 + self.ends[first..self.len].partition_point(|&other| other < end);
        }
        self.cell = first + self.width;
        RowCells::Ends(row.start as u32, &self.ends[first..self.cell])
    }

    /// Indexes whole rows from where `rows` is, which must be the beginning of one: all before the first unusual one, but no more than make a piece.
    /// Uses the widest instructions that this processor has.
    pub(crate) fn fill(&mut self, rows: &Rows<'_>) {
        dispatch!(Level::new(), simd => self.fill_by(simd, rows));
    }

    #[inline(always)]
    fn fill_by<S: Simd>(&mut self, simd: S, rows: &Rows<'_>) {
        (self.len, self.next, self.cell) = (0, 0, 0);
        self.rows.clear();
        let mut state = State { inside: 0, may_open: 1 };
        let bytes = &rows.bytes[rows.pos..];
        let (steps, tail) = bytes.as_chunks::<STEP>();
        let mut at = rows.pos;
        for piece in steps.chunks(PIECE / STEP) {
            for step in piece {
                if !self.add(simd, step, at, rows.delimiter, &mut state) {
                    return;
                }
                at += STEP;
            }
            if !self.rows.is_empty() || at - rows.pos >= LONGEST {
                return;
            }
        }
        let mut last = [0; STEP];
        last[..tail.len()].copy_from_slice(tail);
        self.add(simd, &last, at, rows.delimiter, &mut state);
    }

    /// Adds the ends of 64 bytes; `false` if they hold something unusual.
    #[inline(always)]
    fn add<S: Simd>(
        &mut self,
        simd: S,
        step: &[u8; STEP],
        at: usize,
        delimiter: u8,
        state: &mut State,
    ) -> bool {
        let bytes = u8x64::from_slice(simd, step);
        let is = |byte: u8| bytes.simd_eq(u8x64::splat(simd, byte)).to_bitmask();
        let (lines, quotes) = (is(b'\n') | is(b'\r'), is(QUOTE));
        let ends = lines | is(delimiter);
        let Some(inside) = state.step(quotes, ends).filter(|inside| lines & inside == 0) else {
            return false;
        };
        self.push(simd, ends & !inside, lines, at as u32);
        true
    }

    #[inline(always)]
    fn push<S: Simd>(&mut self, simd: S, ends: u64, mut lines: u64, at: u32) {
        if self.ends.len() < self.len + STEP {
            self.ends.resize((self.len + STEP) * 2, 0);
        }
        // Written whether there is one or not, as a branch could not be predicted; two in 64 bytes are rare.
        self.rows.push(at + lines.trailing_zeros());
        self.rows.truncate(self.rows.len() - usize::from(lines == 0));
        lines &= lines.wrapping_sub(1);
        while lines != 0 {
            self.rows.push(at + lines.trailing_zeros());
            lines &= lines - 1;
        }
        let Some(room) = self.ends[self.len..].first_chunk_mut::<STEP>() else { return };
        list(simd, ends, at, room);
        self.len += ends.count_ones() as usize;
    }
}

/// The positions of the set bits, counted from `at`. What follows them in `room` has no meaning.
#[inline(always)]
fn list<S: Simd>(simd: S, bits: u64, at: u32, room: &mut [u32; STEP]) {
    let count = bits.count_ones() as usize;
    // If 64 bytes are one register, all places are found at once.
    if S::u8s::LEN == STEP {
        let places = u8x64::simd_from(simd, PLACES).compress(mask8x64::from_bitmask(simd, bits));
        let (first, second) = places.widen();
        for (room, places) in room.as_chunks_mut::<{ STEP / 2 }>().0.iter_mut().zip([first, second])
        {
            let (first, second) = places.widen();
            (first + at).store_slice(&mut room[..16]);
            if count > 16 {
                (second + at).store_slice(&mut room[16..]);
            }
            if count <= STEP / 2 {
                break;
            }
        }
        return;
    }
    let mut left = bits;
    let mut take = |slots: &mut [u32]| {
        for slot in slots {
            *slot = at + left.trailing_zeros();
            left &= left.wrapping_sub(1);
        }
    };
    // Twelve at once, used or not: a branch for each would be mispredicted too often.
    take(&mut room[..12]);
    if count > 12 {
        take(&mut room[12..count]);
    }
}

/// The places in 64 bytes.
const PLACES: [u8; STEP] = {
    let mut places = [0; STEP];
    let mut place = 0;
    while place < STEP {
        places[place] = place as u8;
        place += 1;
    }
    places
};

/// For every bit, whether the number of bits set up to and including it is odd.
fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The instructions of this processor and of older ones.
    fn levels() -> Vec<Level> {
        let all = Level::new();
        let mut levels = vec![all, Level::baseline()];
        #[cfg(target_arch = "x86_64")]
        levels.extend(
            [all.as_sse4_2().map(Level::Sse4_2), all.as_avx2().map(Level::Avx2)]
                .into_iter()
                .flatten(),
        );
        levels
    }

    #[test]
    fn every_processor_lists_the_same_places() {
        let mut bits: u64 = 1;
        let some = (0..5000).map(|n| {
            bits = bits
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            // Few and many.
            if n % 2 == 0 {
                bits & bits.rotate_left(17) & bits.rotate_left(31)
            } else {
                bits | bits.rotate_left(9)
            }
        });
        for bits in some.chain([
            0,
            1,
            1 << 63,
            u64::MAX,
            u64::MAX >> 1,
            0xFFFF,
            0x1_FFFF,
            u64::from(u32::MAX),
            0x1_FFFF_FFFF,
        ]) {
            let expected: Vec<u32> =
                (0..64).filter(|place| bits >> place & 1 == 1).map(|place| place + 1000).collect();
            for level in levels() {
                let mut room = [0; STEP];
                dispatch!(level, simd => list(simd, bits, 1000, &mut room));
                assert_eq!(room[..expected.len()], expected, "{bits:#x} {level:?}");
            }
        }
    }

    #[test]
    fn every_processor_finds_the_same_rows() {
        let table: String = (0..400)
            .map(|n| format!("P{n},\"a,{n}\",{}{}\r\n", ",".repeat(n % 70), "x".repeat(n % 90)))
            .collect();
        let found = |level: Level| {
            let (mut index, mut rows, mut cells) =
                (Index::default(), Rows::new(table.as_bytes(), b','), Vec::new());
            loop {
                dispatch!(level, simd => index.fill_by(simd, &rows));
                let before = cells.len();
                while let Some(row) = index.next(&mut rows) {
                    cells.push((row, format!("{:?}", index.cells(row))));
                }
                if cells.len() == before {
                    return cells;
                }
            }
        };
        let expected = found(Level::baseline());
        assert_eq!(expected.len(), 400);
        for level in levels() {
            assert_eq!(found(level), expected, "{level:?}");
        }
    }
}
