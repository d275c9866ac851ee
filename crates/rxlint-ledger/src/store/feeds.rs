//! Whether tonight's files and those of earlier nights number people by different columns: then nobody of tonight is known.

use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::layout::are_alike;
use rxlint_model::record::Field;

use super::Night;

/// The header of a table's patient column or columns, as far as it may be shown.
pub(super) fn patient_column(input: &Input) -> Option<String> {
    let columns = input.columns();
    let of_patients = columns.iter().filter(|column| column.fields.contains(&Field::Patient));
    let names: Option<Vec<&str>> = of_patients.map(|column| column.name.as_deref()).collect();
    names.filter(|names| !names.is_empty()).map(|names| names.join(" with "))
}

impl Night {
    /// Notes on files of earlier nights whose patient column is called otherwise, and from which no patient of tonight is known.
    pub(super) fn strangers(&self) -> Result<Vec<String>, InputError> {
        let tonight = self.tonight();
        let mut mine: Vec<&str> =
            self.today.iter().filter_map(|file| file.patients.as_deref()).collect();
        mine.sort_unstable();
        mine.dedup();
        let sql = "SELECT id, path, patients FROM file WHERE kept > 0 AND patients IS NOT NULL ORDER BY patients, id DESC";
        let files = self.ledger.rows(sql, &[], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        let mut notes = Vec::new();
        for feed in files.chunk_by(|one, other| one.2 == other.2) {
            let is_known = feed.iter().any(|(id, ..)| self.known_from.contains(id));
            let Some((_, path, theirs)) = feed.iter().find(|(id, ..)| !tonight.contains(id)) else {
                continue;
            };
            if mine.is_empty() || is_known || mine.iter().any(|mine| are_alike(mine, theirs)) {
                continue;
            }
            let mine: Vec<String> = mine.iter().map(|mine| format!("`{mine}`")).collect();
            notes.push(format!(
                "No patient of tonight with a watched drug is known from {path}, whose patient column is `{theirs}`; tonight's is {}. If \
                 they number the same people differently, each person counts as two: have both files numbered by one column.",
                mine.join(", ")
            ));
        }
        Ok(notes)
    }
}
