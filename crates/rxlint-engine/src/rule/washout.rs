//! Too few opioid-free days between the end of an opioid and the beginning of an antagonist
//! episode.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::book::Rule;
use super::context::{
    AS_LONG_AS_ASSUMED, Context, FindingDraft, IF_ABOVE_ANTIDIARRHEAL, IF_DEPENDENT,
};
use super::kind::{Judges, KindInfo, Mentions, RuleKind, SetOff, WindowTables, WindowTablesMut};
use super::message::Words;
use super::overlap::{meet_apart, near};
use super::select::Selector;
use crate::drug::{FormKind, Role};
use crate::timeline::calendar::covered_days;
use crate::timeline::era::LONGEST_GAP;
use crate::timeline::{Era, Exposure, Timeline};
use rxlint_model::day::Day;
use rxlint_model::finding::{Days, Finding, Severity};
use rxlint_model::place::RowKey;

/// Where such rules are kept, and how one begins.
pub const ABOUT: KindInfo = KindInfo {
    folder: "washout",
    judges: Judges::Patients,
    skeleton: r#"[washout]
subject = { role = ["antagonist"] }
other   = { role = ["full-agonist"] }

[washout.window.short-acting]
hard   = 7
soft   = 10
source = "<where the numbers come from>"
grade  = "A""#,
};

/// Too few free days before the subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Washout {
    /// The drug that begins.
    pub subject: Selector,
    /// The drug that ended.
    pub other: Selector,
    /// The windows by name; a form names the one that applies after it.
    pub window: BTreeMap<String, WashoutWindow>,
    /// Opioids after which a short gap is never more severe than low.
    #[serde(default)]
    pub low_after: Vec<Role>,
    /// A daily dose below this does not begin an episode of a usual dose.
    #[serde(default)]
    pub ultra_low_below_mg: Option<f64>,
    /// How little of an opioid leaves open whether the patient is dependent.
    #[serde(default)]
    pub dependence: Option<Dependence>,
}

/// How many free days are required.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "struct Window")]
pub struct WashoutWindow {
    /// Fewer free days than these are high.
    pub hard: i32,
    /// Fewer free days than these are moderate.
    pub soft: i32,
    /// Where the numbers come from.
    pub source: String,
    /// How strong that evidence is.
    pub grade: String,
    /// Days that an antagonist's own label gives, by its ingredient.
    #[serde(default)]
    pub own: BTreeMap<String, OwnWindow>,
}

/// The days that an antagonist's own label gives.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OwnWindow {
    /// Fewer free days than these are high.
    pub hard: i32,
    /// Fewer free days than these are moderate.
    pub soft: i32,
    /// Where the numbers come from.
    pub source: String,
    /// How strong that evidence is.
    pub grade: String,
}

/// How many free days one antagonist requires after one opioid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Fewer free days than these are high.
    pub hard: i32,
    /// Fewer free days than these are moderate.
    pub soft: i32,
}

impl WashoutWindow {
    /// The window before that antagonist: its own, if its label gives one.
    pub fn before(&self, antagonist: &str) -> Window {
        match self.own.get(antagonist) {
            Some(own) => Window { hard: own.hard, soft: own.soft },
            None => Window { hard: self.hard, soft: self.soft },
        }
    }

    /// The grade and the source of the window before that antagonist.
    pub fn evidence(&self, antagonist: &str) -> (&str, &str) {
        match self.own.get(antagonist) {
            Some(own) => (&own.grade, &own.source),
            None => (&self.grade, &self.source),
        }
    }
}

/// Withdrawal needs dependence, and a few days of a short-acting opioid seldom cause it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dependence {
    /// With at most so many days of any opioid …
    pub most_days: i32,
    /// … in this many days before the antagonist …
    pub within_days: i32,
    /// … a finding is at most this severe …
    pub at_most: Severity,
    /// … unless some of it has one of these roles …
    pub unless_role: Vec<Role>,
    /// … or one of these kinds of form.
    pub unless_kind: Vec<FormKind>,
    /// Where the numbers come from.
    pub source: String,
    /// How strong that evidence is.
    pub grade: String,
}

