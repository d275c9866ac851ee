//! Files made to use up time and memory. A program of its own, since it measures both.

#[path = "../common/mod.rs"]
mod common;

mod hostile_files;
mod many_records;
