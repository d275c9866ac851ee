//! Which drug a record is about: ingredients, their roles in that product, form and strength. Knows nothing of exposures.

mod abroad;
mod brand;
pub(crate) mod charset;
pub mod check;
pub mod code;
mod cough;
pub mod dictionary;
mod doubtful;
pub mod file;
mod form;
pub mod identity;
pub mod large;
mod lexicon;
pub mod listed;
mod lookup;
pub(crate) mod mend;
pub mod mention;
pub mod name;
mod names_something;
pub mod near;
mod not_the_drug;
mod place;
pub mod resolve;
mod script;
mod short;
pub mod stem;
pub mod strength;
mod texts;
pub mod verdict;
pub mod vocabulary;
mod whole;

pub use dictionary::{Dictionary, DrugIx};
pub use file::{FormKind, Role};
pub use identity::Identity;
pub use place::PlaceOfUse;
pub use verdict::{Ambiguity, Component, Meaning, Verdict};
