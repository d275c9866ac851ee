//! A sheet on its way into text: one line per row, cells between commas.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use super::SheetFault;
use crate::container::column_letters;
use crate::source::{Spool, SpoolWriter};

/// At most this many cells of rows above extend into a row.
const MOST_REACHING: usize = 4096;

/// This many rows with content decide how wide the table is.
const HEAD: usize = 500;

/// Or this many bytes of them.
const HEAD_BYTES: usize = 4 << 20;

/// No sheet has more rows or columns: Excel allows a sixteenth as many rows and just as many columns.
const MOST_ROWS: u32 = 1 << 24;
const MOST_COLUMNS: u32 = 1 << 14;

/// The longest cell, in bytes. Excel keeps 32,767 characters.
const LONGEST_CELL: usize = 1 << 18;

/// The longest row, in bytes.
const LONGEST_ROW: usize = 8 << 20;

/// Takes the cells of a sheet, row by row, and writes lines. All sheets of a workbook go into one
/// spool.
#[derive(Debug)]
pub(super) struct SheetWriter {
    spool: SpoolWriter,
    /// The row being filled, from 0, and its cells.
    row: u32,
    cells: Vec<RowCell>,
    texts: String,
    /// How many lines were written or wait in the head.
    lines: u32,
    /// The first rows, which wait until the width is known.
    head: Vec<HeadLine>,
    head_bytes: usize,
    width: Option<u32>,
    is_one_column: bool,
    /// Cells several rows high: by the first of their rows, and those that reach into this row.
    merged: BTreeMap<u32, Vec<Merged>>,
    reaching: Vec<Merged>,
    /// What kinds of cells each column has.
    kinds: Vec<ColumnKinds>,
    line: Vec<u8>,
}

#[derive(Clone, Debug)]
struct RowCell {
    column: u32,
    text: Range<usize>,
}

/// A waiting row, and the number of empty rows before it.
#[derive(Debug)]
struct HeadLine {
    before: u32,
    cells: u32,
    text: Vec<u8>,
}

/// A cell that is several rows high: each of the rows has its value.
#[derive(Clone, Debug)]
struct Merged {
    column: u32,
    rows: Range<u32>,
    text: Option<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct ColumnKinds {
    dates: u32,
    texts_like_dates: u32,
}

/// What a cell is, apart from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellKind {
    Date,
    Text,
    Other,
}

impl SheetWriter {
    /// A writer of at most this many bytes.
    pub(super) fn new(most: u64) -> Self {
        Self {
            spool: SpoolWriter::new(most),
            row: 0,
            cells: Vec::new(),
            texts: String::new(),
            lines: 0,
            head: Vec::new(),
            head_bytes: 0,
            width: None,
            is_one_column: false,
            merged: BTreeMap::new(),
            reaching: Vec::new(),
            kinds: Vec::new(),
            line: Vec::new(),
        }
    }

    /// Begins a sheet; returns where.
    pub(super) fn begin(&mut self) -> u64 {
        self.row = 0;
        self.lines = 0;
        self.width = None;
        self.is_one_column = false;
        self.cells.clear();
        self.texts.clear();
        self.merged.clear();
        self.reaching.clear();
        self.kinds.clear();
        self.spool.position()
    }

    /// Where the next byte goes.
    pub(super) fn position(&self) -> u64 {
        self.spool.position()
    }

    /// What was written.
    pub(super) fn finish(self) -> io::Result<Spool> {
        self.spool.finish()
    }

    /// A cell that covers these rows of a column, from 0. To be called before the first of them.
    pub(super) fn merge(&mut self, column: u32, rows: Range<u32>) {
        if rows.len() > 1 {
            let merged = self.merged.entry(rows.start).or_default();
            merged.push(Merged { column, rows, text: None });
        }
    }

