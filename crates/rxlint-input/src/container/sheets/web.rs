//! Web pages with tables, which many programs write into `.xls` files.
//!
//! Such pages are rarely well-formed: tags are looked for one by one, and none is expected to be closed.

use super::table::{CellKind, SheetWriter};
use super::{SheetAbout, SheetFault, Sheets};
use crate::container::sheets::markup::attribute;
use crate::source::InputSource;

/// Longer pages are not read.
const LONGEST: u64 = 256 << 20;

/// Reads every table of the page that contains no other table.
///
/// # Errors
/// When the page cannot be read or has no table, or nothing more may be kept.
pub(super) fn read(source: &InputSource, sheets: &mut Sheets) -> Result<(), SheetFault> {
    if source.readable_bytes() > LONGEST {
        return Err(SheetFault::TooLarge);
    }
    let kept = |error: crate::error::InputError| SheetFault::Kept(error.to_string());
    let reader = source.reader().map_err(kept)?;
    let length = usize::try_from(source.readable_bytes()).unwrap_or(usize::MAX);
    let page = reader.bytes(source.start(), length).map_err(kept)?;
    let page = declared(&page).unwrap_or(page);
    let mut found = false;
    let mut number = 0;
    let mut at = 0;
    while let Some(tag) = next_tag(&page, at) {
        at = tag.end;
        if tag.is("table") {
            // Of nested tables the innermost is the one with cells.
            let inner = innermost(&page, at);
            number += 1;
            found = true;
            at = sheets_of(&page, inner, number, sheets)?;
        }
    }
    if found { Ok(()) } else { Err(SheetFault::NoTable) }
}

/// The page in UTF-8, if it declares another character set and is not UTF-8.
fn declared(page: &[u8]) -> Option<Vec<u8>> {
    const HEAD: usize = 2048;
    const MARK: &[u8] = b"charset=";
    let head = page.get(..page.len().min(HEAD))?.to_ascii_lowercase();
    let at = memchr::memmem::find(&head, MARK)? + MARK.len();
    let is_of_label = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let label = head[at..].iter().copied().skip_while(|byte| matches!(byte, b'"' | b'\''));
    let label: Vec<u8> = label.take_while(is_of_label).collect();
    let set = encoding_rs::Encoding::for_label(&label)?;
    if !set.is_ascii_compatible() || std::str::from_utf8(page).is_ok() {
        return None;
    }
    Some(set.decode_without_bom_handling(page).0.into_owned().into_bytes())
}

fn sheets_of(
    page: &[u8],
    from: usize,
    number: u32,
    sheets: &mut Sheets,
) -> Result<usize, SheetFault> {
    let mut end = from;
    sheets.sheet(&format!("Table {number}"), |to| {
        let (read, until) = table(page, from, to);
        end = until;
        read.map(|()| SheetAbout::default())
    })?;
    Ok(end)
}

/// A tag, without its content.
struct Tag<'p> {
    /// What is between `<` and `>`.
    inner: &'p [u8],
    start: usize,
    end: usize,
}

impl Tag<'_> {
    fn is(&self, name: &str) -> bool {
        let is_name = self.inner.get(..name.len());
        is_name.is_some_and(|begun| begun.eq_ignore_ascii_case(name.as_bytes()))
            && self.inner.get(name.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric())
    }

    fn count(&self, name: &str) -> u32 {
        attribute(self.inner, name).and_then(|text| text.trim().parse().ok()).unwrap_or(1)
    }
}

/// The next tag from a place on; comments, scripts and styles are skipped.
fn next_tag(page: &[u8], mut from: usize) -> Option<Tag<'_>> {
    loop {
        let start = from + memchr::memchr(b'<', page.get(from..)?)?;
        let rest = &page[start + 1..];
        if rest.starts_with(b"!--") {
            from = start + 1 + memchr::memmem::find(rest, b"-->").unwrap_or(rest.len());
            continue;
        }
        let end = start + 1 + memchr::memchr(b'>', rest)?;
        let tag = Tag { inner: &page[start + 1..end], start, end: end + 1 };
        let hidden = ["script", "style"].into_iter().find(|name| tag.is(name));
        match hidden {
            Some(name) => {
                let close = format!("</{name}");
                let rest = &page[tag.end..];
                let found = rest
                    .windows(close.len())
                    .position(|bytes| bytes.eq_ignore_ascii_case(close.as_bytes()));
                from = tag.end + found.unwrap_or(rest.len());
                found?;
            }
            None => return Some(tag),
        }
    }
}

