//! What headers mean: layouts of known systems, listed names, words in several languages. Cells are not looked at here.

mod bare;
pub(super) mod claim_number;
pub(super) mod code_system;
pub(super) mod fold;
pub(super) mod free_text;
pub(super) mod generic;
pub(super) mod known;
pub(super) mod private;
pub(super) mod tokens;
pub(super) mod units;
mod vocabulary;
