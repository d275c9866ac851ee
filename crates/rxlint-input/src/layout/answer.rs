//! What is said about a table: why it is refused, which of its columns are asked about, and which headers may be shown.

mod corrected;
pub(super) mod essential;
pub(super) mod hint;
pub(super) mod rival;
pub(super) mod shown;
pub(super) mod takes_back;
