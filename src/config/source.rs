//! The text of a configuration file, and the position of each key and word in it.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::words;
use rxlint_engine::file_error::FileError;
use rxlint_model::place::Place;
use rxlint_model::record::Field;
use rxlint_model::record_text::{CellText, RecordText};

/// The keys of an acceptance that describe a patient: never shown in an error.
const PRIVATE: [&str; 2] = ["patient", "reason"];

/// A configuration file as it was read.
#[derive(Clone, Debug, Default)]
pub struct ConfigSource {
    /// Its path: as given, or relative to the working folder.
    pub path: String,
    text: String,
    /// The text as errors show it, with the same length in bytes.
    shown: String,
    marks: Vec<Mark>,
}

/// A key, or a simple value.
#[derive(Clone, Debug)]
struct Mark {
    /// The keys from the outermost on, with dots between them.
    path: String,
    /// Whether it is the key, not the value.
    is_key: bool,
    word: String,
    span: Range<usize>,
}

impl ConfigSource {
    /// The source of a text, which may or may not be TOML.
    pub fn new(path: &str, text: &str) -> Self {
        let mut marks = Vec::new();
        let shown = match DeTable::parse(text) {
            Ok(table) => {
                mark(table.get_ref(), "", &mut marks);
                let private = |mark: &&Mark| {
                    !mark.is_key
                        && mark.path.starts_with("accept.")
                        && PRIVATE.iter().any(|key| mark.path.ends_with(key))
                };
                marks
                    .iter()
                    .filter(private)
                    .fold(text.to_owned(), |text, mark| masked(&text, mark.span.clone()))
            }
            Err(_) => masked_lines(text),
        };
        Self { path: path.to_owned(), text: text.to_owned(), shown, marks }
    }

    /// The text as errors may show it, with the same length in bytes.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// What is wrong with the first Windows path whose backslashes were read as escapes; `None` if there is none.
    pub fn spoilt_path(&self) -> Option<FileError> {
        let is_spoilt = |mark: &&Mark| {
            let written = self.text.get(mark.span.clone()).unwrap_or_default();
            mark.word.contains(char::is_control) && words::is_windows_path(written)
        };
        let mark = self.marks.iter().filter(|mark| !mark.is_key).find(is_spoilt)?;
        Some(words::spoilt_path(&self.path, &self.shown, mark.span.clone()))
    }

    /// The line, from 1, of a key: `fail-on`, `columns.patient`.
    pub fn line_of(&self, key: &str) -> Option<u32> {
        self.marks
            .iter()
            .find(|mark| mark.is_key && mark.path == key)
            .map(|mark| self.line_at(mark.span.start))
    }

    /// The line, from 1, of a byte.
    pub fn line_at(&self, offset: usize) -> u32 {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        u32::try_from(before.iter().filter(|&&b| b == b'\n').count())
            .unwrap_or(u32::MAX)
            .saturating_add(1)
    }

    /// What is wrong at a key.
    pub fn error(&self, key: &str, what: impl Into<String>) -> FileError {
        match self.marks.iter().find(|mark| mark.is_key && mark.path == key) {
            Some(mark) => self.error_at(mark.span.clone(), what),
            None => FileError::at(&self.path, &self.shown, "", what),
        }
    }

    /// What is wrong at some bytes.
    pub fn error_at(&self, span: Range<usize>, what: impl Into<String>) -> FileError {
        FileError::span(&self.path, &self.shown, span, what)
    }

    /// What is wrong with a word, which is a key or a text value; `None` if it is not in the file.
    pub fn error_about(&self, word: &str, what: &str) -> Option<FileError> {
        self.marks
            .iter()
            .find(|mark| mark.word == word)
            .map(|mark| self.error_at(mark.span.clone(), what))
    }

    /// What is wrong with a key that has an empty value: the first such; `None` if there is none.
    pub fn error_about_empty(&self, word: &str, what: &str) -> Option<FileError> {
        let value = self.marks.iter().find(|mark| {
            let is_its = mark.path.rsplit('.').next() == Some(word);
            let said = self.text.get(mark.span.clone()).unwrap_or("?");
            !mark.is_key && is_its && said.trim_matches(['"', '\'', ' ']).is_empty()
        })?;
        Some(self.error_at(value.span.clone(), what))
    }

    /// The line at a place, as a record to show. `private` are the parts of the file that may describe a patient, `patient`
    /// is the identifier in the entry.
    pub fn record(
        &self,
        place: &Place,
        private: Vec<Range<usize>>,
        patient: Option<(String, Range<usize>)>,
    ) -> RecordText {
        let offset = usize::try_from(place.offset).unwrap_or(usize::MAX).min(self.text.len());
        let begin = self.text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[offset..].find('\n').map_or(self.text.len(), |at| offset + at);
        let within = |span: &Range<usize>| {
            (begin <= span.start && span.end <= end).then(|| span.start - begin..span.end - begin)
        };
        let mut cells = Vec::new();
        if let Some(mark) = self.marks.iter().find(|mark| mark.span.start == offset) {
            let cell = |field| CellText {
                field,
                text: mark.word.clone(),
                span: within(&mark.span),
                label: "accept".into(),
                at: None,
            };
            cells.extend([Field::Code, Field::Stop].map(cell));
        }
        if let Some((text, span)) = patient {
            cells.push(CellText {
                field: Field::Patient,
                text,
                span: within(&span),
                label: "patient".into(),
                at: None,
            });
        }
        let raw = self.text[begin..end].trim_end().as_bytes().to_vec();
        RecordText {
            raw,
            line: place.line,
            column: 1,
            cells,
            private: private.iter().filter_map(within).collect(),
        }
    }
}

fn mark(table: &DeTable<'_>, above: &str, marks: &mut Vec<Mark>) {
    for (key, value) in table {
        let name = key.get_ref();
        let path = if above.is_empty() { name.to_string() } else { format!("{above}.{name}") };
        marks.push(Mark {
            path: path.clone(),
            is_key: true,
            word: name.to_string(),
            span: key.span(),
        });
        mark_value(value.get_ref(), value.span(), &path, marks);
    }
}

fn mark_value(value: &DeValue<'_>, span: Range<usize>, path: &str, marks: &mut Vec<Mark>) {
    let word = match value {
        DeValue::Table(table) => return mark(table, path, marks),
        DeValue::Array(list) => {
            for (at, item) in list.iter().enumerate() {
                mark_value(item.get_ref(), item.span(), &format!("{path}.{at}"), marks);
            }
            return;
        }
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(day) => day.to_string(),
        _ => String::new(),
    };
    marks.push(Mark { path: path.to_owned(), is_key: false, word, span });
}

/// The text with asterisks in a span, with the same length in bytes.
fn masked(text: &str, span: Range<usize>) -> String {
    let Some(inside) = text.get(span.clone()) else { return text.to_owned() };
    let inside: String =
        inside
            .chars()
            .map(|c| {
                if matches!(c, '"' | '\'' | '\n') {
                    c.to_string()
                } else {
                    "*".repeat(c.len_utf8())
                }
            })
            .collect();
    [&text[..span.start], &inside, &text[span.end..]].concat()
}

/// The same for a text that is not valid TOML: line by line, below `[[accept]]`.
fn masked_lines(text: &str) -> String {
    let (mut shown, mut accepts) = (String::with_capacity(text.len()), false);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('[') {
            accepts = line.contains("accept");
        }
        match line.find('=').filter(|&at| accepts && PRIVATE.contains(&line[..at].trim())) {
            Some(at) => shown.push_str(&masked(line, at + 1..line.len())),
            None => shown.push_str(line),
        }
    }
    shown
}
