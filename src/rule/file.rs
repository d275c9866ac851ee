//! The files of the rule folders, as written. `rules/README.md` describes every key.

use std::collections::BTreeMap;

use serde::Deserialize;

pub use super::formulary::file::FormularyCheck;
use super::select::Selector;
use crate::finding::Severity;

/// A rule's file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RuleFile {
    /// The rule's id; the name of its file.
    pub id: String,
    /// Which condition table the file has.
    pub kind: Kind,
    /// What it finds, in a few words.
    pub title: String,
    /// How grave a finding is, unless the condition says otherwise.
    pub severity: Severity,
    /// NCPDP reason for service.
    pub dur: String,
    /// Evidence grade A to E, or `none`.
    pub evidence: String,
    /// Whether the evidence is disputed.
    #[serde(default)]
    pub disputed: bool,
    /// Where the rule stands in its life.
    pub status: Status,
    /// Whether it judges only where it is asked for.
    #[serde(default)]
    pub opt_in: bool,
    /// The version of rxlint that brought it.
    pub since: String,
    /// Raised when the verdict on some record can change.
    pub version: u32,
    /// Words to select it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// When it was written.
    pub authored: toml::value::Datetime,
    /// Who reviewed it and when, or that nobody has.
    pub reviewed: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// When it is known to be wrong.
    #[serde(default)]
    pub false_positives: Vec<String>,
    /// The sources, the one to cite first.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
    /// What it says.
    pub message: Message,
    /// Its tests.
    #[serde(default, rename = "case")]
    pub cases: Vec<CaseFile>,
    /// The condition of an overlap rule.
    pub overlap: Option<Overlap>,
    /// The condition of a washout rule.
    pub washout: Option<Washout>,
    /// The condition of a blockade rule.
    pub blockade: Option<Blockade>,
    /// The condition of a duplicate rule.
    pub duplicate: Option<Duplicate>,
    /// The condition of a dose rule.
    pub dose: Option<Dose>,
    /// The condition of a person rule.
    pub person: Option<Person>,
    /// The condition of a record rule.
    pub record: Option<RecordCheck>,
    /// The condition of a formulary rule.
    pub formulary: Option<FormularyCheck>,
}

/// The kinds of rule.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each names the condition type of the same name")]
pub enum Kind {
    Overlap,
    Washout,
    Blockade,
    Duplicate,
    Dose,
    Person,
    Record,
    Formulary,
}

impl Kind {
    /// As rule files write it; the name of the condition table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Washout => "washout",
            Self::Blockade => "blockade",
            Self::Duplicate => "duplicate",
            Self::Dose => "dose",
            Self::Person => "person",
            Self::Record => "record",
            Self::Formulary => "formulary",
        }
    }
}

/// Where a rule stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// New; off unless selected.
    Preview,
    /// In force.
    Stable,
    /// In force, and going.
    Deprecated,
    /// Gone; still explains itself.
    Removed,
}

/// A source of a rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Source {
    /// What to cite.
    pub title: String,
    /// What it says.
    #[serde(default)]
    pub says: Option<String>,
    /// Where to find it.
    #[serde(default)]
    pub url: Option<String>,
}

/// What a finding says; words in braces are filled in.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Message {
    /// The sentence that says what happened.
    pub text: String,
    /// The same for an overlap or a duplicate in which the subject came first.
    #[serde(default)]
    pub text_subject_first: Option<String>,
    /// The arithmetic and what to do.
    pub help: String,
    /// The same for an overlap or a duplicate in which the subject came first.
    #[serde(default)]
    pub help_subject_first: Option<String>,
}

/// The condition of a rule.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "each holds the condition type of the same name")]
pub enum Condition {
    Overlap(Overlap),
    Washout(Washout),
    Blockade(Blockade),
    Duplicate(Duplicate),
    Dose(Dose),
    Person(Person),
    Record(RecordCheck),
    Formulary(Box<FormularyCheck>),
}

/// Two drugs on the same days.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Overlap {
    /// The drug whose episode is judged.
    pub subject: Selector,
    /// The drug that must not be there.
    pub other: Selector,
    /// Also fires when they are fewer than this many days apart, either side.
    #[serde(default)]
    pub within_days: i32,
    /// Another severity where every daily dose of the subject is known to be ultra-low.
    #[serde(default)]
    pub ultra_low: Option<UltraLow>,
    /// Whether the first clean day counts the washout windows.
    #[serde(default)]
    pub free_days: bool,
}

/// What an ultra-low dose changes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UltraLow {
    /// Daily doses in mg below this are ultra-low.
    pub below_mg: f64,
    /// The severity then.
    pub severity: Severity,
}

/// Too few free days before the subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Washout {
    /// The drug that begins.
    pub subject: Selector,
    /// The drug that ended.
    pub other: Selector,
    /// The windows by name; a form names the one that applies after it.
    pub window: BTreeMap<String, Window>,
}

