//! Which drug a record is about: ingredients, their roles in that product, form and strength. This module knows nothing of exposures.
//!
//! [`identity`] has what a record says of its drug. On its way to a [`verdict`], which [`resolve`] gives, it passes through
//!
//! - `spelling`: how names are written;
//! - `said`: what is said beside a name;
//! - `codes`: the shapes of codes, and what they stand for;
//! - `book`: the names and codes that are known;
//! - `meant`: what a name stands for if that is not certain;
//! - `forms`: form, route and strength.

mod book;
mod codes;
mod forms;
pub mod identity;
pub mod listed;
mod meant;
pub mod mention;
mod names_something;
pub mod resolve;
mod said;
mod spelling;
mod texts;
pub mod verdict;

pub use book::dictionary::{self, Dictionary, DrugIx};
pub use book::file::{self, FormKind, Role};
pub use book::large;
pub(crate) use book::phrases;
pub use codes::{atc, check_digit as check, code, vocabulary};
pub(crate) use codes::{billing, code_cell};
pub use forms::strength;
pub use identity::Identity;
pub use meant::place::PlaceOfUse;
pub(crate) use spelling::{charset, mend};
pub use spelling::{name, near, stem};
pub use verdict::{Ambiguity, Component, Meaning, Verdict};
