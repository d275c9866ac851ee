//! A look at the parts of a packed workbook before a library reads them: how large they are unpacked, and what the library does not report.

use std::io::{BufReader, Read};
use std::ops::Range;

use memchr::memmem::Finder;
use zip::ZipArchive;

use super::SheetFault;
use super::markup::{attribute, local_name};
use crate::source::{InputSource, SourceCursor};

/// What was seen of the parts of a workbook.
#[derive(Debug, Default)]
pub(super) struct Survey {
    parts: Vec<(String, PartSurvey)>,
}

/// What was seen of one part.
#[derive(Clone, Debug, Default)]
pub(super) struct PartSurvey {
    pub(super) hidden_rows: u32,
    /// How many formulas have no result.
    pub(super) without_result: u32,
    /// Columns and rows, from 0, of cells that are several rows high.
    pub(super) merged: Vec<(u32, Range<u32>)>,
}

/// How many bytes of a part are looked at at a time, and how many of them again with the next.
const STEP: usize = 256 << 10;
const OVERLAP: usize = 1 << 10;

/// At most this many merged cells are kept per sheet.
const MOST_MERGED: usize = 100_000;

impl Survey {
    /// Unpacks every part of the workbook without keeping it.
    ///
    /// # Errors
    /// When together they are larger than `most`, or one of them is broken.
    pub(super) fn of(source: &InputSource, most: u64) -> Result<Self, SheetFault> {
        let mut archive = open(source)?;
        let mut survey = Self::default();
        let mut left = most;
        for index in 0..archive.len() {
            let Ok(member) = archive.by_index(index) else { continue };
            let name = member.name().map(|name| name.replace('\\', "/")).unwrap_or_default();
            if name.ends_with('/') || name.contains("/media/") {
                continue;
            }
            let is_strings = name.to_ascii_lowercase().ends_with("sharedstrings.xml");
            let part = look(member, &mut left, is_strings)?;
            survey.parts.push((name.to_ascii_lowercase(), part));
        }
        Ok(survey)
    }

    /// What was seen of a part.
    pub(super) fn part(&self, path: &str) -> PartSurvey {
        let path = path.to_ascii_lowercase();
        let found = self.parts.iter().find(|(name, _)| *name == path);
        found.map(|(_, part)| part.clone()).unwrap_or_default()
    }
}

/// Opens the workbook as the archive that it is.
pub(super) fn open(
    source: &InputSource,
) -> Result<ZipArchive<BufReader<SourceCursor<'_>>>, SheetFault> {
    let cursor = SourceCursor::new(source).map_err(|error| SheetFault::Kept(error.to_string()))?;
    ZipArchive::new(BufReader::new(cursor)).map_err(|_| BROKEN)
}

pub(super) const BROKEN: SheetFault = SheetFault::Broken("its parts are broken or cut off");

fn look(mut part: impl Read, left: &mut u64, is_strings: bool) -> Result<PartSurvey, SheetFault> {
    let mut seen = PartSurvey::default();
    let (mut buffer, mut kept, mut length) = (vec![0; STEP + OVERLAP], 0, 0);
    let hidden = Finder::new("hidden=");
    let merge = Finder::new("mergeCell ");
    let formula = Finder::new("f>");
    let mut stated = None;
    loop {
        let got = fill(&mut part, &mut buffer[kept..]).map_err(|_| BROKEN)?;
        if got as u64 > *left {
            return Err(SheetFault::TooLarge);
        }
        *left -= got as u64;
        let bytes = &buffer[..kept + got];
        let is_last = kept + got < buffer.len();
        if is_strings && length == 0 {
            stated = count_of_strings(bytes);
        }
        length += got as u64;
        // The second half of the overlap is looked at with the next bytes: the first half shows what precedes it.
        let until = if is_last { bytes.len() } else { bytes.len() - OVERLAP / 2 };
        let from = kept / 2;
        let found = hidden.find_iter(bytes).take_while(|&at| at < until);
        let rows = found.filter(|&at| at >= from);
        seen.hidden_rows += rows.filter(|&at| is_hidden_row(bytes, at)).count() as u32;
        let ends = formula.find_iter(bytes).take_while(|&at| at < until);
        let ends = ends.filter(|&at| at >= from);
        seen.without_result += ends.filter(|&at| is_without_result(bytes, at)).count() as u32;
        for at in merge.find_iter(bytes).take_while(|&at| at < until).filter(|&at| at >= from) {
            if seen.merged.len() < MOST_MERGED {
                seen.merged.extend(merged(&bytes[at..]));
            }
        }
        if is_last {
            break;
        }
        let end = bytes.len();
        buffer.copy_within(end - OVERLAP..end, 0);
        kept = OVERLAP;
    }
    // Each text takes some bytes; a file that states more texts than that wants memory to be set aside.
    match stated {
        Some(stated) if stated > length => Err(BROKEN),
        _ => Ok(seen),
    }
}

