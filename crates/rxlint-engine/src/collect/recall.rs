//! What a collection does for a ledger: takes in what earlier runs stored, and hands over what this
//! run collected.

use std::sync::PoisonError;

use super::{Collected, Collection, said, spill};
use crate::drug::Verdict;
use crate::exposure::person::Fact;
use crate::exposure::{Dispense, Marks, VerdictId, days};
use rxlint_model::day::Day;

impl Collection {
    /// Takes in an identity that an earlier run stored; `None` if the book does not watch it.
    pub fn recall_identity(&self, said: &str) -> Option<VerdictId> {
        let verdict = self.dictionary().resolve(&said::identity(said));
        self.watches(&verdict).then(|| Self::number(&self.verdicts, said.to_owned(), verdict))
    }

    pub(super) fn watches(&self, verdict: &Verdict) -> bool {
        if self.by_identity {
            self.engine.book().may_watch(verdict)
        } else {
            self.engine.book().watches(verdict)
        }
    }

    /// The first day after a record can have ended, carry-over included; `None` for a course that
    /// is still open.
    pub fn reach(&self, record: &Dispense) -> Option<Day> {
        if record.marks.has(Marks::OPEN) && record.days == 0 {
            return None;
        }
        let table = self.verdicts.read().unwrap_or_else(PoisonError::into_inner);
        let own = table
            .values
            .get(record.verdict as usize)
            .and_then(|verdict| days::own_duration(self.dictionary(), verdict, record.counted()));
        let given = if record.days > 0 {
            i32::from(record.days)
        } else {
            i32::from(self.engine.settings().exposure.default_days)
        };
        let days = own.map_or(given, |own| given.max(own.at_least).max(own.by_units));
        Some(record.first.plus(days + self.engine.settings().exposure.carry_cap))
    }

    /// Takes in an authority that an earlier run stored.
    pub fn recall_authority(&self, text: &str) -> u16 {
        if text.is_empty() {
            return 0;
        }
        // The letter case of an authority means nothing.
        let text = text.to_uppercase();
        let number = Self::number(&self.authorities, text.clone(), text);
        u16::try_from(number + 1).unwrap_or(u16::MAX)
    }

    /// What the identity numbers given so far stand for, in a collection that numbers identities.
    pub fn identities(&self) -> Vec<String> {
        let table = self.verdicts.read().unwrap_or_else(PoisonError::into_inner);
        let mut said = vec![String::new(); table.values.len()];
        #[allow(clippy::iter_over_hash_type, reason = "each goes to its own place")]
        for (key, &number) in &table.numbers {
            said[number as usize].clone_from(key);
        }
        said
    }

    /// The authorities, by number from 1.
    pub fn authorities(&self) -> Vec<String> {
        self.authorities.read().unwrap_or_else(PoisonError::into_inner).values.clone()
    }

    /// Hands over what was collected, in as few parts as the memory limit allows; everything about
    /// one patient is in one part.
    ///
    /// # Errors
    /// If spilled records cannot be read again, or what `see` returns.
    pub fn visit<E: From<std::io::Error>>(
        &self,
        collected: &mut Collected,
        mut see: impl FnMut(&[Dispense], &[Fact], &mut Collected) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut added = Collected::default();
        if collected.runs.is_empty() {
            see(&collected.dispenses, &collected.facts, &mut added)?;
        } else {
            collected.runs.push(self.spill.put(&mut collected.dispenses, &mut collected.facts)?);
            for part in 0..spill::PARTS {
                let (dispenses, facts) = self.spill.get(&collected.runs, part)?;
                see(&dispenses, &facts, &mut added)?;
                self.relieve(&mut added);
            }
        }
        collected.absorb(added);
        self.relieve(collected);
        Ok(())
    }
}
