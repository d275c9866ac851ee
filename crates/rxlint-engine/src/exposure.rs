//! From record to dispense: who, what, from when, for how long, and how certain. Joins a record
//! with the verdict on its drug.

pub mod days;
pub mod directions;
pub mod order_number;
pub mod packed;
pub mod person;
pub mod schedule;
pub mod status;
pub mod supply;
pub mod turn;
pub mod version;

use std::collections::BTreeMap;

pub(crate) use person::placeholder;
pub use person::{age, condition_words};
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::RowKey;
use schedule::Schedule;
use turn::Turn;

/// A verdict, by its index in the run's table.
pub type VerdictId = u32;

/// A record about a watched drug, kept until its patient is judged. 64 bytes, which make up most of
/// a run's memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dispense {
    /// Who it is about.
    pub patient: PatientKey,
    /// The caller's key for the record.
    pub key: RowKey,
    /// What it is about.
    pub verdict: VerdictId,
    /// The first day of exposure.
    pub first: Day,
    /// Quantity dispensed, or units per day if `marks` says so; NaN if the record gives none, or only a number of packs ([`packed`]).
    pub quantity: f32,
    /// The claim number, hashed; 0 if there is none.
    pub claim: u32,
    /// The prescription number, hashed; 0 if there is none.
    pub prescription: u32,
    /// The fill number plus one; 0 if there is none. For an order: the day on which it was stated. For a dose
    /// that was given: the time.
    pub fill: u16,
    /// Days' supply on the record; 0 if there is none.
    pub days: u16,
    /// The authority that issued the patient's identifier, by its index in the run's table; 0 is
    /// none.
    pub authority: u16,
    /// What else the record says.
    pub marks: Marks,
    /// The patient's birth date, as noted by [`Dispense::note_birth`]; 0 if the record gives none
    /// that fits. With [`Marks::MADE`]: when the record was made.
    pub born: u16,
    /// Units a day by the directions, or by the supply if the record's days were cut short.
    pub schedule: Schedule,
}

/// Birth dates from the day after this one (1880-01-01) up to the year 2059 are noted with the
/// record.
const BIRTHS_FROM: Day = Day(-32_872);

impl Dispense {
    /// A record with this key; everything else is yet to be filled in.
    pub fn at(key: impl Into<RowKey>, patient: PatientKey, verdict: VerdictId, first: Day) -> Self {
        Self {
            patient,
            key: key.into(),
            verdict,
            first,
            quantity: f32::NAN,
            claim: 0,
            prescription: 0,
            fill: 0,
            days: 0,
            authority: 0,
            marks: Marks::default(),
            born: 0,
            schedule: Schedule::default(),
        }
    }

    /// The stamp of its version; 0 if it has none.
    pub fn stamp(&self) -> u32 {
        let halves = (u32::from(self.born), u32::from(self.fill));
        if self.marks.has(Marks::VERSIONED) { halves.0 << 16 | halves.1 } else { 0 }
    }

    /// Notes the stamp of its version, in the place of fill number and birth date: a version has neither.
    #[must_use]
    pub fn stamped(self, stamp: u32) -> Self {
        let marks = self.marks.with(Marks::VERSIONED);
        Self { born: (stamp >> 16) as u16, fill: stamp as u16, marks, ..self }
    }

    /// Notes when the record of a claim was made, in the place of the birth date. For a record that makes an exposure, its first day is not
    /// noted: that says nothing new.
    #[must_use]
    pub fn made(self, turn: Turn) -> Self {
        let has_room = !self.marks.has_any(Marks::VERSIONED.with(Marks::ORDER));
        let changes = self.marks.has(Marks::REVERSAL)
            || self.marks.has(Marks::REPLACEMENT.with(Marks::REFERS));
        let says_nothing = !changes && turn::is_first_day(turn);
        if turn == 0 || says_nothing || !has_room {
            return self;
        }
        Self { born: turn, marks: self.marks.with(Marks::MADE), ..self }
    }

    /// When the record of a claim was made, as far as that was noted.
    pub fn turn(&self) -> Turn {
        if self.marks.has(Marks::MADE) && !self.marks.has(Marks::ORDER) { self.born } else { 0 }
    }

    /// When it was made, for comparison with others of its claim.
    pub fn made_at(&self) -> Option<(bool, i64)> {
        turn::at((self.turn(), self.first))
    }