impl Dependence {
    /// Whether so little of any opioid is on record that dependence is an open question.
    fn is_open(
        &self,
        context: &Context<'_>,
        timeline: &Timeline<'_>,
        antagonist: &Exposure<'_>,
        opioid: &Exposure<'_>,
    ) -> bool {
        let dictionary = context.book.dictionary();
        let rules_out = |e: &Exposure<'_>| {
            self.unless_role.contains(&e.role())
                || self.unless_kind.contains(&dictionary.form(e.drug(), e.component.form).kind)
        };
        let from = antagonist.first.plus(-self.within_days);
        let opioids: Vec<&Exposure<'_>> = timeline
            .exposures
            .iter()
            .take_while(|e| e.first < antagonist.first)
            .filter(|e| e.role().is_opioid() && e.end > from)
            .collect();
        !rules_out(opioid)
            && !opioids.iter().any(|e| rules_out(e))
            && covered_days(&opioids, from, antagonist.first) <= self.most_days
    }
}

impl Washout {
    /// The windows after that opioid, and the antagonist that they apply to.
    fn windows_between<'c>(
        &'c self,
        context: &'c Context<'_>,
        antagonist: &Exposure<'_>,
        opioid: &Exposure<'_>,
    ) -> Option<(&'c WashoutWindow, &'c str)> {
        let dictionary = context.book.dictionary();
        let form = dictionary.form(opioid.drug(), opioid.component.form);
        let windows = self.window.get(form.washout.as_deref()?)?;
        Some((windows, &dictionary.drug(antagonist.drug()).file.id))
    }
}

impl RuleKind for Washout {
    fn judge(&self, context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule) -> Vec<Finding> {
        judge(context, timeline, rule, self)
    }

    fn passed_over(&self, context: &Context<'_>, timeline: &Timeline<'_>) -> Vec<RowKey> {
        passed_over(context, timeline, self)
    }

    fn set_off(&self) -> SetOff<'_> {
        SetOff::Pair(&self.subject, &self.other)
    }

    fn mentions(&self) -> Mentions<'_> {
        Mentions {
            selectors: vec![&self.subject, &self.other],
            ingredients: self.window.values().flat_map(|window| window.own.keys()).collect(),
            windows: WindowTables::Washout(&self.window),
            ..Mentions::default()
        }
    }

    fn windows_mut(&mut self) -> WindowTablesMut<'_> {
        WindowTablesMut::Washout(&mut self.window)
    }

    fn words(&self) -> Vec<&'static str> {
        vec!["subject", "other", "free", "count", "clean", "first", "last", "hard", "soft", "form"]
    }

    fn describe(&self) -> String {
        let window = |(name, window): (&String, &WashoutWindow)| {
            let own = window.own.iter().map(|(drug, own)| {
                format!(
                    "; {drug} below {} high, below {} moderate ({}, grade {})",
                    own.hard, own.soft, own.source, own.grade
                )
            });
            format!(
                "{name}: below {} high, below {} moderate ({}, grade {}){}",
                window.hard,
                window.soft,
                window.source,
                window.grade,
                own.collect::<String>()
            )
        };
        let low_after: Vec<&str> = self.low_after.iter().map(|role| role.label()).collect();
        let low_after = if low_after.is_empty() {
            String::new()
        } else {
            format!(" Never above low after any {}.", low_after.join(" or "))
        };
        let dependence = self.dependence.as_ref().map_or_else(String::new, |open| {
            format!(
                " At most {} where no more than {} days of any opioid lie in the {} days before, and nothing that makes \
                 dependent sooner ({}, grade {}).",
                open.at_most.name(),
                open.most_days,
                open.within_days,
                open.source,
                open.grade
            )
        });
        let windows: Vec<String> = self.window.iter().map(window).collect();
        let ultra_low = self.ultra_low_below_mg.map_or_else(String::new, |below| {
            format!(
                " A daily dose below {below} mg begins no episode of a usual one, nor does what is put on the skin: such a start \
                 hides no later one."
            )
        });
        format!(
            "An episode of {} begins too few days after {} ended: free days = first day of the one \
             − day after the last of the other. {}.{low_after}{ultra_low}{dependence}",
            self.subject.in_words(),
            self.other.in_words(),
            windows.join("; ")
        )
    }
}

