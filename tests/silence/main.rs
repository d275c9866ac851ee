//! Nothing is silent, and ordinary nights are quiet.

#[path = "../common/mod.rs"]
mod common;

mod complete;
mod edited_exports;
mod ordinary_exports;
mod stray_mentions;
mod unusual_runs;