    /// Whether it was made after another, as far as both say so.
    pub fn is_later(&self, than: &Self) -> bool {
        turn::is_later((self.turn(), self.first), (than.turn(), than.first))
    }

    /// Notes the day on which an order was stated, in the place of its fill number: an order has none; and the moment of that day, in the
    /// place of a birth date long ago.
    #[must_use]
    pub fn stated_on(self, day: Option<Day>, time: &[u8]) -> Self {
        let number = day.and_then(|day| u16::try_from(day.since(BIRTHS_FROM)).ok());
        let order = Self { fill: number.unwrap_or(0), ..self };
        let moment = order.stated().map_or(0, |day| turn::moment(time, day));
        Self { born: if moment == 0 { order.born } else { moment }, ..order }
    }

    /// The day on which an order was stated, as far as that was noted.
    pub fn stated(&self) -> Option<Day> {
        (self.fill != 0 && self.marks.has(Marks::ORDER) && !self.marks.has(Marks::VERSIONED))
            .then(|| BIRTHS_FROM.plus(i32::from(self.fill)))
    }

    /// The moment of that day, in an order of moments; 0 is unknown.
    pub fn moment(&self) -> u16 {
        let is_moment = self.stated().is_some() && self.born <= turn::LAST_MOMENT;
        if is_moment { self.born } else { 0 }
    }

    /// What is stored in the place of the birth date, if it is something else; 0 is nothing.
    pub fn beside_birth(&self) -> u16 {
        let is_version = self.marks.has(Marks::VERSIONED);
        if is_version { self.born } else { self.turn().max(self.moment()) }
    }

    /// Whether nothing else is stored in the place of the birth date.
    fn is_for_birth(&self) -> bool {
        !self.marks.has(Marks::VERSIONED) && self.beside_birth() == 0
    }

    /// Its fill number plus one, as far as it is stated; 0 is none.
    pub fn fill_number(&self) -> u16 {
        if self.marks.has_any(Marks::ORDER.with(Marks::ADMINISTERED)) { 0 } else { self.fill }
    }

    /// The same record with another key and verdict.
    #[must_use]
    pub fn moved(self, key: impl Into<RowKey>, verdict: VerdictId) -> Self {
        Self { key: key.into(), verdict, ..self }
    }

    /// Notes the patient's birth date; `false` if that day cannot be noted here.
    pub fn note_birth(&mut self, day: Day) -> bool {
        let number = u16::try_from(day.since(BIRTHS_FROM)).unwrap_or(0);
        let is_told_apart = number > turn::LAST_MOMENT || self.stated().is_none();
        let has_room = number != 0 && is_told_apart && self.is_for_birth();
        if has_room {
            self.born = number;
        }
        has_room
    }

    /// How many units the record counts; `None` if it does not say, or gives units per day instead.
    pub fn counted(&self) -> Option<f64> {
        (!self.marks.has(Marks::PER_DAY) && !self.quantity.is_nan())
            .then(|| f64::from(self.quantity))
    }

    /// The number that shows whether others are of the same supply: its quantity, or its number of packs of whatever size; NaN is none.
    pub fn supplied(&self) -> f32 {
        packed::noted(self.quantity).unwrap_or(self.quantity)
    }

    /// The patient's birth date, if it was noted.
    pub fn born(&self) -> Option<Day> {
        (self.born != 0 && self.is_for_birth()).then(|| BIRTHS_FROM.plus(i32::from(self.born)))
    }

    /// How many bytes a stored record takes.
    pub const BYTES: usize = 64;

    /// The record as bytes, for keeping it outside memory during a run.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let longs = self.patient.0;
        let [first, quantity] = [self.first.0 as u32, self.quantity.to_bits()];
        let words = [self.verdict, first, quantity, self.claim, self.prescription];
        let shorts =
            [self.fill, self.days, self.authority, self.marks.0, self.born, self.schedule.0];
        let mut bytes = [0; Self::BYTES];
        let all = longs
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .chain(self.key.0.to_le_bytes())
            .chain(words.iter().flat_map(|n| n.to_le_bytes()))
            .chain(shorts.iter().flat_map(|n| n.to_le_bytes()));
        bytes.iter_mut().zip(all).for_each(|(slot, byte)| *slot = byte);
        bytes
    }

    /// The record stored as these bytes.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let long =
            |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let word =
            |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let short =
            |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u16::from_le_bytes(*bytes));
        Self {
            patient: PatientKey([long(0), long(8)]),
            key: RowKey(u128::from(long(16)) | u128::from(long(24)) << 64),
            verdict: word(32),
            first: Day(word(36) as i32),
            quantity: f32::from_bits(word(40)),
            claim: word(44),
            prescription: word(48),
            fill: short(52),
            days: short(54),
            authority: short(56),
            marks: Marks(short(58)),
            born: short(60),
            schedule: Schedule(short(62)),
        }
    }
}

