//! Redaction: the only way by which a record's content reaches a person.
//!
//! Records contain names, birth dates and, now and then, bytes that would control a terminal. Everything that is shown is
//! cut, masked and made printable here, before any renderer sees it, so that no format can forget to.

mod beside;
pub mod dates;
pub mod pseudonyms;
mod words;
pub use words::DrugWords;

use std::borrow::Cow;
use std::ops::Range;

pub use dates::{DateDisplay, ShownDay};
pub use pseudonyms::{Pseudonyms, ShownSummary, SiteKey};

use rxlint_model::place::Place;
use rxlint_model::record::Field;
use rxlint_model::record_text::{CellText, RecordText};

/// No shown line is longer than this many bytes.
const LIMIT: usize = 400;
/// How many bytes are kept before the underlined cell if a line is cut: its label must not be far to the right.
const BEFORE: usize = 120;
/// How many physical lines are shown of a cell that contains line breaks.
const LINES: usize = 3;

/// The fields whose cell is underlined instead of one that has no place of its own in the record.
const STAND_INS: [Field; 9] = [
    Field::Drug,
    Field::Generic,
    Field::Brand,
    Field::Ordered,
    Field::Code,
    Field::Ndc,
    Field::Rxcui,
    Field::Atc,
    Field::Hcpcs,
];

/// How much of a record a person may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Privacy {
    /// The patient's identifier is shown; names, birth dates, addresses, insurance numbers and free text are masked, also beside a
    /// drug in its cell, as far as their shape sets them apart.
    #[default]
    Minimum,
    /// The patient has a code instead, and only the parts of a record that are about the drug and its days are shown.
    Mask,
    /// Everything is shown.
    Show,
}

impl Privacy {
    /// The choices, by the names used on the command line.
    pub const ALL: [(&'static str, Self); 3] =
        [("minimum", Self::Minimum), ("mask", Self::Mask), ("show", Self::Show)];
}

/// What a reader may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RedactionTerms {
    /// How much of a record.
    pub privacy: Privacy,
    /// How days are shown.
    pub dates: DateDisplay,
}

impl RedactionTerms {
    /// Whether a cell that the input does not mark as private may be shown.
    ///
    /// Free text may name anyone. A masked report shows only the fields in a list, because exports have all kinds of
    /// columns: the number of a claim or a prescription leads to a person too. So does a report without dates, because such
    /// a number often contains one.
    fn shows(self, field: Field) -> bool {
        let person = matches!(field, Field::BirthDate | Field::Directions);
        let drug = matches!(
            field,
            Field::Drug
                | Field::Generic
                | Field::Brand
                | Field::Ordered
                | Field::Ndc
                | Field::Rxcui
                | Field::Atc
                | Field::Hcpcs
                | Field::Code
                | Field::CodeSystem
                | Field::Strength
                | Field::StrengthUnit
                | Field::Dose
                | Field::DoseUnit
                | Field::Form
                | Field::Route
                | Field::Quantity
                | Field::DaysSupply
                | Field::Frequency
                | Field::FillNumber
                | Field::Status
        );
        let open = match self.privacy {
            Privacy::Show => true,
            Privacy::Minimum => !person,
            Privacy::Mask => drug || field.is_date() && !person,
        };
        open && (self.dates == DateDisplay::Calendar || drug || field == Field::Patient)
    }

    /// Whether a cell of this field is shown as it is.
    pub(crate) fn shows_plainly(self, field: Field) -> bool {
        self.shows(field)
    }

    /// Whether numbers that may be a person's are hidden in a shown cell of this field: in a status or a form they belong to
    /// someone, and a report without calendar days shows none in the name of a drug either.
    fn hides_numbers(self, field: Field) -> bool {
        let is_relative = self.dates == DateDisplay::Relative && self.privacy != Privacy::Show;
        holds_words(field)
            && (is_relative || self.privacy == Privacy::Minimum && !is_name_of_drug(field))
    }

    /// Where something about a person is in a shown cell of this field that holds words.
    fn of_persons(self, field: Field, text: &str, drugs: &dyn DrugWords) -> Vec<Range<usize>> {
        let mut hidden = Vec::new();
        if self.hides_numbers(field) {
            hidden.extend(words::of_persons(text));
        }
        if self.privacy == Privacy::Minimum && holds_words(field) {
            hidden.extend(beside::of_persons(text, drugs));
        }
        hidden
    }

