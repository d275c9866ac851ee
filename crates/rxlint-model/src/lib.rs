//! The vocabulary shared by all parts of rxlint: what a record, a day, a finding and a summary are.
//! Nothing else.

pub mod answers;
pub mod charset;
pub mod date;
pub mod day;
pub mod digit;
pub mod disposition;
pub mod fast_path;
pub mod finding;
pub mod gap;
pub mod place;
pub mod purpose;
pub mod quantity;
pub mod reason;
pub mod record;
pub mod record_text;
pub mod sink;
pub mod summary;
pub mod time_unit;
pub mod wildcard;
