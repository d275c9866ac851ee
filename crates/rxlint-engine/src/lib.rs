//! From a record to a finding: which drug it is, how long it lasts, what a patient's timeline
//! contains, and what should not be in it. No files, no clock, no threads of its own.

mod built_in;
pub mod collect;
pub mod drug;
pub mod engine;
pub mod exposure;
pub mod file_error;
pub mod formulary;
pub mod judge;
mod numbered;
pub mod patient;
pub mod rule;
pub mod session;
pub mod tally;
pub mod timeline;
pub mod today;