    /// The next cell with content. Rows come in order, the cells of a row in any order.
    ///
    /// # Errors
    /// When it is before a row that was written, or outside the limits of a sheet.
    pub(super) fn cell(
        &mut self,
        row: u32,
        column: u32,
        kind: CellKind,
        text: &str,
    ) -> Result<(), SheetFault> {
        if row < self.row {
            return Err(SheetFault::Broken("its rows are out of order"));
        }
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(SheetFault::TooLarge);
        }
        if row > self.row {
            self.end_row()?;
            self.row = row;
        }
        let text = text.trim_matches(|c: char| c == ' ' || c == '\u{A0}' || c.is_ascii_control());
        if text.is_empty() {
            return Ok(());
        }
        if text.len() > LONGEST_CELL || self.texts.len() + text.len() > LONGEST_ROW {
            return Err(SheetFault::TooLarge);
        }
        self.note_kind(column, kind, text);
        let start = self.texts.len();
        self.texts.push_str(text);
        self.cells.push(RowCell { column, text: start..self.texts.len() });
        Ok(())
    }

    /// Ends the sheet.
    ///
    /// # Errors
    /// When nothing more may be written.
    pub(super) fn end(&mut self) -> Result<(), SheetFault> {
        self.end_row()?;
        self.write_head()
    }

    /// The columns in which some cells are dates and others texts that look like dates.
    pub(super) fn mixed_columns(&self) -> Vec<String> {
        let is_mixed = |kinds: &ColumnKinds| kinds.dates > 0 && kinds.texts_like_dates > 0;
        let mixed = self.kinds.iter().enumerate().filter(|(_, kinds)| is_mixed(kinds));
        mixed.map(|(column, _)| column_letters(column)).collect()
    }

    /// Whether the first rows have nothing beyond column A, and several of them contain separators of text cells there: then they are the lines of a
    /// table that was opened as text.
    pub(super) fn is_one_column(&self) -> bool {
        self.is_one_column
    }

    fn note_kind(&mut self, column: u32, kind: CellKind, text: &str) {
        let is_like_date = kind == CellKind::Text && looks_like_numeric_date(text);
        if kind != CellKind::Date && !is_like_date {
            return;
        }
        let column = column as usize;
        if self.kinds.len() <= column {
            self.kinds.resize(column + 1, ColumnKinds::default());
        }
        let kinds = &mut self.kinds[column];
        if is_like_date {
            kinds.texts_like_dates = kinds.texts_like_dates.saturating_add(1);
        } else {
            kinds.dates = kinds.dates.saturating_add(1);
        }
    }

    fn end_row(&mut self) -> Result<(), SheetFault> {
        if self.cells.is_empty() {
            return Ok(());
        }
        self.fill_merged();
        self.cells.sort_by_key(|cell| cell.column);
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let mut written = 0;
        for (index, cell) in self.cells.iter().enumerate() {
            // Of two cells at one place the later one counts.
            if self.cells.get(index + 1).is_some_and(|next| next.column == cell.column) {
                continue;
            }
            while written < cell.column {
                line.push(b',');
                written += 1;
            }
            push_cell(&mut line, &self.texts[cell.text.clone()]);
        }
        let cells = written + 1;
        let before = self.row - self.lines;
        self.lines = self.row + 1;
        self.cells.clear();
        self.texts.clear();
        if self.width.is_some() {
            let written = self.write_line(before, cells, &line);
            self.line = line;
            return written;
        }
        self.head_bytes += line.len();
        self.head.push(HeadLine { before, cells, text: line });
        if self.head.len() >= HEAD || self.head_bytes > HEAD_BYTES {
            self.write_head()
        } else {
            Ok(())
        }
    }

    /// Copies the values of merged cells to all of their rows.
    fn fill_merged(&mut self) {
        let row = self.row;
        while let Some(begin) = self.merged.first_entry().filter(|begin| *begin.key() <= row) {
            self.reaching.extend(begin.remove());
        }
        self.reaching.retain(|merged| merged.rows.contains(&row));
        self.reaching.truncate(MOST_REACHING);
        for merged in &mut self.reaching {
            if self.texts.len() > LONGEST_ROW {
                break;
            }
            let own = self.cells.iter().rev().find(|cell| cell.column == merged.column);
            if let Some(own) = own {
                if row == merged.rows.start {
                    merged.text = Some(self.texts[own.text.clone()].to_owned());
                }
                continue;
            }
            if let Some(text) = &merged.text {
                let start = self.texts.len();
                self.texts.push_str(text);
                let text = start..self.texts.len();
                self.cells.push(RowCell { column: merged.column, text });
            }
        }
    }

    fn write_head(&mut self) -> Result<(), SheetFault> {
        let widest = self.head.iter().map(|line| line.cells).max().unwrap_or(0);
        if self.width.is_none() {
            self.width = Some(widest);
            self.is_one_column =
                widest == 1 && self.head.iter().filter(|line| line.is_text_table()).count() > 1;
        }
        self.head_bytes = 0;
        for line in std::mem::take(&mut self.head) {
            self.write_line(line.before, line.cells, &line.text)?;
        }
        Ok(())
    }

    fn write_line(&mut self, before: u32, cells: u32, line: &[u8]) -> Result<(), SheetFault> {
        let plain;
        let line = if self.is_one_column && cells == 1 {
            plain = without_quotes(line);
            &plain
        } else {
            line
        };
        self.fill(b'\n', before)?;
        self.spool.write_all(line)?;
        self.fill(b',', self.width.unwrap_or(0).saturating_sub(cells))?;
        self.spool.write_all(b"\n")?;
        Ok(())
    }

    fn fill(&mut self, with: u8, mut count: u32) -> io::Result<()> {
        let some = [with; 64];
        while count > 0 {
            let now = count.min(64);
            self.spool.write_all(&some[..now as usize])?;
            count -= now;
        }
        Ok(())
    }
}

