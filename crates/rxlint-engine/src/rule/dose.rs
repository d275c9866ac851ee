//! Daily doses that are too high, unusual or raised too fast, and depots that come too soon.

use serde::Deserialize;

use super::book::Rule;
use super::context::{Context, FindingDraft};
use super::kind::{Judges, KindInfo, Mentions, RuleKind, SetOff, WindowTablesMut};
use super::message::{Words, capital, mg};
use super::select::Selector;
use crate::exposure::Marks;
use crate::timeline::{Exposure, Timeline};
use rxlint_model::finding::{Days, Finding, Severity};
use rxlint_model::record::Field;

/// Where such rules are kept, and how one begins.
pub const ABOUT: KindInfo = KindInfo {
    folder: "dose",
    judges: Judges::Patients,
    skeleton: r#"[dose]
subject = { role = ["antagonist"] }
above   = [{ mg = 100, severity = "moderate" }]"#,
};

/// A daily dose, its course, or the interval of depots.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dose {
    /// The drug.
    pub subject: Selector,
    /// Limits that the daily dose must not exceed, each with its severity.
    #[serde(default)]
    pub above: Vec<DoseBound>,
    /// A band that no usual dose falls into, both ends exclusive.
    #[serde(default)]
    pub between_mg: Option<[f64; 2]>,
    /// How a low dose may begin and rise.
    #[serde(default)]
    pub titration: Option<Titration>,
    /// How far apart depots must be, and how much they contain.
    #[serde(default)]
    pub interval: Option<Interval>,
}

/// A limit on the daily dose.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DoseBound {
    /// More than this is a finding.
    pub mg: f64,
    /// Its severity.
    pub severity: Severity,
}

/// How a low dose may begin and rise.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Titration {
    /// The lowest daily dose of the band in question.
    pub band_from_mg: f64,
    /// The highest daily dose of the band in question.
    pub band_to_mg: f64,
    /// An episode must not begin above this.
    pub start_above_mg: f64,
    /// A step must not be larger than this…
    pub rise_above_mg: f64,
    /// … within this many days.
    pub within_days: i32,
}

/// How far apart depots must be, and how much they contain.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Interval {
    /// Fewer days between two are a finding.
    pub min_days: i32,
    /// The only dose there is.
    pub dose_mg: f64,
    /// Whether directions that say weekly are a finding.
    #[serde(default)]
    pub weekly: bool,
}

impl RuleKind for Dose {
    fn judge(&self, context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule) -> Vec<Finding> {
        judge(context, timeline, rule, self)
    }

    fn set_off(&self) -> SetOff<'_> {
        SetOff::Product(&self.subject)
    }

    fn mentions(&self) -> Mentions<'_> {
        Mentions { selectors: vec![&self.subject], ..Mentions::default() }
    }

    fn windows_mut(&mut self) -> WindowTablesMut<'_> {
        WindowTablesMut::None
    }

    fn words(&self) -> Vec<&'static str> {
        let mut words = vec!["subject", "dose", "limit", "first", "last"];
        words.extend(self.interval.iter().flat_map(|_| ["free", "count", "clean"]));
        words
    }

    fn describe(&self) -> String {
        let above =
            |bound: &DoseBound| format!("above {} mg a day: {}", bound.mg, bound.severity.name());
        let mut parts: Vec<String> = self.above.iter().map(above).collect();
        parts.extend(
            self.between_mg
                .map(|[low, high]| format!("between {low} and {high} mg a day, both exclusive")),
        );
        parts.extend(self.titration.as_ref().map(|t| {
            format!(
                "within {} to {} mg a day, an episode begins above {} mg, or a step within {} days \
                 is larger than {} mg",
                t.band_from_mg, t.band_to_mg, t.start_above_mg, t.within_days, t.rise_above_mg
            )
        }));
        parts.extend(self.interval.as_ref().map(|i| {
            format!(
                "two injections fewer than {} days apart, another dose than {} mg, or directions \
                 that say weekly",
                i.min_days, i.dose_mg
            )
        }));
        format!(
            "{}: {}. Daily dose = strength × quantity / days.",
            capital(&self.subject.in_words()),
            parts.join("; ")
        )
    }
}

/// One finding for each era that breaks the rule: the first exposure with the most severe breach.
fn judge(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &Dose,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for era in &timeline.eras {
        let exposures = context.selected(timeline, era, &condition.subject);
        let drafts = [
            above(condition, &exposures),
            condition.between_mg.and_then(|band| between(rule, band, &exposures)),
            condition
                .titration
                .as_ref()
                .and_then(|titration| titrated(rule, titration, &exposures)),
            condition.interval.as_ref().and_then(|interval| too_soon(rule, interval, &exposures)),
        ];
        findings.extend(
            drafts.into_iter().flatten().map(|draft| context.finding(rule, timeline, draft)),
        );
    }
    findings
}

fn with_dose<'t, 'a>(
    severity: Severity,
    exposure: &'t Exposure<'a>,
    dose: f64,
    limit: f64,
    broken: &[&'t Exposure<'a>],
) -> FindingDraft<'t, 'a> {
    let words = Words::default()
        .with("dose", format!("{} mg", mg(dose)))
        .with("limit", format!("{} mg", mg(limit)))
        .span(exposure.first, exposure.last());
    FindingDraft {
        words,
        also: broken.len().saturating_sub(1) as u64,
        unlisted: broken.to_vec(),
        ..FindingDraft::about(severity, exposure)
    }
}

