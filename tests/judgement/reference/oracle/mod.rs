//! The reference itself: reads a table, decides which rows remain, makes exposures of them and judges every pair. The fuzz target `reference` also
//! uses this folder, so its parts are listed once.

mod claims;
mod exposures;
pub(crate) mod judge;
pub(crate) mod read;
