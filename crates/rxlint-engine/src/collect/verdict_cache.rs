//! The verdict cache: each distinct identity is decided once, since an export repeats a few
//! thousand of them.

use std::hash::{Hash, Hasher};

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use crate::exposure::VerdictId;
use rxlint_model::record::{Field, Record};

/// The verdict on an identity, as far as a reader needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resolution {
    Watched(VerdictId),
    Checked,
    Unresolved,
    /// Its text says that it was refused or cancelled.
    NotTaken,
}

/// Identities and the verdicts on them.
#[derive(Debug, Default)]
pub(super) struct VerdictCache {
    table: HashTable<CachedVerdict>,
    bytes: usize,
}

#[derive(Debug)]
struct CachedVerdict {
    hash: u64,
    /// Which of the identity's fields are filled in, as bits, and their texts, one after the other.
    fields: u16,
    text: Box<[u8]>,
    known: Resolution,
}

/// With more distinct identities, or more bytes of text, than this, the cache is emptied: an export
/// in which every text differs must not fill the memory.
const MOST: usize = 1 << 15;
const LONGEST: usize = 4 << 20;

/// The hash of an identity, used to look it up and then to keep it.
#[derive(Clone, Copy, Debug)]
pub(super) struct IdentityKey {
    hash: u64,
    fields: u16,
}

impl IdentityKey {
    pub(super) fn of(record: &Record<'_>) -> Self {
        let (mut hasher, mut fields) = (FxHasher::default(), 0);
        for (bit, &field) in Field::IDENTITY.iter().enumerate() {
            let text = record.text(field);
            if !text.is_empty() {
                fields |= 1 << bit;
                text.hash(&mut hasher);
            }
        }
        fields.hash(&mut hasher);
        Self { hash: hasher.finish(), fields }
    }
}

/// The texts of these fields, one after the other.
fn texts<'r>(fields: u16, record: &Record<'r>) -> impl Iterator<Item = &'r [u8]> {
    let mut left = fields;
    std::iter::from_fn(move || {
        let field = Field::IDENTITY.get(left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(record.text(*field))
    })
}

impl VerdictCache {
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    pub(super) fn get(&self, key: IdentityKey, record: &Record<'_>) -> Option<Resolution> {
        let same = |entry: &CachedVerdict| {
            let mut rest = &entry.text[..];
            // Different cuts of the same bytes hash differently, because lengths are hashed too;
            // they are compared nevertheless.
            entry.hash == key.hash
                && entry.fields == key.fields
                && texts(key.fields, record).all(|text| {
                    rest.strip_prefix(text).is_some_and(|left| {
                        rest = left.strip_prefix(&[SEPARATOR]).unwrap_or_default();
                        left.first() == Some(&SEPARATOR)
                    })
                })
        };
        self.table.find(key.hash, same).map(|entry| entry.known)
    }

    pub(super) fn keep(&mut self, key: IdentityKey, record: &Record<'_>, known: Resolution) {
        if self.table.len() >= MOST || self.bytes >= LONGEST {
            self.table.clear();
            self.bytes = 0;
        }
        let length = texts(key.fields, record).map(|text| text.len() + 1).sum();
        let mut text = Vec::with_capacity(length);
        for part in texts(key.fields, record) {
            text.extend_from_slice(part);
            text.push(SEPARATOR);
        }
        self.bytes += text.len();
        let entry = CachedVerdict {
            hash: key.hash,
            fields: key.fields,
            text: text.into_boxed_slice(),
            known,
        };
        self.table.insert_unique(key.hash, entry, |entry| entry.hash);
    }
}

/// Follows every text. A text that contains it does no harm: the fields before it then differ in
/// length, and so in hash.
const SEPARATOR: u8 = 0x1F;

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::record::{Field, Statement};

    fn record<'a>(cells: &[(Field, &'a str)]) -> Record<'a> {
        Record::of_cells(Statement::Fill, cells)
    }

    #[test]
    fn an_identity_is_known_again_by_what_it_says_and_by_the_fields_that_say_it() {
        let (drug, generic, strength) = (Field::Drug, Field::Generic, Field::Strength);
        let mut records = vec![
            record(&[]),
            record(&[(drug, "naltrexone"), (strength, "50 mg")]),
            record(&[(drug, "naltrexone "), (strength, "50 mg")]),
            record(&[(drug, "naltrexone5"), (strength, "0 mg")]),
            record(&[(drug, "naltrexone"), (strength, "50 m")]),
            record(&[(drug, "naltrexone"), (generic, "naltrexone"), (strength, "50 mg")]),
        ];
        // The same text means something else in each field.
        records.extend(Field::IDENTITY.map(|field| record(&[(field, "12345")])));
        let mut cache = VerdictCache::default();
        assert!(cache.is_empty());
        for (at, this) in records.iter().enumerate() {
            assert_eq!(cache.get(IdentityKey::of(this), this), None, "{at}");
            cache.keep(IdentityKey::of(this), this, Resolution::Watched(at as u32));
            assert!(!cache.is_empty());
        }
        for (at, this) in records.iter().enumerate() {
            assert_eq!(
                cache.get(IdentityKey::of(this), this),
                Some(Resolution::Watched(at as u32)),
                "{at}"
            );
        }
        // Even if their hashes are the same.
        let alike = |record: &Record<'_>| IdentityKey { hash: 7, ..IdentityKey::of(record) };
        for (at, this) in records.iter().enumerate() {
            let mut cache = VerdictCache::default();
            cache.keep(alike(this), this, Resolution::Checked);
            for (other_at, other) in records.iter().enumerate() {
                assert_eq!(
                    cache.get(alike(other), other),
                    (at == other_at).then_some(Resolution::Checked),
                    "{at} {other_at}"
                );
            }
        }
    }

    #[test]
    fn an_export_in_which_every_text_differs_does_not_fill_the_memory() {
        for (length, fit) in [(10, MOST), (1 << 20, LONGEST >> 20)] {
            let text = |n: usize| format!("{n:010}{}", "0".repeat(length - 10));
            let mut cache = VerdictCache::default();
            let knows = |cache: &VerdictCache, n: usize| {
                let text = text(n);
                let record = record(&[(Field::Drug, &text)]);
                cache.get(IdentityKey::of(&record), &record).is_some()
            };
            for n in 0..=fit {
                assert!(n == 0 || knows(&cache, 0), "{n}");
                let text = text(n);
                let record = record(&[(Field::Drug, &text)]);
                cache.keep(IdentityKey::of(&record), &record, Resolution::Checked);
            }
            assert!(!knows(&cache, 0) && !knows(&cache, fit - 1) && knows(&cache, fit));
            assert_eq!((cache.table.len(), cache.bytes), (1, length + 1));
        }
    }
}
