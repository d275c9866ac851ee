//! What was handed over, given or taken back: claims, reversals, statuses and dose logs.

#[path = "../common/mod.rs"]
mod common;

mod active_lists;
mod bills_and_packs;
mod brands_and_billing;
mod charted;
mod claims;
mod dose_decisions;
mod dose_logs;
mod dose_outcomes;
mod orders;
mod orders_and_fills;
mod patch_packs;
mod statuses;
mod taken_back;
