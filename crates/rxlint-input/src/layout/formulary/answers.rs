//! Columns of a list that answer yes or no, or are crossed: whether a drug is on the list, or something that only the header says.

use super::content::Columns;
use super::questions::{Asks, asks};
use crate::layout::{Looks, SampleRows};
use rxlint_model::record::Field::{self, *};
use rxlint_model::record::decode;

const YES: [&str; 19] = [
    "y", "yes", "true", "t", "1", "x", "si", "sim", "s", "ja", "j", "oui", "o", "tak", "ano", "✓",
    "✔", "☑", "on",
];
const NO: [&str; 15] = [
    "n", "no", "false", "f", "0", "nein", "non", "não", "nao", "nee", "nie", "ne", "off", "✗", "-",
];

fn text(cell: &[u8]) -> String {
    decode(cell).trim().to_lowercase().replace(['í', 'ì'], "i")
}

fn is_yes(cell: &str) -> bool {
    YES.contains(&cell)
}

fn is_no(cell: &str) -> bool {
    NO.contains(&cell)
}

/// `Formulary? Yes/No` names no plan: it says what is on the list.
pub(super) fn instead_of_plans(columns: &mut [(usize, Field)], rows: &SampleRows) {
    const LISTED: [&str; 5] = ["formulary", "nonformulary", "non formulary", "non-formulary", "nf"];
    let Some(at) = columns.iter().position(|(_, field)| *field == Plan) else { return };
    let (index, _) = columns[at];
    let cells = || rows.iter().filter_map(|row| row.get(index)).map(|cell| text(cell));
    let is_answer = |cell: String| {
        cell.is_empty() || is_yes(&cell) || is_no(&cell) || LISTED.contains(&cell.as_str())
    };
    let has_status = columns.iter().any(|(_, field)| *field == Status);
    if !has_status && cells().any(|cell| !cell.is_empty()) && cells().all(is_answer) {
        columns[at].1 = Status;
    }
}

impl Columns<'_> {
    /// How often a column says yes and no, an empty cell next to crossed ones being no; `None` if it holds anything else.
    pub(super) fn answers(&self, index: usize) -> Option<(usize, usize)> {
        let cells: Vec<String> = self.cells(index).map(text).collect();
        let (yes, no) = (
            cells.iter().filter(|cell| is_yes(cell)).count(),
            cells.iter().filter(|cell| is_no(cell)).count(),
        );
        let empty = cells.iter().filter(|cell| cell.is_empty()).count();
        (yes + no > 0 && yes + no + empty == cells.len()).then_some((yes, no + empty))
    }

    /// Answers under a header that asks whether a drug is on the list.
    pub(super) fn listed(&mut self) {
        if self.has(Status) {
            return;
        }
        let is_asked = |index: &usize| {
            !self.serves(*index)
                && asks(&self.headers[*index]) == Asks::Listed
                && self.answers(*index).is_some()
        };
        if let Some(index) = (0..self.headers.len()).find(is_asked) {
            self.add(index, Status);
        }
    }

    /// What a column of answers to an unknown question looks like, if the question may be whether a drug is on the list. That is
    /// unlikely if most answers are no.
    pub(super) fn open_answer(&self, index: usize) -> Option<Looks> {
        let may_be = match asks(&self.headers[index]) {
            Asks::Unclear => true,
            Asks::Unknown | Asks::Listed => !self.has(Status) && !self.has(Active),
            Asks::Other => false,
        };
        let (yes, no) = self.answers(index).filter(|(yes, no)| may_be && *yes > 0 && *no > 0)?;
        Some(if yes >= no { Looks::Answers } else { Looks::RareAnswers })
    }
}
