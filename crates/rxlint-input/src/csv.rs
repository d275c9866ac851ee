//! Tables in text form: rows of cells under a header row.
//!
//! Reading is one pass: the file is cut at true record boundaries (`cut`), blocks are scanned in parallel (`scan`), and rows become records (`block`,
//! `cells`) or are settled without one (`fast_path`). A second pass is needed only if the form of dates turns out to differ from what the head of the
//! file suggested (`order`, `forms`).

pub(crate) mod asked_order;
pub(crate) mod block;
pub(crate) mod cells;
pub(crate) mod compact;
mod cut;
pub(crate) mod describe;
mod dialect;
pub(crate) mod fast_path;
mod forms;
mod index;
pub(crate) mod joined;
mod meanings;
mod near;
pub(crate) mod order;
mod parallel;
mod persons;
mod printed;
pub(crate) mod reading;
pub(crate) mod reread;
mod residue;
mod scan;
mod second_header;
pub(crate) mod shape;
pub(crate) mod table;
pub(crate) mod totals;

use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::record::Field;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

use crate::describe::Description;
use crate::error::{ErrorKind, InputError};
use crate::format::{FormatAbout, InputFormat};
use crate::layout::ColumnUse;
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;
pub use forms::is_none_of_it;
use persons::PersonTable;
pub use persons::PersonTableKind;
pub(crate) use persons::is_named_like_conditions;
use table::CsvTable;

/// A file in text form.
#[derive(Debug)]
pub(crate) enum CsvInput {
    /// A file without any row.
    Empty,
    /// Prescriptions, or a list of drugs.
    Table(Box<CsvTable>),
    /// Facts about persons.
    Persons(PersonTable),
}

impl CsvInput {
    /// Opens a table of persons; `None` if it is not one and no kind was asked for.
    ///
    /// # Errors
    /// When the file cannot be read, or lacks the columns of the kind that was asked for.
    pub(crate) fn open_persons(
        source: &InputSource,
        file: u32,
        kind: Option<PersonTableKind>,
        options: &InputOptions,
    ) -> Result<Option<Self>, InputError> {
        Ok(PersonTable::open(source, file, kind, options)?.map(Self::Persons))
    }
}

impl CsvInput {
    /// The byte between cells, how many cells a row has, and where the rows begin; `None` if there are no prescriptions in it.
    pub(crate) fn shape(&self) -> Option<(u8, usize, u64)> {
        let Self::Table(table) = self else { return None };
        Some((table.shape.delimiter, table.shape.width, table.data))
    }

    /// The columns whose dates consist of digits only, in an order that only all their cells together show, each with its form.
    pub(crate) fn dates_of_digits(&self) -> Vec<String> {
        let Self::Table(table) = self else { return Vec::new() };
        let of = |(index, field): &(usize, Field)| {
            let form = table.reading.forms.pattern(*field).and_then(compact::written)?;
            Some(format!("{} as `{form}`", table.layout.called(*index)))
        };
        table.layout.columns.iter().filter_map(of).collect()
    }

    /// The columns of spreadsheet days that are all before 1990 or after 2049.
    pub(crate) fn odd_days(&self) -> Vec<String> {
        let Self::Table(table) = self else { return Vec::new() };
        let odd =
            table.layout.columns.iter().filter(|(_, field)| table.reading.odd_days.contains(field));
        odd.map(|(index, _)| table.layout.called(*index)).collect()
    }

    /// The remark about a second row of headers.
    pub(crate) fn second_header(&self) -> Option<&str> {
        let Self::Table(table) = self else { return None };
        table.second_header.as_deref()
    }

    /// Where the columns show another order of day and month than the one asked for; known once all of it has been read.
    pub(crate) fn order_notes(&self) -> &[String] {
        match self {
            Self::Empty => &[],
            Self::Table(table) => table.order_notes.told(),
            Self::Persons(persons) => persons.order_notes.told(),
        }
    }

    /// Whether it is a table of persons that may hold more than that.
    pub(crate) fn is_guessed(&self) -> bool {
        matches!(self, Self::Persons(persons) if persons.is_guessed)
    }

    /// Takes the patients of a table of persons from the column that has the same header as in the prescriptions.
    pub(crate) fn follow(&mut self, headers: &[String]) {
        if let Self::Persons(persons) = self {
            persons.follow(headers);
        }
    }

    /// All cells of the row at a place.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn cells(
        &self,
        source: &InputSource,
        place: Place,
    ) -> Result<Vec<String>, InputError> {
        match self {
            Self::Table(table) => reread::cells(table, source, place),
            Self::Empty | Self::Persons(_) => Ok(Vec::new()),
        }
    }

    /// What each column of a table of prescriptions was taken for.
    pub(crate) fn columns(&self) -> Vec<ColumnUse> {
        let Self::Table(table) = self else { return Vec::new() };
        table.layout.uses()
    }
}

impl InputFormat for CsvInput {
    const ABOUT: FormatAbout = FormatAbout {
        name: "csv",
        option: "csv",
        words: "a table in text form (CSV)",
        purposes: &[Purpose::Prescriptions, Purpose::Formulary],
    };

    /// Any text can be a table: what no other format claims is read as one.
    fn sniff(_head: &[u8]) -> bool {
        false
    }

    fn open(source: &InputSource, file: u32, options: &InputOptions) -> Result<Self, InputError> {
        let table = CsvTable::open(source, file, options)?;
        Ok(table.map_or(Self::Empty, |table| Self::Table(Box::new(table))))
    }

    fn layout(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Table(table) => table.layout.name,
            Self::Persons(persons) => persons.layout(),
        }
    }

    fn is_context(&self) -> bool {
        matches!(self, Self::Persons(_))
    }

    fn header(&self, field: Field) -> Option<&str> {
        let Self::Table(table) = self else { return None };
        table.layout.column(field).map(|index| table.layout.headers[index].as_str())
    }

    fn read<S: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> S + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<S>, InputError> {
        match self {
            Self::Empty => Ok(Vec::new()),
            Self::Table(table) => parallel::read(table, source, make, progress),
            Self::Persons(persons) => persons.read(source, make, progress),
        }
    }

    fn reread(&self, source: &InputSource, place: Place) -> Result<RecordText, InputError> {
        match self {
            Self::Table(table) => reread::reread(table, source, place),
            Self::Empty | Self::Persons(_) => {
                Err(InputError::new(ErrorKind::Changed { path: source.name().to_owned() }))
            }
        }
    }

    fn describe(&self, source: &InputSource) -> Description {
        match self {
            Self::Empty => describe::empty(source),
            Self::Table(table) => describe::table(table, source),
            Self::Persons(persons) => Description::of_resources(
                source,
                "csv, a table of persons",
                persons.layout(),
                Vec::new(),
            ),
        }
    }
}

#[cfg(test)]
mod tests;
