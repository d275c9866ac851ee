//! Daily doses that are too high, unusual or raised too fast, and depots that come too soon.

use serde::Deserialize;

use super::book::Rule;
use super::context::{Context, FindingDraft};
use super::kind::{Judges, KindInfo, Mentions, RuleKind, SetOff, WindowTablesMut};
use super::message::{Words, capital};
use super::select::Selector;
use crate::drug::Component;
use crate::drug::strength::mg;
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
    /// Compounded doses up to this one count as low.
    #[serde(default)]
    pub compounded_to_mg: Option<f64>,
    /// Whether directions to crush or dissolve it, or to give it by a tube, are a finding.
    #[serde(default)]
    pub tampered: bool,
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
    /// Also if a single day of a schedule exceeds it.
    #[serde(default)]
    pub on_one_day: bool,
    /// Only for products with one of these ingredients, to which the other limits do not apply.
    #[serde(default)]
    pub with: Vec<String>,
    /// The source of the rule that it rests on, by its title, if that is not the first.
    #[serde(default)]
    pub source: Option<String>,
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
    /// Whether directions that say weekly, or sooner than every four weeks, are a finding.
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
        Mentions {
            selectors: vec![&self.subject],
            ingredients: self.above.iter().flat_map(|bound| &bound.with).collect(),
            sources: self.above.iter().filter_map(|bound| bound.source.as_ref()).collect(),
            ..Mentions::default()
        }
    }

    fn windows_mut(&mut self) -> WindowTablesMut<'_> {
        WindowTablesMut::None
    }

    fn words(&self) -> Vec<&'static str> {
        let mut words = vec!["subject", "dose", "often", "limit", "first", "last"];
        words.extend(self.interval.iter().flat_map(|_| ["free", "count", "clean"]));
        words
    }

    fn describe(&self) -> String {
        let above = |bound: &DoseBound| {
            let with = if bound.with.is_empty() {
                String::new()
            } else {
                format!(" in a product with {}", bound.with.join(" or "))
            };
            let day = if bound.on_one_day { "on any day" } else { "a day" };
            format!("above {} mg {day}{with}: {}", bound.mg, bound.severity.name())
        };
        let mut parts: Vec<String> = self.above.iter().map(above).collect();
        parts.extend(
            self.between_mg
                .map(|[low, high]| format!("between {low} and {high} mg a day, both exclusive")),
        );
        parts.extend(
            self.compounded_to_mg
                .map(|mg| format!("what is compounded counts as low up to {mg} mg")),
        );
        parts.extend(self.tampered.then(|| {
            "directions to crush, chew or dissolve it, or to give it by a tube".to_owned()
        }));
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
                 that repeat it sooner",
                i.min_days, i.dose_mg
            )
        }));
        format!(
            "{}: {}. Daily dose = strength × units a day by the directions, else quantity / days' supply.",
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
            above(context, rule, condition, &exposures),
            condition.between_mg.and_then(|band| between(rule, condition, band, &exposures)),
            condition
                .titration
                .as_ref()
                .and_then(|titration| titrated(rule, condition, titration, &exposures)),
            condition.tampered.then(|| broken_up(rule, &exposures)).flatten(),
            condition
                .interval
                .as_ref()
                .and_then(|interval| off_interval(rule, interval, &exposures)),
        ];
        findings.extend(
            drafts.into_iter().flatten().map(|draft| context.finding(rule, timeline, draft)),
        );
    }
    findings
}

/// How much is taken on the days in question, every day or on one.
#[derive(Clone, Copy)]
struct Taken {
    mg: f64,
    on_one_day: bool,
}

impl Taken {
    fn daily(mg: f64) -> Self {
        Self { mg, on_one_day: false }
    }
}

fn with_dose<'t, 'a>(
    severity: Severity,
    exposure: &'t Exposure<'a>,
    Taken { mg: dose, on_one_day }: Taken,
    limit: f64,
    broken: &[&'t Exposure<'a>],
) -> FindingDraft<'t, 'a> {
    // Quantity and days give much more than the directions: one of them is wrong.
    let directed = exposure.dose.and_then(|dose| dose.directed_mg).filter(|_| !on_one_day);
    let severity = directed.map_or(severity, |_| severity.min(Severity::Moderate));
    let dose = match directed {
        Some(directed) => {
            format!("{} mg by quantity and days, {} mg by the directions,", mg(dose), mg(directed))
        }
        None => format!("{} mg", mg(dose)),
    };
    let words = Words::default()
        .with("dose", dose)
        .with("often", if on_one_day { "on one day" } else { "a day" })
        .with("limit", format!("{} mg", mg(limit)))
        .span(exposure.first, exposure.last());
    FindingDraft {
        words,
        also: broken.len().saturating_sub(1) as u64,
        unlisted: broken.to_vec(),
        ..FindingDraft::about(severity, exposure)
    }
}

