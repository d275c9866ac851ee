//! Columns of days: each distinct day is written once, however many rows have it.

use std::collections::HashMap;

use arrow_array::Array;
use arrow_array::PrimitiveArray;
use arrow_array::types::Date32Type;
use arrow_schema::TimeUnit;

use super::next_generation;
use super::place::Place;
use super::print::{day_of, instant};
use rxlint_input::columnar::Cells;

/// The days of a column of a batch.
pub(super) struct Days {
    keys: Vec<u32>,
    texts: Vec<u8>,
    ends: Vec<usize>,
    generation: u64,
}

impl Days {
    pub(super) fn of_days(array: &PrimitiveArray<Date32Type>) -> Self {
        Self::of((0..array.len()).map(|row| array.is_valid(row).then(|| array.value(row))))
    }

    /// The days of instants that are all at midnight; `None` if some are not.
    pub(super) fn of_instants(
        array: &dyn Array,
        unit: TimeUnit,
        zone: Option<&str>,
    ) -> Option<Self> {
        let place = Place::of(zone)?;
        let mut days = Vec::with_capacity(array.len());
        for row in 0..array.len() {
            let day = match instant(array, unit, row) {
                None => None,
                Some(instant) => match day_of(instant, unit, place) {
                    (day, 0) => Some(day),
                    _ => return None,
                },
            };
            days.push(day);
        }
        Some(Self::of(days.into_iter()))
    }

    fn of(days: impl Iterator<Item = Option<i32>>) -> Self {
        let mut known: HashMap<i32, u32> = HashMap::new();
        let (mut texts, mut ends) = (Vec::new(), Vec::new());
        let mut last: Option<(i32, u32)> = None;
        let mut key = |day: Option<i32>| {
            let Some(day) = day else { return u32::MAX };
            if let Some((same, key)) = last
                && same == day
            {
                return key;
            }
            let key = *known.entry(day).or_insert_with(|| {
                super::print::day(day, &mut texts);
                ends.push(texts.len());
                ends.len() as u32 - 1
            });
            last = Some((day, key));
            key
        };
        let keys = days.map(&mut key).collect();
        Self { keys, texts, ends, generation: next_generation() }
    }

    pub(super) fn cells(&self) -> Cells<'_> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let texts = starts.zip(&self.ends).map(|(start, &end)| &self.texts[start..end]);
        Cells::Entries {
            keys: self.keys.clone(),
            texts: texts.collect(),
            generation: self.generation,
        }
    }
}
