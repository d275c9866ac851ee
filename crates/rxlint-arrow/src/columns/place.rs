//! Which day an instant is in.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// The clock by which a column's instants are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// This many seconds ahead of Greenwich, all year round.
    Fixed(i64),
    /// A place whose clock changes.
    Named(Tz),
}

impl Place {
    /// The place of a zone, by its name in Arrow; without a zone, instants are read as written. `None` for an unknown zone.
    pub(super) fn of(zone: Option<&str>) -> Option<Self> {
        let Some(zone) = zone else { return Some(Self::Fixed(0)) };
        if matches!(zone, "" | "Z" | "utc" | "+00:00") {
            return Some(Self::Fixed(0));
        }
        let sign = match zone.as_bytes().first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return zone.parse().ok().map(Self::Named),
        };
        let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (hours, minutes): (i64, i64) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
        Some(Self::Fixed(sign * (hours * 3600 + minutes * 60)))
    }

    /// How many seconds the clock is ahead of Greenwich at an instant, given in seconds since 1970.
    pub(super) fn shift(self, seconds: i64) -> i64 {
        match self {
            Self::Fixed(shift) => shift,
            Self::Named(Tz::UTC | Tz::Etc__UTC | Tz::GMT) => 0,
            Self::Named(zone) => DateTime::from_timestamp(seconds, 0).map_or(0, |instant| {
                zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc().into()
            }),
        }
    }
}
