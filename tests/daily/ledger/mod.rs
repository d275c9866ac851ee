//! Older exports and the ledger, through the built program: night after night must find what one run over all files finds.
#![cfg(feature = "ledger")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod care;
mod faults;
mod history;
mod key;
mod mishaps;
mod persons;
mod power;
mod rebills;
mod thirty_nights;
mod tools;
