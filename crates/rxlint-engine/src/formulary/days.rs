//! Days in lists, whose order of day and month nothing settles.

use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::record::DateOrder;

/// The day that a cell gives; the later one where two readings are possible, so that nothing ends too early.
pub fn latest(text: &str) -> Option<Day> {
    let read = |order| date::parse(text.trim().as_bytes(), Some(order)).ok();
    [DateOrder::Mdy, DateOrder::Dmy].into_iter().filter_map(read).max()
}
