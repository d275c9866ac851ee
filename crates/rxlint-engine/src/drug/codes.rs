//! Codes: their shapes and check digits, several in one cell, and what they stand for in the built-in tables and in a site's own.

pub mod atc;
pub(crate) mod billing;
pub mod check_digit;
pub mod code;
pub(crate) mod code_cell;
mod lookup;
mod several;
pub mod vocabulary;
