//! The form that directions name: a patch that is applied, an injection once a month. It counts only if nothing else in a record
//! gives one.

use std::borrow::Cow;

use regex::Regex;
use serde::Deserialize;

use super::DirectionWords;
use super::pattern::{Fault, any_of};
use super::translate::without_accents;
use crate::drug::name::words;

/// `[form]` of `drugs/directions.toml`, as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct FormsFile {
    swallowed: Vec<String>,
    elsewhere: Vec<String>,
    is: Vec<OneFormFile>,
}

/// What indicates one form.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct OneFormFile {
    /// What a column of forms would hold.
    cell: String,
    patterns: Vec<String>,
    /// With these it is not that form.
    #[serde(default)]
    never: Vec<String>,
    /// Whether the form is swallowed.
    #[serde(default)]
    swallowed: bool,
    /// Whether it is that form only for a product whose strength is a per cent.
    #[serde(default)]
    per_cent: bool,
}

impl FormsFile {
    pub(super) fn add(&mut self, more: Self) {
        self.swallowed.extend(more.swallowed);
        self.elsewhere.extend(more.elsewhere);
        self.is.extend(more.is);
    }
}

/// The same, ready for matching.
#[derive(Debug)]
pub(super) struct FormPatterns {
    swallowed: Regex,
    elsewhere: Regex,
    forms: Vec<OneForm>,
}

#[derive(Debug)]
struct OneForm {
    cell: String,
    says: Regex,
    never: Regex,
    swallowed: bool,
    per_cent: bool,
}

/// What directions say about the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidForm {
    /// What a column of forms would hold; empty if they name none.
    pub cell: String,
    /// Whether it is swallowed, or dissolves in the mouth: not an injection, patch or cream.
    pub swallowed: bool,
    /// The parts of the directions that no comma or stop divides, as words with spaces between.
    pub parts: Vec<String>,
}

/// At most this many words separate a word about another time or product from what it is about: `until the first injection`.
const WORDS_BETWEEN: usize = 4;

impl FormPatterns {
    pub(super) fn of(file: &FormsFile) -> Result<Self, Fault> {
        let one = |form: &OneFormFile| {
            Ok(OneForm {
                cell: form.cell.clone(),
                says: any_of(&form.patterns)?,
                never: any_of(&form.never)?,
                swallowed: form.swallowed,
                per_cent: form.per_cent,
            })
        };
        Ok(Self {
            swallowed: any_of(&file.swallowed)?,
            elsewhere: any_of(&file.elsewhere)?,
            forms: file.is.iter().map(one).collect::<Result<_, Fault>>()?,
        })
    }

    fn read(&self, text: &str, route: &str, is_per_cent: bool) -> SaidForm {
        let parts = parts(text);
        // Letters of other scripts are folded to Latin ones in the words of names.
        let written = without_accents(text).to_lowercase();
        let other = (!written.is_ascii()).then_some(Cow::Owned(written));
        let all: Vec<Cow<'_, str>> =
            parts.iter().map(|part| Cow::Borrowed(part.as_str())).chain(other).collect();
        let swallowed =
            self.swallowed.is_match(route) || all.iter().any(|p| self.swallowed.is_match(p));
        let says = |form: &&OneForm| {
            (form.swallowed || !swallowed)
                && (is_per_cent || !form.per_cent)
                && all.iter().any(|part| self.is_said(&form.says, part))
                && !all.iter().any(|part| form.never.is_match(part))
        };
        let cell = self.forms.iter().find(says).map(|form| form.cell.clone());
        SaidForm { cell: cell.unwrap_or_default(), swallowed, parts }
    }

    /// Whether a part says so, and not about another time or product.
    fn is_said(&self, says: &Regex, part: &str) -> bool {
        says.find_iter(part).any(|found| !self.is_elsewhere(&part[..found.start()]))
    }

    /// Whether what follows these words is not part of the directions: `until the first`, `instead of`.
    fn is_elsewhere(&self, before: &str) -> bool {
        let words = before.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let last: Vec<&str> = words.rev().take(WORDS_BETWEEN).collect();
        last.iter().any(|word| self.elsewhere.is_match(word))
    }
}

/// The parts of a text that no comma, bracket or stop divides.
fn parts(text: &str) -> Vec<String> {
    let is_end = |at: usize, c: char| match c {
        ';' | '\n' | '(' | ')' | '[' | ']' | '。' | '、' => true,
        '.' | ',' | ':' => !text[at + 1..].starts_with(|next: char| next.is_alphanumeric()),
        _ => false,
    };
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices().filter(|&(at, c)| is_end(at, c)) {
        parts.push(words(&text[from..at]).join(" "));
        from = at + c.len_utf8();
    }
    parts.push(words(&text[from..]).join(" "));
    parts.retain(|part| !part.is_empty());
    parts
}

impl DirectionWords {
    /// What directions say about the form of a product that is given by this route, and whose strength may be a per cent.
    pub fn form(&self, text: &str, route: &str, is_per_cent: bool) -> SaidForm {
        let read = |forms: &FormPatterns| forms.read(text, route, is_per_cent);
        self.ready().forms.as_ref().map_or_else(SaidForm::default, read)
    }

    /// Whether the words before something in directions say that it belongs to another time or product.
    pub fn is_elsewhere(&self, before: &str) -> bool {
        self.ready().forms.as_ref().is_some_and(|forms| forms.is_elsewhere(before))
    }
}
