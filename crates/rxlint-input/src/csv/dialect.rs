//! How a table is written: what separates its cells, and where its header is.

use super::cells::trim;
use super::scan::{Rows, Span, line_end_length, text};
use super::second_header::{self, SecondHeader};
use crate::layout::{self, DrugLook, familiar, is_record, looks_like_data};
use memchr::memchr2;
use rxlint_model::charset;
use rxlint_model::record::decode;

/// How much of a file is examined to find out.
pub(crate) const HEAD: usize = 64 << 10;

/// A header row is at most this long.
pub(crate) const LONGEST_HEADER: usize = 1 << 20;

const DELIMITERS: [u8; 6] = [b',', b'\t', b'|', b';', b'^', b'~'];
/// What Hive writes between cells: it occurs in no other text.
const HIVE: u8 = 0x01;

/// At most this many rows are examined.
const ROWS: usize = 500;

/// The head of a table, as read with one delimiter.
#[derive(Clone, Debug)]
pub(crate) struct TableHead {
    pub(crate) delimiter: u8,
    pub(crate) headers: Vec<String>,
    /// The header row as written in the file; empty if there is none.
    pub(crate) raw: Vec<u8>,
    /// The rows above the header, as they may be repeated on later pages.
    pub(crate) titles: Vec<Vec<u8>>,
    /// Where the first row after the header may be, from the head's first byte.
    pub(crate) data: usize,
    /// The lines before that.
    pub(crate) lines: u32,
    /// Rows after the header, their cells trimmed.
    pub(crate) rows: Vec<Vec<Vec<u8>>>,
    /// A second header row next to the header, and its line.
    pub(crate) second: Option<(SecondHeader, u32)>,
}

/// Why no head was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoHead {
    /// There is no row at all.
    Empty,
    /// The first row does not end within what was given.
    Unfinished,
}

/// Where the header of a table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum HeaderAt {
    /// In the first row, or below a few lines of titles: the row that looks like one.
    #[default]
    Anywhere,
    /// Below this many lines.
    Line(u32),
    /// Nowhere, unless the first row obviously is one.
    NowhereUnlessPlain,
    /// Nowhere.
    Nowhere,
}

/// Longer texts are not column names.
pub(super) const LONGEST_NAME: usize = 80;

/// How many rows above a header are looked at.
const MOST_TITLES: usize = 60;

/// Finds the delimiter that suits the head best: one that fits some row before those that fit none, then known headers, then rows of equal width.
/// `whole` is whether the head is the whole file, so that its last row is complete.
pub(crate) fn sniff(
    head: &[u8],
    whole: bool,
    asked: Option<u8>,
    header: HeaderAt,
) -> Result<TableHead, NoHead> {
    // Spreadsheets take a first line such as `sep=;` for the delimiter.
    let (hint, mut skipped) = separator_line(head);
    let mut lines = u32::from(skipped > 0);
    if let HeaderAt::Line(above) = header {
        while lines < above {
            let end = memchr2(b'\n', b'\r', &head[skipped..]).ok_or(NoHead::Unfinished)?;
            skipped += end + line_end_length(&head[skipped + end..]);
            lines += 1;
        }
    }
    let mut candidates = asked.or(hint).map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    if asked.or(hint).is_none() && memchr::memchr(HIVE, head).is_some() {
        candidates.push(HIVE);
    }
    let mut best: Option<((bool, usize, usize, usize), TableHead)> = None;
    let mut failure = NoHead::Empty;
    for delimiter in candidates {
        match with_delimiter(&head[skipped..], whole, delimiter, header) {
            Ok(found) => {
                let width = found.headers.len();
                let consistency = consistency(&found);
                // `Mappings|SAME-AS|RxNORM` is one header of a table with commas.
                let fits = width > 1 && consistency > 0;
                let familiar = if width > 1 { familiar(&found.headers) } else { 0 };
                let score = (fits, familiar, consistency, width);
                if best.as_ref().is_none_or(|(most, _)| score > *most) {
                    best = Some((score, found));
                }
            }
            Err(reason) => failure = reason,
        }
    }
    let (_, mut found) = best.ok_or(failure)?;
    found.data += skipped;
    found.lines += lines;
    found.second.iter_mut().for_each(|(_, line)| *line += lines);
    Ok(found)
}

