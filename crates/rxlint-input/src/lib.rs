//! Bytes to records: opens files and streams, recognises their format, and reads them record by
//! record.
//!
//! Modules depend on each other in one direction: `source` and `layout` know nothing of formats;
//! `format` says what a format has to provide; `csv`, `hl7v2`, `fhir` and `ncpdp` provide it;
//! `registry` puts them behind one type, and `input` and `open` are what the program calls.

mod blocks;
pub mod columnar;
mod csv;
pub mod describe;
pub mod error;
mod fhir;
mod folder;
pub mod foreign;
mod format;
mod format_name;
mod hl7v2;
mod input;
pub mod layout;
mod ncpdp;
mod open;
mod options;
mod partial_date;
mod progress;
pub mod raw;
mod registry;
pub mod reject;
mod source;
mod text_start;

pub use csv::PersonTableKind;
pub use describe::Description;
pub use error::InputError;
pub use format_name::InputFormatName;
pub use input::Input;
pub use open::Opened;
pub use options::{InputOptions, InputProfile};
