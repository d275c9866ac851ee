//! From record to dispense: who, what, from when, for how long, and how surely. Joins a record and the verdict on its drug.

pub mod days;
pub mod directions;
pub mod intake;
pub mod person;
pub mod status;

use crate::day::Day;
use crate::finding::fingerprint::PatientKey;
use crate::record::Place;

/// Which verdict, by its place in the run's table.
pub type VerdictId = u32;

/// A record about a watched drug, kept until its patient is judged. 64 bytes: this is what the memory of a run is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dispense {
    /// Who it is about.
    pub patient: PatientKey,
    /// Its first byte; with `file`, `record` and `line` the record's place, kept apart so that nothing is padded. The
    /// highest 16 bits hold the patient's birth date, where the record gives one that fits.
    offset: u64,
    file: u32,
    record: u32,
    line: u32,
    /// What it is about.
    pub verdict: VerdictId,
    /// The first day of exposure.
    pub first: Day,
    /// Quantity dispensed, or the units per day where `marks` says so; not a number where the record gives none.
    pub quantity: f32,
    /// The claim's number, hashed; 0 where it has none.
    pub claim: u32,
    /// The prescription's number, hashed; 0 where it has none.
    pub prescription: u32,
    /// The fill number plus one; 0 where it has none.
    pub fill: u16,
    /// Days that the record gives; 0 where it gives none.
    pub days: u16,
    /// The authority that issued the patient's identifier, by its place in the run's table; 0 is none.
    pub authority: u16,
    /// What else the record says.
    pub marks: Marks,
}

/// An offset is told by so many bits, which are enough for 256 TiB.
const OFFSET_BITS: u32 = 48;
const OFFSETS: u64 = (1 << OFFSET_BITS) - 1;

/// Births from the day after this (1880-01-01) up to the year 2059 are noted with the record.
const BIRTHS_FROM: Day = Day(-32_872);

impl Dispense {
    /// A record at that place; everything else is yet to be filled in.
    pub fn at(place: Place, patient: PatientKey, verdict: VerdictId, first: Day) -> Self {
        Self {
            patient,
            offset: place.offset & OFFSETS,
            file: place.file,
            record: place.record,
            line: place.line,
            verdict,
            first,
            quantity: f32::NAN,
            claim: 0,
            prescription: 0,
            fill: 0,
            days: 0,
            authority: 0,
            marks: Marks::default(),
        }
    }

    /// Where the record stands.
    pub fn place(&self) -> Place {
        Place {
            file: self.file,
            record: self.record,
            line: self.line,
            offset: self.offset & OFFSETS,
        }
    }

    /// The same record with another place and verdict.
    #[must_use]
    pub fn moved(self, place: Place, verdict: VerdictId) -> Self {
        let offset = self.offset & !OFFSETS | place.offset & OFFSETS;
        Self { offset, file: place.file, record: place.record, line: place.line, verdict, ..self }
    }

    /// Notes when the patient was born; `false` where that day cannot be noted here.
    pub fn note_birth(&mut self, day: Day) -> bool {
        let number = u16::try_from(day.since(BIRTHS_FROM)).unwrap_or(0);
        if number != 0 {
            self.offset = self.offset & OFFSETS | u64::from(number) << OFFSET_BITS;
        }
        number != 0
    }

    /// How many units the record counts; `None` where it says nothing of that, or tells units a day instead.
    pub fn counted(&self) -> Option<f64> {
        (!self.marks.has(Marks::PER_DAY) && !self.quantity.is_nan())
            .then(|| f64::from(self.quantity))
    }

    /// When the patient was born, where that was noted.
    pub fn born(&self) -> Option<Day> {
        let number = (self.offset >> OFFSET_BITS) as i32;
        (number != 0).then(|| BIRTHS_FROM.plus(number))
    }

    /// How many bytes a record takes when it is written down.
    pub const BYTES: usize = 64;

    /// The record as bytes, for keeping it outside memory during a run.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let longs = [self.patient.0[0], self.patient.0[1], self.offset];
        let [first, quantity] = [self.first.0 as u32, self.quantity.to_bits()];
        let words = [
            self.file,
            self.record,
            self.line,
            self.verdict,
            first,
            quantity,
            self.claim,
            self.prescription,
        ];
        let shorts = [self.fill, self.days, self.authority, self.marks.0];
        let mut bytes = [0; Self::BYTES];
        let all = longs
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .chain(words.iter().flat_map(|n| n.to_le_bytes()))
            .chain(shorts.iter().flat_map(|n| n.to_le_bytes()));
        bytes.iter_mut().zip(all).for_each(|(slot, byte)| *slot = byte);
        bytes
    }

    /// The record that was written down as these bytes.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let long =
            |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let word =
            |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let short =
            |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u16::from_le_bytes(*bytes));
        Self {
            patient: PatientKey([long(0), long(8)]),
            offset: long(16),
            file: word(24),
            record: word(28),
            line: word(32),
            verdict: word(36),
            first: Day(word(40) as i32),
            quantity: f32::from_bits(word(44)),
            claim: word(48),
            prescription: word(52),
            fill: short(56),
            days: short(58),
            authority: short(60),
            marks: Marks(short(62)),
        }
    }

    /// Adds the records and lines that stand before its block.
    pub fn shift(&mut self, records: u32, lines: u32) {
        self.record = self.record.saturating_add(records);
        self.line = self.line.saturating_add(lines);
    }
}

/// What a record says beside its numbers, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(pub u16);

