//! Where a record is, for callers who read files; and the key that identifies it, for everyone
//! else.

/// The key by which a caller recognises a record in a finding: a row number, or anything else. Only
/// the caller interprets it; among records that are otherwise equal, the smaller key comes first.
///
/// Readers of files use keys that encode a [`Place`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey(pub u128);

impl RowKey {
    /// The key shifted by what precedes its block, once that is known.
    #[must_use]
    pub fn shifted(self, by: Self) -> Self {
        Self(self.0.wrapping_add(by.0))
    }

    /// The place that it encodes, if its caller reads files.
    pub fn place(self) -> Place {
        self.into()
    }
}

/// Where a record is: enough to find it, number it and read it again.
///
/// ```
/// use rxlint_model::place::{Place, RowKey};
///
/// let place = Place { file: 1, record: 7, line: 9, offset: 640 };
/// assert_eq!(Place::from(RowKey::from(place)), place);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which of the run's inputs, counted from 0 in the order given; below [`Place::MOST_FILES`].
    pub file: u32,
    /// The record's number in that input, from 1.
    pub record: u32,
    /// The physical line on which it begins, from 1.
    pub line: u32,
    /// Its first byte, counted in the input as read (after decompression and, for UTF-16, conversion); below 2^40.
    pub offset: u64,
}

const OFFSET_BITS: u32 = 40;
const OFFSETS: u64 = (1 << OFFSET_BITS) - 1;

impl Place {
    /// The most files that can be distinguished in one run.
    pub const MOST_FILES: usize = 1 << 24;

    /// The argument of [`RowKey::shifted`] for this many records and lines before a block.
    pub fn before(records: u32, lines: u32) -> RowKey {
        Self { file: 0, record: records, line: lines, offset: 0 }.into()
    }
}

impl From<Place> for RowKey {
    /// The highest bits hold the file, the lowest the offset: keys sort in the same order as
    /// places.
    #[inline]
    fn from(place: Place) -> Self {
        let file = u128::from(place.file) << (64 + OFFSET_BITS);
        let record = u128::from(place.record) << (32 + OFFSET_BITS);
        let line = u128::from(place.line) << OFFSET_BITS;
        Self(file | record | line | u128::from(place.offset & OFFSETS))
    }
}

impl From<RowKey> for Place {
    fn from(RowKey(key): RowKey) -> Self {
        Self {
            file: (key >> (64 + OFFSET_BITS)) as u32,
            record: (key >> (32 + OFFSET_BITS)) as u32,
            line: (key >> OFFSET_BITS) as u32,
            offset: key as u64 & OFFSETS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_ordered_like_places_and_encode_them() {
        let all = [
            Place::default(),
            Place { offset: OFFSETS, ..Place::default() },
            Place { line: 1, ..Place::default() },
            Place { line: u32::MAX, offset: OFFSETS, ..Place::default() },
            Place { record: 1, ..Place::default() },
            Place { record: u32::MAX, line: u32::MAX, ..Place::default() },
            Place { file: 1, ..Place::default() },
            Place { file: (1 << 24) - 1, record: u32::MAX, line: u32::MAX, offset: OFFSETS },
        ];
        for pair in all.windows(2) {
            assert!(pair[0] < pair[1] && RowKey::from(pair[0]) < RowKey::from(pair[1]));
        }
        assert!(all.iter().all(|&place| Place::from(RowKey::from(place)) == place));
    }

    #[test]
    fn a_block_is_shifted_by_what_precedes_it() {
        let place = Place { file: 3, record: 5, line: 7, offset: 11 };
        let shifted = RowKey::from(place).shifted(Place::before(100, 200));
        assert_eq!(Place::from(shifted), Place { record: 105, line: 207, ..place });
    }
}