fn above<'t, 'a>(
    context: &Context<'_>,
    rule: &Rule,
    condition: &Dose,
    exposures: &[&'t Exposure<'a>],
) -> Option<FindingDraft<'t, 'a>> {
    let mut bounds: Vec<_> = condition.above.iter().collect();
    bounds.sort_by(|a, b| b.mg.total_cmp(&a.mg));
    let is_for = |bound: &DoseBound, e: &Exposure<'_>| {
        let drug = |c: &Component| &context.book.dictionary().drug(c.drug).file.id;
        e.product.components.iter().any(|c| bound.with.contains(drug(c)))
    };
    let has_own = |e: &Exposure<'_>| condition.above.iter().any(|bound| is_for(bound, e));
    let exceeds = |bound: &DoseBound, e: &Exposure<'_>| {
        let dose = e.dose?;
        let holds = if bound.with.is_empty() { !has_own(e) } else { is_for(bound, e) };
        let average = dose.mg.filter(|&mg| mg > bound.mg).map(Taken::daily);
        let most = Taken { mg: dose.most_mg, on_one_day: true };
        // A daily dose is reported as such.
        let is_more =
            bound.on_one_day && most.mg > bound.mg && dose.mg.is_none_or(|mg| mg < most.mg);
        if is_more { Some(most).filter(|_| holds) } else { average.filter(|_| holds) }
    };
    let broken: Vec<_> = exposures
        .iter()
        .copied()
        .filter(|e| bounds.iter().any(|bound| exceeds(bound, e).is_some()))
        .collect();
    bounds.iter().find_map(|bound| {
        let (exposure, dose) = exposures.iter().find_map(|e| Some((*e, exceeds(bound, e)?)))?;
        let passed = format!("above {} mg", mg(bound.mg));
        Some(FindingDraft {
            bound: passed,
            info: bound.source.as_ref().map(|source| rule.citing(&rule.info.grade, source)),
            variant: (!bound.with.is_empty()).then_some("own-bound"),
            ..with_dose(bound.severity, exposure, dose, bound.mg, &broken)
        })
    })
}

fn between<'t, 'a>(
    rule: &Rule,
    condition: &Dose,
    [low, high]: [f64; 2],
    exposures: &[&'t Exposure<'a>],
) -> Option<FindingDraft<'t, 'a>> {
    let broken: Vec<(&Exposure<'a>, f64)> = exposures
        .iter()
        .filter_map(|e| {
            let low = low_to(low, condition, e);
            Some((*e, e.daily_mg().filter(|dose| (low..high).contains(dose) && *dose > low)?))
        })
        .collect();
    let &(exposure, dose) = broken.first()?;
    let bound = format!("between {} and {} mg", mg(low), mg(high));
    let broken: Vec<_> = broken.iter().map(|(exposure, _)| *exposure).collect();
    Some(FindingDraft {
        bound,
        ..with_dose(rule.file.severity, exposure, Taken::daily(dose), high, &broken)
    })
}

/// Up to which dose this exposure counts as low: a compounded dose may be a little higher.
fn low_to(low: f64, condition: &Dose, exposure: &Exposure<'_>) -> f64 {
    let compounded = condition.compounded_to_mg.filter(|_| exposure.product.compounded);
    compounded.map_or(low, |mg| mg.max(low))
}

/// Whether the record is a refill: what came before it is not in the input.
fn is_refill(exposure: &Exposure<'_>) -> bool {
    // The fill number is kept plus one.
    exposure.record.fill_number() > 1
}

fn titrated<'t, 'a>(
    rule: &Rule,
    condition: &Dose,
    titration: &Titration,
    exposures: &[&'t Exposure<'a>],
) -> Option<FindingDraft<'t, 'a>> {
    let low = |e: &Exposure<'_>| {
        let to = low_to(titration.band_to_mg, condition, e);
        e.daily_mg().filter(|dose| (titration.band_from_mg..=to).contains(dose))
    };
    let first = *exposures.first()?;
    let begins = low(first).filter(|&dose| dose > titration.start_above_mg && !is_refill(first));
    if let Some(dose) = begins {
        // Several units a day, known only from the supply, may be few at first and more later.
        let units = first.component.strength.map_or(1.0, |strength| dose / strength.mg);
        let is_average = first.record.schedule.average().is_none() && units > 1.0;
        return Some(FindingDraft {
            bound: "start".into(),
            variant: is_average.then_some("average"),
            ..with_dose(
                rule.file.severity,
                first,
                Taken::daily(dose),
                titration.start_above_mg,
                &[],
            )
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
            variant: Some("rise"),
            ..with_dose(rule.file.severity, later, Taken::daily(*to), *from, &[earlier])
        })
    })
}

