//! Rows and cells: only where they begin and end, not what they mean.
//!
//! The grammar is that of the `csv` crate's reader: a quote is special only as a field's first byte, a doubled quote inside quotes is one quote, what
//! follows the closing quote belongs to the field as written, blank lines are not rows, and LF, CR and CRLF all end a row outside quotes. The one
//! difference is a quote that is never closed, which is an error of its row rather than a row that holds the rest of the file.

use memchr::memchr2;

use super::near::find3;

pub(crate) const QUOTE: u8 = b'"';

/// Where a cell is in the bytes that were scanned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first byte, including an opening quote.
    pub(crate) start: u32,
    /// After the last byte, including a closing quote.
    pub(crate) end: u32,
    pub(crate) quoting: Quoting,
}

/// What has to be done to a cell's bytes to get its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// Nothing.
    #[default]
    None,
    /// The first and the last byte are quotes.
    Plain,
    /// There are doubled quotes inside the quotes, or bytes after them.
    Escaped,
}

/// One row, without its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CsvRow {
    pub(crate) start: usize,
    /// After the last byte, without the line end.
    pub(crate) end: usize,
    /// Line ends before the row.
    pub(crate) line: u32,
    /// Whether the bytes ended inside quotes, or it runs into a row that cannot be read.
    pub(crate) open: bool,
}

/// Walks over the rows of a slice that begins at the beginning of a row. Slices are shorter than 4
/// GiB.
pub(crate) struct Rows<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) delimiter: u8,
    pub(super) pos: usize,
    /// Line ends passed so far, including those inside quotes.
    pub(super) line: u32,
    /// A row that is inside quotes at a line end before this is known to be unreadable.
    bound: usize,
}

impl<'b> Rows<'b> {
    pub(crate) fn new(bytes: &'b [u8], delimiter: u8) -> Self {
        Self { bytes, delimiter, pos: 0, line: 0, bound: 0 }
    }

    /// Where the next row is looked for.
    pub(crate) fn position(&self) -> usize {
        self.pos
    }

    /// Line ends passed so far.
    pub(crate) fn lines(&self) -> u32 {
        self.line
    }

    /// Moves on to the first byte that is not a line end, and returns where that is; `None` at the end.
    pub(crate) fn skip_blank(&mut self) -> Option<usize> {
        while let Some(b'\n' | b'\r') = self.bytes.get(self.pos) {
            self.line_end();
        }
        (self.pos < self.bytes.len()).then_some(self.pos)
    }

    /// Takes the rest of the physical line as if it were a row without cells: the rest of a broken row.
    pub(crate) fn broken_line(&mut self) -> CsvRow {
        let (start, line) = (self.pos, self.line);
        self.pos =
            memchr2(b'\n', b'\r', &self.bytes[start..]).map_or(self.bytes.len(), |n| start + n);
        let row = CsvRow { start, end: self.pos, line, open: false };
        self.line_end();
        // If the line was too long to be kept, its end is after the slice.
        self.line = line + 1;
        row
    }

    /// Goes back to the beginning of a row that cannot be read, and skips only its first line. The lines after it are then rows themselves; one of
    /// them that runs into the same quotes is open, which is found without reading them again, so that many such rows take no more time than few.
    pub(crate) fn only_first_line(&mut self, row: CsvRow) {
        (self.pos, self.line) = (row.start, row.line);
        self.broken_line();
        self.bound = self.bound.max(row.end);
    }

    /// The next row; its cells replace the content of `cells`.
    pub(crate) fn next(&mut self, cells: &mut Vec<Span>) -> Option<CsvRow> {
        let start = self.skip_blank()?;
        let line = self.line;
        let mut row = CsvRow { start, end: start, line, open: false };
        cells.clear();
        loop {
            let cell = if self.bytes.get(self.pos) == Some(&QUOTE) {
                match self.quoted() {
                    Some(cell) => cell,
                    None => {
                        row.open = true;
                        row.end = self.bytes.len();
                        return Some(row);
                    }
                }
            } else {
                let end = self.unquoted(self.pos);
                Span { start: self.pos as u32, end: end as u32, quoting: Quoting::None }
            };
            cells.push(cell);
            self.pos = cell.end as usize;
            if self.bytes.get(self.pos) == Some(&self.delimiter) {
                self.pos += 1;
            } else {
                row.end = self.pos;
                self.line_end();
                return Some(row);
            }
        }
    }

