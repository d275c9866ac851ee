//! How a table is written: what separates its cells, and where its header is.

use super::cells::trim;
use super::scan::{Rows, Span, text};
use crate::layout::familiar;
use rxlint_model::record::decode;

/// How much of a file is examined to find out.
pub(crate) const HEAD: usize = 64 << 10;

/// A header row is at most this long.
pub(crate) const LONGEST_HEADER: usize = 1 << 20;

const DELIMITERS: [u8; 4] = [b',', b'\t', b'|', b';'];

/// At most this many rows are examined.
const ROWS: usize = 500;

/// The head of a table, as one delimiter makes it.
#[derive(Clone, Debug)]
pub(crate) struct TableHead {
    pub(crate) delimiter: u8,
    pub(crate) headers: Vec<String>,
    /// The header row as written in the file.
    pub(crate) raw: Vec<u8>,
    /// Where the first row after the header may be, from the head's first byte.
    pub(crate) data: usize,
    /// The lines before that.
    pub(crate) lines: u32,
    /// Rows after the header, their cells trimmed.
    pub(crate) rows: Vec<Vec<Vec<u8>>>,
}

/// Why no head was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoHead {
    /// There is no row at all.
    Empty,
    /// The first row does not end within what was given.
    Unfinished,
}

/// Finds the delimiter that suits the head best: known headers first, then rows of equal
/// width. `whole` is whether the head is the whole file, so that its last row is complete.
pub(crate) fn sniff(head: &[u8], whole: bool, asked: Option<u8>) -> Result<TableHead, NoHead> {
    // Spreadsheets take a first line such as `sep=;` for the delimiter.
    let (hint, skipped) = separator_line(head);
    let candidates = asked.or(hint).map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let mut best: Option<((usize, usize, usize), TableHead)> = None;
    let mut failure = NoHead::Empty;
    for delimiter in candidates {
        match with_delimiter(&head[skipped..], whole, delimiter) {
            Ok(found) => {
                let width = found.headers.len();
                let score = (
                    if width > 1 { familiar(&found.headers) } else { 0 },
                    consistency(&found),
                    width,
                );
                if best.as_ref().is_none_or(|(most, _)| score > *most) {
                    best = Some((score, found));
                }
            }
            Err(reason) => failure = reason,
        }
    }
    let (_, mut found) = best.ok_or(failure)?;
    found.data += skipped;
    found.lines += u32::from(skipped > 0);
    Ok(found)
}

fn with_delimiter(head: &[u8], whole: bool, delimiter: u8) -> Result<TableHead, NoHead> {
    let (mut rows, mut cells, mut scratch) = (Rows::new(head, delimiter), Vec::new(), Vec::new());
    let first = rows.next(&mut cells).ok_or(NoHead::Empty)?;
    if first.open || !whole && rows.position() >= head.len() {
        return Err(NoHead::Unfinished);
    }
    let mut texts = |cells: &[Span]| -> Vec<Vec<u8>> {
        cells.iter().map(|&cell| trim(text(head, cell, &mut scratch)).to_vec()).collect()
    };
    let mut found = TableHead {
        delimiter,
        headers: texts(&cells).iter().map(|header| decode(header).into_owned()).collect(),
        raw: head[first.start..first.end].to_vec(),
        data: rows.position(),
        lines: rows.lines(),
        rows: Vec::new(),
    };
    while found.rows.len() < ROWS {
        match rows.next(&mut cells) {
            Some(row) if !row.open && (whole || rows.position() < head.len()) => {
                found.rows.push(texts(&cells))
            }
            _ => break,
        }
    }
    Ok(found)
}

/// How many rows in a thousand have as many cells as the header.
fn consistency(head: &TableHead) -> usize {
    let fits = |row: &&Vec<Vec<u8>>| {
        row.len() == head.headers.len()
            || row.len() > head.headers.len() && row[head.headers.len()..].iter().all(Vec::is_empty)
    };
    head.rows.iter().filter(fits).count() * 1000 / head.rows.len().max(1)
}

/// The delimiter that a first line `sep=;` names, and the length of that line.
fn separator_line(head: &[u8]) -> (Option<u8>, usize) {
    match head {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, rest @ ..]
            if !delimiter.is_ascii_alphanumeric() =>
        {
            match super::scan::line_end_length(rest) {
                0 => (None, 0),
                length => (Some(*delimiter), 5 + length),
            }
        }
        _ => (None, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delimiter(head: &str) -> char {
        char::from(sniff(head.as_bytes(), true, None).unwrap().delimiter)
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_sense() {
        assert_eq!(delimiter("patient_id,drug,fill_date\n1,\"a;b;c;d\",2\n"), ',');
        assert_eq!(delimiter("patient_id;drug;quantity\n1;a;1,5\n2;b;2,5\n"), ';');
        assert_eq!(delimiter("DML_IND|BENE_ID|SRVC_DT\nINSERT|-1|12-MAY-2015\n"), '|');
        assert_eq!(delimiter("patient_id\tdrug, strength\tfill_date\n1\ta, b\t2\n"), '\t');
        assert_eq!(delimiter("a;b\n1;2\n3;4\n"), ';');
        assert_eq!(delimiter("one\ntwo\n"), ',');
        assert_eq!(delimiter("sep=|\na|b\n1|2\n"), '|');
    }

    #[test]
    fn the_head_says_where_the_data_begins() {
        let head = sniff(b"\r\n\"patient\nid\",drug\r\n1,2\r\n", true, None).unwrap();
        assert_eq!(
            (head.headers, head.data, head.lines),
            (vec!["patient\nid".into(), "drug".into()], 21, 3)
        );
        let head = sniff(b"sep=;\r\na;b\n1;2", true, None).unwrap();
        assert_eq!((head.data, head.lines, head.rows.len()), (11, 2, 1));
        let head = sniff(b"a,b\n1,2\n3", false, None).unwrap();
        assert_eq!(head.rows.len(), 1, "the last row may go on");
        assert_eq!(sniff(b"\n\n", true, None).unwrap_err(), NoHead::Empty);
        assert_eq!(sniff(b"a,b", false, None).unwrap_err(), NoHead::Unfinished);
        assert_eq!(sniff(b"\"a,b\n1,2", true, None).unwrap_err(), NoHead::Unfinished);
    }
}