/// One finding for each pair of eras in which an episode begins too soon.
fn judge(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &Washout,
) -> Vec<Finding> {
    let mut others: Vec<&Exposure<'_>> =
        timeline.exposures.iter().filter(|e| context.selects(&condition.other, e)).collect();
    if others.is_empty() {
        return Vec::new();
    }
    others.sort_by_key(|other| other.end);
    let antagonists: Vec<&Exposure<'_>> =
        timeline.exposures.iter().filter(|e| context.selects(&condition.subject, e)).collect();
    let is_weak = |e: &Exposure<'_>| is_weak(context, condition, e);
    let (weak, strong): (Vec<_>, Vec<_>) = antagonists.iter().partition(|e| is_weak(e));
    let mut starts = episode_starts(&strong);
    if !weak.is_empty() {
        // A weak antagonist neither begins a strong one's episode nor protects from its start.
        starts.extend(episode_starts(&antagonists).into_iter().filter(|e| is_weak(e)));
        starts.sort_by_key(|start| start.first);
    }
    let mut latest = Latest { ended: &others, of_kind: Vec::new() };
    let mut findings: Vec<Finding> = Vec::new();
    let mut by_eras: FxHashMap<(u32, u32), usize> = FxHashMap::default();
    for subject in starts {
        for &other in latest.until(subject.first) {
            let Some(finding) =
                too_soon(context, timeline, rule, condition, &others, (subject, other))
            else {
                continue;
            };
            match by_eras.get(&(subject.era, other.era)) {
                Some(&at) if findings[at].severity >= finding.severity => {}
                Some(&at) => findings[at] = finding,
                None => {
                    by_eras.insert((subject.era, other.era), findings.len());
                    findings.push(finding);
                }
            }
        }
    }
    findings
}

/// Whether so little of an antagonist reaches the receptors that it begins nothing: one for the skin, an ultra-low dose.
fn is_weak(context: &Context<'_>, condition: &Washout, exposure: &Exposure<'_>) -> bool {
    context.is_topical_antagonist(exposure)
        || condition
            .ultra_low_below_mg
            .zip(exposure.daily_mg())
            .is_some_and(|(below, mg)| mg < below)
}

