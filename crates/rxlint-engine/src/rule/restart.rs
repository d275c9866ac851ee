//! An opioid that begins again after an antagonist, at the dose from before.

use serde::Deserialize;

use super::book::Rule;
use super::context::{Context, FindingDraft};
use super::kind::{Judges, KindInfo, Mentions, RuleKind, SetOff, WindowTablesMut};
use super::message::Words;
use super::select::Selector;
use super::washout::eras_overlap;
use crate::drug::strength::mg;
use crate::timeline::calendar::covered_days;
use crate::timeline::{Exposure, Timeline};
use rxlint_model::finding::Finding;

/// Where such rules are kept, and how one begins.
pub const ABOUT: KindInfo = KindInfo {
    folder: "washout",
    judges: Judges::Patients,
    skeleton: r#"[restart]
subject    = { role = ["antagonist"] }
other      = { role = ["full-agonist"] }
after-days = 14
source     = "<where the number comes from>"
grade      = "C""#,
};

/// An opioid that begins again after an antagonist.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Restart {
    /// The antagonist.
    pub subject: Selector,
    /// The opioid.
    pub other: Selector,
    /// Fires only after so many days of the antagonist.
    pub after_days: i32,
    /// Where the number comes from.
    pub source: String,
    /// How strong that evidence is.
    pub grade: String,
}

impl RuleKind for Restart {
    fn judge(&self, context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule) -> Vec<Finding> {
        judge(context, timeline, rule, self)
    }

    fn set_off(&self) -> SetOff<'_> {
        SetOff::Pair(&self.subject, &self.other)
    }

    fn mentions(&self) -> Mentions<'_> {
        Mentions { selectors: vec![&self.subject, &self.other], ..Mentions::default() }
    }

    fn windows_mut(&mut self) -> WindowTablesMut<'_> {
        WindowTablesMut::None
    }

    fn words(&self) -> Vec<&'static str> {
        vec!["subject", "other", "dose", "limit", "count", "first", "last"]
    }

    fn describe(&self) -> String {
        format!(
            "The first of {} after {} days or more of {}, at the daily dose it had before or above ({}, grade {}).",
            self.other.in_words(),
            self.after_days,
            self.subject.in_words(),
            self.source,
            self.grade
        )
    }
}

/// One finding for each antagonist era after which the first opioid is as strong as it was before.
fn judge(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &Restart,
) -> Vec<Finding> {
    let opioids: Vec<&Exposure<'_>> =
        timeline.exposures.iter().filter(|e| context.selects(&condition.other, e)).collect();
    let mut findings = Vec::new();
    for (at, era) in timeline.eras.iter().enumerate() {
        let subjects = context.selected(timeline, era, &condition.subject);
        let Some(&last) = subjects.last() else { continue };
        let days = covered_days(&subjects, era.first, era.end);
        let next = opioids.partition_point(|opioid| opioid.first < era.end);
        let (true, Some(&again)) = (days >= condition.after_days, opioids.get(next)) else {
            continue;
        };
        // As strong as the last fill of the same drug and form before the antagonist.
        let before = opioids[..next].iter().rev().find(|opioid| {
            opioid.first < era.first
                && (opioid.drug(), opioid.component.form) == (again.drug(), again.component.form)
        });
        let doses = before.and_then(|before| Some((before.daily_mg()?, again.daily_mg()?)));
        let Some((before, now)) = doses.filter(|(before, now)| now >= before) else { continue };
        if eras_overlap(timeline, (at as u32, again.era)) {
            continue;
        }
        let words = Words::default()
            .with("dose", format!("{} mg", mg(now)))
            .with("limit", format!("{} mg", mg(before)))
            .with("count", days)
            .span(era.first, era.end.plus(-1));
        findings.push(context.finding(
            rule,
            timeline,
            FindingDraft {
                other: Some(again),
                variant: (mg(now) != mg(before)).then_some("more"),
                words,
                ..FindingDraft::about(rule.file.severity, last)
            },
        ));
    }
    findings
}
