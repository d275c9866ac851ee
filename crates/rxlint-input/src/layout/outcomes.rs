//! What became of what a row says: handed over or not, returned, decided otherwise, reversed or replaced by another row.

pub(super) mod decisions;
pub(super) mod last_word;
pub(super) mod list_name;
pub(super) mod order_log;
pub(super) mod order_rows;
pub(super) mod original;
pub(super) mod outcome;
pub(super) mod own_row;
pub(super) mod payment;
pub(super) mod processed;
pub(super) mod returned;
mod steps;
pub(in crate::layout) mod word_table;
