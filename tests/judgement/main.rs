//! The rules, the dictionary and the engine, against cases, public lists and a reference.

#[path = "../common/mod.rs"]
mod common;

mod knowledge;
mod properties;
mod reference;
mod rule_mutations;
mod rules;
mod vignettes;
