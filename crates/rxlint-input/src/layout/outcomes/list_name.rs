//! Exports of several lists of medication in one table: the name of the list is the status of what is in it.

use rxlint_model::record::{Field, decode};

use super::word_table::small;
use crate::layout::SampleRows;

/// What lists of medication that is taken are called, as the engine's table of statuses has them too.
const ACTIVE: [&str; 9] = [
    "active medications",
    "active medication list",
    "active meds",
    "current medications",
    "current medication",
    "current meds",
    "home medications",
    "home medication",
    "home meds",
];
/// The others.
const PAST: [&str; 5] = [
    "past medications",
    "inactive medications",
    "discontinued medications",
    "historical medications",
    "prior medications",
];

/// Makes the column that names the list of each row the status, if nothing says when anything ended or what became of it.
pub(in crate::layout) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    rows: &SampleRows,
) {
    const SAYS: [Field; 6] = [
        Field::Status,
        Field::Active,
        Field::Stop,
        Field::Discontinued,
        Field::Dispensed,
        Field::Administered,
    ];
    let has = |list: &[Field]| columns.iter().any(|(_, field)| list.contains(field));
    if has(&SAYS) || !has(&[Field::Start, Field::Written]) {
        return;
    }
    let is_one = |list: &[&str], cell: &[u8]| {
        let text = small(&decode(cell));
        list.iter().any(|name| small(name) == text)
    };
    let names_lists = |at: &usize| {
        let cells = || rows.iter().filter_map(|row| row.get(*at));
        cells().any(|cell| is_one(&ACTIVE, cell))
            && cells().all(|cell| is_one(&ACTIVE, cell) || is_one(&PAST, cell))
    };
    let is_free = |at: &usize| columns.iter().all(|(other, _)| other != at);
    let found = (0..headers.len()).filter(is_free).find(names_lists);
    columns.extend(found.map(|at| (at, Field::Status)));
}
