//! How names are written: folded to words, in other scripts and languages, shortened, misspelt, or damaged by typing, scanning and exporting. What
//! a name stands for is not decided here.

pub(super) mod abroad;
pub(crate) mod charset;
pub(crate) mod mend;
pub mod name;
pub mod near;
pub(super) mod script;
mod short;
pub mod stem;
mod whole;
