//! rxlint: a fast, offline linter for prescription batches.
//!
//! Modules stand in the order in which data flows: bytes become records, records exposures, exposures a patient's
//! timeline, and rules find in it what should not be.

pub mod cli;
pub mod command;
pub mod config;
pub mod day;
pub mod drug;
pub mod excerpt;
pub mod exit;
pub mod exposure;
pub mod file_error;
pub mod finding;
pub mod formulary;
pub mod input;
pub mod known;
#[cfg(feature = "ledger")]
pub mod ledger;
mod numbered;
pub mod panic;
pub mod past;
pub mod patient;
pub mod record;
pub mod report;
pub mod rule;
pub mod run;
pub mod summary;
mod temporary;
pub mod timeline;
pub mod today;
