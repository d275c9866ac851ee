//! `rxlint formulary`: lists, interaction tables and the hook.

#[path = "../common/mod.rs"]
mod common;

mod columns;
mod command;
mod doubtful_rows;
mod faults;
mod files;
mod hook;
mod off_list;
mod planting;
mod unread;