fn above<'t, 'a>(condition: &Dose, exposures: &[&'t Exposure<'a>]) -> Option<FindingDraft<'t, 'a>> {
    let mut bounds: Vec<_> = condition.above.iter().collect();
    bounds.sort_by(|a, b| b.mg.total_cmp(&a.mg));
    let lowest = bounds.last()?;
    let broken: Vec<_> = exposures
        .iter()
        .copied()
        .filter(|e| e.daily_mg.is_some_and(|dose| dose > lowest.mg))
        .collect();
    bounds.into_iter().find_map(|bound| {
        let (exposure, dose) = exposures
            .iter()
            .find_map(|e| Some((*e, e.daily_mg.filter(|&dose| dose > bound.mg)?)))?;
        let passed = format!("above {} mg", mg(bound.mg));
        Some(FindingDraft {
            bound: passed,
            ..with_dose(bound.severity, exposure, dose, bound.mg, &broken)
        })
    })
}

fn between<'t, 'a>(
    rule: &Rule,
    [low, high]: [f64; 2],
    exposures: &[&'t Exposure<'a>],
) -> Option<FindingDraft<'t, 'a>> {
    let broken: Vec<(&Exposure<'a>, f64)> = exposures
        .iter()
        .filter_map(|e| {
            Some((*e, e.daily_mg.filter(|dose| (low..high).contains(dose) && *dose > low)?))
        })
        .collect();
    let &(exposure, dose) = broken.first()?;
    let bound = format!("between {} and {} mg", mg(low), mg(high));
    let broken: Vec<_> = broken.iter().map(|(exposure, _)| *exposure).collect();
    Some(FindingDraft { bound, ..with_dose(rule.file.severity, exposure, dose, high, &broken) })
}

fn titrated<'t, 'a>(
    rule: &Rule,
    titration: &Titration,
    exposures: &[&'t Exposure<'a>],
) -> Option<FindingDraft<'t, 'a>> {
    let low = |e: &Exposure<'_>| {
        e.daily_mg.filter(|dose| (titration.band_from_mg..=titration.band_to_mg).contains(dose))
    };
    let first = *exposures.first()?;
    if let Some(dose) = low(first).filter(|&dose| dose > titration.start_above_mg) {
        return Some(FindingDraft {
            bound: "start".into(),
            ..with_dose(rule.file.severity, first, dose, titration.start_above_mg, &[])
        });
    }
    let doses: Vec<(&Exposure<'a>, f64)> =
        exposures.iter().filter_map(|e| Some((*e, low(e)?))).collect();
    doses.windows(2).find_map(|pair| {
        let [(earlier, from), (later, to)] = pair else { return None };
        let fast = to - from > titration.rise_above_mg
            && later.first.since(earlier.first) <= titration.within_days;
        fast.then(|| FindingDraft {
            bound: "rise".into(),
            ..with_dose(rule.file.severity, later, *to, *from, &[earlier])
        })
    })
}

fn too_soon<'t, 'a>(
    rule: &Rule,
    interval: &Interval,
    exposures: &[&'t Exposure<'a>],
) -> Option<FindingDraft<'t, 'a>> {
    let close: Vec<_> = exposures
        .windows(2)
        .filter(|pair| pair[1].first.since(pair[0].first) < interval.min_days)
        .collect();
    if let Some([earlier, later]) =
        close.first().and_then(|pair| <&[&Exposure<'a>; 2]>::try_from(*pair).ok())
    {
        let apart = later.first.since(earlier.first);
        let words = Words::default()
            .days("free", i64::from(apart), "")
            .with("limit", interval.min_days)
            .with("dose", format!("{} mg", mg(interval.dose_mg)));
        let days = Days {
            kind: "interval",
            first: earlier.first,
            last: later.first.plus(-1),
            count: apart.max(0) as u32,
        };
        let clean_from = Some(earlier.first.plus(interval.min_days));
        let draft = FindingDraft {
            days: Some(days),
            clean_from,
            unlisted: close.iter().flat_map(|pair| pair.iter().copied()).collect(),
            words: words.span(earlier.first, later.first),
            ..FindingDraft::about(rule.file.severity, later)
        };
        return Some(FindingDraft { bound: "interval".into(), ..draft });
    }
    let dose_of = |e: &Exposure<'_>| match e.product.billed_units {
        Some(units) if e.record.quantity > 0.0 && units > 0.0 => {
            Some(interval.dose_mg * f64::from(e.record.quantity / units))
        }
        Some(_) => None,
        None => e.component.strength.filter(|s| !s.per_ml).map(|s| s.mg),
    };
    let wrong = exposures.iter().filter_map(|e| {
        Some((*e, dose_of(e).filter(|dose| (dose - interval.dose_mg).abs() > 0.5)?))
    });
    let wrong: Vec<(&Exposure<'a>, f64)> = wrong.collect();
    if let Some(&(exposure, dose)) = wrong.first() {
        let unlisted = wrong.iter().map(|(exposure, _)| *exposure).collect();
        let draft = with_dose(rule.file.severity, exposure, dose, interval.dose_mg, &[]);
        return Some(FindingDraft { bound: "amount".into(), unlisted, ..draft });
    }
    let unlisted: Vec<_> = exposures
        .iter()
        .copied()
        .filter(|e| interval.weekly && e.record.marks.has(Marks::WEEKLY))
        .collect();
    let weekly = *unlisted.first()?;
    let draft = with_dose(rule.file.severity, weekly, interval.dose_mg, interval.dose_mg, &[]);
    Some(FindingDraft { unlisted, field: Some(Field::Directions), bound: "weekly".into(), ..draft })
}
