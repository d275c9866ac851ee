//! An opioid that begins while an antagonist still blocks it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::book::Rule;
use super::context::{AS_LONG_AS_ASSUMED, Context, FindingDraft};
use super::kind::{Judges, KindInfo, Mentions, RuleKind, SetOff, WindowTables, WindowTablesMut};
use super::message::{Words, capital};
use super::select::Selector;
use super::washout::eras_overlap;
use crate::drug::Role;
use crate::timeline::{Exposure, Timeline};
use rxlint_model::finding::{Days, Finding};

/// Where such rules are kept, and how one begins.
pub const ABOUT: KindInfo = KindInfo {
    folder: "washout",
    judges: Judges::Patients,
    skeleton: r#"[blockade]
subject = { role = ["antagonist"] }
other   = { role = ["full-agonist"] }

[blockade.window.oral]
days   = 3
source = "<where the number comes from>"
grade  = "A""#,
};

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
    /// Days for opioids of one role, if they differ.
    #[serde(default)]
    pub days_by_role: BTreeMap<Role, i32>,
    /// Where those come from.
    #[serde(default)]
    pub source_by_role: Option<WindowSource>,
    /// Where the number comes from.
    pub source: String,
    /// How strong that evidence is.
    pub grade: String,
}

/// Where a number comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WindowSource {
    /// The source.
    pub source: String,
    /// How strong that evidence is.
    pub grade: String,
}

impl BlockadeWindow {
    /// Days for an opioid of that role.
    pub fn days_for(&self, role: Role) -> i32 {
        self.days_by_role.get(&role).copied().unwrap_or(self.days)
    }

    /// Every grade and source that its numbers have.
    pub fn evidence(&self) -> impl Iterator<Item = (&str, &str)> {
        let by_role = self.source_by_role.as_ref().map(|source| (&*source.grade, &*source.source));
        std::iter::once((&*self.grade, &*self.source)).chain(by_role)
    }

    /// The grade and source of the days for an opioid of that role.
    fn evidence_for(&self, role: Role) -> (&str, &str) {
        match &self.source_by_role {
            Some(own) if self.days_by_role.contains_key(&role) => (&own.grade, &own.source),
            _ => (&self.grade, &self.source),
        }
    }
}

impl RuleKind for Blockade {
    fn judge(&self, context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule) -> Vec<Finding> {
        judge(context, timeline, rule, self)
    }

    fn set_off(&self) -> SetOff<'_> {
        SetOff::Pair(&self.subject, &self.other)
    }

    fn mentions(&self) -> Mentions<'_> {
        Mentions {
            selectors: vec![&self.subject, &self.other],
            windows: WindowTables::Blockade(&self.window),
            ..Mentions::default()
        }
    }

    fn windows_mut(&mut self) -> WindowTablesMut<'_> {
        WindowTablesMut::Blockade(&mut self.window)
    }

    fn words(&self) -> Vec<&'static str> {
        vec!["subject", "other", "free", "count", "clean", "first", "last", "limit"]
    }

    fn describe(&self) -> String {
        let window = |(name, window): (&String, &BlockadeWindow)| {
            let why = window
                .source_by_role
                .as_ref()
                .map_or_else(String::new, |own| format!(" ({}, grade {})", own.source, own.grade));
            let by_role = window
                .days_by_role
                .iter()
                .map(|(role, days)| format!(", {days} for any {}{why}", role.label()));
            format!(
                "{name}: {} days{} ({}, grade {})",
                window.days,
                by_role.collect::<String>(),
                window.source,
                window.grade
            )
        };
        let windows: Vec<String> = self.window.iter().map(window).collect();
        format!(
            "{} begins fewer days after the end of {} than the blockade lasts. {}.",
            capital(&self.other.in_words()),
            self.subject.in_words(),
            windows.join("; ")
        )
    }
}

/// One finding for each pair of eras in which the opioid begins within the blockade after the
/// antagonist ended.
fn judge(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &Blockade,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, subject_era) in timeline.eras.iter().enumerate() {
        let form = context.book.dictionary().form(subject_era.drug, subject_era.form);
        let Some(window) = form.blockade.as_deref().and_then(|name| condition.window.get(name))
        else {
            continue;
        };
        let mut subjects = context.selected(timeline, subject_era, &condition.subject);
        subjects.sort_by_key(|subject| subject.end);
        if subjects.is_empty() {
            continue;
        }
        for (other_at, other_era) in timeline.eras.iter().enumerate() {
            let limit = window.days_for(other_era.role);
            if other_at == at
                || other_era.end <= subject_era.first
                || other_era.first.since(subject_era.end) >= limit
            {
                continue;
            }
            let others = context.selected(timeline, other_era, &condition.other);
            let broken: Vec<(&Exposure<'_>, &Exposure<'_>)> = others
                .iter()
                .filter_map(|other| Some((ended_before(&subjects, other, limit)?, *other)))
                .collect();
            let Some(&(subject, other)) = broken.first() else { continue };
            if eras_overlap(timeline, (at as u32, other_at as u32)) {
                continue;
            }
            let since = other.first.since(subject.end);
            let certain = subject.certain_end == subject.end
                || subjects.iter().any(|s| {
                    s.certain_end <= other.first && other.first.since(s.certain_end) < limit
                });
            let clean = context.clean_start(timeline, other, |exposure| {
                let form = context.book.dictionary().form(exposure.drug(), exposure.component.form);
                let window =
                    form.blockade.as_deref().and_then(|name| condition.window.get(name))?;
                context
                    .selects(&condition.subject, exposure)
                    .then_some(window.days_for(other.role()))
            });
            let last = subject.end.plus(limit - 1);
            let (grade, source) = window.evidence_for(other_era.role);
            findings.push(
                context.finding(
                    rule,
                    timeline,
                    FindingDraft {
                        other: Some(other),
                        days: Some(Days {
                            kind: "blockade",
                            first: subject.end,
                            last,
                            count: since.max(0) as u32,
                        }),
                        clean_from: Some(clean),
                        also: broken.len() as u64 - 1,
                        also_exposures: broken[1..].iter().map(|(_, other)| *other).collect(),
                        words: Words::default()
                            .days("free", i64::from(since), "free")
                            .with("limit", limit)
                            .span(subject.end, last),
                        only_if: if certain { Vec::new() } else { vec![AS_LONG_AS_ASSUMED] },
                        info: Some(rule.citing(grade, source)),
                        variant: (other.role() == Role::Antidiarrheal).then_some("antidiarrheal"),
                        ..FindingDraft::about(rule.file.severity, subject)
                    },
                ),
            );
        }
    }
    findings
}

/// The last antagonist exposure that ended on or before the opioid's first day, if that was fewer
/// than `days` ago.
fn ended_before<'t, 'a>(
    by_end: &[&'t Exposure<'a>],
    other: &Exposure<'_>,
    days: i32,
) -> Option<&'t Exposure<'a>> {
    let ended = by_end.partition_point(|subject| subject.end <= other.first);
    let subject = by_end[..ended].last()?;
    (other.first.since(subject.end) < days).then_some(*subject)
}