/// A row of the head: its cells, its bytes, and what is before and after it.
struct HeadRow {
    cells: Vec<Vec<u8>>,
    raw: Vec<u8>,
    before: (usize, u32),
    after: (usize, u32),
}

fn with_delimiter(
    head: &[u8],
    whole: bool,
    delimiter: u8,
    header: HeaderAt,
) -> Result<TableHead, NoHead> {
    let mut rows = head_rows(head, whole, delimiter)?;
    let titles = match header {
        HeaderAt::Anywhere => titles(&rows),
        _ => 0,
    };
    let first = headers(&rows[titles]);
    let is_plain = || {
        let below: Vec<_> = rows[titles + 1..].iter().map(|row| row.cells.clone()).collect();
        (familiar(&first) > 0 || !looks_like_data(&first))
            && !is_record(&first, &below, &DrugLook::default())
    };
    let without =
        header == HeaderAt::Nowhere || header == HeaderAt::NowhereUnlessPlain && !is_plain();
    let groups = titles.checked_sub(1).map(|at| headers(&rows[at]));
    let mut above: Vec<Vec<u8>> = rows.drain(..titles).map(|row| row.raw).collect();
    let mut second = None;
    let (headers, raw, (data, lines)) = if without {
        (vec![String::new(); rows[0].cells.len()], Vec::new(), rows[0].before)
    } else {
        let row = rows.remove(0);
        let line = row.before.1 + 1;
        let grouped = groups.and_then(|groups| second_header::with_groups(&groups, &first));
        second = match grouped {
            Some(joined) => Some((SecondHeader::Completes(joined), line)),
            None => second_header_below(&first, &rows),
        };
        let is_below = |(kind, at): &(SecondHeader, u32)| {
            *at > line && !matches!(kind, SecondHeader::Doubtful)
        };
        let last = if second.as_ref().is_some_and(is_below) { Some(rows.remove(0)) } else { None };
        let after = last.as_ref().map_or(row.after, |last| last.after);
        above.extend(last.map(|last| last.raw));
        let names = match &second {
            Some((SecondHeader::Completes(joined), _)) => joined.clone(),
            _ => first,
        };
        (names, row.raw, after)
    };
    let mut rows: Vec<Vec<Vec<u8>>> = rows.into_iter().map(|row| row.cells).collect();
    rows.retain(|row| !is_header_again(&headers, row));
    Ok(TableHead { delimiter, headers, raw, titles: above, data, lines, rows, second })
}

/// What the row below the header is, if it is not a record, and its line.
fn second_header_below(header: &[String], rows: &[HeadRow]) -> Option<(SecondHeader, u32)> {
    let (row, below) = rows.split_first()?;
    if looks_like_data(header) {
        return None;
    }
    let below: Vec<&[Vec<u8>]> = below.iter().map(|row| row.cells.as_slice()).collect();
    let is_again = || is_header_again(header, &row.cells);
    let kind = second_header::look(header, &row.cells, &headers(row), &below);
    kind.filter(|_| !is_again()).map(|kind| (kind, row.before.1 + 1))
}

/// Whether a row repeats the header: it says nothing about what the columns hold.
pub(crate) fn is_header_again(headers: &[String], row: &[Vec<u8>]) -> bool {
    let is_named = headers.iter().any(|header| !header.is_empty());
    is_named
        && headers.len() == row.len()
        && headers.iter().zip(row).all(|(header, cell)| header.is_ascii() == cell.is_ascii())
        && *headers == header_texts(row)
}

/// The complete rows of the head, of which there must be one.
fn head_rows(head: &[u8], whole: bool, delimiter: u8) -> Result<Vec<HeadRow>, NoHead> {
    let (mut rows, mut cells, mut scratch) = (Rows::new(head, delimiter), Vec::new(), Vec::new());
    let mut found = Vec::new();
    while found.len() < ROWS {
        rows.skip_blank();
        let before = (rows.position(), rows.lines());
        let Some(row) = rows.next(&mut cells) else { break };
        if row.open || !whole && rows.position() >= head.len() {
            if found.is_empty() {
                return Err(NoHead::Unfinished);
            }
            break;
        }
        let text = |&cell: &Span| trim(text(head, cell, &mut scratch)).to_vec();
        found.push(HeadRow {
            cells: cells.iter().map(text).collect(),
            raw: head[row.start..row.end].to_vec(),
            before,
            after: (rows.position(), rows.lines()),
        });
    }
    if found.is_empty() { Err(NoHead::Empty) } else { Ok(found) }
}

