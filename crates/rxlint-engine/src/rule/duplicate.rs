//! Two products that do the same thing, for longer than a switch from one to the other takes.

use serde::Deserialize;

use super::book::Rule;
use super::context::{AS_LONG_AS_ASSUMED, Context, FindingDraft};
use super::kind::{Judges, KindInfo, Mentions, RuleKind, SetOff, WindowTablesMut};
use super::message::{Words, capital};
use super::overlap::{also, is_certain, meet_apart, near};
use super::select::Selector;
use crate::drug::FormKind;
use crate::timeline::calendar::shared_days;
use crate::timeline::{Exposure, Timeline};
use rxlint_model::finding::{Days, Finding, Severity};

/// Where such rules are kept, and how one begins.
pub const ABOUT: KindInfo = KindInfo {
    folder: "duplicate",
    judges: Judges::Patients,
    skeleton: r#"[duplicate]
subject = { role = ["antagonist"] }
other   = { role = ["antagonist"] }
more-than-days = 14"#,
};

/// Two products that do the same thing.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Duplicate {
    /// The one.
    pub subject: Selector,
    /// The other.
    pub other: Selector,
    /// Fires only above this many shared days.
    #[serde(default)]
    pub more_than_days: i32,
    /// An oral start before the depot, which is usual.
    #[serde(default)]
    pub lead_in: Option<LeadIn>,
}

/// An oral start before the depot.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LeadIn {
    /// An exposure that began at most so many days before the first depot was given is one.
    pub days: i32,
    /// A lower daily dose is for another purpose.
    #[serde(default)]
    pub from_mg: f64,
    /// The severity then.
    pub severity: Severity,
    /// Where the number comes from.
    pub source: String,
    /// How strong that evidence is.
    pub grade: String,
}

impl RuleKind for Duplicate {
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
        let drugs = &["subject", "other", "subject-came", "other-came"][..];
        [drugs, &["shared", "count", "clean", "first", "last", "limit"]].concat()
    }

    fn describe(&self) -> String {
        let lead_in = self.lead_in.as_ref().map_or_else(String::new, |lead_in| {
            format!(
                " {} where the same drug alone by mouth, {} mg a day or more, was begun at most {} days before the first depot, \
                 and not filled again after it ({}, grade {}).",
                capital(lead_in.severity.name()),
                lead_in.from_mg,
                lead_in.days,
                lead_in.source,
                lead_in.grade
            )
        });
        format!(
            "{} and {} share more than {} days.{lead_in}",
            capital(&self.subject.in_words()),
            self.other.in_words(),
            self.more_than_days
        )
    }
}

/// One finding for each pair of eras of different products that share more days than allowed.
fn judge(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &Duplicate,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, subject_era) in timeline.eras.iter().enumerate() {
        let subjects = context.selected(timeline, subject_era, &condition.subject);
        for (other_at, other_era) in timeline.eras.iter().enumerate() {
            if subjects.is_empty() || !near(subject_era, other_era, 0) {
                continue;
            }
            let others = context.selected(timeline, other_era, &condition.other);
            // If both sides select both eras, the pair is considered once.
            let both_ways = others.iter().any(|other| context.selects(&condition.subject, other))
                && subjects.iter().any(|s| context.selects(&condition.other, s));
            if both_ways && other_at < at {
                continue;
            }
            findings.extend(finding(context, timeline, rule, condition, &subjects, &others));
        }
    }
    findings
}

fn finding(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &Duplicate,
    subjects: &[&Exposure<'_>],
    others: &[&Exposure<'_>],
) -> Option<Finding> {
    // The ingredients of one product do not duplicate each other, nor do those of a refill.
    let different = |a: &Exposure<'_>, b: &Exposure<'_>| {
        a.product.product != b.product.product
            || a.component.medicine != b.component.medicine
            || (a.drug() == b.drug() && a.component.form != b.component.form)
    };
    let shared = shared_days(subjects, others);
    let count: i32 = shared.iter().map(|(first, end)| end.since(*first)).sum();
    if count <= condition.more_than_days {
        return None;
    }
    let first_pair = subjects.iter().find_map(|subject| {
        Some((
            *subject,
            *others.iter().find(|other| subject.overlaps(other) && different(subject, other))?,
        ))
    })?;
    let (subject, other) = first_pair;
    let lead_in =
        condition.lead_in.as_ref().filter(|lead_in| is_lead_in(context, subjects, others, lead_in));
    let severity = lead_in.map_or(rule.file.severity, |lead_in| lead_in.severity);
    let certain = is_certain(subjects, others, (subject.drug(), other.drug()), 0);
    let severity = if certain { severity } else { severity.min(Severity::Moderate) };
    let (first, last) = (shared.first()?.0, shared.last()?.1.plus(-1));
    let clean = context.clean_start(timeline, subject, |exposure| {
        (exposure.era == other.era && context.selects(&condition.other, exposure)).then_some(0)
    });
    // Two forms of one drug are told apart by their form.
    let named = |exposure: &Exposure<'_>| {
        let form = context.book.dictionary().form(exposure.drug(), exposure.component.form);
        let name = context.name(exposure.drug());
        if subject.drug() == other.drug() {
            format!("{name} {}", form.id.replace('-', " "))
        } else {
            name.to_owned()
        }
    };
    let words = Words::default().with("subject", named(subject)).with("other", named(other));
    let meeting = meet_apart(subjects, others, subject.drug(), other.drug(), 0);
    Some(
        context.finding(
            rule,
            timeline,
            FindingDraft {
                other: Some(other),
                days: Some(Days { kind: "overlap", first, last, count: count.max(0) as u32 }),
                clean_from: Some(clean),
                also: meeting.map_or(0, |meeting| meeting.pairs.saturating_sub(1)),
                also_exposures: also(subjects, others, subject, other, 0),
                subject_first: subject.first < other.first,
                variant: (subject.drug() == other.drug()).then_some("forms"),
                words: words
                    .days("shared", i64::from(count), "shared")
                    .span(first, last)
                    .with("limit", condition.more_than_days),
                only_if: if certain { Vec::new() } else { vec![AS_LONG_AS_ASSUMED] },
                ..FindingDraft::about(severity, subject)
            },
        ),
    )
}

/// Whether one side is a depot, and the other an oral start of the same drug shortly before the first injection, with only
/// leftover supply after it.
fn is_lead_in(
    context: &Context<'_>,
    subjects: &[&Exposure<'_>],
    others: &[&Exposure<'_>],
    lead_in: &LeadIn,
) -> bool {
    let kind = |e: &Exposure<'_>| context.book.dictionary().form(e.drug(), e.component.form).kind;
    let is_depot = |all: &[&Exposure<'_>]| all.first().is_some_and(|e| kind(e) == FormKind::Depot);
    let (oral, depots) = match (is_depot(subjects), is_depot(others)) {
        (false, true) => (subjects, others),
        (true, false) => (others, subjects),
        _ => return false,
    };
    let (Some(begin), Some(depot)) = (oral.first(), depots.first()) else { return false };
    let is_start = |fill: &&Exposure<'_>| {
        let alone = fill.product.medicine(fill.component.medicine).count() == 1;
        alone
            && fill.drug() == depot.drug()
            && fill.daily_mg().is_none_or(|mg| mg >= lead_in.from_mg)
            && fill.first <= depot.first
    };
    depot.first.since(begin.first) <= lead_in.days
        && oral.iter().all(|fill| is_start(fill) || !depots.iter().any(|d| d.overlaps(fill)))
}
