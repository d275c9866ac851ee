//! The words that all parts of rxlint share: what a record is, a day, a finding, a summary. Nothing else.

pub mod date;
pub mod day;
pub mod fast_path;
pub mod finding;
pub mod place;
pub mod purpose;
pub mod reason;
pub mod record;
pub mod record_text;
pub mod sink;
pub mod summary;
