//! What a reader remembers from record to record, because records repeat: identities, status words,
//! directions.

use rustc_hash::FxHashMap;

use super::dates::DateMemo;
use super::other_cell::NamesMet;
use super::person_cells::PersonMemo;
use super::plain_names::PlainNames;
use super::raw::RawMemo;
use super::said_form::SaidMemo;
use super::seen::SeenTexts;
use super::verdict_cache::{Resolution, VerdictCache};
use crate::drug::Verdict;
use crate::drug::dictionary::Dictionary;
use crate::exposure::VerdictId;
use crate::exposure::directions::packs::{self, Quantity};
use crate::exposure::directions::{self, COUNTED_BY, DirectionWords, Directions};
use crate::exposure::status::{self, StatusReading, StatusTable};
use rxlint_model::place::Place;
use rxlint_model::record::{Field, Record, Statement};

/// With more directions than this, all are forgotten, for the same reason as identities.
const MOST_DIRECTIONS: usize = 1 << 13;

/// With more names than this, all are forgotten.
const MOST_NAMES: usize = 1 << 13;

/// The fields other than the status that can decide it.
const STATUS_BESIDE: [Field; 5] =
    [Field::Adjustment, Field::Voided, Field::Cancelled, Field::Active, Field::Discontinued];

/// Passed from block to block; there are as many as there are blocks being read at once.
#[derive(Debug, Default)]
pub(super) struct RowMemo {
    pub(super) identities: VerdictCache,
    pub(super) raw: RawMemo,
    pub(super) dates: DateMemo,
    pub(super) person: PersonMemo,
    pub(super) plain_names: PlainNames,
    pub(super) names_met: NamesMet,
    pub(super) said_products: SaidMemo,
    /// The verdict on the identity of the row that the fast path just left to be read as a record.
    pub(super) met: Option<(Place, Resolution)>,
    /// For each verdict, whether conditions of its patients matter.
    pub(super) personal: Vec<Option<bool>>,
    /// Whether the names of watched drugs say that they were given.
    given: SeenTexts,
    word: Vec<u8>,
    word_says: Option<StatusReading>,
    /// Directions, and the index of each by its text.
    directions: (SeenTexts, Vec<Directions>),
    /// Directions by all that they were read from.
    asked: directions::Memo,
    quantities: FxHashMap<Box<[u8]>, Quantity>,
    key: Vec<u8>,
    route: LastRoute,
}

/// The last route, and what is known about it.
#[derive(Debug, Default)]
struct LastRoute {
    text: Vec<u8>,
    is_tube: Option<bool>,
    is_unknown: Option<bool>,
}

impl LastRoute {
    /// The route of a record; forgets the last one if it differs.
    fn of(&mut self, record: &Record<'_>) -> &mut Self {
        let text = record.text(Field::Route);
        if text != self.text {
            *self = Self { text: text.to_vec(), ..Self::default() };
        }
        self
    }
}

impl RowMemo {
    /// Whether there is nothing in it worth keeping.
    pub(super) fn is_empty(&self) -> bool {
        self.identities.is_empty()
    }

    /// The record's status. Most records have the same word as the one before, and no other column that says anything.
    pub(super) fn status(
        &mut self,
        record: &Record<'_>,
        quantity: Option<f64>,
        table: &StatusTable,
    ) -> StatusReading {
        let word = record.text(Field::Status);
        if quantity.is_some()
            || STATUS_BESIDE.iter().any(|&field| !record.text(field).is_empty())
            || !record.text(Field::Original).is_empty()
            || status::depends_on_original(record)
            || record.statement == Statement::Listed
        {
            return status::of(record, quantity, table);
        }
        match self.word_says {
            Some(says) if word == self.word => says,
            _ => {
                self.word.clear();
                self.word.extend_from_slice(word);
                let says = StatusReading::of_word(word, table, None);
                self.word_says = Some(says);
                says
            }
        }
    }

    /// Whether the record says that the drug is given through a tube. Most have the same route as the one before.
    pub(super) fn is_tube(&mut self, record: &Record<'_>, words: &DirectionWords) -> bool {
        if record.text(Field::Route).is_empty() {
            return false;
        }
        let is_tube = || words.is_tube(&record.string(Field::Route));
        *self.route.of(record).is_tube.get_or_insert_with(is_tube)
    }

    /// Whether the record states a route, and an unknown one.
    pub(super) fn is_unknown_route(
        &mut self,
        record: &Record<'_>,
        dictionary: &Dictionary,
    ) -> bool {
        let is_unknown = || dictionary.is_unknown_route(&record.string(Field::Route));
        *self.route.of(record).is_unknown.get_or_insert_with(is_unknown)
    }

    /// Whether the record's words say that the drug was given, not dispensed.
    pub(super) fn says_given(&mut self, record: &Record<'_>, dictionary: &Dictionary) -> bool {
        [Field::Drug, Field::Generic, Field::Brand].into_iter().any(|field| {
            let name = record.text(field);
            if name.is_empty() {
                return false;
            }
            self.given.get(name).map_or_else(
                || {
                    let says = dictionary.says_given(&record.string(field));
                    if self.given.len() >= MOST_NAMES {
                        self.given.clear();
                    }
                    self.given.insert(name, u16::from(says));
                    says
                },
                |known| known == 1,
            )
        })
    }

