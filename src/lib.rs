//! rxlint: a fast, offline linter for prescription batches.
//!
//! Modules stand in the order in which data flows: bytes become records, records exposures, exposures a patient's
//! timeline, and rules find in it what should not be.

pub mod day;
pub mod record;
pub mod input;
pub mod summary;
pub mod finding;
pub mod excerpt;
pub mod report;