    /// Whether only permitted cells are shown, and nothing between them.
    fn strict(self) -> bool {
        self.privacy == Privacy::Mask || self.dates == DateDisplay::Relative
    }
}

fn is_name_of_drug(field: Field) -> bool {
    matches!(field, Field::Drug | Field::Generic | Field::Brand | Field::Ordered)
}

/// Whether a cell of this field holds words, which may have other words beside them.
fn holds_words(field: Field) -> bool {
    is_name_of_drug(field)
        || matches!(
            field,
            Field::Status | Field::Strength | Field::Form | Field::Route | Field::Frequency
        )
}

/// A record as a person may see it: where it is, the cell that matters, and the lines around that cell.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The input's path as it was given.
    pub path: String,
    /// The record's number in that input, from 1.
    pub record: u32,
    /// The physical line of the underlined cell, from 1; the first line of the record if it was not read again.
    pub line: u32,
    /// The column of the underlined cell on that line, in bytes from 1; `None` if the record was not read again.
    pub column: Option<usize>,
    /// The name of the underlined cell, such as `D7`, if the input is a sheet of a workbook.
    pub sheet_cell: Option<String>,
    /// That column counted in characters, from 1, and how many characters of that line are underlined.
    pub characters: Option<(usize, usize)>,
    /// What the cell says.
    pub field: Field,
    /// What the input calls the cell: the header, `RXE-2.2`, a path in the resource.
    pub label: String,
    /// The cell's text.
    pub text: String,
    /// The lines to show; `None` if the record was not or could not be read again.
    pub excerpt: Option<Excerpt>,
}

/// A few physical lines of an input, safe to print, with the cell to underline on the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The lines. Never empty.
    pub(crate) lines: Vec<ExcerptLine>,
    /// The cell, in the first line's text.
    pub(crate) span: Range<usize>,
}

/// One physical line, or the part of it around the cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExcerptLine {
    /// Its number in the input, from 1.
    pub(crate) number: u32,
    /// The byte column, from 0, at which the text begins.
    pub(crate) column: usize,
    /// The text, without line end.
    pub(crate) text: String,
    /// Whether something was cut off before the text.
    pub(crate) cut_left: bool,
    /// Whether something was cut off after it.
    pub(crate) cut_right: bool,
}

impl Shown {
    /// A record that is only pointed at, not read again.
    pub fn pointer(path: &str, place: Place, field: Field) -> Self {
        Self {
            path: safe(path).into_owned(),
            record: place.record,
            line: place.line,
            column: None,
            sheet_cell: None,
            characters: None,
            field,
            label: String::new(),
            text: String::new(),
            excerpt: None,
        }
    }

    /// A record that was read again, with the cell of `field` underlined.
    ///
    /// If the record has no such cell, or has it elsewhere, the drug is underlined instead, or else the beginning of the
    /// record. `drugs` knows the words that a masked report shows.
    pub fn new(
        path: &str,
        place: Place,
        field: Field,
        record: &RecordText,
        terms: RedactionTerms,
        drugs: &dyn DrugWords,
    ) -> Self {
        let raw = &record.raw;
        let private = hidden(record, terms);
        let hidden: Vec<Range<usize>> =
            private.iter().cloned().chain(unexplained(record, terms, drugs)).collect();
        let asked = record.cell(field);
        let stand_in = stand_in(record);
        let underlined_cell =
            asked.filter(|cell| cell.span.is_some()).or(stand_in).or(record.cells.first());
        let sheet_cell = underlined_cell.and_then(|cell| cell.at.clone());
        let span = asked
            .and_then(|cell| cell.span.clone())
            .or_else(|| stand_in.and_then(|cell| cell.span.clone()))
            .unwrap_or(0..0);
        let start = span.start.min(raw.len());
        let span = start..span.end.clamp(start, raw.len());

        let begin = memchr::memrchr2(b'\n', b'\r', &raw[..start]).map_or(0, |at| at + 1);
        let before = memchr::memchr2_iter(b'\n', b'\r', &raw[..begin])
            .filter(|&at| ends_line(raw, at))
            .count();
        let line = record.line.saturating_add(u32::try_from(before).unwrap_or(u32::MAX));
        // Bytes of the same physical line before `raw`.
        let base = if before == 0 { record.column.saturating_sub(1) as usize } else { 0 };

        let excerpt = excerpt(raw, begin, &span, &hidden, line, base);
        let underlined =
            excerpt.lines.first().map_or(0, |line| line.text[excerpt.span.clone()].chars().count());
        Self {
            line,
            column: (record.column > 0).then_some(base + start - begin + 1),
            sheet_cell,
            characters: (record.column > 0)
                .then(|| (base + characters(&raw[begin..start]) + 1, underlined)),
            label: asked.map(|cell| safe(&cell.label).into_owned()).unwrap_or_default(),
            text: asked.map(|cell| cell_text(cell, &private, terms, drugs)).unwrap_or_default(),
            excerpt: Some(excerpt),
            ..Self::pointer(path, place, field)
        }
    }
}

