//! What a rule reports about a patient: the finding, before anyone decides how to show it.

pub mod fingerprint;
mod known;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::place::RowKey;
use crate::record::Field;
pub use fingerprint::{Fingerprint, PatientKey};
pub use known::Known;

/// How severe a finding is, on the scale of FHIR's DetectedIssue. Ordered: `Low < Moderate < High`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// To be looked at.
    Moderate,
    /// To be stopped and resolved before the drug is taken.
    High,
}

impl Severity {
    /// The severity that a premise begins with: `moderate, above 100 mg`.
    pub fn at_the_head_of(premise: &str) -> Option<Self> {
        let word = premise.split(',').next()?;
        [Self::High, Self::Moderate, Self::Low].into_iter().find(|one| one.name() == word)
    }

    /// `high`, `moderate` or `low`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Moderate => "moderate",
            Self::Low => "low",
        }
    }
}

/// What all findings of a rule share. Comes from the rule's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The rule's id: `opioid-antagonist-overlap`.
    pub id: String,
    /// What it finds, in a few words.
    pub title: String,
    /// NCPDP reason for service: `DD`.
    pub dur: String,
    /// Evidence grade, `A` to `E`; empty for data quality.
    pub grade: String,
    /// Whether the evidence is disputed.
    pub disputed: bool,
    /// The sources, the one to cite first.
    pub sources: Vec<String>,
    /// Words by which the rule can be selected.
    pub tags: Vec<String>,
    /// The rule's version.
    pub version: u32,
}

/// The days that a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// `overlap`, `opioid-free`, `blockade`, `interval` …
    pub kind: &'static str,
    /// The first of them.
    pub first: Day,
    /// The last of them, inclusive; the day before `first` where `count` is 0.
    pub last: Day,
    /// How many there are.
    pub count: u32,
}

/// Which side of an interaction a drug is on, for reports that draw it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// It blocks opioids.
    Antagonist,
    /// It acts as an opioid.
    Opioid,
    /// Neither.
    #[default]
    Other,
}

/// A record that a finding points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingPlace {
    /// The record, by its caller's key.
    pub row: RowKey,
    /// The cell to point at: the drug's name, its code, the days' supply.
    pub field: Field,
    /// The drug's role there: `antagonist`, `full agonist`.
    pub role: String,
    /// Which side that is.
    pub side: Side,
    /// The drug: `naltrexone`.
    pub drug: String,
    /// First and last day of the exposure, inclusive; `None` if the record is not about days.
    pub days: Option<(Day, Day)>,
    /// How many of those days come from supply left over when this record's supply arrived.
    pub carried: u32,
}

/// One thing that is wrong with one patient's records.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Arc<RuleInfo>,
    /// Its severity here.
    pub severity: Severity,
    /// One sentence: what happened.
    pub message: String,
    /// The arithmetic, what to do, the first clean day, the evidence.
    pub help: String,
    /// The days it is about.
    pub days: Option<Days>,
    /// The first day on which the drug could start without a finding.
    pub clean_from: Option<Day>,
    /// What the finding assumes because the records do not say it: `days-supply`.
    pub assumed: Vec<&'static str>,
    /// The records that show it, the main one first. Never empty.
    pub places: Vec<FindingPlace>,
    /// How many further pairs of the same two eras break the rule.
    pub also: u32,
    /// The records of those pairs, as far as they are listed.
    pub also_places: Vec<FindingPlace>,
    /// All records counted besides `places`, with their first and last day: a filter by prescriber or by days must find it through any of them.
    pub counted: Vec<(RowKey, Option<(Day, Day)>)>,
    /// What identifies it from run to run.
    pub fingerprint: Fingerprint,
    /// Whom it is about; the default key if it is not about a patient.
    pub patient: PatientKey,
    /// Whether a record of today's files is involved; history alone is not news.
    pub fresh: bool,
    /// The as-of day when it was first found; known if a ledger is kept.
    pub first_seen: Option<Day>,
    /// Whether it was withdrawn and is found again since the last decision on it; known if a ledger is kept.
    pub stands_again: bool,
    /// What a baseline must match besides the fingerprint: the severity that the rule itself gives it and, for a dose, the limit that was exceeded,
    /// for a gap, its free days. A finding whose premise changed is new, even though its fingerprint is not.
    pub premise: String,
}

impl Finding {
    /// The day on which the last of its records began.
    pub fn last_begun(&self) -> Option<Day> {
        // A fault of records as such does not recur with each dispensing.
        let of_course = self.days.is_some();
        let counted = self.counted.iter().filter(|_| of_course).filter_map(|(_, days)| *days);
        let listed = self.places.iter().chain(&self.also_places).filter_map(|place| place.days);
        listed.chain(counted).map(|(first, _)| first).max()
    }

    /// Every record that it counts, with its first and last day.
    pub fn records(&self) -> impl Iterator<Item = (RowKey, Option<(Day, Day)>)> + '_ {
        let listed = self.places.iter().chain(&self.also_places);
        listed.map(|place| (place.row, place.days)).chain(self.counted.iter().copied())
    }

    /// The severity the rule itself gives it, whatever a site sets for the rule: premises begin with it.
    pub fn own_severity(&self) -> Option<Severity> {
        Severity::at_the_head_of(&self.premise)
    }
}
