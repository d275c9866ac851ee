//! Patient identifiers that differ only by what a spreadsheet or a keyboard changes. They are counted and never merged.

use std::hash::{BuildHasher, Hasher};

use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::layout::ColumnUse;
use rxlint_input::raw::{RawExtent, RawField, RawValue, RawVisitor};

/// Fewer pairs are not sorted.
const FEW: usize = 1 << 16;
/// Identifiers up to this length are compared without memory of their own.
const USUAL: usize = 64;

/// Identifiers as they are compared, each with how it is written; by hash, since they are many.
#[derive(Clone, Debug, Default)]
pub(super) struct Identifiers {
    pairs: Vec<(u64, u64)>,
    /// This many of them are sorted, each once.
    ordered: usize,
}

impl Identifiers {
    pub(super) fn note(&mut self, text: &str) {
        let text = trimmed(text);
        let written = hash(text.as_bytes());
        // The records of one patient often follow each other.
        if self.pairs.last().is_some_and(|last| last.1 == written) {
            return;
        }
        self.pairs.push((compared(text), written));
        self.relieve();
    }

    /// Patients recur: each is kept once.
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

    /// The lines of a table on which an identifier that is written in several ways first appears in two of them.
    pub(super) fn lines(
        &mut self,
        input: &Input,
        columns: &[ColumnUse],
        extent: RawExtent,
    ) -> Result<Vec<u32>, InputError> {
        self.order();
        let alike = self.pairs.chunk_by(|a, b| a.0 == b.0).find(|ways| ways.len() > 1);
        let Some(&[(wanted, _), ..]) = alike else { return Ok(Vec::new()) };
        let of_patients = |(_, column): &(usize, &ColumnUse)| super::look::is_of_patients(column);
        let patients: Vec<usize> =
            columns.iter().enumerate().filter(of_patients).map(|(at, _)| at).collect();
        let make = || Ways { wanted, patients: &patients, found: Vec::new() };
        let mut found: Vec<(u64, u64)> =
            input.look(extent, &make)?.into_iter().flat_map(|ways| ways.found).collect();
        found.sort_unstable_by_key(|&(_, offset)| offset);
        let first = found.first().copied();
        let other = first.and_then(|first| found.into_iter().find(|way| way.0 != first.0));
        let offsets: Vec<u64> = first.into_iter().chain(other).map(|(_, offset)| offset).collect();
        input.lines_of(&offsets)
    }
}

/// How one identifier is written: the first place of each way.
struct Ways<'a> {
    wanted: u64,
    patients: &'a [usize],
    found: Vec<(u64, u64)>,
}

impl RawVisitor for Ways<'_> {
    fn value(&mut self, value: &RawValue<'_>) {
        let RawField::Column(column) = value.field else { return };
        let text = trimmed(value.text);
        if !self.patients.contains(&column) || compared(text) != self.wanted {
            return;
        }
        let written = hash(text.as_bytes());
        if self.found.iter().all(|way| way.0 != written) {
            self.found.push((written, value.unit.start));
        }
    }
}

fn trimmed(text: &str) -> &str {
    let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let is_trimmed = is_bare(text.as_bytes().first()) && is_bare(text.as_bytes().last());
    if is_trimmed { text } else { text.trim() }
}