    /// The end of a field whose quotes, if it has any, are text.
    fn unquoted(&self, from: usize) -> usize {
        find3([self.delimiter, b'\n', b'\r'], &self.bytes[from..])
            .map_or(self.bytes.len(), |n| from + n)
    }

    /// A field that begins with a quote; `None` if it is never closed, or not in time.
    fn quoted(&mut self) -> Option<Span> {
        let start = self.pos;
        let mut at = start + 1;
        let mut escaped = false;
        let close = loop {
            at += find3([QUOTE, b'\n', b'\r'], &self.bytes[at..])?;
            match self.bytes[at] {
                QUOTE if self.bytes.get(at + 1) == Some(&QUOTE) => {
                    escaped = true;
                    at += 2;
                }
                QUOTE => break at,
                _ if at < self.bound => return None,
                _ => {
                    at += line_end_length(&self.bytes[at..]);
                    self.line += 1;
                }
            }
        };
        let end = self.unquoted(close + 1);
        let quoting = if escaped || end > close + 1 { Quoting::Escaped } else { Quoting::Plain };
        Some(Span { start: start as u32, end: end as u32, quoting })
    }

    /// Skips the line end here, if there is one.
    fn line_end(&mut self) {
        let length = line_end_length(&self.bytes[self.pos..]);
        self.pos += length;
        self.line += u32::from(length > 0);
    }
}

/// The length of the line end with which `bytes` begin: 0 if they begin with none.
pub(crate) fn line_end_length(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Appends the text of a cell that begins with a quote: doubled quotes become single, followed by what comes after the closing quote.
pub(crate) fn unescape(cell: &[u8], into: &mut Vec<u8>) {
    let mut rest = cell.get(1..).unwrap_or_default();
    while let Some(at) = memchr::memchr(QUOTE, rest) {
        into.extend_from_slice(&rest[..at]);
        if rest.get(at + 1) != Some(&QUOTE) {
            into.extend_from_slice(&rest[at + 1..]);
            return;
        }
        into.push(QUOTE);
        rest = &rest[at + 2..];
    }
    into.extend_from_slice(rest);
}

/// The text of a cell, in `scratch` if it had to be built.
pub(crate) fn text<'t>(bytes: &'t [u8], cell: Span, scratch: &'t mut Vec<u8>) -> &'t [u8] {
    let raw = &bytes[cell.start as usize..cell.end as usize];
    match cell.quoting {
        Quoting::None => raw,
        Quoting::Plain => &raw[1..raw.len() - 1],
        Quoting::Escaped => {
            scratch.clear();
            unescape(raw, scratch);
            scratch
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All rows of well-closed bytes, as text.
    fn rows(bytes: &[u8], delimiter: u8) -> Vec<Vec<Vec<u8>>> {
        let (mut rows, mut cells, mut out, mut scratch) =
            (Rows::new(bytes, delimiter), Vec::new(), Vec::new(), Vec::new());
        while let Some(row) = rows.next(&mut cells) {
            assert!(row.end <= bytes.len() && row.start <= row.end);
            if row.open {
                break;
            }
            out.push(cells.iter().map(|&cell| text(bytes, cell, &mut scratch).to_vec()).collect());
        }
        out
    }

    fn oracle(bytes: &[u8], delimiter: u8) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(bytes);
        reader
            .byte_records()
            .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
            .collect()
    }

    #[test]
    fn every_short_text_reads_as_the_csv_crate_reads_it() {
        // All texts of up to 6 bytes over the bytes that matter.
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
                let ours = rows(&text, b',');
                let theirs = oracle(&text, b',');
                let open = {
                    let (mut rows, mut cells) = (Rows::new(&text, b','), Vec::new());
                    std::iter::from_fn(|| rows.next(&mut cells)).any(|row| row.open)
                };
                if open {
                    // For the csv crate, the row with the open quote is the last one.
                    assert_eq!(
                        ours[..],
                        theirs[..theirs.len() - 1],
                        "{:?}",
                        String::from_utf8_lossy(&text)
                    );
                } else {
                    assert_eq!(ours, theirs, "{:?}", String::from_utf8_lossy(&text));
                }
            }
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let bytes = b"a,b\r\n\n\"x\r\ny\",2\rlast,\"p\nq\rr\"\nend";
        let (mut rows, mut cells) = (Rows::new(bytes, b','), Vec::new());
        let lines: Vec<u32> =
            std::iter::from_fn(|| rows.next(&mut cells)).map(|row| row.line + 1).collect();
        assert_eq!(lines, [1, 3, 5, 8]);
        assert_eq!(rows.lines(), 7);
    }
}