/// What a record says besides its numbers, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(pub u16);

impl Marks {
    /// Not an exposure: it cancels an earlier claim.
    pub const REVERSAL: Self = Self(1);
    /// Replaces an earlier claim with the same number. On the reversal of an order, with `STOPPED`: it is on hold; without: it is
    /// resumed.
    pub const REPLACEMENT: Self = Self(1 << 1);
    /// A course that is still open.
    pub const OPEN: Self = Self(1 << 2);
    /// `quantity` holds the units per day.
    pub const PER_DAY: Self = Self(1 << 3);
    /// The directions say weekly.
    pub const WEEKLY: Self = Self(1 << 4);
    /// The record ends before it starts.
    pub const ENDS_EARLY: Self = Self(1 << 5);
    /// On the reversal of an order: it only says when the order ended. On the replacement of an order: the replacement itself has ended.
    pub const STOPPED: Self = Self(1 << 6);
    /// On an order that replaces none: it answers one that was stated, and is that same order.
    pub const ANSWER: Self = Self(1 << 6);
    /// On anything but an order: the time at which it was made is stored in the place of the birth date. Ledgers may hold this bit and the
    /// next one in other records, where they mean nothing.
    pub const MADE: Self = Self(1 << 6);
    /// On the reversal of an order: what its other marks say could not be done, so that a reversal of the same order with those
    /// marks has no effect.
    pub const REFUSED: Self = Self(1 << 7);
    /// On the reversal or replacement of a claim: its `claim` is the number that it names besides its own, whatever its own day is.
    pub const REFERS: Self = Self(1 << 7);
    /// On the replacement of a claim: by its prescription and fill it replaces whatever drug was reported before. On that
    /// of an order: by its number, likewise.
    pub const REVISION: Self = Self(1 << 7);
    /// On the replacement of an order: it ends if this says no more than what it was before; otherwise it is what this says.
    pub const REPLACED: Self = Self::STOPPED.with(Self::REVISION);
    /// An order, which is identified by its number alone, whatever its day. With `REVERSAL` it
    /// cancels every order with that number; with `STOPPED` too, it only says that those
    /// ended on its first day.
    pub const ORDER: Self = Self(1 << 8);

    /// Its days' supply is negative or longer than a year.
    pub const UNBELIEVABLE_SUPPLY: Self = Self(1 << 9);
    /// It states its end itself, or is a course: what was left of an earlier supply does not
    /// lengthen it.
    pub const STATES_END: Self = Self(1 << 10);
    /// A version of the same record as others with the same `claim`; the stamp shows which is last.
    pub const VERSIONED: Self = Self(1 << 12);
    /// A resource, whose `claim` is its type and id: two with the same are versions of one, stamped or not.
    pub const RESOURCE: Self = Self(1 << 13);
    /// One unit of something injected or infused, which lasts a day if nothing else is known about it.
    pub const ONE_INJECTION: Self = Self(1 << 11);
    /// The drug was given, not dispensed.
    pub const ADMINISTERED: Self = Self(1 << 14);
    /// On the replacement of an order or an answer to one, until it is settled: its first day is that of its message, which states no
    /// start. Ledgers may lack it.
    pub const NO_START: Self = Self(1 << 14);
    /// The directions say to crush or dissolve it, or to give it by a tube.
    pub const TAMPERED: Self = Self(1 << 15);
    /// On the reversal of a claim: the word of a status says so, which may be what became of the claim in its own row.
    pub const OF_STATUS: Self = Self(1 << 15);

