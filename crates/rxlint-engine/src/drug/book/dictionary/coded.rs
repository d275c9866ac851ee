//! Codes of one kind: the precompiled table, and what was read in addition.

use rustc_hash::FxHashMap;

use super::{CodeEntry, Dictionary};
use crate::built_in::CodeTable;
use crate::drug::forms::strength;

/// Codes and what they stand for.
#[derive(Debug, Default)]
pub(super) struct Codes {
    /// The built-in table, with what its meanings are in this dictionary; strengths are read on demand.
    ready: Option<(&'static CodeTable, Vec<CodeEntry>)>,
    /// What was read: it takes precedence over the built-in table.
    read: FxHashMap<u64, CodeEntry>,
}

impl Codes {
    pub(super) fn add(&mut self, code: u64, entry: CodeEntry) {
        self.read.insert(code, entry);
    }

    /// Adds those that were not read before.
    pub(super) fn add_missing(&mut self, others: FxHashMap<u64, CodeEntry>) {
        let mut all = others;
        all.extend(std::mem::take(&mut self.read));
        self.read = all;
    }

    pub(super) fn set_ready(&mut self, table: &'static CodeTable, entries: Vec<CodeEntry>) {
        self.ready = Some((table, entries));
    }

    /// What was read, by code.
    pub(super) fn read(&self) -> Vec<(u64, CodeEntry)> {
        let mut read: Vec<_> = self.read.iter().map(|(&code, &entry)| (code, entry)).collect();
        read.sort_unstable_by_key(|&(code, _)| code);
        read
    }

    pub(super) fn get(&self, code: u64, dictionary: &Dictionary) -> Option<CodeEntry> {
        self.read.get(&code).copied().or_else(|| {
            let (table, _) = self.ready.as_ref()?;
            self.meaning(table.find(code)?, dictionary)
        })
    }

    /// What the built-in table says, without repetitions.
    pub(super) fn meanings(&self, dictionary: &Dictionary) -> Vec<CodeEntry> {
        let count = self.ready.as_ref().map_or(0, |(_, entries)| entries.len());
        (0..count).filter_map(|at| self.meaning(at, dictionary)).collect()
    }

    fn meaning(&self, at: usize, dictionary: &Dictionary) -> Option<CodeEntry> {
        let (table, entries) = self.ready.as_ref()?;
        let entry = *entries.get(at)?;
        let is_single = dictionary.drug(entry.drug).components.is_empty();
        let written = table.meanings.get(at).filter(|_| is_single);
        let strength_mg = written.and_then(|meaning| strength::of_table(meaning.strength));
        Some(CodeEntry { strength_mg, ..entry })
    }
}
