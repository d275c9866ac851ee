//! What a run knows from earlier nights: older exports that are read along, or a ledger that keeps what they read and found.
//!
//! The ledger is one SQLite file. Without the feature `sqlite` only the contract is here, and nothing of C is compiled.

pub mod past;
#[cfg(feature = "sqlite")]
mod store;

#[cfg(feature = "sqlite")]
pub use store::{
    Forgotten, KeptFinding, Ledger, LedgerDamage, LedgerStatus, Night, NightSettings, OpenMode,
    schema,
};
