//! What was understood of an input, shown before anything is checked.

use std::fmt::{self, Write};

use super::layout::Essential;
use super::source::InputSource;
use rxlint_model::record::{Field, Statement};

/// What was understood of an input.
#[derive(Clone, Debug)]
pub struct Description {
    /// The path as given.
    pub path: String,
    /// The format and, for a table, what separates its cells.
    pub format: String,
    /// How its text is encoded.
    pub encoding: &'static str,
    /// Its bytes, as stored.
    pub bytes: u64,
    /// The recognised layout.
    pub layout: &'static str,
    /// Whether a record states a fill or a course; `None` if each record says so itself.
    pub statement: Option<Statement>,
    /// Which column serves which field, in the order of columns, with the name of each in messages.
    pub fields: Vec<(Field, String)>,
    /// The names in messages of the columns that serve no field.
    pub unused: Vec<String>,
    /// The fields that no header serves.
    pub missing: Vec<Field>,
    /// The first records as they are understood: the text of each field. They hold patient data.
    pub samples: Vec<Vec<(Field, String)>>,
}

impl Description {
    /// The description of messages: what their first records hold, and which segment or element it comes from.
    pub(super) fn of_records(
        source: &InputSource,
        format: &str,
        layout: &'static str,
        samples: Vec<Vec<(Field, String, String)>>,
    ) -> Self {
        let mut fields: Vec<(Field, String)> = Vec::new();
        let labels =
            samples.iter().flatten().map(|(field, _, label)| (field, format!("`{label}`")));
        for (field, label) in labels {
            match fields.iter_mut().find(|(known, _)| known == field) {
                Some((_, labels)) if labels.split(", ").all(|known| *known != label) => {
                    *labels += &format!(", {label}")
                }
                Some(_) => {}
                None => fields.push((*field, label)),
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

    /// The description of an input without columns.
    pub(super) fn of_resources(
        source: &InputSource,
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

    /// The description as text. `safe` makes a path safe to print, `shown` returns the part of a cell that may be shown.
    pub fn render(
        &self,
        safe: impl Fn(&str) -> String,
        shown: impl Fn(Field, &str) -> String,
    ) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut out, &safe(&self.path), &shown);
        out
    }

    fn write(
        &self,
        out: &mut dyn Write,
        path: &str,
        shown: &dyn Fn(Field, &str) -> String,
    ) -> fmt::Result {
        writeln!(out, "{path}")?;
        writeln!(out, "  format    {}", self.format)?;
        writeln!(out, "  encoding  {}, {} bytes", self.encoding, self.bytes)?;
        let statement = match self.statement {
            Some(_) if crate::layout::is_list(self.layout) => "each row is a drug of a list",
            Some(Statement::Fill) => "each row is a fill",
            Some(Statement::Listed) => {
                "each row is a line of a list, and goes on where its status says so"
            }
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
                writeln!(out, "    {:width$}  {}", field.name(), shown(*field, text))?;
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
            writeln!(out, "    {:width$}  from {header}", field.name())?;
        }
        let names: Vec<&str> = self.missing.iter().map(|field| field.name()).collect();
        writeln!(out, "  without a column: {}", or_none(&names.join(", ")))?;
        writeln!(out, "  columns not used: {}", or_none(&self.unused.join(", ")))
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

#[cfg(test)]
mod tests {
    use crate::{Input, InputOptions};

    #[test]
    fn a_description_tells_what_is_understood_and_asks_what_may_be_shown() {
        let bytes = b"patient_id;dob;Drug Name;fill_date;copay;color\nP1;1961-02-03;Aspirin 81 mg;2026-01-02;30;blue\n".to_vec();
        let input = Input::memory(0, "claims.csv", bytes, &InputOptions::default()).unwrap();
        let text = input.describe().render(
            |path| path.to_owned(),
            |field, text| format!("{} bytes of {field:?}", text.len()),
        );
        for line in [
            "claims.csv\n",
            "  format    csv, cells separated by semicolons\n",
            "  layout    generic: each row is a fill\n",
            "    drug        from `Drug Name`\n",
            "  columns not used: `copay`, column 6\n",
            "    patient     2 bytes of Patient\n",
            "    drug        13 bytes of Drug\n",
        ] {
            assert!(text.contains(line), "{line:?} is missing in\n{text}");
        }
    }
}
