//! What was understood of an input, for a person who wants to know before anything is judged.

use std::fmt::{self, Write};

use super::csv::Table;
use super::layout::Essential;
use super::source::Source;
use rxlint_model::record::{Field, Statement};

/// What was understood of an input.
#[derive(Clone, Debug)]
pub struct Description {
    /// The path as it was given.
    pub path: String,
    /// The format and, for a table, what separates its cells.
    pub format: String,
    /// How its text is encoded.
    pub encoding: &'static str,
    /// Its bytes, as stored.
    pub bytes: u64,
    /// The layout that was recognised.
    pub layout: &'static str,
    /// Whether a record states a fill or a course; `None` where each says so itself.
    pub statement: Option<Statement>,
    /// Which header serves which field, in the order of columns.
    pub fields: Vec<(Field, String)>,
    /// The headers that serve no field.
    pub unused: Vec<String>,
    /// The fields that no header serves.
    pub missing: Vec<Field>,
    /// The first records, as they are understood: per field the text. They speak of patients.
    pub samples: Vec<Vec<(Field, String)>>,
}

impl Description {
    pub(super) fn of(source: &Source, table: Option<&Table>) -> Self {
        let layout = table.map(Table::layout);
        let columns = layout.map(|layout| layout.columns.as_slice()).unwrap_or_default();
        let header = |index: usize| {
            layout.map(|layout| layout.headers[index].trim().to_owned()).unwrap_or_default()
        };
        let is_list = table.is_some_and(Table::is_formulary);
        let serves = |field: &Field| columns.iter().any(|(_, f)| f == field);
        Self {
            path: source.name().to_owned(),
            format: table.map_or("empty".into(), |table| {
                format!("csv, cells separated by {}", separator(table.delimiter()))
            }),
            encoding: source.encoding(),
            bytes: source.stored_bytes(),
            layout: layout.map_or("empty", |layout| layout.name),
            statement: Some(layout.map(|layout| layout.statement).unwrap_or_default()),
            fields: columns.iter().map(|(index, field)| (*field, header(*index))).collect(),
            unused: layout
                .map(|layout| layout.unused().map(|header| header.trim().to_owned()).collect())
                .unwrap_or_default(),
            missing: Field::ALL
                .into_iter()
                .filter(|field| (field.is_of_prescriptions() || is_list) && !serves(field))
                .collect(),
            samples: table.map(Table::samples).unwrap_or_default(),
        }
    }

    /// The description of messages: what their first records hold, and which segment or element that comes from.
    pub(super) fn of_records(
        source: &Source,
        format: &str,
        layout: &'static str,
        samples: Vec<Vec<(Field, String, String)>>,
    ) -> Self {
        let mut fields: Vec<(Field, String)> = Vec::new();
        for (field, _, label) in samples.iter().flatten() {
            match fields.iter_mut().find(|(known, _)| known == field) {
                Some((_, labels)) if labels.split(", ").all(|known| known != label) => {
                    *labels += &format!(", {label}")
                }
                Some(_) => {}
                None => fields.push((*field, label.clone())),
            }
        }
        fields.sort_by_key(|(field, _)| *field);
        Self {
            path: source.name().to_owned(),
            format: format.to_owned(),
            encoding: source.encoding(),
            bytes: source.stored_bytes(),
            layout,
            statement: Some(Statement::Fill),
            missing: Field::ALL
                .into_iter()
                .filter(|field| {
                    field.is_of_prescriptions() && !fields.iter().any(|(known, _)| known == field)
                })
                .collect(),
            fields,
            unused: Vec::new(),
            samples: samples
                .into_iter()
                .map(|sample| sample.into_iter().map(|(field, text, _)| (field, text)).collect())
                .collect(),
        }
    }

    /// Of an input without columns.
    pub(super) fn of_resources(
        source: &Source,
        format: &str,
        layout: &'static str,
        samples: Vec<Vec<(Field, String)>>,
    ) -> Self {
        Self {
            path: source.name().to_owned(),
            format: format.into(),
            encoding: source.encoding(),
            bytes: source.stored_bytes(),
            layout,
            statement: None,
            fields: Vec::new(),
            unused: Vec::new(),
            missing: Vec::new(),
            samples,
        }
    }

