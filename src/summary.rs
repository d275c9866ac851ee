//! What a run did: the ledger that accounts for every record, and the counts that a person checks first.

use std::collections::BTreeMap;

use crate::finding::Severity;

/// One input in the ledger: `read = checked + inactive + unresolved + rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileLedger {
    /// The path as it was given; `-` for standard input.
    pub path: String,
    /// The format, as in `--input-format`: `csv`.
    pub format: String,
    /// The layout that was recognised: `synthea`, `omop`, `generic`.
    pub layout: String,
    /// Bytes read, as stored.
    pub bytes: u64,
    /// Records read.
    pub read: u64,
    /// Records that were understood and whose drug was looked at.
    pub checked: u64,
    /// Records that make no exposure: cancelled, reversed, on hold and the like.
    pub inactive: u64,
    /// Records that name no drug which can be read.
    pub unresolved: u64,
    /// Records that could not be understood.
    pub rejected: u64,
}

impl FileLedger {
    /// Whether every record read is accounted for exactly once.
    pub fn ties_out(&self) -> bool {
        self.read == self.checked + self.inactive + self.unresolved + self.rejected
    }
}

/// The counts of a whole run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// One entry an input, in the order in which they were read.
    pub files: Vec<FileLedger>,
    /// Patients with at least one record about a watched drug.
    pub patients: u64,
    /// Watched exposures that were judged.
    pub exposures: u64,
    /// Claims that a reversal removed.
    pub reversed: u64,
    /// Findings by severity, those that are accepted or in the baseline left out.
    pub findings: BTreeMap<Severity, u64>,
    /// Findings by rule id.
    pub by_rule: BTreeMap<String, u64>,
    /// How often each assumption was made: `days-supply` → exposures.
    pub assumed: BTreeMap<&'static str, u64>,
    /// Rejected records by reason.
    pub rejects: BTreeMap<&'static str, u64>,
    /// Findings left out because `[[accept]]` accepts them.
    pub accepted: u64,
    /// Findings left out because the baseline knows them.
    pub baselined: u64,
    /// Whether everything that was to be read was read and understood, as far as `--max-rejects` asks.
    pub complete: bool,
    /// What a reader should know beside the findings: inputs without a record, codes without a vocabulary.
    pub notes: Vec<String>,
}