impl HeadLine {
    /// Whether it is one cell with at least two separators of text cells.
    fn is_text_table(&self) -> bool {
        let count = |byte: u8| memchr::memchr_iter(byte, &self.text).count();
        self.cells == 1 && [b',', b';', b'|'].into_iter().any(|byte| count(byte) > 1)
    }
}

/// A line that was quoted as one cell, as it was before.
fn without_quotes(line: &[u8]) -> Vec<u8> {
    let Some(inner) = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")) else {
        return line.to_vec();
    };
    String::from_utf8_lossy(inner).replace("\"\"", "\"").into_bytes()
}

/// Writes a cell, in quotes if it needs them. A line end in a cell becomes a line separator, so that a row stays one line.
fn push_cell(line: &mut Vec<u8>, text: &str) {
    let is_plain =
        !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r' | b'\t' | 0));
    if is_plain {
        line.extend_from_slice(text.as_bytes());
        return;
    }
    line.push(b'"');
    let mut after_return = false;
    for c in text.chars() {
        match c {
            '"' => line.extend_from_slice(b"\"\""),
            '\n' if after_return => {}
            '\n' | '\r' => line.extend_from_slice("\u{2028}".as_bytes()),
            '\t' | '\0' => line.push(b' '),
            c => line.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        after_return = c == '\r';
    }
    line.push(b'"');
}

/// Whether a text is three numbers between slashes or dots.
fn looks_like_numeric_date(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    let mut parts = first.split(['/', '.', '-']);
    let mut number = |most: usize| {
        parts.next().is_some_and(|part| {
            !part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    number(2) && number(2) && number(4) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(cells: &[(u32, u32, &str)]) -> String {
        let mut writer = SheetWriter::new(1 << 20);
        writer.begin();
        writer.merge(0, 1..4);
        for &(row, column, text) in cells {
            writer.cell(row, column, CellKind::Text, text).unwrap();
        }
        writer.end().unwrap();
        writer.finish().unwrap().text()
    }

    #[test]
    fn a_row_is_a_line_and_a_column_keeps_its_place() {
        assert_eq!(
            text(&[(0, 0, "a"), (0, 2, "c, d"), (3, 1, "say \"x\"\r\ny"), (3, 2, " z ")]),
            "a,,\"c, d\"\n\n\n,\"say \"\"x\"\"\u{2028}y\",z\n"
        );
        assert_eq!(text(&[(0, 2, "c"), (0, 0, "a")]), "a,,c\n");
        assert_eq!(text(&[]), "");
    }

    #[test]
    fn all_rows_of_a_merged_cell_say_what_it_says() {
        let cells = [(1, 0, "P1"), (1, 1, "x"), (2, 1, "y"), (4, 1, "z")];
        assert_eq!(text(&cells), "\nP1,x\nP1,y\n\n,z\n");
    }

    #[test]
    fn columns_have_letters() {
        let letters = [0, 25, 26, 701, 702, 16_383].map(column_letters);
        assert_eq!(letters, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn rows_out_of_order_and_far_away_are_refused() {
        let mut writer = SheetWriter::new(1 << 20);
        writer.begin();
        writer.cell(5, 0, CellKind::Text, "a").unwrap();
        assert!(writer.cell(4, 0, CellKind::Text, "b").is_err());
        assert_eq!(writer.cell(u32::MAX, 0, CellKind::Text, "b"), Err(SheetFault::TooLarge));
        assert_eq!(writer.cell(6, u32::MAX, CellKind::Text, "b"), Err(SheetFault::TooLarge));
    }
}
