//! Nothing leaks and nothing is overwritten, whatever goes wrong.

#[path = "../common/mod.rs"]
mod common;

mod breakdowns;
mod canary;
mod canary_samples;
mod paths;
mod privacy;
mod whole_files;