/// The finding about an antagonist that begins after that opioid, if it begins too soon.
fn too_soon(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &Washout,
    others: &[&Exposure<'_>],
    (subject, other): (&Exposure<'_>, &Exposure<'_>),
) -> Option<Finding> {
    let (windows, antagonist) = condition.windows_between(context, subject, other)?;
    let window = windows.before(antagonist);
    let (grade, source) = windows.evidence(antagonist);
    let free = subject.first.since(other.end);
    // An overlap of a weak exposure says nothing about one that is not weak.
    let counts =
        |e: &Exposure<'_>| !is_weak(context, condition, e) || is_weak(context, condition, subject);
    if free >= window.soft || some_overlap(timeline, (subject.era, other.era), counts) {
        return None;
    }
    let (severity, only_if) =
        certainty(context, timeline, condition, others, (subject, other), window);
    let clean_from = context.clean_start(timeline, subject, |exposure| {
        context.window(rule, subject, exposure).map(|window| window.soft)
    });
    let days = Days {
        kind: "opioid-free",
        first: other.end,
        last: subject.first.plus(-1),
        count: free.max(0) as u32,
    };
    let words = Words::default()
        .days("free", i64::from(free), "opioid-free")
        .with("hard", window.hard)
        .with("soft", window.soft)
        .with("form", context.dictionary().form(other.drug(), other.component.form).title())
        .span(other.first, other.last());
    let draft = FindingDraft {
        other: Some(other),
        days: Some(days),
        clean_from: Some(clean_from),
        words,
        only_if,
        unlisted: as_close(context, timeline, condition, others, (subject, other), window),
        bound: match free {
            1 => "1 free day".to_owned(),
            free => format!("{free} free days"),
        },
        info: Some(rule.citing(grade, source)),
        variant: (window.hard == window.soft).then_some("one-limit"),
        ..FindingDraft::about(severity, subject)
    };
    Some(context.finding(rule, timeline, draft))
}

/// The further exposures of both courses with too few free days between: those of the antagonist that begin too soon after
/// the opioid, and those of the opioid that end too soon before the antagonist.
fn as_close<'t, 'a>(
    context: &Context<'_>,
    timeline: &'t Timeline<'a>,
    condition: &Washout,
    others: &[&'t Exposure<'a>],
    (subject, other): (&Exposure<'_>, &Exposure<'_>),
    window: Window,
) -> Vec<&'t Exposure<'a>> {
    let era = &timeline.eras[subject.era as usize];
    let subjects = context.selected(timeline, era, &condition.subject).into_iter().filter(|e| {
        e.key() != subject.key()
            && e.first >= subject.first
            && e.first.since(other.end) < window.soft
    });
    let from = others.partition_point(|e| subject.first.since(e.end) >= window.soft);
    let until = others.partition_point(|e| e.end <= subject.first);
    let others = others[from..until.max(from)].iter().copied();
    let others = others.filter(|e| e.era == other.era && e.key() != other.key());
    subjects.chain(others).collect()
}

/// How severe it is that an antagonist begins so soon after an opioid, and what that depends on.
fn certainty(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    condition: &Washout,
    others: &[&Exposure<'_>],
    (subject, other): (&Exposure<'_>, &Exposure<'_>),
    window: Window,
) -> (Severity, Vec<&'static str>) {
    let is_hard = subject.first.since(other.end) < window.hard || context.strict;
    let mut severity = if is_hard { Severity::High } else { Severity::Moderate };
    let mut only_if = Vec::new();
    // Whether some exposure of that kind would be near enough if those of the default length lasted one day.
    let kind = |e: &Exposure<'_>| (e.drug(), e.component.form);
    let is_near = |e: &&Exposure<'_>| {
        kind(e) == kind(other)
            && e.first < subject.first
            && subject.first.since(e.certain_end) < window.soft
    };
    if other.certain_end != other.end && !others.iter().any(is_near) {
        severity = severity.min(Severity::Moderate);
        only_if.push(AS_LONG_AS_ASSUMED);
    }
    if let Some(open) = &condition.dependence
        && open.is_open(context, timeline, subject, other)
    {
        severity = severity.min(open.at_most);
        only_if.push(IF_DEPENDENT);
    }
    if condition.low_after.contains(&other.role()) {
        severity = severity.min(Severity::Low);
        only_if.push(IF_ABOVE_ANTIDIARRHEAL);
    }
    (severity, only_if)
}

/// Those of these exposures, which are sorted by first day, that begin an episode, one for each era, by first day: no earlier one
/// extends to within 30 days of them.
fn episode_starts<'t, 'a>(antagonists: &[&'t Exposure<'a>]) -> Vec<&'t Exposure<'a>> {
    let mut starts: Vec<&Exposure<'a>> = Vec::new();
    let mut reach = None;
    for same_day in antagonists.chunk_by(|a, b| a.first == b.first) {
        if reach.is_none_or(|reach| same_day[0].first.since(reach) > LONGEST_GAP) {
            let before = starts.len();
            for &exposure in same_day {
                if starts[before..].iter().all(|start| start.era != exposure.era) {
                    starts.push(exposure);
                }
            }
        }
        reach = same_day.iter().map(|e| e.end).chain(reach).max();
    }
    starts
}

/// Opioids that lie wholly between two antagonists of one episode, and end too few days before the second: only the first exposure of an
/// episode is judged. Each lies in at most one gap, so this takes no longer than sorting them.
fn passed_over(context: &Context<'_>, timeline: &Timeline<'_>, condition: &Washout) -> Vec<RowKey> {
    let selected = |of: &Selector| -> Vec<&Exposure<'_>> {
        timeline.exposures.iter().filter(|e| context.selects(of, e)).collect()
    };
    let mut others = selected(&condition.other);
    others.sort_by_key(|other| other.end);
    let mut subjects = selected(&condition.subject);
    subjects.retain(|e| !is_weak(context, condition, e));
    let is_short = |subject: &Exposure<'_>, other: &Exposure<'_>| {
        let window = condition.windows_between(context, subject, other);
        window.is_some_and(|(own, antagonist)| {
            subject.first.since(other.end) < own.before(antagonist).soft
        })
    };
    let mut told: FxHashMap<(u32, u32), bool> = FxHashMap::default();
    let (mut found, mut reach) = (Vec::new(), None);
    for subject in subjects {
        if let Some(reach) =
            reach.filter(|reach| (1..=LONGEST_GAP).contains(&subject.first.since(*reach)))
        {
            let ends_by = |day: Day| others.partition_point(|other| other.end <= day);
            for other in &others[ends_by(reach)..ends_by(subject.first)] {
                let eras = (subject.era, other.era);
                let mut overlap =
                    || *told.entry(eras).or_insert_with(|| eras_overlap(timeline, eras));
                let is_now = context.is_today(subject.key()) || context.is_today(other.key());
                if other.first >= reach && is_now && is_short(subject, other) && !overlap() {
                    found.push(other.key());
                }
            }
        }
        reach = reach.max(Some(subject.end));
    }
    found
}

