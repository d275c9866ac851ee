//! Conditions of people who may never matter: most have no drug for which a condition matters. They are stored compactly while
//! reading goes on, and become facts once it is known who has one.

use rustc_hash::FxHashSet;

use super::text::product;
use crate::exposure::person::{Fact, FactKind};
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::RowKey;
use rxlint_model::record::decode;

/// An identifier of up to fifteen ASCII characters as written, with its length in the last byte; any other is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identifier {
    Short([u64; 2]),
    Hashed(PatientKey),
}

impl Identifier {
    #[inline]
    pub(super) fn of(text: &[u8]) -> Self {
        let mut room = [0; 16];
        match room.get_mut(..text.len()).filter(|_| text.len() < 16 && text.is_ascii()) {
            Some(to) => {
                to.copy_from_slice(text);
                room[15] = text.len() as u8;
                let number = u128::from_le_bytes(room);
                Self::Short([number as u64, (number >> 64) as u64])
            }
            None => Self::Hashed(PatientKey::new(&decode(text), "")),
        }
    }

    /// The same for the same person; another person may have it too.
    #[inline]
    pub(super) fn hint(self) -> u64 {
        match self {
            Self::Short([first, last]) => product(first ^ 0x9E37_79B9_7F4A_7C15, last),
            Self::Hashed(PatientKey([first, _])) => first,
        }
    }

    fn key(self) -> PatientKey {
        match self {
            Self::Hashed(key) => key,
            Self::Short([first, last]) => {
                let room = (u128::from(last) << 64 | u128::from(first)).to_le_bytes();
                let text = &room[..usize::from(room[15])];
                PatientKey::new(&decode(text), "")
            }
        }
    }
}

/// A condition of a person whose identifier has no known authority.
#[derive(Clone, Copy, Debug)]
pub(super) struct LateFact {
    patient: [u64; 2],
    key: [u64; 2],
    on: Day,
    condition: u8,
    is_hashed: bool,
}

impl LateFact {
    pub(super) fn new(patient: Identifier, key: RowKey, condition: u8, on: Day) -> Self {
        let (patient, is_hashed) = match patient {
            Identifier::Short(text) => (text, false),
            Identifier::Hashed(PatientKey(key)) => (key, true),
        };
        Self { patient, key: [key.0 as u64, (key.0 >> 64) as u64], on, condition, is_hashed }
    }

    /// The key of the record that says it.
    fn key(&self) -> RowKey {
        RowKey(u128::from(self.key[1]) << 64 | u128::from(self.key[0]))
    }

    pub(super) fn shift(&mut self, by: RowKey) {
        let shifted = self.key().shifted(by).0;
        self.key = [shifted as u64, (shifted >> 64) as u64];
    }

    fn identifier(&self) -> Identifier {
        match self.is_hashed {
            true => Identifier::Hashed(PatientKey(self.patient)),
            false => Identifier::Short(self.patient),
        }
    }
}

/// The facts among these about people with one of the hints.
pub(super) fn settled(late: &[LateFact], hints: &[u64]) -> Vec<Fact> {
    let hints: FxHashSet<u64> = hints.iter().copied().collect();
    let matters = |fact: &&LateFact| hints.contains(&fact.identifier().hint());
    let fact = |late: &LateFact| Fact {
        patient: late.identifier().key(),
        authority: 0,
        what: FactKind::Condition { condition: late.condition, on: Some(late.on) },
        key: late.key(),
    };
    late.iter().filter(matters).map(fact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::place::Place;

    #[test]
    fn an_identifier_is_the_same_person_whichever_way_it_is_kept() {
        for text in ["", "1", "P00000065", "123456789012345", "1234567890123456", "Müller", "a b"]
        {
            let identifier = Identifier::of(text.as_bytes());
            assert_eq!(identifier.key(), PatientKey::new(text, ""), "{text}");
            assert_eq!(identifier.hint(), Identifier::of(text.as_bytes()).hint(), "{text}");
            let place = Place { file: 1, record: 2, line: 3, offset: 4 };
            let mut late = LateFact::new(identifier, place.into(), 5, Day(6));
            late.shift(Place::before(10, 20));
            let moved = Place { file: 1, record: 12, line: 23, offset: 4 };
            let what = FactKind::Condition { condition: 5, on: Some(Day(6)) };
            let patient = PatientKey::new(text, "");
            let fact = Fact { patient, authority: 0, what, key: moved.into() };
            assert_eq!(settled(&[late], &[identifier.hint()]), [fact], "{text}");
            assert_eq!(settled(&[late], &[]), []);
        }
    }
}
