//! rxlint: a fast, offline linter for prescription batches.
//!
//! Modules stand in the order in which data flows: bytes become records, records exposures, exposures a patient's
//! timeline, and rules find in it what should not be.

pub mod day;
pub mod file_error;
pub mod record;
pub mod input;
pub mod summary;
pub mod drug;
pub mod exposure;
pub mod patient;
pub mod today;
pub mod timeline;
pub mod rule;
pub mod finding;
pub mod excerpt;
pub mod report;
pub mod config;
pub mod exit;
pub mod panic;
pub mod run;
pub mod known;
pub mod cli;
pub mod command;
