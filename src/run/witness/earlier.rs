//! The people of an earlier export: how they are numbered, and nothing else. Its records are no longer asked about.

use rxlint_input::layout::ColumnUse;
use rxlint_input::raw::{RawField, RawValue, RawVisitor};

use super::identifiers::Identifiers;
use super::links::Links;
use super::look::is_of_patients;
use super::numbers::{Sample, may_number};

/// Takes the identifiers in a piece of an input.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// By column, whether it is the patient's, and whether it may number people.
    plans: Vec<(bool, bool)>,
    pub(super) identifiers: Identifiers,
    pub(super) numbers: Vec<Sample>,
    pub(super) links: Links,
}

impl Earlier {
    pub(super) fn new(columns: &[ColumnUse]) -> Self {
        Self {
            plans: columns.iter().map(|about| (is_of_patients(about), may_number(about))).collect(),
            identifiers: Identifiers::default(),
            numbers: vec![Sample::default(); columns.len()],
            links: Links::of(columns),
        }
    }

    /// Adds what the next piece shows.
    pub(super) fn absorb(&mut self, later: Self) {
        self.identifiers.absorb(later.identifiers);
        for (numbers, later) in self.numbers.iter_mut().zip(later.numbers) {
            numbers.absorb(later);
        }
        self.links.absorb(later.links);
    }
}

impl RawVisitor for Earlier {
    fn value(&mut self, value: &RawValue<'_>) {
        let RawField::Column(column) = value.field else { return };
        let Some(&(is_patient, is_number)) = self.plans.get(column) else { return };
        if is_patient {
            self.identifiers.note(value.text);
        }
        if is_number {
            self.numbers[column].note(value.text);
        }
        self.links.note(column, value);
    }

    fn end(&mut self) {
        self.links.end_row();
    }
}