/// How many rows are above the header: those before the first row that has column names, if none of them is as full as a record.
fn titles(rows: &[HeadRow]) -> usize {
    let is_header = |row: &HeadRow| {
        let filled = filled(row);
        if filled < 3 || row.cells.iter().any(|cell| cell.len() > LONGEST_NAME) {
            return false;
        }
        let headers = headers(row);
        !looks_like_data(&headers)
            && familiar(&headers) > 1
            && layout::nameable(&headers) * 2 >= filled
    };
    if let [groups, names, ..] = rows
        && is_header(names)
        && filled(groups) < groups.cells.len().min(filled(names))
        && familiar(&headers(names)) > familiar(&headers(groups))
    {
        // `Patient,,Drug,Fill,,` groups the columns that the line below names.
        return 1;
    }
    if familiar(&headers(&rows[0])) > 1 {
        return 0;
    }
    let found = rows.iter().take(MOST_TITLES).position(is_header).unwrap_or(0);
    let width = rows[found].cells.len();
    let is_title = |row: &HeadRow| filled(row) * 2 <= width;
    if rows[..found].iter().all(is_title) { found } else { 0 }
}

fn filled(row: &HeadRow) -> usize {
    row.cells.iter().filter(|cell| !cell.is_empty()).count()
}

fn headers(row: &HeadRow) -> Vec<String> {
    header_texts(&row.cells)
}

