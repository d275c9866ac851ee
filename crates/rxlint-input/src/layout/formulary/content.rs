//! What the columns of a list are by what is in them: names under a header that nobody knows, fillers under one that everybody
//! knows, statuses, limits in sentences.

use super::words;
use crate::layout::content::{Content, DrugLook};
use crate::layout::{SampleRows, content};
use rxlint_model::record::Field::{self, *};
use rxlint_model::record::decode;

/// The columns of a list in the making.
pub(super) struct Columns<'a> {
    pub(super) headers: &'a [String],
    pub(super) rows: &'a SampleRows,
    pub(super) columns: &'a mut Vec<(usize, Field)>,
    contents: Vec<Content>,
    /// What was found by content.
    pub(super) found: Vec<(usize, Field)>,
}

const NAME_FIELDS: [Field; 3] = [Drug, Generic, Brand];

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
];

impl<'a> Columns<'a> {
    pub(super) fn of(
        headers: &'a [String],
        rows: &'a SampleRows,
        columns: &'a mut Vec<(usize, Field)>,
        drugs: &DrugLook,
    ) -> Self {
        let contents = content::of_columns(rows, headers.len(), drugs);
        Self { headers, rows, columns, contents, found: Vec::new() }
    }

    /// Finds what the headers do not say, and takes back what the cells contradict.
    pub(super) fn mend(&mut self) {
        self.names();
        self.statuses();
        self.limits();
        self.strengths();
    }

    fn serves(&self, index: usize) -> bool {
        self.columns.iter().any(|(at, _)| *at == index)
    }

    fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|(_, other)| *other == field)
    }

    fn add(&mut self, index: usize, field: Field) {
        self.columns.push((index, field));
        self.found.push((index, field));
    }

    /// Whether most cells are short texts that name a drug.
    fn is_name(&self, index: usize) -> bool {
        let content = &self.contents[index];
        content.names_drugs(0.5) && !words::says_other_drug(&self.headers[index])
    }

    /// A column of names under an unknown header serves where a name is missing, and takes the place of one of fillers.
    fn names(&mut self) {
        // A line above the header knows none of the columns.
        let is_table = self.columns.iter().any(|(_, field)| *field != Plan);
        let open: Vec<usize> = (0..self.headers.len())
            .filter(|&index| is_table && !self.serves(index) && self.is_name(index))
            .collect();
        if open.is_empty() {
            return;
        }
        let contents = &self.contents;
        self.columns
            .retain(|(index, field)| !NAME_FIELDS.contains(field) || !contents[*index].is_filler());
        let named = |columns: &Columns<'_>| {
            columns.columns.iter().any(|(_, field)| NAME_FIELDS.contains(field))
        };
        let had_names = named(self);
        for index in open {
            let free = NAME_FIELDS.into_iter().find(|field| !self.has(*field));
            if let Some(field) = free
                && (!had_names && !named(self) || words::says_name(&self.headers[index]))
            {
                self.add(index, field);
            }
        }
    }

    /// Whether all cells say whether a drug is on the list, and one of them so that nothing else can be meant.
    fn is_status(&self, index: usize) -> bool {
        let cells =
            || self.rows.iter().filter_map(|row| row.get(index)).filter(|cell| !cell.is_empty());
        let known = |cell: &Vec<u8>| STATUSES.contains(&folded(cell).as_str());
        cells().next().is_some()
            && cells().all(known)
            && cells().any(|cell| folded(cell).len() > 1 || cell.as_slice() == b"F")
    }

    fn statuses(&mut self) {
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

    /// The further columns of a list that several places keep.
    pub(super) fn places(&self) -> Vec<usize> {
        let Some((first, _)) = self.columns.iter().find(|(_, field)| *field == Status) else {
            return Vec::new();
        };
        let is_place = |index: usize| words::says_place(&self.headers[index]);
        let further = (0..self.headers.len()).filter(|&index| {
            index != *first && !self.serves(index) && is_place(index) && self.is_status(index)
        });
        let further: Vec<usize> = further.filter(|_| is_place(*first)).collect();
        if further.is_empty() { further } else { std::iter::once(*first).chain(further).collect() }
    }

    /// Limits in a column of restrictions or notes.
    fn limits(&mut self) {
        if self.has(Quantity) {
            return;
        }
        let is_text =
            |index: usize| self.columns.iter().all(|(at, field)| *at != index || *field == Note);
        let says = |index: &usize| {
            self.rows.iter().filter_map(|row| row.get(*index)).any(|cell| says_limit(cell))
        };
        let found = (0..self.headers.len()).filter(|&index| is_text(index)).find(says);
        if let Some(index) = found {
            self.add(index, Quantity);
        }
    }

    /// Strengths under another header, or in the column of forms.
    fn strengths(&mut self) {
        if self.has(Strength) {
            return;
        }
        let is_free =
            |index: usize| self.columns.iter().all(|(at, field)| *at != index || *field == Form);
        let fits = |index: &usize| {
            words::says_strength(&self.headers[*index]) && self.contents[*index].states_amounts()
        };
        let found = (0..self.headers.len()).filter(|&index| is_free(index)).find(fits);
        if let Some(index) = found {
            self.add(index, Strength);
        }
    }

    /// What the columns that serve nothing look like.
    pub(super) fn open(&self, joined: &[usize]) -> Vec<(usize, Option<&'static str>)> {
        let looks = |index: usize| {
            let content = &self.contents[index];
            let is_other = words::says_other_drug(&self.headers[index]);
            (!is_other && content.names_drugs(0.5))
                .then_some("names of drugs")
                .or_else(|| (!is_other && content.names_classes()).then_some("classes of opioids"))
                .or_else(|| self.is_status(index).then_some("statuses of a list"))
        };
        (0..self.headers.len())
            .filter(|index| !self.serves(*index) && !joined.contains(index))
            .map(|index| (index, looks(index)))
            .collect()
    }
}

fn folded(cell: &[u8]) -> String {
    decode(cell).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a sentence has a quantity limit in it.
fn says_limit(cell: &[u8]) -> bool {
    let text = decode(cell).to_lowercase();
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    let is_word =
        |word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|other| other == word);
    has_digit && (is_word("ql") || text.contains("quantity limit") || text.contains("qty limit"))
}
