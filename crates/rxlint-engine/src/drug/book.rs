//! What is known of drugs before any record is read: the files under `rules/drugs/` and `rules/codes/`, and the index made of them.

pub mod dictionary;
pub mod file;
pub mod large;
pub(super) mod lexicon;
pub(super) mod ordinary;
pub(crate) mod phrases;
