//! What a run knows from earlier: older exports that it also reads, or a ledger of earlier nights.

use std::path::PathBuf;
use std::time::Duration;

use rxlint_engine::collect::first_days::FirstDays;
use rxlint_engine::collect::{Collected, Collection};
use rxlint_engine::exposure::Dispense;
use rxlint_engine::exposure::person::Fact;
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_model::day::Day;
use rxlint_model::disposition::Disposition;
use rxlint_model::finding::{Finding, PatientKey};
use rxlint_model::place::Place;
use rxlint_model::record_text::RecordText;
use rxlint_model::summary::{LedgerSummary, RecordCount};
use serde::{Deserialize, Serialize};

/// What a run has besides today's files.
#[derive(Default)]
pub enum Past<'p> {
    /// Nothing: every input is today's.
    #[default]
    Nothing,
    /// Older exports, which follow today's files among the inputs; this many inputs are today's.
    History(usize),
    /// A ledger of earlier nights.
    Ledger(&'p mut dyn HistoryStore),
}

/// The default number of days for which records are kept.
pub const LOOK_BACK: u16 = 400;

/// Which findings a run with a ledger reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reported {
    /// Those that involve a record of tonight, and those newly caused by tonight's files.
    #[default]
    Tonight,
    /// Those that no earlier run made.
    New,
    /// Those first seen on or after that day, whichever run made them.
    Since(Day),
}

/// What a file with the same name as an earlier one means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SameName {
    /// A correction: the records of the earlier file are removed.
    Replace,
    /// Another night's records: those of the earlier file are kept.
    Add,
}

impl SameName {
    /// The choices, by the names used on the command line.
    pub const ALL: [(&'static str, Self); 2] = [("replace", Self::Replace), ("add", Self::Add)];
}

/// What a run asks of a ledger.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The ledger.
    pub path: PathBuf,
    /// How long to wait for another run to finish.
    pub wait: Duration,
    /// Whether to create the ledger if there is none.
    pub new: bool,
    /// For how many days records are kept.
    pub look_back: u16,
    /// What a file with the same name as an earlier one means; if not given, a file with entirely different days is refused.
    pub same_name: Option<SameName>,
    /// Which findings are reported.
    pub reported: Reported,
}

/// The history store: a ledger, as a run sees it. The trait exists so that the program builds without the feature `sqlite`.
pub trait HistoryStore: Send + Sync {
    /// Recalls what it knows about the patients in today's records, and about those for whom today's files change something; stores what today's
    /// files say. The first days of earlier files are added to today's.
    ///
    /// # Errors
    /// A ledger that cannot be read or written.
    fn recall(
        &mut self,
        collection: &Collection,
        collected: &mut Collected,
        read: &[(RecordCount, FirstDays)],
    ) -> Result<(), InputError>;

    /// Compares the findings with those of earlier runs, and returns those to report.
    ///
    /// # Errors
    /// A ledger that cannot be read or written.
    fn compare(&mut self, found: RunFindings) -> Result<(Vec<Finding>, LedgerSummary), InputError>;

    /// Unmarks these findings as reported: this run left them out because something else was asked for.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    fn mark_untold(&self, findings: &[Finding]) -> Result<(), InputError>;

    /// The findings that this run does not report and that an acceptance may apply to. They are handed out once.
    fn take_held(&mut self) -> Vec<Finding>;

    /// Notes which of this run's findings the site accepts, so that they are reported as new once it no longer does. Returns how many of them the
    /// summary counts as new although an earlier run knew them.
    ///
    /// # Errors
    /// A ledger that cannot be read or written.
    fn note_accepted(&mut self, findings: &[&Finding]) -> Result<u64, InputError>;

    /// Whether an earlier run left a finding out as accepted when it was less severe than now: that acceptance does not apply to it.
    fn has_become_graver(&self, finding: &Finding) -> bool;

    /// Whether the last run left a finding out as accepted and the site's acceptances have not changed: what the ledger does not keep of its records
    /// need not be asked again.
    fn was_accepted(&self, finding: &Finding) -> bool;

    /// The paths of the files of earlier nights that this run refers to. Their numbers start two after the last input's.
    fn paths(&self) -> &[String];

    /// What people decided about findings, in the order in which it was imported.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    fn dispositions(&self) -> Result<Vec<Disposition>, InputError>;

    /// What a person should know about this run's changes to it.
    fn notes(&self) -> &[String];

    /// The numbers that replace this number for the same person, according to merges of any night.
    fn goes_by(&self, patient: PatientKey) -> Vec<PatientKey>;

    /// The record at a place: from tonight's files, read by `tonight`, or from an earlier night, as far as it is kept. If the patient's number was
    /// given up in a merge, the surviving number is shown.
    fn show(
        &self,
        place: &Place,
        tonight: &dyn Fn(&Place) -> Option<RecordText>,
    ) -> Option<RecordText>;

    /// Stores what the run has learned. Called once everything is reported: a run that failed to report counts as not done.
    ///
    /// # Errors
    /// If it cannot be written.
    fn commit(self: Box<Self>) -> Result<(), InputError>;
}

/// What a run found about the patients that were recalled from a ledger.
#[derive(Debug, Default)]
pub struct RunFindings {
    /// All findings, today's and older ones.
    pub findings: Vec<Finding>,
    /// Patients whose findings may change merely because days pass.
    pub waiting: Vec<PatientKey>,
    /// Patient keys that include the authority, with the keys of the bare identifiers, sorted.
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
    /// Which inputs contain today's records; `None` if all do. Tables of persons contain none.
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

    /// Whether facts about a person matter although today's files contain no record of that person.
    pub fn keeps_persons(&self) -> bool {
        matches!(self, Self::Ledger(_))
    }
}

/// Keeps only the patients that today's files say something about. Everything about a patient must be passed at once.
pub fn only_today(today: &[bool], dispenses: &mut Vec<Dispense>, facts: &mut Vec<Fact>) {
    let is_today = |file: u32| today.get(file as usize) == Some(&true);
    let dispensed = dispenses.iter().filter(|d| is_today(d.key.place().file)).map(|d| d.patient);
    let mut patients: Vec<PatientKey> = dispensed
        .chain(facts.iter().filter(|f| is_today(f.key.place().file)).map(|f| f.patient))
        .collect();
    patients.sort_unstable();
    patients.dedup();
    dispenses.retain(|dispense| patients.binary_search(&dispense.patient).is_ok());
    facts.retain(|fact| patients.binary_search(&fact.patient).is_ok());
}
