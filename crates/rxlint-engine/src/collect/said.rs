//! What a record says about its drug, as one text that a ledger can store: every run reaches its
//! verdict anew, so a new rule book judges old records too.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::drug::Identity;
use rxlint_model::record::{Field, Record};

/// The fields that say something, by name, as JSON: `{"drug":"Naltrexone 50 MG","ndc":"00406117003"}`.
pub fn of(record: &Record<'_>) -> String {
    let fields = Field::IDENTITY.iter().filter(|&&field| !record.text(field).is_empty());
    let said: BTreeMap<&str, Cow<'_, str>> =
        fields.map(|&field| (field.name(), record.string(field))).collect();
    serde_json::to_string(&said).unwrap_or_default()
}

/// The fields of such a text, in the order in which identities are compared. Unreadable text yields
/// no fields.
pub fn fields(said: &str) -> Vec<(Field, String)> {
    let mut said: BTreeMap<String, String> = serde_json::from_str(said).unwrap_or_default();
    Field::IDENTITY.iter().filter_map(|&field| Some((field, said.remove(field.name())?))).collect()
}

/// The identity described by the text.
pub fn identity(said: &str) -> Identity<'static> {
    let mut said: BTreeMap<String, String> = serde_json::from_str(said).unwrap_or_default();
    let mut take = |field: Field| Cow::Owned(said.remove(field.name()).unwrap_or_default());
    Identity {
        texts: [take(Field::Drug), take(Field::Generic), take(Field::Brand)],
        ordered: take(Field::Ordered),
        ndc: take(Field::Ndc),
        rxcui: take(Field::Rxcui),
        atc: take(Field::Atc),
        hcpcs: take(Field::Hcpcs),
        code: take(Field::Code),
        system: take(Field::CodeSystem),
        concept: take(Field::Concept),
        strength: take(Field::Strength),
        strength_unit: take(Field::StrengthUnit),
        form: take(Field::Form),
        route: take(Field::Route),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::record::Statement;

    #[test]
    fn every_field_of_an_identity_comes_back() {
        let texts: Vec<String> =
            (0..Field::IDENTITY.len()).map(|at| format!("\"{at}\u{1F} é")).collect();
        let cells: Vec<(Field, &str)> =
            Field::IDENTITY.into_iter().zip(texts.iter().map(String::as_str)).collect();
        let record = Record::of_cells(Statement::Fill, &cells);
        let said = of(&record);
        assert_eq!(format!("{:?}", identity(&said)), format!("{:?}", Identity::of(&record)));
        assert_eq!(fields(&said).len(), Field::IDENTITY.len());
        assert!(fields("no JSON").is_empty());
    }
}
