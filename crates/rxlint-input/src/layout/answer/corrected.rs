//! Columns that hold the corrected form of another: `Corrected Days Supply`, `QTY_CORR`, `New Patient ID`.

use rxlint_model::record::Field;

use crate::layout::headers::tokens;

/// Words, without accents, for what replaces something else.
#[rustfmt::skip]
const CORRECTED: [&str; 53] = [
    "corrected", "correct", "corr", "correction", "adjusted", "adj", "revised", "rev", "amended", "updated", "new",
    "final", "verified", "override", "overridden", "overriden", "reprocessed", "audit", "audited", "merged",
    "reassigned", "reconciled", "restated", "replacement", "validated",
    "korrigiert", "korrigierte", "korrigierter", "korrigiertes", "berichtigt", "berichtigte", "neu", "neue", "neuer",
    "corrige", "corrigee", "rectifie", "rectifiee", "corregido", "corregida", "rectificado", "rectificada",
    "corrigido", "corrigida", "retificado", "corretto", "corretta", "gecorrigeerd", "gecorrigeerde",
    "korrigerad", "korrigerat", "korrigeret", "korrigert",
];

/// A header without the words of correction.
pub(super) struct Plain {
    name: String,
    is_corrected: bool,
}

/// What a header says apart from the words of correction.
pub(super) fn plain(header: &str) -> Plain {
    let words = tokens::words_of(header);
    let is_correction = |word: &&String| CORRECTED.contains(&word.as_str());
    let name: Vec<&str> =
        words.iter().filter(|word| !is_correction(word)).map(String::as_str).collect();
    // `DaysSupply` and `Days Supply` are one name.
    Plain { name: name.concat(), is_corrected: name.len() < words.len() }
}

/// Words for a day: the day of a correction is not a corrected day.
const DAY: [&str; 7] = ["date", "datum", "fecha", "data", "dato", "day", "datetime"];

impl Plain {
    /// Whether one of the two is the corrected form of the other.
    pub(super) fn corrects(&self, other: &Self) -> bool {
        let says_something = !self.name.is_empty() && !DAY.contains(&self.name.as_str());
        says_something && self.name == other.name && self.is_corrected != other.is_corrected
    }
}

/// Whether another column may correct what a column says for that field. A new status, fill or authority is something else.
pub(super) fn may_be(field: Field) -> bool {
    matches!(
        field,
        Field::Patient
            | Field::Drug
            | Field::Generic
            | Field::Brand
            | Field::Ndc
            | Field::Code
            | Field::Strength
            | Field::Quantity
            | Field::DaysSupply
            | Field::Administered
            | Field::Dispensed
            | Field::Start
            | Field::Stop
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrected_column_has_the_name_of_another_and_a_word_of_correction() {
        for (header, of) in [
            ("Corrected Days Supply", "Days Supply"),
            ("DAYS_SUPPLY_CORR", "days_supply"),
            ("Days Supply (corrected)", "DaysSupply"),
            ("Abgabedatum korrigiert", "Abgabedatum"),
            ("Cantidad corregida", "Cantidad"),
            ("Quantité corrigée", "Quantité"),
            ("New Patient ID", "Patient ID"),
        ] {
            let (corrected, plain) = (plain(header), plain(of));
            assert!(corrected.corrects(&plain) && plain.corrects(&corrected), "{header}");
        }
        for (header, other) in [
            ("New Rx", "Patient ID"),
            ("Original Quantity", "Quantity"),
            ("Updated Date", "Date"),
            ("Final", "New"),
        ] {
            assert!(!plain(header).corrects(&plain(other)), "{header}");
        }
    }
}
