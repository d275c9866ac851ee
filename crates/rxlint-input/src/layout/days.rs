//! Which days count: when a supply was handed over, from when and until when it lasts, and days of something else.

pub(super) mod date_parts;
pub(super) mod discharge;
pub(super) mod hand_over;
pub(super) mod other_days;
pub(super) mod span;
