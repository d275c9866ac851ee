//! The records that could not be understood: how many for which reason, and where the first ones are.

use std::collections::BTreeMap;

use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;

/// So many are kept with their keys, unless all are asked for: an export may consist of nothing else.
const FIRST: usize = 100;
/// So many of each reason are kept in any case.
const FIRST_OF_REASON: usize = 3;

/// Records that could not be understood.
#[derive(Clone, Debug, Default)]
pub struct Rejected {
    counts: BTreeMap<&'static str, u64>,
    kept: Vec<(RowKey, Reason)>,
    keeps_all: bool,
}

impl Rejected {
    /// None yet; whether every one will be kept with its key.
    pub fn new(keeps_all: bool) -> Self {
        Self { keeps_all, ..Self::default() }
    }

    /// Counts one more, in the order of the input.
    pub fn note(&mut self, key: RowKey, reason: Reason) {
        *self.counts.entry(reason.code()).or_default() += 1;
        self.keep(key, reason);
    }

    /// Adds those of a later part of the input.
    pub fn absorb(&mut self, later: Self) {
        self.keeps_all |= later.keeps_all;
        for (code, count) in later.counts {
            *self.counts.entry(code).or_default() += count;
        }
        later.kept.into_iter().for_each(|(key, reason)| self.keep(key, reason));
    }

    fn keep(&mut self, key: RowKey, reason: Reason) {
        let of_reason = || self.kept.iter().filter(|(_, kept)| kept.code() == reason.code());
        if self.keeps_all
            || self.kept.len() < FIRST
            || of_reason().take(FIRST_OF_REASON).count() < FIRST_OF_REASON
        {
            self.kept.push((key, reason));
        }
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How many there are for each reason (see [`Reason::code`]).
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.counts.iter().map(|(&code, &count)| (code, count))
    }

    /// The first ones, or all if that was asked for.
    pub fn kept(&self) -> &[(RowKey, Reason)] {
        &self.kept
    }

    /// The keys of those that are kept.
    pub(super) fn keys_mut(&mut self) -> impl Iterator<Item = &mut RowKey> {
        self.kept.iter_mut().map(|(key, _)| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(keeps_all: bool) -> Rejected {
        let mut all = Rejected::new(keeps_all);
        for block in 0..10 {
            let mut of_block = Rejected::new(keeps_all);
            for row in 0..1_000 {
                let reason = if row < 990 { Reason::NoDate } else { Reason::NoPatient };
                of_block.note(RowKey(block * 1_000 + row), reason);
            }
            all.absorb(of_block);
        }
        all
    }

    #[test]
    fn all_are_counted_and_the_first_of_each_reason_kept() {
        let all = many(false);
        assert_eq!(all.len(), 10_000);
        assert_eq!(all.counts().collect::<Vec<_>>(), [("no-date", 9_900), ("no-patient", 100)]);
        let without_patient = all.kept().iter().filter(|(_, why)| *why == Reason::NoPatient);
        assert_eq!(without_patient.map(|(key, _)| key.0).collect::<Vec<_>>(), [990, 991, 992]);
        assert!(all.kept().len() <= FIRST + 2 * FIRST_OF_REASON);
        assert!(all.kept().is_sorted_by_key(|(key, _)| key.0));
    }

    #[test]
    fn all_are_kept_if_they_are_asked_for() {
        assert_eq!(many(true).kept().len(), 10_000);
    }
}
