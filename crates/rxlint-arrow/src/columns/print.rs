//! Cells that are not text, written as a text table writes them.

mod span;

use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, ArrowTimestampType, Date32Type, Date64Type, Decimal32Type, Decimal64Type,
    Decimal128Type, Decimal256Type, Float16Type, Float32Type, Float64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{Array, GenericListArray, OffsetSizeTrait, downcast_integer};
use arrow_schema::{DataType, TimeUnit};

use super::place::Place;
use rxlint_model::day::Day;

/// Appends the cell of a row.
type Print<'a> = Box<dyn Fn(usize, &mut Vec<u8>) + 'a>;

/// From these whole numbers on, a number of this width skips some: an identifier may become another's.
const EXACT_64: f64 = 9_007_199_254_740_992.0;
const EXACT_32: f64 = 16_777_216.0;

/// Why cells of this type cannot be read; `None` if they can.
pub fn why_unreadable(kind: &DataType) -> Option<String> {
    match kind {
        DataType::Timestamp(_, Some(zone)) if Place::of(Some(zone)).is_none() => Some(format!(
            "has instants in the zone {zone}, which is not known; cast it to a date, or to a timestamp without a zone, so that its days are those of the place"
        )),
        DataType::Dictionary(_, values) => why_unreadable(values),
        DataType::List(item) | DataType::LargeList(item) => why_unreadable(item.data_type()),
        DataType::Struct(_)
        | DataType::Map(_, _)
        | DataType::Union(_, _)
        | DataType::RunEndEncoded(_, _)
        | DataType::ListView(_)
        | DataType::LargeListView(_)
        | DataType::FixedSizeList(_, _)
        | DataType::Time32(_)
        | DataType::Time64(_) => {
            let name = format!("{kind}");
            let name = name.split(['(', '<', ' ']).next().unwrap_or_default().to_owned();
            Some(format!("is of the type {name}; make it a text, a number or a date"))
        }
        _ => None,
    }
}

/// The writer of an array's cells; `None` if they cannot be read.
pub(super) fn printer(array: &dyn Array) -> Option<Print<'_>> {
    why_unreadable(array.data_type()).is_none().then_some(())?;
    macro_rules! number {
        ($t:ty) => {{
            let array = array.as_primitive::<$t>();
            print(array, |value, out| drop(write!(out, "{value}")))
        }};
    }
    Some(match array.data_type() {
        DataType::Boolean => {
            let array = array.as_boolean();
            Box::new(move |row, out| {
                if array.is_valid(row) {
                    out.extend_from_slice(if array.value(row) { b"true" } else { b"false" });
                }
            })
        }
        DataType::Float16 => print(array.as_primitive::<Float16Type>(), |value, out| {
            float(f64::from(value.to_f32()), EXACT_32, out)
        }),
        DataType::Float32 => print(array.as_primitive::<Float32Type>(), |value, out| {
            // In its own shortest form: 0.1, not 0.10000000149.
            if f64::from(value).abs() < EXACT_32 && value.is_finite() {
                drop(write!(out, "{value}"));
            } else {
                float(f64::from(value), EXACT_32, out)
            }
        }),
        DataType::Float64 => {
            print(array.as_primitive::<Float64Type>(), |value, out| float(value, EXACT_64, out))
        }
        DataType::Date32 => print(array.as_primitive::<Date32Type>(), day),
        DataType::Date64 => instants::<Date64Type>(array, TimeUnit::Millisecond, Place::Fixed(0)),
        DataType::Timestamp(unit, zone) => timestamps(array, *unit, Place::of(zone.as_deref())?),
        DataType::Duration(unit) => span::durations(array, *unit),
        DataType::Interval(unit) => span::intervals(array, *unit),
        DataType::Decimal32(_, scale) => decimal::<Decimal32Type>(array, *scale),
        DataType::Decimal64(_, scale) => decimal::<Decimal64Type>(array, *scale),
        DataType::Decimal128(_, scale) => decimal::<Decimal128Type>(array, *scale),
        DataType::Decimal256(_, scale) => decimal::<Decimal256Type>(array, *scale),
        DataType::List(_) => list(array.as_list::<i32>()),
        DataType::LargeList(_) => list(array.as_list::<i64>()),
        DataType::Dictionary(_, _) => entry(array),
        kind => {
            if let Some(texts) = super::all_texts(array) {
                return Some(Box::new(move |row, out| out.extend_from_slice(texts[row])));
            }
            downcast_integer! { kind => (number), _ => return None }
        }
    })
}

fn print<'a, T: ArrowPrimitiveType>(
    array: &'a arrow_array::PrimitiveArray<T>,
    write: impl Fn(T::Native, &mut Vec<u8>) + 'a,
) -> Print<'a> {
    Box::new(move |row, out| {
        if array.is_valid(row) {
            write(array.value(row), out);
        }
    })
}

