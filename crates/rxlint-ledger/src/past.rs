//! What a run knows from before: older exports that are read along, or a ledger of earlier nights.

use std::path::PathBuf;
use std::time::Duration;

use rxlint_engine::collect::first_days::FirstDays;
use rxlint_engine::collect::{Collected, Collection};
use rxlint_engine::exposure::Dispense;
use rxlint_engine::exposure::person::Fact;
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, PatientKey};
use rxlint_model::place::Place;
use rxlint_model::record_text::RecordText;
use rxlint_model::summary::{FileLedger, LedgerSummary};
use serde::{Deserialize, Serialize};

/// What stands behind today's files.
#[derive(Default)]
pub enum Past<'p> {
    /// Nothing: every input is today's.
    #[default]
    Nothing,
    /// Older exports, which stand among the inputs behind today's; so many are today's.
    History(usize),
    /// A ledger of earlier nights.
    Ledger(&'p mut dyn HistoryStore),
}

/// Records are kept for so many days unless the site says otherwise.
pub const LOOK_BACK: u16 = 400;

/// Which findings a run with a ledger reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reported {
    /// Those in which a record of tonight has part, and those that tonight's files newly cause.
    #[default]
    Tonight,
    /// Those that no earlier run has made.
    New,
    /// Those that were first seen on that day or later, whoever made them.
    Since(Day),
}

/// What a file of the same name as an earlier one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SameName {
    /// Its correction: the earlier one's records go.
    Replace,
    /// Another night's: the earlier one's records stay.
    Add,
}

impl SameName {
    /// The choices, by the names used on the command line.
    pub const ALL: [(&'static str, Self); 2] = [("replace", Self::Replace), ("add", Self::Add)];
}

/// What is asked of a ledger in a run.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The ledger.
    pub path: PathBuf,
    /// How long to wait for another run.
    pub wait: Duration,
    /// For how many days records are kept.
    pub look_back: u16,
    /// What a file of the same name as an earlier one is; where nothing is said, days that lie apart are refused.
    pub same_name: Option<SameName>,
    /// Which findings are reported.
    pub reported: Reported,
}

/// A ledger, as a run sees it.
pub trait HistoryStore: Send + Sync {
    /// Tells what it knows of the patients of today's records, and of those about whom today's files change something;
    /// takes in what today's files say. The first days of what was read before are added to those of today.
    ///
    /// # Errors
    /// A ledger that cannot be read or written.
    fn recall(
        &mut self,
        collection: &Collection,
        collected: &mut Collected,
        read: &[(FileLedger, FirstDays)],
    ) -> Result<(), InputError>;

    /// Compares what was found with what earlier runs had found, and says which findings are to be reported.
    ///
    /// # Errors
    /// A ledger that cannot be read or written.
    fn settle(&mut self, found: RunFindings) -> Result<(Vec<Finding>, LedgerSummary), InputError>;

    /// The paths of the files of earlier nights that this run has met; they are numbered from two behind the last input.
    fn paths(&self) -> &[String];

    /// What a person should know of this run's changes to it.
    fn notes(&self) -> &[String];

    /// The record at a place in a file of an earlier night, as far as it is kept. `tonight` reads a record of today's files.
    fn show(
        &self,
        place: &Place,
        tonight: &dyn Fn(&Place) -> Option<RecordText>,
    ) -> Option<RecordText>;

    /// Keeps what the run has learnt. Called once everything is reported: a run that could not tell has not happened.
    ///
    /// # Errors
    /// When it cannot be written.
    fn commit(self: Box<Self>) -> Result<(), InputError>;
}

/// What a run found of the patients that a ledger was asked for.
#[derive(Debug, Default)]
pub struct RunFindings {
    /// All findings, today's and older ones.
    pub findings: Vec<Finding>,
    /// Patients of whom the mere passing of days may change what is found.
    pub waiting: Vec<PatientKey>,
    /// Keys in which the authority has a part, and the keys of the identifiers alone, sorted.
    pub apart: Vec<(PatientKey, PatientKey)>,
    /// Today.
    pub as_of: Option<Day>,
}

impl RunFindings {
    /// The key of the patient's identifier alone.
    pub fn identifier(&self, patient: PatientKey) -> PatientKey {
        self.apart
            .binary_search_by_key(&patient, |&(apart, _)| apart)
            .map_or(patient, |at| self.apart[at].1)
    }
}

impl Past<'_> {
    /// Which inputs hold today's records; `None` where all do. What tells of persons alone holds none.
    pub fn today(&self, inputs: &[Input]) -> Option<Vec<bool>> {
        let today = match self {
            Self::Nothing => return None,
            Self::History(today) => *today,
            Self::Ledger(_) => inputs.len(),
        };
        Some(
            inputs
                .iter()
                .enumerate()
                .map(|(at, input)| at < today && !input.is_context())
                .collect(),
        )
    }

    /// Whether what is said of a person matters though no record of that person is in today's files.
    pub fn keeps_persons(&self) -> bool {
        matches!(self, Self::Ledger(_))
    }
}

/// Leaves the patients of whom today's files say something. Everything about a patient is given at once.
pub fn only_today(today: &[bool], dispenses: &mut Vec<Dispense>, facts: &mut Vec<Fact>) {
    let is_today = |file: u32| today.get(file as usize) == Some(&true);
    let told = dispenses.iter().filter(|d| is_today(d.key.place().file)).map(|d| d.patient);
    let mut patients: Vec<PatientKey> = told
        .chain(facts.iter().filter(|f| is_today(f.key.place().file)).map(|f| f.patient))
        .collect();
    patients.sort_unstable();
    patients.dedup();
    dispenses.retain(|dispense| patients.binary_search(&dispense.patient).is_ok());
    facts.retain(|fact| patients.binary_search(&fact.patient).is_ok());
}
