//! What numbers count: pieces or packs, days or weeks, doses at the times of a day.

pub(super) mod beside;
pub(super) mod moments;
pub(super) mod quantity_count;
pub(super) mod refills;
pub(super) mod supplied;
pub(super) mod with_days;