/// A number without unnecessary decimals. One that may represent several whole numbers is written with its exponent, which marks an identifier as
/// rounded.
fn float(value: f64, exact: f64, out: &mut Vec<u8>) {
    if value.is_finite() {
        let written = match value.abs() < exact {
            true => write!(out, "{value}"),
            false => write!(out, "{value:E}"),
        };
        drop(written);
    }
}

/// A day, as `2026-03-01`; one outside the calendar is not a date.
pub(super) fn day(day: i32, out: &mut Vec<u8>) {
    // From year 1 to 9999.
    if (-719_162..=2_932_896).contains(&day) {
        drop(write!(out, "{}", Day(day)));
    } else {
        out.push(b'?');
    }
}

pub(super) fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// An instant in an array of instants, in the array's unit.
pub(super) fn instant(array: &dyn Array, unit: TimeUnit, row: usize) -> Option<i64> {
    if array.is_null(row) {
        return None;
    }
    if *array.data_type() == DataType::Date64 {
        return Some(array.as_primitive::<Date64Type>().value(row));
    }
    Some(match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().value(row),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(row),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().value(row),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().value(row),
    })
}

/// The day of an instant in a place, and how much of the day has passed.
pub(super) fn day_of(instant: i64, unit: TimeUnit, place: Place) -> (i32, i64) {
    let a_second = per_second(unit);
    let a_day = 86_400 * a_second;
    let shift = place.shift(instant.div_euclid(a_second));
    let instant = instant.saturating_add(shift * a_second);
    let day = i32::try_from(instant.div_euclid(a_day)).unwrap_or(i32::MAX);
    (day, instant.rem_euclid(a_day))
}

fn timestamps(array: &dyn Array, unit: TimeUnit, place: Place) -> Print<'_> {
    match unit {
        TimeUnit::Second => instants_of::<TimestampSecondType>(array, unit, place),
        TimeUnit::Millisecond => instants_of::<TimestampMillisecondType>(array, unit, place),
        TimeUnit::Microsecond => instants_of::<TimestampMicrosecondType>(array, unit, place),
        TimeUnit::Nanosecond => instants_of::<TimestampNanosecondType>(array, unit, place),
    }
}

fn instants_of<T: ArrowTimestampType>(
    array: &dyn Array,
    unit: TimeUnit,
    place: Place,
) -> Print<'_> {
    instants::<T>(array, unit, place)
}

fn instants<T: ArrowPrimitiveType<Native = i64>>(
    array: &dyn Array,
    unit: TimeUnit,
    place: Place,
) -> Print<'_> {
    print(array.as_primitive::<T>(), move |value, out| {
        let (number, rest) = day_of(value, unit, place);
        day(number, out);
        if rest > 0 {
            let (seconds, part) = (rest / per_second(unit), rest % per_second(unit));
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
            drop(write!(out, " {hours:02}:{minutes:02}:{:02}", seconds % 60));
            if part > 0 {
                let digits = per_second(unit).ilog10() as usize;
                drop(write!(out, ".{part:0digits$}"));
            }
        }
    })
}

fn decimal<T: ArrowPrimitiveType>(array: &dyn Array, scale: i8) -> Print<'_>
where
    T::Native: std::fmt::Display,
{
    print(array.as_primitive::<T>(), move |value, out| {
        let digits = value.to_string();
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", digits.as_str()),
        };
        out.extend_from_slice(sign.as_bytes());
        let Ok(scale) = usize::try_from(scale) else {
            out.extend_from_slice(digits.as_bytes());
            out.extend(std::iter::repeat_n(b'0', usize::from(scale.unsigned_abs())));
            return;
        };
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, part) = digits.split_at(digits.len() - scale);
        out.extend_from_slice(whole.as_bytes());
        if !part.is_empty() {
            out.push(b'.');
            out.extend_from_slice(part.as_bytes());
        }
    })
}

/// A list of texts or numbers, written like lists in a cell: separated by semicolons.
fn list<O: OffsetSizeTrait>(array: &GenericListArray<O>) -> Print<'_> {
    Box::new(move |row, out| {
        if array.is_null(row) {
            return;
        }
        let items = array.value(row);
        if let Some(print) = printer(items.as_ref()) {
            for item in 0..items.len() {
                if item > 0 {
                    out.push(b';');
                }
                print(item, out);
            }
        };
    })
}

/// An entry of a dictionary whose entries are not text.
fn entry(array: &dyn Array) -> Print<'_> {
    let keys = super::keys(array).unwrap_or_default();
    let values = array.as_any_dictionary().values();
    match printer(values.as_ref()) {
        Some(print) => Box::new(move |row, out| {
            if keys[row] as usize <= values.len().saturating_sub(1) && !values.is_empty() {
                print(keys[row] as usize, out);
            }
        }),
        None => Box::new(|_, _| {}),
    }
}
