//! Values that are kept once and referred to by number.

use rustc_hash::FxHashMap;

/// Values by key, numbered in order of arrival.
#[derive(Debug)]
pub(crate) struct Numbered<T> {
    /// By number.
    pub(crate) values: Vec<T>,
    /// Numbers by key.
    pub(crate) numbers: FxHashMap<String, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: FxHashMap::default() }
    }
}

impl<T> Numbered<T> {
    /// The number of the value under that key.
    pub(crate) fn get(&self, key: &str) -> Option<u32> {
        self.numbers.get(key).copied()
    }

    /// The number of the value under that key; if there is none, makes one.
    pub(crate) fn number(&mut self, key: &str, make: impl FnOnce() -> T) -> u32 {
        if let Some(number) = self.get(key) {
            return number;
        }
        let number = self.values.len() as u32;
        self.numbers.insert(key.to_owned(), number);
        self.values.push(make());
        number
    }

    /// Takes in the values of a later table; returns the new number of each.
    pub(crate) fn absorb(&mut self, later: Self) -> Vec<u32> {
        let mut keys: Vec<(u32, String)> =
            later.numbers.into_iter().map(|(key, number)| (number, key)).collect();
        keys.sort_unstable();
        keys.into_iter()
            .zip(later.values)
            .map(|((_, key), value)| self.number(&key, || value))
            .collect()
    }
}