/// The hash of an identifier as it is compared.
pub(super) fn compared(text: &str) -> u64 {
    if text.is_ascii() && text.len() <= USUAL {
        folded_in(text.as_bytes(), &mut [0; USUAL])
    } else {
        hash(folded(text).as_bytes())
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    hasher.write(text);
    hasher.finish()
}

/// The hash of a short identifier of ASCII as it is compared: that of [`folded`].
fn folded_in(text: &[u8], room: &mut [u8; USUAL]) -> u64 {
    // Most are letters and digits, and do not begin with a zero.
    let quotes = text.iter().take_while(|byte| **byte == b'\'').count();
    let label = label(&text[quotes..]);
    if text.first() != Some(&b'0') && text.iter().all(u8::is_ascii_alphanumeric) && label == 0 {
        let room = &mut room[..text.len()];
        room.copy_from_slice(text);
        room.make_ascii_lowercase();
        return hash(room);
    }
    if label > 0 || text.iter().any(|byte| matches!(byte, b',' | b'#' | b'+')) {
        return hash(folded(std::str::from_utf8(text).unwrap_or_default()).as_bytes());
    }
    let text = without_decimals(&text[quotes..]);
    let counts = |byte: &&u8| byte.is_ascii_alphanumeric();
    let mut len = 0;
    for (to, from) in room.iter_mut().zip(text.iter().filter(counts)) {
        *to = from.to_ascii_lowercase();
        len += 1;
    }
    let zeros = room[..len].iter().take_while(|byte| **byte == b'0').count();
    hash(&room[zeros..len])
}

/// Without the zeros that a spreadsheet adds to a number: `42.0`, `42.00`.
fn without_decimals(text: &[u8]) -> &[u8] {
    let zeros = text.iter().rev().take_while(|byte| **byte == b'0').count();
    match text.split_at(text.len() - zeros) {
        (number @ [.., b'.'], [_, ..]) => &number[..number.len() - 1],
        _ => text,
    }
}

/// How many bytes of an identifier only say what it is: `MRN100231`.
fn label(text: &[u8]) -> usize {
    const LABELS: [&[u8]; 8] =
        [b"mrn", b"patient", b"pat", b"pid", b"ptid", b"pt", b"id", b"chart"];
    if !text.first().is_some_and(|first| matches!(first | 0x20, b'm' | b'p' | b'i' | b'c')) {
        return 0;
    }
    let is_number = |rest: &[u8]| {
        let digits =
            rest.iter().skip_while(|byte| matches!(byte, b'-' | b':' | b'#' | b' ' | b'_'));
        rest.len() > 1 && digits.clone().count() > 1 && digits.into_iter().all(u8::is_ascii_digit)
    };
    let begins = |label: &&&[u8]| {
        let begun = text.get(..label.len()).is_some_and(|head| head.eq_ignore_ascii_case(label));
        begun && is_number(&text[label.len()..])
    };
    LABELS.iter().find(begins).map_or(0, |label| label.len())
}

/// A number without thousands separators, or the digits of one that a spreadsheet wrote as a power of ten: `100,231` and
/// `1.00231E+05`.
fn whole_number(text: &str) -> Option<String> {
    const LONGEST: usize = 20;
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((first, groups)) = text.split_once(',') {
        let is_group = |group: &str| group.len() == 3 && is_digits(group);
        let is_number = first.len() <= 3 && is_digits(first) && groups.split(',').all(is_group);
        return is_number.then(|| text.replace(',', ""));
    }
    let (number, power) = text.split_once(['E', 'e'])?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let power: usize = power.strip_prefix('+')?.parse().ok()?;
    let decimals = decimals.trim_end_matches('0');
    let is_number = is_digits(whole) && (decimals.is_empty() || is_digits(decimals));
    (is_number && decimals.len() <= power && power < LONGEST)
        .then(|| format!("{whole}{decimals}{}", "0".repeat(power - decimals.len())))
}

/// Without letter case and width, leading zeros, anything but letters and digits, a spreadsheet's `.0`, thousands separators and
/// powers of ten, and what only says that it is an identifier.
fn folded(text: &str) -> String {
    let text = text.trim().trim_start_matches('\'').trim_start_matches('#');
    let text = text[label(text.as_bytes())..].trim_start_matches(['#', ':', '_', ' ']);
    let number = whole_number(text);
    let text = number.as_deref().unwrap_or(text);
    let text = text.get(..without_decimals(text.as_bytes()).len()).unwrap_or(text);
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
        for text in [
            "MRN-17",
            "#12",
            "1,234",
            "1.2E+03",
            "PT",
            "id 7x",
            "",
            "P7",
            "'00-7 A\t.0",
            "''x",
            "000",
            "1.0.0",
            "a\u{1f}b",
            ".0",
            "--",
            "'.0",
        ] {
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
        for text in ["100,231", "1.00231E+05", "#100231", "MRN100231", "mrn: 100231"] {
            let mut two = Identifiers::default();
            two.note("100231");
            two.note(text);
            assert_eq!(two.alike(), 1, "{text}");
        }
        for text in ["1.002317E+05", "X100231", "100231E", "MRN"] {
            let mut two = Identifiers::default();
            two.note("100231");
            two.note(text);
            assert_eq!(two.alike(), 0, "{text}");
        }
    }
}
