//! What the first rows of a table look like, column by column: drug names, codes, days, numbers, words.

pub(super) mod content;
pub(super) mod drug_look;
pub(super) mod looks;
pub(super) mod record_row;