impl Shown {
    /// Where the underlined cell is, in words: `claims.csv:12:38`, or `claims.xlsx!Fills!D12`.
    pub fn at(&self) -> String {
        match (&self.sheet_cell, self.column) {
            (Some(cell), _) => format!("{}!{cell}", self.path),
            (None, Some(column)) => format!("{}:{}:{column}", self.path, self.line),
            (None, None) => self.at_line(),
        }
    }

    /// The same without the column, unless it is a cell.
    pub fn at_line(&self) -> String {
        match &self.sheet_cell {
            Some(cell) => format!("{}!{cell}", self.path),
            None => format!("{}:{}", self.path, self.line),
        }
    }
}

/// Text that is safe for a terminal, a log or a report: control characters, and characters that are invisible or change the
/// direction of writing, become `?`; line ends and tabs become spaces.
pub fn safe(text: &str) -> Cow<'_, str> {
    // Most texts are plain ASCII, which can be checked without decoding characters.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        || text.chars().all(|c| c != '\t' && printable(c) == c)
    {
        return text.into();
    }
    text.chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { printable(c) })
        .collect::<String>()
        .into()
}

/// Text with every letter and digit replaced by `*`: its shape stays, what it says does not.
pub fn mask(text: &str) -> String {
    text.chars().map(masked).collect()
}

/// A cell as a reader may see it on these terms.
pub fn cell(field: Field, text: &str, terms: RedactionTerms, drugs: &dyn DrugWords) -> String {
    if !terms.shows(field) {
        return mask(text);
    }
    let hidden = match terms.privacy {
        Privacy::Mask => words::unexplained(field, text, text, drugs),
        Privacy::Minimum if words::is_misplaced(field, text) => {
            std::iter::once(0..text.len()).collect()
        }
        _ => terms.of_persons(field, text, drugs),
    };
    let shown = text.char_indices().map(|(at, c)| {
        let is_hidden = hidden.iter().any(|range| range.contains(&at));
        if is_hidden { masked(c) } else { c }
    });
    safe(&shown.collect::<String>()).into_owned()
}

/// The patient's identifier; `None` if the record does not give it. A masked report asks [`Pseudonyms::code`] instead.
pub fn patient(record: &RecordText) -> Option<String> {
    Some(safe(&record.cell(Field::Patient)?.text).into_owned())
}

/// How many characters these bytes are; each byte that is not UTF-8 counts as one.
fn characters(bytes: &[u8]) -> usize {
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

fn masked(c: char) -> char {
    if c == ' ' || c.is_ascii_punctuation() { c } else { '*' }
}

fn printable(c: char) -> char {
    match c {
        '\t' => c,
        c if c.is_control() => '?',
        '\u{AD}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}' => '?',
        // The line ends of a cell of a workbook.
        '\u{2028}' => ' ',
        '\u{200B}'..='\u{200F}' | '\u{2029}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => '?',
        c => c,
    }
}

/// The parts of the record that may not be shown.
fn hidden(record: &RecordText, terms: RedactionTerms) -> Vec<Range<usize>> {
    let private = record.private.iter().filter(|_| terms.privacy != Privacy::Show).cloned();
    let spans = |shown: bool| {
        let cells = record.cells.iter().filter(move |cell| terms.shows(cell.field) == shown);
        cells.filter_map(|cell| cell.span.clone())
    };
    let mut hidden: Vec<Range<usize>> = private.chain(spans(false)).collect();
    if terms.strict() {
        let mut shown: Vec<Range<usize>> = spans(true).collect();
        shown.sort_by_key(|span| span.start);
        let mut at = 0;
        for span in shown {
            hidden.push(at..span.start);
            at = at.max(span.end);
        }
        hidden.push(at..usize::MAX);
    }
    hidden
}

/// The parts of shown cells that a masked report hides, and texts in cells for days and amounts that state none.
fn unexplained(
    record: &RecordText,
    terms: RedactionTerms,
    drugs: &dyn DrugWords,
) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    for cell in record.cells.iter().filter(|cell| terms.shows(cell.field)) {
        let Some(span) = cell.span.clone() else { continue };
        let Some(bytes) = record.raw.get(span.clone()) else { continue };
        match (terms.privacy, std::str::from_utf8(bytes)) {
            (Privacy::Mask, Ok(text)) => {
                let parts = words::unexplained(cell.field, text, &cell.text, drugs);
                hidden.extend(
                    parts.iter().map(|part| span.start + part.start..span.start + part.end),
                );
            }
            (Privacy::Mask, Err(_)) => hidden.push(span),
            (Privacy::Minimum, _) if words::is_misplaced(cell.field, &cell.text) => {
                hidden.push(span);
            }
            (_, Ok(text)) => {
                let parts = terms.of_persons(cell.field, text, drugs);
                hidden.extend(
                    parts.iter().map(|part| span.start + part.start..span.start + part.end),
                );
            }
            (_, Err(_)) => {}
        }
    }
    hidden
}

