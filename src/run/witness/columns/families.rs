//! Names that differ while the patient's number is the same: a family may share it, or it is not a patient's number at all.

use rxlint_input::Input;
use rxlint_input::layout::{ColumnUse, Found, RivalKind};
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::record::Field;

use super::{ColumnStats, Looked};

/// A column of names, that of the patient's number, and how many numbers go with several first names.
type Family<'a> = (&'a ColumnUse, &'a ColumnUse, usize);

fn all<'a>(
    columns: &'a [ColumnUse],
    stats: &'a [ColumnStats],
    looked: &'a Looked,
) -> impl Iterator<Item = Family<'a>> {
    columns.iter().zip(stats).filter_map(|(column, stats)| {
        let rival = column.rival.filter(|rival| rival.kind == RivalKind::Name)?;
        let (other, count) = (columns.get(rival.of)?, stats.compared.families()?);
        (!looked.holds(column)).then_some((column, other, count))
    })
}

fn is_guessed(patient: &ColumnUse) -> bool {
    patient.found == Some(Found::Content)
}

/// Columns of names that differ in the first name while the patient's number is the same: a family may share it.
pub(in crate::run::witness) fn families(
    columns: &[ColumnUse],
    stats: &[ColumnStats],
    looked: &Looked,
) -> Vec<String> {
    let told = |(names, patient, count): Family<'_>| {
        format!(
            "Identifiers in {} that go with several first names in {}: {count}. A family may share one, and was judged as one person: have \
             each person's own number, or a person code, exported too. If a name is always spelled the same way, `--columns \
             \"patient={}+{}\"` tells them apart.",
            patient.called,
            names.called,
            patient.argument(),
            names.argument()
        )
    };
    let known = all(columns, stats, looked).filter(|(_, patient, _)| !is_guessed(patient));
    known.map(told).collect()
}

/// The same if only the cells suggest that the numbers are patients': they may just as well belong to those who prescribe, dispense or pay.
pub(super) fn under_guessed_numbers(
    input: &Input,
    columns: &[ColumnUse],
    stats: &[ColumnStats],
    looked: &Looked,
) -> Vec<Gap> {
    let told = |(names, patient, count): Family<'_>| {
        let what = format!(
            "{} was taken for the patient's by its cells alone, but goes with several first names in {}: {count} of its numbers do. They \
             may belong to those who prescribe, dispense or pay, or to families.",
            patient.called, names.called
        );
        let remedy = format!(
            "Name the patient's column with `--columns patient=…`; if it is this one, add {}.",
            patient.option(Field::Patient)
        );
        Gap::new(GapKind::OpenColumn, what, remedy).of(input.path())
    };
    all(columns, stats, looked).filter(|(_, patient, _)| is_guessed(patient)).map(told).collect()
}
