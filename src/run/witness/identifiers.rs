//! Identifiers of patients that differ by no more than a spreadsheet or a keyboard changes. They are counted and never merged.

use std::hash::{BuildHasher, Hasher};

use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

/// Fewer pairs are not put in order.
const FEW: usize = 1 << 16;
/// Identifiers up to this length are compared without memory of their own.
const USUAL: usize = 64;

/// Identifiers as they are compared, each with how it is written; by hash, since they are many.
#[derive(Clone, Debug, Default)]
pub(super) struct Identifiers {
    pairs: Vec<(u64, u64)>,
    /// So many of them are in order, and each stands there once.
    ordered: usize,
}

impl Identifiers {
    pub(super) fn note(&mut self, text: &str) {
        let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
        let is_trimmed = is_bare(text.as_bytes().first()) && is_bare(text.as_bytes().last());
        let text = if is_trimmed { text } else { text.trim() };
        let written = hash(text.as_bytes());
        // The records of one patient often follow each other.
        if self.pairs.last().is_some_and(|last| last.1 == written) {
            return;
        }
        let folded = if text.is_ascii() && text.len() <= USUAL {
            folded_in(text.as_bytes(), &mut [0; USUAL])
        } else {
            hash(folded(text).as_bytes())
        };
        self.pairs.push((folded, written));
        self.relieve();
    }

    /// Patients come again and again: each is kept once.
    fn relieve(&mut self) {
        if self.pairs.len() >= FEW.max(self.ordered * 2) {
            self.order();
        }
    }

    fn order(&mut self) {
        self.pairs.par_sort_unstable();
        self.pairs.dedup();
        self.ordered = self.pairs.len();
    }

    pub(super) fn absorb(&mut self, later: Self) {
        self.pairs.extend(later.pairs);
        self.relieve();
    }

    /// How many identifiers are written in more than one way.
    pub(super) fn alike(&mut self) -> usize {
        self.order();
        self.pairs.chunk_by(|a, b| a.0 == b.0).filter(|ways| ways.len() > 1).count()
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    hasher.write(text);
    hasher.finish()
}

/// The hash of a short identifier of ASCII as it is compared: that of [`folded`].
fn folded_in(text: &[u8], room: &mut [u8; USUAL]) -> u64 {
    // Most are letters and digits, and begin with no zero.
    if text.first() != Some(&b'0') && text.iter().all(u8::is_ascii_alphanumeric) {
        let room = &mut room[..text.len()];
        room.copy_from_slice(text);
        room.make_ascii_lowercase();
        return hash(room);
    }
    let text = without_decimals(text);
    let counts = |byte: &&u8| byte.is_ascii_alphanumeric();
    let mut len = 0;
    for (to, from) in room.iter_mut().zip(text.iter().filter(counts)) {
        *to = from.to_ascii_lowercase();
        len += 1;
    }
    let zeros = room[..len].iter().take_while(|byte| **byte == b'0').count();
    hash(&room[zeros..len])
}

/// Without the zeros that a spreadsheet writes behind a number: `42.0`, `42.00`.
fn without_decimals(text: &[u8]) -> &[u8] {
    let zeros = text.iter().rev().take_while(|byte| **byte == b'0').count();
    match text.split_at(text.len() - zeros) {
        (number @ [.., b'.'], [_, ..]) => &number[..number.len() - 1],
        _ => text,
    }
}

/// Without letter case and width, zeros in front, and what is no letter or digit; without a spreadsheet's `.0`.
fn folded(text: &str) -> String {
    let text = text.trim();
    let kept = without_decimals(text.as_bytes()).len();
    let text = text.get(..kept).unwrap_or(text);
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    };
    let folded: String = text
        .chars()
        .map(narrow)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    folded.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_identifier_is_compared_as_any_other() {
        for text in ["", "P7", "'00-7 A\t.0", "''x", "000", "1.0.0", "a\u{1f}b", ".0", "--", "'.0"]
        {
            let short = folded_in(text.as_bytes(), &mut [0; USUAL]);
            assert_eq!(short, hash(folded(text).as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn spellings_of_one_identifier_are_counted_once() {
        let mut one = Identifiers::default();
        for text in ["P7", "p7", " P7", "0042", "42", "42.0", "'42", "43", "X1", "X1"] {
            one.note(text);
        }
        assert_eq!(one.alike(), 2);
        let mut later = Identifiers::default();
        later.note("x1");
        one.absorb(later);
        assert_eq!(one.alike(), 3);
        let mut written = Identifiers::default();
        for text in ["123-45-6789", "123456789", "\u{FF30}\u{FF11}", "P1", "A-1", "A-2"] {
            written.note(text);
        }
        assert_eq!(written.alike(), 2, "hyphens, and letters of full width");
        let mut marked = Identifiers::default();
        for text in
            ["#7001", "7001.00", "(P9)", "P9.", "P9,", "P8/1", "P8-1", "1,234", "1234", "É1", "é1"]
        {
            marked.note(text);
        }
        assert_eq!(marked.alike(), 5, "marks around and within");
    }
}
