//! What should not be in a patient's timeline. Each kind of rule has its own file here; what a
//! rule says and when it fires is in `rules/`.

pub mod blockade;
pub mod book;
pub mod check;
pub mod context;
pub mod dose;
pub mod duplicate;
pub mod file;
pub mod formulary;
pub mod kind;
pub mod manual;
pub mod message;
pub mod notice;
pub mod overlap;
pub mod person;
pub mod record;
pub mod registry;
pub mod relevance;
pub mod restart;
pub mod select;
pub mod settings;
pub mod washout;

pub use book::{Book, Rule};
pub use context::Context;

use crate::timeline::Timeline;
use relevance::RuleSet;
use rxlint_model::finding::Finding;
use rxlint_model::place::RowKey;

/// Judges one patient by these rules of the book. The findings are not sorted.
pub fn judge(context: &Context<'_>, timeline: &Timeline<'_>, rules: RuleSet) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, rule) in context.book.active().enumerate().filter(|(at, _)| rules.has(*at)) {
        let found = rule.condition.rule().judge(context, timeline, rule);
        findings.extend(found.into_iter().map(|finding| Finding {
            severity: rule.severity_override.unwrap_or(finding.severity),
            ..finding
        }));
    }
    findings
}

/// The records that these rules, as they are defined, do not judge: see [`kind::RuleKind::passed_over`].
pub fn passed_over(context: &Context<'_>, timeline: &Timeline<'_>, rules: RuleSet) -> Vec<RowKey> {
    let active = context.book.active().enumerate().filter(|(at, _)| rules.has(*at));
    let mut keys: Vec<RowKey> =
        active.flat_map(|(_, rule)| rule.condition.rule().passed_over(context, timeline)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
