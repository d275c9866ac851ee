//! What a run knows from earlier nights: older exports that it also reads, or a ledger of what they contained and what was found.
//!
//! The ledger is one SQLite file. Without the feature `sqlite` only the traits and types are compiled, and no C.

pub mod past;
#[cfg(feature = "sqlite")]
mod store;

#[cfg(feature = "sqlite")]
pub use store::{
    AcceptedSetting, Forgotten, KeptFinding, Ledger, LedgerDamage, LedgerKey, LedgerStatus,
    MonthCount, Night, NightSettings, OpenMode, key_path, schema,
};
