//! What people decided about findings: read from filled-in worklists, kept in the ledger or in a file of their own, and applied
//! to later runs. Nothing that was decided is ever deleted here: what is decided anew is added.

pub mod import;
pub mod report;
pub mod store;
pub mod worklist;

use std::collections::BTreeMap;

use rxlint_model::day::Day;
use rxlint_model::disposition::{Disposition, Standing};
use rxlint_model::finding::{Finding, Fingerprint};

/// Everything that was decided, in the order in which it was taken in.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    by_finding: BTreeMap<Fingerprint, Vec<Disposition>>,
}

/// A worklist that was taken in, for the alert burden: how much was on it, of how many patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorklistCount {
    /// What counted as today.
    pub as_of: Day,
    /// The findings on it.
    pub findings: u64,
    /// The patients with a watched drug; `None` if the worklist no longer says so.
    pub patients: Option<u64>,
}

/// The findings of a run, by what was decided about them.
#[derive(Debug, Default)]
pub struct Sorted {
    /// Those about which nothing was decided.
    pub undecided: Vec<Finding>,
    /// Those that come back although something was decided.
    pub returned: Vec<Finding>,
    /// How many are settled.
    pub settled: u64,
}

impl Decided {
    /// What these say, in the order in which they were taken in.
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

    /// The last decision about each finding on each premise.
    pub fn last(&self) -> impl Iterator<Item = &Disposition> {
        self.by_finding.values().flat_map(|all| {
            let is_last = |&(at, one): &(usize, &Disposition)| {
                !all[at + 1..].iter().any(|later| later.premise == one.premise)
            };
            all.iter().enumerate().filter(is_last).map(|(_, one)| one)
        })
    }

    /// The decisions about a finding on a premise, the first one first.
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

    /// Sorts the findings of a run. One that comes back says what was decided, and why it is told again.
    pub fn sort(&self, findings: Vec<Finding>, today: Option<Day>) -> Sorted {
        let mut sorted = Sorted::default();
        for mut finding in findings {
            let on_it = self.about(finding.fingerprint, Some(&finding.premise)).next_back();
            let Some(last) = on_it.or_else(|| self.about(finding.fingerprint, None).next_back())
            else {
                sorted.undecided.push(finding);
                continue;
            };
            match last.standing(&finding, today) {
                Standing::Settled => sorted.settled += 1,
                standing => {
                    finding.help.push_str(&earlier(last, standing));
                    sorted.returned.push(finding);
                }
            }
        }
        sorted
    }
}

/// A sentence about what was decided before. It names nobody: who decided is kept in the history.
fn earlier(last: &Disposition, standing: Standing) -> String {
    let on = last.on.map(|day| format!(" on {day}")).unwrap_or_default();
    let until = last.until.map(|day| format!(" until {day}")).unwrap_or_default();
    format!(" Told again: {}{on}{until}, and {}.", last.kind, standing.why())
}