/// How many free days are asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Window {
    /// Fewer free days than these are high.
    pub hard: i32,
    /// Fewer free days than these are moderate.
    pub soft: i32,
    /// Where the numbers come from.
    pub source: String,
    /// How good that is.
    pub grade: String,
}

/// Too soon after the subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Blockade {
    /// The drug that ended.
    pub subject: Selector,
    /// The drug that begins.
    pub other: Selector,
    /// The windows by name; a form names the one that applies after it.
    pub window: BTreeMap<String, BlockadeWindow>,
}

/// How long the blockade lasts after the last day.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BlockadeWindow {
    /// Days.
    pub days: i32,
    /// Where the number comes from.
    pub source: String,
    /// How good that is.
    pub grade: String,
}

/// Two products that do the same.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Duplicate {
    /// The one.
    pub subject: Selector,
    /// The other.
    pub other: Selector,
    /// More shared days than these are needed.
    #[serde(default)]
    pub more_than_days: i32,
}

/// A daily dose, its course, or the interval of depots.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dose {
    /// The drug.
    pub subject: Selector,
    /// Bounds that the daily dose must not pass, each with its severity.
    #[serde(default)]
    pub above: Vec<DoseBound>,
    /// A band that no usual dose falls into, both ends exclusive.
    #[serde(default)]
    pub between_mg: Option<[f64; 2]>,
    /// How a low dose may begin and rise.
    #[serde(default)]
    pub titration: Option<Titration>,
    /// How far depots stand apart and how much they hold.
    #[serde(default)]
    pub interval: Option<Interval>,
}

/// A bound of the daily dose.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DoseBound {
    /// More than this is a finding.
    pub mg: f64,
    /// How grave.
    pub severity: Severity,
}

/// How a low dose may begin and rise.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Titration {
    /// The least daily dose of the band that is meant.
    pub band_from_mg: f64,
    /// The largest daily dose of the band that is meant.
    pub band_to_mg: f64,
    /// An episode must not begin above this.
    pub start_above_mg: f64,
    /// A step must not be larger than this…
    pub rise_above_mg: f64,
    /// … within so many days.
    pub within_days: i32,
}

/// How far depots stand apart and how much they hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Interval {
    /// Fewer days between two are a finding.
    pub min_days: i32,
    /// The only dose.
    pub dose_mg: f64,
    /// Whether directions that say weekly are a finding.
    #[serde(default)]
    pub weekly: bool,
}

/// The drug and the person.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Person {
    /// The drug.
    pub subject: Selector,
    /// Fires below this age in years.
    #[serde(default)]
    pub younger_than: Option<u32>,
    /// Fires where one of these conditions is on record.
    #[serde(default)]
    pub condition: Vec<String>,
    /// Stays silent where one of these is.
    #[serde(default)]
    pub unless_condition: Vec<String>,
    /// For how many days from its date a condition lasts; for ever where it is not given.
    #[serde(default)]
    pub during_days: Option<i32>,
    /// Only for a daily dose from this on.
    #[serde(default)]
    pub dose_from_mg: Option<f64>,
    /// Severity by jurisdiction, where it differs.
    #[serde(default)]
    pub severity_by: BTreeMap<String, Severity>,
}

/// What is wrong with a record itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecordCheck {
    /// Which check.
    pub check: Check,
}

/// The checks of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Code and text name different drugs.
    NameCodeMismatch,
    /// A word one slip away from a watched name.
    NearMissDrugName,
    /// The days are assumed.
    MissingDaysSupply,
    /// The dates cannot be.
    ImplausibleDate,
}

/// A test of a rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CaseFile {
    /// What it shows.
    pub name: String,
    /// A CSV export.
    pub records: String,
    /// The findings of this rule, in order.
    pub finds: Vec<Expected>,
    /// "Today".
    #[serde(default)]
    pub as_of: Option<toml::value::Datetime>,
    /// The jurisdiction, `us` unless given.
    #[serde(default)]
    pub jurisdiction: Option<String>,
    /// Whether every gap below `soft` is high.
    #[serde(default)]
    pub strict: bool,
    /// A CSV of conditions: patient, code, date.
    #[serde(default)]
    pub conditions: Option<String>,
    /// A CSV of patients: patient, birth date.
    #[serde(default)]
    pub patients: Option<String>,
    /// The site's interaction table, for a formulary.
    #[serde(default)]
    pub alerts: Option<String>,
    /// Why the case may fail for now.
    #[serde(default)]
    pub todo: Option<String>,
}

/// A finding that a case expects; what is left out is not checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Expected {
    /// How grave.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// How many days it speaks of.
    #[serde(default)]
    pub days: Option<u32>,
    /// The first clean day.
    #[serde(default)]
    pub clean_from: Option<toml::value::Datetime>,
    /// A part of the message or the help.
    #[serde(default)]
    pub says: Option<String>,
    /// The other drug.
    #[serde(default)]
    pub drug: Option<String>,
    /// How many further pairs.
    #[serde(default)]
    pub also: Option<u32>,
}
