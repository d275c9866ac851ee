//! What a kind of rule is: everything that the rest of the program needs from one. `registry.rs`
//! lists the kinds.

use std::collections::BTreeMap;

use super::blockade::BlockadeWindow;
use super::book::Rule;
use super::context::Context;
use super::select::Selector;
use super::washout::WashoutWindow;
use crate::drug::Verdict;
use crate::timeline::Timeline;
use rxlint_model::finding::Finding;
use rxlint_model::place::RowKey;

/// What is known about a kind before any of its rules is read. Each kind's file has one, called
/// `ABOUT`.
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    /// The folder that holds its rules.
    pub folder: &'static str,
    /// What its rules judge.
    pub judges: Judges,
    /// A condition to begin with, for `rxlint rules new`; the parts to replace are in angle
    /// brackets.
    pub skeleton: &'static str,
}

/// What the rules of a kind judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judges {
    /// What a patient had.
    Patients,
    /// What a site lists.
    Formularies,
}

/// The condition of a rule, as its kind implements it.
pub trait RuleKind {
    /// What the rule finds in a patient's timeline. The findings are not sorted.
    fn judge(&self, context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule) -> Vec<Finding>;

    /// The records that the rule, as it is defined, does not judge although they look like what it is about: a run reports them.
    fn passed_over(&self, _context: &Context<'_>, _timeline: &Timeline<'_>) -> Vec<RowKey> {
        Vec::new()
    }

    /// What must be among a patient's records for the rule to find anything; other patients are
    /// skipped.
    fn set_off(&self) -> SetOff<'_>;

    /// Every name in it that is defined elsewhere in the book, for checking that it exists.
    fn mentions(&self) -> Mentions<'_>;

    /// The windows that a site's configuration may change.
    fn windows_mut(&mut self) -> WindowTablesMut<'_>;

    /// The words that its messages may use, in lower case.
    fn words(&self) -> Vec<&'static str>;

    /// When it fires, in words: for the manual.
    fn describe(&self) -> String;
}

/// What it takes to set a rule off.
#[derive(Clone, Copy, Debug)]
pub enum SetOff<'c> {
    /// A product of one selection and one of the other.
    Pair(&'c Selector, &'c Selector),
    /// A product of the selection.
    Product(&'c Selector),
    /// A product of the selection, for a patient with facts on record.
    Person(&'c Selector),
    /// A verdict for which this holds.
    Verdict(fn(&Verdict) -> bool),
    /// Days that a record does not give.
    AssumedDays,
    /// Impossible days: see [`super::record::is_implausible`], or an end before the beginning.
    Dates,
    /// Impossible days' supply.
    Supply,
    /// Records of which there may be several versions.
    Versions,
    /// Several birth dates.
    Births,
    /// Nothing: the rule does not judge patients.
    Nothing,
}

impl<'c> SetOff<'c> {
    /// The selections that it mentions: the subject, and the other side if there is one.
    pub fn selectors(self) -> impl Iterator<Item = &'c Selector> {
        let (subject, other) = match self {
            Self::Pair(subject, other) => (Some(subject), Some(other)),
            Self::Product(subject) | Self::Person(subject) => (Some(subject), None),
            Self::Verdict(_)
            | Self::AssumedDays
            | Self::Dates
            | Self::Supply
            | Self::Versions
            | Self::Births
            | Self::Nothing => (None, None),
        };
        subject.into_iter().chain(other)
    }
}

/// The names in a condition that are defined elsewhere in the book.
#[derive(Debug, Default)]
pub struct Mentions<'c> {
    /// Selections of drugs, by ingredient and tag.
    pub selectors: Vec<&'c Selector>,
    /// Single ingredients.
    pub ingredients: Vec<&'c String>,
    /// Conditions of `person/conditions.toml`.
    pub conditions: Vec<&'c String>,
    /// Jurisdictions.
    pub jurisdictions: Vec<&'c String>,
    /// Sources of the rule, by their titles.
    pub sources: Vec<&'c String>,
    /// Windows, which the forms of drugs name.
    pub windows: WindowTables<'c>,
}

/// The windows that a rule lists, by name.
#[derive(Clone, Copy, Debug, Default)]
pub enum WindowTables<'c> {
    /// None.
    #[default]
    None,
    /// Those that a form names as its `washout`.
    Washout(&'c BTreeMap<String, WashoutWindow>),
    /// Those that a form names as its `blockade`.
    Blockade(&'c BTreeMap<String, BlockadeWindow>),
}

/// The same, to be changed.
#[derive(Debug)]
pub enum WindowTablesMut<'c> {
    /// None.
    None,
    /// Those that a form names as its `washout`.
    Washout(&'c mut BTreeMap<String, WashoutWindow>),
    /// Those that a form names as its `blockade`.
    Blockade(&'c mut BTreeMap<String, BlockadeWindow>),
}