    /// An order whose days, at least two, are those of all its fills: only the first is stated.
    pub const REFILLED: Self = Self::OPEN.with(Self::STATES_END);
    /// On the reversal of a claim, while it is judged: its file shows that it says what became of its own claim, and takes no other back.
    pub const LAST_STATE: Self = Self(1 << 10);
    /// The same: its file leaves open whether it takes another back.
    pub const EITHER: Self = Self(1 << 9);
    /// The same: its file shows that it takes another back.
    pub const JOURNAL: Self = Self::LAST_STATE.with(Self::EITHER);

    /// A row of a log of orders that says that the drug was taken until its day, and not after it: it has a day itself.
    pub const ENDS_ORDER: Self = Self::OPEN.with(Self::STATES_END);

    /// An order's exchange for an unwatched drug: a hold that nothing lifts.
    pub const EXCHANGE: Self = Self::REVERSAL
        .with(Self::ORDER)
        .with(Self::REPLACEMENT)
        .with(Self::STOPPED)
        .with(Self::STATES_END);
    /// A claim's own number, if the record with the same key carries the number of another claim that it names.
    pub const OWN_NUMBER: Self = Self::REVERSAL.with(Self::REFERS).with(Self::OPEN);
    /// A row that may be about what another bills, or about something else: nothing is taken back, but it is reported. No open course ends
    /// before it starts.
    pub const TWIN: Self = Self::REVERSAL.with(Self::OPEN).with(Self::ENDS_EARLY);
    /// The same of a row that a column of its own marks as void: of its file, the other row may have been billed in its place.
    pub const FLAGGED_TWIN: Self = Self::TWIN.with(Self::WEEKLY);
    /// The replacement of a claim by one of a drug that nobody watches. Of an order these marks say something else.
    pub const OTHER_DRUG: Self = Self::REVERSAL.with(Self::REPLACEMENT).with(Self::REFERS);
    /// A message that names an order by its numbers, and changes nothing.
    pub const LINK: Self = Self::REVERSAL.with(Self::ORDER).with(Self::REFUSED).with(Self::OPEN);

    /// These marks without those.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Both sets of marks.
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
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ExposureOptions {
    /// Days for a fill that says nothing about its length.
    pub default_days: u16,
    /// The most days that left-over supply adds to a refill.
    pub carry_cap: i32,
    /// Identifiers that identify no patient, besides empty ones, zeros and nines, and words that say nothing; compared
    /// without case.
    pub placeholders: Vec<String>,
    /// A site's own meanings of its status words.
    pub status: BTreeMap<String, status::StatusMeaning>,
}

impl Default for ExposureOptions {
    fn default() -> Self {
        Self {
            default_days: 30,
            carry_cap: 30,
            placeholders: placeholder::USUAL.map(str::to_owned).to_vec(),
            status: BTreeMap::new(),
        }
    }
}

impl ExposureOptions {
    /// Whether an identifier identifies no one: a filler word, a mark of something removed, a number that fills a field.
    pub fn is_placeholder(&self, identifier: &str) -> bool {
        placeholder::is_one(identifier, &self.placeholders)
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
        let mut dispense = Dispense::at(RowKey(7), PatientKey::default(), 4, Day(5));
        assert_eq!(dispense.born(), None);
        for day in [BIRTHS_FROM.plus(1), Day(0), Day(20_000), BIRTHS_FROM.plus(65_535)] {
            assert!(dispense.note_birth(day));
            assert_eq!((dispense.born(), dispense.key), (Some(day), RowKey(7)));
        }
        for day in [BIRTHS_FROM, BIRTHS_FROM.plus(-1), BIRTHS_FROM.plus(65_536), Day(2_932_896)] {
            assert!(!dispense.note_birth(day));
        }
    }

    #[test]
    fn a_record_that_moves_keeps_all_but_its_place_and_verdict() {
        let mut dispense =
            Dispense { days: 30, ..Dispense::at(RowKey(1), PatientKey([6, 7]), 8, Day(9)) };
        assert!(dispense.note_birth(Day(1_000)));
        let moved = dispense.moved(RowKey(u128::MAX), 14);
        assert_eq!(
            (moved.key, moved.verdict, moved.born()),
            (RowKey(u128::MAX), 14, Some(Day(1_000)))
        );
        assert_eq!((moved.patient, moved.first, moved.days), (PatientKey([6, 7]), Day(9), 30));
        let back = moved.moved(dispense.key, dispense.verdict);
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
}
