//! How much of one table recurs in another, without keeping either: the smallest hashes of its lines are kept.

use std::collections::BTreeSet;
use std::hash::Hasher;

use rustc_hash::FxHasher;

/// This many hashes are kept: for an earlier table of any size, enough to distinguish a half from a third.
const KEPT: usize = 256;

/// This many bytes at each end of a line are looked at: keys are at the beginning, amounts and states at the end.
const ENDS: usize = 48;

/// The sketch of a table while it is read. The first line is left out: in a table it is the header.
#[derive(Debug, Default)]
pub(crate) struct LineSketch {
    smallest: BTreeSet<u64>,
    /// The beginning of a line that continues in the next block.
    begun: BegunLine,
    is_past_header: bool,
}

impl LineSketch {
    /// Takes in the next bytes.
    pub(crate) fn add(&mut self, block: &[u8]) {
        let mut from = 0;
        for end in memchr::memchr2_iter(b'\n', b'\r', block) {
            if self.begun.is_empty() {
                self.line(Ends::of(block[from..end].trim_ascii()));
            } else {
                let mut begun = std::mem::take(&mut self.begun);
                begun.push(&block[from..end]);
                self.line(begun.text.ends());
            }
            from = end + 1;
        }
        self.begun.push(&block[from..]);
    }

    fn line(&mut self, line: Ends<'_>) {
        if line.len == 0 {
            return;
        }
        if !std::mem::replace(&mut self.is_past_header, true) {
            return;
        }
        let mut hasher = FxHasher::default();
        hasher.write(line.first);
        hasher.write(line.last);
        hasher.write_usize(line.len);
        let hash = spread(hasher.finish());
        let is_full = self.smallest.len() == KEPT;
        if is_full && self.smallest.last().is_some_and(|&last| hash >= last) {
            return;
        }
        if self.smallest.insert(hash) && is_full {
            self.smallest.pop_last();
        }
    }

    /// The smallest hashes of all lines, in order.
    pub(crate) fn finish(mut self) -> Vec<u64> {
        let last = std::mem::take(&mut self.begun);
        self.line(last.text.ends());
        self.smallest.into_iter().collect()
    }
}

/// The first and last bytes of a text, and its length.
#[derive(Clone, Copy)]
struct Ends<'t> {
    first: &'t [u8],
    last: &'t [u8],
    len: usize,
}

impl<'t> Ends<'t> {
    fn of(text: &'t [u8]) -> Self {
        let len = text.len();
        Self { first: &text[..len.min(ENDS)], last: &text[len.saturating_sub(ENDS)..], len }
    }
}

/// The ends of a text that comes in pieces.
#[derive(Debug, Default)]
struct KeptEnds {
    first: Vec<u8>,
    last: Vec<u8>,
    len: usize,
}

impl KeptEnds {
    fn ends(&self) -> Ends<'_> {
        Ends { first: &self.first, last: &self.last, len: self.len }
    }

    fn push(&mut self, more: Ends<'_>) {
        self.first.extend(more.first.iter().take(ENDS - self.first.len()));
        self.last.extend_from_slice(more.last);
        self.last.drain(..self.last.len().saturating_sub(ENDS));
        self.len += more.len;
    }
}

/// A line that is not complete, without white space around it.
#[derive(Debug, Default)]
struct BegunLine {
    text: KeptEnds,
    /// White space after it, which belongs to it once something follows.
    space: KeptEnds,
}

impl BegunLine {
    fn is_empty(&self) -> bool {
        self.text.len == 0
    }

    fn push(&mut self, piece: &[u8]) {
        let piece = if self.is_empty() { piece.trim_ascii_start() } else { piece };
        let text = piece.trim_ascii_end();
        if !text.is_empty() {
            self.text.push(std::mem::take(&mut self.space).ends());
            self.text.push(Ends::of(text));
        }
        self.space.push(Ends::of(&piece[text.len()..]));
    }
}

/// Spreads a hash evenly, so that the smallest belong to arbitrary lines.
fn spread(hash: u64) -> u64 {
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// For how many lines of an earlier table it is known whether they recur in a later one, and how many do.
pub fn again(earlier: &[u64], later: &[u64]) -> (usize, usize) {
    // Nothing is known about hashes above the largest one in a full sketch.
    let end = |sketch: &[u64]| match sketch.last() {
        Some(&last) if sketch.len() >= KEPT => last,
        _ => u64::MAX,
    };
    let most = end(earlier).min(end(later));
    let known = earlier.iter().filter(|&&hash| hash <= most);
    (known.clone().count(), known.filter(|hash| later.binary_search(hash).is_ok()).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(lines: impl Iterator<Item = u32>, block: usize) -> Vec<u64> {
        let text: String = lines.map(|line| format!("C{line},P{line},30\n")).collect();
        let text = format!("claim,patient,days\n{text}");
        let mut sketch = LineSketch::default();
        text.as_bytes().chunks(block).for_each(|block| sketch.add(block));
        sketch.finish()
    }

    #[test]
    fn a_sketch_tells_how_many_lines_of_a_table_are_there_again() {
        for (earlier, later, share) in [
            (0..10_000, 0..10_000, 1.0),
            (0..10_000, 5_000..15_000, 0.5),
            (0..10_000, 20_000..30_000, 0.0),
            (0..300, 0..3_000, 1.0),
            (0..3_000, 0..30_000, 1.0),
        ] {
            let (earlier, later) = (sketch(earlier, 7_919), sketch(later, 100_000));
            let (known, again) = again(&earlier, &later);
            assert!(
                known > 2 && (again as f64 / known as f64 - share).abs() < 0.1,
                "{again} of {known}"
            );
        }
        assert_eq!(sketch(0..1_000, 13), sketch((0..1_000).rev(), 1 << 20), "in any order");
    }

    #[test]
    fn a_line_is_the_same_however_its_blocks_are_cut() {
        let long = "x".repeat(200);
        let wide = " ".repeat(130);
        let text = format!("a,b\n  {long},{wide}1 {wide}\n\t{wide}z{wide}y{long}\r\n {wide}\n");
        let of = |block: usize| {
            let mut sketch = LineSketch::default();
            text.as_bytes().chunks(block).for_each(|block| sketch.add(block));
            sketch.finish()
        };
        assert_eq!(of(1 << 20).len(), 2);
        for block in [1, 2, 7, 47, 48, 49, 131] {
            assert_eq!(of(block), of(1 << 20), "{block}");
        }
    }

    #[test]
    fn a_header_is_no_record() {
        assert_eq!(again(&sketch(1..2, 99), &sketch(2..3, 99)), (1, 0));
    }
}