/// For each ingredient and form, the exposure that ended last, up to a day that only moves forward.
/// A product's own ingredients are never among them: they end after its first day.
struct Latest<'s, 't, 'a> {
    /// Those that are still to come, by end.
    ended: &'s [&'t Exposure<'a>],
    of_kind: Vec<&'t Exposure<'a>>,
}

impl<'t, 'a> Latest<'_, 't, 'a> {
    fn until(&mut self, day: Day) -> &[&'t Exposure<'a>] {
        let kind = |exposure: &Exposure<'_>| (exposure.drug(), exposure.component.form);
        let (over, to_come) =
            self.ended.split_at(self.ended.partition_point(|exposure| exposure.end <= day));
        self.ended = to_come;
        for &exposure in over {
            match self.of_kind.iter_mut().find(|known| kind(known) == kind(exposure)) {
                Some(known) if known.end < exposure.end => *known = exposure,
                Some(_) => {}
                None => self.of_kind.push(exposure),
            }
        }
        &self.of_kind
    }
}

/// Whether some exposures of the two eras share a day, so that an overlap rule reports the pair.
pub fn eras_overlap(timeline: &Timeline<'_>, eras: (u32, u32)) -> bool {
    some_overlap(timeline, eras, |_| true)
}

/// The same for those exposures of the first era that count.
fn some_overlap(
    timeline: &Timeline<'_>,
    (a, b): (u32, u32),
    counts: impl Fn(&Exposure<'_>) -> bool,
) -> bool {
    let (a, b): (&Era, &Era) = (&timeline.eras[a as usize], &timeline.eras[b as usize]);
    let ours = || timeline.members(a).filter(|e| counts(e)).collect::<Vec<_>>();
    let theirs = || timeline.members(b).collect::<Vec<_>>();
    near(a, b, 0) && meet_apart(&ours(), &theirs(), a.drug, b.drug, 0).is_some()
}
