//! rxlint: a fast, offline linter for prescription batches.
//!
//! The program: arguments in, documents out. The code that reads, judges and reports is in the crates under `crates/`.

pub mod accept;
pub mod baseline;
pub mod case;
pub mod cli;
pub mod command;
pub mod config;
pub mod dispositions;
pub mod drug_words;
#[cfg(feature = "parquet")]
pub mod embed;
pub mod exit;
pub mod filter;
pub mod panic;
pub mod run;
pub mod settings_key;
pub mod suppression;
pub mod tell;
pub mod vocabulary;
