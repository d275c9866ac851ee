//! What people do with findings, night after night: the ledger, worklists, questions and jobs.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/pharmacist.rs"]
mod pharmacist;

mod dispositions;
mod jobs;
mod known;
mod ledger;
mod month;
mod questions;