/// Where the innermost table begins that is opened before any row with several cells.
fn innermost(page: &[u8], from: usize) -> usize {
    let (mut at, mut inner, mut cells) = (from, from, 0);
    while let Some(tag) = next_tag(page, at) {
        at = tag.end;
        match () {
            () if tag.is("table") => (inner, cells) = (at, 0),
            () if tag.is("tr") => cells = 0,
            () if tag.is("td") || tag.is("th") => {
                cells += 1;
                if cells > 2 {
                    break;
                }
            }
            () if tag.is("/table") => break,
            () => {}
        }
    }
    inner
}

/// Reads a table; returns where it ends.
fn table(page: &[u8], from: usize, to: &mut SheetWriter) -> (Result<(), SheetFault>, usize) {
    let (mut at, mut row, mut column) = (from, None::<u32>, 0u32);
    // Cells of rows above that extend down: column, and the row after the last.
    let mut reaching: Vec<(u32, u32)> = Vec::new();
    while let Some(tag) = next_tag(page, at) {
        at = tag.end;
        if tag.is("/table") {
            break;
        }
        if tag.is("tr") {
            row = Some(row.map_or(0, |row| row.saturating_add(1)));
            column = 0;
        }
        if !(tag.is("td") || tag.is("th")) {
            continue;
        }
        let line = *row.get_or_insert(0);
        while reaching.iter().any(|&(taken, until)| taken == column && line < until) {
            column += 1;
        }
        let (text, end) = cell_text(page, at);
        at = end;
        let rows = tag.count("rowspan").clamp(1, 1 << 16);
        if rows > 1 {
            reaching.retain(|&(_, until)| until > line);
            reaching.push((column, line.saturating_add(rows)));
            to.merge(column, line..line.saturating_add(rows));
        }
        if let Err(fault) = to.cell(line, column, CellKind::Text, &text) {
            return (Err(fault), at);
        }
        column = column.saturating_add(tag.count("colspan").clamp(1, 1 << 14));
    }
    (Ok(()), at)
}

/// The text of a cell up to the next tag of the table, and where that is.
fn cell_text(page: &[u8], from: usize) -> (String, usize) {
    let (mut text, mut at) = (String::new(), from);
    let mut add = |bytes: &[u8]| text.push_str(&unescaped(&decode(bytes)));
    while let Some(tag) = next_tag(page, at) {
        add(&page[at.min(tag.start)..tag.start]);
        let ends = ["td", "th", "tr", "table", "/td", "/th", "/tr", "/table"];
        if ends.into_iter().any(|name| tag.is(name)) {
            return (text, tag.start);
        }
        if tag.is("br") || tag.is("/p") || tag.is("/div") {
            add(b"&#10;");
        }
        at = tag.end;
    }
    (text, page.len())
}

/// Text as a page shows it: runs of white space are one space.
fn unescaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii_whitespace() => {
                if !shown.ends_with(' ') {
                    shown.push(' ');
                }
            }
            c => shown.push(c),
        }
    }
    let mut out = String::with_capacity(shown.len());
    let mut rest = shown.as_str();
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let known = end.and_then(|end| Some((entity(&rest[1..end])?, end)));
        match known {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
        return code.and_then(char::from_u32);
    }
    const NAMED: [(&str, char); 22] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("auml", 'ä'),
        ("ouml", 'ö'),
        ("uuml", 'ü'),
        ("Auml", 'Ä'),
        ("Ouml", 'Ö'),
        ("Uuml", 'Ü'),
        ("szlig", 'ß'),
        ("eacute", 'é'),
        ("egrave", 'è'),
        ("agrave", 'à'),
        ("ccedil", 'ç'),
        ("ntilde", 'ñ'),
        ("oacute", 'ó'),
        ("aacute", 'á'),
        ("iacute", 'í'),
        ("micro", 'µ'),
    ];
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)
}

fn decode(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    rxlint_model::record::decode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_reads_as_the_page_shows_it() {
        let page = b"<td>Oxycodone&nbsp;5&#32;mg<br>M&uuml;ller &amp; Co\n   x</td>";
        let (text, end) = cell_text(page, 4);
        assert_eq!(text, "Oxycodone 5 mg\nMüller & Co x");
        assert_eq!(&page[end..], b"</td>");
    }

    #[test]
    fn tags_are_found_outside_of_comments_scripts_and_styles() {
        let page =
            b"<!-- <table> --><style>td{}<table></style><script>a<b</SCRIPT><TABLE border=0>";
        let mut at = 0;
        let mut names = Vec::new();
        while let Some(tag) = next_tag(page, at) {
            at = tag.end;
            names.push(String::from_utf8_lossy(tag.inner).into_owned());
        }
        assert_eq!(names, ["/style", "/SCRIPT", "TABLE border=0"]);
    }
}
