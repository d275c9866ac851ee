//! What may be shown of an interaction table: one given by mistake may be about people, and so may a row that has shifted.

use super::{headers, severity, talk};
use crate::drug::atc;
use crate::drug::name::words;
use crate::formulary::off;

/// A word of this many letters is a code or a short form, if it is by itself.
const SHORT: usize = 3;

/// A shorter ATC class could also be a person's number.
const CLASS: usize = 5;

/// Numbers longer than this are data.
const LONGEST_NUMBER: usize = 2;

/// What may be shown of the cells of a table.
#[derive(Clone, Copy)]
pub struct Showing<'s> {
    /// The headers of a row that are only headers; the others are called by their number.
    pub headers: &'s dyn Fn(&[String]) -> Vec<Option<String>>,
    /// Whether a word can only be the name of a drug.
    pub is_name: &'s dyn Fn(&str) -> bool,
}

/// What a column is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Called {
    at: usize,
    name: Option<String>,
}

impl Showing<'_> {
    /// The cell, if all its words are header words, words of interaction tables or drug names, or if it is a short code.
    pub fn cell<'c>(&self, cell: &'c str) -> Option<&'c str> {
        let said = words(cell);
        let is_plain = cell.chars().all(|c| !c.is_control());
        let is_code = match &said[..] {
            [only] => only.chars().count() <= SHORT && only.chars().all(char::is_alphabetic),
            none_or_more => none_or_more.is_empty(),
        };
        let is_class = cell.len() >= CLASS && atc::is_class(cell);
        // A letter with digits may be the number of a person.
        let is_number = |token: &str| {
            token.chars().any(char::is_alphabetic) && token.chars().any(|c| c.is_ascii_digit())
        };
        let is_known = || {
            !cell.split_whitespace().any(is_number) && said.iter().all(|word| self.is_known(word))
        };
        (is_plain && (is_code || is_class || is_known())).then_some(cell)
    }

    fn is_known(&self, word: &str) -> bool {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return word.len() <= LONGEST_NUMBER;
        }
        let is_of_headers = || (self.headers)(&[word.to_owned()]).iter().any(Option::is_some);
        severity::has_word(word)
            || talk::has_word(word)
            || headers::has_word(word)
            || off::has_word(word)
            || (self.is_name)(word)
            || is_of_headers()
    }

    /// What the columns below a row of headers are called. The headers of a matrix are drugs.
    pub(super) fn columns(&self, first: &[String]) -> Vec<Called> {
        let named = (self.headers)(first).into_iter();
        let label = |((at, header), name): ((usize, &String), Option<String>)| {
            let name = name.or_else(|| self.cell(header).map(str::to_owned));
            Called { at, name: name.filter(|name| !name.is_empty()) }
        };
        first.iter().enumerate().zip(named).map(label).collect()
    }
}

impl Called {
    pub(super) fn number(at: usize) -> Self {
        Self { at, name: None }
    }

    /// `severity`, or `column 3`.
    pub fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("column {}", self.at + 1))
    }

    /// ``column `severity` ``, or `column 3`.
    pub fn in_words(&self) -> String {
        self.name.as_ref().map_or_else(|| self.label(), |name| format!("column `{name}`"))
    }

    /// The header or the number by which a site says that it has checked the column.
    pub fn argument(&self) -> String {
        self.name.clone().unwrap_or_else(|| (self.at + 1).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_tables_and_drugs_are_shown_and_what_may_be_of_a_person_is_not() {
        let headers = |row: &[String]| {
            row.iter().map(|cell| (cell == "status").then(|| cell.clone())).collect()
        };
        let showing = Showing { headers: &headers, is_name: &|word| word == "naltrexone" };
        for cell in
            ["", "status", "Retired", "naltrexone: do not use", "PRN", "x", "-", "N07BB", "Major 2"]
        {
            assert_eq!(showing.cell(cell), Some(cell));
        }
        for cell in [
            "Jane Doe",
            "Ann Lee",
            "Retired (Jane Doe)",
            "naltrexone for Doe",
            "19610423",
            "P12",
            "Doe\u{1b}[31m",
        ] {
            assert_eq!(showing.cell(cell), None, "{cell}");
        }
        let first = ["status", "", "Jane Doe", "Naltrexone"].map(str::to_owned);
        let columns: Vec<String> = showing.columns(&first).iter().map(Called::in_words).collect();
        assert_eq!(columns, ["column `status`", "column 2", "column 3", "column `Naltrexone`"]);
    }
}
