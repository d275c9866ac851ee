//! The option `--columns patient=MRN,drug=Med_Desc,stop=`: which column serves which field.

use std::fmt;

use super::headers::fold::{fold, nearest};
use super::headers::generic;
use rxlint_model::record::Field;

/// The columns that were named on the command line or in the configuration. They outrank what rxlint would choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ColumnMap {
    chosen: Vec<(Field, Option<Column>)>,
}

/// A column as the user names it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Column {
    /// By its header.
    Header(String),
    /// By its number, from 1.
    Number(usize),
}

/// What is wrong with a `--columns` option, whatever the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnError {
    /// A part of it is not of the form `field=header`.
    NotAPair(String),
    /// There is no such field; this is the nearest one.
    NoField(String, Option<&'static str>),
    /// The field is named twice.
    Twice(&'static str),
}

impl ColumnMap {
    /// Reads `field=header` pairs with commas between them. A header may be a number, counted from
    /// 1; a field without one is taken from no column.
    ///
    /// # Errors
    /// If a part is not a pair, or its field is unknown or was named before.
    pub fn parse(text: &str) -> Result<Self, ColumnError> {
        let mut map = Self::default();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (field, header) =
                pair.split_once('=').ok_or_else(|| ColumnError::NotAPair(pair.to_owned()))?;
            map.insert(field, header)?;
        }
        Ok(map)
    }

    /// Adds one pair, as it is in configuration files.
    ///
    /// # Errors
    /// If the field is unknown or was named before.
    pub fn insert(&mut self, field: &str, header: &str) -> Result<(), ColumnError> {
        let field = field.trim();
        let found = Field::from_name(field)
            .or_else(|| Field::ALL.into_iter().find(|known| fold(known.name()) == fold(field)))
            .ok_or_else(|| {
                let near = nearest(field, Field::ALL.map(Field::name));
                // `mrn` is what a header may be called.
                let meant = || generic::header_meaning(field).map(|(meant, _)| meant.name());
                ColumnError::NoField(field.to_owned(), meant().or(near))
            })?;
        if self.chosen.iter().any(|(chosen, _)| *chosen == found) {
            return Err(ColumnError::Twice(found.name()));
        }
        let header = header.trim();
        let column = match header.parse() {
            _ if header.is_empty() => None,
            Ok(number) => Some(Column::Number(number)),
            Err(_) => Some(Column::Header(header.to_owned())),
        };
        self.chosen.push((found, column));
        Ok(())
    }

    /// Whether nothing was named.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Whether every column is named by its number, so that no header is needed.
    pub fn are_numbers(&self) -> bool {
        let is_number = |column: &Column| match column {
            Column::Number(_) => true,
            Column::Header(name) => {
                name.split('+').all(|part| part.trim().parse::<usize>().is_ok())
            }
        };
        let mut given = self.chosen.iter().filter_map(|(_, column)| column.as_ref()).peekable();
        given.peek().is_some() && given.all(is_number)
    }

    /// Whether none of the columns that are named by their header is there: they are those of another layout.
    pub(crate) fn is_of_another_layout(&self, headers: &[String]) -> bool {
        let mut given = self.chosen.iter().filter_map(|(_, column)| column.as_ref()).peekable();
        given.peek().is_some() && given.all(|column| column.find_all(headers).is_none())
    }

    /// Every field that was named, with its column; `None` for a field that is to have none.
    pub fn chosen(&self) -> &[(Field, Option<Column>)] {
        &self.chosen
    }
}

impl Column {
    /// The indices of the columns that are meant: one, or those that `+` joins (`patient=Last+First+DOB`); `None` if one of them is not there.
    pub(super) fn find_all(&self, headers: &[String]) -> Option<Vec<usize>> {
        if let Some(index) = self.find(headers) {
            return Some(vec![index]);
        }
        let Self::Header(name) = self else { return None };
        let part = |part: &str| {
            let part = part.trim();
            part.parse().map_or_else(|_| Self::Header(part.to_owned()), Self::Number).find(headers)
        };
        name.contains('+').then(|| name.split('+').map(part).collect()).flatten()
    }

    /// The index of the column among the headers: exactly, else folded, if only one fits.
    pub(super) fn find(&self, headers: &[String]) -> Option<usize> {
        match self {
            Self::Number(number) => number.checked_sub(1).filter(|index| *index < headers.len()),
            Self::Header(name) => {
                let folded = fold(name);
                headers.iter().position(|header| header == name).or_else(|| {
                    let mut fits = headers
                        .iter()
                        .enumerate()
                        .filter(|(_, header)| fold(header) == folded)
                        .map(|(n, _)| n);
                    fits.next().filter(|_| fits.next().is_none())
                })
            }
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => f.write_str(name),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPair(_) => f.write_str(
                "each part must be a pair of a field and a column, such as `patient=MRN`",
            ),
            Self::NoField(field, Some(nearest)) => {
                write!(f, "there is no field `{field}`; did you mean `{nearest}`?")
            }
            // It may be anything from a first row.
            Self::NoField(_, None) => {
                f.write_str("what is before a `=` in --columns is not a field")
            }
            Self::Twice(field) => write!(f, "the field `{field}` is given two columns"),
        }
    }
}

impl std::error::Error for ColumnError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_and_slips_are_told() {
        let map = ColumnMap::parse("patient=MRN, drug = Med Desc,stop=,fill_date=3").unwrap();
        assert_eq!(
            map.chosen(),
            [
                (Field::Patient, Some(Column::Header("MRN".into()))),
                (Field::Drug, Some(Column::Header("Med Desc".into()))),
                (Field::Stop, None),
                (Field::Dispensed, Some(Column::Number(3))),
            ]
        );
        assert_eq!(
            ColumnMap::parse("pateint=MRN"),
            Err(ColumnError::NoField("pateint".into(), Some("patient")))
        );
        assert_eq!(
            ColumnMap::parse("mrn=Pt ID#").unwrap_err().to_string(),
            "there is no field `mrn`; did you mean `patient`?"
        );
        let unknown = ColumnMap::parse("Zelda DOE 1961=2").unwrap_err().to_string();
        assert!(!unknown.contains("Zelda") && unknown.contains("--columns"), "{unknown}");
        assert_eq!(ColumnMap::parse("FillDate=x").unwrap().chosen()[0].0, Field::Dispensed);
        assert_eq!(ColumnMap::parse("patient"), Err(ColumnError::NotAPair("patient".into())));
        assert_eq!(ColumnMap::parse("drug=a,drug=b"), Err(ColumnError::Twice("drug")));
        assert!(ColumnMap::parse("").unwrap().is_empty());
    }

    #[test]
    fn a_header_is_found_as_it_is_or_folded_or_by_number() {
        let headers: Vec<String> =
            ["MRN", "Med Desc", "fill_date", "Fill Date"].map(String::from).to_vec();
        let find = |text: &str| Column::Header(text.into()).find(&headers);
        assert_eq!((find("MRN"), find("med_desc"), find("Fill Date")), (Some(0), Some(1), Some(3)));
        assert_eq!(find("FILLDATE"), None, "two headers fit");
        assert_eq!(
            (Column::Number(1).find(&headers), Column::Number(5).find(&headers)),
            (Some(0), None)
        );
        assert_eq!(Column::Number(0).find(&headers), None);
    }
}
