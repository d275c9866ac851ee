//! Everything in a record that says which drug it is about.

use std::borrow::Cow;

use super::codes::code;
use super::forms::strength::{self, Strength};

use rxlint_model::record::{Field, Record};

/// Everything in a record that says which drug it is about.
#[derive(Clone, Debug, Default)]
pub struct Identity<'a> {
    /// Name, generic name, brand: what a person wrote.
    pub texts: [Cow<'a, str>; 3],
    /// What was ordered, if its name differs from what was dispensed.
    pub ordered: Cow<'a, str>,
    /// The code fields.
    pub ndc: Cow<'a, str>,
    /// RxNorm concept.
    pub rxcui: Cow<'a, str>,
    /// ATC code.
    pub atc: Cow<'a, str>,
    /// HCPCS code.
    pub hcpcs: Cow<'a, str>,
    /// A code whose vocabulary the layout does not give.
    pub code: Cow<'a, str>,
    /// The vocabulary of `code`, if a cell names it.
    pub system: Cow<'a, str>,
    /// OMOP concept id.
    pub concept: Cow<'a, str>,
    /// Strength column.
    pub strength: Cow<'a, str>,
    /// Unit of the strength column.
    pub strength_unit: Cow<'a, str>,
    /// Dose form and route columns.
    pub form: Cow<'a, str>,
    /// Route column.
    pub route: Cow<'a, str>,
}

impl<'a> Identity<'a> {
    /// The identity of a record.
    pub fn of(record: &Record<'a>) -> Self {
        Self {
            texts: [
                record.string(Field::Drug),
                record.string(Field::Generic),
                record.string(Field::Brand),
            ],
            ordered: record.string(Field::Ordered),
            ndc: record.string(Field::Ndc),
            rxcui: record.string(Field::Rxcui),
            atc: record.string(Field::Atc),
            hcpcs: record.string(Field::Hcpcs),
            code: record.string(Field::Code),
            system: record.string(Field::CodeSystem),
            concept: record.string(Field::Concept),
            strength: record.string(Field::Strength),
            strength_unit: record.string(Field::StrengthUnit),
            form: record.string(Field::Form),
            route: record.string(Field::Route),
        }
    }

    /// An identity that consists of one text.
    pub fn text(text: &'a str) -> Self {
        Self { texts: [text.into(), "".into(), "".into()], ..Self::default() }
    }

    /// What is written in words, each with its field: names, and content of a code column that does not look like a code.
    pub(super) fn written(&self) -> Vec<(Field, &str)> {
        let names = [Field::Drug, Field::Generic, Field::Brand].into_iter().zip(&self.texts);
        let codes = [
            (Field::Ndc, &self.ndc),
            (Field::Code, &self.code),
            (Field::Rxcui, &self.rxcui),
            (Field::Hcpcs, &self.hcpcs),
            (Field::Atc, &self.atc),
        ];
        let in_words = codes.into_iter().filter(|(_, text)| code::is_text(text));
        names
            .chain(in_words)
            .map(|(field, text)| (field, text.as_ref()))
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }

    /// Every text that may state strengths or list medicines.
    pub(super) fn all_texts(&self) -> impl Iterator<Item = &str> {
        self.written()
            .into_iter()
            .map(|(_, text)| text)
            .chain(std::iter::once(self.strength.as_ref()))
    }

    /// The strength that the record states for a product with one ingredient: in its own column, otherwise in the text.
    pub(super) fn stated_strength(&self) -> Option<Strength> {
        let column = strength::of_column(&self.strength, &self.strength_unit);
        let text = self.texts.iter().find_map(|text| strength::single(text));
        match (column, text) {
            // Two statements that differ count as no statement.
            (Some(a), Some(b)) if a != b => None,
            (a, b) => a.or(b),
        }
    }

    /// A number without a unit in the strength column, as mg: it shows which depot an injection is, and is not a strength otherwise.
    pub(super) fn bare_strength(&self) -> Option<Strength> {
        let mg = self.strength.trim().parse().ok().filter(|_| self.strength_unit.is_empty())?;
        Some(Strength { mg, per_ml: false })
    }

    /// An identity without its texts and codes.
    pub(super) fn codeless(&self) -> Self {
        Identity {
            strength: self.strength.clone(),
            strength_unit: self.strength_unit.clone(),
            form: self.form.clone(),
            route: self.route.clone(),
            ..Identity::default()
        }
    }
}
