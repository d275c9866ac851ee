//! All decisions, by finding.

use std::collections::BTreeMap;

use super::Disposition;
use crate::finding::{Finding, Fingerprint};

/// All decisions, in the order in which they were imported.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    by_finding: BTreeMap<Fingerprint, Vec<Disposition>>,
}

impl Decided {
    /// These decisions, in the order in which they were imported.
    pub fn new(dispositions: impl IntoIterator<Item = Disposition>) -> Self {
        let mut decided = Self::default();
        for disposition in dispositions {
            decided.by_finding.entry(disposition.fingerprint).or_default().push(disposition);
        }
        decided
    }

    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.by_finding.is_empty()
    }

    /// The last decision on each finding and premise.
    pub fn last(&self) -> impl Iterator<Item = &Disposition> {
        self.by_finding.values().flat_map(|all| {
            let is_last = |&(at, one): &(usize, &Disposition)| {
                !all[at + 1..].iter().any(|later| later.premise == one.premise)
            };
            all.iter().enumerate().filter(is_last).map(|(_, one)| one)
        })
    }

    /// The decisions on a finding and premise, earliest first.
    pub fn about<'a>(
        &'a self,
        fingerprint: Fingerprint,
        premise: Option<&'a str>,
    ) -> impl DoubleEndedIterator<Item = &'a Disposition> {
        let all = self.by_finding.get(&fingerprint).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(move |one| {
            one.premise.as_deref().zip(premise).is_none_or(|(one, premise)| one == premise)
        })
    }

    /// The number of decisions on a finding, whatever its premise.
    pub fn count(&self, fingerprint: Fingerprint) -> usize {
        self.about(fingerprint, None).count()
    }

    /// The decision that applies to a finding: the last on its premise, otherwise the last of all.
    pub fn last_about<'a>(&'a self, finding: &'a Finding) -> Option<&'a Disposition> {
        let on_it = self.about(finding.fingerprint, Some(&finding.premise)).next_back();
        on_it.or_else(|| self.about(finding.fingerprint, None).next_back())
    }
}