    /// The description as text. What tells who the patient is shows as asterisks unless `show_phi` is set.
    pub fn render(&self, show_phi: bool) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut out, show_phi);
        out
    }

    fn write(&self, out: &mut dyn Write, show_phi: bool) -> fmt::Result {
        writeln!(out, "{}", self.path)?;
        writeln!(out, "  format    {}", self.format)?;
        writeln!(out, "  encoding  {}, {} bytes", self.encoding, self.bytes)?;
        let statement = match self.statement {
            Some(Statement::Fill) => "each row is a fill",
            Some(Statement::Course) => "each row is a course from a start to a stop",
            None => "each record says itself what it is",
        };
        writeln!(out, "  layout    {}: {statement}", self.layout)?;
        let fields = self.fields.iter().chain(self.samples.iter().flatten());
        let width = fields.map(|(field, _)| field.name().len()).max().unwrap_or(0);
        if self.statement.is_some() {
            self.write_columns(out, width)?;
        }
        for (number, sample) in self.samples.iter().enumerate() {
            writeln!(out, "  record {}", number + 1)?;
            for (field, text) in sample {
                // Free text may name anyone, and a date without a digit is no date.
                let person = matches!(
                    field,
                    Field::Patient | Field::BirthDate | Field::Prescriber | Field::Directions
                );
                let private = (person
                    || field.is_date() && !text.contains(|c: char| c.is_ascii_digit()))
                    && !show_phi;
                let text =
                    if private { text.chars().map(|_| '*').collect() } else { printable(text) };
                writeln!(out, "    {:width$}  {text}", field.name())?;
            }
        }
        if self.samples.is_empty() {
            writeln!(out, "  no records")?;
        }
        let date = Essential::FirstDay
            .fields()
            .iter()
            .filter(|field| self.fields.iter().any(|(f, _)| f == *field))
            .count();
        if date > 1 {
            writeln!(
                out,
                "  the first day is taken from the first of administered, fill_date, start and written that is filled in"
            )?;
        }
        Ok(())
    }

    fn write_columns(&self, out: &mut dyn Write, width: usize) -> fmt::Result {
        writeln!(out, "  fields")?;
        for (field, header) in &self.fields {
            writeln!(out, "    {:width$}  from `{}`", field.name(), printable(header))?;
        }
        let names: Vec<&str> = self.missing.iter().map(|field| field.name()).collect();
        writeln!(out, "  without a column: {}", or_none(&names.join(", ")))?;
        let unused: Vec<String> =
            self.unused.iter().map(|header| format!("`{}`", printable(header))).collect();
        writeln!(out, "  columns not used: {}", or_none(&unused.join(", ")))
    }
}

impl fmt::Display for Description {
    /// The description with what tells who the patient is hidden.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, false)
    }
}

fn separator(delimiter: u8) -> String {
    match delimiter {
        b',' => "commas".into(),
        b'\t' => "tabs".into(),
        b'|' => "bars (|)".into(),
        b';' => "semicolons".into(),
        other => format!("`{}`", char::from(other)),
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

/// Text that is safe for a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use crate::{Input, InputOptions};

    #[test]
    fn a_dry_run_shows_what_is_understood_and_hides_who_it_is() {
        let bytes = b"patient_id;dob;Drug Name;fill_date;days;color\nP1;1961-02-03;Aspirin 81 mg;2026-01-02;30;blue\n".to_vec();
        let input = Input::memory(0, "claims.csv", bytes, &InputOptions::default()).unwrap();
        let text = input.describe().render(false);
        for line in [
            "claims.csv\n",
            "  format    csv, cells separated by semicolons\n",
            "  layout    generic: each row is a fill\n",
            "    drug        from `Drug Name`\n",
            "  columns not used: `days`, `color`\n",
            "    patient     **\n",
            "    birth_date  **********\n",
            "    drug        Aspirin 81 mg\n",
        ] {
            assert!(text.contains(line), "{line:?} is missing in\n{text}");
        }
        assert!(input.describe().render(true).contains("P1"));
    }
}