/// The first record whose directions say to crush or dissolve the product, or to give it by a tube.
fn broken_up<'t, 'a>(rule: &Rule, exposures: &[&'t Exposure<'a>]) -> Option<FindingDraft<'t, 'a>> {
    let unlisted: Vec<_> = exposures
        .iter()
        .copied()
        .filter(|exposure| exposure.record.marks.has(Marks::TAMPERED))
        .collect();
    let first = *unlisted.first()?;
    let words = Words::default().span(first.first, first.last());
    Some(FindingDraft {
        words,
        also: unlisted.len() as u64 - 1,
        unlisted,
        field: Some(Field::Directions),
        ..FindingDraft::about(rule.file.severity, first)
    })
}

/// What is wrong with the depots of a course: two are too close, one is of another amount, or directions say weekly.
fn off_interval<'t, 'a>(
    rule: &Rule,
    interval: &Interval,
    exposures: &[&'t Exposure<'a>],
) -> Option<FindingDraft<'t, 'a>> {
    too_soon(rule, interval, exposures)
        .or_else(|| another_amount(rule, interval, exposures))
        .or_else(|| said_weekly(rule, interval, exposures))
}

fn too_soon<'t, 'a>(
    rule: &Rule,
    interval: &Interval,
    exposures: &[&'t Exposure<'a>],
) -> Option<FindingDraft<'t, 'a>> {
    let close: Vec<[&'t Exposure<'a>; 2]> = exposures
        .windows(2)
        .filter_map(|pair| pair.try_into().ok())
        .filter(|[earlier, later]: &[&Exposure<'a>; 2]| {
            later.first.since(earlier.first) < interval.min_days
        })
        .collect();
    let (&[earlier, later], &[last, _]) = (close.first()?, close.last()?);
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
    let least = close.iter().map(|[earlier, later]| later.first.since(earlier.first)).min();
    // A gap that shrank much is not the one that a reviewer already knows.
    let is_short = least.is_some_and(|least| least * 2 < interval.min_days);
    Some(FindingDraft {
        days: Some(days),
        // If the course goes on like that, the day is counted from its last breach.
        clean_from: Some(last.first.plus(interval.min_days)),
        also: close.len() as u64 - 1,
        also_exposures: close[1..].iter().map(|[_, later]| *later).collect(),
        unlisted: close.iter().flatten().copied().collect(),
        words: words.span(earlier.first, later.first),
        beside: Some(earlier),
        bound: if is_short { "interval, less than half" } else { "interval" }.into(),
        variant: Some("interval"),
        ..FindingDraft::about(rule.file.severity, later)
    })
}

fn another_amount<'t, 'a>(
    rule: &Rule,
    interval: &Interval,
    exposures: &[&'t Exposure<'a>],
) -> Option<FindingDraft<'t, 'a>> {
    let is_other = |mg: &f64| (mg - interval.dose_mg).abs() > 0.5;
    let dose_of = |e: &Exposure<'_>| match e.product.billed_units {
        Some(units) if e.record.quantity > 0.0 && units > 0.0 => {
            Some(interval.dose_mg * f64::from(e.record.quantity / units))
        }
        Some(_) => None,
        None => e.component.strength.filter(|s| !s.per_ml).map(|strength| {
            // The directions may state another dose than one injection.
            let directed = e.record.schedule.most().map(|units| units * strength.mg);
            if is_other(&strength.mg) {
                strength.mg
            } else {
                directed.filter(is_other).unwrap_or(strength.mg)
            }
        }),
    };
    let wrong = exposures.iter().filter_map(|e| Some((*e, dose_of(e).filter(is_other)?)));
    let (wrong, doses): (Vec<&'t Exposure<'a>>, Vec<f64>) = wrong.unzip();
    let taken = Taken::daily(*doses.first()?);
    Some(FindingDraft {
        bound: "amount".into(),
        variant: Some("amount"),
        also_exposures: wrong[1..].to_vec(),
        ..with_dose(rule.file.severity, wrong[0], taken, interval.dose_mg, &wrong)
    })
}

fn said_weekly<'t, 'a>(
    rule: &Rule,
    interval: &Interval,
    exposures: &[&'t Exposure<'a>],
) -> Option<FindingDraft<'t, 'a>> {
    let unlisted: Vec<_> = exposures
        .iter()
        .copied()
        .filter(|e| interval.weekly && e.record.marks.has(Marks::WEEKLY))
        .collect();
    let weekly = *unlisted.first()?;
    let taken = Taken::daily(interval.dose_mg);
    Some(FindingDraft {
        also_exposures: unlisted[1..].to_vec(),
        field: Some(Field::Directions),
        bound: "weekly".into(),
        variant: Some("weekly"),
        ..with_dose(rule.file.severity, weekly, taken, interval.dose_mg, &unlisted)
    })
}
