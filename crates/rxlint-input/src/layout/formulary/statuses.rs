//! Columns that say whether a drug is on the list: by their cells under any header, those of several places, and those of the list
//! together with those of the record.

use super::content::{Columns, NAME_FIELDS, folded};
use super::questions::{self, Asks, asks};
use super::{NAMES, plain, words};
use crate::layout::Looks;
use crate::layout::headers::{fold, generic};
use rxlint_model::record::Field::{self, *};
use rxlint_model::record::decode;

/// Cells that say whether a drug is on a list, folded.
const STATUSES: &[&str] = &[
    "f",
    "nf",
    "formulary",
    "nonformulary",
    "onformulary",
    "offformulary",
    "notonformulary",
    "nonform",
    "form",
    "fr",
    "nfr",
    "formularyrestricted",
    "restricted",
    "green",
    "amber",
    "red",
    "black",
    "grey",
    "doublered",
    "gelistet",
    "ausgelistet",
    "nichtgelistet",
    "referencé",
    "nonreference",
    "nonréférencé",
    "incluido",
    "noincluido",
    "padronizado",
    "nãopadronizado",
    "naopadronizado",
    "inprontuario",
    "fuoriprontuario",
    "informularium",
    "nietinformularium",
    "listed",
    "notlisted",
    "unlisted",
    "covered",
    "notcovered",
    "preferred",
    "nonpreferred",
    "add",
    "added",
    "notadded",
    "delete",
    "deleted",
    "remove",
    "removed",
    "retain",
    "retained",
    "active",
    "inactive",
    "available",
    "unavailable",
    "notavailable",
];

