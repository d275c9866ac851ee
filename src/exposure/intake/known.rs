//! What identities came to, so that each distinct one is decided once: an export repeats a few thousand of them.

use std::hash::{Hash, Hasher};

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use crate::drug::identity::IDENTITY_FIELDS;
use crate::exposure::VerdictId;
use crate::record::Record;

/// What an identity came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Watched(VerdictId),
    Checked,
    Unresolved,
}

/// Identities and what they came to.
#[derive(Debug, Default)]
pub(super) struct Cache {
    table: HashTable<Entry>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    /// Which of the identity's fields say something, as bits, and what they say, one behind the other.
    fields: u16,
    text: Box<[u8]>,
    known: Known,
}

/// A cache with more distinct identities, or longer ones in all, is emptied: an export in which every text differs must not
/// fill the memory.
const MOST: usize = 1 << 15;
const LONGEST: usize = 4 << 20;

/// An identity's hash, to look it up and then to keep it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    hash: u64,
    fields: u16,
}

impl Key {
    pub(super) fn of(record: &Record<'_>) -> Self {
        let (mut hasher, mut fields) = (FxHasher::default(), 0);
        for (bit, &field) in IDENTITY_FIELDS.iter().enumerate() {
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

/// What the fields say, one after the other.
fn texts<'r>(fields: u16, record: &Record<'r>) -> impl Iterator<Item = &'r [u8]> {
    let mut left = fields;
    std::iter::from_fn(move || {
        let field = IDENTITY_FIELDS.get(left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(record.text(*field))
    })
}

impl Cache {
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    pub(super) fn get(&self, key: Key, record: &Record<'_>) -> Option<Known> {
        let same = |entry: &Entry| {
            let mut rest = &entry.text[..];
            // Different cuts of the same bytes hash differently, as the lengths are hashed too; they are compared all the same.
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

    pub(super) fn keep(&mut self, key: Key, record: &Record<'_>, known: Known) {
        if self.table.len() >= MOST || self.bytes >= LONGEST {
            self.table.clear();
            self.bytes = 0;
        }
        let text: Vec<u8> = texts(key.fields, record).flat_map(|text| text.iter().copied().chain([SEPARATOR])).collect();
        self.bytes += text.len();
        let entry = Entry { hash: key.hash, fields: key.fields, text: text.into_boxed_slice(), known };
        self.table.insert_unique(key.hash, entry, |entry| entry.hash);
    }
}

/// Stands behind every text. A text that holds it makes no harm: the fields before it differ in length then, and in hash.
const SEPARATOR: u8 = 0x1F;
