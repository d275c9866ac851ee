//! What people decided about findings: read from filled-in worklists, kept in the ledger or in a file of their own, and applied
//! to later runs. No decision is ever deleted here: new ones are added.

pub mod import;
pub mod report;
pub mod store;
pub mod worklist;

use rxlint_model::day::Day;
pub use rxlint_model::disposition::Decided;
use rxlint_model::disposition::{Disposition, Standing};
use rxlint_model::finding::Finding;

/// A worklist that was imported, for the alert burden: how much was on it, of how many patients.
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
    /// Those that are settled.
    pub settled: Vec<Finding>,
}

/// Sorts the findings of a run. One that comes back says what was decided, and why it is reported again.
pub fn sort(decided: &Decided, findings: Vec<Finding>, today: Option<Day>) -> Sorted {
    let mut sorted = Sorted::default();
    for mut finding in findings {
        let Some(last) = decided.last_about(&finding) else {
            sorted.undecided.push(finding);
            continue;
        };
        match last.standing(&finding, today) {
            Standing::Settled => sorted.settled.push(finding),
            standing => {
                finding.help.push_str(&earlier(last, standing));
                // One-line formats have no room for the help.
                let why = match standing {
                    Standing::Over => "the day until which it was settled has passed",
                    _ => standing.why(),
                };
                finding.message = format!("{} (reported again: {why})", finding.message);
                sorted.returned.push(finding);
            }
        }
    }
    sorted
}

/// A sentence about what was decided before. It names no one: who decided is kept in the history.
fn earlier(last: &Disposition, standing: Standing) -> String {
    let on = last.on.map(|day| format!(" on {day}")).unwrap_or_default();
    let until = last.until.map(|day| format!(" until {day}")).unwrap_or_default();
    format!(" Reported again: {}{on}{until}, and {}.", last.kind, standing.why())
}
