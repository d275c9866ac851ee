//! The drug and the person: age, pregnancy, diagnoses.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::book::Rule;
use super::context::{Context, FindingDraft};
use super::kind::{Judges, KindInfo, Mentions, RuleKind, SetOff, WindowTablesMut};
use super::message::{Words, capital};
use super::select::Selector;
use crate::drug::strength::mg;
use crate::exposure::person::FactKind;
use crate::timeline::{Exposure, Timeline};
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, Severity};
use rxlint_model::record::Field;

/// Where such rules are kept, and how one begins.
pub const ABOUT: KindInfo = KindInfo {
    folder: "person",
    judges: Judges::Patients,
    skeleton: r#"[person]
subject = { role = ["antagonist"] }
younger-than = 18"#,
};

/// The drug and the person.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Person {
    /// The drug.
    pub subject: Selector,
    /// Fires below this age in years.
    #[serde(default)]
    pub younger_than: Option<u32>,
    /// Fires if one of these conditions is on record.
    #[serde(default)]
    pub condition: Vec<String>,
    /// Stays silent if one of these is.
    #[serde(default)]
    pub unless_condition: Vec<String>,
    /// How many days a condition lasts from its date; forever if this is not given.
    #[serde(default)]
    pub during_days: Option<i32>,
    /// For conditions that pass: how many days at most before the exposure they may be, by name.
    #[serde(default)]
    pub within_days: BTreeMap<String, i32>,
    /// Conditions that end those above: an outcome, a delivery.
    #[serde(default)]
    pub ended_by: Vec<String>,
    /// Only for a daily dose of at least this.
    #[serde(default)]
    pub dose_from_mg: Option<f64>,
    /// Severity by jurisdiction, if it differs.
    #[serde(default)]
    pub severity_by: BTreeMap<String, Severity>,
}

impl RuleKind for Person {
    fn judge(&self, context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule) -> Vec<Finding> {
        judge(context, timeline, rule, self)
    }

    fn set_off(&self) -> SetOff<'_> {
        SetOff::Person(&self.subject)
    }

    fn mentions(&self) -> Mentions<'_> {
        Mentions {
            selectors: vec![&self.subject],
            conditions: self
                .condition
                .iter()
                .chain(&self.unless_condition)
                .chain(&self.ended_by)
                .chain(self.within_days.keys())
                .collect(),
            jurisdictions: self.severity_by.keys().collect(),
            ..Mentions::default()
        }
    }

    fn windows_mut(&mut self) -> WindowTablesMut<'_> {
        WindowTablesMut::None
    }

    fn words(&self) -> Vec<&'static str> {
        let mut words = vec!["subject", "first", "last"];
        words.extend(self.younger_than.iter().flat_map(|_| ["age", "limit"]));
        words.extend(self.dose_from_mg.iter().flat_map(|_| ["dose", "limit"]));
        words.extend((!self.condition.is_empty()).then_some("condition"));
        words
    }

    fn describe(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(
            self.younger_than
                .map(|age| format!("the patient is younger than {age} on the first day")),
        );
        parts.extend(self.dose_from_mg.map(|mg| format!("the daily dose is {mg} mg or more")));
        if !self.condition.is_empty() {
            parts.push(format!("on record: {}", self.condition.join(", ")));
        }
        parts.extend(self.during_days.map(|days| format!("for {days} days from its date")));
        parts.extend(self.within_days.iter().map(|(condition, days)| {
            format!("{condition} at most {days} days before the exposure")
        }));
        if !self.ended_by.is_empty() {
            parts.push(format!("not after {}", self.ended_by.join(", ")));
        }
        if !self.unless_condition.is_empty() {
            parts.push(format!("none on record of: {}", self.unless_condition.join(", ")));
        }
        parts.extend(self.severity_by.iter().map(|(place, severity)| {
            format!("{} where the jurisdiction is {place}", severity.name())
        }));
        format!("{}: {}.", capital(&self.subject.in_words()), parts.join("; "))
    }
}

/// One finding for each era with an exposure that this person should not have.
fn judge(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &Person,
) -> Vec<Finding> {
    if timeline.facts.is_empty() {
        return Vec::new();
    }
    let severity =
        condition.severity_by.get(context.jurisdiction).copied().unwrap_or(rule.file.severity);
    let mut findings = Vec::new();
    for era in &timeline.eras {
        let exposures = context.selected(timeline, era, &condition.subject);
        let broken: Vec<(&Exposure<'_>, Breach<'_>)> = exposures
            .into_iter()
            .filter_map(|e| Some((e, breaks(context, timeline, condition, e)?)))
            .collect();
        let also = broken.len().saturating_sub(1) as u64;
        let unlisted: Vec<&Exposure<'_>> =
            broken.iter().skip(1).map(|(exposure, _)| *exposure).collect();
        if let Some((exposure, Breach { words, condition: found })) = broken.into_iter().next() {
            let field = condition.younger_than.map(|_| Field::BirthDate).or(Some(Field::Diagnosis));
            let words = words.span(exposure.first, exposure.last());
            findings.push(context.finding(
                rule,
                timeline,
                FindingDraft {
                    words,
                    also,
                    unlisted,
                    variant: found,
                    fresh: told_today(context, timeline, condition),
                    field,
                    ..FindingDraft::about(severity, exposure)
                },
            ));
        }
    }
    findings
}

