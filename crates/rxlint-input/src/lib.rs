//! Bytes to records: opens files and streams, recognises their format, and reads them record by record.
//!
//! Modules depend on each other in one direction: `source` and `layout` know nothing of formats; `format` says what a format has to provide; `csv`,
//! `hl7v2`, `fhir`, `ncpdp` and the others provide it; `registry` combines them in one type, and `input` and `open` are what the program calls.

mod asap;
mod binary;
mod blocks;
mod cda;
pub mod columnar;
mod container;
mod convert;
mod csv;
pub mod describe;
mod dose_unit;
mod drafts;
pub mod error;
mod fhir;
mod folder;
pub mod foreign;
mod format;
mod format_name;
mod guard;
mod hl7v2;
mod identifiers;
mod input;
mod json_table;
pub mod layout;
pub mod merges;
mod ncpdp;
mod open;
mod options;
mod partial_date;
mod progress;
pub mod raw;
mod registry;
pub mod reject;
pub mod sketch;
mod source;
mod telecom;
mod text_start;
mod xml;

pub use csv::{PersonTableKind, is_none_of_it};
pub use describe::Description;
pub use error::InputError;
pub use format_name::InputFormatName;
pub use guard::is_guarded;
pub use input::{Input, InputContent};
pub use merges::Merge;
pub use open::{FoundFile, NamedTable, Opened, UnknownTable};
pub use options::{InputOptions, InputProfile};
pub use source::open_file;
