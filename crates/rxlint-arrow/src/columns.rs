//! Arrow arrays as text cells.

mod days;
mod place;
mod print;

use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowDictionaryKeyType, Date32Type};
use arrow_array::{Array, ArrayRef, downcast_integer};
use arrow_buffer::ArrowNativeType;
use arrow_schema::{DataType, TimeUnit};

use days::Days;
use print::printer;
use rxlint_input::columnar::{CellBatch, Cells};

pub use print::why_unreadable;

/// Turns columns of successive batches into cells.
#[derive(Debug, Default)]
pub struct BatchCells {
    /// The dictionary of each column, which many batches share.
    dictionaries: Vec<Option<(ArrayRef, u64)>>,
}

/// What is written for a column before its cells are read.
enum Written {
    Nothing,
    Days(Days),
    Texts(Vec<u8>, Vec<u32>),
}

static GENERATION: AtomicU64 = AtomicU64::new(1);

fn next_generation() -> u64 {
    GENERATION.fetch_add(1, Ordering::Relaxed)
}

impl BatchCells {
    /// Passes the cells of some columns to `take`. Columns that are read only for a few rows are written on demand.
    pub fn with<T>(
        &mut self,
        rows: usize,
        columns: &[ArrayRef],
        late: &[bool],
        take: impl FnOnce(&CellBatch<'_>) -> T,
    ) -> T {
        self.dictionaries.resize(columns.len(), None);
        let is_late = |at: usize| late.get(at).copied().unwrap_or(true);
        let written: Vec<Written> =
            columns.iter().enumerate().map(|(at, array)| write(array, is_late(at))).collect();
        let mut cells = Vec::with_capacity(columns.len());
        for (at, (array, written)) in columns.iter().zip(&written).enumerate() {
            let dictionary = &mut self.dictionaries[at];
            cells.push(match written {
                Written::Days(days) => days.cells(),
                Written::Texts(bytes, ends) => texts(bytes, ends),
                Written::Nothing => direct(array, dictionary),
            });
        }
        take(&CellBatch { rows, columns: cells })
    }
}

/// Writes what must be written, once per batch.
fn write(array: &ArrayRef, late: bool) -> Written {
    match array.data_type() {
        DataType::Date32 => Written::Days(Days::of_days(array.as_primitive::<Date32Type>())),
        DataType::Timestamp(unit, zone) => match Days::of_instants(array, *unit, zone.as_deref()) {
            Some(days) => Written::Days(days),
            None => written(array, late),
        },
        DataType::Date64 => match Days::of_instants(array, TimeUnit::Millisecond, None) {
            Some(days) => Written::Days(days),
            None => written(array, late),
        },
        DataType::Dictionary(_, _) if is_text(array.as_any_dictionary().values().data_type()) => {
            Written::Nothing
        }
        other if is_text(other) || *other == DataType::Null => Written::Nothing,
        _ => written(array, late),
    }
}

fn is_text(kind: &DataType) -> bool {
    use DataType::{Binary, BinaryView, FixedSizeBinary, LargeBinary, LargeUtf8, Utf8, Utf8View};
    matches!(
        kind,
        Utf8 | LargeUtf8 | Utf8View | Binary | LargeBinary | BinaryView | FixedSizeBinary(_)
    )
}

fn written(array: &ArrayRef, late: bool) -> Written {
    if late {
        return Written::Nothing;
    }
    let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(array.len()));
    if let Some(print) = printer(array.as_ref()) {
        for row in 0..array.len() {
            print(row, &mut bytes);
            ends.push(bytes.len() as u32);
        }
    }
    Written::Texts(bytes, ends)
}

fn texts<'a>(bytes: &'a [u8], ends: &'a [u32]) -> Cells<'a> {
    let mut start = 0;
    let text = |end: &u32| {
        let text = &bytes[start..*end as usize];
        start = *end as usize;
        text
    };
    Cells::Texts(ends.iter().map(text).collect())
}

/// Cells that need not be written first.
fn direct<'a>(array: &'a ArrayRef, dictionary: &mut Option<(ArrayRef, u64)>) -> Cells<'a> {
    if let DataType::Dictionary(_, _) = array.data_type()
        && let Some(cells) = entries(array, dictionary)
    {
        return cells;
    }
    match all_texts(array.as_ref()) {
        Some(texts) => Cells::Texts(texts),
        None => match printer(array.as_ref()) {
            Some(print) => Cells::Printed(print),
            None => Cells::Texts(vec![b""; array.len()]),
        },
    }
}

/// The texts of an array of texts.
fn all_texts(array: &dyn Array) -> Option<Vec<&[u8]>> {
    macro_rules! all {
        ($array:expr, $of:expr) => {{
            let array = $array;
            let of = $of;
            let text =
                |row: usize| if array.is_null(row) { &b""[..] } else { of(array.value(row)) };
            Some((0..array.len()).map(text).collect())
        }};
    }
    fn same(bytes: &[u8]) -> &[u8] {
        bytes
    }
    match array.data_type() {
        DataType::Utf8 => all!(array.as_string::<i32>(), str::as_bytes),
        DataType::LargeUtf8 => all!(array.as_string::<i64>(), str::as_bytes),
        DataType::Utf8View => all!(array.as_string_view(), str::as_bytes),
        DataType::Binary => all!(array.as_binary::<i32>(), same),
        DataType::LargeBinary => all!(array.as_binary::<i64>(), same),
        DataType::BinaryView => all!(array.as_binary_view(), same),
        DataType::FixedSizeBinary(_) => all!(array.as_fixed_size_binary(), same),
        _ => None,
    }
}

/// The keys and entries of a dictionary of texts.
fn entries<'a>(array: &'a ArrayRef, known: &mut Option<(ArrayRef, u64)>) -> Option<Cells<'a>> {
    let dictionary = array.as_any_dictionary();
    let values = dictionary.values();
    let texts = all_texts(values.as_ref())?;
    let same = known.as_ref().filter(|(before, _)| is_same(before, values));
    let generation = same.map_or_else(next_generation, |(_, generation)| *generation);
    *known = Some((values.clone(), generation));
    Some(Cells::Entries { keys: keys(array)?, texts, generation })
}

/// The keys of a dictionary; for an empty cell, a key beyond the entries.
fn keys(array: &dyn Array) -> Option<Vec<u32>> {
    fn of<K: ArrowDictionaryKeyType>(array: &dyn Array) -> Option<Vec<u32>> {
        let keys = array.as_dictionary_opt::<K>()?.keys();
        let key = |row: usize| {
            // A negative key names no entry.
            let key = if keys.is_null(row) { None } else { keys.value(row).to_usize() };
            key.and_then(|key| u32::try_from(key).ok()).unwrap_or(u32::MAX)
        };
        Some((0..keys.len()).map(key).collect())
    }
    let DataType::Dictionary(kind, _) = array.data_type() else { return None };
    macro_rules! helper {
        ($t:ty) => {
            of::<$t>(array)
        };
    }
    downcast_integer! { kind.as_ref() => (helper), _ => None }
}

/// Whether two dictionaries are the same one, by their address in memory; both are alive.
fn is_same(one: &ArrayRef, other: &ArrayRef) -> bool {
    let place = |array: &ArrayRef| {
        let data = array.to_data();
        let buffers: Vec<(*const u8, usize)> =
            data.buffers().iter().map(|buffer| (buffer.as_ptr(), buffer.len())).collect();
        (array.len(), data.offset(), buffers)
    };
    one.data_type() == other.data_type() && place(one) == place(other)
}

#[cfg(test)]
mod tests;
