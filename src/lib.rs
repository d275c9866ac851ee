//! rxlint: a fast, offline linter for prescription batches.
//!
//! The program: arguments in, documents out. What is read, judged and written stands in the crates below `crates/`.

pub mod accept;
pub mod baseline;
pub mod case;
pub mod cli;
pub mod command;
pub mod config;
pub mod drug_words;
pub mod exit;
pub mod panic;
pub mod run;
pub mod settings_key;
pub mod suppression;
pub mod vocabulary;
