//! The name of a finding, which stays the same from run to run, whatever the file, row, format,
//! wording or severity.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::day::Day;

/// 128 bits over rule, patient, drugs and the first days of their eras, shown as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u128);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hexadecimal = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        u128::from_str_radix(text, 16)
            .ok()
            .filter(|_| hexadecimal)
            .map(Self)
            .ok_or("a fingerprint is 32 hexadecimal digits")
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Who a record is about: 128 bits of the patient's identifier. Two identifiers never share a key in practice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatientKey(pub [u64; 2]);

impl PatientKey {
    /// The key of an identifier, and of the authority that issued it if that is part of it. Combining accents are composed with the letters before
    /// them.
    pub fn new(identifier: &str, authority: &str) -> Self {
        if !identifier.is_ascii() && !is_nfc(identifier) {
            let composed: String = identifier.nfc().collect();
            return Self::of_composed(&composed, authority);
        }
        Self::of_composed(identifier, authority)
    }

    fn of_composed(identifier: &str, authority: &str) -> Self {
        // Most are short, and hashed in one piece.
        let mut bytes = [0; 64];
        if let (true, Some(room)) = (authority.is_empty(), bytes.get_mut(..8 + identifier.len())) {
            room[..8].copy_from_slice(&(identifier.len() as u64).to_le_bytes());
            room[8..].copy_from_slice(identifier.as_bytes());
            let (high, low) = halves(&blake3::hash(room));
            return Self([high, low]);
        }
        let mut hasher = blake3::Hasher::new();
        part(&mut hasher, identifier);
        if !authority.is_empty() {
            part(&mut hasher, authority);
        }
        let (high, low) = halves(&hasher.finalize());
        Self([high, low])
    }

    /// The key of this patient where the same identifier is issued by several authorities in one run.
    pub fn under(self, authority: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0[0].to_le_bytes()).update(&self.0[1].to_le_bytes());
        // `GenHosp` and `GENHOSP` are one authority.
        part(&mut hasher, &authority.to_uppercase());
        let (high, low) = halves(&hasher.finalize());
        Self([high, low])
    }
}

impl Fingerprint {
    /// The fingerprint of a finding: its rule, its patient, and each drug (with its form, unless
    /// that is the first) and the first day of its era, in the rule's order: antagonist first.
    pub fn new(rule: &str, patient: PatientKey, eras: &[(&str, Day)]) -> Self {
        let mut hasher = blake3::Hasher::new();
        part(&mut hasher, "rxlint/v1");
        part(&mut hasher, rule);
        hasher.update(&patient.0[0].to_le_bytes()).update(&patient.0[1].to_le_bytes());
        for (drug, first) in eras {
            part(&mut hasher, drug);
            hasher.update(&first.0.to_le_bytes());
        }
        let (high, low) = halves(&hasher.finalize());
        Self((u128::from(high) << 64) | u128::from(low))
    }
}

fn part(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
}

fn halves(hash: &blake3::Hash) -> (u64, u64) {
    let number = |range: std::ops::Range<usize>| {
        hash.as_bytes()[range].iter().fold(0, |n, &b| (n << 8) | u64::from(b))
    };
    (number(0..8), number(8..16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_identifiers_have_the_keys_that_long_ones_would_have() {
        for len in 0..100 {
            let identifier = "7".repeat(len);
            let mut hasher = blake3::Hasher::new();
            part(&mut hasher, &identifier);
            let (high, low) = halves(&hasher.finalize());
            assert_eq!(PatientKey::new(&identifier, ""), PatientKey([high, low]), "{len}");
        }
    }

    #[test]
    fn an_accent_is_the_same_however_it_is_written() {
        let composed = PatientKey::new("P\u{e9}9", "");
        assert_eq!(PatientKey::new("Pe\u{301}9", ""), composed);
        assert_ne!(PatientKey::new("Pe9", ""), composed);
    }

    #[test]
    fn golden() {
        let patient = PatientKey::new("P0007", "");
        let eras = [("naltrexone", Day(20_517)), ("oxycodone", Day(20_513))];
        let print = Fingerprint::new("opioid-antagonist-overlap", patient, &eras);
        assert_eq!(print.to_string().len(), 32);
        assert_ne!(print, Fingerprint::new("recent-opioid", patient, &eras));
        assert_ne!(patient, PatientKey::new("P0007", "A"));
        assert_ne!(PatientKey::new("ab", "c"), PatientKey::new("a", "bc"));
    }
}