    /// What the record's quantity counts, which depends on its words and on those of the drug.
    pub(super) fn quantity(
        &mut self,
        record: &Record<'_>,
        words: &DirectionWords,
        (lasts_by_itself, is_patch): (bool, bool),
        has_volume: impl Fn() -> bool,
    ) -> Quantity {
        self.key.clear();
        self.key.extend([u8::from(lasts_by_itself), u8::from(is_patch)]);
        for field in QUANTITY {
            let text = record.text(field);
            let text = if field == Field::Quantity && packs::is_plain(text) { b"1" } else { text };
            self.key.extend_from_slice(&(text.len() as u32).to_le_bytes());
            self.key.extend_from_slice(text);
        }
        if let Some(&known) = self.quantities.get(&self.key[..]) {
            return known;
        }
        let found = words.quantity(record, has_volume(), is_patch);
        if self.quantities.len() >= MOST_DIRECTIONS {
            self.quantities.clear();
        }
        self.quantities.insert(self.key.as_slice().into(), found);
        found
    }

    /// The record's directions, which depend on its words, on the strength in its verdict, and on whether its units are counted.
    pub(super) fn directions(
        &mut self,
        record: &Record<'_>,
        id: VerdictId,
        words: &DirectionWords,
        verdict: impl Fn(VerdictId) -> Verdict,
    ) -> Directions {
        let fields = [Field::Directions, Field::Frequency, Field::Dose, Field::DoseUnit];
        if record.text(Field::Directions).is_empty() && record.text(Field::Frequency).is_empty() {
            return Directions::default();
        }
        self.key.clear();
        self.key.extend_from_slice(&id.to_le_bytes());
        for field in fields.into_iter().chain(COUNTED_BY) {
            self.key.extend_from_slice(&(record.text(field).len() as u32).to_le_bytes());
            self.key.extend_from_slice(record.text(field));
        }
        let (places, all) = &mut self.directions;
        if let Some(known) = places.get(&self.key).and_then(|at| all.get(usize::from(at))) {
            return *known;
        }
        let found = words.of_memo(record, &verdict(id), &mut self.asked);
        if all.len() >= MOST_DIRECTIONS {
            places.clear();
            all.clear();
        }
        places.insert(&self.key, all.len() as u16);
        all.push(found);
        found
    }
}

/// The fields that say what a quantity counts.
const QUANTITY: [Field; 9] = [
    Field::Quantity,
    Field::QuantityUnit,
    Field::PackSize,
    Field::Drug,
    Field::Generic,
    Field::Brand,
    Field::Form,
    Field::Route,
    Field::Strength,
];

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use rxlint_model::record::Statement;

    #[test]
    fn directions_are_read_once_for_each_wording_and_drug() {
        let read = Cell::new(0);
        let verdict = |_| {
            read.set(read.get() + 1);
            Verdict {
                components: Vec::new(),
                product: None,
                decided: Field::Drug,
                resolved: true,
                named: true,
                not_taken: false,
                mismatch: None,
                slip: None,
                billed_units: None,
                billed_days: None,
                billed_injection: false,
                problem: None,
                compounded: false,
                ambiguity: None,
                new_package: false,
                numbers: 0,
            }
        };
        let mut memo = RowMemo::default();
        let mut units_a_day = |directions: &str, frequency: &str, drug: VerdictId| {
            let record = Record::of_cells(
                Statement::Fill,
                &[(Field::Directions, directions), (Field::Frequency, frequency)],
            );
            let units =
                memo.directions(&record, drug, directions::built_in(), verdict).units_a_day();
            assert!(memo.directions.1.len() <= MOST_DIRECTIONS);
            (units, read.get())
        };
        assert_eq!(units_a_day("", "", 0), (None, 0));
        assert_eq!(units_a_day("take 1 tablet daily", "", 0), (Some(1.0), 1));
        assert_eq!(units_a_day("take 2 tablets daily", "", 0), (Some(2.0), 2));
        assert_eq!(units_a_day("", "take 2 tablets daily", 0), (Some(2.0), 3));
        assert_eq!(units_a_day("take 1 tablet daily", "", 1), (Some(1.0), 4));
        assert_eq!(units_a_day("take 1 tablet daily", "", 0), (Some(1.0), 4));

        // One more fits; the next empties it.
        let fill = |memo: &mut RowMemo, to: usize| {
            let (places, all) = &mut memo.directions;
            for n in all.len()..to {
                places.insert(&(n as u64).to_le_bytes(), n as u16);
                all.push(Directions::default());
            }
        };
        for (before, after) in [(MOST_DIRECTIONS - 1, MOST_DIRECTIONS), (MOST_DIRECTIONS, 1)] {
            let mut memo = RowMemo::default();
            fill(&mut memo, before);
            let record =
                Record::of_cells(Statement::Fill, &[(Field::Directions, "take 1 tablet daily")]);
            memo.directions(&record, 0, directions::built_in(), verdict);
            assert_eq!((memo.directions.0.len(), memo.directions.1.len()), (after, after));
        }
    }
}
