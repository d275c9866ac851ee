//! Tables that have a row for what was ordered, and another for what was handed over for it: `Event` with Written and Filled, both with
//! the number of the prescription. The two are one supply. The words are in `order_rows.txt`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use rxlint_model::record::{Field, decode};

use super::word_table::{self, small};
use crate::layout::SampleRows;

/// Every word, with whether it says that something was ordered, not handed over.
pub(crate) fn words() -> impl Iterator<Item = (&'static str, bool)> {
    word_table::words(include_str!("order_rows.txt")).map(|(says, word)| (word, says == "ordered"))
}

/// Whether a cell says that something was ordered, or that it was handed over.
fn is_ordered(cell: &[u8]) -> Option<bool> {
    const LONGEST: usize = 24;
    static KNOWN: LazyLock<FxHashMap<String, bool>> =
        LazyLock::new(|| words().map(|(word, is_ordered)| (small(word), is_ordered)).collect());
    let is_short = !cell.is_empty() && cell.len() <= LONGEST;
    is_short.then(|| KNOWN.get(&small(&decode(cell))).copied()).flatten()
}

/// The field of the column that says whether a row orders or hands over, if some prescription has rows of both kinds. The column may serve none
/// yet.
pub(in crate::layout) fn place(
    width: usize,
    columns: &mut Vec<(usize, Field)>,
    rows: &SampleRows,
) -> Option<Field> {
    let column =
        |wanted: Field| columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at);
    let number = column(Field::Prescription).or_else(|| column(Field::Claim))?;
    let served =
        |at: usize| columns.iter().find(|(other, _)| *other == at).map(|(_, field)| *field);
    let may_say = |at: usize| matches!(served(at), None | Some(Field::Status | Field::Adjustment));
    let says = (0..width).find(|&at| may_say(at) && says_both(at, number, rows))?;
    let is_free = |field: &Field| column(*field).is_none();
    let free = || [Field::Adjustment, Field::Status].into_iter().find(is_free);
    let field = served(says).or_else(free)?;
    if served(says).is_none() {
        columns.push((says, field));
    }
    Some(field)
}

/// Whether nearly all cells of a column are such words, and some number has rows of both kinds.
fn says_both(at: usize, number: usize, rows: &SampleRows) -> bool {
    let (mut said, mut known) = (0, 0);
    let mut kinds: FxHashMap<&[u8], [bool; 2]> = FxHashMap::default();
    for row in rows {
        let (Some(cell), Some(number)) = (row.get(at), row.get(number)) else { continue };
        said += usize::from(!cell.is_empty());
        let Some(is_ordered) = is_ordered(cell) else { continue };
        known += 1;
        if !number.is_empty() {
            kinds.entry(number).or_default()[usize::from(is_ordered)] = true;
        }
    }
    known * 10 >= said * 9 && kinds.into_values().any(|kinds| kinds == [true, true])
}
