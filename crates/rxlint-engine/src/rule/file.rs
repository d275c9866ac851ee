//! The files of the rule folders, as written. `rules/README.md` describes every key.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::registry::for_each_kind;
pub use super::registry::{Condition, Kind};
use super::select::Selector;
use rxlint_model::finding::Severity;

macro_rules! rule_file {
    ($($key:ident: $Kind:ident($Keys:ident),)*) => {
        /// A rule's file. It has exactly one condition table, that of its kind.
        #[derive(Clone, Debug, Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct RuleFile {
            /// The rule's id, which is also the name of its file.
            pub id: String,
            /// Which condition table the file has.
            pub kind: Kind,
            /// What it finds, in a few words.
            pub title: String,
            /// The severity of its findings, unless the condition says otherwise.
            pub severity: Severity,
            /// NCPDP reason for service.
            pub dur: String,
            /// Evidence grade A to E, or `none`.
            pub evidence: String,
            /// Whether the evidence is disputed.
            #[serde(default)]
            pub disputed: bool,
            /// Where the rule is in its life cycle.
            pub status: RuleStatus,
            /// Whether it judges only when selected.
            #[serde(default)]
            pub opt_in: bool,
            /// The version of rxlint that introduced it.
            pub since: String,
            /// Raised when the verdict on some record can change.
            pub version: u32,
            /// Words to select it by.
            #[serde(default)]
            pub tags: Vec<String>,
            /// When it was written.
            pub authored: toml::value::Datetime,
            /// Who reviewed it and when, or that no one has.
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
            pub sources: Vec<RuleSource>,
            /// What it says.
            pub message: RuleMessage,
            /// Its tests, until the rule has them.
            #[serde(default, rename = "case")]
            pub(super) cases: Vec<CaseFile>,
            $(
                /// The condition of a rule of this kind.
                pub $key: Option<super::$key::$Keys>,
            )*
        }
    };
}
for_each_kind!(rule_file);

/// Where a rule is in its life cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleStatus {
    /// New; off unless selected.
    Preview,
    /// In force.
    Stable,
    /// In force, but on its way out.
    Deprecated,
    /// Gone; can still be explained.
    Removed,
}

/// A source of a rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "struct Source")]
pub struct RuleSource {
    /// What to cite.
    pub title: String,
    /// What it says.
    #[serde(default)]
    pub says: Option<String>,
    /// Where to find it.
    #[serde(default)]
    pub url: Option<String>,
    /// The products for which it is cited first.
    #[serde(default)]
    pub about: Option<Selector>,
}

/// What a finding says; words in braces are filled in.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "struct Message")]
pub struct RuleMessage {
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
    /// What it says instead in some cases, by the name that the rule's kind gives them.
    #[serde(default)]
    pub variant: BTreeMap<String, VariantMessage>,
}

/// What a finding says in one case; sentences that are left out are those of all other cases.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "struct Variant")]
pub struct VariantMessage {
    /// The sentence that says what happened.
    #[serde(default)]
    pub text: Option<String>,
    /// The arithmetic and what to do.
    #[serde(default)]
    pub help: Option<String>,
    /// The same if the subject came first.
    #[serde(default)]
    pub help_subject_first: Option<String>,
    /// Applies to every finding that involves such a drug, unless the kind of rule names another case.
    #[serde(default)]
    pub about: Option<Selector>,
}

impl RuleMessage {
    /// All its sentences.
    pub fn sentences(&self) -> impl Iterator<Item = &String> {
        let first = [&self.text_subject_first, &self.help_subject_first];
        let of_variants = self
            .variant
            .values()
            .flat_map(|variant| [&variant.text, &variant.help, &variant.help_subject_first]);
        [&self.text, &self.help]
            .into_iter()
            .chain(first.into_iter().flatten())
            .chain(of_variants.flatten())
    }

    /// What happened, and what to do, as the rule says it in that case.
    pub fn pick(&self, variant: Option<&str>, subject_first: bool) -> (String, String) {
        let variant = variant.and_then(|name| self.variant.get(name));
        let first = |sentence: &Option<String>| sentence.clone().filter(|_| subject_first);
        let own = |sentence: &Option<String>| sentence.clone();
        let text = variant.and_then(|variant| own(&variant.text));
        let help = variant.and_then(|variant| {
            if subject_first { own(&variant.help_subject_first) } else { own(&variant.help) }
        });
        (
            text.or_else(|| first(&self.text_subject_first)).unwrap_or_else(|| self.text.clone()),
            help.or_else(|| first(&self.help_subject_first)).unwrap_or_else(|| self.help.clone()),
        )
    }
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
    /// Why the case is allowed to fail for now.
    #[serde(default)]
    pub todo: Option<String>,
}

/// A finding that a case expects; keys that are left out are not checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Expected {
    /// Its severity.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// The number of days.
    #[serde(default)]
    pub days: Option<u32>,
    /// The first clean day.
    #[serde(default)]
    pub clean_from: Option<toml::value::Datetime>,
    /// A part of the message or the help text.
    #[serde(default)]
    pub says: Option<String>,
    /// The other drug.
    #[serde(default)]
    pub drug: Option<String>,
    /// How many further pairs.
    #[serde(default)]
    pub also: Option<u32>,
}
