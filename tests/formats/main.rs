//! Every format and kind of file, from bytes to findings.

#[path = "../common/mod.rs"]
mod common;

mod archives;
mod documents;
mod inputs_csv;
mod inputs_fhir;
mod inputs_hl7;
mod inputs_open;
mod inputs_table;
mod kinds;
mod messages;
mod parity;
mod sample_formats;
mod workbooks;
