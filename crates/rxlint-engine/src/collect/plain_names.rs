//! Drug names that no rule watches, remembered so that another unknown package of the same name need not be resolved.
//! Each name is sold under several codes, and reading a name takes a hundred times as long as looking up a number.

use super::seen::SeenTexts;
use crate::drug::{Dictionary, Identity, Verdict};
use rxlint_model::record::{Field, Record};

/// With more names than this, all are forgotten.
const MOST: usize = 1 << 15;

/// Such names, by all of the identity except its NDC.
#[derive(Debug, Default)]
pub(super) struct PlainNames {
    seen: SeenTexts,
    key: Vec<u8>,
}

impl PlainNames {
    /// Whether the record has such a name.
    pub(super) fn have(&mut self, record: &Record<'_>, dictionary: &Dictionary) -> bool {
        if !is_unknown_package(record, dictionary) {
            return false;
        }
        self.make_key(record);
        self.seen.get(&self.key).is_some()
    }

    /// Remembers the name of a record that no rule watches, if its verdict would be the same under another package.
    pub(super) fn keep(
        &mut self,
        record: &Record<'_>,
        identity: &Identity<'_>,
        verdict: &Verdict,
        dictionary: &Dictionary,
    ) {
        let is_silent = verdict.components.is_empty()
            && verdict.slip.is_none()
            && verdict.ambiguity.is_none()
            && verdict.mismatch.is_none()
            && identity.ordered.is_empty();
        if is_silent && verdict.named && is_unknown_package(record, dictionary) {
            if self.seen.len() >= MOST {
                self.seen.clear();
            }
            self.make_key(record);
            self.seen.insert(&self.key, 0);
        }
    }

    fn make_key(&mut self, record: &Record<'_>) {
        self.key.clear();
        for field in Field::IDENTITY.into_iter().filter(|field| *field != Field::Ndc) {
            let text = record.text(field);
            self.key.extend_from_slice(&(text.len() as u32).to_le_bytes());
            self.key.extend_from_slice(text);
        }
    }
}

/// Whether the record's NDC is eleven digits that no table knows.
fn is_unknown_package(record: &Record<'_>, dictionary: &Dictionary) -> bool {
    let digits = std::str::from_utf8(record.text(Field::Ndc)).unwrap_or_default();
    digits.len() == 11
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && dictionary.is_unknown_package(digits)
}