/// Whether today's files report a condition that the rule asks about. A repeated birth date is not
/// news.
fn told_today(context: &Context<'_>, timeline: &Timeline<'_>, condition: &Person) -> bool {
    timeline.facts.iter().filter(|fact| context.is_today(fact.key)).any(|fact| match fact.what {
        FactKind::Condition { condition: at, .. } => context
            .book
            .conditions()
            .get(at as usize)
            .is_some_and(|known| condition.condition.contains(&known.name)),
        FactKind::Born(_) | FactKind::Aged { .. } => false,
    })
}

/// What is wrong with an exposure: words for the message, and the condition on record.
struct Breach<'a> {
    words: Words,
    condition: Option<&'a str>,
}

/// What is wrong with this exposure for this person.
fn breaks<'a>(
    context: &Context<'a>,
    timeline: &Timeline<'_>,
    condition: &Person,
    exposure: &Exposure<'_>,
) -> Option<Breach<'a>> {
    let mut found = None;
    let mut words = Words::default();
    if let Some(limit) = condition.younger_than {
        let age = age(timeline, exposure.first).filter(|&age| age < limit)?;
        let in_words = match age {
            0 => "less than a year".to_owned(),
            1 => "1 year".to_owned(),
            age => format!("{age} years"),
        };
        words = words.with("age", in_words).with("limit", limit);
    }
    if let Some(from) = condition.dose_from_mg {
        let dose = exposure.daily_mg().filter(|&dose| dose >= from)?;
        words = words
            .with("dose", format!("{} mg", mg(dose)))
            .with("limit", format!("{} mg", mg(from)));
    }
    if !condition.condition.is_empty() {
        let name = on_record(context, timeline, condition, exposure)?;
        words = words.with("condition", name.replace('-', " "));
        found = Some(name);
    }
    let excused = !condition.unless_condition.is_empty()
        && conditions(context, timeline, &condition.unless_condition)
            .any(|(_, on)| on.is_none_or(|on| on < exposure.end));
    (!excused).then_some(Breach { words, condition: found })
}

/// The first condition of the rule that is on record for the exposure: it began before the exposure's end, and had not
/// passed or been ended before the exposure began.
fn on_record<'a>(
    context: &Context<'a>,
    timeline: &Timeline<'_>,
    rule: &Person,
    exposure: &Exposure<'_>,
) -> Option<&'a str> {
    let holds = |name: &str, on: Day| {
        let lasts = rule.during_days.is_none_or(|days| exposure.first < on.plus(days));
        let recent =
            rule.within_days.get(name).is_none_or(|&days| exposure.first.since(on) <= days);
        on < exposure.end && lasts && recent
    };
    let ended = |on: Option<Day>| {
        conditions(context, timeline, &rule.ended_by).any(|(_, ended)| {
            ended.is_some_and(|ended| ended <= exposure.first && on.is_none_or(|on| on <= ended))
        })
    };
    conditions(context, timeline, &rule.condition)
        .find(|&(name, on)| on.is_none_or(|on| holds(name, on)) && !ended(on))
        .map(|(name, _)| name)
}

/// Those of the named conditions that are on record, each with its date.
fn conditions<'a, 't>(
    context: &'t Context<'a>,
    timeline: &'t Timeline<'_>,
    names: &'t [String],
) -> impl Iterator<Item = (&'a str, Option<Day>)> + 't {
    timeline.facts.iter().filter_map(move |fact| match fact.what {
        FactKind::Condition { condition, on } => {
            let name = context.book.conditions().get(condition as usize)?.name.as_str();
            names.iter().any(|asked| asked == name).then_some((name, on))
        }
        _ => None,
    })
}

/// The age in years on a day; from the birth date, otherwise from an age stated by a record.
fn age(timeline: &Timeline<'_>, on: Day) -> Option<u32> {
    let years = |born: Day| {
        let ((y0, m0, d0), (y, m, d)) = (born.ymd(), on.ymd());
        u32::try_from(y - y0 - i32::from((m, d) < (m0, d0))).ok()
    };
    let born = timeline.facts.iter().find_map(|fact| match fact.what {
        FactKind::Born(day) => Some(day),
        _ => None,
    });
    let stated = timeline.facts.iter().filter_map(|fact| match fact.what {
        FactKind::Aged { years, on } => Some((on, u32::from(years))),
        _ => None,
    });
    match born {
        Some(born) => years(born),
        None => {
            stated.min_by_key(|(stated_on, _)| stated_on.since(on).abs()).map(|(_, years)| years)
        }
    }
}