/// The headers in the character set in which most of them are known column names: a table does not declare its character set.
fn header_texts(cells: &[Vec<u8>]) -> Vec<String> {
    let as_latin = cells.iter().map(|header| decode(header).into_owned()).collect();
    if cells.iter().all(|header| std::str::from_utf8(header).is_ok()) {
        return as_latin;
    }
    let (mut most, mut best) = (familiar(&as_latin), as_latin);
    for text in charset::readings(&cells.join(&b'\n')) {
        let headers: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let known = familiar(&headers);
        if headers.len() == cells.len() && known > most {
            (most, best) = (known, headers);
        }
    }
    best
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
            match line_end_length(rest) {
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
        char::from(sniff(head.as_bytes(), true, None, HeaderAt::Anywhere).unwrap().delimiter)
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_sense() {
        assert_eq!(delimiter("patient_id,drug,fill_date\n1,\"a;b;c;d\",2\n"), ',');
        assert_eq!(delimiter("patient_id;drug;quantity\n1;a;1,5\n2;b;2,5\n"), ';');
        assert_eq!(delimiter("DML_IND|BENE_ID|SRVC_DT\nINSERT|-1|12-MAY-2015\n"), '|');
        assert_eq!(delimiter("patient_id\tdrug, strength\tfill_date\n1\ta, b\t2\n"), '\t');
        assert_eq!(delimiter("a;b\n1;2\n3;4\n"), ';');
        assert_eq!(delimiter("one\ntwo\n"), ',');
        assert_eq!(delimiter("patient_id\u{1}drug\u{1}fill_date\n1\u{1}a, b\u{1}2\n"), '\u{1}');
        assert_eq!(delimiter("sep=|\na|b\n1|2\n"), '|');
        assert_eq!(delimiter("uuid,Concept class,Mappings|SAME-AS|RxNORM\na,Drug,1\n"), ',');
        assert_eq!(delimiter("patient_id,drug,fill_date\n"), ',');
    }

    #[test]
    fn headers_are_read_in_the_character_set_in_which_they_are_those_of_columns() {
        let all = [
            ("Номер пациента;Дата отпуска;Препарат;Дней", encoding_rs::WINDOWS_1251),
            ("Номер пациента;Дата отпуска;Препарат;Дней", encoding_rs::KOI8_U),
            ("Číslo pacienta;Datum výdeje;Název přípravku;Počet dnů", encoding_rs::WINDOWS_1250),
            ("Hasta No;Satış Tarihi;İlaç Adı;Gün sayısı", encoding_rs::WINDOWS_1254),
            ("患者番号;調剤日;薬品名;日数", encoding_rs::SHIFT_JIS),
            ("患者编号;发药日期;药品名称;天数", encoding_rs::GB18030),
            ("환자번호;조제일자;약품명;투약일수", encoding_rs::EUC_KR),
            ("Patient;Abgabedatum;Präparat;Tage", encoding_rs::WINDOWS_1252),
        ];
        for (header, set) in all {
            let (bytes, _, _) = set.encode(header);
            let file = [&bytes[..], b"\n1;2026-03-05;a;1\n"].concat();
            let head = sniff(&file, true, None, HeaderAt::Anywhere).unwrap();
            assert_eq!(head.headers.join(";"), header, "{}", set.name());
        }
    }

    #[test]
    fn the_head_says_where_the_data_begins() {
        let head =
            sniff(b"\r\n\"patient\nid\",drug\r\n1,2\r\n", true, None, HeaderAt::Anywhere).unwrap();
        assert_eq!(
            (head.headers, head.data, head.lines),
            (vec!["patient\nid".into(), "drug".into()], 21, 3)
        );
        let head = sniff(b"sep=;\r\na;b\n1;2", true, None, HeaderAt::Anywhere).unwrap();
        assert_eq!((head.data, head.lines, head.rows.len()), (11, 2, 1));
        let head = sniff(b"a,b\n1,2\n3", false, None, HeaderAt::Anywhere).unwrap();
        assert_eq!(head.rows.len(), 1, "the last row may go on");
        let report = b"Dispensing report,,,\nfrom 2026-01-01,,,\n\npatient_id,drug,fill_date,qty\n1,a,2026-01-02,3\n";
        let head = sniff(report, true, None, HeaderAt::Anywhere).unwrap();
        assert_eq!((head.headers[1].as_str(), head.lines, head.titles.len()), ("drug", 4, 2));
        let head = sniff(report, true, None, HeaderAt::Line(3)).unwrap();
        assert_eq!((head.headers[1].as_str(), head.lines), ("drug", 4));
        let head =
            sniff(b"1,2026-01-02,x\n2,2026-01-03,y\n", true, None, HeaderAt::Nowhere).unwrap();
        assert_eq!((head.data, head.lines, head.rows.len()), (0, 0, 2));
        let groups = b"Patient,,Drug,Fill,,\nMRN,DOB,Medication,Fill Date,\"Days\nSupply\",Status\n1,2026-01-02,a,2026-01-02,3,Sold\n";
        let head = sniff(groups, true, None, HeaderAt::Anywhere).unwrap();
        assert_eq!((head.headers[0].as_str(), head.lines, head.rows.len()), ("MRN", 3, 1));
        let family = b"Dispensing Report\n\"Last Name\",\"Fill Date\",\"Subscriber ID\",\"Relationship\",\"First Name\",\"Drug Name\",\"Days\"\nA,2026-01-02,1,Self,B,a,3\n";
        let head = sniff(family, true, None, HeaderAt::Anywhere).unwrap();
        assert_eq!((head.headers[2].as_str(), head.titles.len()), ("Subscriber ID", 1));
        let again = b"patient_id,drug\n1,a\npatient_id,drug\n2,b\n";
        let head = sniff(again, true, None, HeaderAt::Anywhere).unwrap();
        assert_eq!(head.rows.len(), 2, "a header that comes again is no row");
        let late = b"1,2026-01-02,x,3\npatient_id,fill_date,drug,qty\n2,2026-01-03,y,3\n";
        let head = sniff(late, true, None, HeaderAt::Anywhere).unwrap();
        assert_eq!(head.titles.len(), 0, "a record is no title");
        assert_eq!(sniff(b"\n\n", true, None, HeaderAt::Anywhere).unwrap_err(), NoHead::Empty);
        assert_eq!(sniff(b"a,b", false, None, HeaderAt::Anywhere).unwrap_err(), NoHead::Unfinished);
        assert_eq!(
            sniff(b"\"a,b\n1,2", true, None, HeaderAt::Anywhere).unwrap_err(),
            NoHead::Unfinished
        );
    }
}
