//! What only a whole list says about its entries: which letters occur together in its statuses, whether an empty cell means no, and what has not
//! begun.

use std::collections::{BTreeMap, BTreeSet};

use super::intake::ListCollector;
use super::{FormularyEntry, days, status};
use rxlint_model::day::Day;

/// The kind of statuses a list has.
#[derive(Default)]
struct Statuses {
    letters: BTreeSet<char>,
    /// Whether all non-empty ones are marks, or letters.
    marks_alone: bool,
    letters_alone: bool,
}

impl ListCollector {
    /// Takes off the list what its other entries show to be off: `I` next to `A`, and an empty cell next to crosses. If the current day was given,
    /// entries that begin later are not on it yet.
    pub fn settle(&mut self, as_of: Option<Day>) {
        let lists = self.statuses();
        let later: Vec<bool> = self
            .terms
            .values
            .iter()
            .map(|terms| days::start_of(&terms.start).zip(as_of).is_some_and(|(a, b)| a > b))
            .collect();
        let mut entries = std::mem::take(&mut self.entries);
        for entry in &mut entries {
            let status = self.status(entry);
            let says_off = lists.get(&entry.list).is_some_and(|of_list| {
                let is_inactive = of_list.letters_alone
                    && of_list.letters.contains(&'a')
                    && is_letter(status, 'i');
                is_inactive || of_list.marks_alone && status.trim().is_empty()
            });
            let begins_later = later.get(entry.terms as usize).copied().unwrap_or_default();
            entry.active &= !says_off && !begins_later;
        }
        self.entries = entries;
    }

    fn status(&self, entry: &FormularyEntry) -> &str {
        self.terms.values.get(entry.terms as usize).map_or("", |terms| terms.status.as_str())
    }

    fn statuses(&self) -> BTreeMap<u32, Statuses> {
        let mut lists: BTreeMap<u32, Statuses> = BTreeMap::new();
        // Entries share terms: each pair of list and terms is checked once.
        let pairs: BTreeSet<(u32, u32)> =
            self.entries.iter().map(|entry| (entry.list, entry.terms)).collect();
        for (list, terms) in pairs {
            let status = self.terms.values.get(terms as usize).map_or("", |terms| &terms.status);
            if status.trim().is_empty() {
                continue;
            }
            let fresh =
                || Statuses { letters: BTreeSet::new(), marks_alone: true, letters_alone: true };
            let of_list = lists.entry(list).or_insert_with(fresh);
            let letter = status::letter(status);
            of_list.letters.extend(letter);
            of_list.letters_alone &= letter.is_some();
            of_list.marks_alone &= status::is_mark(status);
        }
        lists
    }
}

fn is_letter(status: &str, letter: char) -> bool {
    status::letter(status) == Some(letter)
}
