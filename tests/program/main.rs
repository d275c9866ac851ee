//! The program itself: options, help, documents, reports and exit codes.

#[path = "../common/mod.rs"]
mod common;

mod docs_walk;
mod exit_codes;
mod generated;
mod help;
mod report_formats;
mod samples;
mod settings;