impl Columns<'_> {
    /// Whether all cells say whether a drug is on the list, and one of them in a way that cannot mean anything else.
    pub(super) fn is_status(&self, index: usize) -> bool {
        let cells = || self.cells(index).filter(|cell| !cell.is_empty());
        let listing = |cell: &[u8]| self.drugs.listing(&decode(cell));
        let is_listed = |cell: &[u8]| STATUSES.contains(&folded(cell).as_str());
        let is_told = |cell: &[u8]| is_listed(cell) && (folded(cell).len() > 1 || cell == b"F");
        cells().next().is_some()
            && !questions::says_other_status(&self.headers[index])
            && cells().all(|cell| is_listed(cell) || listing(cell).is_some())
            && cells().any(|cell| is_told(cell) || listing(cell) == Some(false))
    }

    pub(super) fn statuses(&mut self) {
        let vague = |columns: &Columns<'_>, index: usize| {
            columns.columns.iter().all(|(at, field)| {
                *at != index || NAME_FIELDS.contains(field) || matches!(field, Plan | Class)
            })
        };
        if !self.has(Status) {
            let status =
                (0..self.headers.len()).find(|&index| vague(self, index) && self.is_status(index));
            if let Some(index) = status {
                self.columns.retain(|(at, _)| *at != index);
                self.add(index, Status);
            }
        }
    }

    /// Whether a column may hold statuses of any kind: by its header, or by all of its cells.
    fn may_be_status(&self, index: usize) -> bool {
        let header = &self.headers[index];
        self.is_status(index)
            || means_status(header) && self.distinct(index) > 1
            || asks(header) == Asks::Listed && self.answers(index).is_some_and(|(_, no)| no > 0)
    }

    fn distinct(&self, index: usize) -> usize {
        let mut cells: Vec<String> = self.cells(index).map(folded).collect();
        cells.sort_unstable();
        cells.dedup();
        cells.len()
    }

    /// The statuses of the record or the market next to those of the list: a drug that is off by either is off. Of several places,
    /// all have to say so.
    pub(super) fn further_statuses(&mut self) {
        let Some(first) = self.index_of(Status) else { return };
        // `Formulary Category` does not hold classes if its cells are statuses.
        let misread: Vec<usize> = (0..self.headers.len())
            .filter(|&at| self.columns.contains(&(at, Class)) && self.is_status(at))
            .collect();
        self.columns.retain(|(at, field)| *field != Class || !misread.contains(at));
        let others: Vec<usize> = (0..self.headers.len())
            .filter(|&index| !self.serves(index) && self.may_be_status(index))
            .collect();
        let is_place = |index: usize| questions::says_place(&self.headers[index]);
        let is_own = |index: &usize| questions::says_own_status(&self.headers[*index]);
        // `F` means on the list, but is also the no of a flag.
        let is_letter_f = |index: usize| self.cells(index).any(|cell| folded(cell) == "f");
        let instead = match is_place(first) {
            true => None,
            false => others
                .iter()
                .copied()
                .find(|other| is_place(*other))
                .or_else(|| others.iter().copied().find(|at| is_letter_f(*at) && is_own(at)))
                .filter(|_| !is_letter_f(first) && is_own(&first) && self.is_plain(first)),
        };
        let mut either: Vec<usize> = others
            .into_iter()
            .filter(|&index| {
                Some(index) != instead
                    && !is_place(index)
                    && is_own(&index)
                    && !is_letter_f(index)
                    && self.is_plain(index)
            })
            .collect();
        if let Some(instead) = instead {
            either.insert(0, first);
            self.columns.retain(|(index, _)| *index != first);
            self.add(instead, Status);
        }
        let Some(&one) = either.first() else { return };
        match self.index_of(Active) {
            Some(active) => either.insert(0, active),
            None => self.add(one, Active),
        }
        self.either = either;
    }

    fn index_of(&self, field: Field) -> Option<usize> {
        self.columns.iter().find(|(_, of)| *of == field).map(|(index, _)| *index)
    }

    /// Whether each cell of a column is clear without the others: words and answers, and no letters of a site's own.
    fn is_plain(&self, index: usize) -> bool {
        const ANSWERS: [&str; 6] = ["y", "n", "0", "1", "s", "j"];
        let is_answer = |cell: &str| cell.len() != 1 || ANSWERS.contains(&cell);
        let all: Vec<String> = self.cells(index).map(folded).collect();
        let is_crossed = self.answers(index).is_some() && all.iter().any(String::is_empty);
        !is_crossed && all.iter().all(|cell| is_answer(cell))
    }

    /// The columns each of which takes a drug off by itself.
    pub(super) fn either(&self) -> Vec<usize> {
        self.either.clone()
    }

    /// The further columns of a list that several places maintain.
    pub(super) fn places(&self) -> Vec<usize> {
        let is_place = |index: usize| questions::says_place(&self.headers[index]);
        if !self.index_of(Status).is_some_and(is_place) {
            return Vec::new();
        }
        self.with_further(Status, |index| is_place(index) && self.may_be_status(index))
    }

    /// What a column that serves nothing looks like, if it may hold statuses.
    pub(super) fn open_status(&self, index: usize) -> Option<Looks> {
        if !self.may_be_status(index) {
            return None;
        }
        let watched = |row: &&Vec<Vec<u8>>| {
            let is_name = |(_, field): &&(usize, Field)| NAME_FIELDS.contains(field);
            let names = self.columns.iter().filter(is_name);
            let mut names = names.filter_map(|(at, _)| row.get(*at));
            names.any(|name| self.drugs.names_watched(&decode(name)))
        };
        let status = self.index_of(Status);
        let is_off = |cell: Option<&Vec<u8>>| cell.is_some_and(|cell| self.says_off(cell));
        let own = self.answers(index).is_some() || self.is_letters(index);
        let differs = |row: &Vec<Vec<u8>>| {
            let cell = row.get(index);
            let may_be_off = is_off(cell) || own && !cell.is_some_and(|cell| is_yes(cell));
            may_be_off && !is_off(status.and_then(|at| row.get(at)))
        };
        let told = self.has(Status) && self.rows.iter().filter(watched).any(differs);
        Some(if told { Looks::StatusesThatMatter } else { Looks::Statuses })
    }

    fn says_off(&self, cell: &[u8]) -> bool {
        let folded = folded(cell);
        self.drugs.listing(&decode(cell)) == Some(false)
            || ["nf", "n", "no", "nc", "nein", "non", "nao", "nee"].contains(&folded.as_str())
    }

    /// Whether a column holds letters, and more than one of them.
    fn is_letters(&self, index: usize) -> bool {
        self.distinct(index) > 1 && self.cells(index).all(|cell| folded(cell).chars().count() == 1)
    }

    /// The further columns of remarks.
    pub(super) fn further_notes(&self) -> Vec<usize> {
        self.with_further(Note, |index| {
            let header = &self.headers[index];
            own_name(header).or_else(|| words::meaning(header)) == Some(Note)
        })
    }
}

fn is_yes(cell: &[u8]) -> bool {
    ["y", "yes", "a", "f", "1", "ja", "si", "oui", "sim", "x"].contains(&folded(cell).as_str())
}

/// The field that a header is listed for.
pub(super) fn own_name(header: &str) -> Option<Field> {
    let folded = plain(&fold::fold(header));
    let own =
        NAMES.iter().find(|(_, names)| names.split_ascii_whitespace().any(|name| name == folded));
    own.map(|(field, _)| *field)
}

/// Whether a header is one of statuses.
fn means_status(header: &str) -> bool {
    let shared = || generic::header_meaning(header).map(|(field, _)| field);
    let own = own_name(header).or_else(|| words::meaning(header)).or_else(shared);
    own == Some(Status) && !questions::says_other_status(header)
}