fn stand_in(record: &RecordText) -> Option<&CellText> {
    STAND_INS.into_iter().find_map(|field| record.cell(field).filter(|cell| cell.span.is_some()))
}

fn cell_text(
    shown: &CellText,
    hidden: &[Range<usize>],
    terms: RedactionTerms,
    drugs: &dyn DrugWords,
) -> String {
    // If it is in another segment or file, its private parts are unknown here.
    let covered = |span: &Range<usize>| {
        hidden.iter().any(|part| part.start < span.end && span.start < part.end)
    };
    let private = shown.span.as_ref().is_some_and(covered);
    let text: String = shown.text.chars().take(LIMIT).collect();
    if private { mask(&text) } else { cell(shown.field, &text, terms, drugs) }
}

/// Whether the line break at `at` ends a line: CR LF is one end, not two.
fn ends_line(raw: &[u8], at: usize) -> bool {
    raw[at] == b'\n' || raw.get(at + 1) != Some(&b'\n')
}

/// The lines of the cell at `span`, the first of which begins at `begin`.
///
/// Only the part of the cell on the first line is underlined: the reader sees that it continues.
fn excerpt(
    raw: &[u8],
    begin: usize,
    span: &Range<usize>,
    hidden: &[Range<usize>],
    number: u32,
    base: usize,
) -> Excerpt {
    let (mut lines, mut underlined, mut from) = (Vec::new(), 0..0, begin);
    loop {
        let end =
            memchr::memchr2(b'\n', b'\r', &raw[from..]).map_or(raw.len(), |length| from + length);
        let first = lines.is_empty();
        let keep = if first { span.start.min(end)..span.end.min(end) } else { from..from };
        let (mut line, shown) = cut(raw, from..end, &keep, hidden);
        line.number = number.saturating_add(lines.len() as u32);
        if first {
            line.column += base;
            underlined = shown;
        }
        lines.push(line);
        from = end + if raw[end..].starts_with(b"\r\n") { 2 } else { 1 };
        if from >= span.end || lines.len() == LINES {
            return Excerpt { lines, span: underlined };
        }
    }
}

/// One line, cut around `keep` if it is long, masked and printable; and the position of `keep` in the text.
fn cut(
    raw: &[u8],
    range: Range<usize>,
    keep: &Range<usize>,
    hidden: &[Range<usize>],
) -> (ExcerptLine, Range<usize>) {
    let mut part = range.clone();
    if range.len() > LIMIT {
        part.start = keep.start.saturating_sub(BEFORE).clamp(range.start, range.end - LIMIT);
        part.end = part.start + LIMIT;
        // Never through the middle of a character.
        let inside = |at: usize| at < range.end && raw[at] & 0xC0 == 0x80;
        part.start += (0..3).take_while(|&step| inside(part.start + step)).count();
        part.end -= (0..3).take_while(|&step| inside(part.end - step)).count();
    }

    let mut text = String::with_capacity(part.len());
    let mut span = 0..0;
    let mut at = part.start;
    // A record has many parts that are hidden: each character is asked once for all of them.
    let mut is_private = vec![false; part.len()];
    let inside = |at: usize| at.clamp(part.start, part.end) - part.start;
    for range in hidden {
        if let Some(bytes) = is_private.get_mut(inside(range.start)..inside(range.end)) {
            bytes.fill(true);
        }
    }
    let mut push = |c: Option<char>, bytes: usize| {
        let private = is_private.get(at - part.start).is_some_and(|private| *private);
        text.push(match c {
            _ if private => c.map_or('*', masked),
            Some(c) => printable(c),
            None => '?',
        });
        if at < keep.start {
            span.start = text.len();
        }
        if at < keep.end {
            span.end = text.len();
        }
        at += bytes;
    };
    for chunk in raw[part.clone()].utf8_chunks() {
        chunk.valid().chars().for_each(|c| push(Some(c), c.len_utf8()));
        chunk.invalid().iter().for_each(|_| push(None, 1));
    }

    span.end = span.end.max(span.start);
    let line = ExcerptLine {
        number: 0,
        column: part.start - range.start,
        text,
        cut_left: part.start > range.start,
        cut_right: part.end < range.end,
    };
    (line, span)
}

#[cfg(test)]
mod tests;