fn fill(part: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match part.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(got) => filled += got,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// How many texts the table of texts claims to have.
fn count_of_strings(bytes: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(bytes, b"uniqueCount")?;
    let digits = bytes[at + 11..].iter().skip_while(|byte| !byte.is_ascii_digit());
    let digits: String =
        digits.take_while(|byte| byte.is_ascii_digit()).map(|&byte| char::from(byte)).collect();
    // A count that does not even fit into a number is impossible.
    Some(digits.parse().unwrap_or(u64::MAX))
}

/// Whether the attribute there hides a row.
fn is_hidden_row(bytes: &[u8], at: usize) -> bool {
    let is_so = matches!(bytes.get(at + 8), Some(b'1' | b't'));
    let Some(tag) = memchr::memrchr(b'<', &bytes[..at]) else { return false };
    is_so && local_name(&bytes[tag + 1..at]) == b"row"
}

/// Whether a formula ends there, and no result follows it.
fn is_without_result(bytes: &[u8], at: usize) -> bool {
    let is_end = matches!(bytes[..at].last(), Some(b'/' | b':')) && {
        let tag = memchr::memrchr(b'<', &bytes[..at]);
        tag.is_some_and(|tag| bytes.get(tag + 1) == Some(&b'/'))
    };
    let rest = &bytes[at + 2..];
    let empty: [&[u8]; 4] = [b"<v></v></c>", b"<v/></c>", b"<v /></c>", b"</c>"];
    is_end && empty.into_iter().any(|end| rest.starts_with(end))
}

/// The column and the rows of a cell that is several rows high: `mergeCell ref="A2:A5"`.
fn merged(bytes: &[u8]) -> Option<(u32, Range<u32>)> {
    let end = memchr::memchr(b'>', bytes)?;
    let (from, to) = attribute(&bytes[..end], "ref")?.split_once(':')?;
    let ((first, column), (last, _)) = (place(from)?, place(to)?);
    (last > first).then_some((column, first..last + 1))
}

/// Row and column, from 0, of a place such as `B7`.
fn place(text: &str) -> Option<(u32, u32)> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(at);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().try_fold(0, |column, letter| {
        letter
            .is_ascii_alphabetic()
            .then(|| column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_and_merged_cells_are_seen_whoever_wrote_them() {
        let xml = br#"<cols><col hidden="1"/></cols><row r="2" hidden="1"><c/></row><x:row hidden='true' r="3"/>
            <row r="4" hidden="0"/><mergeCells><mergeCell ref="A2:A5"/><mergeCell ref="A1:F1"/></mergeCells>"#;
        let seen = look(&xml[..], &mut 1000, false).unwrap();
        assert_eq!((seen.hidden_rows, seen.merged), (2, vec![(0, 1..5)]));
    }

    #[test]
    fn formulas_without_a_result_are_counted() {
        let xml = br#"<c r="A1"><f>B1*2</f><v></v></c><c r="A2"><f>B2</f><v>4</v></c><c r="A3"><f>B3</f></c><c r="A4"><v/></c>"#;
        assert_eq!(look(&xml[..], &mut 1000, false).unwrap().without_result, 2);
    }

    #[test]
    fn a_part_of_several_steps_is_seen_whole_and_counted_once() {
        let row = format!("<row r=\"1\" hidden=\"1\">{}</row>", "x".repeat(977));
        let xml = row.repeat(2000);
        let mut left = 1 << 30;
        assert_eq!(look(xml.as_bytes(), &mut left, false).unwrap().hidden_rows, 2000);
        assert_eq!(left, (1 << 30) - xml.len() as u64);
        assert_eq!(look(xml.as_bytes(), &mut 1000, false).err(), Some(SheetFault::TooLarge));
    }

    #[test]
    fn a_table_of_texts_that_states_too_many_is_broken() {
        let xml = br#"<sst count="1" uniqueCount="99999999999"><si/></sst>"#;
        assert_eq!(look(&xml[..], &mut 1000, true).err(), Some(BROKEN));
        assert_eq!(place("XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!(place("7"), None);
    }
}
