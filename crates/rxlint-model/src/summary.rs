//! What a run did: the record counts, in which every record appears exactly once, and the totals that a person checks first.

use std::collections::BTreeMap;

use crate::day::Day;
use crate::finding::Known;
use crate::finding::{Finding, Fingerprint, Severity};
use crate::gap::Gap;

/// The record count of one input: `read = checked + inactive + unresolved + rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordCount {
    /// The path as it was given; `-` for standard input.
    pub path: String,
    /// The format, as in `--input-format`: `csv`.
    pub format: String,
    /// The recognised layout: `synthea`, `omop`, `generic`.
    pub layout: String,
    /// Bytes read, as stored.
    pub bytes: u64,
    /// Records read.
    pub read: u64,
    /// Records that were understood and whose drug was looked up.
    pub checked: u64,
    /// Records that are not exposures: cancelled, reversed, on hold and the like.
    pub inactive: u64,
    /// Records that do not name a readable drug.
    pub unresolved: u64,
    /// Records that could not be understood.
    pub rejected: u64,
    /// Whether the input was not read after all because the order of day and month in its dates is unknown.
    pub unread: bool,
}

impl RecordCount {
    /// Whether every record read is accounted for exactly once.
    pub fn ties_out(&self) -> bool {
        self.read == self.checked + self.inactive + self.unresolved + self.rejected
    }
}

/// The counts of a whole run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// One entry per input, in reading order.
    pub files: Vec<RecordCount>,
    /// Older exports that were also read, counted like `files`.
    pub history: Vec<RecordCount>,
    /// What the ledger knew and learned, if one is kept.
    pub ledger: Option<LedgerSummary>,
    /// Patients with at least one record about a watched drug.
    pub patients: u64,
    /// What a formulary lists; `None` if prescriptions were read.
    pub products: Option<Products>,
    /// How often free text mentions a watched drug, as far as the raw input was searched.
    pub mentioned: u64,
    /// Watched exposures that were judged.
    pub exposures: u64,
    /// Claims that a reversal removed.
    pub reversed: u64,
    /// Findings by severity, without those that are accepted or in the baseline.
    pub findings: BTreeMap<Severity, u64>,
    /// Findings by rule id.
    pub by_rule: BTreeMap<String, u64>,
    /// How often each assumption was made: `days-supply` → exposures.
    pub assumed: BTreeMap<&'static str, u64>,
    /// Rejected records by reason.
    pub rejects: BTreeMap<&'static str, u64>,
    /// Findings left out because `[[accept]]` accepts them.
    pub accepted: u64,
    /// Findings left out because they are in the baseline.
    pub baselined: u64,
    /// Findings left out because someone has settled them.
    pub settled: u64,
    /// Findings reported again although someone had settled them.
    pub returned: u64,
    /// The filter on findings, if one was requested.
    pub filtered: Option<Filtered>,
    /// The findings shown, counted by the requested grouping.
    pub groups: Option<Groups>,
    /// What each `[[accept]]` entry accepts.
    pub acceptances: Vec<Accepted>,
    /// Findings in the baseline that the run did not find again.
    pub gone: Vec<Known>,
    /// What was not checked.
    pub gaps: Vec<Gap>,
    /// What a reader should know besides the findings: inputs without records, codes without a
    /// vocabulary.
    pub notes: Vec<String>,
    /// Unknown statuses, each with its number of records. They are words of the input, and redacted like it.
    pub unknown_statuses: Vec<(String, u64)>,
}

/// A filter on what is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filtered {
    /// The options given. Their values may be about a person.
    pub options: Vec<&'static str>,
    /// How many findings it hides.
    pub left_out: u64,
}

/// How findings are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The prescriber of its records.
    Prescriber,
    /// The site that dispensed them.
    Site,
    /// The rule.
    Rule,
    /// The month in which the last of its drugs began.
    Month,
}

