//! Lengths of time, as numbers of days: `stop - start` of a data frame or a database.

use std::io::Write;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType,
    IntervalDayTimeType, IntervalMonthDayNanoType, IntervalYearMonthType,
};
use arrow_schema::{IntervalUnit, TimeUnit};

use super::{EXACT_64, Print, float, per_second, print};

/// Seconds, milliseconds and so on.
pub(super) fn durations(array: &dyn Array, unit: TimeUnit) -> Print<'_> {
    let a_day = 86_400 * per_second(unit);
    let write = move |value: i64, out: &mut Vec<u8>| days(value, a_day, out);
    match unit {
        TimeUnit::Second => print(array.as_primitive::<DurationSecondType>(), write),
        TimeUnit::Millisecond => print(array.as_primitive::<DurationMillisecondType>(), write),
        TimeUnit::Microsecond => print(array.as_primitive::<DurationMicrosecondType>(), write),
        TimeUnit::Nanosecond => print(array.as_primitive::<DurationNanosecondType>(), write),
    }
}

/// Months, days, and parts of a day.
pub(super) fn intervals(array: &dyn Array, unit: IntervalUnit) -> Print<'_> {
    match unit {
        IntervalUnit::YearMonth => {
            print(array.as_primitive::<IntervalYearMonthType>(), |months, out| {
                drop(write!(out, "{months} months"))
            })
        }
        IntervalUnit::DayTime => {
            print(array.as_primitive::<IntervalDayTimeType>(), |value, out| {
                let whole = i64::from(value.days) * 86_400_000;
                days(whole + i64::from(value.milliseconds), 86_400_000, out)
            })
        }
        IntervalUnit::MonthDayNano => {
            print(array.as_primitive::<IntervalMonthDayNanoType>(), |value, out| {
                let (a_day, of_days) = (86_400_000_000_000, i64::from(value.days));
                match (value.months, of_days.checked_mul(a_day)) {
                    (0, Some(whole)) => days(whole.saturating_add(value.nanoseconds), a_day, out),
                    (0, None) => drop(write!(out, "{of_days}")),
                    (months, _) if of_days == 0 && value.nanoseconds == 0 => {
                        drop(write!(out, "{months} months"))
                    }
                    // Its length depends on the month.
                    (months, _) => drop(write!(out, "{months} months {of_days} days")),
                }
            })
        }
    }
}

/// A number of days, with decimals if it is not whole.
fn days(value: i64, a_day: i64, out: &mut Vec<u8>) {
    if value % a_day == 0 {
        drop(write!(out, "{}", value / a_day));
    } else {
        float(value as f64 / a_day as f64, EXACT_64, out);
    }
}
