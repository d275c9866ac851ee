//! Findings about the data: those that say the same of many records are shown once, with their count.

use std::collections::BTreeMap;
use std::sync::Arc;

use maud::{Markup, html};

use super::finding::{evidence, excerpt, whereabouts};
use crate::summary::thousands;
use crate::text::help;
use crate::{Document, ShownFinding};
use rxlint_model::finding::{RuleInfo, Severity};

/// Findings of one rule that say the same.
pub(super) struct Alike<'a> {
    pub(super) severity: Severity,
    pub(super) rule: Arc<RuleInfo>,
    pub(super) message: String,
    /// Each with its patient's number.
    pub(super) findings: Vec<(u32, &'a ShownFinding)>,
}

/// Whether a finding is about the data rather than the treatment: no evidence is graded for it.
pub(super) fn is_about_data(rule: &RuleInfo) -> bool {
    rule.grade.is_empty()
}

/// Rule, message and severity.
type Cause<'a> = (&'a str, &'a str, Severity);

/// Findings about the data, by what they say: the worst first, then the most frequent.
pub(super) fn group(findings: &[(u32, ShownFinding)]) -> Vec<Alike<'_>> {
    let mut groups: BTreeMap<Cause<'_>, Vec<(u32, &ShownFinding)>> = BTreeMap::new();
    for (number, finding) in findings {
        let key = (finding.rule.id.as_str(), finding.message.as_str(), finding.severity);
        groups.entry(key).or_default().push((*number, finding));
    }
    let mut groups: Vec<Alike<'_>> = groups
        .into_iter()
        .filter_map(|((_, message, severity), findings)| {
            let rule = Arc::clone(&findings.first()?.1.rule);
            Some(Alike { severity, rule, message: message.to_owned(), findings })
        })
        .collect();
    groups.sort_by_key(|alike| std::cmp::Reverse((alike.severity, alike.findings.len())));
    groups
}

/// What is wrong, what to do, the first record in full, and where the others are.
pub(super) fn details(document: &Document<'_>, alike: &Alike<'_>, at: usize) -> Markup {
    let count = alike.findings.len();
    let Some((_, first)) = alike.findings.first() else { return html! {} };
    html! {
        details .finding .(alike.severity.name()) #{ "q-" (at) } {
            summary {
                span .severity { (alike.severity.name()) } " " (alike.message)
                @if count > 1 { " (" (thousands(count as u64)) " times)" }
            }
            p .dim { (alike.rule.id) }
            @for line in help(first) { p { (line) } }
            @for place in &first.places { (excerpt(&place.shown)) }
            @if count > 1 { (records(alike)) }
            (evidence(document, first))
        }
    }
}

fn records(alike: &Alike<'_>) -> Markup {
    html! {
        div .scroll tabindex="0" role="group" aria-label="Records of this cause" {
            table {
                caption { "Records" }
                thead { tr { @for name in ["Patient", "Where", "Prescriber", "Fingerprint"] { th scope="col" { (name) } } } }
                tbody {
                    @for (_, finding) in &alike.findings {
                        tr {
                            th scope="row" { (finding.patient.as_deref().unwrap_or_default()) }
                            @if let Some(place) = finding.places.first() {
                                td { (whereabouts(&place.shown)) }
                                td { (place.contact.prescriber) }
                            } @else { td {} td {} }
                            td { code { (finding.fingerprint) } }
                        }
                    }
                }
            }
        }
    }
}