impl GroupBy {
    /// The choices, by the names used on the command line.
    pub const ALL: [(&'static str, Self); 4] = [
        ("prescriber", Self::Prescriber),
        ("site", Self::Site),
        ("rule", Self::Rule),
        ("month", Self::Month),
    ];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, by)| *by == self).map_or("", |(name, _)| name)
    }
}

/// The findings shown, grouped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// The grouping.
    pub by: GroupBy,
    /// The patients with a watched drug in the whole run.
    pub watched: u64,
    /// The findings shown, each counted once.
    pub findings: u64,
    /// The groups, those with most findings first; months in order.
    pub rows: Vec<Group>,
}

/// The findings of one prescriber, site, rule or month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The group's name; empty if the records do not say.
    pub name: String,
    /// How many are high.
    pub high: u64,
    /// How many are moderate.
    pub moderate: u64,
    /// How many are low.
    pub low: u64,
    /// The number of patients concerned.
    pub patients: u64,
    /// The patients with a watched drug in the group; for a rule, those of the whole run.
    pub watched: u64,
}

impl Group {
    /// All of them.
    pub fn findings(&self) -> u64 {
        self.high + self.moderate + self.low
    }

    /// The patients with a finding per 1,000 with a watched drug in the group, in tenths; `None` if there are none.
    pub fn tenths_per_1000(&self) -> Option<u64> {
        let watched = Some(self.watched).filter(|&count| count > 0)?;
        Some((self.patients * 10_000 + watched / 2) / watched)
    }

    /// The same as a number with one decimal: `3.4`.
    pub fn rate(&self) -> String {
        let rate = self.tenths_per_1000();
        rate.map(|tenths| format!("{}.{}", tenths / 10, tenths % 10)).unwrap_or_default()
    }
}

/// What a formulary lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Products {
    /// Distinct products.
    pub listed: u64,
    /// Those that contain an opioid, an antagonist or another watched drug.
    pub watched: u64,
}

impl Summary {
    /// Whether everything that should be checked was checked.
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty()
    }

    /// Counts the findings that are shown, by severity and by rule.
    pub fn tally(&mut self, findings: &[Finding]) {
        self.findings.clear();
        self.by_rule.clear();
        for finding in findings {
            *self.findings.entry(finding.severity).or_default() += 1;
            *self.by_rule.entry(finding.rule.id.clone()).or_default() += 1;
        }
    }
}

/// What a ledger of earlier runs contributed, and what happened to its findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerSummary {
    /// The ledger's path as it was given.
    pub path: String,
    /// Records of earlier files that were judged along with today's.
    pub recalled: u64,
    /// Findings first made by this run, or one over the same files, before `[[accept]]` and the baseline.
    pub new: u64,
    /// Findings that still hold and are not reported, because an earlier run reported them.
    pub earlier: u64,
    /// Findings of earlier runs that no longer hold.
    pub withdrawn: Vec<Withdrawn>,
}

/// A finding of an earlier run that no longer holds: a claim was reversed, a file corrected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Withdrawn {
    /// The rule.
    pub rule: String,
    /// The finding's fingerprint.
    pub fingerprint: Fingerprint,
    /// The as-of day when it was first found; `None` if no calendar day may be shown.
    pub first_seen: Option<Day>,
}

/// An `[[accept]]` entry in the summary. It contains neither a patient nor the reason, which may mention one; its line leads to both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The configuration file that contains it.
    pub path: String,
    /// Its line, from 1.
    pub line: u32,
    /// The rule whose findings it accepts.
    pub rule: String,
    /// The last day on which it is valid.
    pub until: Option<Day>,
    /// Who accepted it.
    pub by: Option<String>,
    /// NCPDP 440-E5, what the pharmacist did.
    pub service: Option<String>,
    /// NCPDP 441-E6, what came of it.
    pub outcome: Option<String>,
    /// How many findings it matches.
    pub findings: u64,
}
