//! What is wrong with a formulary. Each check has its own file; what it looks for is in
//! `rules/formulary/`.

pub mod alert;
mod class;
pub mod companion;
mod conflict;
pub(crate) mod cover;
pub mod file;
mod gather;
mod kind;
pub mod limit;
pub mod look_alike;
mod product;
mod strength;

use std::sync::Arc;

use super::book::{Book, Rule};
use super::context::{MOST_LISTED, premise, side, with_evidence};
use super::file::Condition;
use super::message::Words;
use super::select::Selector;
use crate::drug::Component;
use crate::formulary::alerts::Alerts;
use crate::formulary::{Formulary, FormularyEntry, Product};
pub use file::FormularyCheck;
use file::Test;
pub use kind::ABOUT;
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, FindingPlace, Fingerprint, PatientKey, Severity, Side};
use rxlint_model::record::Field;

/// What the rules about formularies share.
#[derive(Clone, Copy, Debug)]
pub struct FormularyContext<'a> {
    /// The rule book.
    pub book: &'a Book,
    /// What the inputs list.
    pub formulary: &'a Formulary,
    /// The site's interaction table, if it gave one.
    pub alerts: Option<&'a Alerts>,
    /// The day that counts as today.
    pub today: Day,
    /// That day, if it was given.
    pub as_of: Option<Day>,
}

/// Judges a formulary by every active rule about formularies. The findings are not sorted.
pub fn judge(context: &FormularyContext<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in context.book.active() {
        let Condition::Formulary(check) = &rule.condition else { continue };
        let found = match check.check {
            Test::InvalidCode => product::invalid_codes(context, rule),
            Test::NameCodeMismatch => product::mismatches(context, rule),
            Test::UnresolvedDrug => product::unresolved(context, rule),
            Test::ConflictingEntry => conflict::judge(context, rule),
            Test::MisclassifiedAntagonist => class::judge(context, rule, check),
            Test::LimitAboveMaximum => limit::judge(context, rule, check),
            Test::UnmarketedStrength => strength::judge(context, rule, check),
            Test::MissingAlert => alert::judge(context, rule, check),
            Test::MissingReversalAgent => companion::judge(context, rule, check),
            Test::LookAlike => look_alike::judge(context, rule, check),
        };
        findings.extend(found.into_iter().map(|finding| Finding {
            severity: rule.severity_override.unwrap_or(finding.severity),
            ..finding
        }));
    }
    findings
}

/// The message word for evidence that is not the rule's own.
const EVIDENCE: &str = "evidence";

/// What a check says about an entry, before the entries of one product are joined into one finding.
struct Remark {
    field: Field,
    role: String,
    words: Words,
    /// What else the verdict rests on: part of the premise.
    bound: String,
    /// What many entries of one list may have in common.
    cause: String,
    /// Whether it is damage to a whole column, which two entries are enough to show.
    of_column: bool,
    /// Another severity than the rule's.
    severity: Option<Severity>,
}

impl Remark {
    /// A remark on one entry.
    const fn new(field: Field, role: String, words: Words, bound: String) -> Self {
        Self { field, role, words, bound, cause: String::new(), of_column: false, severity: None }
    }
}

/// A finding in the making.
struct FormularyDraft<'f> {
    /// What identifies it.
    keys: Vec<String>,
    words: Words,
    bound: String,
    /// The places to show, each with the cell to point at and what is said about it.
    places: Vec<(&'f FormularyEntry, Field, String)>,
    /// Further entries, which are counted, and listed if there is room.
    also: Vec<(&'f FormularyEntry, Field, String)>,
}

impl<'a> FormularyContext<'a> {
    /// The first ingredient of a product that a selector selects, if any.
    fn selected<'p>(&self, selector: &Selector, product: &'p Product) -> Option<&'p Component> {
        let verdict = &product.verdict;
        verdict
            .components
            .iter()
            .find(|component| selector.matches(self.book.dictionary(), component, verdict))
    }

    /// The drug as messages call it: its ingredients, if they are known.
    fn drug(&self, product: &Product) -> String {
        let components = &product.verdict.components;
        if components.is_empty() {
            product.title()
        } else {
            self.book.dictionary().names(components)
        }
    }

    fn finding(&self, rule: &Rule, draft: FormularyDraft<'_>) -> Finding {
        let keys: Vec<(&str, Day)> = draft.keys.iter().map(|key| (key.as_str(), Day(0))).collect();
        let message = &rule.file.message;
        let help = draft.words.fill(&message.help);
        // A limit that has its own source is reported with that one.
        let help = match draft.words.value(EVIDENCE) {
            Some(evidence) => format!("{help} Evidence {evidence}."),
            None => with_evidence(&rule.info, help),
        };
        Finding {
            rule: Arc::clone(&rule.info),
            severity: rule.file.severity,
            message: draft.words.fill(&message.text),
            help,
            days: None,
            clean_from: None,
            assumed: Vec::new(),
            places: draft.places.iter().map(|point| self.place(point)).collect(),
            also: u32::try_from(draft.also.len()).unwrap_or(u32::MAX),
            also_places: draft
                .also
                .iter()
                .take(MOST_LISTED)
                .map(|point| self.place(point))
                .collect(),
            counted: Vec::new(),
            fingerprint: Fingerprint::new(&rule.file.id, PatientKey::default(), &keys),
            patient: PatientKey::default(),
            premise: premise(rule.file.severity, &draft.bound),
            fresh: true,
            first_seen: None,
            stands_again: false,
        }
    }

    fn place(&self, (entry, field, role): &(&FormularyEntry, Field, String)) -> FindingPlace {
        let product = self.formulary.product(entry);
        FindingPlace {
            row: entry.key,
            field: *field,
            role: role.clone(),
            side: product
                .verdict
                .components
                .first()
                .map_or(Side::Other, |component| side(component.role)),
            drug: self.drug(product),
            days: None,
            carried: 0,
        }
    }
}

/// The role of a product's first ingredient, in words; empty if none is known.
fn role(product: &Product) -> String {
    product
        .verdict
        .components
        .first()
        .map(|component| component.role.label().to_owned())
        .unwrap_or_default()
}
