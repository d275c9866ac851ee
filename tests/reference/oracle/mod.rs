//! The reference itself: reads a table, decides which rows stand, makes exposures of them and judges every pair. The fuzz
//! target `reference` uses this folder too, so that it lists its parts once.

mod claims;
mod exposures;
pub(crate) mod judge;
pub(crate) mod read;