impl Marks {
    /// Makes no exposure: takes an earlier claim back.
    pub const REVERSAL: Self = Self(1);
    /// Takes the place of an earlier claim of the same number.
    pub const REPLACEMENT: Self = Self(1 << 1);
    /// A course that is still open.
    pub const OPEN: Self = Self(1 << 2);
    /// `quantity` holds the units per day.
    pub const PER_DAY: Self = Self(1 << 3);
    /// The directions say weekly.
    pub const WEEKLY: Self = Self(1 << 4);
    /// The record ends before it starts.
    pub const ENDS_EARLY: Self = Self(1 << 5);
    /// Of an order's reversal: it only says when the order has ended. Ledgers may hold this bit and the next in records
    /// that are no reversals, where they say nothing.
    pub const STOPPED: Self = Self(1 << 6);
    /// An order, which its number alone names, whatever its day. With `REVERSAL` it takes every order of that number
    /// back; with `STOPPED` as well, it only says when those have ended: on its first day.
    pub const ORDER: Self = Self(1 << 8);

    /// These marks and those.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of those marks are set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of those marks is set.
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// How records become exposures; the defaults are the documented ones.
#[derive(Clone, Debug, PartialEq)]
pub struct ExposureOptions {
    /// Days of a fill that says nothing about its length.
    pub default_days: u16,
    /// The most days that left-over supply adds to a refill.
    pub carry_cap: i32,
    /// Identifiers that stand for no patient, beside empty, zeros and nines; compared without case.
    pub placeholders: Vec<String>,
}

impl Default for ExposureOptions {
    fn default() -> Self {
        let placeholders = [
            "unknown",
            "n/a",
            "na",
            "none",
            "null",
            "test",
            "xxx",
            "tbd",
            "anonymous",
            "patient",
            "not available",
            "missing",
            "-",
            "?",
        ];
        Self {
            default_days: 30,
            carry_cap: 30,
            placeholders: placeholders.map(str::to_owned).to_vec(),
        }
    }
}

impl ExposureOptions {
    /// Whether an identifier stands for nobody: a filler word, or zeros or nines alone.
    pub fn is_placeholder(&self, identifier: &str) -> bool {
        let mut digits = identifier.bytes().filter(|b| !matches!(b, b'-' | b'.' | b' ')).peekable();
        let Some(&first) = digits.peek() else { return true };
        let filler = (first == b'0' || (first == b'9' && identifier.len() > 2))
            && digits.all(|b| b == first);
        filler || self.placeholders.iter().any(|word| word.eq_ignore_ascii_case(identifier))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dispense_stays_small() {
        assert_eq!(size_of::<Dispense>(), 64);
    }

    #[test]
    fn a_birth_date_stands_beside_the_place() {
        assert_eq!(BIRTHS_FROM.to_string(), "1880-01-01");
        let place = Place { file: 1, record: 2, line: 3, offset: OFFSETS };
        let mut dispense = Dispense::at(place, PatientKey::default(), 4, Day(5));
        assert_eq!(dispense.born(), None);
        for day in [BIRTHS_FROM.plus(1), Day(0), Day(20_000), BIRTHS_FROM.plus(65_535)] {
            assert!(dispense.note_birth(day));
            assert_eq!((dispense.born(), dispense.place()), (Some(day), place));
        }
        for day in [BIRTHS_FROM, BIRTHS_FROM.plus(-1), BIRTHS_FROM.plus(65_536), Day(2_932_896)] {
            assert!(!dispense.note_birth(day));
        }
    }

    #[test]
    fn a_record_that_moves_keeps_all_but_its_place_and_verdict() {
        let mut dispense = Dispense {
            days: 30,
            ..Dispense::at(
                Place { file: 1, record: 2, line: 3, offset: 5 },
                PatientKey([6, 7]),
                8,
                Day(9),
            )
        };
        assert!(dispense.note_birth(Day(1_000)));
        let place = Place { file: 11, record: 12, line: 13, offset: 18 };
        let moved = dispense.moved(place, 14);
        assert_eq!((moved.place(), moved.verdict, moved.born()), (place, 14, Some(Day(1_000))));
        assert_eq!((moved.patient, moved.first, moved.days), (PatientKey([6, 7]), Day(9), 30));
        let back = moved.moved(dispense.place(), dispense.verdict);
        assert_eq!(back.to_bytes(), dispense.to_bytes());
    }

    #[test]
    fn marks_are_set_and_asked_for_together() {
        let both = Marks::REVERSAL.with(Marks::ORDER);
        assert_eq!(both.with(Marks::ORDER), both, "a mark set twice is set");
        assert!(both.has(Marks::REVERSAL) && both.has(Marks::ORDER) && both.has(both));
        assert!(!Marks::ORDER.has(both) && !both.has(Marks::OPEN));
        assert!(
            both.has_any(Marks::ORDER)
                && both.has_any(Marks::ORDER.with(Marks::OPEN))
                && both.has_any(both)
        );
        assert!(!both.has_any(Marks::OPEN) && !Marks::default().has_any(both));
    }

    #[test]
    fn placeholders() {
        let options = ExposureOptions::default();
        for text in ["", " ", "0", "0000", "9999", "999-99-9999", "UNKNOWN", "n/a", "Test"] {
            assert!(options.is_placeholder(text), "{text}");
        }
        for text in ["P1", "9", "99", "100", "0001", "Test1", "12345"] {
            assert!(!options.is_placeholder(text), "{text}");
        }
    }
}
