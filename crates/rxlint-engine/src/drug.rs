//! Which drug a record is about: ingredients, their roles in that product, form and strength. Knows nothing of exposures.

pub mod check;
pub mod code;
pub mod dictionary;
pub mod file;
pub mod identity;
mod lookup;
pub mod mention;
pub mod name;
pub mod near;
pub mod resolve;
pub mod strength;
mod texts;
pub mod vocabulary;

pub use dictionary::{Dictionary, DrugIx};
pub use file::{FormKind, Role};
pub use identity::Identity;
pub use resolve::{Component, Verdict};
